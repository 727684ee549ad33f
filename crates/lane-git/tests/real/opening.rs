//! Which repositories open, and how those are named that do not.

use crate::scratch::Scratch;
use lane_git::Head;
use lane_git::Oid;
use lane_git::OpenError;
use lane_git::Operation;
use lane_git::Repo;

/// Makes a repository with these `git init` options; none if this git does not know them.
fn unsupported(options: &[&str]) -> Option<String> {
    let scratch = Scratch::empty();
    let made = scratch
        .command(&scratch.root)
        .args(["init", "-q"])
        .args(options)
        .output()
        .unwrap();
    match (made.status.success(), Repo::open(&scratch.root)) {
        (false, _) => None,
        (true, Err(OpenError::Unsupported { what })) => Some(what),
        (true, other) => panic!("{:?}", other.map(|_| ())),
    }
}

#[test]
fn a_reftable_repository_is_named_as_unsupported() {
    if let Some(what) = unsupported(&["--ref-format=reftable"]) {
        assert_eq!(what, "the reftable ref format");
    }
}

#[test]
fn a_sha256_repository_is_named_as_unsupported() {
    if let Some(what) = unsupported(&["--object-format=sha256"]) {
        assert_eq!(what, "sha256 object names");
    }
}

#[test]
fn an_unknown_extension_is_named() {
    let scratch = Scratch::with_commit();
    scratch.git(["config", "core.repositoryFormatVersion", "1"]);
    scratch.git(["config", "extensions.futureThing", "yes"]);
    match Repo::open(scratch.root.join("dir")) {
        Err(OpenError::Unsupported { what }) => assert_eq!(what, "the git extension \"futurething\""),
        other => panic!("{:?}", other.map(|_| ())),
    }
}

#[test]
fn known_extensions_open() {
    let scratch = Scratch::with_commit();
    scratch.git(["config", "core.repositoryFormatVersion", "1"]);
    for extension in ["noop", "worktreeConfig", "preciousObjects", "relativeWorktrees"] {
        scratch.git(["config", &format!("extensions.{extension}"), "true"]);
    }
    assert_eq!(scratch.repo().head().unwrap().branch(), Some("main"));
}

#[test]
fn no_repository_is_told_apart_from_a_broken_one() {
    let scratch = Scratch::empty();
    assert!(matches!(
        Repo::open(&scratch.root),
        Err(OpenError::NotARepository)
    ));
    let scratch = Scratch::new();
    scratch.write(".git/config", "[core\nnonsense");
    assert!(matches!(Repo::open(&scratch.root), Err(OpenError::Git(_))));
}

#[test]
fn a_partial_clone_opens_and_tells_missing_from_broken() {
    let origin = Scratch::with_commit();
    origin.git(["config", "uploadpack.allowFilter", "true"]);
    let scratch = Scratch::empty();
    let url = format!("file://{}", origin.root.display());
    scratch.git(["clone", "-q", "--filter=blob:none", "--no-checkout", &url, "."]);
    let repo = scratch.repo();
    let head = repo.commit(repo.head().unwrap().oid().unwrap()).unwrap();
    let blob = repo.entry_at(head.tree, "dir/b.txt").unwrap().unwrap();
    assert!(!repo.has_object(blob.oid).unwrap());
    assert!(matches!(repo.blob(blob.oid, 10), Err(lane_git::ObjectError::Git(error)) if error.is_missing()));
    assert_eq!(
        (repo.remotes().unwrap(), repo.remote_url("origin").unwrap()),
        (vec!["origin".to_owned()], Some(url))
    );
}

#[test]
fn a_shallow_clone_ends_its_chain_at_the_boundary() {
    let origin = Scratch::with_commit();
    let second = origin.commit("second");
    let scratch = Scratch::empty();
    let url = format!("file://{}", origin.root.display());
    scratch.git(["clone", "-q", "--depth=1", &url, "."]);
    let repo = scratch.repo();
    assert!(repo.is_shallow() && !origin.repo().is_shallow());
    assert_eq!(repo.first_parent_chain(second, None, 9).unwrap(), [second]);
    assert_eq!(
        origin.repo().first_parent_chain(second, None, 9).unwrap().len(),
        2
    );
}

#[test]
fn a_shallow_clone_knows_what_its_end_hides() {
    let origin = Scratch::with_commit();
    origin.git(["branch", "old"]);
    for n in 1..=3 {
        origin.commit(&format!("main {n}"));
    }
    origin.git(["branch", "new", "HEAD~1"]);
    for branch in ["old", "new"] {
        origin.git(["switch", "-q", branch]);
        origin.commit(branch);
    }
    let main = origin.oid("main");
    for (depth, hidden) in [
        (1, [true, true]),
        (2, [true, false]),
        (3, [true, false]),
        (4, [false, false]),
    ] {
        let scratch = Scratch::empty();
        let url = format!("file://{}", origin.root.display());
        let depth = format!("--depth={depth}");
        scratch.git([
            "clone",
            "-q",
            &depth,
            "--branch=main",
            "--no-single-branch",
            &url,
            ".",
        ]);
        let repo = scratch.repo();
        let cut = |branch: &str| repo.is_cut_off_between(origin.oid(branch), main, 99).unwrap();
        assert_eq!([cut("old"), cut("new")], hidden, "{depth}");
    }
    assert!(
        !origin
            .repo()
            .is_cut_off_between(origin.oid("old"), main, 99)
            .unwrap()
    );
}

