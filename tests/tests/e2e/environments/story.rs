//! Every command and hook once, in an order in which each has something to do.

/// One line of the story.
pub(super) struct Step {
    /// The command (`task add`) or hook (`hook pre-commit`) that it is about; plain git where hooks meet it.
    pub(super) what: &'static str,
    /// The line, for a shell.
    pub(super) line: &'static str,
    /// The exit code in an ordinary clone.
    pub(super) code: i32,
    /// What it says there.
    pub(super) says: &'static str,
}

const fn step(what: &'static str, line: &'static str, code: i32, says: &'static str) -> Step {
    Step {
        what,
        line,
        code,
        says,
    }
}

/// The lock that the story took, or one that nobody has.
const RENEW: &str = r#"git lane renew "$(grep . "$HOME/lock" || echo L-none)""#;
const RECLAIM: &str = r#"git lane reclaim "$(grep . "$HOME/lock" || echo L-none)" --note x"#;
/// Where others share it, the merge has to be there first: the hint says so.
const DONE: &str = "git lane done T-1 || { code=$?; way=$(git lane done T-1 2>&1 | sed -n 's/^hint: git push/git push/p'); test -n \"$way\" && $way && git lane done T-1 || exit $code; }";
const UNLOCK: &str = r#"git lane unlock "$(grep . "$HOME/lock" || echo L-none)""#;

/// In the lane's worktree, when there is one.
const INSIDE: &str = r#"cd "$(grep . "$HOME/lane")" && echo in >>src/a.rs && git commit -qam inside && git log -1 --format=%B"#;
/// What is uncommitted is kept, and listed.
const REBUILD: &str = r#"touch "$(grep . "$HOME/lane")/new"; git lane worktree rebuild T-1 && git lane worktree list --rescued | grep -q 'T-1.*1 file' && ! test -e "$(cat "$HOME/lane")/new""#;
const OUTSIDE: &str = r#"cd "$(grep . "$HOME/lane")" && echo out >>src/b.rs && echo out >>new.md && git add -A && git commit -qm outside --no-verify"#;
const AM: &str = r#"cd "$(grep . "$HOME/lane")" && git reset -q --hard && git format-patch -1 --stdout >"$HOME/patch" && git reset -q --hard HEAD~1 && git am -q "$HOME/patch""#;
const PUSH: &str = r#"cd "$(grep . "$HOME/lane")" && git push -q -- origin main && git push -q origin T-1"#;
/// Where the integration branch stands as it was pushed: nothing is new, so everything is checked.
const CI: &str = "git lane gate --ci --base main";
const CHECK: &str = r#"cd "$(grep . "$HOME/lane")" && git lane check T-1"#;
/// In the lane, or where one is when there is none.
const GATE: &str =
    r#"cd "$(grep . "$HOME/lane")" && git lane gate --again && git lane gate && git lane gate --staged"#;
const CHECK_BEFORE: &str = r#"cd "$(grep . "$HOME/lane")" && git lane check --before T-1"#;
/// Where no hook of ours ran, the commits are named first, as it says.
const HANDOFF: &str = r#"cd "$(grep . "$HOME/lane")" && git lane handoff T-1 2>"$HOME/said"; code=$?; cat "$HOME/said" >&2; named=$(sed -n 's/^hint: \(git rebase .*\)/\1/p' "$HOME/said"); [ -z "$named" ] && exit $code; sh -c "$named" && git lane handoff T-1"#;
/// Nothing is written, neither by a preflight that is well nor by one that is not.
const PREFLIGHT: &str = r#"before=$(git status --porcelain; git for-each-ref); git lane preflight; code=$?; [ "$before" = "$(git status --porcelain; git for-each-ref)" ] && exit $code"#;
const REPLAY: &str =
    r#"git lane replay && git lane log --json -n 0 >"$HOME/events" && git lane replay --file "$HOME/events""#;
