//! The gate at a push: what receipts of this clone show is not run again; what they do not show is run where the pushed
//! commit is checked out and clean; what is so nowhere is refused, with the command that makes the receipts.

use std::ops::RangeInclusive;
use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;

use lane_core::glob::Scope;
use lane_core::ground;
use lane_core::refusal::Refusal;
use lane_core::text;
use lane_gate::Base;
use lane_gate::Files;
use lane_gate::GATES_PATH;
use lane_gate::Gates;
use lane_gate::Interrupt;
use lane_gate::Outcome;
use lane_gate::Remember;
use lane_gate::Report;
use lane_git::Oid;
use lane_git::Repo;

use super::Call;
use super::gate_refusal::finding;
use super::gate_refusal::refuse;
use super::gated::Gated;
use crate::error::CliError;
use crate::gate;
use crate::gate::Asked;
use crate::gate::How;
use crate::gate::Prepared;
use crate::gate::What;
use crate::session::Session;
use crate::setup::quoted;
use crate::show::climb as show;
use crate::show::paint;

/// How many checks or paths a refusal names.
const NAMED: usize = 8;

/// Climbs for every commit of the push that must have passed; the first that did not refuses.
pub(super) fn climb(call: &Call<'_>, session: &Session<'_>, gated: &[Gated]) -> Result<ExitCode, CliError> {
    for one in gated {
        let (gates, file) = gates(call, session, one)?;
        let rung = one.rung(gates.hooks());
        if rung == 0 || gates.checks().next().is_none() {
            continue;
        }
        let push = Push {
            call,
            session,
            gates: &gates,
            file,
            one,
            rungs: 1..=rung,
            interrupt: Interrupt::install().unwrap_or_else(|_| Interrupt::none()),
        };
        if let Some(code) = push.refused()? {
            return Ok(code);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The checks that judge: those of the integration branch as it is. Where these cannot be used, a push to that branch is
/// judged by those that it brings, or nobody could ever mend them; the second value names their file then.
fn gates(
    call: &Call<'_>,
    session: &Session<'_>,
    one: &Gated,
) -> Result<(Gates, Option<&'static str>), CliError> {
    let unusable = match gate::declared(session) {
        Ok(declared) => return Ok((declared.gates, None)),
        Err(fault) => fault,
    };
    if !one.lands {
        return Err(unusable);
    }
    let Ok(brought) = gate::at_commit(session, one.commit, &one.commit.short()) else {
        return Err(unusable);
    };
    if !call.as_json {
        paint::note(&format!("{unusable}; judged by what is pushed"));
    }
    let file = brought.place.is_some().then_some(GATES_PATH);
    Ok((brought.gates, file))
}

/// One commit at the gate.
struct Push<'a> {
    call: &'a Call<'a>,
    session: &'a Session<'a>,
    gates: &'a Gates,
    file: Option<&'static str>,
    one: &'a Gated,
    rungs: RangeInclusive<u8>,
    interrupt: Interrupt,
}

/// A worktree of this clone that has the commit checked out.
struct Checkout {
    repo: Repo,
    path: PathBuf,
    /// Whether the push is made in it.
    here: bool,
    /// What it has over the commit, as a part of a sentence.
    dirt: Option<String>,
}

impl Push<'_> {
    fn refused(&self) -> Result<Option<ExitCode>, CliError> {
        let checkout = checkout(self.session.repo, self.one.commit)?;
        let root = self.root(checkout.as_ref())?;
        let lacking = self.lacking(root.as_deref())?;
        if lacking.is_empty() {
            return Ok(None);
        }
        match checkout {
            Some(at) if at.dirt.is_none() => self.climb(&at),
            other => {
                let found = finding(self.not_run(&lacking, other.as_ref(), root.as_deref())?);
                Ok(Some(refuse(self.call, &found, None)))
            }
        }
    }

    /// The checks that no receipt shows; `root`: where the tools are asked what they are.
    fn lacking(&self, root: Option<&Path>) -> Result<Vec<String>, CliError> {
        let Some(root) = root else {
            let checks = self.gates.checks();
            let asked = checks.filter(|(_, check)| self.rungs.contains(&check.rung));
            return Ok(asked.map(|(name, _)| name.to_string()).collect());
        };
        let repo = Repo::open(root)?;
        let what = What::Commit(self.one.commit, &self.one.base);
        let prepared = self.prepared(&repo, what)?;
        let report = prepared.climb(&self.how(Remember::Only), &mut |_| {})?;
        if report.interrupted() {
            return Err(CliError::Interrupted);
        }
        let now = self.session.source.now();
        for flaky in report.flaky().filter(|_| !self.call.as_json) {
            show::flaky(flaky, now)
                .iter()
                .for_each(|words| paint::warning(words));
        }
        let bad = report.done.iter().filter(|done| !done.outcome.is_good());
        Ok(bad.map(|done| done.name.clone()).collect())
    }

    /// Where the tools are asked what they are: where the commit is, else here, else in any worktree.
    fn root(&self, at: Option<&Checkout>) -> Result<Option<PathBuf>, CliError> {
        let here = || self.session.repo.work_dir();
        if let Some(root) = at.map(|at| at.path.as_path()).or_else(here) {
            return Ok(Some(root.to_owned()));
        }
        let list = self.session.repo.worktree_list()?;
        let mut usable = list.into_iter().filter(|tree| !tree.bare && !tree.prunable);
        Ok(usable.next().map(|tree| tree.path))
    }

    fn climb(&self, at: &Checkout) -> Result<Option<ExitCode>, CliError> {
        let prepared = self.prepared(&at.repo, What::WorkTree(&self.one.base))?;
        let (name, commit) = (&self.one.name, self.one.commit.short());
        if !self.call.as_json {
            paint::note(&format!("the checks of {name} at {commit}, before it is pushed:"));
        }
        let against = match &self.one.base {
            Base::Commit(base) if self.one.lands => format!("{}, which the remote has", base.short()),
            Base::Commit(base) => format!("{}, where the lane begins", base.short()),
            _ => String::new(),
        };
        let how = self.how(Remember::Use);
        let report = gate::climb_beside(&prepared, &how, &against, (false, self.call.as_json))?;
        let git = match at.here {
            true => "git".to_owned(),
            false => format!("git -C {}", shown(&at.path)),
        };
        if let Some(no) = gate::refusal(&report, &self.command(&git)) {
            return Ok(Some(refuse(self.call, &finding(no), Some(&report))));
        }
        match self.changed(at, &report)? {
            Some(no) => Ok(Some(refuse(self.call, &finding(no), Some(&report)))),
            None => Ok(None),
        }
    }

    /// What ran was not the commit, if the worktree was changed meanwhile.
    fn changed(&self, at: &Checkout, report: &Report) -> Result<Option<Refusal>, CliError> {
        let ran = |outcome: &Outcome| matches!(outcome, Outcome::Passed(_) | Outcome::Flaky(_));
        if !report.done.iter().any(|done| ran(&done.outcome)) {
            return Ok(None);
        }
        let now = checkout(self.session.repo, self.one.commit)?;
        if now
            .as_ref()
            .is_some_and(|now| now.path == at.path && now.dirt.is_none())
        {
            return Ok(None);
        }
        let names: Vec<String> = report.done.iter().map(|done| done.name.clone()).collect();
        self.not_run(&names, now.as_ref(), Some(&at.path)).map(Some)
    }

    fn not_run(
        &self,
        lacking: &[String],
        at: Option<&Checkout>,
        root: Option<&Path>,
    ) -> Result<Refusal, CliError> {
        let commit = self.one.commit.short();
        let checks = if lacking.len() == 1 { "check" } else { "checks" };
        let (count, names) = (lacking.len(), named(lacking));
        let place = match at {
            Some(at) => format!(
                "it is checked out at {} with {}",
                text::escape_path(at.path.as_os_str().as_encoded_bytes()),
                at.dirt.as_deref().unwrap_or("something else")
            ),
            None => "it is checked out nowhere in this clone".to_owned(),
        };
        let what = format!(
            "{count} {checks} of {} have not been seen to pass at {commit}, and {place}: {names}",
            self.one.name
        );
        let mut no = Refusal::new(&ground::GATE_NOT_RUN, what);
        if let Some(at) = at {
            let add = match at.here {
                true => "git add --all && git commit -m TEXT".to_owned(),
                false => {
                    let folder = shown(&at.path);
                    format!("git -C {folder} add --all && git -C {folder} commit -m TEXT")
                }
            };
            no = no.hint(add);
        }
        Ok(no.hint(self.elsewhere(root)?))
    }

    /// The command that checks the commit out in a folder of its own and climbs there. The folder goes again where the
    /// receipts alone will do; else it stays, and the push finds it. It lies beside `root`, so that the files above both,
    /// which cargo and its tools read, are the same ones.
    fn elsewhere(&self, root: Option<&Path>) -> Result<String, CliError> {
        let repo = self.session.repo;
        let tree = repo.commit(self.one.commit)?.tree;
        let name = format!("gate-{}", self.one.commit.short());
        let folder = match root.and_then(Path::parent) {
            Some(beside) => beside.join(name),
            None => self.session.main_folder()?.join(name),
        };
        let folder = shown(&folder);
        let add = format!("git worktree add --quiet --detach {folder} {}", self.one.commit);
        let files = repo.files_in_tree(tree, &|_| false)?;
        let modules = files.iter().any(|file| file.mode == GITLINK);
        let mut line = vec![add];
        if modules {
            line.push(format!(
                "git -C {folder} submodule --quiet update --init --recursive"
            ));
        }
        line.push(self.command(&format!("git -C {folder}")));
        if let Some(root) = root
            && self.is_like(root, tree)?
        {
            let force = if modules { " --force" } else { "" };
            line.push(format!("git worktree remove{force} {folder}"));
        }
        Ok(line.join(" && "))
    }

    /// Whether the tools are the same in the worktree `root` as where `tree` is checked out, no ignored file counts, and
    /// the files there are byte for byte the blobs that a receipt is looked for by.
    fn is_like(&self, root: &Path, tree: Oid) -> Result<bool, CliError> {
        let folders = self
            .gates
            .checks()
            .all(|(_, check)| root.join(check.dir.as_str()).is_dir());
        let files = Files::of_tree(self.session.repo, tree)?;
        let checks = &mut self.gates.checks();
        if checks.any(|(_, check)| !lane_gate::ignored(root, check, &files).is_empty()) {
            return Ok(false);
        }
        let there = Repo::open(root)?;
        if files.are_converted() || Files::in_worktree(&there, &[&Scope::everything()])?.are_converted() {
            return Ok(false);
        }
        let Some(head) = there.head()?.oid() else {
            return Ok(false);
        };
        let other = there.commit(head)?.tree;
        for path in TOOLCHAIN {
            let oid = |tree| {
                self.session
                    .repo
                    .entry_at(tree, path)
                    .map(|entry| entry.map(|entry| entry.oid))
            };
            if oid(tree)? != oid(other)? {
                return Ok(false);
            }
        }
        Ok(folders)
    }

    fn command(&self, git: &str) -> String {
        self.one.command(git, *self.rungs.end(), self.file)
    }

    fn prepared(&self, repo: &Repo, what: What<'_>) -> Result<Prepared, CliError> {
        let asked = Asked {
            repo,
            gates: self.gates,
            what,
            rungs: &self.rungs,
            level: self.one.level(),
            area: None,
        };
        Prepared::of(&asked, &self.interrupt)
    }

    fn how(&self, remember: Remember) -> How<'_> {
        How::to_the_first_failure(remember, self.session.source, &self.interrupt)
    }
}

