//! What is done to a record: by the store's own writing (whole keys and tables), and by hand (comments, places).

use toml_edit::Array;
use toml_edit::DocumentMut;
use toml_edit::Item;
use toml_edit::Table;
use toml_edit::value;

use super::Deeds;

/// Where a kind of record has what.
struct Shape {
    /// Texts: table and key.
    texts: &'static [(&'static str, &'static str)],
    /// Sets: table and key.
    sets: &'static [(&'static str, &'static str)],
    /// A keyed table of records, and a text key of each.
    keyed: Option<(&'static str, &'static str)>,
}

fn shape(kind: &str) -> Shape {
    match kind {
        "task" => Shape {
            texts: &[("", "title"), ("", "notes"), ("", "issue")],
            sets: &[
                ("", "labels"),
                ("", "scope"),
                ("", "out_of_scope"),
                ("", "depends_on"),
            ],
            keyed: Some(("acceptance", "text")),
        },
        "policy" => Shape {
            texts: &[("", "remote"), ("lanes", "lease")],
            sets: &[
                ("lanes", "common_paths"),
                ("lanes", "hotspots"),
                ("merge", "registries"),
            ],
            keyed: Some(("area", "")),
        },
        "gates" => Shape {
            texts: &[],
            sets: &[],
            keyed: Some(("check", "")),
        },
        _ => Shape {
            texts: &[("", "objective")],
            sets: &[],
            keyed: None,
        },
    }
}

/// The record after one edit.
pub(super) fn edited(deeds: &mut Deeds, kind: &str, text: &str) -> String {
    match deeds.rng().u8(..12) {
        0 => comment(deeds, text),
        1 => unknown_line(deeds, text),
        _ => {
            let Ok(mut record) = text.parse::<DocumentMut>() else {
                return text.to_owned();
            };
            structural(deeds, kind, &mut record);
            record.to_string()
        }
    }
}

fn structural(deeds: &mut Deeds, kind: &str, record: &mut DocumentMut) {
    let shape = shape(kind);
    match deeds.rng().u8(..12) {
        0 => {
            if let Some((table, key)) = deeds.one_of(shape.texts).copied() {
                let new = if key == "lease" {
                    format!("{}m", deeds.number())
                } else {
                    format!("Text {}", deeds.token())
                };
                put(table_of(record, table), key, value(new));
            }
        }
        1..5 => set(deeds, &shape, record),
        5..8 => keyed(deeds, kind, &shape, record),
        8 => unknown(deeds, record),
        9 => forget(deeds, record),
        _ => moved(deeds, kind, record),
    }
}

fn table_of<'d>(record: &'d mut DocumentMut, name: &str) -> &'d mut Table {
    let root = record.as_table_mut();
    if name.is_empty() {
        return root;
    }
    let item = root.entry(name).or_insert_with(|| Item::Table(Table::new()));
    item.as_table_mut().expect("a table of the base")
}

/// Sets a value, with what stands around the old one.
fn put(table: &mut Table, key: &str, new: Item) {
    match (table.get_mut(key).and_then(Item::as_value_mut), new.into_value()) {
        (Some(old), Ok(mut new)) => {
            *new.decor_mut() = old.decor().clone();
            *old = new;
        }
        (_, Ok(new)) => drop(table.insert(key, Item::Value(new))),
        (_, Err(_)) => {}
    }
}

fn set(deeds: &mut Deeds, shape: &Shape, record: &mut DocumentMut) {
    let Some((table, key)) = deeds.one_of(shape.sets).copied() else {
        return unknown(deeds, record);
    };
    let table = table_of(record, table);
    let old = table
        .get(key)
        .and_then(Item::as_array)
        .cloned()
        .unwrap_or_default();
    let mut elements: Vec<String> = old
        .iter()
        .filter_map(|it| it.as_str().map(str::to_owned))
        .collect();
    if deeds.rng().u8(..3) > 0 || elements.is_empty() {
        let at = deeds.rng().usize(..=elements.len());
        elements.insert(at, deeds.token());
    } else {
        elements.remove(deeds.rng().usize(..elements.len()));
    }
    put(table, key, value(elements.into_iter().collect::<Array>()));
}

