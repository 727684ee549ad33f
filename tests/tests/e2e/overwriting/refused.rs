//! What others have: it stays, whatever the push is called.

use super::begun;
use super::push;
use super::there;
use super::topic;
use crate::clones::two;
use crate::following::around;
use crate::following::follow;
use crate::following::hinted;
use crate::sandbox;

#[test]
fn the_integration_branch_is_neither_rewritten_nor_deleted() {
    let sandbox = sandbox();
    let (a, _) = two(&sandbox, "");
    let person = a.person();
    person.commit("docs/new.md", "new\n", "new").ok();
    push(&person, &["origin", "main"]).ok();
    let before = there(&a, "refs/heads/main");
    person.git(["reset", "--quiet", "--hard", "HEAD~1"]).ok();
    person.commit("docs/other.md", "other\n", "other").ok();
    for (args, does) in [
        (&["--force", "origin", "main"][..], "rewrite"),
        (&["origin", "+HEAD~1:main"], "rewrite"),
        (&["origin", ":main"], "delete"),
        (&["--force-with-lease", "origin", "main"], "rewrite"),
    ] {
        push(&person, args)
            .code(1)
            .says(&format!(
                "error: destructive-push: the push would {does} refs/heads/main, which is at"
            ))
            .says("it is the integration branch");
        assert_eq!(there(&a, "refs/heads/main"), before, "{args:?}");
    }
}

#[test]
fn a_lane_that_somebody_else_holds_stays() {
    let sandbox = sandbox();
    let (a, b) = two(&sandbox, "");
    let lane = begun(&a);
    b.lane(["sync"]).ok();
    b.git(["fetch", "--quiet"]).ok();
    // The same name in another clone, and the person in the same clone, hold it as little.
    for other in [&b, &b.agent("agent-a"), &a.person()] {
        push(other, &["origin", ":T-1"])
            .code(1)
            .says("delete refs/heads/T-1")
            .says("the lane T-1 is held by agent-a");
        push(other, &["origin", "+main:T-1"])
            .code(1)
            .says("rewrite refs/heads/T-1");
    }
    assert_eq!(there(&a, "refs/heads/T-1"), lane.rev("HEAD"));
    // Nor when nobody holds it, for somebody goes on there.
    lane.lane(["release", "T-1", "--why", "enough"]).ok();
    b.lane(["sync"]).ok();
    push(&b, &["origin", ":T-1"])
        .code(1)
        .says("it is the branch of T-1, which you do not hold");
}

#[test]
fn a_tag_that_is_there_stays_what_it_is() {
    let sandbox = sandbox();
    let (a, _) = two(&sandbox, "");
    let person = a.person();
    person.git(["tag", "light"]).ok();
    person.git(["tag", "-a", "-m", "heavy", "heavy"]).ok();
    push(&person, &["origin", "--tags"]).ok();
    person.commit("docs/new.md", "new\n", "new").ok();
    person.git(["tag", "--force", "light"]).ok();
    for args in [["origin", ":light"], ["origin", ":heavy"], ["origin", "+light"]] {
        push(&person, &args)
            .code(1)
            .says("error: destructive-push")
            .says("a tag that others have stays what it is");
    }
    push(&person, &["origin", "light:refs/tags/new"]).ok();
}

#[test]
fn a_branch_that_somebody_else_made_stays() {
    let sandbox = sandbox();
    let (a, b) = two(&sandbox, "");
    let made = topic(&b, "topic", "sam");
    let pat = a.person();
    let refused = push(&pat, &["origin", ":topic"])
        .code(1)
        .says("this clone does not have that");
    follow(&pat, &refused, "git fetch").ok();
    for args in [&["origin", ":topic"][..], &["origin", "+main:topic"]] {
        push(&pat, args).code(1).says("was made by sam");
    }
    assert_eq!(there(&a, "refs/heads/topic"), made);
    // What one knows of it from elsewhere says nothing of a remote that is named by its URL.
    let url = crate::clones::url(&sandbox);
    push(&pat, &[&url, ":topic"]).code(1).says("was made by sam");
}

#[test]
fn an_agent_that_commits_under_a_persons_name_does_not_take_that_persons_branch() {
    let sandbox = sandbox();
    let (a, _) = two(&sandbox, "");
    topic(&a, "topic", "pat");
    push(&a, &["origin", ":topic"])
        .code(1)
        .says("was made by pat; an agent's own are the branches of its lanes");
    push(&a.person(), &["origin", ":topic"]).ok();
}

