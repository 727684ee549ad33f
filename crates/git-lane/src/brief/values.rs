//! The placeholders of briefs: a name, what it means, and what stands for it.

use super::facts::Facts;
use super::template::Values;

/// A placeholder.
pub(crate) struct Placeholder {
    /// As it is written between the braces.
    pub(crate) name: &'static str,
    /// What stands for it.
    pub(crate) means: &'static str,
    value: fn(&Facts) -> String,
}

macro_rules! placeholders {
    ($($name:literal, $field:ident, $means:literal;)*) => {
        /// All placeholders, sorted by name.
        pub(crate) static PLACEHOLDERS: &[Placeholder] = &[
            $(Placeholder { name: $name, means: $means, value: |facts| facts.$field.clone() }),*
        ];
    };
}

placeholders! {
    "acceptance", acceptance, "the criteria, a line each, with their checks";
    "agent", agent, "who is briefed: `GIT_LANE_AGENT`, or the name of `--agent`";
    "author", author, "who holds the task";
    "changelog", changelog, "whether an entry of the changelog is asked for";
    "children", children, "the parts of the task, a line each";
    "common", common, "the paths that every lane may change";
    "depends", depends, "the tasks that it depends on, and how far they are";
    "diff", diff, "the two commits whose difference was delivered, for `git diff`";
    "failure", failure, "the failures of its checks that are open, a line each";
    "findings", findings, "the findings of the newest verdict, a line each";
    "gates", gates, "the checks of the repository, a line each";
    "handoff.files", handoff_files, "the files of the newest handoff, a line each";
    "handoff.needs", handoff_needs, "options that a handoff of this kind of task takes";
    "handoff.risks", handoff_risks, "what its author worries about, a line each";
    "handoff.runs", handoff_runs, "the runs that it shows, a line each";
    "handoff.tip", handoff_tip, "the commit that was handed off";
    "integration", integration, "the branch that lanes land on";
    "integration.ref", integration_ref, "the same as it is merged from: the remote's, where there is one";
    "lane", lane, "the lane's name";
    "limit", limit, "how long the role may take, and what ends it";
    "out_of_scope", out_of_scope, "the globs that it must not change";
    "parent", parent, "the task that it is a part of";
    "resume", resume, "the last checkpoint: done, pending, next; a line each";
    "role", role, "the role that is briefed";
    "rules", rules, "the ids of the rules that refuse by the policy";
    "scope", scope, "the globs that it may change, with what was granted on top";
    "sources", sources, "the sources that the policy wants consulted";
    "task.area", task_area, "the area that it belongs to";
    "task.branch", task_branch, "its branch";
    "task.id", task_id, "its id";
    "task.issue", task_issue, "the issue elsewhere";
    "task.kind", task_kind, "feature, defect, contract, docs or chore";
    "task.notes", task_notes, "its notes, on one line; `git lane task show ID` has all";
    "task.priority", task_priority, "high, medium or low";
    "task.risk", task_risk, "high or normal";
    "task.title", task_title, "its title, quoted";
    "trouble", trouble, "what went wrong last: the mark, the stage, why and by whom";
    "worktree", worktree, "where the lane's worktree is";
}

/// How different a name may be to be meant.
const ALIKE: usize = 3;

/// The facts as values.
pub(super) struct Filled<'a>(pub(super) &'a Facts);

impl Values for Filled<'_> {
    fn value(&self, name: &str) -> Option<String> {
        let found = PLACEHOLDERS.iter().find(|one| one.name == name)?;
        Some((found.value)(self.0))
    }

    fn alike(&self, name: &str) -> Vec<&'static str> {
        let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_owned();
        let wanted = last(name);
        let is_alike = |one: &&Placeholder| {
            !wanted.is_empty() && (last(one.name) == wanted || one.name.starts_with(name))
                || strsim::levenshtein(one.name, name) <= ALIKE.min(one.name.len() / 2)
        };
        let mut alike: Vec<&str> = PLACEHOLDERS.iter().filter(is_alike).map(|one| one.name).collect();
        alike.sort_by_key(|one| strsim::levenshtein(one, name));
        alike.truncate(ALIKE);
        alike
    }
}

#[cfg(test)]
mod tests {
    use super::super::STANDARD;
    use super::super::template::fill;
    use super::*;

    #[test]
    fn names_are_sorted_and_have_words() {
        assert!(PLACEHOLDERS.windows(2).all(|pair| pair[0].name < pair[1].name));
        assert!(PLACEHOLDERS.iter().all(|one| !one.means.is_empty()));
    }

    #[test]
    fn the_standard_templates_use_only_what_there_is_and_all_is_used_somewhere() {
        let facts = Facts::default();
        for (role, text) in STANDARD {
            fill(text, &Filled(&facts)).unwrap_or_else(|fault| panic!("{role}: {fault}"));
        }
        let all: String = STANDARD.iter().map(|(_, text)| *text).collect();
        let unused = PLACEHOLDERS
            .iter()
            .filter(|one| !all.contains(&format!("{{{{{}}}}}", one.name)));
        // These are for teams that want them.
        assert_eq!(
            unused.map(|one| one.name).collect::<Vec<_>>(),
            ["role", "task.area"]
        );
    }

    #[test]
    fn a_slip_is_answered_by_what_was_meant() {
        let facts = Facts::default();
        let filled = Filled(&facts);
        for (slip, meant) in [
            ("task.titel", "task.title"),
            ("title", "task.title"),
            ("scop", "scope"),
        ] {
            assert!(
                filled.alike(slip).contains(&meant),
                "{slip}: {:?}",
                filled.alike(slip)
            );
        }
        assert!(filled.alike("zzzzzz").is_empty());
    }
}
