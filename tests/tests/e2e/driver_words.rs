//! What the merge driver says, and when it says nothing: each sentence once, for those who wait for it.

use lane_testkit::Output;
use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::driver::diverged;
use crate::driver::then;
use crate::sandbox;

#[test]
fn a_conflict_of_a_record_is_told_as_the_documentation_shows_it() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.task("T-1", "src/**");
    let state = "refs/agents/state";
    let list = repo.git(["ls-tree", "-r", "--name-only", state, ".agents/queue"]);
    let path = list.ok().text().to_owned();
    let stored = repo
        .git(["cat-file", "blob", &format!("{state}:{path}")])
        .ok()
        .stdout;
    let task = |priority: &str| stored.replace("\"medium\"", &format!("{priority:?}"));
    assert_ne!(task("low"), stored, "it has a priority");
    repo.commit(&path, &stored, "base").ok();
    repo.git(["switch", "--quiet", "-c", "other"]).ok();
    repo.commit(&path, &task("low"), "theirs").ok();
    repo.git(["switch", "--quiet", "main"]).ok();
    repo.commit(&path, &task("high"), "ours").ok();
    let stopped = repo.git(["merge", "other"]).code(1);
    let guide = include_str!("../../../docs/merging.md");
    let shown = guide.split("$ git merge other\n").nth(1);
    let (said, file) = shown
        .and_then(|shown| shown.split_once("$ cat "))
        .expect("an example");
    let said = said.replace(".agents/queue/82/T-7k2m.toml", &path);
    assert_eq!(format!("{}{}", stopped.stderr, stopped.stdout), said);
    let block = file
        .split_inclusive('\n')
        .skip_while(|line| !line.starts_with("<<<<<<<"));
    let block: String = block.take(5).collect();
    let text = repo.read(&path);
    assert!(text.contains(&block), "{text}\n{block}");
    repo.write(&path, task("high"));
    repo.sh(&stopped.hints()[0]).ok();
    repo.sh(then(&stopped).expect("the way on")).ok();
}

#[test]
fn hints_of_several_files_lead_on_one_by_one() {
    let sandbox = sandbox();
    let repo = diverged(&sandbox, "f.txt");
    for (branch, text) in [("theirs", "x\n"), ("main", "y\n")] {
        repo.git(["switch", "--quiet", branch]).ok();
        repo.commit("g.txt", text, "more").ok();
    }
    let stopped = repo.git(["merge", "--quiet", "theirs"]).code(1);
    let mut hints = stopped.hints();
    hints.sort();
    assert_eq!(hints, ["git add -- f.txt", "git add -- g.txt"], "{stopped}");
    for hint in hints {
        repo.sh(&hint).ok();
    }
    repo.write("f.txt", "both\n");
    repo.write("g.txt", "both\n");
    repo.git(["add", "."]).ok();
    repo.sh(then(&stopped).expect("the way on")).ok();
}

#[test]
fn a_merge_that_was_settled_long_ago_is_looked_at_in_silence() {
    let sandbox = sandbox();
    let repo = diverged(&sandbox, "f.txt");
    repo.git(["merge", "--quiet", "theirs"]).code(1);
    repo.write("f.txt", "both\n");
    repo.sh("git add f.txt && git commit -qm settled").ok();
    let looks = [
        "git show --remerge-diff",
        "git log --remerge-diff",
        "git merge-tree HEAD^1 HEAD^2",
    ];
    for line in looks {
        assert_eq!(repo.sh(line).stderr, "", "{line}");
    }
    assert!(repo.sh(looks[0]).stdout.contains("-<<<<<<< "), "it was merged");
    // Also while something else waits to be settled.
    repo.git(["switch", "--quiet", "-c", "more", "HEAD^1"]).ok();
    repo.commit("f.txt", "once more\n", "more").ok();
    repo.git(["rebase", "--quiet", "main"])
        .fails()
        .says("conflict in f.txt");
    assert_eq!(repo.sh("git show --remerge-diff main").ok().stderr, "");
}

