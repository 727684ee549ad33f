//! Which names from outside may reach git: narrower than what git itself accepts.

use crate::GitError;

/// Bytes of the longest ref name, and of the longest component: what file systems take, less git's `.lock`.
const LONGEST_NAME: usize = 1000;
const LONGEST_COMPONENT: usize = 240;

/// Whether this is a full ref name that we would create: `refs/` and at least two more components of letters and
/// digits of any script and `. _ - + = @ # ,`. Stricter than `git check-ref-format`, which accepts `-x`, `$(id)`
/// and `a;rm`: no component begins with `.` or `-`, ends with `.` or `.lock`, or holds `..` or `@{`; none is
/// `@` or `HEAD`.
pub fn check_ref_format(name: &str) -> bool {
    name.len() <= LONGEST_NAME
        && name.starts_with("refs/")
        && name.split('/').count() >= 3
        && name.split('/').all(good_component)
}

/// Whether this is a short branch name that we would create.
pub(crate) fn check_branch(name: &str) -> Result<(), GitError> {
    let good = check_ref_format(&format!("refs/heads/{name}")) && !name.starts_with("refs/");
    if good {
        Ok(())
    } else {
        Err(GitError::refused("branch name", name))
    }
}

/// Refs of one worktree live in that worktree's git dir: they are not for sharing, and not for us.
pub(crate) fn check_shared_ref(name: &str) -> Result<(), GitError> {
    let per_worktree = ["refs/bisect/", "refs/worktree/", "refs/rewritten/"];
    let good = check_ref_format(name) && !per_worktree.iter().any(|prefix| name.starts_with(prefix));
    if good {
        Ok(())
    } else {
        Err(GitError::refused("ref name", name))
    }
}

fn good_component(part: &str) -> bool {
    let good_char = |c: char| c.is_alphanumeric() || "._-+=@#,".contains(c);
    !part.is_empty()
        && part.len() <= LONGEST_COMPONENT
        && part.chars().all(good_char)
        && !part.starts_with(['.', '-'])
        && !part.ends_with('.')
        && !part.to_ascii_lowercase().ends_with(".lock")
        && !part.contains("..")
        && part != "@"
        && part != "HEAD"
}

/// A configuration key: `section.key` or `section.any thing.key`; never something that looks like an option.
pub(crate) fn check_config_key(key: &str) -> Result<(), GitError> {
    let word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_alphabetic())
            && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    let good = match (key.split_once('.'), key.rsplit_once('.')) {
        (Some((section, _)), Some((_, last))) => word(section) && word(last),
        _ => false,
    };
    if good && key.len() <= 500 && !key.contains(['\n', '\0']) {
        Ok(())
    } else {
        Err(GitError::refused("configuration key", key))
    }
}

/// Text for a single line: no line break, no NUL.
pub(crate) fn check_line(what: &'static str, text: &str) -> Result<(), GitError> {
    let good = text.len() <= 4096 && !text.contains(['\n', '\r', '\0']);
    if good {
        Ok(())
    } else {
        Err(GitError::refused(what, text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_ref_names_are_accepted() {
        for name in [
            "refs/heads/main",
            "refs/agents/state",
            "refs/heads/feature/T-7k2m",
            "refs/heads/für-é",
            "refs/tags/v1.0",
        ] {
            assert!(check_ref_format(name), "{name}");
        }
    }

    #[test]
    fn names_that_could_be_options_commands_or_paths_are_refused() {
        for name in [
            "",
            "main",
            "refs/x",
            "refs/heads/",
            "refs//x/y",
            "refs/heads/-x",
            "refs/heads/$(id)",
            "refs/heads/a;rm",
            "refs/heads/a b",
            "refs/heads/..",
            "refs/heads/a..b",
            "refs/heads/.a",
            "refs/heads/a.",
            "refs/heads/a.lock",
            "refs/heads/a.LOCK",
            "refs/heads/@",
            "refs/heads/HEAD",
            "refs/heads/a\nb",
            "refs/heads/a@{1}",
            "refs/heads/a:b",
            "refs/heads/a\\b",
            "refs/heads/a\u{202e}b",
            "/refs/heads/a",
            "refs/heads/a/../b",
            "refs/heads/a*",
        ] {
            assert!(!check_ref_format(name), "{name:?}");
        }
        assert!(!check_ref_format(&format!("refs/heads/{}", "x".repeat(241))));
    }

    #[test]
    fn configuration_keys_have_a_section_and_a_name() {
        for key in ["lane.remote", "branch.a b.merge", "includeIf.gitdir:/x/.path"] {
            assert!(check_config_key(key).is_ok(), "{key}");
        }
        for key in ["", "lane", "--get", "-c.x", "lane.", ".x", "lane.a b", "a.b\nc.d"] {
            assert!(check_config_key(key).is_err(), "{key:?}");
        }
    }
}
