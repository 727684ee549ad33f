//! The plan: every check once, with its words and why, or why not.

use std::collections::BTreeMap;

use lane_core::id::AreaName;
use lane_gate::Ask;
use lane_gate::Builtin;
use lane_gate::Change;
use lane_gate::Changed;
use lane_gate::Extent;
use lane_gate::Folder;
use lane_gate::Gates;
use lane_gate::Level;
use lane_gate::Need;
use lane_gate::NeedKind;
use lane_gate::Package;
use lane_gate::Place;
use lane_gate::PlannedWork;
use lane_gate::Todo;
use lane_gate::Tools;
use lane_gate::Workspace;
use lane_gate::plan;
use lane_git::File;
use lane_git::Oid;

const FILE: u32 = 0o100_644;

fn changed(path: &str) -> Changed {
    Changed {
        path: path.as_bytes().to_vec(),
        old_mode: FILE,
        new_mode: FILE,
    }
}

fn files(paths: &[&str]) -> Change {
    Change {
        base: Some("abc123".to_owned()),
        extent: Extent::Files(paths.iter().map(|path| changed(path)).collect()),
    }
}

fn everything(paths: Option<&[&str]>) -> Change {
    Change {
        base: None,
        extent: Extent::Everything {
            why: "the base is missing".to_owned(),
            files: paths.map(|paths| paths.iter().map(|path| changed(path)).collect()),
        },
    }
}

/// `app` needs `lib` and asks for its feature `extra`; `lib` is tested with `kit`; `tool` has no library.
fn workspace() -> Workspace {
    let package = |dir: &str| Package {
        dir: dir.into(),
        edition: "2024".to_owned(),
        doctests: true,
        ..Package::default()
    };
    let asks = Need {
        package: "lib".to_owned(),
        called: "lib".to_owned(),
        kind: NeedKind::Normal,
        optional: false,
        features: vec!["extra".to_owned()],
        default_features: true,
    };
    let features = [
        ("default", vec!["std"]),
        ("std", vec![]),
        ("extra", vec!["more"]),
        ("more", vec![]),
        ("off", vec![]),
    ];
    let features = features.map(|(name, on)| (name.to_owned(), on.into_iter().map(str::to_owned).collect()));
    let kit = Need {
        package: "kit".to_owned(),
        called: "kit".to_owned(),
        kind: NeedKind::Dev,
        features: Vec::new(),
        ..asks.clone()
    };
    let app = Package {
        needs: vec![asks],
        ..package("app")
    };
    let lib = Package {
        features: features.into(),
        needs: vec![kit],
        ..package("lib")
    };
    let tool = Package {
        doctests: false,
        edition: "2021".to_owned(),
        ..package("tool")
    };
    Workspace {
        packages: [
            ("app", app),
            ("kit", package("kit")),
            ("lib", lib),
            ("tool", tool),
        ]
        .map(|(name, it)| (name.to_owned(), it))
        .into(),
        features_by_package: true,
        ..Workspace::default()
    }
}

fn places(workspace: Result<Workspace, String>, nextest: bool) -> BTreeMap<Folder, Place> {
    let tools = Tools { nextest };
    BTreeMap::from([(Folder::root(), Place { workspace, tools })])
}

