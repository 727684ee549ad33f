//! Hooks that were there before run first, with all that git gave them; no arrangement loops, none silences ours.

use std::fs;

use lane_testkit::Output;
use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::sandbox;

/// A hook that notes its name, arguments, standard input and environment in `<sandbox>/home/NAME.saw`, then ends.
fn spy(name: &str, exit: i32) -> String {
    format!(
        "#!/bin/sh\n{{ echo \"args=$#:$*\"; echo \"dir=${{GIT_DIR-none}} index=${{GIT_INDEX_FILE-none}}\"; echo \"pwd=$(pwd)\"; echo 'stdin:'; cat; }} >>\"$HOME/{name}.saw\"\nexit {exit}\n"
    )
}

fn put(place: &Place<'_>, path: &str, text: &str) {
    place.write(path, text);
    place.run("chmod", ["755", path]).ok();
}

fn saw(sandbox: &Sandbox, name: &str) -> String {
    fs::read_to_string(sandbox.path().join("home").join(format!("{name}.saw"))).unwrap_or_default()
}

/// A repository set up after `before` ran in it, with a lane of agent-a on `src/**`: the main worktree and the lane.
fn lane_after<'s>(sandbox: &'s Sandbox, before: impl Fn(&Place<'_>)) -> (Place<'s>, Place<'s>) {
    let repo = sandbox.repo("r");
    before(&repo);
    repo.lane(["init", "--agents-md"]).ok();
    repo.git(["add", ".agents", ".gitattributes", "AGENTS.md", "docs"])
        .ok();
    repo.git(["commit", "--quiet", "-m", "policy"]).ok();
    repo.task("T-1", "src/**");
    let lane = repo.agent("agent-a").start("T-1");
    (repo, lane)
}

/// Ours judges in the lane: what is in scope passes, what is not is refused.
#[track_caller]
fn judges(lane: &Place<'_>) {
    let text = lane.read("src/a.rs") + "in scope\n";
    lane.commit("src/a.rs", &text, "in").ok();
    refuses(lane);
}

#[track_caller]
fn refuses(lane: &Place<'_>) -> Output {
    let refused = lane
        .commit("docs/guide.md", "out\n", "out")
        .code(1)
        .says("outside-scope");
    assert_eq!(refused.stderr.matches("outside-scope").count(), 1, "{refused}");
    lane.git(["commit", "--quiet", "--no-verify", "-m", "out"])
        .code(1)
        .says("outside-scope");
    lane.git(["reset", "--quiet", "--hard"]).ok();
    refused
}

#[test]
fn a_hook_that_was_there_runs_first_and_its_refusal_stays() {
    let sandbox = sandbox();
    let (repo, lane) = lane_after(&sandbox, |repo| {
        put(repo, ".git/hooks/pre-commit", &spy("pre-commit", 0));
    });
    assert_eq!(saw(&sandbox, "pre-commit").matches("args=0:").count(), 1);
    judges(&lane);
    put(
        &repo,
        ".git/hooks/git-lane-chained/pre-commit",
        "#!/bin/sh\necho theirs says no >&2\nexit 7\n",
    );
    let refused = lane
        .commit("docs/guide.md", "out\n", "out")
        .code(1)
        .says("theirs says no");
    assert!(
        !refused.stderr.contains("outside-scope"),
        "theirs comes first: {refused}"
    );
}

#[test]
fn a_chained_hook_sees_what_git_gave_it() {
    let sandbox = sandbox();
    let (repo, lane) = lane_after(&sandbox, |repo| {
        for name in ["pre-commit", "prepare-commit-msg", "commit-msg", "post-checkout"] {
            put(repo, &format!(".git/hooks/{name}"), &spy(name, 0));
        }
    });
    let _ = fs::remove_file(sandbox.path().join("home").join("pre-commit.saw"));
    lane.commit("src/a.rs", "x\n", "x").ok();
    let git_dir = repo.path().join(".git/worktrees/T-1").display().to_string();
    let seen = saw(&sandbox, "pre-commit");
    // It stands where git put it; the variables that would follow it into another repository are left out.
    let place = format!("dir=none index=none\npwd={}\n", lane.path().display());
    assert!(seen.contains(&place), "{seen}");
    lane.write("src/a.rs", "y\n");
    lane.git(["commit", "--quiet", "--all", "-m", "y"]).ok();
    let seen = saw(&sandbox, "pre-commit");
    assert!(
        seen.contains(&format!("dir=none index={git_dir}/index.lock\n")),
        "{seen}"
    );
    let seen = saw(&sandbox, "prepare-commit-msg");
    assert!(
        seen.contains(&format!("args=2:{git_dir}/COMMIT_EDITMSG message\n")),
        "{seen}"
    );
    let seen = saw(&sandbox, "commit-msg");
    assert!(
        seen.contains(&format!("args=1:{git_dir}/COMMIT_EDITMSG\n")),
        "{seen}"
    );
    let seen = saw(&sandbox, "post-checkout");
    assert!(
        seen.contains(&format!("args=3:{} {} 1\n", "0".repeat(40), lane.rev("HEAD~2"))),
        "{seen}"
    );
}

