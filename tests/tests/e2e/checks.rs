//! `git lane check`: on one exact tree, where the lane is, by commands that may run here, and nothing beside the result.

use lane_testkit::Place;

use crate::delivering::published;
use crate::delivering::started;
use crate::delivering::worked;
use crate::following::around;
use crate::following::follow;
use crate::plumbing::STATE;
use crate::plumbing::file;
use crate::sandbox;

/// A contract with one criterion, seen by a shell script.
fn script(text: &str) -> String {
    format!(
        "title = \"work\"\nscope = [\"src/**\"]\n\n[acceptance.a1]\ntext = \"it works\"\ncheck = [\"sh\", \"-c\", {}]\n",
        serde_json::Value::from(text)
    )
}

fn nothing_recorded(repo: &Place<'_>) {
    let files = repo.git(["ls-tree", "-r", "--name-only", STATE]).ok();
    assert!(!files.stdout.contains("receipts/"), "{files}");
}

fn receipt(repo: &Place<'_>) -> String {
    let files = repo.git(["ls-tree", "-r", "--name-only", STATE]).ok();
    let path = files.stdout.lines().find(|path| path.contains("/receipts/"));
    file(repo, path.expect("a receipt"))
}

#[test]
fn what_is_not_committed_is_refused_and_what_is_ignored_is_not() {
    let sandbox = sandbox();
    let (repo, lane) = worked(&sandbox);
    std::fs::write(repo.path().join(".git/info/exclude"), "*.log\n/.worktrees/\n").unwrap();
    lane.write("build.log", "noise\n");
    lane.lane(["check"]).ok();
    let dirt: [(&str, &str); 3] = [
        ("src/new.rs", "true"),
        ("src/a.rs", "true"),
        ("src/a.rs", "git add src/a.rs"),
    ];
    for (path, then) in dirt {
        lane.write(path, "not committed\n");
        lane.sh(then).ok();
        for verb in ["check", "handoff"] {
            lane.lane([verb]).code(3).says("dirty-worktree").says(path);
        }
        lane.git(["reset", "--quiet", "--hard"]).ok();
        lane.git(["clean", "-fdq"]).ok();
    }
    lane.write("src/a.rs", "now\n");
    let refused = lane.lane(["check"]).code(3);
    follow(&lane, &refused, "git add --all").ok();
    lane.lane(["check"]).ok();
}

#[test]
fn the_lane_is_found_from_elsewhere_and_only_its_branch_counts() {
    let sandbox = sandbox();
    let (repo, lane) = worked(&sandbox);
    repo.agent("agent-a").lane(["check", "T-1"]).ok().prints("passed");
    repo.agent("agent-a").at("src").lane(["check"]).ok();
    lane.git(["switch", "--quiet", "--detach"]).ok();
    let refused = lane.lane(["check"]).code(1).says("detached-head");
    follow(&lane, &refused, "git switch").ok();
    lane.git(["switch", "--quiet", "-c", "beside"]).ok();
    let refused = lane.lane(["check"]).code(1).says("wrong-branch");
    follow(&lane, &refused, "git switch").ok();
    lane.lane(["check"]).ok();
}

#[test]
fn only_the_holder_checks_a_task_that_there_is() {
    let sandbox = sandbox();
    let (repo, lane) = worked(&sandbox);
    repo.task("T-2", "docs/**");
    lane.agent("agent-b")
        .lane(["check", "T-1"])
        .code(3)
        .says("not-holder");
    lane.lane(["check", "T-2"]).code(3).says("not-holder");
    lane.lane(["check", "T-404"]).code(3).says("no-such-task");
    lane.lane(["check", "--only", "stranger"])
        .code(2)
        .says("builds, clean, words");
    nothing_recorded(&repo);
}

