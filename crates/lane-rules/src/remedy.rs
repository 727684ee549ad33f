//! Ways on from a finding, as data: so that many findings of one kind give one command.

use lane_core::refusal::command;

use crate::glob_of::exact_glob;
use crate::scene::Operation;
use crate::scene::Staging;
use crate::scene::StagingPlace;

/// The most paths that one suggested command names.
const PATHS_MAX: usize = 12;

/// The most paths that are named where there is no other way: what is not named would not be committed.
const OWN_PATHS_MAX: usize = 64;

/// A way on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Widen the lane to this path.
    Lock(Vec<u8>),
    /// Leave this path out of the commit; the edit stays in the work tree.
    LeaveOut(Vec<u8>),
    /// Bring what is staged of this path to the worktree in this folder, where it belongs; here it stays as it is.
    TakeTo(Vec<u8>, String),
    /// Commit what may stay by name; this path stays staged as it is.
    LeaveStaged(Vec<u8>),
    /// Let this path pass, with a reason.
    Override(Vec<u8>),
    /// Leave the operation that is under way.
    Abort(Operation),
    /// Show what is wrong with the records, this one among them.
    ShowRecords(Vec<u8>),
    /// Show the conflict markers in this path.
    ShowMarkers(Vec<u8>),
    /// Bring back the conflict in this path as it was, for what was staged is spoilt.
    BringBack(Vec<u8>),
    /// Stage this path again once it is settled, and go on with what git is in the middle of.
    StageAgain(Vec<u8>, Option<Operation>),
    /// Any other command.
    Run(String),
}

/// A path argument for git: from the root wherever they are run, and literal, so that no character in it is a
/// pattern. None for a path that no command line can carry as text.
pub fn literal(path: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(path).ok()?;
    let plain = !text.chars().any(lane_core::text::is_unsafe);
    let special = text.contains(['*', '?', '[', '\\']);
    // Behind `:/` git takes punctuation for more magic.
    let special = special || !text.starts_with(|c: char| c.is_alphanumeric() || c == '.');
    plain.then(|| {
        if special {
            format!(":(top,literal){text}")
        } else {
            format!(":/{text}")
        }
    })
}

fn leave_out(paths: &[&[u8]], staging: &Staging) -> String {
    let literals: Vec<String> = paths.iter().take(PATHS_MAX).filter_map(|p| literal(p)).collect();
    let whole = literals.len() == paths.len();
    let place = match staging.place {
        // Nothing may stay, so there is no other commit to make.
        StagingPlace::Temporary if staging.rest.is_empty() => StagingPlace::Index,
        place => place,
    };
    match (place, whole) {
        // `commit -a` and `commit PATH` stage again what was unstaged: name what may stay instead.
        (StagingPlace::Temporary, _) => commit_only(&staging.rest, PATHS_MAX)
            .unwrap_or_else(|| "git add --patch && git commit".to_owned()),
        (StagingPlace::Unborn, true) => join(&["git", "rm", "--cached", "-r", "--"], &literals),
        (StagingPlace::Unborn, false) => "git rm --cached -r :/".to_owned(),
        (StagingPlace::Index, true) => join(&["git", "restore", "--staged", "--"], &literals),
        (StagingPlace::Index, false) => "git restore --staged :/".to_owned(),
    }
}

/// By plumbing, which no configuration of colours and prefixes changes. Where the files differ there, git merges.
fn take_to(paths: &[&[u8]], folder: &str, staging: &Staging) -> String {
    let literals: Vec<String> = paths.iter().filter_map(|path| literal(path)).collect();
    let named = literals.len() == paths.len() && paths.len() <= OWN_PATHS_MAX;
    let show: &[&str] = match staging.place {
        // What was staged there is staged no more, but in the work tree.
        StagingPlace::Temporary => &["git", "diff-index", "-p", "--binary", "HEAD", "--"],
        StagingPlace::Index => &["git", "diff-index", "--cached", "-p", "--binary", "HEAD", "--"],
        StagingPlace::Unborn => return command(&["cd", folder]),
    };
    let show = join(show, if named { &literals } else { &[] });
    let apply = ["git", "-C", folder, "apply", "--3way", "--whitespace", "nowarn"];
    format!("{show} | {}", command(&apply))
}

