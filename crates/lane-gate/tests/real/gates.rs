//! `.agents/gates.toml`: what is read, and how a fault is named.

use lane_core::time::Span;
use lane_gate::Folder;
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

[check.ui]
rung = 2
run = ["npx eslint \"$@\" | tee log", "{files}", "--since={base}"]
shell = true
dir = "ui/"
ignore = ["**/*.md"]
reads = ["ui/**", "api/*.json"]
env = ["NODE_ENV", "CI", "CI"]
toolchain = ["node --version", "npx 'a b' -v"]

[package.e2e]
reads = ["hooks/**"]
"#;

#[test]
fn the_example_of_the_formats_is_read() {
    let gates = Gates::parse(EXAMPLE.as_bytes()).unwrap();
    let names: Vec<_> = gates.checks().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["contract", "fmt", "ui", "unit"]);

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
fn everything_that_a_check_can_say_is_read() {
    let gates = Gates::parse(EXAMPLE.as_bytes()).unwrap();
    let ui = gates.check("ui").unwrap();
    assert!(ui.shell && ui.dir.as_str() == "ui");
    assert!(ui.concerns(b"ui/a.ts") && !ui.concerns(b"ui/a.md"));
    assert!(ui.reads.covers(b"api/a.json") && !ui.reads.covers(b"api/a.yaml"));
    assert!(ui.env.iter().eq(["CI", "NODE_ENV"]));
    assert_eq!(
        ui.toolchain,
        [vec!["node", "--version"], vec!["npx", "a b", "-v"]]
    );
    let reads = gates.reads();
    assert!(reads.len() == 1 && reads["e2e"].covers(b"hooks/shim.sh") && !reads["e2e"].covers(b"x"));

    let fmt = gates.check("fmt").unwrap();
    assert!(!fmt.shell && fmt.dir.as_str().is_empty() && fmt.env.is_empty() && fmt.toolchain.is_empty());
    assert!(fmt.reads.covers(b"any/path") && fmt.concerns(b"any/path") && fmt.ignore.is_empty());
    let folders: Vec<_> = gates.package_folders().into_iter().map(Folder::as_str).collect();
    assert_eq!(folders, [""], "of the checks that look at packages only");
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
        (
            &format!("{RUN}shell = \"yes\""),
            "`check.a.shell` must be true or false",
        ),
        (
            "rung = 1\nbuiltin = \"test\"\nshell = false",
            "`check.a.shell` is for `run`",
        ),
        (
            "rung = 1\nrun = [\" \"]\nshell = true",
            "`check.a.run` must begin with a script",
        ),
        (
            "rung = 1\nrun = [\"{files}\"]",
            "`check.a.run` must not begin with {files}",
        ),
        (
            "rung = 1\nrun = [\"lint {files}\"]\nshell = true",
            "`check.a.run` must not begin with {files}; it is an argument (with `shell`, one of the script's \"$@\")",
        ),
        (
            "rung = 1\nrun = [\"./{base}/x\"]",
            "`check.a.run` must not begin with {base}",
        ),
        (
            "rung = 1\nrun = [\"x\", \"--files={files}\"]",
            "`check.a.run` must give {files} a word of its own",
        ),
        (
            "rung = 1\nrun = [\"x\", \"{packages}{packages}\"]",
            "`check.a.run` must give {packages} a word of its own",
        ),
        (
            &format!("{RUN}dir = \"../x\""),
            "`check.a.dir` must be a folder of this repository: \"../x\"",
        ),
        (
            &format!("{RUN}reads = []"),
            "`check.a.reads` must name a glob; without the key",
        ),
        (
            &format!("{RUN}ignore = [\"../x\"]"),
            "`check.a.ignore` cannot be used: ",
        ),
        (
            &format!("{RUN}env = [\"A=b\"]"),
            "`check.a.env` must name variables, without values, and \"A=b\"",
        ),
        (&format!("{RUN}env = [\"\"]"), "`check.a.env` must name variables"),
        (
            &format!("{RUN}toolchain = [\"node 'x\"]"),
            "`check.a.toolchain` must be a list of commands, and \"node 'x\"",
        ),
        (
            &format!("{RUN}toolchain = [\"\"]"),
            "`check.a.toolchain` must be a list of commands",
        ),
        (
            &format!("{RUN}[package.p]\nread = [\"x\"]"),
            "`package.p.reads` is missing",
        ),
        (
            &format!("{RUN}[package.\"p\\u001b\"]\nreads = []"),
            "`package.p\\u{1b}.reads` must name a glob",
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
        ("package = 1", "`package` must be a table of packages"),
        ("package.a = 1", "`package.a` must be a table"),
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

#[test]
fn whether_a_commit_may_be_checked_is_told_without_reading_the_checks() {
    for (text, may) in [
        ("", false),
        ("[check.a]\nrung = 1\nrun = [\"a\"]\n", false),
        ("# pre_commit = 1\n", false),
        ("[hooks]\npre_commit = 0\n", false),
        ("[hooks]\npre_commit = 1\n", true),
        ("[hooks]\n\"pre\\u005fcommit\" = 2\n", true),
        ("[hooks]\npre_commit = \"much\"\n", true),
        ("pre_commit [[[", true),
    ] {
        assert_eq!(Gates::may_ask_before_commits(text.as_bytes()), may, "{text}");
    }
}
