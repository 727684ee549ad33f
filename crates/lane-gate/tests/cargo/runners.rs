//! The commands of the built-in checks on real workspaces, from the plan to the verdict.

use std::collections::BTreeMap;

use lane_gate::Ask;
use lane_gate::Change;
use lane_gate::Changed;
use lane_gate::Extent;
use lane_gate::Folder;
use lane_gate::Gates;
use lane_gate::Interrupt;
use lane_gate::Job;
use lane_gate::Level;
use lane_gate::Part;
use lane_gate::PlannedWork;
use lane_gate::RunVerdict;
use lane_gate::Todo;
use lane_gate::Tools;

use crate::place::Place;

const WORKSPACE: &str = "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\n";
const TEST: &str = "#[test]\nfn holds() {}\n";
const LONG: std::time::Duration = std::time::Duration::from_secs(300);

/// What a built-in check says about a change of these paths, and the commands that it ran.
fn judged(place: &Place, builtin: &str, tools: Tools, paths: &[&str]) -> (String, Vec<String>) {
    let gates = Gates::parse(format!("[check.c]\nrung = 2\nbuiltin = \"{builtin}\"").as_bytes()).unwrap();
    let changed = |path: &&str| Changed {
        path: path.as_bytes().to_vec(),
        old_mode: 0o100_644,
        new_mode: 0o100_644,
    };
    let change = Change {
        base: None,
        extent: Extent::Files(paths.iter().map(changed).collect()),
    };
    let workspace = Ok(place.workspace());
    let places = BTreeMap::from([(Folder::root(), lane_gate::Place { workspace, tools })]);
    let ask = Ask {
        gates: &gates,
        change: &change,
        files: &[],
        editions: &[],
        places: &places,
        rungs: &(1..=3),
        level: Level::Lane,
        area: None,
    };
    match lane_gate::plan(&ask).remove(0).todo {
        Todo::Run(planned) => ran(place, &planned.work),
        other => panic!("{other:?}"),
    }
}

fn ran(place: &Place, work: &PlannedWork) -> (String, Vec<String>) {
    let PlannedWork::Commands(commands) = work else {
        panic!("no commands: {work:?}");
    };
    let (mut parts, mut lines) = (Vec::new(), Vec::new());
    for command in commands {
        let job = Job {
            words: &command.words,
            dir: &place.path(command.dir.as_str()),
            limit: LONG,
        };
        let run = lane_gate::run(&job, &Interrupt::none()).unwrap();
        let words: Vec<_> = command.words.iter().map(|word| word.to_string_lossy()).collect();
        lines.push(words.join(" "));
        parts.push(Part {
            reader: command.reader,
            ending: run.ending,
            tally: run.tests,
        });
        if !parts.last().unwrap().goes_on() {
            break;
        }
    }
    (RunVerdict::of(&parts).to_string(), lines)
}

/// With `cargo test`, and with nextest where it is.
fn both(place: &Place) -> Vec<Tools> {
    let here = Tools::probe(place.root(), &Folder::root(), &Interrupt::none()).unwrap();
    let mut all = vec![Tools::default()];
    all.extend((here != Tools::default()).then_some(here));
    all
}

fn check(place: &Place, paths: &[&str], expected: &str) {
    for tools in both(place) {
        let (said, commands) = judged(place, "test", tools, paths);
        assert_eq!(said, expected, "{tools:?} {commands:?}");
    }
}

#[test]
fn a_test_behind_a_feature_that_another_member_asks_for_is_run() {
    let place = Place::new(&[("Cargo.toml", WORKSPACE)]);
    let behind = "#[cfg(feature = \"extra\")]\n#[test]\nfn behind() {}\n";
    place.package(
        "crates/a",
        "a",
        "[features]\nextra = []\n",
        &format!("{TEST}{behind}"),
    );
    let asks = "[dev-dependencies]\na = { path = \"../a\", features = [\"extra\"] }\n";
    place.package("crates/b", "b", asks, TEST);
    place.package("crates/c", "c", "", TEST);
    check(&place, &["crates/a/src/lib.rs"], "passed, 3 tests");
}

#[test]
fn a_fault_is_found_by_the_tests_of_those_that_need_the_package() {
    let place = Place::new(&[("Cargo.toml", WORKSPACE)]);
    place.package("crates/core", "my-core", "", "pub fn one() -> u32 { 1 }\n");
    let needs = "[dependencies]\nmy-core = { path = \"../core\" }\n";
    place.package("crates/mid", "mid", needs, "pub use my_core::one;\n");
    let needs = "[dev-dependencies]\nmid = { path = \"../mid\" }\n";
    let test = "#[test]\nfn one() { assert_eq!(mid::one(), 1); }\n";
    place.package("crates/app", "app", needs, test);
    check(&place, &["crates/core/src/lib.rs"], "passed, 1 test");
    place.write("crates/core/src/lib.rs", "pub fn one() -> u32 { 2 }\n");
    check(&place, &["crates/core/src/lib.rs"], "failed");
}

#[test]
fn no_test_at_all_is_not_passed_but_doctests_are_tests() {
    let place = Place::new(&[
        ("Cargo.toml", WORKSPACE),
        ("crates/bin/src/main.rs", "fn main() {}\n"),
    ]);
    let manifest = "[package]\nname = \"bin\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
    place.write("crates/bin/Cargo.toml", manifest);
    place.package("crates/lib", "lib", "", "#[test]\n#[ignore]\nfn later() {}\n");
    place.package("crates/doc", "doc", "", "//! ```\n//! assert!(true);\n//! ```\n");
    check(&place, &["crates/bin/src/main.rs"], "no test ran");
    check(&place, &["crates/lib/src/lib.rs"], "no test ran, 1 are ignored");
    check(&place, &["crates/doc/src/lib.rs"], "passed, 1 test");
    check(&place, &["crates/doc/a", "crates/bin/b"], "passed, 1 test");
}

