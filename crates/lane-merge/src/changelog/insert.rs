//! One more entry under Unreleased, and nothing else changed: no byte that was there is another one afterwards.

use crate::changelog::added::changelog_added;
use crate::changelog::block::Block;
use crate::changelog::block::Kind;
use crate::changelog::block::blocks;
use crate::changelog::name;
use crate::form::Form;

/// The changelog with `entry` (one line of Markdown, without bullet) as an item directly below the heading of
/// Unreleased, behind those that stand there already. `None` where the bytes are no text, have no such heading, or the
/// entry would not be one of its own.
pub fn changelog_with(bytes: &[u8], entry: &str) -> Option<Vec<u8>> {
    let (_, text) = Form::split(bytes)?;
    let (lead, blocks) = blocks(&text);
    let place = place(&lead, &blocks)?;
    let item = format!("{} {entry}", bullet(&blocks));
    let (before, after) = bytes.split_at(offset(bytes, place.line));
    let end: &[u8] = if bytes.windows(2).any(|pair| pair == b"\r\n") {
        b"\r\n"
    } else {
        b"\n"
    };
    let mut out = before.to_vec();
    let unfinished = !before.ends_with(b"\n");
    if unfinished {
        out.extend(end);
    }
    if place.blank_before {
        out.extend(end);
    }
    out.extend(item.as_bytes());
    if !unfinished {
        out.extend(end);
    }
    if place.blank_after {
        out.extend(end);
    }
    out.extend(after);
    (changelog_added(bytes, &out) == [item]).then_some(out)
}

/// Where the item goes: behind this many lines, with a blank line on either side where it needs one.
struct Place {
    line: usize,
    blank_before: bool,
    blank_after: bool,
}

fn place(lead: &str, blocks: &[Block]) -> Option<Place> {
    let is_head = |block: &Block| {
        matches!(block.kind, Kind::Heading(_)) && name::release(&block.text) == name::UNRELEASED
    };
    let head = blocks.iter().position(is_head)?;
    let direct = blocks[head + 1..]
        .iter()
        .take_while(|block| matches!(block.kind, Kind::Item | Kind::Other))
        .count();
    // A comment or a paragraph behind the items stays behind the new one.
    let items = blocks[head + 1..head + 1 + direct]
        .iter()
        .rposition(|block| block.kind == Kind::Item);
    let last = head + items.map_or(direct, |at| at + 1);
    let lines = |text: &str| text.matches('\n').count();
    let above: usize = blocks[..last]
        .iter()
        .map(|b| lines(&b.text) + lines(&b.blank))
        .sum();
    Some(Place {
        line: lines(lead) + above + lines(&blocks[last].text),
        blank_before: items.is_none(),
        blank_after: blocks[last].blank.is_empty() && last + 1 < blocks.len(),
    })
}

/// The mark of the items that are there; `-` where there are none.
fn bullet(blocks: &[Block]) -> char {
    let mut items = blocks.iter().filter(|block| block.kind == Kind::Item);
    let first = items.find_map(|item| {
        item.text
            .trim_start()
            .chars()
            .next()
            .filter(|c| "-*+".contains(*c))
    });
    first.unwrap_or('-')
}

/// Where the line with this index begins.
fn offset(bytes: &[u8], line: usize) -> usize {
    let ends = bytes.iter().enumerate().filter(|(_, b)| **b == b'\n');
    match line.checked_sub(1) {
        None => 0,
        Some(before) => ends.map(|(at, _)| at + 1).nth(before).unwrap_or(bytes.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: &str, after: Option<&str>) {
        let found = changelog_with(before.as_bytes(), "new");
        assert_eq!(
            found.map(|bytes| String::from_utf8(bytes).unwrap()).as_deref(),
            after
        );
    }

    #[test]
    fn an_entry_stands_below_the_heading_or_behind_the_items_there() {
        for (before, after) in [
            ("# C\n\n## [Unreleased]\n", "# C\n\n## [Unreleased]\n\n- new\n"),
            (
                "## Unreleased\n\n### Added\n\n- a\n",
                "## Unreleased\n\n- new\n\n### Added\n\n- a\n",
            ),
            (
                "## Unreleased\n### Added\n",
                "## Unreleased\n\n- new\n\n### Added\n",
            ),
            (
                "## Unreleased\n\n* a\n  more\n\n### Added\n",
                "## Unreleased\n\n* a\n  more\n* new\n\n### Added\n",
            ),
            (
                "## Unreleased\n\nWords.\n\n## 1.0.0\n\n- old\n",
                "## Unreleased\n\nWords.\n\n- new\n\n## 1.0.0\n\n- old\n",
            ),
            (
                "## Unreleased\n\n- a\n\n[unreleased]: https://x.y\n",
                "## Unreleased\n\n- a\n- new\n\n[unreleased]: https://x.y\n",
            ),
        ] {
            check(before, Some(after));
        }
    }

    #[test]
    fn the_form_of_the_file_stays_as_it_is() {
        check(
            "\u{feff}## Unreleased\r\n\r\n- a\r\n",
            Some("\u{feff}## Unreleased\r\n\r\n- a\r\n- new\r\n"),
        );
        check(
            "\n\n## Unreleased\n\n- a",
            Some("\n\n## Unreleased\n\n- a\n- new"),
        );
        check("## Unreleased", Some("## Unreleased\n\n- new"));
        let odd = "## Unreleased\n\n-   a  \n\n\n\n##   1.0\n* b\n";
        let with = changelog_with(odd.as_bytes(), "new").unwrap();
        assert_eq!(String::from_utf8(with).unwrap().replacen("- new\n", "", 1), odd);
    }

    #[test]
    fn where_there_is_no_such_heading_there_is_no_entry() {
        for text in [
            "",
            "# Changelog\n",
            "```\n## Unreleased\n```\n",
            "## 1.0\n\n- a\n",
        ] {
            check(text, None);
        }
        assert_eq!(changelog_with(b"\xff\n## Unreleased\n", "new"), None);
        // What would be two blocks is no entry.
        assert_eq!(changelog_with(b"## Unreleased\n", "a\n\nb"), None);
    }
}
