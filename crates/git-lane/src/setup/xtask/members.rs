//! The package as a member of the workspace, in the manifest at its root.

use lane_core::glob::Scope;
use toml_edit::Array;
use toml_edit::DocumentMut;
use toml_edit::Item;
use toml_edit::TableLike;
use toml_edit::Value;

/// More packages than this in one folder are excluded by the folder.
const NAMED_MAX: usize = 5;

/// What became of the manifest.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Members {
    /// `xtask` is a member already.
    There,
    /// It is one by this text.
    Added(String),
    /// By this text the package is a workspace now, of itself and `xtask`. What else has a manifest here stays out.
    Begun(String),
}

/// Why there is no way to be a member.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The manifest cannot be read.
    Unreadable(String),
    /// The package belongs to a workspace whose root is elsewhere: this path.
    Elsewhere(String),
}

/// The root's manifest with `xtask` among its members. `others` are the folders of further manifests in the repository:
/// a package that becomes a workspace must not claim them.
pub(super) fn with_member(manifest: &str, others: &[String]) -> Result<Members, Fault> {
    let unreadable = |why: &str| Fault::Unreadable(why.to_owned());
    let mut document: DocumentMut = manifest.parse().map_err(|e| Fault::Unreadable(format!("{e}")))?;
    let package = document.get("package").and_then(Item::as_table_like);
    if let Some(root) = package.and_then(|package| package.get("workspace")) {
        return Err(Fault::Elsewhere(root.as_str().unwrap_or_default().to_owned()));
    }
    let is_package = package.is_some();
    let Some(workspace) = document.get_mut("workspace") else {
        return match is_package {
            true => Ok(Members::Begun(begun(manifest, others))),
            false => Err(unreadable("it has neither [package] nor [workspace]")),
        };
    };
    let workspace = workspace
        .as_table_like_mut()
        .ok_or_else(|| unreadable("`workspace` is no table"))?;
    if is_member(workspace) {
        return Ok(Members::There);
    }
    let members = workspace
        .entry("members")
        .or_insert_with(|| toml_edit::value(Array::new()))
        .as_array_mut()
        .ok_or_else(|| unreadable("`workspace.members` is no list"))?;
    push(members, "xtask");
    Ok(Members::Added(document.to_string()))
}

fn begun(manifest: &str, others: &[String]) -> String {
    let gap = if manifest.ends_with('\n') { "" } else { "\n" };
    let others = collapsed(others);
    let exclude = match others.is_empty() {
        true => String::new(),
        false => format!("exclude = {others:?}\n"),
    };
    format!("{manifest}{gap}\n[workspace]\nmembers = [\"xtask\"]\n{exclude}")
}

/// The outermost of the folders; many in one folder are that folder.
fn collapsed(others: &[String]) -> Vec<String> {
    let first = |path: &str| path.split('/').next().unwrap_or_default().to_owned();
    let many = |folder: &str| others.iter().filter(|other| first(other) == folder).count() > NAMED_MAX;
    let mut folders: Vec<String> = others
        .iter()
        .map(|other| {
            if many(&first(other)) {
                first(other)
            } else {
                other.clone()
            }
        })
        .collect();
    folders.sort();
    folders.dedup();
    let inside = |folder: &String| {
        folders
            .iter()
            .any(|outer| folder.starts_with(&format!("{outer}/")))
    };
    folders.iter().filter(|folder| !inside(folder)).cloned().collect()
}

/// As cargo has it: a plain member wins over `exclude`, a glob does not.
fn is_member(workspace: &dyn TableLike) -> bool {
    let list = |key| {
        let list = workspace.get(key).and_then(Item::as_array);
        let words = list.into_iter().flatten().filter_map(Value::as_str);
        words
            .map(|word| word.trim_start_matches("./").trim_end_matches('/').to_owned())
            .collect::<Vec<_>>()
    };
    let members = list("members");
    let is_excluded = list("exclude")
        .iter()
        .any(|folder| ["xtask", ".", ""].contains(&folder.as_str()));
    let by_glob = || {
        members
            .iter()
            .any(|glob| Scope::parse(&[glob]).is_ok_and(|glob| glob.covers(b"xtask")))
    };
    members.iter().any(|member| member == "xtask") || (!is_excluded && by_glob())
}

