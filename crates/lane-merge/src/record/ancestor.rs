//! The base of a record: as it is, with conflicts inside, or none.

use std::collections::BTreeSet;

use super::document::Document;
use super::document::comments;
use super::meaning::Meaning;
use super::parse::parse;
use crate::conflict;

/// Reads a base. One that cannot be read counts as empty. Of one with conflicts (git merged two bases) that both sides
/// of can be read, what differs between them is there, with a value that nobody has.
pub(super) fn read(text: &str) -> Document {
    if let Ok(document) = parse(text) {
        return document;
    }
    let Some((first, second)) = conflict::resolutions(text) else {
        return Document::default();
    };
    match (parse(&first), parse(&second)) {
        (Ok(first), Ok(second)) => shared(first, second),
        _ => Document::default(),
    }
}

fn shared(mut first: Document, second: Document) -> Document {
    let common = |ours: &mut Vec<String>, theirs: &[String]| {
        let theirs: BTreeSet<&str> = comments(theirs).collect();
        ours.retain(|line| theirs.contains(line.as_str()));
    };
    for (path, leaf) in &mut first.leaves {
        match second.leaves.get(path) {
            Some(other) if leaf.meaning == other.meaning => {
                common(&mut leaf.above.lines, &other.above.lines);
                if leaf.beside != other.beside {
                    leaf.beside = None;
                }
            }
            _ => leaf.meaning = Meaning::Unknown,
        }
        if leaf.meaning == Meaning::Unknown {
            leaf.text.clear();
        }
    }
    for (path, mut leaf) in second.leaves {
        if !first.leaves.contains_key(&path) {
            leaf.meaning = Meaning::Unknown;
            leaf.text.clear();
            first
                .keys
                .entry(leaf.home.clone())
                .or_default()
                .push(path.clone());
            first.leaves.insert(path, leaf);
        }
    }
    for (path, header) in second.headers {
        if let Some(own) = first.headers.get_mut(&path) {
            common(&mut own.above.lines, &header.above.lines);
            if own.beside != header.beside {
                own.beside = None;
            }
        } else {
            first.sections.push(path.clone());
            first.headers.insert(path, header);
        }
    }
    common(&mut first.head, &second.head);
    common(&mut first.tail.lines, &second.tail.lines);
    first
}