#[test]
fn a_chained_pre_push_reads_the_whole_list_and_ours_judges_it_all() {
    let sandbox = sandbox();
    let (repo, lane) = lane_after(&sandbox, |repo| {
        put(repo, ".git/hooks/pre-push", &spy("pre-push", 0));
    });
    repo.git(["init", "--quiet", "--bare", "../hub.git"]).ok();
    let hub = sandbox.path().join("hub.git").display().to_string();
    repo.git(["remote", "add", "origin", &hub]).ok();
    lane.commit("src/a.rs", "in scope\n", "in").ok();
    for n in 0..300 {
        repo.git(["update-ref", &format!("refs/heads/topic-{n}"), "main"])
            .ok();
    }
    repo.git(["push", "--quiet", "--all", "origin"]).ok();
    let seen = saw(&sandbox, "pre-push");
    assert_eq!(seen.matches(" refs/heads/topic-").count(), 300, "{seen}");
    assert!(seen.contains(&format!("args=2:origin {hub}\n")), "{seen}");
    // One that reads nothing of it and passes does not stop ours.
    put(
        &repo,
        ".git/hooks/git-lane-chained/pre-push",
        "#!/bin/sh\nexit 0\n",
    );
    lane.write("README.md", "around the hooks\n");
    lane.git([
        "-c",
        "core.hooksPath=/dev/null",
        "commit",
        "--quiet",
        "-am",
        "around",
    ])
    .ok();
    lane.git(["push", "--quiet", "--all", "origin"])
        .fails()
        .says("outside-scope");
    put(
        &repo,
        ".git/hooks/git-lane-chained/pre-push",
        "#!/bin/sh\necho theirs says no >&2\nexit 3\n",
    );
    repo.git(["push", "--quiet", "origin", "main:other"])
        .fails()
        .says("theirs says no");
}

#[test]
fn a_hook_that_git_ignores_is_not_run() {
    let sandbox = sandbox();
    let (_, lane) = lane_after(&sandbox, |repo| {
        put(repo, ".git/hooks/pre-commit", &spy("pre-commit", 1));
        repo.run("chmod", ["644", ".git/hooks/pre-commit"]).ok();
    });
    judges(&lane);
    assert_eq!(saw(&sandbox, "pre-commit"), "");
}

/// Places of a foreign `core.hooksPath`: its value, and where that is, from the worktree that commits.
const FOREIGN: &[(&str, &str)] = &[
    ("git config core.hooksPath .husky/_", "a relative one"),
    (
        "git config core.hooksPath \"$PWD/../their hooks\"",
        "an absolute one",
    ),
    ("git config --global core.hooksPath ~/hooks", "the user's"),
];

#[test]
fn a_foreign_hooks_path_is_chained_with_its_other_hooks() {
    for (line, name) in FOREIGN {
        let sandbox = sandbox();
        let repo = sandbox.repo("r");
        for folder in [".husky/_", "../their hooks", "../home/hooks"] {
            for hook in ["pre-commit", "post-commit", "post-merge"] {
                put(&repo, &format!("{folder}/{hook}"), &spy(hook, 0));
            }
        }
        repo.git(["add", ".husky"]).ok();
        repo.git(["commit", "--quiet", "-m", "husky"]).ok();
        repo.sh(line).ok();
        repo.lane(["init"]).ok().prints("chained");
        repo.git(["add", ".agents", ".gitattributes", "docs"]).ok();
        repo.git(["commit", "--quiet", "-m", "policy"]).ok();
        repo.lane(["doctor"]).ok();
        let calls = |hook: &str| saw(&sandbox, hook).matches("args=").count();
        assert_eq!((calls("pre-commit"), calls("post-commit")), (1, 1), "{name}");
        repo.task("T-1", "src/**");
        repo.agent("agent-a").lane(["start", "T-1", "--here"]).ok();
        let here = repo.agent("agent-a");
        judges(&here);
        assert_eq!((calls("pre-commit"), calls("post-commit")), (3, 2), "{name}");
        here.git(["switch", "--quiet", "main"]).ok();
        here.git(["merge", "--quiet", "T-1"]).ok();
        assert_eq!(calls("post-merge"), 1, "{name}");
    }
}