/// The plan of these checks, a line each: `name: what`.
fn planned(toml: &str, change: &Change, asked: impl Fn(&mut Ask<'_>)) -> Vec<String> {
    let gates = Gates::parse(toml.as_bytes()).unwrap();
    let places = places(Ok(workspace()), true);
    let mut ask = Ask {
        gates: &gates,
        change,
        files: &[],
        editions: &[],
        places: &places,
        rungs: &ALL,
        level: Level::Lane,
        area: None,
    };
    asked(&mut ask);
    lines(&ask)
}

fn lines(ask: &Ask<'_>) -> Vec<String> {
    let line = |step: &lane_gate::PlanStep| format!("{}: {}", step.name.as_str(), shown(&step.todo));
    plan(ask).iter().map(line).collect()
}

fn shown(todo: &Todo) -> String {
    match todo {
        Todo::Skip(skip) => format!("skipped, {skip}"),
        Todo::Broken(why) => format!("broken, {why}"),
        Todo::Run(planned) => match &planned.work {
            PlannedWork::Format(files) => {
                let files = files
                    .iter()
                    .map(|it| format!("{}@{}", String::from_utf8_lossy(&it.path), it.edition));
                files.collect::<Vec<_>>().join(" ")
            }
            PlannedWork::Commands(commands) => {
                let text = |words: &[std::ffi::OsString]| {
                    words
                        .iter()
                        .map(|word| word.to_string_lossy())
                        .collect::<Vec<_>>()
                        .join(" ")
                };
                commands
                    .iter()
                    .map(|it| text(&it.words))
                    .collect::<Vec<_>>()
                    .join(" && ")
            }
        },
    }
}

const ALL: std::ops::RangeInclusive<u8> = 1..=3;

/// One check `c` of rung 1.
fn one(keys: &str, change: &Change) -> String {
    let toml = format!("[check.c]\nrung = 1\n{keys}");
    let lines = planned(&toml, change, |_| {});
    lines[0].strip_prefix("c: ").unwrap().to_owned()
}

#[test]
fn the_built_in_checks_look_at_what_is_affected() {
    let app = &files(&["app/src/a.rs"]);
    for (name, expected) in [
        ("rustfmt", "app/src/a.rs@2024"),
        (
            "clippy",
            "cargo-clippy clippy -p app --all-targets -- -D warnings",
        ),
        (
            "test",
            "cargo-nextest nextest run -p app --no-fail-fast --no-tests=fail && cargo test --doc -p app --no-fail-fast",
        ),
        ("build", "cargo build --workspace --all-targets"),
        (
            "tests",
            "cargo-nextest nextest run --workspace --no-fail-fast --no-tests=fail && cargo test --doc --workspace --no-fail-fast",
        ),
        (
            "doc",
            "cargo doc --workspace --no-deps --config build.rustdocflags=[\"-Dwarnings\"]",
        ),
    ] {
        assert!(Builtin::named(name).is_some());
        assert_eq!(one(&format!("builtin = \"{name}\""), app), expected);
    }
    let unknown = one("builtin = \"other\"", app);
    assert_eq!(unknown, "broken, this version has no built-in check `other`");
}

#[test]
fn tests_behind_features_that_others_ask_for_are_kept() {
    let test = "builtin = \"test\"";
    assert_eq!(
        one(test, &files(&["kit/src/a.rs"])),
        "cargo-nextest nextest run -p kit -p lib --features lib/extra,lib/more --no-fail-fast --no-tests=fail \
         && cargo test --doc -p kit -p lib --features lib/extra,lib/more --no-fail-fast"
    );
    assert_eq!(
        one(
            "run = [\"cargo\", \"t\", \"{packages}\", \"--\"]",
            &files(&["kit/a"])
        ),
        "cargo t -p kit -p lib --features lib/extra,lib/more --"
    );
    assert_eq!(
        one(test, &files(&["lib/src/a.rs"])),
        "cargo-nextest nextest run -p app -p lib --no-fail-fast --no-tests=fail && cargo test --doc -p app -p lib --no-fail-fast",
        "whoever asks for them is there"
    );
    let everybody = files(&["lib/src/a.rs", "kit/a", "tool/a"]);
    assert_eq!(
        one(test, &everybody),
        "cargo-nextest nextest run --workspace --no-fail-fast --no-tests=fail && cargo test --doc --workspace --no-fail-fast"
    );
    let tool = files(&["tool/a"]);
    assert_eq!(
        one(test, &tool),
        "cargo-nextest nextest run -p tool --no-fail-fast --no-tests=fail",
        "it has no doctests"
    );
}

#[test]
fn without_nextest_or_metadata_or_a_new_resolver_nothing_is_lost() {
    let gates = Gates::parse(b"[check.c]\nrung = 2\nbuiltin = \"test\"").unwrap();
    let check = |workspace, change: &Change, expected: &str| {
        let places = places(workspace, false);
        let level = Level::Lane;
        let ask = Ask {
            gates: &gates,
            change,
            files: &[],
            editions: &[],
            places: &places,
            rungs: &ALL,
            level,
            area: None,
        };
        assert_eq!(lines(&ask), [format!("c: {expected}")]);
    };
    let kit = files(&["kit/a"]);
    check(
        Ok(workspace()),
        &kit,
        "cargo test -p kit -p lib --features lib/extra,lib/more --no-fail-fast",
    );
    check(
        Err("broken".to_owned()),
        &kit,
        "cargo test --workspace --no-fail-fast",
    );
    let first = Workspace {
        features_by_package: false,
        ..workspace()
    };
    check(Ok(first.clone()), &kit, "cargo test --workspace --no-fail-fast");
    check(Ok(first), &files(&["app/a"]), "cargo test -p app --no-fail-fast");
}

#[test]
fn a_missing_base_runs_everything() {
    let all = everything(Some(&["app/a.rs", "ui/b.ts"]));
    for (keys, expected) in [
        (
            "builtin = \"clippy\"",
            "cargo-clippy clippy --workspace --all-targets -- -D warnings",
        ),
        ("builtin = \"rustfmt\"", "app/a.rs@2024"),
        ("run = [\"x\", \"{files}\"]\npaths = [\"ui/**\"]", "x ./ui/b.ts"),
        (
            "run = [\"x\", \"{packages}\"]\npaths = [\"gone/**\"]",
            "x --workspace",
        ),
        ("run = [\"x\"]\npaths = [\"gone/**\"]", "x"),
        (
            "run = [\"x\", \"{files}\"]\npaths = [\"gone/**\"]",
            "skipped, no changed file is there that it looks at",
        ),
        (
            "run = [\"x\", \"{base}\"]",
            "broken, it needs {base}, and there is none to compare with",
        ),
    ] {
        assert_eq!(one(keys, &all), expected, "{keys}");
    }
    let unlisted = everything(None);
    let broken = "broken, everything is checked (the base is missing), and the files cannot be listed";
    assert_eq!(one("run = [\"x\", \"{files}\"]", &unlisted), broken);
    assert_eq!(one("builtin = \"rustfmt\"", &unlisted), broken);
    assert_eq!(one("run = [\"x\"]", &unlisted), "x");
}

#[test]
fn paths_call_and_ignored_ones_do_not() {
    let docs_too = &files(&["app/a.rs", "docs/x.md"]);
    for (keys, expected) in [
        ("run = [\"x\", \"{files}\"]", "x ./app/a.rs ./docs/x.md"),
        (
            "run = [\"x\", \"{files}\"]\nignore = [\"**/*.md\"]",
            "x ./app/a.rs",
        ),
        (
            "run = [\"x\"]\npaths = [\"docs/**\"]\nignore = [\"**/*.md\"]",
            "skipped, no path changed that calls for it",
        ),
        // A file of no package means everything, unless the check does not look at it.
        ("run = [\"x\", \"{packages}\"]", "x --workspace"),
        (
            "run = [\"x\", \"{packages}\"]\nignore = [\"docs/**\"]",
            "x -p app",
        ),
        ("run = [\"x\", \"{packages}\"]\npaths = [\"app/**\"]", "x -p app"),
    ] {
        assert_eq!(one(keys, docs_too), expected, "{keys}");
    }
    assert_eq!(one("run = [\"x\"]", &files(&[])), "skipped, nothing changed");
}

#[test]
fn manifests_call_for_every_check_of_packages_whatever_its_paths() {
    let crates = "paths = [\"crates/**\"]";
    for path in [
        "Cargo.lock",
        "Cargo.toml",
        "rust-toolchain.toml",
        ".cargo/config.toml",
        ".config/nextest.toml",
        "clippy.toml",
    ] {
        let change = files(&[path]);
        let packages = format!("run = [\"x\", \"{{packages}}\"]\n{crates}");
        assert_eq!(one(&packages, &change), "x --workspace");
        let build = format!("builtin = \"build\"\n{crates}");
        assert_eq!(one(&build, &change), "cargo build --workspace --all-targets");
        let skipped = "skipped, no path changed that calls for it";
        for keys in ["run = [\"x\"]", "run = [\"x\", \"{files}\"]"] {
            assert_eq!(one(&format!("{keys}\n{crates}"), &change), skipped, "{keys}");
        }
        let ignored = format!("{packages}\nignore = [\"{path}\"]");
        assert_eq!(one(&ignored, &change), skipped);
    }
}

#[test]
fn only_files_that_are_there_are_named() {
    let file = changed("a.rs");
    let gone = Changed {
        new_mode: 0,
        ..file.clone()
    };
    let link = Changed {
        new_mode: 0o120_000,
        ..file.clone()
    };
    let module = Changed {
        new_mode: 0o160_000,
        ..file
    };
    for absent in [gone, link, module] {
        let change = Change {
            base: None,
            extent: Extent::Files(vec![absent]),
        };
        let skipped = "skipped, no changed file is there that it looks at";
        assert_eq!(one("run = [\"x\", \"{files}\"]", &change), skipped);
        assert_eq!(one("builtin = \"rustfmt\"", &change), skipped);
        assert_eq!(
            one("run = [\"x\"]", &change),
            "x",
            "a deletion calls for the others"
        );
    }
    let text = files(&["a.txt"]);
    assert_eq!(
        one("builtin = \"rustfmt\"", &text),
        "skipped, no changed file is there that it looks at"
    );
}

#[test]
fn what_binds_the_format_of_files_has_them_all_looked_at() {
    let all = [
        "a.rs",
        "app/a.rs",
        "app/gone.rs",
        "app2/b.rs",
        "tool/c.rs",
        "ui/d.ts",
    ];
    let mut all = all.map(|path| File {
        path: path.into(),
        stage: 0,
        mode: FILE,
        oid: Oid::EMPTY_TREE,
        disk: None,
    });
    all[2].mode = 0o120_000;
    let check = |keys: &str, paths: &[&str], editions: &[&str], expected: &str| {
        let toml = format!("[check.c]\nrung = 1\nbuiltin = \"rustfmt\"\n{keys}");
        let editions: Vec<Vec<u8>> = editions.iter().map(|path| path.as_bytes().to_vec()).collect();
        let change = files(paths);
        let ask = Ask {
            gates: &Gates::parse(toml.as_bytes()).unwrap(),
            change: &change,
            files: &all,
            editions: &editions,
            places: &places(Ok(workspace()), true),
            rungs: &ALL,
            level: Level::Lane,
            area: None,
        };
        let lines = lines(&ask);
        assert_eq!(lines, [format!("c: {expected}")], "{keys} {paths:?} {editions:?}");
    };
    let everything = "a.rs@2024 app/a.rs@2024 app2/b.rs@2024 tool/c.rs@2021";
    let nothing = "skipped, no changed file is there that it looks at";
    for path in ["rustfmt.toml", ".rustfmt.toml", "rust-toolchain"] {
        check("", &[path], &[], everything);
        check(
            "",
            &[&format!("app/{path}"), "tool/c.rs"],
            &[],
            "app/a.rs@2024 tool/c.rs@2021",
        );
        check("paths = [\"app/**\"]", &[path], &[], "app/a.rs@2024");
        let ignored = format!("paths = [\"app/**\"]\nignore = [\"{path}\"]");
        check(
            &ignored,
            &[path],
            &[],
            "skipped, no path changed that calls for it",
        );
    }
    check("", &["app/Cargo.toml"], &["app/Cargo.toml"], "app/a.rs@2024");
    check("", &["Cargo.toml"], &["Cargo.toml"], everything);
    check("", &["Cargo.toml", "app/Cargo.toml"], &[], nothing);
    check("", &["my-rustfmt.toml"], &[], nothing);
}

const SOME: &str = "
[check.z]\nrung = 1\nrun = [\"z\"]
[check.a]\nrung = 2\nrun = [\"a\"]\narea = \"ui\"
[check.b]\nrung = 2\nrun = [\"b\"]\nlevel = \"wave\"
[check.c]\nrung = 3\nrun = [\"c\"]\nlevel = \"final\"\narea = \"backend\"
";

#[test]
fn rung_level_and_area_choose() {
    let change = files(&["x"]);
    let ui = AreaName::new("ui").unwrap();
    assert_eq!(
        planned(SOME, &change, |_| {}),
        [
            "z: z",
            "a: a",
            "b: skipped, it is run from level wave on",
            "c: skipped, it is run from level final on"
        ]
    );
    assert_eq!(
        planned(SOME, &change, |ask| ask.rungs = &(2..=2)),
        [
            "z: skipped, it stands on rung 1",
            "a: a",
            "b: skipped, it is run from level wave on",
            "c: skipped, it stands on rung 3"
        ]
    );
    assert_eq!(
        planned(SOME, &change, |ask| ask.level = Level::Final),
        ["z: z", "a: a", "b: b", "c: c"]
    );
    let gates = Gates::parse(SOME.as_bytes()).unwrap();
    let ask = Ask {
        gates: &gates,
        change: &change,
        files: &[],
        editions: &[],
        places: &BTreeMap::new(),
        rungs: &ALL,
        level: Level::Final,
        area: Some(&ui),
    };
    assert_eq!(
        lines(&ask),
        [
            "z: z",
            "a: a",
            "b: b",
            "c: skipped, it belongs to the area backend"
        ]
    );
}

#[test]
fn the_reasons_are_said() {
    let gates =
        Gates::parse(b"[check.c]\nrung = 2\nbuiltin = \"clippy\"\n[package.gone]\nreads = [\"x\"]").unwrap();
    let known = places(Ok(workspace()), true);
    let why = |change: &Change| {
        let level = Level::Lane;
        let ask = Ask {
            gates: &gates,
            change,
            files: &[],
            editions: &[],
            places: &known,
            rungs: &ALL,
            level,
            area: None,
        };
        let Todo::Run(planned) = plan(&ask).remove(0).todo else {
            panic!("not planned");
        };
        let affected = match planned.affected.unwrap() {
            lane_gate::Affected::Everything(cause) => format!("everything: {cause}"),
            lane_gate::Affected::Packages(packages) => packages
                .iter()
                .map(|(name, why)| format!("{name}: {why}"))
                .collect::<Vec<_>>()
                .join("; "),
        };
        format!("{} | {affected}", planned.why)
    };
    assert_eq!(why(&files(&["app/a"])), "app/a changed | app: app/a changed");
    assert_eq!(
        why(&files(&["lib/b", "lib/a"])),
        "lib/a and 1 more changed | app: needs lib; lib: lib/a changed"
    );
    assert_eq!(
        why(&files(&["x\u{1b}"])),
        "x\\u{1b} changed | everything: x\\u{1b} belongs to no package"
    );
    assert_eq!(
        why(&everything(None)),
        "everything is checked: the base is missing | everything: the base is missing"
    );
    assert_eq!(lane_gate::unknown_packages(&gates, &known), ["gone"]);
    assert!(lane_gate::unknown_packages(&gates, &places(Err("why".to_owned()), true)).is_empty());
    assert!(lane_gate::unknown_packages(&gates, &BTreeMap::new()).is_empty());
}
