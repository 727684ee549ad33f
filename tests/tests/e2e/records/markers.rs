//! Conflicts that were left in a file and staged.

use super::File;
use super::apart;
use super::queue;
use super::stage;
use super::todo;
use super::unseen;
use crate::following::follow;
use crate::sandbox;

const LEFT: &str = "# Changelog\n\n<<<<<<< HEAD\n- ours\n=======\n- theirs\n>>>>>>> side\n";

fn check(path: &str, text: &str, line: Option<usize>) {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    stage(
        &repo,
        &[
            (path.to_owned(), text.to_owned()),
            ("README.md".into(), "more\n".into()),
        ],
    );
    let done = repo.git(["commit", "-m", "x"]);
    let Some(line) = line else {
        assert_eq!(done.code, 0, "{path}\n{text}\n{done}");
        return;
    };
    let done = done.code(1).says(&format!(
        "error: conflict-markers: {path} has a conflict left in it, from line {line} on"
    ));
    let shown = follow(&repo, &done, "git diff --check --cached");
    assert!(
        shown
            .stdout
            .contains(&format!("{path}:{line}: leftover conflict marker")),
        "{shown}"
    );
    assert!(
        !done.stderr.contains("git checkout -m"),
        "there is no conflict to bring back\n{done}"
    );
    repo.write(path, "settled\n");
    let editor = repo.env("GIT_EDITOR", "echo x >");
    follow(&editor, &done, "git add -- ").ok();
    repo.git(["reset", "--quiet", "--soft", "HEAD~1"]).ok();
    stage(&repo, &[(path.to_owned(), text.to_owned())]);
    follow(&repo, &done, "git restore --staged").ok();
    repo.git(["commit", "-m", "x"]).ok();
}

#[test]
fn a_conflict_is_found_in_the_files_of_our_driver_and_in_no_others() {
    check("CHANGELOG.md", LEFT, Some(3));
    check("crates/a/CHANGELOG.md", LEFT, Some(3));
    check("docs/merging.md", LEFT, None);
    check(".agents/prompts/a.md", LEFT, Some(3));
    let quoted = LEFT.replace("<<<<<<< HEAD", "```\n<<<<<<< HEAD") + "```\n";
    check("CHANGELOG.md", &quoted, None);
    let indented: String = LEFT.lines().map(|line| format!("    {line}\n")).collect();
    check("CHANGELOG.md", &indented, None);
}

#[test]
fn a_record_with_a_conflict_is_told_once() {
    let text = format!("<<<<<<< a\n{}=======\n>>>>>>> b\n", todo("T-1").1);
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    stage(&repo, &[(queue("T-1"), text)]);
    repo.git(["commit", "-m", "x"])
        .code(1)
        .says("conflict-markers")
        .does_not_say("record-unreadable");
    repo.lane(["validate", "--staged"])
        .code(1)
        .says("line 1: a conflict was left there");
}

#[test]
fn attributes_name_further_files() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    let attributes = repo.read(".gitattributes") + "/names.txt merge=git-lane\n";
    repo.commit(".gitattributes", &attributes, "attributes").ok();
    stage(&repo, &[("names.txt".into(), LEFT.into())]);
    repo.git(["commit", "-m", "x"])
        .code(1)
        .says("conflict-markers: names.txt");
}

#[test]
fn a_merge_whose_conflict_was_staged_as_it_is() {
    let changelog = |text: &str| -> File { ("CHANGELOG.md".into(), text.into()) };
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    unseen(&repo, &[changelog("# Changelog\n\nold words\n")], "changelog");
    apart(
        &repo,
        &[changelog("# Changelog\n\nour words\n")],
        &[changelog("# Changelog\n\ntheir words\n")],
    );
    for (begin, way_out, resume) in [
        (
            &["merge", "side"][..],
            "git merge --abort",
            "git commit --no-edit",
        ),
        (
            &["cherry-pick", "side"],
            "git cherry-pick --abort",
            "git cherry-pick --continue",
        ),
        (&["rebase", "side"], "git rebase --abort", "git rebase --continue"),
    ] {
        repo.git(begin).fails();
        repo.git(["add", "CHANGELOG.md"]).ok();
        let refused = repo.sh(resume).fails().says("conflict-markers: CHANGELOG.md");
        follow(&repo, &refused, "git diff --check --cached").says("");
        follow(&repo, &refused, way_out).ok();
        assert_eq!(repo.git(["status", "--porcelain"]).ok().stdout, "");
        let before = repo.rev("HEAD");
        repo.git(begin).fails();
        stage(&repo, &[changelog("# Changelog\n\nwords of both\n")]);
        repo.sh(resume).ok();
        repo.git(["reset", "--quiet", "--hard", &before]).ok();
        // What was staged is spoilt: the conflict is brought back, settled, and the operation goes on.
        repo.git(begin).fails();
        stage(&repo, &[changelog("<<<<<<< spoilt\n=======\n>>>>>>> spoilt\n")]);
        let refused = repo.sh(resume).fails().says("conflict-markers: CHANGELOG.md");
        follow(&repo, &refused, "git checkout -m").ok();
        let text = repo.read("CHANGELOG.md");
        assert!(
            text.contains("our words\n") && text.contains("their words\n"),
            "{text}"
        );
        repo.write("CHANGELOG.md", "# Changelog\n\nwords of both\n");
        follow(&repo, &refused, "git add -- :/CHANGELOG.md && git ").ok();
        let status = repo.git(["status"]).ok().stdout;
        assert!(
            status.contains("nothing to commit") && !status.contains("in progress"),
            "{status}"
        );
        repo.git(["reset", "--quiet", "--hard", &before]).ok();
    }
}

#[test]
fn a_conflict_that_was_committed_before_stops_nobody() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    let two = format!("{LEFT}{LEFT}");
    unseen(&repo, &[("CHANGELOG.md".into(), two.clone())], "left");
    repo.commit("README.md", "more\n", "elsewhere").ok();
    repo.commit("CHANGELOG.md", &format!("{two}- more\n"), "beside it")
        .ok();
    repo.commit("CHANGELOG.md", LEFT, "half of it mended").ok();
    stage(&repo, &[("CHANGELOG.md".into(), two)]);
    repo.git(["commit", "-m", "x"]).code(1).says("conflict-markers");
}

#[test]
fn an_override_is_hinted_from_the_first_commit_on_also_for_odd_paths() {
    for path in ["CHANGELOG.md", "odd dir/it's $x/CHANGELOG.md"] {
        let sandbox = sandbox();
        // No decision was made yet, so the state has adopted no policy.
        let repo = sandbox.lanes("r");
        stage(&repo, &[(path.to_owned(), LEFT.to_owned())]);
        let refused = repo.git(["commit", "-m", "x"]).code(1);
        let hints = refused.hints();
        let hint = hints.iter().find(|hint| hint.starts_with("git lane override "));
        let hint = hint.unwrap_or_else(|| panic!("{refused}"));
        repo.sh(&hint.replace("TEXT", "'it stays'")).ok();
        repo.git(["commit", "-m", "x"]).ok();
    }
}
