//! The verdict on a push that rewrites or deletes a ref of the remote: what is one's own may go, what others have may not.

use lane_core::ground;
use lane_core::id::Agent;
use lane_core::id::TaskId;
use lane_core::record::Forced;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::text;

use crate::finding::Finding;
use crate::remedy::Remedy;

/// How much of a ref's name is shown, in characters.
const NAME_CHARS: usize = 120;
/// How much of a commit's name is shown, in characters.
const SHORT_CHARS: usize = 12;

/// What a push does to a ref that the remote has, other than letting it grow.
#[derive(Clone, Debug)]
pub struct Overwritten {
    /// Ref, old and new.
    pub change: Forced,
    /// What the ref is.
    pub what: RefKind,
    /// The commits that no other branch of the remote would have; none where this clone does not have the old one.
    pub lost: Option<Vec<Lost>>,
}

/// What a ref of the remote is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefKind {
    /// The integration branch.
    Integration,
    /// A tag.
    Tag,
    /// What was rescued.
    Rescued,
    /// The branch of a lane that the pusher holds.
    OwnLane,
    /// The branch of a lane whose task has ended, at exactly the commit that has landed, be it as another one.
    LandedLane,
    /// The branch of a lane: who holds it, if somebody does.
    Lane(TaskId, Option<Agent>),
    /// Any other branch, or ref.
    Other,
}

/// A commit that would be gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// Its name.
    pub commit: String,
    /// Whose it is where it is not the pusher's, in words: `agent-b's lane T-2`, `Pat`. Not escaped.
    pub whose: Option<String>,
}

/// Why the push may not be made without an approval; none where it is free.
pub fn judge_overwritten(push: &Overwritten) -> Option<Finding> {
    let why = against(push)?;
    let does = match push.change.new {
        Some(_) => "rewrite",
        None => "delete",
    };
    let what = format!(
        "the push would {does} {}, which is at {} there: {why}",
        text::excerpt(&push.change.name, NAME_CHARS),
        short(&push.change.old)
    );
    let mut words = vec![
        "git",
        "lane",
        "approve-push",
        &push.change.name,
        "--old",
        &push.change.old,
    ];
    match &push.change.new {
        Some(new) => words.extend(["--new", new]),
        None => words.push("--delete"),
    }
    words.extend(["--why", "TEXT"]);
    let refusal = Refusal::new(&ground::DESTRUCTIVE_PUSH, what);
    Some(Finding::whole(refusal, vec![Remedy::Run(command(&words))]))
}

fn against(push: &Overwritten) -> Option<String> {
    let nothing_lost = push.lost.as_ref().is_some_and(Vec::is_empty);
    let is_deleted = push.change.new.is_none();
    let lost = || match &push.lost {
        Some(lost) => match lost.len() {
            0 => String::new(),
            1 => "; a commit would be on no branch there any more".to_owned(),
            many => format!("; {many} commits would be on no branch there any more"),
        },
        None => ", and this clone does not have what is there".to_owned(),
    };
    match &push.what {
        RefKind::LandedLane if is_deleted => None,
        RefKind::LandedLane => Some("it is the branch of a lane that has landed".to_owned()),
        RefKind::Integration => Some(format!("it is the integration branch{}", lost())),
        RefKind::Tag => Some("a tag that others have stays what it is".to_owned()),
        RefKind::Rescued => Some("what was rescued stays".to_owned()),
        RefKind::Lane(..) | RefKind::Other if is_deleted && nothing_lost => None,
        RefKind::Lane(task, Some(agent)) => Some(format!("the lane {task} is held by {agent}{}", lost())),
        RefKind::Lane(..) | RefKind::Other if nothing_lost => None,
        RefKind::Lane(task, None) if push.lost.is_some() => Some(format!(
            "it is the branch of {task}, which you do not hold{}",
            lost()
        )),
        RefKind::OwnLane | RefKind::Lane(..) | RefKind::Other => match &push.lost {
            None => Some("this clone does not have that, so it is somebody else's".to_owned()),
            Some(all) => {
                let first = all.iter().find(|one| one.whose.is_some())?;
                let whose = first.whose.as_deref().unwrap_or_default();
                Some(format!(
                    "{} there is on no other branch and was made by {}",
                    short(&first.commit),
                    text::excerpt(whose, NAME_CHARS)
                ))
            }
        },
    }
}

