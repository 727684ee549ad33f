//! `verify` and `verify --full` over ledgers that were tampered with: each names the first commit that is not right.

use lane_testkit::Place;

use crate::plumbing::STATE;
use crate::plumbing::commits;
use crate::plumbing::line;
use crate::plumbing::path_of;
use crate::plumbing::rebuild;
use crate::plumbing::rechained;
use crate::plumbing::tree_with;
use crate::plumbing::with_line;
use crate::sandbox;

/// A ledger whose last three events are a claim, a lock and a release.
fn ledger(repo: &Place<'_>) -> Vec<String> {
    repo.task("T-1", "src/**");
    let agent = repo.agent("agent-a");
    agent.lane(["claim", "T-1"]).ok();
    agent.lane(["lock", "docs/**", "--objective", "the guide"]).ok();
    agent.lane(["release", "T-1", "--why", "enough"]).ok();
    commits(repo)
}

/// The place of the claim in the ledger.
fn claim(all: &[String]) -> usize {
    all.len() - 3
}

/// Asserts what a verification finds: the commit at `bad`, or nothing.
fn finds(repo: &Place<'_>, names: &[String], full: bool, bad: Option<usize>, what: &str) {
    let args = if full {
        &["verify", "--json", "--full"][..]
    } else {
        &["verify", "--json"]
    };
    // Somebody who never had another state: that it was rewritten is another finding.
    let _ = std::fs::remove_file(repo.path().join(".git/lane/journal"));
    let found = repo.lane(args);
    let json = found.json();
    match bad {
        None => assert_eq!(found.code, 0, "{what}: {found}"),
        Some(bad) => {
            assert_eq!(found.code, 1, "{what}: {found}");
            assert_eq!(
                (json["seq"].as_u64(), json["commit"].as_str()),
                (u64::try_from(bad).ok(), Some(names[bad].as_str())),
                "{what}: {found}"
            );
            assert!(found.stderr.contains(&names[bad]), "{what}: {found}");
        }
    }
}

