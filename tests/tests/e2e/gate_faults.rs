//! What the gate does where something is missing, broken or meant ill: all checks run or it is refused in words, never
//! nothing and never green.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::sandbox;

/// A repository with these gates, on branch `lane` with something changed; `$RUNS` as the scripts want it.
fn gated<'s>(sandbox: &'s Sandbox, gates: &str) -> Place<'s> {
    let repo = sandbox.script_workspace("r");
    if !gates.is_empty() {
        repo.commit(".agents/gates.toml", gates, "gates").ok();
    }
    repo.git(["switch", "--quiet", "-c", "lane"]).ok();
    repo.write("src/one.txt", "changed\n");
    repo.env("RUNS", &sandbox.path().join("runs").display().to_string())
}

/// What the scripts were given since this was asked last.
fn runs(sandbox: &Sandbox) -> String {
    let path = sandbox.path().join("runs");
    let text = fs::read_to_string(&path).unwrap_or_default();
    let _ = fs::remove_file(path);
    text
}

const ALL_FILES: &str = "./src/one.txt ./src/two.txt";

#[test]
fn who_does_not_know_the_base_checks_everything() {
    let sandbox = sandbox();
    let repo = gated(&sandbox, "");
    let all = format!("lint {ALL_FILES}\ncheck\n");
    // One file changed, and that is known.
    repo.lane(["gate"]).ok();
    assert_eq!(runs(&sandbox), "lint ./src/one.txt\ncheck\n");
    repo.git(["commit", "--quiet", "--all", "-m", "work"]).ok();
    // Objects that are lost are known to be lost, and an index that is none is no empty one.
    let tree = repo.rev("main:src");
    let object = format!(".git/objects/{}/{}", &tree[..2], &tree[2..]);
    repo.sh(&format!("mv {object} ../object")).ok();
    repo.lane(["gate", "--again"]).ok();
    assert_eq!(runs(&sandbox), all);
    let why = "what it is compared with cannot be read";
    repo.lane(["gate", "--explain"]).ok().prints(why);
    repo.sh(&format!(
        "mv ../object {object} && cp .git/index ../index && echo >.git/index"
    ))
    .ok();
    for words in [&["gate"][..], &["gate", "--staged"]] {
        repo.lane(words).code(6).says("error: ").says("hint: git status");
    }
    repo.sh("mv ../index .git/index").ok();
    assert_eq!(runs(&sandbox), "");
    let orphan = "git switch -q --orphan alone && git checkout lane -- . && git commit -qm alone";
    for (line, why) in [
        ("true", "names no commit here"),
        (orphan, "no commit in common"),
        (
            "git switch -q lane && git branch -qD main",
            "the integration branch main has no commit here",
        ),
    ] {
        repo.sh(line).ok();
        let words: &[&str] = match line {
            "true" => &["gate", "--again", "--base", "gone"],
            _ => &["gate", "--again", "--gates", "../gates.toml"],
        };
        fs::copy(
            repo.path().join(".agents/gates.toml"),
            sandbox.path().join("gates.toml"),
        )
        .unwrap();
        repo.lane(words).ok();
        assert_eq!(runs(&sandbox), all, "{why}");
        let plan = [words, &["--explain"]].concat();
        repo.lane(plan).ok().prints(why);
    }
}

#[test]
fn a_shallow_clone_checks_everything_unless_it_knows_better() {
    let sandbox = sandbox();
    let repo = gated(&sandbox, "");
    repo.git(["commit", "--quiet", "--all", "-m", "work"]).ok();
    repo.git(["switch", "--quiet", "main"]).ok();
    repo.commit("src/later.txt", "later\n", "later").ok();
    let url = format!("file://{}", repo.path().display());
    sandbox
        .at("")
        .git([
            "clone",
            "--quiet",
            "--depth",
            "1",
            "--no-single-branch",
            &url,
            "shallow",
        ])
        .ok();
    let shallow = sandbox
        .at("shallow")
        .env("RUNS", &sandbox.path().join("runs").display().to_string());
    shallow.git(["switch", "--quiet", "lane"]).ok();
    shallow.lane(["gate"]).ok();
    assert_eq!(runs(&sandbox), format!("lint {ALL_FILES}\ncheck\n"));
    shallow
        .lane(["gate", "--explain"])
        .ok()
        .prints("this clone is shallow");
    // The same tip and a change beside it is known, however shallow.
    shallow.git(["switch", "--quiet", "-c", "next", "main"]).ok();
    shallow.write("src/one.txt", "changed here\n");
    shallow.lane(["gate"]).ok();
    assert_eq!(runs(&sandbox), "lint ./src/one.txt\ncheck\n");
    shallow.git(["fetch", "--quiet", "--unshallow"]).ok();
    shallow.git(["switch", "--quiet", "--force", "lane"]).ok();
    shallow.lane(["gate", "--again"]).ok();
    assert_eq!(runs(&sandbox), "lint ./src/one.txt\ncheck\n");
}