/// Adds a word at the end, on a line of its own where the others have theirs; a comment stays behind its word.
fn push(list: &mut Array, word: &str) {
    let last = list.len().checked_sub(1);
    let Some(last) = last.filter(|_| list.to_string().contains('\n')) else {
        list.push(word);
        return;
    };
    let raw = |text: Option<&toml_edit::RawString>| {
        text.and_then(|text| text.as_str()).unwrap_or_default().to_owned()
    };
    let (before, after) = match list.get_mut(last) {
        Some(value) => {
            let decor = value.decor_mut();
            let both = (raw(decor.prefix()), raw(decor.suffix()));
            decor.set_suffix("");
            both
        }
        None => Default::default(),
    };
    let rest = format!("{after}{}", raw(Some(list.trailing())));
    let indent = before.rsplit_once('\n').map_or("    ", |(_, indent)| indent);
    let mut value = Value::from(word);
    value
        .decor_mut()
        .set_prefix(format!("{}\n{indent}", rest.trim_end()));
    list.push_formatted(value);
    list.set_trailing_comma(true);
    list.set_trailing("\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn added(manifest: &str, expected: &str) {
        assert_eq!(
            with_member(manifest, &[]),
            Ok(Members::Added(expected.to_owned())),
            "{manifest}"
        );
        assert_eq!(with_member(expected, &[]), Ok(Members::There), "{expected}");
    }

    #[test]
    fn it_stands_behind_the_other_members_as_they_stand() {
        added(
            "[workspace]\nmembers = [\"a\"]\n",
            "[workspace]\nmembers = [\"a\", \"xtask\"]\n",
        );
        added(
            "[workspace]\nmembers = []\n",
            "[workspace]\nmembers = [\"xtask\"]\n",
        );
        added(
            "[workspace]\nmembers = [\n  \"a\", # first\n  \"b\", # last\n]\nresolver = \"1\"\n",
            "[workspace]\nmembers = [\n  \"a\", # first\n  \"b\", # last\n  \"xtask\",\n]\nresolver = \"1\"\n",
        );
        added(
            "[workspace]\nmembers = [\n    \"a\",\n    \"b\" # last\n]\n",
            "[workspace]\nmembers = [\n    \"a\",\n    \"b\", # last\n    \"xtask\",\n]\n",
        );
        added(
            "[workspace]\nmembers = [\"crates/*\"]\n",
            "[workspace]\nmembers = [\"crates/*\", \"xtask\"]\n",
        );
    }

    #[test]
    fn a_workspace_without_members_gets_the_list() {
        added(
            "[package]\nname = \"a\"\n\n[workspace] # here\nresolver = \"2\" # kept\n\n[dependencies]\n",
            "[package]\nname = \"a\"\n\n[workspace] # here\nresolver = \"2\" # kept\nmembers = [\"xtask\"]\n\n[dependencies]\n",
        );
        added("workspace = {}\n", "workspace = { members = [\"xtask\"] }\n");
        let implied = with_member(
            "[package]\nname = \"a\"\n\n[workspace.package]\nedition = \"2024\"\n",
            &[],
        );
        let Ok(Members::Added(text)) = implied else {
            panic!("{implied:?}")
        };
        assert_eq!(with_member(&text, &[]), Ok(Members::There), "{text}");
        assert!(text.contains("[workspace]\nmembers = [\"xtask\"]\n"), "{text}");
    }

    #[test]
    fn who_is_a_member_already_is_not_added() {
        for list in [
            "members = [\"xtask\"]",
            "members = [\"./xtask/\"]",
            "members = [\"*\"]",
            "members = [\"x*\", \"crates/*\"]",
            "members = [\"xtask\"]\nexclude = [\"xtask\"]",
        ] {
            assert_eq!(
                with_member(&format!("[workspace]\n{list}\n"), &[]),
                Ok(Members::There),
                "{list}"
            );
        }
        added(
            "[workspace]\nmembers = [\"*\"]\nexclude = [\"xtask\"]\n",
            "[workspace]\nmembers = [\"*\", \"xtask\"]\nexclude = [\"xtask\"]\n",
        );
    }

    #[test]
    fn a_package_alone_becomes_a_workspace_that_claims_nothing_else() {
        let alone = "[package]\nname = \"a\" # a";
        let begun = |others: &[&str]| {
            let others: Vec<String> = others.iter().map(|&other| other.to_owned()).collect();
            match with_member(alone, &others) {
                Ok(Members::Begun(text)) => text.strip_prefix(alone).unwrap().to_owned(),
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(begun(&[]), "\n\n[workspace]\nmembers = [\"xtask\"]\n");
        let apart = begun(&["fuzz", "crates/b", "crates/b/inner", "crates/a"]);
        assert!(
            apart.ends_with("\nexclude = [\"crates/a\", \"crates/b\", \"fuzz\"]\n"),
            "{apart}"
        );
        let many = ["v/a", "v/b", "v/c", "v/d", "v/e", "v/f", "x"];
        assert!(begun(&many).ends_with("\nexclude = [\"v\", \"x\"]\n"));
    }

    #[test]
    fn without_a_root_there_is_nothing_to_be_a_member_of() {
        let elsewhere = "[package]\nname = \"a\"\nworkspace = \"../..\"\n";
        assert_eq!(
            with_member(elsewhere, &[]),
            Err(Fault::Elsewhere("../..".to_owned()))
        );
        for text in [
            "",
            "[workspace",
            "workspace = 3\n",
            "[workspace]\nmembers = \"a\"\n",
        ] {
            assert!(
                matches!(with_member(text, &[]), Err(Fault::Unreadable(_))),
                "{text:?}"
            );
        }
    }
}
