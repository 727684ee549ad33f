//! Bad input ends with its exit code and a sentence: never a panic, never a stray control character, nothing lost.

use std::io::Read as _;
use std::process::Stdio;

use lane_testkit::Output;

use crate::sandbox;

const STATE: &str = "refs/agents/state";

/// An escape that clears the screen, a right-to-left override, a zero-width space, a bell and a C1 control.
const HOSTILE: &str = "\u{1b}[2J\u{202e}\u{200b}\u{7}\u{9b}31m";

/// Asserts a refusal in words: its code, an `error:` line, a phrase, and no character that steers a terminal.
#[track_caller]
fn refused(output: &Output, codes: &[i32], says: &str) {
    assert!(
        codes.contains(&output.code),
        "expected one of {codes:?}\n{output}"
    );
    assert!(output.stderr.contains("error: "), "{output}");
    assert!(output.stderr.contains(says), "expected {says:?}\n{output}");
    assert!(
        !output.stderr.contains("panicked") && !output.stderr.contains("itself broke"),
        "{output}"
    );
    assert!(
        output.stderr.len() < 6000,
        "{} bytes\n{output}",
        output.stderr.len()
    );
    plain(output);
}

#[track_caller]
fn plain(output: &Output) {
    let steers = |c: &char| {
        (c.is_control() && !"\n\t".contains(*c)) || HOSTILE.chars().any(|h| h == *c && !h.is_ascii_graphic())
    };
    for text in [&output.stdout, &output.stderr] {
        let found: Vec<char> = text.chars().filter(steers).collect();
        assert!(found.is_empty(), "{found:?} in\n{output}");
    }
}

