//! Objects, history and configuration.

use crate::scratch::Scratch;
use lane_git::GitError;
use lane_git::Ident;
use lane_git::NewCommit;
use lane_git::ObjectError;
use lane_git::Oid;

#[test]
fn a_blob_is_read_within_its_bound_only() {
    let scratch = Scratch::with_commit();
    let repo = scratch.repo();
    let oid = repo.write_blob(b"12345").unwrap();
    assert_eq!(repo.blob(oid, 5).unwrap(), b"12345");
    assert!(matches!(
        repo.blob(oid, 4),
        Err(ObjectError::TooLarge {
            size: 5,
            limit: 4,
            ..
        })
    ));
    let tree = repo.commit(scratch.oid("HEAD")).unwrap().tree;
    assert!(matches!(
        repo.blob(tree, 99),
        Err(ObjectError::Git(GitError::WrongKind { .. }))
    ));
    assert!(repo.commit(tree).is_err() && repo.tree(oid).is_err());
    assert!(repo.blob(Oid::from_bytes([3; 20]), 9).is_err());
}

#[test]
fn a_written_commit_is_sound_and_reads_back() {
    let scratch = Scratch::with_commit();
    let repo = scratch.repo();
    let parent = scratch.oid("HEAD");
    let tree = repo.commit(parent).unwrap().tree;
    let author = Ident {
        name: "Bö".to_owned(),
        email: "b@example.org".to_owned(),
    };
    let message = "claim: é\n\n[event]\nid = \"x\"\n";
    let new = NewCommit {
        tree,
        parents: vec![parent],
        author: author.clone(),
        time: 1_800_000_000,
        message,
    };
    let oid = repo.write_commit(&new).unwrap();
    let read = repo.commit(oid).unwrap();
    assert_eq!(
        (read.tree, &read.parents, &read.author, read.time),
        (tree, &vec![parent], &author, new.time)
    );
    assert_eq!(read.message, message.as_bytes());
    scratch.git(["update-ref", "refs/agents/state", &oid.to_string()]);
    scratch.git(["fsck", "--strict"]);
    assert_eq!(
        scratch.git(["log", "-1", "--format=%cn <%ce> %ct %s", "refs/agents/state"]),
        "Bö <b@example.org> 1800000000 claim: é"
    );
    assert!(
        repo.write_commit(&NewCommit {
            message: "a\0b",
            ..new.clone()
        })
        .is_err()
    );
    assert!(
        repo.write_commit(&NewCommit {
            parents: vec![Oid::ZERO],
            ..new
        })
        .is_err()
    );
}

#[test]
fn history_is_walked_listed_and_searched() {
    let scratch = Scratch::with_commit();
    let first = scratch.oid("HEAD");
    let second = scratch.commit("second\n\nLane-Task: T-1 (x.*)");
    scratch.git(["checkout", "-q", "-b", "side", &first.to_string()]);
    let side = scratch.commit("side");
    let repo = scratch.repo();
    assert_eq!(repo.first_parent_chain(second, None, 2).unwrap(), [second, first]);
    assert_eq!(repo.first_parent_chain(second, Some(first), 2).unwrap(), [second]);
    assert!(matches!(
        repo.first_parent_chain(second, None, 1),
        Err(GitError::TooMuch { .. })
    ));
    assert_eq!(repo.rev_list(&[second, side], &[first], 2).unwrap().len(), 2);
    assert_eq!(repo.rev_list(&[second], &[], 2).unwrap(), [first, second]);
    assert!(matches!(
        repo.rev_list(&[second], &[], 1),
        Err(GitError::TooMuch { .. })
    ));
    assert!(repo.is_ancestor(first, side).unwrap() && !repo.is_ancestor(second, side).unwrap());
    assert!(matches!(
        repo.is_ancestor(Oid::from_bytes([5; 20]), side),
        Err(GitError::Missing { .. })
    ));
    assert_eq!(repo.merge_base(second, side).unwrap(), Some(first));
    let found = repo
        .log_grep(
            &["refs/heads/main", "refs/heads/none"],
            &["T-1 (x.*)", "nothing"],
            5,
        )
        .unwrap();
    assert_eq!(found.iter().map(|commit| commit.id).collect::<Vec<_>>(), [second]);
    scratch.git(["checkout", "-q", "--orphan", "other"]);
    assert_eq!(
        scratch
            .repo()
            .merge_base(second, scratch.commit("other"))
            .unwrap(),
        None
    );
    assert!(
        scratch
            .repo()
            .merge_base(second, Oid::from_bytes([5; 20]))
            .is_err()
    );
}

