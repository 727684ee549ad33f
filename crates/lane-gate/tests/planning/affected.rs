//! Which packages a change reaches: the traps one by one, and properties against a closure by brute force.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use lane_core::glob::Scope;
use lane_gate::Affected;
use lane_gate::Changed;
use lane_gate::Need;
use lane_gate::NeedKind;
use lane_gate::Package;
use lane_gate::Reads;
use lane_gate::Workspace;
use lane_gate::affected;
use proptest::prelude::*;

const FILE: u32 = 0o100_644;

fn modified(path: &str) -> Changed {
    Changed {
        path: path.as_bytes().to_vec(),
        old_mode: FILE,
        new_mode: FILE,
    }
}

fn need(package: &str, kind: NeedKind) -> Need {
    Need {
        package: package.to_owned(),
        called: package.to_owned(),
        kind,
        optional: false,
        features: Vec::new(),
        default_features: true,
    }
}

fn package(dir: &str, needs: &[(&str, NeedKind)]) -> Package {
    Package {
        dir: dir.into(),
        target_dirs: BTreeSet::from([format!("{dir}/src").trim_start_matches('/').into()]),
        edition: "2024".to_owned(),
        needs: needs.iter().map(|(package, kind)| need(package, *kind)).collect(),
        ..Package::default()
    }
}

/// `app` needs `lib` needs `core`; `lib` is built by `gen`; `core` is tested with `kit`, which needs `lib`.
fn workspace() -> Workspace {
    use NeedKind::{Build, Dev, Normal};
    let packages = [
        ("app", package("crates/app", &[("lib", Normal)])),
        ("core", package("crates/core", &[("kit", Dev)])),
        ("gen", package("crates/lib/gen", &[])),
        ("kit", package("crates/kit", &[("lib", Normal)])),
        ("lib", package("crates/lib", &[("core", Normal), ("gen", Build)])),
        ("lib-other", package("crates/lib-other", &[])),
    ];
    Workspace {
        packages: packages.map(|(name, it)| (name.to_owned(), it)).into(),
        features_by_package: true,
        ..Workspace::default()
    }
}

/// What is reached, as `name: reason; …`, or the cause for everything.
fn said(workspace: &Workspace, reads: &Reads, files: &[Changed]) -> String {
    match affected(files, workspace, reads) {
        Affected::Everything(cause) => format!("everything: {cause}"),
        Affected::Packages(packages) => {
            let packages = packages.iter().map(|(name, why)| format!("{name}: {why}"));
            packages.collect::<Vec<_>>().join("; ")
        }
    }
}

fn check(paths: &[&str], expected: &str) {
    let files: Vec<_> = paths.iter().map(|path| modified(path)).collect();
    assert_eq!(said(&workspace(), &Reads::new(), &files), expected, "{paths:?}");
}

#[test]
fn a_path_belongs_to_the_deepest_package_and_reaches_those_that_need_it() {
    check(&[], "");
    check(&["crates/app/src/a.rs"], "app: crates/app/src/a.rs changed");
    check(&["crates/app"], "everything: crates/app belongs to no package");
    check(
        &["crates/lib-other/x.txt"],
        "lib-other: crates/lib-other/x.txt changed",
    );
    check(
        &["crates/lib/build.rs"],
        "app: needs lib; core: needs kit in its tests; kit: needs lib; lib: crates/lib/build.rs changed",
    );
    check(
        &["crates/lib/gen/src/lib.rs"],
        "app: needs lib; core: needs kit in its tests; gen: crates/lib/gen/src/lib.rs changed; \
         kit: needs lib; lib: needs gen to be built",
    );
}

#[test]
fn a_dev_dependency_is_tested_with_but_goes_no_further() {
    check(
        &["crates/kit/src/lib.rs"],
        "core: needs kit in its tests; kit: crates/kit/src/lib.rs changed",
    );
}

