//! Where the host merges: the lane's branch is there, and what is said is what a pull request needs.

use std::process::ExitCode;
use std::time::Duration;

use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_git::Arrival;
use lane_git::Lease;
use lane_git::Sent;
use lane_store::StoreError;
use serde_json::json;

use super::queue::Queued;
use crate::commands::Outcome;
use crate::commands::pr;
use crate::error::CliError;
use crate::proposed;
use crate::session::Session;
use crate::show::json;
use crate::show::paint;

/// How long the remote is waited for.
const LIMIT: Duration = Duration::from_secs(30);
/// How much of a title a command names, in characters.
const TITLE: usize = 200;

/// What opens pull requests on a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Opens {
    /// GitHub's `gh`.
    Gh,
    /// GitLab's `glab`.
    Glab,
    /// None that is known here.
    Nothing,
}

impl Opens {
    /// By the name of the host in a remote's URL.
    fn at(url: &str) -> Self {
        let host = host(url).to_ascii_lowercase();
        let labels: Vec<&str> = host.split('.').collect();
        match () {
            () if labels.contains(&"github") => Self::Gh,
            () if labels.contains(&"gitlab") => Self::Glab,
            () => Self::Nothing,
        }
    }

    /// The command that opens one for the task, whose text goes with it.
    fn command(self, (id, title): (&str, &str), (branch, main): (&str, &str)) -> Option<String> {
        let body = format!("{} | tail -n +3", command(&["git", "lane", "pr", id]));
        match self {
            Self::Gh => {
                let create = command(&[
                    "gh", "pr", "create", "--base", main, "--head", branch, "--title", title,
                ]);
                Some(format!("{body} | {create} --body-file -"))
            }
            Self::Glab => {
                let words = [
                    "glab",
                    "mr",
                    "create",
                    "--target-branch",
                    main,
                    "--source-branch",
                    branch,
                ];
                let create = command(&[&words[..], &["--title", title]].concat());
                Some(format!("{create} --description \"$({body})\""))
            }
            Self::Nothing => None,
        }
    }
}

/// The host of a URL, or of `user@host:path`; empty for a path.
fn host(url: &str) -> &str {
    let rest = match url.split_once("://") {
        Some((_, rest)) => rest.split('/').next(),
        None => url
            .split_once(':')
            .map(|(host, _)| host)
            .filter(|host| !host.contains('/')),
    };
    let rest = rest.unwrap_or_default();
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    host.split(':').next().unwrap_or_default()
}

/// Sees that the branch is on the remote, and prints the pull request's text. The state does not change.
///
/// # Errors
/// When the remote does not answer, or has something else on the branch.
pub(super) fn offer(session: &Session<'_>, queued: &Queued, remote: &str, as_json: bool) -> Outcome {
    let (task, main) = (&queued.task, &queued.place.main);
    pushed(session, queued, remote)?;
    let text = pr::text(&session.store().view()?, task)?;
    let url = session.repo.remote_url(remote)?.unwrap_or_default();
    let title = lane_core::text::excerpt(&text.title, TITLE);
    let open = Opens::at(&url).command((task.id.as_str(), &title), (&task.branch, main));
    if as_json {
        json::out(&json!({
            "task": task.id,
            "landed": null,
            "tip": queued.tip.to_string(),
            "branch": main,
            "title": text.title,
            "body": text.body,
            "open": open,
        }));
    } else {
        text.print();
    }
    paint::note(&format!(
        "{}: {} is on {remote} at {}, and its host merges it into {main}: open a pull request with this text",
        task.id,
        task.branch,
        queued.tip.short()
    ));
    open.iter().for_each(|line| paint::hint(line));
    paint::note("once it is merged, `git lane sync` closes the task");
    proposed::note(session, &task.id, queued.tip)?;
    Ok(ExitCode::SUCCESS)
}

/// The branch is on the remote since the handoff; where somebody deleted it, it is put there again.
fn pushed(session: &Session<'_>, queued: &Queued, remote: &str) -> Result<(), CliError> {
    let repo = session.repo;
    let remote = repo.remote(remote, LIMIT)?;
    let to = format!("refs/heads/{}", queued.task.branch);
    let unreachable = |fault: lane_git::RemoteError| StoreError::Unreachable {
        what: fault.to_string(),
        unknown: true,
    };
    let asked = repo.remote_refs(&remote, &[&to]).map_err(unreachable)?;
    if asked.into_iter().next().flatten() == Some(queued.tip) {
        return Ok(());
    }
    let sent = Sent {
        what: queued.tip,
        to,
        lease: Lease::Exactly(None),
    };
    match repo
        .push(&remote, &[sent])
        .map_err(unreachable)?
        .into_iter()
        .next()
    {
        None | Some(Arrival::Taken | Arrival::Same) => Ok(()),
        Some(Arrival::Raced(why) | Arrival::Refused(why)) => {
            let what = format!("{} does not take {}: {why}", remote.name(), queued.task.branch);
            let push = command(&["git", "push", "--", remote.name(), &queued.task.branch]);
            Err(Refusal::input(what).hint(push).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_read_from_every_form_of_url() {
        let forms = [
            ("https://github.com/o/r.git", "github.com", Opens::Gh),
            ("https://me:secret@github.com/o/r", "github.com", Opens::Gh),
            ("git@github.com:o/r.git", "github.com", Opens::Gh),
            (
                "ssh://git@gitlab.example.org:2222/o/r.git",
                "gitlab.example.org",
                Opens::Glab,
            ),
            ("https://notgithub.com/o/r", "notgithub.com", Opens::Nothing),
            ("/srv/git/github.com/r.git", "", Opens::Nothing),
            ("../github.git", "", Opens::Nothing),
            ("file:///srv/github/r", "", Opens::Nothing),
        ];
        for (url, name, opens) in forms {
            assert_eq!((host(url), Opens::at(url)), (name, opens), "{url}");
        }
    }

    #[test]
    fn a_title_is_one_word_of_the_command_whatever_it_says() {
        let title = "T-1: it's $(rm -rf x) \"quoted\"";
        let gh = Opens::Gh.command(("T-1", title), ("T-1", "main"));
        let words = shlex::split(
            gh.as_deref()
                .and_then(|line| line.rsplit_once("| "))
                .map_or("", |(_, end)| end),
        );
        let words = words.unwrap_or_default();
        assert_eq!(words[8], title, "{words:?}");
        assert_eq!(words[9..], ["--body-file", "-"]);
    }
}
