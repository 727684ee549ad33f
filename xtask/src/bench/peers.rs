//! Hook managers to compare with: those on PATH and, when asked for, from their registries into a temporary folder.

use std::path::Path;
use std::path::PathBuf;

use super::field::Field;
use super::field::finish;
use super::race::progress;
use crate::Error;

/// A hook manager, and how it is made to run one hook that does nothing.
pub(super) struct Peer {
    pub(super) name: &'static str,
    /// Its own configuration's file and text.
    pub(super) config: (&'static str, &'static str),
    /// What writes its hook into `.git/hooks`.
    pub(super) install: &'static [&'static str],
    /// How it comes from its registry into the current folder, and where its program is then.
    get: &'static [&'static str],
    program: &'static str,
}

const NO_OP_YAML: &str = "repos:\n- repo: local\n  hooks:\n  - id: no-op\n    name: no-op\n    entry: 'true'\n    language: system\n    pass_filenames: false\n    always_run: true\n";

/// The peers that can be installed by name. `hk` needs a second language's compiler and is taken from PATH only.
pub(super) const PEERS: &[Peer] = &[
    Peer {
        name: "prek",
        config: (".pre-commit-config.yaml", NO_OP_YAML),
        install: &["install", "--hook-type", "pre-commit"],
        get: &["pip", "install", "--quiet", "--prefix", ".", "prek"],
        program: "bin/prek",
    },
    Peer {
        name: "lefthook",
        config: (
            "lefthook.yml",
            "output: false\npre-commit:\n  commands:\n    no-op:\n      run: 'true'\n",
        ),
        install: &["install"],
        get: &["npm", "install", "--silent", "--prefix", ".", "lefthook"],
        // The program itself: what npm and pip put on PATH is a script that starts it, ten times as slow.
        program: "node_modules/lefthook-linux-x64/bin/lefthook",
    },
    Peer {
        name: "hk",
        config: (
            "hk.pkl",
            "amends \"package://github.com/jdx/hk/releases/download/v1.0.0/hk@1.0.0#/Config.pkl\"\nhooks { [\"pre-commit\"] { steps { [\"no-op\"] { check = \"true\" } } } }\n",
        ),
        install: &["install"],
        get: &[],
        program: "",
    },
    Peer {
        name: "pre-commit",
        config: (".pre-commit-config.yaml", NO_OP_YAML),
        install: &["install", "--hook-type", "pre-commit"],
        get: &["pip", "install", "--quiet", "--prefix", ".", "pre-commit"],
        program: "bin/pre-commit",
    },
];

/// The program of a peer, if it is here or can be had.
pub(super) fn find(field: &Field, peer: &Peer, may_get: bool) -> Option<PathBuf> {
    if let Some(found) = on_path(peer.name) {
        return Some(found);
    }
    if !may_get || peer.get.is_empty() {
        return None;
    }
    progress(&format!("getting {}", peer.name));
    let program = got(field, peer).and_then(|program| {
        program
            .is_file()
            .then_some(program.clone())
            .ok_or_else(|| Error::Output {
                command: peer.get.join(" "),
                why: format!("it made no {}", program.display()),
            })
    });
    progress("");
    if let Err(error) = &program {
        anstream::eprintln!("{}: left out: {}", peer.name, crate::error::with_causes(error));
    }
    program.ok()
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

fn got(field: &Field, peer: &Peer) -> Result<PathBuf, Error> {
    let folder = format!("peers/{}", peer.name);
    field.write(format!("{folder}/.keep"), "")?;
    let mut get = field.command(&field.at(&folder), peer.get[0], &peer.get[1..]);
    // The registry's client keeps its own configuration and cache.
    if let Some(home) = std::env::var_os("HOME") {
        get.env("HOME", home);
    }
    finish(get)?;
    Ok(field.at(folder).join(peer.program))
}

/// Runs the peer's own set-up in `repo`, whose hooks folder then holds its hook.
pub(super) fn install(field: &Field, peer: &Peer, program: &Path, repo: &Path) -> Result<(), Error> {
    let mut command = field.command(repo, &program.to_string_lossy(), peer.install);
    with_modules(&mut command, program);
    finish(command).map(drop)
}

/// What pip put beside a program, Python has to be told of; and the program is looked for on PATH by its hook.
pub(super) fn with_modules(command: &mut std::process::Command, program: &Path) {
    let Some(bin) = program.parent() else { return };
    let outer = command
        .get_envs()
        .find(|(name, _)| *name == "PATH")
        .and_then(|(_, value)| value.map(std::ffi::OsStr::to_owned))
        .unwrap_or_default();
    let paths = std::iter::once(bin.to_owned()).chain(std::env::split_paths(&outer));
    if let Ok(path) = std::env::join_paths(paths) {
        command.env("PATH", path);
    }
    let lib = bin.with_file_name("lib");
    let pythons = std::fs::read_dir(lib).into_iter().flatten().flatten();
    if let Some(python) = pythons.map(|entry| entry.path().join("site-packages")).next() {
        command.env("PYTHONPATH", python);
    }
}
