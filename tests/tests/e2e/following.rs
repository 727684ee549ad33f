//! Hints followed as a reader follows them: the line as it stands, its placeholders filled.

use lane_testkit::Output;
use lane_testkit::Place;

/// The hint that begins so, with its placeholders filled.
#[track_caller]
pub(crate) fn hinted(refused: &Output, begins: &str) -> String {
    let found = refused.hints().into_iter().find(|hint| hint.starts_with(begins));
    let line = found.unwrap_or_else(|| panic!("no hint begins with {begins:?}\n{refused}"));
    line.replace("TEXT", "'because it is needed'")
}

/// Runs the hint that begins so.
#[track_caller]
pub(crate) fn follow(place: &Place<'_>, refused: &Output, begins: &str) -> Output {
    place.sh(&hinted(refused, begins))
}

/// The same place for several commands: what is done there passes no hook.
pub(crate) fn past_hooks<'s>(place: &Place<'s>) -> Place<'s> {
    let count = place.env("GIT_CONFIG_COUNT", "1");
    let key = count.env("GIT_CONFIG_KEY_0", "core.hooksPath");
    key.env("GIT_CONFIG_VALUE_0", "/dev/null")
}

/// git with no hooks at all: how work gets past them.
pub(crate) fn around(place: &Place<'_>, args: &[&str]) -> Output {
    place.git([&["-c", "core.hooksPath=/dev/null"], args].concat())
}
