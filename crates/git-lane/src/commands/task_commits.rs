//! The commits that carry a task: by the trailer, or by the issue that they mention.

use lane_core::id::TaskId;
use lane_git::Commit;
use lane_git::Repo;

use crate::error::CliError;
use crate::hooks::TRAILER;
use crate::hooks::task_named;

/// How many commits are looked through for one that is wanted.
const LOOK_THROUGH: usize = 4;

/// The newest commits on `refs` that carry the trailer, or mention `issue` as a word of its own.
pub(crate) fn of_task(
    repo: &Repo,
    refs: &[&str],
    id: &TaskId,
    issue: Option<&str>,
    limit: usize,
) -> Result<Vec<Commit>, CliError> {
    if refs.is_empty() {
        return Ok(Vec::new());
    }
    let trailer = format!("{TRAILER}: {id}");
    let patterns: Vec<&str> = std::iter::once(trailer.as_str()).chain(issue).collect();
    // One id may begin another, and one issue's number another's: more are fetched than are wanted.
    let found = repo.log_grep(refs, &patterns, limit.saturating_mul(LOOK_THROUGH).max(50))?;
    let carries = |commit: &Commit| {
        let message = String::from_utf8_lossy(&commit.message);
        task_named(&message) == Some(id.as_str()) || issue.is_some_and(|issue| mentions(&message, issue))
    };
    Ok(found.into_iter().filter(carries).take(limit).collect())
}

/// Whether `issue` stands in the text with no letter or digit around it: `#12` is not in `#123`.
fn mentions(text: &str, issue: &str) -> bool {
    let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    text.match_indices(issue).any(|(at, found)| {
        edge(text[..at].chars().next_back()) && edge(text[at + found.len()..].chars().next())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issue_is_mentioned_as_a_word() {
        assert!(mentions("fix (#12)", "#12"));
        assert!(mentions("closes #12.", "#12"));
        assert!(!mentions("closes #123", "#12"));
        assert!(!mentions("closes a#12", "#12"));
    }
}
