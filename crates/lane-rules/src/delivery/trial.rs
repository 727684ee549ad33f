//! A delivery as plain data, for the rules' tests: a sound one of `T-1`, and what a test changes about it.

use std::collections::BTreeMap;

use lane_core::codec;
use lane_core::policy;
use lane_core::policy::Adopted;
use lane_core::record::Cause;
use lane_core::record::Outcome;
use lane_core::record::Task;

use super::Changed;
use super::Delivered;
use super::Evidence;
use super::Moment;
use super::Removed;
use super::judge_delivery;
use crate::finding::Finding;
use crate::reach::ReachError;
use crate::trial::ids;

/// The tree at the merge base.
pub(super) const BASE: &str = "b0";
/// The tree that is delivered.
pub(super) const TREE: &str = "7e";

/// What a test may change.
pub(super) struct Trial {
    pub(super) policy: String,
    /// The keys of the task beside those that every task has; none for what is no lane's.
    pub(super) task: Option<&'static str>,
    pub(super) moment: Moment,
    pub(super) changes: &'static [&'static str],
    pub(super) removed: Vec<Removed>,
    pub(super) entries: &'static [&'static str],
    pub(super) changelogs: &'static [&'static str],
    pub(super) elsewhere: &'static [&'static str],
    pub(super) merges: usize,
    pub(super) evidence: Evidence,
}

impl Trial {
    /// A delivery against which nothing stands: of a chore with a check, where the policy has no stages unless it says so.
    pub(super) fn checked() -> Self {
        Self {
            policy: String::new(),
            task: Some(""),
            moment: Moment::Handoff,
            changes: &["src/a.rs"],
            removed: Vec::new(),
            entries: &[],
            changelogs: &["CHANGELOG.md"],
            elsewhere: &[],
            merges: 0,
            evidence: Evidence {
                handed_off: true,
                ..Evidence::default()
            },
        }
    }

    /// The findings.
    pub(super) fn judge(&self) -> Vec<Finding> {
        self.try_judge().unwrap()
    }

    /// The findings, or that a glob cannot be read.
    pub(super) fn try_judge(&self) -> Result<Vec<Finding>, ReachError> {
        let stages = match self.policy.contains("[pipeline]") || self.policy.contains("[lanes]") {
            true => "",
            false => "[pipeline]\nstages = []\n",
        };
        let text = format!("format = 1\nrepository = \"r\"\n{}{stages}", self.policy);
        let policy = codec::decode::<policy::Policy>(text.as_bytes()).unwrap();
        let task = self.task.map(task);
        let paths =
            |paths: &[&str]| -> Vec<Vec<u8>> { paths.iter().map(|p| p.as_bytes().to_vec()).collect() };
        let changes: Vec<Changed> = paths(self.changes)
            .into_iter()
            .map(|path| Changed {
                path,
                was: true,
                is: true,
            })
            .collect();
        let entries: Vec<String> = self.entries.iter().map(ToString::to_string).collect();
        let delivered = Delivered {
            task: task.as_ref(),
            moment: self.moment,
            base_tree: Some(BASE.to_owned()),
            tree: TREE.to_owned(),
            changes: &changes,
            removed: &self.removed,
            entries: &entries,
            changelogs: &paths(self.changelogs),
            main: "origin/main",
            merges: self.merges,
            elsewhere: &paths(self.elsewhere),
            evidence: &self.evidence,
        };
        judge_delivery(&delivered, &Adopted::of(&policy, ""))
    }

    /// That exactly these ids are found.
    #[track_caller]
    pub(super) fn finds(&self, expected: &[&str]) -> Vec<Finding> {
        let found = self.judge();
        assert_eq!(
            ids(&found),
            expected,
            "{:?} {:?} {}",
            self.task,
            self.changes,
            self.policy
        );
        found
    }

    /// That exactly one thing is found, and what it says and which command leads on.
    #[track_caller]
    pub(super) fn says(&self, what: &str, hint: &str) {
        let found = self.judge();
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].refusal.what, what);
        assert_eq!(
            found[0].remedies.first(),
            Some(&crate::Remedy::Run(hint.to_owned()))
        );
    }
}

/// `T-1`, a chore with one check, unless `more` says otherwise.
fn task(more: &str) -> Task {
    let kind = if more.contains("kind =") {
        ""
    } else {
        "kind = \"chore\"\n"
    };
    let plain = "[acceptance.a1]\ntext = \"x\"\ncheck = [\"true\"]\n";
    let plain = if more.contains("[acceptance") { "" } else { plain };
    let status = if more.contains("status =") {
        ""
    } else {
        "status = \"in-progress\"\n"
    };
    let text = format!(
        "id = \"T-1\"\ntitle = \"x\"\n{status}branch = \"T-1\"\ncreated = \"2026-11-20T09:00:00Z\"\n{kind}{more}\n{plain}"
    );
    codec::decode(text.as_bytes()).unwrap()
}

/// A run that ended so on this tree.
pub(super) fn ran(exit: i32, tree: &str) -> Outcome {
    Outcome {
        command: "true".to_owned(),
        check: None,
        exit,
        secs: 0.1,
        tree: tree.to_owned(),
        digest: "sha256:00".to_owned(),
        signature: None,
        lines: None,
        made: None,
    }
}

/// One run by its key.
pub(super) fn runs(key: &str, outcome: Outcome) -> BTreeMap<String, Outcome> {
    BTreeMap::from([(key.to_owned(), outcome)])
}

/// The cause of a defect, in this file.
pub(super) fn cause(file: &str) -> Option<Cause> {
    Some(Cause {
        text: "it was wrong".to_owned(),
        layer: "parser".to_owned(),
        file: file.to_owned(),
    })
}
