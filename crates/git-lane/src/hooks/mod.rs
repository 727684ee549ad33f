//! The hooks: one table. Each is a file; the shim hands over, the chained hook runs first, then ours judges.

mod approved;
mod arriving;
mod beside;
mod called;
mod chain;
mod commit_msg;
mod crossed;
mod delivered;
mod desks;
mod driven;
mod edits;
mod gate_refusal;
mod gated;
mod handed;
mod judging;
mod landing;
mod made;
mod message;
mod mirrored;
mod overwriting;
mod post_checkout;
mod pre_applypatch;
mod pre_commit;
mod pre_push;
mod prepare_commit_msg;
mod probe;
mod provisional;
mod pushed_gate;
mod pushed_rules;
mod pushing;
mod records;
mod remaking;
mod ruled_out;
mod so_far;
mod staged_gate;
mod strays;
mod surroundings;
mod unlanded;
mod verdict;

pub(crate) use arriving::Arriving;
pub(crate) use arriving::Owned;
pub(crate) use arriving::lane_of;
pub(crate) use beside::Bringer;
pub(crate) use chain::chained_dir;
pub(crate) use chain::hooks_folder;
pub(crate) use chain::is_runnable;
pub(crate) use delivered::judge as judge_handoff;
pub(crate) use edits::against_edits;
pub(crate) use landing::judge_parts;
pub(crate) use made::of_lane as judge_commits_of;
pub(crate) use message::TRAILER;
pub(crate) use message::task_named;
pub(crate) use probe::PROBE_VAR;
pub(crate) use probe::answer_in;
pub(crate) use ruled_out::ruled_out;

use std::ffi::OsString;
use std::process::ExitCode;

use lane_git::Repo;
use lane_store::Source;
use serde_json::json;

use crate::error::CliError;
use crate::session;
use crate::session::FORMAT_VAR;
use crate::session::Session;
use crate::show::error;
use crate::show::paint;

/// Exit code of a hook that refuses, or that broke.
const REFUSED: u8 = 1;

/// One hook.
pub(crate) struct Hook {
    /// git's name for it.
    pub(crate) name: &'static str,
    /// What it does, for the documentation.
    pub(crate) does: &'static str,
    /// Whether git feeds it on standard input.
    reads_stdin: bool,
    run: fn(&mut Call<'_>) -> Result<ExitCode, CliError>,
}

/// All hooks that `init` installs.
pub(crate) static HOOKS: &[Hook] = &[
    Hook {
        name: "pre-commit",
        does: "judges the staged paths against locks, scope, areas, the lane's fence and the rules that the policy sets, and staged records below `.agents/` against each other; conflict markers are not let into records, changelogs and registries; where the gates ask for it (`pre_commit`), climbs their rungs on what is staged",
        reads_stdin: false,
        run: pre_commit::run,
    },
    Hook {
        name: "prepare-commit-msg",
        does: "takes that verdict if nothing changed since, else judges itself (so `--no-verify`, cherry-pick, revert, merge and rebase are judged too); adds `Lane-Task:` when no editor will open",
        reads_stdin: false,
        run: prepare_commit_msg::run,
    },
    Hook {
        name: "commit-msg",
        does: "adds `Lane-Task:` when an editor was open; one that is there stays; refuses a lane's commit whose subject is `TEXT`, copied from a hint",
        reads_stdin: false,
        run: commit_msg::run,
    },
    Hook {
        name: "pre-applypatch",
        does: "judges what `git am` is about to commit",
        reads_stdin: false,
        run: pre_applypatch::run,
    },
    Hook {
        name: "post-checkout",
        does: "tells an agent when it stands in a lane that is not its own",
        reads_stdin: false,
        run: post_checkout::run,
    },
    Hook {
        name: "pre-push",
        does: "judges every lane's commit in every pushed range, the net difference from the merge base, a handed-off lane against its handoff and the rules about deliveries, what lands beside the lanes and beside what was judged, records that came past the other hooks, rewrites of the state ref, and what would be rewritten or deleted that others have; then climbs the gate for what lands on the integration branch or is handed off",
        reads_stdin: true,
        run: pre_push::run,
    },
];

/// What a hook was called with.
pub(crate) struct Call<'a> {
    pub(crate) name: &'static str,
    pub(crate) session: Session<'a>,
    pub(crate) args: &'a [OsString],
    pub(crate) stdin: Vec<u8>,
    pub(crate) as_json: bool,
    /// What was not looked into, a sentence each: said in words at once, and in JSON with the verdict.
    pub(crate) unseen: Vec<String>,
}