#[test]
fn a_relative_hooks_path_works_in_linked_worktrees_where_git_alone_runs_none() {
    let sandbox = sandbox();
    let (_, lane) = lane_after(&sandbox, |repo| {
        put(repo, ".husky/_/pre-commit", &spy("pre-commit", 0));
        put(repo, ".husky/_/post-commit", &spy("post-commit", 0));
        repo.git(["config", "core.hooksPath", ".husky/_"]).ok();
        // As husky has it: the folder itself is not committed.
        repo.write(".git/info/exclude", ".husky\n");
    });
    judges(&lane);
    assert_eq!(
        saw(&sandbox, "pre-commit").matches("args=").count(),
        1,
        "only the main worktree has the folder"
    );
}

#[test]
fn a_hook_manager_that_sets_hooks_path_after_init_is_taken_over_by_the_next_init() {
    let sandbox = sandbox();
    let (repo, lane) = lane_after(&sandbox, |_| {});
    put(&repo, ".husky/_/pre-commit", &spy("pre-commit", 0));
    for _ in 0..2 {
        repo.git(["config", "core.hooksPath", ".husky/_"]).ok();
        repo.lane(["doctor"]).code(1).says("core.hooksPath");
        repo.lane(["init"]).ok();
        repo.lane(["doctor"]).ok();
        judges(&lane);
    }
    repo.commit("docs/guide.md", "person\n", "person").ok();
    assert_eq!(saw(&sandbox, "pre-commit").matches("args=").count(), 1);
    repo.lane(["uninstall"]).ok();
    assert_eq!(repo.git(["config", "core.hooksPath"]).ok().text(), ".husky/_");
}

/// What hook managers do with the shim that they find; `theirs` notes that it ran.
const MANAGERS: &[(&str, &str)] = &[
    (
        "moves ours aside and calls it (pre-commit)",
        "mv .git/hooks/pre-commit .git/hooks/pre-commit.legacy && printf '#!/bin/sh\\necho ran >>\"$HOME/theirs.saw\"\\nexec \"$(dirname \"$0\")/pre-commit.legacy\" \"$@\"\\n' >.git/hooks/pre-commit && chmod +x .git/hooks/pre-commit",
    ),
    (
        "moves ours aside, calls it, and finds itself chained by ours",
        "mv .git/hooks/pre-commit .git/hooks/pre-commit.legacy && mkdir -p .git/hooks/git-lane-chained && printf '#!/bin/sh\\necho ran >>\"$HOME/theirs.saw\"\\nexec \"$PWD_OF_REPO/.git/hooks/pre-commit.legacy\" \"$@\"\\n' | sed \"s|\\$PWD_OF_REPO|$PWD|\" >.git/hooks/git-lane-chained/pre-commit && chmod +x .git/hooks/git-lane-chained/pre-commit && cp .git/hooks/git-lane-chained/pre-commit .git/hooks/pre-commit",
    ),
    (
        "overwrites ours, and init puts it back",
        "printf '#!/bin/sh\\necho ran >>\"$HOME/theirs.saw\"\\n' >.git/hooks/pre-commit && chmod +x .git/hooks/pre-commit && git lane init",
    ),
    (
        "moves ours aside, calls it, and init comes on top",
        "mv .git/hooks/pre-commit .git/hooks/pre-commit.legacy && printf '#!/bin/sh\\necho ran >>\"$HOME/theirs.saw\"\\nexec \"%s/.git/hooks/pre-commit.legacy\" \"$@\"\\n' \"$PWD\" >.git/hooks/pre-commit && chmod +x .git/hooks/pre-commit && git lane init",
    ),
];

