//! Large inputs of one shape: what takes a parser the most memory or time for its bytes.

use lane_core::codec::MAX_BYTES;

use crate::Target;

/// Pieces that an input is filled with. `{n}` is replaced by a running number, so that keys differ.
pub(crate) const FILLINGS: &[&str] = &[
    "k{n}=1\n",
    "k{n}=''\n",
    "k{n}=[]\n",
    "[t{n}]\nx=1\n",
    "[[a{n}]]\n",
    "[[a]]\n",
    "a.",
    "[",
    "{a=",
    "{n},",
    "'x',",
    "'',",
    "[],",
    "{},",
    "'T-{n}',",
    "x",
    "\\",
    "*",
    "é",
    "\u{301}",
    "\u{202e}",
    "\u{0}",
    "\n",
    "\n[event]\nchain = \"",
    "Lane-Task: T-{n}\n",
    // Lists of globs: plain, costly to decide, costly to spell out, and with classes of many ranges.
    "'src/{n}/**',",
    "'*a???????????{n}',",
    "'**/*a*b*c*d*{n}/**/*',",
    "'{a,b,c,d}{a,b,c,d}{a,b,c,d}*a??????????{n}',",
    "'[\u{100}-\u{17f}\u{400}-\u{52f}]{n}',",
];

/// The pieces of which one was the worst for some target when all were measured, by memory: lists of tables,
/// brackets that never close, and what nothing takes in a name or path.
const WORST: &[&str] = &["[[a]]\n", "[", "*", "\u{0}"];

/// As bad, but slow: a tenth of a second each, so in the first slot only.
const WORST_TABLES: &str = "[t{n}]\nx=1\n";

/// The globs that take the most memory once read, in bytes of text: classes of many ranges, and 64 alternatives of
/// a kilobyte, the longest glob that there is.
fn worst_globs() -> [String; 2] {
    let braces = format!("'{{{}}}{}',", ",".repeat(63), "a".repeat(950));
    ["'[\u{100}-\u{17f}\u{400}-\u{52f}]{n}',".to_owned(), braces]
}

/// The text between a slot's two halves, filled up to `size` bytes as nearly as the filling allows.
pub(crate) fn filled((before, behind): (&str, &str), filling: &str, size: usize) -> String {
    let mut room = size.saturating_sub(before.len() + behind.len());
    if !filling.contains("{n}") {
        return [before, &filling.repeat(room / filling.len()), behind].concat();
    }
    let mut text = before.to_owned();
    for n in 0.. {
        let piece = filling.replace("{n}", &n.to_string());
        let Some(left) = room.checked_sub(piece.len()) else {
            break;
        };
        room = left;
        text.push_str(&piece);
    }
    text + behind
}

/// The worst shapes, up to the bound: every slot of a target filled with each of the worst pieces, its first with
/// tables, and its last with the worst globs. Other shapes, and sizes, are met by the random inputs.
pub fn shapes(target: &Target) -> impl Iterator<Item = (String, Vec<u8>)> {
    let everywhere = target
        .slots
        .iter()
        .flat_map(|slot| WORST.iter().map(move |&piece| (slot, piece.to_owned())));
    let first = target.slots.first();
    let tables = first.map(|slot| (slot, WORST_TABLES.to_owned()));
    let last = target.slots.last();
    let globs = last
        .into_iter()
        .flat_map(|slot| worst_globs().map(move |glob| (slot, glob)));
    everywhere.chain(tables).chain(globs).map(|(slot, piece)| {
        let full = filled(*slot, &piece, MAX_BYTES).into_bytes();
        let name = format!("{:.24}, {} bytes", piece.escape_debug().to_string(), full.len());
        (name, full)
    })
}
