//! Registries: sorted lines, each known by itself or by its first word.
//!
//! A header of comments and blank lines, then lines that are sorted and unique. Lines that a blank line parts are
//! refused: which of two groups an added line belongs to cannot be told.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

use lane_core::text::excerpt;

use crate::Conflicts;
use crate::MARKER_MIN;
use crate::Merged;
use crate::Piece;
use crate::Sides;
use crate::conflict::without_conflicts;
use crate::form::Form;
use crate::three_way::three_way;
use crate::whole;

/// How a line of the header begins.
const COMMENTS: &[&str] = &["#", "//", ";", "<!--"];

/// How much of a key a sentence quotes, in characters.
const QUOTE_CHARS: usize = 60;

/// Merges a registry.
pub(crate) fn merge(sides: &Sides<'_>) -> Merged {
    let versions = [sides.base, sides.ours, sides.theirs].map(Form::split);
    let [
        Some((base_form, base)),
        Some((ours_form, ours)),
        Some((theirs_form, theirs)),
    ] = versions
    else {
        return Merged::Unsuited("it is no text".to_owned());
    };
    if [&ours, &theirs]
        .into_iter()
        .any(|text| without_conflicts(text, MARKER_MIN) != *text)
    {
        return Merged::Conflicts(whole::conflict(sides, "a side holds conflict markers"));
    }
    if [&base, &ours, &theirs]
        .into_iter()
        .any(|text| text.contains('\r'))
    {
        return Merged::Unsuited("carriage returns stand within its lines".to_owned());
    }
    let base = without_conflicts(&base, MARKER_MIN);
    let versions = [&base, &ours, &theirs].map(|text| Registry::read(text));
    let order = match order(&versions) {
        Ok(order) => order,
        Err(why) => return Merged::Unsuited(why),
    };
    let form = Form::merge(base_form, ours_form, theirs_form);
    let (pieces, what) = Merge { versions, order }.pieces();
    if !what.is_empty() {
        return Merged::Conflicts(Conflicts::new(form, pieces, what));
    }
    let text: String = pieces.iter().map(agreed).collect();
    Merged::Clean(form.join(&text))
}

fn agreed(piece: &Piece) -> &str {
    match piece {
        Piece::Agreed(text) => text,
        Piece::Conflict { .. } => "",
    }
}

/// One version. Lines are without their line ends.
struct Registry<'a> {
    /// Comments and blank lines before the first other line.
    header: &'a str,
    lines: Vec<&'a str>,
    /// Blank lines at the end.
    tail: &'a str,
}

impl<'a> Registry<'a> {
    fn read(text: &'a str) -> Self {
        let is_header =
            |line: &&str| line.trim().is_empty() || COMMENTS.iter().any(|c| line.trim_start().starts_with(c));
        let header: usize = text
            .split_inclusive('\n')
            .take_while(is_header)
            .map(str::len)
            .sum();
        let (header, rest) = text.split_at(header);
        let end = rest.trim_end().len();
        let end = rest[end..]
            .find('\n')
            .map_or(rest.len(), |newline| end + newline + 1);
        let (lines, tail) = rest.split_at(end);
        Self {
            header,
            lines: lines.lines().collect(),
            tail,
        }
    }

    /// What is wrong with the lines in this order.
    fn fault(&self, order: Order) -> Option<String> {
        let quoted = |line: &str| format!("\"{}\"", excerpt(line.trim(), QUOTE_CHARS));
        if self.lines.iter().any(|line| line.trim().is_empty()) {
            return Some("blank lines part its lines into groups".to_owned());
        }
        let pairs = self.lines.iter().zip(self.lines.iter().skip(1));
        pairs
            .into_iter()
            .find_map(|(one, next)| match order.of(one, next) {
                Ordering::Less => None,
                Ordering::Equal => Some(format!("{} is in it twice", quoted(next))),
                Ordering::Greater => Some(format!("{} is out of order", quoted(next))),
            })
    }
}

/// How the lines are sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Bytes,
    /// Ignoring ASCII case, by bytes where that leaves two lines equal.
    Caseless,
}

impl Order {
    fn of(self, one: &str, other: &str) -> Ordering {
        let caseless = || {
            let lower = |line: &str| line.bytes().map(|b| b.to_ascii_lowercase()).collect::<Vec<u8>>();
            lower(one).cmp(&lower(other))
        };
        match self {
            Self::Bytes => one.cmp(other),
            Self::Caseless => caseless().then_with(|| one.cmp(other)),
        }
    }
}