#[test]
fn a_bare_repository_has_no_work_tree() {
    let scratch = Scratch::empty();
    scratch.git(["init", "-q", "--bare", "-b", "main"]);
    let repo = scratch.repo();
    assert!(repo.is_bare() && repo.work_dir().is_none() && !repo.is_linked_worktree());
    assert_eq!(
        repo.head().unwrap(),
        Head::Unborn {
            branch: "main".to_owned()
        }
    );
}

#[test]
fn head_is_unborn_on_a_branch_or_detached() {
    let scratch = Scratch::new();
    assert_eq!(
        scratch.repo().head().unwrap(),
        Head::Unborn {
            branch: "main".to_owned()
        }
    );
    let oid = scratch.commit("first");
    assert_eq!(
        scratch.repo().head().unwrap(),
        Head::Branch {
            name: "main".to_owned(),
            oid
        }
    );
    scratch.git(["checkout", "-q", "--detach"]);
    assert_eq!(scratch.repo().head().unwrap(), Head::Detached { oid });
}

/// Runs something that stops at a conflict.
fn stops(scratch: &Scratch, args: &[&str]) -> Option<Operation> {
    assert!(
        !scratch
            .command(&scratch.root)
            .args(args)
            .output()
            .unwrap()
            .status
            .success()
    );
    scratch.repo().operation()
}

#[test]
fn every_operation_that_stops_is_recognised() {
    let scratch = Scratch::with_commit();
    let [base, side] = [("base", "x\n"), ("side", "y\n")].map(|(branch, text)| {
        scratch.git(["checkout", "-q", "-b", branch, "main"]);
        scratch.write("a.txt", text);
        scratch.commit(branch)
    });
    assert_eq!(scratch.repo().operation(), None);
    assert_eq!(stops(&scratch, &["merge", "base"]), Some(Operation::Merge));
    assert_eq!(scratch.repo().merge_heads().unwrap(), [base]);
    scratch.git(["merge", "--abort"]);
    assert_eq!(
        stops(&scratch, &["cherry-pick", "base"]),
        Some(Operation::CherryPick)
    );
    scratch.git(["cherry-pick", "--abort"]);
    let head_name = Some("refs/heads/side".to_owned());
    assert_eq!(
        stops(&scratch, &["rebase", "base"]),
        Some(Operation::Rebase {
            head_name: head_name.clone()
        })
    );
    scratch.git(["rebase", "--abort"]);
    assert_eq!(
        stops(&scratch, &["rebase", "--apply", "base"]),
        Some(Operation::Rebase { head_name })
    );
    scratch.git(["rebase", "--abort"]);
    assert_eq!(
        stops(&scratch, &["revert", &base.to_string()]),
        Some(Operation::Revert)
    );
    scratch.git(["reset", "-q", "--hard"]);
    let patch = scratch.git(["format-patch", "-1", "--stdout", "base"]);
    std::fs::write(scratch.root.join("../p.patch"), patch + "\n").unwrap();
    assert_eq!(stops(&scratch, &["am", "../p.patch"]), Some(Operation::Am));
    scratch.git(["am", "--abort"]);
    scratch.git(["bisect", "start"]);
    assert_eq!(scratch.repo().operation(), Some(Operation::Bisect));
    assert_eq!(scratch.repo().merge_heads().unwrap(), Vec::<Oid>::new());
    assert_eq!(scratch.oid("side"), side);
}

#[test]
fn children_use_the_repository_that_was_opened_and_no_other() {
    let outer = Scratch::with_commit();
    let inner = Scratch::with_commit();
    let elsewhere = outer.root.join("elsewhere");
    std::fs::create_dir(&elsewhere).unwrap();
    inner.git(["config", "core.worktree", elsewhere.to_str().unwrap()]);
    let repo = inner.repo();
    assert_eq!(repo.work_dir().unwrap(), elsewhere.join(""));
    repo.config_set_local("lane.here", "inner").unwrap();
    assert_eq!(
        inner.repo().config_get("lane.here").unwrap().as_deref(),
        Some("inner")
    );
    assert_eq!(outer.repo().config_get("lane.here").unwrap(), None);
    assert!(repo.staged_changes(lane_git::Against::Head).unwrap().is_empty());
}