/// What is staged in a temporary index is staged no more when the commit was refused.
fn show_records(paths: &[&[u8]], staging: &Staging) -> String {
    match staging.place {
        StagingPlace::Temporary => join(&["git", "diff", "HEAD", "--"], &some(paths)),
        StagingPlace::Index | StagingPlace::Unborn => "git lane validate --staged".to_owned(),
    }
}

fn show_markers(paths: &[&[u8]], staging: &Staging) -> String {
    let from = match staging.place {
        StagingPlace::Temporary => "HEAD",
        StagingPlace::Index | StagingPlace::Unborn => "--cached",
    };
    join(&["git", "diff", "--check", from, "--"], &some(paths))
}

/// What resolving the conflict put aside is in the index, so nothing can be brought back where that is temporary.
fn bring_back(paths: &[&[u8]], staging: &Staging) -> Option<String> {
    let named = some(paths);
    let is_there = staging.place == StagingPlace::Index && !named.is_empty();
    is_there.then(|| join(&["git", "checkout", "-m", "--"], &named))
}

/// `commit -a` and `commit PATH` stage by themselves.
fn stage_again(paths: &[&[u8]], operation: Option<Operation>, staging: &Staging) -> Option<String> {
    let named = some(paths);
    let is_there = staging.place != StagingPlace::Temporary && named.len() == paths.len();
    let then = operation.map_or("git commit", Operation::way_on);
    is_there.then(|| format!("{} && {then}", join(&["git", "add", "--"], &named)))
}

/// The first paths that can be named; none names all.
fn some(paths: &[&[u8]]) -> Vec<String> {
    let mut named: Vec<String> = Vec::new();
    for path in paths.iter().filter_map(|path| literal(path)) {
        if named.len() < PATHS_MAX && !named.contains(&path) {
            named.push(path);
        }
    }
    named
}

/// The command that puts these paths back as they are committed, staged or not. None without paths, or with one that no command
/// line can carry as text.
pub fn put_back<'a>(paths: impl IntoIterator<Item = &'a [u8]>) -> Option<String> {
    let paths: Vec<String> = paths.into_iter().map(literal).collect::<Option<_>>()?;
    let restore = ["git", "restore", "--source=HEAD", "--staged", "--worktree", "--"];
    (!paths.is_empty()).then(|| join(&restore, &paths))
}

/// The command that commits these paths and nothing else that is staged. None if it cannot name them all.
fn commit_only(paths: &[Vec<u8>], most: usize) -> Option<String> {
    if paths.is_empty() || paths.len() > most {
        return None;
    }
    let keep: Option<Vec<String>> = paths.iter().map(|p| literal(p)).collect();
    Some(join(&["git", "commit", "-m", "TEXT", "--"], &keep?))
}

fn join(head: &[&str], tail: &[String]) -> String {
    let words: Vec<&str> = head
        .iter()
        .copied()
        .chain(tail.iter().map(String::as_str))
        .collect();
    command(&words)
}

fn lock(paths: &[&[u8]]) -> String {
    let globs: Vec<String> = paths.iter().take(PATHS_MAX).map(|p| exact_glob(p)).collect();
    let dashed = globs.iter().any(|g| g.starts_with('-'));
    if dashed {
        return join(&["git", "lane", "lock", "--objective", "TEXT", "--"], &globs);
    }
    format!("{} --objective TEXT", join(&["git", "lane", "lock"], &globs))
}

fn let_pass(path: &[u8]) -> String {
    let glob = exact_glob(path);
    if glob.starts_with('-') {
        return command(&["git", "lane", "override", "--why", "TEXT", "--", &glob]);
    }
    command(&["git", "lane", "override", &glob, "--why", "TEXT"])
}

