//! Which receipt belongs to a check at this moment, and whether its run may be kept.

use std::ffi::OsString;
use std::fs;
use std::ops::Deref;
use std::path::Path;
use std::rc::Rc;

use lane_core::glob::Scope;
use lane_core::text;
use lane_core::time::Timestamp;
use lane_git::Repo;
use sha2::Digest as _;
use sha2::Sha256;

use super::Climb;
use super::Kept;
use super::Outcome;
use super::Planned;
use super::Remember;
use super::Showing;
use super::Step;
use super::marks::Marks;
use crate::Files;
use crate::Key;
use crate::KeyInputs;
use crate::Ran;
use crate::Receipts;
use crate::Run;
use crate::RunVerdict;
use crate::Toolchain;
use crate::Verdict;
use crate::run::hex;

/// The receipts, and the files as they were when they were last looked at.
pub(super) struct Memory<'c> {
    how: &'c Climb<'c>,
    scopes: Vec<&'c Scope>,
    files: Option<Result<Seen<'c>, String>>,
    /// What passed, and what it was keyed on.
    passed: Vec<(&'c Planned, Keyed<'c>)>,
}

/// The files, and the digests that somebody asked for already: many checks read the same.
struct Seen<'c> {
    files: Held<'c>,
    digests: Vec<(&'c Scope, String)>,
}

/// Files as they were at one moment.
#[derive(Clone)]
enum Held<'c> {
    Given(&'c Files),
    Looked(Rc<Files>),
}

impl Deref for Held<'_> {
    type Target = Files;

    fn deref(&self) -> &Files {
        match self {
            Self::Given(files) => files,
            Self::Looked(files) => files,
        }
    }
}

/// A check's key, and what it reads.
#[derive(Clone)]
pub(super) struct Keyed<'c> {
    key: Key,
    reads: String,
    files: Held<'c>,
}

/// None = nobody asked for receipts; the text says why there is no key.
pub(super) type MaybeKeyed<'c> = Option<Result<Keyed<'c>, String>>;

impl<'c> Memory<'c> {
    pub(super) fn new(how: &'c Climb<'c>, steps: &'c [Step]) -> Self {
        let mut scopes = Vec::new();
        for step in steps {
            if let Step::Check(planned) = step
                && let Some(inputs) = &planned.inputs
                && !scopes.contains(&&inputs.reads)
            {
                scopes.push(&inputs.reads);
            }
        }
        let seen = how.seen.map(|files| {
            Ok(Seen {
                files: Held::Given(files),
                digests: Vec::new(),
            })
        });
        Self {
            how,
            scopes,
            files: seen,
            passed: Vec::new(),
        }
    }

    /// A check ran since: the files must be looked at again. What is stored stays as it is.
    pub(super) fn forget(&mut self) {
        if !self.how.seen.is_some_and(Files::are_stored) {
            self.files = None;
        }
    }

