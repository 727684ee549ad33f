//! The merge driver's halves: registered in this clone, named by `.gitattributes`, and in force in this worktree.

use lane_core::policy::Merge;
use lane_core::refusal::command;
use lane_core::view::View as _;
use lane_git::Oid;
use lane_store::find_policy;

use super::Ill;
use super::ill;
use crate::error::CliError;
use crate::integration;
use crate::merging::DRIVER;
use crate::session::Session;
use crate::setup;

/// A path that our line for records is for.
const RECORD: &str = ".agents/policy.toml";

/// The most bytes of a `.gitattributes` that is looked at; git takes no longer one.
const ATTRIBUTES_BYTES: usize = 100 << 20;

/// The registration, in this clone.
pub(in crate::commands) fn driver(session: &Session<'_>) -> Result<Ill, CliError> {
    let Some(found) = setup::registered_driver(session)? else {
        // Without asking the state: a fresh clone has none.
        let named = setup::attributes_here(session)?.contains("merge=git-lane");
        let what = match named {
            true => "is not registered in this clone, so git merges what .gitattributes names as text",
            false => "is not registered in this clone",
        };
        return ill(format!("the merge driver {what}"), "git lane init");
    };
    match setup::driver_fault(&found)? {
        Some(fault) => ill(format!("the merge driver {fault}"), "git lane init"),
        None => Ok(None),
    }
}

/// The attributes on the integration branch, against the policy there.
pub(in crate::commands) fn attributes(session: &Session<'_>) -> Result<Ill, CliError> {
    let (branch, merge) = wanted(session)?;
    let texts = on_branch(session, &branch)?;
    if texts.iter().any(|text| setup::is_attributed(text, &merge)) {
        return Ok(None);
    }
    let what = if texts.iter().any(|text| text.contains(DRIVER)) {
        format!(".gitattributes on {branch} names the merge driver otherwise than `merge` of the policy")
    } else {
        format!(".gitattributes on {branch} does not name the merge driver")
    };
    ill(what, setup::attribute_command(session, &branch)?)
}

/// What git says is in force in this worktree.
pub(in crate::commands) fn in_force(session: &Session<'_>) -> Result<Ill, CliError> {
    let (branch, merge) = wanted(session)?;
    let on_branch = on_branch(session, &branch)?;
    // Told by the check before; and without a work tree no attributes are in force.
    if session.repo.work_dir().is_none() || !on_branch.iter().any(|text| setup::is_attributed(text, &merge)) {
        return Ok(None);
    }
    let globs: Vec<&str> = std::iter::once(RECORD).chain(merge.globs()).collect();
    let examples: Vec<String> = globs.iter().map(|glob| example(glob)).collect();
    let paths: Vec<&str> = examples.iter().map(String::as_str).collect();
    let found = session.repo.merge_attributes(&paths)?;
    let Some(at) = found.iter().position(|value| value != DRIVER) else {
        return Ok(None);
    };
    let what = format!("{} in this worktree", done_to(paths[at], &found[at]));
    if !setup::is_attributed(&setup::attributes_here(session)?, &merge) {
        return lacking(session, &what, &branch, &merge);
    }
    let info = session.repo.common_dir().join("info/attributes");
    let is_info = std::fs::read_to_string(info).is_ok_and(|text| says(&text, &found[at]));
    if !is_info && setup::is_followed(&setup::attributes_here(session)?) {
        let mend = setup::attribute_command(session, session.repo.head()?.branch().unwrap_or(&branch))?;
        return ill(format!("{what}: a later line of .gitattributes says so"), mend);
    }
    let who = if is_info {
        "info/attributes"
    } else {
        "info/attributes or a .gitattributes below"
    };
    let glob = if globs[at] == RECORD {
        ".agents/**/*.toml"
    } else {
        globs[at]
    };
    ill(format!("{what}: {who} says so"), last_word(session, glob))
}

/// What git does to a path with this value of the attribute `merge`.
fn done_to(path: &str, value: &str) -> String {
    match value {
        "unspecified" | "set" | "text" => format!("git merges {path} as text"),
        "unset" | "binary" => format!("git takes our side of {path} and reports a conflict"),
        other => format!("git merges {path} by {other:?}"),
    }
}

