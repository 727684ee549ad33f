//! What gates that are there already need beside an `xtask` without tests: that its changes call for none.

use lane_gate::Builtin;
use lane_gate::Gates;
use lane_gate::Work;

/// A file of the package that every change of it touches sooner or later.
const TOUCHED: &[u8] = b"xtask/src/main.rs";

/// What covers the package.
const GLOB: &str = "xtask/**";

/// For each check that would look for tests in the package, the line to add to it. None where the gates cannot be read,
/// which is told elsewhere.
pub(in crate::setup) fn lines(gates: &str) -> Option<String> {
    let declared = Gates::parse(gates.as_bytes()).ok()?;
    let text: toml::Table = gates.parse().ok()?;
    let looks_there =
        |work: &Work| matches!(work, Work::Builtin(name) if Builtin::named(name) == Some(Builtin::Test));
    let lines: Vec<String> = declared
        .checks()
        .filter(|(_, check)| looks_there(&check.work) && check.concerns(TOUCHED))
        .map(|(name, _)| {
            let mut globs = globs_of(&text, name.as_str());
            globs.push(GLOB.to_owned());
            format!("ignore = {globs:?}  # in [check.{name}]")
        })
        .collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// What the check ignores already.
fn globs_of(text: &toml::Table, name: &str) -> Vec<String> {
    let check = text.get("check").and_then(|checks| checks.get(name));
    let globs = check.and_then(|check| check.get("ignore")?.as_array());
    let globs = globs.into_iter().flatten();
    globs.filter_map(|glob| Some(glob.as_str()?.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_that_would_look_for_tests_there_gets_a_line_and_no_other_does() {
        let check = |name: &str, rest: &str| format!("[check.{name}]\nrung = 2\n{rest}\n");
        for (gates, expected) in [
            (
                check("test", "builtin = \"test\""),
                Some("ignore = [\"xtask/**\"]  # in [check.test]"),
            ),
            (
                check("unit", "builtin = \"test\"\nignore = [\"docs/**\"]"),
                Some("ignore = [\"docs/**\", \"xtask/**\"]  # in [check.unit]"),
            ),
            (check("test", "builtin = \"test\"\nignore = [\"xtask/**\"]"), None),
            (check("test", "builtin = \"test\"\npaths = [\"crates/**\"]"), None),
            // A run of all tests has some.
            (check("tests", "builtin = \"tests\""), None),
            (check("test", "run = [\"cargo\", \"test\"]"), None),
            (String::new(), None),
            ("no toml".to_owned(), None),
        ] {
            assert_eq!(lines(&gates).as_deref(), expected, "{gates}");
        }
    }
}
