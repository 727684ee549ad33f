//! The checkout that the tools work on, and its children: cargo and git without git's local environment.

use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::path::PathBuf;

use anstyle::Style;
use duct::Expression;

use crate::Error;

/// What git sets for its hooks and what would bind a child to the repository of the caller
/// (`git rev-parse --local-env-vars`, over all versions).
pub(crate) const GIT_LOCAL_VARIABLES: &[&str] = &[
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// The root of the checkout.
pub(crate) struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// The checkout that this very xtask belongs to, wherever it is called from.
    pub(crate) fn here() -> Self {
        // At run time first: cargo sets it, and a build shared between worktrees must not lead to another one.
        let manifest = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let xtask = PathBuf::from(manifest);
        let root = xtask.parent().map_or_else(|| xtask.clone(), Path::to_path_buf);
        Self { root }
    }

    /// Another checkout.
    pub(crate) fn at(root: PathBuf) -> Self {
        Self { root }
    }

    /// Its directory.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A child in the root, silent about itself.
    pub(crate) fn command(&self, program: &str, args: &[&str]) -> Expression {
        let program = if program == "cargo" {
            cargo()
        } else {
            program.into()
        };
        let child = duct::cmd(program, args).dir(&self.root);
        GIT_LOCAL_VARIABLES
            .iter()
            .fold(child, |child, name| child.env_remove(name))
    }

    /// Says the command, runs it with the caller's terminal, and tells whether it succeeded.
    pub(crate) fn passes(&self, program: &str, args: &[&str], env: &[(&str, &str)]) -> Result<bool, Error> {
        announce(program, args, env);
        let child = env
            .iter()
            .fold(self.command(program, args), |child, (name, value)| {
                child.env(name, value)
            });
        let done = child.unchecked().run().map_err(|source| Error::Spawn {
            command: spell(program, args),
            source,
        })?;
        Ok(done.status.success())
    }

    /// The standard output of a command that must succeed; its words on stderr go to the caller's.
    pub(crate) fn read(&self, program: &str, args: &[&str]) -> Result<String, Error> {
        let command = || spell(program, args);
        let child = self.command(program, args).stdout_capture().unchecked();
        let done = child.run().map_err(|source| Error::Spawn {
            command: command(),
            source,
        })?;
        if !done.status.success() {
            return Err(Error::Failed {
                command: command(),
                code: done.status.code(),
            });
        }
        String::from_utf8(done.stdout).map_err(|error| Error::Output {
            command: command(),
            why: error.to_string(),
        })
    }
}

/// Shows on stderr what is about to run.
pub(crate) fn announce(program: &str, args: &[&str], env: &[(&str, &str)]) {
    let dim = Style::new().dimmed();
    let env: String = env
        .iter()
        .map(|(name, value)| format!("{name}={value:?} "))
        .collect();
    anstream::eprintln!("{dim}$ {env}{}{dim:#}", spell(program, args));
}

/// The command as one would type it, for people only.
pub(crate) fn spell(program: &str, args: &[&str]) -> String {
    let words = std::iter::once(program).chain(args.iter().copied());
    words.collect::<Vec<_>>().join(" ")
}

/// The cargo that started us, so that `cargo +nightly xtask` stays with its toolchain.
fn cargo() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_variable_that_git_calls_local_is_cleared() {
        let named = Workspace::here()
            .read("git", &["rev-parse", "--local-env-vars"])
            .unwrap();
        assert!(named.contains("GIT_DIR"));
        for name in named.lines() {
            assert!(GIT_LOCAL_VARIABLES.contains(&name), "{name} is missing");
        }
    }

    #[test]
    fn root_holds_the_workspace_manifest() {
        assert!(Workspace::here().root().join("Cargo.lock").exists());
    }

    #[test]
    fn failed_read_is_an_error() {
        let read = Workspace::here().read("git", &["rev-parse", "--verify", "--quiet", "refs/no/such"]);
        assert!(
            matches!(read, Err(Error::Failed { code: Some(1), .. })),
            "{read:?}"
        );
    }
}
