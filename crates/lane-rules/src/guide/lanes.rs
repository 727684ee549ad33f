//! Rules about who may change what, and about records. The policy sets no level for them.

use lane_core::ground;

use super::Guide;
use super::Sort;

/// What these have in common.
const COMMIT: Guide = Guide::blank(Sort::Commit, &ground::OUTSIDE_SCOPE);

pub(super) static CONFLICT_MARKERS: Guide = Guide {
    ground: &ground::CONFLICT_MARKERS,
    what: "A commit leaves a conflict in a record, a changelog or a registry.",
    why: "Nobody can read the file until somebody has decided, and the decision is easiest where the conflict arose.",
    violates: "A merge is committed with `<<<<<<<` in CHANGELOG.md.",
    neighbour: "The entry is chosen and the markers are gone; or the markers stand in a code block of a document as an example.",
    remedy: "Choose what it should say, remove the markers, `git add` the file and commit again.",
    ..COMMIT
};

pub(super) static DETACHED_HEAD: Guide = Guide {
    ground: &ground::DETACHED_HEAD,
    what: "A commit is made in a lane's worktree while HEAD is on no branch.",
    why: "The commit would be on no branch, so no handoff would hold it and git would drop it one day.",
    violates: "`git checkout HEAD~1`, then a commit.",
    neighbour: "The same commit on the lane's branch; or during a rebase, which puts the branch back at its end.",
    remedy: "`git switch BRANCH` of the lane; the edits come along.",
    ..COMMIT
};

pub(super) static FOREIGN_LANE: Guide = Guide {
    ground: &ground::FOREIGN_LANE,
    what: "A commit is made in the worktree of a lane that another agent holds.",
    why: "Two hands in one worktree undo each other, and the record says that the holder wrote it.",
    violates: "agent-b commits in the worktree of T-1, which agent-a holds.",
    neighbour: "agent-b takes T-1 over by `git lane resume T-1 --take-over` when its lease is over, or works in a lane of its own.",
    remedy: "Go to your own worktree; `git lane status` lists the lanes.",
    ..COMMIT
};

pub(super) static FOREIGN_LOCK: Guide = Guide {
    ground: &ground::FOREIGN_LOCK,
    what: "A commit changes a path on which somebody else holds a lock.",
    why: "They are at work there, and two changes of one place cost more to bring together than to do one after the other.",
    violates: "T-2 changes src/parser.rs while T-1 holds src/**.",
    neighbour: "T-2 changes docs/parser.md, which nobody holds.",
    remedy: "Leave the path out of the commit; `git lane note` asks the holder, `git lane reclaim` takes a lock whose lease is over.",
    ..COMMIT
};

pub(super) static FOREIGN_STAGED: Guide = Guide {
    ground: &ground::FOREIGN_STAGED,
    what: "A commit in a checkout that agents share would sweep up a path that another one of them holds.",
    why: "What they staged would be committed as yours, half done.",
    violates: "`git commit -a` while another agent's edit of src/b.rs lies in the same work tree.",
    neighbour: "`git commit -m TEXT -- src/a.rs`, which names one's own paths.",
    remedy: "Commit your own paths by name; what the other one staged stays staged.",
    ..COMMIT
};

pub(super) static MAINTAINER_PATH: Guide = Guide {
    ground: &ground::MAINTAINER_PATH,
    what: "A lane changes what belongs to the maintainer role: `.agents`, attributes, CI, and what the policy names.",
    why: "No lane loosens the rules that judge it.",
    violates: "A lane with the scope ** changes .agents/gates.toml.",
    neighbour: "A lane with the scope ** changes src/gates.rs; or an agent that the policy names as maintainer changes the gates.",
    remedy: "Leave the path out, and propose the change to a maintainer.",
    declares: &["maintainer", "roles"],
    ..COMMIT
};

