//! The gate on a Rust workspace: the format of what was touched, what is staged, and what packages read elsewhere.

use lane_testkit::Place;

use crate::sandbox;

const BAD: &str = "//! Badly set.\npub fn  bad( ) {}\n";
const GOOD: &str = "//! Well set.\npub fn good() {}\n";
const BASE: &str = "crates/base/src/lib.rs";

fn format(repo: &Place<'_>) -> lane_testkit::Output {
    repo.lane(["gate", "--rung", "1"])
}

fn staged(repo: &Place<'_>) -> lane_testkit::Output {
    repo.lane(["gate", "--rung", "1", "--staged"])
}

#[test]
fn only_touched_files_are_judged_each_by_the_edition_of_its_package() {
    let sandbox = sandbox();
    let repo = sandbox.rust_workspace("r");
    // `async` is a name in 2015, and a file that was bad before is nobody's fault now.
    repo.write(
        "crates/old/Cargo.toml",
        "[package]\nname = \"old\"\nedition = \"2015\"\n",
    );
    repo.write("crates/old/src/lib.rs", "pub fn async() {}\n");
    repo.write("crates/told/src/bad.rs", BAD);
    repo.run("cargo", ["generate-lockfile", "--offline"]).ok();
    repo.git(["add", "--all"]).ok();
    repo.git(["commit", "--quiet", "-m", "old"]).ok();
    repo.git(["switch", "--quiet", "-c", "lane"]).ok();
    repo.write("crates/old/src/lib.rs", "pub fn async() {}\n\npub fn more() {}\n");
    format(&repo).ok();
    repo.write("crates/old/src/lib.rs", "pub fn  async() {}\n");
    let gate = format(&repo).code(5).prints("crates/old/src/lib.rs:1");
    assert!(!gate.stdout.contains("told"), "{gate}");
    repo.git(["checkout", "--quiet", "."]).ok();
    // `mod` is not followed: `bad.rs` is still as it was.
    repo.write(
        "crates/told/src/lib.rs",
        format!("mod bad;\n\n{}", repo.read("crates/told/src/lib.rs")).replace(
            "mod bad;\n\n//! Explains itself.\n",
            "//! Explains itself.\n\nmod bad;\n",
        ),
    );
    format(&repo).ok();
    // A file that is gone is not looked for, a link is not followed, and an untracked one counts.
    repo.sh("git rm -q crates/told/src/bad.rs && ln -s nowhere crates/told/src/link.rs")
        .ok();
    format(&repo).ok();
    repo.write("crates/told/src/new file.rs", BAD);
    format(&repo).code(5).prints("crates/told/src/new file.rs:2");
}

#[test]
fn what_is_staged_is_judged_as_it_is_staged_and_the_rest_as_it_lies_there() {
    let sandbox = sandbox();
    let repo = sandbox.rust_workspace("r");
    repo.git(["switch", "--quiet", "-c", "lane"]).ok();
    let put = |in_index: &str, on_disk: &str| {
        repo.write(BASE, in_index);
        repo.git(["add", "--", BASE]).ok();
        repo.write(BASE, on_disk);
    };
    // Twice each, in both orders: a receipt of the one shows nothing about the other.
    for _ in 0..2 {
        put(BAD, GOOD);
        format(&repo).ok();
        staged(&repo).code(5).prints("crates/base/src/lib.rs:2");
        put(GOOD, BAD);
        staged(&repo).ok();
        format(&repo).code(5).prints("crates/base/src/lib.rs:2");
    }
    // Staged and gone from the work tree is still staged; what is not staged is not looked at.
    put(BAD, GOOD);
    std::fs::remove_file(repo.path().join(BASE)).unwrap();
    staged(&repo).code(5);
    repo.git(["reset", "--quiet", "--hard"]).ok();
    repo.write(BASE, BAD);
    staged(&repo).ok();
    repo.write("crates/base/src/new.rs", BAD);
    repo.git(["add", "--intent-to-add", "crates/base/src/new.rs"])
        .ok();
    staged(&repo).ok();
}

