//! The files that git knows or would know, read once, with what each of them is.

use std::collections::BTreeSet;
use std::fs;
use std::io;

use crate::Error;
use crate::Workspace;
use crate::rust_text;
use crate::tidy::Finding;

/// The work tree without what `.gitignore` hides.
pub(crate) struct Tree {
    paths: BTreeSet<String>,
    files: Vec<File>,
}

/// A file of text that the checks read: Rust, TOML or Markdown, and no fixture.
pub(crate) struct File {
    /// From the root of the checkout, with slashes.
    pub(crate) path: String,
    /// What is in it.
    pub(crate) text: String,
    code: String,
    shipped: String,
}

impl Tree {
    /// Reads the work tree.
    pub(crate) fn load(workspace: &Workspace) -> Result<Self, Error> {
        let args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
        let listed = workspace.read("git", &args)?;
        let mut found = Vec::new();
        for path in listed
            .split('\0')
            .filter(|path| !path.is_empty())
            .collect::<BTreeSet<_>>()
        {
            let full = workspace.root().join(path);
            if !is_text(path) {
                // Git still lists what was deleted from the work tree.
                found.extend(
                    full.symlink_metadata()
                        .is_ok()
                        .then(|| (path.to_owned(), String::new())),
                );
                continue;
            }
            match fs::read_to_string(&full) {
                Ok(text) => found.push((path.to_owned(), text)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(source) => return Err(Error::Read { path: full, source }),
            }
        }
        Ok(Self::of(found))
    }

    /// A tree of these paths and texts.
    pub(crate) fn of(found: Vec<(String, String)>) -> Self {
        let paths = found.iter().map(|(path, _)| path.clone()).collect();
        let files = found
            .into_iter()
            .filter(|(path, _)| is_text(path) && !is_fixture(path));
        let mut files: Vec<File> = files.map(|(path, text)| File::new(path, text)).collect();
        let tests = test_only_modules(&files);
        for file in &mut files {
            if in_tests(&file.path) || tests.iter().any(|module| belongs_to(&file.path, module)) {
                file.shipped = String::new();
            }
        }
        Self { paths, files }
    }

    /// The files of text, by path.
    pub(crate) fn files(&self) -> &[File] {
        &self.files
    }

    /// Those whose path ends so.
    pub(crate) fn ending(&self, suffix: &str) -> impl Iterator<Item = &File> {
        self.files.iter().filter(move |file| file.path.ends_with(suffix))
    }

    /// The Rust files.
    pub(crate) fn rust(&self) -> impl Iterator<Item = &File> {
        self.ending(".rs")
    }

    /// The manifests of the members; the workspace's own is left out.
    pub(crate) fn member_manifests(&self) -> impl Iterator<Item = &File> {
        self.ending("/Cargo.toml")
    }

    /// The file of that very path.
    pub(crate) fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Whether there is a file or a folder of that path.
    pub(crate) fn has(&self, path: &str) -> bool {
        let folder = format!("{path}/");
        path.is_empty()
            || self.paths.contains(path)
            || self
                .paths
                .range(folder.clone()..)
                .next()
                .is_some_and(|next| next.starts_with(&folder))
    }
}

impl File {
    fn new(path: String, text: String) -> Self {
        let code = if path.ends_with(".rs") {
            rust_text::blank_words(&text)
        } else {
            String::new()
        };
        let shipped = rust_text::blank_tests(&code);
        Self {
            path,
            text,
            code,
            shipped,
        }
    }

    /// Rust without comments and the contents of literals.
    pub(crate) fn code(&self) -> &str {
        &self.code
    }

    /// The same without test modules; empty in files that are tests as a whole.
    pub(crate) fn shipped(&self) -> &str {
        &self.shipped
    }

    /// A finding on the line of an offset into any of its texts.
    pub(crate) fn finding(&self, offset: usize, message: impl Into<String>) -> Finding {
        Finding::at(&self.path, rust_text::line_of(&self.text, offset), message)
    }

