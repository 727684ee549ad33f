//! Checks that are gone from `.agents/gates.toml`. One that has the same words under another name was renamed.

use toml::Table;
use toml::Value;

use super::Sides;
use crate::delivery::Removed;
use crate::delivery::What;

/// Where the checks are declared.
const GATES_PATH: &[u8] = b".agents/gates.toml";

pub(super) fn removed(sides: &Sides<'_>) -> Vec<Removed> {
    if sides.path != GATES_PATH {
        return Vec::new();
    }
    // Gates that nobody can read are the business of another rule.
    let after = match sides.after.map(checks) {
        None => Table::new(),
        Some(Some(after)) => after,
        Some(None) => return Vec::new(),
    };
    let before = sides.before.and_then(checks).unwrap_or_default();
    let is_new = |value: &Value| {
        after
            .iter()
            .any(|(name, now)| now == value && !before.contains_key(name))
    };
    before
        .iter()
        .filter(|(name, value)| !after.contains_key(*name) && !is_new(value))
        .map(|(name, _)| Removed {
            path: sides.path.to_vec(),
            what: What::Check(super::compare::bounded(name)),
        })
        .collect()
}

fn checks(text: &[u8]) -> Option<Table> {
    let file: Table = str::from_utf8(text).ok()?.parse().ok()?;
    match file.get("check") {
        Some(Value::Table(checks)) => Some(checks.clone()),
        _ => Some(Table::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: Option<&str>, after: Option<&str>, expected: &[&str]) {
        let sides = Sides {
            path: GATES_PATH,
            before: before.map(str::as_bytes),
            after: after.map(str::as_bytes),
        };
        let seen: Vec<What> = removed(&sides).into_iter().map(|one| one.what).collect();
        let expected: Vec<What> = expected
            .iter()
            .map(|name| What::Check((*name).to_owned()))
            .collect();
        assert_eq!(seen, expected);
    }

    const TWO: &str = "[check.a]\nrung = 1\n[check.b]\nrung = 2\n";

    #[test]
    fn a_check_that_is_gone_is_found_and_a_renamed_one_is_not() {
        check(Some(TWO), Some(TWO), &[]);
        check(Some(TWO), Some("[check.a]\nrung = 1\n"), &["b"]);
        check(Some(TWO), Some("# [check.b]\n"), &["a", "b"]);
        check(Some(TWO), None, &["a", "b"]);
        check(None, Some(TWO), &[]);
        check(Some(TWO), Some("[check.a]\nrung = 1\n[check.c]\nrung = 2\n"), &[]);
        check(
            Some(TWO),
            Some("[check.a]\nrung = 1\n[check.c]\nrung = 3\n"),
            &["b"],
        );
        check(Some(TWO), Some("<<<<<<< "), &[]);
        check(Some("="), Some(TWO), &[]);
    }
}
