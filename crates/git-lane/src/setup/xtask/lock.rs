//! The package in `Cargo.lock`, as cargo would write it, so that `--locked` goes on working.

const HEADER: &str = "[[package]]";

/// The lock file with `xtask` in its place in the order; none when it has a package of that name, or is not laid out as
/// cargo does it.
pub(super) fn with_package(lock: &str, version: &str) -> Option<String> {
    let mut at = None;
    let mut begin = None;
    let mut offset = 0;
    for line in lock.split_inclusive('\n') {
        let text = line.trim_end();
        if text == HEADER {
            begin = Some(offset);
        } else if text.starts_with('[') {
            // What follows the packages: patches that are unused, or checksums of old.
            at = at.or(begin.map(|_| offset));
        } else if let (Some(begin), Some(name)) = (begin, text.strip_prefix("name = ")) {
            let name = name.trim_matches('"');
            if name == "xtask" {
                return None;
            }
            at = at.or((name > "xtask").then_some(begin));
        }
        offset += line.len();
    }
    begin?;
    let entry = format!("{HEADER}\nname = \"xtask\"\nversion = \"{version}\"\n");
    Some(match at {
        Some(at) => format!("{}{entry}\n{}", &lock[..at], &lock[at..]),
        None => format!("{}\n\n{entry}", lock.trim_end()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "# generated\nversion = 4\n\n";

    fn package(name: &str) -> String {
        format!("[[package]]\nname = \"{name}\"\nversion = \"0.0.0\"\n")
    }

    #[track_caller]
    fn check(names: &[&str], after: &str, expected: &[&str]) {
        let file = |names: &[&str]| {
            let all: Vec<String> = names.iter().map(|name| package(name)).collect();
            format!("{HEAD}{}{after}", all.join("\n"))
        };
        assert_eq!(with_package(&file(names), "0.0.0"), Some(file(expected)));
    }

    #[test]
    fn it_stands_in_its_place() {
        check(&["a", "b"], "", &["a", "b", "xtask"]);
        check(&["a", "zz"], "", &["a", "xtask", "zz"]);
        check(&["zz"], "", &["xtask", "zz"]);
        check(&["xtas", "xtask-more"], "", &["xtas", "xtask", "xtask-more"]);
        check(&["a"], "\n[metadata]\n\"x\" = \"y\"\n", &["a", "xtask"]);
    }

    #[test]
    fn a_file_that_has_it_or_is_no_lock_file_is_left() {
        assert_eq!(
            with_package(&format!("{HEAD}{}", package("xtask")), "0.0.0"),
            None
        );
        assert_eq!(with_package(HEAD, "0.0.0"), None);
        assert_eq!(with_package("", "0.0.0"), None);
    }
}
