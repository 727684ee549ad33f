//! No Rust file lies about that no `mod` names: the compiler never sees it, and its tests never run.

use std::collections::BTreeSet;

use toml::Table;
use toml::Value;

use super::Finding;
use crate::rust_text::declared_modules;
use crate::tree::File;
use crate::tree::Tree;
use crate::tree::children_of;
use crate::tree::split;

/// The folders of a package that cargo compiles, and in which each file stands for itself or needs a `mod`.
const COMPILED: &[&str] = &["src/", "tests/", "examples/", "benches/"];
/// Where each file, and each folder with a `main.rs`, is a program of its own.
const PROGRAMS: &[&str] = &["src/bin/", "tests/", "examples/", "benches/"];
/// The keys of a manifest that name such programs by path.
const TARGETS: &[&str] = &["bench", "bin", "example", "lib", "test"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let named = named(tree);
    let lost = tree
        .rust()
        .filter(|file| is_compiled(tree, file) && !named.contains(&file.path));
    lost.map(|file| Finding::at(&file.path, 1, "no `mod` names this file, so nothing compiles it"))
        .collect()
}

/// The paths that cargo or a `mod` looks for, existing or not.
fn named(tree: &Tree) -> BTreeSet<String> {
    let mut named: BTreeSet<String> = tree.ending("Cargo.toml").flat_map(listed_targets).collect();
    let roots = tree
        .rust()
        .filter(|file| is_root(tree, &file.path))
        .map(|file| file.path.clone());
    named.extend(roots);
    let roots = named.clone();
    for file in tree.rust() {
        // The modules of a program's root lie beside it, those of any other file below it.
        let folder = if roots.contains(&file.path) {
            split(&file.path).0.to_owned()
        } else {
            children_of(&file.path)
        };
        for module in declared_modules(file.code()) {
            named.insert(format!("{folder}{}.rs", module.name));
            named.insert(format!("{folder}{}/mod.rs", module.name));
        }
        named.extend(path_attributes(file).map(|path| format!("{}{path}", split(&file.path).0)));
    }
    named
}

/// `#[path = "…"]`, as written.
fn path_attributes(file: &File) -> impl Iterator<Item = &str> {
    let attributes = file
        .code()
        .match_indices("#[path = \"")
        .map(|(at, opening)| at + opening.len());
    attributes.filter_map(|at| file.text[at..].split_once('"').map(|(path, _)| path))
}

fn listed_targets(manifest: &File) -> Vec<String> {
    // What cargo cannot read, cargo complains about.
    let Ok(table) = manifest.text.parse::<Table>() else {
        return Vec::new();
    };
    let listed = TARGETS
        .iter()
        .filter_map(|key| table.get(*key))
        .flat_map(|targets| match targets {
            Value::Array(all) => all.clone(),
            one => vec![one.clone()],
        });
    let paths = listed.filter_map(|target| target.get("path").and_then(Value::as_str).map(str::to_owned));
    paths
        .map(|path| format!("{}{path}", split(&manifest.path).0))
        .collect()
}

fn is_compiled(tree: &Tree, file: &File) -> bool {
    in_package(tree, &file.path).is_some_and(|inner| COMPILED.iter().any(|folder| inner.starts_with(folder)))
}

/// What cargo finds by itself.
fn is_root(tree: &Tree, path: &str) -> bool {
    let Some(inner) = in_package(tree, path) else {
        return false;
    };
    let program = |folder: &str| {
        let Some(rest) = inner.strip_prefix(folder) else {
            return false;
        };
        !rest.contains('/') || (rest.matches('/').count() == 1 && rest.ends_with("/main.rs"))
    };
    matches!(inner, "build.rs" | "src/lib.rs" | "src/main.rs")
        || PROGRAMS.iter().any(|folder| program(folder))
}

