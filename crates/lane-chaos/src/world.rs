//! A bare remote and its clones in a folder of their own, each clone with its own clock.

use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Output;

use fastrand::Rng;
use lane_testkit::CLOCK_VAR;
use lane_testkit::FAILPOINT_VAR;
use lane_testkit::START;
use lane_testkit::Sandbox;

use crate::act::Act;
use crate::ledger;
use crate::plan::Plan;

/// The folders that tasks and locks quarrel about.
pub(crate) const DIRS: usize = 6;

/// How many tasks there are at first; the last of them have landed already.
const TASKS: usize = 10;
const LANDED: usize = 3;

/// The ref that everything is about.
pub(crate) const STATE: &str = "refs/agents/state";

/// A remote, its clones, and what is needed to run commands in them.
pub(crate) struct World {
    sandbox: Sandbox,
    root: PathBuf,
    binary: PathBuf,
    clones: usize,
    /// The number of the last event of the set-up.
    pub(crate) first_seq: u64,
}

/// The folders of a world, to be copied.
pub(crate) struct Template {
    parts: Vec<PathBuf>,
    first_seq: u64,
}

impl World {
    /// Makes the remote and the clones, and adds the first tasks. To be copied for each history.
    pub(crate) fn make(plan: &Plan) -> io::Result<Self> {
        let mut world = Self::empty(plan)?;
        world.plant()?;
        world.first_seq = ledger::read(&world, &world.remote())?.len() as u64;
        Ok(world)
    }

    /// What copies are made from, as long as this world is there.
    pub(crate) fn template(&self) -> Template {
        let clones = (0..self.clones).map(|clone| self.clone_dir(clone));
        Template {
            parts: clones.chain([self.remote()]).collect(),
            first_seq: self.first_seq,
        }
    }

    /// The same world in a folder of its own.
    pub(crate) fn copy(template: &Template, plan: &Plan) -> io::Result<Self> {
        let mut world = Self::empty(plan)?;
        world.first_seq = template.first_seq;
        must(
            Command::new("cp")
                .arg("-a")
                .args(&template.parts)
                .arg(&world.root)
                .output()?,
        )?;
        let url = world.remote().to_string_lossy().into_owned();
        for clone in 0..plan.clones {
            world.git(&world.clone_dir(clone), &["config", "remote.origin.url", &url])?;
        }
        Ok(world)
    }

    fn empty(plan: &Plan) -> io::Result<Self> {
        let sandbox = Sandbox::new(&plan.binary);
        let root = sandbox.path();
        let world = Self {
            sandbox,
            root,
            binary: plan.binary.clone(),
            clones: plan.clones,
            first_seq: 0,
        };
        fs::create_dir(world.root.join("out"))?;
        for clone in 0..plan.clones {
            world.set_clock(clone, START)?;
        }
        HOOKS.into_iter().try_for_each(|hook| world.write_hook(hook))?;
        Ok(world)
    }

    fn plant(&self) -> io::Result<()> {
        self.git(&self.root, &["init", "--quiet", "--bare", "remote.git"])?;
        self.git(&self.root, &["clone", "--quiet", "remote.git", "c0"])?;
        let first = self.clone_dir(0);
        fs::write(first.join("README.md"), "readme\n")?;
        self.git(&first, &["add", "--all"])?;
        self.git(&first, &["commit", "--quiet", "-m", "first"])?;
        // The clones know the remote's branch before any lane does.
        self.git(&first, &["push", "--quiet", "origin", "HEAD:main"])?;
        self.git(&first, &["remote", "set-head", "origin", "main"])?;
        must(self.lane(0, "pat", &["init"])?)?;
        let policy = first.join(".agents/policy.toml");
        let text = fs::read_to_string(&policy)?.replace("total = 6 ", "total = 500 ");
        fs::write(policy, text + SYNC)?;
        must(self.lane(0, "pat", &["init", "--agents-md"])?)?;
        self.git(&first, &["add", "--all"])?;
        self.git(&first, &["commit", "--quiet", "--no-verify", "-m", "policy"])?;
        self.git(&first, &["push", "--quiet", "--no-verify", "origin", "main"])?;
        for task in &first_tasks() {
            let scope = format!("{}/**", scope_of(task));
            must(self.lane(
                0,
                "pat",
                &["task", "add", "first", "--id", task, "--scope", &scope],
            )?)?;
        }
        for task in first_tasks() {
            self.git(&first, &["branch", &task])?;
        }
        for task in &first_tasks()[TASKS - LANDED..] {
            let message = format!("work\n\nLane-Task: {task}");
            self.git(&first, &["checkout", "--quiet", task])?;
            self.git(
                &first,
                &[
                    "commit",
                    "--quiet",
                    "--no-verify",
                    "--allow-empty",
                    "-m",
                    &message,
                ],
            )?;
            self.git(&first, &["checkout", "--quiet", "main"])?;
            self.git(&first, &["merge", "--quiet", "--no-ff", "--no-edit", task])?;
        }
        self.git(&first, &["push", "--quiet", "--no-verify", "origin", "--all"])?;
        (1..self.clones).try_for_each(|clone| self.join(clone))
    }

