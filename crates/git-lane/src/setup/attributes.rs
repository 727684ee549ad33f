//! Our section of `.gitattributes`: the files that the merge driver resolves. It follows from the policy.

use std::fs;
use std::path::PathBuf;

use lane_core::policy::Merge;
use lane_core::refusal::command;

use super::Report;
use crate::error::CliError;
use crate::session::Session;

const BEGIN: &str = "# git-lane: begin";
const END: &str = "# git-lane: end";
const RECORDS: &str = "/.agents/**/*.toml text eol=lf merge=git-lane";
const DRIVER: &str = " merge=git-lane";

/// The lines that name our driver, as the policy wants them.
pub(crate) fn attribute_lines(merge: &Merge) -> Vec<String> {
    let mut lines = vec![RECORDS.to_owned()];
    for glob in merge.globs() {
        let line = attribute_line(glob);
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

/// A leading slash holds the pattern at the root; one with white space stands in quotes.
pub(crate) fn attribute_line(glob: &str) -> String {
    let pattern = if glob.contains(char::is_whitespace) {
        format!("\"/{glob}\"")
    } else {
        format!("/{glob}")
    };
    format!("{pattern}{DRIVER}")
}

/// Whether a `.gitattributes` text names our driver for all that the policy wants, and our section for nothing else.
pub(crate) fn is_attributed(text: &str, merge: &Merge) -> bool {
    let wanted = attribute_lines(merge);
    let all = wanted.iter().all(|line| text.lines().any(|l| l.trim() == line));
    let ours = Parts::of(text).ours;
    all && ours.iter().all(|line| wanted.contains(line))
}

/// Whether a line behind our section may have the last word on how a file is merged.
pub(crate) fn is_followed(text: &str) -> bool {
    let behind = Parts::of(text).behind;
    let mut behind = behind
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with('#'));
    behind.any(|line| ["merge", "binary"].iter().any(|word| line.contains(word)))
}

/// The command that puts our section on `integration`, where it belongs, in the worktree that has it checked out. Where
/// lanes exist, `init` touches no tracked file unless it is asked to.
pub(crate) fn attribute_command(session: &Session<'_>, integration: &str) -> Result<String, CliError> {
    let full = format!("refs/heads/{integration}");
    let elsewhere = session.repo.worktree_list()?.into_iter();
    let mut elsewhere = elsewhere.filter(|worktree| worktree.branch.as_deref() == Some(&*full));
    let there = if session.repo.head()?.branch() == Some(integration) {
        String::new()
    } else if let Some(worktree) = elsewhere.find(|worktree| !worktree.prunable) {
        format!("cd {} && ", super::quoted(&worktree.path.display().to_string()))
    } else {
        format!("{} && ", command(&["git", "switch", integration]))
    };
    Ok(format!(
        "{there}git lane init --attributes && git add -- :/.gitattributes && git commit -m 'git-lane: attributes' -- :/.gitattributes"
    ))
}

/// The command that takes our section out of the file; none where there is no section.
pub(crate) fn removal_command(session: &Session<'_>) -> Option<String> {
    let path = file(session);
    let text = fs::read_to_string(&path).ok()?;
    let section = text.lines().any(|line| line.trim() == BEGIN);
    let path = super::quoted(&path.display().to_string());
    let script = format!("'/^{BEGIN}/,/^{END}/d'");
    section.then(|| format!("sed -i.orig {script} {path} && rm {path}.orig"))
}

fn file(session: &Session<'_>) -> PathBuf {
    let root = session.repo.work_dir().unwrap_or(session.repo.git_dir());
    root.join(".gitattributes")
}

/// This worktree's `.gitattributes`, for looking at; empty where there is none.
pub(crate) fn attributes_here(session: &Session<'_>) -> Result<String, CliError> {
    Ok(String::from_utf8_lossy(&read(session)?).into_owned())
}

fn read(session: &Session<'_>) -> Result<Vec<u8>, CliError> {
    let path = file(session);
    match fs::read(&path) {
        Ok(bytes) => Ok(bytes),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(e) => Err(CliError::io(format!("{} cannot be read", path.display()), e)),
    }
}

/// Writes our section, or brings it up to the policy. `last`: at the end of the file, where nothing overrides it.
pub(super) fn write(
    session: &Session<'_>,
    merge: &Merge,
    last: bool,
    dry_run: bool,
) -> Result<Report, CliError> {
    let old = String::from_utf8(read(session)?).map_err(|_| {
        let path = file(session);
        CliError::Usage(format!(
            "{} is not UTF-8, so our section cannot be added",
            path.display()
        ))
    })?;
    if is_attributed(&old, merge) && !(last && is_followed(&old)) {
        return Ok(Report::kept(".gitattributes names the merge driver"));
    }
    if !dry_run {
        let path = file(session);
        fs::write(&path, refreshed(&old, merge, last))
            .map_err(|e| CliError::io(format!("{} could not be written", path.display()), e))?;
    }
    if old.lines().any(|line| line.trim() == BEGIN) {
        let what = ".gitattributes, the section that names the merge driver: commit it";
        return Ok(Report::mended(what));
    }
    Ok(Report::made(
        ".gitattributes, a section that names the merge driver: commit it",
    ))
}

/// The text with our section as the policy wants it, in its place or, new or with `last`, at the end. Every line that
/// is not ours stays, on its side of the section if it stood inside, and the line ends are the file's.
fn refreshed(old: &str, merge: &Merge, last: bool) -> String {
    let end = if old.contains("\r\n") { "\r\n" } else { "\n" };
    let Parts { before, behind, .. } = Parts::of(old);
    let gap = |text: &str| {
        if text.is_empty() || text.ends_with('\n') {
            ""
        } else {
            end
        }
    };
    let section: String = [BEGIN.to_owned()]
        .into_iter()
        .chain(attribute_lines(merge))
        .chain([END.to_owned()])
        .map(|line| format!("{line}{end}"))
        .collect();
    if last {
        let rest = format!("{before}{}{behind}", gap(&before));
        format!("{rest}{}{section}", gap(&rest))
    } else {
        format!("{before}{}{section}{behind}", gap(&before))
    }
}

/// A `.gitattributes` text, taken apart at our section.
#[derive(Default)]
struct Parts {
    /// Everything before our lines, whole lines as they are.
    before: String,
    /// The lines of our section that `init` wrote, trimmed.
    ours: Vec<String>,
    /// Everything behind.
    behind: String,
}

impl Parts {
    fn of(text: &str) -> Self {
        let mut parts = Self::default();
        if !text.lines().any(|line| line.trim() == BEGIN) {
            parts.before = text.to_owned();
            return parts;
        }
        let mut inside = false;
        let mut met = false;
        for line in text.split_inclusive('\n') {
            match line.trim() {
                BEGIN => inside = true,
                END if inside => (inside, met) = (false, true),
                own if inside && is_ours(own) => {
                    parts.ours.push(own.to_owned());
                    met = true;
                }
                _ if met => parts.behind.push_str(line),
                _ => parts.before.push_str(line),
            }
        }
        parts
    }
}

/// Whether a line is one that `init` writes, for this policy or another.
fn is_ours(line: &str) -> bool {
    let pattern = line.strip_suffix(DRIVER);
    line == RECORDS || pattern.is_some_and(|pattern| pattern.starts_with('/') || pattern.starts_with("\"/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merge(changelogs: &[&str]) -> Merge {
        Merge {
            changelogs: changelogs.iter().map(|glob| (*glob).to_owned()).collect(),
            ..Merge::default()
        }
    }

    #[track_caller]
    fn check(old: &str, last: bool, expected: &str) {
        let wanted = merge(&["**/CHANGELOG.md", "a b.md"]);
        let section = format!(
            "{BEGIN}\n{RECORDS}\n/**/CHANGELOG.md merge=git-lane\n\"/a b.md\" merge=git-lane\n{END}\n"
        );
        let new = refreshed(old, &wanted, last);
        assert_eq!(new, expected.replace("SECTION\n", &section), "{old:?}");
        assert!(is_attributed(&new, &wanted));
        assert_eq!(refreshed(&new, &wanted, last), new, "again");
        let crlf = refreshed(&old.replace('\n', "\r\n"), &wanted, last);
        if old.contains('\n') {
            assert_eq!(crlf, new.replace('\n', "\r\n"), "{old:?}");
        }
    }

    #[test]
    fn the_section_is_refreshed_in_its_place_and_foreign_lines_stay() {
        check("", false, "SECTION\n");
        check("*.png binary", false, "*.png binary\nSECTION\n");
        let old = format!("a\n{BEGIN}\n{RECORDS}\n{END}\nb\n");
        check(&old, false, "a\nSECTION\nb\n");
        let stale = format!("a\n{BEGIN}\n{RECORDS}\n/NEWS.md merge=git-lane\n{END}\n\nb");
        check(&stale, false, "a\nSECTION\n\nb");
        let by_hand = format!("{BEGIN}\n# mine\n* text=auto\n{RECORDS}\n*.md diff=x\n{END}\nb\n");
        check(&by_hand, false, "# mine\n* text=auto\nSECTION\n*.md diff=x\nb\n");
        let open = format!("a\n{BEGIN}\n{RECORDS}\nb\n");
        check(&open, false, "a\nSECTION\nb\n");
        let twice = format!("{BEGIN}\n{RECORDS}\n{END}\na\n{BEGIN}\n{RECORDS}\n{END}\n");
        check(&twice, false, "SECTION\na\n");
    }

    #[test]
    fn at_the_end_it_has_the_last_word() {
        let old = format!("a\n{BEGIN}\n{RECORDS}\n{END}\nCHANGELOG.md merge=union");
        assert!(is_followed(&old));
        check(&old, true, "a\nCHANGELOG.md merge=union\nSECTION\n");
        check("", true, "SECTION\n");
        assert!(!is_followed(&format!(
            "*.x merge=y\n{BEGIN}\n{RECORDS}\n{END}\n# merge\n\n*.z text\n"
        )));
        assert!(
            !is_followed("*.x merge=y\n"),
            "without a section nothing follows it"
        );
    }

    #[test]
    fn what_the_policy_no_longer_names_is_outdated() {
        let text = refreshed("", &merge(&["a.md", "b.md"]), false);
        assert!(is_attributed(&text, &merge(&["a.md", "b.md"])));
        assert!(!is_attributed(&text, &merge(&["a.md"])));
        assert!(!is_attributed(&text, &merge(&["a.md", "b.md", "c.md"])));
        let by_hand = format!("{RECORDS}\n/a.md merge=git-lane\n/own merge=git-lane\n");
        assert!(
            is_attributed(&by_hand, &merge(&["a.md"])),
            "lines outside our section are not judged"
        );
    }
}