    /// Whether the offset is in a test.
    pub(crate) fn is_test(&self, offset: usize) -> bool {
        let inline = || {
            rust_text::test_modules(&self.code)
                .iter()
                .any(|range| range.contains(&offset))
        };
        self.shipped.is_empty() || inline()
    }
}

/// `src/tests.rs` for a `#[cfg(test)] mod tests;` in `src/lib.rs`, as the two paths that it may have, without `.rs`.
fn test_only_modules(files: &[File]) -> Vec<String> {
    let declared = files.iter().flat_map(|file| {
        let modules = rust_text::declared_modules(&file.code)
            .into_iter()
            .filter(|module| module.test_only);
        modules.map(|module| format!("{}{}", children_of(&file.path), module.name))
    });
    declared.collect()
}

/// The folder, with its slash, in which a file's modules lie.
pub(crate) fn children_of(path: &str) -> String {
    let (folder, name) = split(path);
    match name {
        "lib.rs" | "main.rs" | "mod.rs" => folder.to_owned(),
        _ => format!("{}/", path.trim_end_matches(".rs")),
    }
}

/// The folder with its slash, and the name in it.
pub(crate) fn split(path: &str) -> (&str, &str) {
    path.split_at(path.rfind('/').map_or(0, |slash| slash + 1))
}

fn belongs_to(path: &str, module: &str) -> bool {
    path.strip_prefix(module)
        .is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
}

fn is_text(path: &str) -> bool {
    [".rs", ".toml", ".md"]
        .iter()
        .any(|suffix| path.ends_with(suffix))
}

/// Input of a test, as wrong as the test needs it.
fn is_fixture(path: &str) -> bool {
    has_folder(path, &["fixtures", "snapshots"])
}

fn in_tests(path: &str) -> bool {
    has_folder(path, &["tests", "benches"])
}

fn has_folder(path: &str, names: &[&str]) -> bool {
    split(path).0.split('/').any(|folder| names.contains(&folder))
}

#[cfg(test)]
pub(crate) fn tree(files: &[(&str, &str)]) -> Tree {
    Tree::of(
        files
            .iter()
            .map(|&(path, text)| (path.to_owned(), text.to_owned()))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixtures_exist_but_are_not_read() {
        let tree = tree(&[("a/fixtures/x.md", "[a](b)"), ("a/y.md", ""), ("b.sh", "")]);
        assert_eq!(
            tree.files()
                .iter()
                .map(|file| file.path.as_str())
                .collect::<Vec<_>>(),
            ["a/y.md"]
        );
        assert!(tree.has("a/fixtures/x.md") && tree.has("a/fixtures") && tree.has("b.sh"));
        assert!(!tree.has("a/fix") && !tree.has("c"));
    }

    #[test]
    fn test_files_ship_nothing() {
        let tree = tree(&[
            ("c/src/lib.rs", "mod a;\n#[cfg(test)]\nmod checks;\n"),
            ("c/src/a.rs", "#[cfg(test)]\nmod tests;\nfn f() {}"),
            ("c/src/a/tests.rs", "fn f() {}"),
            ("c/src/checks.rs", "fn f() {}"),
            ("c/src/checks/deep.rs", "fn f() {}"),
            ("c/src/checks_not.rs", "fn f() {}"),
            ("c/tests/e2e.rs", "fn f() {}"),
        ]);
        let shipped = tree.files().iter().filter(|file| !file.shipped().is_empty());
        let shipped: Vec<_> = shipped.map(|file| file.path.as_str()).collect();
        assert_eq!(shipped, ["c/src/lib.rs", "c/src/a.rs", "c/src/checks_not.rs"]);
    }

    #[test]
    fn real_tree_holds_this_file() {
        let tree = Tree::load(&Workspace::here()).unwrap();
        assert!(tree.file("xtask/src/tree.rs").is_some());
        assert!(!tree.has("target"));
    }
}
