//! `.agents/gates.toml`: what is read, and how a fault is named.

use lane_core::time::Span;
use lane_gate::Gates;
use lane_gate::Level;
use lane_gate::Work;

const EXAMPLE: &str = r#"
note = "unknown keys are ignored"

[check.fmt]
rung = 1
builtin = "rustfmt"

[check.unit]
rung = 2
run = ["cargo", "nextest", "run", "{packages}"]
paths = ["crates/**"]
timeout = "1h30m"
colour = "blue"

[check.contract]
rung = 3
run = ["./scripts/validate-contract"]
area = "governance"
level = "wave"
"#;

#[test]
fn the_example_of_the_formats_is_read() {
    let gates = Gates::parse(EXAMPLE.as_bytes()).unwrap();
    let names: Vec<_> = gates.checks().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["contract", "fmt", "unit"]);

    let fmt = gates.check("fmt").unwrap();
    assert_eq!((fmt.rung, &fmt.work), (1, &Work::Builtin("rustfmt".to_owned())));
    assert_eq!(fmt.timeout, Span::from_secs(600));
    assert!(fmt.paths.covers(b"any/path") && fmt.area.is_none() && fmt.level.is_none());

    let unit = gates.check("unit").unwrap();
    assert_eq!(unit.timeout, Span::from_secs(5400));
    assert!(unit.paths.covers(b"crates/a.rs") && !unit.paths.covers(b"docs/a.md"));
    let words = ["cargo", "nextest", "run", "{packages}"].map(str::to_owned);
    assert_eq!(unit.work, Work::Run(words.to_vec()));

    let contract = gates.check("contract").unwrap();
    assert_eq!(contract.area.as_ref().unwrap().as_str(), "governance");
    assert_eq!(contract.level, Some(Level::Wave));
}

#[test]
fn what_is_not_declared_is_not_found() {
    let gates = Gates::parse(EXAMPLE.as_bytes()).unwrap();
    for name in ["", "FMT", "other", "../fmt", "fmt\n"] {
        assert!(gates.check(name).is_none(), "{name:?}");
    }
    assert_eq!(Gates::parse(b"").unwrap(), Gates::default());
}

#[test]
fn a_fault_names_the_check_and_the_key() {
    const RUN: &str = "rung = 1\nrun = [\"x\"]\n";
    for (keys, said) in [
        ("run = [\"x\"]", "`check.a.rung` must be 1, 2 or 3"),
        ("rung = 0\nrun = [\"x\"]", "`check.a.rung` must be 1, 2 or 3"),
        ("rung = 257\nrun = [\"x\"]", "`check.a.rung` must be 1, 2 or 3"),
        ("rung = \"1\"\nrun = [\"x\"]", "`check.a.rung` must be 1, 2 or 3"),
        ("rung = 1", "`check.a.run` is missing, and so is `builtin`"),
        (
            "rung = 1\nrun = [\"x\"]\nbuiltin = \"y\"",
            "`check.a.run` and `builtin` exclude each other",
        ),
        (
            "rung = 1\nrun = \"x y\"",
            "`check.a.run` must be a list of strings",
        ),
        ("rung = 1\nrun = [1]", "`check.a.run` must be a list of strings"),
        ("rung = 1\nrun = []", "`check.a.run` must begin with a program"),
        (
            "rung = 1\nrun = [\"\"]",
            "`check.a.run` must begin with a program",
        ),
        (
            "rung = 1\nrun = [\"x\", \"\\u0000\"]",
            "`check.a.run` must not hold a NUL byte",
        ),
        (
            "rung = 1\nbuiltin = \"a b\"",
            "`check.a.builtin` must be the name of a check of git-lane's own",
        ),
        (
            &format!("{RUN}paths = []"),
            "`check.a.paths` must name a glob; without the key, every path counts",
        ),
        (
            &format!("{RUN}paths = [\"../x\"]"),
            "`check.a.paths` cannot be used: ",
        ),
        (
            &format!("{RUN}timeout = 10"),
            "`check.a.timeout` must be a string",
        ),
        (
            &format!("{RUN}timeout = \"10\""),
            "`check.a.timeout` cannot be used: \"10\" is not a length of time",
        ),
        (
            &format!("{RUN}area = \"-x\""),
            "`check.a.area` cannot be used: area \"-x\" must start",
        ),
        (
            &format!("{RUN}level = \"all\\u001b\""),
            "`check.a.level` must be lane, wave or final, not \"all\\\\u{1b}\"",
        ),
    ] {
        let error = Gates::parse(format!("[check.a]\n{keys}\n").as_bytes()).unwrap_err();
        let shown = error.to_string();
        assert!(shown.starts_with(said), "{keys}: {shown}");
    }
}

#[test]
fn what_is_no_table_of_checks_is_refused() {
    for (text, said) in [
        ("check = 1", "`check` must be a table of checks"),
        ("check.a = 1", "`check.a` must be a table"),
        ("[check.\"-x\"]", "check name \"-x\" must start"),
        ("[check.\"a\\u001bb\"]", "check name \"a\\\\u{1b}b\" must start"),
        ("[check.a", "line 1: "),
    ] {
        let shown = Gates::parse(text.as_bytes()).unwrap_err().to_string();
        assert!(shown.starts_with(said), "{text}: {shown}");
    }
    assert!(Gates::parse(b"\xff").is_err());
    let large = format!("# {}", "x".repeat(256 * 1024));
    let shown = Gates::parse(large.as_bytes()).unwrap_err().to_string();
    assert!(shown.ends_with("at most 262144 are read"), "{shown}");
}