/// What somebody does to a ledger; `in_chain` and `in_full` are the places that the two verifications name.
struct Tampering {
    what: &'static str,
    tamper: fn(&Place<'_>, &mut Vec<String>),
    in_chain: Option<fn(&[String]) -> usize>,
    in_full: fn(&[String]) -> usize,
}

const TAMPERINGS: &[Tampering] = &[
    Tampering {
        what: "an edited event",
        tamper: |_, all| {
            let at = claim(all);
            all[at] = all[at].replace("by = \"agent-a\"", "by = \"agent-b\"");
        },
        in_chain: Some(claim),
        in_full: claim,
    },
    Tampering {
        what: "words behind the event",
        tamper: |_, all| {
            let at = claim(all);
            all[at].push_str("\nmore = 1\n");
        },
        in_chain: Some(claim),
        in_full: claim,
    },
    Tampering {
        what: "a dropped event",
        tamper: |_, all| drop(all.remove(claim(all))),
        // The one that came after it stands there now.
        in_chain: Some(|all| all.len() - 2),
        in_full: |all| all.len() - 2,
    },
    Tampering {
        what: "two events swapped",
        tamper: |_, all| {
            let at = claim(all);
            all.swap(at, at + 1);
        },
        in_chain: Some(claim),
        in_full: claim,
    },
    Tampering {
        what: "a dropped event, the chain made anew",
        tamper: |repo, all| {
            drop(all.remove(claim(all)));
            rechained(repo, all);
        },
        in_chain: None,
        // The lock stands where the claim did, on a tree that the claim is in.
        in_full: |all| all.len() - 2,
    },
    Tampering {
        what: "two events swapped, the chain made anew",
        tamper: |repo, all| {
            let at = claim(all);
            all.swap(at + 1, at + 2);
            rechained(repo, all);
        },
        in_chain: None,
        in_full: |all| all.len() - 2,
    },
    Tampering {
        what: "an event told twice",
        tamper: |_, all| {
            let at = claim(all) + 1;
            all.insert(at + 1, all[at].clone());
        },
        in_chain: Some(|all| all.len() - 2),
        in_full: |all| all.len() - 2,
    },
    Tampering {
        what: "an event told twice, the chain made anew",
        tamper: |repo, all| {
            let at = claim(all) + 1;
            all.insert(at + 1, all[at].clone());
            rechained(repo, all);
        },
        in_chain: None,
        in_full: |all| all.len() - 2,
    },
    Tampering {
        what: "an event said to be another agent's, the chain made anew",
        tamper: |repo, all| {
            let at = claim(all);
            all[at] = all[at]
                .replace("by = \"agent-a\"", "by = \"agent-b\"")
                .replace("\n\nclaim T-1 by agent-a", "\n\nclaim T-1 by agent-b");
            rechained(repo, all);
        },
        in_chain: None,
        in_full: claim,
    },
    Tampering {
        what: "a lost beginning",
        tamper: |_, all| {
            drop(all.drain(..2));
            all[0] = all[0].replacen(&format!("\nparent {}", line(&all[0], "parent ")), "", 1);
        },
        in_chain: Some(|_| 0),
        in_full: |_| 0,
    },
    Tampering {
        what: "a commit without an event",
        tamper: |_, all| {
            let at = claim(all);
            let head = all[at].split("\n\n").next().unwrap_or_default();
            all[at] = format!("{head}\n\nhello\n");
        },
        in_chain: Some(claim),
        in_full: claim,
    },
    Tampering {
        what: "a tree that does not follow",
        tamper: |repo, all| {
            let at = claim(all);
            let tree = tree_with(
                repo,
                line(&all[at], "tree "),
                ".agents/locks/L-mine.toml",
                b"id = \"L-mine\"\n",
            );
            all[at] = with_line(&all[at], "tree ", &tree);
        },
        in_chain: None,
        in_full: claim,
    },
    Tampering {
        what: "a file beside the records",
        tamper: |repo, all| {
            let last = all.len() - 1;
            let tree = tree_with(repo, line(&all[last], "tree "), "README", b"hello\n");
            all[last] = with_line(&all[last], "tree ", &tree);
        },
        in_chain: None,
        in_full: |all| all.len() - 1,
    },
    Tampering {
        what: "a second parent",
        tamper: |repo, all| {
            let at = claim(all);
            let other = repo.rev("HEAD");
            all[at] = all[at].replacen("\nauthor ", &format!("\nparent {other}\nauthor "), 1);
        },
        in_chain: Some(claim),
        in_full: claim,
    },
    Tampering {
        what: "another sentence over the event",
        tamper: |_, all| {
            let at = claim(all);
            all[at] = all[at].replace("\n\nclaim T-1 by agent-a", "\n\nclaim T-1 by agent-b");
        },
        in_chain: None,
        in_full: claim,
    },
    Tampering {
        what: "another date on the commit",
        tamper: |_, all| {
            let at = claim(all);
            let committer = line(&all[at], "committer ").to_owned();
            let who = committer.rsplit_once("> ").expect("a signature").0;
            all[at] = with_line(&all[at], "committer ", &format!("{who}> 1700000000 +0000"));
        },
        in_chain: None,
        in_full: claim,
    },
    Tampering {
        what: "another first commit",
        tamper: |_, all| all[0] = all[0].replace("git-lane state of", "another state of"),
        in_chain: Some(|_| 0),
        in_full: |_| 0,
    },
    Tampering {
        what: "a first commit for another repository",
        tamper: |repo, all| {
            let tree = tree_with(
                repo,
                line(&all[0], "tree "),
                ".agents/state.toml",
                b"format = 1\nrepository = \"0123456789abcdef\"\nepoch = 1\n",
            );
            all[0] = with_line(&all[0], "tree ", &tree);
        },
        in_chain: Some(|_| 0),
        in_full: |_| 0,
    },
];

#[test]
fn each_tampering_is_found_and_its_first_commit_named() {
    for case in TAMPERINGS {
        let sandbox = sandbox();
        let repo = sandbox.lanes("r");
        let mut all = ledger(&repo);
        repo.lane(["verify", "--full"]).ok();
        (case.tamper)(&repo, &mut all);
        let names = rebuild(&repo, &all);
        finds(
            &repo,
            &names,
            false,
            case.in_chain.map(|place| place(&all)),
            case.what,
        );
        finds(&repo, &names, true, Some((case.in_full)(&all)), case.what);
    }
}

#[test]
fn an_untouched_ledger_that_was_written_again_verifies() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    let all = ledger(&repo);
    let tip = repo.rev(STATE);
    // The tamperings above differ from this in what they do, and in nothing else.
    assert_eq!(rebuild(&repo, &all).last(), Some(&tip));
    repo.lane(["verify", "--full"])
        .ok()
        .prints(&format!("ok: {} events", all.len() - 1));
}

#[test]
fn a_forged_event_with_a_right_chain_is_found_by_the_replay() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    let mut all = ledger(&repo);
    all.truncate(claim(&all) + 1);
    // Where the claim left no trace in the tree, a second one is granted, with a chain that fits.
    let mut hidden = all.clone();
    let at = claim(&ledger_of(&hidden));
    hidden[at] = with_line(&all[at], "tree ", line(&all[at - 1], "tree "));
    rebuild(&repo, &hidden);
    repo.agent("agent-b").lane(["claim", "T-1"]).ok();
    all.push(commits(&repo).pop().expect("the second claim"));
    let names = rebuild(&repo, &all);
    finds(&repo, &names, false, None, "forged");
    finds(&repo, &names, true, Some(all.len() - 1), "forged");
    repo.lane(["verify", "--full"])
        .code(1)
        .says("was not allowed (already-claimed)");
}

/// The ledger as if two more events followed, so that [`claim`] finds the last.
fn ledger_of(all: &[String]) -> Vec<String> {
    all.iter()
        .cloned()
        .chain([String::new(), String::new()])
        .collect()
}

