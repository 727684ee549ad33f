//! Writes a long ledger as input for `git fast-import`: `ledger DIR COUNT` goes on from the state of the repository at
//! DIR by COUNT events. Every event is judged by `apply`, and `git lane verify --full` holds: what is fast is only that
//! git writes one pack instead of many loose objects.

use std::io::BufWriter;
use std::io::Write;
use std::path::PathBuf;

use lane_core::event::Event;
use lane_core::event::Payload;
use lane_core::event::RULES;
use lane_core::event::write_message;
use lane_core::id::Agent;
use lane_core::id::CheckpointId;
use lane_core::id::LockId;
use lane_core::id::TaskId;
use lane_core::policy::Role;
use lane_core::record::Acceptance;
use lane_core::record::Check;
use lane_core::record::Checkpoint;
use lane_core::record::Outcome;
use lane_core::record::Phase;
use lane_core::record::Task;
use lane_core::time::Timestamp;
use lane_core::view::View as _;
use lane_git::Repo;
use lane_store::Rebuild;
use lane_store::STATE_REF;
use lane_store::entries;

type Fault = Box<dyn std::error::Error>;

/// The life of one task, in events.
const LIFE: u64 = 8;

fn main() -> Result<(), Fault> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [dir, count] = args.as_slice() else {
        return Err("ledger DIR COUNT".into());
    };
    let repo = Repo::open(PathBuf::from(dir))?;
    let tip = repo.find_ref(STATE_REF)?.ok_or("there is no state")?;
    let mut told = Vec::new();
    let mut last = None;
    entries(&repo, tip, |entry| {
        told.push(entry.clone());
        true
    })?;
    let first = repo.first_parents(tip).last().ok_or("no commit")??;
    let id = String::from_utf8(first.message)?;
    let id = id
        .strip_prefix("git-lane state of ")
        .ok_or("no genesis")?
        .trim_end();
    let mut state = Rebuild::genesis(id)?;
    for entry in told.iter().rev() {
        let captured = entry.captured(id)?;
        state.take(&captured.event, &captured.chain)?;
        last = Some(captured.event);
    }
    let last = last.ok_or("there is no event yet")?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    writeln!(out, "reset {STATE_REF}\nfrom {tip}\n")?;
    for n in 0..count.parse()? {
        event(&mut out, &mut state, &last, n)?;
    }
    writeln!(out, "done")?;
    Ok(out.flush()?)
}

fn event(out: &mut impl Write, state: &mut Rebuild, last: &Event, n: u64) -> Result<(), Fault> {
    let at = Timestamp::from_secs(last.at.secs() + i64::try_from(n)?);
    let event = Event {
        id: format!("{n:032x}"),
        seq: state.events() + 1,
        at,
        by: Agent::new(&format!("agent-{}", n / LIFE % 8))?,
        clone: last.clone.clone(),
        role: Role::Worker,
        rules: RULES,
        what: payload(state, n, at)?,
    };
    let (message, chain) = write_message(&event, state.chain())?;
    let edits = state.take(&event, &chain)?;
    let at = event.at.secs();
    writeln!(
        out,
        "commit {STATE_REF}\ncommitter Pat <pat@example.org> {at} +0000"
    )?;
    writeln!(out, "data {}\n{message}", message.len())?;
    for (path, text) in edits {
        match text {
            Some(text) => writeln!(out, "M 100644 inline {path}\ndata {}\n{text}", text.len())?,
            None => writeln!(out, "D {path}")?,
        }
    }
    Ok(writeln!(out)?)
}

fn payload(state: &Rebuild, n: u64, at: Timestamp) -> Result<Payload, Fault> {
    let number = n / LIFE;
    let task = TaskId::new(&format!("S-{number:06}"))?;
    Ok(match n % LIFE {
        0 => Payload::TaskAdded {
            task: Box::new(added(task, number, at)),
        },
        1 => Payload::TaskClaimed {
            lock: LockId::new(&format!("L-{number:06}"))?,
            task,
        },
        2 => Payload::TaskCheckpointed {
            checkpoint: Box::new(checkpoint(task, 1, Phase::InProgress)),
        },
        3 => Payload::TaskChecked {
            task,
            tip: object('c'),
            remedy: None,
            results: [("a1".to_owned(), passed())].into(),
            before: [].into(),
        },
        4 | 6 => Payload::NoteAdded {
            task,
            text: format!("Note {n}: what was tried, and what is left. @agent-1 please look."),
        },
        5 => Payload::TaskHandedOff {
            checkpoint: Box::new(handoff(state, task)?),
        },
        _ => Payload::TaskDone {
            task,
            tip: object('c'),
            landed: object('d'),
            how: None,
            landing: None,
        },
    })
}

fn added(id: TaskId, number: u64, at: Timestamp) -> Task {
    let title = format!("Piece {number} of the work, told in one line");
    let mut task = Task::new(id, &title, at);
    task.scope = vec![format!("pieces/{number}/**")];
    task.notes = Some("Where it is, what was tried, how it is tested. ".repeat(4));
    let criterion = Acceptance {
        text: format!("piece {number} does what its title says"),
        check: Some(Check::Command(vec!["make".to_owned(), "check".to_owned()])),
        purpose: Vec::new(),
        extra: toml::Table::new(),
    };
    task.acceptance.insert("a1".to_owned(), criterion);
    task
}

fn passed() -> Outcome {
    Outcome {
        command: "make check".to_owned(),
        check: None,
        exit: 0,
        secs: 1.5,
        tree: object('7'),
        digest: format!("sha256:{}", "0011".repeat(16)),
        signature: None,
        lines: None,
        made: None,
    }
}

fn checkpoint(task: TaskId, n: u32, status: Phase) -> Checkpoint {
    let lane = task.to_string();
    Checkpoint::plain(task, CheckpointId::nth(n), lane, status, object('c'), object('7'))
}

fn handoff(state: &Rebuild, task: TaskId) -> Result<Checkpoint, Fault> {
    let runs = state.state().results(&task)?.ok_or("no run")?.acceptance;
    let mut handoff = checkpoint(task, 2, Phase::Review);
    handoff.base = Some(object('b'));
    handoff.commits = vec![object('c')];
    handoff.acceptance = runs;
    Ok(handoff)
}

/// A commit or tree that is not there.
fn object(digit: char) -> String {
    digit.to_string().repeat(40)
}
