//! Documentation that is made from the code: commands, hooks, refusals, rules, transitions.

mod lifecycle;

use std::fmt::Write as _;

use lane_core::ground::GROUNDS;

use crate::hooks::HOOKS;
use crate::instructions;

const NOTICE: &str = "<!-- Made by `cargo run -p git-lane --example docs`; do not edit. -->\n";

/// The generated pages: path from the repository's root, and content.
pub fn pages() -> Vec<(&'static str, String)> {
    vec![
        ("docs/commands.md", commands()),
        ("docs/hooks.md", hooks()),
        ("docs/lifecycle.md", format!("{NOTICE}{}", lifecycle::page())),
        ("docs/placeholders.md", placeholders()),
        ("docs/refusals.md", refusals()),
        (
            "docs/rules.md",
            format!("{NOTICE}{}", crate::commands::rules::page()),
        ),
    ]
}

/// A repository's file that tells agents how to work there, its section refreshed: path from the root, and content.
/// `policy` and `gates` are the texts of its files, `old` reads a file from the root, and `integration` is the branch
/// that lanes land on.
///
/// # Errors
/// A sentence, where the policy, the gates or the file's markers cannot be used.
pub fn instructions(
    policy: &[u8],
    gates: Option<&[u8]>,
    integration: &str,
    old: impl Fn(&str) -> Vec<u8>,
) -> Result<(String, Vec<u8>), String> {
    let policy = lane_core::policy::parse(policy).map_err(|fault| fault.to_string())?;
    let wanted = instructions::wanted(&policy, gates, integration).ok_or("the gates cannot be read")?;
    let path = policy.instructions.file;
    let text = instructions::refreshed(&old(&path), &wanted).map_err(|broken| format!("{path}: {broken}"))?;
    Ok((path, text))
}

fn commands() -> String {
    let mut out =
        format!("{NOTICE}# Commands\n\n`git lane help COMMAND` prints the same. Readers take `--json`.\n");
    describe(&crate::command(), "git lane", &mut out, 2);
    out
}

fn describe(command: &clap::Command, path: &str, out: &mut String, level: usize) {
    for sub in command
        .get_subcommands()
        .filter(|sub| !sub.is_hide_set() && sub.get_name() != "help")
    {
        let name = format!("{path} {}", sub.get_name());
        let _ = writeln!(out, "\n{} {name}\n", "#".repeat(level));
        if let Some(about) = sub.get_long_about().or(sub.get_about()) {
            let _ = writeln!(out, "{about}\n");
        }
        if sub.has_subcommands() {
            describe(sub, &name, out, level + 1);
            continue;
        }
        let usage = sub.clone().bin_name(name.clone()).render_usage().to_string();
        let _ = writeln!(out, "```\n{}\n```", usage.trim_start_matches("Usage: "));
        arguments(sub, out);
    }
}

fn arguments(command: &clap::Command, out: &mut String) {
    let args: Vec<_> = command
        .get_arguments()
        .filter(|a| !a.is_hide_set() && a.get_id() != "help")
        .collect();
    if args.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n| argument | meaning |\n|---|---|");
    for arg in args {
        let names: Vec<String> = arg
            .get_value_names()
            .unwrap_or_default()
            .iter()
            .map(ToString::to_string)
            .collect();
        let value = if arg.get_action().takes_values() {
            format!(" {}", names.join(" "))
        } else {
            String::new()
        };
        let name = match arg.get_long() {
            Some(long) => format!("--{long}{value}"),
            None => names.join(" "),
        };
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(out, "| `{}` | {} |", name.trim(), help.replace('|', "\\|"));
    }
}

fn hooks() -> String {
    let mut out = format!(
        "{NOTICE}# Hooks\n\nWhat `git lane init` installs. A hook that was there before runs first; what it refuses stays refused.\n\n| hook | what ours does |\n|---|---|\n"
    );
    for hook in HOOKS {
        let _ = writeln!(out, "| `{}` | {} |", hook.name, hook.does);
    }
    out.push_str("\nOn a refusal a hook ends with 1 and writes to stderr only; with `GIT_LANE_FORMAT=json` that is one line of JSON:\n`{\"hook\", \"ok\", \"findings\": [{\"id\", \"message\", \"path\", \"commit\", \"level\", \"holder\", \"said\", \"hints\"}], \"hints\", \"unseen\"}`;\n`unseen` says what pre-push did not look into, too large or too many; where there is some, the line is printed though nothing was found.\nWhat only advises (`advice: ID: …`, level `advice`) is said when nothing refuses, once a commit; the hook ends with 0, and `ok` is true.\n\n## The gate in hooks\n\n`[hooks]` in `.agents/gates.toml` says how far each moment climbs: `pre_commit` (0 when absent: no rung), `handoff` and\n`integration` (3). Pushing unfinished work, tags and deletions runs nothing and reads no gates.\n\n- At a push the commit is judged that is pushed, by the checks of the integration branch as this clone knows it, against\n  what the remote has there, or for a handed-off task against the base of its handoff. What a receipt of this clone shows\n  is not run again. The rest runs in the worktree that has exactly this commit, with nothing uncommitted or untracked in it.\n  Where there is none, the push is refused (`gate-not-run`) with the command that makes the receipts.\n- Where the gates of the integration branch cannot be used, a push to it is judged by those that it brings, so that they\n  can be mended; a handed-off task is not pushed meanwhile.\n- Before a commit, formats are compared as they are staged; commands run on the work tree. Rebase, cherry-pick, revert\n  and `am` run nothing, and neither does `--no-verify`.\n- Lines and progress go to stderr. With `GIT_LANE_FORMAT=json` the line has `\"checks\": [{\"check\", \"rung\", \"said\",\n  \"output\"}]` besides. No lock is held while checks run. Ctrl-C ends them, and what passed before is remembered.\n");
    out
}

fn placeholders() -> String {
    let mut out = format!(
        "{NOTICE}# Placeholders of briefs\n\nWhat a template in `.agents/briefs` may name, and what stands for it; see [briefs](briefs.md).\n\n| placeholder | what stands for it |\n|---|---|\n"
    );
    for one in crate::brief::PLACEHOLDERS {
        let _ = writeln!(out, "| `{{{{{}}}}}` | {} |", one.name, one.means);
    }
    out
}

fn refusals() -> String {
    let mut out = format!(
        "{NOTICE}# Refusals and findings\n\nEach has a stable id. In a hook the exit code is always 1; elsewhere it is the one below.\n\n| id | exit | what it means |\n|---|---|---|\n"
    );
    for ground in GROUNDS {
        let _ = writeln!(
            out,
            "| `{}` | {} | {} |",
            ground.id,
            ground.class.exit_code(),
            ground.means
        );
    }
    out
}