/// Runs a hook: what was there before comes first, and what it refuses stays refused.
pub(crate) fn run(source: &dyn Source, name: &str, args: &[OsString]) -> ExitCode {
    if let Some(code) = probe::answer(name) {
        return code;
    }
    let Some(hook) = HOOKS.iter().find(|hook| hook.name == name) else {
        return forward(name, args);
    };
    match judged(source, hook, args) {
        Ok(code) => code,
        Err(fault) => broke(hook.name, &fault, source),
    }
}

fn judged(source: &dyn Source, hook: &'static Hook, args: &[OsString]) -> Result<ExitCode, CliError> {
    // What was checked out is not undone by a refusal: that hook only tells.
    let repo = match hook.name {
        "post-checkout" => session::open_wherever()?,
        _ => session::open()?,
    };
    let stdin = if hook.reads_stdin {
        chain::read_stdin()?
    } else {
        Vec::new()
    };
    if let Some(code) = chain::run(&repo, hook.name, args, &stdin)? {
        return Ok(code);
    }
    let mut call = Call {
        name: hook.name,
        session: Session::new(&repo, source, None),
        args,
        stdin,
        as_json: as_json(),
        unseen: Vec::new(),
    };
    (hook.run)(&mut call)
}

/// A hook of the chained folder that is none of ours: run it, and nothing else.
fn forward(name: &str, args: &[OsString]) -> ExitCode {
    let outcome = session::open_wherever().and_then(|repo: Repo| chain::run_inheriting(&repo, name, args));
    match outcome {
        Ok(code) => code.unwrap_or(ExitCode::SUCCESS),
        Err(fault) => {
            paint::error(&format!(
                "the hook that git-lane chains for {name} could not run: {}",
                error::sentence(&fault)
            ));
            ExitCode::from(REFUSED)
        }
    }
}

fn as_json() -> bool {
    std::env::var(FORMAT_VAR).is_ok_and(|format| format == "json")
}

/// A hook that broke says that it broke: its exit is never a verdict.
fn broke(name: &str, fault: &CliError, source: &dyn Source) -> ExitCode {
    let mut hints = error::hints(fault);
    if hints.is_empty() {
        hints.push("git lane doctor".to_owned());
    }
    let what = format!(
        "git-lane's {name} hook could not judge: {}",
        error::sentence(fault)
    );
    match fault {
        // Somebody knows why: it is no fault of the hook.
        CliError::Interrupted if !as_json() => {
            paint::error(&format!(
                "{name} was interrupted: what passed before is remembered, and git stops here"
            ));
            return ExitCode::from(fault.exit_code());
        }
        _ if as_json() => paint::note(
            &json!({ "hook": name, "ok": false, "error": what, "findings": [], "hints": hints }).to_string(),
        ),
        CliError::Refused(refusal) => crate::show::refusal::print(refusal, source.now()),
        _ => {
            paint::error(&what);
            hints.iter().for_each(|hint| paint::hint(hint));
        }
    }
    ExitCode::from(REFUSED)
}

impl Call<'_> {
    /// The exit code that refuses, if a finding does; then all is printed that refuses.
    pub(crate) fn refused(
        &self,
        findings: &[lane_rules::Finding],
        staging: &lane_rules::Staging,
    ) -> Option<ExitCode> {
        let refuses = findings.iter().any(lane_rules::Finding::refuses);
        refuses.then(|| self.refuse(findings, staging))
    }

    /// Prints what advises, once nothing refuses.
    pub(crate) fn advise(&self, findings: &[lane_rules::Finding], staging: &lane_rules::Staging) {
        if !findings.is_empty() || (self.as_json && !self.unseen.is_empty()) {
            self.print(findings, staging);
        }
    }

    /// Prints findings and gives the exit code that refuses.
    pub(crate) fn refuse(&self, findings: &[lane_rules::Finding], staging: &lane_rules::Staging) -> ExitCode {
        self.print(findings, staging);
        ExitCode::from(REFUSED)
    }

    fn print(&self, findings: &[lane_rules::Finding], staging: &lane_rules::Staging) {
        let (name, now) = (self.name, self.session.source.now());
        match self.as_json {
            true => crate::show::findings::print_json(name, findings, staging, &self.unseen),
            false => crate::show::findings::print(name, findings, staging, now, false),
        }
    }
}
