//! What a CI host says of the work that is judged. All of it is hostile: names and ids are checked where they come in.

use lane_git::Oid;
use thiserror::Error;

use super::github;
use super::gitlab;
use super::names::Odd;
use super::plain;
use super::plain::Flags;

/// What is judged, as its host has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    /// The branch that the work goes to, or is on.
    pub(super) target: Option<String>,
    /// What it is compared with, where that is not the target's tip.
    pub(super) before: Option<Before>,
    /// The last commit of the work; none: what is checked out.
    pub(super) head: Option<Oid>,
    /// The branch that it comes from; none where it has no name, or none that a lane could have.
    pub(super) branch: Option<String>,
    /// Whether it comes from somebody else's copy.
    pub(super) fork: bool,
    /// Whether it is what lands, several lanes together.
    pub(super) wave: bool,
}

/// What a branch had before a push.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Before {
    /// This commit.
    Commit(Oid),
    /// It was not there.
    Nothing,
    /// Nobody says: what the remote has of the branch now, for nothing is known to be new.
    Unsaid,
}

/// Why what the host says cannot be used.
#[derive(Debug, Error, PartialEq, Eq)]
pub(super) enum Unclear {
    /// A name or an id.
    #[error(transparent)]
    Odd(#[from] Odd),
    /// The description of the event.
    #[error("the event in GITHUB_EVENT_PATH {0}")]
    Event(String),
}

/// Where environment variables come from; what is empty is not set.
pub(super) type Vars<'a> = &'a dyn Fn(&str) -> Option<String>;

/// How the file with the event is read, by its path.
pub(super) type Files<'a> = &'a dyn Fn(&str) -> Result<Vec<u8>, String>;

/// What is said: by the command line or `GIT_LANE_CI_…` alone where these say anything, else by the first host that is
/// recognised.
///
/// # Errors
/// When a name or an id is not acceptable, or the event cannot be read.
pub(super) fn said(flags: &Flags, vars: Vars<'_>, files: Files<'_>) -> Result<Said, Unclear> {
    if let Some(said) = plain::said(flags, vars)? {
        return Ok(said);
    }
    if let Some(said) = github::said(vars, files)? {
        return Ok(said);
    }
    Ok(gitlab::said(vars)?.unwrap_or_default())
}

/// A push to a branch: to the one that all work goes to it lands, from any other it is on its way there.
pub(super) fn pushed(
    branch: Option<String>,
    default: Option<String>,
    before: Before,
    after: Option<Oid>,
) -> Said {
    let lands = branch.is_some() && branch == default;
    Said {
        before: lands.then_some(before),
        target: default,
        head: after,
        branch,
        ..Said::default()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const A: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    const B: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
    const NONE: &str = "0000000000000000000000000000000000000000";

    /// A variable and its value.
    type Var = (&'static str, &'static str);

    fn oid(hex: &str) -> Oid {
        hex.parse().unwrap()
    }

    /// What the environment `vars` says, with the event at `/event`.
    fn read(flags: &Flags, vars: &[(&str, &str)], event: &str) -> Result<Said, Unclear> {
        let vars: BTreeMap<&str, &str> = vars.iter().copied().collect();
        let var = |name: &str| {
            let value = vars.get(name).map(|value| (*value).to_owned());
            value.filter(|value| !value.is_empty())
        };
        let file = |path: &str| match path {
            "/event" => Ok(event.as_bytes().to_vec()),
            _ => Err("is not there".to_owned()),
        };
        said(flags, &var, &file)
    }

    fn github(event: &'static str) -> Vec<Var> {
        vec![
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_EVENT_NAME", event),
            ("GITHUB_EVENT_PATH", "/event"),
        ]
    }

    fn pull(from: &str) -> String {
        format!(
            r#"{{"pull_request": {{"base": {{"ref": "main", "sha": "{A}", "repo": {{"full_name": "o/r"}}}},
                "head": {{"ref": "T-1", "sha": "{B}", "repo": {from}}}}}}}"#
        )
    }

    fn change(fork: bool) -> Said {
        Said {
            target: Some("main".to_owned()),
            head: Some(oid(B)),
            branch: Some("T-1".to_owned()),
            fork,
            ..Said::default()
        }
    }

    #[test]
    fn each_event_of_github_says_what_is_judged_and_against_what() {
        let push = |branch: &str, before: &str| {
            format!(
                r#"{{"ref": "{branch}", "before": "{before}", "after": "{B}", "repository": {{"default_branch": "main"}}}}"#
            )
        };
        let landed = |before: Before| Said {
            before: Some(before),
            branch: Some("main".to_owned()),
            ..change(false)
        };
        let queue = format!(
            r#"{{"merge_group": {{"head_sha": "{B}", "head_ref": "refs/heads/gh-readonly-queue/main/pr-1", "base_ref": "refs/heads/main", "base_sha": "{A}"}}}}"#
        );
        for (event, text, expected) in [
            ("pull_request", pull(r#"{"full_name": "o/r"}"#), change(false)),
            ("pull_request", pull(r#"{"full_name": "x/r"}"#), change(true)),
            // The fork was deleted meanwhile.
            ("pull_request", pull("null"), change(true)),
            ("push", push("refs/heads/T-1", A), change(false)),
            ("push", push("refs/heads/main", A), landed(Before::Commit(oid(A)))),
            ("push", push("refs/heads/main", NONE), landed(Before::Nothing)),
            (
                "push",
                push("refs/tags/v1", NONE),
                Said {
                    branch: None,
                    ..change(false)
                },
            ),
            (
                "merge_group",
                queue,
                Said {
                    branch: None,
                    wave: true,
                    ..change(false)
                },
            ),
            (
                "schedule",
                r#"{"repository": {"default_branch": "main"}}"#.to_owned(),
                Said {
                    target: Some("main".to_owned()),
                    ..Said::default()
                },
            ),
        ] {
            assert_eq!(
                read(&Flags::default(), &github(event), &text),
                Ok(expected),
                "{event} {text}"
            );
        }
    }

    #[test]
    fn each_pipeline_of_gitlab_says_what_is_judged_and_against_what() {
        let request = [
            ("GITLAB_CI", "true"),
            ("CI_PIPELINE_SOURCE", "merge_request_event"),
            ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"),
            ("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "T-1"),
            ("CI_MERGE_REQUEST_PROJECT_ID", "7"),
            ("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", "7"),
            ("CI_COMMIT_BEFORE_SHA", NONE),
            ("CI_COMMIT_SHA", B),
        ];
        let branch = [
            ("GITLAB_CI", "true"),
            ("CI_DEFAULT_BRANCH", "main"),
            ("CI_COMMIT_BRANCH", "T-1"),
            ("CI_COMMIT_BEFORE_SHA", A),
            ("CI_COMMIT_SHA", B),
        ];
        let merged = [
            ("CI_COMMIT_SHA", A),
            ("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", B),
            ("CI_MERGE_REQUEST_EVENT_TYPE", "merged_result"),
        ];
        let train = [
            merged[0],
            merged[1],
            ("CI_MERGE_REQUEST_EVENT_TYPE", "merge_train"),
        ];
        let wave = Said {
            wave: true,
            ..change(false)
        };
        let landed = Said {
            before: Some(Before::Commit(oid(A))),
            branch: Some("main".to_owned()),
            ..change(false)
        };
        let cases: [(&[Var], &[Var], Said); 7] = [
            (&request, &[], change(false)),
            (&request, &merged, change(false)),
            (&request, &train, wave),
            (
                &request,
                &[("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", "8")],
                change(true),
            ),
            (&branch, &[], change(false)),
            (&branch, &[("CI_COMMIT_BRANCH", "main")], landed.clone()),
            (
                &branch,
                &[("CI_COMMIT_BRANCH", "main"), ("CI_COMMIT_BEFORE_SHA", NONE)],
                Said {
                    before: Some(Before::Unsaid),
                    ..landed
                },
            ),
        ];
        for (vars, more, expected) in cases {
            let vars = [vars, more].concat();
            assert_eq!(read(&Flags::default(), &vars, ""), Ok(expected), "{vars:?}");
        }
    }

    #[test]
    fn what_is_said_by_hand_counts_alone() {
        let by_vars = [
            ("GIT_LANE_CI_BASE", A),
            ("GIT_LANE_CI_HEAD", B),
            ("GIT_LANE_CI_BRANCH", "T-1"),
            ("GIT_LANE_CI_FORK", "1"),
        ];
        let by_commit = Said {
            target: None,
            before: Some(Before::Commit(oid(A))),
            ..change(true)
        };
        let vars = [github("pull_request"), by_vars.to_vec()].concat();
        assert_eq!(
            read(&Flags::default(), &vars, &pull("null")),
            Ok(by_commit.clone())
        );
        let flags = Flags {
            base: Some("refs/heads/main".to_owned()),
            ..Flags::default()
        };
        let by_branch = Said {
            target: Some("main".to_owned()),
            before: None,
            ..by_commit
        };
        assert_eq!(read(&flags, &vars, &pull("null")), Ok(by_branch));
        assert_eq!(read(&Flags::default(), &[], ""), Ok(Said::default()));
    }

    #[test]
    fn names_that_could_be_options_or_expressions_are_not_taken() {
        for base in [
            "--upload-pack=x",
            "main:refs/heads/main",
            "main~1",
            "a..b",
            "$(id)",
            "@{-1}",
        ] {
            let text = pull("null").replace(r#""ref": "main""#, &format!(r#""ref": "{base}""#));
            let taken = read(&Flags::default(), &github("pull_request"), &text);
            assert!(matches!(taken, Err(Unclear::Odd(_))), "{base}: {taken:?}");
            let flags = Flags {
                base: Some(base.to_owned()),
                ..Flags::default()
            };
            assert!(read(&flags, &[], "").is_err(), "{base}");
        }
        // A branch that no lane can have is nobody's, and no reason to stop.
        let text = pull("null").replace("T-1", "-x");
        let taken = read(&Flags::default(), &github("pull_request"), &text).unwrap();
        assert_eq!(taken.branch, None);
        let text = pull("null").replace(B, "HEAD~1");
        assert!(read(&Flags::default(), &github("pull_request"), &text).is_err());
    }

    #[test]
    fn an_event_that_cannot_be_read_is_said() {
        for (vars, text) in [
            (github("push"), "no json"),
            (github("pull_request"), "{}"),
            (
                vec![("GITHUB_ACTIONS", "true"), ("GITHUB_EVENT_PATH", "/gone")],
                "",
            ),
            (vec![("GITHUB_ACTIONS", "true")], ""),
        ] {
            let taken = read(&Flags::default(), &vars, text);
            assert!(matches!(taken, Err(Unclear::Event(_))), "{vars:?}: {taken:?}");
        }
    }
}
