//! The commands that lead on from what is found in a delivery.

use lane_core::ground::Ground;
use lane_core::record::Purpose;
use lane_core::refusal::command;

use crate::delivery::Delivered;
use crate::remedy::Remedy;
use crate::remedy::literal;

/// The most paths that a command names.
const PATHS_MAX: usize = 12;

/// Another handoff, with these words behind it. Who has no task reads about the rule.
pub(super) fn handoff(delivered: &Delivered<'_>, ground: &Ground, words: &[&str]) -> Remedy {
    match delivered.task {
        Some(task) => run(&[&["git", "lane", "handoff", task.id.as_str()], words].concat()),
        None => explain(ground),
    }
}

/// A further criterion, with a check that is good for this; none in particular when absent.
pub(super) fn criterion(delivered: &Delivered<'_>, ground: &Ground, purpose: Option<Purpose>) -> Remedy {
    let Some(task) = delivered.task else {
        return explain(ground);
    };
    let mut words = vec![
        "git",
        "lane",
        "task",
        "edit",
        task.id.as_str(),
        "--add-accept",
        "TEXT",
    ];
    words.extend(["--check", "COMMAND"]);
    if let Some(purpose) = purpose {
        words.extend(["--purpose", name(purpose)]);
    }
    run(&words)
}

/// Puts paths back to what they were when the lane left the integration branch, and commits that. None where they
/// cannot all be named, or nothing says what they were.
pub(super) fn put_back(delivered: &Delivered<'_>, paths: &[&[u8]]) -> Option<Remedy> {
    let base = delivered.base_tree.as_ref()?;
    let named: Vec<String> = paths.iter().filter_map(|path| literal(path)).collect();
    if named.len() != paths.len() || named.len() > PATHS_MAX {
        return None;
    }
    let head = ["git", "restore", "--source", base, "--staged", "--worktree", "--"];
    let words: Vec<&str> = head.into_iter().chain(named.iter().map(String::as_str)).collect();
    Some(Remedy::Run(format!("{} && git commit -m TEXT", command(&words))))
}

/// What the rule is about.
pub(super) fn explain(ground: &Ground) -> Remedy {
    run(&["git", "lane", "rules", ground.id])
}

/// One command.
pub(super) fn run(words: &[&str]) -> Remedy {
    Remedy::Run(command(words))
}

/// The purpose as it is written.
pub(super) fn name(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Anchor => "anchor",
        Purpose::Runtime => "runtime",
        Purpose::Regression => "regression",
    }
}