pub(super) static OUT_OF_SCOPE: Guide = Guide {
    ground: &ground::OUT_OF_SCOPE,
    what: "A commit changes a path that the task names as out of its scope.",
    why: "Who wrote the task excluded it on purpose; no lock makes it part of it.",
    violates: "The task has the scope src/** without src/gen/**, and the commit changes src/gen/a.rs.",
    neighbour: "The commit changes src/a.rs.",
    remedy: "Leave the path out, or let the task be edited by who wrote it.",
    ..COMMIT
};

pub(super) static OUTSIDE_AREA: Guide = Guide {
    ground: &ground::OUTSIDE_AREA,
    what: "A commit of a task with an area changes what another area owns.",
    why: "Areas are hard boundaries: who owns one reviews what happens in it.",
    violates: "A task of the area ui changes crates/api/lib.rs, which the area backend owns.",
    neighbour: "It changes web/app.ts of its own area, or a file that no area owns.",
    remedy: "Leave the path out; a task of the other area does that part.",
    declares: &["area"],
    ..COMMIT
};

pub(super) static OUTSIDE_SCOPE: Guide = Guide {
    ground: &ground::OUTSIDE_SCOPE,
    what: "A commit changes a path that the lane does not hold.",
    why: "What a lane holds is what others can rely on not to change under them, and what they keep out of.",
    violates: "A lane with the scope src/** changes docs/guide.md.",
    neighbour: "It changes src/a.rs, or CHANGELOG.md, which every lane may change.",
    remedy: "`git lane lock PATH --objective TEXT` if the change belongs to the task, else leave the path out.",
    ..COMMIT
};

pub(super) static RECORD_UNREADABLE: Guide = Guide {
    ground: &ground::RECORD_UNREADABLE,
    what: "A commit brings a record, a policy or gates below `.agents/` that cannot be read or used, or that lie in a wrong place.",
    why: "Everybody who fetches it would be stopped by it.",
    violates: "A merge leaves .agents/queue/ab/T-1.toml with a key twice.",
    neighbour: "The same file with one of the two keys.",
    remedy: "`git lane validate --staged` says what is wrong; mend it and stage it again.",
    ..COMMIT
};

pub(super) static RECORDS_DISAGREE: Guide = Guide {
    ground: &ground::RECORDS_DISAGREE,
    what: "A commit brings records that contradict each other, as no parent of it did.",
    why: "A merge that takes one record from each side may read well line by line and be wrong as a whole.",
    violates: "One side ended T-1, the other made T-2 depend on it, and the merge has T-1 twice.",
    neighbour: "The merge keeps the ended T-1 alone.",
    remedy: "`git lane validate --staged` names the records; decide which one holds, and stage that.",
    ..COMMIT
};

pub(super) static STALE_FENCE: Guide = Guide {
    ground: &ground::STALE_FENCE,
    what: "A commit is made in a worktree whose claim was reclaimed, released or granted again.",
    why: "Somebody else may hold the paths now; the fence says whose grant is newer.",
    violates: "T-1 was reclaimed and claimed by agent-b, and agent-a commits in its old worktree.",
    neighbour: "agent-a claims T-1 again, which binds the worktree to the new fence.",
    remedy: "`git lane status`, then `git lane start ID` when the task can be taken.",
    ..COMMIT
};

pub(super) static WRONG_BRANCH: Guide = Guide {
    ground: &ground::WRONG_BRANCH,
    what: "A commit is made in a lane's worktree on another branch than the lane's, or an agent commits or pushes on the integration branch what a lane holds.",
    why: "It would not be part of what the lane hands off, and would land without what a delivery is judged by.",
    violates: "`git switch -c experiment` in the worktree of T-1, then a commit; or agent-a, who holds T-1 with src/**, commits src/a.rs on main.",
    neighbour: "The same commit on T-1; a merge of T-1 into main; docs/guide.md, which no lane holds; a person's commit of their own on main.",
    remedy: "`git switch BRANCH` of the lane, the edits come along; from main the hint takes what is staged to the lane's worktree.",
    ..COMMIT
};
