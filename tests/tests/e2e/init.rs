//! `init`, once, again and beside others; `uninstall` gives back what was there.

use std::fs;

use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::sandbox;
use crate::snapshot;

const STATE: &str = "refs/agents/state";

fn commit_policy(repo: &Place<'_>) {
    repo.git(["add", ".agents", ".gitattributes", "docs"]).ok();
    repo.git(["commit", "--quiet", "-m", "policy"]).ok();
}

/// A set-up repository, its state and policy on a shared remote, and a fresh clone of that remote.
fn shared(sandbox: &Sandbox) -> (Place<'_>, Place<'_>) {
    let first = sandbox.lanes("first");
    first.task("T-1", "src/**");
    sandbox
        .at("")
        .git(["clone", "--quiet", "--bare", "first", "hub.git"])
        .ok();
    let hub = sandbox.path().join("hub.git").display().to_string();
    first.git(["remote", "add", "origin", &hub]).ok();
    first
        .git(["push", "--quiet", "origin", "main", &format!("{STATE}:{STATE}")])
        .ok();
    sandbox.at("").git(["clone", "--quiet", &hub, "second"]).ok();
    (first, sandbox.at("second"))
}

#[test]
fn the_first_init_says_what_it_made_and_its_hint_leads_to_a_healthy_repository() {
    let sandbox = sandbox();
    let repo = sandbox.repo("r");
    let said = repo
        .lane(["init"])
        .ok()
        .prints("made   .agents/policy.toml")
        .prints("lanes land on main");
    repo.sh(&said.hints()[0]).ok();
    let healthy = repo.lane(["doctor"]).ok();
    assert_eq!(healthy.stdout.lines().count(), 1, "{healthy}");
    assert_eq!(healthy.stderr, "", "{healthy}");
}

#[test]
fn from_a_folder_below_the_hint_leads_on_too() {
    for (line, hint) in [
        ("git lane init", "git add :/.agents :/.gitattributes "),
        (
            "git lane init >/dev/null 2>&1; git lane doctor",
            "git add :/.agents :/.gitattributes ",
        ),
        (
            "git lane init >/dev/null 2>&1; rm -r ../.agents; git lane doctor",
            "git lane init && git add :/.agents :/.gitattributes ",
        ),
        (
            "git lane init >/dev/null 2>&1; git lane task add x --id T-1 >/dev/null 2>&1; git lane claim T-1",
            "git add :/.agents :/.gitattributes ",
        ),
    ] {
        let sandbox = sandbox();
        let sub = sandbox.repo("r").at("src");
        let said = sub.sh(line);
        let hints = said.hints();
        let hint = hints.iter().find(|found| found.starts_with(hint));
        sub.sh(hint.unwrap_or_else(|| panic!("{said}"))).ok();
        sub.lane(["doctor"]).ok();
    }
}

#[test]
fn a_second_init_keeps_everything() {
    let sandbox = sandbox();
    let repo = sandbox.repo("r");
    repo.lane(["init"]).ok();
    let before = snapshot::everything(&repo);
    let again = repo.lane(["init"]).ok().says("Lanes start once");
    for not in ["made", "Everything is in place"] {
        assert!(!again.stdout.contains(not), "{again}");
    }
    snapshot::same(&before, &snapshot::everything(&repo));
    commit_policy(&repo);
    let before = snapshot::everything(&repo);
    repo.lane(["init"]).ok().prints("Everything is in place.");
    snapshot::same(&before, &snapshot::everything(&repo));
}

