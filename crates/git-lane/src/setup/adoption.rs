//! What `init --gates` and `init --xtask` write: planned whole, then written, then named for the commit.

use lane_gate::GATES_PATH;

use super::Known;
use super::Report;
use super::gates_template;
use super::languages::Languages;
use super::policy_template::commit_command;
use super::policy_template::policy_paths;
use super::work_file::WorkFiles;
use super::xtask;
use crate::error::CliError;
use crate::session::Session;

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// The gates.
    Gates,
    /// The gates, and `cargo xtask gate`.
    Xtask,
}

/// All that is to be written, decided before anything is.
#[derive(Default)]
pub(crate) struct Adoption {
    steps: Vec<Step>,
    /// What the user is told about what is there already.
    pub(crate) note: Option<String>,
}

/// One line of the report, and the file that it stands for, unless it is kept.
pub(super) struct Step {
    report: Report,
    file: Option<(&'static str, String)>,
}

impl Step {
    pub(super) fn write(path: &'static str, text: String, what: String) -> Self {
        Self {
            report: Report::made(what),
            file: Some((path, text)),
        }
    }

    fn is_package(&self) -> bool {
        self.file
            .as_ref()
            .is_some_and(|(path, _)| path.starts_with("xtask/"))
    }

    pub(super) fn kept(what: String) -> Self {
        Self {
            report: Report::kept(what),
            file: None,
        }
    }
}

/// What the next commit is to hold of it.
pub(crate) struct Uncommitted {
    /// The command.
    pub(crate) command: String,
    /// Files that git ignores, so that nobody else gets them.
    pub(crate) ignored: Vec<String>,
}

/// Every file that may be written, and the word for it in a command: the package by its folder.
const WRITTEN: &[(&str, &str)] = &[
    (GATES_PATH, GATES_PATH),
    ("xtask/Cargo.toml", "xtask"),
    ("xtask/src/main.rs", "xtask"),
    ("Cargo.toml", "Cargo.toml"),
    (".cargo/config.toml", ".cargo/config.toml"),
    (".cargo/config", ".cargo/config"),
    ("Cargo.lock", "Cargo.lock"),
];

impl Adoption {
    /// Looks at everything and writes nothing.
    pub(crate) fn plan(
        session: &Session<'_>,
        known: &Known,
        wanted: Option<Wanted>,
    ) -> Result<Self, CliError> {
        let (Some(wanted), Some(root)) = (wanted, session.repo.work_dir()) else {
            return Ok(Self::default());
        };
        let again = match wanted {
            Wanted::Gates => "git lane init --gates",
            Wanted::Xtask => "git lane init --xtask",
        };
        let files = WorkFiles::new(root, again);
        let mut languages = Languages::look(session)?;
        let planned = match wanted {
            Wanted::Gates => None,
            Wanted::Xtask => Some(xtask::plan(&files, &languages)?),
        };
        let (mut steps, note) = planned.map_or((Vec::new(), None), |planned| (planned.steps, planned.note));
        languages.untested_xtask |= steps.iter().any(Step::is_package);
        steps.insert(0, gates(session, known, &files, &languages)?);
        let asks_of_gates = wanted == Wanted::Xtask && languages.untested_xtask;
        let kept = match asks_of_gates {
            true => files.read(GATES_PATH)?,
            false => None,
        };
        let lines = kept.and_then(|gates| xtask::ignored::lines(&gates)).map(|lines| {
            format!("The package xtask has no tests, and a run without any is not passed. {GATES_PATH} needs:\n{lines}")
        });
        let notes: Vec<String> = note.into_iter().chain(lines).collect();
        let note = (!notes.is_empty()).then(|| notes.join("\n"));
        Ok(Self { steps, note })
    }

