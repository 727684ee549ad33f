//! Which files' format is compared: those that changed, and those that what changed makes rustfmt write differently.

use std::collections::BTreeSet;

use super::Ask;
use super::PlannedCheck;
use super::PlannedWork;
use super::Skip;
use super::Todo;
use super::Trigger;
use super::files_are_known;
use super::workspace;
use crate::builtin;
use crate::cargo::Workspace;
use crate::change::Changed;
use crate::change::Extent;
use crate::gates::Check;

/// What rustfmt reads in the folders above a file, and what says which rustfmt that is.
const BINDING: [&[u8]; 4] = [
    b".rustfmt.toml",
    b"rust-toolchain",
    b"rust-toolchain.toml",
    b"rustfmt.toml",
];

pub(super) fn format(
    ask: &Ask<'_>,
    check: &Check,
    why: Trigger,
    changed: &[&Changed],
) -> Result<PlannedCheck, Todo> {
    files_are_known(ask)?;
    let workspace = workspace(ask, check)
        .map_err(|e| Todo::Broken(format!("the editions of the files are not known: {e}")))?;
    let binding: Vec<&Changed> = match &ask.change.extent {
        Extent::Files(_) => changed
            .iter()
            .copied()
            .filter(|file| binds_format(&file.path, ask.editions))
            .collect(),
        Extent::Everything { .. } => Vec::new(),
    };
    let files: BTreeSet<&[u8]> = changed
        .iter()
        .filter(|file| file.is_file())
        .map(|file| file.path.as_slice())
        .chain(bound(ask, check, &binding, workspace))
        .filter(|path| path.ends_with(b".rs"))
        .collect();
    let files = builtin::format_files(files, workspace);
    if files.is_empty() {
        return Err(Todo::Skip(Skip::NoFile));
    }
    let why = match binding.first() {
        Some(file) => Trigger::Format(file.path.clone()),
        None => why,
    };
    Ok(PlannedCheck {
        work: PlannedWork::Format(files),
        why,
        affected: None,
        folders: Vec::new(),
    })
}

/// Whether a change of this path can make rustfmt write files differently that did not change. `editions`: the changed
/// manifests that say another edition than before ([`crate::editions`]).
pub fn binds_format(path: &[u8], editions: &[Vec<u8>]) -> bool {
    let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    BINDING.contains(&name) || editions.iter().any(|manifest| manifest == path)
}

/// The files that these reach: those below their folders, and of the workspace's own manifest all, for its members may lie
/// anywhere.
fn bound<'a>(
    ask: &Ask<'a>,
    check: &Check,
    binding: &[&Changed],
    workspace: &Workspace,
) -> impl Iterator<Item = &'a [u8]> {
    let folder = |file: &&Changed| {
        let end = file.path.iter().rposition(|byte| *byte == b'/');
        let folder = end.map_or(&[][..], |end| &file.path[..=end]).to_vec();
        let own = folder.strip_suffix(b"/").unwrap_or(&folder) == workspace.dir;
        match own && file.path.ends_with(b"Cargo.toml") {
            true => Vec::new(),
            false => folder,
        }
    };
    let folders: Vec<Vec<u8>> = binding.iter().map(folder).collect();
    let there = ask.files.iter().filter(|file| file.mode & 0o170_000 == 0o100_000);
    let paths = there.map(|file| file.path.as_slice());
    paths.filter(move |path| folders.iter().any(|folder| path.starts_with(folder)) && check.concerns(path))
}
