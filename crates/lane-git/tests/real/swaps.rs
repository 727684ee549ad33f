//! Compare-and-swap of refs, alone, in a crowd, and after a death.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::process::Stdio;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use crate::hooks::probe;
use crate::scratch::Scratch;
use lane_git::Oid;
use lane_git::SwapError;

const STATE: &str = "refs/agents/state";

fn commits<const N: usize>(scratch: &Scratch) -> [Oid; N] {
    std::array::from_fn(|number| scratch.commit(&format!("number {number}")))
}

fn lock_path(scratch: &Scratch) -> PathBuf {
    scratch.root.join(".git").join(format!("{STATE}.lock"))
}

fn nothing_is_left(scratch: &Scratch) {
    assert!(!lock_path(scratch).exists());
    assert_eq!(
        fs::read_dir(scratch.root.join(".git/lane/swap")).unwrap().count(),
        0
    );
}

#[test]
fn git_sees_what_was_swapped() {
    let scratch = Scratch::with_commit();
    let [one, two] = commits(&scratch);
    let (repo, lock) = (scratch.repo(), scratch.lock());
    repo.set_fsync(true);
    repo.swap_ref(STATE, None, one, &lock).unwrap();
    assert_eq!(
        (scratch.oid(STATE), repo.find_ref(STATE).unwrap()),
        (one, Some(one))
    );
    repo.set_fsync(false);
    repo.swap_ref(STATE, Some(one), two, &lock).unwrap();
    assert_eq!(
        (scratch.oid(STATE), repo.find_ref(STATE).unwrap()),
        (two, Some(two))
    );
    assert_eq!(
        repo.refs_under("refs/agents/").unwrap(),
        [(STATE.to_owned(), two)]
    );
    scratch.git(["fsck", "--strict"]);
    nothing_is_left(&scratch);
}

#[test]
fn a_branch_keeps_its_reflog() {
    let scratch = Scratch::with_commit();
    let [one, two] = commits(&scratch);
    scratch.git(["branch", "other", &one.to_string()]);
    scratch
        .repo()
        .swap_ref("refs/heads/other", Some(one), two, &scratch.lock())
        .unwrap();
    assert_eq!(scratch.oid("other@{1}"), one);
    assert_eq!(
        scratch.git(["reflog", "-1", "--format=%H %gs", "other"]),
        format!("{two} git-lane")
    );
    // What it is at and was at; without a reflog only the first.
    let been = |name: &str| scratch.repo().has_been_at(name).unwrap();
    let mut both = vec![one, two];
    both.sort_unstable();
    assert_eq!(been("refs/heads/other"), both);
    scratch.git(["update-ref", STATE, &one.to_string()]);
    assert_eq!(been(STATE), [one]);
    assert_eq!(been("refs/heads/nowhere"), []);
}

#[test]
fn a_moved_ref_is_moved_and_tells_what_it_holds() {
    let scratch = Scratch::with_commit();
    let [one, two] = commits(&scratch);
    let (repo, lock) = (scratch.repo(), scratch.lock());
    let moved = |expected, found| match repo.swap_ref(STATE, expected, two, &lock) {
        Err(SwapError::Moved { found: now }) => assert_eq!(now, found),
        other => panic!("{other:?}"),
    };
    moved(Some(one), None);
    scratch.git(["update-ref", STATE, &one.to_string()]);
    moved(None, Some(one));
    moved(Some(two), Some(one));
    nothing_is_left(&scratch);
}

#[test]
fn a_packed_ref_is_compared_and_swapped() {
    let scratch = Scratch::with_commit();
    let [one, two] = commits(&scratch);
    scratch.git(["update-ref", STATE, &one.to_string()]);
    scratch.git(["pack-refs", "--all"]);
    assert!(!scratch.root.join(".git").join(STATE).exists());
    let (repo, lock) = (scratch.repo(), scratch.lock());
    assert!(
        matches!(repo.swap_ref(STATE, None, two, &lock), Err(SwapError::Moved { found: Some(at) }) if at == one)
    );
    repo.swap_ref(STATE, Some(one), two, &lock).unwrap();
    assert_eq!(scratch.oid(STATE), two);
    scratch.git(["pack-refs", "--all"]);
    assert_eq!(
        (scratch.oid(STATE), repo.find_ref(STATE).unwrap()),
        (two, Some(two))
    );
}

#[test]
fn a_swap_from_zero_has_one_winner_among_sixteen_threads() {
    let scratch = Scratch::with_commit();
    let commits: [Oid; 16] = commits(&scratch);
    let winners: usize = thread::scope(|scope| {
        let racers = commits.map(|oid| {
            let scratch = &scratch;
            scope.spawn(move || {
                let (repo, lock) = (scratch.repo(), scratch.lock());
                match repo.swap_ref(STATE, None, oid, &lock) {
                    Ok(()) => 1,
                    Err(SwapError::Moved { found: Some(_) }) => 0,
                    Err(error) => panic!("{error:?}"),
                }
            })
        });
        racers.map(|racer| racer.join().unwrap()).iter().sum()
    });
    assert_eq!(winners, 1);
    scratch.git(["fsck", "--strict"]);
    nothing_is_left(&scratch);
}