fn short(id: &str) -> String {
    text::excerpt(&id.chars().take(SHORT_CHARS).collect::<String>(), SHORT_CHARS)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "1111111111111111111111111111111111111111";
    const NEW: &str = "2222222222222222222222222222222222222222";

    fn lost(whose: &[Option<&str>]) -> Option<Vec<Lost>> {
        let all = whose.iter().map(|whose| Lost {
            commit: "3".repeat(40),
            whose: whose.map(str::to_owned),
        });
        Some(all.collect())
    }

    fn judge(what: RefKind, new: Option<&str>, lost: Option<Vec<Lost>>) -> Option<Finding> {
        let change = Forced {
            name: "refs/heads/x".to_owned(),
            old: OLD.to_owned(),
            new: new.map(str::to_owned),
        };
        judge_overwritten(&Overwritten { change, what, lost })
    }

    #[test]
    fn what_others_have_stays_and_what_is_ones_own_may_go() {
        let held = || RefKind::Lane(TaskId::new("T-2").unwrap(), Some(Agent::new("agent-b").unwrap()));
        let free = || RefKind::Lane(TaskId::new("T-2").unwrap(), None);
        let (none, mine, theirs) = (lost(&[]), lost(&[None, None]), lost(&[None, Some("Pat")]));
        // Rewritten, deleted: does it pass?
        for (what, lost, passes) in [
            (RefKind::Integration, &none, (false, false)),
            (RefKind::Integration, &mine, (false, false)),
            (RefKind::Tag, &none, (false, false)),
            (RefKind::Rescued, &none, (false, false)),
            (RefKind::OwnLane, &none, (true, true)),
            (RefKind::OwnLane, &mine, (true, true)),
            (RefKind::OwnLane, &theirs, (false, false)),
            (RefKind::OwnLane, &None, (false, false)),
            (RefKind::LandedLane, &theirs, (false, true)),
            (held(), &none, (false, true)),
            (held(), &mine, (false, false)),
            (held(), &None, (false, false)),
            (free(), &none, (true, true)),
            (free(), &mine, (false, false)),
            (free(), &None, (false, false)),
            (RefKind::Other, &none, (true, true)),
            (RefKind::Other, &mine, (true, true)),
            (RefKind::Other, &theirs, (false, false)),
            (RefKind::Other, &None, (false, false)),
        ] {
            let passed = |new| judge(what.clone(), new, lost.clone()).is_none();
            assert_eq!((passed(Some(NEW)), passed(None)), passes, "{what:?} {lost:?}");
        }
    }

    #[test]
    fn the_hint_approves_exactly_this_change() {
        let (old, new) = (OLD, NEW);
        let found = judge(RefKind::Integration, Some(NEW), lost(&[])).unwrap();
        assert_eq!(
            found.refusal.what,
            "the push would rewrite refs/heads/x, which is at 111111111111 there: it is the integration branch"
        );
        let line = format!("git lane approve-push refs/heads/x --old {old} --new {new} --why TEXT");
        assert_eq!(found.remedies, [Remedy::Run(line)]);
        let found = judge(RefKind::Other, None, lost(&[Some("Pat\u{1b}[2J")])).unwrap();
        assert_eq!(
            found.refusal.what,
            "the push would delete refs/heads/x, which is at 111111111111 there: 333333333333 there is on no other branch and was made by Pat\\u{1b}[2J"
        );
        let line = format!("git lane approve-push refs/heads/x --old {old} --delete --why TEXT");
        assert_eq!(found.remedies, [Remedy::Run(line)]);
    }
}
