//! The merge driver's halves: registered in this clone, named by `.gitattributes`, and in force in this worktree.

use lane_core::policy::Merge;
use lane_core::refusal::command;
use lane_core::view::View as _;
use lane_store::find_policy;

use super::Ill;
use super::ill;
use crate::error::CliError;
use crate::integration;
use crate::session::Session;
use crate::setup;

/// The driver's name, as attributes have it.
const NAME: &str = "git-lane";

/// A path that our line for records is for.
const RECORD: &str = ".agents/policy.toml";

/// The most bytes of a `.gitattributes` that is looked at; git takes no longer one.
const ATTRIBUTES_BYTES: usize = 100 << 20;

/// The registration, in this clone.
pub(super) fn driver(session: &Session<'_>) -> Result<Ill, CliError> {
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
pub(super) fn attributes(session: &Session<'_>) -> Result<Ill, CliError> {
    let (branch, merge) = wanted(session)?;
    let texts = on_branch(session, &branch)?;
    if texts.iter().any(|text| setup::is_attributed(text, &merge)) {
        return Ok(None);
    }
    let what = if texts.iter().any(|text| text.contains(NAME)) {
        format!(".gitattributes on {branch} names the merge driver otherwise than `merge` of the policy")
    } else {
        format!(".gitattributes on {branch} does not name the merge driver")
    };
    ill(what, setup::attribute_command(session, &branch)?)
}

/// What git says is in force in this worktree.
pub(super) fn in_force(session: &Session<'_>) -> Result<Ill, CliError> {
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
    let Some(at) = found.iter().position(|value| value != NAME) else {
        return Ok(None);
    };
    let how = match found[at].as_str() {
        "unspecified" | "set" => "as text".to_owned(),
        "unset" => "not at all".to_owned(),
        other => format!("by {other:?}"),
    };
    let what = format!("git merges {} {how} in this worktree", paths[at]);
    let here = setup::attributes_here(session)?;
    if !setup::is_attributed(&here, &merge) && session.repo.head()?.branch() != Some(&branch) {
        return ill(
            format!("{what}: it lacks .gitattributes of {branch}"),
            command(&["git", "merge", "--no-edit", &branch]),
        );
    }
    if setup::is_followed(&here) {
        let mend = setup::attribute_command(session, session.repo.head()?.branch().unwrap_or(&branch))?;
        return ill(format!("{what}: a later line of .gitattributes says so"), mend);
    }
    let line = setup::attribute_line(if globs[at] == RECORD {
        ".agents/**/*.toml"
    } else {
        globs[at]
    });
    let folder = session.repo.common_dir().join("info");
    let quoted = |path: &std::path::Path| setup::quoted(&path.display().to_string());
    let (folder, file) = (quoted(&folder), quoted(&folder.join("attributes")));
    ill(
        format!("{what}: info/attributes or a .gitattributes below says so"),
        format!(
            "mkdir -p {folder} && printf '\\n%s\\n' {} >>{file}",
            setup::quoted(&line)
        ),
    )
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
        let tree = session.repo.commit(tip)?.tree;
        if let Some(entry) = session.repo.entry_at(tree, ".gitattributes")?
            && let Ok(bytes) = session.repo.blob(entry.oid, ATTRIBUTES_BYTES)
        {
            texts.push(String::from_utf8_lossy(&bytes).into_owned());
        }
    }
    Ok(texts)
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
