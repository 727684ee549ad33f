//! Odd places, and where the story goes another way there.

use lane_testkit::Place;
use lane_testkit::Sandbox;

/// A step's name, exit code and phrase.
pub(super) type Row = (&'static str, i32, &'static str);

/// An odd place.
pub(super) struct Odd {
    pub(super) name: &'static str,
    /// Makes it; the story runs in the folder that it gives.
    pub(super) make: for<'s> fn(&'s Sandbox) -> Place<'s>,
    /// A shell line that makes it odd once the policy is committed.
    pub(super) after: &'static str,
    /// How every step ends that has no row of its own; none: as in an ordinary clone.
    pub(super) all: Option<(i32, &'static str)>,
    /// Steps that are left out.
    pub(super) skips: &'static [&'static str],
    /// Steps that end otherwise.
    pub(super) differs: &'static [Row],
}

const LIKE_ANY: Odd = Odd {
    name: "",
    make: clone,
    after: "true",
    all: None,
    skips: &[],
    differs: &[],
};

/// Steps of plain git, for places where git itself has nothing to do.
const PLAIN: &[&str] = &[
    "git commit",
    "lane commit",
    "lane commit outside",
    "git am",
    "git push",
    "git push handed off",
    "git checkout",
    "git merge",
    "git merge driven",
];

/// Three files are merged in any folder.
const MERGES: Row = ("merge", 0, "its content does not say either");

/// Where there is nothing of git-lane, or no work tree, no edit is refused.
const UNGUARDED: Row = ("guard", 0, "");

/// The rules are told anywhere.
const RULES: Row = ("rules", 0, "these are the defaults");

/// Without a repository that can be used, `init` and `doctor` included, everything ends alike.
const DEAD: Odd = Odd {
    skips: PLAIN,
    ..LIKE_ANY
};

fn clone(sandbox: &Sandbox) -> Place<'_> {
    sandbox.repo("seed");
    sandbox
        .at("")
        .git(["clone", "--quiet", "--bare", "seed", "hub.git"])
        .ok();
    sandbox.at("").git(["clone", "--quiet", "hub.git", "r"]).ok();
    sandbox.at("r")
}

fn lonely(sandbox: &Sandbox) -> Place<'_> {
    sandbox.repo("r")
}

fn linked(sandbox: &Sandbox) -> Place<'_> {
    let main = clone(sandbox);
    main.git(["switch", "--quiet", "-c", "aside"]).ok();
    main.git(["worktree", "add", "--quiet", "../linked", "main"]).ok();
    sandbox.at("linked")
}

pub(super) fn linked_to_bare(sandbox: &Sandbox) -> Place<'_> {
    clone(sandbox);
    let bare = sandbox
        .at("")
        .git(["clone", "--quiet", "--bare", "hub.git", "bare.git"]);
    bare.ok();
    sandbox
        .at("bare.git")
        .git(["worktree", "add", "--quiet", "../linked", "main"])
        .ok();
    sandbox.at("linked")
}

fn submodule(sandbox: &Sandbox) -> Place<'_> {
    clone(sandbox);
    let top = sandbox.repo("super");
    top.git(["submodule", "--quiet", "add", "../hub.git", "vendor/sub"])
        .ok();
    top.git(["commit", "--quiet", "-m", "submodule"]).ok();
    sandbox.at("super/vendor/sub")
}

pub(super) fn linked_to_submodule(sandbox: &Sandbox) -> Place<'_> {
    let sub = submodule(sandbox);
    sub.git(["switch", "--quiet", "-c", "aside"]).ok();
    sub.git(["worktree", "add", "--quiet", "../../../linked", "main"])
        .ok();
    sandbox.at("linked")
}

fn shallow(sandbox: &Sandbox) -> Place<'_> {
    clone(sandbox).commit("src/a.rs", "second\n", "second").ok();
    sandbox.at("r").git(["push", "--quiet"]).ok();
    let hub = format!("file://{}/hub.git", sandbox.path().display());
    sandbox
        .at("")
        .git(["clone", "--quiet", "--depth", "1", &hub, "shallow"])
        .ok();
    sandbox.at("shallow")
}

fn partial(sandbox: &Sandbox) -> Place<'_> {
    clone(sandbox).commit("src/a.rs", "second\n", "second").ok();
    sandbox.at("r").git(["push", "--quiet"]).ok();
    let hub = sandbox.at("hub.git");
    hub.git(["config", "uploadpack.allowFilter", "true"]).ok();
    let url = format!("file://{}", hub.path().display());
    let clone = ["clone", "--quiet", "--filter=blob:none", &url, "partial"];
    sandbox.at("").git(clone).ok();
    sandbox.at("partial")
}

