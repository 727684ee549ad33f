//! Where each value of a policy comes from: its file, or the defaults.

use super::Policy;

/// Where a value was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The policy file says so.
    File,
    /// The file is silent, so this is the default.
    Default,
    /// The file says so, and this version does not know the key.
    Unknown,
}

/// One value of the policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The key with dots, `lanes.lease`.
    pub key: String,
    /// The value in force.
    pub value: toml::Value,
    /// Where it came from.
    pub origin: Origin,
}

const KNOWN_TOP: [&str; 21] = [
    "format",
    "repository",
    "remote",
    "lanes",
    "capacity",
    "pipeline",
    "limits",
    "roles",
    "overrides",
    "maintainer",
    "area",
    "landing",
    "worklog",
    "instructions",
    "sync",
    "merge",
    "rule",
    "tests",
    "generated",
    "co_change",
    "contract",
];

/// All values in force, sorted by key. `file` is the table as it stands in the file.
pub fn rows(policy: &Policy, file: &toml::Table) -> Vec<Row> {
    let mut out = Vec::new();
    if let Ok(toml::Value::Table(mut table)) = toml::Value::try_from(policy) {
        // Records leave it out where it is usual; here every value is shown.
        if let Some(toml::Value::Table(landing)) = table.get_mut("landing") {
            landing
                .entry("merges")
                .or_insert_with(|| policy.landing.merges.into());
        }
        collect("", &table, Some(file), &mut out);
    }
    for row in &mut out {
        if !known(&row.key) {
            row.origin = Origin::Unknown;
        }
    }
    out.sort_by(|a, b| a.key.cmp(&b.key));
    out
}

fn collect(prefix: &str, table: &toml::Table, file: Option<&toml::Table>, out: &mut Vec<Row>) {
    for (name, value) in table {
        let key = if prefix.is_empty() {
            name.clone()
        } else {
            format!("{prefix}.{name}")
        };
        let there = file.and_then(|f| f.get(name));
        match value {
            toml::Value::Table(inner) => collect(&key, inner, there.and_then(toml::Value::as_table), out),
            _ => {
                let origin = if there.is_some() {
                    Origin::File
                } else {
                    Origin::Default
                };
                out.push(Row {
                    key,
                    value: value.clone(),
                    origin,
                });
            }
        }
    }
}

/// Whether a dotted key is one that this version acts on. The sections' own keys are read off the defaults.
fn known(key: &str) -> bool {
    let parts: Vec<&str> = key.split('.').collect();
    match parts.as_slice() {
        [top] => KNOWN_TOP.contains(top),
        // The latter is not among the defaults, for records leave it out where it is usual.
        ["roles", _] | ["landing", "merges"] => true,
        ["area", _, field] => ["owns", "lanes"].contains(field),
        ["rule", _, field] => ["level", "files", "lines", "kinds", "sources"].contains(field),
        ["tests", field] => ["files", "names"].contains(field),
        ["generated", _, field] => ["files", "from", "run"].contains(field),
        ["co_change", _, field] => ["when", "must", "why"].contains(field),
        ["contract", _, field] => ["files", "checks", "tells"].contains(field),
        [section, field, ..] => default_section(section).is_some_and(|table| table.contains_key(*field)),
        [] => false,
    }
}

fn default_section(section: &str) -> Option<toml::Table> {
    let defaults = toml::Table::try_from(Policy::default()).ok()?;
    defaults.get(section)?.as_table().cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin_of(text: &str, key: &str) -> Origin {
        let file: toml::Table = toml::from_str(text).unwrap();
        let policy: Policy = toml::from_str(text).unwrap();
        rows(&policy, &file)
            .into_iter()
            .find(|row| row.key == key)
            .unwrap()
            .origin
    }

    #[test]
    fn a_value_of_the_file_and_a_default_are_told_apart() {
        let landing = "repository = \"x\"\n[landing]\nmerges = 4\n";
        assert_eq!(origin_of(landing, "landing.merges"), Origin::File);
        assert_eq!(
            origin_of("repository = \"x\"\n", "landing.merges"),
            Origin::Default
        );
        let text = "repository = \"x\"\n[lanes]\nlease = \"2h\"\n";
        assert_eq!(origin_of(text, "lanes.lease"), Origin::File);
        assert_eq!(origin_of(text, "lanes.root"), Origin::Default);
    }

    #[test]
    fn a_misspelt_key_is_pointed_at() {
        assert_eq!(
            origin_of("[instructions]\nfiles = \"x\"\n", "instructions.files"),
            Origin::Unknown
        );
        assert_eq!(
            origin_of("[lanes]\nleese = \"2h\"\n", "lanes.leese"),
            Origin::Unknown
        );
        assert_eq!(
            origin_of("[merge]\nchangelog = []\n", "merge.changelog"),
            Origin::Unknown
        );
        assert_eq!(origin_of("[area.x]\nown = []\n", "area.x.own"), Origin::Unknown);
        assert_eq!(origin_of("colour = 1\n", "colour"), Origin::Unknown);
    }
}
