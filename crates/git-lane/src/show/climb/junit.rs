//! A climb as a JUnit document: a suite a rung, a case a check.

use std::collections::BTreeSet;
use std::time::Duration;

use lane_core::text;
use lane_core::time::Timestamp;
use lane_gate::Done;
use lane_gate::Outcome;
use lane_gate::Report;
use lane_rules::Finding;
use quick_junit::NonSuccessKind;
use quick_junit::SerializeError;
use quick_junit::TestCase;
use quick_junit::TestCaseStatus;
use quick_junit::TestRerun;
use quick_junit::TestSuite;

use super::about::About;
use super::lines;
use super::words;

/// The suite of all checks, as dashboards name it.
const NAME: &str = "git-lane gate";

/// The document: what was found, if it was looked for, and what the checks came to, if they were run. What is no
/// character of XML is left out or replaced.
///
/// # Errors
/// When it cannot be written as XML.
pub(crate) fn document(
    findings: Option<&[Finding]>,
    climb: Option<(&About<'_>, &Report)>,
    now: Timestamp,
) -> Result<String, SerializeError> {
    let mut all = quick_junit::Report::new(NAME);
    if let Some(findings) = findings {
        all.add_test_suite(found(findings));
    }
    if let Some((about, report)) = climb {
        climbed(&mut all, about, report, now);
    }
    all.to_string()
}

/// A case for each finding, and one that passed where nothing was found.
fn found(findings: &[Finding]) -> TestSuite {
    let mut suite = TestSuite::new("findings");
    for found in findings {
        let sentence = xml(&super::found::sentence(found));
        let mut status = TestCaseStatus::success();
        if found.refuses() {
            status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(sentence.as_str());
            status.set_type(found.refusal.ground.id);
        }
        let at = found.path.as_deref().map(text::escape_path);
        let name = format!("{} {}", found.refusal.ground.id, at.unwrap_or_default());
        let mut case = TestCase::new(xml(name.trim_end()), status);
        case.set_classname("gate.findings");
        case.set_system_out(sentence);
        suite.add_test_case(case);
    }
    if findings.is_empty() {
        let mut case = TestCase::new("nothing found", TestCaseStatus::success());
        case.set_classname("gate.findings");
        suite.add_test_case(case);
    }
    suite
}

fn climbed(all: &mut quick_junit::Report, about: &About<'_>, report: &Report, now: Timestamp) {
    let mut took = Duration::ZERO;
    for rung in report.done.iter().map(|done| done.rung).collect::<BTreeSet<u8>>() {
        let mut suite = TestSuite::new(format!("rung {rung}"));
        let mut of_rung = Duration::ZERO;
        for done in report.done.iter().filter(|done| done.rung == rung) {
            of_rung += ran_for(done);
            suite.add_test_case(case(about, done, now));
        }
        suite.set_time(of_rung);
        took += of_rung;
        all.add_test_suite(suite);
    }
    all.set_time(took);
}

/// The seconds of this climb: what a receipt shows took none.
fn ran_for(done: &Done) -> Duration {
    let secs = words::run(&done.outcome).map_or(0.0, |run| run.secs);
    Duration::try_from_secs_f64(secs).unwrap_or_default()
}

fn case(about: &About<'_>, done: &Done, now: Timestamp) -> TestCase {
    let said = xml(&words::beside(&done.outcome, about.planned(&done.name), now));
    let mut status = match &done.outcome {
        Outcome::Passed(_) => TestCaseStatus::success(),
        Outcome::Flaky(_) => flaky(done, now),
        Outcome::Skipped(_) | Outcome::NotRun(_) => TestCaseStatus::skipped(),
        Outcome::Failed(_) | Outcome::Empty(_) => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Outcome::NotStarted(_) | Outcome::Moved { .. } | Outcome::Changed { .. } => {
            TestCaseStatus::non_success(NonSuccessKind::Error)
        }
    };
    let details = xml(&lines::details(about, done).join("\n"));
    if !matches!(done.outcome, Outcome::Passed(_) | Outcome::Flaky(_)) {
        status.set_message(said.as_str());
        status.set_type(words::id(&done.outcome));
    }
    if !done.outcome.is_good() && !details.is_empty() {
        status.set_description(details);
    }
    let mut case = TestCase::new(done.name.as_str(), status);
    case.set_classname(format!("gate.rung{}", done.rung));
    case.set_time(ran_for(done));
    if words::showing(&done.outcome).is_some() {
        case.set_system_out(said);
    }
    case
}

/// It passed, and the failure before is told as an earlier run of the case.
fn flaky(done: &Done, now: Timestamp) -> TestCaseStatus {
    let mut status = TestCaseStatus::success();
    let mut before = TestRerun::new(NonSuccessKind::Failure);
    before.set_type("flaky");
    before.set_message(xml(&lines::flaky(done, now).unwrap_or_default()));
    if let Some(failure) = words::receipt(&done.outcome).and_then(|receipt| receipt.failure.as_ref()) {
        before.set_description(xml(&failure.lines));
    }
    status.add_rerun(before);
    status
}

/// The two characters that the library leaves in and XML has not; it takes out the controls itself.
fn xml(text: &str) -> String {
    text.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}
