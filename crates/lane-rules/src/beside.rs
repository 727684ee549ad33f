//! The verdict on commits of nobody's lane that land: what somebody holds is not changed beside them.

use lane_core::ground;
use lane_core::id::Agent;
use lane_core::id::CloneId;
use lane_core::policy::Adopted;
use lane_core::record::Exception;
use lane_core::record::Lock;
use lane_core::record::LockMode;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::refusal::reclaim;
use lane_core::text;
use lane_core::time::Timestamp;

use crate::astray::Astray;
use crate::change::Edit;
use crate::finding::Finding;
use crate::reach::Reach;
use crate::reach::ReachError;
use crate::remedy::Remedy;
use crate::rules::off_lane;

/// Who brings them, and what stands.
pub struct Bringing<'a> {
    /// Who pushes, in which clone; none where that is not known: then the locks of persons do not count, for it may be theirs,
    /// and every override outside lanes does.
    pub by: Option<(&'a Agent, &'a CloneId)>,
    /// All live locks.
    pub locks: &'a [Lock],
    /// The rules.
    pub policy: &'a Adopted,
    /// All overrides that are kept.
    pub exceptions: &'a [Exception],
    /// The time.
    pub now: Timestamp,
}

impl Bringing<'_> {
    /// Whether anything can be found at all: the integrators whom the policy names are free.
    pub fn is_judged(&self) -> bool {
        let is_free = |agent: &Agent| off_lane::is_integrator(agent, self.policy);
        !self.by.is_some_and(|(agent, _)| is_free(agent)) && self.locks.iter().any(|lock| self.counts(lock))
    }

    fn counts(&self, lock: &Lock) -> bool {
        match self.by {
            Some((agent, clone)) => !lock.is_held_by(agent, clone),
            None => !lock.owner.is_person() && !lock.is_over(self.now),
        }
    }

    fn excepts(&self, exception: &Exception) -> bool {
        match self.by {
            Some((agent, clone)) => {
                exception.by == *agent && exception.clone == *clone && self.now <= exception.until
            }
            None => exception.task.is_none(),
        }
    }
}

/// `foreign-lock` for each path that somebody held when the commit was written and holds now. `is_free` lets an edit pass that
/// is no change beside the holder; it is asked only where something was found. `way` is the command that makes a commit again.
///
/// # Errors
/// When a glob of a record or of the policy cannot be read.
pub fn judge_beside(
    commits: &[Astray],
    bringing: &Bringing<'_>,
    is_free: &dyn Fn(&Lock, &Edit) -> bool,
    way: &dyn Fn(&Astray) -> String,
) -> Result<Vec<Finding>, ReachError> {
    let nobody = Agent::person("");
    let agent = bringing.by.map_or(&nobody, |(agent, _)| agent);
    let excepted = bringing.exceptions.iter().filter(|one| bringing.excepts(one));
    let reach = Reach::new(bringing.policy, agent, None, &[], excepted, bringing.locks)?;
    let mut found = Vec::new();
    for commit in commits {
        for edit in &commit.edits {
            if reach.let_pass.covers(&edit.path) || reach.common.covers(&edit.path) {
                continue;
            }
            let lock = standing(commit, edit, (bringing, &reach));
            if let Some(lock) = lock.filter(|lock| !is_free(lock, edit)) {
                found.push(finding(commit, edit, (lock, bringing), way(commit)));
            }
        }
    }
    Ok(found)
}

/// The first lock that stands against it.
fn standing<'l>(
    commit: &Astray,
    edit: &Edit,
    (bringing, reach): (&Bringing<'l>, &Reach),
) -> Option<&'l Lock> {
    let covering = |counts: bool| {
        let held = bringing.locks.iter().zip(&reach.locks);
        held.filter(move |(lock, scope)| bringing.counts(lock) == counts && scope.covers(&edit.path))
            .map(|(lock, _)| lock)
    };
    let shared = |lock: &&Lock| lock.mode == LockMode::Shared;
    // Held shared by both, it is nobody's alone.
    let stands = |lock: &&Lock| !(shared(lock) && covering(false).any(|own| shared(&own)));
    covering(true).find(|lock| commit.written >= lock.start && stands(lock))
}

