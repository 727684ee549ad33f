//! Merging files: which strategy a path gets, three files in, one out, and what is said about conflicts.

mod content;
mod files;
mod labels;
mod pathspec;
mod strategy;
mod way_out;

pub(crate) use content::path_of_content;
pub(crate) use files::Outcome;
pub(crate) use files::Versions;
pub(crate) use files::merge;
pub(crate) use labels::Labels;
pub(crate) use pathspec::pathspec;
pub(crate) use strategy::Chosen;
pub(crate) use strategy::InForce;
pub(crate) use way_out::is_under_way;
pub(crate) use way_out::way_out;

use lane_core::text;
use lane_git::Repo;
use lane_merge::Style;
use lane_store::StoreError;

use crate::show::paint;

/// The driver's name, as attributes have it.
pub(crate) const DRIVER: &str = "git-lane";

/// The most sentences that one file's conflicts are told in.
const SENTENCES_MAX: usize = 8;

/// The longest sentence about a conflict, and the longest path in it, in characters.
const SENTENCE_CHARS: usize = 300;

/// A path as it is shown: escaped and bounded.
pub(crate) fn shown(path: &[u8]) -> String {
    text::excerpt(&text::escape_path(path), SENTENCE_CHARS)
}

/// Says what is in conflict, a line a sentence.
pub(crate) fn tell_conflicts(path: &[u8], what: &[String]) {
    let path = shown(path);
    for sentence in what.iter().take(SENTENCES_MAX) {
        let sentence = text::excerpt(sentence, SENTENCE_CHARS);
        paint::error(&format!("conflict in {path}: {sentence}"));
    }
    let more = what.len().saturating_sub(SENTENCES_MAX);
    if more > 0 {
        paint::error(&format!("conflict in {path}: and {more} more"));
    }
}

/// `merge.conflictStyle`, where git's configuration names one.
pub(crate) fn style_of(repo: &Repo) -> Option<Style> {
    match repo.config_get("merge.conflictStyle").ok()??.as_str() {
        "diff3" | "zdiff3" => Some(Style::Diff3),
        _ => Some(Style::Merge),
    }
}

/// Says that the policy could not be read. No merge fails because of it.
pub(crate) fn tell_no_policy(fault: &StoreError) {
    let fault = text::excerpt(&fault.to_string(), SENTENCE_CHARS);
    paint::warning(&format!(
        "the policy cannot be read, so its `merge` section has the defaults: {fault}"
    ));
}
