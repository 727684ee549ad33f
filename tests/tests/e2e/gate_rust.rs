//! The gate on a Rust workspace: which packages are tested and linted for a change, shown by what really ran.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::sandbox;

/// Every test of the workspace, and the doctest.
const ALL: &str = "apart base loud middle probe switch told told-example tool top";

/// A program on the `PATH` of this process.
fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let mut found = std::env::split_paths(&path).map(|folder| folder.join(name));
    found.find(|program| program.is_file())
}

/// A `cargo-clippy` before the true one that notes its arguments.
fn watch_clippy(sandbox: &Sandbox) {
    let real = on_path("cargo-clippy").expect("cargo-clippy");
    let calls = sandbox.path().join("calls");
    let text = format!(
        "#!/bin/sh\nprintf '%s\\n' \"$*\" >>'{}'\nexec '{}' \"$@\"\n",
        calls.display(),
        real.display()
    );
    let bin = sandbox.at("bin");
    bin.write("cargo-clippy", text);
    bin.run("chmod", ["+x", "cargo-clippy"]).ok();
}

/// What clippy was called for since this was asked last: the packages that it looked at.
fn linted(sandbox: &Sandbox) -> String {
    let calls = sandbox.path().join("calls");
    let text = fs::read_to_string(&calls).unwrap_or_default();
    let _ = fs::remove_file(calls);
    let lines = text.lines().filter_map(|line| line.strip_prefix("clippy "));
    let packages = lines.flat_map(|line| line.split_once(" --all-targets").map(|(packages, _)| packages));
    let packages: Vec<String> = packages.map(|text| text.replace("-p ", "")).collect();
    packages.join("; ")
}

/// The tests that ran, without what they have in common.
fn tested(repo: &Place<'_>) -> String {
    let names = repo.ran().into_iter();
    let mut names: Vec<String> = names
        .map(|name| name.trim_end_matches("_holds").replace('_', "-"))
        .collect();
    names.sort();
    names.join(" ")
}

fn back(repo: &Place<'_>) {
    repo.git(["reset", "--quiet", "--hard"]).ok();
    repo.git(["clean", "-fdq"]).ok();
}

/// `PATH` with every program but this one.
fn path_without(sandbox: &Sandbox, name: &str) -> String {
    let path = std::env::var_os("PATH").expect("PATH");
    let mut folders = vec![sandbox.path().join("bin")];
    for (at, folder) in std::env::split_paths(&path).enumerate() {
        if !folder.join(name).exists() {
            folders.push(folder);
            continue;
        }
        let mirror = sandbox.path().join(format!("mirror-{at}"));
        fs::create_dir_all(&mirror).expect("a folder");
        for program in fs::read_dir(folder).expect("programs").flatten() {
            if program.file_name() != name {
                link(&program.path(), &mirror.join(program.file_name()));
            }
        }
        folders.push(mirror);
    }
    let path = std::env::join_paths(folders).expect("a PATH");
    path.into_string().expect("a PATH of text")
}

fn link(target: &Path, at: &Path) {
    std::os::unix::fs::symlink(target, at).expect("a link");
}

#[test]
fn a_change_runs_the_tests_and_lints_of_its_crate_and_of_those_that_need_it_and_no_others() {
    let sandbox = sandbox();
    let repo = sandbox.rust_workspace("r");
    repo.commit("crates/told/src/extra.txt", "a part\n", "a part to be moved")
        .ok();
    repo.git(["switch", "--quiet", "-c", "lane"]).ok();
    watch_clippy(&sandbox);
    for (change, tests, packages) in [
        (
            "echo >>crates/base/src/lib.rs",
            "base middle top",
            "base middle top",
        ),
        ("echo >>crates/top/src/lib.rs", "top", "top"),
        // `probe` needs it for its tests only, and nobody needs `probe`.
        ("echo >>crates/apart/src/lib.rs", "apart probe", "apart probe"),
        // `loud` is there only with the feature that `tool` asks for.
        (
            "echo >>crates/switch/src/lib.rs",
            "loud switch tool",
            "switch tool",
        ),
        // A program has no library, and `cargo test --doc` fails where there is none.
        ("echo >>crates/tool/src/main.rs", "tool", "tool"),
        (
            "git mv crates/told/src/extra.txt crates/apart/src/",
            "apart probe told told-example",
            "apart probe told",
        ),
        ("git rm -q crates/told/src/extra.txt", "told told-example", "told"),
        ("echo untracked >crates/top/new.txt", "top", "top"),
        ("true", "", ""),
    ] {
        repo.sh(change).ok();
        let gate = repo.lane(["gate", "--rung", "2"]).ok();
        assert_eq!(tested(&repo), tests, "{change}\n{gate}");
        assert_eq!(linted(&sandbox), packages, "{change}\n{gate}");
        back(&repo);
    }
}

