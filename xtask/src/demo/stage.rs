//! Where the story is played: a temporary folder with a binary, a clock, and shell sessions that know nothing of the
//! machine's git configuration.

use std::cell::Cell;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

use tempfile::TempDir;

use super::scene::Who;
use crate::Error;

/// Where the clock stands at first: 2026-11-21T08:00:00Z.
const START: i64 = 1_795_248_000;

/// The shell leaves its folder in a file, so that the next line of the session begins there.
const SESSION: &str = "eval \"$1\"\nstatus=$?\npwd -P > \"$2\"\nexit $status";

/// What an actor must not inherit, besides every `GIT_…`: it would change who they are or how they edit.
const NOT_INHERITED: &[&str] = &["CDPATH", "EDITOR", "EMAIL", "ENV", "BASH_ENV", "VISUAL"];

/// The person's whole configuration.
const CONFIG: &str = "[user]\n\tname = Pat\n\temail = pat@example.org\n[init]\n\tdefaultBranch = main\n";

/// A temporary folder with a session for each actor.
pub(super) struct Stage {
    dir: RefCell<Option<TempDir>>,
    path: PathBuf,
    now: Cell<i64>,
    folders: RefCell<BTreeMap<Option<&'static str>, PathBuf>>,
}

/// What came of a line: both streams in the order in which they were written.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) code: i32,
    pub(super) text: String,
}

impl Stage {
    /// An empty stage, with this binary as its `git-lane`.
    pub(super) fn build(binary: &Path) -> Result<Self, Error> {
        let prefix = tempfile::Builder::new().prefix("git-lane-demo-").tempdir();
        let dir = prefix.map_err(cannot_write(&env::temp_dir()))?;
        let path = dir.path().canonicalize().map_err(cannot_write(dir.path()))?;
        let stage = Self {
            dir: RefCell::new(Some(dir)),
            path,
            now: Cell::new(START),
            folders: RefCell::default(),
        };
        for folder in ["bin", "home"] {
            let folder = stage.path.join(folder);
            fs::create_dir(&folder).map_err(cannot_write(&folder))?;
        }
        link(binary, &stage.path.join("bin/git-lane"))?;
        stage.write("home/gitconfig", CONFIG)?;
        stage.advance(0)?;
        Ok(stage)
    }

    /// Moves the clock of the demo's binary on.
    pub(super) fn advance(&self, minutes: i64) -> Result<(), Error> {
        self.now.set(self.now.get() + minutes * 60);
        self.write("clock", &self.now.get().to_string())
    }

    /// The folder in which an actor's session stands, below the stage.
    pub(super) fn folder(&self, who: Who) -> PathBuf {
        let folder = self.session_folder(who);
        folder
            .strip_prefix(&self.path)
            .map_or(folder.clone(), Path::to_owned)
    }

    /// Runs a line in an actor's session. Its `cd` lasts.
    pub(super) fn run(&self, who: Who, line: &str) -> Result<Outcome, Error> {
        let broken = |source| Error::Spawn {
            command: line.to_owned(),
            source,
        };
        let trace = self.path.join("folder");
        let shell = duct::cmd("sh", ["-c", SESSION, "sh", line, &trace.to_string_lossy()]);
        let child = shell
            .full_env(self.environment(who))
            .dir(self.session_folder(who));
        let child = child.stdin_null().stderr_to_stdout().stdout_capture();
        let done = child.unchecked().run().map_err(broken)?;
        if let Ok(folder) = fs::read_to_string(&trace) {
            let folder = PathBuf::from(folder.trim_end_matches('\n'));
            self.folders.borrow_mut().insert(who.0, folder);
        }
        Ok(Outcome {
            code: done.status.code().unwrap_or(128),
            text: String::from_utf8_lossy(&done.stdout).into_owned(),
        })
    }

    /// Leaves the folder where it is, and says where.
    pub(super) fn keep(&self) -> PathBuf {
        if let Some(dir) = self.dir.take() {
            let _ = dir.keep();
        }
        self.path.clone()
    }

    fn session_folder(&self, who: Who) -> PathBuf {
        let shop = self.path.join("shop");
        let first = if shop.is_dir() { &shop } else { &self.path };
        let known = self.folders.borrow().get(&who.0).cloned();
        known.unwrap_or_else(|| first.clone())
    }

