//! A record as dotted keys and values: what two versions of it are compared by.

use std::collections::BTreeMap;

use lane_core::codec;
use toml::Table;
use toml::Value;

/// The keys of a record with their values as TOML has them: `claim.by` and `"agent-a"`, `acceptance.a1.text` and so on.
/// None when the text is no record.
pub(crate) fn fields(text: &[u8]) -> Option<BTreeMap<String, String>> {
    let table: Table = codec::decode(text).ok()?;
    let mut found = BTreeMap::new();
    gather(&table, "", &mut found);
    Some(found)
}

fn gather(table: &Table, prefix: &str, found: &mut BTreeMap<String, String>) {
    for (key, value) in table {
        let key = format!("{prefix}{key}");
        match value {
            Value::Table(below) if !below.is_empty() => gather(below, &format!("{key}."), found),
            other => drop(found.insert(key, other.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_become_dotted_keys() {
        let found =
            fields(b"id = 'T-1'\nn = 3\nlist = ['a']\n[claim]\nby = 'x'\n[acceptance.a1]\ntext = 't'\n")
                .unwrap();
        let shown: Vec<String> = found
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        assert_eq!(
            shown,
            [
                "acceptance.a1.text=\"t\"",
                "claim.by=\"x\"",
                "id=\"T-1\"",
                "list=[\"a\"]",
                "n=3"
            ]
        );
        assert_eq!(fields(b"["), None);
    }
}
