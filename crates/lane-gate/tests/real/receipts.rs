//! Receipts on disk: what is kept, what is believed, what goes.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

use lane_core::time::Timestamp;
use lane_gate::Command;
use lane_gate::Ending;
use lane_gate::Folder;
use lane_gate::Interrupt;
use lane_gate::Key;
use lane_gate::KeyInputs;
use lane_gate::PlannedWork;
use lane_gate::Ran;
use lane_gate::Reader;
use lane_gate::Receipts;
use lane_gate::Run;
use lane_gate::RunVerdict;
use lane_gate::Tally;
use lane_gate::Toolchain;
use lane_gate::Verdict;
use tempfile::TempDir;

const READS: &str = "sha256:0123456789abcdef";

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(ToString::to_string).collect()
}

fn work() -> PlannedWork {
    PlannedWork::Commands(vec![Command {
        words: ["cargo", "test", "\u{1b}[2J"].map(Into::into).to_vec(),
        dir: Folder::root(),
        reader: Reader::Exit,
    }])
}

fn key(check: &str) -> Key {
    Key::of(&KeyInputs {
        work: &work(),
        texts: None,
        reads: READS,
        commit: None,
        checkout: check,
        toolchain: &[],
        env: &[],
        builtin: 0,
    })
}

fn keep(receipts: &Receipts, check: &str, code: i32) -> lane_gate::Receipt {
    let run = Run {
        ending: Ending::Exit(code),
        secs: 1.5,
        digest: "sha256:00000000000000000000".to_owned(),
        bytes: 3,
        excerpt: "last \"words\"\n\\u{1b}".to_owned(),
        signature: "sha256:fedcba9876543210".to_owned(),
        held_open: false,
        tests: Tally::default(),
        commands: 1,
        spots: Vec::new(),
    };
    let ran = Ran {
        check,
        rung: 1,
        work: &work(),
        reads: READS,
        verdict: match code {
            0 => RunVerdict::Passed {
                tests: Some(3),
                silent: 0,
            },
            _ => RunVerdict::Failed,
        },
        run: &run,
        ended: Timestamp::from_secs(1_795_248_000),
    };
    receipts.keep(&key(check), &ran).unwrap()
}

fn file(dir: &TempDir, check: &str) -> PathBuf {
    let key = key(check);
    let folder = dir.path().join("lane/gate").join(&key.as_str()[..2]);
    folder.join(format!("{key}.toml"))
}

#[test]
fn failed_then_passed_is_flaky_and_stays_so() {
    let dir = tempfile::tempdir().unwrap();
    let receipts = Receipts::of(dir.path());
    assert!(receipts.find(&key("a")).is_none());
    assert!(
        fs::read_dir(dir.path()).unwrap().next().is_none(),
        "looking makes nothing"
    );
    for (code, verdict, passes, failures) in [
        (0, Verdict::Passed, 1, 0),
        (0, Verdict::Passed, 2, 0),
        (101, Verdict::Failed, 2, 1),
        (0, Verdict::Flaky, 3, 1),
        (0, Verdict::Flaky, 4, 1),
        (3, Verdict::Failed, 4, 2),
        (0, Verdict::Flaky, 5, 2),
    ] {
        let kept = keep(&receipts, "a", code);
        assert_eq!(
            (kept.verdict, kept.passes, kept.failures),
            (verdict, passes, failures)
        );
        assert_eq!(receipts.find(&key("a")), Some(kept), "read as it was written");
    }
    let failure = receipts.find(&key("a")).unwrap().failure.unwrap();
    assert_eq!(
        (failure.exit, failure.signature.as_str()),
        (3, "sha256:fedcba9876543210")
    );
    assert_eq!(failure.lines, "last \"words\"\n\\u{1b}");
    assert!(receipts.find(&key("b")).is_none());
}

