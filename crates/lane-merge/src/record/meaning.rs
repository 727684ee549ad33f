//! What a TOML value means, without how it is written.

use std::collections::BTreeMap;

use lane_core::text::excerpt;
use toml_edit::Array;
use toml_edit::Item;
use toml_edit::Table;
use toml_edit::Value;

/// The most characters of a value that a sentence quotes.
const QUOTED_CHARS: usize = 60;

/// A value; compared exactly, floats by their bits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Meaning {
    Bool(bool),
    Integer(i64),
    Float(u64),
    Time(String),
    Text(String),
    List(Vec<Self>),
    Table(BTreeMap<String, Self>),
    /// There, with a value that no side has.
    Unknown,
}

impl Meaning {
    pub(super) fn of(item: &Item) -> Self {
        match item {
            Item::None => Self::Unknown,
            Item::Value(value) => Self::of_value(value),
            Item::Table(table) => Self::of_table(table),
            Item::ArrayOfTables(tables) => Self::List(tables.iter().map(Self::of_table).collect()),
        }
    }

    fn of_table(table: &Table) -> Self {
        Self::Table(table.iter().map(|(k, v)| (k.to_owned(), Self::of(v))).collect())
    }

    pub(super) fn of_value(value: &Value) -> Self {
        match value {
            Value::String(text) => Self::Text(text.value().clone()),
            Value::Integer(number) => Self::Integer(*number.value()),
            Value::Float(number) => Self::Float(number.value().to_bits()),
            Value::Boolean(truth) => Self::Bool(*truth.value()),
            Value::Datetime(time) => Self::Time(time.value().to_string()),
            Value::Array(list) => Self::of_list(list),
            Value::InlineTable(table) => {
                let entries = table.iter().map(|(k, v)| (k.to_owned(), Self::of_value(v)));
                Self::Table(entries.collect())
            }
        }
    }

    fn of_list(list: &Array) -> Self {
        Self::List(list.iter().map(Self::of_value).collect())
    }

    /// The value for a sentence: on one line, escaped, bounded.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Text(text) => format!("\"{}\"", excerpt(text, QUOTED_CHARS)),
            _ => excerpt(&self.plain(), QUOTED_CHARS),
        }
    }

    fn plain(&self) -> String {
        match self {
            Self::Bool(truth) => truth.to_string(),
            Self::Integer(number) => number.to_string(),
            Self::Float(bits) => f64::from_bits(*bits).to_string(),
            Self::Time(text) | Self::Text(text) => text.clone(),
            Self::List(list) => {
                let first: Vec<String> = list.iter().take(QUOTED_CHARS).map(Self::plain).collect();
                format!("[{}]", first.join(", "))
            }
            Self::Table(table) => {
                let first = table.iter().take(QUOTED_CHARS);
                let first: Vec<String> = first.map(|(k, v)| format!("{k} = {}", v.plain())).collect();
                format!("{{{}}}", first.join(", "))
            }
            Self::Unknown => "unknown".to_owned(),
        }
    }
}