fn keyed(deeds: &mut Deeds, kind: &str, shape: &Shape, record: &mut DocumentMut) {
    let Some((name, text)) = shape.keyed else {
        return unknown(deeds, record);
    };
    let table = table_of(record, name);
    let keys: Vec<String> = table.iter().map(|(key, _)| key.to_owned()).collect();
    let chosen = deeds.one_of(&keys).cloned();
    match (deeds.rng().u8(..6), chosen) {
        (0, Some(key)) => drop(table.remove(&key)),
        (1, Some(key)) if !text.is_empty() => {
            let new = value(format!("Text {}", deeds.token()));
            if let Some(item) = table.get_mut(&key).and_then(Item::as_table_mut) {
                put(item, text, new);
            }
        }
        (2, Some(key)) => {
            let unknown = format!("x_{}", deeds.token());
            if let Some(item) = table.get_mut(&key).and_then(Item::as_table_mut) {
                put(item, &unknown, value(1));
            }
        }
        _ => {
            let key = deeds.token();
            let mut item = Table::new();
            match kind {
                "task" => drop(item.insert("text", value(format!("Criterion {key}")))),
                "policy" => drop(item.insert("owns", value(["a/**"].into_iter().collect::<Array>()))),
                _ => {
                    item.insert("rung", value(2));
                    item.insert(
                        "run",
                        value(["true", key.as_str()].into_iter().collect::<Array>()),
                    );
                }
            }
            table.insert(&key, Item::Table(item));
        }
    }
}

fn unknown(deeds: &mut Deeds, record: &mut DocumentMut) {
    let key = format!("x_{}", deeds.token());
    let mut table = Table::new();
    table.insert("v", value(1));
    let item = if deeds.rng().bool() {
        value(1)
    } else {
        Item::Table(table)
    };
    record.as_table_mut().insert(&key, item);
}

/// Takes an unknown key away.
fn forget(deeds: &mut Deeds, record: &mut DocumentMut) {
    let keys = record.iter().map(|(key, _)| key.to_owned());
    let keys: Vec<String> = keys.filter(|key| key.starts_with("x_")).collect();
    if let Some(key) = deeds.one_of(&keys) {
        record.as_table_mut().remove(key);
    }
}

/// What the ledger does: claims and renewals. All that belongs to one event says its number.
fn moved(deeds: &mut Deeds, kind: &str, record: &mut DocumentMut) {
    let n = i64::from(deeds.number());
    let moment = |n: i64| format!("2026-11-21T{:02}:{:02}:00Z", 10 + n / 60, n % 60);
    let root = record.as_table_mut();
    match (kind, deeds.rng().u8(..4)) {
        ("lock", _) => {
            put(root, "heartbeat", value(moment(n)));
            put(root, "expires", value(moment(n + 120)));
        }
        ("task", 0) if root.contains_key("claim") => {
            root.remove("claim");
            put(root, "status", value("todo"));
        }
        ("task", 1) if root.contains_key("claim") => {
            let made = root.get("checkpoints").and_then(Item::as_integer).unwrap_or(0);
            put(root, "checkpoints", value(made + 1));
        }
        ("task", _) => {
            let attempts = root.get("attempts").and_then(Item::as_integer).unwrap_or(0) + 1;
            put(root, "attempts", value(attempts));
            put(root, "status", value("in-progress"));
            let mut claim = Table::new();
            claim.insert("by", value(format!("agent-{n}")));
            claim.insert("clone", value(format!("c{n}")));
            claim.insert("lane", value(format!("lane-{n}")));
            claim.insert("fence", value(n));
            claim.insert("since", value(moment(n)));
            claim.insert("attempt", value(attempts));
            root.insert("claim", Item::Table(claim));
        }
        _ => {}
    }
}

/// A comment at any line, or behind any value.
fn comment(deeds: &mut Deeds, text: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let comment = format!("# {}", deeds.token());
    let values: Vec<usize> = (0..lines.len())
        .filter(|n| lines[*n].contains(" = ") && !lines[*n].contains('#'))
        .collect();
    match deeds.one_of(&values) {
        Some(n) if deeds.rng().u8(..3) == 0 => lines[*n] = format!("{} {comment}", lines[*n]),
        _ => {
            let n = deeds.rng().usize(..=lines.len());
            lines.insert(n, comment);
        }
    }
    lines.join("\n") + "\n"
}

/// An unknown key among those of the root, anywhere.
fn unknown_line(deeds: &mut Deeds, text: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let root = lines
        .iter()
        .position(|line| line.starts_with('['))
        .unwrap_or(lines.len());
    let line = format!("x_{} = true", deeds.token());
    let n = deeds.rng().usize(..=root);
    lines.insert(n, line);
    lines.join("\n") + "\n"
}
