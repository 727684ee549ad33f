//! A target: what reads the bytes, and what valid ones look like.

use std::time::Duration;

/// The most memory that reading one input of at most 256 KiB may hold at a time, in bytes, the input left out.
///
/// A parsed key takes some 50 times its text, so 256 KiB of nothing but keys come to about half of this.
pub const MAX_PEAK: usize = 64 * 1024 * 1024;

/// The longest that one input may take, in a build without optimisation on a busy machine.
pub const MAX_CASE: Duration = Duration::from_secs(30);

/// Something that reads text which anybody may have written.
pub struct Target {
    /// What it is called on the command line.
    pub name: &'static str,
    /// Panics when a property does not hold.
    pub check: fn(&[u8]),
    /// Valid examples, which are mutated.
    pub seeds: &'static [&'static str],
    /// Places for a filling that makes an input large: what stands before it, and behind. The last is where globs
    /// are read, if anywhere.
    pub slots: &'static [(&'static str, &'static str)],
    /// Inputs that failed once, by name.
    pub regressions: &'static [(&'static str, &'static [u8])],
}
