//! `git lane inbox`: the notes that reach this agent, unread ones first.

use std::process::ExitCode;

use lane_core::record::Note;
use lane_store::Letter;
use lane_store::Mail;
use serde_json::json;

use super::Outcome;
use crate::error::CliError;
use crate::inbox::Reader;
use crate::read_marks::ReadMarks;
use crate::session::Session;
use crate::show::json;
use crate::show::notes;
use crate::show::paint;

/// The notes that are for you: by your name, or by a role that the policy lets you act in. Unread ones first.
///
/// With `--role R`, those for that role and for your name. What is shown counts as read afterwards, in this clone, for
/// this agent; nothing is shared. `--peek` leaves it unread, and so does `--json` unless `--read` is given.
#[derive(Debug, clap::Args)]
pub(crate) struct Inbox {
    /// Show all notes, not just the unread and the last 20 that are read
    #[arg(long)]
    pub(crate) all: bool,
    /// Leave what is shown unread
    #[arg(long)]
    pub(crate) peek: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// With --json: what is shown counts as read
    #[arg(long, requires = "json", conflicts_with = "peek")]
    pub(crate) read: bool,
}

/// How many unread notes are shown at once; the next ones are shown by the next call.
const UNREAD: usize = 100;
/// How many of those that are read are shown.
const READ: usize = 20;

/// What is shown: the unread ones, the oldest first; then the read ones, the newest first.
struct Picked<'l> {
    unread: Vec<&'l Letter>,
    read: Vec<&'l Letter>,
    more_unread: usize,
    more_read: usize,
}

pub(super) fn run(session: &Session<'_>, args: &Inbox) -> Outcome {
    let store = session.store();
    let view = store.view()?;
    let reader = Reader::of(session, &view)?;
    let mail = Mail::read(&store, &view)?;
    let mut marks = ReadMarks::load(&store.local_dir(), &reader.agent);
    let mine: Vec<&Letter> = mail.letters().filter(|letter| reader.is_for(letter)).collect();
    let picked = pick(&mine, &marks, args.all);
    print(session, &mail, &picked, args.json)?;
    let marks_read = if args.json { args.read } else { !args.peek };
    if marks_read && !picked.unread.is_empty() {
        let everything: Vec<&Letter> = mail
            .letters()
            .filter(|letter| letter.by != reader.agent)
            .collect();
        let known = if session.named_role().is_some() {
            &everything
        } else {
            &mine
        };
        marks.add(picked.unread.iter().copied(), known);
        let saved = marks.save(&store.local_dir(), &reader.agent);
        saved.map_err(|e| CliError::io("what you have read could not be written down", e))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn pick<'l>(mine: &[&'l Letter], marks: &ReadMarks, all: bool) -> Picked<'l> {
    let (mut read, mut unread): (Vec<&Letter>, Vec<&Letter>) =
        mine.iter().copied().partition(|letter| marks.has(letter));
    read.reverse();
    let (unread_max, read_max) = if all {
        (usize::MAX, usize::MAX)
    } else {
        (UNREAD, READ)
    };
    let more_unread = unread.len().saturating_sub(unread_max);
    let more_read = read.len().saturating_sub(read_max);
    unread.truncate(unread_max);
    read.truncate(read_max);
    Picked {
        unread,
        read,
        more_unread,
        more_read,
    }
}

/// Prints the notes one by one: their texts are never all in memory, but for JSON.
fn print(session: &Session<'_>, mail: &Mail<'_>, picked: &Picked<'_>, as_json: bool) -> Result<(), CliError> {
    let new = picked.unread.iter().map(|letter| (*letter, true));
    let old = picked.read.iter().map(|letter| (*letter, false));
    let mut values = Vec::new();
    for (letter, unread) in new.chain(old) {
        let Some(note) = mail.open(letter)? else { continue };
        if as_json {
            let mut value = notes::as_json(&note);
            value["unread"] = json!(unread);
            values.push(value);
        } else {
            show(session, &note, unread);
        }
    }
    if as_json {
        json::out(&json!(values));
    } else if picked.unread.is_empty() && picked.read.is_empty() {
        paint::note("no notes for you");
    }
    for broken in mail.broken() {
        paint::warning(&format!("a note is left out: {broken}"));
    }
    if picked.more_unread > 0 {
        paint::note(&format!("{} more are unread", picked.more_unread));
        paint::hint("git lane inbox");
    }
    if picked.more_read > 0 && !as_json {
        paint::note(&format!("{} more that you have read", picked.more_read));
        paint::hint("git lane inbox --all");
    }
    Ok(())
}

fn show(session: &Session<'_>, note: &Note, unread: bool) {
    let mark = if unread { "new" } else { "   " };
    paint::out(&format!("{mark}  {}", notes::head(note, session.source.now())));
    notes::block(&note.text, "       ");
}