/// Command lines that are wrong: the code and a phrase.
const WRONG: &[(&[&str], i32, &str)] = &[
    (&["task", "add", "x", "--id", ""], 2, "id"),
    (&["task", "add", "x", "--id", "-x"], 2, ""),
    (&["task", "add", "x", "--id", "HEAD"], 2, "HEAD"),
    (&["task", "add", "x", "--id", "a..b"], 2, "a..b"),
    (&["task", "add", "x", "--id", "a.lock"], 2, "a.lock"),
    (&["task", "add", "x", "--id", "a/b"], 2, "a/b"),
    (&["task", "add", "x", "--id", "../x"], 2, "../x"),
    (&["task", "add", "x", "--id", "$(id)"], 2, "$(id)"),
    (&["task", "add", "x", "--id", "ä"], 2, ""),
    (&["task", "add", "x", "--id", "main"], 2, "main"),
    (&["task", "add", "x", "--id", "MAIN"], 2, "main"),
    (&["task", "add", "x", "--id", "t-1"], 2, "T-1"),
    (&["task", "add", "x", "--id", "T-1"], 2, "T-1"),
    (&["task", "add", ""], 2, "title"),
    (&["task", "add", "   "], 2, "title"),
    (&["task", "add"], 2, "title"),
    (&["task", "add", "two\nlines"], 2, "title"),
    (&["task", "add", "x", "--scope", "[a"], 2, "[a"),
    (&["task", "add", "x", "--scope", "{a"], 2, "{a"),
    (&["task", "add", "x", "--scope", "a**b"], 2, "a**b"),
    (&["task", "add", "x", "--scope", ""], 2, "scope"),
    (&["task", "add", "x", "--scope", "../x"], 2, "../x"),
    (
        &["task", "add", "x", "--accept", "y", "--check", "echo 'open"],
        2,
        "echo 'open",
    ),
    (&["task", "add", "x", "--check", "true"], 2, "--accept"),
    (&["task", "add", "x", "--priority", "urgent"], 2, "urgent"),
    (&["task", "add", "x", "--kind", "poem"], 2, "poem"),
    (&["task", "add", "x", "--branch", "a..b"], 2, "branch"),
    (&["task", "add", "x", "--branch", "main"], 2, "main"),
    (&["task", "add", "x", "--depends-on", "T-none"], 3, "T-none"),
    (&["task", "add", "x", "--template", "none"], 2, "none"),
    (&["task", "add", "x", "--template", "../../etc/passwd"], 2, ""),
    (&["task", "add", "x", "--from", "/nowhere"], 2, "/nowhere"),
    (&["task", "add", "x", "--from", "."], 2, ""),
    (&["task", "add", "x", "--bogus"], 2, "--bogus"),
    (&["task", "show", "T-none"], 3, "T-none"),
    (
        &["task", "edit", "T-1", "--depends-on", "T-1"],
        2,
        "the task itself",
    ),
    (&["task", "edit", "T-none", "--title", "x"], 3, "T-none"),
    (&["task", "list", "--status", "happy"], 2, "no such status"),
    (&["bogus"], 2, "bogus"),
    (&["--role", "king", "status"], 2, "king"),
    (&["claim", "T-none"], 3, "T-none"),
    (&["start", "--nowhere"], 2, "--nowhere"),
    (&["lock", "--objective", "x"], 2, "GLOB"),
    (&["lock", "x"], 2, "--objective"),
    (&["lock", "[", "--objective", "x"], 2, "["),
    (&["lock", "x/**", "--objective", "x", "--ttl", "soon"], 2, "soon"),
    (&["lock", "x/**", "--objective", "x", "--ttl", "0s"], 2, ""),
    (
        &[
            "lock",
            "x/**",
            "--objective",
            "x",
            "--ttl",
            "99999999999999999999h",
        ],
        2,
        "",
    ),
    (&["lock", "x/**", "--objective", ""], 2, "objective"),
    (&["unlock", "L-none"], 3, "L-none"),
    (&["renew", "L-none"], 3, "L-none"),
    (&["reclaim", "L-none", "--note", "x"], 3, "L-none"),
    (&["reclaim", "L-none"], 2, "--note"),
    (&["block", "T-1"], 2, "--on"),
    (&["block", "T-1", "--on", "T-1"], 3, "T-1"),
    (&["can", "fly", "T-1"], 2, "fly"),
    (&["can", "claim", "T-none"], 3, "T-none"),
    (&["trust", "T-none"], 3, "T-none"),
    (&["log", "-n", "many"], 2, "many"),
    (&["log", "--task", "a..b"], 2, "a..b"),
    (&["override", "[", "--why", "x"], 2, "["),
    (&["override", "x", "--why", ""], 2, "why"),
    (&["init", "--integration", "no such"], 2, "branch"),
    (&["policy", "validate", "/nowhere"], 2, "/nowhere"),
];

