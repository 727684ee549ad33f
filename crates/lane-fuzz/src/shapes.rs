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

/// Globs of a kilobyte, the longest that are taken: 64 alternatives of it, and classes all over.
fn long_globs() -> [String; 2] {
    let braces = format!("'{{{}}}{}',", ",".repeat(63), "a".repeat(950));
    let classes = format!("'{{{}}}{}',", ",".repeat(63), "[\u{100}-\u{2fff}]".repeat(130));
    [braces, classes]
}

/// The text between a slot's two halves, filled up to `size` bytes as nearly as the filling allows.
pub(crate) fn filled((before, behind): (&str, &str), filling: &str, size: usize) -> String {
    let mut text = before.to_owned();
    for n in 0.. {
        let piece = filling.replace("{n}", &n.to_string());
        if text.len() + piece.len() + behind.len() > size {
            break;
        }
        text.push_str(&piece);
    }
    text + behind
}

/// Every slot of a target filled with every piece, up to the bound.
pub fn shapes(target: &Target) -> impl Iterator<Item = (String, Vec<u8>)> {
    let long = long_globs();
    let mut fillings: Vec<String> = FILLINGS.iter().map(|&filling| filling.to_owned()).collect();
    fillings.extend(long);
    target.slots.iter().enumerate().flat_map(move |(index, slot)| {
        let fillings = fillings.clone();
        fillings.into_iter().flat_map(move |filling| {
            let name = format!("slot {index}, {:.24}", filling.escape_debug().to_string());
            let full = filled(*slot, &filling, MAX_BYTES).into_bytes();
            let name = format!("{name}, {} bytes", full.len());
            std::iter::once((name, full))
        })
    })
}