/// What is handed off may be pushed, and a commit after it may not, until it is taken back.
const PUSH_HANDED_OFF: &str = r#"cd "$(grep . "$HOME/lane")" && git push -q origin T-1 && git -c core.hooksPath=/dev/null commit -q --allow-empty -m later && ! git push origin T-1 && git reset -q --hard HEAD~1"#;

/// A task of its own for what goes wrong.
const RETRY: &str =
    "git lane task add Five --id T-5 --scope 'five/**' && git lane claim T-5 && git lane retry T-5 --why x";

/// What the driver is for: both sides changed one file.
const DRIVEN: &str = r#"printf 'f.txt merge=git-lane\n' >>"$(git rev-parse --git-path info/attributes)" && echo base >f.txt && git add f.txt && git commit -qm base && git switch -qc other && echo other >f.txt && git commit -qam other && git checkout -q - && echo mine >f.txt && git commit -qam mine && ! git merge -q other && echo both >f.txt && git add f.txt && git commit -qm both && ! git merge-tree --write-tree HEAD~1 other"#;
/// Three versions, in a folder that is nobody's.
const MERGE: &str = r#"printf 'a\nb\nc\n' >"$HOME/o" && printf 'A\nb\nc\n' >"$HOME/a" && printf 'a\nb\nC\n' >"$HOME/b" && git lane merge --explain "$HOME/o" "$HOME/a" "$HOME/b" && git lane merge --path .agents/x.toml "$HOME/o" "$HOME/a" "$HOME/a""#;

/// Written before agents are told: what changed is named to a check, and no hook runs one.
const TOLD: &str = r#"GIT_LANE_AGENT= git lane init --agents-md --dry-run && mkdir -p .agents && printf '[hooks]\npre_commit = 0\nhandoff = 0\nintegration = 0\n[check.names]\nrung = 1\nrun = ["ls", "{files}"]\n[check.base]\nrung = 2\nrun = ["git", "diff", "--stat", "{base}"]\n' >.agents/gates.toml && GIT_LANE_AGENT= git lane init --agents-md"#;
const POLICY: &str = "git add .agents .gitattributes AGENTS.md docs && git commit -qm policy";

