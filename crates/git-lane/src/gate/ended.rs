//! The end of a gate: the document that was asked for, and how the command ends.

use std::process::ExitCode;

use lane_core::time::Timestamp;
use lane_gate::Report;
use lane_rules::Finding;
use serde_json::json;

use super::refusal;
use crate::error::CliError;
use crate::show::climb as show;
use crate::show::climb::About;
use crate::show::climb::Form;
use crate::show::json;
use crate::show::paint;

/// What a gate came to.
pub(crate) struct Ended<'a> {
    /// What was found in CI; none where nothing was looked for.
    pub(crate) findings: Option<&'a [Finding]>,
    /// What was not looked into there, a sentence each.
    pub(crate) unseen: &'a [String],
    /// The climb, if there was one.
    pub(crate) climb: Option<(&'a About<'a>, &'a Report)>,
    /// The command that judges the same once more.
    pub(crate) again: &'a str,
    pub(crate) form: Form,
    pub(crate) now: Timestamp,
}

impl Ended<'_> {
    /// Prints the document, and gives the exit code: what was found counts before what failed.
    ///
    /// # Errors
    /// When a check did not pass, or the document cannot be made.
    pub(crate) fn finish(&self) -> Result<ExitCode, CliError> {
        self.document()?;
        let interrupted = self.climb.is_some_and(|(_, report)| report.interrupted());
        if interrupted {
            paint::error("interrupted: what passed before is remembered, the rest was ended or not started");
            paint::hint(self.again);
            return Ok(ExitCode::from(CliError::Interrupted.exit_code()));
        }
        let no = self.refusal();
        if self.refuses() {
            if let Some(no) = no {
                crate::show::refusal::print(&no, self.now);
            }
            return Ok(ExitCode::from(1));
        }
        no.map_or(Ok(ExitCode::SUCCESS), |no| Err(no.into()))
    }

    fn refuses(&self) -> bool {
        self.findings.is_some_and(|all| all.iter().any(Finding::refuses))
    }

    fn refusal(&self) -> Option<lane_core::refusal::Refusal> {
        let (_, report) = self.climb?;
        refusal(report, self.again).filter(|_| !report.interrupted())
    }

    fn document(&self) -> Result<(), CliError> {
        match self.form {
            Form::Json => json::out(&self.as_json()),
            Form::Gitlab => json::out(&show::gitlab(
                self.findings.unwrap_or_default(),
                self.climb,
                self.now,
            )),
            Form::Junit => {
                let document = show::junit(self.findings, self.climb, self.now).map_err(|fault| {
                    CliError::io("writing the JUnit document", std::io::Error::other(fault))
                })?;
                paint::document(document.trim_end());
            }
            Form::Text | Form::Github => {}
        }
        Ok(())
    }

    fn as_json(&self) -> serde_json::Value {
        let mut value = match self.climb {
            Some((about, report)) => show::report_json(about, report, self.refusal().as_ref(), self.now),
            None => show::nothing_climbed(),
        };
        if let Some(findings) = self.findings {
            let ok = value["ok"] == json!(true) && !self.refuses();
            value["ok"] = json!(ok);
            value["findings"] = show::findings_json(findings);
            value["unseen"] = json!(self.unseen);
        }
        value
    }
}
