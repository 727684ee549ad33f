//! Manifests that say another edition than before: rustfmt writes the same file differently by it.

use std::fs;
use std::path::Path;

use lane_core::codec;
use lane_git::Oid;
use lane_git::Repo;
use toml::Table;

use super::Change;
use super::Extent;
use crate::Files;

/// What a manifest says of editions: of its package, and for the members of its workspace.
type Said = [Option<String>; 2];

/// The changed manifests whose editions differ, or are not known before or after. `root` is where the files are, unless
/// they are stored.
pub fn editions(repo: &Repo, root: &Path, change: &Change, files: &Files) -> Vec<Vec<u8>> {
    let Extent::Files(changed) = &change.extent else {
        return Vec::new();
    };
    let manifests = changed
        .iter()
        .map(|file| &file.path)
        .filter(|path| path.rsplit(|byte| *byte == b'/').next() == Some(b"Cargo.toml"));
    let base = change.base.as_deref().and_then(|base| repo.resolve(base));
    let differs = |path: &&Vec<u8>| {
        let Ok(path) = std::str::from_utf8(path) else {
            return true;
        };
        let before = base.and_then(|base| said(&before(repo, base, path)?));
        let after = said(&after(repo, root, path, files).unwrap_or_default());
        before.is_none() || before != after
    };
    manifests.filter(differs).cloned().collect()
}

fn before(repo: &Repo, base: Oid, path: &str) -> Option<Vec<u8>> {
    let entry = repo.entry_at(repo.commit(base).ok()?.tree, path).ok()??;
    repo.blob(entry.oid, codec::MAX_BYTES).ok()
}

fn after(repo: &Repo, root: &Path, path: &str, files: &Files) -> Option<Vec<u8>> {
    let file = files.list().iter().find(|file| file.path == path.as_bytes())?;
    match files.are_stored() {
        true => repo.blob(file.oid, codec::MAX_BYTES).ok(),
        false => fs::read(root.join(path)).ok(),
    }
}

fn said(manifest: &[u8]) -> Option<Said> {
    let manifest: Table = std::str::from_utf8(manifest).ok()?.parse().ok()?;
    let edition = |tables: &[&str]| {
        let package = tables
            .iter()
            .try_fold(&manifest, |table, name| table.get(*name)?.as_table())?;
        package.get("edition").map(ToString::to_string)
    };
    Some([edition(&["package"]), edition(&["workspace", "package"])])
}

#[cfg(test)]
mod tests {
    use super::said;

    fn check(before: &str, after: &str, same: bool) {
        let (before, after) = (said(before.as_bytes()), said(after.as_bytes()));
        assert_eq!(before.is_some() && before == after, same, "{before:?} {after:?}");
    }

    #[test]
    fn an_edition_is_the_packages_own_or_its_workspaces() {
        let package = "[package]\nname = \"a\"\nedition = \"2021\"\n";
        check(package, &format!("{package}[dependencies]\nb = \"1\"\n"), true);
        check(package, &package.replace("2021", "2024"), false);
        check(package, "[package]\nname = \"a\"\n", false);
        check(
            package,
            &package.replace("\"2021\"", "{ workspace = true }"),
            false,
        );
        let workspace = "[workspace.package]\nedition = \"2021\"\n";
        check(workspace, &workspace.replace("2021", "2024"), false);
        check(workspace, &format!("{workspace}[workspace.dependencies]\n"), true);
        check(package, "no manifest", false);
        check("no manifest", package, false);
    }
}