#[test]
fn a_check_that_changes_what_it_judges_has_no_result() {
    let deeds = [
        ("echo more >> src/a.rs", "src/a.rs"),
        ("echo new > src/new.rs", "src/new.rs"),
        ("rm src/a.rs", "src/a.rs"),
        (
            "git -c core.hooksPath=/dev/null commit --quiet --allow-empty -m sly --trailer Lane-Task=T-1",
            "HEAD was moved",
        ),
        ("git switch --quiet -c sly", "HEAD was moved"),
        ("git switch --quiet --detach", "HEAD was moved"),
        ("git config core.bare true", "core.bare"),
    ];
    for (deed, said) in deeds {
        let sandbox = sandbox();
        let repo = published(&sandbox);
        let lane = started(&repo, &script(deed));
        lane.commit("src/a.rs", "mine\n", "one").ok();
        for verb in ["check", "handoff"] {
            let refused = lane.lane([verb, "T-1"]);
            assert!(
                refused.code != 0 && refused.stderr.contains(said),
                "{deed}\n{refused}"
            );
            if verb == "check" {
                assert!(refused.stderr.contains("check-changed-tree"), "{deed}\n{refused}");
            }
            if deed.contains("core.bare") {
                repo.git(["config", "--unset", "core.bare"]).ok();
            }
            nothing_recorded(&repo);
            lane.git(["switch", "--quiet", "--force", "T-1"]).ok();
            lane.git(["branch", "--quiet", "-D", "sly"]);
            lane.git(["clean", "-fdq"]).ok();
        }
    }
}

#[test]
fn at_the_time_limit_everything_that_a_check_started_ends() {
    let sandbox = sandbox();
    let repo = published(&sandbox);
    let pid = sandbox.path().join("pid");
    let deed = format!("sleep 600 & echo $! > {}; wait", pid.display());
    let lane = started(&repo, &script(&deed));
    lane.commit("src/a.rs", "mine\n", "one").ok();
    lane.lane(["check", "--limit", "1s"])
        .code(5)
        .prints("FAILED exit 124")
        .prints("time limit");
    let pid = std::fs::read_to_string(pid).unwrap();
    let state = lane.run("ps", ["-o", "stat=", "-p", pid.trim()]);
    assert!(
        state.text().is_empty() || state.text().starts_with('Z'),
        "{state}"
    );
}

#[test]
fn output_is_kept_bounded_and_escaped_and_a_missing_program_is_127() {
    let sandbox = sandbox();
    let repo = published(&sandbox);
    let deed = "head -c 10000000 /dev/zero | tr '\\0' x; printf '\\n\\033[31mred\\033[2J\\n'; exit 3";
    let lane = started(&repo, &script(deed));
    lane.commit("src/a.rs", "mine\n", "one").ok();
    let failed = lane.lane(["check"]).code(5).prints("FAILED exit 3");
    assert!(!failed.stdout.contains('\u{1b}') && failed.stdout.len() < 8_000);
    let record = receipt(&repo);
    assert!(record.contains("red") && !record.contains('\u{1b}') && record.len() < 12_000);
    repo.lane([
        "task",
        "edit",
        "T-1",
        "--accept",
        "there",
        "--check",
        "no-such-program-here",
    ])
    .ok();
    lane.lane(["check"]).code(5).prints("FAILED exit 127");
}

#[test]
fn a_failure_is_counted_and_keeps_what_was_done_about_it() {
    let sandbox = sandbox();
    let repo = published(&sandbox);
    let lane = started(&repo, &script("echo broken at $$; test -s src/mended.rs"));
    lane.commit("src/a.rs", "mine\n", "one").ok();
    let failed = lane.lane(["check"]).code(5).says("acceptance-failed");
    follow(&lane, &failed, "git lane check T-1 --remedy").code(5);
    let record = receipt(&repo);
    for line in ["times = 2", "remedy = \"because it is needed\"", "exit = 1"] {
        assert!(record.contains(line), "{line}\n{record}");
    }
    assert!(!record.contains("mended = "), "{record}");
    lane.commit("src/mended.rs", "mended\n", "two").ok();
    lane.lane(["check"]).ok();
    let mended = format!("mended = \"{}\"", lane.rev("HEAD"));
    assert!(receipt(&repo).contains(&mended), "{mended}");
}

