//! Runs: one input judged, and many until a limit; what failed is made smaller before it is reported.

use std::cell::RefCell;
use std::panic;
use std::panic::AssertUnwindSafe;
use std::sync::Once;
use std::time::Duration;
use std::time::Instant;

use lane_core::codec::MAX_BYTES;
use peak_alloc::PeakAlloc;
use proptest::strategy::Strategy as _;
use proptest::strategy::ValueTree;
use proptest::test_runner::Config;
use proptest::test_runner::RngAlgorithm;
use proptest::test_runner::TestRng;
use proptest::test_runner::TestRunner;

use crate::MAX_CASE;
use crate::MAX_PEAK;
use crate::Target;
use crate::inputs;

/// When a run ends: whatever comes first.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The most inputs.
    pub cases: usize,
    /// The longest time; the case that is under way is finished.
    pub time: Duration,
}

/// What one run came to.
#[derive(Debug, Default)]
pub struct Outcome {
    /// How many inputs were judged.
    pub cases: usize,
    /// The longest that one took.
    pub worst: Duration,
    /// The most memory that one held at a time, in bytes; 0 where the process does not count its memory.
    pub peak: usize,
    /// The first input that failed; it ended the run.
    pub failure: Option<Failure>,
}

/// An input for which a property or a bound does not hold.
#[derive(Debug)]
pub struct Failure {
    /// The input, made as small as it went.
    pub input: Vec<u8>,
    /// What did not hold, with the place.
    pub why: String,
}

/// What one input took.
struct Cost {
    time: Duration,
    peak: usize,
}

/// Judges inputs from `seed` on until a limit is reached or one fails. `before` sees each of them first, so that
/// an input that kills the whole process is not lost.
pub fn run(target: &'static Target, seed: u64, limits: Limits, before: &mut dyn FnMut(&[u8])) -> Outcome {
    let strategy = inputs::inputs(target);
    let mut runner = runner(seed);
    let mut outcome = Outcome::default();
    let start = Instant::now();
    while outcome.cases < limits.cases && start.elapsed() < limits.time {
        let Ok(mut tree) = strategy.new_tree(&mut runner) else {
            continue;
        };
        let input = tree.current();
        before(&input);
        outcome.cases += 1;
        match measure(target, &input) {
            Ok(cost) => {
                outcome.worst = outcome.worst.max(cost.time);
                outcome.peak = outcome.peak.max(cost.peak);
            }
            Err(why) => {
                outcome.failure = Some(shrunk(target, &mut tree, Failure { input, why }));
                break;
            }
        }
    }
    outcome
}

/// What is wrong with one input, if anything: a panic, or a bound on time or memory.
pub fn judge(target: &Target, input: &[u8]) -> Result<usize, String> {
    measure(target, input).map(|cost| cost.peak)
}

fn runner(seed: u64) -> TestRunner {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config {
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}

/// How often a smaller input is tried; each try may take as long as the bound on one case.
const SHRINK_TRIES: usize = 500;

fn shrunk(target: &Target, tree: &mut impl ValueTree<Value = Vec<u8>>, found: Failure) -> Failure {
    let mut smallest = found;
    let start = Instant::now();
    for _ in 0..SHRINK_TRIES {
        let input = tree.current();
        let moved = match measure(target, &input) {
            Err(why) => {
                if input.len() <= smallest.input.len() {
                    smallest = Failure { input, why };
                }
                tree.simplify()
            }
            Ok(_) => tree.complicate(),
        };
        if !moved || start.elapsed() > MAX_CASE {
            break;
        }
    }
    smallest
}

fn measure(target: &Target, input: &[u8]) -> Result<Cost, String> {
    let start = Instant::now();
    PeakAlloc.reset_peak_usage();
    let held = PeakAlloc.current_usage();
    caught(|| (target.check)(input))?;
    let cost = Cost {
        time: start.elapsed(),
        peak: PeakAlloc.peak_usage().saturating_sub(held),
    };
    if cost.time > MAX_CASE {
        return Err(format!("took {:.1} s", cost.time.as_secs_f64()));
    }
    if cost.peak > MAX_PEAK && input.len() <= MAX_BYTES {
        return Err(format!("held {} MiB", cost.peak >> 20));
    }
    Ok(cost)
}

thread_local! {
    /// While an input is judged: the words and the place of a panic, once there was one.
    static PANICKED: RefCell<Option<String>> = const { RefCell::new(None) };
    static JUDGING: RefCell<bool> = const { RefCell::new(false) };
}

/// Runs it; a panic becomes its words and place, and is not printed.
fn caught(judged: impl FnOnce()) -> Result<(), String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(listen);
    JUDGING.set(true);
    let ended = panic::catch_unwind(AssertUnwindSafe(judged));
    JUDGING.set(false);
    let words = PANICKED.take();
    ended.map_err(|_| words.unwrap_or_else(|| "panicked".to_owned()))
}

fn listen() {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if JUDGING.with_borrow(|judging| *judging) {
            PANICKED.set(Some(info.to_string()));
        } else {
            usual(info);
        }
    }));
}