#[test]
fn wrong_words_are_refused_in_a_sentence_and_change_nothing() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.task("T-1", "src/**");
    let tip = repo.rev(STATE);
    let mut wrong = Vec::new();
    for (args, code, says) in WRONG {
        let output = repo.lane(*args);
        let told = output.stderr.contains("error: ") && output.stderr.contains(says);
        if output.code != *code || !told || repo.rev(STATE) != tip {
            wrong.push(format!("expected {code} and {says:?}\n{output}"));
            repo.git(["update-ref", STATE, &tip]).ok();
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn words_that_steer_a_terminal_are_refused_and_shown_escaped() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.task("T-1", "src/**");
    let tip = repo.rev(STATE);
    let word = format!("x{HOSTILE}");
    let w = word.as_str();
    let rows: &[&[&str]] = &[
        &["task", "add", w],
        &["task", "add", "x", "--id", w],
        &["task", "add", "x", "--scope", w],
        &["task", "add", "x", "--label", w],
        &["task", "add", "x", "--branch", w],
        &["task", "add", "x", "--accept", w],
        &["task", "add", "x", "--kind", w],
        &["task", "add", "x", "--issue", w],
        &["task", "add", "x", "--area", w],
        &["task", "add", "x", "--template", w],
        &["task", "add", "x", "--from", w],
        &["task", "show", w],
        &["task", "list", "--status", w],
        &["claim", w],
        &["lock", w, "--objective", "x"],
        &["lock", "y/**", "--objective", w],
        &["unlock", w],
        &["override", w, "--why", "x"],
        &["override", "x", "--why", w],
        &["block", "T-1", "--why", w],
        &["can", w, "T-1"],
        &["init", "--integration", w],
        &["policy", "validate", w],
        &["--role", w, "status"],
        &[w],
    ];
    for args in rows {
        refused(&repo.lane(*args), &[2, 3], "");
        assert_eq!(repo.rev(STATE), tip, "{args:?}");
    }
}

#[test]
fn hostile_text_that_is_in_the_state_is_escaped_by_every_reader() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.task("T-1", "src/**");
    // Notes are free text: they may hold what a title may not.
    let notes = format!("line{HOSTILE}\nsecond");
    let added = repo.lane(["task", "add", "x", "--id", "T-2", "--notes", &notes]);
    plain(&added);
    repo.agent("agent-a").lane(["claim", "T-1"]).ok();
    for args in [
        &["task", "show", "T-2"][..],
        &["task", "show", "T-2", "--toml"],
        &["task", "show", "T-2", "--json"],
        &["task", "list"],
        &["ready", "--why"],
        &["status"],
        &["log"],
        &["log", "--json"],
        &["locks"],
        &["validate", "--git"],
    ] {
        plain(&repo.lane(args));
    }
    // A file name in a refusal.
    repo.write(format!("src/{HOSTILE}"), "x");
    repo.git(["add", "--all"]).ok();
    let no = repo.git(["commit", "--quiet", "-m", "x"]);
    refused(&no, &[1], "foreign-lock");
}

#[test]
fn absurd_lengths_are_refused_shortly() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.task("T-1", "src/**");
    let tip = repo.rev(STATE);
    let (long, deep) = ("a".repeat(100_000), format!("{}x", "{a,".repeat(2000)));
    let many = "{a,b}".repeat(40);
    let rows: &[&[&str]] = &[
        &["task", "add", &long],
        &["task", "add", "x", "--id", &long],
        &["task", "add", "x", "--scope", &long],
        &["task", "add", "x", "--scope", &deep],
        &["task", "add", "x", "--scope", &many],
        &["task", "add", "x", "--label", &long],
        &["task", "add", "x", "--branch", &long],
        &["task", "add", "x", "--notes", &long],
        &["task", "add", "x", "--accept", &long],
        &["task", "show", &long],
        &["claim", &long],
        &["lock", &deep, "--objective", "x"],
        &["lock", "x/**", "--objective", &long],
        &["block", "T-1", "--why", &long],
        &["override", &long, "--why", "x"],
        &["init", "--integration", &long],
        &["--role", &long, "status"],
        &["can", &long, "T-1"],
        &[&long],
    ];
    for args in rows {
        refused(&repo.lane(*args), &[2, 3], "");
        assert_eq!(repo.rev(STATE), tip);
    }
    let scopes: Vec<String> = (0..3000).map(|n| format!("--scope=dir-{n}/**")).collect();
    let args = ["task", "add", "x"]
        .into_iter()
        .chain(scopes.iter().map(String::as_str));
    let output = repo.lane(args);
    if output.code != 0 {
        refused(&output, &[2, 3], "");
    }
}

