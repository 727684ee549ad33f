//! The laws of merging on thousands of random histories: two sides, three sides in any order, three clones that criss-cross.

use lane_merge::MARKER_MIN;
use lane_scenarios::fault;
use lane_scenarios::history::Commits;
use lane_scenarios::history::Deeds;
use lane_scenarios::history::KINDS;
use lane_scenarios::history::Kind;
use lane_scenarios::history::Outcome;
use lane_scenarios::history::broken;
use lane_scenarios::history::merged;
use lane_scenarios::history::same;
use lane_scenarios::history::side_of;
use lane_scenarios::history::tokens;

/// Histories of each kind and size; more by the environment.
fn seeds() -> u64 {
    let more = std::env::var("LANE_HISTORIES").ok().and_then(|n| n.parse().ok());
    more.unwrap_or(60)
}

/// Runs `check` on histories that get longer, so that the first one that fails is a short one.
#[track_caller]
fn each(longest: usize, check: impl Fn(&Kind, usize, &mut Deeds) -> Option<String>) {
    let mut failed = Vec::new();
    let only = std::env::var("LANE_KIND").ok();
    for kind in KINDS
        .iter()
        .filter(|kind| only.as_deref().is_none_or(|only| only == kind.name))
    {
        let histories = (1..=longest).flat_map(|size| (0..seeds()).map(move |seed| (size, seed)));
        let found = histories.map(|(size, seed)| {
            let why = check(kind, size, &mut Deeds::new(seed + 1_000 * size as u64))?;
            Some(format!("##### {}, {size} edits, seed {seed}: {why}", kind.name))
        });
        failed.extend(found.flatten().next());
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// A valid text after some edits.
fn edited(deeds: &mut Deeds, kind: &Kind, text: &str, edits: usize) -> String {
    let mut text = text.to_owned();
    for _ in 0..edits {
        let next = deeds.edited(kind, &text);
        let fault = fault(kind.path, &next);
        assert!(
            fault.is_none(),
            "an edit made an invalid file: {fault:?}\n{text}--- edited\n{next}"
        );
        text = next;
    }
    text
}

#[test]
fn edits_make_valid_files_and_leave_their_tokens() {
    each(1, |kind, _, deeds| {
        let text = edited(deeds, kind, &kind.begin(), 40);
        let left = tokens(&text);
        let gone = (1..100)
            .map(|n| format!("n{n:05}"))
            .filter(|token| deeds.was_removed(token))
            .count();
        (left.len() + gone == 0).then(|| format!("forty edits left nothing:\n{text}"))
    });
}

#[test]
fn two_sides_are_merged_by_the_laws() {
    each(5, |kind, size, deeds| {
        let base = edited(deeds, kind, &kind.begin(), size - 1);
        let [ours, theirs] = [0, 1].map(|_| edited(deeds, kind, &base, size));
        broken(kind, &base, &ours, &theirs)
    });
}

#[test]
fn three_sides_of_one_base_are_the_same_in_any_order() {
    each(4, |kind, size, deeds| {
        let base = edited(deeds, kind, &kind.begin(), size - 1);
        let sides = [0, 1, 2].map(|_| edited(deeds, kind, &base, size));
        let mut seen: Option<String> = None;
        for [a, b, c] in [[0, 1, 2], [0, 2, 1], [1, 2, 0]] {
            let merge = |ours: &str, theirs: &str| merged(kind, &base, ours, theirs, MARKER_MIN);
            let Outcome::Clean(two) = merge(&sides[a], &sides[b]) else {
                return None;
            };
            let Outcome::Clean(three) = merge(&two, &sides[c]) else {
                return None;
            };
            let seen = seen.get_or_insert_with(|| three.clone());
            if !same(kind, seen, &three) {
                let [one, two, other] = &sides;
                return Some(format!(
                    "the order counts\n=== base\n{base}=== a\n{one}=== b\n{two}=== c\n{other}=== one order\n{seen}=== another\n{three}"
                ));
            }
        }
        None
    });
}

#[test]
fn clones_that_merge_each_other_at_random_keep_everything() {
    each(8, |kind, size, deeds| Clones::new(*kind).run(size, deeds));
}

/// Three clones of one file.
struct Clones {
    kind: Kind,
    commits: Commits,
    tips: [usize; 3],
}

impl Clones {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            commits: Commits::new(kind, kind.begin()),
            tips: [0; 3],
        }
    }

    /// Edits and merges, then all take all. Gives the law that was broken.
    fn run(mut self, steps: usize, deeds: &mut Deeds) -> Option<String> {
        for _ in 0..steps * 2 {
            let clone = deeds.rng().usize(..3);
            if deeds.rng().u8(..3) > 0 {
                let tip = self.tips[clone];
                let text = edited(deeds, &self.kind, self.commits.text(tip), 1);
                self.tips[clone] = self.commits.add(&[tip], text);
            } else {
                let other = (clone + deeds.rng().usize(1..3)) % 3;
                if let Some(why) = self.take(clone, other, deeds) {
                    return Some(why);
                }
            }
        }
        for (clone, other) in [(0, 1), (0, 2), (1, 0), (2, 0)] {
            if let Some(why) = self.take(clone, other, deeds) {
                return Some(why);
            }
        }
        let texts = self.tips.map(|tip| self.commits.text(tip));
        (texts[0] != texts[1] || texts[0] != texts[2])
            .then(|| format!("the clones differ at the end: {texts:#?}"))
    }

    /// A clone merges another's tip; conflicts are settled by one side throughout.
    fn take(&mut self, clone: usize, other: usize, deeds: &mut Deeds) -> Option<String> {
        let (ours, theirs) = (self.tips[clone], self.tips[other]);
        if self.commits.contains(ours, theirs) {
            return None;
        }
        if self.commits.contains(theirs, ours) {
            self.tips[clone] = theirs;
            return None;
        }
        let merge = self.commits.merge(ours, theirs);
        let [one, two] = [ours, theirs].map(|commit| self.commits.text(commit).to_owned());
        if let Some(why) = broken(&self.kind, &merge.base, &one, &two) {
            let bases = self.commits.bases(ours, theirs);
            return Some(format!("{bases} bases, {why}"));
        }
        let text = match merge.outcome {
            Outcome::Clean(text) => text,
            Outcome::Conflict(text) => {
                let side = if deeds.rng().bool() { 2 } else { 3 };
                let settled = side_of(&text, side);
                deeds.note_removed(&one, &settled);
                deeds.note_removed(&two, &settled);
                settled
            }
            Outcome::Unsuited(why) => return Some(why),
        };
        let after = tokens(&text);
        let before = tokens(&one).into_iter().chain(tokens(&two));
        let lost = before
            .filter(|token| !after.contains(token))
            .find(|token| !deeds.was_removed(token));
        if let Some(token) = lost {
            return Some(format!(
                "{token} is lost\n=== ours\n{one}=== theirs\n{two}=== merged\n{text}"
            ));
        }
        self.tips[clone] = self.commits.add(&[ours, theirs], text);
        None
    }
}
