//! Records: TOML, merged field by field after the schema of the folder that they lie in.

mod ancestor;
mod comments;
mod decide;
mod document;
mod fields;
mod groups;
mod layout;
mod lines;
mod list;
mod meaning;
mod paragraphs;
mod parse;
mod restyled;
mod sound;
mod words;

use lane_core::record::schema::Law;
use lane_core::record::schema::Schema;
use lane_core::text::excerpt;

use self::decide::Decided;
use self::document::Document;
use self::groups::key_path;
use self::meaning::Meaning;
use crate::Conflicts;
use crate::Merged;
use crate::Piece;
use crate::Sides;
use crate::form::Form;
use crate::whole;

/// The most conflicts that are put into words.
const SENTENCES_MAX: usize = 50;

/// Merges the record at `path`.
pub(crate) fn merge(path: &str, sides: &Sides<'_>) -> Merged {
    let schema = Schema::of(path);
    try_merge(schema, sides).unwrap_or_else(|what| Merged::Conflicts(whole::conflict(sides, &what)))
}

/// The error is why the whole file is in conflict.
fn try_merge(schema: &Schema, sides: &Sides<'_>) -> Result<Merged, String> {
    let (ours_form, ours_text) = text("ours", sides.ours)?;
    let (theirs_form, theirs_text) = text("theirs", sides.theirs)?;
    let base = Form::split(sides.base);
    let base_form = base.as_ref().map_or(Form::PLAIN, |(form, _)| *form);
    let form = Form::merge(base_form, ours_form, theirs_form);
    let base_text = base.map_or_else(String::new, |(_, text)| text);
    let base = ancestor::read(&base_text);
    let ours = parse::parse(&ours_text).map_err(|error| format!("ours {error}"))?;
    let theirs = parse::parse(&theirs_text).map_err(|error| format!("theirs {error}"))?;
    let docs = [&base, &ours, &theirs];
    refuse_newer(schema, docs)?;
    refuse_two_of_one_id(schema, sides.base.is_empty(), &ours, &theirs)?;
    refuse_rewritten(schema, docs)?;

    let odd = |_| "the tables of ours and theirs are written in ways that do not fit together".to_owned();
    let decided = decide::decide(schema, docs).map_err(odd)?;
    restyled::check(schema, docs, &decided).map_err(odd)?;
    let pieces = layout::pieces(schema, docs, &decided).map_err(odd)?;
    let decodes = |text: &str| sound::fault(schema.kind, text).is_none();
    let must_decode = decodes(&ours_text) && decodes(&theirs_text);
    let check = |text: &str| match sound::fault(schema.kind, text) {
        Some(fault) if must_decode => Err(format!(
            "merged field by field, the record is none: {}",
            excerpt(&fault, 200)
        )),
        _ => Ok(()),
    };
    if decided.what.is_empty() {
        let says = |text: &str| {
            let read = parse::parse(text);
            read.is_ok_and(|read| says(&read, &decided))
        };
        let texts = [base_text.as_str(), &ours_text, &theirs_text];
        let by_lines = lines::merged(texts).filter(|text| says(text));
        let anew = || Some(paragraphs::once(texts, agreed(&pieces), says)).filter(|text| says(text));
        let Some(text) = by_lines.or_else(anew) else {
            return Err("merged field by field, the record would say something else".to_owned());
        };
        check(&text)?;
        return Ok(Merged::Clean(form.join(&text)));
    }
    if !pieces
        .iter()
        .any(|piece| matches!(piece, Piece::Conflict { ours, theirs, .. } if ours != theirs))
    {
        return Err(bounded(decided.what).join("; "));
    }
    for side in [chosen(&pieces, true), chosen(&pieces, false)] {
        parse::parse(&side)
            .map_err(|error| format!("merged field by field, a side of the record {error}"))?;
        check(&side)?;
    }
    Ok(Merged::Conflicts(Conflicts::new(
        form,
        pieces,
        bounded(decided.what),
    )))
}

/// At most [`SENTENCES_MAX`] sentences.
fn bounded(mut what: Vec<String>) -> Vec<String> {
    let more = what.len().saturating_sub(SENTENCES_MAX);
    what.truncate(SENTENCES_MAX);
    if more > 0 {
        what.push(format!("and {more} more"));
    }
    what
}

fn text(side: &str, bytes: &[u8]) -> Result<(Form, String), String> {
    Form::split(bytes).ok_or_else(|| format!("{side} is not UTF-8 text"))
}

/// Whether the document means what was decided: no more and no less.
fn says(document: &Document, decided: &Decided) -> bool {
    let found = document.leaves.iter().map(|(path, leaf)| (path, &leaf.meaning));
    let meant = decided.leaves.iter().map(|(path, leaf)| (path, &leaf.meaning));
    found.eq(meant) && document.headers.keys().eq(decided.headers.keys())
}

fn agreed(pieces: &[Piece]) -> String {
    chosen(pieces, true)
}

/// The text with the same side chosen in all conflicts.
fn chosen(pieces: &[Piece], first: bool) -> String {
    let text = |piece: &'_ Piece| match piece {
        Piece::Agreed(text) => text.clone(),
        Piece::Conflict { ours, .. } if first => ours.clone(),
        Piece::Conflict { theirs, .. } => theirs.clone(),
    };
    pieces.iter().map(text).collect()
}

/// A format that this version does not know may mean anything.
fn refuse_newer(schema: &Schema, [_, ours, theirs]: [&Document; 3]) -> Result<(), String> {
    let Some((field, known)) = schema.format else {
        return Ok(());
    };
    for (side, doc) in [("ours", ours), ("theirs", theirs)] {
        if let Some(Meaning::Integer(found)) = doc.meaning(&key_path(field))
            && *found > i64::from(known)
        {
            return Err(format!(
                "{side} is of format {found}, newer than this git-lane merges ({known})"
            ));
        }
    }
    Ok(())
}

/// Two records that were made apart under one id are no versions of each other.
fn refuse_two_of_one_id(
    schema: &Schema,
    apart: bool,
    ours: &Document,
    theirs: &Document,
) -> Result<(), String> {
    let Some((born, named)) = schema.identity else {
        return Ok(());
    };
    let differ = |field: &str| ours.meaning(&key_path(field)) != theirs.meaning(&key_path(field));
    let two = differ(born) || apart && differ(named);
    if !two {
        return Ok(());
    }
    let shown = |doc: &Document, field| {
        doc.meaning(&key_path(field))
            .map_or_else(|| "none".to_owned(), Meaning::shown)
    };
    let name = |doc: &Document| format!("{} ({born} {})", shown(doc, named), shown(doc, born));
    Err(format!(
        "one id names two records: {} and {}",
        name(ours),
        name(theirs)
    ))
}

/// A record that is written once is one value; what this version does not know of it is merged key by key.
fn refuse_rewritten(schema: &Schema, docs: [&Document; 3]) -> Result<(), String> {
    if !schema.rows.iter().any(|row| row.law == Law::WrittenOnce) {
        return Ok(());
    }
    let [b, o, t] = docs.map(|doc| {
        let known = doc.leaves.iter().filter(|(path, _)| schema.place(path).is_some());
        known
            .map(|(path, leaf)| (path, &leaf.meaning))
            .collect::<Vec<_>>()
    });
    if crate::three_way::three_way(&b, o, t).is_some() {
        return Ok(());
    }
    Err("the record is written once, and ours and theirs differ".to_owned())
}
