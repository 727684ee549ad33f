//! What cargo said, remembered: only what it said of these files, and only while all of them are the same.

use std::fs;

use lane_gate::Affected;
use lane_gate::Base;
use lane_gate::Files;
use lane_gate::Todo;
use lane_git::Repo;

use crate::ladders::Ground;
use crate::ladders::git;
use crate::ladders::write;

const MEMBERS: &str = "[workspace]\nresolver = \"3\"\nmembers = [\"a\", \"b\"]\n";
const NEEDS_A: &str = "[dependencies]\na = { path = \"../a\" }\n";

fn manifest(name: &str, rest: &str) -> String {
    format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{rest}")
}

/// Two members that do not need each other, and an edit of `a`.
fn ground(more: &[(&str, &str)]) -> Ground {
    let (a, b) = (manifest("a", ""), manifest("b", ""));
    let mut files = vec![
        ("Cargo.toml", MEMBERS),
        ("a/Cargo.toml", &a),
        ("a/src/lib.rs", ""),
        ("b/Cargo.toml", &b),
        ("b/src/lib.rs", ""),
    ];
    files.extend(more);
    let ground = Ground::new(&files);
    write(&ground.root, "a/src/lib.rs", "// edited\n");
    ground
}

/// The packages that a change since the first commit reaches, by what is remembered or asked for these files.
fn reached(ground: &Ground, files: &Files) -> String {
    let gates = "[check.c]\nrung = 1\nbuiltin = \"clippy\"";
    let ladder = ground.first_rung(gates, &Base::Commit(ground.first), files);
    match &ladder.plan[0].todo {
        Todo::Run(planned) => match &planned.affected {
            Some(Affected::Packages(packages)) => packages.keys().cloned().collect::<Vec<_>>().join(" "),
            Some(Affected::Everything(cause)) => format!("everything: {cause}"),
            None => panic!("{ladder:?}"),
        },
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_cargo_said_of_other_files_than_were_listed_is_not_remembered() {
    let ground = ground(&[]);
    let before = ground.files();
    // Somebody edits between the list and the answer, and takes it back afterwards.
    write(&ground.root, "b/Cargo.toml", &manifest("b", NEEDS_A));
    assert_eq!(reached(&ground, &before), "a b", "what cargo saw");
    write(&ground.root, "b/Cargo.toml", &manifest("b", ""));
    assert_eq!(reached(&ground, &ground.files()), "a");
    // The other way round, nothing is lost.
    let ground = self::ground(&[]);
    let before = ground.files();
    let manifest = fs::read_to_string(ground.root.join("b/Cargo.toml")).unwrap();
    write(&ground.root, "b/Cargo.toml", "not a manifest");
    assert!(reached(&ground, &before).starts_with("everything: "));
    write(&ground.root, "b/Cargo.toml", &manifest);
    assert_eq!(reached(&ground, &before), "a");
}

#[test]
fn a_member_that_git_ignores_is_looked_at_again() {
    let members = MEMBERS.replace("\"b\"", "\"b\", \"made\"");
    let ground = Ground::new(&[
        ("Cargo.toml", &members),
        (".gitignore", "/made\n"),
        ("a/Cargo.toml", &manifest("a", "")),
        ("a/src/lib.rs", ""),
        ("b/Cargo.toml", &manifest("b", "")),
        ("b/src/lib.rs", ""),
    ]);
    write(&ground.root, "made/src/lib.rs", "");
    write(&ground.root, "a/src/lib.rs", "// edited\n");
    for (rest, expected) in [("", "a"), (NEEDS_A, "a made"), ("", "a")] {
        write(&ground.root, "made/Cargo.toml", &manifest("made", rest));
        assert_eq!(reached(&ground, &ground.files()), expected);
    }
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_to_another_member_is_another_workspace() {
    let real = manifest("c", NEEDS_A);
    let without = manifest("c", "");
    let ground = ground(&[
        ("real/one/Cargo.toml", &without),
        ("real/one/src/lib.rs", ""),
        ("real/two/Cargo.toml", &real),
        ("real/two/src/lib.rs", ""),
    ]);
    write(
        &ground.root,
        "Cargo.toml",
        &MEMBERS.replace("\"b\"", "\"b\", \"link\""),
    );
    std::os::unix::fs::symlink("real/one", ground.root.join("link")).unwrap();
    let commit = |ground: Ground| {
        git(&ground.root, &["add", "-A"]);
        git(&ground.root, &["commit", "-qm", "link"]);
        let ground = ground.since_now();
        let first = ground.first;
        write(&ground.root, "a/src/lib.rs", &format!("// {first}\n"));
        ground
    };
    let ground = commit(ground);
    assert_eq!(reached(&ground, &ground.files()), "a");
    fs::remove_file(ground.root.join("link")).unwrap();
    std::os::unix::fs::symlink("real/two", ground.root.join("link")).unwrap();
    let ground = commit(ground);
    assert_eq!(reached(&ground, &ground.files()), "a c");
}

#[test]
fn a_commit_is_not_planned_by_the_manifests_of_another_one() {
    let ground = ground(&[]);
    let repo = Repo::open(&ground.root).unwrap();
    git(&ground.root, &["switch", "-qc", "lane"]);
    write(&ground.root, "b/Cargo.toml", &manifest("b", NEEDS_A));
    git(&ground.root, &["commit", "-qam", "b needs a"]);
    let ground = ground.since_now();
    write(&ground.root, "a/src/lib.rs", "// of the lane\n");
    git(&ground.root, &["commit", "-qam", "lane"]);
    let lane = repo.head().unwrap().oid().unwrap();
    let stored = || Files::of_tree(&repo, repo.commit(lane).unwrap().tree).unwrap();

    // Checked out is a commit whose `b` does not need it.
    git(&ground.root, &["switch", "-q", "main"]);
    let whole =
        "everything: cargo's metadata is missing: what cargo says about these files is not remembered";
    assert_eq!(reached(&ground, &stored()), whole);
    // Seen once where it is checked out, it is known by its content.
    git(&ground.root, &["switch", "-q", "lane"]);
    assert_eq!(reached(&ground, &ground.files()), "a b");
    git(&ground.root, &["switch", "-q", "main"]);
    assert_eq!(reached(&ground, &stored()), "a b");
}
