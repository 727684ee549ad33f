//! Which git is on PATH.

use std::sync::OnceLock;

use crate::GitError;
use crate::child::Git;

/// The version of the `git` on PATH: major, minor, patch. Asked once per process.
///
/// # Errors
/// When there is no git, or it does not say a version.
pub fn git_version() -> Result<(u32, u32, u32), GitError> {
    static VERSION: OnceLock<(u32, u32, u32)> = OnceLock::new();
    if let Some(version) = VERSION.get() {
        return Ok(*version);
    }
    let doing = "asking git for its version";
    let output = Git::new(doing).arg("--version").run()?;
    let version = parse(&String::from_utf8_lossy(&output)).ok_or_else(|| GitError::unreadable(doing))?;
    Ok(*VERSION.get_or_init(|| version))
}

/// `git version 2.47.3`, `git version 2.39.5 (Apple Git-154)`, `git version 2.44.0.windows.1`, `… 2.56.0-rc1`.
fn parse(output: &str) -> Option<(u32, u32, u32)> {
    let mut numbers = output.strip_prefix("git version ")?.split(['.', ' ', '-', '\n']);
    let mut next = || numbers.next().unwrap_or_default().parse::<u32>();
    Some((next().ok()?, next().ok()?, next().unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_all_vendors_are_read() {
        for (text, version) in [
            ("git version 2.47.3\n", (2, 47, 3)),
            ("git version 2.39.5 (Apple Git-154)\n", (2, 39, 5)),
            ("git version 2.44.0.windows.1\n", (2, 44, 0)),
            ("git version 2.56-rc1\n", (2, 56, 0)),
        ] {
            assert_eq!(parse(text), Some(version), "{text}");
        }
        assert_eq!(parse("hub version 2"), None);
    }
}
