//! The outer form of a text file: byte order mark, line ends, the newline at the end. Strategies see none of it.

use crate::three_way::three_way_or_least;

const BOM: &str = "\u{feff}";

/// The outer form. Each is one of two values, so that three sides always agree on one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Form {
    bom: bool,
    crlf: bool,
    unfinished: bool,
}

impl Form {
    /// The form of an empty file, and of what is no text.
    pub(crate) const PLAIN: Self = Self {
        bom: false,
        crlf: false,
        unfinished: false,
    };

    /// The form of `bytes`, and the text in plain form: `\n` as line end, also at the end. `None` when the bytes are not
    /// text: not UTF-8, or with a NUL.
    pub(crate) fn split(bytes: &[u8]) -> Option<(Self, String)> {
        let text = std::str::from_utf8(bytes).ok().filter(|t| !t.contains('\0'))?;
        let (bom, text) = text.strip_prefix(BOM).map_or((false, text), |rest| (true, rest));
        let lines = text.matches('\n').count();
        let form = Self {
            bom,
            crlf: lines > 0 && text.matches("\r\n").count() * 2 > lines,
            unfinished: !text.is_empty() && !text.ends_with('\n'),
        };
        let mut plain = text.replace("\r\n", "\n");
        if form.unfinished {
            plain.push('\n');
        }
        Some((form, plain))
    }

    /// The merged form.
    pub(crate) fn merge(base: Self, ours: Self, theirs: Self) -> Self {
        Self {
            bom: three_way_or_least(&base.bom, ours.bom, theirs.bom),
            crlf: three_way_or_least(&base.crlf, ours.crlf, theirs.crlf),
            unfinished: three_way_or_least(&base.unfinished, ours.unfinished, theirs.unfinished),
        }
    }

    /// A plain text in this form.
    pub(crate) fn join(self, plain: &str) -> Vec<u8> {
        let text = if self.unfinished {
            plain.strip_suffix('\n').unwrap_or(plain)
        } else {
            plain
        };
        let text = if self.crlf {
            text.replace('\n', "\r\n")
        } else {
            text.to_owned()
        };
        let bom = if self.bom { BOM } else { "" };
        format!("{bom}{text}").into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_comes_back_in_the_form_that_it_had() {
        for text in ["", "a\n", "a", "a\r\nb\r\n", "\u{feff}a\r\nb", "\u{feff}"] {
            let (form, plain) = Form::split(text.as_bytes()).unwrap();
            assert_eq!(form.join(&plain), text.as_bytes(), "{text:?}");
            assert!(!plain.contains('\r') && (plain.is_empty() || plain.ends_with('\n')));
        }
    }

    #[test]
    fn bytes_that_are_not_text_have_no_form() {
        assert_eq!(Form::split(b"a\0b"), None);
        assert_eq!(Form::split(b"\xff\xfe"), None);
    }

    #[test]
    fn the_side_that_changed_the_form_is_followed() {
        let form = |text: &str| Form::split(text.as_bytes()).unwrap().0;
        let (lf, crlf) = (form("a\n"), form("a\r\n"));
        assert_eq!(Form::merge(lf, crlf, lf), crlf);
        assert_eq!(Form::merge(crlf, lf, crlf), lf);
        assert_eq!(Form::merge(form(""), crlf, lf), crlf, "no base is a plain base");
    }
}
