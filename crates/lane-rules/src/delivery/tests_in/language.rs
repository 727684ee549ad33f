//! What a test looks like, by a file's ending.

use std::sync::LazyLock;

use regex::bytes::Regex;

use super::blank::Quote;
use super::blank::Syntax;

/// A language.
pub(super) struct Language {
    endings: &'static [&'static str],
    pub(super) syntax: Syntax,
    /// How its tests are written.
    pub(super) forms: Vec<Form>,
    /// What switches a test off.
    pub(super) off: Vec<Off>,
}

/// A way to write a test. A name is the group `name`.
pub(super) enum Form {
    /// A function whose name says it.
    Defined(Regex),
    /// A call with its name as a string; the match ends behind the opening quote.
    Quoted(Regex),
    /// A function that a mark before it makes one; in a block, one without a mark, too. `aside` stands between the
    /// mark and the function.
    Marked {
        mark: Regex,
        aside: Regex,
        function: Regex,
        block: Option<Regex>,
    },
}

/// What switches tests off. On the line where a test begins it is about that test.
pub(super) struct Off {
    pub(super) mark: Regex,
    pub(super) about: About,
}

/// Which tests a mark is about that stands on a line by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About {
    /// The next.
    Next,
    /// The one that it is in.
    This,
    /// Several.
    Group,
}

impl Language {
    /// The language of a file, by its ending.
    pub(super) fn of(path: &[u8]) -> Option<&'static Self> {
        let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
        let ends = |ending: &&str| name.ends_with(ending.as_bytes());
        LANGUAGES
            .iter()
            .find(|language| language.endings.iter().any(ends))
    }
}

/// Bytes, so that a name may hold what is no ASCII.
fn regex(pattern: &str) -> Regex {
    let pattern = pattern.replace(r"\w", r"[0-9A-Za-z_\x80-\xff]");
    let built = Regex::new(&format!("(?-u){pattern}"));
    built.expect("the patterns stand in this file, and a test compiles them")
}

fn off(about: About, patterns: &[&str]) -> Vec<Off> {
    let one = |pattern: &&str| Off {
        mark: regex(pattern),
        about,
    };
    patterns.iter().map(one).collect()
}

const fn quote(mark: &'static str, lines: bool, escapes: bool) -> Quote {
    Quote { mark, lines, escapes }
}

const TRIPLE: Quote = quote("\"\"\"", true, true);
const TRIPLE_SINGLE: Quote = quote("'''", true, true);
const BACKTICK: Quote = quote("`", true, true);
const RAW_BACKTICK: Quote = quote("`", true, false);
const DOUBLE: Quote = quote("\"", false, true);
const SINGLE: Quote = quote("'", false, true);
const RAW_SINGLE: Quote = quote("'", false, false);
/// Over the ends of lines.
const LONG: Quote = quote("\"", true, true);

const C_LIKE: Syntax = Syntax {
    line: &["//"],
    line_at_word: false,
    block: Some(("/*", "*/")),
    nested: false,
    strings: &[TRIPLE, DOUBLE, SINGLE],
    rust: false,
};

static LANGUAGES: LazyLock<Vec<Language>> = LazyLock::new(|| {
    vec![
        rust(),
        python(),
        javascript(),
        go(),
        jvm(),
        c_sharp(),
        ruby(),
        bats(),
    ]
});

fn rust() -> Language {
    Language {
        endings: &[".rs"],
        syntax: Syntax {
            nested: true,
            strings: &[LONG],
            rust: true,
            ..C_LIKE
        },
        forms: vec![Form::Marked {
            mark: regex(
                r"#\s*\[\s*(?:\w+\s*::\s*)*(?:test|rstest|test_case|test_matrix|quickcheck|proptest|wasm_bindgen_test)\s*[\](]",
            ),
            aside: regex(r"#\s*\[[^\]]*\]"),
            function: regex(r"\bfn\s+(?P<name>\w+)"),
            block: Some(regex(r"\b(?:proptest|quickcheck)!\s*\{")),
        }],
        off: off(
            About::Next,
            &[
                r"#\s*\[\s*ignore\b",
                r"#\s*\[\s*cfg_attr\s*\(.*\bignore\b",
                r"#\s*\[\s*cfg\s*\(\s*any\s*\(\s*\)\s*\)",
            ],
        ),
    }
}

fn python() -> Language {
    let mut marks = off(
        About::Next,
        &[r"@(?:\w+\.)*(?:skip|skipif|skip_if|skipIf|skipUnless|xfail|expectedFailure)\b"],
    );
    marks.extend(off(
        About::This,
        &[
            r"\bpytest\.(?:skip|xfail)\s*\(",
            r"\bself\.skipTest\s*\(",
            r"\braise\s+(?:\w+\.)?SkipTest\b",
        ],
    ));
    marks.extend(off(
        About::Group,
        &[
            r"^\s*pytestmark\b.*\b(?:skip|skipif|xfail)\b",
            r"\ballow_module_level\s*=\s*True",
        ],
    ));
    Language {
        endings: &[".py"],
        syntax: Syntax {
            line: &["#"],
            block: None,
            strings: &[TRIPLE, TRIPLE_SINGLE, DOUBLE, SINGLE],
            ..C_LIKE
        },
        forms: vec![Form::Defined(regex(
            r"^\s*(?:async\s+)?def\s+(?P<name>test\w*)\s*[(\[]",
        ))],
        off: marks,
    }
}

