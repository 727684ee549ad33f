//! How a work tree's root is named from where the caller stands, so that a printed command works there.

use std::env;
use std::path::Path;

/// The root, as a word for `cd`: empty where the caller stands in it. None where no shell can be given it.
pub(crate) fn root_from_here(root: &Path) -> Option<String> {
    let real = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    let Ok(here) = env::current_dir() else {
        return absolute(&real);
    };
    // A shell goes up by the name that it came by, which another one leads elsewhere by than the folder does.
    let came_by = env::var_os("PWD").filter(|name| Path::new(name) != here);
    let by_link = came_by.is_some_and(|name| Path::new(&name).canonicalize().is_ok_and(|real| real == here));
    named(&real, &here, by_link)
}

fn named(root: &Path, here: &Path, by_link: bool) -> Option<String> {
    match here.strip_prefix(root) {
        Ok(below) if below.as_os_str().is_empty() => Some(String::new()),
        Ok(below) if !by_link => Some(vec![".."; below.components().count()].join("/")),
        _ => absolute(root),
    }
}

fn absolute(root: &Path) -> Option<String> {
    root.to_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_named_from_below_and_from_elsewhere() {
        for (here, by_link, name) in [
            ("/a/repo", false, ""),
            ("/a/repo", true, ""),
            ("/a/repo/crates/b", false, "../.."),
            ("/a/repo/crates/b", true, "/a/repo"),
            ("/a", false, "/a/repo"),
            ("/a/repo-2", false, "/a/repo"),
        ] {
            let named = named(Path::new("/a/repo"), Path::new(here), by_link);
            assert_eq!(named.as_deref(), Some(name), "{here} {by_link}");
        }
    }
}
