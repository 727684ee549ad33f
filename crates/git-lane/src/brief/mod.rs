//! Briefs: what an agent is told before it begins. Editable templates, filled with what the state and the policy say.

mod facts;
mod quoted;
mod standard;
mod template;
mod values;

use std::fs::File;
use std::io::Read as _;

use lane_core::codec;
use lane_core::policy::Role;
use lane_core::refusal::command;
use lane_core::text;
use lane_core::view::View as _;
use lane_git::Oid;

pub(crate) use facts::Facts;
pub(crate) use facts::newest_handoff;
pub(crate) use standard::STANDARD;
use standard::standard;
pub(crate) use values::PLACEHOLDERS;

use crate::error::CliError;
use crate::session::Session;
use values::Filled;

/// Where the templates lie in the integration branch's tree.
pub(crate) const FOLDER: &str = ".agents/briefs";

/// The path of a role's template.
pub(crate) fn path(role: Role) -> String {
    format!("{FOLDER}/{role}.md")
}

/// A role's template, and where it was found; the standard one where the integration branch has none.
pub(crate) struct Template {
    /// For people: `main:.agents/briefs/worker.md`.
    pub(crate) place: String,
    text: String,
}

impl Template {
    /// The one that is in force: from the commit that the policy is read from.
    pub(crate) fn in_force(session: &Session<'_>, role: Role) -> Result<Self, CliError> {
        let branch = session.store().view()?.meta()?.integration;
        let standard = || Self {
            place: "the standard template".to_owned(),
            text: standard(role).to_owned(),
        };
        let Some(file) = lane_store::find_policy(session.repo, &branch)? else {
            return Ok(standard());
        };
        let path = path(role);
        let place = format!("{}:{path}", file.branch());
        match text_at(session, file.commit, &path, &place)? {
            Some(text) => Ok(Self { place, text }),
            None => Ok(standard()),
        }
    }

    /// One that is tried before it is committed.
    pub(crate) fn of_file(path: &std::path::Path) -> Result<Self, CliError> {
        let place = path.display().to_string();
        let unusable =
            |fault: &dyn std::fmt::Display| CliError::Usage(format!("{}: {fault}", text::escape(&place)));
        // A pipe or a device would be read for ever.
        match std::fs::metadata(path) {
            Ok(found) if found.is_file() => {}
            Ok(_) => return Err(unusable(&"it is no file")),
            Err(fault) => return Err(unusable(&fault)),
        }
        let mut bytes = Vec::new();
        let most = template::MAX_BYTES as u64 + 1;
        let read = File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes));
        read.map_err(|fault| unusable(&fault))?;
        let text = text_of(bytes, &place)?;
        Ok(Self { place, text })
    }

    /// The brief.
    pub(crate) fn fill(&self, facts: &Facts) -> Result<String, CliError> {
        template::fill(&self.text, &Filled(facts)).map_err(|fault| {
            CliError::setup(
                format!("{}: {fault}", text::escape(&self.place)),
                "git lane brief --placeholders".to_owned(),
            )
        })
    }
}

fn text_at(session: &Session<'_>, commit: Oid, path: &str, place: &str) -> Result<Option<String>, CliError> {
    let tree = session.repo.commit(commit)?.tree;
    let Some(entry) = session.repo.entry_at(tree, path)? else {
        return Ok(None);
    };
    let bytes = session.repo.blob(entry.oid, codec::MAX_BYTES).map_err(|fault| {
        CliError::setup(
            format!("{place}: {fault}"),
            command(&["git", "lane", "policy", "show"]),
        )
    })?;
    text_of(bytes, place).map(Some)
}

fn text_of(bytes: Vec<u8>, place: &str) -> Result<String, CliError> {
    let place = text::escape(place);
    if bytes.len() > template::MAX_BYTES {
        let what = format!("{place} is larger than {} KiB", template::MAX_BYTES / 1024);
        return Err(CliError::Usage(what));
    }
    String::from_utf8(bytes).map_err(|_| CliError::Usage(format!("{place} is no UTF-8 text")))
}