fn two_remotes(sandbox: &Sandbox) -> Place<'_> {
    let here = clone(sandbox);
    here.git(["remote", "add", "backup", "../seed"]).ok();
    here.git(["fetch", "--quiet", "backup"]).ok();
    here
}

fn fork(sandbox: &Sandbox) -> Place<'_> {
    let here = clone(sandbox);
    sandbox
        .at("")
        .git(["clone", "--quiet", "--bare", "hub.git", "fork.git"])
        .ok();
    here.git(["remote", "rename", "origin", "upstream"]).ok();
    let url = sandbox.path().join("fork.git");
    here.git(["remote", "add", "origin", &url.display().to_string()])
        .ok();
    here.git(["fetch", "--quiet", "origin"]).ok();
    here
}

fn split_index(sandbox: &Sandbox) -> Place<'_> {
    let here = clone(sandbox);
    here.git(["config", "core.splitIndex", "true"]).ok();
    here.git(["update-index", "--split-index"]).ok();
    here
}

fn sparse_index(sandbox: &Sandbox) -> Place<'_> {
    let here = clone(sandbox);
    here.git([
        "sparse-checkout",
        "set",
        "--cone",
        "--sparse-index",
        "src",
        "docs",
        ".agents",
    ])
    .ok();
    here
}

fn unborn(sandbox: &Sandbox) -> Place<'_> {
    sandbox.empty_repo("r")
}

fn bare(sandbox: &Sandbox) -> Place<'_> {
    clone(sandbox);
    sandbox.at("hub.git")
}

fn bare_with_state(sandbox: &Sandbox) -> Place<'_> {
    let here = clone(sandbox);
    here.lane(["init", "--agents-md"]).ok();
    here.git(["add", ".agents", ".gitattributes", "AGENTS.md", "docs"])
        .ok();
    here.git(["commit", "--quiet", "-m", "policy"]).ok();
    here.git([
        "push",
        "--quiet",
        "origin",
        "main",
        "refs/agents/state:refs/agents/state",
    ])
    .ok();
    sandbox.at("hub.git")
}

fn outside(sandbox: &Sandbox) -> Place<'_> {
    sandbox.at("home")
}

fn formatted<'s>(sandbox: &'s Sandbox, option: &str) -> Place<'s> {
    sandbox.at("").git(["init", "--quiet", option, "r"]).ok();
    let here = sandbox.at("r");
    here.commit("src/a.rs", "a\n", "first").ok();
    here
}

fn reftable(sandbox: &Sandbox) -> Place<'_> {
    formatted(sandbox, "--ref-format=reftable")
}

fn sha256(sandbox: &Sandbox) -> Place<'_> {
    formatted(sandbox, "--object-format=sha256")
}

