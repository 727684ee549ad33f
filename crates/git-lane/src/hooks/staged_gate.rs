//! The gate before a commit: what is staged, as far up as the gates ask for.

use std::process::ExitCode;

use lane_gate::Builtin;
use lane_gate::Gates;
use lane_gate::Interrupt;
use lane_gate::Level;
use lane_gate::Outcome;
use lane_gate::Remember;
use lane_gate::Report;
use lane_gate::Work;
use lane_rules::Operation;

use super::Call;
use super::gate_refusal::finding;
use super::gate_refusal::refuse;
use crate::error::CliError;
use crate::gate;
use crate::gate::Asked;
use crate::gate::How;
use crate::gate::Prepared;
use crate::gate::What;
use crate::setup::quoted;
use crate::show::error;
use crate::show::paint;

/// The exit code if a check refuses the commit. `gates`: those that ask for checks before commits.
///
/// While commits are replayed or taken over nothing runs: they were made, and checked, elsewhere.
pub(super) fn refused(
    call: &Call<'_>,
    operation: Option<Operation>,
    gates: Result<Option<Gates>, CliError>,
) -> Result<Option<ExitCode>, CliError> {
    let gates = match gates {
        Ok(Some(gates)) if !matches!(operation, Some(op) if op != Operation::Merge) => gates,
        Ok(_) => return Ok(None),
        // The commit that mends them must be possible; no push to the integration branch forgets them.
        Err(fault) => {
            if !call.as_json {
                paint::warning(&format!("no check was run: {}", error::sentence(&fault)));
            }
            return Ok(None);
        }
    };
    let rung = gates.hooks().pre_commit;
    let interrupt = Interrupt::install().unwrap_or_else(|_| Interrupt::none());
    let asked = Asked {
        repo: call.session.repo,
        gates: &gates,
        what: What::Staged,
        rungs: &(1..=rung),
        level: Level::Lane,
        area: None,
    };
    let prepared = Prepared::of(&asked, &interrupt)?;
    let how = How::to_the_first_failure(Remember::Use, call.session.source, &interrupt);
    let report = gate::climb_beside(&prepared, &how, "HEAD", (true, call.as_json))?;
    let Some(mut no) = gate::refusal(&report, &again(rung)) else {
        return Ok(None);
    };
    no.what.push_str("; mend it, stage it, and commit again");
    no.hints.splice(0..0, formatting(&gates, &report));
    Ok(Some(refuse(call, &finding(no), Some(&report))))
}

/// The command that climbs as this hook does.
fn again(rung: u8) -> String {
    match rung {
        3.. => "git lane gate --staged".to_owned(),
        rung => (1..=rung)
            .map(|rung| format!("git lane gate --staged --rung {rung}"))
            .collect::<Vec<_>>()
            .join(" && "),
    }
}

/// What mends the format that a built-in check found wrong.
fn formatting(gates: &Gates, report: &Report) -> Vec<String> {
    let bad = report
        .done
        .iter()
        .filter(|done| matches!(done.outcome, Outcome::Failed(_)));
    let checks = bad.filter_map(|done| gates.check(&done.name));
    let formats = checks.filter(|check| match &check.work {
        Work::Builtin(name) => Builtin::named(name) == Some(Builtin::Rustfmt),
        Work::Run(_) => false,
    });
    formats
        .map(|check| match check.dir.as_str() {
            "" | "." => "cargo fmt --all".to_owned(),
            dir => format!(
                "cargo fmt --all --manifest-path {}",
                quoted(&format!("{dir}/Cargo.toml"))
            ),
        })
        .collect()
}