#[test]
fn a_check_does_not_inherit_gits_variables() {
    let sandbox = sandbox();
    let repo = published(&sandbox);
    let deed = "d=$(mktemp -d) && cd $d && git init -q && git commit -q --allow-empty -m fixture && \
                test \"$(git rev-list --count HEAD)\" = 1 && rm -rf $d";
    let lane = started(&repo, &script(deed));
    lane.commit("src/a.rs", "mine\n", "one").ok();
    let git_dir = lane
        .git(["rev-parse", "--absolute-git-dir"])
        .ok()
        .text()
        .to_owned();
    let tip = lane.rev("HEAD");
    lane.env("GIT_DIR", &git_dir)
        .env("GIT_WORK_TREE", &lane.path().to_string_lossy())
        .env("GIT_INDEX_FILE", &format!("{git_dir}/index"))
        .lane(["check"])
        .ok();
    assert_eq!(lane.rev("HEAD"), tip);
}

#[test]
fn a_named_check_runs_what_the_integration_branch_says() {
    let sandbox = sandbox();
    let repo = published(&sandbox);
    let gates = "[check.unit]\nrung = 1\nrun = [\"test\", \"-s\", \"src/a.rs\"]\n\n[check.own]\nrung = 1\nbuiltin = \"generated\"\n";
    repo.commit(".agents/gates.toml", gates, "gates").ok();
    repo.tell();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    let contract = |name: &str| script("true").replace("[\"sh\", \"-c\", \"true\"]", &format!("\"{name}\""));
    let lane = started(&repo, &contract("unit"));
    lane.write(".agents/gates.toml", gates.replace("\"-s\", ", "\"!\", "));
    lane.write("src/a.rs", "mine\n");
    lane.git(["add", "--all"]).ok();
    around(&lane, &["commit", "--quiet", "-m", "my own rules"]).ok();
    lane.lane(["check"]).ok().prints("$ test -s src/a.rs");
    assert!(receipt(&repo).contains("check = \"unit\""));
    for (n, name) in ["own", "unheard-of"].into_iter().enumerate() {
        let id = format!("T-{}", n + 2);
        let text = contract(name).replace("src/**", &format!("d{n}/**"));
        std::fs::write(repo.path().join(".git/c.toml"), text).unwrap();
        repo.lane(["task", "add", "--id", &id, "--from", ".git/c.toml"])
            .ok();
        let lane = repo.agent("agent-a").start(&id);
        let refused = lane.lane(["check", &id]).code(3).says("check-unknown").says(name);
        follow(&lane, &refused, "git lane task show").ok();
    }
}

#[test]
fn a_command_that_came_with_the_state_runs_only_after_it_was_read() {
    let sandbox = sandbox();
    let repo = published(&sandbox);
    std::fs::write(repo.path().join(".git/c.toml"), script("echo from afar")).unwrap();
    repo.lane(["task", "add", "--id", "T-1", "--from", ".git/c.toml"])
        .ok();
    around(&repo, &["push", "--quiet", "origin", STATE]).ok();
    sandbox.at(".").git(["clone", "--quiet", "origin.git", "b"]).ok();
    let other = sandbox.at("b");
    around(
        &other,
        &["fetch", "--quiet", "origin", &format!("{STATE}:{STATE}")],
    )
    .ok();
    other.lane(["init"]).ok();
    let lane = other.agent("agent-b").start("T-1");
    lane.commit("src/a.rs", "mine\n", "one").ok();
    for verb in ["check", "handoff"] {
        lane.lane([verb])
            .code(3)
            .says("command-not-trusted")
            .says("sh -c 'echo from afar'");
    }
    nothing_recorded(&other);
    let refused = lane.lane(["check"]).code(3);
    follow(&lane, &refused, "git lane trust T-1")
        .ok()
        .prints("echo from afar");
    lane.lane(["check"]).ok();
}

#[test]
fn json_gives_task_tip_tree_and_results() {
    let sandbox = sandbox();
    let (_, lane) = worked(&sandbox);
    let shown = lane.lane(["check", "--json"]).ok().json();
    assert_eq!(shown["task"], "T-1");
    assert_eq!(shown["tip"], lane.rev("HEAD").as_str());
    assert_eq!(shown["tree"], lane.rev("HEAD^{tree}").as_str());
    let results = shown["results"].as_object().unwrap();
    assert_eq!(results.keys().collect::<Vec<_>>(), ["builds", "clean"]);
    let run = &results["builds"];
    assert_eq!((run["exit"].as_i64(), &run["tree"]), (Some(0), &shown["tree"]));
    assert_eq!(run["command"], "test -s src/a.rs");
}
