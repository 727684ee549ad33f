//! What happened in a history: every command with the moments of its beginning and end, and every fault.

use std::fmt;
use std::time::Duration;

use crate::act::Act;
use crate::act::Promise;
use crate::fault::Kill;

/// One command that was given.
#[derive(Clone, Debug)]
pub(crate) struct Op {
    pub(crate) n: usize,
    pub(crate) clone: usize,
    pub(crate) act: Act,
    /// Since the history began: just before the process was started.
    pub(crate) began: Duration,
    /// Just after its end was seen.
    pub(crate) ended: Duration,
    pub(crate) end: End,
    pub(crate) kill: Option<Kill>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// How a command ended, for its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// Exit 0.
    Done,
    /// A refusal: nothing was written.
    Refused,
    /// Contention, no answer from the remote, or its refusal. The event may be there or not.
    TryAgain,
    /// Killed. Its event may be there or not.
    Killed,
    /// Any other exit: a fault of git-lane.
    Broken(i32),
}

impl Op {
    /// The id of the refusal that it ended with.
    pub(crate) fn ground(&self) -> Option<&str> {
        ground_of(&self.stderr)
    }

    /// Whether its caller was told that its event is where it belongs.
    pub(crate) fn is_acknowledged(&self) -> bool {
        self.end == End::Done && self.act.promise != Promise::Nothing
    }

    /// Whether its event may be there although nobody was told so.
    pub(crate) fn is_uncertain(&self) -> bool {
        matches!(self.end, End::TryAgain | End::Killed)
    }
}

/// The id of the refusal among a command's words; git may have had its say before and after.
pub(crate) fn ground_of(stderr: &str) -> Option<&str> {
    let errors = stderr.lines().filter_map(|line| line.strip_prefix("error: "));
    let mut ids = errors.filter_map(|error| Some(error.split_once(':')?.0));
    let is_id = |id: &&str| id.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    ids.rfind(is_id)
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kill = self.kill.map_or(String::new(), |kill| format!(" [{kill}]"));
        write!(
            f,
            "{:>9.1}..{:>9.1} ms  clone {}  #{:05} {:<14} git-lane {}{kill}: {:?}",
            self.began.as_secs_f64() * 1e3,
            self.ended.as_secs_f64() * 1e3,
            self.clone,
            self.n,
            self.act.agent,
            self.act.args.join(" "),
            self.end,
        )?;
        let mut errors = self.stderr.lines().filter(|line| line.starts_with("error: "));
        match errors.next_back() {
            Some(line) if self.end != End::Done => write!(f, " {line:.150}"),
            _ => Ok(()),
        }
    }
}

/// Everything that a history left behind for its checks.
#[derive(Debug, Default)]
pub(crate) struct History {
    /// The number of the ledger's last event before it.
    pub(crate) first_seq: u64,
    /// Whether commands were given offline.
    pub(crate) offline: bool,
    /// When the remote could not be asked.
    pub(crate) outages: Vec<(Duration, Duration)>,
    /// In the order of their ends.
    pub(crate) ops: Vec<Op>,
    /// What befell all, in words, with its moment.
    pub(crate) events: Vec<(Duration, String)>,
}

impl History {
    /// Whether the remote could not be asked for some of the time that a command took.
    pub(crate) fn met_an_outage(&self, op: &Op) -> bool {
        let mut outages = self.outages.iter();
        outages.any(|(from, to)| *from <= op.ended && op.began <= *to)
    }

    /// The whole history as text, by the moments at which things began.
    pub(crate) fn text(&self) -> String {
        let mut lines: Vec<(Duration, String)> =
            self.ops.iter().map(|op| (op.began, op.to_string())).collect();
        lines.extend(self.events.iter().map(|(at, what)| {
            let ms = at.as_secs_f64() * 1e3;
            (*at, format!("{ms:>9.1} ms  {what}"))
        }));
        lines.sort();
        lines.into_iter().map(|(_, line)| line + "\n").collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ground_of_a_refusal_is_ours_whatever_git_says() {
        let ours = "error: not-ready: none of 11 can be claimed";
        for around in [
            "",
            "error: failed to push some refs to 'x'\n",
            "error: cannot lock ref 'a': is at b\n",
        ] {
            assert_eq!(ground_of(&format!("{around}{ours}\n{around}")), Some("not-ready"));
        }
        assert_eq!(ground_of("error: failed to push some refs\n"), None);
    }
}