/// The files that choose a toolchain by the folder that it is asked for in.
const TOOLCHAIN: [&str; 2] = ["rust-toolchain", "rust-toolchain.toml"];

/// The mode of a submodule.
const GITLINK: u32 = 0o160_000;

/// The worktree that has exactly this commit: a clean one before one that is not, this one before others.
fn checkout(repo: &Repo, commit: Oid) -> Result<Option<Checkout>, CliError> {
    let here = repo.work_dir().map(Path::to_owned);
    let mut list = repo.worktree_list()?;
    list.retain(|tree| tree.head == Some(commit) && !tree.bare && !tree.prunable);
    list.sort_by_key(|tree| here.as_ref() != Some(&tree.path));
    let mut dirty = None;
    for tree in list {
        // One whose folder is away for a while is none that anything can run in.
        let Ok(there) = Repo::open(&tree.path) else {
            continue;
        };
        let dirt = there.dirt(None)?;
        let mut at = Checkout {
            repo: there,
            here: here.as_ref() == Some(&tree.path),
            path: tree.path,
            dirt: None,
        };
        if dirt.count == 0 {
            return Ok(Some(at));
        }
        let paths: Vec<String> = dirt.paths.iter().map(|path| text::escape_path(path)).collect();
        at.dirt = Some(format!("uncommitted or untracked files ({})", named(&paths)));
        dirty = dirty.or(Some(at));
    }
    Ok(dirty)
}

fn named(all: &[String]) -> String {
    let mut shown: Vec<&str> = all.iter().take(NAMED).map(String::as_str).collect();
    let more = format!("and {} more", all.len().saturating_sub(NAMED));
    if all.len() > NAMED {
        shown.push(&more);
    }
    shown.join(", ")
}

fn shown(path: &Path) -> String {
    quoted(&path.display().to_string())
}
