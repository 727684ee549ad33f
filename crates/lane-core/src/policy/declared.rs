//! What is wrong with what a policy declares for the rules: generated files, co-changes, contracts, tests.

use super::Adopted;
use super::CoChange;
use super::Contract;
use super::Generated;
use crate::glob::Scope;
use crate::id::CheckName;
use crate::text;

/// The most sources that a rule names, and patterns of tests.
const LIST_MAX: usize = 64;

/// A fault: the key with dots, and what is wrong with its value.
pub(super) type Fault = (String, String);

/// The first fault of what the rules take from the policy. Whether the patterns of `tests.names` compile is for those
/// who match them to say.
pub(super) fn check(policy: &Adopted) -> Result<(), Fault> {
    globs("tests.files", &policy.tests.files)?;
    bounded("tests.names", &policy.tests.names)?;
    for (name, generated) in &policy.generated {
        generated.check(&key("generated", name)?)?;
    }
    for (name, pair) in &policy.co_change {
        pair.check(&key("co_change", name)?)?;
    }
    for (name, contract) in &policy.contract {
        contract.check(&key("contract", name)?)?;
    }
    for (id, settings) in &policy.rule {
        bounded(&format!("{}.sources", key("rule", id)?), &settings.sources)?;
    }
    Ok(())
}

/// The table's key; its name is a plain word.
fn key(table: &str, name: &str) -> Result<String, Fault> {
    let key = format!("{table}.{}", text::excerpt(name, 64));
    match CheckName::new(name) {
        Ok(_) => Ok(key),
        Err(fault) => Err((key, fault.to_string())),
    }
}

impl Generated {
    fn check(&self, key: &str) -> Result<(), Fault> {
        some_globs(&format!("{key}.files"), &self.files)?;
        some_globs(&format!("{key}.from"), &self.from)?;
        line(&format!("{key}.run"), self.run.as_ref())
    }
}

impl CoChange {
    fn check(&self, key: &str) -> Result<(), Fault> {
        some_globs(&format!("{key}.when"), &self.when)?;
        some_globs(&format!("{key}.must"), &self.must)?;
        line(&format!("{key}.why"), self.why.as_ref())
    }
}

impl Contract {
    fn check(&self, key: &str) -> Result<(), Fault> {
        some_globs(&format!("{key}.files"), &self.files)?;
        let strange = self
            .checks
            .iter()
            .find_map(|name| Some((name, CheckName::new(name).err()?)));
        match strange {
            Some((name, fault)) => Err((
                format!("{key}.checks"),
                format!("{:?}: {fault}", text::excerpt(name, 64)),
            )),
            None => Ok(()),
        }
    }
}

fn some_globs(key: &str, list: &[String]) -> Result<(), Fault> {
    if list.is_empty() {
        return Err((key.to_owned(), "must name a glob at least".to_owned()));
    }
    globs(key, list)
}

fn globs(key: &str, list: &[String]) -> Result<(), Fault> {
    Scope::parse(list)
        .map(drop)
        .map_err(|fault| (key.to_owned(), format!("{fault}: {}", fault.problem)))
}

fn bounded(key: &str, list: &[String]) -> Result<(), Fault> {
    if list.len() > LIST_MAX {
        return Err((key.to_owned(), format!("has more than {LIST_MAX} entries")));
    }
    list.iter().try_for_each(|entry| line(key, Some(entry)))
}

fn line(key: &str, text: Option<&String>) -> Result<(), Fault> {
    match text.map(|text| text::check_line(text)) {
        Some(Err(_)) => {
            let fault = format!("must be one line of 1 to {} visible characters", text::LINE_CHARS);
            Err((key.to_owned(), fault))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;

    fn fault(text: &str) -> String {
        let policy: Policy = toml::from_str(text).unwrap();
        let fault = check(&Adopted::of(&policy, "")).err();
        fault
            .map(|(key, what)| format!("{key}: {what}"))
            .unwrap_or_default()
    }

    #[test]
    fn what_can_be_judged_by_is_taken() {
        assert_eq!(fault(""), "");
        let all = "[tests]\nfiles = ['t/**']\nnames = ['^it ']\n[generated.client]\nfiles = ['web/**']\nfrom = ['doc/**']\nrun = 'make client'\n[co_change.a-b]\nwhen = ['a']\nmust = ['b']\nwhy = 'so'\n[contract.api]\nfiles = ['doc/**']\nchecks = ['contract']\ntells = ['ui']\n[rule.consult-missing]\nsources = ['handbook']\n";
        assert_eq!(fault(all), "");
    }

    #[test]
    fn what_judges_nothing_or_cannot_be_read_is_named_by_its_key() {
        for (text, begins) in [
            ("[tests]\nfiles = ['a[']", "tests.files: "),
            ("[tests]\nnames = ['']", "tests.names: "),
            ("[generated.c]\nfiles = ['a']", "generated.c.from: must name"),
            ("[generated.c]\nfrom = ['a']", "generated.c.files: must name"),
            (
                "[generated.c]\nfiles = ['a']\nfrom = ['b[']",
                "generated.c.from: ",
            ),
            (
                "[generated.c]\nfiles = ['a']\nfrom = ['b']\nrun = \"a\\nb\"",
                "generated.c.run: ",
            ),
            (
                "[generated.'a b']\nfiles = ['a']\nfrom = ['b']",
                "generated.a b: ",
            ),
            ("[co_change.c]\nwhen = ['a']", "co_change.c.must: must name"),
            ("[co_change.c]\nmust = ['a']", "co_change.c.when: must name"),
            ("[co_change.'']\nwhen = ['a']\nmust = ['a']", "co_change.: "),
            ("[contract.c]\nchecks = ['x']", "contract.c.files: must name"),
            (
                "[contract.c]\nfiles = ['a']\nchecks = ['x y']",
                "contract.c.checks: ",
            ),
            (
                "[rule.consult-missing]\nsources = [\"a\\u202e\"]",
                "rule.consult-missing.sources: ",
            ),
            ("[rule.\"a\\u001b\"]\nlevel = 'off'", "rule.a\\u{1b}: "),
        ] {
            let said = fault(text);
            assert!(said.starts_with(begins), "{text}\n{said}");
        }
    }
}
