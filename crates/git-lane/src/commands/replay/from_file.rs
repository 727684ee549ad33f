//! `git lane replay --file`: the state rebuilt from captured events, with or without a repository.

use std::path::Path;
use std::process::ExitCode;

use lane_core::counters::Counters;
use lane_core::counters::Counting;
use lane_core::event::Captured;
use lane_core::text;
use lane_git::Oid;
use lane_store::Rebuild;
use lane_store::Source;
use serde_json::Value;
use serde_json::json;

use super::Range;
use super::Replay;
use super::beyond;
use super::capture::Capture;
use super::capture::Line;
use super::count;
use super::stored::Stored;
use super::words;
use crate::commands::Outcome;
use crate::error::CliError;
use crate::show::json;
use crate::show::paint;

/// What a file gives.
struct Rebuilt {
    rebuild: Rebuild,
    repository: String,
    counters: Counters,
}

/// The first event of a file that is not what is stored.
struct Differs {
    line: u64,
    seq: u64,
    commit: Oid,
    what: &'static str,
    stored: String,
    captured: String,
}

pub(in crate::commands) fn run_file(source: &dyn Source, args: &Replay) -> Outcome {
    let path = args.file.as_deref().unwrap_or(Path::new(""));
    let mut capture = Capture::open(path)?;
    let stored = Stored::find(source)?;
    let (mut rebuilt, differs) = match rebuild(&mut capture, args.range, stored.as_ref())? {
        Ok(rebuilt) => (rebuilt, None),
        Err((rebuilt, differs)) => (rebuilt, Some(differs)),
    };
    let tree = rebuilt.rebuild.tree();
    let compared = stored
        .as_ref()
        .filter(|stored| stored.repository() == rebuilt.repository)
        .map(|stored| stored.last().min(rebuilt.rebuild.events()));
    if args.json {
        json::out(&as_json(args.range, &rebuilt, tree, compared, differs.as_ref()));
    }
    if let Some(differs) = differs {
        print(&differs);
        return Ok(ExitCode::from(1));
    }
    if !args.json {
        let last = rebuilt.rebuild.events();
        words::head(last, tree, &how(&rebuilt, stored.as_ref(), compared));
        words::counters(&rebuilt.counters, args.range.first(), last);
    }
    Ok(ExitCode::SUCCESS)
}

/// Judges the events again, one by one, up to the end of the range or to the first one that is not what is stored.
#[allow(clippy::type_complexity)]
fn rebuild(
    capture: &mut Capture,
    range: Range,
    stored: Option<&Stored>,
) -> Result<Result<Rebuilt, (Rebuilt, Differs)>, CliError> {
    let mut counting = Counting::default();
    let mut begun: Option<(Rebuild, String)> = None;
    let mut differs = None;
    while let Some(Line { number, captured }) = capture.next()? {
        if range.last().is_some_and(|last| captured.event.seq > last) {
            break;
        }
        let (state, repository) = match &mut begun {
            Some(begun) => begun,
            None => begun.insert(begin(capture, number, &captured)?),
        };
        take(state, repository, &captured).map_err(|what| capture.fault(number, &what))?;
        count(&mut counting, range, &captured.event);
        if let Some(stored) = stored.filter(|stored| stored.repository() == repository) {
            differs = compare(state, stored, number, &captured)?;
            if differs.is_some() {
                break;
            }
        }
    }
    let Some((state, repository)) = begun else {
        return Err(beyond(range.first(), 0).into());
    };
    if differs.is_none() {
        let end = range.last().unwrap_or(range.first());
        if end > state.events() {
            return Err(beyond(end, state.events()).into());
        }
    }
    let rebuilt = Rebuilt {
        rebuild: state,
        repository,
        counters: counting.finish(),
    };
    Ok(match differs {
        None => Ok(rebuilt),
        Some(differs) => Err((rebuilt, differs)),
    })
}

fn begin(capture: &Capture, number: u64, first: &Captured) -> Result<(Rebuild, String), CliError> {
    if first.event.seq != 1 {
        let what = format!(
            "holds event {} where the replay begins: it needs all events from 1 on (git lane log --json -n 0)",
            first.event.seq
        );
        return Err(capture.fault(number, &what));
    }
    Ok((Rebuild::genesis(&first.repository)?, first.repository.clone()))
}

/// Judges one event again.
fn take(state: &mut Rebuild, repository: &str, captured: &Captured) -> Result<(), String> {
    if captured.repository != repository {
        return Err(format!(
            "is of repository {}, the lines before it of {repository}",
            captured.repository
        ));
    }
    if captured.expected_chain(state.chain()) != captured.chain {
        return Err(
            "breaks the chain: its event is not what was written, or one before it is missing".to_owned(),
        );
    }
    let said = captured.event.seq;
    state
        .take(&captured.event, &captured.chain)
        .map(drop)
        .map_err(|fault| format!("holds event {said}, which {fault}"))
}

/// Compares with what is stored, as far as that goes.
fn compare(
    state: &mut Rebuild,
    stored: &Stored,
    line: u64,
    captured: &Captured,
) -> Result<Option<Differs>, CliError> {
    let seq = captured.event.seq;
    let Some((commit, tree)) = stored.at(seq)? else {
        return Ok(None);
    };
    let (what, stored, captured) = if captured.commit != commit.to_string() {
        ("commit", commit.to_string(), captured.commit.clone())
    } else if state.tree() != tree {
        ("tree", tree.to_string(), state.tree().to_string())
    } else {
        return Ok(None);
    };
    Ok(Some(Differs {
        line,
        seq,
        commit,
        what,
        stored,
        captured,
    }))
}

fn how(rebuilt: &Rebuilt, stored: Option<&Stored>, compared: Option<u64>) -> String {
    match (stored, compared) {
        (None, _) => "follows from the file".to_owned(),
        (Some(stored), None) => format!(
            "follows from the file; the state here is of another repository ({}, not {})",
            text::excerpt(stored.repository(), 80),
            text::excerpt(&rebuilt.repository, 80)
        ),
        (Some(_), Some(seq)) if seq == rebuilt.rebuild.events() => "is what is stored".to_owned(),
        (Some(_), Some(seq)) => {
            format!("follows from the file; it is what is stored up to event {seq}, the last here")
        }
    }
}

fn as_json(
    range: Range,
    rebuilt: &Rebuilt,
    tree: Oid,
    compared: Option<u64>,
    differs: Option<&Differs>,
) -> Value {
    json!({
        "ok": differs.is_none(),
        "from": range.first(),
        "to": rebuilt.rebuild.events(),
        "tree": tree.to_string(),
        "chain": rebuilt.rebuild.chain(),
        "repository": rebuilt.repository,
        "counters": rebuilt.counters,
        // Up to which event the state here was compared.
        "compared": compared,
        "differs": differs.map(|found| json!({
            "line": found.line,
            "seq": found.seq,
            "commit": found.commit.to_string(),
            "what": found.what,
            "stored": found.stored,
            "captured": found.captured,
        })),
    })
}

fn print(differs: &Differs) {
    let captured = text::excerpt(&differs.captured, 80);
    paint::error(&format!(
        "event {} (line {}) is not what is stored: {} {captured}, stored {}",
        differs.seq, differs.line, differs.what, differs.stored
    ));
    paint::hint(&format!("git show {}", differs.commit));
}
