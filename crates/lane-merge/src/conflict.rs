//! Conflicts: agreed lines and disputed ones, written with git's markers.

use lane_core::markers;

use crate::Sides;
use crate::form::Form;

pub use lane_core::markers::MARKER_MIN;

/// The longest label that is written behind a marker, in characters.
const LABEL_CHARS: usize = 200;

/// Some lines of a merged file. All texts are whole lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// The result.
    Agreed(String),
    /// What each version says; the sides differ.
    Conflict {
        /// The common ancestor's lines.
        base: String,
        /// Our lines.
        ours: String,
        /// Their lines.
        theirs: String,
    },
}

/// A file with conflicts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflicts {
    body: Body,
    /// What is in conflict: sentences without full stop, ours before theirs. What they quote of the file is escaped
    /// and bounded.
    pub what: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Body {
    Lines {
        form: Form,
        pieces: Vec<Piece>,
    },
    /// No text: the versions as they are.
    Bytes {
        base: Vec<u8>,
        ours: Vec<u8>,
        theirs: Vec<u8>,
    },
}

/// How conflicts are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Markers {
    /// How many times the marker's character is repeated.
    pub size: usize,
    /// Whether the ancestor's lines are shown.
    pub style: Style,
    /// What is written behind our marker.
    pub ours: String,
    /// What is written behind the ancestor's marker.
    pub base: String,
    /// What is written behind their marker.
    pub theirs: String,
}

/// `merge.conflictStyle`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Our lines and theirs.
    Merge,
    /// The ancestor's too; `zdiff3` is written in the same way.
    Diff3,
}

impl Default for Markers {
    fn default() -> Self {
        Self {
            size: MARKER_MIN,
            style: Style::Merge,
            ours: "ours".to_owned(),
            base: "base".to_owned(),
            theirs: "theirs".to_owned(),
        }
    }
}

impl Markers {
    fn line(&self, marker: char, label: &str) -> String {
        let marker: String = std::iter::repeat_n(marker, self.size.max(1)).collect();
        if label.is_empty() {
            return format!("{marker}\n");
        }
        format!("{marker} {}\n", lane_core::text::excerpt(label, LABEL_CHARS))
    }

    fn block(&self, base: &str, ours: &str, theirs: &str) -> String {
        let ancestor = match self.style {
            Style::Merge => String::new(),
            Style::Diff3 => self.line('|', &self.base) + base,
        };
        let open = self.line('<', &self.ours);
        let (between, close) = (self.line('=', ""), self.line('>', &self.theirs));
        format!("{open}{ours}{ancestor}{between}{theirs}{close}")
    }
}

impl Conflicts {
    pub(crate) fn new(form: Form, pieces: Vec<Piece>, what: Vec<String>) -> Self {
        let body = Body::Lines {
            form,
            pieces: joined(pieces),
        };
        Self { body, what }
    }

    pub(crate) fn of_bytes(sides: &Sides<'_>, what: &str) -> Self {
        Self {
            body: Body::Bytes {
                base: sides.base.to_vec(),
                ours: sides.ours.to_vec(),
                theirs: sides.theirs.to_vec(),
            },
            what: vec![what.to_owned()],
        }
    }

    /// The file, with markers. There is at least one conflict in it.
    pub fn text(&self, markers: &Markers) -> Vec<u8> {
        match &self.body {
            Body::Lines { form, pieces } => {
                let text: String = pieces.iter().map(|piece| piece.text(markers)).collect();
                form.join(&text)
            }
            Body::Bytes { base, ours, theirs } => {
                let finished = |bytes: &[u8]| {
                    let end: &[u8] = if bytes.is_empty() || bytes.ends_with(b"\n") {
                        b""
                    } else {
                        b"\n"
                    };
                    [bytes, end].concat()
                };
                let ancestor = match markers.style {
                    Style::Merge => Vec::new(),
                    Style::Diff3 => [markers.line('|', &markers.base).into_bytes(), finished(base)].concat(),
                };
                [
                    markers.line('<', &markers.ours).into_bytes(),
                    finished(ours),
                    ancestor,
                    markers.line('=', "").into_bytes(),
                    finished(theirs),
                    markers.line('>', &markers.theirs).into_bytes(),
                ]
                .concat()
            }
        }
    }
}

impl Piece {
    fn text(&self, markers: &Markers) -> String {
        match self {
            Self::Agreed(text) => text.clone(),
            Self::Conflict { base, ours, theirs } => markers.block(base, ours, theirs),
        }
    }
}

/// Neighbouring pieces of one kind become one.
fn joined(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::new();
    for piece in pieces {
        match (out.last_mut(), piece) {
            (Some(Piece::Agreed(text)), Piece::Agreed(more)) => text.push_str(&more),
            (
                Some(Piece::Conflict { base, ours, theirs }),
                Piece::Conflict {
                    base: b,
                    ours: o,
                    theirs: t,
                },
            ) => {
                base.push_str(&b);
                ours.push_str(&o);
                theirs.push_str(&t);
            }
            (_, piece) => out.push(piece),
        }
    }
    out.retain(|piece| *piece != Piece::Agreed(String::new()));
    out
}

