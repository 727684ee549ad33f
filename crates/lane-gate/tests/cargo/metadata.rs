//! What is read from cargo about a workspace, and what becomes of one that it cannot read.

use std::collections::BTreeSet;

use lane_gate::Folder;
use lane_gate::Interrupt;
use lane_gate::MetadataError;
use lane_gate::NeedKind;
use lane_gate::ToolError;

use crate::place::Place;

const VIRTUAL: &str =
    "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\nexclude = [\"crates/fork\"]\n";

fn dirs(dirs: &[&str]) -> BTreeSet<Vec<u8>> {
    dirs.iter().map(|dir| dir.as_bytes().to_vec()).collect()
}

#[test]
fn members_are_read_with_their_folders_needs_and_features() {
    let place = Place::new(&[("Cargo.toml", VIRTUAL)]);
    let rest = "[features]\nextra = []\n[[test]]\nname = \"far\"\npath = \"../../tests/far.rs\"\n";
    place.package("crates/a", "a", rest, "");
    place.write("tests/far.rs", "");
    let rest = "[dependencies]\ncalled = { package = \"a\", path = \"../a\", optional = true, features = [\"extra\"], \
                default-features = false }\nfork = { path = \"../fork\" }\n\
                [target.'cfg(windows)'.build-dependencies]\na = { path = \"../a\" }\n\
                [dev-dependencies]\na = { path = \"../a\" }\n";
    place.package("crates/b", "b", rest, "");
    place.package("crates/fork", "fork", "", "");

    let workspace = place.workspace();
    assert!(workspace.dir.is_empty() && workspace.features_by_package);
    assert_eq!(workspace.outside, dirs(&["crates/fork"]));
    assert_eq!(workspace.packages.keys().collect::<Vec<_>>(), ["a", "b"]);
    let a = &workspace.packages["a"];
    assert_eq!((a.dir.as_slice(), a.edition.as_str()), (&b"crates/a"[..], "2024"));
    assert_eq!(a.target_dirs, dirs(&["crates/a/src", "tests"]));
    assert!(a.doctests && a.features["extra"].is_empty());
    let b = &workspace.packages["b"];
    assert_eq!(b.features["called"], ["dep:called"]);
    let kinds: BTreeSet<_> = b
        .needs
        .iter()
        .map(|need| (need.package.as_str(), need.kind))
        .collect();
    let all = [NeedKind::Normal, NeedKind::Build, NeedKind::Dev];
    assert_eq!(kinds, all.map(|kind| ("a", kind)).into());
    let called = b.needs.iter().find(|need| need.called == "called").unwrap();
    assert!(called.optional && !called.default_features && called.features == ["extra"]);
}

#[test]
fn a_workspace_below_the_root_has_folders_of_the_repository() {
    let place = Place::new(&[("rust/Cargo.toml", VIRTUAL)]);
    place.package("rust/crates/a", "a", "", "");
    let workspace = place.workspace_in("rust").unwrap();
    assert_eq!(workspace.dir, b"rust");
    assert_eq!(workspace.packages["a"].dir, b"rust/crates/a");
    let failed = place.workspace_in(".").unwrap_err();
    assert!(matches!(failed, MetadataError::Failed(_)), "{failed}");
}

#[test]
fn features_go_by_package_unless_the_resolver_is_the_first() {
    for (head, by_package) in [
        ("[workspace]\nresolver = \"1\"\nmembers = [\"a\"]\n", false),
        ("[workspace]\nmembers = [\"a\"]\n", false),
        ("[workspace]\nresolver = \"2\"\nmembers = [\"a\"]\n", true),
        (
            "[workspace]\nmembers = [\"a\"]\n[package]\nname = \"r\"\nedition = \"2018\"\n",
            false,
        ),
        (
            "[workspace]\nmembers = [\"a\"]\n[package]\nname = \"r\"\nedition = \"2021\"\n",
            true,
        ),
    ] {
        let place = Place::new(&[("Cargo.toml", head), ("src/lib.rs", "")]);
        place.package("a", "a", "", "");
        assert_eq!(place.workspace().features_by_package, by_package, "{head}");
    }
}

#[cfg(unix)]
#[test]
fn a_member_behind_a_link_lies_where_git_knows_its_files() {
    let place = Place::new(&[(
        "Cargo.toml",
        "[workspace]\nresolver = \"3\"\nmembers = [\"link\"]\n",
    )]);
    place.package("real/a", "a", "", "");
    std::os::unix::fs::symlink("real/a", place.path("link")).unwrap();
    assert_eq!(place.workspace().packages["a"].dir, b"real/a");
}

#[test]
fn what_cannot_be_read_says_why() {
    let place = Place::new(&[("Cargo.toml", "[package]\nname = \"a\u{1b}[2J\"\n")]);
    let said = place.workspace_in(".").unwrap_err().to_string();
    assert!(
        said.starts_with("cargo metadata failed: ") && !said.contains('\u{1b}'),
        "{said}"
    );
    let gone = place.workspace_in("gone").unwrap_err();
    assert!(
        matches!(gone, MetadataError::Tool(ToolError::Start { .. })),
        "{gone}"
    );

    let root = place.root();
    for json in ["", "{}", "[1]", "{\"packages\": 1}"] {
        let unreadable = lane_gate::parse_metadata(json, root).unwrap_err();
        assert!(
            matches!(unreadable, MetadataError::Unreadable(_)),
            "{json}: {unreadable}"
        );
    }
    let elsewhere = r#"{"packages": [], "workspace_members": [], "workspace_root": "/elsewhere", "version": 1,
        "target_directory": "/t", "resolve": null}"#;
    let said = lane_gate::parse_metadata(elsewhere, root)
        .unwrap_err()
        .to_string();
    assert_eq!(said, "the workspace of /elsewhere lies outside this repository");
}

#[test]
fn nothing_is_resolved_fetched_or_written() {
    let place = Place::new(&[("Cargo.toml", VIRTUAL)]);
    let rest =
        "[dependencies]\nno-such-package-anywhere = \"1\"\nother = { git = \"https://invalid.invalid/x\" }\n";
    place.package("crates/a", "a", rest, "");
    assert!(place.workspace().packages["a"].needs.is_empty());
    let mut left: Vec<_> = std::fs::read_dir(place.root())
        .unwrap()
        .map(|it| it.unwrap().file_name())
        .collect();
    left.sort();
    assert_eq!(left, ["Cargo.toml", "crates"]);
}

#[test]
fn nothing_is_asked_after_an_interrupt() {
    let place = Place::new(&[]);
    let interrupt = Interrupt::none();
    interrupt.raise();
    let asked = lane_gate::read_workspace(place.root(), &Folder::root(), &interrupt);
    assert!(
        matches!(asked, Err(MetadataError::Tool(ToolError::Interrupted))),
        "{asked:?}"
    );
}
