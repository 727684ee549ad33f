//! The declared checks: read from the integration branch, where the policy is read too.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use lane_core::codec;
use lane_core::refusal::command;
use lane_core::text;
use lane_gate::GATES_PATH;
use lane_gate::Gates;
use lane_git::Oid;
use lane_store::integration_refs;

use super::integration_name;
use crate::error::CliError;
use crate::session::Session;

/// The checks, and where they were found.
#[derive(Debug, Default)]
pub(crate) struct Declared {
    pub(crate) gates: Gates,
    /// For people: `main:.agents/gates.toml`; none where nothing is declared.
    pub(crate) place: Option<String>,
}

/// What the integration branch declares; nothing where it has no such file, or there is no such branch.
///
/// # Errors
/// When the file cannot be used: never fewer checks instead.
pub(crate) fn declared(session: &Session<'_>) -> Result<Declared, CliError> {
    let Some(branch) = integration_name(session)? else {
        return Ok(Declared::default());
    };
    let Some(commit) = commit(session, &branch)? else {
        return Ok(Declared::default());
    };
    at_commit(session, commit, &branch)
}

/// What the integration branch declares, if it asks for checks before commits; read only as far as that takes, for every
/// commit pays for it.
///
/// # Errors
/// When the file asks for them, or may, and cannot be used.
pub(crate) fn before_commits(session: &Session<'_>, branch: &str) -> Result<Option<Gates>, CliError> {
    let Some(commit) = commit(session, branch)? else {
        return Ok(None);
    };
    let tree = session.repo.commit(commit)?.tree;
    let Some(entry) = session.repo.entry_at(tree, GATES_PATH)? else {
        return Ok(None);
    };
    let bytes = session.repo.blob(entry.oid, codec::MAX_BYTES);
    if bytes.is_ok_and(|bytes| !Gates::may_ask_before_commits(&bytes)) {
        return Ok(None);
    }
    let gates = at_commit(session, commit, branch)?.gates;
    Ok((gates.hooks().pre_commit > 0).then_some(gates))
}

/// What a commit declares, called `name` for people: for a push that mends what the integration branch declares.
///
/// # Errors
/// When the file cannot be used.
pub(crate) fn at_commit(session: &Session<'_>, commit: Oid, name: &str) -> Result<Declared, CliError> {
    let tree = session.repo.commit(commit)?.tree;
    let Some(entry) = session.repo.entry_at(tree, GATES_PATH)? else {
        return Ok(Declared::default());
    };
    let place = format!("{name}:{GATES_PATH}");
    let unusable = |fault: String| {
        CliError::setup(
            format!("{place}: {fault}"),
            command(&["git", "lane", "policy", "validate", GATES_PATH]),
        )
    };
    let bytes = session.repo.blob(entry.oid, codec::MAX_BYTES);
    let bytes = bytes.map_err(|fault| unusable(fault.to_string()))?;
    Ok(Declared {
        gates: Gates::parse(&bytes).map_err(|fault| unusable(fault.to_string()))?,
        place: Some(place),
    })
}

/// The commit whose policy is in force; without a policy the first of the integration branch's refs that is here.
fn commit(session: &Session<'_>, branch: &str) -> Result<Option<Oid>, CliError> {
    if let Some(policy) = lane_store::find_policy(session.repo, branch)? {
        return Ok(Some(policy.commit));
    }
    for name in integration_refs(session.repo, branch)? {
        if let Some(commit) = session.repo.find_ref(&name)? {
            return Ok(Some(commit));
        }
    }
    Ok(None)
}

/// What a file declares, whoever wrote it: for a gate that is asked for by hand.
pub(crate) fn from_file(session: &Session<'_>, path: &Path) -> Result<Declared, CliError> {
    let shown = text::escape_path(path.as_os_str().as_encoded_bytes());
    // From where the caller stands, else from the root.
    let at_root = session.repo.work_dir().map(|root| root.join(path));
    let mut places = [path.to_owned()].into_iter().chain(at_root);
    let Some(path) = places.find(|place| place.exists()) else {
        return Err(CliError::Usage(format!(
            "{shown} is not there, neither from here nor from the root; without --gates, those of the integration branch count"
        )));
    };
    let path = path.as_path();
    // A name on the command line that is wrong is a wrong command line.
    let unread = || CliError::Usage(format!("{shown} cannot be read"));
    // A pipe would be waited for, and a device need not end.
    if !std::fs::metadata(path).map_err(|_| unread())?.is_file() {
        return Err(CliError::Usage(format!("{shown} is no file")));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|_| unread())?;
    let bounded = file.take(codec::MAX_BYTES as u64 + 1).read_to_end(&mut bytes);
    if bounded.map_err(|_| unread())? > codec::MAX_BYTES {
        return Err(CliError::Usage(format!("{shown} is too large")));
    }
    Ok(Declared {
        gates: Gates::parse(&bytes).map_err(|fault| CliError::Usage(format!("{shown}: {fault}")))?,
        place: Some(shown),
    })
}
