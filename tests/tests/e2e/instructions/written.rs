//! What `init --agents-md` writes, and what it leaves alone.

use crate::sandbox;

const BEGIN: &str = "<!-- git-lane: begin, text ";
const END: &str = "<!-- git-lane: end -->";
const INIT: [&str; 2] = ["init", "--agents-md"];

#[test]
fn only_the_section_is_written_and_line_ends_stay() {
    for (name, old, begins) in [
        ("a file of one's own", "# Ours\n\ntext\n", "# Ours\n\ntext\n\n"),
        ("without an end of line", "# Ours", "# Ours\n\n"),
        (
            "line ends of Windows",
            "# Ours\r\ntext\r\n",
            "# Ours\r\ntext\r\n\r\n",
        ),
        ("an empty file", "", ""),
    ] {
        let sandbox = sandbox();
        let repo = sandbox.repo("r");
        repo.write("AGENTS.md", old);
        repo.lane(INIT)
            .ok()
            .prints("made   AGENTS.md, the section that tells agents");
        let text = repo.read("AGENTS.md");
        let section = text
            .strip_prefix(begins)
            .unwrap_or_else(|| panic!("{name}: {text}"));
        assert!(section.starts_with(BEGIN), "{name}: {section}");
        assert!(section.trim_end().ends_with(END), "{name}: {section}");
        assert!(section.lines().count() < 100, "{name}: {section}");
        let is_crlf = |text: &str| text.matches('\n').count() == text.matches("\r\n").count();
        assert_eq!(is_crlf(&text), old.contains('\r'), "{name}");
        repo.write("AGENTS.md", format!("{text}behind\n"));
        repo.lane(INIT).ok().prints("kept   AGENTS.md tells agents");
        repo.sh("sed -i 's/^total = 6 /total = 3 /' .agents/policy.toml")
            .ok();
        repo.lane(INIT).ok().prints("fixed  AGENTS.md");
        let fresh = repo.read("AGENTS.md");
        assert!(
            fresh.contains("At most 3 lanes") && fresh.starts_with(begins),
            "{name}: {fresh}"
        );
        assert!(fresh.ends_with("behind\n"), "{name}: {fresh}");
    }
}

#[test]
fn what_stands_in_the_way_is_refused_and_the_hint_leads_on() {
    for (name, line, says) in [
        (
            "a link",
            "echo x >real.md && ln -s real.md AGENTS.md",
            "AGENTS.md is a symbolic link",
        ),
        (
            "a link to nowhere",
            "ln -s gone AGENTS.md",
            "AGENTS.md is a symbolic link",
        ),
        (
            "a folder",
            "mkdir AGENTS.md && echo x >AGENTS.md/x",
            "AGENTS.md is no file",
        ),
        (
            "it does not end",
            "printf 'a\\n<!-- git-lane: begin -->\\nb\\n' >AGENTS.md",
            "AGENTS.md is left as it is: line 2 begins a section that does not end",
        ),
        (
            "it did not begin",
            "printf '<!-- git-lane: end -->\\n' >AGENTS.md",
            "line 1 ends a section that did not begin",
        ),
        (
            "one in the other",
            "printf '<!-- git-lane: begin -->\\n<!-- git-lane: begin -->\\n<!-- git-lane: end -->\\n' >AGENTS.md",
            "line 2 begins a section inside the one of line 1",
        ),
        (
            "no text",
            "printf 'a\\0' >AGENTS.md",
            "it holds bytes that are no text",
        ),
    ] {
        let sandbox = sandbox();
        let repo = sandbox.repo("r");
        repo.sh(line).ok();
        let listed = "ls -lR . | grep -v ^total; cat AGENTS.md 2>/dev/null || true";
        let before = repo.sh(listed).stdout;
        let seen = repo.at("src").lane(INIT).code(6).says(says);
        assert_eq!(repo.sh(listed).stdout, before, "{name}");
        assert!(!repo.has(".agents"), "{name}: nothing is written beside it");
        repo.at("src").sh(&seen.hints()[0]).ok();
        assert!(repo.read("AGENTS.md").contains(END), "{name}");
        repo.lane(INIT).ok().prints("kept   AGENTS.md tells agents");
    }
}

#[test]
fn it_says_what_it_would_do_and_that_it_exists() {
    let sandbox = sandbox();
    let repo = sandbox.repo("r");
    repo.lane(["init", "--agents-md", "--dry-run"])
        .ok()
        .prints("would  AGENTS.md, the section that tells agents how to work here: commit it")
        .prints("Nothing was written.");
    assert!(!repo.has("AGENTS.md") && !repo.has(".agents"));
    repo.lane(["init"])
        .ok()
        .says("Before several lanes work at once, `git lane init --agents-md` tells agents how");
    repo.lane(INIT).ok().does_not_say("Before several lanes");
}

#[test]
fn all_that_init_writes_comes_together_and_is_committed_together() {
    let sandbox = sandbox();
    let repo = sandbox.repo("r");
    let seen = repo.lane(["init", "--gates", "--agents-md"]).ok();
    let text = repo.read("AGENTS.md");
    assert!(text.contains("names checks in rungs"), "{text}");
    assert!(seen.hints()[0].contains(" AGENTS.md"), "{seen}");
    repo.sh(&seen.hints()[0]).ok();
    assert_eq!(repo.git(["status", "--porcelain"]).ok().stdout, "");
    repo.lane(["init", "--gates", "--agents-md"])
        .ok()
        .prints("kept   AGENTS.md")
        .prints("Everything is in place.");
}

#[test]
fn a_later_call_names_the_commit_from_the_folder_where_it_is_read() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.sh("printf '\\n[instructions]\\nfile = \"docs/how we work.md\"\\n' >>.agents/policy.toml && git commit -qam x")
        .ok();
    let seen = repo
        .at("src")
        .lane(INIT)
        .ok()
        .prints("made   docs/how we work.md")
        .says("It counts once it is on main:");
    assert_eq!(seen.hints().len(), 1, "{seen}");
    repo.at("src").sh(&seen.hints()[0]).ok();
    repo.lane(["preflight"]).ok();
}

#[test]
fn a_branch_that_did_not_change_the_rules_follows_those_in_force() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.sh("git branch behind && sed -i 's/^total = 6 /total = 3 /' .agents/policy.toml && git commit -qam x && git switch -q behind")
        .ok();
    repo.lane(INIT).ok();
    assert!(repo.read("AGENTS.md").contains("At most 3 lanes"));
    repo.sh("git restore AGENTS.md && sed -i 's/^total = 6 /total = 9 /' .agents/policy.toml")
        .ok();
    repo.lane(INIT).ok();
    assert!(repo.read("AGENTS.md").contains("At most 9 lanes"));
}

#[test]
fn what_the_policy_holds_stays_in_its_code_span() {
    let sandbox = sandbox();
    let repo = sandbox.repo("r");
    repo.lane(["init"]).ok();
    repo.sh(r#"printf '[rule.consult-missing]\nlevel = "advice"\nsources = ["x` --> # y", "<!-- git-lane: end -->"]\n' >>.agents/policy.toml"#)
        .ok();
    repo.lane(INIT).ok();
    let text = repo.read("AGENTS.md");
    assert_eq!(text.matches(END).count(), 1, "{text}");
    assert!(
        text.contains(r"Look into `x\u{60} --\u{3e} # y` (else `\u{3c}!-- git-lane: end --\u{3e}`)"),
        "{text}"
    );
    repo.lane(INIT).ok().prints("kept   AGENTS.md tells agents");
}
