//! The form in which paths and patterns are compared: NFC, one case, always a string.
//!
//! Two paths that fold alike may be one file on some disk (macOS, Windows, a case-folding ext4), so
//! they must never be held by two lanes. Folding is NFC, then one character at a time, then NFC again:
//! `J̌` has no capital of its own in Unicode but `ǰ` has a small letter, so folding can create what
//! only a second NFC composes.
//!
//! One character folds to one character, so that `?` means the same before and after. That decides the
//! odd ones, all as Unicode's *simple* case folding does:
//! - `ſ` folds to `s`, `ς` to `σ`, and U+212A (kelvin sign) to `k`;
//! - `ẞ` folds to `ß`, but neither to `ss`;
//! - `İ` and `ı` stay as they are. Turkish alone folds them to `i`, and no file system does; besides,
//!   `.gıt` is a legal path and must not be taken for `.git`.
//!
//! One pair is kept apart that Unicode joins: the ligatures `ﬅ` and `ﬆ`.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// Added to a byte that is not part of valid UTF-8: 0x80..=0xff become U+10F780..=U+10F7FF.
///
/// These are private-use characters; a path that really holds them compares equal to the broken one.
const BROKEN_BYTE_BASE: u32 = 0x10_f700;

/// The folded form of a path as git stores it (any bytes, separated by `/`).
///
/// Each byte that is not valid UTF-8 becomes one private-use character, so that `?` matches it.
/// Slashes are neither made nor lost. Folding twice changes nothing.
pub fn folded(path: &[u8]) -> Cow<'_, str> {
    match str::from_utf8(path) {
        Ok(text) => fold_text(text),
        Err(_) => Cow::Owned(fold_slow(&repaired(path))),
    }
}

/// The folded form of text, without a copy in the common case.
pub(super) fn fold_text(text: &str) -> Cow<'_, str> {
    if !text.is_ascii() {
        Cow::Owned(fold_slow(text))
    } else if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

fn fold_slow(text: &str) -> String {
    text.nfc().map(fold_char).nfc().collect()
}

fn repaired(path: &[u8]) -> String {
    let mut text = String::with_capacity(path.len() * 2);
    for chunk in path.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(
            chunk
                .invalid()
                .iter()
                .filter_map(|&byte| char::from_u32(BROKEN_BYTE_BASE + u32::from(byte))),
        );
    }
    text
}

/// The small letter of the capital, as far as both are single characters.
///
/// By way of the capital, because several small letters share one (`ς` and `σ`, `ſ` and `s`).
pub(super) fn fold_char(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    if c == 'ı' {
        return c;
    }
    let capital = only(c.to_uppercase()).unwrap_or(c);
    only(capital.to_lowercase()).unwrap_or(c)
}

fn only(mut chars: impl Iterator<Item = char>) -> Option<char> {
    let first = chars.next()?;
    chars.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fold(path: &str) -> String {
        folded(path.as_bytes()).into_owned()
    }

    #[test]
    fn the_odd_letters_fold_as_documented() {
        let table = [
            ("README.md", "readme.md"),
            ("É", "é"),
            ("e\u{301}", "é"),
            ("J\u{30c}", "ǰ"),
            ("ſ", "s"),
            ("ς", "σ"),
            ("Σ", "σ"),
            ("\u{212a}", "k"),
            ("\u{212b}", "å"),
            ("ẞ", "ß"),
            ("ß", "ß"),
            ("ᾼ", "ᾳ"),
            ("ǅ", "ǆ"),
            ("İ", "İ"),
            ("I\u{307}", "İ"),
            ("ı", "ı"),
            (".gıt", ".gıt"),
        ];
        for (path, expected) in table {
            assert_eq!(fold(path), expected, "{path}");
        }
    }

    #[test]
    fn a_broken_byte_becomes_one_private_character() {
        assert_eq!(folded(b"A\xff/\x80"), "a\u{10f7ff}/\u{10f780}");
        assert_eq!(folded(b"\xe2\x82").chars().count(), 2);
    }

    #[test]
    fn plain_paths_are_not_copied() {
        assert!(matches!(folded(b"crates/a/src/lib.rs"), Cow::Borrowed(_)));
    }

    #[test]
    fn every_character_folds_in_one_step_and_never_to_a_slash() {
        for c in ('\0'..'\u{1f000}').filter(|&c| c != '/') {
            let once = fold(c.encode_utf8(&mut [0; 4]));
            assert_eq!(fold(&once), once, "{c:?}");
            assert!(!once.contains('/'), "{c:?}");
            assert!(
                c.is_ascii() || !once.contains(['g', 'i', 't', '.']),
                "{c:?} could forge .git"
            );
        }
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(path in proptest::collection::vec(any::<char>(), 0..12)) {
            let once = fold(&path.into_iter().collect::<String>());
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn any_bytes_fold_and_keep_their_slashes(path: Vec<u8>) {
            let slashes = path.iter().filter(|&&byte| byte == b'/').count();
            prop_assert_eq!(folded(&path).matches('/').count(), slashes);
        }
    }
}
