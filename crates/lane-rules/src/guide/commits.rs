//! Rules about a commit as a whole. The policy sets how much they weigh.

use lane_core::ground;

use super::Guide;
use super::Sort;

pub(super) static CONSULT_MISSING: Guide = Guide {
    ground: &ground::CONSULT_MISSING,
    sort: Sort::Both,
    what: "A lane commits for the first time, or after a recorded failure, and no consultation is recorded that is newer; or it delivers so.",
    why: "Reading what is documented costs less than finding it out by failures; after one, what was known was not enough.",
    violates: "The first commit of T-1, and no `git lane consult` before it.",
    neighbour: "`git lane consult --source handbook --query 'retry policy'`, then the same commit.",
    remedy: "Look it up, then `git lane consult --source S --query TEXT`.",
    settings: &[(
        "sources",
        "the sources that count, the one to ask first in front; a fallback counts when it is marked as one. Empty: any",
    )],
    declares: &[],
};

pub(super) static GENERATED_ALONE: Guide = Guide {
    ground: &ground::GENERATED_ALONE,
    sort: Sort::Both,
    what: "A generated file changed, and nothing that it is made from did.",
    why: "The next run of the generator takes the edit away again.",
    violates: "web/src/api/client.ts changed alone, and `[generated.client]` says that it is made from doc/api/**.",
    neighbour: "doc/api/users.yaml and web/src/api/client.ts changed together; or doc/api/users.yaml alone.",
    remedy: "Change the source, run what makes the files, and commit both; or put the file back.",
    settings: &[],
    declares: &["generated"],
};

pub(super) static LARGE_COMMIT: Guide = Guide {
    ground: &ground::LARGE_COMMIT,
    sort: Sort::Commit,
    what: "One commit of a lane changes more paths, or more lines, than the policy takes for one.",
    why: "What is too large to be read is not reviewed, and what is reverted with it was not meant.",
    violates: "A commit of 101 files.",
    neighbour: "A commit of 100 files; or a merge, whose paths are other commits'.",
    remedy: "Commit it in parts: `git commit -m TEXT -- PATH`.",
    settings: &[
        ("files", "the most paths of one commit; 100 when absent"),
        ("lines", "the most lines, added and removed; no bound when absent"),
    ],
    declares: &[],
};

pub(super) static MIXED_AREAS: Guide = Guide {
    ground: &ground::MIXED_AREAS,
    sort: Sort::Commit,
    what: "One commit of a lane changes what several areas own.",
    why: "Each commit is one area's to review and to revert.",
    violates: "A commit of crates/api/lib.rs, which backend owns, and web/app.ts, which ui owns.",
    neighbour: "A commit of each; or one of web/app.ts and a file that nobody owns; or a merge.",
    remedy: "Leave the paths of the other area out, and commit them next.",
    settings: &[],
    declares: &["area"],
};
