//! Rust source as text to search in: comments, literals and test modules blanked, every byte where it was.

use std::ops::Range;

/// The source with comments and the contents of string and character literals as spaces. Newlines stay, and
/// so does every offset. This is a scanner, not a parser: it needs source that compiles.
pub(crate) fn blank_words(source: &str) -> String {
    let bytes = source.as_bytes();
    let mut code = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let (content, end) = token(bytes, at);
        if let Some(range) = content {
            blank(&mut code, range);
        }
        at = end;
    }
    // Whole characters are blanked, or none of one: the result is as valid as the source.
    String::from_utf8_lossy(&code).into_owned()
}

/// The code (see [`blank_words`]) without its `#[cfg(test)] mod … { … }`.
pub(crate) fn blank_tests(code: &str) -> String {
    let mut shipped = code.as_bytes().to_vec();
    for range in test_modules(code) {
        blank(&mut shipped, range);
    }
    String::from_utf8_lossy(&shipped).into_owned()
}

/// Where the test modules of some code stand.
pub(crate) fn test_modules(code: &str) -> Vec<Range<usize>> {
    let heads = code.match_indices(TEST_ONLY).filter_map(|(start, _)| {
        let module = module_after(code, start + TEST_ONLY.len())?;
        Some((start, module.end))
    });
    let bodies = heads.filter(|&(_, open)| code[open..].starts_with('{'));
    bodies
        .map(|(start, open)| start..closing_brace(code, open))
        .collect()
}

/// A `mod` that is declared here and whose body is a file of its own.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Declared<'a> {
    /// Its name.
    pub(crate) name: &'a str,
    /// Whether it is directly under `#[cfg(test)]`.
    pub(crate) test_only: bool,
}

/// The modules that some code declares as files.
pub(crate) fn declared_modules(code: &str) -> Vec<Declared<'_>> {
    let words = mentions(code, "mod").filter_map(|start| {
        let module = module_after(code, start)?;
        let before = code[..start].trim_end();
        let before = before
            .strip_suffix("pub")
            .or_else(|| without_restriction(before))
            .unwrap_or(before)
            .trim_end();
        let test_only = before.ends_with(TEST_ONLY);
        code[module.end..].starts_with(';').then_some(Declared {
            name: module.name,
            test_only,
        })
    });
    words.collect()
}

/// The offsets at which `token` stands as such: not as the middle of a longer name.
pub(crate) fn mentions<'a>(code: &'a str, token: &'a str) -> impl Iterator<Item = usize> + 'a {
    let whole = move |start: usize| {
        let before = code[..start].chars().next_back().is_some_and(is_name);
        let after = code[start + token.len()..].chars().next().is_some_and(is_name);
        let longer = (before && token.starts_with(is_name)) || (after && token.ends_with(is_name));
        !longer
    };
    code.match_indices(token)
        .map(|(start, _)| start)
        .filter(move |&start| whole(start))
}

/// The line, from 1, of an offset.
pub(crate) fn line_of(text: &str, offset: usize) -> usize {
    1 + text.as_bytes()[..offset]
        .iter()
        .filter(|&&byte| byte == b'\n')
        .count()
}

/// The offset behind the brace that closes the one at `open`; the end of the code if none does.
pub(crate) fn closing_brace(code: &str, open: usize) -> usize {
    let mut depth = 0usize;
    for (offset, byte) in code.bytes().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => continue,
        }
        if depth == 0 {
            return offset + 1;
        }
    }
    code.len()
}

const TEST_ONLY: &str = "#[cfg(test)]";

struct Module<'a> {
    name: &'a str,
    /// Where its `{` or `;` is.
    end: usize,
}

/// The module that begins at `at`, after white space, other attributes and a visibility.
fn module_after(code: &str, at: usize) -> Option<Module<'_>> {
    let mut rest = code[at..].trim_start();
    while rest.starts_with("#[") {
        rest = rest[rest.find(']')? + 1..].trim_start();
    }
    if let Some(public) = rest.strip_prefix("pub") {
        let restricted = public.strip_prefix('(').and_then(|inner| inner.split_once(')'));
        rest = restricted.map_or(public, |(_, rest)| rest).trim_start();
    }
    let rest = rest.strip_prefix("mod ")?.trim_start();
    let name = &rest[..rest.find(|c| !is_name(c))?];
    let end = rest[name.len()..].trim_start();
    Some(Module {
        name,
        end: code.len() - end.len(),
    })
}

/// What stands before a `pub(…)` at the end.
fn without_restriction(before: &str) -> Option<&str> {
    let (head, _) = before.strip_suffix(')')?.rsplit_once('(')?;
    head.strip_suffix("pub")
}

fn is_name(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

fn blank(code: &mut [u8], range: Range<usize>) {
    let len = code.len();
    let bytes = &mut code[range.start.min(len)..range.end.min(len)];
    bytes
        .iter_mut()
        .filter(|byte| **byte != b'\n')
        .for_each(|byte| *byte = b' ');
}

/// What begins at `at`: the bytes to blank, if any, and where the next token begins.
fn token(bytes: &[u8], at: usize) -> (Option<Range<usize>>, usize) {
    let rest = &bytes[at..];
    let comment = |len: usize| (Some(at..at + len), at + len);
    match rest {
        [b'/', b'/', ..] => comment(rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len())),
        [b'/', b'*', ..] => comment(block_comment(rest)),
        [b'"', ..] => literal(at, 1, string_body(&rest[1..]), 1),
        [b'\'', ..] => match char_body(&rest[1..]) {
            Some(len) => literal(at, 1, len, 1),
            None => (None, at + 1),
        },
        [first, ..] if name_byte(*first) => word(bytes, at),
        _ => (None, at + 1),
    }
}

