//! Crates depend downwards only: the arrows of the design, as a table.

use std::path::Path;

use serde_json::Value;

use super::Finding;
use crate::Error;
use crate::Workspace;
use crate::tree::Tree;

/// Which crates of ours a crate may depend on; in tests on [`DEV_ONLY`] too.
const ARROWS: &[(&str, &[&str])] = &[
    ("git-lane", LIBRARIES),
    ("lane-chaos", &["lane-model", "lane-testkit"]),
    ("lane-core", &[]),
    ("lane-e2e", ALL),
    ("lane-fuzz", &["lane-core", "lane-merge", "lane-rules"]),
    (
        "lane-gate",
        &["lane-core", "lane-git", "lane-rules", "lane-store"],
    ),
    ("lane-git", &[]),
    ("lane-insight", &["lane-core"]),
    ("lane-merge", &["lane-core"]),
    ("lane-model", &["lane-core"]),
    ("lane-rules", &["lane-core"]),
    (
        "lane-scenarios",
        &["lane-core", "lane-gate", "lane-merge", "lane-testkit"],
    ),
    ("lane-store", &["lane-core", "lane-git"]),
    ("lane-testkit", PRODUCT),
    ("xtask", &["git-lane", "lane-gate", "lane-testkit"]),
];

const DEV_ONLY: &str = "lane-testkit";
const LIBRARIES: &[&str] = &[
    "lane-core",
    "lane-gate",
    "lane-git",
    "lane-insight",
    "lane-merge",
    "lane-rules",
    "lane-store",
];
const PRODUCT: &[&str] = &[
    "git-lane",
    "lane-core",
    "lane-gate",
    "lane-git",
    "lane-insight",
    "lane-merge",
    "lane-rules",
    "lane-store",
];
const ALL: &[&str] = &[
    "git-lane",
    "lane-chaos",
    "lane-core",
    "lane-gate",
    "lane-git",
    "lane-insight",
    "lane-merge",
    "lane-rules",
    "lane-scenarios",
    "lane-store",
    "lane-testkit",
    "xtask",
];

/// A member of the workspace, as cargo reads its manifest.
#[derive(Debug, PartialEq, Eq)]
struct Package {
    name: String,
    manifest: String,
    needs: Vec<Need>,
}

/// A dependency on a package of that name, whatever it is called here.
#[derive(Debug, PartialEq, Eq)]
struct Need {
    name: String,
    dev: bool,
}

pub(super) fn run(tree: &Tree, workspace: &Workspace) -> Result<Vec<Finding>, Error> {
    const METADATA: &[&str] = &["metadata", "--no-deps", "--format-version", "1"];
    let json = workspace.read("cargo", METADATA)?;
    let packages = packages(&json, workspace.root()).map_err(|why| Error::Output {
        command: "cargo metadata".into(),
        why: why.to_owned(),
    })?;
    Ok(check(tree, &packages))
}

fn packages(json: &str, root: &Path) -> Result<Vec<Package>, &'static str> {
    let metadata: Value = serde_json::from_str(json).map_err(|_| "it is not JSON")?;
    let packages = metadata["packages"].as_array().ok_or("it lists no packages")?;
    packages
        .iter()
        .map(|package| read_package(package, root).ok_or("a package has no name or manifest"))
        .collect()
}

fn read_package(package: &Value, root: &Path) -> Option<Package> {
    let manifest = Path::new(package["manifest_path"].as_str()?);
    let manifest = manifest.strip_prefix(root).unwrap_or(manifest);
    let needs = package["dependencies"].as_array()?.iter();
    let need = |need: &Value| {
        Some(Need {
            name: need["name"].as_str()?.to_owned(),
            dev: need["kind"] == "dev",
        })
    };
    Some(Package {
        name: package["name"].as_str()?.to_owned(),
        manifest: manifest.to_string_lossy().replace('\\', "/"),
        needs: needs.map(need).collect::<Option<_>>()?,
    })
}

fn check(tree: &Tree, packages: &[Package]) -> Vec<Finding> {
    packages
        .iter()
        .flat_map(|package| check_package(tree, packages, package))
        .collect()
}

