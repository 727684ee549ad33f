//! Remotes as people configure them: publishing works with them or refuses them by name, and leaves what is theirs alone.

use std::fs;

use crate::clones::converge;
use crate::clones::first;
use crate::clones::origin;
use crate::clones::sentences;
use crate::clones::tip;
use crate::clones::two;
use crate::clones::url;
use crate::following::around;
use crate::plumbing::STATE;
use crate::sandbox;

/// The state arrives with this configuration, and comes back.
fn works(config: &[(&str, &str)]) {
    let sandbox = sandbox();
    let (a, b) = two(&sandbox, "");
    for (key, value) in config {
        let key = key.replace("SANDBOX", &sandbox.path().display().to_string());
        for place in [&a, &b] {
            place.git(["config", &key, value]).ok();
        }
    }
    a.task("T-1", "src/**");
    let lane = b.start("T-1");
    lane.commit("src/a.rs", "mine\n", "mine").ok();
    lane.lane(["handoff"]).ok();
    a.lane(["sync"]).ok();
    assert_eq!(tip(&a, STATE), tip(&origin(&sandbox), STATE), "{config:?}");
    assert_eq!(tip(&b, STATE), tip(&origin(&sandbox), STATE), "{config:?}");
    assert_eq!(tip(&origin(&sandbox), "refs/heads/T-1"), lane.rev("HEAD"));
    // Nothing but the lane and the state was sent.
    let there = origin(&sandbox).git(["for-each-ref", "--format=%(refname)"]).ok();
    let names = ["refs/agents/state", "refs/heads/T-1", "refs/heads/main"];
    assert_eq!(there.stdout.lines().collect::<Vec<_>>(), names, "{config:?}");
}

#[test]
fn what_people_configure_for_pushes_and_fetches_does_not_stand_in_the_way() {
    works(&[
        ("remote.origin.prune", "true"),
        ("fetch.prune", "true"),
        ("fetch.pruneTags", "true"),
        ("push.default", "nothing"),
        ("push.followTags", "true"),
        ("push.gpgSign", "if-asked"),
        ("push.useForceIfIncludes", "true"),
        ("push.recurseSubmodules", "on-demand"),
        ("push.autoSetupRemote", "true"),
        ("remote.origin.tagOpt", "--tags"),
        ("remote.origin.push", "refs/heads/main:refs/heads/elsewhere"),
        ("transfer.fsckObjects", "true"),
        ("remote.pushDefault", "nowhere"),
        ("log.showSignature", "true"),
        ("color.ui", "always"),
    ]);
}

#[test]
fn a_mirror_is_sent_nothing_but_the_state_and_the_lane() {
    works(&[("remote.origin.mirror", "true")]);
}

#[test]
fn a_url_that_stands_for_another_is_followed() {
    works(&[
        ("url.SANDBOX/.insteadOf", "short:"),
        ("remote.origin.url", "short:origin.git"),
    ]);
}

#[test]
fn a_remote_that_cannot_be_used_is_refused_by_name() {
    let sandbox = sandbox();
    let a = first(&sandbox, "");
    a.lane(["sync"]).ok();
    sandbox
        .at(".")
        .git(["init", "--quiet", "--bare", "other.git"])
        .ok();
    let before = tip(&a, STATE);
    let other = sandbox.path().join("other.git").display().to_string();
    for (key, value, word) in [
        ("remote.origin.pushurl", other.as_str(), "pushurl"),
        ("lane.remote", "nowhere", "lane.remote"),
        ("lane.remote", "--upload-pack=touch here", "lane.remote"),
    ] {
        a.git(["config", key, value]).ok();
        for args in [&["task", "add", "more"][..], &["sync"], &["claim"]] {
            let refused = a.lane(args).code(6).says(word);
            assert!(!refused.hints().is_empty(), "{refused}");
            assert_eq!(tip(&a, STATE), before, "{refused}");
        }
        a.lane(["doctor"]).says(word);
        a.git(["config", "--unset-all", key]).ok();
    }
    assert!(!a.has("here"));
    a.task("T-1", "src/**");
}

