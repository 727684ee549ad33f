//! GitLab CI: its predefined variables.
//!
//! Source: "Predefined CI/CD variables reference" of GitLab's documentation.

use super::names;
use super::names::Odd;
use super::said::Before;
use super::said::Said;
use super::said::Vars;
use super::said::pushed;

/// What the variables say; none elsewhere.
pub(super) fn said(vars: Vars<'_>) -> Result<Option<Said>, Odd> {
    if vars("GITLAB_CI").is_none() {
        return Ok(None);
    }
    let id = |name: &'static str| match vars(name) {
        Some(word) => names::id(name, &word),
        None => Ok(None),
    };
    let branch = |name: &'static str| vars(name).map(|word| names::branch(name, &word)).transpose();
    let Some(target) = branch("CI_MERGE_REQUEST_TARGET_BRANCH_NAME")? else {
        return Ok(Some(pushed(
            vars("CI_COMMIT_BRANCH").and_then(|name| names::short(&name)),
            branch("CI_DEFAULT_BRANCH")?,
            // Zeros are said of a new branch, and also of a pipeline that a schedule or a person started.
            id("CI_COMMIT_BEFORE_SHA")?.map_or(Before::Unsaid, Before::Commit),
            id("CI_COMMIT_SHA")?,
        )));
    };
    // Where the result of the merge is built, the commit of the pipeline is that, and the branch's own is named apart.
    let head = match id("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA")? {
        Some(head) => Some(head),
        None => id("CI_COMMIT_SHA")?,
    };
    let here = vars("CI_MERGE_REQUEST_PROJECT_ID").or_else(|| vars("CI_PROJECT_ID"));
    Ok(Some(Said {
        target: Some(target),
        head,
        branch: vars("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME").and_then(|name| names::short(&name)),
        fork: vars("CI_MERGE_REQUEST_SOURCE_PROJECT_ID") != here,
        wave: vars("CI_MERGE_REQUEST_EVENT_TYPE").as_deref() == Some("merge_train"),
        ..Said::default()
    }))
}