#[test]
fn gates_that_cannot_be_used_are_refused_and_never_fewer() {
    let sandbox = sandbox();
    let repo = gated(&sandbox, "");
    let one = |more: &str| format!("[check.one]\nrung = 1\nrun = [\"true\"]\n{more}\n");
    let long = "x".repeat(200);
    let name = |name: &str| format!("[check.{name:?}]\nrung = 1\nrun = [\"true\"]\n");
    let wrong = [
        "no toml".to_owned(),
        "check = 1".to_owned(),
        "[[check]]\nrung = 1\n".to_owned(),
        "[check]\none = 1\n".to_owned(),
        "[check.one]\nrun = [\"true\"]\n".to_owned(),
        "[check.one]\nrung = 1\n".to_owned(),
        "[check.one]\nrung = 4\nrun = [\"true\"]\n".to_owned(),
        "[check.one]\nrung = \"1\"\nrun = [\"true\"]\n".to_owned(),
        "[check.one]\nrung = 1\nrun = \"true\"\n".to_owned(),
        "[check.one]\nrung = 1\nrun = []\n".to_owned(),
        "[check.one]\nrung = 1\nrun = [\"\"]\n".to_owned(),
        "[check.one]\nrung = 1\nrun = [\"a\\u0000b\"]\n".to_owned(),
        "[check.one]\nrung = 1\nrun = [\"{files}\"]\n".to_owned(),
        "[check.one]\nrung = 1\nrun = [\"x\", \"--in={files}\"]\n".to_owned(),
        "[check.one]\nrung = 1\nshell = true\nrun = [\"echo {base}\"]\n".to_owned(),
        one("dir = \"../out\""),
        one("dir = \"/tmp\""),
        one("timeout = \"soon\""),
        one("timeout = \"0s\""),
        one("timeout = \"-1s\""),
        one("timeout = \"99999999999999999999h\""),
        one("paths = []"),
        one("paths = [\"../x\"]"),
        one("reads = \"src\""),
        one("env = [\"A=B\"]"),
        one("toolchain = [\"'\"]"),
        one("level = \"moon\""),
        one("area = \"../x\""),
        one("shell = \"yes\""),
        name(""),
        name("../../escape"),
        name("a/b"),
        name("."),
        name(".."),
        name("-x"),
        name("a\nb"),
        name(&long),
        one(&format!("# {}", "x".repeat(2_000_000))),
    ];
    for text in wrong {
        fs::write(sandbox.path().join("gates.toml"), &text).unwrap();
        let shown: String = text.chars().take(100).collect();
        let refused = repo.lane(["gate", "--gates", "../gates.toml"]);
        assert_eq!(
            refused.code, 2,
            "{shown}
{refused}"
        );
        assert!(
            refused.stderr.starts_with("error: ") && refused.stderr.len() < 1000,
            "{refused}"
        );
        assert_eq!(refused.stdout, "", "{refused}");
    }
    // The same on the integration branch, with a hint that leads there.
    repo.git(["switch", "--quiet", "--discard-changes", "main"]).ok();
    repo.write(".agents/gates.toml", "[check.one]\nrung = 9\n");
    // As somebody commits who has no hooks.
    repo.git(["config", "core.hooksPath", "/dev/null"]).ok();
    repo.git(["commit", "--quiet", "--all", "-m", "wrong"]).ok();
    let refused = repo
        .lane(["gate"])
        .code(6)
        .says("main:.agents/gates.toml: `check.one.rung` must be 1, 2 or 3");
    repo.sh(&refused.hints()[0]).fails().says("rung");
    repo.sh("rm .agents/gates.toml && mkdir .agents/gates.toml && echo >.agents/gates.toml/x && git add -A && git commit -qm folder").ok();
    repo.lane(["gate"]).code(6);
    repo.sh("git rm -q -r .agents/gates.toml && git commit -qm gone")
        .ok();
    repo.lane(["gate"]).code(6).says("no-checks");
    repo.sh("mkfifo ../pipe").ok();
    for path in ["../none.toml", ".", "/dev/full/x", "/dev/zero", "../pipe"] {
        repo.lane(["gate", "--gates", path]).code(2).says("error: ");
    }
    assert_eq!(runs(&sandbox), "");
}

