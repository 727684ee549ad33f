//! A handoff that lies already in its event, written by a program that is not git-lane's command: what `apply` can
//! know it refuses, and what only git knows is found at push.

use lane_core::event::Payload;
use lane_core::id::Agent;
use lane_core::id::CheckpointId;
use lane_core::policy::Role;
use lane_core::record::Checkpoint;
use lane_core::time::Timestamp;
use lane_core::view::View as _;
use lane_git::Repo;
use lane_store::Actor;
use lane_store::Source;
use lane_store::Store;
use lane_store::StoreError;
use lane_testkit::Place;
use lane_testkit::START;

use crate::delivering::delivered;
use crate::delivering::published;
use crate::delivering::push;
use crate::delivering::started;
use crate::following::follow;
use crate::sandbox;

/// The clock of the sandbox, and chance that never gives the same id twice in a test.
struct Standing;

impl Source for Standing {
    fn now(&self) -> Timestamp {
        Timestamp::from_secs(START)
    }

    fn fill(&self, bytes: &mut [u8]) {
        let mut random = std::fs::File::open("/dev/urandom").expect("randomness");
        std::io::Read::read_exact(&mut random, bytes).expect("randomness");
    }
}

/// Hands T-1 off by the library, with a record that `lie` has changed. Gives the refusal's id.
fn hand_off(repo: &Place<'_>, lie: &dyn Fn(&mut Checkpoint)) -> Result<(), String> {
    let repo = Repo::open(repo.path()).expect("the repository");
    let store = Store::new(&repo, &Standing);
    let actor = Actor {
        by: "agent-a".parse::<Agent>().expect("a name"),
        clone: lane_store::clone_id(&repo, &Standing).expect("the clone"),
        role: Role::Worker,
    };
    let done = store.transact(&actor, &mut |view| {
        let id = "T-1".parse().expect("an id");
        let task = view.task(&id)?.expect("the task").into_task();
        let last = view.checkpoint(&id, &CheckpointId::nth(task.checkpoints))?;
        let mut record = last.expect("a handoff before");
        record.made = None;
        record.checkpoint = CheckpointId::nth(task.checkpoints + 1);
        lie(&mut record);
        Ok(Payload::TaskHandedOff {
            checkpoint: Box::new(record),
        })
    });
    match done {
        Ok(_) => Ok(()),
        Err(StoreError::Refused(no)) => Err(no.ground.id.to_owned()),
        Err(other) => panic!("{other}"),
    }
}

fn other() -> String {
    "1".repeat(40)
}

#[test]
fn the_truth_written_by_the_library_passes() {
    let sandbox = sandbox();
    let (repo, lane) = delivered(&sandbox);
    hand_off(&repo, &|_| ()).unwrap();
    push(&lane).ok();
}

#[test]
fn what_only_git_knows_is_found_at_push_and_the_hint_leads_on() {
    type Lie = dyn Fn(&mut Checkpoint);
    let cases: [(&str, &Lie); 10] = [
        ("handoff-commits", &|r| r.commits.truncate(1)),
        ("handoff-commits", &|r| r.commits.reverse()),
        ("handoff-commits", &|r| r.commits.push(other())),
        ("handoff-files", &|r| r.files.clear()),
        ("handoff-files", &|r| r.files.push("src/z.rs".to_owned())),
        ("handoff-files", &|r| r.files[0] = "docs/guide.md".to_owned()),
        ("handoff-base", &|r| r.base = Some(other())),
        // A commit of the lane itself: what came before it would go unseen.
        ("handoff-base", &|r| {
            r.base = Some(r.commits[0].clone());
            r.commits.remove(0);
        }),
        ("handoff-stale", &|r| r.tip = other()),
        ("handoff-stale", &|r| r.tip = r.commits[0].clone()),
    ];
    for (id, lie) in cases {
        let sandbox = sandbox();
        let (repo, lane) = delivered(&sandbox);
        hand_off(&repo, lie).unwrap();
        let refused = push(&lane).code(1).says(&format!("error: {id}: "));
        follow(&lane, &refused, "git lane handoff T-1").ok();
        push(&lane).ok();
    }
}

#[test]
fn another_tree_is_found_at_push_where_no_run_ties_the_handoff_to_its_tree() {
    let sandbox = sandbox();
    let repo = published(&sandbox);
    let words = "title = \"work\"\nscope = [\"src/**\"]\n\n[acceptance.words]\ntext = \"it reads well\"\n";
    let lane = started(&repo, words);
    lane.commit("src/a.rs", "mine\n", "one").ok();
    lane.lane(["--offline", "handoff"]).ok();
    hand_off(&repo, &|r| r.tree = other()).unwrap();
    let refused = push(&lane).code(1).says("error: handoff-tree: ");
    follow(&lane, &refused, "git lane handoff T-1").ok();
    push(&lane).ok();
}

#[test]
fn what_the_state_knows_is_refused_by_apply() {
    type Lie = dyn Fn(&mut Checkpoint);
    let cases: [(&str, &Lie); 9] = [
        ("acceptance-missing", &|r| r.acceptance.clear()),
        ("acceptance-missing", &|r| drop(r.acceptance.remove("builds"))),
        ("acceptance-failed", &|r| {
            r.acceptance.get_mut("builds").unwrap().exit = 1;
        }),
        ("acceptance-stale", &|r| {
            r.acceptance.get_mut("builds").unwrap().tree = other();
        }),
        ("acceptance-stale", &|r| {
            r.acceptance.get_mut("builds").unwrap().command = "true".to_owned();
        }),
        ("acceptance-stale", &|r| {
            r.acceptance.get_mut("builds").unwrap().digest = format!("sha256:{}", "1".repeat(64));
        }),
        ("acceptance-stale", &|r| {
            let run = r.acceptance["builds"].clone();
            r.acceptance.insert("words".to_owned(), run);
        }),
        ("acceptance-stale", &|r| {
            r.tree = other();
            r.acceptance.values_mut().for_each(|run| run.tree = other());
        }),
        ("dependency-open", &|r| r.depends_satisfied = false),
    ];
    let sandbox = sandbox();
    let (repo, lane) = delivered(&sandbox);
    for (n, (id, lie)) in cases.into_iter().enumerate() {
        assert_eq!(hand_off(&repo, lie), Err(id.to_owned()), "case {n}");
    }
    push(&lane).ok();
}
