//! `init --gates` and `init --xtask`: what they write, what they leave, what they refuse; and `cargo xtask` afterwards.

use std::os::unix::fs::symlink;

use lane_gate::Gates;
use lane_testkit::Output;
use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::sandbox;
use crate::snapshot;

const GATES: &str = ".agents/gates.toml";
const ALIAS: &str = "xtask = \"run --quiet --package xtask --\"\n";

/// A repository with these files in one commit.
fn repo<'s>(sandbox: &'s Sandbox, files: &[(&str, &str)]) -> Place<'s> {
    let place = sandbox.empty_repo("r");
    for (path, text) in files {
        place.write(path, text);
    }
    place.git(["add", "--all"]).ok();
    place
        .git(["commit", "--quiet", "--allow-empty", "-m", "first"])
        .ok();
    place
}

fn package(name: &str) -> String {
    format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n")
}

fn checks(place: &Place<'_>) -> Vec<String> {
    let gates = Gates::parse(place.read(GATES).as_bytes()).expect("the gates parse");
    gates.checks().map(|(name, _)| name.to_string()).collect()
}

/// Follows the hint that commits; nothing of what was written is left over then.
#[track_caller]
fn committed(place: &Place<'_>, said: &Output) {
    let hints = said.hints();
    let commit = hints.iter().find(|hint| hint.starts_with("git add"));
    place.sh(commit.unwrap_or_else(|| panic!("{said}"))).ok();
    assert_eq!(place.git(["status", "--porcelain"]).ok().stdout, "", "{said}");
}

#[test]
fn gates_are_written_once_and_their_hint_commits_them() {
    let sandbox = sandbox();
    let place = sandbox.rust_workspace("r");
    std::fs::remove_file(place.path().join(GATES)).unwrap();
    place.git(["commit", "--quiet", "-am", "none"]).ok();
    let said = place
        .lane(["init", "--gates"])
        .ok()
        .prints("made   .agents/gates.toml")
        .does_not_say("Lanes start");
    assert!(!said.stdout.contains("Mended"), "{said}");
    assert_eq!(
        checks(&place),
        ["build", "clippy", "doc", "format", "test", "tests"]
    );
    let again = place
        .lane(["init", "--gates"])
        .ok()
        .prints("kept   .agents/gates.toml");
    assert_eq!(said.hints(), again.hints(), "not committed yet");
    committed(&place, &again);
    let before = snapshot::everything(&place);
    let third = place
        .lane(["init", "--gates"])
        .ok()
        .prints("Everything is in place.");
    assert_eq!(third.stderr, "", "{third}");
    snapshot::same(&before, &snapshot::everything(&place));
}

#[test]
fn gates_that_are_there_are_never_overwritten_also_where_nobody_could_use_them() {
    let sandbox = sandbox();
    let place = repo(&sandbox, &[(GATES, "mine, and broken")]);
    place
        .lane(["init", "--gates"])
        .ok()
        .prints("kept   .agents/gates.toml is there");
    assert_eq!(place.read(GATES), "mine, and broken");
}

#[test]
fn gates_of_the_integration_branch_are_not_begun_anew_on_an_older_one() {
    let sandbox = sandbox();
    let place = sandbox.lanes("r");
    place.git(["branch", "old"]).ok();
    place.lane(["init", "--gates"]).ok();
    place.git(["add", GATES]).ok();
    place.git(["commit", "--quiet", "-m", "gates"]).ok();
    place.git(["switch", "--quiet", "old"]).ok();
    place
        .lane(["init", "--gates"])
        .ok()
        .prints("is on main, not in this worktree");
    assert!(!place.has(GATES));
}

