//! What can be wrong with a glob, and how a decision can be out of reach.

use thiserror::Error;

use super::MAX_ALTERNATIVES;
use super::MAX_BYTES;
use super::MAX_DEPTH;
use super::MAX_SCOPE;

/// How much of a refused glob is quoted: enough to recognise it, little enough for one line.
const QUOTED_CHARS: usize = 80;

/// A glob that was refused: which one, and (as the source) why.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("the glob {glob:?} cannot be used")]
pub struct GlobError {
    /// The glob as it was written, cut after 80 characters.
    pub glob: String,
    /// What is wrong with it.
    #[source]
    pub problem: GlobProblem,
}

impl GlobError {
    pub(super) fn new(glob: &str, problem: GlobProblem) -> Self {
        Self {
            glob: glob.chars().take(QUOTED_CHARS).collect(),
            problem,
        }
    }
}

/// Why a glob was refused.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum GlobProblem {
    /// Nothing is left once leading `./`, leading `/` and trailing `/` are gone.
    #[error("it names no path; `**` stands for everything")]
    Empty,
    /// Longer than [`MAX_BYTES`].
    #[error("it is longer than {MAX_BYTES} bytes")]
    TooLong,
    /// Holds a NUL character.
    #[error("it holds a NUL character, which no path can")]
    Nul,
    /// Holds a control, bidirectional or invisible character, which would deceive whoever reads it.
    #[error("it holds the character U+{:04X}; write `?` in its place", u32::from(*.0))]
    Unsafe(char),
    /// Has a `.` or `..` component.
    #[error("it has a `.` or `..` component; globs start at the root of the repository")]
    DotComponent,
    /// `**` shares its component with something else.
    #[error("`**` stands alone between slashes; write `a*b` within a name or `a/**/b` across folders")]
    GluedStars,
    /// A `[` without its `]`.
    #[error("a `[` is never closed; write `\\[` for the character")]
    UnclosedClass,
    /// A `{` without its `}`.
    #[error("a `{{` is never closed; write `\\{{` for the character")]
    UnclosedBrace,
    /// A `}` without its `{`.
    #[error("a `}}` was never opened; write `\\}}` for the character")]
    UnopenedBrace,
    /// A slash between brackets.
    #[error("a `/` stands between brackets; no class ever matches a slash")]
    SlashInClass,
    /// A class by name, such as `[:alpha:]`.
    #[error("classes by name, such as `[:alpha:]`, are not known; write a range such as `[a-z]`")]
    NamedClass,
    /// A range that ends before it begins.
    #[error("the range {0:?} to {1:?} is the wrong way round")]
    BackwardRange(char, char),
    /// A backslash at the end.
    #[error("it ends with a backslash that escapes nothing")]
    DanglingEscape,
    /// A backslash before a letter, a digit or a slash: mostly a path of Windows.
    #[error("`\\{0}` escapes nothing special; folders are separated by `/`")]
    NeedlessEscape(char),
    /// More alternatives than [`MAX_ALTERNATIVES`].
    #[error("its braces stand for more than {MAX_ALTERNATIVES} alternatives")]
    TooManyAlternatives,
    /// With those before it, more than [`MAX_SCOPE`].
    #[error(
        "with the globs before it, the list spells out to more than {MAX_SCOPE} characters; take alternatives out of its braces, or name the folder that holds them once"
    )]
    ScopeTooLarge,
    /// Braces nested deeper than [`MAX_DEPTH`].
    #[error("its braces are nested deeper than {MAX_DEPTH}")]
    TooDeep,
}

/// No answer within the bounds on memory and time; reported as `scope-too-complex`.
///
/// Not a "no": the caller must treat the scopes as if they might overlap.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("these scopes are too complex to compare")]
pub struct TooComplex;
