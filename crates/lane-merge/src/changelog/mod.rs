//! Changelogs after Keep a Changelog: releases, categories, entries.
//!
//! [`read`] takes a text apart by the blocks that a Markdown parser finds, [`entries`] merges the entries as sets,
//! [`place`] orders them, [`combine`] builds the merged changelog and [`write`] turns it into text.

mod added;
mod blank;
mod block;
mod combine;
mod entries;
mod insert;
mod model;
mod name;
mod place;
mod read;
mod removed;
mod reworded;
mod three;
mod write;

pub use added::changelog_added;
pub use insert::changelog_with;

use std::collections::BTreeSet;

use lane_core::markers;

use crate::Conflicts;
use crate::MARKER_MIN;
use crate::Merged;
use crate::Piece;
use crate::Sides;
use crate::changelog::blank::Style;
use crate::changelog::combine::Combined;
use crate::changelog::combine::combine;
use crate::changelog::entries::At;
use crate::changelog::model::Changelog;
use crate::changelog::read::read;
use crate::changelog::three::Three;
use crate::conflict::without_conflicts;
use crate::form::Form;
use crate::three_way::three_way_or_least;
use crate::whole;

/// Merges a changelog.
pub(crate) fn merge(sides: &Sides<'_>) -> Merged {
    match taken_apart(sides) {
        Ok(merged) => merged,
        Err(Whole::Unsuited(why)) => Merged::Unsuited(why.to_owned()),
        Err(Whole::Conflict(what)) => Merged::Conflicts(whole::conflict(sides, &what)),
    }
}

