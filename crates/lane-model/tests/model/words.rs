//! Short words for histories and ledgers: a line an operation, a line an event.

use lane_model::history::Act;
use lane_model::history::Entry;
use lane_model::history::Operation;
use lane_model::history::Outcome;

fn act(word: &str) -> Act {
    serde_json::from_value(word.into()).unwrap()
}

fn holder(word: &str) -> (String, String) {
    let (agent, clone) = word.split_once('@').unwrap();
    (agent.to_owned(), clone.to_owned())
}

/// `a@1 0..5 claim T ok e1`: who, from when to when (`0..` without an answer), what, of which key, what was said (`ok`,
/// `?` or a refusal's id), and perhaps its event.
pub(crate) fn history(lines: &str) -> Vec<Operation> {
    let lines = lines.lines().filter(|line| !line.trim().is_empty());
    lines.enumerate().map(|(at, line)| operation(at, line)).collect()
}

fn operation(at: usize, line: &str) -> Operation {
    let words: Vec<&str> = line.split_whitespace().collect();
    let (agent, clone) = holder(words[0]);
    let (invoked, returned) = words[1].split_once("..").unwrap();
    Operation {
        process: at as u64,
        agent,
        clone,
        invoked: invoked.parse().unwrap(),
        returned: returned.parse().ok(),
        act: act(words[2]),
        key: words[3].to_owned(),
        outcome: match words[4] {
            "ok" => Outcome::Ok,
            "?" => Outcome::Unknown,
            ground => Outcome::Refused {
                ground: ground.to_owned(),
            },
        },
        event: words.get(5).map(|&id| id.to_owned()),
    }
}

/// `1 e1 a@1 claim T`: number, id, who, what, of which key.
pub(crate) fn ledger(lines: &str) -> Vec<Entry> {
    let lines = lines.lines().filter(|line| !line.trim().is_empty());
    lines.map(entry).collect()
}

fn entry(line: &str) -> Entry {
    let words: Vec<&str> = line.split_whitespace().collect();
    let (agent, clone) = holder(words[2]);
    Entry {
        seq: words[0].parse().unwrap(),
        event: words[1].to_owned(),
        agent,
        clone,
        act: act(words[3]),
        key: words[4].to_owned(),
    }
}
