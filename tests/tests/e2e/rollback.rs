//! Alarms: a remote whose state does not go on from what was seen there is not believed, and the hint leads on.

use lane_testkit::Output;
use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::clones::SEEN;
use crate::clones::another;
use crate::clones::converge;
use crate::clones::first;
use crate::clones::origin;
use crate::clones::times;
use crate::clones::tip;
use crate::clones::two;
use crate::following::around;
use crate::following::follow;
use crate::plumbing;
use crate::plumbing::STATE;
use crate::sandbox;

/// Asserts that no command that asks the remote believes it, and that nothing was taken. Gives the last refusal.
#[track_caller]
fn alarmed(place: &Place<'_>, sandbox: &Sandbox, id: &str) -> Output {
    let before = [STATE, SEEN].map(|name| tip(place, name));
    let there = tip(&origin(sandbox), STATE);
    let mut last = None;
    for args in [
        &["claim", "T-1"][..],
        &["lock", "docs/**", "--objective", "x"],
        &["sync"],
    ] {
        let refused = place.lane(args).code(3).says(&format!("error: {id}: "));
        assert!(refused.stdout.is_empty(), "{refused}");
        if id != "remote-broken" {
            assert!(refused.stderr.contains(&before[1]), "{refused}");
            assert!(there.is_empty() || refused.stderr.contains(&there), "{refused}");
        }
        last = Some(refused);
    }
    assert_eq!([STATE, SEEN].map(|name| tip(place, name)), before);
    assert_eq!(tip(&origin(sandbox), STATE), there);
    last.expect("a refusal")
}

/// What was recorded here alone is not lost by an alarm, and may still be read.
fn keeps_working(place: &Place<'_>) {
    place.lane(["note", "T-1", "in between"]).ok();
    place.lane(["status"]).ok();
}

#[test]
fn a_remote_that_was_put_back_or_lost_its_state_is_given_it_back() {
    for deleted in [false, true] {
        let sandbox = sandbox();
        let (a, b) = two(&sandbox, "");
        a.task("T-1", "src/**");
        b.lane(["sync"]).ok();
        a.task("T-2", "docs/**");
        let remote = origin(&sandbox);
        let lost = tip(&a, STATE);
        if deleted {
            remote.git(["update-ref", "-d", STATE]).ok();
        } else {
            remote.git(["update-ref", STATE, &format!("{STATE}~2")]).ok();
        }
        let refused = alarmed(&a, &sandbox, "remote-went-back");
        keeps_working(&a);
        alarmed(&b, &sandbox, "remote-went-back");
        follow(&a, &refused, "git lane sync --republish").ok();
        assert!(plumbing_contains(&remote, &lost), "{refused}");
        assert_eq!(times(&remote, "republish by agent-a"), 1);
        // The other, who had seen less, goes on without a word.
        b.lane(["sync"]).ok().does_not_say("rewritten");
        a.lane(["sync", "--republish"]).code(3).says("nothing-changes");
        converge(&[&a, &b], &sandbox);
    }
}

fn plumbing_contains(place: &Place<'_>, commit: &str) -> bool {
    place.git(["merge-base", "--is-ancestor", commit, STATE]).code == 0
}

/// Both clones have seen T-1 and T-2; then the remote and `b` are without T-2, and `b` goes on in its own way.
fn rewritten<'s>(sandbox: &'s Sandbox) -> (Place<'s>, Place<'s>, Place<'s>) {
    let (a, b) = two(sandbox, "");
    a.task("T-1", "src/**");
    b.lane(["sync"]).ok();
    let old = tip(&b, STATE);
    a.task("T-2", "docs/**");
    a.lane(["claim", "T-2"]).ok();
    let c = another(sandbox, "c").agent("agent-c");
    origin(sandbox).git(["update-ref", STATE, &old]).ok();
    // T-1 is taken on one side, and a task has the id that the other side gave.
    b.lane(["claim", "T-1"]).ok();
    (a, b, c)
}

