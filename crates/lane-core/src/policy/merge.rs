//! `[merge]`: which files the merge driver resolves, and how. It judges no transition, so it is not part of what is adopted.

use serde::Deserialize;
use serde::Serialize;

use crate::glob::Glob;

/// The files that are merged by meaning, besides the records below `.agents/`. Globs that `.gitattributes` understands
/// in the same way: plain paths with `*`, `?` and `**`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Merge {
    /// Changelogs after Keep a Changelog.
    pub changelogs: Vec<String>,
    /// Files of sorted lines.
    pub registries: Vec<String>,
    /// Keys that this version does not know, kept.
    #[serde(flatten)]
    pub extra: toml::Table,
}

/// What a file is merged as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MergedAs {
    /// A changelog.
    Changelog,
    /// A registry.
    Registry,
}

impl Default for Merge {
    fn default() -> Self {
        Self {
            changelogs: vec!["**/CHANGELOG.md".to_owned()],
            registries: Vec::new(),
            extra: toml::Table::new(),
        }
    }
}

impl Merge {
    /// What the file at `path` (from the repository's root) is merged as, if the policy names it. A changelog comes
    /// before a registry.
    pub fn merged_as(&self, path: &[u8]) -> Option<MergedAs> {
        let covers = |globs: &[String]| {
            let mut globs = globs.iter().filter_map(|glob| Glob::parse(glob).ok());
            globs.any(|glob| glob.covers(path))
        };
        if covers(&self.changelogs) {
            Some(MergedAs::Changelog)
        } else if covers(&self.registries) {
            Some(MergedAs::Registry)
        } else {
            None
        }
    }

    /// All globs, changelogs first.
    pub fn globs(&self) -> impl Iterator<Item = &str> {
        self.changelogs.iter().chain(&self.registries).map(String::as_str)
    }

    /// The first key whose value cannot be used, and why.
    pub(super) fn check(&self) -> Result<(), (&'static str, String)> {
        for (key, globs) in [("changelogs", &self.changelogs), ("registries", &self.registries)] {
            if let Some((glob, fault)) = globs.iter().find_map(|glob| Some((glob, fault(glob)?))) {
                return Err((key, format!("{glob:?} {fault}")));
            }
        }
        match self.registries.iter().find(|glob| self.changelogs.contains(glob)) {
            Some(both) => Err(("registries", format!("{both:?} is in `merge.changelogs` too"))),
            None => Ok(()),
        }
    }
}

/// Why a glob cannot stand in `.gitattributes` with the same meaning.
fn fault(glob: &str) -> Option<String> {
    if glob.starts_with(['-', '!']) {
        return Some("begins with `-` or `!`".to_owned());
    }
    if let Some(c) = glob
        .chars()
        .find(|c| "{}[]\\\"".contains(*c) || crate::text::is_unsafe(*c))
    {
        let only = "is not a plain path with `*`, `?` and `**`";
        return Some(format!("{only}: it has {:?}", c.to_string()));
    }
    if let Err(error) = Glob::parse(glob) {
        return Some(format!("is no glob: {}", error.problem));
    }
    let mut parts = glob.split('/');
    if parts.clone().any(|part| ["", ".", ".."].contains(&part)) {
        return Some("must be a path from the root, without `./`, `../` and doubled or outer `/`".to_owned());
    }
    if parts.clone().any(|part| part.contains("**") && part != "**") {
        return Some("has `**` beside other characters".to_owned());
    }
    if parts.clone().next_back() == Some("**") {
        return Some("must name files: it ends with `**`".to_owned());
    }
    let agents = parts
        .next()
        .is_some_and(|first| first.eq_ignore_ascii_case(".agents"));
    agents.then(|| "is below `.agents/`, whose records are merged as what they are".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(changelogs: &[&str], registries: &[&str]) -> Merge {
        let owned = |globs: &[&str]| globs.iter().map(|glob| (*glob).to_owned()).collect();
        Merge {
            changelogs: owned(changelogs),
            registries: owned(registries),
            ..Merge::default()
        }
    }

    #[test]
    fn a_file_is_merged_as_what_its_glob_says() {
        let merge = of(
            &["**/CHANGELOG.md", "docs/news/*.md"],
            &["words/?.txt", "docs/**/all.md"],
        );
        for (path, expected) in [
            ("CHANGELOG.md", Some(MergedAs::Changelog)),
            ("crates/a/CHANGELOG.md", Some(MergedAs::Changelog)),
            ("docs/news/all.md", Some(MergedAs::Changelog)),
            ("words/a.txt", Some(MergedAs::Registry)),
            ("words/ab.txt", None),
            ("docs/all.md", Some(MergedAs::Registry)),
            ("CHANGELOG.md.orig", None),
        ] {
            assert_eq!(merge.merged_as(path.as_bytes()), expected, "{path}");
        }
    }

    #[test]
    fn globs_that_gitattributes_reads_otherwise_are_refused() {
        for glob in [
            "", "-x", "!x", "a[b]", "a{b,c}", "a\\*b", "a\"b", "a\nb", "/a", "a/", "./a", "a//b", "../a",
            "a/../b", "a**", "a/**b/c", "a/**", "**",
        ] {
            assert_eq!(
                of(&[glob], &[]).check().map_err(|e| e.0),
                Err("changelogs"),
                "{glob:?}"
            );
            assert_eq!(
                of(&[], &[glob]).check().map_err(|e| e.0),
                Err("registries"),
                "{glob:?}"
            );
        }
        for glob in [".agents/x.toml", ".Agents/**/x", ".agents"] {
            let (_, fault) = of(&[], &[glob]).check().unwrap_err();
            assert!(fault.contains("below `.agents/`"), "{fault}");
        }
        for glob in [
            "a b.txt",
            "#x",
            "*",
            "**/a?/*.txt",
            "é.txt",
            ".agents2/x",
            "a/.agents/b",
        ] {
            assert_eq!(of(&[], &[glob]).check(), Ok(()), "{glob:?}");
        }
    }

    #[test]
    fn one_glob_is_not_two_things() {
        let (key, fault) = of(&["a.md"], &["b.md", "a.md"]).check().unwrap_err();
        assert_eq!(
            (key, fault.as_str()),
            ("registries", "\"a.md\" is in `merge.changelogs` too")
        );
    }
}
