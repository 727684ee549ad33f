//! The tests of one text: their names, what switches them off, and what they do.

use std::hash::DefaultHasher;
use std::hash::Hash as _;
use std::hash::Hasher as _;

use super::blank::blank;
use super::language::About;
use super::language::Form;
use super::language::Language;
use super::patterns::Patterns;

/// One test.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Test {
    pub(super) name: String,
    /// How many marks switch it off.
    pub(super) off: usize,
    /// A hash of what it does: of the beginning of what follows its name and is indented deeper. So a renamed test is
    /// known. Equal in one process only.
    pub(super) body: u64,
}

/// What a text holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) tests: Vec<Test>,
    /// How many marks switch several tests off.
    pub(super) off: usize,
}

/// The tests of a text. One that is no UTF-8 has none.
pub(super) fn found(path: &[u8], text: &[u8], patterns: &Patterns) -> Found {
    let Ok(raw) = str::from_utf8(text) else {
        return Found::default();
    };
    let language = Language::of(path);
    if language.is_none() && patterns.is_empty() {
        return Found::default();
    }
    let code = match language {
        Some(language) => blank(text, &language.syntax),
        None => text.to_vec(),
    };
    let mut reading = Reading::default();
    let lines: Vec<&str> = raw.split('\n').collect();
    for (at, (code, raw)) in code.split(|byte| *byte == b'\n').zip(&lines).enumerate() {
        let mut here: Vec<(String, usize)> = Vec::new();
        if let Some(language) = language {
            here = reading.begun(language, code, raw);
        }
        let more = patterns.names(code, raw);
        let more = more.filter(|(name, _)| here.iter().all(|(known, _)| known != name));
        here.extend(more.collect::<Vec<_>>());
        reading.take(&here, &lines[at..]);
        if let Some(language) = language {
            reading.marks(language, code, !here.is_empty());
        }
    }
    reading.found
}

#[derive(Default)]
struct Reading {
    found: Found,
    /// A mark makes the next function a test.
    marked: bool,
    /// Marks that switch the next test off.
    off_next: usize,
    /// How many braces are open.
    depth: usize,
    /// How many were where a block of tests began.
    block: Option<usize>,
}

impl Reading {
    /// The names of the tests that begin on this line, and where each name ends.
    fn begun(&mut self, language: &Language, code: &[u8], raw: &str) -> Vec<(String, usize)> {
        let mut here = Vec::new();
        for form in &language.forms {
            match form {
                Form::Defined(regex) => here.extend(regex.captures_iter(code).filter_map(|found| {
                    let name = found.name("name")?;
                    Some((text(name.as_bytes()), name.end()))
                })),
                Form::Quoted(regex) => {
                    here.extend(regex.find_iter(code).map(|found| quoted(code, raw, found.end())));
                }
                Form::Marked { .. } => here.extend(self.marked(form, code)),
            }
        }
        here
    }

    fn marked(&mut self, form: &Form, code: &[u8]) -> Option<(String, usize)> {
        let Form::Marked {
            mark,
            aside,
            function,
            block,
        } = form
        else {
            return None;
        };
        self.marked |= mark.is_match(code);
        let blanks = |found: &regex::bytes::Captures<'_>| vec![b' '; found[0].len()];
        let plain = aside.replace_all(code, blanks);
        let found = function.captures(&plain);
        let in_block = self.block.is_some_and(|at| self.depth == at + 1);
        self.braces(block.as_ref().is_some_and(|block| block.is_match(&plain)), &plain);
        let name = found?
            .name("name")
            .map(|name| (text(name.as_bytes()), name.end()))?;
        let is_test = std::mem::take(&mut self.marked) || in_block;
        if !is_test {
            self.off_next = 0;
        }
        is_test.then_some(name)
    }