pub(super) const STORY: &[Step] = &[
    step(
        "init --dry-run",
        "git lane init --dry-run",
        0,
        "Nothing was written.",
    ),
    step(
        "init --gates",
        "git lane init --gates --dry-run",
        0,
        "would  .agents/gates.toml, the checks",
    ),
    step(
        "init --xtask",
        "git lane init --xtask --dry-run",
        6,
        "`git lane gate` needs no xtask",
    ),
    step(
        "init --guard",
        "mkdir .claude && echo '{}' >.claude/settings.json && git lane init --guard --dry-run; code=$?; rm -r .claude; exit $code",
        0,
        "would  `git lane guard` before edits",
    ),
    step("init", "GIT_LANE_AGENT= git lane init", 0, "lanes land on"),
    step(
        "init --agents-md",
        TOLD,
        0,
        "AGENTS.md, the section that tells agents how to work here",
    ),
    step("git commit", POLICY, 0, ""),
    step("after", "true", 0, ""),
    step("doctor", "git lane doctor", 0, "ok: "),
    step(
        "guard",
        r#"echo '{"path":".git/config"}' | git lane guard"#,
        1,
        "error: git-dir: .git/config",
    ),
    step("preflight", PREFLIGHT, 0, "ready for the role worker"),
    step(
        "gate --explain",
        "git lane gate --explain",
        0,
        "where this left main",
    ),
    step(
        "task add",
        "git lane task add One --id T-1 --scope 'src/**' && git lane task add Two --id T-2 --scope 'docs/**'",
        0,
        "T-2",
    ),
    step("task show", "git lane task show T-1", 0, "One"),
    step(
        "task edit",
        "git lane task edit T-1 --accept 'it holds' --check true --add-accept 'it is in' --check 'grep -q in src/a.rs' --purpose regression",
        0,
        "edited T-1",
    ),
    step("task list", "git lane task list", 0, "T-2"),
    step("ready", "git lane ready --why", 0, "T-1"),
    step("next", "git lane next", 0, "T-1"),
    step("plan-next", "git lane plan-next", 0, "would start"),
    step("can", "git lane can claim T-1", 0, ""),
    step("trust", "git lane trust T-1", 0, ""),
    step("note", "git lane note T-1 '@agent-a @agent-b look'", 0, "reaches"),
    step(
        "inbox",
        "git lane inbox && GIT_LANE_AGENT=agent-b git lane inbox",
        0,
        "look",
    ),
    step("show", "git lane show T-1", 0, "note on T-1"),
    step("claim", "git lane claim T-1", 0, "T-1"),
    step("block", "git lane block T-1 --why x", 0, "T-1"),
    step("unblock", "git lane unblock T-1", 0, "T-1"),
    step(
        "lock",
        r#"git lane lock 'extra/**' --objective x >"$HOME/lock""#,
        0,
        "locked",
    ),
    step("renew", RENEW, 0, "until"),
    step(
        "locks",
        "git lane locks && git lane locks --table",
        0,
        "`extra/**`",
    ),
    step("reclaim", RECLAIM, 3, "lease-running"),
    step("unlock", UNLOCK, 0, ""),
    step("release", "git lane release T-1 --why x", 0, "T-1"),
    step("start", r#"git lane start T-1 >"$HOME/lane""#, 0, "branch T-1"),
    step(
        "consult",
        "git lane consult T-1 --source handbook --query 'what is in'",
        0,
        "handbook for T-1: what is in",
    ),
    step("lane commit", INSIDE, 0, "Lane-Task: T-1"),
    step(
        "checkpoint",
        "git lane checkpoint T-1 --done half --next 'make test'",
        0,
        "CP-01",
    ),
    step("resume", "git lane resume T-1", 0, "checkpoint CP-01"),
    step("worktree rebuild", REBUILD, 0, "made again from branch T-1"),
    step("lane commit outside", OUTSIDE, 1, "outside-scope"),
    step("git am", AM, 0, ""),
    step("git push", PUSH, 0, ""),
    step("gate", GATE, 0, "not run again"),
    step("check", CHECK, 0, "passed"),
    step("check --before", CHECK_BEFORE, 0, "fails at the base"),
    step("handoff", HANDOFF, 0, "- [x] a1 it holds"),
    step(
        "brief",
        "git lane brief T-1 --role reviewer && git lane brief --placeholders",
        0,
        "# Brief for a reviewer: T-1",
    ),
    step("pr", "git lane pr T-1", 0, "Lane-Task: T-1"),
    step(
        "render",
        r#"git lane render --out "$HOME/views" && cat "$HOME/views"/*.md | grep -q T-1"#,
        0,
        "LOCKS.md",
    ),
    step(
        "review",
        "GIT_LANE_AGENT=agent-r git lane review T-1 && GIT_LANE_AGENT=agent-r git lane can approve T-1",
        0,
        "assigned to agent-r as reviewer",
    ),
    step(
        "leave",
        "GIT_LANE_AGENT=agent-r git lane leave T-1",
        0,
        "left T-1",
    ),
    step(
        "review --approve",
        "GIT_LANE_AGENT=agent-r git lane review T-1 --approve",
        0,
        "rests on CP-02",
    ),
    step(
        "test",
        "GIT_LANE_AGENT=agent-t git lane test T-1 && GIT_LANE_AGENT=agent-t git lane test T-1 --pass",
        0,
        "pass T-1 at",
    ),
    step("freeze", "git lane freeze --why x", 0, "frozen"),
    step("land", "git lane land", 3, "landing-frozen"),
    step("thaw", "git lane thaw --why x", 0, "thawed"),
    step("sign", "git lane sign T-1", 3, "not-a-person"),
    step("git push handed off", PUSH_HANDED_OFF, 0, "handoff-stale"),
    step(
        "sync",
        "git lane --offline task add Three --id T-3 && git lane sync && git lane sync --given-up",
        0,
        "1 event published; both are at",
    ),
    step("gate --ci", CI, 0, "nothing differs from main"),
    step(
        "reconcile",
        "git lane reconcile refs/agents/state",
        3,
        "origin's state contains",
    ),
    step(
        "override",
        "GIT_LANE_AGENT= git lane override 'x/**' --why y",
        0,
        "",
    ),
    step(
        "approve-push",
        "GIT_LANE_AGENT= git lane approve-push v1 --old 1111111111111111111111111111111111111111 --delete --why y",
        0,
        "approved once, until",
    ),
    step("start --here", "git lane start --here T-2", 0, "branch T-2"),
    step("git checkout", "git checkout -q -", 0, "commits on"),
    step("release here", "git lane release T-2 --why x", 0, "T-2"),
    step("git merge", "git merge -q --no-ff -m land T-1", 0, ""),
    step("done", DONE, 0, "done T-1"),
    step("retry", RETRY, 0, "somebody else goes on"),
    step(
        "escalate",
        "git lane claim T-5 && git lane escalate T-5 --why x",
        0,
        "escalated T-5",
    ),
    step("return", "git lane return T-5 --finding x", 0, "returned T-5 to"),
    step(
        "rescope",
        "git lane retry T-5 --why x; git lane rescope T-5 --why y --scope 'six/**'",
        0,
        "rescoped T-5",
    ),
    step(
        "deprioritise",
        "git lane deprioritise T-5 --why x",
        0,
        "low priority",
    ),
    step(
        "take-over",
        "git lane claim T-5 && git lane take-over T-5 --why x",
        0,
        "took T-5 over",
    ),
    step(
        "abandon",
        "git lane abandon T-5 --why x",
        0,
        "- Abandoned T-5: Five (x)",
    ),
    step("worktree list", "git lane worktree list", 0, "uncommitted"),
    step(
        "worktree prune",
        "git lane worktree prune --dry-run",
        0,
        "would remove",
    ),
    step("status", "git lane status && git lane status --mine", 0, ""),
    step(
        "board",
        "git lane board --stale && git lane board && git lane board --at 3",
        0,
        "after event 3 of",
    ),
    step(
        "log",
        "git lane log --kind task --since 1h --until 9999",
        0,
        "T-1",
    ),
    step("blame", "git lane blame T-1", 0, "task.added"),
    step("replay", REPLAY, 0, "is what is stored"),
    step(
        "verify",
        "git lane verify --full && git lane verify refs/agents/state",
        0,
        "",
    ),
    step("validate", "git lane validate --git", 0, ""),
    step("validate staged", "git lane validate --staged", 0, "ok: "),
    step("validate commit", "git lane validate HEAD", 0, "ok: "),
    step(
        "rules",
        "git lane rules && git lane rules co-change",
        0,
        "co-change (delivery): refuse, the default",
    ),
    step("policy show", "git lane policy show", 0, "lanes"),
    step("policy validate", "git lane policy validate", 0, ""),
    step("merge", MERGE, 0, "its content does not say either"),
    step("git merge driven", DRIVEN, 0, "error: conflict in f.txt"),
    step("hook pre-commit", "git lane hook pre-commit", 0, ""),
    step(
        "hook prepare-commit-msg",
        r#"echo x >"$HOME/msg" && git lane hook prepare-commit-msg -- "$HOME/msg" message"#,
        0,
        "",
    ),
    step(
        "hook commit-msg",
        r#"echo x >"$HOME/msg" && git lane hook commit-msg -- "$HOME/msg""#,
        0,
        "",
    ),
    step("hook pre-applypatch", "git lane hook pre-applypatch", 0, ""),
    step(
        "hook post-checkout",
        "git lane hook post-checkout -- 0000000000000000000000000000000000000000 0000000000000000000000000000000000000000 1",
        0,
        "",
    ),
    step(
        "hook pre-push",
        "echo refs/heads/x 1111111111111111111111111111111111111111 refs/heads/x 0000000000000000000000000000000000000000 | git lane hook pre-push -- origin url",
        1,
        "",
    ),
    step(
        "uninstall",
        "git lane uninstall",
        0,
        "git update-ref -d refs/agents/state",
    ),
];
