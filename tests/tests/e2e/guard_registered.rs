//! The guard's registration: `init --guard`, what `doctor` says of it, and `uninstall`.

use lane_testkit::Place;

use crate::sandbox;

const PATH: &str = ".claude/settings.json";

/// Settings with hooks of somebody else's, in their own order and style.
const THEIRS: &str = r#"{
  "permissions": { "deny": ["Read(./.env)"] },
  "hooks": {
    "PreToolUse": [
      {
        "matcher": "Bash",
        "hooks": [{ "type": "command", "command": "./check.sh", "timeout": 1.50 }]
      }
    ],
    "Stop": []
  },
  "env": {}
}
"#;

fn registered(place: &Place<'_>) -> serde_json::Value {
    let settings: serde_json::Value = serde_json::from_str(&place.read(PATH)).expect("JSON");
    settings["hooks"]["PreToolUse"].clone()
}

#[test]
fn it_is_registered_beside_what_is_there_once_and_goes_again() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.commit(PATH, THEIRS, "settings").ok();
    repo.lane(["init", "--guard", "--dry-run"])
        .ok()
        .prints("would  `git lane guard` before edits, in .claude/settings.json");
    assert_eq!(repo.read(PATH), THEIRS);
    let made = repo
        .lane(["init", "--guard"])
        .ok()
        .prints("made   `git lane guard`");
    let all = registered(&repo);
    assert_eq!(all[0]["hooks"][0]["command"], "./check.sh");
    let matcher = all[1]["matcher"].as_str().expect("a pattern").to_owned();
    assert!(matcher.starts_with("^(mcp__.+__)?(Edit|"), "{matcher}");
    assert_eq!(all[1]["hooks"][0]["command"], "git lane guard");
    for line in THEIRS.lines().filter(|line| line.contains('"')) {
        assert!(repo.read(PATH).contains(line), "{line}");
    }
    repo.sh(&made.hints()[0]).ok();
    assert!(repo.git(["status", "--porcelain"]).ok().stdout.is_empty());
    let once = repo.read(PATH);
    repo.lane(["init", "--guard"])
        .ok()
        .prints("kept   `git lane guard` is registered");
    assert_eq!(repo.read(PATH), once);
    // An earlier version asked about fewer tools.
    repo.write(PATH, once.replace(&matcher, "Edit|Write|MultiEdit|NotebookEdit"));
    repo.lane(["init", "--guard"])
        .ok()
        .prints("fixed  `git lane guard`");
    assert_eq!(repo.read(PATH), once);
    repo.lane(["doctor"]).ok();
    repo.lane(["uninstall"])
        .ok()
        .prints("done   `git lane guard` is out of .claude/settings.json");
    assert_eq!(repo.read(PATH), THEIRS);
    repo.lane(["uninstall"]).ok();
    assert_eq!(repo.read(PATH), THEIRS);
}

#[test]
fn without_settings_none_are_made_and_it_says_what_to_put_where() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    let told = repo
        .lane(["init", "--guard"])
        .ok()
        .says("\"command\": \"git lane guard\"");
    assert!(!repo.has(".claude"), "{told}");
    // What it prints is what to put there.
    let line = told
        .stderr
        .lines()
        .find(|line| line.contains("PreToolUse"))
        .expect("a line");
    repo.write(PATH, line.trim());
    repo.lane(["init", "--guard"])
        .ok()
        .prints("kept   `git lane guard`");
}

#[test]
fn settings_that_cannot_be_used_are_refused_before_anything_is_done() {
    let sandbox = sandbox();
    for (name, text) in [
        ("broken", "{ \"hooks\": "),
        ("list", "[]"),
        ("odd", "{\"hooks\": []}"),
        ("empty", ""),
        ("deep", &"[".repeat(1 << 20)),
    ] {
        let repo = sandbox.repo(name);
        repo.write(PATH, text);
        let refused = repo
            .lane(["init", "--guard"])
            .code(6)
            .says("error: .claude/settings.json cannot be used");
        assert_eq!(repo.read(PATH), text);
        assert!(!repo.has(".agents") && refused.stderr.len() < 1000, "{refused}");
        // Nothing is lost by taking all away either.
        repo.lane(["init"]).ok();
        repo.lane(["uninstall"]).ok();
        assert_eq!(repo.read(PATH), text);
    }
}

#[test]
#[cfg(unix)]
fn nothing_is_written_through_a_link() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    sandbox.at("home").write("shared.json", "{}\n");
    std::fs::create_dir(repo.path().join(".claude")).expect("a folder");
    std::os::unix::fs::symlink(sandbox.path().join("home/shared.json"), repo.path().join(PATH))
        .expect("a link");
    let refused = repo.lane(["init", "--guard"]).code(6).says("is a symbolic link");
    assert_eq!(sandbox.at("home").read("shared.json"), "{}\n");
    repo.sh(&refused.hints()[0])
        .ok()
        .prints("made   `git lane guard`");
    assert_eq!(sandbox.at("home").read("shared.json"), "{}\n");
}

#[test]
fn doctor_names_a_guard_that_cannot_be_run() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.write(PATH, "{}\n");
    repo.lane(["init", "--guard"]).ok();
    let text = repo.read(PATH);
    repo.write(PATH, text.replace("git lane guard", "/gone/git-lane guard"));
    let ill = repo.lane(["doctor"]).code(1);
    let ill = ill.says(
        "error: guard: .claude/settings.json registers `/gone/git-lane guard`, and there is no such command",
    );
    repo.sh(&ill.hints()[0]).ok().prints("fixed  `git lane guard`");
    assert_eq!(repo.read(PATH), text);
    repo.lane(["doctor"]).ok();
    let binary = sandbox.path().join("bin/git-lane");
    let stripped = repo.env("PATH", "/usr/bin:/bin");
    let ill = stripped.run(&binary.display().to_string(), ["doctor"]).code(1);
    ill.says("registers `git lane guard`, and there is no such command")
        .says("hint: export PATH=");
    // A program of theirs with a like name is not ours to judge.
    repo.write(PATH, text.replace("git lane guard", "/gone/guard"));
    repo.lane(["doctor"]).ok();
}
