//! The ladder prepared in real repositories: what changed against a base, and what cargo said, remembered.

use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

use lane_core::glob::Scope;
use lane_gate::Affected;
use lane_gate::Base;
use lane_gate::Change;
use lane_gate::Extent;
use lane_gate::Files;
use lane_gate::Gates;
use lane_gate::Interrupt;
use lane_gate::Ladder;
use lane_gate::Level;
use lane_gate::PlannedWork;
use lane_gate::Receipts;
use lane_gate::Request;
use lane_gate::Step;
use lane_gate::Todo;
use lane_git::Oid;
use lane_git::Repo;
use tempfile::TempDir;

/// A repository with one commit.
pub(crate) struct Ground {
    _dir: TempDir,
    pub(crate) root: PathBuf,
    pub(crate) first: Oid,
}

impl Ground {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap().join("repo");
        fs::create_dir(&root).unwrap();
        git(&root, &["init", "-q", "-b", "main"]);
        for (path, text) in files {
            write(&root, path, text);
        }
        git(&root, &["add", "-A"]);
        git(&root, &["commit", "-qm", "first"]);
        let first = Repo::open(&root).unwrap().head().unwrap().oid().unwrap();
        Self {
            _dir: dir,
            root,
            first,
        }
    }

    /// The same, compared with what is checked out now.
    pub(crate) fn since_now(self) -> Self {
        let first = Repo::open(&self.root).unwrap().head().unwrap().oid().unwrap();
        Self { first, ..self }
    }

    /// The files as they are now.
    pub(crate) fn files(&self) -> Files {
        Files::in_worktree(&Repo::open(&self.root).unwrap(), &[&Scope::everything()]).unwrap()
    }

    fn changed(&self, base: &Base, files: &Files) -> Change {
        Change::since(&Repo::open(&self.root).unwrap(), base, files).unwrap()
    }

    /// What differs, as `path old>new` with the kinds of git's modes.
    fn change(&self, base: &Base) -> String {
        told(&self.changed(base, &self.files()))
    }

    /// The first rung of these gates, for what differs in `files` from the base.
    pub(crate) fn first_rung(&self, gates: &str, base: &Base, files: &Files) -> Ladder {
        let request = Request {
            root: &self.root,
            gates: &Gates::parse(gates.as_bytes()).unwrap(),
            change: &self.changed(base, files),
            commit: None,
            files,
            editions: &[],
            rungs: &(1..=1),
            level: Level::Lane,
            area: None,
            receipts: Some(&Receipts::of(&self.root.join(".git"))),
            staged: None,
        };
        Ladder::prepare(&request, &Interrupt::none())
    }
}

fn told(change: &Change) -> String {
    let kind = |mode: u32| match mode {
        0 => "-",
        0o100_644 => "f",
        0o100_755 => "x",
        0o120_000 => "l",
        _ => "?",
    };
    let files = change.files().iter().map(|file| {
        let path = String::from_utf8_lossy(&file.path);
        format!("{path} {}>{}", kind(file.old_mode), kind(file.new_mode))
    });
    files.collect::<Vec<_>>().join(", ")
}

pub(crate) fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

pub(crate) fn git(dir: &Path, args: &[&str]) {
    let mut git = Command::new("git");
    lane_git::clear_git_env(&mut git);
    git.args(["-c", "user.name=Ann", "-c", "user.email=ann@example.org"])
        .args(args)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .current_dir(dir);
    assert!(git.status().unwrap().success(), "{args:?}");
}

