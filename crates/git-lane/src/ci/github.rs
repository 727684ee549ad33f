//! GitHub Actions: the event's name and the file that describes it.
//!
//! Source: "Events that trigger workflows" and "Webhook events and payloads" of GitHub's documentation.

use serde_json::Value;

use super::names;
use super::said::Before;
use super::said::Files;
use super::said::Said;
use super::said::Unclear;
use super::said::Vars;
use super::said::pushed;

/// What the event says; none elsewhere.
pub(super) fn said(vars: Vars<'_>, files: Files<'_>) -> Result<Option<Said>, Unclear> {
    if vars("GITHUB_ACTIONS").as_deref() != Some("true") {
        return Ok(None);
    }
    let path = vars("GITHUB_EVENT_PATH").ok_or_else(|| Unclear::Event("is not named".to_owned()))?;
    let text = files(&path).map_err(Unclear::Event)?;
    let event: Value = serde_json::from_slice(&text).map_err(|_| Unclear::Event("is no JSON".to_owned()))?;
    Ok(Some(match vars("GITHUB_EVENT_NAME").as_deref() {
        Some("pull_request" | "pull_request_target") => pull_request(&event)?,
        Some("merge_group") => merge_group(&event)?,
        Some("push") => push(&event)?,
        _ => Said {
            target: default_branch(&event)?,
            branch: vars("GITHUB_HEAD_REF").and_then(|name| names::short(&name)),
            ..Said::default()
        },
    }))
}

fn pull_request(event: &Value) -> Result<Said, Unclear> {
    let at = |path: &str| text(event, &format!("/pull_request/{path}"));
    let theirs = at("head/repo/full_name");
    Ok(Said {
        target: Some(names::branch("the base branch", needed(at("base/ref"), "base")?)?),
        head: names::id("the pull request's head", needed(at("head/sha"), "head")?)?,
        branch: at("head/ref").and_then(names::short),
        // A fork that is gone has no name any more.
        fork: theirs.is_none() || theirs != at("base/repo/full_name"),
        ..Said::default()
    })
}

/// The base that the queue names may be another entry of it, which nobody has landed: the branch counts.
fn merge_group(event: &Value) -> Result<Said, Unclear> {
    let at = |path: &str| text(event, &format!("/merge_group/{path}"));
    Ok(Said {
        target: Some(names::branch("the base branch", needed(at("base_ref"), "base")?)?),
        head: names::id("the queue's head", needed(at("head_sha"), "head")?)?,
        wave: true,
        ..Said::default()
    })
}

fn push(event: &Value) -> Result<Said, Unclear> {
    let id = |name: &'static str| match text(event, &format!("/{name}")) {
        Some(word) => names::id(name, word),
        None => Ok(None),
    };
    let branch = text(event, "/ref").filter(|name| name.starts_with("refs/heads/"));
    Ok(pushed(
        branch.and_then(names::short),
        default_branch(event)?,
        id("before")?.map_or(Before::Nothing, Before::Commit),
        id("after")?,
    ))
}

fn default_branch(event: &Value) -> Result<Option<String>, Unclear> {
    let name = text(event, "/repository/default_branch");
    Ok(name
        .map(|name| names::branch("the default branch", name))
        .transpose()?)
}

fn text<'e>(event: &'e Value, path: &str) -> Option<&'e str> {
    event.pointer(path)?.as_str().filter(|text| !text.is_empty())
}

fn needed<'e>(found: Option<&'e str>, what: &str) -> Result<&'e str, Unclear> {
    found.ok_or_else(|| Unclear::Event(format!("names no {what}")))
}
