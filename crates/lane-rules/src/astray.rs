//! The verdict on commits of nobody's lane that an agent brings to the integration branch: what a lane here holds is not
//! changed beside it.

use lane_core::ground;
use lane_core::id::Agent;
use lane_core::id::CloneId;
use lane_core::id::TaskId;
use lane_core::policy::Adopted;
use lane_core::record::Exception;
use lane_core::record::Lock;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::text;
use lane_core::time::Timestamp;

use crate::change::Edit;
use crate::desks::Desks;
use crate::finding::Finding;
use crate::reach::Reach;
use crate::reach::ReachError;
use crate::remedy::Remedy;
use crate::rules::off_lane;

/// A commit that belongs to no lane. A merge is none: what it brings are other commits.
pub struct Astray {
    /// Its name, in hex.
    pub commit: String,
    /// When it was written: its author's time.
    pub written: Timestamp,
    /// The paths that it changes.
    pub edits: Vec<Edit>,
}

/// Who brings them, and what stands.
pub struct Landing<'a> {
    /// Who pushes.
    pub actor: &'a Agent,
    /// In which clone.
    pub clone: &'a CloneId,
    /// All live locks.
    pub locks: &'a [Lock],
    /// The adopted policy.
    pub policy: &'a Adopted,
    /// All overrides that are kept.
    pub exceptions: &'a [Exception],
    /// Where lanes are worked on.
    pub desks: &'a dyn Desks,
}

impl Landing<'_> {
    /// Whether commits beside the lanes can be found at all: an agent brings them where the policy's lanes have branches of
    /// their own, and lanes of this clone hold something.
    pub fn is_judged(&self) -> bool {
        off_lane::keeps_to_lanes(self.actor, self.policy) && self.locks.iter().any(|lock| self.counts(lock))
    }

    /// Locks of the agents' lanes in this clone. What is handed off is landed by whoever lands it.
    fn counts(&self, lock: &Lock) -> bool {
        lock.task.is_some() && lock.clone == *self.clone && !lock.owner.is_person() && !lock.kept
    }
}

/// `wrong-branch` for each path that a lane of this clone held when the commit was written. `is_free` lets an edit of a commit
/// pass that is the lane's all the same; it is asked only where something was found.
///
/// # Errors
/// When a glob of a record or of the policy cannot be read.
pub fn judge_astray(
    commits: &[Astray],
    landing: &Landing<'_>,
    is_free: &dyn Fn(&Astray, &TaskId, &Edit) -> bool,
) -> Result<Vec<Finding>, ReachError> {
    let Landing {
        actor, policy, locks, ..
    } = landing;
    let reach = Reach::new(policy, actor, None, &[], landing.exceptions.iter(), locks)?;
    let mut found = Vec::new();
    for commit in commits {
        let held = |edit: &Edit| {
            let free = reach.let_pass.covers(&edit.path) || reach.common.covers(&edit.path);
            let mut covering = locks.iter().zip(&reach.locks).filter(|(lock, scope)| {
                landing.counts(lock) && commit.written >= lock.start && scope.covers(&edit.path)
            });
            let (lock, _) = covering.next().filter(|_| !free)?;
            let task = lock.task.as_ref()?;
            (!is_free(commit, task, edit)).then_some((lock, task))
        };
        let held = commit.edits.iter().filter_map(|edit| Some((edit, held(edit)?)));
        found.extend(held.map(|(edit, (lock, task))| finding(commit, edit, (lock, task), landing)));
    }
    Ok(found)
}

