//! Facts: what is true of files.

use serde::Deserialize;
use toml::Value;

use crate::outline;
use crate::scenario::Files;

/// Something about one file. All that is given must be true.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fact {
    /// The file's path.
    pub(crate) file: Option<String>,
    /// A key of a record, dotted; it is there, unless the next fields say more.
    key: Option<String>,
    /// The key's value.
    is: Option<Value>,
    /// An element of the key's list.
    has: Option<Value>,
    /// The file says this.
    text: Option<String>,
    /// A line of the file, without the space around it.
    line: Option<String>,
    /// An entry of a changelog says this.
    entry: Option<String>,
    /// Where the entry stands: `RELEASE/CATEGORY`.
    under: Option<String>,
    /// The text, line or entry is there more than once.
    #[serde(default)]
    twice: bool,
    /// Keys that belong together.
    #[serde(default)]
    together: Vec<String>,
    /// What somebody wrote into them; the fact is that the values are nobody's.
    #[serde(default)]
    not_of: Vec<Vec<Value>>,
    /// The file is not there.
    #[serde(default)]
    gone: bool,
}

impl Fact {
    /// Whether it is true of these files.
    pub(crate) fn is_true(&self, files: &Files) -> bool {
        let file = self.file.as_deref().and_then(|path| files.get(path));
        let Some(text) = file else {
            return self.gone;
        };
        !self.gone && self.of_record(text) && self.of_text(text) && self.of_changelog(text)
    }

    fn of_record(&self, text: &str) -> bool {
        if self.key.is_none() && self.together.is_empty() {
            return true;
        }
        let Ok(record) = text.parse::<toml::Table>() else {
            return false;
        };
        let record = Value::Table(record);
        let value = |key: &str| {
            key.split('.')
                .try_fold(&record, |value, part| value.get(part))
                .cloned()
        };
        let key = self.key.as_deref().is_none_or(|key| {
            value(key).is_some_and(|found| {
                let is = self.is.as_ref().is_none_or(|is| *is == found);
                let list = found.as_array();
                let has = |element: &Value| list.is_some_and(|list| list.contains(element));
                is && self.has.as_ref().is_none_or(has)
            })
        });
        let values: Option<Vec<Value>> = self.together.iter().map(|key| value(key)).collect();
        key && (self.together.is_empty() || values.is_some_and(|values| !self.not_of.contains(&values)))
    }

    fn of_text(&self, text: &str) -> bool {
        let least = if self.twice { 2 } else { 1 };
        let said = |words: &String| text.matches(words.as_str()).count() >= least;
        let lines = |line: &String| text.lines().filter(|it| it.trim() == line).count() >= least;
        self.text.as_ref().is_none_or(said) && self.line.as_ref().is_none_or(lines)
    }

    fn of_changelog(&self, text: &str) -> bool {
        let Some(words) = &self.entry else {
            return true;
        };
        let (_, entries) = outline::read(text);
        let found = entries.iter().filter(|entry| {
            entry.text.contains(words.as_str())
                && self.under.as_ref().is_none_or(|under| entry.under == *under)
        });
        found.count() >= if self.twice { 2 } else { 1 }
    }
}

impl std::fmt::Display for Fact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let words = |name: &str, text: &Option<String>| text.as_ref().map(|text| format!("{name} {text:?}"));
        let value = |name: &str, value: &Option<Value>| value.as_ref().map(|value| format!("{name} {value}"));
        let flag = |name: &str, set: bool| set.then(|| name.to_owned());
        let parts = [
            words("key", &self.key),
            value("is", &self.is),
            value("has", &self.has),
            words("text", &self.text),
            words("line", &self.line),
            words("entry", &self.entry),
            words("under", &self.under),
            flag("twice", self.twice),
            flag("gone", self.gone),
            (!self.together.is_empty()).then(|| format!("{} are nobody's", self.together.join(", "))),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        write!(f, "{}: {}", self.file.as_deref().unwrap_or("?"), parts.join(" "))
    }
}