#[test]
fn a_push_of_everything_takes_nothing_away() {
    let sandbox = sandbox();
    let (a, b) = two(&sandbox, "");
    let made = topic(&b, "topic", "sam");
    // git does not tell hooks what a mirror deletes.
    for line in [
        "git push --mirror origin",
        "git push --prune origin 'refs/heads/*:refs/heads/*'",
        "git -c alias.all='push --mirror' all origin",
        "git -c alias.all='!git push --mirror' all origin",
        "git -c alias.one=two -c alias.two='push --mir' one origin",
        "\"$(git --exec-path)/git-push\" --mirror origin",
        "git push --repo -- --mirror origin",
        "git push --mirror --repo --no-mirror origin",
        #[cfg(target_os = "linux")]
        "ln -s \"$(command -v git)\" ../mygit && ../mygit push --mirror origin",
        "git -c remote.origin.mirror=true push --quiet origin",
        "git config remote.origin.mirror true && git push --quiet origin",
    ] {
        let refused = a.person().sh(line).code(1).says("delete refs/heads/topic");
        assert_eq!(there(&a, "refs/heads/topic"), made, "{line}");
        hinted(&refused, "git lane approve-push refs/heads/topic");
    }
}

#[test]
fn a_mirror_of_what_the_remote_has_elsewhere_passes() {
    let sandbox = sandbox();
    let (a, b) = two(&sandbox, "");
    topic(&b, "topic", "sam");
    let sam = b.person();
    sam.git(["merge", "--quiet", "--no-ff", "--no-edit", "topic"])
        .ok();
    push(&sam, &["origin", "main"]).ok();
    let pat = a.person();
    pat.git(["pull", "--quiet", "origin", "main"]).ok();
    pat.git(["push", "--quiet", "--mirror", "origin"]).ok();
    assert_eq!(there(&a, "refs/heads/topic"), "");
    // What has no name cannot be looked at.
    let url = crate::clones::url(&sandbox);
    let refused = push(&pat, &["--mirror", &url])
        .code(1)
        .says("on a remote without a name");
    follow(&pat, &refused, "git remote add mirror").ok();
    push(&pat, &["--mirror", "mirror"]).ok();
}

#[test]
fn a_mirror_of_several_places_cannot_be_looked_at() {
    let sandbox = sandbox();
    let (a, _) = two(&sandbox, "");
    let second = sandbox.path().join("second.git").display().to_string();
    a.git([
        "clone",
        "--quiet",
        "--bare",
        &crate::clones::url(&sandbox),
        &second,
    ])
    .ok();
    let pat = a.person();
    pat.git(["remote", "set-url", "--add", "origin", &second]).ok();
    push(&pat, &["--mirror", "origin"])
        .code(1)
        .says("on a remote with several URLs");
}

#[test]
fn what_the_remote_may_decline_vouches_for_nothing() {
    let sandbox = sandbox();
    let (a, b) = two(&sandbox, "");
    let made = topic(&b, "topic", "sam");
    a.git(["fetch", "--quiet"]).ok();
    let pat = a.person();
    let moves = ["origin", "origin/topic:refs/heads/kept", ":topic"];
    push(&pat, &moves).code(1).says("was made by sam");
    assert_eq!(there(&a, "refs/heads/topic"), made);
    push(&pat, &[&["--atomic"], &moves[..]].concat()).ok();
    assert_eq!(there(&a, "refs/heads/kept"), made);
}

#[test]
fn two_branches_that_go_at_once_do_not_vouch_for_each_other() {
    let sandbox = sandbox();
    let (a, b) = two(&sandbox, "");
    topic(&b, "one", "sam");
    around(&b, &["push", "--quiet", "origin", "one:two"]).ok();
    a.git(["fetch", "--quiet"]).ok();
    let pat = a.person();
    push(&pat, &["origin", ":one", ":two"])
        .code(1)
        .says("was made by sam");
    push(&pat, &["origin", ":one"]).ok();
    push(&pat, &["origin", ":two"]).code(1);
}

