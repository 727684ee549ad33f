//! Ten lanes land one after another over a bare remote, three of them not at once: and whatever main was ever, its gate passes there.

use lane_testkit::Place;
use lane_testkit::Sandbox;

use super::Lane;
use super::phase;
use super::queued;
use super::team;
use super::there;
use crate::following::around;
use crate::sandbox;

/// What holds on every state of main: every use names what the interface has.
const GATE: &str = "for use in uses/*; do grep -q \"$(cat $use)\" api/names || { echo $use: unknown $(cat $use); exit 1; }; done";

const GATES: &str = "[check.linked]\nrung = 1\nrun = [\"sh\", \"gate.sh\"]\n";

const LANES: [Lane; 10] = [
    ("T-01", "agent-a", "api/**", "api/names", "bold\n"),
    // Written against the name that T-01 takes away: each passes by itself.
    ("T-02", "agent-b", "uses/two*", "uses/two", "^old\n"),
    ("T-03", "agent-c", "docs/three*", "docs/three", "3\n"),
    // Somebody outside of the lanes wrote the same file meanwhile.
    ("T-04", "agent-d", "docs/four*", "docs/four", "4\n"),
    ("T-05", "agent-e", "docs/five*", "docs/five", "5\n"),
    // Its author pushes once more after it was queued.
    ("T-06", "agent-f", "docs/six*", "docs/six", "6\n"),
    ("T-07", "agent-g", "docs/seven*", "docs/seven", "7\n"),
    ("T-08", "agent-h", "docs/eight*", "docs/eight", "8\n"),
    ("T-09", "agent-j", "docs/nine*", "docs/nine", "9\n"),
    ("T-10", "agent-k", "docs/ten*", "docs/ten", "10\n"),
];

/// The team, of so many at once.
fn of<'s>(sandbox: &'s Sandbox, total: u32, gates: &str) -> Place<'s> {
    let repo = team(sandbox, "", gates);
    let policy = repo.read(".agents/policy.toml");
    let (before, rest) = policy.split_once("\n[capacity]").expect("a pool");
    let rest = rest.split_once("\n[").map_or("", |(_, rest)| rest);
    repo.write(
        ".agents/policy.toml",
        format!("{before}\n[capacity]\ntotal = {total}\n\n[{rest}"),
    );
    around(&repo, &["commit", "--quiet", "--all", "-m", "the pool"]).ok();
    repo.tell();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    repo
}

/// Lands what is first until nothing can; what each try said.
fn land_all(lander: &Place<'_>) -> Vec<String> {
    let mut said = Vec::new();
    loop {
        let tried = lander.lane(["land"]);
        let ended = tried.stderr.contains("not-ready");
        said.push(tried.stderr);
        if ended || said.len() > 20 {
            return said;
        }
    }
}

fn all_say(said: &[String], what: &str) -> usize {
    said.iter().filter(|one| one.contains(what)).count()
}

#[test]
fn ten_lanes_land_one_after_another_and_every_state_of_main_passes_its_gate() {
    let sandbox = sandbox();
    let repo = of(&sandbox, 12, GATES);
    repo.write("gate.sh", format!("{GATE}\n"));
    repo.write("api/names", "old\n");
    repo.write("uses/first", "ld\n");
    repo.git(["add", "--all"]).ok();
    around(&repo, &["commit", "--quiet", "-m", "api"]).ok();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    let begun = there(&repo);
    let lanes = queued(&repo, &LANES);
    repo.write("docs/four", "four\n");
    repo.git(["add", "--all"]).ok();
    around(&repo, &["commit", "--quiet", "-m", "mine"]).ok();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    lanes[5].write("docs/six-b", "6\n");
    lanes[5].git(["add", "--all"]).ok();
    around(&lanes[5], &["commit", "--quiet", "-m", "more\n\nLane-Task: T-06"]).ok();
    around(&lanes[5], &["push", "--quiet", "origin", "T-06"]).ok();

    let lander = repo.agent("agent-i");
    // It is first by its name only after those before it: what is void stands in nobody's way when it is named.
    lander.lane(["land", "T-06"]).code(3).says("verdict-moved");
    lanes[5].lane(["resume"]).ok();
    let said = land_all(&lander);
    assert_eq!(all_say(&said, "and the task is done"), 7, "{said:#?}");
    assert_eq!(all_say(&said, "T-02 cannot land (interface)"), 1, "{said:#?}");
    assert_eq!(all_say(&said, "T-04 cannot land (textual)"), 1, "{said:#?}");
    for id in ["T-02", "T-04", "T-06"] {
        assert_eq!(phase(&repo, id), "in-progress", "{id}");
    }

    // The three mend what was found, and land after all.
    let fetched = |lane: &Place<'_>| {
        lane.git(["fetch", "--quiet", "origin"]).ok();
        lane.git(["merge", "--quiet", "--no-edit", "origin/main"])
    };
    fetched(&lanes[1]).ok();
    lanes[1].commit("uses/two", "bold\n", "by its new name").ok();
    fetched(&lanes[3]).fails();
    lanes[3].write("docs/four", "four\n4\n");
    lanes[3].git(["add", "docs/four"]).ok();
    lanes[3].git(["commit", "--quiet", "--no-edit"]).ok();
    for at in [1, 3, 5] {
        lanes[at].lane(["handoff"]).ok();
    }
    let said = land_all(&lander);
    assert_eq!(all_say(&said, "and the task is done"), 3, "{said:#?}");

    repo.git(["fetch", "--quiet", "origin"]).ok();
    let range = format!("{begun}..origin/main");
    let visible = repo.git(["rev-list", "--first-parent", "--reverse", &range]).ok();
    let visible: Vec<&str> = visible.text().lines().collect();
    assert_eq!(visible.len(), 11);
    for commit in visible {
        repo.git(["switch", "--quiet", "--detach", commit]).ok();
        repo.sh("sh gate.sh").ok();
    }
    repo.lane(["verify", "--full"]).ok();
    repo.lane(["validate", "--git"]).ok();
}

#[test]
fn what_cannot_land_goes_back_to_a_full_pool_and_holds_up_nobody() {
    let sandbox = sandbox();
    let repo = of(&sandbox, 2, "");
    queued(
        &repo,
        &[
            ("T-1", "agent-a", "src/**", "src/one", "one\n"),
            ("T-2", "agent-b", "docs/**", "docs/two", "two\n"),
        ],
    );
    repo.write("src/one", "another\n");
    repo.git(["add", "--all"]).ok();
    around(&repo, &["commit", "--quiet", "-m", "mine"]).ok();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    for (id, agent) in [("T-3", "agent-c"), ("T-4", "agent-d")] {
        repo.task(id, &format!("{id}/**"));
        repo.agent(agent).start(id);
    }
    let lander = repo.agent("agent-i");
    lander
        .lane(["land"])
        .code(5)
        .says("T-1 cannot land (textual) and goes back to agent-a");
    lander.lane(["land"]).ok().says("landed T-2");
    // Nobody new begins meanwhile.
    repo.task("T-5", "five/**");
    repo.agent("agent-e")
        .lane(["start", "T-5"])
        .code(3)
        .says("capacity-full");
}
