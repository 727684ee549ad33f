//! What a change adds under Unreleased.

use std::collections::HashMap;

use crate::changelog::block::Kind;
use crate::changelog::model::Changelog;
use crate::changelog::name;
use crate::changelog::read::read;
use crate::form::Form;

/// The entries that stand under Unreleased in `after` and not in `before`, in the order of the text, without white
/// space at the ends of their lines. One that was there before and stands in another category now is none.
///
/// A text that is no text, or has no such section, has no entries.
pub fn changelog_added(before: &[u8], after: &[u8]) -> Vec<String> {
    let mut known: HashMap<String, usize> = HashMap::new();
    for entry in unreleased(before) {
        *known.entry(entry).or_default() += 1;
    }
    let is_new = |entry: &String| match known.get_mut(entry) {
        Some(left) if *left > 0 => {
            *left -= 1;
            false
        }
        _ => true,
    };
    unreleased(after).into_iter().filter(is_new).collect()
}

fn unreleased(bytes: &[u8]) -> Vec<String> {
    let Some((_, text)) = Form::split(bytes) else {
        return Vec::new();
    };
    let changelog: Changelog = read(&text);
    let entries = changelog.entries();
    let own = entries.filter(|((release, _), entry)| {
        release.name == name::UNRELEASED && matches!(entry.kind, Kind::Item | Kind::Other)
    });
    own.map(|(_, entry)| entry.key.name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: &str, after: &str, expected: &[&str]) {
        assert_eq!(changelog_added(before.as_bytes(), after.as_bytes()), expected);
    }

    const HEAD: &str = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- a\n";

    #[test]
    fn an_entry_is_new_when_it_did_not_stand_under_unreleased() {
        check(HEAD, HEAD, &[]);
        check(HEAD, &format!("{HEAD}- b\n  more\n"), &["- b\n  more"]);
        check(HEAD, &format!("{HEAD}- a\n"), &["- a"]);
        check("", HEAD, &["- a"]);
        check(HEAD, &HEAD.replace("- a", "- a!"), &["- a!"]);
    }

    #[test]
    fn what_moves_between_categories_or_releases_is_not_new() {
        check(HEAD, &HEAD.replace("Added", "Fixed"), &[]);
        let released = format!("{HEAD}\n## [1.0.0]\n\n- old\n");
        check(HEAD, &released, &[]);
        check(&released, &HEAD.replace("- a", "- old"), &["- old"]);
    }

    #[test]
    fn what_is_no_changelog_has_no_entries() {
        check("", "- b\n", &[]);
        assert!(changelog_added(HEAD.as_bytes(), b"\xff\n## Unreleased\n- b\n").is_empty());
        assert_eq!(
            changelog_added(b"\xff", HEAD.replace('\n', "\r\n").as_bytes()),
            ["- a"]
        );
    }
}
