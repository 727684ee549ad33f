//! The grounds on which something is refused or found: each with a stable id and what it means.
//!
//! The table is the source of `docs/refusals.md`; a ground that is not listed fails a test.

/// Why an action or a change is not taken.
#[derive(Debug, PartialEq, Eq)]
pub struct Ground {
    /// The stable id, in kebab case.
    pub id: &'static str,
    /// How the process ends when this is all that was wrong.
    pub class: Class,
    /// What it means and what to do, in a sentence or two.
    pub means: &'static str,
}

/// What sort of "no" it is, and so the exit code outside hooks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// A finding about a change: exit 1.
    Finding,
    /// The input cannot be taken: exit 2.
    Input,
    /// The state says no: exit 3.
    State,
    /// A gate, check or preflight failed: exit 5.
    Gate,
    /// Something is not set up: exit 6.
    Setup,
}

impl Class {
    /// The process's exit code.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Finding => 1,
            Self::Input => 2,
            Self::State => 3,
            Self::Gate => 5,
            Self::Setup => 6,
        }
    }
}

macro_rules! grounds {
    ($($name:ident, $id:literal, $class:ident, $means:literal;)*) => {
        $(
            #[doc = $means]
            pub static $name: Ground = Ground { id: $id, class: Class::$class, means: $means };
        )*

        /// All grounds, sorted by id.
        pub static GROUNDS: &[&Ground] = &[$(&$name),*];
    };
}

