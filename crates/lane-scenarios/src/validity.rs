//! Whether a file is what its path says that it is.

use std::collections::BTreeSet;

use lane_core::codec;
use lane_core::policy;
use lane_core::record::Checkpoint;
use lane_core::record::Lock;
use lane_core::record::Task;
use lane_gate::Gates;

use crate::outline;

/// What is wrong with the file at `path`, if anything.
pub fn fault(path: &str, text: &str) -> Option<String> {
    let markers = ["<<<<<<< ", "||||||| ", ">>>>>>> "];
    if text
        .lines()
        .any(|line| markers.iter().any(|marker| line.starts_with(marker)))
    {
        return Some("conflict markers".to_owned());
    }
    let bytes = text.as_bytes();
    match path {
        policy::POLICY_PATH => policy::parse(bytes).err().map(|e| e.to_string()),
        lane_gate::GATES_PATH => Gates::parse(bytes).err().map(|e| e.to_string()),
        _ if path.starts_with(".agents/queue/") || path.ends_with("/task.toml") => decoded::<Task>(bytes),
        _ if path.starts_with(".agents/locks/") => decoded::<Lock>(bytes),
        _ if path.starts_with(".agents/handoffs/") => decoded::<Checkpoint>(bytes),
        _ if path.ends_with("CHANGELOG.md") => changelog(text),
        _ if path.ends_with("registry.txt") => registry(text),
        _ => None,
    }
}

fn decoded<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Option<String> {
    codec::decode::<T>(bytes).err().map(|e| e.to_string())
}

/// A heading stands once.
fn changelog(text: &str) -> Option<String> {
    let (headings, _) = outline::read(text);
    let mut seen = BTreeSet::new();
    let again = headings.into_iter().find(|heading| !seen.insert(heading.clone()));
    again.map(|heading| format!("the heading {heading} stands twice"))
}

/// Behind comments, sorted lines that differ.
fn registry(text: &str) -> Option<String> {
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .collect();
    let unsorted = lines.windows(2).find(|pair| pair[0] >= pair[1]);
    unsorted.map(|pair| format!("{:?} stands before {:?}", pair[0], pair[1]))
}