/// The path from its package's folder: the nearest one above with a manifest.
fn in_package<'a>(tree: &Tree, path: &'a str) -> Option<&'a str> {
    let slashes = path.rmatch_indices('/').map(|(at, _)| at + 1);
    let package = slashes
        .chain([0])
        .find(|&at| tree.file(&format!("{}Cargo.toml", &path[..at])).is_some());
    package.map(|at| &path[at..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::found;

    /// The files that are lost in a package `p` of these files.
    fn lost(files: &[(&str, &str)]) -> Vec<String> {
        let files = [
            &[("Cargo.toml", "[workspace]"), ("p/Cargo.toml", "[package]")],
            files,
        ]
        .concat();
        found(check, &files)
            .iter()
            .filter_map(|line| Some(line.split_once(':')?.0.to_owned()))
            .collect()
    }

    #[test]
    fn unnamed_module_is_lost() {
        assert_eq!(
            lost(&[("p/src/lib.rs", "mod a;"), ("p/src/a.rs", ""), ("p/src/b.rs", "")]),
            ["p/src/b.rs"]
        );
        assert_eq!(
            lost(&[("p/src/lib.rs", "// mod a;"), ("p/src/a.rs", "")]),
            ["p/src/a.rs"]
        );
        assert_eq!(
            lost(&[("p/src/lib.rs", "mod a {}"), ("p/src/a.rs", "")]),
            ["p/src/a.rs"]
        );
    }

    #[test]
    fn deep_module_is_named_by_its_own_parent() {
        let files = [
            ("p/src/main.rs", "mod a; mod c;"),
            ("p/src/a.rs", "mod b;"),
            ("p/src/a/b.rs", ""),
        ];
        assert!(
            lost(
                &[
                    &files[..],
                    &[("p/src/c/mod.rs", "pub(crate) mod d;"), ("p/src/c/d.rs", "")]
                ]
                .concat()
            )
            .is_empty()
        );
        assert_eq!(
            lost(&[
                ("p/src/lib.rs", "mod a; mod b;"),
                ("p/src/a.rs", ""),
                ("p/src/a/b.rs", "")
            ]),
            ["p/src/a/b.rs"]
        );
    }

    #[test]
    fn file_of_an_integration_binary_is_named_by_it() {
        let main = ("p/tests/e2e/main.rs", "mod claim;");
        assert!(lost(&[main, ("p/tests/e2e/claim.rs", "")]).is_empty());
        assert_eq!(
            lost(&[main, ("p/tests/e2e/land.rs", "")]),
            ["p/tests/e2e/land.rs"]
        );
        assert!(lost(&[("p/tests/all.rs", "mod common;"), ("p/tests/common/mod.rs", "")]).is_empty());
        assert_eq!(
            lost(&[("p/tests/fixtures/x.rs", ""), ("p/tests/common/mod.rs", "")]),
            ["p/tests/common/mod.rs"]
        );
    }

    #[test]
    fn programs_stand_for_themselves() {
        let paths = [
            "p/src/bin/x.rs",
            "p/src/bin/y/main.rs",
            "p/tests/a.rs",
            "p/examples/b.rs",
            "p/benches/c.rs",
            "p/build.rs",
        ];
        assert!(lost(&paths.map(|path| (path, ""))).is_empty());
    }

    #[test]
    fn package_in_a_folder_called_tests_is_like_any_other() {
        let files = [
            ("tests/Cargo.toml", "[package]"),
            ("tests/src/lib.rs", ""),
            ("tests/tests/e2e/main.rs", "mod a;"),
        ];
        assert!(lost(&[&files[..], &[("tests/tests/e2e/a.rs", "")]].concat()).is_empty());
        assert_eq!(
            lost(&[&files[..], &[("tests/src/x.rs", "")]].concat()),
            ["tests/src/x.rs"]
        );
    }

    #[test]
    fn paths_in_attributes_and_manifests_count() {
        assert!(
            lost(&[
                ("p/src/lib.rs", "#[path = \"a/odd.rs\"]\nmod x;"),
                ("p/src/a/odd.rs", "")
            ])
            .is_empty()
        );
        assert_eq!(
            lost(&[("p/src/lib.rs", "// #[path = \"odd.rs\"]"), ("p/src/odd.rs", "")]),
            ["p/src/odd.rs"]
        );
        let manifest = (
            "q/Cargo.toml",
            "[[bin]]\nname = \"x\"\npath = \"src/frozen.rs\"\n",
        );
        assert!(lost(&[manifest, ("q/src/frozen.rs", "mod a;"), ("q/src/a.rs", "")]).is_empty());
    }
}