/// This worktree's file does not have what the integration branch has.
fn lacking(session: &Session<'_>, what: &str, branch: &str, merge: &Merge) -> Result<Ill, CliError> {
    let repo = session.repo;
    let head = repo.head()?;
    let Some(tip) = head.oid() else {
        return ill(what, "git lane init --attributes");
    };
    if attributes_of(session, tip)?.is_some_and(|text| setup::is_attributed(&text, merge)) {
        return ill(
            format!("{what}: its .gitattributes lacks the section that is committed"),
            "git lane init --attributes",
        );
    }
    let is_there = head.branch() == Some(branch);
    let tips = integration::tips(repo, branch)?;
    let newer = tips.iter().find(|(_, tip)| {
        let text = attributes_of(session, *tip).ok().flatten();
        text.is_some_and(|text| setup::is_attributed(&text, merge))
    });
    if let Some((_, newer)) = newer
        && !is_there
        && !repo.is_ancestor(*newer, tip)?
    {
        return ill(
            format!("{what}: it lacks .gitattributes of {branch}"),
            command(&["git", "merge", "--no-edit", branch]),
        );
    }
    ill(
        format!("{what}: its .gitattributes lacks our section"),
        setup::attribute_command(session, head.branch().unwrap_or(branch))?,
    )
}

/// Whether a line of an attributes file gives `merge` this value.
fn says(text: &str, value: &str) -> bool {
    let words = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let mut words = words.flat_map(|line| line.split_whitespace().skip(1));
    words.any(|word| match value {
        "unset" => word == "-merge" || word == "binary",
        "unspecified" => word == "!merge",
        "set" => word == "merge",
        other => word.strip_prefix("merge=") == Some(other),
    })
}

/// The command that gives our line for a glob the last word in this clone.
fn last_word(session: &Session<'_>, glob: &str) -> String {
    let line = setup::attribute_line(glob);
    let folder = session.repo.common_dir().join("info");
    let quoted = |path: &std::path::Path| setup::quoted(&path.display().to_string());
    let (folder, file) = (quoted(&folder), quoted(&folder.join("attributes")));
    let line = setup::quoted(&line);
    format!("mkdir -p {folder} && printf '\\n%s\\n' {line} >>{file}")
}

/// The integration branch, and `[merge]` of its policy.
fn wanted(session: &Session<'_>) -> Result<(String, Merge), CliError> {
    let branch = session.store().view()?.meta()?.integration;
    let merge = match find_policy(session.repo, &branch)? {
        Some(file) => file.parse()?.merge,
        None => Merge::default(),
    };
    Ok((branch, merge))
}

/// `.gitattributes` at the tips of the integration branch.
fn on_branch(session: &Session<'_>, branch: &str) -> Result<Vec<String>, CliError> {
    let mut texts = Vec::new();
    for (_, tip) in integration::tips(session.repo, branch)? {
        texts.extend(attributes_of(session, tip)?);
    }
    Ok(texts)
}

/// `.gitattributes` of a commit.
fn attributes_of(session: &Session<'_>, commit: Oid) -> Result<Option<String>, CliError> {
    let tree = session.repo.commit(commit)?.tree;
    let Some(entry) = session.repo.entry_at(tree, ".gitattributes")? else {
        return Ok(None);
    };
    let bytes = session.repo.blob(entry.oid, ATTRIBUTES_BYTES).ok();
    Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
}

/// A path that a glob of `[merge]` matches.
fn example(glob: &str) -> String {
    let parts: Vec<String> = glob
        .split('/')
        .filter(|part| *part != "**")
        .map(|part| part.replace(['*', '?'], "x"))
        .collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_that_has_the_last_word_is_known_by_its_value() {
        let text = "# * merge=no\n*.md -merge\n\"a b\" merge=union\n*.x !merge\n";
        for (value, expected) in [
            ("unset", true),
            ("union", true),
            ("unspecified", true),
            ("no", false),
            ("set", false),
        ] {
            assert_eq!(says(text, value), expected, "{value}");
        }
        assert!(says("*.md binary\n", "unset") && !says("merge\n", "set"));
    }

    #[test]
    fn an_example_is_matched_by_its_glob() {
        for (glob, path) in [
            ("**/CHANGELOG.md", "CHANGELOG.md"),
            ("a/**/b?/*.txt", "a/bx/x.txt"),
            ("*", "x"),
            ("plain name.md", "plain name.md"),
        ] {
            assert_eq!(example(glob), path);
            assert!(
                lane_core::glob::Glob::parse(glob)
                    .unwrap()
                    .covers(path.as_bytes())
            );
        }
    }
}