    /// The whole environment of an actor: nothing else reaches a command.
    fn environment(&self, who: Who) -> BTreeMap<OsString, OsString> {
        let foreign = |name: &OsString| {
            let name = name.to_string_lossy();
            name.starts_with("GIT_") || NOT_INHERITED.contains(&&*name)
        };
        let home = self.path.join("home");
        let date = OsString::from(format!("@{} +0000", self.now.get()));
        let own: [(&str, OsString); 11] = [
            ("PATH", self.search_path()),
            ("HOME", home.clone().into()),
            ("XDG_CONFIG_HOME", home.clone().into()),
            ("GIT_CONFIG_NOSYSTEM", "1".into()),
            ("GIT_CONFIG_GLOBAL", home.join("gitconfig").into()),
            ("GIT_LANE_TEST_CLOCK", self.path.join("clock").into()),
            ("GIT_AUTHOR_DATE", date.clone()),
            ("GIT_COMMITTER_DATE", date),
            ("GIT_EDITOR", "true".into()),
            ("LC_ALL", "C".into()),
            ("NO_COLOR", "1".into()),
        ];
        let agent = who.0.map(|name| ("GIT_LANE_AGENT", name.into()));
        let inherited = env::vars_os().filter(|(name, _)| !foreign(name));
        let own = own.into_iter().chain(agent);
        inherited
            .chain(own.map(|(name, value)| (name.into(), value)))
            .collect()
    }

    /// The demo's binary first. A machine's PATH that cannot be joined to it has nothing that we need.
    fn search_path(&self) -> OsString {
        let bin = self.path.join("bin");
        let machine = env::var_os("PATH").unwrap_or_default();
        let all = std::iter::once(bin.clone()).chain(env::split_paths(&machine));
        env::join_paths(all).unwrap_or_else(|_| bin.into())
    }

    fn write(&self, name: &str, text: &str) -> Result<(), Error> {
        let path = self.path.join(name);
        fs::write(&path, text).map_err(cannot_write(&path))
    }
}

fn cannot_write(path: &Path) -> impl FnOnce(std::io::Error) -> Error {
    let path = path.to_owned();
    |source| Error::Write { path, source }
}

#[cfg(unix)]
fn link(target: &Path, at: &Path) -> Result<(), Error> {
    std::os::unix::fs::symlink(target, at).map_err(cannot_write(at))
}

#[cfg(not(unix))]
fn link(target: &Path, at: &Path) -> Result<(), Error> {
    let at = at.with_extension("exe");
    fs::copy(target, &at).map(|_| ()).map_err(cannot_write(&at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::scene::A;
    use crate::demo::scene::PERSON;

    fn text(stage: &Stage, who: Who, line: &str) -> String {
        stage.run(who, line).unwrap().text
    }

    #[test]
    fn sessions_remember_their_own_folder_and_know_who_they_are() {
        let stage = Stage::build(Path::new("/nonexistent")).unwrap();
        text(&stage, PERSON, "mkdir shop 'b c'; cd 'b c'");
        assert_eq!(stage.folder(PERSON), Path::new("b c"));
        assert_eq!(stage.folder(A), Path::new("shop"));
        assert_eq!(text(&stage, A, "echo $GIT_LANE_AGENT"), "agent-a\n");
        assert_eq!(text(&stage, PERSON, "echo $GIT_LANE_AGENT"), "\n");
    }

    #[test]
    fn only_the_stages_own_git_configuration_is_read() {
        let stage = Stage::build(Path::new("/nonexistent")).unwrap();
        let origins = text(&stage, PERSON, "git config --list --show-origin");
        assert!(
            origins.lines().all(|line| line.contains("home/gitconfig")),
            "{origins}"
        );
    }

    #[test]
    fn nothing_of_gits_is_inherited_but_the_path_is() {
        let stage = Stage::build(Path::new("/nonexistent")).unwrap();
        let names = text(
            &stage,
            PERSON,
            "env | sed -n 's/^\\(GIT_[A-Z_]*\\)=.*/\\1/p' | sort | tr '\\n' ' '",
        );
        let own = "GIT_AUTHOR_DATE GIT_COMMITTER_DATE GIT_CONFIG_GLOBAL GIT_CONFIG_NOSYSTEM GIT_EDITOR GIT_LANE_TEST_CLOCK ";
        assert_eq!(names, own);
        assert!(text(&stage, PERSON, "echo $PATH").starts_with(&*stage.path.join("bin:").to_string_lossy()));
    }

    #[test]
    fn streams_are_in_order_and_the_exit_code_is_the_lines() {
        let stage = Stage::build(Path::new("/nonexistent")).unwrap();
        let outcome = stage.run(A, "echo a; echo b >&2; echo c; exit 7").unwrap();
        assert_eq!((outcome.code, outcome.text.as_str()), (7, "a\nb\nc\n"));
        assert_eq!(stage.run(A, "false").unwrap().code, 1);
    }

    #[test]
    fn folder_goes_with_the_stage_unless_it_is_kept() {
        let path = |keep: bool| {
            let stage = Stage::build(Path::new("/nonexistent")).unwrap();
            if keep { stage.keep() } else { stage.path.clone() }
        };
        assert!(!path(false).exists());
        let kept = path(true);
        assert!(kept.exists());
        fs::remove_dir_all(kept).unwrap();
    }
}