#[test]
fn other_languages_get_examples_of_what_they_have_and_no_check() {
    for (files, suggested) in [
        (vec![("README.md", "x")], vec![]),
        (
            vec![
                (
                    "package.json",
                    r#"{"scripts":{"lint":"x","test":"y","evil\n[check.a]":"z"}}"#,
                ),
                ("yarn.lock", ""),
            ],
            vec![
                "#run = [\"yarn\", \"run\", \"lint\"]",
                "#run = [\"yarn\", \"run\", \"test\"]",
            ],
        ),
        (vec![("package.json", "no json")], vec![]),
        (
            vec![
                ("pyproject.toml", "[tool.ruff]\n"),
                ("go.mod", "module x\n"),
                ("Makefile", "all:\ntest: all\n"),
            ],
            vec![
                "#run = [\"ruff\", \"check\", \"{files}\"]",
                "#run = [\"go\", \"vet\", \"./...\"]",
                "#run = [\"make\", \"test\"]",
            ],
        ),
    ] {
        let sandbox = sandbox();
        let place = repo(&sandbox, &files);
        let said = place.lane(["init", "--gates"]).ok();
        committed(&place, &said);
        assert!(checks(&place).is_empty(), "{files:?}");
        let text = place.read(GATES);
        for line in suggested {
            assert!(text.lines().any(|one| one == line), "{line}\n{text}");
        }
        assert!(!text.contains("evil"), "{text}");
        place
            .lane(["init", "--xtask"])
            .code(6)
            .says("`git lane gate` needs no xtask");
    }
}

