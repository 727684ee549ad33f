//! Who needs whom through packages that are no members: what `cargo metadata --no-deps` does not tell.

use lane_gate::Affected;
use lane_gate::Changed;
use lane_gate::Reads;

use crate::place::Place;

/// What a change of `foo`'s library reaches, by name, or the cause for everything.
fn reached(place: &Place) -> String {
    let file = Changed {
        path: b"foo/src/lib.rs".to_vec(),
        old_mode: 0o100_644,
        new_mode: 0o100_644,
    };
    match lane_gate::affected([&file], &place.workspace(), &Reads::new()) {
        Affected::Everything(cause) => format!("everything: {cause}"),
        Affected::Packages(packages) => packages.into_keys().collect::<Vec<_>>().join(" "),
    }
}

fn lock(place: &Place) {
    let mut cargo = std::process::Command::new("cargo");
    cargo.args(["generate-lockfile", "--offline"]);
    let made = cargo.current_dir(place.root()).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

/// Members `foo`, `b` and `apart`, and what else the root manifest says.
fn workspace(more: &str, needs_of_b: &str) -> Place {
    let manifest = format!("[workspace]\nresolver = \"3\"\nmembers = [\"foo\", \"b\", \"apart\"]\n{more}");
    let place = Place::new(&[("Cargo.toml", &manifest)]);
    place.package("foo", "foo", "[features]\nx = []\n", "");
    place.package("b", "b", needs_of_b, "");
    place.package("apart", "apart", "", "");
    place
}

const FOO: &str = "[dependencies]\nfoo = { path = \"../foo\", features = [\"x\"] }\n";

#[test]
fn a_member_is_needed_through_packages_that_are_no_members() {
    let place = workspace(
        "exclude = [\"ext\", \"far\"]\n",
        "[dev-dependencies]\nfar = { path = \"../far\" }\n",
    );
    place.package("far", "far", "[dependencies]\next = { path = \"../ext\" }\n", "");
    place.package("ext", "ext", FOO, "");
    // Nothing is written by who only asks, and what is not known is everything.
    let unknown = reached(&place);
    let words = "everything: who needs whom through packages that are no members is not known: ";
    assert!(unknown.starts_with(words), "{unknown}");
    assert!(!place.path("Cargo.lock").exists());
    lock(&place);
    assert_eq!(reached(&place), "b foo");
    let needs = &place.workspace().packages["b"].needs;
    assert!(
        needs
            .iter()
            .any(|need| need.package == "foo" && need.features == ["x"]),
        "{needs:?}"
    );
    let outside = place.workspace().outside;
    assert!(
        outside.contains(&b"ext"[..]) && outside.contains(&b"far"[..]),
        "{outside:?}"
    );
}

#[test]
fn an_optional_way_counts_like_an_optional_dependency() {
    let needs = "[dependencies]\next = { path = \"../ext\", optional = true }\n";
    let place = workspace("exclude = [\"ext\"]\n", needs);
    place.package("ext", "ext", FOO, "");
    lock(&place);
    assert_eq!(reached(&place), "b foo");
}

#[test]
fn a_patch_makes_a_member_what_a_crate_of_a_registry_needs() {
    let patch = "[patch.crates-io]\nfoo = { path = \"foo\" }\n";
    let place = workspace(patch, "[dependencies]\next = \"0.1\"\n");
    let vendored = "[source.crates-io]\nreplace-with = \"v\"\n[source.v]\ndirectory = \"vendor\"\n";
    place.write(".cargo/config.toml", vendored);
    place.package("vendor/ext", "ext", "[dependencies]\nfoo = \"0.1\"\n", "");
    place.write("vendor/ext/.cargo-checksum.json", "{\"files\":{}}");
    lock(&place);
    assert_eq!(reached(&place), "b foo");
    // The same patch, said in cargo's configuration.
    place.write(".cargo/config.toml", &format!("{vendored}{patch}"));
    let manifest = "[workspace]\nresolver = \"3\"\nmembers = [\"foo\", \"b\", \"apart\"]\n";
    place.write("Cargo.toml", manifest);
    assert_eq!(reached(&place), "b foo");
}

#[test]
fn a_member_outside_the_repository_passes_on_what_it_needs() {
    let place = Place::new(&[(
        "repo/Cargo.toml",
        "[workspace]\nresolver = \"3\"\nmembers = [\"foo\", \"b\", \"../far\"]\n",
    )]);
    place.package("repo/foo", "foo", "", "");
    place.package(
        "repo/b",
        "b",
        "[dependencies]\nfar = { path = \"../../far\" }\n",
        "",
    );
    let rest = "workspace = \"../repo\"\n[dependencies]\nfoo = { path = \"../repo/foo\" }\n";
    place.package("far", "far", rest, "");
    let repo = place.below("repo");
    lock(&repo);
    assert_eq!(reached(&repo), "b foo");
}
