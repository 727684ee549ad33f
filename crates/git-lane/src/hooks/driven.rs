//! Which paths `.gitattributes` gives to our merge driver, read without asking git: a file, and no process.

use std::fs::File;
use std::io::Read as _;

use lane_core::glob::Glob;
use lane_core::policy::Merge;
use lane_git::Repo;

use crate::merging::DRIVER;

/// The most that is read of `.gitattributes`, in bytes.
const TEXT_MAX: u64 = 1 << 20;

/// Patterns with whether they give their paths to our driver; the last one that matches counts.
pub(super) struct Driven(Vec<(Glob, bool)>);

impl Driven {
    /// As the root of the work tree says. A file that cannot be read says nothing.
    pub(super) fn read(repo: &Repo) -> Self {
        let mut text = String::new();
        if let Some(root) = repo.work_dir()
            && let Ok(file) = File::open(root.join(".gitattributes"))
        {
            let _ = file.take(TEXT_MAX).read_to_string(&mut text);
        }
        Self::parse(&text)
    }

    fn parse(text: &str) -> Self {
        // What the driver merges where nobody says otherwise.
        let by_default = Merge::default();
        let by_default = by_default.globs().filter_map(|glob| Glob::parse(glob).ok());
        let by_default = by_default.map(|glob| (glob, true));
        Self(by_default.chain(text.lines().filter_map(line)).collect())
    }

    pub(super) fn covers(&self, path: &[u8]) -> bool {
        let last = self.0.iter().rev().find(|(glob, _)| glob.covers(path));
        path.starts_with(b".agents/") || last.is_some_and(|(_, ours)| *ours)
    }
}

/// `PATTERN … merge=DRIVER …`. Quoted patterns and macros are left to git.
fn line(line: &str) -> Option<(Glob, bool)> {
    let mut words = line.split_whitespace();
    let pattern = words
        .next()
        .filter(|word| !word.starts_with(['#', '"', '[', '!']))?;
    let merge = words.rfind(|word| {
        let name = word.trim_start_matches(['-', '!']);
        name.split('=').next() == Some("merge")
    })?;
    let anchored = pattern.trim_end_matches('/').contains('/');
    let glob = if anchored {
        Glob::parse(pattern)
    } else {
        Glob::parse(&format!("**/{pattern}"))
    };
    Some((glob.ok()?, merge == format!("merge={DRIVER}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_that_matches_counts() {
        let text = "# notes\n*.list text merge=git-lane\n/docs/CHANGELOG.md -merge\nold.list merge=union\n[attr]x merge=git-lane\n/a/*.reg merge=git-lane eol=lf\n";
        let driven = Driven::parse(text);
        for (path, ours) in [
            ("CHANGELOG.md", true),
            ("crates/a/CHANGELOG.md", true),
            ("docs/CHANGELOG.md", false),
            ("deep/down/names.list", true),
            ("deep/old.list", false),
            ("a/x.reg", true),
            ("b/a/x.reg", false),
            (".agents/queue/00/T-1.toml", true),
            ("README.md", false),
        ] {
            assert_eq!(driven.covers(path.as_bytes()), ours, "{path}");
        }
    }
}