/// Task files that are wrong, and what is said of them.
const FILES: &[(&str, &str)] = &[
    ("title = ", "line 1"),
    ("title = \"x\"\ntitle = \"y\"\n", "line 2"),
    ("title = 7\n", "title"),
    ("title = \"x\"\n[scope]\nx = 1\n", "scope"),
    ("title = \"x\\u001b[2J\"\n", "title"),
    ("title = \"x\"\nscope = [\"[a\"]\n", "[a"),
    ("title = \"x\"\nstatus = \"flying\"\n", "flying"),
    ("title = \"x\"\npriority = \"urgent\"\n", "urgent"),
    ("id = \"a..b\"\ntitle = \"x\"\n", "a..b"),
    ("title = \"x\"\ndepends_on = [\"T-none\"]\n", "T-none"),
    ("", "title"),
    ("\u{0}\u{1}", ""),
];

#[test]
fn a_broken_task_file_is_refused_from_a_path_and_from_stdin() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.task("T-1", "src/**");
    let tip = repo.rev(STATE);
    for (text, says) in FILES {
        repo.write("../task.toml", text);
        let from_file = repo.lane(["task", "add", "--from", "../task.toml"]);
        refused(&from_file, &[2, 3], says);
        let from_stdin = repo.sh("git lane task add --from - <../task.toml");
        refused(&from_stdin, &[2, 3], says);
        assert_eq!(from_file.code, from_stdin.code, "{text:?}");
        assert_eq!(repo.rev(STATE), tip, "{text:?}");
    }
    repo.write("../task.toml", b"title = \"\xff\"");
    refused(
        &repo.lane(["task", "add", "--from", "../task.toml"]),
        &[2],
        "task.toml",
    );
    refused(&repo.lane(["task", "add", "--from", "-"]), &[2], "title");
}

#[test]
fn a_megabyte_of_notes_is_refused() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.task("T-1", "src/**");
    let tip = repo.rev(STATE);
    let text = format!("title = \"x\"\nnotes = \"{}\"\n", "n".repeat(1 << 20));
    repo.write("../task.toml", text);
    refused(
        &repo.lane(["task", "add", "--from", "../task.toml"]),
        &[2],
        "longer than",
    );
    refused(
        &repo.sh("git lane task add --from - <../task.toml"),
        &[2],
        "longer than",
    );
    refused(
        &repo.sh("git lane task add --from /dev/zero"),
        &[2],
        "longer than",
    );
    assert_eq!(repo.rev(STATE), tip);
}

/// Editors: the line, the exit code, what is said.
const EDITORS: &[(&str, i32, &str)] = &[
    ("false", 2, "nothing changed"),
    ("sh -c 'echo rubbish >\"$1\"; exit 1' -", 2, "nothing changed"),
    ("no-such-editor-anywhere", 2, "nothing changed"),
    ("sh -c 'echo rubbish >\"$1\"' -", 2, "what you wrote is in"),
    ("sh -c ': >\"$1\"' -", 2, "what you wrote is in"),
    ("sh -c 'rm \"$1\"' -", 2, ""),
    ("sed -i 's/^title.*/title = 7/'", 2, "what you wrote is in"),
    ("sed -i 's/^id.*/id = \"T-9\"/'", 2, "the id stays T-1"),
    (
        "sed -i 's/^title.*/title = \"\\\\u001b\"/'",
        2,
        "what you wrote is in",
    ),
    ("sed -i 's/^status.*/status = \"done\"/'", 2, "by other commands"),
    ("sed -i 's/^scope.*/scope = [\"[a\"]/'", 2, "[a"),
];