#[test]
fn what_cannot_be_started_has_failed() {
    let sandbox = sandbox();
    let repo = gated(&sandbox, "");
    repo.write("src/plain", "no program\n");
    repo.write("src/lost", "#!/nonexistent/interpreter\n");
    repo.sh("chmod +x src/lost").ok();
    for (check, says) in [
        ("run = [\"no-such-program-here\"]", "was not found"),
        ("run = [\"./src/plain\"]", "may not be executed"),
        ("run = [\"./src/lost\"]", "was not found"),
        ("run = [\"./src\"]", "may not be executed"),
        ("run = [\"true\"]\ndir = \"gone\"", "is not a folder"),
        ("run = [\"true\"]\ndir = \"src/plain\"", "is not a folder"),
        ("builtin = \"unheard-of\"", "no built-in check"),
        ("run = [\"sh\", \"-c\", \"kill -9 $$\"]", "signal 9"),
        ("run = [\"sh\", \"-c\", \"exit 255\"]", "exit 255"),
        ("builtin = \"test\"", "cargo"),
    ] {
        fs::write(
            sandbox.path().join("gates.toml"),
            format!("[check.one]\nrung = 1\n{check}\n"),
        )
        .unwrap();
        for _ in 0..2 {
            let gate = repo
                .lane(["gate", "--gates", "../gates.toml"])
                .code(5)
                .prints(says);
            assert!(gate.stdout.contains("FAILED   one"), "{gate}");
        }
    }
}

#[test]
fn without_cargo_or_with_a_broken_manifest_no_check_of_it_passes() {
    let sandbox = sandbox();
    let repo = sandbox.rust_workspace("r");
    repo.git(["switch", "--quiet", "-c", "lane"]).ok();
    repo.write("crates/top/src/new.rs", "//! New.\n");
    let bin = sandbox.path().join("bin");
    let git = std::env::split_paths(&std::env::var_os("PATH").unwrap())
        .map(|dir| dir.join("git"))
        .find(|git| git.is_file());
    std::os::unix::fs::symlink(git.expect("git"), bin.join("git")).unwrap();
    let bare = repo.env("PATH", bin.to_str().unwrap());
    let gate = bare.lane(["gate", "--keep-going", "--level", "final"]).code(5);
    assert_eq!(gate.stdout.matches("FAILED").count(), 6, "{gate}");
    bare.lane(["gate", "--explain"])
        .ok()
        .prints("all packages: cargo's metadata is missing");
    for manifest in ["no toml", "[workspace]\nmembers = [\"gone\"]\n"] {
        repo.write("Cargo.toml", manifest);
        let gate = repo.lane(["gate", "--keep-going", "--level", "final"]).code(5);
        assert_eq!(gate.stdout.matches("FAILED").count(), 6, "{gate}");
    }
    assert_eq!(repo.ran(), [""; 0]);
}

#[test]
fn a_file_that_cannot_be_read_is_no_reason_to_check_less() {
    let sandbox = sandbox();
    let repo = gated(&sandbox, "");
    let path = repo.path().join("src/two.txt");
    fs::write(&path, "changed too\n").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    // The superuser reads everything.
    if fs::read(&path).is_err() {
        let refused = repo.lane(["gate"]);
        refused.code(6).says("src/two.txt").says("hint: ");
        assert_eq!(runs(&sandbox), "");
    }
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    // A pipe or a socket is not waited for.
    repo.sh("mkfifo src/pipe").ok();
    repo.lane(["gate"]).ok();
    assert_eq!(runs(&sandbox), format!("lint {ALL_FILES}\ncheck\n"));
}

#[test]
fn who_does_not_listen_to_the_end_gets_no_panic() {
    let sandbox = sandbox();
    let repo = gated(
        &sandbox,
        "[check.a]\nrung = 1\nrun = [\"sh\", \"-c\", \"seq 1000; exit 1\"]\n",
    );
    for line in [
        "git-lane gate | true",
        "git-lane gate >&-",
        "git-lane gate >/dev/full",
        "git-lane gate 2>&-",
        "git-lane gate <&-",
        "git-lane gate --explain | true",
        "git-lane gate --explain >/dev/full",
    ] {
        let output = repo.sh(line);
        assert!(!output.stderr.contains("panicked"), "{output}");
        assert_ne!(output.code, 101, "{output}");
    }
}
