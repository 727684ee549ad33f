//! Small real workspaces for the gates: one of Rust crates, one of scripts. Offline, without dependencies.
//!
//! Each work tree builds into its own `target/`, ignored, as a user's does. A folder shared between tests would save
//! nothing, since there are no dependencies and a crate at another path is another crate; it would only let them wait for
//! each other's lock.

mod crates;

use std::fs;

use crate::sandbox::Place;
use crate::sandbox::Sandbox;
use crates::CRATES;
use crates::Crate;

/// No debug information: the tests build often and debug nothing.
const ROOT_MANIFEST: &str = r#"[workspace]
resolver = "3"
members = ["crates/*"]

[profile.dev]
debug = false
incremental = false
"#;

/// Every check that is built in, on the rung where it belongs.
const RUST_GATES: &str = r#"[check.format]
rung = 1
builtin = "rustfmt"

[check.clippy]
rung = 2
builtin = "clippy"

[check.test]
rung = 2
builtin = "test"

[check.build]
rung = 3
builtin = "build"
level = "wave"

[check.tests]
rung = 3
builtin = "tests"
level = "wave"

[check.doc]
rung = 3
builtin = "doc"
level = "wave"
"#;

const SCRIPT_GATES: &str = r#"[check.lint]
rung = 1
run = ["sh", "scripts/lint", "{files}"]
paths = ["src/**"]

[check.check]
rung = 2
run = ["sh", "scripts/check"]
reads = ["src/**", "scripts/**"]
"#;

/// `lint FILE…`: each must not hold the word `wrong`.
const LINT: &str = r#"[ -z "$RUNS" ] || echo "lint $*" >>"$RUNS"
bad=0
for file; do
    if grep -n wrong -- "$file" /dev/null; then bad=1; fi
done
exit $bad
"#;

/// `check`: `src/one.txt` and `src/two.txt` must be there, and none may hold the word `broken`.
const CHECK: &str = r#"[ -z "$RUNS" ] || echo "check" >>"$RUNS"
test -f src/one.txt && test -f src/two.txt || { echo 'a part is missing'; exit 3; }
! grep -rn broken src
"#;

impl Sandbox {
    /// A Rust workspace, git-lane set up in it, `.agents/gates.toml` with all that is built in, everything on `main`.
    ///
    /// Below `crates/`, each with one fast test named after it (`base_holds`, …):
    /// `top` → `middle` → `base`; `apart`, which only the tests of `probe` use; `switch`, whose test `loud_holds` is
    /// there only with its feature `loud`, which `tool`, a program without a library, turns on; `told`, which has a
    /// doctest besides (`told_example`). Each library has `pub fn NAME() -> u32`, and who depends on it asserts its value.
    /// A test that runs leaves its name in `target/ran/`; see [`Place::ran`].
    pub fn rust_workspace(&self, name: &str) -> Place<'_> {
        let place = self.empty_repo(name);
        place.write("Cargo.toml", ROOT_MANIFEST);
        place.write(".gitignore", "/target/\n");
        place.write("README.md", "readme\n");
        for Crate {
            name,
            needs,
            file,
            text,
        } in CRATES
        {
            let manifest =
                format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{needs}");
            place.write(format!("crates/{name}/Cargo.toml"), manifest);
            place.write(format!("crates/{name}/{file}"), text);
        }
        place.run("cargo", ["generate-lockfile", "--offline"]).ok();
        gated(&place, RUST_GATES);
        place
    }

    /// A repository of another language: `src/one.txt` and `src/two.txt`, `scripts/lint FILE…` (rung 1; no file may hold
    /// the word `wrong`) and `scripts/check` (rung 2; none the word `broken`), git-lane set up, everything on `main`.
    /// Both scripts write a line to the file that the variable `RUNS` names, if it is set: what ran, with its files.
    pub fn script_workspace(&self, name: &str) -> Place<'_> {
        let place = self.empty_repo(name);
        place.write("README.md", "readme\n");
        place.write("src/one.txt", "one\n");
        place.write("src/two.txt", "two\n");
        place.write("scripts/lint", LINT);
        place.write("scripts/check", CHECK);
        gated(&place, SCRIPT_GATES);
        place
    }
}

impl Place<'_> {
    /// The tests of a Rust workspace that ran since this was asked last, by name.
    pub fn ran(&self) -> Vec<String> {
        let folder = self.path().join("target").join("ran");
        let Ok(entries) = fs::read_dir(&folder) else {
            return Vec::new();
        };
        let names = entries.map(|entry| entry.expect("an entry").file_name());
        let mut names: Vec<String> = names.map(|name| name.to_string_lossy().into_owned()).collect();
        names.sort();
        fs::remove_dir_all(&folder).expect("the traces, removed");
        names
    }
}

/// Sets git-lane up, writes the gates, and commits everything.
fn gated(place: &Place<'_>, gates: &str) {
    place.write(".agents/gates.toml", gates);
    // What agents are told follows from the gates.
    place.lane(["init", "--agents-md"]).ok();
    place.git(["add", "--all"]).ok();
    place.git(["commit", "--quiet", "-m", "first"]).ok();
}
