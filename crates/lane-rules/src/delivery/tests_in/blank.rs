//! A text in which comments and the insides of strings are blanks, byte for byte as long as it was.

/// How a language writes comments and strings.
#[derive(Debug)]
pub(super) struct Syntax {
    /// What begins a comment to the end of the line.
    pub(super) line: &'static [&'static str],
    /// Whether such a comment begins only where a word would: `$#` is none.
    pub(super) line_at_word: bool,
    /// What begins and ends a comment of any length.
    pub(super) block: Option<(&'static str, &'static str)>,
    /// Whether such comments lie within each other.
    pub(super) nested: bool,
    /// Strings; one that begins with another's quote comes before it.
    pub(super) strings: &'static [Quote],
    /// Whether `'a` is a lifetime, and `r#"…"#` a string.
    pub(super) rust: bool,
}

/// One sort of string.
#[derive(Debug)]
pub(super) struct Quote {
    pub(super) mark: &'static str,
    /// Whether it goes on over the end of a line.
    pub(super) lines: bool,
    /// Whether a backslash takes the next character with it.
    pub(super) escapes: bool,
}

/// The text with blanks for what is no code. Quotes stay, so that it shows where a string is.
pub(super) fn blank(text: &[u8], syntax: &Syntax) -> Vec<u8> {
    let mut scan = Scan {
        text,
        at: 0,
        out: Vec::with_capacity(text.len()),
    };
    while scan.at < text.len() {
        scan.step(syntax);
    }
    scan.out
}

struct Scan<'a> {
    text: &'a [u8],
    at: usize,
    out: Vec<u8>,
}