    pub(super) fn keyed(&mut self, planned: &'c Planned) -> MaybeKeyed<'c> {
        let receipts = self.receipts()?;
        let inputs = planned.inputs.as_ref()?;
        let mut tools = Vec::new();
        for words in &inputs.toolchain {
            let dir = self.how.root.join(planned.dir.as_str());
            match Toolchain::of(receipts).fingerprint(words, &dir, self.how.interrupt) {
                Ok(fingerprint) => tools.push(fingerprint),
                Err(fault) => return Some(Err(format!("its tools are not known: {fault}"))),
            }
        }
        let env = inputs
            .env
            .iter()
            .map(|name| (name.clone(), std::env::var_os(name)));
        let outside = inputs.outside.iter().map(|path| outside(path));
        let env: Vec<_> = env.chain(outside).collect();
        let seen = match self.seen() {
            Ok(seen) => seen,
            Err(fault) => return Some(Err(format!("the files cannot be looked at: {fault}"))),
        };
        let reads = seen.digest(&inputs.reads);
        let key = Key::of(&KeyInputs {
            work: &planned.work,
            texts: planned.texts.as_deref(),
            reads: &reads,
            commit: inputs.commit,
            checkout: seen.files.checkout(),
            toolchain: &tools,
            env: &env,
            builtin: inputs.builtin,
        });
        let files = seen.files.clone();
        Some(Ok(Keyed { key, reads, files }))
    }

    /// What a receipt shows, so that the check need not run.
    pub(super) fn shown(&mut self, planned: &'c Planned, keyed: &MaybeKeyed<'c>) -> Option<Outcome> {
        if !matches!(self.how.remember, Remember::Use | Remember::Only) {
            return None;
        }
        let keyed = keyed.as_ref()?.as_ref().ok()?;
        let receipt = self.receipts()?.find(&keyed.key)?;
        let outcome = match receipt.verdict {
            Verdict::Passed => Outcome::Passed(Showing::Receipt(Box::new(receipt))),
            Verdict::Flaky => Outcome::Flaky(Showing::Receipt(Box::new(receipt))),
            Verdict::Failed => return None,
        };
        self.passed.push((planned, keyed.clone()));
        Some(outcome)
    }

    /// What is compared when its run ends; taken when it begins.
    pub(super) fn marks(&self, planned: &Planned, keyed: &MaybeKeyed<'c>) -> Option<Marks> {
        let (keyed, inputs) = (keyed.as_ref()?.as_ref().ok()?, planned.inputs.as_ref()?);
        Some(Marks::of(self.how.root, &keyed.files, &inputs.reads))
    }

    /// Keeps a run, if its key is what it was before and nobody touched what it reads. The files were forgotten when it
    /// ended.
    ///
    /// # Errors
    /// When what it was keyed on is different now: what, as a phrase.
    pub(super) fn keep(
        &mut self,
        planned: &'c Planned,
        (keyed, marks): (&MaybeKeyed<'c>, Option<&Marks>),
        verdict: RunVerdict,
        run: &Run,
        ended: Timestamp,
    ) -> Result<Kept, String> {
        let keyed = match keyed {
            None => return Ok(Kept::NotAsked),
            Some(Err(why)) => return Ok(Kept::No(why.clone())),
            Some(Ok(keyed)) => keyed,
        };
        let (after, inputs) = match (self.keyed(planned), &planned.inputs) {
            (Some(Ok(after)), Some(inputs)) => (after, inputs),
            (Some(Err(why)), _) => return Err(why),
            _ => return Ok(Kept::NotAsked),
        };
        if after.key != keyed.key {
            return Err(keyed.changed(&after.files, &inputs.reads));
        }
        if matches!(verdict, RunVerdict::Passed { .. }) {
            self.passed.push((planned, keyed.clone()));
        }
        let touched = marks.and_then(|marks| marks.touched(self.how.root, &after.files, &inputs.reads));
        if let Some(path) = touched {
            let path = text::escape_path(path);
            return Ok(Kept::No(format!(
                "{path} was written while it ran, and is as it was"
            )));
        }
        let ran = Ran {
            check: &planned.name,
            rung: planned.rung,
            work: &planned.work,
            reads: &keyed.reads,
            verdict,
            run,
            ended,
        };
        let kept = self.receipts().map(|receipts| receipts.keep(&keyed.key, &ran));
        Ok(match kept {
            None => Kept::NotAsked,
            Some(Ok(receipt)) => Kept::Yes(Box::new(receipt)),
            Some(Err(fault)) => Kept::No(fault.to_string()),
        })
    }

    /// The checks that passed, and what of that which they read is different by now: something that ran later, or beside
    /// them, changed it. Where nothing ran, nobody looks again.
    pub(super) fn overtaken(&mut self) -> Vec<(&'c str, String)> {
        let passed = std::mem::take(&mut self.passed);
        let overtaken = passed.into_iter().filter_map(|(planned, keyed)| {
            let reads = &planned.inputs.as_ref()?.reads;
            let what = match self.seen() {
                Ok(seen) => match seen.digest(reads) == keyed.reads {
                    true => return None,
                    false => keyed.changed(&seen.files, reads),
                },
                Err(fault) => format!("the files cannot be looked at: {fault}"),
            };
            Some((planned.name.as_str(), what))
        });
        overtaken.collect()
    }

    fn receipts(&self) -> Option<&'c Receipts> {
        let asked = self.how.remember != Remember::Nothing;
        self.how.receipts.filter(|_| asked)
    }

    fn seen(&mut self) -> Result<&mut Seen<'c>, String> {
        let (root, scopes) = (self.how.root, &self.scopes);
        let seen = self.files.get_or_insert_with(|| {
            let repo = Repo::open(root).map_err(|fault| fault.to_string())?;
            let files = Files::in_worktree(&repo, scopes).map_err(|fault| fault.to_string())?;
            Ok(Seen {
                files: Held::Looked(Rc::new(files)),
                digests: Vec::new(),
            })
        });
        seen.as_mut().map_err(|fault| fault.clone())
    }
}

impl Keyed<'_> {
    /// What is different now, as a phrase.
    fn changed(&self, now: &Files, scope: &Scope) -> String {
        let paths = self.files.differing(now, scope);
        changed(&paths, paths.len()).unwrap_or_else(|| "its tools or their configuration changed".to_owned())
    }
}

/// The first of `all` paths that changed, as a phrase; none without any.
pub(super) fn changed(paths: &[&[u8]], all: usize) -> Option<String> {
    let named: Vec<String> = paths.iter().take(2).map(|path| text::escape_path(path)).collect();
    match all {
        0 => None,
        1 | 2 => Some(format!("{} changed", named.join(" and "))),
        many => Some(format!("{} and {} more changed", named.join(", "), many - 2)),
    }
}

/// A file outside the repository by its name and content: where it lies differs from one worktree to the next.
fn outside(path: &Path) -> (String, Option<OsString>) {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let content = fs::read(path).ok();
    let digest = content.map(|content| hex(&Sha256::digest(content)).into());
    (format!("file {name}"), digest)
}

impl<'c> Seen<'c> {
    fn digest(&mut self, scope: &'c Scope) -> String {
        if let Some((_, digest)) = self.digests.iter().find(|(known, _)| *known == scope) {
            return digest.clone();
        }
        let digest = self.files.digest(scope);
        self.digests.push((scope, digest.clone()));
        digest
    }
}