#[test]
fn a_harness_of_its_own_is_not_counted_and_not_mistaken_for_none() {
    let place = Place::new(&[
        ("Cargo.toml", WORKSPACE),
        ("crates/a/tests/own.rs", "fn main() {}\n"),
    ]);
    let own = "[[test]]\nname = \"own\"\nharness = false\n[lib]\ntest = false\ndoctest = false\n";
    place.package("crates/a", "a", own, "");
    place.package("crates/b", "b", "", "");
    let said = |change| judged(&place, "test", Tools::default(), &[change]).0;
    let silent = "passed, 1 test binary that does not say how many";
    assert_eq!(said("crates/a/x"), silent);
    // An empty library says that it has none, twice with its documentation: neither speaks for the silent one.
    place.package("crates/a", "a", own.split("[lib]").next().unwrap(), "");
    assert_eq!(said("crates/a/x"), silent);
    assert_eq!(said("crates/b/x"), "no test ran");
}

#[cfg(unix)]
#[test]
fn a_runner_that_says_nothing_ran_no_test() {
    let runner = "[target.'cfg(all())']\nrunner = \"true\"\n";
    let place = Place::new(&[("Cargo.toml", WORKSPACE), (".cargo/config.toml", runner)]);
    place.package(
        "crates/a",
        "a",
        "[lib]\ndoctest = false\n",
        "#[test]\nfn fails() { panic!() }\n",
    );
    let (said, _) = judged(&place, "test", Tools::default(), &["crates/a/x"]);
    assert_eq!(said, "no test ran");
}

#[test]
fn an_alias_of_the_lane_stands_before_no_check() {
    let names = ["build", "clippy", "doc", "nextest", "test"];
    let aliases = names.map(|name| format!("{name} = \"version\"\n")).concat();
    let place = Place::new(&[
        ("Cargo.toml", WORKSPACE),
        (".cargo/config.toml", &format!("[alias]\n{aliases}")),
    ]);
    let bad = "/// [nothing]\npub fn a() { return; }\n#[test]\nfn fails() { panic!() }\n";
    place.package("crates/a", "a", "", bad);
    for tools in both(&place) {
        for builtin in ["clippy", "doc", "test", "tests"] {
            let (said, commands) = judged(&place, builtin, tools, &["crates/a/src/lib.rs"]);
            assert_eq!(said, "failed", "{commands:?}");
        }
    }
}

#[test]
fn warnings_of_clippy_and_of_the_documentation_are_failures() {
    let place = Place::new(&[("Cargo.toml", WORKSPACE)]);
    place.package("crates/a", "a", "", "pub fn a() {}\n");
    place.package("crates/b", "b", "", "/// [nothing]\npub fn b() { return; }\n");
    let said = |builtin| judged(&place, builtin, Tools::default(), &["crates/a/src/lib.rs"]);
    let (verdict, commands) = said("clippy");
    assert_eq!(
        commands,
        ["cargo-clippy clippy -p a --all-targets -- -D warnings"]
    );
    assert_eq!(verdict, "passed", "b is not touched");
    assert_eq!(said("doc").0, "failed", "b is a part of the whole");
    assert_eq!(said("build").0, "passed");
    assert_eq!(
        judged(&place, "clippy", Tools::default(), &["crates/b/x"]).0,
        "failed"
    );
    place.write("crates/b/src/lib.rs", "pub fn b() {}\n");
    assert_eq!(said("doc").0, "passed");
}

#[test]
fn affected_packages_run_as_many_tests_as_in_a_run_of_the_whole_workspace() {
    let place = Place::new(&[("Cargo.toml", WORKSPACE)]);
    let tests = |features: &[&str]| {
        let behind = |it: &&str| format!("#[cfg(feature = \"{it}\")]\n#[test]\nfn with_{it}() {{}}\n");
        features.iter().map(behind).collect::<String>() + TEST
    };
    // `tested` is tested with `kit`; what it has beyond its default is asked for by others, which do not need `kit`.
    place.package("crates/kit", "kit", "", TEST);
    let tested = "[features]\ndefault = [\"std\"]\nstd = []\nx = [\"y\"]\ny = []\nz = []\noff = []\n\
                  [dev-dependencies]\nkit = { path = \"../kit\" }\n";
    place.package(
        "crates/tested",
        "tested",
        tested,
        &tests(&["std", "x", "y", "z", "off"]),
    );
    let weak = "[features]\ndefault = [\"more\", \"called?/z\"]\nmore = [\"dep:called\"]\n\
                [dependencies]\ncalled = { package = \"tested\", path = \"../tested\", optional = true }\n";
    place.package("crates/weak", "weak", weak, "");
    let dev = "[dev-dependencies]\ntested = { path = \"../tested\", default-features = false, features = [\"x\"] }\n";
    place.package("crates/dev", "dev", dev, "");

    let ran = |words: &str| {
        let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
        let job = Job {
            words: &words,
            dir: place.root(),
            limit: LONG,
        };
        lane_gate::run(&job, &Interrupt::none()).unwrap().tests.ran()
    };
    assert_eq!(
        ran("cargo test --workspace"),
        6,
        "one of kit, and all of tested but `off`"
    );
    assert_eq!(ran("cargo test -p kit -p tested"), 3, "the trap is there");
    let (said, commands) = judged(&place, "test", Tools::default(), &["crates/kit/src/lib.rs"]);
    assert_eq!(
        commands,
        ["cargo test -p kit -p tested --features tested/x,tested/y,tested/z --no-fail-fast"]
    );
    assert_eq!(said, "passed, 6 tests");
}
