//! Whether the execution ledger and the decisions are declared, apart from each other, and the decisions are there.

use lane_core::codec;
use lane_core::policy::POLICY_PATH;
use lane_core::text;
use lane_core::view::View as _;
use lane_store::PolicyFile;
use lane_store::STATE_REF;
use lane_store::find_policy;

use super::Found;
use super::Scene;
use super::ill;
use super::on_integration;
use super::well;
use crate::error::CliError;
use crate::setup;

/// How much of a value is shown, in characters.
const VALUE_CHARS: usize = 80;

/// What the policy's file says, without defaults.
struct Declared {
    has_table: bool,
    ledger: Option<String>,
    decisions: Option<String>,
}

pub(super) fn look(scene: &Scene<'_>) -> Result<Found, CliError> {
    let session = &scene.session;
    let branch = session.store().view()?.meta()?.integration;
    let Some(file) = find_policy(session.repo, &branch)? else {
        return Ok(Found::Skipped("policy comes first".to_owned()));
    };
    let declared = Declared::of(&file);
    let place = text::excerpt(&file.place(), VALUE_CHARS);
    // Where a remote takes branches only, the one ledger has another name there.
    let shared = file.parse()?.sync.refname;
    let ledgers = [Some(STATE_REF), shared.as_deref()];
    if let Some(fault) = declared.fault(&ledgers) {
        let change = declared.change();
        let mend = match &change {
            Some(change) => on_integration::by(session, &file, change, &[POLICY_PATH])?,
            None => declared.by_hand(),
        };
        return ill(format!("{place} {fault}"), mend);
    }
    let path = declared.decisions.unwrap_or_default();
    let tree = session.repo.commit(file.commit)?.tree;
    if matches!(
        session.repo.entry_at(tree, path.trim_end_matches('/')),
        Ok(Some(_))
    ) {
        return well();
    }
    let path = path.trim_end_matches('/').to_owned();
    let shown = text::excerpt(&path, VALUE_CHARS);
    let (folder, first) = match path.ends_with(".md") {
        true => (
            path.rsplit_once('/').map_or(".", |(folder, _)| folder).to_owned(),
            path.clone(),
        ),
        false => (path.clone(), format!("{path}/README.md")),
    };
    let change = format!(
        "mkdir -p {} && printf '# Decisions\\n' >{}",
        setup::quoted(&format!("./{folder}")),
        setup::quoted(&format!("./{first}"))
    );
    let mend = on_integration::by(session, &file, &change, &[&first])?;
    ill(
        format!(
            "the decisions are to be in {shown}, which {} does not have",
            text::excerpt(file.branch(), VALUE_CHARS)
        ),
        mend,
    )
}

impl Declared {
    fn of(file: &PolicyFile) -> Self {
        let text: toml::Table = codec::decode(&file.bytes).unwrap_or_default();
        let table = text.get("worklog").and_then(toml::Value::as_table);
        let key = |name| Some(table?.get(name)?.as_str()?.to_owned());
        Self {
            has_table: table.is_some(),
            ledger: key("ledger"),
            decisions: key("decisions"),
        }
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