/// Why a file is not merged by its parts.
enum Whole {
    Unsuited(&'static str),
    Conflict(String),
}

fn taken_apart(sides: &Sides<'_>) -> Result<Merged, Whole> {
    let (form, texts) = texts(sides)?;
    let changelogs = texts.map(|text| read(text));
    suited(&changelogs)?;
    let combined = combine(&changelogs).map_err(Whole::Conflict)?;
    let style = Style::of(&changelogs.map(write::parts));
    let end = |of: fn(&Changelog) -> &String| {
        let ends = changelogs.map(of);
        three_way_or_least(&ends.base, ends.ours, ends.theirs)
    };
    let pieces = write::pieces(end(|c| &c.lead), &combined.parts, end(|c| &c.tail), &style);
    if !combined.what.is_empty() {
        return Ok(Merged::Conflicts(Conflicts::new(form, pieces, combined.what)));
    }
    let text: String = pieces.iter().map(agreed).collect();
    reads_back(&text, &combined)?;
    Ok(Merged::Clean(form.join(&text)))
}

/// The merged form, and the texts in plain form.
fn texts(sides: &Sides<'_>) -> Result<(Form, Three<String>), Whole> {
    let text = |bytes| Form::split(bytes).ok_or(Whole::Unsuited("it is no text"));
    let (base, ours, theirs) = (text(sides.base)?, text(sides.ours)?, text(sides.theirs)?);
    let form = Form::merge(base.0, ours.0, theirs.0);
    let texts = Three {
        base: agreed_base(&base.1),
        ours: ours.1,
        theirs: theirs.1,
    };
    if [&texts.ours, &texts.theirs]
        .into_iter()
        .any(|text| is_marked(text))
    {
        return Err(Whole::Conflict("a side holds conflict markers".to_owned()));
    }
    if texts.map(|text| text.contains('\r')) != Three::default() {
        return Err(Whole::Unsuited("carriage returns stand within its lines"));
    }
    Ok((form, texts))
}

/// Whether a conflict was left in the text. One in a code block is an example.
fn is_marked(text: &str) -> bool {
    !markers::conflicts(text.as_bytes()).is_empty()
}

/// The base without its conflicts. Where git merges two bases its markers are longer, and may stand in code.
fn agreed_base(text: &str) -> String {
    let agreed = without_conflicts(text, MARKER_MIN + 1);
    if is_marked(&agreed) {
        without_conflicts(&agreed, MARKER_MIN)
    } else {
        agreed
    }
}

fn suited(changelogs: &Three<Changelog>) -> Result<(), Whole> {
    let levels = changelogs.map(|changelog| changelog.level);
    if levels.ours == 0 || levels.theirs == 0 {
        return Err(Whole::Unsuited(
            "a side has no release, such as `## [Unreleased]`",
        ));
    }
    let base_differs = levels.base != 0 && levels.base != levels.ours;
    if levels.ours != levels.theirs || base_differs {
        return Err(Whole::Unsuited("the releases have headings of different levels"));
    }
    Ok(())
}

fn agreed(piece: &Piece) -> &str {
    match piece {
        Piece::Agreed(text) => text,
        Piece::Conflict { .. } => "",
    }
}

/// Blocks that did not stand beside each other before may run together: then nothing was merged.
fn reads_back(text: &str, combined: &Combined) -> Result<(), Whole> {
    let found = read(text);
    let entries: BTreeSet<At> = entries::index(&found).into_keys().collect();
    let parts = write::parts(&found).len();
    if entries == combined.present && parts == combined.parts.len() {
        return Ok(());
    }
    Err(Whole::Conflict(
        "entries of the two sides cannot stand beside each other".to_owned(),
    ))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Markers;

    #[test]
    fn a_side_with_conflict_markers_is_in_conflict_as_it_is() {
        let marked = "## 1.0\n<<<<<<< one\n- a\n=======\n- b\n>>>>>>> other\n";
        let sides = Sides {
            base: b"## 1.0\n",
            ours: marked.as_bytes(),
            theirs: b"## 1.0\n- c\n",
        };
        let Merged::Conflicts(conflicts) = merge(&sides) else {
            panic!("no conflict")
        };
        let text = String::from_utf8(conflicts.text(&Markers::default())).unwrap();
        assert!(text.contains(&marked["## 1.0\n".len()..]), "{text}");
        assert_eq!(conflicts.what, ["a side holds conflict markers"]);
    }

    #[test]
    fn a_changelog_that_both_sides_wrote_anew_is_one_conflict() {
        let written = |entry: &str| {
            let entries: String = (0..1001).map(|n| format!("- {entry} {n}\n")).collect();
            format!("## 1.0\n\n{entries}")
        };
        let [base, ours, theirs] = ["it does this", "it did this", "it does that"].map(written);
        let sides = Sides {
            base: base.as_bytes(),
            ours: ours.as_bytes(),
            theirs: theirs.as_bytes(),
        };
        let Merged::Conflicts(conflicts) = merge(&sides) else {
            panic!("no conflict")
        };
        assert_eq!(conflicts.what, ["1001 entries were changed in two ways"]);
    }

    #[test]
    fn markers_in_code_are_no_conflict() {
        let whole = "```\n<<<<<<< ours\nx\n=======\ny\n>>>>>>> theirs\n```\n";
        for example in [whole, "```\n<<<<<<< the first line\n```\n"] {
            let changelog = |top: &str, end: &str| format!("## [Unreleased]\n\n{top}- b\n\n{example}{end}");
            for kept in [true, false] {
                let base = changelog("- a\n", "\n- d\n");
                let ours = changelog("- a\n- o\n", "\n- d\n");
                let theirs = changelog("- a\n", "");
                let without = |text: &str| text.replace(&format!("\n{example}"), "");
                let theirs = if kept { theirs } else { without(&theirs) };
                let sides = Sides {
                    base: base.as_bytes(),
                    ours: ours.as_bytes(),
                    theirs: theirs.as_bytes(),
                };
                let merged = changelog("- a\n- o\n", "");
                let merged = if kept { merged } else { without(&merged) };
                assert_eq!(merge(&sides), Merged::Clean(merged.into_bytes()));
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_read_is_written_byte_for_byte(lines in prop::collection::vec(line(), 0..25)) {
            let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
            let changelog = read(&text);
            let pieces = write::pieces(&changelog.lead, &write::parts(&changelog), &changelog.tail, &Style::default());
            prop_assert_eq!(pieces.iter().map(agreed).collect::<String>(), text);
        }
    }

    fn line() -> impl Strategy<Value = &'static str> {
        prop::sample::select(vec![
            "# T",
            "## [Unreleased]",
            "## 1.0.0",
            "### Added",
            "#### Sub",
            "Title",
            "---",
            "===",
            "- a",
            "* b",
            "1. c",
            "+ d",
            "  - nested",
            "    code",
            "\t- tab",
            "text",
            "> quote",
            "```",
            "~~~",
            "<!--",
            "-->",
            "<details>",
            "</details>",
            "| a |",
            "|---|",
            "[x]: y",
            "[x]:",
            "  'title'",
            "[1.0.0]: z",
            "",
            "",
            " ",
            "  text",
            "***",
            "é [x] \u{2028}",
        ])
    }
}