#[test]
fn configuration_is_read_and_written() {
    let scratch = Scratch::with_commit();
    let repo = scratch.repo();
    assert_eq!(repo.config_get("lane.x").unwrap(), None);
    for value in ["--get", "two\nlines \"quoted\" # no comment", ""] {
        repo.config_set_local("lane.x", value).unwrap();
        assert_eq!(repo.config_get("lane.x").unwrap().as_deref(), Some(value));
    }
    repo.config_unset_local("lane.x").unwrap();
    repo.config_unset_local("lane.x").unwrap();
    assert_eq!(repo.config_get("lane.x").unwrap(), None);
    scratch.git(["config", "--add", "lane.y", "no"]);
    scratch.git(["config", "--add", "lane.y", "on"]);
    assert_eq!(scratch.repo().config_get_bool("lane.y").unwrap(), Some(true));
    let all = scratch.repo().config_get_all("lane.y").unwrap();
    assert_eq!(
        all.iter()
            .map(|one| (one.value.as_str(), one.origin))
            .collect::<Vec<_>>(),
        [("no", "local"), ("on", "local")]
    );
    assert!(repo.config_set_local("--global", "x").is_err());
}

#[test]
fn an_identity_comes_from_the_configuration() {
    let scratch = Scratch::with_commit();
    scratch.git(["config", "user.name", "Una"]);
    scratch.git(["config", "user.email", "una@example.org"]);
    scratch.git(["config", "author.email", "author@example.org"]);
    let who = Ident {
        name: "Una".to_owned(),
        email: "author@example.org".to_owned(),
    };
    assert_eq!(scratch.repo().identity().unwrap(), Some(who));
}

#[test]
fn a_trailer_is_added_once_and_runs_nothing() {
    let scratch = Scratch::with_commit();
    scratch.git(["config", "trailer.separators", ":"]);
    let file = scratch.root.join("-message");
    std::fs::write(&file, "subject\n\nbody\n---\nmore\n").unwrap();
    for value in ["T-1", "T-2"] {
        scratch
            .repo()
            .interpret_trailers(&file, "Lane-Task", value)
            .unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(&file).unwrap(),
        "subject\n\nbody\n---\nmore\n\nLane-Task: T-1\n"
    );
    for (key, value) in [("a b", "x"), ("", "x"), ("-x", "x"), ("Key", "two\nlines")] {
        assert!(
            scratch.repo().interpret_trailers(&file, key, value).is_err(),
            "{key:?}"
        );
    }
}

#[test]
fn ignored_are_the_paths_that_no_index_holds() {
    let scratch = Scratch::with_commit();
    let root = scratch.repo().work_dir().unwrap().to_owned();
    std::fs::write(root.join(".gitignore"), "*.log\n/out/\n!keep.log\n").unwrap();
    std::fs::write(root.join("tracked.log"), "x").unwrap();
    scratch.git(["add", "--force", "tracked.log"]);
    let all: Vec<Vec<u8>> = [
        "a.log",
        "tracked.log",
        "keep.log",
        "out/deep/x",
        "src/:(top)b.log",
        ":x.log",
        "x",
    ]
    .map(|path| path.as_bytes().to_vec())
    .into();
    let found = scratch.repo().ignored_among(&all).unwrap();
    let found: Vec<_> = found.iter().map(|path| String::from_utf8_lossy(path)).collect();
    assert_eq!(found, ["a.log", "out/deep/x", "src/:(top)b.log", ":x.log"]);
    assert!(scratch.repo().ignored_among(&[]).unwrap().is_empty());
    assert!(scratch.repo().ignored_among(&[b"a\0b".to_vec()]).is_err());
}
