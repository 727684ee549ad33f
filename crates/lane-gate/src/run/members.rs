//! Whether a process group on Linux has a member that still runs. Zombies answer to signals too, and where nobody
//! collects orphans (a container without an init) they stay.

use std::fs;
use std::path::Path;

/// Whether some process of this group is no zombie. Without a readable `/proc`, there is one.
pub(super) fn some_run(group: i32) -> bool {
    let Ok(processes) = fs::read_dir("/proc") else {
        return true;
    };
    let mut seen = false;
    for process in processes.flatten() {
        let Some(stat) = stat(&process.path()) else {
            continue;
        };
        seen = true;
        if runs_in(&stat, group) {
            return true;
        }
    }
    !seen
}

/// None for what is no process, or no more.
fn stat(process: &Path) -> Option<Vec<u8>> {
    let number = process.file_name()?.to_str()?;
    let is_process = number.bytes().all(|byte| byte.is_ascii_digit());
    is_process.then(|| fs::read(process.join("stat")).ok())?
}

/// `pid (name) state parent group …`; the name may hold anything, `)` and bytes that are no text too.
fn runs_in(stat: &[u8], group: i32) -> bool {
    let after = stat.iter().rposition(|byte| *byte == b')').map_or(0, |at| at + 1);
    let rest = String::from_utf8_lossy(&stat[after..]);
    let mut fields = rest.split_ascii_whitespace();
    let state = fields.next();
    let in_group = fields.nth(1).and_then(|field| field.parse().ok()) == Some(group);
    in_group && !matches!(state, Some("Z" | "X"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn state_and_group_are_read_behind_any_name() {
        for (stat, runs) in [
            (&b"12 (sh) S 1 7 7 0"[..], true),
            (b"12 (a) Z 1 9 (\xff) R 1 7 7 0", true),
            (b"12 (sh) Z 1 7 7 0", false),
            (b"12 (sh) X 1 7 7 0", false),
            (b"12 (sh) S 1 8 7 0", false),
            (b"12 (sh) S", false),
            (b"", false),
        ] {
            assert_eq!(runs_in(stat, 7), runs, "{}", String::from_utf8_lossy(stat));
        }
    }

    #[test]
    fn we_run_in_our_own_group() {
        let own = rustix::process::getpgrp().as_raw_nonzero().get();
        assert!(some_run(own));
        assert!(!some_run(0x7fff_fff0));
    }
}
