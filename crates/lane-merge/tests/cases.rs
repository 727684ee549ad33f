//! Every folder of `cases/KIND/` holds `base`, `ours`, `theirs` and `expected`: merged in both orders.
//!
//! No `base` file means that both sides added the file. An `expected` file with markers is a conflict. An optional file
//! `says` holds words that the conflict's sentences contain.

use std::fs;
use std::path::Path;

use lane_merge::Markers;
use lane_merge::Merged;
use lane_merge::Sides;
use lane_merge::Strategy;
use lane_merge::Style;
use lane_merge::merge;

/// Each kind: its strategy, and the path that its files are merged as.
const KINDS: &[(&str, Strategy, &str)] = &[
    ("changelog", Strategy::Changelog, "CHANGELOG.md"),
    ("gates", Strategy::Record, ".agents/gates.toml"),
    ("handoff", Strategy::Record, ".agents/handoffs/aa/T-1/CP-01.toml"),
    ("lock", Strategy::Record, ".agents/locks/L-1.toml"),
    ("policy", Strategy::Record, ".agents/policy.toml"),
    ("registry", Strategy::Registry, "docs/registry.txt"),
    ("task", Strategy::Record, ".agents/queue/aa/T-1.toml"),
];

fn read(folder: &Path, name: &str) -> Option<Vec<u8>> {
    let found = fs::read_dir(folder).ok()?.filter_map(Result::ok).find(|entry| {
        let file = entry.file_name();
        Path::new(&file).file_stem().is_some_and(|stem| stem == name)
    })?;
    fs::read(found.path()).ok()
}

/// Merges, and gives the file with the sentences of its conflicts.
fn merged(kind: &(&str, Strategy, &str), sides: &Sides<'_>, swapped: bool) -> (String, String) {
    let (ours, theirs) = if swapped {
        ("theirs", "ours")
    } else {
        ("ours", "theirs")
    };
    let markers = Markers {
        style: Style::Diff3,
        ours: ours.to_owned(),
        theirs: theirs.to_owned(),
        ..Markers::default()
    };
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    match merge(kind.1, kind.2, sides) {
        Merged::Clean(bytes) => (text(bytes), String::new()),
        Merged::Conflicts(conflicts) => (text(conflicts.text(&markers)), conflicts.what.join("\n")),
        Merged::Unsuited(why) => (format!("unsuited: {why}\n"), String::new()),
    }
}

/// A conflict with its sides swapped.
fn swapped(text: &str) -> String {
    let (mut out, mut first, mut base, mut second) =
        (String::new(), String::new(), String::new(), String::new());
    let mut part = 0;
    for line in text.split_inclusive('\n') {
        match line.get(..7) {
            Some("<<<<<<<") => part = 1,
            Some("|||||||") => part = 2,
            Some("=======") => part = 3,
            Some(">>>>>>>") => {
                let end = if line.ends_with("\r\n") { "\r\n" } else { "\n" };
                out += &format!("<<<<<<< theirs{end}{second}||||||| base{end}{base}");
                out += &format!("======={end}{first}>>>>>>> ours{end}");
                (part, first, base, second) = (0, String::new(), String::new(), String::new());
            }
            _ => match part {
                0 => out += line,
                1 => first += line,
                2 => base += line,
                _ => second += line,
            },
        }
    }
    out
}

fn check(kind: &(&str, Strategy, &str), folder: &Path, wrong: &mut Vec<String>) {
    let name = folder.display();
    let file = |name| read(folder, name);
    let (Some(ours), Some(theirs), Some(expected)) = (file("ours"), file("theirs"), file("expected")) else {
        wrong.push(format!("{name}: no ours, theirs or expected"));
        return;
    };
    let base = file("base").unwrap_or_default();
    let expected = String::from_utf8_lossy(&expected).into_owned();
    let one = Sides {
        base: &base,
        ours: &ours,
        theirs: &theirs,
    };
    let other = Sides {
        base: &base,
        ours: &theirs,
        theirs: &ours,
    };
    let (text, what) = merged(kind, &one, false);
    if text != expected {
        wrong.push(format!("{name}:\n{text}--- expected\n{expected}"));
    }
    let (text, _) = merged(kind, &other, true);
    let turned = if expected.contains("<<<<<<<") {
        swapped(&expected)
    } else {
        expected
    };
    if text != turned {
        wrong.push(format!("{name}, sides swapped:\n{text}--- expected\n{turned}"));
    }
    let says = file("says").unwrap_or_default();
    let says = String::from_utf8_lossy(&says);
    wrong.extend(
        says.lines()
            .filter(|words| !what.contains(words))
            .map(|words| format!("{name}: {what:?} does not say {words:?}")),
    );
}

#[test]
fn every_case_is_merged_as_expected_in_both_orders() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let (mut wrong, mut cases) = (Vec::new(), 0);
    for kind in KINDS {
        for folder in fs::read_dir(root.join(kind.0))
            .into_iter()
            .flatten()
            .filter_map(Result::ok)
        {
            cases += 1;
            check(kind, &folder.path(), &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(cases > 0, "no cases in {}", root.display());
}
