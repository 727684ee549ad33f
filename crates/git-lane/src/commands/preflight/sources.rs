//! Whether what is to be read can be read.

use std::fs;
use std::fs::File;
use std::io;
use std::path::Path;

use lane_core::refusal::command;
use lane_core::text;

use super::Found;
use super::Scene;
use super::ill;
use super::well;
use super::well_with;
use crate::error::CliError;

/// How much of a path is shown, in characters.
const PATH_CHARS: usize = 200;

pub(super) fn look(scene: &Scene<'_>) -> Result<Found, CliError> {
    let root = scene.dir();
    let sources = &scene.gates()?.preflight().sources;
    let unread = sources
        .iter()
        .filter_map(|path| Some((path, read(&root.join(path)).err()?)));
    let unread: Vec<_> = unread.collect();
    let Some((path, cause)) = unread.first() else {
        return match sources.len() {
            0 => well(),
            all => well_with(format!("{all} readable")),
        };
    };
    let others = match unread.len() - 1 {
        0 => String::new(),
        others => format!(", and {others} more cannot"),
    };
    let shown = text::excerpt(
        &text::escape_path(path.as_os_str().as_encoded_bytes()),
        PATH_CHARS,
    );
    ill(
        format!("{shown} cannot be read: {cause}{others}"),
        mend(scene, path, cause)?,
    )
}

/// Looked at before it is opened: a pipe would be waited for until somebody writes to it.
fn read(path: &Path) -> io::Result<()> {
    let kind = fs::metadata(path)?.file_type();
    match (kind.is_dir(), kind.is_file()) {
        (true, _) => path.read_dir().map(drop),
        (false, true) => File::open(path).map(drop),
        (false, false) => Err(io::Error::other("it is neither a file nor a folder")),
    }
}

/// A tracked file comes back; another one only its owner can bring.
fn mend(scene: &Scene<'_>, path: &Path, cause: &io::Error) -> Result<String, CliError> {
    let repo = scene.session.repo;
    let name = path.to_string_lossy();
    if cause.kind() == io::ErrorKind::PermissionDenied {
        return Ok(command(&["chmod", "-R", "u+rX", "--", &name]));
    }
    if let Some(tip) = repo.head()?.oid()
        && path.is_relative()
        && let Ok(Some(_)) = repo.entry_at(repo.commit(tip)?.tree, &name)
    {
        let from_root = format!(":/{name}");
        return Ok(command(&[
            "git",
            "restore",
            "--source=HEAD",
            "--staged",
            "--worktree",
            "--",
            &from_root,
        ]));
    }
    let name = command(&[&name]);
    Ok(format!(
        "put {name} there, or take it out of `sources` of [preflight] in .agents/gates.toml"
    ))
}
