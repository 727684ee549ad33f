//! What `init --agents-md` writes: our section of the file that tells agents how to work here. Nothing else of the file
//! is touched.

use lane_core::policy::POLICY_PATH;
use lane_core::policy::Policy;
use lane_core::policy::parse;
use lane_gate::GATES_PATH;
use lane_git::Oid;
use lane_store::PolicyFile;
use lane_store::find_policy;

use super::Known;
use super::Report;
use super::quoted;
use super::work_file::WorkFiles;
use crate::error::CliError;
use crate::instructions;
use crate::instructions::Broken;
use crate::instructions::Standing;
use crate::session::Session;

const AGAIN: &str = "git lane init --agents-md";

/// The section, decided before anything is written.
pub(crate) struct Instructions {
    /// The file, from the root.
    pub(crate) path: String,
    standing: Standing,
    old: Vec<u8>,
    wanted: String,
}

impl Instructions {
    /// Looks at the file and writes nothing. `gates`: whether this call writes them too.
    pub(crate) fn plan(session: &Session<'_>, known: &Known, gates: bool) -> Result<Self, CliError> {
        let rules = Rules::look(session, known, gates)?;
        let path = rules.policy.instructions.file.clone();
        let root = session.repo.work_dir().unwrap_or(session.repo.git_dir());
        let files = WorkFiles::new(root, AGAIN);
        let old = files.read_bytes(&path)?.unwrap_or_default();
        let gates = rules.gates.as_deref();
        let wanted = instructions::wanted(&rules.policy, gates, &known.integration).ok_or_else(|| {
            CliError::setup(
                format!("{GATES_PATH} cannot be used, and agents are told of it"),
                format!("git lane policy validate {GATES_PATH}"),
            )
        })?;
        let standing = instructions::standing(&old, &wanted).map_err(|broken| unmarked(&path, &broken))?;
        Ok(Self {
            path,
            standing,
            old,
            wanted,
        })
    }

    /// Whether there is something to write.
    pub(crate) fn is_due(&self) -> bool {
        !matches!(self.standing, Standing::Current | Standing::Newer(_))
    }

    /// Writes it, unless it is only to be told.
    pub(crate) fn write(&self, session: &Session<'_>, dry_run: bool) -> Result<Report, CliError> {
        let path = &self.path;
        match self.standing {
            Standing::Current => return Ok(Report::kept(format!("{path} tells agents how to work here"))),
            Standing::Newer(version) => {
                let what = format!("{path} has the section of a newer git-lane (text {version})");
                return Ok(Report::kept(what));
            }
            _ => {}
        }
        if !dry_run {
            let root = session.repo.work_dir().unwrap_or(session.repo.git_dir());
            let text = instructions::refreshed(&self.old, &self.wanted).map_err(|e| unmarked(path, &e))?;
            WorkFiles::new(root, AGAIN).write(path, &text)?;
        }
        let what = format!("{path}, the section that tells agents how to work here: commit it");
        Ok(match self.standing {
            Standing::Missing => Report::made(what),
            _ => Report::mended(what),
        })
    }
}

/// The file of this work tree that tells agents how to work here, where it has our section and git would take it.
pub(super) fn written(session: &Session<'_>) -> Option<String> {
    let root = session.repo.work_dir()?;
    let policy = std::fs::read(root.join(POLICY_PATH)).ok()?;
    let path = parse(&policy).ok()?.instructions.file;
    let text = WorkFiles::new(root, AGAIN).read_bytes(&path).ok()??;
    let is_ours = instructions::standing(&text, "") != Ok(Standing::Missing);
    let is_taken = !session.repo.is_ignored(&path).ok()?;
    (is_ours && is_taken).then_some(path)
}

/// Markers that mark no section are for a person to mend: nobody else knows where it is to end.
fn unmarked(path: &str, broken: &Broken) -> CliError {
    let (file, aside) = (quoted(path), quoted(&format!("{path}.old")));
    let way = match broken {
        Broken::Binary => format!("mv -- {file} {aside}"),
        _ => format!("sed -i.old '/^[[:space:]]*<!-- git-lane: /d' {file} && rm -- {aside}"),
    };
    CliError::setup(
        format!("{path} is left as it is: {broken}"),
        format!("cd \"$(git rev-parse --show-toplevel)\" && {way} && {AGAIN}"),
    )
}

/// The rules that the section follows from: this work tree's where they are changed in it, else those in force.
struct Rules {
    policy: Policy,
    gates: Option<Vec<u8>>,
}

impl Rules {
    fn look(session: &Session<'_>, known: &Known, gates_too: bool) -> Result<Self, CliError> {
        let in_force = find_policy(session.repo, &known.integration)?;
        let policy = match text_of(session, in_force.as_ref(), POLICY_PATH)? {
            Some(text) => parse(&text).map_err(|fault| {
                CliError::setup(
                    format!("{POLICY_PATH} cannot be used: {fault}"),
                    "git lane policy validate",
                )
            })?,
            // What the first `init` is about to write says nothing else.
            None => Policy::default(),
        };
        let gates = match text_of(session, in_force.as_ref(), GATES_PATH)? {
            // Those that `init --gates` is about to write name the rungs that count without them.
            None if gates_too => Some(Vec::new()),
            gates => gates,
        };
        Ok(Self { policy, gates })
    }
}

/// A file of the rules, as this branch is about to have it: a branch that did not change it follows what is in force.
fn text_of(
    session: &Session<'_>,
    in_force: Option<&PolicyFile>,
    path: &str,
) -> Result<Option<Vec<u8>>, CliError> {
    let repo = session.repo;
    let here = repo
        .work_dir()
        .and_then(|root| std::fs::read(root.join(path)).ok());
    let Some(in_force) = in_force else {
        return Ok(here);
    };
    let base = match repo.head()?.oid() {
        Some(head) => repo.merge_base(head, in_force.commit)?,
        None => None,
    };
    let before = base.map(|base| blob(session, base, path)).transpose()?.flatten();
    let is_own = match (&before, &here) {
        (Some(before), Some(here)) => with_lf(before) != with_lf(here),
        (None, here) => here.is_some(),
        // Gone from this work tree; a policy is never, while it is in force.
        (Some(_), None) => path == GATES_PATH,
    };
    match is_own {
        true => Ok(here),
        false => blob(session, in_force.commit, path),
    }
}

fn blob(session: &Session<'_>, commit: Oid, path: &str) -> Result<Option<Vec<u8>>, CliError> {
    let tree = session.repo.commit(commit)?.tree;
    let entry = session.repo.entry_at(tree, path)?;
    let read = entry.map(|entry| session.repo.blob(entry.oid, instructions::MAX_BYTES));
    read.transpose()
        .map_err(|fault| CliError::Usage(format!("{path}: {fault}")))
}

fn with_lf(bytes: &[u8]) -> Vec<u8> {
    String::from_utf8_lossy(bytes).replace("\r\n", "\n").into_bytes()
}
