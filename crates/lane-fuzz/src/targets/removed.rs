//! What a difference takes away of tests: two texts that anybody may have written, in files of every known ending.

use lane_core::policy::Tests;
use lane_rules::Sides;
use lane_rules::pattern_faults;
use lane_rules::removed;

use crate::Target;
use crate::check;

pub(super) const TARGET: Target = Target {
    name: "removed",
    check,
    seeds: &[
        "#[test]\n#[ignore]\nfn one() {\n    a();\n}\nproptest! {\n fn two(x in 0..9) {}\n}\n\u{1}#[test]\nfn uno() {\n    a();\n}\n",
        "@pytest.mark.skip\ndef test_one():\n    '''x'''\n\u{1}def test_two(): pass\n",
        "describe('x', () => {\n  it.skip(`a`, f)\n})\n\u{1}test.each([[1]])('b', f)\n",
        "func TestA(t *testing.T) {\n\tt.Skip(\"x\")\n}\n\u{1}@Test\nvoid a() {}\n[Fact]\npublic void B()\n",
        "[check.a]\nrung = 1\n\u{1}[check.b]\nrung = 2\n",
        "@test \"x\" {\n  skip\n}\n\u{1}it \"y\" do\nend\n",
    ],
    slots: &[
        ("", ""),
        ("#[test]\nfn a() {", "}\n\u{1}"),
        ("proptest! {", "}"),
        ("it('", "')\u{1}"),
        ("\u{1}r#\"", ""),
    ],
    regressions: &[],
};

const PATHS: [&str; 10] = [
    "a.rs",
    "tests/b.rs",
    "c.py",
    "d.test.ts",
    "e_test.go",
    "F.java",
    "g.cs",
    "h.rb",
    "i.bats",
    ".agents/gates.toml",
];

fn check(bytes: &[u8]) {
    let (before, after) = match bytes.iter().position(|byte| *byte == 1) {
        Some(at) => (&bytes[..at], &bytes[at + 1..]),
        None => (bytes, &b""[..]),
    };
    // The length says which language: each input is read as one, so that large ones stay quick.
    let path = PATHS[bytes.len() % PATHS.len()];
    let pattern = String::from_utf8_lossy(before).chars().take(80).collect();
    let tests = Tests {
        names: vec![pattern],
        ..Tests::default()
    };
    pattern_faults(&tests)
        .iter()
        .for_each(|fault| check::is_printable(fault));
    let sides = |before, after| {
        [Sides {
            path: path.as_bytes(),
            before: Some(before),
            after: Some(after),
        }]
    };
    assert_eq!(removed(&sides(before, before), &tests), []);
    let gone = removed(&sides(before, after), &tests);
    assert!(gone.is_sorted(), "{gone:?}");
}
