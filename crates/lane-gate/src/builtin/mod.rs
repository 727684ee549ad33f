//! Checks of git-lane's own, for Rust: each turns affected packages into commands, and what was run into a verdict.

mod commands;
mod rustfmt;
mod tools;
mod verdict;

pub use commands::Command;
pub use commands::Reader;
pub(crate) use commands::commands;
pub use rustfmt::FormatFault;
pub use rustfmt::FormatFile;
pub use rustfmt::Source;
pub use rustfmt::check_format;
pub use rustfmt::check_formats;
pub(crate) use rustfmt::format_files;
pub use tools::Tools;
pub use verdict::Part;
pub use verdict::RunVerdict;

/// A part of a receipt's key: raised when what is built in judges differently.
pub const BUILTIN_VERSION: u32 = 2;

/// A check of git-lane's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Builtin {
    /// The touched Rust files are formatted.
    Rustfmt,
    /// The affected packages have no warning of clippy.
    Clippy,
    /// The tests of the affected packages pass, doctests too.
    Test,
    /// Everything builds.
    Build,
    /// All tests pass, doctests too.
    Tests,
    /// The documentation of everything builds without a warning.
    Doc,
}

/// Every built-in check by its name in `.agents/gates.toml`.
pub const BUILTINS: &[(&str, Builtin)] = &[
    ("build", Builtin::Build),
    ("clippy", Builtin::Clippy),
    ("doc", Builtin::Doc),
    ("rustfmt", Builtin::Rustfmt),
    ("test", Builtin::Test),
    ("tests", Builtin::Tests),
];

impl Builtin {
    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        let found = BUILTINS.iter().find(|(known, _)| *known == name);
        found.map(|(_, builtin)| *builtin)
    }

    /// Whether it works on the whole workspace, whatever changed.
    pub fn is_whole(self) -> bool {
        matches!(self, Self::Build | Self::Tests | Self::Doc)
    }
}
