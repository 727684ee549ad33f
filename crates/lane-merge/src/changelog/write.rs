//! Writing: parts and the blank lines between them become pieces of text.

use crate::Piece;
use crate::changelog::blank::Style;
use crate::changelog::block::Kind;
use crate::changelog::model::Changelog;
use crate::changelog::model::Entry;
use crate::changelog::model::Heading;
use crate::changelog::model::Release;
use crate::changelog::three::Three;

/// What a part is; the blank lines around it depend on that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    Preamble,
    Release,
    Category,
    Item,
    Other,
    Link,
}

/// A part of a changelog that is written as a whole.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) role: Role,
    pub(super) value: Value,
    /// Blank lines before it; `None`: nobody said.
    pub(super) before: Option<String>,
    /// Of a heading: blank lines between it and what belongs to it.
    pub(super) after: Option<String>,
}

/// Whole lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Agreed(String),
    /// Versions that differ; an empty one is without the part.
    Disputed(Three<String>),
}

/// The parts of a changelog, one after the other.
pub(super) fn parts(changelog: &Changelog) -> Vec<Part> {
    let mut out = Vec::new();
    if !changelog.preamble.is_empty() {
        out.push(Part::plain(Role::Preamble, changelog.preamble.clone()));
    }
    out.extend(changelog.releases.iter().flat_map(release));
    out.extend(changelog.footer.iter().map(|link| entry(Role::Link, link)));
    out
}

/// The parts of one release.
pub(super) fn release(release: &Release) -> Vec<Part> {
    let mut out = vec![heading(Role::Release, &release.heading)];
    for category in &release.categories {
        out.extend(category.heading.iter().map(|h| heading(Role::Category, h)));
        out.extend(category.entries.iter().map(|e| entry(role(e.kind), e)));
    }
    out
}

/// The role of an entry.
pub(super) fn role(kind: Kind) -> Role {
    if kind == Kind::Item {
        Role::Item
    } else {
        Role::Other
    }
}

fn heading(role: Role, heading: &Heading) -> Part {
    Part {
        role,
        value: Value::Agreed(heading.text.clone()),
        before: heading.before.clone(),
        after: heading.after.clone(),
    }
}

fn entry(role: Role, entry: &Entry) -> Part {
    Part {
        before: entry.before.clone(),
        ..Part::plain(role, entry.text.clone())
    }
}

impl Part {
    pub(super) fn plain(role: Role, text: String) -> Self {
        Self {
            role,
            value: Value::Agreed(text),
            before: None,
            after: None,
        }
    }

    /// The blank lines between this part and the `next`, where one of them says so.
    pub(super) fn blank<'a>(&'a self, next: &'a Self) -> Option<&'a str> {
        let belongs = match self.role {
            Role::Release => matches!(next.role, Role::Category | Role::Item | Role::Other),
            Role::Category => matches!(next.role, Role::Item | Role::Other),
            _ => false,
        };
        if belongs {
            self.after.as_deref()
        } else {
            next.before.as_deref()
        }
    }
}

/// The text of `parts`, with `lead` before the first and `tail` behind the last.
pub(super) fn pieces(lead: &str, parts: &[Part], tail: &str, style: &Style) -> Vec<Piece> {
    let mut out = vec![Piece::Agreed(lead.to_owned())];
    for (at, part) in parts.iter().enumerate() {
        let blank = match at.checked_sub(1).map(|before| &parts[before]) {
            None => String::new(),
            Some(before) => {
                let said = before.blank(part).map(str::to_owned);
                said.unwrap_or_else(|| style.blank(before.role, part.role))
            }
        };
        if is_shared(&parts[..at], &parts[at..]) {
            out.push(Piece::Agreed(blank));
            out.extend(with_blank("", &part.value));
        } else {
            out.extend(with_blank(&blank, &part.value));
        }
    }
    out.push(Piece::Agreed(tail.to_owned()));
    out.retain(|piece| *piece != Piece::Agreed(String::new()));
    out
}

/// Whether the blank lines between a heading and a disputed entry are also those before an entry that is not disputed.
fn is_shared(before: &[Part], behind: &[Part]) -> bool {
    let is_heading = |part: &&Part| matches!(part.role, Role::Release | Role::Category);
    let is_agreed = |part: &Part| matches!(part.value, Value::Agreed(_));
    let entries = || {
        behind
            .iter()
            .take_while(|part| matches!(part.role, Role::Item | Role::Other))
    };
    before.last().filter(is_heading).is_some_and(is_agreed) && entries().any(is_agreed)
}

/// A part with the blank lines before it: these belong to a version that may be missing.
fn with_blank(blank: &str, value: &Value) -> Vec<Piece> {
    let conflict = |three: &Three<String>| Piece::Conflict {
        base: three.base.clone(),
        ours: three.ours.clone(),
        theirs: three.theirs.clone(),
    };
    match value {
        Value::Agreed(text) => vec![Piece::Agreed(format!("{blank}{text}"))],
        Value::Disputed(three) if three.ours.is_empty() || three.theirs.is_empty() => {
            let text = |text: &String| {
                if text.is_empty() {
                    String::new()
                } else {
                    format!("{blank}{text}")
                }
            };
            vec![conflict(&three.map(text))]
        }
        Value::Disputed(three) => vec![Piece::Agreed(blank.to_owned()), conflict(three)],
    }
}

/// The text of parts that hold no dispute.
pub(super) fn text(parts: &[Part], style: &Style) -> String {
    let pieces = pieces("", parts, "", style);
    let agreed = pieces.into_iter().map(|piece| match piece {
        Piece::Agreed(text) => text,
        Piece::Conflict { .. } => String::new(),
    });
    agreed.collect()
}