fn javascript() -> Language {
    const CALL: &str = r"(?:^|[^\w.$])(?:it|test|specify|xit|xtest|xspecify|fit|ftest|Deno\.test)";
    let mut marks = off(
        About::Group,
        &[
            r"\b(?:it|test|specify|describe|suite|context)(?:\.\w+)*\.(?:skip|todo|fixme|skipIf|runIf|only)\b",
            r"(?:^|[^\w.$])[xf](?:it|test|specify|describe|context|suite)\s*\(",
        ],
    );
    marks.extend(off(
        About::This,
        &[r"\bthis\.skip\s*\(", r"^\s*(?:t|ctx)\.skip\s*\("],
    ));
    Language {
        endings: &[".js", ".jsx", ".ts", ".tsx", ".mjs", ".cjs", ".mts", ".cts"],
        syntax: Syntax {
            strings: &[BACKTICK, DOUBLE, SINGLE],
            ..C_LIKE
        },
        forms: vec![
            Form::Quoted(regex(&format!(r#"{CALL}(?:\.\w+)*\s*\(\s*["'`]"#))),
            Form::Quoted(regex(&format!(
                r#"{CALL}(?:\.\w+)*\.(?:each|for)\b.*\)\s*\(\s*["'`]"#
            ))),
        ],
        off: marks,
    }
}

fn go() -> Language {
    Language {
        endings: &["_test.go"],
        syntax: Syntax {
            strings: &[RAW_BACKTICK, DOUBLE, SINGLE],
            ..C_LIKE
        },
        forms: vec![Form::Defined(regex(
            r"^func\s+(?:\([^)]*\)\s*)?(?P<name>(?:Test|Benchmark|Fuzz|Example)\w*)\s*\(",
        ))],
        off: off(About::This, &[r"\b\w+\.(?:Skip|Skipf|SkipNow)\s*\("]),
    }
}

fn jvm() -> Language {
    let mut marks = off(
        About::Next,
        &[
            r"@(?:\w+\.)*(?:Disabled|DisabledIf|DisabledOnOs|DisabledOnJre|Ignore|Ignored)\b",
            r"@(?:\w+\.)*Test\s*\(.*\benabled\s*=\s*false\b",
        ],
    );
    marks.extend(off(
        About::This,
        &[r"\bthrow\s+(?:new\s+)?(?:\w+\.)*(?:SkipException|TestAbortedException)\b"],
    ));
    Language {
        endings: &[".java", ".kt", ".kts", ".groovy", ".scala"],
        syntax: C_LIKE,
        forms: vec![Form::Marked {
            mark: regex(
                r"@(?:\w+\.)*(?:Test|ParameterizedTest|RepeatedTest|TestFactory|TestTemplate|Property|Example|Theory)\b",
            ),
            aside: regex(r"@(?:\w+\.)*\w+(?:\s*\([^)]*\))?"),
            function: regex(r"(?:\b(?:fun|def)\s+(?:<[^>]*>\s*)?|[\w>\]]\s+)(?P<name>`[^`]+`|\w+)\s*\("),
            block: None,
        }],
        off: marks,
    }
}

fn c_sharp() -> Language {
    let mut marks = off(
        About::Next,
        &[
            r"\[\s*(?:\w+\s*,\s*)*Ignore\b",
            r"\[\s*(?:Fact|Theory)\s*\(.*\bSkip\s*=",
            r"\bExplicit\s*[\](]",
        ],
    );
    marks.extend(off(
        About::This,
        &[r"\bAssert\.(?:Ignore|Inconclusive|Skip)\s*\("],
    ));
    Language {
        endings: &[".cs"],
        syntax: C_LIKE,
        forms: vec![Form::Marked {
            mark: regex(
                r"\[\s*(?:\w+\s*,\s*)*(?:Fact|Theory|Test|TestCase|TestCaseSource|TestMethod|DataTestMethod)\b",
            ),
            aside: regex(r"\[[^\]]*\]"),
            function: regex(r"[\w>\]]\s+(?P<name>\w+)\s*(?:<[^>]*>)?\("),
            block: None,
        }],
        off: marks,
    }
}

fn ruby() -> Language {
    let mut marks = off(
        About::Group,
        &[
            r"^\s*[xf](?:it|specify|describe|context|scenario|feature)\b",
            r#"["'].*,\s*(?:skip|pending)\s*:"#,
            r#"["'].*,\s*:(?:skip|pending)\b"#,
        ],
    );
    marks.extend(off(About::This, &[r"^\s*(?:skip|pending)\b"]));
    Language {
        endings: &[".rb"],
        syntax: Syntax {
            line: &["#"],
            block: Some(("=begin", "=end")),
            strings: &[DOUBLE, SINGLE],
            ..C_LIKE
        },
        forms: vec![
            Form::Quoted(regex(
                r#"^\s*[xf]?(?:it|specify|test|scenario|example)\s*\(?\s*["']"#,
            )),
            Form::Defined(regex(r"^\s*def\s+(?P<name>test_\w+[?!]?)")),
        ],
        off: marks,
    }
}

fn bats() -> Language {
    Language {
        endings: &[".bats"],
        syntax: Syntax {
            line: &["#"],
            line_at_word: true,
            block: None,
            strings: &[DOUBLE, RAW_SINGLE],
            ..C_LIKE
        },
        forms: vec![
            Form::Quoted(regex(r#"^\s*@test\s+["']"#)),
            Form::Defined(regex(r"^\s*@test\s+(?P<name>\w+)")),
        ],
        off: off(About::This, &[r"^\s*skip\b"]),
    }
}