    fn join(&self, clone: usize) -> io::Result<()> {
        let name = format!("c{clone}");
        self.git(&self.root, &["clone", "--quiet", "remote.git", &name])?;
        for task in first_tasks() {
            let there = format!("origin/{task}");
            self.git(&self.clone_dir(clone), &["branch", "--no-track", &task, &there])?;
        }
        must(self.lane(clone, "pat", &["init"])?).map(drop)
    }

    fn write_hook(&self, (name, script): (&str, &str)) -> io::Result<()> {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = self.root.join("hooks");
        fs::create_dir_all(&folder)?;
        let path = folder.join(name);
        let hang = self.root.join("hang");
        fs::write(&path, script.replace("HANG", &hang.to_string_lossy()))?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755))
    }

    /// The folder of everything.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The bare remote.
    pub(crate) fn remote(&self) -> PathBuf {
        self.root.join("remote.git")
    }

    /// A clone's worktree.
    pub(crate) fn clone_dir(&self, clone: usize) -> PathBuf {
        self.root.join(format!("c{clone}"))
    }

    pub(crate) fn clones(&self) -> usize {
        self.clones
    }

    /// Puts the clock of a clone to a moment, in seconds since 1970.
    pub(crate) fn set_clock(&self, clone: usize, secs: i64) -> io::Result<()> {
        // By a rename: a reader that finds an empty file would be in 1970.
        let path = self.clock(clone);
        let new = path.with_extension("new");
        fs::write(&new, secs.to_string())?;
        fs::rename(new, path)
    }

    fn clock(&self, clone: usize) -> PathBuf {
        self.root.join(format!("clock.{clone}"))
    }

    /// A command to be run in a clone by an agent.
    pub(crate) fn command(&self, clone: usize, act: &Act, die_at: Option<&str>) -> Command {
        let mut command = match &act.worktree {
            None => self.sandbox.command(&self.binary, &self.clone_dir(clone)),
            Some(path) => {
                let mut shell = self.sandbox.command("sh", &self.clone_dir(clone));
                let task = act.subject.as_deref().unwrap_or_default();
                shell.args(["-c", COMMIT_FIRST, path, &scope_of(task)]);
                shell
            }
        };
        command
            .args(&act.args)
            .env(CLOCK_VAR, self.clock(clone))
            .env("GIT_LANE_AGENT", &act.agent);
        if let Some(point) = die_at {
            command.env(FAILPOINT_VAR, point);
        }
        command
    }

    /// A git to be run in a folder.
    pub(crate) fn git_command(&self, dir: &Path, args: &[&str]) -> Command {
        let mut command = self.sandbox.command("git", dir);
        command.args(args);
        command
    }

    /// Runs a git that must succeed, and returns what it printed.
    pub(crate) fn git(&self, dir: &Path, args: &[&str]) -> io::Result<String> {
        let output = must(self.git_command(dir, args).output()?)?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Runs `git-lane` to its end.
    pub(crate) fn lane(&self, clone: usize, agent: &str, args: &[&str]) -> io::Result<Output> {
        let mut command = self.sandbox.command(&self.binary, &self.clone_dir(clone));
        command.args(args).env(CLOCK_VAR, self.clock(clone));
        command.env("GIT_LANE_AGENT", agent).output()
    }

    /// Runs `git-lane` in the remote itself.
    pub(crate) fn lane_at_remote(&self, args: &[&str]) -> io::Result<Output> {
        let mut command = self.sandbox.command(&self.binary, &self.remote());
        command.args(args).env(CLOCK_VAR, self.clock(0)).output()
    }

    /// Leaves the folder where it is.
    pub(crate) fn keep(&mut self) {
        self.sandbox.keep();
    }
}

/// The policy's say on publishing: less patience than the longest hang of the remote.
const SYNC: &str = "\n[sync]\ntimeout = \"1s\"\n";

/// The tasks that there are at first.
pub(crate) fn first_tasks() -> Vec<String> {
    (0..TASKS).map(|n| format!("T-{n}")).collect()
}

/// One of them that has not landed.
pub(crate) fn first_task(rng: &mut Rng) -> String {
    format!("T-{}", rng.usize(..TASKS - LANDED))
}

/// The folder that one of the first tasks is about.
fn scope_of(task: &str) -> String {
    let n: usize = task.trim_start_matches("T-").parse().unwrap_or_default();
    format!("d{}", n % DIRS)
}

/// A commit in the worktree `$0` below the folder `$1`, and then `git-lane` with the rest.
const COMMIT_FIRST: &str = r#"
not() { echo "error: not-committed: $1" >&2; exit 3; }
cd "$0" || not "there is no worktree any more"
mkdir -p "$1" && echo "$$" >>"$1/work" && git add --all || not "nothing could be staged"
git commit --quiet -m work >&2 || not "the commit was refused"
shift
exec git-lane "$@"
"#;

/// Hooks for the remote; where they lie they do nothing.
const HOOKS: [(&str, &str); 3] = [
    ("refuses", "#!/bin/sh\nexit 1\n"),
    ("hangs", "#!/bin/sh\nwhile test -e 'HANG'; do sleep 0.02; done\n"),
    // After the ref has moved, and before the client is told.
    ("silent", "#!/bin/sh\ntest \"$1\" != committed || kill -9 $PPID\n"),
];

/// The output of a command that must succeed.
pub(crate) fn must(output: Output) -> io::Result<Output> {
    if output.status.success() {
        return Ok(output);
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    Err(io::Error::other(format!("{}: {stderr}", output.status)))
}