#[test]
fn a_rewritten_remote_is_reconciled_event_by_event_and_the_others_follow() {
    let sandbox = sandbox();
    let (a, b, c) = rewritten(&sandbox);
    let lane = a.at(a.lane(["--offline", "start", "T-2"]).ok().text());
    let refused = alarmed(&c, &sandbox, "remote-diverged");
    alarmed(&a, &sandbox, "remote-diverged");
    keeps_working(&a);
    a.lane(["sync", "--republish"]).code(3).says("remote-diverged");
    let line = crate::following::hinted(&refused, "git lane reconcile");
    a.sh(&line).ok().prints("3 events decided again");
    let remote = origin(&sandbox);
    for event in [
        "add T-2",
        "claim T-2 by agent-a",
        "claim T-1 by agent-b",
        "note on T-1",
        "reconcile",
    ] {
        assert_eq!(times(&remote, event), 1, "{event}");
    }
    // Who had seen the other side follows without an alarm, and so does who had seen only this one.
    c.lane(["sync"]).ok().says("followed");
    b.lane(["sync"]).ok().does_not_say("followed");
    // The claim has another number now, and its worktree goes on.
    lane.commit("docs/guide.md", "mine\n", "mine").ok();
    converge(&[&a, &b, &c], &sandbox);
}

#[test]
fn a_claim_that_another_clone_decided_again_keeps_its_worktree() {
    let sandbox = sandbox();
    let (a, b, c) = rewritten(&sandbox);
    let lane = a.at(a.lane(["--offline", "start", "T-2"]).ok().text());
    let refused = alarmed(&c, &sandbox, "remote-diverged");
    follow(&c, &refused, "git lane reconcile").ok();
    lane.lane(["sync"]).ok().says("followed");
    lane.commit("docs/guide.md", "mine\n", "mine").ok();
    lane.git(["push", "--quiet", "origin", "T-2"]).ok();
    converge(&[&a, &b, &c], &sandbox);
}

#[test]
fn what_does_not_hold_on_the_other_side_is_given_up_by_name_and_recorded() {
    let sandbox = sandbox();
    let (a, b) = two(&sandbox, "");
    a.task("T-1", "src/**");
    b.lane(["sync"]).ok();
    let old = tip(&b, STATE);
    a.lane(["claim", "T-1"]).ok();
    let c = another(&sandbox, "c").agent("agent-c");
    origin(&sandbox).git(["update-ref", STATE, &old]).ok();
    b.lane(["claim", "T-1"]).ok();
    let refused = alarmed(&c, &sandbox, "remote-diverged");
    let done = follow(&c, &refused, "git lane reconcile").ok();
    done.says("not taken (already-claimed): claim T-1 by agent-a")
        .prints("1 event not taken");
    let log = c.lane(["log", "--json"]).ok();
    assert!(log.stdout.contains("state.reconciled"), "{log}");
    // Its author hears of it.
    a.lane(["sync"]).ok().says("followed");
    a.lane(["release", "T-1", "--why", "x"]).code(3).says("agent-b");
    converge(&[&a, &b, &c], &sandbox);
}

#[test]
fn two_clones_that_reconcile_at_once_come_to_one_state() {
    let sandbox = sandbox();
    let (a, b, c) = rewritten(&sandbox);
    let seen = tip(&a, SEEN);
    let begun: Vec<_> = [&a, &c]
        .map(|place| {
            let mut command = place.command("git-lane");
            command.args(["reconcile", &seen]);
            command.spawn().expect("git-lane starts")
        })
        .into_iter()
        .collect();
    for mut child in begun {
        let code = child.wait().expect("it ends").code();
        // The second may find that the first has done it.
        assert!(matches!(code, Some(0 | 3)), "{code:?}");
    }
    converge(&[&a, &b, &c], &sandbox);
    let remote = origin(&sandbox);
    for event in ["add T-2", "claim T-2 by agent-a", "claim T-1 by agent-b"] {
        assert_eq!(times(&remote, event), 1, "{event}");
    }
}

