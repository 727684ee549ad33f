//! lane-git inside real hooks: this test binary is the hook, told by a variable what to answer.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::scratch::Scratch;
use lane_git::Against;
use lane_git::OsLock;
use lane_git::Repo;

const ASKED: &str = "LANE_GIT_PROBE";
const ANSWER: &str = "LANE_GIT_ANSWER";

/// Turns a run of this binary into a probe.
pub(crate) fn probe(mut command: Command, what: &str) -> Command {
    command
        .args(["--exact", "hooks::answers_when_it_is_run_as_a_probe", "-q"])
        .env(ASKED, what);
    command
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null());
    command
}

#[test]
fn answers_when_it_is_run_as_a_probe() {
    match std::env::var(ASKED).as_deref() {
        Ok("swap") => swap_for_ever(),
        Ok("staged") => std::fs::write(std::env::var(ANSWER).unwrap(), staged()).unwrap(),
        _ => {}
    }
}

fn swap_for_ever() {
    let repo = Repo::open_from_env().unwrap();
    let tips = repo
        .first_parent_chain(repo.head().unwrap().oid().unwrap(), None, 9)
        .unwrap();
    for tip in tips.iter().cycle() {
        let lock = OsLock::acquire(repo.common_dir().join("lane/lock"), Duration::from_secs(9)).unwrap();
        let now = repo.find_ref("refs/agents/state").unwrap();
        repo.swap_ref("refs/agents/state", now, *tip, &lock).unwrap();
    }
}

fn staged() -> String {
    let repo = Repo::open_from_env().unwrap();
    let mut text = format!(
        "{:?} {:?}\n",
        repo.work_dir().unwrap(),
        repo.head().unwrap().branch()
    );
    for change in repo.staged_changes(Against::Head).unwrap() {
        writeln!(
            text,
            "{} {}",
            char::from(change.status),
            String::from_utf8_lossy(&change.path)
        )
        .unwrap();
    }
    let who = repo.identity().unwrap().unwrap();
    writeln!(text, "{} {:?}", who.name, repo.config_get("lane.probe").unwrap()).unwrap();
    text
}

/// Commits in `dir` with a pre-commit hook that asks, and gives the hook's answer.
fn asked_while_committing(scratch: &Scratch, dir: &Path, args: &[&str]) -> String {
    let hook = scratch.root.join(".git/hooks/pre-commit");
    let exe = std::env::current_exe().unwrap();
    let script = format!(
        "#!/bin/sh\nexec '{}' --exact hooks::answers_when_it_is_run_as_a_probe\n",
        exe.display()
    );
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    std::fs::write(&hook, script).unwrap();
    make_executable(&hook);
    let answer = scratch.root.join("../answer");
    let mut git = scratch.command(dir);
    git.args(["-c", "lane.probe=it's", "commit", "-m", "x"])
        .args(args)
        .env(ASKED, "staged")
        .env(ANSWER, &answer);
    let output = git.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    std::fs::read_to_string(answer).unwrap()
}

#[cfg(unix)]
fn make_executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[cfg(not(unix))]
fn make_executable(_path: &Path) {}

#[test]
fn a_hook_on_an_unborn_branch_sees_everything_added() {
    let scratch = Scratch::new();
    scratch.write("a", "a");
    scratch.git(["add", "a"]);
    let answer = asked_while_committing(&scratch, &scratch.root, &[]);
    assert_eq!(
        answer,
        format!(
            "{:?} Some(\"main\")\nA a\nAnn Some(\"it's\")\n",
            scratch.root.join("")
        )
    );
}

#[test]
fn a_hook_judges_the_index_of_a_partial_commit() {
    let scratch = Scratch::with_commit();
    scratch.write("a.txt", "changed");
    scratch.write("dir/b.txt", "changed");
    scratch.git(["add", "a.txt"]);
    let answer = asked_while_committing(&scratch, &scratch.root.join("dir"), &["b.txt"]);
    assert!(answer.contains("\nM dir/b.txt\nAnn"), "{answer}");
    scratch.write("dir/b.txt", "again");
    let answer = asked_while_committing(&scratch, &scratch.root.join("dir"), &["-a"]);
    assert!(answer.contains("\nM a.txt\nM dir/b.txt\nAnn"), "{answer}");
}

#[test]
fn a_hook_in_a_linked_worktree_sees_that_worktree() {
    let scratch = Scratch::with_commit();
    let linked = scratch.root.join("../linked tree");
    scratch
        .repo()
        .worktree_add(&linked, "lane/x", Some(scratch.oid("HEAD")), None)
        .unwrap();
    let linked = linked.canonicalize().unwrap();
    std::fs::write(linked.join("new"), "n").unwrap();
    scratch.write("not here", "n");
    scratch.git(["add", "-A"]);
    scratch.git_in(&linked, ["add", "-A"]);
    let answer = asked_while_committing(&scratch, &linked, &[]);
    assert_eq!(
        answer,
        format!(
            "{:?} Some(\"lane/x\")\nA new\nAnn Some(\"it's\")\n",
            linked.join("")
        )
    );
}