#[test]
fn a_change_is_what_differs_from_the_base_however_it_came_about() {
    let ground = Ground::new(&[
        ("a", "1\n"),
        ("b", "2\n"),
        ("c", "3\n"),
        ("d/e", "4\n"),
        ("s", "5\n"),
    ]);
    let base = Base::Commit(ground.first);
    assert_eq!(ground.change(&base), "");
    // Committed: a rename. Staged: a deletion. In the work tree: an edit, a mode, an untracked file, and one put back.
    git(&ground.root, &["mv", "a", "a2"]);
    write(&ground.root, "c", "changed\n");
    git(&ground.root, &["commit", "-qam", "second"]);
    git(&ground.root, &["rm", "-q", "b"]);
    write(&ground.root, "c", "3\n");
    write(&ground.root, "d/e", "edited\n");
    write(&ground.root, "new", "");
    write(&ground.root, ".gitignore", "ignored\n");
    write(&ground.root, "ignored", "");
    assert_eq!(
        ground.change(&base),
        ".gitignore ->f, a f>-, a2 ->f, b f>-, d/e f>f, new ->f"
    );
    let all = ground.change(&Base::Everything("it was asked for".to_owned()));
    assert_eq!(all, ".gitignore ->f, a2 ->f, c ->f, d/e ->f, new ->f, s ->f");
    assert_eq!(ground.change(&Base::Nothing), all);
}

#[test]
fn what_is_staged_is_told_apart_from_the_work_tree() {
    let ground = Ground::new(&[("a", "1\n"), ("b", "2\n")]);
    write(&ground.root, "a", "staged\n");
    git(&ground.root, &["add", "a"]);
    write(&ground.root, "a", "1\n");
    write(&ground.root, "b", "not staged\n");
    let repo = Repo::open(&ground.root).unwrap();
    let staged = Change::staged(&repo).unwrap();
    assert_eq!(told(&staged), "a f>f");
    assert_eq!(staged.base, Some(ground.first.to_string()));
    assert!(matches!(staged.extent, Extent::Files(_)));
}

/// The packages of the check of packages, and whether cargo was asked for them.
fn packages(ground: &Ground) -> (Vec<String>, bool) {
    let asked = || {
        let answers = fs::read_dir(ground.root.join(".git/lane/gate/cargo"));
        answers.map_or(0, Iterator::count)
    };
    let before = asked();
    let gates = "[check.c]\nrung = 1\nbuiltin = \"clippy\"";
    let ladder = ground.first_rung(gates, &Base::Commit(ground.first), &ground.files());
    let names = match &ladder.plan[0].todo {
        Todo::Run(planned) => match &planned.affected {
            Some(Affected::Packages(packages)) => packages.keys().cloned().collect(),
            other => vec![format!("{other:?}")],
        },
        other => vec![format!("{other:?}")],
    };
    (names, asked() > before)
}

#[test]
fn cargo_is_asked_again_only_when_its_answer_may_be_another() {
    let manifest =
        |name: &str| format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
    let ground = Ground::new(&[
        (
            "Cargo.toml",
            "[workspace]\nresolver = \"3\"\nmembers = [\"a\", \"b\"]\n",
        ),
        ("a/Cargo.toml", &manifest("a")),
        ("a/src/lib.rs", ""),
        ("b/Cargo.toml", &manifest("b")),
        ("b/src/lib.rs", ""),
        ("notes/x", ""),
    ]);
    let check = |path: &str, text: &str, names: &[&str], asked: bool| {
        write(&ground.root, path, text);
        let (found, again) = packages(&ground);
        assert_eq!(
            (found, again),
            (names.iter().map(ToString::to_string).collect(), asked),
            "{path}"
        );
    };
    check("a/src/lib.rs", "// 1\n", &["a"], true);
    check("a/src/lib.rs", "// 2\n", &["a"], false);
    check("a/data.txt", "a file that is no target\n", &["a"], false);
    check("a/tests/new.rs", "// a target\n", &["a"], true);
    check("b/src/lib.rs", "// 1\n", &["a", "b"], false);
    // Another manifest may need it now, and is everything besides.
    write(
        &ground.root,
        "b/Cargo.toml",
        &format!("{}[dependencies]\na = {{ path = \"../a\" }}\n", manifest("b")),
    );
    git(&ground.root, &["add", "-A"]);
    git(&ground.root, &["commit", "-qm", "second"]);
    let ground = ground.since_now();
    write(&ground.root, "a/src/lib.rs", "// 3\n");
    assert_eq!(packages(&ground), (vec!["a".to_owned(), "b".to_owned()], true));
    assert_eq!(packages(&ground), (vec!["a".to_owned(), "b".to_owned()], false));
}