#[test]
fn what_may_matter_to_every_package_runs_everything_and_what_is_ignored_runs_nothing() {
    let sandbox = sandbox();
    let repo = sandbox.rust_workspace("r");
    let gates = repo.read(".agents/gates.toml");
    let ignoring = gates.replace("\"\n\n", "\"\nignore = [\"*.md\", \"docs/**\"]\n\n");
    repo.at("..").write("ignoring.toml", ignoring);
    repo.git(["switch", "--quiet", "-c", "lane"]).ok();
    for change in [
        "echo >>Cargo.toml",
        "echo >>crates/told/Cargo.toml",
        "echo >>Cargo.lock",
        "echo >rust-toolchain.toml",
        "mkdir .cargo && echo >.cargo/config.toml",
        "echo >>README.md",
        "mkdir -p docs && echo >docs/guide.md",
        "echo >crates/stray.rs",
        "echo >>crates/base/src/lib.rs && echo >Makefile",
        "git mv crates/told/src/lib.rs stray.rs",
        "rm -r crates/told && ln -s apart crates/told",
    ] {
        repo.sh(change).ok();
        let plan = repo.lane(["gate", "--explain", "--rung", "2"]).ok();
        let everything = plan.stdout.matches("    all packages: ").count();
        assert_eq!(everything, 2, "{change}\n{plan}");
        assert_eq!(
            plan.stdout.matches(" run --workspace ").count()
                + plan.stdout.matches("clippy --workspace ").count(),
            2,
            "{change}\n{plan}"
        );
        back(&repo);
    }
    repo.write("README.md", "other words\n");
    repo.write("docs/guide.md", "new words\n");
    watch_clippy(&sandbox);
    repo.lane(["gate", "--gates", "../ignoring.toml"]).ok();
    assert_eq!((tested(&repo), linted(&sandbox)), (String::new(), String::new()));
    repo.write("Makefile", "all:\n");
    repo.lane(["gate", "--gates", "../ignoring.toml"]).ok();
    assert_eq!(
        (tested(&repo), linted(&sandbox)),
        (ALL.to_owned(), "--workspace".to_owned())
    );
}

#[test]
fn with_nextest_and_without_it_the_verdicts_are_the_same() {
    let sandbox = sandbox();
    let repo = sandbox.rust_workspace("r");
    repo.write(
        "crates/quiet/Cargo.toml",
        "[package]\nname = \"quiet\"\nedition = \"2024\"\n",
    );
    repo.write("crates/quiet/src/lib.rs", "//! Has no test.\n");
    repo.run("cargo", ["generate-lockfile", "--offline"]).ok();
    repo.git(["add", "--all"]).ok();
    repo.git(["commit", "--quiet", "-m", "quiet"]).ok();
    repo.git(["switch", "--quiet", "-c", "lane"]).ok();
    let plain = repo.env("PATH", &path_without(&sandbox, "cargo-nextest"));
    let only = ["gate", "--rung", "2"];
    for (change, code, word, tests) in [
        ("echo >>crates/told/src/lib.rs", 0, "ok", "told told-example"),
        ("echo >>crates/quiet/src/lib.rs", 5, "EMPTY", ""),
        (
            "sed -i 's/^    1$/    2/' crates/base/src/lib.rs",
            5,
            "FAILED",
            "base middle top",
        ),
        // In the documentation alone.
        (
            "sed -i '/^[/]/s/(), 30);$/(), 3);/' crates/told/src/lib.rs",
            5,
            "FAILED",
            "told told-example",
        ),
    ] {
        repo.sh(change).ok();
        for place in [&repo, &plain] {
            let gate = place.lane(only).code(code);
            assert!(
                gate.stdout.contains(&format!("{word:8} test")),
                "{change}\n{gate}"
            );
            let ran = tested(&repo);
            assert_eq!(ran, tests, "{gate}");
        }
        back(&repo);
    }
    let plan = |place: &Place<'_>| place.lane(["gate", "--explain", "--all"]).ok().stdout;
    assert!(!plan(&plain).contains("nextest"));
    assert_eq!(
        plan(&repo).contains("cargo-nextest nextest run"),
        on_path("cargo-nextest").is_some()
    );
}