/// The command lines for a set of remedies: each kind once, in the order in which they first appear.
pub fn commands<'a>(remedies: &(impl Iterator<Item = &'a Remedy> + Clone), staging: &Staging) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let (mut locked, mut left, mut shown) = (false, false, false);
    for remedy in remedies.clone() {
        let line = match remedy {
            Remedy::Lock(_) if locked => continue,
            Remedy::LeaveOut(_) if left => continue,
            Remedy::ShowMarkers(_) if shown => continue,
            Remedy::Lock(_) => {
                locked = true;
                lock(&remedies.clone().filter_map(Remedy::locked).collect::<Vec<_>>())
            }
            Remedy::LeaveOut(_) => {
                left = true;
                leave_out(
                    &remedies.clone().filter_map(Remedy::left_out).collect::<Vec<_>>(),
                    staging,
                )
            }
            Remedy::TakeTo(_, folder) => take_to(
                &remedies
                    .clone()
                    .filter_map(|remedy| remedy.taken_to(folder))
                    .collect::<Vec<_>>(),
                folder,
                staging,
            ),
            Remedy::ShowRecords(_) => show_records(
                &remedies.clone().filter_map(Remedy::record).collect::<Vec<_>>(),
                staging,
            ),
            Remedy::ShowMarkers(_) => {
                shown = true;
                show_markers(
                    &remedies.clone().filter_map(Remedy::marked).collect::<Vec<_>>(),
                    staging,
                )
            }
            Remedy::BringBack(_) => {
                let paths: Vec<&[u8]> = remedies.clone().filter_map(Remedy::brought_back).collect();
                let Some(line) = bring_back(&paths, staging) else {
                    continue;
                };
                line
            }
            Remedy::StageAgain(_, operation) => {
                let paths: Vec<&[u8]> = remedies.clone().filter_map(Remedy::staged_again).collect();
                let Some(line) = stage_again(&paths, *operation, staging) else {
                    continue;
                };
                line
            }
            Remedy::LeaveStaged(_) => {
                commit_only(&staging.rest, OWN_PATHS_MAX).unwrap_or_else(|| "git lane status".to_owned())
            }
            Remedy::Override(path) => let_pass(path),
            Remedy::Abort(operation) => operation.way_out().to_owned(),
            Remedy::Run(line) => line.clone(),
        };
        if !out.contains(&line) {
            out.push(line);
        }
    }
    out
}

impl Remedy {
    fn taken_to(&self, to: &str) -> Option<&[u8]> {
        match self {
            Self::TakeTo(path, folder) if folder == to => Some(path),
            _ => None,
        }
    }

    fn locked(&self) -> Option<&[u8]> {
        if let Self::Lock(path) = self {
            Some(path)
        } else {
            None
        }
    }

    fn record(&self) -> Option<&[u8]> {
        if let Self::ShowRecords(path) = self {
            Some(path)
        } else {
            None
        }
    }

    fn marked(&self) -> Option<&[u8]> {
        if let Self::ShowMarkers(path) = self {
            Some(path)
        } else {
            None
        }
    }

    fn brought_back(&self) -> Option<&[u8]> {
        if let Self::BringBack(path) = self {
            Some(path)
        } else {
            None
        }
    }

    fn staged_again(&self) -> Option<&[u8]> {
        if let Self::StageAgain(path, _) = self {
            Some(path)
        } else {
            None
        }
    }

