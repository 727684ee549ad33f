//! Object names: 20 bytes of SHA-1, written as 40 lower-case hex digits.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use serde::Serialize;

/// The name of an object. Displays as 40 lower-case hex digits; the order is that of the bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Oid([u8; 20]);

/// Text that is no object name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an object name is 40 lower-case hex digits")]
pub struct OidError;

impl Oid {
    /// The name that git uses for "nothing": no object has it.
    pub const ZERO: Oid = Oid([0; 20]);

    /// The tree without entries; git knows it without having it stored.
    pub const EMPTY_TREE: Oid = Oid([
        0x4b, 0x82, 0x5d, 0xc6, 0x42, 0xcb, 0x6e, 0xb9, 0xa0, 0x60, 0xe5, 0x4b, 0xf8, 0xd6, 0x92, 0x88, 0xfb,
        0xee, 0x49, 0x04,
    ]);

    /// The name with these bytes.
    pub const fn from_bytes(bytes: [u8; 20]) -> Oid {
        Oid(bytes)
    }

    /// The 20 bytes.
    pub const fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }

    /// Whether this is [`Oid::ZERO`].
    pub fn is_zero(&self) -> bool {
        *self == Oid::ZERO
    }

    /// The first 8 hex digits: for people, never for look-ups.
    pub fn short(&self) -> String {
        self.to_string()[..8].to_owned()
    }

    /// Exactly 40 lower-case hex digits, as git writes them.
    pub(crate) fn from_hex(hex: &[u8]) -> Result<Oid, OidError> {
        let mut bytes = [0; 20];
        if hex.len() != 40 {
            return Err(OidError);
        }
        for (byte, pair) in bytes.iter_mut().zip(hex.chunks_exact(2)) {
            *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
        }
        Ok(Oid(bytes))
    }
}

fn nibble(digit: u8) -> Result<u8, OidError> {
    match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        _ => Err(OidError),
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut hex = [0; 40];
        for (pair, byte) in hex.chunks_exact_mut(2).zip(self.0) {
            pair[0] = b"0123456789abcdef"[usize::from(byte >> 4)];
            pair[1] = b"0123456789abcdef"[usize::from(byte & 15)];
        }
        f.pad(std::str::from_utf8(&hex).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Oid {
    type Err = OidError;

    fn from_str(text: &str) -> Result<Oid, OidError> {
        Oid::from_hex(text.as_bytes())
    }
}

impl TryFrom<String> for Oid {
    type Error = OidError;

    fn try_from(text: String) -> Result<Oid, OidError> {
        text.parse()
    }
}

impl From<Oid> for String {
    fn from(oid: Oid) -> String {
        oid.to_string()
    }
}

impl From<git2::Oid> for Oid {
    /// Repositories with longer names are refused when opened, so 20 bytes are all there are.
    fn from(oid: git2::Oid) -> Oid {
        let mut bytes = [0; 20];
        let from = oid.as_bytes();
        let length = from.len().min(20);
        bytes[..length].copy_from_slice(&from[..length]);
        Oid(bytes)
    }
}

/// For libgit2. Twenty bytes are always a name; were they not, zero names no object.
pub(crate) fn lib_oid(oid: Oid) -> git2::Oid {
    git2::Oid::from_bytes(&oid.0).unwrap_or(git2::Oid::ZERO_SHA1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

    #[test]
    fn a_name_survives_text_and_back() {
        let oid: Oid = HEX.parse().unwrap();
        assert_eq!(
            (oid, oid.to_string().as_str(), oid.short().as_str()),
            (Oid::EMPTY_TREE, HEX, "4b825dc6")
        );
        assert_eq!(Oid::from(lib_oid(oid)), oid);
    }

    #[test]
    fn only_forty_lower_case_hex_digits_are_a_name() {
        for bad in [
            "",
            "4b82",
            &HEX.to_uppercase(),
            &format!("{HEX}0"),
            &format!("{HEX}\n"),
            &"g".repeat(40),
        ] {
            assert_eq!(bad.parse::<Oid>(), Err(OidError), "{bad:?}");
        }
    }
}
