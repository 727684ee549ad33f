//! What is not committed and another probe's command mends is not told twice.

use lane_rules::literal;

use super::Scene;
use super::report::Row;
use crate::error::CliError;

/// The probe that it is about.
const CLEAN: &str = "clean";

/// Leaves the probe of what is not committed out where what the others hint mends all of it.
pub(super) fn leave_out(scene: &Scene<'_>, rows: &mut [Row]) -> Result<(), CliError> {
    let mut by: Vec<&str> = Vec::new();
    let others = || rows.iter().filter(|row| row.id != CLEAN);
    let Some(mend) = rows.iter().find(|row| row.id == CLEAN).and_then(Row::mend) else {
        return Ok(());
    };
    match others().find(|row| row.mend() == Some(mend)) {
        Some(same) => by.push(&same.id),
        None if others().any(Row::is_ill) => {
            let dirt = scene.session.repo.tracked_dirt()?;
            if dirt.paths.len() < dirt.count {
                return Ok(());
            }
            for path in &dirt.paths {
                let Some(other) = others().find(|row| row.mend().is_some_and(|mend| names(mend, path)))
                else {
                    return Ok(());
                };
                by.push(&other.id);
            }
        }
        None => {}
    }
    by.dedup();
    if by.is_empty() {
        return Ok(());
    }
    let why = format!("mended with {}", by.join(", "));
    let clean = rows.iter_mut().find(|row| row.id == CLEAN);
    clean.into_iter().for_each(|row| row.skip(why.clone()));
    Ok(())
}

/// Whether a command names this path of the work tree, as a word from its root.
fn names(line: &str, path: &[u8]) -> bool {
    let Some(from_root) = literal(path) else {
        return false;
    };
    let words = shlex::split(line).unwrap_or_default();
    words.contains(&from_root)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_path_is_named_by_a_word_and_not_by_a_part_of_one() {
        let line = "git add -- :/.agents/gates.toml ':/a b' && git commit -m x -- :/.agents/gates.toml";
        for (path, expected) in [
            (".agents/gates.toml", true),
            ("a b", true),
            (".agents/gates", false),
            ("gates.toml", false),
            ("x", false),
        ] {
            assert_eq!(super::names(line, path.as_bytes()), expected, "{path}");
        }
    }
}