    /// Writes it, unless it is only to be told.
    pub(crate) fn write(self, session: &Session<'_>, dry_run: bool) -> Result<Vec<Report>, CliError> {
        let root = session.repo.work_dir().unwrap_or(session.repo.git_dir());
        let files = WorkFiles::new(root, "git lane init");
        for (path, text) in self.steps.iter().filter_map(|step| step.file.as_ref()) {
            if !dry_run {
                files.write(path, text)?;
            }
        }
        Ok(self.steps.into_iter().map(|step| step.report).collect())
    }

    /// The files that are to be written.
    pub(crate) fn paths(&self) -> Vec<&'static str> {
        self.steps
            .iter()
            .filter_map(|step| Some(step.file.as_ref()?.0))
            .collect()
    }
}

fn gates(
    session: &Session<'_>,
    known: &Known,
    files: &WorkFiles<'_>,
    languages: &Languages,
) -> Result<Step, CliError> {
    if files.is_there(GATES_PATH)? {
        return Ok(Step::kept(format!("{GATES_PATH} is there")));
    }
    let branch = &known.integration;
    if let Some(policy) = lane_store::find_policy(session.repo, branch)? {
        let tree = session.repo.commit(policy.commit)?.tree;
        if session.repo.entry_at(tree, GATES_PATH)?.is_some() {
            return Ok(Step::kept(format!(
                "{GATES_PATH} is on {branch}, not in this worktree"
            )));
        }
    }
    let what = format!("{GATES_PATH}, the checks: read it, change it, commit it");
    Ok(Step::write(
        GATES_PATH,
        gates_template::template(languages, branch),
        what,
    ))
}

/// What the next commit is to hold of these files and of what an earlier call wrote: those that differ from HEAD.
/// With `policy` it holds the policy too; `instructions` is the file that tells agents how to work here.
pub(crate) fn uncommitted(
    session: &Session<'_>,
    written: &[&'static str],
    policy: bool,
    instructions: Option<&str>,
) -> Result<Option<Uncommitted>, CliError> {
    let all_paths = || WRITTEN.iter().map(|(one, _)| *one).chain(instructions);
    let there = session
        .repo
        .files_as_they_are(&|path| all_paths().any(|one| one.as_bytes() == path))?;
    let tree = match session.repo.head()?.oid() {
        Some(head) => Some(session.repo.commit(head)?.tree),
        None => None,
    };
    let differs = |path: &str| -> Result<bool, CliError> {
        let Some(file) = there.iter().find(|file| file.path == path.as_bytes()) else {
            return Ok(false);
        };
        let committed = match tree {
            Some(tree) => session.repo.entry_at(tree, path)?.map(|entry| entry.oid),
            None => None,
        };
        Ok(committed != Some(file.oid))
    };
    // What belongs together is committed together, also after an earlier call.
    let all = differs("xtask/Cargo.toml")?;
    let mut words = if policy { policy_paths(session) } else { Vec::new() };
    let is_covered = |word: &str| policy && word.starts_with(".agents/");
    for (path, word) in WRITTEN {
        let ours = all || *path == GATES_PATH || written.contains(path);
        if ours && !is_covered(word) && !words.contains(word) && differs(path)? {
            words.push(word);
        }
    }
    if let Some(path) = instructions
        && !words.contains(&path)
        && differs(path)?
    {
        words.push(path);
    }
    let is_listed = |path: &str| there.iter().any(|file| file.path == path.as_bytes());
    let asked = written.iter().copied().chain(instructions);
    let ignored: Vec<_> = asked.filter(|path| !is_listed(path)).map(str::to_owned).collect();
    if words.is_empty() && ignored.is_empty() {
        return Ok(None);
    }
    let what = match (policy, written) {
        (true, _) => "policy",
        (false, []) if instructions.is_some() => "instructions",
        (false, _) => "gates",
    };
    Ok(Some(Uncommitted {
        command: if words.is_empty() {
            String::new()
        } else {
            commit_command(session, &words, what)
        },
        ignored,
    }))
}
