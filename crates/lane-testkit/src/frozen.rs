//! A clock that stands where a file says, and failpoints that kill the process.

use std::fs;

use git_lane::Source;
use lane_core::time::Timestamp;

/// Names the file that holds the time, as seconds since 1970. Without it the clock stands at 0.
pub const CLOCK_VAR: &str = "GIT_LANE_TEST_CLOCK";

/// Names a point of a transaction at which the process is to be killed: `decided`, `written`, `swapped`; with `panic `
/// before the name it panics there.
pub const FAILPOINT_VAR: &str = "GIT_LANE_TEST_FAILPOINT";

/// Time from a file, chance from the system.
pub struct Frozen;

impl Source for Frozen {
    fn now(&self) -> Timestamp {
        let text = std::env::var_os(CLOCK_VAR).and_then(|path| fs::read_to_string(path).ok());
        Timestamp::from_secs(text.and_then(|t| t.trim().parse().ok()).unwrap_or_default())
    }

    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the system has randomness");
    }

    fn failpoint(&self, name: &str) {
        let Ok(wanted) = std::env::var(FAILPOINT_VAR) else {
            return;
        };
        if wanted == name {
            // As a kill would: no destructor runs, no lock is given back by hand.
            std::process::abort();
        }
        assert!(wanted.strip_prefix("panic ") != Some(name), "asked for by a test");
    }
}
