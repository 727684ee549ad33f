//! What lies in a folder: every path with its kind, mode and content, to be compared before and after.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use lane_testkit::Place;

/// By path from the folder: mode, and content or a link's target.
pub(crate) type Snapshot = BTreeMap<String, String>;

/// Everything below a place, the git dir included.
pub(crate) fn everything(place: &Place<'_>) -> Snapshot {
    let mut found = Snapshot::new();
    walk(place.path(), place.path(), &mut found);
    found
}

/// As [`everything`], without what `init` makes for good (the state, the clone's own folder, its objects) and without
/// what git itself touches whenever it looks (the index), and without folders: an empty one is nobody's.
pub(crate) fn settings(place: &Place<'_>) -> Snapshot {
    let mut found = everything(place);
    let own = [
        ".git/objects",
        ".git/lane",
        ".git/refs/agents",
        ".git/logs",
        ".git/index",
    ];
    found.retain(|path, what| what != "folder" && !own.iter().any(|prefix| path.starts_with(prefix)));
    found
}

/// Asserts that two are equal, and names what is not.
#[track_caller]
pub(crate) fn same(before: &Snapshot, after: &Snapshot) {
    let paths: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let differ: Vec<String> = paths
        .into_iter()
        .filter(|path| before.get(*path) != after.get(*path))
        .map(|path| {
            format!(
                "{path}\n  before {:?}\n  after  {:?}",
                before.get(path),
                after.get(path)
            )
        })
        .collect();
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

fn walk(root: &Path, folder: &Path, found: &mut Snapshot) {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    for entry in entries.flatten() {
        let path = entry.path();
        let name = path.strip_prefix(root).unwrap_or(&path).display().to_string();
        let kind = entry.file_type().expect("a kind of file");
        if kind.is_dir() {
            found.insert(name, "folder".to_owned());
            walk(root, &path, found);
        } else if kind.is_symlink() {
            let target = fs::read_link(&path).expect("a link's target");
            found.insert(name, format!("link to {}", target.display()));
        } else {
            let bytes = fs::read(&path).expect("a file's content");
            let content = String::from_utf8_lossy(&bytes).into_owned();
            found.insert(name, format!("{:o} {content}", mode(&path)));
        }
    }
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).map_or(0, |found| found.permissions().mode())
}

#[cfg(not(unix))]
fn mode(_: &Path) -> u32 {
    0
}
