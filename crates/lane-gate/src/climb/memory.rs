//! Which receipt belongs to a check at this moment, and whether its run may be kept.

use std::borrow::Cow;
use std::ffi::OsString;
use std::fs;
use std::path::Path;

use lane_core::glob::Scope;
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
}

/// The files, and the digests that somebody asked for already: many checks read the same.
struct Seen<'c> {
    files: Cow<'c, Files>,
    digests: Vec<(&'c Scope, String)>,
}

/// A check's key, and the digest of what it reads.
#[derive(Clone)]
pub(super) struct Keyed {
    key: Key,
    reads: String,
}

/// None = nobody asked for receipts; the text says why there is no key.
pub(super) type MaybeKeyed = Option<Result<Keyed, String>>;

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
                files: Cow::Borrowed(files),
                digests: Vec::new(),
            })
        });
        Self {
            how,
            scopes,
            files: seen,
        }
    }

    /// A check ran since: the files must be looked at again. What is stored stays as it is.
    pub(super) fn forget(&mut self) {
        if !self.how.seen.is_some_and(Files::are_stored) {
            self.files = None;
        }
    }

    pub(super) fn keyed(&mut self, planned: &'c Planned) -> MaybeKeyed {
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
            checkout: seen.files.checkout(),
            toolchain: &tools,
            env: &env,
            builtin: inputs.builtin,
        });
        Some(Ok(Keyed { key, reads }))
    }

    /// What a receipt shows, so that the check need not run.
    pub(super) fn shown(&self, keyed: &MaybeKeyed) -> Option<Outcome> {
        if !matches!(self.how.remember, Remember::Use | Remember::Only) {
            return None;
        }
        let keyed = keyed.as_ref()?.as_ref().ok()?;
        let receipt = self.receipts()?.find(&keyed.key)?;
        match receipt.verdict {
            Verdict::Passed => Some(Outcome::Passed(Showing::Receipt(Box::new(receipt)))),
            Verdict::Flaky => Some(Outcome::Flaky(Showing::Receipt(Box::new(receipt)))),
            Verdict::Failed => None,
        }
    }

    /// Keeps a run, if its key is what it was before. The files were forgotten when it ended.
    pub(super) fn keep(
        &mut self,
        planned: &'c Planned,
        keyed: &MaybeKeyed,
        verdict: RunVerdict,
        run: &Run,
        ended: Timestamp,
    ) -> Kept {
        let keyed = match keyed {
            None => return Kept::NotAsked,
            Some(Err(why)) => return Kept::No(why.clone()),
            Some(Ok(keyed)) => keyed,
        };
        match self.keyed(planned) {
            Some(Ok(after)) if after.key == keyed.key => {}
            Some(Ok(_)) => return Kept::No("what it reads changed while it ran".to_owned()),
            Some(Err(why)) => return Kept::No(why),
            None => return Kept::NotAsked,
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
        match kept {
            None => Kept::NotAsked,
            Some(Ok(receipt)) => Kept::Yes(Box::new(receipt)),
            Some(Err(fault)) => Kept::No(fault.to_string()),
        }
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
                files: Cow::Owned(files),
                digests: Vec::new(),
            })
        });
        seen.as_mut().map_err(|fault| fault.clone())
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