impl Scan<'_> {
    fn step(&mut self, syntax: &Syntax) {
        if self.comment(syntax) || (syntax.rust && self.rust()) {
            return;
        }
        match syntax.strings.iter().find(|quote| self.sees(quote.mark)) {
            Some(quote) => self.string(quote),
            None => self.keep(1),
        }
    }

    fn rest(&self) -> &[u8] {
        &self.text[self.at..]
    }

    fn sees(&self, mark: &str) -> bool {
        self.rest().starts_with(mark.as_bytes())
    }

    fn keep(&mut self, count: usize) {
        let end = (self.at + count).min(self.text.len());
        self.out.extend_from_slice(&self.text[self.at..end]);
        self.at = end;
    }

    /// Line ends stay.
    fn drop(&mut self, count: usize) {
        let end = (self.at + count).min(self.text.len());
        let blanks = self.text[self.at..end].iter();
        self.out
            .extend(blanks.map(|byte| if *byte == b'\n' { b'\n' } else { b' ' }));
        self.at = end;
    }

    fn before(&self) -> Option<u8> {
        self.text[..self.at].last().copied()
    }

    fn comment(&mut self, syntax: &Syntax) -> bool {
        let at_word = self
            .before()
            .is_none_or(|byte| byte.is_ascii_whitespace() || byte == b';');
        let at_word = at_word || !syntax.line_at_word;
        if at_word && syntax.line.iter().any(|mark| self.sees(mark)) {
            let length = self.rest().iter().position(|byte| *byte == b'\n');
            self.drop(length.unwrap_or(self.rest().len()));
            return true;
        }
        let Some((open, close)) = syntax.block.filter(|(open, _)| self.sees(open)) else {
            return false;
        };
        self.drop(open.len());
        let mut depth = 1;
        while depth > 0 && self.at < self.text.len() {
            if self.sees(close) {
                depth -= 1;
                self.drop(close.len());
            } else if syntax.nested && self.sees(open) {
                depth += 1;
                self.drop(open.len());
            } else {
                self.drop(1);
            }
        }
        true
    }

    fn string(&mut self, quote: &Quote) {
        self.keep(quote.mark.len());
        while self.at < self.text.len() {
            if self.sees(quote.mark) {
                return self.keep(quote.mark.len());
            }
            match self.text[self.at] {
                b'\\' if quote.escapes => self.drop(2),
                // It was no string after all, or nobody can read it.
                b'\n' if !quote.lines => return,
                _ => self.drop(1),
            }
        }
    }

    fn rust(&mut self) -> bool {
        match self.rest() {
            [b'\'', b'\\', ..] => {
                let end = self
                    .rest()
                    .iter()
                    .skip(3)
                    .take(10)
                    .position(|byte| *byte == b'\'');
                self.keep(1);
                self.drop(end.map_or(2, |end| end + 2));
                self.keep(usize::from(end.is_some()));
                true
            }
            [b'\'', first, ..] => {
                let length = match first {
                    0xf0.. => 4,
                    0xe0.. => 3,
                    0xc0.. => 2,
                    _ => 1,
                };
                if self.rest().get(length + 1) == Some(&b'\'') {
                    self.keep(1);
                    self.drop(length);
                }
                self.keep(1);
                true
            }
            [b'r', ..] if !self.within_word() => self.raw(),
            _ => false,
        }
    }

    /// Whether what stands here belongs to a longer word. `br"` and `cr"` begin strings, too.
    fn within_word(&self) -> bool {
        let text = &self.text[..self.at];
        let text = text
            .strip_suffix(b"b")
            .or(text.strip_suffix(b"c"))
            .unwrap_or(text);
        let last = text.last();
        last.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
    }

    fn raw(&mut self) -> bool {
        let hashes = self.rest()[1..].iter().take_while(|byte| **byte == b'#').count();
        if self.rest().get(1 + hashes) != Some(&b'"') {
            return false;
        }
        self.keep(hashes + 2);
        while self.at < self.text.len() {
            let rest = self.rest();
            if rest[0] == b'"' && rest[1..].iter().take(hashes).filter(|b| **b == b'#').count() == hashes {
                self.keep(1 + hashes);
                break;
            }
            self.drop(1);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::super::language::Language;
    use super::*;

    /// `_` stands for what must be blank.
    #[track_caller]
    fn check(path: &str, text: &str, expected: &str) {
        let language = Language::of(path.as_bytes()).unwrap();
        let seen = String::from_utf8(blank(text.as_bytes(), &language.syntax)).unwrap();
        let expected = expected.replace('_', " ");
        assert_eq!(seen, expected, "{text}");
    }

    #[test]
    fn rust() {
        check("a.rs", "a // b\nc", "a ____\nc");
        check("a.rs", "a /* b /* c */ d */ e", "a _________________ e");
        check("a.rs", "\"a\\\"b\" c", "\"____\" c");
        check("a.rs", "'\"' 'a' &'a b \"c\"", "'_' '_' &'a b \"_\"");
        check("a.rs", "'\\'' '\\u{e9}' 'é' \"x\"", "'__' '______' '__' \"_\"");
        check("a.rs", "r#\"a\"b\"# c r#type", "r#\"___\"# c r#type");
        check("a.rs", "br\"a\\\" c", "br\"__\" c");
        check("a.rs", "\"a\nb\" c", "\"_\n_\" c");
    }

    #[test]
    fn python_and_javascript_and_shell() {
        check("a.py", "a '''b\n'c' \"d''' e # f", "a '''_\n______''' e ___");
        check("a.py", "it's\ndef x", "it'_\ndef x");
        check("a.ts", "`a\n'` b 'c' // d", "`_\n_` b '_' ____");
        check("a.bats", "a $# b # c\n${#x}", "a $# b ___\n${#x}");
    }

    #[test]
    fn what_never_ends_ends_with_the_text() {
        for text in ["/*", "\"", "r#\"", "'\\", "'", "`", "'\u{e9}", "r", "\"\\"] {
            for path in ["a.rs", "a.py", "a.js", "a_test.go"] {
                let language = Language::of(path.as_bytes()).unwrap();
                assert_eq!(blank(text.as_bytes(), &language.syntax).len(), text.len());
            }
        }
    }
}
