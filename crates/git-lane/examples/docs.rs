//! Writes the generated pages of `docs/` and our section of `AGENTS.md`, or with `--check` says which are not fresh.

use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;

/// The branch that this repository's lanes land on.
const INTEGRATION: &str = "main";

fn main() -> ExitCode {
    let check = std::env::args().any(|arg| arg == "--check");
    let mut pages: Vec<(String, Vec<u8>)> = git_lane::docs::pages()
        .into_iter()
        .map(|(path, text)| (path.to_owned(), text.into_bytes()))
        .collect();
    let mut stale = 0;
    let policy = read(".agents/policy.toml").unwrap_or_default();
    let gates = read(".agents/gates.toml");
    let old = |path: &str| read(path).unwrap_or_default();
    match git_lane::docs::instructions(&policy, gates.as_deref(), INTEGRATION, old) {
        Ok(page) => pages.push(page),
        Err(fault) => {
            eprintln!(".agents/policy.toml:1: what agents are told cannot be made: {fault}");
            stale += 1;
        }
    }
    for (path, content) in pages {
        if read(&path).as_ref() == Some(&content) {
            continue;
        }
        if check {
            eprintln!("{path}:1: is not what the code says: cargo run -p git-lane --example docs");
            stale += 1;
        } else if let Err(e) = fs::write(root().join(&path), content) {
            eprintln!("{path}: {e}");
            stale += 1;
        }
    }
    ExitCode::from(u8::from(stale > 0))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &str) -> Option<Vec<u8>> {
    fs::read(root().join(path)).ok()
}
