//! What a file without a telling path is, by its content.

use lane_core::codec;

/// The line that every changelog has between two releases.
const UNRELEASED: &str = "## [unreleased]";

/// The path that a file with this content would have in a repository, if it is something that is merged by meaning.
pub(crate) fn path_of_content(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?;
    if text
        .lines()
        .any(|line| line.trim().eq_ignore_ascii_case(UNRELEASED))
    {
        return Some("CHANGELOG.md".to_owned());
    }
    record(&codec::decode(bytes).ok()?)
}

/// Where the store puts a record with these keys.
fn record(table: &toml::Table) -> Option<String> {
    let text = |key: &str| table.get(key).and_then(toml::Value::as_str);
    let has = |key: &str| table.contains_key(key);
    if let (Some(task), Some(checkpoint)) = (text("task"), text("checkpoint")) {
        return Some(format!(".agents/handoffs/00/{task}/{checkpoint}.toml"));
    }
    if let (Some(id), true) = (text("id"), has("owner") && has("scope")) {
        return Some(format!(".agents/locks/{id}.toml"));
    }
    if let (Some(id), true) = (text("id"), has("title")) {
        return Some(format!(".agents/queue/00/{id}.toml"));
    }
    if has("repository") && (has("integration") || has("epoch")) {
        return Some(".agents/state.toml".to_owned());
    }
    if has("repository") {
        return Some(".agents/policy.toml".to_owned());
    }
    has("check").then(|| ".agents/gates.toml".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_what_it_must_have() {
        for (text, path) in [
            ("# Changes\n\n## [Unreleased]\n\n- a\n", Some("CHANGELOG.md")),
            ("id = \"T-1\"\ntitle = \"x\"\n", Some(".agents/queue/00/T-1.toml")),
            (
                "id = \"L-1\"\nowner = \"a\"\nscope = []\n",
                Some(".agents/locks/L-1.toml"),
            ),
            (
                "task = \"T-1\"\ncheckpoint = \"CP-01\"\n",
                Some(".agents/handoffs/00/T-1/CP-01.toml"),
            ),
            ("format = 1\nrepository = \"x\"\n", Some(".agents/policy.toml")),
            ("[check.fmt]\nrung = 1\n", Some(".agents/gates.toml")),
            ("[package]\nname = \"x\"\n", None),
            ("id = \"T-1\"\n<<<<<<< a\n", None),
            ("plain\n", None),
            ("", None),
        ] {
            assert_eq!(path_of_content(text.as_bytes()).as_deref(), path, "{text}");
        }
        assert_eq!(path_of_content(b"\xff\xfe"), None);
    }
}
