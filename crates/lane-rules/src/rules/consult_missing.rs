//! `consult-missing`: a lane begins, or goes on after a recorded failure, and no source was consulted. Asked only where
//! the policy switches it on.

use lane_core::ground;
use lane_core::id::TaskId;
use lane_core::policy::Adopted;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::text;

use crate::finding::Finding;
use crate::reach::Reach;
use crate::reach::ReachError;
use crate::remedy::Remedy;
use crate::rules::Whole;
use crate::scene::Consulted;
use crate::scene::Operation;
use crate::scene::Scene;

/// How much of a source's name a message quotes, in characters.
const QUOTED: usize = 64;

pub(super) fn judge(whole: &Whole<'_>, scene: &Scene<'_>, _: &Reach) -> Result<Vec<Finding>, ReachError> {
    let edits = whole.clear;
    // What is brought in or replayed was made elsewhere.
    let is_own = !matches!(scene.operation, Some(Operation::Merge | Operation::Rebase));
    if edits.is_empty() || !is_own {
        return Ok(Vec::new());
    }
    let sources = sources(scene.policy);
    let so_far = (scene.so_far)();
    let since = match (newest(&so_far.consulted, sources), so_far.last_failure) {
        (None, None) if !so_far.begun => "before its first commit",
        (newest, Some(failure)) if newest.is_none_or(|seq| seq < failure) => "since a check of it failed",
        _ => return Ok(Vec::new()),
    };
    let (what, ways) = missing(since, sources, None);
    let remedies = ways.into_iter().map(Remedy::Run).collect();
    Ok(vec![Finding::whole(
        Refusal::new(&ground::CONSULT_MISSING, what),
        remedies,
    )])
}

/// The sources that the policy names, the one to ask first in front; any counts where it names none.
pub(crate) fn sources(policy: &Adopted) -> &[String] {
    let rule = policy.rule.get(ground::CONSULT_MISSING.id);
    rule.map_or(&[], |rule| &rule.sources)
}

/// The event of the newest consultation that counts.
pub(crate) fn newest(consulted: &[Consulted], sources: &[String]) -> Option<u64> {
    let counting = consulted.iter().filter(|one| counts(one, sources));
    counting.map(|one| one.seq).max()
}

/// The first source counts as it is, the others where the first could not be had. Where none is named, any counts.
fn counts(one: &Consulted, sources: &[String]) -> bool {
    match sources.iter().position(|source| *source == one.source) {
        Some(0) => true,
        Some(_) => one.fallback,
        None => sources.is_empty(),
    }
}

/// What is missing, in words, and the commands that record it: the first source, then one that stands in for it.
pub(crate) fn missing(since: &str, sources: &[String], task: Option<&TaskId>) -> (String, Vec<String>) {
    let consult = |source: &str, more: &[&str]| {
        let head = ["git", "lane", "consult"]
            .into_iter()
            .chain(task.map(TaskId::as_str));
        let words = ["--source", source, "--query", "TEXT"];
        let all: Vec<&str> = head.chain(words).chain(more.iter().copied()).collect();
        command(&all)
    };
    let (what, ways) = match sources {
        [] => ("no source was".to_owned(), vec![consult("TEXT", &[])]),
        [first, others @ ..] => {
            let next = others.first().map(|other| consult(other, &["--fallback"]));
            let ways = std::iter::once(consult(first, &[])).chain(next).collect();
            (format!("{} was not", text::excerpt(first, QUOTED)), ways)
        }
    };
    (format!("{what} consulted for this lane {since}"), ways)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::Trial;
    use crate::trial::ids;

    const ON: &str = "[rule.consult-missing]\nlevel = \"refuse\"\n";
    const TWO: &str = "[rule.consult-missing]\nlevel = \"refuse\"\nsources = [\"docs.rs\", \"hand book\"]\n";

    fn lane(policy: &'static str) -> Trial {
        Trial {
            policy,
            task: Some("scope = [\"**\"]"),
            ..Trial::default()
        }
    }

    fn consulted((source, fallback, seq): &(&str, bool, u64)) -> Consulted {
        Consulted {
            source: (*source).to_owned(),
            fallback: *fallback,
            seq: *seq,
        }
    }

    /// Whether it has a commit, consultations, the last failure: and whether something is missing.
    type Case = (bool, &'static [(&'static str, bool, u64)], Option<u64>, bool);

    fn check(policy: &'static str, (begun, consults, failure, missing): &Case) {
        let mut trial = lane(policy);
        trial.so_far.begun = *begun;
        trial.so_far.consulted = consults.iter().map(consulted).collect();
        trial.so_far.last_failure = *failure;
        let expected: &[&str] = if *missing { &["consult-missing"] } else { &[] };
        assert_eq!(ids(&trial.judge(&["a"])), expected, "{consults:?} {failure:?}");
    }

    #[test]
    fn any_source_counts_where_none_is_named() {
        let cases: [Case; 7] = [
            (false, &[], None, true),
            (false, &[("x", false, 3)], None, false),
            (true, &[], None, false),
            (true, &[], Some(5), true),
            (true, &[("x", false, 4)], Some(5), true),
            (true, &[("x", false, 4), ("y", false, 6)], Some(5), false),
            (true, &[("x", false, 6), ("y", false, 4)], Some(5), false),
        ];
        cases.iter().for_each(|case| check(ON, case));
    }

    #[test]
    fn of_named_sources_the_first_counts_and_the_others_as_fallbacks() {
        let cases: [Case; 5] = [
            (false, &[("x", false, 3)], None, true),
            (false, &[("docs.rs", false, 3)], None, false),
            (false, &[("hand book", false, 3)], None, true),
            (false, &[("hand book", true, 3)], None, false),
            (true, &[("docs.rs", false, 3), ("x", true, 7)], Some(5), true),
        ];
        cases.iter().for_each(|case| check(TWO, case));
    }

    #[test]
    fn a_long_source_is_shortened_in_the_message_and_whole_in_the_command() {
        const LONG: &str = concat!(
            "[rule.consult-missing]\nlevel = \"refuse\"\nsources = [\"",
            "the handbook of the interfaces between the services and whoever calls them from elsewhere\"]\n"
        );
        let found = lane(LONG).judge(&["a"]);
        assert!(!found[0].refusal.what.contains("elsewhere"), "{found:?}");
        let Remedy::Run(line) = &found[0].remedies[0] else {
            panic!("{found:?}")
        };
        assert!(line.contains("from elsewhere' --query TEXT"), "{line}");
    }

    #[test]
    fn who_is_not_asked() {
        assert!(lane("").judge(&["a"]).is_empty());
        assert!(lane(ON).judge(&[]).is_empty());
        assert!(lane(ON).with(|lane| lane.task = None).judge(&["a"]).is_empty());
        for operation in [Operation::Merge, Operation::Rebase] {
            let mut trial = lane(ON);
            trial.operation = Some(operation);
            assert!(trial.judge(&["a"]).is_empty());
        }
    }

    #[test]
    fn the_hint_names_the_sources_in_order() {
        let run = |line: &str| Remedy::Run(line.to_owned());
        assert_eq!(
            lane(TWO).judge(&["a"])[0].remedies,
            [
                run("git lane consult --source docs.rs --query TEXT"),
                run("git lane consult --source 'hand book' --query TEXT --fallback"),
            ]
        );
        assert_eq!(
            lane(ON).judge(&["a"])[0].remedies,
            [run("git lane consult --source TEXT --query TEXT")]
        );
    }
}
