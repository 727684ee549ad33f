//! A repository to play scenarios in: set up by `git lane init`, with one driver in force.

use std::fmt::Write as _;
use std::fs::File;
use std::process::Stdio;

use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::Scenario;
use crate::Way;
use crate::edit;
use crate::scenario::Files;

/// What the policy says beside what `init` wrote.
const POLICY: &str = "\n[merge]\nregistries = [\"docs/registry.txt\"]\n";

/// A repository with one way of merging.
pub struct Stage<'s> {
    pub(crate) place: Place<'s>,
    /// The way.
    pub way: Way,
}

impl<'s> Stage<'s> {
    /// A repository of its own in `sandbox`, whose `git lane` registers our driver. No hooks: what is seen is the driver.
    pub fn new(sandbox: &'s Sandbox, way: Way) -> Self {
        let name = way.name().replace(|c: char| !c.is_ascii_alphanumeric(), "-");
        let place = sandbox.repo(&name);
        place.lane(["init"]).ok();
        let policy = ".agents/policy.toml";
        place.write(policy, place.read(policy) + POLICY);
        place.git(["add", "--all"]).ok();
        place
            .git(["commit", "--quiet", "--no-verify", "-m", "policy"])
            .ok();
        // The attributes follow the policy.
        place.lane(["init", "--attributes"]).ok();
        place.git(["add", "--all"]).ok();
        place
            .git([
                "commit",
                "--quiet",
                "--no-verify",
                "--allow-empty",
                "-m",
                "attributes",
            ])
            .ok();
        place.git(["config", "core.hooksPath", "/dev/null"]).ok();
        // What is stored is what is played: line ends are never converted.
        place.write(".git/info/attributes", format!("* -text\n{}", way.attributes()));
        if let Some((key, line)) = way.driver() {
            place.git(["config", key, &line]).ok();
        }
        Self { place, way }
    }

    /// Makes the scenario's branches: `NAME/base`, and for each side `NAME/SIDE-1` and its tip `NAME/SIDE`. `NAME/stacked`
    /// has our edits on top of theirs, where they can be done there.
    pub fn load(&self, scenario: &Scenario) {
        let mut stream = String::new();
        let base = scenario.base();
        commit(
            &mut stream,
            &scenario.name,
            "base",
            "refs/heads/main",
            &Files::new(),
            &base,
        );
        let at = |branch: &str| format!("refs/heads/{}/{branch}", scenario.name);
        for (side, edits) in [("ours", &scenario.ours), ("theirs", &scenario.theirs)] {
            let (mut files, mut from) = (base.clone(), at("base"));
            for round in 1..=2 {
                let before = files.clone();
                let done = edit::apply(edits, round, &mut files);
                done.unwrap_or_else(|why| panic!("{}, {side}: {why}", scenario.name));
                if round == 1 || files != before {
                    let branch = format!("{side}-{round}");
                    commit(&mut stream, &scenario.name, &branch, &from, &before, &files);
                    from = at(&branch);
                }
            }
            let _ = writeln!(stream, "reset {}\nfrom {from}\n", at(side));
            if side == "theirs" && edit::apply(&scenario.ours, 1, &mut files.clone()).is_ok() {
                let before = files.clone();
                let _ = edit::apply(&scenario.ours, 1, &mut files);
                commit(&mut stream, &scenario.name, "stacked", &from, &before, &files);
            }
        }
        self.import(&stream);
    }

    fn import(&self, stream: &str) {
        self.place.write(".git/scenario", stream);
        let input = File::open(self.place.path().join(".git/scenario")).expect("the file just written");
        let mut import = self.place.command("git");
        import
            .args(["fast-import", "--quiet", "--force"])
            .stdin(Stdio::from(input));
        let ended = import.status().expect("git");
        assert!(ended.success(), "git fast-import: {ended}");
    }
}

/// Writes a commit that turns `before` into `after`.
fn commit(stream: &mut String, name: &str, branch: &str, from: &str, before: &Files, after: &Files) {
    let _ = writeln!(
        stream,
        "commit refs/heads/{name}/{branch}\ncommitter Pat <pat@example.org> {} +0000\ndata {}\n{branch}\nfrom {from}",
        lane_testkit::START,
        branch.len()
    );
    for path in before.keys().filter(|path| !after.contains_key(*path)) {
        let _ = writeln!(stream, "D {path}");
    }
    for (path, text) in after
        .iter()
        .filter(|(path, text)| before.get(*path) != Some(text))
    {
        let _ = write!(stream, "M 100644 inline {path}\ndata {}\n{text}\n", text.len());
    }
    stream.push('\n');
}