#[test]
fn swaps_race_with_git_itself_and_one_wins() {
    let scratch = Scratch::with_commit();
    let [one, two, three] = commits(&scratch);
    for _ in 0..15 {
        scratch.git(["update-ref", STATE, &one.to_string()]);
        let mut git = scratch.command(&scratch.root);
        git.args(["update-ref", STATE, &three.to_string(), &one.to_string()]);
        let mut git = git.stderr(Stdio::null()).spawn().unwrap();
        let ours = scratch.repo().swap_ref(STATE, Some(one), two, &scratch.lock());
        let theirs = git.wait().unwrap().success();
        assert!(ours.is_ok() != theirs, "{ours:?} and {theirs}");
        assert_eq!(scratch.oid(STATE), if theirs { three } else { two });
    }
}

/// The folder of the drafts of the state ref.
fn drafts(scratch: &Scratch) -> PathBuf {
    let name = lane_git::hash_blob(format!("{STATE}.lock").as_bytes()).to_string();
    scratch.repo().common_dir().join("lane/swap").join(name)
}

/// As a git-lane leaves it that died with the state ref locked.
fn dead_with_the_lock(scratch: &Scratch) {
    let draft = drafts(scratch).join("4711-0");
    fs::create_dir_all(draft.parent().unwrap()).unwrap();
    fs::create_dir_all(lock_path(scratch).parent().unwrap()).unwrap();
    fs::write(&draft, "anything").unwrap();
    fs::hard_link(&draft, lock_path(scratch)).unwrap();
}

#[test]
fn a_lock_left_by_a_dead_git_lane_is_known_also_after_another_ref_was_swapped() {
    let scratch = Scratch::with_commit();
    let [one] = commits(&scratch);
    dead_with_the_lock(&scratch);
    let (repo, lock) = (scratch.repo(), scratch.lock());
    repo.swap_ref("refs/agents-remote/origin/state", None, one, &lock)
        .unwrap();
    repo.swap_ref(STATE, None, one, &lock).unwrap();
    assert_eq!(scratch.oid(STATE), one);
    nothing_is_left(&scratch);
}

#[test]
fn a_lock_left_by_a_dead_git_lane_is_recovered_at_once() {
    let scratch = Scratch::with_commit();
    let [one] = commits(&scratch);
    dead_with_the_lock(&scratch);
    let began = Instant::now();
    scratch
        .repo()
        .swap_ref(STATE, None, one, &scratch.lock())
        .unwrap();
    assert!(began.elapsed() < Duration::from_secs(1));
    assert_eq!(scratch.oid(STATE), one);
    nothing_is_left(&scratch);
}

/// Waits for the event itself, for ten seconds at most.
fn until(mut happened: impl FnMut() -> bool) {
    let began = Instant::now();
    while !happened() {
        assert!(began.elapsed() < Duration::from_secs(10), "it never happened");
        thread::yield_now();
    }
}

/// Whether a swapper has left this many drafts behind one another: each has another name.
fn moves_of(scratch: &Scratch, kill: usize) -> bool {
    thread_local!(static SEEN: std::cell::RefCell<std::collections::BTreeSet<std::ffi::OsString>> = std::cell::RefCell::default());
    let names = fs::read_dir(drafts(scratch))
        .into_iter()
        .flatten()
        .flatten()
        .map(|e| e.file_name());
    SEEN.with_borrow_mut(|seen| {
        seen.extend(names);
        if seen.len() > kill {
            seen.clear();
            true
        } else {
            false
        }
    })
}

#[test]
fn a_killed_swapper_blocks_nobody() {
    let scratch = Scratch::with_commit();
    let [one] = commits(&scratch);
    for kill in 0..12 {
        let mut child = probe(Command::new(std::env::current_exe().unwrap()), "swap")
            .current_dir(&scratch.root)
            .spawn()
            .unwrap();
        until(|| moves_of(&scratch, kill));
        child.kill().unwrap();
        child.wait().unwrap();
        let (repo, lock) = (scratch.repo(), scratch.lock());
        let now = repo.find_ref(STATE).unwrap();
        let began = Instant::now();
        repo.swap_ref(STATE, now, one, &lock).unwrap();
        assert!(began.elapsed() < Duration::from_secs(1));
    }
    scratch.git(["fsck", "--strict"]);
    nothing_is_left(&scratch);
}