#[test]
fn what_is_no_ledger_that_goes_on_is_not_believed() {
    let forge = |sandbox: &Sandbox, a: &Place<'_>, kind: &str| {
        let remote = origin(sandbox);
        let (old, tree) = (tip(&remote, STATE), remote.rev(&format!("{STATE}^{{tree}}")));
        let commit = |parents: &[&str], message: &str| {
            let mut args = vec!["commit-tree", &tree, "-m", message];
            parents.iter().for_each(|parent| args.extend(["-p", parent]));
            remote.git(["config", "user.name", "x"]).ok();
            remote.git(["config", "user.email", "x@example.org"]).ok();
            remote.git(args).ok().text().to_owned()
        };
        let last = plumbing::commits(a).pop().expect("a commit");
        let (_, message) = last.split_once("\n\n").expect("a message");
        let forged = match kind {
            "merge" => commit(&[&old, &remote.rev(&format!("{STATE}~1"))], "merge"),
            "merge the other way" => commit(&[&remote.rev(&format!("{STATE}~1")), &old], "merge"),
            "words" => commit(&[&old], "no event"),
            "twice" => commit(&[&old], message),
            "root" => commit(&[], "another beginning"),
            "tag" => {
                remote.git(["tag", "-m", "x", "v1", &old]).ok();
                remote.rev("refs/tags/v1")
            }
            "tree" => tree.clone(),
            _ => remote.rev("refs/heads/main"),
        };
        remote.git(["update-ref", STATE, &forged]).ok();
    };
    let sandbox = sandbox();
    let a = first(&sandbox, "");
    a.task("T-1", "src/**");
    for (kind, id) in [
        ("merge", "remote-broken"),
        ("merge the other way", "remote-broken"),
        ("words", "remote-broken"),
        ("twice", "remote-broken"),
        ("tag", "remote-broken"),
        ("tree", "remote-broken"),
        ("root", "remote-diverged"),
        ("code", "remote-diverged"),
    ] {
        let sound = tip(&a, STATE);
        forge(&sandbox, &a, kind);
        let refused = alarmed(&a, &sandbox, id);
        // Who looks is told what is wrong with it.
        if ["tag", "tree"].contains(&kind) {
            follow(&a, &refused, "git show").ok().prints(kind);
        } else {
            follow(&a, &refused, "git lane verify").code(1);
        }
        keeps_working(&a);
        origin(&sandbox).git(["update-ref", STATE, &sound]).ok();
        a.lane(["sync"]).ok();
    }
}

#[test]
fn at_first_sight_the_state_of_another_repository_is_not_taken() {
    let sandbox = sandbox();
    let a = first(&sandbox, "");
    let other = sandbox.lanes("other");
    other.task("T-x", "src/**");
    let url = crate::clones::url(&sandbox);
    around(&other, &["push", "--quiet", &url, STATE]).ok();
    let before = tip(&a, STATE);
    for args in [&["sync"][..], &["task", "add", "more"]] {
        a.lane(args).code(3).says("other-state");
        assert_eq!(tip(&a, STATE), before);
        assert_eq!(tip(&a, SEEN), "");
    }
    let folder = sandbox.at(".");
    folder.git(["clone", "--quiet", "--", &url, "b"]).ok();
    let b = sandbox.at("b");
    b.lane(["init"]).code(3).says("other-state");
    assert_eq!(tip(&b, STATE), "");
    // Once that is put right, nothing stands in the way.
    origin(&sandbox).git(["update-ref", "-d", STATE]).ok();
    a.lane(["sync"]).ok();
    b.lane(["init"]).ok();
    converge(&[&a, &b], &sandbox);
}

#[test]
fn a_reconcile_of_nonsense_is_refused() {
    let sandbox = sandbox();
    let a = first(&sandbox, "");
    a.lane(["sync"]).ok();
    a.git(["tag", "-m", "x", "v1", STATE]).ok();
    let before = [STATE, SEEN].map(|name| tip(&a, name));
    for (rev, codes) in [
        ("-x", [2, 2]),
        ("--upload-pack=x", [2, 2]),
        ("$(touch here)", [2, 3]),
        ("", [2, 3]),
        ("HEAD:src", [2, 3]),
        ("HEAD", [2, 3]),
        ("refs/heads/main", [3, 3]),
        ("refs/tags/v1", [3, 3]),
        ("refs/agents/state", [3, 3]),
        ("refs/agents/state..HEAD", [2, 3]),
        ("1111111111111111111111111111111111111111", [2, 3]),
        ("\u{1b}[31m", [2, 3]),
    ] {
        let refused = a.lane(["reconcile", rev]);
        assert!(codes.contains(&refused.code), "{rev:?}: {refused}");
        assert!(!refused.stderr.contains('\u{1b}'), "{rev:?}: {refused}");
        assert_eq!([STATE, SEEN].map(|name| tip(&a, name)), before, "{rev:?}");
    }
    assert!(!a.has("here"));
}
