//! The walk through several automata at once, for a path that some accept and others do not.
//!
//! Breadth first over the product of their states, so what is found first is shortest. States that were
//! seen are not visited again, so a walk that ends has looked at every path that there can be.

use std::collections::HashSet;

use regex_automata::util::primitives::StateID;

use super::automaton::Dfa;
use super::error::TooComplex;
use super::fold::fold_text;
use super::git_path::Part;

/// What may still be spent on one decision, in steps.
pub(super) struct Budget(pub(super) usize);

impl Budget {
    pub(super) fn spend(&mut self) -> Result<(), TooComplex> {
        self.0 = self.0.checked_sub(1).ok_or(TooComplex)?;
        Ok(())
    }
}

/// Which bytes a walk may use. Capitals are never among them: folded paths have none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Alphabet {
    Ascii,
    Unicode,
}

/// A path that all of `wanted` accept and none of `unwanted`; `wanted` must not be empty.
///
/// The shortest in ASCII if there is one, since people read it; else one that is shortest in bytes.
pub(super) fn example(
    wanted: &[&Dfa],
    unwanted: &[&Dfa],
    budget: &mut Budget,
) -> Result<Option<String>, TooComplex> {
    debug_assert!(!wanted.is_empty(), "nothing would keep the walk within UTF-8");
    if let Some(found) = Walk::new(wanted, unwanted, Alphabet::Ascii).run(budget)? {
        return Ok(Some(found));
    }
    Walk::new(wanted, unwanted, Alphabet::Unicode).run(budget)
}

struct Walk<'d> {
    wanted: &'d [&'d Dfa],
    unwanted: &'d [&'d Dfa],
    /// One byte for each set of bytes that no automaton tells apart, the readable ones first.
    bytes: Vec<u8>,
    nodes: Vec<Node>,
    seen: HashSet<(Part, Box<[StateID]>)>,
}

struct Node {
    parent: usize,
    byte: u8,
    part: Part,
    states: Box<[StateID]>,
}

impl<'d> Walk<'d> {
    fn new(wanted: &'d [&'d Dfa], unwanted: &'d [&'d Dfa], alphabet: Alphabet) -> Self {
        let bytes = representatives(wanted, unwanted, alphabet);
        Self {
            wanted,
            unwanted,
            bytes,
            nodes: Vec::new(),
            seen: HashSet::new(),
        }
    }

    fn automata(&self) -> impl Iterator<Item = &'d Dfa> + use<'d> {
        self.wanted.iter().chain(self.unwanted).copied()
    }

    fn run(mut self, budget: &mut Budget) -> Result<Option<String>, TooComplex> {
        let states = self.automata().map(Dfa::start).collect();
        self.nodes.push(Node {
            parent: 0,
            byte: 0,
            part: Part::Empty,
            states,
        });
        let mut unreal = false;
        let mut at = 0;
        while at < self.nodes.len() {
            if self.accepts(&self.nodes[at]) {
                match real(self.spelled(at)) {
                    Some(path) => return Ok(Some(path)),
                    None => unreal = true,
                }
            }
            for index in 0..self.bytes.len() {
                self.step(at, self.bytes[index], budget)?;
            }
            at += 1;
        }
        // Only paths that fold to something else were found. Others may hide behind them, because the
        // states do not remember how characters compose.
        if unreal { Err(TooComplex) } else { Ok(None) }
    }

    fn step(&mut self, at: usize, byte: u8, budget: &mut Budget) -> Result<(), TooComplex> {
        let node = &self.nodes[at];
        let Some(part) = node.part.next(byte) else {
            return Ok(());
        };
        let states: Box<[StateID]> = self
            .automata()
            .zip(&node.states)
            .map(|(dfa, &state)| dfa.next(state, byte))
            .collect();
        if self
            .wanted
            .iter()
            .zip(&states)
            .any(|(dfa, &state)| dfa.is_dead(state))
        {
            return Ok(());
        }
        let key = (part, states);
        if !self.seen.contains(&key) {
            budget.spend()?;
            self.nodes.push(Node {
                parent: at,
                byte,
                part,
                states: key.1.clone(),
            });
            self.seen.insert(key);
        }
        Ok(())
    }

    fn accepts(&self, node: &Node) -> bool {
        let (wanted, unwanted) = node.states.split_at(self.wanted.len());
        node.part.may_end()
            && self
                .wanted
                .iter()
                .zip(wanted)
                .all(|(dfa, &state)| dfa.accepts(state))
            && !self
                .unwanted
                .iter()
                .zip(unwanted)
                .any(|(dfa, &state)| dfa.accepts(state))
    }

    /// The bytes on the way to a node. The root, which has none, is its own parent.
    fn spelled(&self, mut at: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        while at != 0 {
            bytes.push(self.nodes[at].byte);
            at = self.nodes[at].parent;
        }
        bytes.reverse();
        bytes
    }
}

/// The path, if it is one that compares as itself; what does not is no folded path at all.
fn real(bytes: Vec<u8>) -> Option<String> {
    let path = String::from_utf8(bytes).ok()?;
    (fold_text(&path) == path).then_some(path)
}

fn representatives(wanted: &[&Dfa], unwanted: &[&Dfa], alphabet: Alphabet) -> Vec<u8> {
    let mut seen = HashSet::new();
    let classes = |byte: u8| -> Vec<u8> {
        let told_apart = Part::TOLD_APART
            .iter()
            .position(|&other| other == byte)
            .unwrap_or(Part::TOLD_APART.len());
        let own = u8::try_from(told_apart).unwrap_or(u8::MAX);
        wanted
            .iter()
            .chain(unwanted)
            .map(|dfa| dfa.byte_class(byte))
            .chain([own])
            .collect()
    };
    preferred(alphabet)
        .filter(|&byte| seen.insert(classes(byte)))
        .collect()
}

/// All usable bytes: readable ones first, and in UTF-8 such as spell `é` and its like.
fn preferred(alphabet: Alphabet) -> impl Iterator<Item = u8> {
    let readable = (b'a'..=b'z').chain(b'0'..=b'9').chain(*b"_-./");
    let ascii = readable
        .chain(0x21..=0x40)
        .chain(0x5b..=0x7e)
        .chain([b' ', 0x7f])
        .chain(0x01..=0x1f);
    let beyond = [0xc3, 0xa9].into_iter().chain(0xa0..=0xbf).chain(0x80..=0xff);
    ascii.chain(beyond.filter(move |_| alphabet == Alphabet::Unicode))
}
