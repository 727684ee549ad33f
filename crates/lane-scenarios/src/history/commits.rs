//! Commits of one file, and their merges as git makes them: several bases are merged into one first, and so on below.

use std::collections::BTreeSet;

use lane_merge::MARKER_MIN;

use super::Kind;
use super::laws::Outcome;
use super::laws::merged;

/// How much longer markers are at each level of bases of bases.
const LONGER: usize = 2;

/// A history.
pub struct Commits {
    kind: Kind,
    commits: Vec<Commit>,
}

#[derive(Clone)]
struct Commit {
    text: String,
    /// Itself and all before it.
    past: BTreeSet<usize>,
}

/// Two commits and their base.
pub struct Merge {
    /// The base's text, with markers where bases of bases were in conflict.
    pub base: String,
    /// What came of it.
    pub outcome: Outcome,
}

impl Commits {
    /// With a first commit, 0.
    pub fn new(kind: Kind, text: String) -> Self {
        let past = BTreeSet::from([0]);
        Self {
            kind,
            commits: vec![Commit { text, past }],
        }
    }

    /// A commit on these; gives its number.
    pub fn add(&mut self, parents: &[usize], text: String) -> usize {
        let number = self.commits.len();
        let mut past: BTreeSet<usize> = parents
            .iter()
            .flat_map(|parent| self.commits[*parent].past.iter().copied())
            .collect();
        past.insert(number);
        self.commits.push(Commit { text, past });
        number
    }

    /// A commit's text.
    pub fn text(&self, commit: usize) -> &str {
        &self.commits[commit].text
    }

    /// Whether `commit` has `other` in its past.
    pub fn contains(&self, commit: usize, other: usize) -> bool {
        self.commits[commit].past.contains(&other)
    }

    /// Merges `theirs` into `ours`.
    pub fn merge(&self, ours: usize, theirs: usize) -> Merge {
        let [ours, theirs] = [ours, theirs].map(|commit| &self.commits[commit]);
        let base = self.base(ours, theirs, 1);
        let outcome = merged(&self.kind, &base, &ours.text, &theirs.text, MARKER_MIN);
        Merge { base, outcome }
    }

    /// How many best common ancestors two commits have.
    pub fn bases(&self, one: usize, other: usize) -> usize {
        self.best(&self.commits[one], &self.commits[other]).len()
    }

    /// The common ancestors that no other one contains, oldest first.
    fn best(&self, one: &Commit, other: &Commit) -> Vec<usize> {
        let common: Vec<usize> = one.past.intersection(&other.past).copied().collect();
        let within = |n: usize| {
            common
                .iter()
                .any(|m| *m != n && self.commits[*m].past.contains(&n))
        };
        common.iter().copied().filter(|n| !within(*n)).collect()
    }

    /// The text of the base: of several, what their merge makes, markers and all.
    fn base(&self, one: &Commit, other: &Commit, depth: usize) -> String {
        let mut bases = self.best(one, other).into_iter().map(|n| self.commits[n].clone());
        let Some(mut base) = bases.next() else {
            return String::new();
        };
        for next in bases {
            let below = self.base(&base, &next, depth + 1);
            let size = MARKER_MIN + LONGER * depth;
            let text = match merged(&self.kind, &below, &base.text, &next.text, size) {
                Outcome::Clean(text) | Outcome::Conflict(text) => text,
                Outcome::Unsuited(_) => base.text.clone(),
            };
            let past = base.past.union(&next.past).copied().collect();
            base = Commit { text, past };
        }
        base.text
    }
}
