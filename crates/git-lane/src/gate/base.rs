//! What a gate compares with: the nearest merge base with the integration branch, or whatever was named.

use lane_core::text;
use lane_gate::Base;
use lane_git::Head;
use lane_git::Oid;
use lane_git::Repo;

use crate::error::CliError;
use crate::integration;
use crate::session::Session;

/// The integration branch: as the state has it, else as `init` would guess it, so that a gate works in a clone that
/// has no state.
pub(crate) fn integration_name(session: &Session<'_>) -> Result<Option<String>, CliError> {
    let store = session.store();
    if store.tip()?.is_some() {
        return Ok(Some(integration::name(&store)?));
    }
    integration::guess(session.repo)
}

/// The base of what stands in this work tree. Whatever is not known makes it everything.
pub(crate) fn base(session: &Session<'_>, named: Option<&str>) -> Result<Base, CliError> {
    let repo = session.repo;
    let head = match repo.head()? {
        Head::Unborn { .. } => return Ok(Base::Nothing),
        head => head,
    };
    let Some(tip) = head.oid() else {
        return Ok(Base::Nothing);
    };
    if let Some(named) = named {
        let shown = text::excerpt(named, 80);
        let Some(other) = repo.resolve(named) else {
            return Ok(Base::Everything(format!("{shown} names no commit here")));
        };
        return nearest(session, tip, &[other], &shown);
    }
    let Some(main) = integration_name(session)? else {
        return Ok(Base::Everything("there is no integration branch".to_owned()));
    };
    let own = format!("refs/heads/{main}");
    let (mut others, mut itself) = (Vec::new(), false);
    for (name, oid) in integration::tips(repo, &main)? {
        match name == own && is_its_own(repo, &head, &main, tip, oid) {
            true => itself = true,
            false => others.push(oid),
        }
    }
    if others.is_empty() {
        return Ok(Base::Everything(match itself {
            true => format!("{main} is not compared with itself"),
            false => format!("the integration branch {main} has no commit here"),
        }));
    }
    nearest(session, tip, &others, &main)
}

/// Whether the local integration branch says nothing about what stands here: it is checked out itself, or HEAD is
/// detached in it, where nobody knows since when. On another branch, being in it means that this began or landed there.
fn is_its_own(repo: &Repo, head: &Head, main: &str, tip: Oid, local: Oid) -> bool {
    match head.branch() {
        Some(branch) => branch == main,
        // What cannot be told is not left out either: then everything may be.
        None => repo.is_ancestor(tip, local).unwrap_or(true),
    }
}

/// Why everything is checked where nothing differs, if it then is: on the integration branch, or detached, a gate that nothing
/// differs for would be green without having looked at anything, as in CI behind a push. On another branch nothing was
/// done yet, and nothing is to be checked.
pub(crate) fn everything_instead(session: &Session<'_>) -> Result<Option<String>, CliError> {
    let head = session.repo.head()?;
    let why = match (head.branch(), integration_name(session)?) {
        (None, _) => "HEAD is detached, and nothing differs".to_owned(),
        (Some(branch), Some(main)) if branch == main => {
            format!("this is {main} as it was published, and nothing differs")
        }
        _ => return Ok(None),
    };
    Ok(Some(why))
}

/// The base of a commit that goes where `there` is now.
pub(crate) fn base_there(session: &Session<'_>, tip: Oid, there: Oid, name: &str) -> Result<Base, CliError> {
    nearest(session, tip, &[there], name)
}

fn nearest(session: &Session<'_>, tip: Oid, others: &[Oid], name: &str) -> Result<Base, CliError> {
    let repo = session.repo;
    // What is missing of the history may hide a merge base, and never makes a wrong one.
    match integration::nearest_merge_base(repo, tip, others.iter().copied()) {
        Ok(Some(base)) => Ok(Base::Commit(base)),
        Ok(None) if repo.is_shallow() => Ok(Base::Everything(format!(
            "this clone is shallow, and where the work left {name} is not in it"
        ))),
        Ok(None) => Ok(Base::Everything(format!(
            "it has no commit in common with {name}"
        ))),
        Err(fault) => Ok(Base::Everything(format!(
            "where the work left {name} cannot be read: {}",
            text::excerpt(&fault.to_string(), 200)
        ))),
    }
}