#[test]
fn a_fresh_foreign_lock_is_respected_and_stays() {
    let scratch = Scratch::with_commit();
    let [one] = commits(&scratch);
    fs::create_dir_all(lock_path(&scratch).parent().unwrap()).unwrap();
    fs::write(lock_path(&scratch), "").unwrap();
    match scratch.repo().swap_ref(STATE, None, one, &scratch.lock()) {
        Err(SwapError::Locked { path, note }) => {
            assert!(path == lock_path(&scratch) && note.contains("s ago"), "{note}");
        }
        other => panic!("{other:?}"),
    }
    assert!(lock_path(&scratch).exists());
}

#[test]
fn a_foreign_lock_that_goes_away_is_waited_for() {
    let scratch = Scratch::with_commit();
    let [one] = commits(&scratch);
    fs::create_dir_all(lock_path(&scratch).parent().unwrap()).unwrap();
    fs::write(lock_path(&scratch), "").unwrap();
    thread::scope(|scope| {
        scope.spawn(|| {
            // The draft is written before the lock is tried: the other side is at it now.
            until(|| {
                fs::read_dir(scratch.repo().common_dir().join("lane/swap"))
                    .is_ok_and(|mut dir| dir.next().is_some())
            });
            fs::remove_file(lock_path(&scratch)).unwrap();
        });
        scratch
            .repo()
            .swap_ref(STATE, None, one, &scratch.lock())
            .unwrap();
    });
}

#[cfg(target_os = "linux")]
#[test]
fn a_stale_foreign_lock_is_set_aside_unless_somebody_has_it_open() {
    let scratch = Scratch::with_commit();
    let [one] = commits(&scratch);
    fs::create_dir_all(lock_path(&scratch).parent().unwrap()).unwrap();
    let open = fs::File::create(lock_path(&scratch)).unwrap();
    open.set_modified(std::time::SystemTime::now() - Duration::from_secs(61))
        .unwrap();
    match scratch.repo().swap_ref(STATE, None, one, &scratch.lock()) {
        Err(SwapError::Locked { note, .. }) => assert!(note.contains("has it open"), "{note}"),
        other => panic!("{other:?}"),
    }
    drop(open);
    scratch
        .repo()
        .swap_ref(STATE, None, one, &scratch.lock())
        .unwrap();
    assert_eq!(
        fs::read_dir(scratch.root.join(".git/lane/set-aside"))
            .unwrap()
            .count(),
        1
    );
}

#[test]
fn a_name_above_or_below_another_ref_is_an_error() {
    let scratch = Scratch::with_commit();
    let [one] = commits(&scratch);
    let (repo, lock) = (scratch.repo(), scratch.lock());
    repo.swap_ref("refs/agents/a/b", None, one, &lock).unwrap();
    for packed in [false, true] {
        for (name, with) in [
            ("refs/agents/a", "refs/agents/a/"),
            ("refs/agents/a/b/c", "refs/agents/a/b"),
        ] {
            match repo.swap_ref(name, None, one, &lock) {
                Err(SwapError::Conflict { with: other }) => {
                    assert!(other.starts_with(with), "{packed} {name} {other}");
                }
                other => panic!("{packed} {name} {other:?}"),
            }
        }
        scratch.git(["pack-refs", "--all"]);
    }
    scratch.git(["update-ref", "-d", "refs/agents/a/b"]);
    fs::create_dir_all(scratch.root.join(".git/refs/agents/a/empty")).unwrap();
    repo.swap_ref("refs/agents/a", None, one, &lock).unwrap();
    assert_eq!(scratch.oid("refs/agents/a"), one);
}

#[test]
fn what_is_no_plain_shared_ref_or_no_object_is_refused() {
    let scratch = Scratch::with_commit();
    let [one] = commits(&scratch);
    let (repo, lock) = (scratch.repo(), scratch.lock());
    for name in [
        "HEAD",
        "refs/agents/../../config",
        "refs/agents/-x",
        "refs/bisect/bad",
        "/tmp/x",
        "",
    ] {
        assert!(
            matches!(repo.swap_ref(name, None, one, &lock), Err(SwapError::Git(_))),
            "{name}"
        );
    }
    for missing in [Oid::ZERO, Oid::from_bytes([7; 20])] {
        assert!(
            matches!(repo.swap_ref(STATE, None, missing, &lock), Err(SwapError::Git(error)) if error.is_missing())
        );
    }
    scratch.git(["symbolic-ref", "refs/agents/link", "refs/heads/main"]);
    assert!(matches!(
        repo.swap_ref("refs/agents/link", Some(one), one, &lock),
        Err(SwapError::NotPlain)
    ));
    assert_eq!(
        repo.symbolic_target("refs/agents/link").unwrap().as_deref(),
        Some("refs/heads/main")
    );
}