/// A name, or the literal that its letters introduce (`r#"`, `b"`, `br"`, `c"`, `b'`).
fn word(bytes: &[u8], at: usize) -> (Option<Range<usize>>, usize) {
    let len = bytes[at..].iter().take_while(|&&byte| name_byte(byte)).count();
    let end = at + len;
    let hashes = bytes[end..].iter().take_while(|&&byte| byte == b'#').count();
    let raw = matches!(&bytes[at..end], b"r" | b"br" | b"cr") && bytes.get(end + hashes) == Some(&b'"');
    if !raw {
        return (None, end);
    }
    let body = end + hashes + 1;
    literal(at, body - at, raw_body(&bytes[body..], hashes), 1 + hashes)
}

fn literal(at: usize, open: usize, body: usize, close: usize) -> (Option<Range<usize>>, usize) {
    (Some(at + open..at + open + body), at + open + body + close)
}

fn name_byte(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric() || !byte.is_ascii()
}

/// The length of a block comment; they nest.
fn block_comment(rest: &[u8]) -> usize {
    let (mut depth, mut at) = (0usize, 0);
    while at < rest.len() {
        match &rest[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

fn string_body(rest: &[u8]) -> usize {
    let mut at = 0;
    while at < rest.len() && rest[at] != b'"' {
        at += if rest[at] == b'\\' { 2 } else { 1 };
    }
    at.min(rest.len())
}

fn raw_body(rest: &[u8], hashes: usize) -> usize {
    let closes = |at: usize| {
        let behind = &rest[at + 1..];
        rest[at] == b'"' && behind.len() >= hashes && behind[..hashes].iter().all(|&byte| byte == b'#')
    };
    (0..rest.len()).find(|&at| closes(at)).unwrap_or(rest.len())
}

/// The length of a character literal's content; `None` for a lifetime.
fn char_body(rest: &[u8]) -> Option<usize> {
    if rest.first() == Some(&b'\\') {
        return Some(2 + rest.get(2..)?.iter().position(|&byte| byte == b'\'')?);
    }
    let len = match rest.first()? {
        0xf0.. => 4,
        0xe0.. => 3,
        0xc0.. => 2,
        _ => 1,
    };
    (rest.get(len) == Some(&b'\'')).then_some(len)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Blanks `x` in every place where the source says `X`, and only there.
    fn check(source: &str) {
        let code = blank_words(source);
        let expected: String = source.replace('X', " ");
        assert_eq!(code, expected, "of {source}");
    }

    #[test]
    fn literals_are_blanked_and_code_stays() {
        check("let a = \"XXX\"; b");
        check("(\"\", 'X', b'X', b\"X\", c\"X\")");
        check("r\"X\" r#\"X\"# br##\"X\"## r#type");
        check("fn f<'a>(x: &'a str) -> &'static str { 'X' }");
        check("'outer: loop { break 'outer }");
    }

    #[test]
    fn escapes_do_not_end_a_literal() {
        let code = |source: &str| blank_words(source).replace(' ', "");
        assert_eq!(code(r#"("a\"b", c)"#), "(\"\",c)");
        assert_eq!(code(r"('\'', d)"), "('',d)");
        assert_eq!(code(r"('\\', e)"), "('',e)");
        assert_eq!(code(r"('\u{1f600}', f)"), "('',f)");
        assert_eq!(code(r##"(r#"a"b"#, g)"##), "(r#\"\"#,g)");
    }

    #[test]
    fn comments_are_blanked_whole() {
        let code = |source: &str| blank_words(source).trim_end().to_owned();
        assert_eq!(code("a // dbg!(x)\nb"), "a           \nb");
        assert_eq!(code("a /* x /* y */ z */ b"), "a                   b");
        assert_eq!(code("a // it's\nb 'c'"), "a        \nb ' '");
    }

    #[test]
    fn offsets_hold_behind_what_is_not_ascii() {
        let source = "let é = \"→\"; // ü\nlet 'ß' = dbg!(1);";
        let code = blank_words(source);
        assert_eq!(code.len(), source.len());
        assert_eq!(code.find("dbg!"), source.find("dbg!"));
    }

    #[test]
    fn only_test_modules_leave_the_code() {
        let code = "fn a() {}\n#[cfg(test)]\nmod tests {\n fn b() { {} }\n}\nfn c() {}\n";
        let shipped = blank_tests(code);
        assert!(
            shipped.contains("fn a") && shipped.contains("fn c") && !shipped.contains("fn b"),
            "{shipped}"
        );
        let other = "#[cfg(unix)]\nmod tests { fn b() {} }";
        assert_eq!(blank_tests(other), other);
    }

    #[test]
    fn declared_modules_are_those_with_a_file() {
        let code =
            "mod a;\npub(crate) mod b;\nmod c { }\n#[cfg(test)]\nmod d;\n#[cfg(test)]\npub mod e;\nmodel;";
        let declared: Vec<_> = declared_modules(code)
            .into_iter()
            .map(|it| (it.name, it.test_only))
            .collect();
        assert_eq!(declared, [("a", false), ("b", false), ("d", true), ("e", true)]);
    }

    #[test]
    fn mentions_are_whole_names() {
        let count = |code: &str, token: &str| mentions(code, token).count();
        assert_eq!(
            count("eprintln!() println!() anstream::println!()", "println!"),
            2
        );
        assert_eq!(count("std::env std::environment my_std::env", "std::env"), 1);
    }

    #[test]
    fn lines_count_from_one() {
        assert_eq!((line_of("a\nb", 0), line_of("a\nb", 2)), (1, 2));
    }
}
