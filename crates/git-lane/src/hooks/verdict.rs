//! A verdict handed from pre-commit to prepare-commit-msg: good while index, HEAD, state and lane are the same.

use std::fs;
use std::path::PathBuf;

use lane_git::Repo;

use crate::error::CliError;
use crate::session::Session;

fn note(repo: &Repo) -> PathBuf {
    repo.git_dir().join("lane").join("verdict")
}

/// What the verdict depends on; none when the index does not say what it holds.
fn key(session: &Session<'_>) -> Result<Option<String>, CliError> {
    let repo = session.repo;
    let Some(index) = index_checksum(repo) else {
        return Ok(None);
    };
    let text = |oid: lane_git::Oid| oid.to_string();
    let head = repo.head()?.oid().map(text).unwrap_or_default();
    let merged: Vec<String> = repo.merge_heads()?.into_iter().map(text).collect();
    let state = session.store().tip()?.map(text).unwrap_or_default();
    let binding = session
        .binding()?
        .map_or(String::new(), |b| format!("{} {}", b.task, b.fence));
    let branch = repo.head()?.branch().unwrap_or_default().to_owned();
    Ok(Some(format!(
        "1\n{index}\n{head}\n{}\n{state}\n{binding}\n{branch}\n{}\n",
        merged.join(" "),
        session.agent()?
    )))
}

/// The checksum at the end of the index file. With `index.skipHash` it is zero and says nothing.
fn index_checksum(repo: &Repo) -> Option<String> {
    let path = std::env::var_os("GIT_INDEX_FILE").map_or_else(|| repo.git_dir().join("index"), PathBuf::from);
    let mut file = fs::File::open(path).ok()?;
    let mut tail = [0u8; 20];
    std::io::Seek::seek(&mut file, std::io::SeekFrom::End(-20)).ok()?;
    std::io::Read::read_exact(&mut file, &mut tail).ok()?;
    let known = tail.iter().any(|byte| *byte != 0);
    known.then(|| tail.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// What pre-commit saw of what is to be committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// Nothing: it did not run, or for something else.
    Nothing,
    /// Something on this commit, and the index does not say whether it was the same.
    Perhaps,
    /// Exactly this, and it passed.
    Same,
}

/// The note where the index does not say what it holds: on which commit something passed.
fn vague(session: &Session<'_>) -> Option<String> {
    let head = session.repo.head().ok()?.oid()?;
    Some(format!("0\n{head}\n"))
}

/// Notes that what is staged may be committed. A note that cannot be written costs the next hook a look of its own.
pub(super) fn keep(session: &Session<'_>) {
    let Ok(known) = key(session) else { return };
    let Some(note_text) = known.or_else(|| vague(session)) else {
        return;
    };
    let path = note(session.repo);
    let Some(folder) = path.parent() else { return };
    let _ = fs::create_dir_all(folder).and_then(|()| fs::write(&path, note_text));
}

/// What pre-commit passed; the note is used up.
pub(super) fn take(session: &Session<'_>) -> Result<Seen, CliError> {
    let path = note(session.repo);
    let Ok(kept) = fs::read_to_string(&path) else {
        return Ok(Seen::Nothing);
    };
    let _ = fs::remove_file(&path);
    Ok(match key(session)? {
        Some(key) if key == kept => Seen::Same,
        None if vague(session).as_ref() == Some(&kept) => Seen::Perhaps,
        _ => Seen::Nothing,
    })
}
