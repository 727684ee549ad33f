//! `generated-alone`: a commit changes what is made from other files (`[generated.NAME]`), and neither it nor the lane
//! before it changed any of those: it was edited by hand, and the next run of its generator takes that back.

use lane_core::ground;
use lane_core::policy::Generated;
use lane_core::refusal::Refusal;
use lane_core::text;

use crate::finding::Finding;
use crate::listed;
use crate::reach::Reach;
use crate::reach::ReachError;
use crate::reach::parse;
use crate::rules::Whole;
use crate::rules::leave;
use crate::scene::Operation;
use crate::scene::Scene;

/// How much of a word of the policy a message quotes, in characters.
const QUOTED: usize = 100;

pub(super) fn judge(whole: &Whole<'_>, scene: &Scene<'_>, _: &Reach) -> Result<Vec<Finding>, ReachError> {
    let edits = whole.clear;
    // The other side of a merge brings the source in its own commits.
    if scene.operation == Some(Operation::Merge) {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for (name, generated) in &scene.policy.generated {
        let place = format!("generated.{name}");
        let files = parse(&place, &generated.files)?;
        let made: Vec<Vec<u8>> = edits
            .iter()
            .map(|edit| &edit.path)
            .filter(|path| files.covers(path))
            .cloned()
            .collect();
        if made.is_empty() {
            continue;
        }
        let from = parse(&place, &generated.from)?;
        let is_source = |path: &[u8]| from.covers(path) && !files.covers(path);
        let staged = whole.all.iter().any(|edit| is_source(&edit.path));
        if !staged && !(scene.so_far)().changed.iter().any(|path| is_source(path)) {
            found.push(finding(name, generated, &made, scene));
        }
    }
    Ok(found)
}

fn finding(name: &str, generated: &Generated, made: &[Vec<u8>], scene: &Scene<'_>) -> Finding {
    let from = text::excerpt(&generated.from.join(", "), QUOTED);
    let mut what = format!(
        "generated files changed without what they are made from: {} (generated.{}: from {from}",
        listed::paths(made.iter().map(Vec::as_slice)),
        text::excerpt(name, QUOTED)
    );
    if let Some(run) = &generated.run {
        what.push_str(&format!(", by {}", text::excerpt(run, QUOTED)));
    }
    what.push(')');
    Finding::whole(Refusal::new(&ground::GENERATED_ALONE, what), leave(made, scene))
}

#[cfg(test)]
mod tests {
    use crate::trial::Change;
    use crate::trial::Trial;
    use crate::trial::ids;

    const POLICY: &str = "[generated.api]\nfiles = [\"gen/**\"]\nfrom = [\"src/*.idl\"]\nrun = \"make api\"\n\
                          [generated.docs]\nfiles = [\"docs/*.html\"]\nfrom = [\"docs/**\"]\n";

    fn lane() -> Trial {
        Trial {
            policy: POLICY,
            task: Some("scope = [\"**\"]"),
            ..Trial::default()
        }
    }

    fn check(trial: &Trial, paths: &[&str], expected: &[&str]) {
        assert_eq!(ids(&trial.judge(paths)), expected, "{paths:?}");
    }

    #[test]
    fn what_is_made_changes_with_what_it_is_made_from() {
        for (paths, found) in [
            (&["gen/a"][..], 1),
            (&["gen/a", "src/other.rs"], 1),
            (&["gen/a", "src/a.idl"], 0),
            (&["src/a.idl"], 0),
            (&["docs/a.html"], 1),
            // Of itself nothing is made.
            (&["docs/a.html", "docs/b.html"], 1),
            (&["docs/a.html", "docs/a.md"], 0),
            (&["gen/a", "docs/a.html"], 2),
            (&[], 0),
        ] {
            check(&lane(), paths, &["generated-alone"].repeat(found));
        }
    }

    #[test]
    fn a_source_that_the_lane_changed_before_counts() {
        let before = lane().with(|lane| lane.so_far.changed = vec![b"src/a.idl".to_vec()]);
        check(&before, &["gen/a"], &[]);
        let other = lane().with(|lane| lane.so_far.changed = vec![b"gen/b".to_vec()]);
        check(&other, &["gen/a"], &["generated-alone"]);
    }

    #[test]
    fn a_source_counts_that_another_rule_spoke_of_or_that_was_let_pass() {
        let narrow = lane().with(|lane| lane.task = Some("scope = [\"gen/**\"]"));
        check(&narrow, &["gen/a", "src/a.idl"], &["outside-scope"]);
        check(
            &narrow,
            &["gen/a", "src/b.rs"],
            &["outside-scope", "generated-alone"],
        );
    }

    #[test]
    fn who_is_not_judged() {
        let changes: [Change; 4] = [
            |lane| lane.task = None,
            |lane| lane.repaired = &["gen/a"],
            |lane| lane.operation = Some(crate::Operation::Merge),
            |lane| lane.policy = "[generated.api]\nfiles = [\"gen/**\"]\nfrom = [\"x\"]\n[rule.generated-alone]\nlevel = \"off\"\n",
        ];
        for change in changes {
            check(&lane().with(change), &["gen/a"], &[]);
        }
    }

    #[test]
    fn the_message_names_what_to_run_and_escapes_it() {
        let found = lane().judge(&["gen/\u{1b}a", "gen/b", "gen/c", "gen/d"]);
        assert_eq!(
            found[0].refusal.what,
            "generated files changed without what they are made from: gen/\\u{1b}a, gen/b, gen/c and 1 more \
             (generated.api: from src/*.idl, by make api)"
        );
    }
}