#[test]
fn whatever_calls_cargo_waits_its_turn_and_what_is_on_other_rungs_is_no_step() {
    let ground = Ground::new(&[("a", "1\n")]);
    let text = "[check.x]\nrung = 1\nrun = [\"cargo\", \"x\"]\n[check.y]\nrung = 1\nrun = [\"y\", \"cargo\"]\n\
                [check.z]\nrung = 2\nrun = [\"z\"]\n";
    let ladder = ground.first_rung(text, &Base::Nothing, &ground.files());
    let turn = |step: &Step| match step {
        Step::Check(planned) => planned.turn.clone(),
        other => panic!("{other:?}"),
    };
    let turns: Vec<_> = ladder.steps.iter().map(turn).collect();
    assert_eq!(turns, [Some("cargo".to_owned()), None]);
    assert_eq!(ladder.plan.len(), 3);
    let Todo::Run(planned) = &ladder.plan[0].todo else {
        panic!("{:?}", ladder.plan)
    };
    assert!(matches!(&planned.work, PlannedWork::Commands(commands) if commands.len() == 1));
}

#[test]
fn a_check_of_packages_reads_what_binds_them_whatever_it_declares() {
    let ground = Ground::new(&[("a", "1\n")]);
    let text = "[check.x]\nrung = 1\nreads = [\"**/*.rs\"]\nbuiltin = \"tests\"\n\
                [check.y]\nrung = 1\nreads = [\"**/*.rs\"]\nrun = [\"y\"]\n\
                [package.p]\nreads = [\"docs/**\"]\n";
    let ladder = ground.first_rung(text, &Base::Nothing, &ground.files());
    for (step, all) in ladder.steps.iter().zip([true, false]) {
        let Step::Check(planned) = step else {
            panic!("{step:?}")
        };
        let reads = &planned.inputs.as_ref().unwrap().reads;
        assert!(reads.covers(b"a/src/lib.rs"));
        assert!(!reads.covers(b"notes"));
        for path in ["Cargo.toml", "a/Cargo.lock", ".cargo/config.toml", "docs/x"] {
            assert_eq!(reads.covers(path.as_bytes()), all, "{path}");
        }
    }
}

#[test]
fn ignored_files_that_a_check_reads_are_told_from_those_that_git_sees() {
    let ground = Ground::new(&[
        (".gitignore", "Cargo.lock\n.cargo/\n.env\n"),
        ("Cargo.toml", ""),
        ("ui/x", ""),
    ]);
    for path in [
        "Cargo.lock",
        "ui/.cargo/config.toml",
        ".env",
        "rustfmt.toml",
        "notes",
    ] {
        write(&ground.root, path, "");
    }
    let text = "[check.x]\nrung = 1\ndir = \"ui\"\nbuiltin = \"tests\"\n\
                [check.y]\nrung = 1\nreads = [\"src/**\", \".env\", \"ui/x\"]\nrun = [\"y\"]\n\
                [check.z]\nrung = 1\nrun = [\"z\"]\n";
    let gates = Gates::parse(text.as_bytes()).unwrap();
    let files = ground.files();
    for (name, wanted) in [
        ("x", &["Cargo.lock", "ui/.cargo/config.toml"][..]),
        ("y", &[".env"]),
        ("z", &[]),
    ] {
        let found = lane_gate::ignored(&ground.root, gates.check(name).unwrap(), &files);
        let wanted: Vec<PathBuf> = wanted.iter().map(|path| ground.root.join(path)).collect();
        assert_eq!(found, wanted, "{name}");
    }
}
