//! Where a path leads: dots and symbolic links gone, as far as there is something; what is not there yet stays as named.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::io;
use std::io::ErrorKind;
use std::path::Component;
use std::path::Path;
use std::path::PathBuf;

/// As many links as Linux follows.
const LINKS_MAX: usize = 40;

/// One step of the way.
enum Step {
    Root(PathBuf),
    Up,
    Into(OsString),
}

/// The places that an absolute path can mean: where the system leads, and, if that is another, where the path leads once
/// its `..` are taken as text, as many tools take them.
///
/// # Errors
/// When a folder on the way may not be looked into, a name is too long, or links lead round.
pub(super) fn places(path: &Path) -> io::Result<Vec<PathBuf>> {
    let mut places = vec![resolve(path)?];
    if path.components().any(|part| part == Component::ParentDir) {
        let other = resolve(&by_text(path))?;
        if !places.contains(&other) {
            places.push(other);
        }
    }
    Ok(places)
}

fn steps(path: &Path) -> Vec<Step> {
    let mut steps = Vec::new();
    for part in path.components() {
        match part {
            Component::Prefix(_) | Component::RootDir => steps.push(Step::Root(part.as_os_str().into())),
            Component::CurDir => {}
            Component::ParentDir => steps.push(Step::Up),
            Component::Normal(name) => steps.push(Step::Into(name.to_owned())),
        }
    }
    steps
}

fn by_text(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for step in steps(path) {
        match step {
            Step::Root(root) => out.push(root),
            Step::Up => drop(out.pop()),
            Step::Into(name) => out.push(name),
        }
    }
    out
}

fn resolve(path: &Path) -> io::Result<PathBuf> {
    let mut open: VecDeque<Step> = steps(path).into();
    let mut out = PathBuf::new();
    let mut links = 0;
    while let Some(step) = open.pop_front() {
        let name = match step {
            Step::Root(root) => {
                out.push(root);
                continue;
            }
            Step::Up => {
                out.pop();
                continue;
            }
            Step::Into(name) => name,
        };
        let next = out.join(&name);
        let is_link = match std::fs::symlink_metadata(&next) {
            Ok(found) => found.is_symlink(),
            Err(e) if [ErrorKind::NotFound, ErrorKind::NotADirectory].contains(&e.kind()) => false,
            Err(e) => return Err(e),
        };
        if !is_link {
            out = next;
            continue;
        }
        links += 1;
        if links > LINKS_MAX {
            return Err(io::Error::other("symbolic links lead round"));
        }
        for step in steps(&std::fs::read_link(&next)?).into_iter().rev() {
            open.push_front(step);
        }
    }
    Ok(out)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_path_is_followed_to_where_it_leads() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        std::fs::create_dir_all(root.join("in/deep")).unwrap();
        std::fs::create_dir_all(root.join("out/far")).unwrap();
        std::fs::write(root.join("out/file"), "").unwrap();
        symlink("../out/far", root.join("in/there")).unwrap();
        symlink(root.join("out/file"), root.join("in/file")).unwrap();
        symlink("../out/none", root.join("in/dangling")).unwrap();
        symlink("round", root.join("in/round")).unwrap();
        let cases: [(&str, &[&str]); 9] = [
            ("in/deep/x", &["in/deep/x"]),
            ("in/./deep/../x", &["in/x"]),
            ("in/no/such/../x", &["in/no/x"]),
            ("in/there/new", &["out/far/new"]),
            ("in/there/../x", &["out/x", "in/x"]),
            ("in/file", &["out/file"]),
            ("in/dangling", &["out/none"]),
            ("in/file/x", &["out/file/x"]),
            ("in/../../../../../../../..", &["/"]),
        ];
        for (path, expected) in cases {
            let expected: Vec<PathBuf> = expected.iter().map(|path| root.join(path)).collect();
            assert_eq!(places(&root.join(path)).unwrap(), expected, "{path}");
        }
        assert!(places(&root.join("in/round/x")).is_err());
        assert!(places(&root.join("x".repeat(5000))).is_err());
    }
}
