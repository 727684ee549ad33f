//! The commit rules' verdict on a lane's commit that exists: what its paths show without the place in which it was made.

use lane_core::ground;
use lane_core::id::Agent;
use lane_core::policy::Adopted;
use lane_core::policy::Level;
use lane_core::record::Exception;
use lane_core::record::Task;
use lane_core::refusal::Refusal;

use crate::change::Edit;
use crate::finding::Finding;
use crate::levels::level_of;
use crate::reach::Reach;
use crate::reach::ReachError;
use crate::remedy::Remedy;
use crate::rules::large_commit;
use crate::rules::mixed_areas;

/// A commit of a lane. A merge is none: what it brings are other commits.
pub struct Made<'a> {
    /// Its task, live or archived.
    pub task: &'a Task,
    /// Its name, in hex.
    pub commit: &'a str,
    /// The command by which it is made again, or looked at.
    pub remake: &'a str,
    /// The paths that it changes.
    pub edits: &'a [Edit],
    /// How many lines it adds and removes; asked only where the policy bounds them.
    pub lines: &'a dyn Fn() -> u64,
}

/// `mixed-areas` and `large-commit` of a commit that exists, as the policy weighs them. `is_repair` is asked only where
/// something was found.
///
/// # Errors
/// When a glob of a record or of the policy cannot be read.
pub fn judge_made(
    made: &Made<'_>,
    policy: &Adopted,
    exceptions: &[Exception],
    is_repair: &dyn Fn(&Edit) -> bool,
) -> Result<Vec<Finding>, ReachError> {
    let excepted = exceptions
        .iter()
        .filter(|e| e.task.as_ref() == Some(&made.task.id));
    let reach = Reach::new(policy, &Agent::person(""), Some(made.task), &[], excepted, &[])?;
    let mut edits: Vec<&Edit> = made
        .edits
        .iter()
        .filter(|edit| !reach.let_pass.covers(&edit.path))
        .collect();
    if against(&edits, made, policy, &reach)?.is_empty() {
        return Ok(Vec::new());
    }
    edits.retain(|edit| !is_repair(edit));
    let found = against(&edits, made, policy, &reach)?;
    Ok(found
        .into_iter()
        .map(|(refusal, level)| finding(made, refusal, level))
        .collect())
}

fn against(
    edits: &[&Edit],
    made: &Made<'_>,
    policy: &Adopted,
    reach: &Reach,
) -> Result<Vec<(Refusal, Level)>, ReachError> {
    let mut found = Vec::new();
    let level = level_of(&ground::MIXED_AREAS, policy);
    if level > Level::Off {
        let mixed = mixed_areas::made(edits, policy, reach)?;
        found.extend(mixed.map(|refusal| (refusal, level)));
    }
    let level = level_of(&ground::LARGE_COMMIT, policy);
    let counted = edits
        .iter()
        .filter(|edit| !reach.common.covers(&edit.path))
        .count();
    if level > Level::Off && counted > 0 {
        let large = large_commit::too_large(counted, made.lines, policy);
        found.extend(large.map(|refusal| (refusal, level)));
    }
    Ok(found)
}

fn finding(made: &Made<'_>, refusal: Refusal, level: Level) -> Finding {
    Finding {
        commit: Some(made.commit.to_owned()),
        ..Finding::whole(refusal, vec![Remedy::Run(made.remake.to_owned())])
    }
    .at(level)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::ids;
    use lane_core::codec;
    use lane_core::policy;

    const AREAS: &str = "[area.a]\nowns = [\"a/**\"]\n[area.b]\nowns = [\"b/**\"]\n";

    fn judge(policy: &str, scope: &str, paths: &[&str], lines: u64, repaired: &str) -> Vec<Finding> {
        let text = format!("format = 1\nrepository = \"r\"\n{policy}");
        let policy = Adopted::of(&policy::parse(text.as_bytes()).unwrap(), "");
        let task = format!(
            "id = \"T-1\"\ntitle = \"x\"\nstatus = \"review\"\nbranch = \"T-1\"\ncreated = \"2026-11-20T09:00:00Z\"\n{scope}"
        );
        let edit = |path: &&str| Edit {
            path: path.as_bytes().to_vec(),
            content: "100644 x".to_owned(),
        };
        let made = Made {
            task: &codec::decode::<Task>(task.as_bytes()).unwrap(),
            commit: "c0ffee",
            remake: "git reset --soft c0ffee~1",
            edits: &paths.iter().map(edit).collect::<Vec<_>>(),
            lines: &|| lines,
        };
        judge_made(&made, &policy, &[], &|edit| edit.path == repaired.as_bytes()).unwrap()
    }

    #[test]
    fn a_commit_is_judged_by_its_paths_alone() {
        let scoped = "scope = [\"**\"]\n";
        for (scope, paths, found) in [
            (scoped, &["a/1", "b/1"][..], &["mixed-areas"][..]),
            (scoped, &["a/1", "a/2", "CHANGELOG.md"], &[]),
            ("", &["a/1", "b/1"], &[]),
        ] {
            assert_eq!(ids(&judge(AREAS, scope, paths, 0, "")), found, "{paths:?}");
        }
        assert!(judge(AREAS, scoped, &["a/1", "b/1"], 0, "b/1").is_empty());
        let off = format!("{AREAS}[rule.mixed-areas]\nlevel = \"off\"\n");
        assert!(judge(&off, scoped, &["a/1", "b/1"], 0, "").is_empty());
    }

    #[test]
    fn lines_and_files_are_bounded_as_at_the_commit() {
        let two = "[rule.large-commit]\nlevel = \"refuse\"\nfiles = 2\nlines = 5\n";
        for (paths, lines, found) in [
            (&["a", "b"][..], 5, &[][..]),
            (&["a", "b", "c"], 0, &["large-commit"]),
            (&["a"], 6, &["large-commit"]),
            (&["Cargo.lock"], 6, &[]),
        ] {
            let all = judge(two, "", paths, lines, "");
            assert_eq!(ids(&all), found, "{paths:?} {lines}");
            assert!(all.iter().all(|one| one.refuses() && one.commit.is_some()));
        }
    }
}
