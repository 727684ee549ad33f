//! git's environment: which variables bind a process to one repository, and how a child is freed of them.

use std::process::Command;

impl crate::Repo {
    /// Whether new objects would go to another place than this repository's own, as in a quarantine: a ref of ours
    /// would then name objects that may vanish.
    pub fn objects_elsewhere(&self) -> bool {
        ["GIT_QUARANTINE_PATH", "GIT_OBJECT_DIRECTORY"]
            .iter()
            .any(|name| {
                std::env::var_os(name).is_some_and(|path| {
                    let own = self.common_dir().join("objects");
                    let (path, own) = (std::fs::canonicalize(path), std::fs::canonicalize(own));
                    !matches!((path, own), (Ok(path), Ok(own)) if path == own)
                })
            })
    }
}

/// What `git rev-parse --local-env-vars` prints (2.47), and the quarantine of receive-pack.
const LOCAL: [&str; 17] = [
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
    "GIT_QUARANTINE_PATH",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// The variables that tie a process to one repository: `git rev-parse --local-env-vars`, the one that only older
/// versions name, and `GIT_QUARANTINE_PATH`.
pub fn local_env_vars() -> &'static [&'static str] {
    &LOCAL
}

/// Frees a child from the repository that this process (a hook, perhaps) works for. Without this, a test suite run
/// from a hook in a linked worktree commits to that worktree's branch.
pub fn clear_git_env(command: &mut Command) {
    for name in LOCAL {
        command.env_remove(name);
    }
    // The pairs that GIT_CONFIG_COUNT counts; without the count they are dead weight, but leak what was configured.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("GIT_CONFIG_KEY_") || text.starts_with("GIT_CONFIG_VALUE_") {
            command.env_remove(&name);
        }
    }
}
