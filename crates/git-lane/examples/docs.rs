//! Writes the generated pages of `docs/`, or with `--check` says which are not fresh.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let check = std::env::args().any(|arg| arg == "--check");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut stale = 0;
    for (path, content) in git_lane::docs::pages() {
        let file = root.join(path);
        if std::fs::read_to_string(&file).ok().as_deref() == Some(content.as_str()) {
            continue;
        }
        if check {
            eprintln!("{path}:1: is not what the code says: cargo run -p git-lane --example docs");
            stale += 1;
        } else if let Err(e) = std::fs::write(&file, content) {
            eprintln!("{path}: {e}");
            stale += 1;
        }
    }
    ExitCode::from(u8::from(stale > 0))
}
