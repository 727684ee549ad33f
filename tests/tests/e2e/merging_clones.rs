//! Three clones with random edits that merge each other at random, through real git and the driver that `init` registers.

use lane_scenarios::fault;
use lane_scenarios::history::Deeds;
use lane_scenarios::history::KINDS;
use lane_scenarios::history::Kind;
use lane_scenarios::history::tokens;
use lane_testkit::Output;
use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::sandbox;
use crate::stress::size;

/// Edits and merges of one history, before all take all.
const STEPS: usize = 14;

/// The policy names the registry, and is not edited itself: it says how files are merged.
fn kinds() -> Vec<Kind> {
    KINDS
        .iter()
        .copied()
        .filter(|kind| kind.name != "policy")
        .collect()
}

#[test]
fn clones_that_merge_each_other_at_random_end_alike_and_keep_everything() {
    for seed in 0..size(3, 60) {
        let sandbox = sandbox();
        World::new(&sandbox, seed).run();
    }
}

#[test]
fn three_branches_of_one_base_are_merged_alike_in_any_order() {
    let mut compared = 0;
    for seed in 0..size(3, 60) {
        let sandbox = sandbox();
        compared += usize::from(World::new(&sandbox, 1_000 + seed).in_any_order());
    }
    assert!(compared > 0, "no history was clean");
}

struct World<'s> {
    clones: Vec<Place<'s>>,
    deeds: Deeds,
    seed: usize,
}

impl<'s> World<'s> {
    fn new(sandbox: &'s Sandbox, seed: usize) -> Self {
        let first = sandbox.repo("one");
        first.lane(["init"]).ok();
        let policy = ".agents/policy.toml";
        first.write(
            policy,
            first.read(policy) + "\n[merge]\nregistries = [\"docs/registry.txt\"]\n",
        );
        for kind in kinds() {
            first.write(kind.path, kind.begin());
        }
        commit_all(&first);
        // Again, for the attributes that the policy asks for.
        first.lane(["init"]).ok();
        commit_all(&first);
        let driver = first.git(["config", "merge.git-lane.driver"]).ok();
        let mut clones = vec![first];
        for name in ["two", "three"] {
            sandbox.at("").git(["clone", "--quiet", "one", name]).ok();
            clones.push(sandbox.at(name));
        }
        for clone in &clones {
            clone.git(["config", "merge.git-lane.driver", driver.text()]).ok();
            clone.git(["config", "core.hooksPath", "/dev/null"]).ok();
        }
        let deeds = Deeds::new(u64::try_from(seed).unwrap_or_default());
        Self { clones, deeds, seed }
    }

    fn run(mut self) {
        for _ in 0..STEPS {
            let clone = self.deeds.rng().usize(..3);
            if self.deeds.rng().u8(..3) > 0 {
                self.edit(clone, 2);
            } else {
                let other = (clone + self.deeds.rng().usize(1..3)) % 3;
                self.take(clone, other);
            }
        }
        for (clone, other) in [(0, 1), (0, 2), (1, 0), (2, 0)] {
            self.take(clone, other);
        }
        let trees: Vec<String> = self.clones.iter().map(|clone| clone.rev("HEAD^{tree}")).collect();
        assert!(
            trees[0] == trees[1] && trees[0] == trees[2],
            "seed {}: {trees:?}",
            self.seed
        );
    }

