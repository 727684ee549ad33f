//! How large races and kills are: short in every run, in full size by `cargo xtask stress`.

use std::time::Duration;
use std::time::Instant;

/// `full` if LANE_STRESS is set, else `short`.
pub(crate) fn size(short: usize, full: usize) -> usize {
    if std::env::var_os("LANE_STRESS").is_some() {
        full
    } else {
        short
    }
}

/// A line of figures, shown by `cargo xtask stress`.
pub(crate) fn report(what: &str, count: usize, start: Instant) {
    let secs = start.elapsed().as_secs_f64();
    println!("{what}: {count} in {secs:.1} s");
}

/// Numbers that look random and are the same in every run (xorshift).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// A duration below `limit`.
    pub(crate) fn below(&mut self, limit: Duration) -> Duration {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let micros = u64::try_from(limit.as_micros()).unwrap_or(u64::MAX).max(1);
        Duration::from_micros(self.0 % micros)
    }
}
