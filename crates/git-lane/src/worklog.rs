//! The worklog split, as the policy's file declares it: the execution ledger, and the decisions apart from it.

use lane_core::codec;
use lane_core::ground;
use lane_core::policy::POLICY_PATH;
use lane_core::refusal::Refusal;
use lane_core::text;
use lane_store::PolicyFile;
use lane_store::STATE_REF;
use lane_store::StoreError;

use crate::on_integration;
use crate::session::Session;

/// How much of a value is shown, in characters.
const VALUE_CHARS: usize = 80;

/// What the policy's file says, without defaults.
pub(crate) struct Declared {
    has_table: bool,
    ledger: Option<String>,
    decisions: Option<String>,
}

/// What stands against one more lane beside those that are active, where the policy is `file`.
pub(crate) fn against(session: &Session<'_>, file: &PolicyFile) -> Result<Option<Refusal>, StoreError> {
    let ill = Declared::of(file).ill(session, file)?;
    Ok(ill.map(|(fault, mend)| {
        let what = format!("other lanes are active, and {fault}");
        Refusal::new(&ground::WORKLOG_NOT_DECLARED, what).hint(mend)
    }))
}

impl Declared {
    pub(crate) fn of(file: &PolicyFile) -> Self {
        let text: toml::Table = codec::decode(&file.bytes).unwrap_or_default();
        let table = text.get("worklog").and_then(toml::Value::as_table);
        let key = |name| Some(table?.get(name)?.as_str()?.to_owned());
        Self {
            has_table: table.is_some(),
            ledger: key("ledger"),
            decisions: key("decisions"),
        }
    }

    /// Where the decisions are to be; nowhere, where that is not declared.
    pub(crate) fn decisions(&self) -> &str {
        self.decisions.as_deref().unwrap_or_default()
    }

    /// What is wrong with the declaration, and what mends it.
    pub(crate) fn ill(
        &self,
        session: &Session<'_>,
        file: &PolicyFile,
    ) -> Result<Option<(String, String)>, StoreError> {
        // Where a remote takes branches only, the one ledger has another name there.
        let shared = file.parse()?.sync.refname;
        let Some(fault) = self.fault(&[Some(STATE_REF), shared.as_deref()]) else {
            return Ok(None);
        };
        let mend = match self.change() {
            Some(change) => on_integration::by(session, file, &change, &[POLICY_PATH])?,
            None => self.by_hand(),
        };
        let place = text::excerpt(&file.place(), VALUE_CHARS);
        Ok(Some((format!("{place} {fault}"), mend)))
    }

    fn fault(&self, ledgers: &[Option<&str>]) -> Option<String> {
        let missing: Vec<&str> = [("ledger", &self.ledger), ("decisions", &self.decisions)]
            .into_iter()
            .filter_map(|(name, value)| value.is_none().then_some(name))
            .collect();
        if !missing.is_empty() {
            return Some(format!(
                "does not declare `{}` of [worklog]",
                missing.join("` and `")
            ));
        }
        let (ledger, decisions) = (self.ledger.as_deref()?, self.decisions.as_deref()?);
        if !ledgers.contains(&Some(ledger)) {
            let ledger = text::excerpt(ledger, VALUE_CHARS);
            return Some(format!(
                "names {ledger:?} as ledger, and the one ledger is {STATE_REF}"
            ));
        }
        let plain = |part: &str| !matches!(part, "" | "." | "..") && !part.contains('\0');
        let is_path =
            decisions.trim_end_matches('/').split('/').all(plain) && !decisions.starts_with("refs/");
        let decisions = text::excerpt(decisions, VALUE_CHARS);
        (!is_path)
            .then(|| format!("names {decisions:?} for the decisions, which is no path of this repository"))
    }

    /// The command that adds what is missing, where a line at the end does it.
    fn change(&self) -> Option<String> {
        let lines = format!("'\\n[worklog]\\nledger = \"{STATE_REF}\"\\ndecisions = \"docs/decisions\"\\n'");
        (!self.has_table).then(|| format!("printf {lines} >>{POLICY_PATH}"))
    }

    fn by_hand(&self) -> String {
        format!(
            "say ledger = \"{STATE_REF}\" and decisions = \"docs/decisions\" below [worklog] in {POLICY_PATH}, and commit it"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared(ledger: &str, decisions: &str) -> Option<String> {
        let some = |text: &str| Some(text.to_owned()).filter(|text| text != "-");
        let (ledger, decisions) = (some(ledger), some(decisions));
        let has_table = true;
        Declared {
            has_table,
            ledger,
            decisions,
        }
        .fault(&[Some(STATE_REF), Some("refs/heads/state")])
    }

    #[test]
    fn both_halves_are_named_and_apart() {
        for (ledger, decisions, expected) in [
            (STATE_REF, "docs/decisions", ""),
            (STATE_REF, "docs/decisions/", ""),
            ("refs/heads/state", "docs/decisions", ""),
            (STATE_REF, "DECISIONS.md", ""),
            ("-", "-", "does not declare `ledger` and `decisions` of [worklog]"),
            ("-", "docs", "does not declare `ledger` of"),
            (STATE_REF, "-", "does not declare `decisions` of"),
            ("docs/ledger.md", "docs", "names \"docs/ledger.md\" as ledger"),
            (
                STATE_REF,
                STATE_REF,
                "names \"refs/agents/state\" for the decisions, which is no path",
            ),
            (STATE_REF, "/etc", "names \"/etc\" for"),
            (STATE_REF, "../x", "names \"../x\" for"),
            (STATE_REF, "", "names \"\" for"),
        ] {
            let fault = declared(ledger, decisions).unwrap_or_default();
            let fits = fault.starts_with(expected) && fault.is_empty() == expected.is_empty();
            assert!(fits, "{ledger} {decisions}: {fault}");
        }
    }
}