#[test]
fn a_new_configuration_or_edition_has_every_file_below_looked_at_staged_ones_as_they_are_staged() {
    let sandbox = sandbox();
    let repo = sandbox.rust_workspace("r");
    repo.write("crates/told/src/bad.rs", BAD);
    repo.git(["add", "--all"]).ok();
    repo.git(["commit", "--quiet", "-m", "old"]).ok();
    repo.git(["switch", "--quiet", "-c", "lane"]).ok();
    // A manifest that says nothing else of its edition is none of rustfmt's business.
    let manifest = repo.read("crates/told/Cargo.toml");
    repo.write("crates/told/Cargo.toml", format!("{manifest}\n# more\n"));
    format(&repo).ok().prints("no check is for that");
    repo.write("crates/told/Cargo.toml", manifest.replace("2024", "2021"));
    let gate = format(&repo).code(5).prints("crates/told/src/bad.rs:2");
    assert!(!gate.stdout.contains("base"), "{gate}");
    let explained = repo.lane(["gate", "--explain"]).ok();
    explained.prints("crates/told/Cargo.toml changed, by which other files are formatted differently");
    repo.git(["checkout", "--quiet", "."]).ok();
    repo.write("crates/told/rustfmt.toml", "max_width = 90\n");
    format(&repo).code(5).prints("crates/told/src/bad.rs:2");
    repo.write("crates/told/src/bad.rs", GOOD);
    format(&repo).ok();
    repo.git(["add", "crates/told/rustfmt.toml"]).ok();
    staged(&repo).code(5).prints("crates/told/src/bad.rs:2");
    repo.git(["add", "--all"]).ok();
    staged(&repo).ok();
}

#[test]
fn a_package_is_tested_for_what_it_says_it_reads_and_a_misspelt_one_is_named() {
    let sandbox = sandbox();
    let repo = sandbox.rust_workspace("r");
    let reads = "\n[package.top]\nreads = [\"README.md\"]\n";
    let misspelt = "\n[package.tpo]\nreads = [\"README.md\"]\n";
    let gates = repo.read(".agents/gates.toml") + reads;
    repo.commit(".agents/gates.toml", &gates, "reads").ok();
    repo.git(["switch", "--quiet", "-c", "lane"]).ok();
    // Nobody asked cargo, so nobody knows what is misspelt.
    repo.lane(["gate"]).ok().does_not_say("no such package");
    repo.write("README.md", "other words\n");
    let gate = repo.lane(["gate", "--rung", "2"]).ok();
    gate.does_not_say("no such package");
    assert_eq!(repo.ran(), ["top_holds"]);
    repo.at("..").write("gates.toml", gates + misspelt);
    let warned = repo.lane(["gate", "--rung", "2", "--gates", "../gates.toml"]);
    warned
        .ok()
        .says("[package.tpo] is declared in the gates, and there is no such package")
        .does_not_say("[package.top]");
}

#[test]
fn what_cargo_is_told_by_its_environment_is_a_part_of_what_a_receipt_shows() {
    let sandbox = sandbox();
    let repo = sandbox.rust_workspace("r");
    repo.git(["switch", "--quiet", "-c", "lane"]).ok();
    repo.write(BASE, GOOD);
    format(&repo).ok();
    for (name, known) in [
        ("CARGO_PROFILE_TEST_DEBUG_ASSERTIONS", false),
        ("CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS", false),
        ("CARGO_TARGET_AARCH64_APPLE_DARWIN_RUNNER", false),
        ("CARGO_BUILD_TARGET", false),
        ("RUST_TEST_THREADS", false),
        ("RUSTFLAGS", false),
        ("CLIPPY_CONF_DIR", false),
        ("CARGO_ENCODED_RUSTDOCFLAGS", false),
        ("NEXTEST_FLAKY_RESULT", false),
        ("CARGO_PKG_NAME", true),
        ("CARGO_MANIFEST_DIR", true),
        ("CARGO_TARGET_DIR", true),
        ("CARGO_BUILD_JOBS", true),
        ("CARGO_TERM_COLOR", true),
        ("ANYTHING", true),
    ] {
        let gate = format(&repo.env(name, "1"));
        assert_eq!(gate.stdout.contains("not run again"), known, "{name}\n{gate}");
    }
    format(&repo).ok().prints("not run again");
}