fn finding(commit: &Astray, edit: &Edit, (lock, task): (&Lock, &TaskId), landing: &Landing<'_>) -> Finding {
    let is_own = lock.is_held_by(landing.actor, landing.clone);
    let whose = match is_own {
        true => "your".to_owned(),
        false => format!("{}'s", lock.owner),
    };
    let what = format!(
        "{} is held by {whose} lane {task}, and the commit is not on its branch",
        text::escape_path(&edit.path)
    );
    // Nothing is lost, and the commit that is tried again tells the way into the lane.
    let again = command(&["git", "reset", "--soft", &format!("{}~1", commit.commit)]);
    let lead = match is_own {
        true => off_lane::lead_to(landing.desks.of(task).as_deref(), task),
        false => command(&["git", "lane", "note", task.as_str(), "TEXT"]),
    };
    Finding {
        commit: Some(commit.commit.clone()),
        ..Finding::path(
            &edit.path,
            Refusal::new(&ground::WRONG_BRANCH, what),
            vec![Remedy::Run(again), Remedy::Run(lead)],
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::NoDesks;
    use crate::trial::ids;
    use crate::trial::lock_of;
    use lane_core::policy;

    const A: [&str; 4] = ["agent-a", "c1", "src/**", "exclusive"];

    #[track_caller]
    fn judge(actor: &str, policy: &str, lock: &Lock, (path, written): (&str, i64)) -> Vec<Finding> {
        let text = format!("format = 1\nrepository = \"r\"\n{policy}");
        let landing = Landing {
            actor: &Agent::new(actor).unwrap(),
            clone: &CloneId::new("c1").unwrap(),
            locks: std::slice::from_ref(lock),
            policy: &Adopted::of(&policy::parse(text.as_bytes()).unwrap(), ""),
            exceptions: &[],
            desks: &NoDesks(Some("/w")),
        };
        let commit = Astray {
            commit: "c0ffee".to_owned(),
            written: Timestamp::from_secs(written),
            edits: vec![Edit {
                path: path.as_bytes().to_vec(),
                content: "100644 x".to_owned(),
            }],
        };
        let found = judge_astray(&[commit], &landing, &|_, _, edit| edit.path == b"src/landed").unwrap();
        if landing.is_judged() { found } else { Vec::new() }
    }

    #[test]
    fn what_a_lane_here_holds_is_not_landed_beside_it() {
        let lock = lock_of(&A, Some("T-1"));
        for (actor, policy, about, found) in [
            ("agent-a", "", ("src/a", 0), &["wrong-branch"][..]),
            ("agent-b", "", ("src/a", 0), &["wrong-branch"]),
            ("agent-a", "", ("docs/a", 0), &[]),
            ("agent-a", "", ("src/a", -1), &[]),
            ("agent-a", "", ("src/landed", 0), &[]),
            ("person:pat@example.org", "", ("src/a", 0), &[]),
            ("agent-a", "[lanes]\nmode = \"A\"\n", ("src/a", 0), &[]),
            (
                "agent-a",
                "[roles]\nintegrator = [\"agent-a\"]\n",
                ("src/a", 0),
                &[],
            ),
        ] {
            assert_eq!(
                ids(&judge(actor, policy, &lock, about)),
                found,
                "{actor} {about:?}"
            );
        }
    }

    #[test]
    fn only_lanes_at_work_in_this_clone_count() {
        let mut kept = lock_of(&A, Some("T-1"));
        kept.kept = true;
        let elsewhere = ["agent-a", "c2", "src/**", "exclusive"];
        let person = ["person:pat@example.org", "c1", "src/**", "exclusive"];
        for lock in [
            kept,
            lock_of(&A, None),
            lock_of(&elsewhere, Some("T-1")),
            lock_of(&person, Some("T-1")),
        ] {
            assert_eq!(judge("agent-a", "", &lock, ("src/a", 5)), []);
        }
    }

    #[test]
    fn the_first_way_takes_the_commit_back_and_the_second_leads_to_the_lane() {
        let lock = lock_of(&A, Some("T-1"));
        for (actor, second) in [("agent-a", "cd /w"), ("agent-b", "git lane note T-1 TEXT")] {
            let found = judge(actor, "", &lock, ("src/a", 0));
            let ways = ["git reset --soft 'c0ffee~1'", second].map(|line| Remedy::Run(line.to_owned()));
            assert_eq!(found[0].remedies, ways);
        }
    }
}
