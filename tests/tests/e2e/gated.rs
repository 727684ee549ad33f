//! A repository whose integration branch declares checks that are scripts, with a trace of what ran.

use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::delivering::published;
use crate::following::around;

/// Two checks that write to the file that `RUNS` names: `lint` (no file of `src` may hold the word `wrong`), and `unit` on
/// the rung above (nor the word `broken`); and one for what lands.
pub(crate) const GATES: &str = r#"[check.lint]
rung = 1
run = ["sh", "-c", "echo lint >>\"$RUNS\"; ! grep -rn wrong src"]

[check.unit]
rung = 2
run = ["sh", "-c", "echo unit >>\"$RUNS\"; ! grep -rn broken src"]

[check.whole]
rung = 3
run = ["sh", "-c", "echo whole >>\"$RUNS\""]
level = "wave"
"#;

/// A published repository whose integration branch has these gates, and places that trace.
pub(crate) fn gated<'s>(sandbox: &'s Sandbox, gates: &str) -> Place<'s> {
    let repo = published(sandbox);
    repo.write(".agents/gates.toml", gates);
    repo.git(["add", "--all"]).ok();
    around(&repo, &["commit", "--quiet", "-m", "gates"]).ok();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    let runs = sandbox.path().join("runs");
    repo.env("RUNS", &runs.display().to_string())
}

/// What ran since this was asked last, one word a check.
pub(crate) fn ran(sandbox: &Sandbox) -> String {
    let runs = sandbox.path().join("runs");
    let text = std::fs::read_to_string(&runs).unwrap_or_default();
    let _ = std::fs::remove_file(runs);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
