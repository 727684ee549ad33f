//! The branch that a lane begins on: somebody else's is refused unless it is taken over, and a name that means something else is none.

use lane_testkit::Output;
use lane_testkit::Place;

use crate::clones::tip;
use crate::clones::two;
use crate::following::around;
use crate::following::follow;
use crate::following::hinted;
use crate::following::past_hooks;
use crate::overwriting::push;
use crate::overwriting::there;
use crate::overwriting::topic;
use crate::sandbox;

/// Follows the hint that asks for another branch.
fn elsewhere(place: &Place<'_>, refused: &Output) {
    let line = hinted(refused, "git lane task edit T-1 --branch NAME");
    place.sh(&line.replace("NAME", "aside")).ok();
}

fn phase(place: &Place<'_>, id: &str) -> String {
    let shown = place.lane(["task", "show", id, "--json"]).ok().json();
    shown["status"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_branch_that_somebody_pushed_meanwhile_is_no_lanes() {
    let sandbox = sandbox();
    let (a, b) = two(&sandbox, "");
    a.task("T-1", "src/**");
    let made = topic(&b, "T-1", "sam");
    let refused = a
        .lane(["start", "T-1"])
        .code(3)
        .says("error: foreign-branch: there is a branch T-1 on origin at ")
        .says(&made[..8])
        .says("made by sam");
    assert_eq!(phase(&a, "T-1"), "todo");
    // The best one is refused as well, and given back.
    let again = a.lane(["start"]).code(3).says("foreign-branch");
    assert_eq!(phase(&a, "T-1"), "todo");
    a.lane(["start", "T-1"]).code(3).says("foreign-branch");
    elsewhere(&a, &again);
    a.lane(["start", "T-1"]).ok();
    let lane = a.at(".worktrees/T-1");
    lane.commit("src/a.rs", "mine\n", "mine").ok();
    push(&lane, &["origin", "aside"]).ok();
    assert_eq!(there(&a, "refs/heads/T-1"), made, "{refused}");
}

#[test]
fn start_passes_over_a_task_whose_branch_is_somebody_elses() {
    for verb in ["start", "claim"] {
        let sandbox = sandbox();
        let (a, b) = two(&sandbox, "");
        a.task("T-1", "one/**");
        a.task("T-2", "two/**");
        a.task("T-3", "three/**");
        topic(&b, "T-2", "sam");
        a.git(["fetch", "--quiet"]).ok();
        topic(&b, "T-1", "sam");
        if verb == "start" {
            // Only the remote shows the first one; from then on it is known here.
            a.lane(["start"])
                .code(3)
                .says("foreign-branch")
                .says("T-1 was released again");
        } else {
            a.git(["fetch", "--quiet"]).ok();
        }
        let events = || {
            a.git(["rev-list", "--count", crate::plumbing::STATE])
                .ok()
                .text()
                .to_owned()
        };
        a.lane([verb]).ok().says("claimed T-3");
        let before = events();
        let refused = a.lane([verb]).code(3);
        let refused =
            refused.says("error: foreign-branch: no task can be claimed now; you hold T-3 (in-progress)");
        let refused = refused
            .says("there is a branch T-1 on origin at ")
            .says("made by sam");
        assert_eq!(events(), before, "{refused}");
        hinted(&refused, "git lane start T-1 --take-over");
        hinted(&refused, "git lane ready --why");
        elsewhere(&a, &refused);
        a.lane([verb]).ok().says("claimed T-1");
        // What the remote has not any more is taken.
        around(&b, &["push", "--quiet", "origin", ":T-2"]).ok();
        a.lane([verb]).ok().says("claimed T-2");
    }
}

#[test]
fn a_branch_of_this_clone_is_passed_over_unless_it_is_stood_on_or_taken_over() {
    for (more, stands) in [(&[][..], false), (&["--take-over"], false), (&["--here"], true)] {
        let sandbox = sandbox();
        let (a, _) = two(&sandbox, "");
        a.task("T-1", "one/**");
        a.task("T-2", "two/**");
        let pat = a.person();
        pat.git(["switch", "--quiet", "-c", "T-1"]).ok();
        around(&pat, &["commit", "--quiet", "--allow-empty", "-m", "pat's"]).ok();
        if !stands {
            pat.git(["switch", "--quiet", "main"]).ok();
        }
        let claimed = if more.is_empty() {
            "claimed T-2"
        } else {
            "claimed T-1"
        };
        a.lane([&["start"], more].concat()).ok().says(claimed);
    }
}

#[test]
fn a_branch_is_taken_over_by_intent() {
    let sandbox = sandbox();
    let (a, b) = two(&sandbox, "");
    a.task("T-1", "src/**");
    let made = topic(&b, "T-1", "sam");
    for verb in ["start", "resume"] {
        let refused = a.lane([verb, "T-1"]).code(3);
        let line = format!("git lane {verb} T-1 --take-over");
        assert_eq!(hinted(&refused, &line), line);
    }
    let refused = a.lane(["start", "T-1"]).code(3);
    follow(&a, &refused, "git lane start T-1 --take-over")
        .ok()
        .says("branch T-1 begins where it is on origin");
    assert_eq!(tip(&a, "T-1"), made);
    // It is the lane's from here on.
    a.lane(["start", "T-1"]).ok();
    let lane = a.at(".worktrees/T-1");
    lane.git(["reset", "--quiet", "--hard", "main"]).ok();
    lane.commit("src/a.rs", "mine\n", "mine").ok();
    push(&lane, &["--force", "origin", "T-1"]).ok();
}

#[test]
fn whoever_takes_a_held_lane_over_does_not_take_a_branch_with_it() {
    let sandbox = sandbox();
    let (a, b) = two(&sandbox, "");
    a.task("T-1", "src/**");
    a.lane(["claim", "T-1"]).ok();
    let made = topic(&b, "T-1", "sam");
    let boss = a.agent("boss");
    let refused = boss.lane(["take-over", "T-1", "--why", "urgent"]).code(3);
    let refused = refused
        .says("T-1 is yours, and its worktree could not be entered")
        .says("error: foreign-branch: there is a branch T-1 on origin at ");
    assert_eq!(tip(&a, "refs/heads/T-1"), "", "{refused}");
    follow(&boss, &refused, "git lane resume T-1 --take-over").ok();
    assert_eq!(tip(&a, "refs/heads/T-1"), made);
}

#[test]
fn a_branch_of_this_clone_with_commits_of_no_lane_is_no_lanes() {
    let sandbox = sandbox();
    let (a, _) = two(&sandbox, "");
    a.task("T-1", "src/**");
    let pat = a.person();
    pat.git(["switch", "--quiet", "-c", "T-1"]).ok();
    around(&pat, &["commit", "--quiet", "--allow-empty", "-m", "pat's"]).ok();
    let theirs = tip(&a, "T-1");
    pat.git(["switch", "--quiet", "main"]).ok();
    a.lane(["claim", "T-1"]).ok();
    let refused = a
        .lane(["start", "T-1"])
        .code(3)
        .says("foreign-branch")
        .says("T-1 here at ");
    // A claimed task keeps its branch: it is given back first.
    let line = hinted(&refused, "git lane release T-1 --why");
    a.sh(&line.replace("NAME", "aside")).ok();
    a.lane(["start", "T-1"]).ok();
    assert_eq!((tip(&a, "T-1"), tip(&a, "aside")), (theirs, tip(&a, "main")));
}

#[test]
fn what_is_on_the_integration_branch_or_stood_on_is_free() {
    let sandbox = sandbox();
    let (a, _) = two(&sandbox, "");
    a.git(["branch", "T-1", "main~1"]).ok();
    let at_id = a.lane(["task", "add", "one", "--id", "T-1"]);
    at_id.code(2).says("name-is-branch").says("here at ");
    a.git(["branch", "-D", "T-1"]).ok();
    a.task("T-1", "src/**");
    a.git(["branch", "T-1", "main~1"]).ok();
    a.lane(["start", "T-1"]).ok();
    a.task("T-2", "docs/**");
    let pat = a.person();
    pat.git(["switch", "--quiet", "-c", "T-2"]).ok();
    around(&pat, &["commit", "--quiet", "--allow-empty", "-m", "begun"]).ok();
    a.lane(["start", "T-2", "--here"]).ok();
}

#[test]
fn an_earlier_attempts_branch_goes_on() {
    let sandbox = sandbox();
    let (a, b) = two(&sandbox, "");
    let lane = crate::overwriting::begun(&a);
    lane.lane(["release", "T-1", "--why", "enough"]).ok();
    b.lane(["start", "T-1"])
        .ok()
        .says("begins where it is on the remote");
    assert_eq!(b.at(".worktrees/T-1").rev("HEAD"), lane.rev("HEAD"));
}

#[test]
fn without_the_remote_what_was_seen_last_counts_and_the_push_is_the_second_net() {
    let sandbox = sandbox();
    let (a, b) = two(&sandbox, "");
    for id in ["T-1", "T-2"] {
        a.task(id, &format!("{id}/**"));
    }
    let one = topic(&b, "T-1", "sam");
    a.git(["fetch", "--quiet"]).ok();
    let two = topic(&b, "T-2", "sam");
    a.lane(["--offline", "start", "T-1"])
        .code(3)
        .says("as it was seen last");
    a.lane(["--offline", "start", "T-2"]).ok();
    let lane = a.at(".worktrees/T-2");
    lane.commit("T-2/a", "mine\n", "mine").ok();
    let refused = push(&lane, &["--force", "origin", "T-2"])
        .code(1)
        .says("error: destructive-push");
    follow(&lane, &refused, "git fetch").ok();
    push(&lane, &["--force", "origin", "T-2"])
        .code(1)
        .says("was made by sam");
    assert_eq!(
        [there(&a, "refs/heads/T-1"), there(&a, "refs/heads/T-2")],
        [one, two]
    );
}

#[test]
fn a_branch_that_the_remote_has_is_not_given_to_a_task() {
    let sandbox = sandbox();
    let (a, b) = two(&sandbox, "");
    let made = topic(&b, "parser", "sam");
    let refused = a
        .lane(["task", "add", "one", "--branch", "parser"])
        .code(2)
        .says("error: name-is-branch: there is a branch parser already, on origin at ")
        .says(&made[..8]);
    let line = hinted(&refused, "git lane task add TITLE --branch NAME");
    a.sh(&line.replace("TITLE", "one --id T-1").replace("NAME", "lexer"))
        .ok();
    topic(&b, "printer", "sam");
    let refused = a
        .lane(["task", "edit", "T-1", "--branch", "printer"])
        .code(2)
        .says("on origin at ");
    elsewhere(&a, &refused);
    // As it is, it stays.
    a.lane(["task", "edit", "T-1", "--branch", "aside", "--title", "two"])
        .ok();
    // A file says it as well.
    let text = "title = \"x\"\nbranch = \"printer\"\n";
    a.write(".git/task.toml", text);
    a.lane(["task", "add", "--from", ".git/task.toml"])
        .code(2)
        .says("name-is-branch");
}

#[test]
fn names_that_read_as_something_else_are_no_branches() {
    let sandbox = sandbox();
    let (a, _) = two(&sandbox, "");
    a.task("T-1", "src/**");
    for (name, says, instead) in [
        ("origin/x", "origin/x reads as a branch of the remote origin", "x"),
        (
            "refs/heads/x",
            "refs/heads/x reads as the full name of a ref",
            "x",
        ),
        (
            "refs/tags/x",
            "refs/tags/x reads as the full name of a ref",
            "NAME",
        ),
        ("-x", "-x reads as an option", "NAME"),
    ] {
        let given = format!("--branch={name}");
        let hint = format!("git lane task add TITLE --branch {instead}");
        let refused = a.lane(["task", "add", "one", &given]).code(2).says(says);
        assert_eq!(refused.hints(), [hint], "{name}");
        let hint = format!("git lane task edit T-1 --branch {instead}");
        let refused = a.lane(["task", "edit", "T-1", &given]).code(2).says(says);
        assert_eq!(refused.hints(), [hint], "{name}");
    }
    // A remote that came later.
    a.lane(["task", "edit", "T-1", "--branch", "fork/x"]).ok();
    let url = crate::clones::url(&sandbox);
    a.git(["remote", "add", "fork", &url]).ok();
    a.lane(["start", "T-1"])
        .code(2)
        .says("a branch of the remote fork");
}

/// The integration branch of the remote goes on by so many commits, of no lane, here and there.
fn further(place: &Place<'_>, commits: usize) {
    let stream = "commit refs/heads/main\ncommitter pat <pat@example.org> 1700000000 +0000\ndata 5\nother\n";
    let begins = stream.to_owned() + "from refs/heads/main^0\n\n";
    place.write(".git/stream", begins + &format!("{stream}\n").repeat(commits - 1));
    let past = past_hooks(&place.person());
    past.sh("git fast-import --quiet <.git/stream").ok();
    past.git(["push", "--quiet", "origin", "main"]).ok();
}

#[test]
fn a_lane_from_a_newer_integration_branch_than_was_fetched_goes_on() {
    let commit = "git commit --quiet --allow-empty -m mine";
    // A merge that no hook saw names no task.
    let merge = "git -c core.hooksPath=/dev/null merge --quiet --no-ff -m merged main";
    // How far main is, what the lane has, and how it is gone on with.
    for (commits, has, words) in [
        (1001, &[commit][..], &["resume", "T-1"][..]),
        (1001, &[commit], &["--offline", "resume", "T-1"]),
        (1001, &[commit], &["start"]),
        (1001, &[commit, merge], &["resume", "T-1"]),
        (3, &[], &["start", "T-1"]),
        (3, &[], &["start"]),
    ] {
        let sandbox = sandbox();
        let (a, b) = two(&sandbox, "");
        a.task("T-1", "src/**");
        further(&a, commits);
        let lane = a.start("T-1");
        for line in has {
            lane.sh(line).ok();
            further(&a, 1);
        }
        push(&lane, &["origin", "T-1"]).ok();
        lane.lane(["release", "T-1", "--why", "enough"]).ok();
        b.lane(["sync"]).ok();
        b.git(["fetch", "--quiet", "origin", "T-1"]).ok();
        let old = tip(&b, "refs/remotes/origin/main");
        assert_ne!(old, tip(&a, "main"), "it is not fetched in passing");
        b.lane(words).ok();
        assert_eq!(b.at(".worktrees/T-1").rev("HEAD"), lane.rev("HEAD"), "{words:?}");
    }
}

#[test]
fn what_somebody_made_from_a_newer_integration_branch_is_no_lanes() {
    let sandbox = sandbox();
    let (a, b) = two(&sandbox, "");
    a.task("T-1", "src/**");
    further(&a, 3);
    let made = topic(&a, "T-1", "sam");
    a.git(["branch", "-D", "T-1"]).ok();
    b.lane(["start", "T-1"])
        .code(3)
        .says("foreign-branch")
        .says(&made[..8]);
    assert_eq!(tip(&b, "refs/remotes/origin/main"), tip(&a, "main"));
}