fn finding(commit: &Astray, edit: &Edit, (lock, bringing): (&Lock, &Bringing<'_>), way: String) -> Finding {
    let what = format!("{} is held by {}", text::escape_path(&edit.path), lock.owner);
    let mut remedies = Vec::new();
    if lock.is_over(bringing.now) {
        remedies.push(Remedy::Run(reclaim(&lock.id)));
    }
    remedies.push(Remedy::Run(way));
    if let Some(task) = &lock.task {
        remedies.push(Remedy::Run(command(&[
            "git",
            "lane",
            "note",
            task.as_str(),
            "TEXT",
        ])));
    }
    if bringing
        .by
        .is_some_and(|(agent, _)| bringing.policy.may_override(agent))
    {
        remedies.push(Remedy::Override(edit.path.clone()));
    }
    let refusal = Refusal::new(&ground::FOREIGN_LOCK, what).held_by_lock(lock, bringing.now);
    Finding {
        commit: Some(commit.commit.clone()),
        ..Finding::path(&edit.path, refusal, remedies)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::ids;
    use crate::trial::lock_of;
    use lane_core::policy;

    const A: [&str; 4] = ["agent-a", "c1", "src/**", "exclusive"];
    const PAT: &str = "person:pat@example.org";

    #[track_caller]
    fn judge(
        by: Option<(&str, &str)>,
        policy: &str,
        locks: &[Lock],
        (path, written): (&str, i64),
    ) -> Vec<Finding> {
        let text = format!("format = 1\nrepository = \"r\"\n{policy}");
        let by = by.map(|(agent, clone)| (Agent::new(agent).unwrap(), CloneId::new(clone).unwrap()));
        let bringing = Bringing {
            by: by.as_ref().map(|(agent, clone)| (agent, clone)),
            locks,
            policy: &Adopted::of(&policy::parse(text.as_bytes()).unwrap(), ""),
            exceptions: &[],
            now: Timestamp::from_secs(9),
        };
        let commit = Astray {
            commit: "c0ffee".to_owned(),
            written: Timestamp::from_secs(written),
            edits: vec![Edit {
                path: path.as_bytes().to_vec(),
                content: "100644 x".to_owned(),
            }],
        };
        let is_free = |_: &Lock, edit: &Edit| edit.path == b"src/landed";
        let found = judge_beside(&[commit], &bringing, &is_free, &|_| "git log".to_owned()).unwrap();
        if bringing.is_judged() { found } else { Vec::new() }
    }

    #[test]
    fn what_somebody_holds_is_not_landed_by_another() {
        let lock = [lock_of(&A, Some("T-1"))];
        let integrator = format!("[roles]\nintegrator = [\"{PAT}\"]\n");
        for (by, policy, about, found) in [
            (Some((PAT, "c1")), "", ("src/a", 5), &["foreign-lock"][..]),
            (Some(("agent-b", "c2")), "", ("src/a", 5), &["foreign-lock"]),
            (None, "", ("src/a", 5), &["foreign-lock"]),
            (Some(("agent-a", "c1")), "", ("src/a", 5), &[]),
            (Some((PAT, "c1")), "", ("docs/a", 5), &[]),
            (Some((PAT, "c1")), "", ("src/a", -1), &[]),
            (Some((PAT, "c1")), "", ("src/landed", 5), &[]),
            (Some((PAT, "c1")), &integrator, ("src/a", 5), &[]),
        ] {
            assert_eq!(ids(&judge(by, policy, &lock, about)), found, "{by:?} {about:?}");
        }
    }

    #[test]
    fn whose_lock_it_is_and_how_it_is_held_counts() {
        let shared = |owner, clone| lock_of(&[owner, clone, "src/**", "shared"], None);
        let pats = lock_of(&[PAT, "c1", "src/**", "exclusive"], None);
        let by = Some((PAT, "c1"));
        for (by, locks, found) in [
            (by, vec![pats.clone()], &[][..]),
            (None, vec![pats], &[]),
            (by, vec![shared("agent-a", "c1")], &["foreign-lock"]),
            (by, vec![shared("agent-a", "c1"), shared(PAT, "c1")], &[]),
        ] {
            assert_eq!(ids(&judge(by, "", &locks, ("src/a", 5))), found, "{by:?}");
        }
    }
}
