//! `large-commit`: a commit changes more paths, or more lines, than can be reviewed and reverted as one. Merges and the
//! paths that every lane may change are not counted.

use lane_core::ground;
use lane_core::policy::Adopted;
use lane_core::refusal::Refusal;

use crate::finding::Finding;
use crate::reach::Reach;
use crate::reach::ReachError;
use crate::remedy::Remedy;
use crate::rules::Whole;
use crate::scene::Operation;
use crate::scene::Scene;

/// The most paths of one commit where the policy does not say.
const FILES: u32 = 100;

pub(super) fn judge(whole: &Whole<'_>, scene: &Scene<'_>, reach: &Reach) -> Result<Vec<Finding>, ReachError> {
    let edits = whole.clear;
    if scene.operation == Some(Operation::Merge) {
        return Ok(Vec::new());
    }
    let counted: Vec<&[u8]> = edits
        .iter()
        .map(|edit| edit.path.as_slice())
        .filter(|path| !reach.common.covers(path))
        .collect();
    if counted.is_empty() {
        return Ok(Vec::new());
    }
    let Some(refusal) = too_large(counted.len(), &|| (scene.so_far)().lines, scene.policy) else {
        return Ok(Vec::new());
    };
    // What is left stays within the bound; lines are nobody's to share out, so all is left out.
    let kept = if counted.len() > most_files(scene.policy) {
        most_files(scene.policy)
    } else {
        0
    };
    let remedies = match scene.operation {
        Some(operation) => vec![Remedy::Abort(operation)],
        None => counted[kept..]
            .iter()
            .map(|path| Remedy::LeaveOut(path.to_vec()))
            .collect(),
    };
    Ok(vec![Finding::whole(refusal, remedies)])
}

/// What stands against a commit of so many paths and lines; lines are asked for only where the policy bounds them.
pub(crate) fn too_large(files: usize, lines: &dyn Fn() -> u64, policy: &Adopted) -> Option<Refusal> {
    let over = |count: u64, what: &str, most: u64| {
        let what = format!("this commit changes {count} {what}, and the policy takes {most}");
        Some(Refusal::new(&ground::LARGE_COMMIT, what))
    };
    if files > most_files(policy) {
        return over(files as u64, "paths", most_files(policy) as u64);
    }
    let most = policy.rule.get(ground::LARGE_COMMIT.id)?.lines?;
    let lines = lines();
    match lines > u64::from(most) {
        true => over(lines, "lines", u64::from(most)),
        false => None,
    }
}

fn most_files(policy: &Adopted) -> usize {
    let set = policy
        .rule
        .get(ground::LARGE_COMMIT.id)
        .and_then(|rule| rule.files);
    set.unwrap_or(FILES) as usize
}

#[cfg(test)]
mod tests {
    use lane_core::policy::Level;

    use crate::remedy::Remedy;
    use crate::scene::Operation;
    use crate::trial::Change;
    use crate::trial::Trial;
    use crate::trial::ids;

    fn lane(policy: &'static str) -> Trial {
        Trial {
            policy,
            task: Some("scope = [\"**\"]"),
            ..Trial::default()
        }
    }

    fn paths(count: usize) -> Vec<String> {
        (0..count).map(|n| format!("p/{n:03}")).collect()
    }

    fn check(trial: &Trial, count: usize, expected: &[&str]) {
        let paths = paths(count);
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        assert_eq!(ids(&trial.judge(&paths)), expected, "{count}");
    }

    const LARGE: &[&str] = &["large-commit"];
    const THREE: &str = "[rule.large-commit]\nlevel = \"refuse\"\nfiles = 3\n";
    const LINES: &str = "[rule.large-commit]\nlines = 10\n";

    #[test]
    fn the_bound_is_the_policys_or_a_hundred() {
        for (policy, count, found) in [
            ("", 100, &[][..]),
            ("", 101, LARGE),
            (THREE, 3, &[]),
            (THREE, 4, LARGE),
            ("[rule.large-commit]\nlevel = \"off\"\n", 101, &[]),
        ] {
            check(&lane(policy), count, found);
        }
    }

    #[test]
    fn lines_count_only_where_the_policy_bounds_them() {
        for (policy, lines, found) in [("", 11, &[][..]), (LINES, 10, &[]), (LINES, 11, LARGE)] {
            let mut trial = lane(policy);
            trial.so_far.lines = lines;
            check(&trial, 1, found);
        }
    }

    #[test]
    fn it_advises_until_the_policy_says_more() {
        let levels = [
            ("[rule.large-commit]\nfiles = 3\n", Level::Advice),
            (THREE, Level::Refuse),
        ];
        for (policy, level) in levels {
            assert_eq!(lane(policy).judge(&["a", "b", "c", "d"])[0].level, level);
        }
    }

    #[test]
    fn what_is_not_counted() {
        let changes: [Change; 4] = [
            |lane| lane.task = None,
            |lane| lane.operation = Some(Operation::Merge),
            |lane| lane.repaired = &["p/000"],
            |lane| {
                lane.policy = "[lanes]\ncommon_paths = [\"p/000\"]\n[rule.large-commit]\nlevel = \"refuse\"\nfiles = 3\n";
            },
        ];
        for change in changes {
            check(&lane(THREE).with(change), 4, &[]);
        }
        check(
            &lane(THREE).with(|l| l.operation = Some(Operation::Rebase)),
            4,
            LARGE,
        );
    }

    #[test]
    fn what_goes_beyond_the_bound_is_left_out() {
        let found = lane(THREE).judge(&["a", "b", "c", "d", "e"]);
        let left = |path: &str| Remedy::LeaveOut(path.as_bytes().to_vec());
        assert_eq!(found[0].remedies, [left("d"), left("e")]);
    }
}