/// A text that may hold conflicts: as its first and as its second side would read. `None` when it holds none, or when
/// its markers do not fit together.
pub(crate) fn resolutions(text: &str) -> Option<(String, String)> {
    let (mut first, mut second) = (String::new(), String::new());
    let mut inside: Option<(usize, Part)> = None;
    let mut found = false;
    for line in text.split_inclusive('\n') {
        match (inside, marker(line)) {
            (None, Some(('<', size))) => {
                (inside, found) = (Some((size, Part::First)), true);
            }
            (None, Some(('>', _))) => return None,
            (Some((size, Part::First)), Some(('|', s))) if s == size => inside = Some((size, Part::Base)),
            (Some((size, Part::First | Part::Base)), Some(('=', s))) if s == size => {
                inside = Some((size, Part::Second));
            }
            (Some((size, Part::Second)), Some(('>', s))) if s == size => inside = None,
            (Some((_, Part::First)), _) => first.push_str(line),
            (Some((_, Part::Second)), _) => second.push_str(line),
            (Some((_, Part::Base)), _) => {}
            (None, _) => {
                first.push_str(line);
                second.push_str(line);
            }
        }
    }
    (found && inside.is_none()).then_some((first, second))
}

#[derive(Clone, Copy)]
enum Part {
    First,
    Base,
    Second,
}

/// The marker that a line is, and its length.
fn marker(line: &str) -> Option<(char, usize)> {
    let found = markers::marker(line.trim_end_matches(['\r', '\n']).as_bytes())?;
    Some((char::from(found.sign), found.size))
}

/// `text` without its conflicts whose markers have this length at `least`: the lines that are agreed. What only looks
/// like the start of one stays.
pub(crate) fn without_conflicts(text: &str, least: usize) -> String {
    let mut out = String::new();
    // Its length, where it starts in `out`, and whether the lines between its sides were met.
    let mut open: Option<(usize, usize, bool)> = None;
    for line in text.split_inclusive('\n') {
        let before = out.len();
        out.push_str(line);
        open = match (open, marker(line)) {
            (None, Some(('<', size))) if size >= least => Some((size, before, false)),
            (Some((size, start, _)), Some(('=', s))) if s == size => Some((size, start, true)),
            (Some((size, start, true)), Some(('>', s))) if s == size => {
                out.truncate(start);
                None
            }
            (open, _) => open,
        };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conflict(what: &str) -> Piece {
        Piece::Conflict {
            base: format!("{what} base\n"),
            ours: format!("{what} ours\n"),
            theirs: format!("{what} theirs\n"),
        }
    }

    fn written(pieces: Vec<Piece>, markers: &Markers) -> String {
        let (form, _) = Form::split(b"a\n").unwrap();
        String::from_utf8(Conflicts::new(form, pieces, Vec::new()).text(markers)).unwrap()
    }

    #[test]
    fn neighbouring_conflicts_are_one() {
        let agreed = Piece::Agreed("x\n".to_owned());
        let text = written(vec![agreed, conflict("a"), conflict("b")], &Markers::default());
        assert_eq!(
            text,
            "x\n<<<<<<< ours\na ours\nb ours\n=======\na theirs\nb theirs\n>>>>>>> theirs\n"
        );
    }

    #[test]
    fn the_ancestor_is_shown_when_it_is_asked_for() {
        let markers = Markers {
            size: 9,
            style: Style::Diff3,
            ..Markers::default()
        };
        assert_eq!(
            written(vec![conflict("a")], &markers),
            "<<<<<<<<< ours\na ours\n||||||||| base\na base\n=========\na theirs\n>>>>>>>>> theirs\n"
        );
    }

    #[test]
    fn a_label_cannot_break_out_of_its_line() {
        let markers = Markers {
            ours: "x\n>>>>>>> y\u{1b}[31m".to_owned(),
            ..Markers::default()
        };
        let text = written(vec![conflict("a")], &markers);
        assert_eq!(text.lines().filter(|l| l.starts_with('>')).count(), 1, "{text}");
        assert!(!text.contains('\u{1b}'));
    }

    #[test]
    fn what_was_written_is_read_back() {
        let agreed = |t: &str| Piece::Agreed(t.to_owned());
        let pieces = vec![agreed("x\n"), conflict("a"), agreed("y\n")];
        for style in [Style::Merge, Style::Diff3] {
            for size in [7, 9, 30] {
                let markers = Markers {
                    size,
                    style,
                    ..Markers::default()
                };
                let text = written(pieces.clone(), &markers);
                let sides = Some(("x\na ours\ny\n".to_owned(), "x\na theirs\ny\n".to_owned()));
                assert_eq!(resolutions(&text), sides);
                assert_eq!(without_conflicts(&text, size), "x\ny\n");
                assert_eq!(without_conflicts(&text, size + 1), text);
            }
        }
    }

    #[test]
    fn a_text_without_conflicts_has_no_resolutions() {
        for text in [
            "",
            "a\n",
            "=======\n",
            "<<<<<<< open\na\n",
            ">>>>>>> a\n",
            "<<<<<<< a\n>>>>>>> a\n",
        ] {
            assert_eq!(resolutions(text), None, "{text:?}");
            assert_eq!(without_conflicts(text, MARKER_MIN), text);
        }
    }
}
