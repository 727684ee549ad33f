//! `git lane note`: words on a task, for those who work on it and those whom they mention.

use std::io::Read as _;
use std::process::ExitCode;

use lane_core::apply::Write;
use lane_core::event::Payload;
use lane_core::id::TaskId;
use lane_core::policy::Role;
use lane_core::record::NOTE_BYTES;
use lane_core::record::Note;
use lane_core::record::NoteFault;
use lane_core::view::View as _;
use lane_store::Committed;

use super::Outcome;
use crate::error::CliError;
use crate::publishing;
use crate::session::Session;
use crate::show::paint;

/// Write a note on a task, live or done. It reaches its holder, and whom it mentions.
///
/// `@agent-b` and `@reviewer` at the start of a word mention an agent or a role: the note is in their `git lane inbox`.
/// `git lane show ID` shows all notes of a task.
#[derive(Debug, clap::Args)]
pub(crate) struct NoteArgs {
    /// The task
    pub(crate) id: TaskId,
    /// What to say, 8 KiB at most; `-` reads standard input
    #[arg(allow_hyphen_values = true)]
    pub(crate) text: String,
}

pub(super) fn run(session: &Session<'_>, args: NoteArgs) -> Outcome {
    let text = match args.text.as_str() {
        "-" => standard_input()?,
        _ => args.text,
    };
    let task = args.id;
    let role = implied_role(session)?;
    let payload = Payload::NoteAdded { task, text };
    let committed = publishing::later(session, &session.actor(role)?, &payload)?;
    if let Some(note) = written(&committed) {
        paint::note(&announcement(note));
        if let Ok(Some(link)) = publishing::link(session, &session.store()) {
            paint::note(&format!("it goes to {} with the next push", link.remote()));
            paint::hint("git lane sync");
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Anybody may write: who is no worker does it in the first role that the policy lets them act in.
fn implied_role(session: &Session<'_>) -> Result<Role, CliError> {
    let agent = session.agent()?;
    let policy = session.store().view()?.policy()?;
    let roles = std::iter::once(Role::Worker).chain(Role::ALL);
    let first = roles.into_iter().find(|role| policy.allows(*role, &agent));
    Ok(first.unwrap_or(Role::Worker))
}

/// The text on standard input, without the space at its end. No more is read than is needed to see that it is too long.
fn standard_input() -> Result<String, CliError> {
    let mut bytes = Vec::new();
    let read = std::io::stdin()
        .lock()
        .take(NOTE_BYTES as u64 + 2)
        .read_to_end(&mut bytes);
    read.map_err(|e| CliError::Usage(format!("standard input cannot be read: {e}")))?;
    if bytes.len() > NOTE_BYTES + 1 {
        return Err(CliError::Usage(NoteFault::TooLong.to_string()));
    }
    let text =
        String::from_utf8(bytes).map_err(|_| CliError::Usage("standard input is not UTF-8".to_owned()))?;
    Ok(text.trim_end().to_owned())
}

fn written(committed: &Committed) -> Option<&Note> {
    committed.writes.iter().find_map(|write| match write {
        Write::Note(note) => Some(note.as_ref()),
        _ => None,
    })
}

/// Whom it reaches; roles with their `@`.
fn announcement(note: &Note) -> String {
    let whom: Vec<String> = note
        .to
        .iter()
        .map(|name| match name.parse::<Role>() {
            Ok(role) => format!("every {role}"),
            Err(_) => name.clone(),
        })
        .collect();
    match whom.as_slice() {
        [] => format!(
            "note {} on {} reaches no inbox: it mentions nobody, and nobody else holds the task",
            note.seq, note.task
        ),
        whom => format!("note {} on {} reaches {}", note.seq, note.task, whom.join(", ")),
    }
}
