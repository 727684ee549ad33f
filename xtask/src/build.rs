//! Builds one binary, and finds it where cargo says that it is: a target directory may be configured anywhere.

use std::path::PathBuf;

use serde_json::Value;

use crate::Error;
use crate::Workspace;
use crate::workspace;

/// Runs `cargo build` with these arguments, and returns the executable of the target.
pub(crate) fn binary(workspace: &Workspace, args: &[&str], target: &str) -> Result<PathBuf, Error> {
    let build = [&["build"], args].concat();
    workspace::announce("cargo", &build, &[]);
    let json: &[&str] = &["--message-format=json-render-diagnostics"];
    let messages = workspace.read("cargo", &[&build, json].concat())?;
    executable(&messages, target).ok_or_else(|| Error::Output {
        command: workspace::spell("cargo", &build),
        why: "it names no executable".into(),
    })
}

fn executable(messages: &str, target: &str) -> Option<PathBuf> {
    let messages = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut built = messages.filter(|message| message["target"]["name"] == target);
    built.find_map(|message| message["executable"].as_str().map(PathBuf::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binary_is_where_cargo_says() {
        let messages = concat!(
            r#"{"reason":"compiler-artifact","target":{"name":"lane-core"},"executable":null}"#,
            "\n",
            r#"{"reason":"compiler-artifact","target":{"name":"git-lane"},"executable":null}"#,
            "\n",
            r#"{"reason":"compiler-artifact","target":{"name":"git-lane"},"executable":"/t/release/git-lane"}"#,
            "\n",
        );
        assert_eq!(
            executable(messages, "git-lane"),
            Some("/t/release/git-lane".into())
        );
        assert_eq!(executable(messages, "lane-core"), None);
        assert_eq!(executable(messages, "other"), None);
    }
}