#[test]
fn what_does_not_fit_together_is_no_receipt() {
    let dir = tempfile::tempdir().unwrap();
    let receipts = Receipts::of(dir.path());
    keep(&receipts, "a", 1);
    keep(&receipts, "a", 0);
    let good = fs::read_to_string(file(&dir, "a")).unwrap();
    let long = format!("{good}x = \"{}\"\n", "x".repeat(17 * 1024));
    let lines = format!("lines = \"{}\"\n", "x".repeat(3000));
    for bad in [
        String::new(),
        "[[[".to_owned(),
        long,
        good.replace("format = 1", "format = 2"),
        good.replace(key("a").as_str(), key("b").as_str()),
        good.replace("verdict = \"flaky\"", "verdict = \"passed\""),
        good.replace("verdict = \"flaky\"", "verdict = \"fine\""),
        good.replace("passes = 1", "passes = 0"),
        good.replace("secs = 1.5", "secs = nan"),
        good.replace("secs = 1.5", "secs = -1.0"),
        good.replace(READS, "\\u001b[2J"),
        good.replace("sha256:fedc", "sha256:zzzz"),
        good.lines()
            .filter(|line| !line.starts_with("lines"))
            .map(|line| format!("{line}\n"))
            .collect::<String>()
            + &lines,
        good[..good.len() / 2].to_owned(),
    ] {
        assert_ne!(bad, good);
        fs::write(file(&dir, "a"), &bad).unwrap();
        assert!(receipts.find(&key("a")).is_none(), "{bad:.300}");
    }
    let escapes = good.replace("last ", "\\u001b[2Jlast ");
    fs::write(file(&dir, "a"), escapes + "unknown = 1\n").unwrap();
    let read = receipts.find(&key("a")).unwrap();
    assert!(!read.failure.unwrap().lines.contains('\u{1b}'));
    assert!(!read.command.contains('\u{1b}'));
    // A broken one is replaced, and known from then on.
    fs::write(file(&dir, "a"), "[[[").unwrap();
    assert_eq!(keep(&receipts, "a", 0).verdict, Verdict::Passed);
}

#[test]
fn receipts_do_not_grow_without_end() {
    let dir = tempfile::tempdir().unwrap();
    let receipts = Receipts::of(dir.path());
    for n in 0..60 {
        // Checks whose keys lie in one folder.
        let name = (0..)
            .map(|m| format!("c{n}-{m}"))
            .find(|name| key(name).as_str().starts_with("00"));
        keep(&receipts, &name.unwrap(), 0);
    }
    assert_eq!(fs::read_dir(dir.path().join("lane/gate/00")).unwrap().count(), 8);
}

#[test]
#[cfg(unix)]
fn a_tool_is_asked_once_as_long_as_it_is_the_same_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    let tools = Toolchain::of(&Receipts::of(dir.path()));
    let ask = |words: &[String]| tools.fingerprint(words, dir.path(), &Interrupt::none());
    let remembered = || fs::read_dir(dir.path().join("lane/gate/tools")).map_or(0, Iterator::count);
    // A real program: a copy of the shell, which we can change.
    let shell = Path::new("/bin/sh").canonicalize().unwrap();
    let tool = dir.path().join(shell.file_name().unwrap());
    fs::copy(&shell, &tool).unwrap();
    let line = words(&[tool.to_str().unwrap(), "-c", "echo x >>asked; wc -l <asked"]);
    let first = ask(&line).unwrap();
    assert_eq!((ask(&line).unwrap(), remembered()), (first.clone(), 1));
    let file = fs::File::options().write(true).open(&tool);
    file.unwrap()
        .set_modified(std::time::SystemTime::UNIX_EPOCH)
        .unwrap();
    assert_ne!(ask(&line).unwrap(), first, "another time, another tool");
    assert_eq!(remembered(), 2);
    for entry in fs::read_dir(dir.path().join("lane/gate/tools")).unwrap() {
        fs::write(entry.unwrap().path(), "fingerprint = \"\\u001b\"\n").unwrap();
    }
    let third = ask(&line).unwrap();
    assert!(
        third != first && third.starts_with("sha256:"),
        "hostile memory is none"
    );

    let script = dir.path().join("script");
    fs::write(&script, "#!/bin/sh\necho x >>asked; wc -l <asked\n").unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let line = words(&[script.to_str().unwrap()]);
    assert_ne!(
        ask(&line).unwrap(),
        ask(&line).unwrap(),
        "a script is asked every time"
    );
    let fault = ask(&words(&[tool.to_str().unwrap(), "-c", "exit 7"])).unwrap_err();
    assert!(fault.to_string().ends_with("ended with exit 7"), "{fault}");
}