grounds! {
    ACCEPTANCE_CHANGED, "acceptance-changed", Finding, "What must be true at the end of the task was rewritten after somebody claimed it. Whoever judges the work looks at what was asked when it began.";
    ACCEPTANCE_FAILED, "acceptance-failed", Gate, "An acceptance check fails on the tree that is handed off. Mend it, commit, and check again.";
    ACCEPTANCE_MISSING, "acceptance-missing", State, "An acceptance check has no recorded run. `git lane check` runs it.";
    ACCEPTANCE_STALE, "acceptance-stale", State, "An acceptance check was run on another tree, or as another command than the task names now.";
    ACCEPTANCE_UNDECLARED, "acceptance-undeclared", Finding, "The task names no acceptance check that can be run, so nothing shows that it is done. Add one to its contract.";
    ALREADY_CLAIMED, "already-claimed", State, "Another agent holds the task. Take another, or wait until it is released or its lease is over.";
    AREA_FULL, "area-full", State, "The area has as many lanes as the policy allows. Finish one of them first.";
    AT_HOST, "at-host", State, "This clone asked the host to merge it, and the host has not yet. `git lane sync` closes the task once it has.";
    BASE_RED, "base-red", Gate, "A check fails on the integration branch's own tip, so nothing can land before that is mended. What is queued keeps its place.";
    BLOCKER_OPEN, "blocker-open", State, "The task that this one waits for is not done.";
    BRANCH_BEHIND, "branch-behind", State, "The remote's branch has commits that the local one does not have, so pushing would lose them.";
    BRANCH_TAKEN, "branch-taken", State, "The branch belongs to another lane, or is the integration branch.";
    CAPACITY_FULL, "capacity-full", State, "Lanes in progress, reviews and tests have taken all places of the policy's pool. Nearly done work goes first.";
    CHANGELOG_MISSING, "changelog-missing", Finding, "The delivery adds no entry under Unreleased of a changelog. Say there what changes for those who use it.";
    CHECK_CHANGED_TREE, "check-changed-tree", Gate, "A check changed the worktree, HEAD, the branch or `core.bare` while it ran, so its result is not recorded.";
    CHECK_UNKNOWN, "check-unknown", State, "The task names a check that the integration branch's `.agents/gates.toml` does not declare, or that this version cannot run.";
    CHILDREN_OPEN, "children-open", State, "The task has parts that are neither done nor given up. They come first.";
    CI_BASE_MISSING, "ci-base-missing", Setup, "What the work is compared with in CI cannot be had: nothing names it, or the remote does not give it. Without a base nothing is judged.";
    CI_CHECKOUT, "ci-checkout", Setup, "What is checked out in CI is neither the work that is judged nor a merge of it, or its files were changed, so the checks would run on something else.";
    CI_STATE_BROKEN, "ci-state-broken", Finding, "The state that the remote has does not follow from its events: it was changed past git-lane, and no lane can be judged by it.";
    CI_STATE_MISSING, "ci-state-missing", Setup, "The remote has a policy and no state, so CI cannot know any lane. A clone that has the state publishes it by `git lane sync`.";
    CI_UNCLEAR, "ci-unclear", Setup, "What the CI host says of the work cannot be used: an event that cannot be read, or a name or id that could be something else.";
    CLAIM_LOCK, "claim-lock", State, "The lock belongs to a claim; it goes when the task is released or done.";
    CLASS_MISSING, "class-missing", State, "The reviewer of a task of high risk says whether it is implemented or design-only.";
    CLOCK_AHEAD, "clock-ahead", State, "An event that is not published yet is far ahead of this machine's clock.";
    CO_CHANGE, "co-change", Finding, "The policy says that these paths change together, and only one side of them did.";
    COMMAND_NOT_TRUSTED, "command-not-trusted", State, "The command came to this clone with the state. Read it, then accept it by `git lane trust`.";
    COMMIT_UNNAMED, "commit-unnamed", Finding, "A commit on a lane's branch does not carry the lane's trailer, so that it is nobody's where it lands: it came past the hooks, or is another lane's and not on that one's branch. Make it again: the hooks add the trailer.";
    CONFLICT_MARKERS, "conflict-markers", Finding, "A conflict was left in a file that the merge driver merges. Choose what it should say, remove the markers, and stage it again.";
    CONSULT_MISSING, "consult-missing", Finding, "The policy asks for a consultation before a lane's first commit and after a recorded failure, and none is recorded. `git lane consult` records one.";
    CONTRACT_CONFLICT, "contract-conflict", Finding, "The lane and the integration branch both changed an interface that others build on. That is settled first: rebase, and check again.";
    CONTRACT_UNCHECKED, "contract-unchecked", Finding, "Files of a contract changed, and a check that the policy names for it has not passed on the tree that is delivered.";
    DEFECT_CAUSE, "defect-cause", Finding, "A defect is handed off without its cause, the layer that owns it, and a file of the change in which it was.";
    DEFECT_PROOF, "defect-proof", Finding, "A defect is handed off without a regression check that failed before the change and passes with it.";
    DEPENDENCY_CYCLE, "dependency-cycle", State, "The dependency would make tasks wait for one another for ever.";
    DEPENDENCY_OPEN, "dependency-open", State, "A task that this one depends on is not done.";
    DESIGN_ONLY, "design-only", State, "The task asks for something that runs, and the reviewer found words and tests only. It goes back, or is blocked on what is missing.";
    DESTRUCTIVE_PUSH, "destructive-push", Finding, "The push would rewrite or delete what others have on the remote: the integration branch, a lane that is not yours, a tag, or somebody's commits. A maintainer approves that very change, once, by the command of the hint.";
    DETACHED_HEAD, "detached-head", Finding, "HEAD is detached in a lane's worktree, so the commit would be on no branch. Switch back to the lane's branch.";
    DIRTY_SUBMODULE, "dirty-submodule", State, "A submodule in the worktree has changes, or commits that no remote of it has. They would go with the worktree: commit and push them in the submodule, or take them back.";
    DIRTY_WORKTREE, "dirty-worktree", State, "The worktree has uncommitted or untracked files, so what is checked would not be what is committed.";
    EDITED_MEANWHILE, "edited-meanwhile", State, "The task's contract was edited in another clone since this edit was made. Look at it and edit again.";
    FOREIGN_BRANCH, "foreign-branch", State, "There is a branch of the lane's name already, here or on the shared remote, that no lane of the task made. Give the task another branch, or take that one over by the command of the hint.";
    FOREIGN_LANE, "foreign-lane", Finding, "The worktree belongs to a lane in which it is not your turn: another agent holds, reviews or tests it, or it is handed off and nobody has taken it on.";
    FOREIGN_LOCK, "foreign-lock", State, "Somebody else holds a lock on the path. Leave it to them, or wait until the lock is released or over.";
    FOREIGN_STAGED, "foreign-staged", Finding, "The commit would sweep up a path that another agent in this clone holds. Commit your own paths by name; what they staged stays staged.";
    GATE_FAILED, "gate-failed", Gate, "A check of the gate did not pass. What it said is above; `git lane gate --explain` tells why it is run. Mend it and run the gate again: what passed is not run twice.";
    GATE_NOT_RUN, "gate-not-run", Gate, "What is pushed must have passed checks that nothing in this clone shows to have passed, and no worktree has it checked out as it was committed. The hint runs them there.";
    GENERATED_ALONE, "generated-alone", Finding, "A generated file changed, and nothing that it is made from did. Change its source and make it again.";
    GIT_DIR, "git-dir", Finding, "The file is git's own or git-lane's: hooks, configuration, refs, the index, or what is kept below `lane/`. Changed by hand it goes past every check; git's and git-lane's commands change it.";
    HANDOFF_BASE, "handoff-base", Finding, "The commit that the handoff starts from is not on the integration branch as it is known here.";
    HANDOFF_COMMITS, "handoff-commits", Finding, "The handoff lists other commits than lie between its base and its tip.";
    HANDOFF_EDITED, "handoff-edited", Finding, "The record is not what its event in the ledger says: it was edited by hand. `git lane verify --full` tells where.";
    HANDOFF_FILES, "handoff-files", Finding, "The handoff lists other files than differ between its base and its tip.";
    HANDOFF_MISSING, "handoff-missing", Finding, "What lands, or is in CI, is a lane's work that nobody handed off as it is.";
    HANDOFF_STALE, "handoff-stale", Finding, "The branch is not at the commit that was handed off.";
    HANDOFF_TREE, "handoff-tree", Finding, "The handoff names another tree than its tip has.";
    HISTORY_CUT, "history-cut", Setup, "The clone is shallow, and what was asked lies before the commits that it has. Fetch the rest.";
    HOTSPOT_SHARED, "hotspot-shared", State, "The policy names the path a hotspot, and hotspots are never shared. Take an exclusive lock.";
    ID_TAKEN, "id-taken", Input, "A task has this id already, perhaps in other case or in the archive.";
    IGNORED_FILES, "ignored-files", State, "The worktree has ignored files that `[lanes] disposable` does not name, and git would delete them without a word. The hint moves them beside the worktree.";
    INSTRUCTIONS_MISSING, "instructions-missing", Setup, "Other lanes are active, and the integration branch does not tell agents how to work here. `git lane init --agents-md` writes it; a single lane needs it not.";
    INSTRUCTIONS_OUTDATED, "instructions-outdated", Setup, "Other lanes are active, and what the integration branch tells agents is not what the policy says now, or was changed by hand. `git lane init --agents-md` refreshes it.";
    INTEGRATION_CHECKED_OUT, "integration-checked-out", State, "The integration branch is checked out with uncommitted files, so it cannot be moved there. Commit or stash them.";
    INTEGRATION_GUARDED, "integration-guarded", Finding, "The policy leaves the integration branch to the integrator role.";
    INVALID_INPUT, "invalid-input", Input, "A value cannot be taken; the message names the field and what is allowed.";
    LANDING_FROZEN, "landing-frozen", State, "Somebody stopped landings, for the reason that they give. They go on after `git lane thaw`.";
    LARGE_COMMIT, "large-commit", Finding, "One commit changes more paths or lines than the policy takes for one. Commit it in parts.";
    LEASE_RUNNING, "lease-running", State, "The lock's lease is not over, so it cannot be reclaimed.";
    MAINTAINER_PATH, "maintainer-path", Finding, "The path belongs to the maintainer role, whatever a scope says: policy, attributes, CI.";
    MERGE_ORDER, "merge-order", Finding, "A part lands before one that comes before it, or a task before its own parts. Land those first, or give them up.";
    MERGES_MAIN, "merges-main", Finding, "The lane has merged the integration branch more often than `[landing] merges` of the policy says. Its commits rebased on top of that branch say more plainly what it does.";
    MIXED_AREAS, "mixed-areas", Finding, "A lane's commit changes paths of several areas. Commit the paths of one area first, then those of the next.";
    NAME_IS_BRANCH, "name-is-branch", Input, "A branch with this name exists already, so a task cannot take it.";
    NESTED_REPOSITORY, "nested-repository", State, "A git repository that is no submodule lies in the worktree, and no commit of this one can hold it. The hint moves it beside the worktree.";
    NO_CHECKS, "no-checks", Setup, "The integration branch declares no check in `.agents/gates.toml`. `git lane init --gates` writes one to begin with; it counts once it is committed there.";
    NO_INTEGRATION, "no-integration", Setup, "The integration branch is not known or does not exist yet.";
    NO_SUCH_EVENT, "no-such-event", State, "The ledger has no event with this number, or none at this time yet.";
    NO_SUCH_LOCK, "no-such-lock", State, "There is no such lock; it may have been released or reclaimed.";
    NO_SUCH_TASK, "no-such-task", State, "There is no task with this id.";
    NOT_A_PERSON, "not-a-person", State, "What a person must give their word for is not signed under an agent's name.";
    NOT_HOLDER, "not-holder", State, "Only the holder may do this.";
    NOT_IN_PHASE, "not-in-phase", State, "The task's phase does not allow this; the message lists what it allows.";
    NOT_LANDED, "not-landed", State, "The task's tip is not on the integration branch, so it is not done.";
    NOT_READY, "not-ready", State, "No task can be claimed now. `git lane ready --why` says what stops each.";
    NOTHING_CHANGES, "nothing-changes", State, "The record says so already.";
    NOTHING_TO_HAND_OFF, "nothing-to-hand-off", State, "The branch has no commit that the integration branch does not have.";
    OTHER_STATE, "other-state", State, "The state here or on the remote belongs to another policy than the one that this clone knows.";
    OUT_OF_SCOPE, "out-of-scope", State, "The task names the path as out of its scope.";
    OUTSIDE_AREA, "outside-area", State, "The path is owned by another area than the task's. Areas are hard boundaries.";
    OUTSIDE_SCOPE, "outside-scope", Finding, "The lane does not hold the path. Lock it if the change belongs to the task, else leave it out.";
    OVERRIDE_NOT_ALLOWED, "override-not-allowed", State, "The policy does not name this agent among those who may override.";
    OWN_WORK, "own-work", State, "Authors do not approve their own work, unless the policy says so. Somebody else reviews it.";
    PLACEHOLDER, "placeholder", Input, "A word that stands in a hint for something of the reader's, such as TEXT or GLOB, was sent as it is. Put there what it stands for. In a hook it is the subject of a lane's commit.";
    POLICY_NOT_COMMITTED, "policy-not-committed", Setup, "The integration branch has no policy yet, so nobody can start. Commit `.agents/policy.toml` there.";
    PROOF_NOT_STARTED, "proof-not-started", Gate, "A regression check could not be started at the merge base, which shows nothing. Its test belongs to the files that `[tests]` of the policy names: those of the lane are put there.";
    PROOF_PASSES_BEFORE, "proof-passes-before", Gate, "A regression check passes at the merge base, so it shows nothing of the change. Let its test fail without the change, or name another check.";
    PUSH_REFUSED, "push-refused", State, "The remote, or a pre-push hook of this clone, does not take the branch of a handoff, or what lands.";
    RECORD_UNREADABLE, "record-unreadable", Finding, "A record, the policy or the gates below `.agents/` cannot be read or used, or a record lies where none of its id belongs. Mend or move it, and stage it again.";
    RECORDS_DISAGREE, "records-disagree", Finding, "Records below `.agents/` contradict each other, as a merge leaves them that took one from each side. Decide which one holds, and stage that.";
    REMOTE_BROKEN, "remote-broken", State, "The remote's state has a commit that no ledger can have, so nothing of it is taken.";
    REMOTE_DIVERGED, "remote-diverged", State, "The remote's state does not contain what this clone has seen there: it was rewritten. Nothing of it is taken until somebody decides.";
    REMOTE_REFUSES, "remote-refuses", Setup, "The remote does not take the state's ref. Another ref is named by `sync.ref` in the policy.";
    REMOTE_WENT_BACK, "remote-went-back", State, "The remote's state lacks events that this clone has seen there: it was put back or deleted. Nothing is taken until somebody decides.";
    REMOVED_TESTS, "removed-tests", Finding, "Tests, files of tests or gate checks are gone or switched off, and the handoff does not declare it. Bring them back, or declare them by `handoff --removes`.";
    RISK_EVIDENCE, "risk-evidence", Finding, "A task of high risk lacks an acceptance check that shows that the code is there (`anchor`), or one that exercises it (`runtime`).";
    ROLE_NOT_ALLOWED, "role-not-allowed", State, "The policy gives this role to others, or the action is not this role's.";
    SCOPE_MISSING, "scope-missing", State, "The policy requires a scope before a task can be claimed.";
    SCOPE_TOO_COMPLEX, "scope-too-complex", Input, "The globs are too complex to decide whether they overlap. Use simpler ones.";
    SELF_REVIEW_MISSING, "self-review-missing", State, "The policy asks authors to judge their work before others do, and this commit was not judged so.";
    STAGE_TAKEN, "stage-taken", State, "Somebody else reviews or tests the task now. Take another, or wait until their time is over.";
    STALE_FENCE, "stale-fence", Finding, "The lane was reclaimed, released or granted again since this worktree was bound to it.";
    STATE_BEHIND, "state-behind", State, "The push brings the work of lanes to the integration branch, and the remote's state has gone on since this clone heard of it. `git lane sync`, then push again.";
    STATE_REWRITE, "state-rewrite", Finding, "The push would rewrite or delete the shared state, which only ever grows.";
    STATE_WENT_BACK, "state-went-back", Finding, "The state that is verified lacks one that this clone made or saw on a remote: it was put back to an older one, replaced, or is behind.";
    TASK_CLAIMED, "task-claimed", State, "Scope, area and branch of a claimed task do not change under its lane. Widen it by a lock, or release it first.";
    UNJUDGED, "unjudged", State, "A stage of the policy has not found ready what would land.";
    UNKNOWN_AREA, "unknown-area", State, "The policy declares areas, and this is none of them.";
    UNKNOWN_DEPENDENCY, "unknown-dependency", State, "The task depends on an id that does not exist.";
    UNMERGED, "unmerged", State, "`git lane gate --staged` judges what would be committed, and a path in conflict has two sides there. Resolve it, `git add` it, and ask again.";
    UNSIGNED, "unsigned", State, "The policy wants a person's word for exactly the commit that lands. `git lane sign` gives it.";
    VERDICT_MISSING, "verdict-missing", Finding, "What lands was not judged by a stage that the policy has, or changed since. The stage judges exactly what lands.";
    VERDICT_MOVED, "verdict-moved", State, "The verdict is on another commit than the one that was handed off, so it says nothing of it. Look at the new one.";
    WORKLOG_NOT_DECLARED, "worklog-not-declared", Setup, "Other lanes are active, and the policy on the integration branch does not say where the ledger and the decisions are. Declare `ledger` and `decisions` of `[worklog]` there; a single lane needs neither.";
    WORKTREE_BUSY, "worktree-busy", State, "An operation of git is under way in the worktree, it is locked, a process stands in it, or something changed in it just now. End that, and ask again.";
    WORKTREE_IN_USE, "worktree-in-use", State, "The worktree is the main one, of no lane, lent to one, of a lane that somebody holds, or the one in which you stand. Only those of lanes that ended or that nobody holds are removed.";
    WRONG_BRANCH, "wrong-branch", Finding, "The worktree belongs to a lane, and its branch is not the one that is checked out; or an agent commits on the integration branch what a lane holds.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_kebab_case_and_unique() {
        let mut seen = std::collections::BTreeSet::new();
        for ground in GROUNDS {
            assert!(
                ground.id.chars().all(|c| c.is_ascii_lowercase() || c == '-'),
                "{}",
                ground.id
            );
            assert!(
                seen.last() < Some(&ground.id),
                "{} is not in its place",
                ground.id
            );
            seen.insert(ground.id);
            assert!(ground.means.ends_with('.'), "{}", ground.id);
        }
    }
}