#[test]
fn what_may_matter_to_all_means_everything() {
    for (path, why) in [
        ("Cargo.toml", "is a manifest or lock file"),
        ("Cargo.lock", "is a manifest or lock file"),
        ("crates/app/Cargo.toml", "is a manifest or lock file"),
        ("crates/gone/Cargo.toml", "is a manifest or lock file"),
        ("rust-toolchain", "names the toolchain"),
        ("crates/app/rust-toolchain.toml", "names the toolchain"),
        (".cargo/config.toml", "configures cargo or its tools"),
        ("crates/app/.cargo/config", "configures cargo or its tools"),
        ("clippy.toml", "configures cargo or its tools"),
        ("crates/app/.clippy.toml", "configures cargo or its tools"),
        (".config/nextest.toml", "configures cargo or its tools"),
        (".config/other.toml", "belongs to no package"),
        ("nextest.toml", "belongs to no package"),
        ("build.rs", "belongs to no package"),
        ("docs/a.md", "belongs to no package"),
        ("crates/gone/src/lib.rs", "belongs to no package"),
        ("crates/libx.rs", "belongs to no package"),
        ("crates", "belongs to no package"),
        ("Crates/app/src/a.rs", "belongs to no package"),
    ] {
        check(&[path], &format!("everything: {path} {why}"));
        check(&["crates/app/a", path], &format!("everything: {path} {why}"));
    }
}

#[test]
fn who_reads_everything_does_not_take_over_what_binds_all() {
    let reads = Reads::from([("app".to_owned(), Scope::everything())]);
    for (path, expected) in [
        (
            "clippy.toml",
            "everything: clippy.toml configures cargo or its tools",
        ),
        ("Cargo.lock", "everything: Cargo.lock is a manifest or lock file"),
        ("docs/a.md", "app: docs/a.md changed, which it reads (**)"),
    ] {
        assert_eq!(said(&workspace(), &reads, &[modified(path)]), expected);
    }
}

#[test]
fn both_sides_of_a_rename_and_what_was_deleted_count() {
    let moved = [
        Changed {
            new_mode: 0,
            ..modified("crates/app/src/a.rs")
        },
        Changed {
            old_mode: 0,
            ..modified("crates/lib-other/src/a.rs")
        },
    ];
    assert_eq!(
        said(&workspace(), &Reads::new(), &moved),
        "app: crates/app/src/a.rs changed; lib-other: crates/lib-other/src/a.rs changed"
    );
}

#[test]
fn a_submodule_or_a_needed_package_that_is_no_member_means_everything() {
    let link = Changed {
        old_mode: 0o160_000,
        ..modified("crates/app/vendor")
    };
    assert_eq!(
        said(&workspace(), &Reads::new(), &[link]),
        "everything: crates/app/vendor is a submodule"
    );
    let mut workspace = workspace();
    workspace.outside.insert(b"crates/app/fork".to_vec());
    assert_eq!(
        said(&workspace, &Reads::new(), &[modified("crates/app/fork/a.rs")]),
        "everything: crates/app/fork/a.rs belongs to a path dependency that is no member"
    );
}

#[test]
fn a_package_in_the_root_owns_its_sources_and_not_the_repository() {
    let mut workspace = workspace();
    workspace.packages.insert("root".to_owned(), package("", &[]));
    for (path, expected) in [
        ("src/main.rs", "root: src/main.rs changed"),
        ("docs/a.md", "everything: docs/a.md belongs to no package"),
        ("build.rs", "everything: build.rs belongs to no package"),
        (
            "crates/new/a.rs",
            "everything: crates/new/a.rs belongs to no package",
        ),
        ("crates/app/a.rs", "app: crates/app/a.rs changed"),
    ] {
        assert_eq!(said(&workspace, &Reads::new(), &[modified(path)]), expected);
    }
}