fn check_package(tree: &Tree, packages: &[Package], package: &Package) -> Vec<Finding> {
    let line = |word: &str| {
        tree.file(&package.manifest)
            .map_or(1, |file| line_with(&file.text, word))
    };
    let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == package.name) else {
        let message = format!("{} has no row in ARROWS (xtask/src/tidy/arrows.rs)", package.name);
        return vec![Finding::at(&package.manifest, line(&package.name), message)];
    };
    let ours = |name: &str| {
        ARROWS.iter().any(|(known, _)| *known == name) || packages.iter().any(|it| it.name == name)
    };
    let may = |need: &Need| allowed.contains(&need.name.as_str()) || (need.dev && need.name == DEV_ONLY);
    let against = package.needs.iter().filter(|need| ours(&need.name) && !may(need));
    let finding = |need: &Need| {
        let scope = if need.dev { " in its tests" } else { "" };
        let message = format!("{} may not depend on {}{scope}", package.name, need.name);
        Finding::at(&package.manifest, line(&need.name), message)
    };
    against.map(finding).collect()
}

/// The first line that begins with the word or gives it as a name.
fn line_with(manifest: &str, word: &str) -> usize {
    let begins = |line: &str| {
        line.strip_prefix(word)
            .is_some_and(|rest| rest.starts_with([' ', '.', '=']))
    };
    let quoted = format!("\"{word}\"");
    let found = manifest.lines().position(begins);
    found
        .or_else(|| manifest.lines().position(|line| line.contains(&quoted)))
        .map_or(1, |index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::tree;

    fn messages(name: &str, needs: &[(&str, bool)]) -> Vec<String> {
        let needs = needs
            .iter()
            .map(|&(name, dev)| Need {
                name: name.into(),
                dev,
            })
            .collect();
        let package = Package {
            name: name.into(),
            manifest: "c/Cargo.toml".into(),
            needs,
        };
        let manifest = "[package]\nname = \"c\"\n[dependencies]\nlane-git.workspace = true\n";
        check(&tree(&[("c/Cargo.toml", manifest)]), &[package])
            .iter()
            .map(Finding::to_string)
            .collect()
    }

    #[test]
    fn upward_arrow_is_found_on_its_line() {
        assert_eq!(
            messages("lane-core", &[("lane-git", false)]),
            ["c/Cargo.toml:4: lane-core may not depend on lane-git"]
        );
        assert_eq!(messages("lane-git", &[("git-lane", false)]).len(), 1);
        assert_eq!(messages("xtask", &[("lane-core", false)]).len(), 1);
    }

    #[test]
    fn downward_arrow_and_other_peoples_crates_are_not() {
        assert!(messages("lane-store", &[("lane-git", false), ("serde", false)]).is_empty());
        assert!(messages("lane-e2e", &[("lane-testkit", false), ("git-lane", false)]).is_empty());
    }

    #[test]
    fn testkit_is_for_tests_only() {
        assert!(messages("lane-core", &[("lane-testkit", true)]).is_empty());
        assert_eq!(messages("lane-core", &[("lane-testkit", false)]).len(), 1);
        assert_eq!(
            messages("lane-core", &[("lane-git", true)]),
            ["c/Cargo.toml:4: lane-core may not depend on lane-git in its tests"]
        );
    }

    #[test]
    fn unknown_crate_is_found() {
        assert_eq!(messages("lane-new", &[]).len(), 1);
        assert!(messages("lane-rules", &[]).is_empty());
    }

    #[test]
    fn table_names_only_crates_that_have_a_row_and_has_no_cycle() {
        let row = |name: &str| ARROWS.iter().find(|(known, _)| *known == name);
        assert!(ARROWS.is_sorted());
        for (name, allowed) in ARROWS {
            for below in *allowed {
                let (_, back) = row(below).unwrap();
                assert!(
                    !back.contains(name) || *name == "xtask",
                    "{name} and {below} point at each other"
                );
            }
        }
    }

    #[test]
    fn metadata_is_read() {
        let json = r#"{"packages": [{"name": "a", "manifest_path": "/r/c/a/Cargo.toml", "dependencies":
            [{"name": "b", "kind": null}, {"name": "d", "kind": "dev"}]}]}"#;
        let needs = vec![
            Need {
                name: "b".into(),
                dev: false,
            },
            Need {
                name: "d".into(),
                dev: true,
            },
        ];
        let expected = Package {
            name: "a".into(),
            manifest: "c/a/Cargo.toml".into(),
            needs,
        };
        assert_eq!(packages(json, Path::new("/r")), Ok(vec![expected]));
        assert!(packages("{}", Path::new("/r")).is_err());
    }
}
