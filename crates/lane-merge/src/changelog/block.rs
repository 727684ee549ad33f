//! Reading a Markdown text as its top-level blocks. Every byte of the text is in exactly one of them.

use std::ops::Range;

use pulldown_cmark::Event;
use pulldown_cmark::Options;
use pulldown_cmark::Parser;
use pulldown_cmark::Tag;

/// What a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// A heading of this level, 1 to 6.
    Heading(usize),
    /// A list item, with all that belongs to it.
    Item,
    /// A link's definition, `[label]: url`.
    Definition,
    /// A paragraph, code, a table, a comment, a rule.
    Other,
}

/// A block, and the blank lines behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) kind: Kind,
    /// Whole lines, the last one not blank.
    pub(super) text: String,
    /// Blank lines as they are written.
    pub(super) blank: String,
}

/// The blank lines at the start of `text`, and its blocks. `text` is in plain form ([`crate::form`]).
///
/// What is a heading and what only looks like one (in code, in a comment, in an item) is what CommonMark says: rules
/// about single lines get that wrong. The parser says where blocks start; the text is cut there, so that nothing is lost
/// even where the parser errs.
pub(super) fn blocks(text: &str) -> (String, Vec<Block>) {
    let starts = starts(text);
    let first = starts.first().map_or(text.len(), |(at, _)| *at);
    let ends = starts.iter().skip(1).map(|(at, _)| *at).chain([text.len()]);
    let blocks = starts.iter().zip(ends).map(|((at, kind), end)| {
        let lines = &text[*at..end];
        let (text, blank) = lines.split_at(content_len(lines));
        Block {
            kind: *kind,
            text: text.to_owned(),
            blank: blank.to_owned(),
        }
    });
    (text[..first].to_owned(), blocks.collect())
}

/// The length of `lines` without the blank ones at the end.
fn content_len(lines: &str) -> usize {
    let content = lines.trim_end().len();
    lines[content..]
        .find('\n')
        .map_or(lines.len(), |at| content + at + 1)
}

/// Where blocks start, as starts of lines in rising order.
fn starts(text: &str) -> Vec<(usize, Kind)> {
    let mut starts: Vec<(usize, Kind)> = Vec::new();
    let mut covered = 0;
    for (kind, range) in parsed(text) {
        let at = text[..range.start].rfind('\n').map_or(0, |newline| newline + 1);
        definitions(text, covered..at, &mut starts);
        if starts.last().is_none_or(|(last, _)| *last < at) {
            starts.push((at, kind));
        }
        covered = covered.max(end_of_line(text, range.end));
    }
    definitions(text, covered..text.len(), &mut starts);
    starts
}

/// The blocks that the parser tells, items in the place of their lists. Definitions are not told.
fn parsed(text: &str) -> Vec<(Kind, Range<usize>)> {
    let (mut out, mut depth) = (Vec::new(), 0_usize);
    for (event, range) in Parser::new_ext(text, Options::ENABLE_YAML_STYLE_METADATA_BLOCKS).into_offset_iter()
    {
        match event {
            Event::Start(Tag::List(_)) if depth == 0 => {}
            Event::Start(tag) => {
                if depth == 0 {
                    out.push((kind(&tag), range));
                }
                depth += 1;
            }
            // The end of a list that was not counted leaves 0.
            Event::End(_) => depth = depth.saturating_sub(1),
            _ if depth == 0 => out.push((Kind::Other, range)),
            _ => {}
        }
    }
    out
}

fn kind(tag: &Tag<'_>) -> Kind {
    match tag {
        Tag::Heading { level, .. } => Kind::Heading(*level as usize),
        Tag::Item => Kind::Item,
        _ => Kind::Other,
    }
}

/// The start of the first line at or behind `at`.
fn end_of_line(text: &str, at: usize) -> usize {
    if at == 0 || text[..at].ends_with('\n') {
        return at;
    }
    text[at..]
        .find('\n')
        .map_or(text.len(), |newline| at + newline + 1)
}

/// The lines that no block covers are definitions: each from its `[` to the next one, or to a blank line.
fn definitions(text: &str, lines: Range<usize>, starts: &mut Vec<(usize, Kind)>) {
    let (mut at, mut inside) = (lines.start, false);
    for line in text.get(lines).unwrap_or_default().split_inclusive('\n') {
        let opens = line.trim_start().starts_with('[');
        if line.trim().is_empty() {
            inside = false;
        } else if opens || !inside {
            starts.push((at, if opens { Kind::Definition } else { Kind::Other }));
            inside = true;
        }
        at += line.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(Kind, &str)]) {
        let (lead, blocks) = blocks(text);
        let kinds: Vec<(Kind, &str)> = blocks.iter().map(|b| (b.kind, b.text.as_str())).collect();
        assert_eq!(kinds, expected);
        let whole: String = blocks.iter().map(|b| format!("{}{}", b.text, b.blank)).collect();
        assert_eq!(lead + &whole, text);
    }

    #[test]
    fn an_item_has_its_nested_items_paragraphs_code_and_lazy_lines() {
        let first = "- a\nlazy\n  - nested\n\n  more\n";
        let second = "- b\n\n  ```\n  ## no heading\n  ```\n";
        let text = format!("## R\n{first}\n{second}");
        check(
            &text,
            &[
                (Kind::Heading(2), "## R\n"),
                (Kind::Item, first),
                (Kind::Item, second),
            ],
        );
    }

    #[test]
    fn headings_in_comments_and_code_are_none() {
        check(
            "<!--\n\n## x\n-->\n\n```\n## y\n```\n\nTitle\n---\n",
            &[
                (Kind::Other, "<!--\n\n## x\n-->\n"),
                (Kind::Other, "```\n## y\n```\n"),
                (Kind::Heading(2), "Title\n---\n"),
            ],
        );
    }

    #[test]
    fn definitions_are_one_each_and_may_be_repeated() {
        check(
            "\n- a\n\n[x]: u\n[x]: v\n  'title'\n\npara\n[y]: lazy\n\n[z]: w\n",
            &[
                (Kind::Item, "- a\n"),
                (Kind::Definition, "[x]: u\n"),
                (Kind::Definition, "[x]: v\n  'title'\n"),
                (Kind::Other, "para\n[y]: lazy\n"),
                (Kind::Definition, "[z]: w\n"),
            ],
        );
    }

    #[test]
    fn a_front_matter_is_no_heading() {
        check(
            "---\nlayout: x\n---\n\n# T\n***\n",
            &[
                (Kind::Other, "---\nlayout: x\n---\n"),
                (Kind::Heading(1), "# T\n"),
                (Kind::Other, "***\n"),
            ],
        );
    }
}
