//! git's raw diff format (`--raw -z`), plain and combined, read into values.

use crate::GitError;
use crate::Oid;

/// One path that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathChange {
    /// `b'A'` added, `b'M'` modified (or another mode), `b'D'` deleted, `b'T'` another kind of thing, `b'U'` unmerged.
    pub status: u8,
    /// The path from the repository's root, in git's bytes.
    pub path: Vec<u8>,
    /// The mode before; 0 = not there. For a merge: in the first parent.
    pub old_mode: u32,
    /// The mode after; 0 = not there.
    pub new_mode: u32,
    /// The object before; zero = not there. For a merge: in the first parent.
    pub old: Oid,
    /// The object after; zero = not there, or unmerged.
    pub new: Oid,
}

/// What follows a commit's name in the output of `diff-tree --stdin`.
pub(crate) type Commits = Vec<(Oid, Vec<PathChange>)>;

/// Reads the changes of one comparison.
pub(crate) fn parse(output: &[u8], doing: &str) -> Result<Vec<PathChange>, GitError> {
    let mut commits = parse_commits(output).ok_or_else(|| GitError::unreadable(doing))?;
    match commits.len() {
        1 if commits[0].0.is_zero() => Ok(commits.remove(0).1),
        _ => Err(GitError::unreadable(doing)),
    }
}

/// Reads the changes of many commits, each behind its name. What comes before any name is filed under zero.
pub(crate) fn parse_commits(output: &[u8]) -> Option<Commits> {
    let mut commits = vec![(Oid::ZERO, Vec::new())];
    let mut fields = output.split(|byte| *byte == 0).peekable();
    while let Some(field) = fields.next() {
        if let Some(record) = field.strip_prefix(b":") {
            let change = change(record, fields.next()?)?;
            commits.last_mut()?.1.push(change);
        } else if field.is_empty() && fields.peek().is_none() {
            break;
        } else {
            commits.push((Oid::from_hex(field).ok()?, Vec::new()));
        }
    }
    Some(commits)
}

/// `mode mode oid oid status`, or with `n` further colons `n + 2` modes, `n + 2` names and `n + 1` letters.
fn change(record: &[u8], path: &[u8]) -> Option<PathChange> {
    let extra = record.iter().take_while(|byte| **byte == b':').count();
    let words: Vec<&[u8]> = record[extra..].split(|byte| *byte == b' ').collect();
    let sides = extra + 2;
    if path.is_empty() || words.len() != 2 * sides + 1 {
        return None;
    }
    let modes: Option<Vec<u32>> = words[..sides].iter().map(|word| mode(word)).collect();
    let names: Result<Vec<Oid>, _> = words[sides..2 * sides]
        .iter()
        .map(|word| Oid::from_hex(word))
        .collect();
    let (modes, names) = (modes?, names.ok()?);
    let status = if extra == 0 {
        *words[sides * 2].first()?
    } else {
        combined_status(&modes)
    };
    Some(PathChange {
        status,
        path: path.to_vec(),
        old_mode: modes[0],
        new_mode: modes[sides - 1],
        old: names[0],
        new: names[sides - 1],
    })
}

fn mode(word: &[u8]) -> Option<u32> {
    u32::from_str_radix(std::str::from_utf8(word).ok()?, 8).ok()
}

/// Against all parents at once: gone, there for the first time, or changed.
fn combined_status(modes: &[u32]) -> u8 {
    match modes.split_last() {
        Some((0, _)) => b'D',
        Some((_, parents)) if parents.iter().all(|mode| *mode == 0) => b'A',
        _ => b'M',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "70ee62935602530e02639bdc61c2947facb4fb4b";
    const Z: &str = "0000000000000000000000000000000000000000";

    #[test]
    fn plain_and_combined_records_are_read() {
        let plain = format!(":000000 100644 {Z} {A} A\0:x\n\"y\0");
        let read = parse(plain.as_bytes(), "x").unwrap();
        assert_eq!(
            (read[0].status, read[0].path.as_slice(), read[0].new_mode),
            (b'A', b":x\n\"y".as_slice(), 0o100_644)
        );
        let combined = format!("{A}\0::100644 100644 000000 {A} {A} {Z} DD\0f\0{A}\0");
        let commits = parse_commits(combined.as_bytes()).unwrap();
        assert_eq!(
            commits
                .iter()
                .map(|(_, changes)| changes.len())
                .collect::<Vec<_>>(),
            [0, 1, 0]
        );
        assert_eq!((commits[1].1[0].status, commits[1].1[0].new), (b'D', Oid::ZERO));
    }

    #[test]
    fn output_that_is_cut_off_or_foreign_is_an_error() {
        let whole = format!(":000000 100644 {Z} {A} A\0x\0");
        for bad in [
            "nonsense\0",
            ":1 2 3\0x\0",
            &whole[..40],
            &whole[..whole.len() - 3],
            &format!("{A}\0{whole}"),
        ] {
            assert!(parse(bad.as_bytes(), "x").is_err(), "{bad:?}");
        }
        assert_eq!(parse(b"", "x").unwrap(), []);
    }
}
