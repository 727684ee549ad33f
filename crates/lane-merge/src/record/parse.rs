//! TOML text, taken apart into a [`Document`]. The library says what is where; the lines between belong to what follows.

use std::collections::BTreeMap;
use std::ops::Range;

use lane_core::codec::MAX_BYTES;
use thiserror::Error;
use toml_edit::Item;
use toml_edit::Table;

use super::document::Above;
use super::document::Beside;
use super::document::Document;
use super::document::Header;
use super::document::KeyPath;
use super::document::Leaf;
use super::meaning::Meaning;

/// The most lines of a record that is merged. The shortest statements of [`MAX_BYTES`] would take 90 MiB of memory.
const MAX_LINES: usize = 20_000;

/// Why a text is not a document.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub(super) enum ParseError {
    #[error("is {0} bytes long, of which at most {MAX_BYTES} are read")]
    TooLarge(usize),
    #[error("has {0} lines, of which at most {MAX_LINES} are read")]
    TooManyLines(usize),
    #[error("does not parse: line {line}: {message}")]
    Toml { line: usize, message: String },
}

/// A header, or a key with its value.
struct Statement {
    span: Range<usize>,
    what: What,
}

enum What {
    Header(KeyPath),
    Value(KeyPath, Meaning, Range<usize>),
    /// Part of the array of tables at this path.
    Tables(KeyPath),
}

/// Takes `text` apart; its lines end with `\n`, the last one too.
pub(super) fn parse(text: &str) -> Result<Document, ParseError> {
    if text.len() > MAX_BYTES {
        return Err(ParseError::TooLarge(text.len()));
    }
    let lines = text.lines().count();
    if lines > MAX_LINES {
        return Err(ParseError::TooManyLines(lines));
    }
    let parsed = toml_edit::Document::parse(text).map_err(|error| ParseError::Toml {
        line: error.span().map_or(1, |span| line_of(text, span.start)),
        message: lane_core::text::excerpt(error.message(), 200),
    })?;
    let mut found = Found::default();
    found.table(parsed.as_table(), &mut Vec::new(), None);
    found.statements.sort_by_key(|statement| statement.span.start);
    Ok(Builder::new(text, found.tables).build(found.statements))
}

fn line_of(text: &str, offset: usize) -> usize {
    let before = &text.as_bytes()[..offset.min(text.len())];
    before.iter().filter(|byte| **byte == b'\n').count() + 1
}

#[derive(Default)]
struct Found {
    statements: Vec<Statement>,
    tables: BTreeMap<KeyPath, Meaning>,
}

impl Found {
    fn table(&mut self, table: &Table, path: &mut KeyPath, tables: Option<&KeyPath>) {
        for (name, item) in table {
            path.push(name.to_owned());
            let key = table.get_key_value(name).and_then(|(key, _)| key.span());
            self.item(item, key, path, tables);
            path.pop();
        }
    }

    fn item(&mut self, item: &Item, key: Option<Range<usize>>, path: &mut KeyPath, tables: Option<&KeyPath>) {
        match item {
            Item::None => {}
            Item::Value(value) => {
                let (Some(key), Some(span)) = (key, value.span()) else {
                    return;
                };
                let what = || What::Value(path.clone(), Meaning::of_value(value), span.clone());
                self.add(
                    key.start..span.end,
                    tables.map_or_else(what, |t| What::Tables(t.clone())),
                );
            }
            Item::Table(table) => {
                if let Some(span) = table
                    .span()
                    .filter(|_| !table.is_dotted() && !table.is_implicit())
                {
                    let what = || What::Header(path.clone());
                    self.add(span, tables.map_or_else(what, |t| What::Tables(t.clone())));
                }
                self.table(table, path, tables);
            }
            Item::ArrayOfTables(array) => {
                let own = path.clone();
                let outermost = tables.unwrap_or(&own);
                if tables.is_none() {
                    self.tables.insert(own.clone(), Meaning::of(item));
                }
                for table in array {
                    if let Some(span) = table.span() {
                        self.add(span, What::Tables(outermost.clone()));
                    }
                    self.table(table, path, Some(outermost));
                }
            }
        }
    }

    fn add(&mut self, span: Range<usize>, what: What) {
        self.statements.push(Statement { span, what });
    }
}

struct Builder<'a> {
    text: &'a str,
    tables: BTreeMap<KeyPath, Meaning>,
    document: Document,
    section: KeyPath,
    /// The end of the last statement's line.
    at: usize,
}

impl<'a> Builder<'a> {
    fn new(text: &'a str, tables: BTreeMap<KeyPath, Meaning>) -> Self {
        Self {
            text,
            tables,
            document: Document::default(),
            section: Vec::new(),
            at: 0,
        }
    }