/// The order that all versions have, or what is wrong with one of them.
fn order(versions: &[Registry<'_>; 3]) -> Result<Order, String> {
    let fault = |order| {
        versions
            .iter()
            .find_map(|version: &Registry<'_>| version.fault(order))
    };
    match fault(Order::Bytes) {
        None => Ok(Order::Bytes),
        Some(why) => fault(Order::Caseless).map_or(Ok(Order::Caseless), |_| Err(why)),
    }
}

/// The first word of a line.
fn key(line: &str) -> &str {
    let line = line.trim_start();
    line.split(|c: char| c.is_whitespace() || "=:,".contains(c))
        .next()
        .unwrap_or(line)
}

/// Whether the first words name the lines.
fn keyed(lines: &[&str]) -> bool {
    let keys: BTreeSet<&str> = lines.iter().map(|line| key(line)).collect();
    keys.len() == lines.len() && !keys.contains("")
}

struct Merge<'a> {
    versions: [Registry<'a>; 3],
    order: Order,
}

impl Merge<'_> {
    /// The result, and what is disputed.
    fn pieces(&self) -> (Vec<Piece>, Vec<String>) {
        let mut what = Vec::new();
        let [base, ours, theirs] = self.versions.each_ref().map(|version| version.header);
        let mut pieces = vec![three_way(&base, ours, theirs).map_or_else(
            || {
                what.push("the header was changed in two ways".to_owned());
                conflict(base, ours, theirs)
            },
            |header| Piece::Agreed(header.to_owned()),
        )];
        if self.versions.iter().all(|version| keyed(&version.lines)) {
            self.by_key(&mut pieces, &mut what);
        } else {
            self.by_line(&mut pieces);
        }
        let [base, ours, theirs] = self.versions.each_ref().map(|version| version.tail);
        let tail = three_way(&base, ours, theirs).unwrap_or_else(|| ours.min(theirs));
        pieces.push(Piece::Agreed(tail.to_owned()));
        pieces.retain(|piece| *piece != Piece::Agreed(String::new()));
        (pieces, what)
    }

    fn by_line(&self, pieces: &mut Vec<Piece>) {
        let [base, ours, theirs] = self
            .versions
            .each_ref()
            .map(|v| v.lines.iter().copied().collect::<BTreeSet<_>>());
        let has = |line: &&&str| {
            three_way(
                &base.contains(**line),
                ours.contains(**line),
                theirs.contains(**line),
            ) == Some(true)
        };
        let mut lines: Vec<&str> = ours.union(&theirs).filter(has).copied().collect();
        lines.sort_by(|one, other| self.order.of(one, other));
        pieces.extend(lines.iter().map(|line| Piece::Agreed(format!("{line}\n"))));
    }

    fn by_key(&self, pieces: &mut Vec<Piece>, what: &mut Vec<String>) {
        let [base, ours, theirs] = self.versions.each_ref().map(|v| {
            v.lines
                .iter()
                .map(|line| (key(line), *line))
                .collect::<BTreeMap<_, _>>()
        });
        let keys: BTreeSet<&str> = ours.keys().chain(theirs.keys()).copied().collect();
        let mut found: Vec<(&str, Piece)> = Vec::new();
        for key in keys {
            let [base, ours, theirs] = [&base, &ours, &theirs].map(|lines| lines.get(key).copied());
            match three_way(&base, ours, theirs) {
                Some(Some(line)) => found.push((line, Piece::Agreed(format!("{line}\n")))),
                Some(None) => {}
                None => {
                    what.push(sentence(key, ours.is_none() || theirs.is_none()));
                    let line = |line: Option<&str>| line.map_or_else(String::new, |line| format!("{line}\n"));
                    // Where the lesser of the two would stand.
                    let place = ours.into_iter().chain(theirs).min_by(|a, b| self.order.of(a, b));
                    let piece = conflict(&line(base), &line(ours), &line(theirs));
                    found.push((place.unwrap_or(key), piece));
                }
            }
        }
        found.sort_by(|one, other| self.order.of(one.0, other.0));
        pieces.extend(found.into_iter().map(|(_, piece)| piece));
    }
}

fn sentence(key: &str, removed: bool) -> String {
    let key = excerpt(key, QUOTE_CHARS);
    if removed {
        format!("\"{key}\" was removed on one side and changed on the other")
    } else {
        format!("\"{key}\" was given two values")
    }
}

fn conflict(base: &str, ours: &str, theirs: &str) -> Piece {
    Piece::Conflict {
        base: base.to_owned(),
        ours: ours.to_owned(),
        theirs: theirs.to_owned(),
    }
}
