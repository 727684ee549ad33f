//! The shims: small scripts that find the binary and hand over. The template is `hooks/shim.sh`.

use std::path::Path;

use crate::error::CliError;

const TEMPLATE: &str = include_str!("../../../../hooks/shim.sh");

/// What the second line of every shim of ours begins with.
const MARK: &str = "# git-lane hook shim, version ";

/// commit-msg adds the trailer: where it is there already and no hook is chained, the binary is not needed. That is every
/// commit of an agent, which opens no editor. A line that was copied from a hint ([`crate::placeholders::SUBJECT`]) is
/// looked at.
const EARLY_COMMIT_MSG: &str = r#"if [ ! -e "${0%/*}/git-lane-chained/commit-msg" ] && [ -f "$1" ]; then
  while IFS= read -r line; do case $line in TEXT) break ;; Lane-Task:*) exit 0 ;; esac; done <"$1"
fi
"#;

/// The absolute path of this program.
pub(crate) fn binary() -> Result<String, CliError> {
    let path =
        std::env::current_exe().map_err(|e| CliError::io("the path of this program is not known", e))?;
    path.into_os_string().into_string().map_err(|raw| {
        CliError::Usage(format!(
            "this program lies in {}, whose name is no text",
            Path::new(&raw).display()
        ))
    })
}

/// A word that a POSIX shell reads back as it is.
pub(crate) fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// The shim of a hook. `chains_elsewhere` says that the hook it chains lies in another folder than below its own.
pub(crate) fn shim(hook: &str, chains_elsewhere: bool) -> Result<String, CliError> {
    let early = if hook == "commit-msg" && !chains_elsewhere {
        EARLY_COMMIT_MSG
    } else {
        ""
    };
    let binary = binary()?;
    // Shown inside double quotes of the script: only what cannot end or expand there.
    let shown: String = binary
        .chars()
        .map(|c| {
            if "\"$`\\".contains(c) || c.is_control() {
                '?'
            } else {
                c
            }
        })
        .collect();
    Ok(TEMPLATE
        .replace("@EARLY@", early)
        .replace("@BINARY@", &quoted(&binary))
        .replace("@SHOWN@", &shown)
        .replace("@HOOK@", hook))
}

/// The version of a shim of ours; none for any other text.
pub(crate) fn version(text: &str) -> Option<u32> {
    let rest = text.lines().nth(1)?.strip_prefix(MARK)?;
    rest.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shim_is_known_by_its_second_line() {
        assert_eq!(version(&shim("pre-commit", false).unwrap()), version(TEMPLATE));
        assert!(version(TEMPLATE) > Some(0));
        assert_eq!(version("#!/bin/sh\nexec lefthook\n"), None);
        assert_eq!(version(""), None);
    }

    #[test]
    fn a_path_with_quotes_stays_one_word() {
        assert_eq!(
            shlex::split(&quoted("/a b'c$d")),
            Some(vec!["/a b'c$d".to_owned()])
        );
    }
}