    fn build(mut self, statements: Vec<Statement>) -> Document {
        if statements.is_empty() {
            self.document.head = trimmed(self.text);
            return self.document;
        }
        for (n, statement) in statements.into_iter().enumerate() {
            self.statement(statement, n == 0);
        }
        self.document.tail = above(&self.text[self.at..]);
        while self.document.tail.lines.last().is_some_and(String::is_empty) {
            self.document.tail.lines.pop();
        }
        if self.document.tail.lines.is_empty() {
            self.document.tail.blanks = None;
        }
        self.document
    }

    fn statement(&mut self, statement: Statement, first: bool) {
        let Statement { span, what } = statement;
        let start = self.text[..span.start]
            .rfind('\n')
            .map_or(0, |at| at + 1)
            .max(self.at);
        let end = self.text[span.end..]
            .find('\n')
            .map_or(self.text.len(), |at| span.end + at + 1);
        let between = &self.text[self.at..start];
        let indent = indent(&self.text[start..]);
        let rest = self.text[span.end..end].trim_end();
        let begin = start + indent.len();
        self.at = end;
        match what {
            What::Header(path) => {
                let above = self.above(between, first);
                let header = Header {
                    above,
                    indent: indent.to_owned(),
                    text: self.text[begin..span.end].to_owned(),
                    beside: beside(rest),
                };
                self.section.clone_from(&path);
                self.document.sections.push(path.clone());
                self.document.headers.insert(path, header);
            }
            What::Value(path, meaning, value) => {
                let written = &self.text[begin..value.start];
                let key = written.trim_end().trim_end_matches('=').trim_end();
                let leaf = Leaf {
                    home: self.section.clone(),
                    above: self.above(between, first),
                    indent: indent.to_owned(),
                    key: key.to_owned(),
                    sign: written[key.len()..].to_owned(),
                    text: self.text[value].to_owned(),
                    meaning,
                    beside: beside(rest),
                    is_tables: false,
                };
                self.document
                    .keys
                    .entry(self.section.clone())
                    .or_default()
                    .push(path.clone());
                self.document.leaves.insert(path, leaf);
            }
            What::Tables(path) => self.part_of_tables(path, between, &self.text[start..end], first),
        }
    }

    fn part_of_tables(&mut self, path: KeyPath, between: &str, line: &str, first: bool) {
        self.section.clone_from(&path);
        if let Some(leaf) = self.document.leaves.get_mut(&path) {
            leaf.text += &format!("\n{between}{}", line.trim_end());
            return;
        }
        let leaf = Leaf {
            home: Vec::new(),
            above: self.above(between, first),
            indent: String::new(),
            key: String::new(),
            sign: String::new(),
            text: line.trim_end().to_owned(),
            meaning: self.tables.remove(&path).unwrap_or(Meaning::Unknown),
            beside: None,
            is_tables: true,
        };
        self.document.sections.push(path.clone());
        self.document.leaves.insert(path, leaf);
    }

    /// The lines above a statement; those above the first one may be the file's head.
    fn above(&mut self, between: &str, first: bool) -> Above {
        if !first {
            return above(between);
        }
        let lines: Vec<&str> = between.lines().map(str::trim_end).collect();
        let own = lines
            .iter()
            .rposition(|line| line.is_empty())
            .map_or(0, |at| at + 1);
        let (head, own) = lines.split_at(own);
        self.document.head = trimmed(&head.join("\n"));
        self.document.head_gap = head.iter().rev().take_while(|line| line.is_empty()).count();
        Above {
            blanks: None,
            lines: own.iter().map(|line| (*line).to_owned()).collect(),
        }
    }
}

fn above(between: &str) -> Above {
    let lines: Vec<&str> = between.lines().map(str::trim_end).collect();
    let blanks = lines.iter().take_while(|line| line.is_empty()).count();
    Above {
        blanks: Some(blanks),
        lines: lines[blanks..].iter().map(|line| (*line).to_owned()).collect(),
    }
}

/// The lines without the blank ones at the end.
fn trimmed(text: &str) -> Vec<String> {
    let lines = text.trim_end().lines();
    lines.map(|line| line.trim_end().to_owned()).collect()
}

fn indent(text: &str) -> &str {
    &text[..text.len() - text.trim_start_matches([' ', '\t']).len()]
}

fn beside(rest: &str) -> Option<Beside> {
    let text = rest.trim_start();
    (!text.is_empty()).then(|| Beside {
        text: text.to_owned(),
        gap: rest[..rest.len() - text.len()].to_owned(),
    })
}
