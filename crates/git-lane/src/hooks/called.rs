//! How the git that pushes was called: the words of its command line, found among the processes above this one. git tells its hooks
//! nothing of it.

#[cfg(unix)]
use std::process::Command;
#[cfg(unix)]
use std::process::Stdio;

use lane_git::GitError;
use lane_git::Repo;

/// How far up it is looked for: hook managers put processes of their own in between.
const PARENTS: usize = 32;

/// The words of a command line.
type Words = Vec<Vec<u8>>;

/// The command line of the nearest git above that pushes; none where that cannot be seen. An alias is there by what it stands for: git
/// runs that as a process of its own.
pub(super) fn push() -> Option<Words> {
    let mut pid = own_parent()?;
    for _ in 0..PARENTS {
        if pid == 0 {
            return None;
        }
        let (above, words) = process(pid)?;
        if is_push(&words) {
            return Some(words);
        }
        pid = above;
    }
    None
}

#[cfg(unix)]
fn own_parent() -> Option<u32> {
    Some(std::os::unix::process::parent_id())
}

/// There is no way without calls of the system's own.
#[cfg(not(unix))]
fn own_parent() -> Option<u32> {
    None
}

/// The parent of a process, and its command line.
#[cfg(target_os = "linux")]
fn process(pid: u32) -> Option<(u32, Words)> {
    match std::path::Path::new("/proc/self").exists() {
        true => by_proc(pid),
        false => by_ps(pid),
    }
}

#[cfg(all(unix, not(target_os = "linux")))]
fn process(pid: u32) -> Option<(u32, Words)> {
    by_ps(pid)
}

#[cfg(not(unix))]
fn process(_: u32) -> Option<(u32, Words)> {
    None
}

#[cfg(target_os = "linux")]
fn by_proc(pid: u32) -> Option<(u32, Words)> {
    let line = std::fs::read(format!("/proc/{pid}/cmdline")).ok()?;
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // Behind the name, which may hold anything: the state, then the parent.
    let (_, rest) = stat.rsplit_once(')')?;
    let above = rest.split_whitespace().nth(1)?.parse().ok()?;
    let mut words: Words = line.split(|byte| *byte == 0).map(<[u8]>::to_vec).collect();
    // Under whatever name it was started, as by a link: the program itself says what it is.
    if let (Ok(program), Some(first)) = (std::fs::read_link(format!("/proc/{pid}/exe")), words.first_mut())
        && program.file_name().is_some_and(|name| name == "git")
        && !is_git(first)
    {
        *first = b"git".to_vec();
    }
    Some((above, words))
}

/// As POSIX has it, and of any width (`-ww`). Words with spaces fall into several, which is enough to know a push by, unless git's own path has
/// one.
#[cfg(unix)]
fn by_ps(pid: u32) -> Option<(u32, Words)> {
    let listed = Command::new("ps")
        .args(["-ww", "-o", "ppid=", "-o", "args=", "-p", &pid.to_string()])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    listed_line(&listed.stdout)
}

#[cfg(unix)]
fn listed_line(listed: &[u8]) -> Option<(u32, Words)> {
    let mut words = listed
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty());
    let above = std::str::from_utf8(words.next()?).ok()?.parse().ok()?;
    Some((above, words.map(<[u8]>::to_vec).collect()))
}

/// Whether it is git, about to push: as `git push`, or as the program `git-push`.
fn is_push(words: &[Vec<u8>]) -> bool {
    let Some(program) = words.first() else {
        return false;
    };
    match name_of(program) {
        b"git-push" => true,
        b"git" => words.iter().any(|word| word == b"push"),
        _ => false,
    }
}

fn name_of(program: &[u8]) -> &[u8] {
    let file = program.rsplit(|byte| matches!(byte, b'/' | b'\\')).next();
    let file = file.unwrap_or_default();
    file.strip_suffix(b".exe").unwrap_or(file)
}

#[cfg(target_os = "linux")]
fn is_git(program: &[u8]) -> bool {
    matches!(name_of(program), b"git" | b"git-push")
}

/// Whether the last word of it says so; git takes `--mir` for it, too.
pub(super) fn mirrors(words: &[Vec<u8>]) -> bool {
    says(words, (b"--mirror", 3), (b"--no-mirror", 6))
}

/// Whether the remote takes all of it or nothing.
pub(super) fn is_atomic(words: &[Vec<u8>]) -> bool {
    says(words, (b"--atomic", 3), (b"--no-atomic", 6))
}

/// Whether a remote is pushed to at several places, of which a look at it shows one.
pub(super) fn has_several_urls(repo: &Repo, remote: &str) -> Result<bool, GitError> {
    // A URL is no part of a key.
    if !repo.remotes()?.iter().any(|name| name == remote) {
        return Ok(false);
    }
    let urls = |key: &str| repo.config_get_all(&format!("remote.{remote}.{key}"));
    Ok(urls("url")?.len() > 1 || urls("pushurl")?.len() > 1)
}

/// The options of `git push` whose value is a word of its own, with how much of the name is enough.
const WITH_VALUE: [(&[u8], usize); 5] = [
    (b"-o", 2),
    (b"--push-option", 4),
    (b"--repo", 5),
    (b"--receive-pack", 5),
    (b"--exec", 3),
];

/// What the last of the options `yes` and `no` says, each with how much of its name is enough.
fn says(words: &[Vec<u8>], yes: (&[u8], usize), no: (&[u8], usize)) -> bool {
    let is = |word: &[u8], (whole, least): (&[u8], usize)| word.len() >= least && whole.starts_with(word);
    let begin = words
        .iter()
        .position(|word| word == b"push")
        .map_or(1, |at| at + 1);
    let mut rest = words.iter().skip(begin);
    let mut said = false;
    while let Some(word) = rest.next() {
        if word == b"--" {
            break;
        } else if WITH_VALUE.iter().any(|option| is(word, *option)) {
            rest.next();
        } else if is(word, yes) {
            said = true;
        } else if is(word, no) {
            said = false;
        }
    }
    said
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_mirror_is_known_by_its_words() {
        for (line, expected) in [
            ("git push --mirror origin", true),
            ("/usr/bin/git -C x push --mir origin", true),
            ("git push origin --mirror", true),
            ("git-push --mirror origin", true),
            ("/usr/lib/git-core/git-push --mirror origin", true),
            ("git push --mirror --no-mirror origin", false),
            ("git push --no-mirror --mirror origin", true),
            ("git push origin main", false),
            ("git push -- --mirror", false),
            ("git fetch --mirror", false),
            ("sh -c git push --mirror", false),
            ("legit push --mirror", false),
            ("git push --repo -- --mirror origin", true),
            ("git push --mirror --repo --no-mirror origin", true),
            ("git push -o --mirror origin", false),
            ("git -C --mirror push origin", false),
            ("git-push -o x --mirror origin", true),
        ] {
            let words: Words = line.split(' ').map(|word| word.as_bytes().to_vec()).collect();
            assert_eq!(is_push(&words) && mirrors(&words), expected, "{line}");
        }
    }

    #[test]
    fn our_parent_has_a_parent() {
        assert!(process(std::process::id()).is_some());
    }

    #[test]
    fn what_ps_lists_is_a_parent_and_words() {
        let (above, words) = listed_line(b"   17 git push --mirror origin\n").unwrap();
        assert!(above == 17 && is_push(&words) && mirrors(&words));
        assert!(listed_line(b"\n").is_none());
    }
}
