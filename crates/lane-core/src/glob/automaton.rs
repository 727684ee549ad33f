//! One alternative as a deterministic automaton over the UTF-8 bytes of folded paths.

use std::fmt::Write as _;

use regex_automata::Anchored;
use regex_automata::MatchKind;
use regex_automata::dfa::Automaton as _;
use regex_automata::dfa::StartKind;
use regex_automata::dfa::dense;
use regex_automata::nfa::thompson;
use regex_automata::util::primitives::StateID;
use regex_automata::util::syntax;

use super::pattern::Segment;
use super::pattern::Token;

/// Bound on the finished table, and on the work of building it, in bytes.
const DFA_SIZE_LIMIT: usize = 1 << 20;
/// Bound on the sets of states that are kept while the table is built, in bytes.
const DETERMINIZE_SIZE_LIMIT: usize = 4 << 20;
/// Bound on the automaton that the table is built from, in bytes.
const NFA_SIZE_LIMIT: usize = 1 << 20;

/// A compiled alternative and the state in which it starts.
#[derive(Debug)]
pub(super) struct Dfa {
    table: dense::DFA<Vec<u32>>,
    start: StateID,
}

impl Dfa {
    pub(super) fn start(&self) -> StateID {
        self.start
    }

    pub(super) fn next(&self, state: StateID, byte: u8) -> StateID {
        self.table.next_state(state, byte)
    }

    /// Whether nothing that follows can lead to a match any more.
    pub(super) fn is_dead(&self, state: StateID) -> bool {
        self.table.is_dead_state(state)
    }

    /// Whether a path that ends here is covered.
    pub(super) fn accepts(&self, state: StateID) -> bool {
        self.table.is_match_state(self.table.next_eoi_state(state))
    }

    /// Bytes with the same class are alike to this automaton, in every state.
    pub(super) fn byte_class(&self, byte: u8) -> u8 {
        self.table.byte_classes().get(byte)
    }
}

/// Compiles an alternative; `None` if that goes over one of the bounds.
pub(super) fn compile(segments: &[Segment]) -> Option<Dfa> {
    let table = dense::Builder::new()
        .configure(
            dense::Config::new()
                .start_kind(StartKind::Anchored)
                .match_kind(MatchKind::All)
                .accelerate(false)
                .dfa_size_limit(Some(DFA_SIZE_LIMIT))
                .determinize_size_limit(Some(DETERMINIZE_SIZE_LIMIT)),
        )
        .syntax(syntax::Config::new().dot_matches_new_line(true))
        .thompson(thompson::Config::new().nfa_size_limit(Some(NFA_SIZE_LIMIT)))
        .build(&regex(segments))
        .ok()?;
    let start = table.universal_start_state(Anchored::Yes)?;
    Some(Dfa { table, start })
}

/// The regular expression for the whole of a folded path; characters are written by number.
fn regex(segments: &[Segment]) -> String {
    if segments.is_empty() {
        return ".*".to_owned();
    }
    let mut out = String::new();
    for (index, segment) in segments.iter().enumerate() {
        match segment {
            Segment::AnyDepth => out.push_str("(?:[^/]+/)*"),
            Segment::Name(tokens) => {
                tokens.iter().for_each(|token| token_regex(token, &mut out));
                let last = index + 1 == segments.len();
                out.push_str(if last { "(?:/.*)?" } else { "/" });
            }
        }
    }
    out
}

fn token_regex(token: &Token, out: &mut String) {
    match token {
        // Writing to a string cannot fail.
        Token::Char(c) => drop(write!(out, r"\x{{{:x}}}", u32::from(*c))),
        Token::One => out.push_str("[^/]"),
        Token::Any => out.push_str("[^/]*"),
        Token::Class(class) => class.regex(out),
    }
}