    /// The path that following it leaves out of the commit.
    pub fn left_out(&self) -> Option<&[u8]> {
        if let Self::LeaveOut(path) = self {
            Some(path)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn staged(place: StagingPlace, rest: &[&[u8]]) -> Staging {
        Staging {
            place,
            rest: rest.iter().map(|p| p.to_vec()).collect(),
        }
    }

    fn lines(remedies: &[Remedy], staging: &Staging) -> Vec<String> {
        commands(&remedies.iter(), staging)
    }

    #[test]
    fn many_paths_give_one_command_of_each_kind() {
        let both = |p: &[u8]| [Remedy::Lock(p.to_vec()), Remedy::LeaveOut(p.to_vec())];
        let remedies: Vec<Remedy> = [both(b"a b"), both(b"c*")].concat();
        let words: Vec<Vec<String>> = lines(&remedies, &Staging::default())
            .iter()
            .map(|line| shlex::split(line).unwrap())
            .collect();
        assert_eq!(
            words,
            [
                vec!["git", "lane", "lock", "a b", "c\\*", "--objective", "TEXT"],
                vec!["git", "restore", "--staged", "--", ":/a b", ":(top,literal)c*"],
            ]
        );
    }

    #[test]
    fn a_path_that_starts_with_a_dash_is_no_option() {
        let out = lines(
            &[Remedy::Lock(b"-x".to_vec()), Remedy::LeaveOut(b"-x".to_vec())],
            &Staging::default(),
        );
        assert_eq!(
            out,
            [
                "git lane lock --objective TEXT -- -x",
                "git restore --staged -- ':(top,literal)-x'"
            ]
        );
    }

    #[test]
    fn what_belongs_into_another_worktree_is_taken_there_in_one_command_a_folder() {
        let remedies = [("a b", "/w/T-1"), ("c", "/w/T-1"), ("d", "/o'k")]
            .map(|(path, folder)| Remedy::TakeTo(path.as_bytes().to_vec(), folder.to_owned()));
        let apply = "apply --3way --whitespace nowarn";
        for (place, cached) in [(StagingPlace::Index, "--cached "), (StagingPlace::Temporary, "")] {
            let show = format!("git diff-index {cached}-p --binary HEAD --");
            assert_eq!(
                lines(&remedies, &staged(place, &[])),
                [
                    format!("{show} ':/a b' :/c | git -C /w/T-1 {apply}"),
                    format!("{show} :/d | git -C \"/o'k\" {apply}"),
                ]
            );
        }
        let unnamed = [Remedy::TakeTo(b"\xff".to_vec(), "/w".to_owned())];
        assert_eq!(
            lines(&unnamed, &Staging::default()),
            [format!(
                "git diff-index --cached -p --binary HEAD -- | git -C /w {apply}"
            )]
        );
    }

    #[test]
    fn a_commit_with_all_is_led_to_the_paths_that_may_stay() {
        let staging = staged(StagingPlace::Temporary, &[b"in"]);
        assert_eq!(
            lines(&[Remedy::LeaveOut(b"out".to_vec())], &staging),
            ["git commit -m TEXT -- :/in"]
        );
    }

    #[test]
    fn of_a_commit_with_all_that_may_hold_nothing_the_paths_are_named_as_of_any_other() {
        let remedies = [Remedy::LeaveOut(b"out".to_vec())];
        assert_eq!(
            lines(&remedies, &staged(StagingPlace::Temporary, &[])),
            ["git restore --staged -- :/out"]
        );
    }

    #[test]
    fn a_path_that_no_command_line_can_carry_is_not_named() {
        let out = lines(&[Remedy::LeaveOut(b"\xff".to_vec())], &Staging::default());
        assert_eq!(out, ["git restore --staged :/"]);
    }

    #[test]
    fn what_is_left_staged_is_never_unstaged() {
        let many: Vec<Vec<u8>> = (0..=OWN_PATHS_MAX).map(|n| n.to_string().into_bytes()).collect();
        let many: Vec<&[u8]> = many.iter().map(Vec::as_slice).collect();
        let cases: [(&[&[u8]], &str); 4] = [
            (&[b"mine", b"a b"], "git commit -m TEXT -- :/mine ':/a b'"),
            (&[], "git lane status"),
            (&[b"mine", b"\xff"], "git lane status"),
            (&many, "git lane status"),
        ];
        for place in [StagingPlace::Index, StagingPlace::Temporary, StagingPlace::Unborn] {
            for (rest, expected) in cases {
                let remedies = [b"x", b"y"].map(|p| Remedy::LeaveStaged(p.to_vec()));
                assert_eq!(lines(&remedies, &staged(place, rest)), [expected]);
            }
        }
    }
}