pub(super) const PLACES: &[Odd] = &[
    Odd {
        name: "ordinary clone",
        ..LIKE_ANY
    },
    Odd {
        name: "no remote",
        make: lonely,
        differs: &[
            ("gate --ci", 6, "this clone has no remote"),
            ("gate --explain", 0, "main is not compared with itself"),
            ("git push", 128, "'origin' does not appear"),
            ("git push handed off", 128, "'origin' does not appear"),
            ("sync", 6, "this repository has no remote"),
            ("reconcile", 6, "this repository has no remote"),
        ],
        ..LIKE_ANY
    },
    Odd {
        name: "linked worktree",
        make: linked,
        ..LIKE_ANY
    },
    Odd {
        name: "worktree of a bare repository",
        make: linked_to_bare,
        differs: &[
            (
                "gate --ci",
                6,
                "ci-state-missing: origin has no refs/agents/state",
            ),
            ("gate --explain", 0, "main is not compared with itself"),
            ("sync", 6, "git config remote.origin.fetch"),
            ("reconcile", 6, "git config remote.origin.fetch"),
        ],
        ..LIKE_ANY
    },
    Odd {
        name: "submodule",
        make: submodule,
        ..LIKE_ANY
    },
    Odd {
        name: "worktree of a submodule",
        make: linked_to_submodule,
        ..LIKE_ANY
    },
    Odd {
        name: "shallow clone",
        make: shallow,
        ..LIKE_ANY
    },
    Odd {
        name: "partial clone",
        make: partial,
        ..LIKE_ANY
    },
    Odd {
        name: "two remotes",
        make: two_remotes,
        ..LIKE_ANY
    },
    Odd {
        name: "clone of a fork",
        make: fork,
        ..LIKE_ANY
    },
    Odd {
        name: "split index",
        make: split_index,
        ..LIKE_ANY
    },
    Odd {
        name: "sparse index",
        make: sparse_index,
        ..LIKE_ANY
    },
    Odd {
        name: "unborn branch",
        make: unborn,
        skips: PLAIN,
        differs: &[
            ("sign", 3, "not-in-phase"),
            ("worktree prune", 0, "no worktree is left over"),
            ("gate --ci", 6, "this clone has no remote"),
            ("gate --explain", 6, "no-checks: "),
            ("gate", 6, "no-checks: "),
            ("doctor", 1, "main has no commit yet"),
            ("preflight", 5, "error: policy: main has no commit yet"),
            ("ready", 3, "policy-not-committed"),
            ("next", 3, "policy-not-committed"),
            ("plan-next", 3, "policy-not-committed"),
            ("can", 3, "policy-not-committed"),
            ("claim", 6, "policy-not-committed"),
            ("release", 3, "not-in-phase"),
            ("start", 6, "policy-not-committed"),
            ("checkpoint", 3, "not-holder"),
            ("worktree rebuild", 3, "nobody holds T-1"),
            ("resume", 6, "policy-not-committed"),
            ("start --here", 6, "policy-not-committed"),
            ("validate commit", 2, "names no commit here"),
            ("check", 3, "not-holder: nobody holds T-1"),
            ("check --before", 3, "not-holder: nobody holds T-1"),
            ("consult", 3, "not-holder: nobody holds T-1"),
            ("handoff", 3, "not-holder: nobody holds T-1"),
            ("pr", 3, "not-in-phase"),
            ("review", 3, "not-in-phase"),
            ("leave", 3, "not-in-phase"),
            ("review --approve", 3, "not-in-phase"),
            ("test", 3, "not-in-phase"),
            ("override", 3, "override-not-allowed"),
            ("release here", 3, "not-in-phase"),
            ("done", 3, "not-in-phase"),
            ("retry", 6, "policy-not-committed"),
            ("escalate", 6, "policy-not-committed"),
            ("return", 3, "not-in-phase: T-5 is todo"),
            ("take-over", 6, "policy-not-committed"),
            ("sync", 6, "this repository has no remote"),
            ("reconcile", 6, "this repository has no remote"),
        ],
        ..LIKE_ANY
    },
    Odd {
        name: "detached HEAD",
        after: "git switch -q --detach",
        differs: &[
            ("gate --explain", 0, "paths differ from "),
            ("git checkout", 0, ""),
            ("done", 3, "git lane land T-1"),
        ],
        ..LIKE_ANY
    },
    Odd {
        name: "bare repository",
        make: bare,
        all: Some((6, "git lane init")),
        differs: &[
            ("gate --ci", 6, "a bare repository has no files to check"),
            MERGES,
            UNGUARDED,
            RULES,
            ("doctor", 1, "git lane init"),
            ("preflight", 5, "error: state: there is no refs/agents/state"),
            ("start --here", 6, "no worktree to bind"),
            ("validate staged", 6, "a bare repository has no index"),
            ("validate commit", 0, "ok: "),
            ("policy validate", 2, "policy.toml cannot be read"),
            ("hook post-checkout", 0, ""),
            ("uninstall", 0, "no hook of ours"),
        ],
        ..DEAD
    },
    Odd {
        name: "bare repository with the state",
        make: bare_with_state,
        skips: PLAIN,
        differs: &[
            ("sign", 3, "not-in-phase"),
            ("gate --ci", 6, "a bare repository has no files to check"),
            ("gate --explain", 6, "no-checks: "),
            ("gate", 6, "no-checks: "),
            ("init --dry-run", 6, "no work tree to set up"),
            ("init --gates", 6, "no work tree to set up"),
            ("init --xtask", 6, "no work tree to set up"),
            ("init --guard", 6, "no work tree to set up"),
            UNGUARDED,
            ("init", 6, "no work tree to set up"),
            ("init --agents-md", 6, "no work tree to set up"),
            ("doctor", 1, "hooks: pre-commit is missing"),
            ("preflight", 5, "error: merge-driver: "),
            ("start --here", 6, "no worktree to bind"),
            // Nothing was committed there: the story's commits are plain git's.
            ("check", 5, "acceptance-failed"),
            ("check --before", 3, "nothing-to-hand-off"),
            ("handoff", 3, "nothing-to-hand-off"),
            ("pr", 3, "not-in-phase"),
            ("review", 3, "not-in-phase"),
            ("leave", 3, "not-in-phase"),
            ("review --approve", 3, "not-in-phase"),
            ("test", 3, "not-in-phase"),
            ("release here", 3, "not-in-phase"),
            ("done", 3, "not-landed"),
            ("validate staged", 6, "a bare repository has no index"),
            ("policy validate", 2, "policy.toml cannot be read"),
            ("sync", 6, "git config remote.origin.fetch"),
            ("reconcile", 6, "git config remote.origin.fetch"),
        ],
        ..LIKE_ANY
    },
    Odd {
        name: "renamed default branch",
        after: "git -C ../hub.git branch -q -m main trunk && git branch -q -m main trunk && git remote prune origin && git push -q origin trunk",
        skips: &[
            "lane commit",
            "lane commit outside",
            "git am",
            "git push",
            "git push handed off",
            "git checkout",
            "git merge",
        ],
        differs: &[
            ("sign", 3, "not-in-phase"),
            ("worktree prune", 0, "no worktree is left over"),
            ("gate --ci", 6, "ci-base-missing: origin has no branch main"),
            ("gate --explain", 6, "git lane init --integration trunk"),
            ("gate", 6, "git lane init --integration trunk"),
            ("doctor", 1, "git lane init --integration trunk"),
            ("preflight", 5, "hint: git lane init --integration trunk"),
            ("ready", 3, "policy-not-committed"),
            ("next", 3, "policy-not-committed"),
            ("plan-next", 3, "policy-not-committed"),
            ("can", 3, "policy-not-committed"),
            ("claim", 6, "git lane init --integration trunk"),
            ("release", 3, "not-in-phase"),
            ("start", 6, "git lane init --integration trunk"),
            ("checkpoint", 3, "not-holder"),
            ("worktree rebuild", 3, "nobody holds T-1"),
            ("resume", 6, "git lane init --integration trunk"),
            ("start --here", 6, "git lane init --integration trunk"),
            ("check", 3, "not-holder: nobody holds T-1"),
            ("check --before", 3, "not-holder: nobody holds T-1"),
            ("consult", 3, "not-holder: nobody holds T-1"),
            ("handoff", 3, "not-holder: nobody holds T-1"),
            ("pr", 3, "not-in-phase"),
            ("review", 3, "not-in-phase"),
            ("leave", 3, "not-in-phase"),
            ("review --approve", 3, "not-in-phase"),
            ("test", 3, "not-in-phase"),
            ("override", 3, "override-not-allowed"),
            ("release here", 3, "not-in-phase"),
            ("done", 3, "not-in-phase"),
            ("retry", 6, "git lane init --integration trunk"),
            ("escalate", 6, "git lane init --integration trunk"),
            ("return", 3, "not-in-phase: T-5 is todo"),
            ("take-over", 6, "git lane init --integration trunk"),
            ("sync", 6, "git lane init --integration trunk"),
            ("reconcile", 6, "git lane init --integration trunk"),
        ],
        ..LIKE_ANY
    },
    Odd {
        name: "core.hooksPath set by somebody else",
        after: "mkdir .husky && git config core.hooksPath .husky",
        differs: &[
            ("doctor", 1, "core.hooksPath is \".husky\""),
            ("preflight", 5, "error: hooks: core.hooksPath is \".husky\""),
            // git runs no hook of ours: what they would have said is said by nobody.
            ("lane commit", 0, "inside"),
            ("lane commit outside", 0, ""),
            ("git push handed off", 1, "T-1 -> T-1"),
            ("git checkout", 0, ""),
        ],
        ..LIKE_ANY
    },
    Odd {
        name: "outside any repository",
        make: outside,
        all: Some((6, "not inside a git repository")),
        differs: &[MERGES, UNGUARDED, RULES],
        ..DEAD
    },
    Odd {
        name: "no state",
        all: Some((6, "git lane init")),
        skips: &[
            "init --dry-run",
            "init --gates",
            "init --xtask",
            "init --guard",
            "init",
            "init --agents-md",
            "git commit",
            "lane commit",
            "lane commit outside",
            "git am",
            "git push",
            "git push handed off",
            "git checkout",
            "git merge",
        ],
        differs: &[
            MERGES,
            UNGUARDED,
            RULES,
            ("doctor", 1, "git lane init"),
            ("preflight", 5, "error: state: there is no refs/agents/state"),
            ("validate staged", 0, "ok: there are no records staged"),
            ("validate commit", 0, "ok: there are no records in HEAD"),
            ("policy validate", 2, "policy.toml cannot be read"),
            // No driver is registered: git merges as text.
            ("git merge driven", 0, "CONFLICT (content)"),
            ("hook post-checkout", 0, ""),
            ("uninstall", 0, "no hook of ours"),
        ],
        ..LIKE_ANY
    },
    Odd {
        name: "reftable",
        make: reftable,
        all: Some((6, "the reftable ref format")),
        differs: &[MERGES, UNGUARDED],
        ..DEAD
    },
    Odd {
        name: "sha256",
        make: sha256,
        all: Some((6, "sha256 object names")),
        differs: &[MERGES, UNGUARDED],
        ..DEAD
    },
];