#[test]
fn in_a_rebase_the_first_line_stands_for_itself() {
    for (line, begins) in [
        ("git rebase theirs", "Rebasing (1/1)\r\nf.txt is merged as text"),
        ("git rebase -q theirs", "error: conflict in f.txt"),
        ("git rebase -v theirs", "Rebasing (1/1)\nf.txt is merged as text"),
        ("git rebase --apply theirs", ""),
        ("git merge theirs", "error: conflict in f.txt"),
    ] {
        let sandbox = sandbox();
        let repo = diverged(&sandbox, "f.txt");
        let stopped = repo.sh(line).fails();
        let own = stopped.stderr.split_inclusive('\n');
        let own = own.filter(|line| line.starts_with("error: conflict in ")).count();
        assert_eq!(own, 1, "{stopped}");
        assert!(stopped.stderr.contains(begins), "{line}\n{:?}", stopped.stderr);
    }
}

/// Two branches that both added lines to `docs/words.txt`, which attributes give us, and `before` done in between.
fn words<'s>(sandbox: &'s Sandbox, before: &str) -> (Place<'s>, Output) {
    let repo = sandbox.lanes("r");
    repo.sh("git init -q --bare ../hub.git && git remote add origin ../hub.git && git push -q origin main")
        .ok();
    repo.write(".git/info/attributes", "docs/words.txt merge=git-lane\n");
    repo.sh(before).ok();
    let commit = |text: &str| repo.commit("docs/words.txt", text, "words").ok();
    commit("b\nd\n");
    repo.git(["switch", "--quiet", "-c", "theirs"]).ok();
    commit("b\nd\nf\n");
    repo.git(["switch", "--quiet", "main"]).ok();
    commit("a\nb\nd\n");
    let merged = repo.git(["merge", "--no-edit", "theirs"]).ok();
    (repo, merged)
}

#[test]
fn a_file_that_is_given_to_us_and_that_no_policy_names_is_told_to_be_text() {
    let name = "printf '[merge]\\nregistries = [\"docs/words.txt\"]\\n' >>.agents/policy.toml && git commit -qam words";
    for (before, told) in [
        (
            "true",
            "docs/words.txt is merged as text: the policy on origin/main names it neither as changelog nor as registry; name it in `[merge]` and bring that to origin/main\n",
        ),
        (name, "the policy on origin/main names it neither"),
        (&format!("{name} && git push -q origin main"), ""),
        (
            "git update-ref -d refs/agents/state && git config core.hooksPath /dev/null",
            "docs/words.txt is merged as text: no policy is in force, and by default only CHANGELOG.md is a changelog; name it in `[merge]` of a policy",
        ),
    ] {
        let sandbox = sandbox();
        let (repo, merged) = words(&sandbox, before);
        assert_eq!(repo.read("docs/words.txt"), "a\nb\nd\nf\n");
        match told {
            "" => assert_eq!(merged.stderr, "", "{before}"),
            told => assert!(merged.stderr.contains(told), "{before}\n{merged}"),
        }
        assert!(merged.stderr.lines().count() <= 1, "{merged}");
    }
}

#[test]
fn a_changelog_that_is_no_text_is_told_once() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    let commit = |text: &str| repo.commit("CHANGELOG.md", text, "x").ok();
    commit("# Changelog\n");
    repo.git(["switch", "--quiet", "-c", "theirs"]).ok();
    commit("theirs\0\n");
    repo.git(["switch", "--quiet", "main"]).ok();
    commit("ours\0\n");
    let stopped = repo.git(["merge", "--quiet", "theirs"]).code(1);
    assert!(!stopped.stderr.contains("is merged as text"), "{stopped}");
    stopped.says("error: conflict in CHANGELOG.md: both sides changed it, and it is no text\n");
}