#[test]
fn no_hook_manager_makes_a_loop_or_silences_ours() {
    for (name, line) in MANAGERS {
        let sandbox = sandbox();
        let (repo, lane) = lane_after(&sandbox, |_| {});
        repo.sh(line).ok();
        lane.commit("src/a.rs", "in scope\n", "in").ok();
        let ran = saw(&sandbox, "theirs").lines().count();
        assert!((1..=2).contains(&ran), "{name}: theirs ran {ran} times");
        let refused = lane
            .commit("docs/guide.md", "out\n", "out")
            .code(1)
            .says("outside-scope");
        assert!(
            refused.stderr.matches("error: outside-scope").count() <= 1,
            "{name}: {refused}"
        );
    }
}

#[test]
fn every_init_after_an_overwrite_keeps_both_older_and_newer_hook() {
    let sandbox = sandbox();
    let (repo, lane) = lane_after(&sandbox, |repo| {
        put(repo, ".git/hooks/pre-commit", "#!/bin/sh\n# first\n");
    });
    put(&repo, ".git/hooks/pre-commit", "#!/bin/sh\n# second\n");
    repo.lane(["init"]).ok();
    judges(&lane);
    let kept = repo.sh("cat .git/hooks/git-lane-chained/*").ok();
    assert!(
        kept.stdout.contains("# first") && kept.stdout.contains("# second"),
        "{kept}"
    );
    repo.lane(["uninstall"]).ok();
    assert_eq!(repo.read(".git/hooks/pre-commit"), "#!/bin/sh\n# second\n");
    let kept = repo.sh("cat .git/hooks/git-lane-chained/*").ok();
    assert!(kept.stdout.contains("# first"), "{kept}");
}

/// `git commit` with next to no environment, as from a graphical client.
fn stripped(lane: &Place<'_>, file: &str) -> Output {
    lane.write(file, "stripped\n");
    lane.git(["add", "--", file]).ok();
    let home = lane.path().ancestors().nth(3).unwrap_or(lane.path()).join("home");
    let line = format!(
        "env -i PATH=/usr/bin:/bin HOME='{}' GIT_CONFIG_NOSYSTEM=1 GIT_LANE_AGENT=agent-a git commit -q -m stripped",
        home.display()
    );
    lane.sh(&line.replace(
        "HOME=",
        &format!("GIT_CONFIG_GLOBAL='{}/gitconfig' HOME=", home.display()),
    ))
}

#[test]
fn a_stripped_path_changes_nothing() {
    let sandbox = sandbox();
    let (_, lane) = lane_after(&sandbox, |_| {});
    stripped(&lane, "src/a.rs").ok();
    stripped(&lane, "docs/guide.md").code(1).says("outside-scope");
}

/// Another sandbox whose `git lane` is a copy of the binary at `path` below it.
fn copied(path: &str) -> Sandbox {
    let sandbox = sandbox();
    let at = sandbox.path().join(path);
    fs::create_dir_all(at.parent().expect("a folder")).expect("a folder");
    let link = sandbox.path().join("bin/git-lane");
    fs::copy(&link, &at).expect("a copy of the binary");
    fs::remove_file(&link).expect("the link goes");
    std::os::unix::fs::symlink(&at, &link).expect("a link to the copy");
    sandbox
}

#[test]
fn a_missing_binary_refuses_with_the_way_to_mend_it_and_a_moved_one_is_found_on_path() {
    let sandbox = copied("opt/git-lane");
    let (_, lane) = lane_after(&sandbox, |_| {});
    judges(&lane);
    fs::rename(
        sandbox.path().join("opt/git-lane"),
        sandbox.path().join("elsewhere"),
    )
    .expect("a move");
    let refused = stripped(&lane, "src/a.rs")
        .code(1)
        .says("opt/git-lane")
        .says("cannot judge");
    assert!(refused.hints()[0].starts_with("cargo xtask install"), "{refused}");
    fs::remove_file(sandbox.path().join("bin/git-lane")).expect("the link goes");
    fs::rename(
        sandbox.path().join("elsewhere"),
        sandbox.path().join("bin/git-lane"),
    )
    .expect("a move");
    judges(&lane);
    lane.lane(["doctor"]).code(1).says("of another version or binary");
    lane.lane(["init"]).ok();
    lane.lane(["doctor"]).ok();
}