#[test]
fn a_tree_that_does_not_follow_is_shown_by_record_and_key() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    let mut all = ledger(&repo);
    let at = claim(&all);
    let path = path_of(&repo, "T-1");
    let tree = line(&all[at], "tree ").to_owned();
    let record = repo
        .git(["cat-file", "blob", &format!("{tree}:{path}")])
        .ok()
        .stdout;
    let forged = record.replace("by = \"agent-a\"", "by = \"agent-b\"");
    assert_ne!(record, forged);
    all[at] = with_line(
        &all[at],
        "tree ",
        &tree_with(&repo, &tree, &path, forged.as_bytes()),
    );
    let names = rebuild(&repo, &all);
    for command in [&["verify", "--full", "--json"][..], &["replay", "--json"]] {
        let found = repo
            .lane(command)
            .code(1)
            .says("stored   \"agent-b\"")
            .says("rebuilt  \"agent-a\"");
        let json = found.json();
        assert_eq!(json["commit"], names[at].as_str(), "{found}");
        let difference = &json["difference"];
        assert_eq!(difference["path"], path.as_str(), "{found}");
        assert_eq!(difference["key"], "claim.by", "{found}");
    }
    // What lies before it is whole.
    repo.lane(["replay", &format!("..{}", at - 1)])
        .ok()
        .prints("is what is stored");
}

#[test]
fn a_missing_commit_is_named() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    let all = ledger(&repo);
    let lost = repo.rev(&format!("{STATE}~2"));
    let file = repo.path().join(".git/objects").join(&lost[..2]).join(&lost[2..]);
    std::fs::remove_file(file).expect("a loose object");
    for args in [&["verify", "--json"][..], &["verify", "--full", "--json"]] {
        let json = repo.lane(args).code(1).says("is not here").json();
        assert_eq!(
            (json["commit"].as_str(), json["seq"].as_u64()),
            (Some(&*lost), Some(claim(&all) as u64))
        );
    }
}

#[test]
fn a_state_that_was_put_back_is_a_finding_by_journal_and_by_tracking_ref() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    ledger(&repo);
    let (last, older) = (repo.rev(STATE), repo.rev(&format!("{STATE}~1")));
    // A moment of the past is no finding while the state goes on from it.
    repo.lane(["verify", &older]).ok();
    repo.git(["update-ref", STATE, &older]).ok();
    let found = repo.lane(["verify"]).code(1).says("state-went-back").says(&last);
    let shown = repo.sh(&found.hints()[0]).ok();
    assert_eq!(shown.stdout.lines().count(), 1, "{shown}");
    std::fs::remove_file(repo.path().join(".git/lane/journal")).expect("a journal");
    repo.lane(["verify"]).ok();
    let tracking = "refs/agents-remote/origin/state";
    repo.git(["update-ref", tracking, &last]).ok();
    let json = repo.lane(["verify", "--full", "--json"]).code(1).json();
    assert_eq!(
        (json["ok"].as_bool(), json["lacks"][0]["commit"].as_str()),
        (Some(false), Some(&*last))
    );
    assert_eq!(json["lacks"][0]["seen"], tracking);
    repo.lane(["verify", tracking]).ok();
    repo.lane(["verify", "no-such-rev"])
        .code(2)
        .says("names no commit");
}

#[test]
fn a_mirror_clone_verifies_and_nothing_is_written_into_it() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    ledger(&repo);
    sandbox
        .at("")
        .git(["clone", "--quiet", "--mirror", "r", "m.git"])
        .ok();
    let mirror = sandbox.at("m.git");
    let before = mirror.git(["count-objects", "-v"]).ok().stdout;
    mirror.lane(["verify", "--full"]).ok().prints("ok: ");
    mirror
        .lane(["verify", "HEAD"])
        .code(1)
        .says("is no first commit of a state");
    assert_eq!(mirror.git(["count-objects", "-v"]).ok().stdout, before);
    assert!(!mirror.has("lane"));
}

#[test]
fn a_bare_clone_that_got_only_the_ref_verifies_it() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    ledger(&repo);
    let bare = sandbox.at("");
    bare.git(["init", "--quiet", "--bare", "bare.git"]).ok();
    let bare = bare.at("bare.git");
    bare.lane(["verify"]).code(6);
    bare.git(["fetch", "--quiet", "../r", &format!("{STATE}:{STATE}")])
        .ok();
    for args in [&["verify"][..], &["verify", "--full"]] {
        bare.lane(args).ok().prints("ok: ");
    }
    assert_eq!(bare.git(["for-each-ref"]).ok().stdout.lines().count(), 1);
}

#[test]
fn a_shallow_copy_of_the_ref_is_not_taken_for_the_whole() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    ledger(&repo);
    let copy = sandbox.empty_repo("copy");
    let from = format!("file://{}", repo.path().display());
    copy.git([
        "fetch",
        "--quiet",
        "--depth=2",
        &from,
        &format!("{STATE}:{STATE}"),
    ])
    .ok();
    copy.lane(["verify"]).code(1).says("shallow");
}
