//! What the commands that prove a ledger share: progress on a terminal, and the first bad commit in words.

use std::io::IsTerminal as _;
use std::process::ExitCode;

use lane_core::event::Event;
use lane_core::text;
use lane_git::Repo;
use lane_store::Difference;
use lane_store::Fault;
use lane_store::Watch;
use serde_json::Value;
use serde_json::json;

use crate::show::json;
use crate::show::paint;

/// How many events go between two looks of the progress line.
const STRIDE: u64 = 2_000;

/// How much of a value is shown.
const VALUE_CHARS: usize = 200;

/// Progress on a terminal, silence elsewhere; `each` is told every event that was judged again.
pub(super) struct Progress<'e> {
    shows: bool,
    each: &'e mut dyn FnMut(&Event),
}

impl<'e> Progress<'e> {
    pub(super) fn new(each: &'e mut dyn FnMut(&Event)) -> Self {
        let shows = std::io::stderr().is_terminal();
        Self { shows, each }
    }

    pub(super) fn end(&self) {
        if self.shows {
            paint::progress("");
        }
    }
}

impl Watch for Progress<'_> {
    fn progress(&mut self, done: u64, total: Option<u64>) {
        if self.shows && done.is_multiple_of(STRIDE) {
            paint::progress(&match total {
                Some(total) => format!("replayed {done} of {total}"),
                None => format!("read {done}"),
            });
        }
    }

    fn event(&mut self, event: &Event) {
        (self.each)(event);
    }
}

/// Ends a command whose proof failed: the first bad commit on stderr, and with `json` on stdout too.
pub(super) fn failed(repo: &Repo, fault: &Fault, json: bool) -> ExitCode {
    if json {
        json::out(&as_json(fault));
    }
    print(repo, fault);
    ExitCode::from(1)
}

fn print(repo: &Repo, fault: &Fault) {
    let words = text::escape(&fault.fault);
    paint::error(&format!("commit {} (event {}) {words}", fault.commit, fault.seq));
    if let Some(difference) = &fault.difference {
        print_difference(difference);
    }
    if repo.has_object(fault.commit).unwrap_or(false) {
        paint::hint(&format!("git show {}", fault.commit));
    } else {
        paint::hint("git fsck --full");
    }
}

fn print_difference(difference: &Difference) {
    let value = |value: &Option<String>| match value {
        Some(value) => text::excerpt(value, VALUE_CHARS),
        None => "nothing".to_owned(),
    };
    let path = text::excerpt(&difference.path, VALUE_CHARS);
    let key = difference.key.as_ref();
    let key = key.map_or(String::new(), |key| {
        format!(": {}", text::excerpt(key, VALUE_CHARS))
    });
    paint::note(&format!("  {path}{key}"));
    paint::note(&format!("  stored   {}", value(&difference.stored)));
    paint::note(&format!("  rebuilt  {}", value(&difference.rebuilt)));
}

fn as_json(fault: &Fault) -> Value {
    let difference = fault.difference.as_ref().map(|found| {
        json!({
            "path": found.path,
            "key": found.key,
            "stored": found.stored,
            "rebuilt": found.rebuilt,
        })
    });
    json!({
        "ok": false,
        "commit": fault.commit.to_string(),
        "seq": fault.seq,
        "fault": fault.fault,
        "difference": difference,
    })
}
