//! What a command finds around it: its folder, its environment without git's, nothing on its stdin.

use std::env;
use std::ffi::OsString;
use std::process::Command;

use lane_gate::Interrupt;
use lane_gate::Job;

use crate::place::LONG;
use crate::place::Place;

/// Says in the inner process that it is one.
const INNER: &str = "LANE_GATE_INNER";

#[test]
fn nothing_is_on_stdin() {
    let run = Place::new().sh("cat; echo read");
    assert_eq!(run.excerpt, "read");
}

#[test]
fn words_that_are_no_text_arrive_as_they_are() {
    use std::os::unix::ffi::OsStringExt as _;
    let hostile = OsString::from_vec(b"./a\xff;$(id)\n".to_vec());
    let words = ["sh", "-c", "printf %s \"$1\"", "name"].map(OsString::from);
    let words: Vec<_> = words.into_iter().chain([hostile]).collect();
    let place = Place::new();
    let job = Job {
        words: &words,
        dir: &place.path("."),
        limit: LONG,
    };
    let run = lane_gate::run(&job, &Interrupt::none()).unwrap();
    assert_eq!(run.excerpt, "./a\\xff;$(id)");
}

#[test]
fn git_does_not_bind_the_command_to_a_repository() {
    if env::var_os(INNER).is_some() {
        let run = Place::new().sh("env");
        let kept = |name: &str| run.excerpt.lines().any(|line| line.starts_with(name));
        assert!(kept(INNER), "the rest is inherited: {}", run.excerpt);
        let leaked: Vec<_> = bound().into_iter().filter(|name| kept(name)).collect();
        assert!(leaked.is_empty(), "{leaked:?}");
        return;
    }
    // As a hook has it; this process's own environment stays as it is.
    let mut inner = Command::new(env::current_exe().unwrap());
    inner.args([
        "--exact",
        "surroundings::git_does_not_bind_the_command_to_a_repository",
    ]);
    inner.env_clear().env("PATH", env::var_os("PATH").unwrap());
    inner
        .env(INNER, "1")
        .envs(bound().into_iter().map(|name| (name, "1")));
    let output = inner.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

/// What git itself says that it sets, and what it leaves out.
fn bound() -> Vec<String> {
    let listed = Command::new("git")
        .args(["rev-parse", "--local-env-vars"])
        .output();
    let listed = String::from_utf8(listed.unwrap().stdout).unwrap();
    let others = ["GIT_QUARANTINE_PATH", "GIT_CONFIG_KEY_0", "GIT_CONFIG_VALUE_0"];
    let names: Vec<String> = listed.lines().chain(others).map(str::to_owned).collect();
    assert!(names.iter().any(|name| name == "GIT_DIR"));
    names
}
