//! Versions stand in the workspace's table and nowhere else.

use toml::de::DeTable;
use toml::de::DeValue;

use super::Finding;
use crate::tree::File;
use crate::tree::Tree;

const SECTIONS: &[&str] = &["dependencies", "dev-dependencies", "build-dependencies"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    tree.member_manifests().flat_map(check_manifest).collect()
}

fn check_manifest(manifest: &File) -> Vec<Finding> {
    let table = match DeTable::parse(&manifest.text) {
        Ok(table) => table.into_inner(),
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            return vec![manifest.finding(at, format!("it is not TOML: {}", error.message()))];
        }
    };
    let targets = table.get("target").and_then(|target| target.get_ref().as_table());
    let targets = targets
        .into_iter()
        .flat_map(DeTable::values)
        .filter_map(|target| target.get_ref().as_table());
    [&table]
        .into_iter()
        .chain(targets)
        .flat_map(|table| check_sections(manifest, table))
        .collect()
}

fn check_sections(manifest: &File, table: &DeTable<'_>) -> Vec<Finding> {
    let sections = SECTIONS
        .iter()
        .filter_map(|name| table.get(*name)?.get_ref().as_table());
    let own = sections
        .flat_map(|section| section.iter())
        .filter(|(_, value)| !is_shared(value.get_ref()));
    let finding = |name: &str, at| {
        manifest.finding(
            at,
            format!("{name} needs `workspace = true`: versions stand in the root's Cargo.toml"),
        )
    };
    own.map(|(name, _)| finding(name.get_ref(), name.span().start))
        .collect()
}

fn is_shared(dependency: &DeValue<'_>) -> bool {
    let Some(table) = dependency.as_table() else {
        return false;
    };
    let from_workspace = table.get("workspace").and_then(|value| value.get_ref().as_bool()) == Some(true);
    from_workspace || (table.contains_key("path") && !table.contains_key("version"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::count;
    use crate::tidy::found;

    const MEMBER: &str = "c/Cargo.toml";

    #[test]
    fn version_in_a_member_is_found_on_its_line() {
        assert_eq!(
            found(
                check,
                &[(MEMBER, "[dependencies]\na.workspace = true\nserde = \"1\"\n")]
            ),
            ["c/Cargo.toml:3: serde needs `workspace = true`: versions stand in the root's Cargo.toml"]
        );
        assert_eq!(
            count(check, MEMBER, "[dev-dependencies.serde]\nversion = \"1\""),
            1
        );
        assert_eq!(
            count(
                check,
                MEMBER,
                "[dependencies]\na = { path = \"../a\", version = \"1\" }"
            ),
            1
        );
        assert_eq!(
            count(
                check,
                MEMBER,
                "[target.'cfg(unix)'.build-dependencies]\na = { git = \"x\" }"
            ),
            1
        );
    }

    #[test]
    fn workspace_and_path_are_free() {
        assert_eq!(
            count(
                check,
                MEMBER,
                "[dependencies]\na = { workspace = true, features = [\"x\"] }"
            ),
            0
        );
        assert_eq!(
            count(
                check,
                MEMBER,
                "[dependencies]\na = { path = \"../a\" }\n[package]\nversion = \"1\""
            ),
            0
        );
        assert_eq!(
            count(
                check,
                "Cargo.toml",
                "[workspace.dependencies]\na = \"1\"\n[dependencies]\nb = \"1\""
            ),
            0
        );
    }

    #[test]
    fn broken_manifest_is_a_finding() {
        assert_eq!(count(check, MEMBER, "[dependencies\n"), 1);
    }
}
