//! The package itself: its manifest, its few lines of Rust, and what an `xtask` that is there already needs.

use toml_edit::DocumentMut;

/// The package's version, in its manifest and in the lock file.
pub(super) const VERSION: &str = "0.0.0";

/// The edition of a workspace that names none.
const EDITION: &str = "2021";

/// Runs `git-lane` in its own place: exit code and signals are git-lane's, and Ctrl-C reaches it alone.
pub(super) const MAIN: &str = r#"//! `cargo xtask gate` and `cargo xtask preflight` are `git lane gate` and `git lane preflight`.

use std::process::Command;

fn main() {
    let error = run(Command::new("git-lane").args(std::env::args_os().skip(1)));
    eprintln!("error: git-lane cannot be started: {}", error);
    eprintln!("hint: install git-lane, so that `git lane --version` answers");
    std::process::exit(6);
}

#[cfg(unix)]
fn run(lane: &mut Command) -> std::io::Error {
    std::os::unix::process::CommandExt::exec(lane)
}

#[cfg(not(unix))]
fn run(lane: &mut Command) -> std::io::Error {
    match lane.status() {
        Ok(status) => std::process::exit(status.code().unwrap_or(70)),
        Err(error) => error,
    }
}
"#;

/// For the main of an `xtask` that is there.
pub(super) const LINES: &str = r#"    let words: Vec<_> = std::env::args_os().skip(1).collect();
    if words.first().is_some_and(|word| word == "gate" || word == "preflight") {
        let status = std::process::Command::new("git-lane").args(&words).status();
        std::process::exit(status.ok().and_then(|status| status.code()).unwrap_or(6));
    }"#;

/// The package's manifest, of the same edition as the workspace.
pub(super) fn manifest(root: &str) -> String {
    let root: DocumentMut = root.parse().unwrap_or_default();
    let of = |keys: &[&str]| {
        let mut item = root.as_item();
        for key in keys {
            item = item.get(key)?;
        }
        item.as_str()
    };
    let inherited = of(&["workspace", "package", "edition"]).map(|_| "edition.workspace = true".to_owned());
    let edition = inherited.unwrap_or_else(|| {
        let known = |edition: &&str| edition.len() == 4 && edition.bytes().all(|byte| byte.is_ascii_digit());
        let edition = of(&["package", "edition"]).filter(known).unwrap_or(EDITION);
        format!("edition = \"{edition}\"")
    });
    format!("[package]\nname = \"xtask\"\nversion = \"{VERSION}\"\n{edition}\npublish = false\n")
}

/// Whether a manifest is of a package `xtask`.
pub(super) fn is_xtask(manifest: &str) -> bool {
    let manifest: DocumentMut = manifest.parse().unwrap_or_default();
    let name = manifest.get("package").and_then(|package| package.get("name"));
    name.and_then(|name| name.as_str()) == Some("xtask")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_edition_is_the_workspaces() {
        for (root, edition) in [
            (
                "[workspace.package]\nedition = \"2024\"\n",
                "edition.workspace = true",
            ),
            (
                "[package]\nname = \"a\"\nedition = \"2018\"\n",
                "edition = \"2018\"",
            ),
            ("[package]\nname = \"a\"\n[workspace]\n", "edition = \"2021\""),
            ("[workspace]\n", "edition = \"2021\""),
            ("[package]\nedition = \"20\\\"\\n\"\n", "edition = \"2021\""),
        ] {
            let text = manifest(root);
            assert!(text.lines().any(|line| line == edition), "{root}: {text}");
            assert!(is_xtask(&text));
        }
        assert!(!is_xtask("[package]\nname = \"a\"\n") && !is_xtask("no toml"));
    }
}