    /// Each clone edits, and one of them merges all in every order. Whether all of it was clean.
    fn in_any_order(mut self) -> bool {
        for clone in 0..3 {
            self.edit(clone, 4);
        }
        let place = &self.clones[0];
        let tips = [0, 1, 2].map(|clone| self.fetched(0, clone));
        let mut trees = Vec::new();
        for order in [[0, 1, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            place
                .git(["checkout", "--quiet", "--detach", &tips[order[0]]])
                .ok();
            for next in &order[1..] {
                if place.git(["merge", "--quiet", "--no-edit", &tips[*next]]).code != 0 {
                    return false;
                }
            }
            trees.push(place.rev("HEAD^{tree}"));
        }
        let differ = trees.iter().any(|tree| *tree != trees[0]);
        let show = || place.git(["diff", &trees[0], &trees[1]]).to_string();
        assert!(
            !differ,
            "seed {}: the order counts: {trees:?}\n{}",
            self.seed,
            show()
        );
        true
    }

    fn edit(&mut self, clone: usize, edits: usize) {
        for _ in 0..edits {
            let kinds = kinds();
            let kind = &kinds[self.deeds.rng().usize(..kinds.len())];
            let place = &self.clones[clone];
            let text = self.deeds.edited(kind, &place.read(kind.path));
            place.write(kind.path, text);
        }
        self.clones[clone]
            .git(["commit", "--quiet", "--all", "--allow-empty", "-m", "edits"])
            .ok();
    }

    /// The other clone's tip, fetched into this one.
    fn fetched(&self, clone: usize, other: usize) -> String {
        let from = self.clones[other].path().to_string_lossy().into_owned();
        self.clones[clone]
            .git(["fetch", "--quiet", "--no-write-fetch-head", &from, "main"])
            .ok();
        self.clones[other].rev("HEAD")
    }

    fn take(&mut self, clone: usize, other: usize) {
        let theirs = self.fetched(clone, other);
        let place = self.clones[clone].person();
        let ours = place.rev("HEAD");
        let before = [&ours, &theirs].map(|commit| texts(&place, commit));
        let [forth, back] = [[&ours, &theirs], [&theirs, &ours]]
            .map(|[one, two]| place.git(["merge-tree", "--write-tree", one, two]));
        assert_eq!(forth.code, back.code, "seed {}: {forth}\n{back}", self.seed);
        let merge = place.git(["merge", "--quiet", "--no-edit", &theirs]);
        assert_eq!(merge.code, forth.code, "seed {}: {merge}\n{forth}", self.seed);
        if merge.code == 0 {
            assert_eq!(
                forth.text(),
                back.text(),
                "seed {}: another tree with the sides swapped",
                self.seed
            );
            assert_eq!(place.rev("HEAD^{tree}"), forth.text());
        } else {
            self.settle(&place, &merge);
        }
        let after = texts(&place, "HEAD");
        for (n, kind) in kinds().iter().enumerate() {
            assert_eq!(
                fault(kind.path, &after[n]),
                None,
                "seed {}: {}\n{}",
                self.seed,
                kind.path,
                after[n]
            );
            if merge.code != 0 {
                for side in &before {
                    self.deeds.note_removed(&side[n], &after[n]);
                }
            }
            let there = tokens(&after[n]);
            let both = tokens(&before[0][n]).into_iter().chain(tokens(&before[1][n]));
            let lost: Vec<String> = both
                .filter(|token| !there.contains(token) && !self.deeds.was_removed(token))
                .collect();
            let [ours, theirs] = [&before[0][n], &before[1][n]];
            assert!(
                lost.is_empty(),
                "seed {}: {lost:?} lost in {}\n--- ours\n{ours}--- theirs\n{theirs}--- merged\n{}",
                self.seed,
                kind.path,
                after[n]
            );
        }
    }

    /// Takes our side of every file in conflict; each must show it.
    fn settle(&self, place: &Place<'_>, merge: &Output) {
        let unmerged = place.git(["diff", "--name-only", "--diff-filter=U"]).ok();
        assert!(!unmerged.text().is_empty(), "seed {}: {merge}", self.seed);
        for path in unmerged.text().lines() {
            let text = place.read(path);
            assert!(
                text.contains("<<<<<<<"),
                "seed {}: {path} has no markers\n{text}",
                self.seed
            );
            place.git(["checkout", "--quiet", "--ours", "--", path]).ok();
            place.git(["add", "--", path]).ok();
        }
        place.git(["commit", "--quiet", "--no-edit"]).ok();
    }
}

/// A commit past the hooks, which have their own tests.
fn commit_all(place: &Place<'_>) {
    place.git(["add", "--all"]).ok();
    let hooks = "core.hooksPath=/dev/null";
    place
        .git(["-c", hooks, "commit", "--quiet", "--allow-empty", "-m", "all"])
        .ok();
}

/// The text of each kind's file in a commit.
fn texts(place: &Place<'_>, commit: &str) -> Vec<String> {
    let read = |kind: &Kind| {
        place
            .git(["show", &format!("{commit}:{}", kind.path)])
            .ok()
            .stdout
    };
    kinds().iter().map(read).collect()
}
