//! Reading: blocks become releases, categories, entries and links.

use std::collections::HashMap;

use crate::changelog::block::Block;
use crate::changelog::block::Kind;
use crate::changelog::block::blocks;
use crate::changelog::model::Category;
use crate::changelog::model::Changelog;
use crate::changelog::model::Entry;
use crate::changelog::model::Heading;
use crate::changelog::model::Key;
use crate::changelog::model::Release;
use crate::changelog::name;

/// Reads a text in plain form. A text without a release is all preamble.
pub(super) fn read(text: &str) -> Changelog {
    let (lead, mut blocks) = blocks(text);
    let tail = blocks
        .last_mut()
        .map(|last| std::mem::take(&mut last.blank))
        .unwrap_or_default();
    let Some((level, first)) = first_release(&blocks) else {
        let preamble: String = blocks.iter().map(|b| format!("{}{}", b.text, b.blank)).collect();
        return Changelog {
            lead,
            preamble,
            tail,
            ..Changelog::default()
        };
    };
    let footer = blocks
        .iter()
        .rposition(|b| b.kind != Kind::Definition)
        .map_or(first, |last| last + 1);
    let mut reader = Reader::new(level, &blocks[..first]);
    blocks[first..footer].iter().for_each(|block| reader.take(block));
    let definitions = blocks[footer..].iter().fold(Vec::new(), |mut all, block| {
        let before = reader.blank.replace(block.blank.clone());
        let key = unique(label(&block.text), all.iter().map(|e: &Entry| &e.key));
        all.push(entry(key, block, before));
        all
    });
    Changelog {
        level,
        lead,
        preamble: reader.preamble,
        releases: reader.releases,
        footer: definitions,
        tail,
    }
}

/// The level of the releases, and the first block of that level (or above it, behind the first release).
fn first_release(blocks: &[Block]) -> Option<(usize, usize)> {
    let level = blocks.iter().find_map(|block| match block.kind {
        Kind::Heading(level) if name::is_release(&name::release(&block.text)) => Some(level),
        _ => None,
    })?;
    let first = blocks
        .iter()
        .position(|block| block.kind == Kind::Heading(level))?;
    Some((level, first))
}

struct Reader {
    level: usize,
    preamble: String,
    releases: Vec<Release>,
    /// The blank lines behind the last block; `None` at the start of the text.
    blank: Option<String>,
    /// The headings around the next entry, below the release: level and name.
    path: Vec<(usize, String)>,
    /// How often each text stands in the category so far.
    seen: HashMap<String, usize>,
}

impl Reader {
    fn new(level: usize, preamble: &[Block]) -> Self {
        let mut text: String = preamble
            .iter()
            .map(|b| format!("{}{}", b.text, b.blank))
            .collect();
        let blank = preamble.last().map(|last| last.blank.clone());
        text.truncate(text.len() - blank.as_ref().map_or(0, String::len));
        Self {
            level,
            preamble: text,
            releases: Vec::new(),
            blank,
            path: Vec::new(),
            seen: HashMap::new(),
        }
    }

    fn take(&mut self, block: &Block) {
        let before = self.blank.replace(block.blank.clone());
        match block.kind {
            Kind::Heading(level) if level <= self.level => self.release(block, before),
            Kind::Heading(level) => self.category(level, block, before),
            _ => self.entry(block, before),
        }
    }

    fn release(&mut self, block: &Block, before: Option<String>) {
        let key = unique(name::release(&block.text), self.releases.iter().map(|r| &r.key));
        self.path.clear();
        self.seen.clear();
        self.releases.push(Release {
            key,
            heading: heading(block, before),
            categories: vec![Category {
                key: unique(String::new(), [].into_iter()),
                heading: None,
                entries: Vec::new(),
            }],
        });
    }

    fn category(&mut self, level: usize, block: &Block, before: Option<String>) {
        self.path.retain(|(above, _)| *above < level);
        self.path.push((level, name::heading(&block.text)));
        self.seen.clear();
        let names: Vec<&str> = self.path.iter().map(|(_, name)| name.as_str()).collect();
        let name = names.join(&name::PATH.to_string());
        let Some(release) = self.releases.last_mut() else {
            return;
        };
        let key = unique(name, release.categories.iter().map(|c| &c.key));
        let is_first = release.categories.len() == 1 && release.categories[0].entries.is_empty();
        let before = if is_first {
            release.heading.after = before;
            None
        } else {
            before
        };
        release.categories.push(Category {
            key,
            heading: Some(heading(block, before)),
            entries: Vec::new(),
        });
    }

    fn entry(&mut self, block: &Block, mut before: Option<String>) {
        let Some(release) = self.releases.last_mut() else {
            return;
        };
        let Some(category) = release.categories.last_mut() else {
            return;
        };
        if category.entries.is_empty() {
            let heading = category.heading.as_mut().unwrap_or(&mut release.heading);
            heading.after = before.take();
        }
        let name = text_key(&block.text);
        let nth = self.seen.entry(name.clone()).or_default();
        let key = Key { name, nth: *nth };
        *nth += 1;
        category.entries.push(entry(key, block, before));
    }
}

fn heading(block: &Block, before: Option<String>) -> Heading {
    Heading {
        text: block.text.clone(),
        before,
        after: None,
    }
}

fn entry(key: Key, block: &Block, before: Option<String>) -> Entry {
    Entry {
        key,
        kind: block.kind,
        text: block.text.clone(),
        before,
    }
}

/// The text without white space at the ends of its lines.
fn text_key(text: &str) -> String {
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

/// The label of a link's definition.
fn label(text: &str) -> String {
    let label = text.trim_start().trim_start_matches('[');
    let label = label.split_once("]:").map_or(label, |(label, _)| label);
    label
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase()
}

/// `name` as the next of that name.
fn unique<'a>(name: String, known: impl Iterator<Item = &'a Key>) -> Key {
    let nth = known.filter(|key| key.name == name).count();
    Key { name, nth }
}