#[test]
fn a_target_outside_the_package_is_its_own_too() {
    let mut workspace = workspace();
    let app = workspace.packages.get_mut("app").unwrap();
    app.target_dirs.insert(b"tests/app".to_vec());
    assert_eq!(
        said(&workspace, &Reads::new(), &[modified("tests/app/a.rs")]),
        "app: tests/app/a.rs changed"
    );
    let data = [modified("tests/app/data.txt")];
    assert_eq!(
        said(&workspace, &Reads::new(), &data),
        "everything: tests/app/data.txt belongs to no package"
    );
    let reads = Reads::from([("kit".to_owned(), Scope::parse(&["tests/**"]).unwrap())]);
    assert_eq!(
        said(&workspace, &reads, &data),
        "app: tests/app/data.txt changed; core: needs kit in its tests; \
         kit: tests/app/data.txt changed, which it reads (tests/**)"
    );
    let app = workspace.packages.get_mut("app").unwrap();
    app.target_dirs.insert(b"crates/lib-other/src".to_vec());
    assert_eq!(
        said(
            &workspace,
            &Reads::new(),
            &[modified("crates/lib-other/src/a.rs")]
        ),
        "app: crates/lib-other/src/a.rs changed; lib-other: crates/lib-other/src/a.rs changed"
    );
}

#[test]
fn what_a_package_is_declared_to_read_is_known() {
    let reads = |name: &str, glob| Reads::from([(name.to_owned(), Scope::parse(&[glob]).unwrap())]);
    let docs = [modified("docs/a.md")];
    assert_eq!(
        said(&workspace(), &reads("app", "docs/**"), &docs),
        "app: docs/a.md changed, which it reads (docs/**)"
    );
    let unknown = said(&workspace(), &reads("nobody", "docs/**"), &docs);
    assert_eq!(unknown, "everything: docs/a.md belongs to no package");
    let other = [modified("crates/lib-other/a")];
    assert_eq!(
        said(&workspace(), &reads("app", "crates/lib-other/**"), &other),
        "app: crates/lib-other/a changed, which it reads (crates/lib-other/**); \
         lib-other: crates/lib-other/a changed"
    );
    let manifest = said(&workspace(), &reads("app", "**"), &[modified("Cargo.toml")]);
    assert_eq!(manifest, "everything: Cargo.toml is a manifest or lock file");
}

#[test]
fn a_path_that_is_no_text_is_shown_escaped() {
    let mut file = modified("crates/app/x");
    file.path.extend(b"\x1b\xff");
    let shown = said(&workspace(), &Reads::new(), &[file]);
    assert_eq!(shown, "app: crates/app/x\\u{1b}\\xff changed");
}

/// Packages 0..n at hostile places: within one another, and with names that begin alike.
const DIRS: &[&str] = &["a", "a/b", "ab", "a/b/c", "d", "d/a", "e-e", "e"];

fn workspaces() -> impl Strategy<Value = Workspace> {
    let kinds = prop_oneof![
        3 => Just(None),
        1 => prop_oneof![Just(NeedKind::Normal), Just(NeedKind::Build), Just(NeedKind::Dev)].prop_map(Some),
    ];
    let n = DIRS.len();
    proptest::collection::vec(kinds, n * n).prop_map(move |edges| {
        let needs = |user: usize| {
            (0..n)
                .filter_map(|used| Some(need(&format!("p{used}"), edges[user * n + used]?)))
                .collect()
        };
        let package = |at: usize| Package {
            needs: needs(at),
            ..package(DIRS[at], &[])
        };
        Workspace {
            packages: (0..n).map(|at| (format!("p{at}"), package(at))).collect(),
            ..Workspace::default()
        }
    })
}

fn paths() -> impl Strategy<Value = String> {
    let files = ["x.rs", "src/b.rs", "b", "c/x", "Cargo.toml"];
    let dirs = DIRS.iter().copied().chain(["", "zz"]).collect::<Vec<_>>();
    (
        proptest::sample::select(dirs),
        prop_oneof![40 => 0..4usize, 1 => Just(4)],
    )
        .prop_map(move |(dir, file)| {
            format!("{dir}/{}", files[file])
                .trim_start_matches('/')
                .to_owned()
        })
}