#[test]
fn a_remotes_odd_name_is_never_an_option() {
    for (name, codes) in [
        ("up/stream", [0, 0]),
        ("-x", [0, 6]),
        ("--upload-pack=touch here", [0, 6]),
        ("a b", [0, 6]),
        ("a..b", [0, 6]),
        ("$(touch here)", [0, 6]),
        ("\u{fc}ber", [0, 0]),
    ] {
        let sandbox = sandbox();
        let a = sandbox.lanes("a");
        sandbox
            .at(".")
            .git(["init", "--quiet", "--bare", "origin.git"])
            .ok();
        around(&a, &["push", "--quiet", &url(&sandbox), "main"]).ok();
        let key = |key: &str| format!("remote.{name}.{key}");
        a.git(["config", &key("url"), &url(&sandbox)]).ok();
        let refspec = "+refs/heads/*:refs/remotes/theirs/*".replace("theirs", name);
        a.git(["config", &key("fetch"), &refspec]).ok();
        a.git(["config", "lane.remote", name]).ok();
        let main = a.rev("main");
        a.git(["update-ref", &format!("refs/remotes/{name}/main"), &main]);
        let done = a.lane(["task", "add", "work", "--id", "T-1"]);
        assert!(codes.contains(&done.code), "{name}: {done}");
        assert!(!a.has("here"), "{name}");
        let shared = tip(&a, &format!("refs/remotes/{name}/main")) == main;
        if done.code == 0 && shared {
            assert_eq!(tip(&origin(&sandbox), STATE), tip(&a, STATE), "{name}: {done}");
        }
    }
}

#[test]
fn what_git_is_told_on_the_command_line_reaches_the_talk_with_the_remote() {
    let sandbox = sandbox();
    let a = first(&sandbox, "");
    a.lane(["sync"]).ok();
    // The remote's address is known through the configuration of one command only.
    let here = url(&sandbox);
    a.git(["config", "remote.origin.url", "nowhere:x"]).ok();
    let instead = format!("url.{here}.insteadOf=nowhere:x");
    a.git(["-c", &instead, "lane", "task", "add", "one", "--id", "T-1"])
        .ok();
    let by_count = a
        .env("GIT_CONFIG_COUNT", "1")
        .env("GIT_CONFIG_KEY_0", &format!("url.{here}.insteadOf"))
        .env("GIT_CONFIG_VALUE_0", "nowhere:x");
    by_count.lane(["task", "add", "two", "--id", "T-2"]).ok();
    assert!(sentences(&origin(&sandbox), STATE)[0].starts_with("add T-2"));
}

#[test]
fn what_is_the_users_is_left_as_it_was() {
    let sandbox = sandbox();
    let (a, b) = two(&sandbox, "");
    a.commit("src/b.rs", "theirs\n", "not fetched by b yet").ok();
    around(&a, &["push", "--quiet", "origin", "main", "HEAD:refs/tags/v1"]).ok();
    b.write("src/a.rs", "stashed\n");
    b.git(["stash", "--quiet"]).ok();
    b.write("src/a.rs", "staged\n");
    b.git(["add", "src/a.rs"]).ok();
    b.write("src/a.rs", "not staged\n");
    b.write(".git/FETCH_HEAD", "theirs\n");
    let ours = |line: &&str| !line.contains("refs/agents");
    let look = || {
        let refs = b.git(["for-each-ref"]).ok().stdout;
        let refs: Vec<String> = refs.lines().filter(ours).map(str::to_owned).collect();
        let files = [".git/FETCH_HEAD", ".git/config", ".git/HEAD", "src/a.rs"];
        let bytes: Vec<Vec<u8>> = [&files[..], &[".git/index", ".git/logs/HEAD"]]
            .concat()
            .iter()
            .map(|file| fs::read(b.path().join(file)).expect("it is there"))
            .collect();
        (refs, bytes)
    };
    let before = look();
    a.task("T-1", "src/**");
    b.lane(["claim", "T-1"]).ok();
    b.lane(["sync"]).ok();
    b.lane(["release", "T-1", "--why", "x"]).ok();
    assert!(before == look(), "{:?}\n{:?}", before.0, look().0);
    assert!(!b.has(".git/packed-refs.lock"));
    converge(&[&a, &b], &sandbox);
}

#[test]
fn a_clone_that_lacks_history_or_files_has_the_whole_state() {
    for how in ["--depth=1", "--filter=tree:0"] {
        let sandbox = sandbox();
        let a = first(&sandbox, "");
        a.commit("src/a.rs", "more\n", "more").ok();
        around(&a, &["push", "--quiet", "origin", "main"]).ok();
        a.task("T-1", "src/**");
        let remote = origin(&sandbox);
        remote.git(["config", "uploadpack.allowFilter", "true"]).ok();
        let from = format!("file://{}", url(&sandbox));
        sandbox
            .at(".")
            .git(["clone", "--quiet", how, "--", &from, "b"])
            .ok();
        let b = sandbox.at("b").agent("agent-b");
        b.lane(["init"]).ok();
        b.lane(["claim", "T-1"]).ok();
        a.task("T-2", "docs/**");
        b.lane(["sync"]).ok();
        b.lane(["verify", "--full"]).ok();
        assert_eq!(tip(&b, STATE), tip(&remote, STATE), "{how}");
    }
}