#[test]
fn a_dry_run_writes_nothing_and_says_what_init_then_does() {
    let sandbox = sandbox();
    let repo = sandbox.repo("r");
    repo.write(".git/hooks/pre-commit", "#!/bin/sh\n");
    repo.git(["config", "core.hooksPath", ".husky"]).ok();
    let before = snapshot::everything(&repo);
    let dry = repo
        .lane(["init", "--dry-run"])
        .ok()
        .prints("Nothing was written.");
    snapshot::same(&before, &snapshot::everything(&repo));
    let wet = repo.lane(["init"]).ok();
    // The repository's id is drawn anew by each.
    let plain = |text: &str, word: &str| {
        let lines = text.lines().filter(|line| line.starts_with(word));
        lines
            .map(|l| {
                l[word.len()..]
                    .split(", for repository")
                    .next()
                    .unwrap_or_default()
                    .trim()
                    .to_owned()
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(
        plain(&dry.stdout, "would"),
        plain(&wet.stdout, "made"),
        "{dry}{wet}"
    );
}

#[test]
fn what_was_only_outdated_is_told_to_be_mended() {
    let driver = "git config merge.git-lane.driver \"$(git config merge.git-lane.driver | sed 's|SED|')\"";
    for (line, said) in [
        (
            driver.replace("SED", "--base-label=%S |"),
            "fixed  the merge driver, in this clone's configuration: it was of another version\n",
        ),
        (
            "git config merge.git-lane.driver 'old %O %A %B'".to_owned(),
            "configuration: it was somebody else's command\n",
        ),
        (
            "sed -i '2s/version 1/version 0/' .git/hooks/pre-push".to_owned(),
            "fixed  hooks in ",
        ),
        ("rm .git/hooks/pre-push".to_owned(), "made   hooks in "),
    ] {
        let sandbox = sandbox();
        let repo = sandbox.lanes("r");
        repo.sh(&line).ok();
        let done = repo.lane(["init"]).ok().prints(said).prints("Mended.\n");
        assert!(!done.stdout.contains("Joined"), "{done}");
        repo.lane(["init"]).ok().prints("Everything is in place.");
    }
}

#[test]
fn the_policy_that_init_writes_is_laid_out() {
    let sandbox = sandbox();
    let repo = sandbox.repo("r");
    repo.lane(["init"]).ok();
    let text = repo.read(".agents/policy.toml");
    let column = |line: &str| line.find("  # ").filter(|at| *at > 0);
    let behind = text.lines().filter(|line| column(line).is_some());
    let mut columns: Vec<_> = behind.map(|line| line.rfind("# ")).collect();
    assert!(columns.len() > 8, "{text}");
    columns.dedup();
    assert_eq!(columns.len(), 1, "{text}");
    assert!(!text.contains('~'), "{text}");
    repo.lane(["policy", "validate"]).ok().does_not_say("not known");
}

#[test]
fn joining_touches_no_tracked_file_and_takes_the_remotes_state() {
    let sandbox = sandbox();
    let (first, second) = shared(&sandbox);
    second.lane(["init"]).ok().prints("from origin").prints("Joined.");
    assert_eq!(second.git(["status", "--porcelain"]).ok().stdout, "");
    assert_eq!(second.rev(STATE), first.rev(STATE));
    second.lane(["task", "show", "T-1"]).ok();
    second.lane(["doctor"]).ok();
}

#[test]
fn a_dry_run_of_joining_writes_nothing_either() {
    let sandbox = sandbox();
    let (_, second) = shared(&sandbox);
    let before = snapshot::everything(&second);
    second
        .lane(["init", "--dry-run"])
        .ok()
        .prints("Nothing was written.");
    snapshot::same(&before, &snapshot::everything(&second));
}

#[test]
fn joining_without_the_remote_says_so_and_agrees_on_the_genesis() {
    let sandbox = sandbox();
    let (first, second) = shared(&sandbox);
    let genesis = first
        .git(["rev-list", "--max-parents=0", STATE])
        .ok()
        .text()
        .to_owned();
    fs::remove_dir_all(sandbox.path().join("hub.git")).expect("the remote goes");
    second
        .lane(["init"])
        .ok()
        .says("warning: origin cannot be reached")
        .says("joined by the first `git lane sync`");
    assert_eq!(
        second.git(["rev-list", "--max-parents=0", STATE]).ok().text(),
        genesis
    );
}

#[test]
fn a_state_of_another_repository_is_refused_and_nothing_is_written() {
    let sandbox = sandbox();
    let (_, second) = shared(&sandbox);
    let other = sandbox.lanes("other");
    let theirs = other.rev(STATE);
    second
        .git(["fetch", "--quiet", "../other", &format!("{STATE}:{STATE}")])
        .ok();
    let before = snapshot::everything(&second);
    let refused = second.lane(["init"]).fails().says("other-state");
    assert_eq!(refused.code, 3, "{refused}");
    second.sh(&refused.hints()[0]).ok();
    snapshot::same(&before, &snapshot::everything(&second));
    assert_eq!(second.rev(STATE), theirs);
}

#[test]
fn the_integration_branch_can_be_named_and_changed() {
    let sandbox = sandbox();
    let repo = sandbox.repo("r");
    repo.git(["switch", "--quiet", "-c", "trunk"]).ok();
    repo.lane(["init", "--integration", "main"])
        .ok()
        .prints("lanes land on main");
    repo.lane(["init", "--integration", "trunk"])
        .ok()
        .prints("made   lanes land on trunk");
    // Without the option the state's branch stays, whatever is checked out.
    repo.git(["switch", "--quiet", "main"]).ok();
    repo.lane(["init"]).ok().prints("kept   lanes land on trunk");
    repo.lane(["verify", "--full"]).ok();
    for name in ["-x", "a..b", "HEAD", "a b", ""] {
        repo.lane(["init", &format!("--integration={name}")])
            .code(2)
            .says("branch");
    }
}

#[test]
fn a_first_init_on_a_detached_head_asks_for_the_branch() {
    let sandbox = sandbox();
    let repo = sandbox.repo("r");
    repo.git(["switch", "--quiet", "--detach"]).ok();
    let asked = repo.lane(["init"]).code(6).says("no branch is checked out");
    repo.sh(&asked.hints()[0].replace("BRANCH", "main")).ok();
}

#[test]
fn worktrees_stay_out_of_git_add() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.task("T-1", "src/**");
    repo.agent("agent-a").start("T-1");
    repo.git(["add", "--all"]).ok();
    assert_eq!(repo.git(["status", "--porcelain"]).ok().stdout, "");
}

#[test]
fn a_hooks_path_of_one_worktree_is_refused_with_the_way_on() {
    let sandbox = sandbox();
    let repo = sandbox.repo("r");
    repo.sh("git config extensions.worktreeConfig true && git config --worktree core.hooksPath .husky")
        .ok();
    let refused = repo.lane(["init"]).code(6).says(".husky");
    repo.sh(&refused.hints()[0]).ok();
    repo.lane(["init"]).ok();
    assert!(repo.has(".git/hooks/pre-commit"));
}

/// A person's setting that `init` meets, and `uninstall` has to give back.
const BEFORE: &[(&str, &str)] = &[
    ("nothing", "true"),
    (
        "a hook",
        "printf '#!/bin/sh\\nexit 0\\n' >.git/hooks/pre-commit && chmod 755 .git/hooks/pre-commit",
    ),
    (
        "a hook that git ignores",
        "printf '#!/bin/sh\\nexit 1\\n' >.git/hooks/pre-push && chmod 644 .git/hooks/pre-push",
    ),
    (
        "a hook with odd bits",
        "printf '#!/bin/sh\\n' >.git/hooks/commit-msg && chmod 711 .git/hooks/commit-msg",
    ),
    (
        "a relative link",
        "mkdir tools && printf '#!/bin/sh\\n' >tools/h && chmod +x tools/h && ln -s ../../tools/h .git/hooks/pre-commit",
    ),
    ("an absolute link", "ln -s /bin/true .git/hooks/pre-commit"),
    ("a link to nothing", "ln -s nowhere .git/hooks/pre-commit"),
    (
        "a link to a neighbour",
        "printf '#!/bin/sh\\n' >.git/hooks/all && chmod +x .git/hooks/all && ln -s all .git/hooks/pre-commit && ln -s all .git/hooks/pre-push",
    ),
    (
        "a local core.hooksPath",
        "mkdir .husky && git config core.hooksPath .husky",
    ),
    (
        "a local core.hooksPath with comments around",
        "printf '# mine\\n[core]\\n\\thooksPath = .husky\\n' >>.git/config",
    ),
    (
        "a global core.hooksPath",
        "git config --global core.hooksPath ~/hooks",
    ),
    (
        "hooks and core.hooksPath",
        "git config core.hooksPath .husky && printf '#!/bin/sh\\n' >.git/hooks/pre-commit && chmod +x .git/hooks/pre-commit",
    ),
    ("no hooks folder", "rm -r .git/hooks"),
    ("no info/exclude", "rm -r .git/info"),
    (
        "an info/exclude without newline at its end",
        "printf 'mine' >.git/info/exclude",
    ),
    (
        "an info/exclude with CRLF",
        "printf 'mine\\r\\nyours\\r\\n' >.git/info/exclude",
    ),
    (
        "an own line for worktrees",
        "printf '/.worktrees/\\n' >.git/info/exclude",
    ),
];

#[test]
fn uninstall_restores_what_was_there() {
    let mut wrong = Vec::new();
    for (name, line) in BEFORE {
        let sandbox = sandbox();
        let repo = sandbox.repo("r");
        repo.sh(line).ok();
        let before = snapshot::settings(&repo);
        let home = snapshot::everything(&repo.at("../home"));
        repo.lane(["init"]).ok();
        repo.lane(["init"]).ok();
        repo.lane(["doctor"]).does_not_say("error: hooks");
        fs::remove_dir_all(repo.path().join(".agents")).expect("the policy");
        fs::remove_file(repo.path().join(".gitattributes")).expect("the attributes");
        let hints = repo.lane(["uninstall"]).ok().hints();
        let decisions = hints.iter().find(|hint| hint.contains("docs/decisions"));
        repo.sh(decisions.expect("the decisions")).ok();
        let after = snapshot::settings(&repo);
        for path in before
            .keys()
            .chain(after.keys())
            .filter(|p| before.get(*p) != after.get(*p))
        {
            wrong.push(format!(
                "{name}: {path}\n  {:?}\n  {:?}",
                before.get(path),
                after.get(path)
            ));
        }
        assert_eq!(home, snapshot::everything(&repo.at("../home")), "{name}");
    }
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn uninstall_twice_and_without_init_says_that_there_is_nothing() {
    let sandbox = sandbox();
    let repo = sandbox.repo("r");
    let before = snapshot::everything(&repo);
    let nothing = repo.lane(["uninstall"]).ok().prints("no hook of ours");
    assert!(nothing.hints().is_empty(), "{nothing}");
    snapshot::same(&before, &snapshot::everything(&repo));
}

#[test]
fn what_uninstall_leaves_is_removed_by_its_hints() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.task("T-1", "src/**");
    let said = repo.lane(["uninstall"]).ok();
    assert!(repo.has(".agents/policy.toml") && !repo.rev(STATE).is_empty());
    assert!(!said.hints().is_empty(), "{said}");
    for hint in said.hints() {
        repo.sh(&hint).ok();
    }
    assert!(!repo.has(".agents") && !repo.has(".git/lane"));
    repo.git(["rev-parse", "--verify", "--quiet", STATE]).fails();
    repo.lane(["status"]).code(6).says("git lane init");
    repo.git(["commit", "--quiet", "--all", "-m", "without lanes"])
        .ok();
}