/// The definition, word by word: a package is built differently if a path of its own changed or something that it needs
/// to be built is built differently; it is affected if it is built differently or needs such a one for its tests.
fn by_brute_force(workspace: &Workspace, paths: &[String]) -> Option<BTreeSet<String>> {
    let owner = |path: &String| {
        let within = |dir: &&&str| path.starts_with(&format!("{dir}/"));
        let dir = DIRS.iter().filter(within).max_by_key(|dir| dir.len())?;
        let unlike = !path.ends_with("Cargo.toml")
            && !DIRS
                .iter()
                .any(|dir| dir == path || dir.starts_with(&format!("{path}/")));
        unlike.then(|| format!("p{}", DIRS.iter().position(|it| it == dir).unwrap()))
    };
    let touched: BTreeSet<String> = paths.iter().map(owner).collect::<Option<_>>()?;
    let names: Vec<&String> = workspace.packages.keys().collect();
    let mut reach: BTreeMap<(&String, &String), bool> = BTreeMap::new();
    for a in &names {
        for b in &names {
            let needs = &workspace.packages[*a].needs;
            let direct = needs
                .iter()
                .any(|it| it.package == **b && it.kind != NeedKind::Dev);
            reach.insert((a, b), direct || a == b);
        }
    }
    for via in &names {
        for a in &names {
            for b in &names {
                let through = reach[&(*a, *via)] && reach[&(*via, *b)];
                *reach.get_mut(&(*a, *b)).unwrap() |= through;
            }
        }
    }
    let rebuilt = |name: &String| touched.iter().any(|it| reach[&(name, it)]);
    let tested = |name: &&&String| {
        let needs = &workspace.packages[**name].needs;
        rebuilt(name)
            || needs
                .iter()
                .any(|it| it.kind == NeedKind::Dev && rebuilt(&it.package))
    };
    Some(names.iter().filter(tested).map(|name| (*name).clone()).collect())
}

fn reached(workspace: &Workspace, paths: &[String]) -> Option<BTreeSet<String>> {
    let files: Vec<_> = paths.iter().map(|path| modified(path)).collect();
    match affected(&files, workspace, &Reads::new()) {
        Affected::Everything(_) => None,
        Affected::Packages(packages) => Some(packages.into_keys().collect()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn it_is_the_closure_by_brute_force(
        workspace in workspaces(),
        paths in proptest::collection::vec(paths(), 0..6),
    ) {
        prop_assert_eq!(reached(&workspace, &paths), by_brute_force(&workspace, &paths));
    }

    #[test]
    fn one_more_changed_path_never_removes_a_package(
        workspace in workspaces(),
        paths in proptest::collection::vec(paths(), 0..6),
        more in paths(),
    ) {
        let before = reached(&workspace, &paths);
        let after = reached(&workspace, &[paths.clone(), vec![more]].concat());
        let all = || workspace.packages.keys().cloned().collect::<BTreeSet<_>>();
        prop_assert!(after.clone().unwrap_or_else(all).is_superset(&before.clone().unwrap_or_else(all)));
        prop_assert!(after.is_none() || before.is_some());
    }

    #[test]
    fn the_order_of_the_paths_does_not_matter(
        workspace in workspaces(),
        paths in proptest::collection::vec(paths(), 0..6),
    ) {
        let files: Vec<_> = paths.iter().map(|path| modified(path)).collect();
        let backwards: Vec<_> = files.iter().rev().cloned().collect();
        prop_assert_eq!(
            affected(&files, &workspace, &Reads::new()),
            affected(&backwards, &workspace, &Reads::new())
        );
    }

    #[test]
    fn every_affected_package_has_a_reason_that_holds(
        workspace in workspaces(),
        paths in proptest::collection::vec(paths(), 1..4),
    ) {
        let files: Vec<_> = paths.iter().map(|path| modified(path)).collect();
        if let Affected::Packages(packages) = affected(&files, &workspace, &Reads::new()) {
            for (name, why) in &packages {
                let holds = match why {
                    lane_gate::Reason::Touched(path) => path.starts_with(&workspace.packages[name].dir),
                    lane_gate::Reason::Reads(..) => false,
                    lane_gate::Reason::Needs(other, kind) => {
                        let needs = &mut workspace.packages[name].needs.iter();
                        packages.contains_key(other) && needs.any(|it| it.package == *other && it.kind == *kind)
                    }
                };
                prop_assert!(holds, "{} {}", name, why);
            }
        }
    }
}