#[test]
fn an_editor_that_fails_or_writes_rubbish_changes_nothing_and_the_text_is_kept() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.task("T-1", "src/**");
    let tip = repo.rev(STATE);
    let mut wrong = Vec::new();
    for (editor, code, says) in EDITORS {
        let output = repo.env("GIT_EDITOR", editor).lane(["task", "edit", "T-1"]);
        if output.code != *code || !output.stderr.contains(says) || !output.stderr.contains("error: ") {
            wrong.push(format!("{editor}: expected {code} and {says:?}\n{output}"));
        }
        assert_eq!(repo.rev(STATE), tip, "{editor}");
        if let Some(kept) = output.stderr.split("--from ").nth(1) {
            let path = kept.split_whitespace().next().unwrap_or_default();
            assert!(std::fs::metadata(path).is_ok(), "{path} is not kept\n{output}");
            std::fs::remove_file(path).expect("the kept text");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    repo.env("GIT_EDITOR", "sed -i 's/^title.*/title = \"new\"/'")
        .lane(["task", "edit", "T-1"])
        .ok();
    repo.lane(["task", "show", "T-1"]).ok().prints("new");
}

#[test]
fn an_agent_name_that_is_none_is_refused_by_commands_and_hooks() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.task("T-1", "src/**");
    for name in ["a b", "-x", "a/../b", "\u{1b}[2J", &"a".repeat(5000), "person:\n"] {
        let place = repo.env("GIT_LANE_AGENT", name);
        for args in [
            &["claim", "T-1"][..],
            &["start", "T-1"],
            &["task", "add", "x"],
            &["lock", "x/**", "--objective", "x"],
        ] {
            refused(&place.lane(args), &[2], "GIT_LANE_AGENT");
        }
        place.write("README.md", name);
        place.git(["add", "README.md"]).ok();
        refused(
            &place.git(["commit", "--quiet", "-m", "x"]),
            &[1],
            "GIT_LANE_AGENT",
        );
    }
}

#[test]
fn a_closed_stdout_is_no_fault() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    for n in 0..200 {
        repo.write(
            format!("../tasks/{n}.toml"),
            format!("title = \"task {n} {}\"\n", "x".repeat(150)),
        );
    }
    repo.sh("for f in ../tasks/*.toml; do git lane task add --from $f >/dev/null || exit 1; done")
        .ok();
    for args in [
        "task list",
        "task list --json",
        "log -n 1000",
        "log -n 1000 --json",
        "ready --limit 1000",
        "status",
        "policy show",
    ] {
        let mut child = repo.command("git-lane");
        let mut child = child
            .args(args.split(' '))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("a child");
        let mut first = [0; 1];
        child
            .stdout
            .take()
            .expect("a pipe")
            .read_exact(&mut first)
            .expect("a byte");
        let ended = child.wait_with_output().expect("an end");
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert!(
            !said.contains("broke") && !said.contains("error"),
            "{args}: {said}"
        );
        assert_eq!(ended.status.code(), Some(0), "{args}: {said}");
    }
}

#[test]
fn arguments_that_are_no_text_are_refused() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    for line in [
        r"git lane task add $(printf '\377')",
        r"git lane task show $(printf '\377')",
        r"git lane lock $(printf '\377') --objective x",
        r"git lane $(printf '\377')",
    ] {
        refused(&repo.sh(line), &[2], "");
    }
}

/// Parts of the git dir that cannot be written; meaningless to root, who can.
#[test]
fn a_git_dir_that_cannot_be_written_is_named() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.task("T-1", "src/**");
    repo.write("probe", "x");
    repo.sh("chmod 444 probe").ok();
    if repo.sh("echo y >probe").code == 0 {
        return;
    }
    let tip = repo.rev(STATE);
    repo.sh("chmod -R a-w .git").ok();
    for args in [
        &["claim", "T-1"][..],
        &["task", "add", "x"],
        &["init", "--integration", "other"],
    ] {
        refused(&repo.lane(args), &[6], "");
    }
    for args in [
        &["task", "list"][..],
        &["status"],
        &["verify", "--full"],
        &["log"],
    ] {
        repo.lane(args).ok();
    }
    repo.sh("chmod -R u+w .git").ok();
    assert_eq!(repo.rev(STATE), tip);
}

#[test]
fn an_unknown_hook_name_does_nothing() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    let tip = repo.rev(STATE);
    repo.lane(["hook", "no-such-hook"]).ok();
    repo.lane(["hook", "../../../bin/true"]).code(0);
    assert_eq!(repo.rev(STATE), tip);
}