    fn braces(&mut self, opens_block: bool, code: &[u8]) {
        if opens_block && self.block.is_none() {
            self.block = Some(self.depth);
        }
        for byte in code {
            match byte {
                b'{' => self.depth += 1,
                b'}' => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
        }
        if self.block.is_some_and(|at| self.depth <= at) {
            self.block = None;
        }
    }

    fn take(&mut self, here: &[(String, usize)], lines: &[&str]) {
        for (name, end) in here {
            self.found.tests.push(Test {
                name: name.clone(),
                off: std::mem::take(&mut self.off_next),
                body: body(lines, *end),
            });
        }
    }

    fn marks(&mut self, language: &Language, code: &[u8], begins_here: bool) {
        for off in &language.off {
            let count = off.mark.find_iter(code).count();
            let last = self.found.tests.last_mut();
            match (off.about, last) {
                (About::This, Some(test)) => test.off += count,
                (_, Some(test)) if begins_here => test.off += count,
                (About::Next, _) => self.off_next += count,
                (About::Group | About::This, _) => self.found.off += count,
            }
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The string whose opening quote ends at `from`, and where it ends.
fn quoted(code: &[u8], raw: &str, from: usize) -> (String, usize) {
    let quote = code[from - 1];
    let length = code[from..].iter().position(|byte| *byte == quote);
    let end = length.map_or(code.len(), |length| from + length);
    (text(&raw.as_bytes()[from..end]), end)
}

/// The most bytes of a body that are looked at: in one long line each test is followed by all others.
const BODY_BYTES: usize = 4 * 1024;

/// What follows on the first line, and the lines below it that are indented deeper.
fn body(lines: &[&str], from: usize) -> u64 {
    let mut hash = DefaultHasher::new();
    let Some((first, below)) = lines.split_first() else {
        return hash.finish();
    };
    let indent = |line: &str| line.len() - line.trim_start().len();
    let inside = below
        .iter()
        .take_while(|line| line.trim().is_empty() || indent(line) > indent(first));
    let rest = first.get(from..).unwrap_or_default();
    let mut room = BODY_BYTES;
    for line in std::iter::once(&rest).chain(inside) {
        let line = line.trim().as_bytes();
        let line = &line[..line.len().min(room)];
        if !line.is_empty() {
            line.hash(&mut hash);
        }
        room -= line.len();
        if room == 0 {
            break;
        }
    }
    hash.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names, each with a `-` in front for every mark that switches it off; marks of groups at the end.
    #[track_caller]
    fn check(path: &str, text: &str, expected: &[&str]) {
        let found = found(path.as_bytes(), text.as_bytes(), &Patterns::default());
        let mut seen: Vec<String> = found
            .tests
            .iter()
            .map(|test| format!("{}{}", "-".repeat(test.off), test.name))
            .collect();
        seen.extend((0..found.off).map(|_| "(off)".to_owned()));
        assert_eq!(seen, expected, "{path}\n{text}");
    }

    #[test]
    fn rust() {
        check("a.rs", "#[test]\nfn one() {}\nfn two() {}", &["one"]);
        check(
            "a.rs",
            "#[tokio::test(flavor = \"x\")]\nasync fn one() {}",
            &["one"],
        );
        check(
            "a.rs",
            "#[rstest]\n#[case(1)]\npub async unsafe fn one() {}",
            &["one"],
        );
        check("a.rs", "#[test] #[ignore = \"slow\"] fn one() {}", &["-one"]);
        check(
            "a.rs",
            "#[test]\n#[ignore]\nfn one() {}\n#[test]\nfn two() {}",
            &["-one", "two"],
        );
        check("a.rs", "#[ignore]\n#[test]\nfn one() {}", &["-one"]);
        check(
            "a.rs",
            "#[cfg_attr(miri, ignore)]\n#[test]\nfn one() {}",
            &["-one"],
        );
        check("a.rs", "#[cfg(test)]\nmod tests { fn one() {} }", &[]);
        check("a.rs", "// #[test]\nfn one() {}\n/* #[test] fn two() {} */", &[]);
        check("a.rs", "const X: &str = \"\n#[test]\nfn one() {}\n\";", &[]);
        check("a.rs", "const X: &str = r#\"#[test] fn \"one() {}\"#;", &[]);
        check(
            "a.rs",
            "proptest! {\n    fn one(x in 0..9) {\n        fn inner() {}\n    }\n    #[test]\n    fn two() {}\n}\nfn three() {}",
            &["one", "two"],
        );
    }

    #[test]
    fn python() {
        check(
            "a.py",
            "def test_one():\n    pass\ndef other(): pass",
            &["test_one"],
        );
        check(
            "a.py",
            "class T:\n    async def test_one(self): pass",
            &["test_one"],
        );
        check(
            "a.py",
            "@pytest.mark.skip(reason='x')\ndef test_one(): pass",
            &["-test_one"],
        );
        check(
            "a.py",
            "@unittest.skipIf(a, 'b')\ndef test_one(): pass",
            &["-test_one"],
        );
        check("a.py", "def test_one():\n    pytest.skip('x')", &["-test_one"]);
        check(
            "a.py",
            "pytestmark = pytest.mark.skip\ndef test_one(): pass",
            &["test_one", "(off)"],
        );
        check(
            "a.py",
            "'''\ndef test_one(): pass\n'''\n# def test_two(): pass",
            &[],
        );
    }

    #[test]
    fn javascript() {
        check("a.ts", "it('does \"it\"', () => {})", &["does \"it\""]);
        check("a.test.js", "  test(`a`, f); test(\"b\", f)", &["a", "b"]);
        check(
            "a.js",
            "it.skip('a', f)\nxit('b', f)\ntest.only('c', f)",
            &["-a", "-b", "-c"],
        );
        check(
            "a.js",
            "describe.skip('x', () => {\n  it('a', f)\n})",
            &["a", "(off)"],
        );
        check("a.js", "test.each([[1], ['x']])('adds %i', f)", &["adds %i"]);
        check("a.js", "await submit('x'); emit('y'); a.test('z')", &[]);
        check("a.js", "// it('a', f)\n/* it('b', f) */\nx = \"it('c', f)\"", &[]);
    }

    #[test]
    fn go_java_kotlin_and_c_sharp() {
        check(
            "a_test.go",
            "func TestOne(t *testing.T) {\n\tt.Skip(\"x\")\n}",
            &["-TestOne"],
        );
        check(
            "a_test.go",
            "func (s *Suite) TestOne() {}\nfunc helper() {}",
            &["TestOne"],
        );
        check("a.go", "func TestOne(t *testing.T) {}", &[]);
        check(
            "A.java",
            "@Test\npublic void one() throws X {\n  two();\n}",
            &["one"],
        );
        check(
            "A.java",
            "@Test(expected = X.class) @Disabled(\"x\")\nvoid one() {}",
            &["-one"],
        );
        check(
            "A.java",
            "@ParameterizedTest\n@ValueSource(ints = {1})\nvoid one(int x) {}",
            &["one"],
        );
        check(
            "A.kt",
            "@Test fun `does it`() { }\n@Test\nfun two() = x()",
            &["`does it`", "two"],
        );
        check(
            "A.cs",
            "[Fact]\npublic async Task One()\n[Fact(Skip = \"x\")] public void Two()",
            &["One", "-Two"],
        );
        check("A.cs", "[Test, Ignore(\"x\")]\npublic void One() {}", &["-One"]);
    }

    #[test]
    fn ruby_and_bats() {
        check(
            "a.rb",
            "it \"works\" do\n  skip\nend\nxit 'not' do\nend",
            &["-works", "-not"],
        );
        check("a.rb", "def test_one\nend\ndef helper\nend", &["test_one"]);
        check(
            "a.bats",
            "@test \"one's # work\" {\n  skip\n}\n# @test \"two\" {",
            &["-one's # work"],
        );
    }

    #[test]
    fn what_is_no_text_or_of_no_known_language_has_none() {
        check("a.txt", "#[test]\nfn one() {}", &[]);
        let found = found(b"a.rs", b"#[test]\nfn one() {}\xff", &Patterns::default());
        assert_eq!(found, Found::default());
    }

    #[test]
    fn a_body_is_what_is_indented_below_and_does_not_hold_the_name() {
        let body_of = |text: &str| {
            let found = found(b"a.rs", text.as_bytes(), &Patterns::default());
            found.tests[0].body
        };
        let one = body_of("#[test]\nfn one() {\n    a();\n\n    b();\n}\nfn other() {}");
        let changed = body_of("#[test]\nfn one() {\n    a();\n    c();\n}\n");
        assert_ne!(one, changed);
        assert_eq!(
            one,
            body_of("    #[test]\n    fn two() {\n        a();\n        b();\n    }\n")
        );
    }
}
