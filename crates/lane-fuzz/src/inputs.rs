//! Inputs: valid examples cut, spliced and filled with what parsers trip over, and bytes without any sense.

use lane_core::codec::MAX_BYTES;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::sample::select;

use crate::Target;
use crate::shapes;

/// What is put where it does not belong.
const TOKENS: &[&str] = &[
    "\0",
    "\u{1b}[2J",
    "\u{7f}",
    "\u{9b}",
    "\r",
    "\r\n",
    "\n",
    "\n\n",
    "\t",
    " ",
    "\u{202e}",
    "\u{200b}",
    "\u{feff}",
    "\u{301}",
    "é",
    "e\u{301}",
    "İ",
    "ı",
    "ẞ",
    "K",
    "\u{10ffff}",
    "\"",
    "'",
    "\"\"\"",
    "'''",
    "\\",
    "\\u0000",
    "#",
    "=",
    ",",
    ".",
    "..",
    "/",
    "//",
    "./",
    "-",
    "--",
    ":",
    ";",
    "$(id)",
    "`",
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    "()",
    "*",
    "**",
    "?",
    "!",
    "[a-z]",
    "[!/]",
    "[]-]",
    "{a,b}",
    "{,}",
    "{{a,b},{c,d}}",
    "*/**/*",
    "0",
    "-1",
    "1e999",
    "nan",
    "inf",
    "0x7fffffffffffffff",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551616",
    "4294967296",
    "true",
    "[]",
    "{}",
    "''",
    "\"\\u001b\"",
    "[[['a'], {b = 1}]]",
    "1979-05-27",
    "07:32:00.999999999",
    "0000-01-01T00:00:00Z",
    "9999-12-31T23:59:60Z",
    "2026-11-20T09:00:00+23:59",
    "366d",
    "99999999999999999999s",
    "\n[event]\n",
    "\n[event.data]\n",
    "\nchain = \"",
    "\n[claim]\n",
    "\nid = 'x'\n",
    "HEAD",
    ".git",
    ".lock",
];

/// One change to an example.
#[derive(Clone, Debug)]
enum Edit {
    Byte(Index, u8),
    Insert(Index, &'static str),
    /// The rest of a line behind its `=`.
    Value(Index, &'static str),
    Cut(Index, Index),
    Repeat(Index, Index, usize),
    Splice(Index, &'static str, Index, Index),
}

/// All sorts of inputs for a target; most are examples with a few changes.
pub(crate) fn inputs(target: &'static Target) -> BoxedStrategy<Vec<u8>> {
    let tokens = prop::collection::vec(select(TOKENS), 0..40).prop_map(|tokens| tokens.concat().into_bytes());
    let filled = (select(target.slots), select(shapes::FILLINGS), any::<Index>());
    let filled = filled.prop_map(|(slot, filling, size)| {
        shapes::filled(slot, filling, size.index(MAX_BYTES + 16)).into_bytes()
    });
    let mutated = (select(target.seeds), prop::collection::vec(edit(target), 0..8));
    prop_oneof![
        20 => prop::collection::vec(any::<u8>(), 0..600),
        20 => any::<String>().prop_map(String::into_bytes),
        20 => tokens,
        1 => filled,
        100 => mutated.prop_map(|(seed, edits)| edits.iter().fold(seed.as_bytes().to_vec(), apply)),
    ]
    .boxed()
}

fn edit(target: &'static Target) -> impl Strategy<Value = Edit> {
    let at = any::<Index>;
    prop_oneof![
        (at(), any::<u8>()).prop_map(|(at, byte)| Edit::Byte(at, byte)),
        (at(), select(TOKENS)).prop_map(|(at, token)| Edit::Insert(at, token)),
        (at(), select(TOKENS)).prop_map(|(at, token)| Edit::Value(at, token)),
        (at(), at()).prop_map(|(a, b)| Edit::Cut(a, b)),
        (at(), at(), 2..40_usize).prop_map(|(a, b, times)| Edit::Repeat(a, b, times)),
        (at(), select(target.seeds), at(), at()).prop_map(|(at, seed, a, b)| Edit::Splice(at, seed, a, b)),
    ]
}

fn apply(mut bytes: Vec<u8>, edit: &Edit) -> Vec<u8> {
    let len = bytes.len();
    let place = |at: &Index| at.index(len + 1);
    let range = |a: &Index, b: &Index| place(a).min(place(b))..place(a).max(place(b));
    match edit {
        Edit::Byte(at, byte) => {
            if let Some(there) = bytes.get_mut(place(at)) {
                *there = *byte;
            }
        }
        Edit::Insert(at, token) => drop(bytes.splice(place(at)..place(at), token.bytes())),
        Edit::Value(at, token) => {
            let from = bytes[place(at)..].iter().position(|b| *b == b'=');
            if let Some(from) = from.map(|n| place(at) + n + 1) {
                let rest = bytes[from..].iter().position(|b| *b == b'\n');
                let to = rest.map_or(len, |n| from + n);
                drop(bytes.splice(from..to, token.bytes()));
            }
        }
        Edit::Cut(a, b) => drop(bytes.drain(range(a, b))),
        Edit::Repeat(a, b, times) => {
            let piece = bytes[range(a, b)].to_vec();
            let room = (MAX_BYTES / piece.len().max(1)).min(*times);
            drop(bytes.splice(place(b)..place(b), piece.repeat(room)));
        }
        Edit::Splice(at, seed, a, b) => {
            let (a, b) = (a.index(seed.len() + 1), b.index(seed.len() + 1));
            let piece = seed.as_bytes()[a.min(b)..a.max(b)].to_vec();
            drop(bytes.splice(place(at)..place(at), piece));
        }
    }
    bytes.truncate(MAX_BYTES + 16);
    bytes
}
