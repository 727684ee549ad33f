//! The shims: small scripts that find the binary and hand over. The template is `hooks/shim.sh`.

use std::path::Path;

use crate::error::CliError;

const TEMPLATE: &str = include_str!("../../../../hooks/shim.sh");

/// What the second line of every shim of ours begins with.
const MARK: &str = "# git-lane hook shim, version ";

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

/// The shim of a hook.
pub(crate) fn shim(hook: &str) -> Result<String, CliError> {
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
        assert_eq!(version(&shim("pre-commit").unwrap()), version(TEMPLATE));
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
