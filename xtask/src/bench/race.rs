//! Ways of doing the same thing, each once a round in an order that turns, so that no one has the warm cache alone.

use std::io::IsTerminal as _;
use std::time::Duration;

use super::Plan;
use crate::Error;

/// One way.
pub(super) struct Way<'a> {
    pub(super) name: String,
    /// Does it once; what is timed of it is its own business.
    pub(super) step: Box<dyn FnMut() -> Result<Duration, Error> + 'a>,
}

/// What one way took in each round.
pub(super) struct Times {
    pub(super) name: String,
    secs: Vec<f64>,
}

/// Runs the rounds of `plan`.
pub(super) fn run(title: &str, ways: &mut [Way<'_>], plan: &Plan) -> Result<Vec<Times>, Error> {
    let mut times: Vec<Times> = ways
        .iter()
        .map(|way| Times {
            name: way.name.clone(),
            secs: Vec::new(),
        })
        .collect();
    let all = plan.warm_up + plan.rounds;
    for round in 0..all {
        progress(&format!("{title}: round {} of {all}", round + 1));
        for turn in 0..ways.len() {
            let at = (round + turn) % ways.len();
            let took = (ways[at].step)()?;
            if round >= plan.warm_up {
                times[at].secs.push(took.as_secs_f64());
            }
        }
    }
    progress("");
    Ok(times)
}

/// One line that overwrites itself; nothing where nobody looks.
pub(super) fn progress(line: &str) {
    if std::io::stderr().is_terminal() {
        anstream::eprint!("\r\x1b[K{line}");
    }
}

impl Times {
    /// The median, in milliseconds.
    pub(super) fn median_ms(&self) -> f64 {
        quantile(&self.secs, 0.5) * 1e3
    }

    /// What one in ten exceeds, in milliseconds.
    pub(super) fn high_ms(&self) -> f64 {
        quantile(&self.secs, 0.9) * 1e3
    }

    /// The median of the differences to `floor`, round by round, in milliseconds.
    pub(super) fn over_ms(&self, floor: &Times) -> f64 {
        let differences: Vec<f64> = self.secs.iter().zip(&floor.secs).map(|(a, b)| a - b).collect();
        quantile(&differences, 0.5) * 1e3
    }

    /// How many times as long as `floor`, by the medians.
    pub(super) fn ratio(&self, floor: &Times) -> f64 {
        self.median_ms() / floor.median_ms()
    }
}

/// The value below which `share` of the values lie, by the nearest rank.
pub(super) fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().saturating_sub(1);
    // An index of a short list: nothing is lost.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss
    )]
    let rank = (last as f64 * share).round() as usize;
    sorted.get(rank).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(millis: &[u32]) -> Times {
        Times {
            name: String::new(),
            secs: millis.iter().map(|ms| f64::from(*ms) / 1e3).collect(),
        }
    }

    #[test]
    fn differences_are_taken_round_by_round() {
        // A slow round slows both: the difference of the medians would be 90.
        let (floor, ours) = (times(&[10, 100, 10]), times(&[14, 104, 100]));
        assert!((ours.over_ms(&floor) - 4.0).abs() < 1e-9);
        assert!((floor.median_ms() - 10.0).abs() < 1e-9);
        assert!((ours.ratio(&floor) - 10.0).abs() < 1e-9);
        assert!(times(&[]).median_ms().is_nan());
    }

    #[test]
    fn each_way_has_its_turn_at_being_first() {
        let plan = Plan {
            binary: "".into(),
            helper: "".into(),
            rounds: 2,
            warm_up: 1,
            peers: false,
        };
        let order = std::cell::RefCell::new(String::new());
        let way = |name: &'static str| Way {
            name: name.to_owned(),
            step: Box::new(|| {
                order.borrow_mut().push_str(name);
                Ok(Duration::ZERO)
            }),
        };
        let times = run("", &mut [way("a"), way("b")], &plan).unwrap();
        assert_eq!(*order.borrow(), "abbaab");
        assert!(times.iter().all(|times| times.secs.len() == 2));
    }
}
