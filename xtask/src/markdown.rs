//! Markdown as far as its links go: targets with their lines, and the anchors that headings make on GitHub.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// A place that a page points to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Link {
    /// From 1.
    pub(crate) line: usize,
    /// As written, without its title.
    pub(crate) target: String,
}

/// Inline links, images and reference definitions, code left out.
pub(crate) fn links(text: &str) -> Vec<Link> {
    let mut links = Vec::new();
    for (line, words) in prose(text) {
        let words = without_code(&words);
        let inline = words
            .match_indices("](")
            .filter_map(|(at, _)| destination(&words[at + 2..]));
        let found = inline.chain(reference(&words));
        links.extend(found.map(|target| Link {
            line,
            target: target.to_owned(),
        }));
    }
    links
}

/// What `#…` may name on this page: GitHub's slugs of the headings, and explicit ids.
pub(crate) fn anchors(text: &str) -> BTreeSet<String> {
    let mut seen = BTreeMap::<String, usize>::new();
    let mut anchors = BTreeSet::new();
    for (_, line) in prose(text) {
        anchors.extend(explicit_ids(&line));
        let Some(slug) = heading(&line).map(slug) else {
            continue;
        };
        let times = seen.entry(slug.clone()).or_default();
        anchors.insert(if *times == 0 {
            slug
        } else {
            format!("{slug}-{times}")
        });
        *times += 1;
    }
    anchors
}

/// The lines outside fenced code and HTML comments, from 1.
fn prose(text: &str) -> Vec<(usize, String)> {
    let mut fence: Option<&str> = None;
    let mut lines = Vec::new();
    let text = without_comments(text);
    for (index, line) in text.lines().enumerate() {
        let marks = fence_marks(line);
        match (fence, marks) {
            (None, Some(open)) => fence = Some(open),
            (Some(open), Some(close)) if close.starts_with(open) && line.trim() == close => fence = None,
            (Some(_), _) => {}
            (None, None) => lines.push((index + 1, line.to_owned())),
        }
    }
    lines
}

fn fence_marks(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let mark = line.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
    let marks = &line[..line.find(|c| c != mark).unwrap_or(line.len())];
    // Backticks that close on the same line are inline code.
    let inline = mark == '`' && line[marks.len()..].contains('`');
    (marks.len() >= 3 && !inline).then_some(marks)
}

/// HTML comments replaced by their newlines; one that never ends is text.
fn without_comments(text: &str) -> String {
    let mut parts = text.split("<!--");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (comment, rest) = part.split_once("-->").unwrap_or(("", part));
        kept.extend(comment.chars().filter(|&c| c == '\n'));
        kept.push_str(rest);
    }
    kept
}

/// The line without its inline code. A run of backticks closes with a run of the same length.
fn without_code(line: &str) -> String {
    let mut kept = String::new();
    let mut rest = line;
    while let Some(start) = rest.find('`') {
        let marks = &rest[start..start + rest[start..].chars().take_while(|&c| c == '`').count()];
        let inner = &rest[start + marks.len()..];
        kept.push_str(&rest[..start]);
        rest = inner.split_once(marks).map_or(inner, |(_, behind)| behind);
    }
    kept + rest
}

/// The target behind `](`: up to the closing bracket, or in angle brackets, without a title.
fn destination(rest: &str) -> Option<&str> {
    if let Some(angled) = rest.strip_prefix('<') {
        return angled.split_once('>').map(|(target, _)| target);
    }
    let mut depth = 0usize;
    for (at, c) in rest.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return Some(&rest[..at]),
            ')' => depth -= 1,
            c if c.is_whitespace() => return Some(&rest[..at]),
            _ => {}
        }
    }
    None
}

/// The target of `[name]: target`.
fn reference(line: &str) -> Option<&str> {
    let (name, rest) = line.trim_start().strip_prefix('[')?.split_once("]:")?;
    let footnote = name.starts_with('^') || name.contains(']');
    let target = rest.split_whitespace().next().filter(|_| !footnote)?;
    Some(target.trim_start_matches('<').trim_end_matches('>'))
}

fn heading(line: &str) -> Option<&str> {
    let indent = line.len() - line.trim_start().len();
    let level = line.trim_start().chars().take_while(|&c| c == '#').count();
    let title = &line.trim_start()[level..];
    let is_heading = indent < 4 && (1..=6).contains(&level) && title.starts_with(' ');
    is_heading.then(|| title.trim().trim_end_matches('#').trim_end())
}

/// GitHub's rule: the rendered text in lower case, punctuation dropped but for `-` and `_`, a hyphen for a space.
fn slug(title: &str) -> String {
    let shown = link_texts(title).to_lowercase();
    let kept = shown
        .chars()
        .filter(|&c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// `[text](target)` as `text`.
fn link_texts(title: &str) -> String {
    let mut shown = String::new();
    let mut rest = title;
    while let Some((before, behind)) = rest.split_once("](") {
        shown.push_str(before);
        rest = behind.split_once(')').map_or("", |(_, behind)| behind);
    }
    shown + rest
}

fn explicit_ids(line: &str) -> Vec<String> {
    let values = ["id=\"", "name=\""]
        .into_iter()
        .flat_map(|key| line.split(key).skip(1));
    values
        .filter_map(|value| value.split_once('"'))
        .map(|(id, _)| id.to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn targets(text: &str) -> Vec<String> {
        links(text).into_iter().map(|link| link.target).collect()
    }

    #[test]
    fn links_of_every_form_are_found() {
        assert_eq!(
            targets("see [a](b.md) and ![c](d.png \"title\")"),
            ["b.md", "d.png"]
        );
        assert_eq!(targets("[x]: docs/y.md"), ["docs/y.md"]);
        assert_eq!(targets("[a](<b c.md>) [d](e_(f).md#g)"), ["b c.md", "e_(f).md#g"]);
        assert_eq!(targets("[`code`](a.md)"), ["a.md"]);
    }

    #[test]
    fn code_and_comments_hold_no_links() {
        assert!(targets("`[a](b)` and ``[a](`b`)``").is_empty());
        assert!(targets("```\n[a](b)\n```\n").is_empty());
        assert!(targets("~~~~md\n```\n[a](b)\n~~~~\n").is_empty());
        assert!(targets("<!-- [a](b)\n[c](d) -->").is_empty());
        assert!(targets("[^1]: a footnote").is_empty());
    }

    #[test]
    fn lines_count_through_what_is_left_out() {
        let text = "# A\n```\nx\n```\n<!--\n-->\n[a](b)\n";
        assert_eq!(
            links(text),
            [Link {
                line: 7,
                target: "b".into()
            }]
        );
    }

    #[test]
    fn headings_become_slugs() {
        let check = |heading: &str, slug: &str| {
            assert!(
                anchors(heading).contains(slug),
                "{heading}: {:?}",
                anchors(heading)
            );
        };
        check("## Where things live", "where-things-live");
        check("# `git lane` & friends!", "git-lane--friends");
        check("### [Linked](x.md) snake_case", "linked-snake_case");
        check("## Über uns ##", "über-uns");
        check("<a id=\"here\"></a>", "here");
    }

    #[test]
    fn equal_headings_are_numbered_and_code_is_no_heading() {
        let found = anchors("# A\n# A\n# A\n#nothing\n```\n# B\n```\n");
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["a", "a-1", "a-2"]);
    }
}