#[test]
fn a_dry_run_says_what_the_call_then_does() {
    let sandbox = sandbox();
    let place = repo(&sandbox, &[("Cargo.toml", &package("a")), ("src/lib.rs", "")]);
    let before = snapshot::everything(&place);
    let lines = |said: &Output, word: &str| {
        let all = said.stdout.lines().filter_map(|line| line.strip_prefix(word));
        all.filter(|line| !line.contains("repository"))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let dry = place.lane(["init", "--xtask", "--dry-run"]).ok();
    snapshot::same(&before, &snapshot::everything(&place));
    assert_eq!(dry.hints(), Vec::<String>::new(), "{dry}");
    let wet = place.lane(["init", "--xtask"]).ok();
    assert_eq!(lines(&dry, "would  "), lines(&wet, "made   "));
    assert!(
        lines(&wet, "made   ")
            .iter()
            .any(|line| line.contains("[workspace] in Cargo.toml")),
        "{wet}"
    );
}

/// Sets up by `--xtask`, commits by the hint, and shows that cargo takes it without changing anything.
#[track_caller]
fn adopted(place: &Place<'_>) -> Output {
    let said = place.lane(["init", "--xtask"]).ok();
    committed(place, &said);
    place
        .lane(["init", "--xtask"])
        .ok()
        .prints("Everything is in place.");
    let log = place.run("cargo", ["xtask", "log", "--json"]).ok();
    assert!(log.stdout.starts_with('{'), "{log}");
    place
        .run("cargo", ["xtask", "claim", "T-1"])
        .code(3)
        .says("no-such-task");
    place.run("cargo", ["xtask", "log", "--no-such"]).code(2);
    assert_eq!(place.git(["status", "--porcelain"]).ok().stdout, "", "{said}");
    said
}

#[test]
fn cargo_xtask_reaches_git_lane_in_every_shape_of_workspace() {
    let a = package("a");
    let with = |rest: &str| format!("{a}{rest}");
    let alone = |rest: &str| format!("[workspace]\nresolver = \"2\"\n{rest}");
    for (root, further, has) in [
        (with(""), "", "[workspace]\nmembers = [\"xtask\"]\n"),
        (
            with("").replace('\n', "\r\n"),
            "",
            "[workspace]\r\nmembers = [\"xtask\"]\r\n",
        ),
        (
            with("\n[workspace]\n"),
            "",
            "[workspace]\nmembers = [\"xtask\"]\n",
        ),
        (
            with("\n[workspace.package]\nedition = \"2024\"\n"),
            "",
            "members = [\"xtask\"]\n",
        ),
        (
            with("\n[workspace]\nmembers = [\"crates/*\"] # all\n"),
            "crates/b",
            "members = [\"crates/*\", \"xtask\"] # all\n",
        ),
        (
            alone("members = [\n  \"crates/b\", # b\n]\n"),
            "crates/b",
            "\"2\"\nmembers = [\n  \"crates/b\", # b\n  \"xtask\",\n]\n",
        ),
        (alone("members = [\"x*\"]\n"), "xb", "members = [\"x*\"]\n"),
        (with(""), "apart/b", "exclude = [\"apart/b\"]\n"),
    ] {
        let sandbox = sandbox();
        let place = repo(&sandbox, &[("Cargo.toml", &root), (".gitignore", "/target\n")]);
        if root.contains("[package]") {
            place.write("src/lib.rs", "");
        }
        if !further.is_empty() {
            place.write(format!("{further}/Cargo.toml"), package("b"));
            place.write(format!("{further}/src/lib.rs"), "");
        }
        place.run("cargo", ["generate-lockfile", "--offline"]).ok();
        place.git(["add", "--all"]).ok();
        place.git(["commit", "--quiet", "-m", "packages"]).ok();
        adopted(&place);
        let text = place.read("Cargo.toml");
        assert!(text.contains(has), "{has}\n{text}");
        let metadata = ["metadata", "--offline", "--no-deps", "--format-version", "1"];
        place.at(further).run("cargo", metadata).ok();
    }
}

#[test]
fn the_ladder_as_it_is_written_can_be_climbed_with_tests_and_without() {
    for (library, checks) in [
        ("//! A.\n", 4),
        (
            "//! A.\n\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn holds() {}\n}\n",
            6,
        ),
    ] {
        let sandbox = sandbox();
        let files = [
            ("Cargo.toml", package("a")),
            ("src/lib.rs", library.to_owned()),
            (".gitignore", "/target\n".to_owned()),
        ];
        let files: Vec<_> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
        let place = repo(&sandbox, &files);
        place.run("cargo", ["generate-lockfile", "--offline"]).ok();
        place.git(["add", "Cargo.lock"]).ok();
        place.git(["commit", "--quiet", "-m", "lock"]).ok();
        adopted(&place);
        assert_eq!(self::checks(&place).len(), checks);
        place
            .run("cargo", ["xtask", "gate", "--all", "--level", "wave"])
            .ok();
        place.git(["switch", "--quiet", "-c", "work"]).ok();
        let main = place.read("xtask/src/main.rs");
        place.write("xtask/src/main.rs", format!("{main}\n// More.\n"));
        place.run("cargo", ["xtask", "gate"]).ok();
        place.write("xtask/src/main.rs", format!("{main}fn  odd(){{}}\n"));
        place.run("cargo", ["xtask", "gate"]).code(5);
    }
}

#[test]
fn exit_codes_signals_and_a_missing_git_lane_come_back() {
    let sandbox = sandbox();
    let place = sandbox.rust_workspace("r");
    adopted(&place);
    let path = sandbox.path().join("fake");
    std::fs::create_dir_all(&path).unwrap();
    let paths = format!("{}:{}", path.display(), std::env::var("PATH").unwrap());
    let with = place.env("PATH", &paths);
    with.run("cargo", ["xtask", "gate"])
        .code(6)
        .says("git-lane cannot be started")
        .says("hint: install git-lane");
    let fake = path.join("git-lane");
    place.write(
        &fake,
        "#!/bin/sh\n[ \"$2\" != TERM ] || kill -TERM $$\necho \"$*\"\nexit 41\n",
    );
    place.sh(&format!("chmod +x '{}'", fake.display())).ok();
    with.run("cargo", ["xtask", "gate", "--rung", "2", "-x", "--", "a b"])
        .code(41)
        .prints("gate --rung 2 -x -- a b");
    with.sh("cargo xtask gate TERM; echo $?").ok().prints("143");
}

#[test]
fn what_is_there_already_is_left_and_told() {
    let root = package("a");
    for (files, left) in [
        (
            vec![
                ("xtask/Cargo.toml", package("xtask")),
                ("xtask/src/main.rs", "fn main() {}\n".to_owned()),
            ],
            "kept   the package xtask of xtask/Cargo.toml",
        ),
        (
            vec![
                ("tools/x/Cargo.toml", package("xtask")),
                ("tools/x/src/main.rs", "fn main() {}\n".to_owned()),
            ],
            "kept   the package xtask of tools/x/Cargo.toml",
        ),
        (
            vec![(
                ".cargo/config.toml",
                "[alias]\nxtask = [\"run\", \"--bin\", \"tools\", \"--\"]\n".to_owned(),
            )],
            "kept   the alias xtask of .cargo/config.toml: cargo run --bin tools --",
        ),
    ] {
        let sandbox = sandbox();
        let mut all = vec![("Cargo.toml", root.as_str()), ("src/lib.rs", "")];
        all.extend(files.iter().map(|(path, text)| (*path, text.as_str())));
        let place = repo(&sandbox, &all);
        let said = place
            .lane(["init", "--xtask"])
            .ok()
            .prints(left)
            .says("word == \"gate\"");
        committed(&place, &said);
        let changed = place.git(["diff", "--name-only", "HEAD~"]).ok();
        assert_eq!(
            changed.text(),
            ".agents/gates.toml\n.agents/policy.toml\n.gitattributes\ndocs/decisions/README.md",
            "{left}"
        );
    }
}

#[test]
fn the_older_name_of_cargos_configuration_is_honoured_and_comments_stay() {
    let sandbox = sandbox();
    let config = "# ours\n[alias] # short\nb = \"build\"\n\n[term]\nquiet = true # yes\n";
    let place = repo(
        &sandbox,
        &[
            ("Cargo.toml", &package("a")),
            ("src/lib.rs", ""),
            (".cargo/config", config),
            (".gitignore", "/target\nCargo.lock\n"),
        ],
    );
    adopted(&place);
    assert_eq!(
        place.read(".cargo/config"),
        config.replace("\"build\"\n", &format!("\"build\"\n{ALIAS}"))
    );
    assert!(!place.has(".cargo/config.toml"));
}

#[test]
fn a_file_that_git_ignores_is_named() {
    let sandbox = sandbox();
    let place = repo(
        &sandbox,
        &[
            ("Cargo.toml", &package("a")),
            ("src/lib.rs", ""),
            (".gitignore", ".cargo\n"),
        ],
    );
    let said = place
        .lane(["init", "--xtask"])
        .ok()
        .says("git ignores .cargo/config.toml");
    committed(&place, &said);
}

#[test]
fn what_stands_in_the_way_is_refused_before_anything_is_written_and_the_hint_leads_on() {
    let broken = "[package\n";
    let member = format!("{}workspace = \"../..\"\n", package("a"));
    type Make = fn(&Place<'_>);
    let cases: [(&str, Make, &str, bool); 7] = [
        (
            "link",
            |place| symlink("../elsewhere", place.path().join("Cargo.lock")).unwrap(),
            "Cargo.lock is a symbolic link",
            true,
        ),
        (
            "dangling",
            |place| symlink("nowhere", place.path().join(".cargo")).unwrap(),
            ".cargo is a symbolic link",
            true,
        ),
        (
            "folder",
            |place| {
                std::fs::create_dir(place.path().join("../config")).unwrap();
                symlink("../config", place.path().join(".cargo")).unwrap();
            },
            ".cargo is a symbolic link",
            true,
        ),
        (
            "file",
            |place| place.write("xtask", "a file\n"),
            "xtask is no folder",
            true,
        ),
        (
            "main",
            |place| place.write("xtask/src/main.rs", "fn main() { }\n"),
            "xtask/src/main.rs is there without",
            true,
        ),
        (
            "toml",
            |place| place.write(".cargo/config.toml", "[alias\n"),
            ".cargo/config.toml cannot be used",
            false,
        ),
        (
            "bytes",
            |place| place.write(".cargo/config.toml", b"\xff"),
            "it is not UTF-8",
            false,
        ),
    ];
    for (name, make, says, mends) in cases {
        let sandbox = sandbox();
        let place = repo(&sandbox, &[("Cargo.toml", &package("a")), ("src/lib.rs", "")]);
        std::fs::write(sandbox.path().join("elsewhere"), "version = 4\n").unwrap();
        make(&place);
        let before = snapshot::everything(&place);
        let said = place.lane(["init", "--xtask"]).code(6).says(says);
        snapshot::same(&before, &snapshot::everything(&place));
        let led = place.sh(&said.hints()[0]);
        assert_eq!(led.code == 0, mends, "{name}: {led}");
        assert_eq!(sandbox.at("").read("elsewhere"), "version = 4\n", "{name}");
    }
    for (root, says) in [
        (broken, "Cargo.toml cannot be used"),
        (member.as_str(), "outside this repository's root"),
    ] {
        let sandbox = sandbox();
        let place = repo(&sandbox, &[("Cargo.toml", root), ("src/lib.rs", "")]);
        let before = snapshot::everything(&place);
        place.lane(["init", "--xtask"]).code(6).says(says);
        snapshot::same(&before, &snapshot::everything(&place));
    }
}

#[test]
fn from_a_folder_below_all_of_it_is_committed_too() {
    let sandbox = sandbox();
    let place = repo(&sandbox, &[("Cargo.toml", &package("a")), ("src/lib.rs", "")]);
    let said = place.at("src").lane(["init", "--xtask"]).ok();
    committed(&place.at("src"), &said);
}

#[test]
fn uninstall_leaves_the_package_and_says_where_it_is() {
    let sandbox = sandbox();
    let place = repo(&sandbox, &[("Cargo.toml", &package("a")), ("src/lib.rs", "")]);
    let said = place.lane(["init", "--xtask"]).ok();
    committed(&place, &said);
    place.lane(["uninstall"]).ok().says("xtask");
    assert!(place.has("xtask/Cargo.toml"));
}

#[test]
fn gates_that_are_there_get_the_line_for_a_package_without_tests() {
    let sandbox = sandbox();
    let gates = "[check.unit]\nrung = 2\nbuiltin = \"test\"\n";
    let place = repo(
        &sandbox,
        &[("Cargo.toml", &package("a")), ("src/lib.rs", ""), (GATES, gates)],
    );
    let said = place.lane(["init", "--xtask"]).ok();
    let line = "ignore = [\"xtask/**\"]";
    let said = said.says(&format!(".agents/gates.toml needs:\n{line}  # in [check.unit]\n"));
    assert_eq!(place.read(GATES), gates, "{said}");
    place.write(GATES, format!("{gates}{line}\n"));
    place.lane(["init", "--xtask"]).ok().does_not_say("needs:");
}

#[test]
fn a_workspace_one_folder_down_is_offered_with_its_folder_and_the_offer_runs() {
    let sandbox = sandbox();
    let place = repo(
        &sandbox,
        &[
            (".gitignore", "target\n"),
            ("rust/Cargo.toml", &package("a")),
            (
                "rust/src/lib.rs",
                "//! A.\n\n#[test]\nfn one() {\n    assert_eq!(1 + 1, 2);\n}\n",
            ),
        ],
    );
    place
        .at("rust")
        .run("cargo", ["generate-lockfile", "--offline", "--quiet"])
        .ok();
    place.git(["add", "--all"]).ok();
    place.git(["commit", "--quiet", "-m", "lock"]).ok();
    place.lane(["init", "--gates"]).ok();
    assert!(checks(&place).is_empty());
    place.sh(&format!("sed -i 's/^#\\([^ ]\\)/\\1/' {GATES}")).ok();
    let text = place.read(GATES);
    let ours = text.find("[check.rust-format]").expect("the offer");
    let end = text.find("# What `git lane preflight`").expect("what follows");
    place.write(GATES, &text[ours..end]);
    assert_eq!(checks(&place), ["rust-clippy", "rust-format", "rust-test"]);
    place.lane(["gate", "--all", "--gates", GATES]).ok();
}