#[test]
fn a_binary_path_with_odd_characters_works() {
    for path in [
        "a b/git-lane",
        "it's/git-lane",
        "$HOME `id`/git-lane",
        "quo\"te\\n/git-lane",
        "ünï/git-lane",
    ] {
        let sandbox = copied(path);
        let (repo, lane) = lane_after(&sandbox, |repo| {
            put(repo, ".git/hooks/pre-commit", &spy("pre-commit", 0));
        });
        judges(&lane);
        repo.lane(["doctor"]).ok();
        fs::remove_file(sandbox.path().join(path)).expect("the binary goes");
        stripped(&lane, "src/a.rs").code(1).says("cannot judge");
    }
}

#[test]
fn ours_leaves_branch_index_and_configuration_alone_in_every_hook() {
    let sandbox = sandbox();
    let (repo, lane) = lane_after(&sandbox, |_| {});
    let config = repo.read(".git/config");
    lane.commit("src/a.rs", "mine\n", "mine").ok();
    let tip = lane.rev("HEAD");
    lane.write("src/b.rs", "half done\n");
    lane.write("docs/guide.md", "out\n");
    lane.git(["add", "src/b.rs", "docs/guide.md"]).ok();
    let index = lane.git(["ls-files", "--stage"]).ok().stdout;
    lane.git(["commit", "--quiet", "-m", "out"])
        .code(1)
        .says("outside-scope");
    lane.git(["commit", "--quiet", "--no-verify", "-m", "out"])
        .code(1);
    assert_eq!(lane.rev("HEAD"), tip);
    assert_eq!(lane.git(["ls-files", "--stage"]).ok().stdout, index);
    assert_eq!(repo.read(".git/config"), config);
}

#[test]
fn a_command_of_ours_that_a_chained_hook_runs_works_on_this_repository() {
    let sandbox = sandbox();
    let (repo, lane) = lane_after(&sandbox, |repo| {
        put(
            repo,
            ".git/hooks/pre-commit",
            "#!/bin/sh\ngit lane task add 'from a hook' --id T-hook >/dev/null 2>&1; git lane start T-hook >/dev/null 2>&1; exit 0\n",
        );
    });
    let config = repo.read(".git/config");
    lane.write("src/a.rs", "mine\n");
    lane.git(["add", "src/a.rs"]).ok();
    let before = lane.rev("HEAD");
    lane.git(["commit", "--quiet", "-m", "mine"]).ok();
    assert_eq!(lane.rev("HEAD~1"), before);
    assert_eq!(repo.read(".git/config"), config);
    assert_eq!(repo.git(["config", "core.bare"]).ok().text(), "false");
    assert_eq!(lane.git(["status", "--porcelain"]).ok().stdout, "");
    assert!(repo.has(".worktrees/T-hook/src/a.rs"));
    assert_eq!(lane.git(["branch", "--show-current"]).ok().text(), "T-1");
}

#[test]
fn a_chained_hook_that_makes_a_repository_elsewhere_leaves_this_one_alone() {
    let sandbox = sandbox();
    let repo = sandbox.repo("r");
    let suite = "#!/bin/sh\nset -e\ncd \"$(mktemp -d)\"\ngit init -q .\necho leak >leak\ngit add leak\ngit -c user.name=x -c user.email=x@x commit -q -m leak\n";
    repo.write(".git/hooks/pre-commit", suite);
    repo.run("chmod", ["+x", ".git/hooks/pre-commit"]).ok();
    repo.lane(["init"]).ok();
    repo.git(["add", ".agents", ".gitattributes", "docs"]).ok();
    repo.git(["commit", "--quiet", "-m", "policy"]).ok();
    repo.task("T-1", "src/**");
    let lane = repo.agent("agent-a").start("T-1");
    let before = lane.rev("HEAD");
    lane.commit("src/a.rs", "changed\n", "change a").ok();
    assert_eq!(lane.rev("HEAD~1"), before, "one commit, and it is ours");
    assert_eq!(lane.git(["ls-files", "leak"]).ok().text(), "");
    assert_eq!(
        lane.git(["show", "--format=", "--name-only", "HEAD"]).ok().text(),
        "src/a.rs"
    );
    assert_eq!(lane.git(["config", "--bool", "core.bare"]).ok().text(), "false");
}