#[test]
fn a_branch_that_was_seen_and_is_gone_vouches_for_nothing() {
    let sandbox = sandbox();
    let (a, b) = two(&sandbox, "");
    topic(&b, "topic", "sam");
    around(&b, &["push", "--quiet", "origin", "topic:copy"]).ok();
    a.git(["fetch", "--quiet"]).ok();
    around(&b, &["push", "--quiet", "origin", ":copy"]).ok();
    let pat = a.person();
    push(&pat, &["origin", ":topic"]).code(1).says("was made by sam");
    // And one that is there and was not seen does.
    around(&b, &["push", "--quiet", "origin", "topic:late"]).ok();
    push(&pat, &["origin", ":topic"]).ok();
}

#[test]
fn a_remote_that_is_pushed_to_elsewhere_vouches_for_nothing() {
    let sandbox = sandbox();
    let (a, b) = two(&sandbox, "");
    topic(&b, "topic", "sam");
    around(&b, &["push", "--quiet", "origin", "topic:copy"]).ok();
    a.git(["fetch", "--quiet"]).ok();
    let (pat, url) = (a.person(), crate::clones::url(&sandbox));
    let bare = ["clone", "--quiet", "--bare", "--", &url, "elsewhere.git"];
    sandbox.at(".").git(bare).ok();
    let elsewhere = sandbox.path().join("elsewhere.git").display().to_string();
    pat.git(["remote", "add", "both", &url]).ok();
    pat.git(["fetch", "--quiet", "both"]).ok();
    pat.git(["config", "remote.both.pushurl", &elsewhere]).ok();
    push(&pat, &["both", ":topic"]).code(1).says("was made by sam");
}

#[test]
fn the_hint_fetches_what_an_ordinary_fetch_leaves() {
    let sandbox = sandbox();
    let (a, b) = two(&sandbox, "");
    topic(&b, "topic", "sam");
    let (pat, only) = (a.person(), "+refs/heads/main:refs/remotes/origin/main");
    pat.git(["config", "remote.origin.fetch", only]).ok();
    let url = crate::clones::url(&sandbox);
    for remote in ["origin", &url] {
        let refused = push(&pat, &[remote, ":topic"])
            .code(1)
            .says("this clone does not have that");
        let line = hinted(&refused, "git fetch");
        assert_eq!(line, format!("git fetch -- {remote} refs/heads/topic"));
    }
    let refused = push(&pat, &["origin", ":topic"]).code(1);
    follow(&pat, &refused, "git fetch").ok();
    push(&pat, &["origin", ":topic"]).code(1).says("was made by sam");
}

#[test]
fn what_a_shallow_clone_cannot_see_is_not_taken_for_nothing() {
    let sandbox = sandbox();
    let (a, _) = two(&sandbox, "");
    topic(&a, "topic", "sam");
    let pat = a.person();
    pat.git(["switch", "--quiet", "topic"]).ok();
    around(&pat, &["commit", "--quiet", "--allow-empty", "-m", "pat's"]).ok();
    around(&pat, &["push", "--quiet", "origin", "topic"]).ok();
    let url = format!("file://{}", crate::clones::url(&sandbox));
    let clone = ["clone", "--quiet", "--depth=1", "--no-single-branch", &url, "s"];
    sandbox.at(".").git(clone).ok();
    let shallow = sandbox.at("s");
    shallow.lane(["init"]).ok();
    let pat = shallow.person();
    let refused = push(&pat, &["origin", ":topic"])
        .code(1)
        .says("this clone is shallow");
    assert_eq!(hinted(&refused, "git fetch"), "git fetch --unshallow -- origin");
    follow(&pat, &refused, "git fetch").ok();
    push(&pat, &["origin", ":topic"]).code(1).says("was made by sam");
}

#[test]
fn what_moved_on_meanwhile_is_fetched_first() {
    let sandbox = sandbox();
    let (a, b) = two(&sandbox, "");
    let (pat, sam) = (a.person(), b.person());
    sam.commit("docs/new.md", "new\n", "new").ok();
    push(&sam, &["origin", "main"]).ok();
    pat.commit("docs/other.md", "other\n", "other").ok();
    let refused = push(&pat, &["origin", "main"])
        .code(1)
        .says("this clone does not have what is there");
    follow(&pat, &refused, "git fetch").ok();
    pat.git(["rebase", "--quiet", "origin/main"]).ok();
    push(&pat, &["origin", "main"]).ok();
}
