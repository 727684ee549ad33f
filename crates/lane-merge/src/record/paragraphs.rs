//! Comments that stand by themselves, like a section that is commented out: each as often as the sides say.
//!
//! Such a paragraph belongs to whatever follows it. Where both sides put something of their own behind it, it
//! would be written once for each of them.

use std::collections::BTreeMap;

use crate::three_way::three_way;

/// `text` without the paragraphs of comments that are in it too often, the first ones kept. Nothing is changed where
/// the text would then not say the same.
pub(super) fn once(texts: [&str; 3], text: String, says: impl Fn(&str) -> bool) -> String {
    let [base, ours, theirs] = texts.map(counts);
    // One that no side has was made by the merge, of lines of both.
    let left = |paragraph: &str| {
        let of = |side: &BTreeMap<String, usize>| side.get(paragraph).copied().unwrap_or(0);
        let (b, o, t) = (of(&base), of(&ours), of(&theirs));
        let made = b + o + t == 0;
        if made {
            usize::MAX
        } else {
            three_way(&b, o, t).unwrap_or(o.max(t))
        }
    };
    let mut met: BTreeMap<String, usize> = BTreeMap::new();
    let mut out = String::new();
    for part in parts(&text) {
        if let Some(paragraph) = paragraph(&part) {
            let times = met.entry(paragraph.to_owned()).or_default();
            *times += 1;
            if *times > left(paragraph) {
                continue;
            }
        }
        out.push_str(&part);
    }
    if out != text && says(&out) { out } else { text }
}

fn counts(text: &str) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for part in parts(text) {
        if let Some(paragraph) = paragraph(&part) {
            *counts.entry(paragraph.to_owned()).or_default() += 1;
        }
    }
    counts
}

/// The text, cut behind its blank lines.
fn parts(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut blank = false;
    for line in text.split_inclusive('\n') {
        let is_blank = line.trim().is_empty();
        if blank && !is_blank {
            parts.push(String::new());
        }
        blank = is_blank;
        if let Some(part) = parts.last_mut() {
            part.push_str(line);
        }
    }
    parts
}

/// The part without its blank lines, if it is nothing but comments.
fn paragraph(part: &str) -> Option<&str> {
    let text = part.trim();
    let comments = !text.is_empty() && text.lines().all(|line| line.trim_start().starts_with('#'));
    comments.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paragraph_is_there_as_often_as_the_sides_say() {
        let base = "a = 1\n\n# one\n# two\n";
        let ours = "a = 1\n\n# one\n# two\n\n[b]\n";
        let theirs = "a = 1\n\n# one\n# two\n\n[c]\n";
        let twice = "a = 1\n\n# one\n# two\n\n[b]\n\n# one\n# two\n\n[c]\n";
        let merged = once([base, ours, theirs], twice.to_owned(), |_| true);
        assert_eq!(merged, "a = 1\n\n# one\n# two\n\n[b]\n\n[c]\n");
        let gone = once([base, "a = 1\n\n[b]\n", theirs], merged.clone(), |_| true);
        assert_eq!(gone, "a = 1\n\n[b]\n\n[c]\n");
    }

    #[test]
    fn a_paragraph_inside_a_string_stays() {
        let text = "a = \"\"\"\n\n# x\n\n\"\"\"\n".to_owned();
        assert_eq!(once(["", "", ""], text.clone(), |_| false), text);
    }
}
