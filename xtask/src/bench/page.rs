//! `docs/benchmarks.md`: a marked section for each benchmark, replaced by its name, and the rest left as it is.

use std::fs;
use std::path::Path;

use crate::Error;

const HEAD: &str = "\
# Benchmarks

Whole processes, measured side by side in one run. `cargo xtask bench NAME --write` renews a section; the text
around the sections stays.
";

/// Puts `text` into the section `name` of the page at `path`; makes the page where there is none.
pub(crate) fn write(path: &Path, name: &str, text: &str) -> Result<(), Error> {
    let old = match fs::read_to_string(path) {
        Ok(old) => old,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => HEAD.to_owned(),
        Err(source) => {
            return Err(Error::Read {
                path: path.to_owned(),
                source,
            });
        }
    };
    fs::write(path, replaced(&old, name, text)).map_err(|source| Error::Write {
        path: path.to_owned(),
        source,
    })
}

fn replaced(page: &str, name: &str, text: &str) -> String {
    let begin = format!("<!-- begin bench {name}: made by `cargo xtask bench {name} --write` -->\n");
    let end = format!("<!-- end bench {name} -->\n");
    let section = format!("{begin}{}\n{end}", text.trim_end());
    let around = page
        .split_once(&begin)
        .and_then(|(before, rest)| Some((before, rest.split_once(&end)?.1)));
    match around {
        Some((before, after)) => format!("{before}{section}{after}"),
        None => format!("{}\n\n{section}", page.trim_end()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_added_once_and_then_replaced_where_it_is() {
        let one = replaced("# Head\n", "a", "first\n");
        let two = replaced(&one, "b", "other\n");
        let again = replaced(&two, "a", "second");
        assert_eq!(again, two.replace("first", "second"));
        assert!(again.starts_with("# Head\n\n<!-- begin bench a:"), "{again}");
        assert_eq!(again.matches("begin bench").count(), 2);
    }

    #[test]
    fn text_around_the_sections_stays() {
        let page = format!("{}\nwords below\n", replaced("# Head\n", "a", "old"));
        let renewed = replaced(&page, "a", "new");
        assert!(renewed.ends_with("\nwords below\n"), "{renewed}");
        assert!(!renewed.contains("old"));
    }

    #[test]
    fn the_page_is_made_where_there_is_none() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("page.md");
        write(&path, "a", "text").unwrap();
        assert!(fs::read_to_string(&path).unwrap().starts_with("# Benchmarks\n"));
    }
}
