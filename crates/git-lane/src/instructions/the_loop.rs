//! What an agent does from one task to the next, step by step.

use lane_core::policy::Pipeline;
use lane_core::record::Stage;

use super::text::Told;
use super::text::code;

/// Where each lane has a branch.
pub(super) fn own_branch(told: &Told<'_>) -> String {
    let remote = code(&format!(
        "git push {} BRANCH",
        told.policy.remote.as_deref().unwrap_or("origin")
    ));
    let judged = judged(&told.policy.pipeline);
    let delivers = match told.policy.pipeline.has(Stage::Testing) {
        true => {
            "It pushes, and does not run these checks: step 6 comes before. `git lane test ID --pass` runs what is missing."
        }
        false => "It runs what must pass and pushes.",
    };
    format!(
        "\
### The loop

1. `export GIT_LANE_AGENT=NAME`: say who you are, in every shell, always the same name.
2. `git lane inbox`: read what others wrote to you. `git lane ready`: see what can be taken, best first.
3. `git lane task show ID`: read the task. `git lane start ID`: take it, then go to the folder that it prints. Work there only.
4. Edit. Commit small: `git add PATH`, then `git commit -m TEXT`. To save unfinished work: {remote}.
5. `git lane checkpoint --done TEXT --pending TEXT --next COMMAND`: after each step that you would not do twice.
6. `git lane check`: run the task's acceptance checks on what is committed. Mend, commit, check again.
7. `git lane handoff --risk TEXT --next TEXT`: deliver. {delivers} Then take the next task.
{judged}
After a break: `git lane resume` says where you stopped; `git lane status` says who and where you are.
"
    )
}

/// What follows a handoff, where the policy has stages.
fn judged(pipeline: &Pipeline) -> String {
    let lines = [
        (
            Stage::SelfReview,
            "`git lane review ID --self`: judge your own work first, as if it were another's.",
        ),
        (
            Stage::Review,
            "`git lane review ID`: judge another's work, in its worktree. `--approve`, or `--return --finding TEXT`.",
        ),
        (
            Stage::Testing,
            "`git lane test ID`: test what was approved, in its worktree. `--pass`, or `--fail --finding TEXT`.",
        ),
    ];
    let steps: Vec<String> = lines
        .into_iter()
        .filter(|(stage, _)| pipeline.has(*stage))
        .zip(8..)
        .map(|((_, line), n)| format!("{n}. {line}\n"))
        .collect();
    if steps.is_empty() {
        return String::new();
    }
    let own = match (pipeline.has(Stage::Review), pipeline.own_approval) {
        (true, false) => " Nobody approves own work.",
        _ => "",
    };
    format!(
        "{}\nA verdict is about one commit: name what you found, commit in the lane what you mend, and say it with `--fixed TEXT`.{own}\n\
         Returned to you: `git lane resume ID` shows the findings; mend them, commit, hand off again. Work that fails twice is escalated.\n",
        steps.concat()
    )
}

/// Where all lanes share one.
pub(super) fn one_branch() -> String {
    "\
### The loop

1. `export GIT_LANE_AGENT=NAME`: say who you are, in every shell, always the same name.
2. `git lane inbox`: read what others wrote to you. `git lane ready`: see what can be taken, best first.
3. `git lane task show ID`: read the task. `git lane claim ID`: take it, and the lock on its scope.
4. Edit within the scope. Do not commit and do not push: `git diff -- PATH` is your patch.
5. `git lane checkpoint ID --done TEXT --pending TEXT --next COMMAND`: after each step that you would not do twice.
6. Deliver: a last checkpoint with what you ran and what came out, then `git lane release ID --why TEXT`.

After a break: `git lane resume ID` says where you stopped; `git lane status` says who and where you are.
"
    .to_owned()
}
