//! What is in a worktree → what prune does with it. Pure.

use lane_core::ground;
use lane_core::id::TaskId;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;

use crate::setup::quoted;

/// How many things of a kind are named.
const NAMED: usize = 10;

/// Whose worktree it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    /// No lane's.
    Nobodys,
    /// It was there before the lane (`start --here`).
    Borrowed(TaskId),
    /// It cannot be told, and why.
    Unclear(String),
    /// Of a task that somebody holds.
    Held(TaskId, String),
    /// Of a task whose holder gives it up, to be made again.
    GivenUp(TaskId),
    /// Of a task that lives and nobody holds.
    Unclaimed(TaskId),
    /// Of a task that is done or abandoned.
    Ended(TaskId),
    /// Of an area, between two tasks; this one was in it last.
    Resting(TaskId),
}

impl Whose {
    /// The task, where it is known: whose name is on what is kept of it.
    pub(super) fn task(&self) -> Option<&TaskId> {
        match self {
            Self::Nobodys | Self::Unclear(_) => None,
            Self::Borrowed(id)
            | Self::Held(id, _)
            | Self::GivenUp(id)
            | Self::Unclaimed(id)
            | Self::Ended(id)
            | Self::Resting(id) => Some(id),
        }
    }
}

/// A worktree as it was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    /// Its root.
    pub(super) path: String,
    /// The main worktree's root, or the bare repository.
    pub(super) main: String,
    /// Whose it is.
    pub(super) whose: Whose,
    /// Whether it is the main one.
    pub(super) is_main: bool,
    /// Whether its folder is gone, or empty.
    pub(super) is_gone: bool,
    /// Whether whoever asks stands in it.
    pub(super) stands_in: bool,
    /// Whether it was locked by `git worktree lock`.
    pub(super) is_locked: bool,
    /// Whether it stays for its area when its task leaves.
    pub(super) rests: bool,
    /// What is under way in it, each a phrase.
    pub(super) busy: Vec<String>,
    /// Repositories within, from the root.
    pub(super) nested: Vec<String>,
    /// Ignored files outside of what is disposable, from the root.
    pub(super) ignored: Vec<String>,
    /// Submodules that hold something, each with what.
    pub(super) submodules: Vec<(String, &'static str)>,
    /// How many files are changed or untracked.
    pub(super) files: usize,
    /// How many commits neither the integration branch nor the remote nor a rescue ref has.
    pub(super) commits: usize,
    /// What cannot be looked at, in a phrase.
    pub(super) unreadable: Option<String>,
    /// Its index, where git cannot read that.
    pub(super) broken_index: Option<String>,
}

/// What prune does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is in use, or none of ours: nothing is wrong with it.
    InUse(Refusal),
    /// It could go, and holds what nobody else has.
    Refused(Vec<Refusal>),
    /// It goes; whether something is rescued before.
    Goes {
        /// Whether files are put into a commit.
        files: bool,
        /// Whether commits are kept under a ref.
        commits: bool,
    },
    /// It is emptied and stays for its area's next task, with what is ignored in it.
    Rests {
        /// Whether files are put into a commit.
        files: bool,
        /// Whether commits are kept under a ref.
        commits: bool,
    },
}

impl Verdict {
    /// In a word or two, for a table.
    pub(super) fn word(&self) -> String {
        match self {
            Self::InUse(no) => format!("stays: {}", no.ground.id),
            Self::Refused(all) => {
                let ids: Vec<&str> = all.iter().map(|no| no.ground.id).collect();
                format!("refuses: {}", ids.join(", "))
            }
            Self::Goes {
                files: false,
                commits: false,
            } => "removes it".to_owned(),
            Self::Goes { .. } => "rescues, removes it".to_owned(),
            Self::Rests {
                files: false,
                commits: false,
            } => "keeps it for its area".to_owned(),
            Self::Rests { .. } => "rescues, keeps it for its area".to_owned(),
        }
    }
}

/// What prune does with it.
pub(super) fn judge(seen: &Seen) -> Verdict {
    if let Some(no) = in_use(seen) {
        return Verdict::InUse(no);
    }
    // What is ignored stays where it is, in a worktree that stays.
    let ignored = ignored(seen).filter(|_| !seen.rests);
    let all: Vec<Refusal> = [busy(seen), submodules(seen), nested(seen), ignored]
        .into_iter()
        .flatten()
        .collect();
    let (files, commits) = (seen.files > 0, seen.commits > 0);
    match (all.is_empty(), seen.rests) {
        (false, _) => Verdict::Refused(all),
        (true, false) => Verdict::Goes { files, commits },
        (true, true) => Verdict::Rests { files, commits },
    }
}

fn in_use(seen: &Seen) -> Option<Refusal> {
    let path = &seen.path;
    let no = |what: String| Refusal::new(&ground::WORKTREE_IN_USE, what);
    if seen.is_main {
        return Some(no(format!("{path} is the main worktree, which is never removed")));
    }
    match &seen.whose {
        Whose::Nobodys => return Some(no(format!("{path} is no lane's worktree"))),
        Whose::Unclear(why) => return Some(no(format!("it is not clear whose worktree {path} is: {why}"))),
        Whose::Borrowed(id) => {
            return Some(no(format!(
                "{path} was there before the lane {id} and only lent to it"
            )));
        }
        Whose::Held(id, who) => {
            let show = command(&["git", "lane", "show", id.as_str()]);
            return Some(no(format!("{path} is the lane {id}, which {who} holds")).hint(show));
        }
        Whose::Resting(_) if seen.rests => {
            let prune = command(&["git", "lane", "worktree", "prune", path]);
            return Some(no(format!("{path} rests for the next task of its area")).hint(prune));
        }
        Whose::GivenUp(_) | Whose::Unclaimed(_) | Whose::Ended(_) | Whose::Resting(_) => {}
    }
    if seen.stands_in {
        let again = match &seen.whose {
            Whose::GivenUp(id) => command(&["git", "lane", "worktree", "rebuild", id.as_str()]),
            // Named, it would go.
            _ if seen.rests => command(&["git", "lane", "worktree", "prune"]),
            _ => command(&["git", "lane", "worktree", "prune", path]),
        };
        let hint = format!("cd {} && {again}", quoted(&seen.main));
        return Some(no(format!("you stand in {path}")).hint(hint));
    }
    None
}

fn busy(seen: &Seen) -> Option<Refusal> {
    let busy = |what: &str| Refusal::new(&ground::WORKTREE_BUSY, format!("{}: {what}", seen.path));
    if let Some(why) = &seen.unreadable {
        let no = busy(&format!("it cannot be looked at: {why}"));
        // Without an index nothing counts as staged, and all files are kept.
        return Some(match &seen.broken_index {
            Some(index) => no.hint(command(&["mv", "--", index, &format!("{index}.broken")])),
            None => no.hint(format!("git -C {} status", quoted(&seen.path))),
        });
    }
    if seen.is_locked {
        let unlock = command(&["git", "worktree", "unlock", &seen.path]);
        return Some(busy("it is locked (git worktree lock)").hint(unlock));
    }
    if seen.busy.is_empty() {
        return None;
    }
    let status = format!("git -C {} status", quoted(&seen.path));
    Some(busy(&some(&seen.busy)).hint(status))
}

fn submodules(seen: &Seen) -> Option<Refusal> {
    let (first, _) = seen.submodules.first()?;
    let all: Vec<String> = seen
        .submodules
        .iter()
        .map(|(path, holds)| format!("{path} {holds}"))
        .collect();
    let what = format!("{}: submodule {}", seen.path, some(&all));
    let hint = format!("git -C {} status", quoted(&format!("{}/{first}", seen.path)));
    Some(Refusal::new(&ground::DIRTY_SUBMODULE, what).hint(hint))
}

fn nested(seen: &Seen) -> Option<Refusal> {
    if seen.nested.is_empty() {
        return None;
    }
    let what = format!(
        "{} has repositories of their own in it: {}",
        seen.path,
        some(&seen.nested)
    );
    Some(Refusal::new(&ground::NESTED_REPOSITORY, what).hint(aside(&seen.path, &seen.nested)))
}

fn ignored(seen: &Seen) -> Option<Refusal> {
    if seen.ignored.is_empty() {
        return None;
    }
    let what = format!(
        "{} has ignored files that `[lanes] disposable` does not name: {}",
        seen.path,
        some(&seen.ignored)
    );
    Some(Refusal::new(&ground::IGNORED_FILES, what).hint(aside(&seen.path, &seen.ignored)))
}

/// The first of them, and how many more there are.
fn some(all: &[String]) -> String {
    let named = all.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    match all.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}

/// The line that moves them out of the worktree, to a folder beside it, where nothing removes them.
fn aside(path: &str, named: &[String]) -> String {
    let kept = format!("{path}.kept");
    let mut line = Vec::new();
    for one in named.iter().take(NAMED) {
        let one = one.trim_end_matches('/');
        let folder = one
            .rsplit_once('/')
            .map_or_else(|| kept.clone(), |(folder, _)| format!("{kept}/{folder}"));
        line.push(format!(
            "mkdir -p {} && mv -i {} {}/",
            quoted(&folder),
            quoted(&format!("{path}/{one}")),
            quoted(&folder)
        ));
    }
    line.join(" && ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id() -> TaskId {
        TaskId::new("T-1").unwrap()
    }

    fn ended() -> Seen {
        Seen {
            path: "/w".to_owned(),
            main: "/r".to_owned(),
            whose: Whose::Ended(id()),
            is_main: false,
            is_gone: false,
            stands_in: false,
            is_locked: false,
            rests: false,
            busy: Vec::new(),
            nested: Vec::new(),
            ignored: Vec::new(),
            submodules: Vec::new(),
            files: 0,
            commits: 0,
            unreadable: None,
            broken_index: None,
        }
    }

    #[track_caller]
    fn check(change: impl Fn(&mut Seen), word: &str) {
        let mut seen = ended();
        change(&mut seen);
        assert_eq!(judge(&seen).word(), word, "{seen:?}");
    }

    #[test]
    fn only_the_worktree_of_a_lane_that_nobody_holds_goes() {
        check(|_| {}, "removes it");
        check(|s| s.whose = Whose::Unclaimed(id()), "removes it");
        check(|s| s.is_main = true, "stays: worktree-in-use");
        check(|s| s.stands_in = true, "stays: worktree-in-use");
        check(|s| s.is_gone = true, "removes it");
        check(|s| s.whose = Whose::GivenUp(id()), "removes it");
        for whose in [
            Whose::Nobodys,
            Whose::Borrowed(id()),
            Whose::Unclear("x".to_owned()),
            Whose::Held(id(), "agent-a".to_owned()),
        ] {
            check(|s| s.whose = whose.clone(), "stays: worktree-in-use");
        }
    }

    #[test]
    fn what_a_commit_can_hold_is_rescued_and_all_else_refuses() {
        let one = || vec!["x".to_owned()];
        check(|s| s.files = 1, "rescues, removes it");
        check(|s| s.commits = 1, "rescues, removes it");
        check(|s| s.ignored = one(), "refuses: ignored-files");
        check(|s| s.nested = one(), "refuses: nested-repository");
        check(
            |s| s.submodules = vec![("x".to_owned(), "y")],
            "refuses: dirty-submodule",
        );
        check(|s| s.is_locked = true, "refuses: worktree-busy");
        check(|s| s.busy = one(), "refuses: worktree-busy");
        check(|s| s.unreadable = Some("x".to_owned()), "refuses: worktree-busy");
        check(
            |s| (s.busy, s.ignored, s.files) = (one(), one(), 3),
            "refuses: worktree-busy, ignored-files",
        );
    }

    #[test]
    fn one_of_an_area_stays_with_what_is_ignored_and_is_refused_for_all_else() {
        let one = || vec!["x".to_owned()];
        let rests = |change: fn(&mut Seen), word: &str| {
            check(
                |s| {
                    s.rests = true;
                    change(s);
                },
                word,
            );
        };
        rests(|_| {}, "keeps it for its area");
        rests(|s| s.ignored = vec!["x".to_owned()], "keeps it for its area");
        rests(|s| s.whose = Whose::Unclaimed(id()), "keeps it for its area");
        rests(|s| s.files = 1, "rescues, keeps it for its area");
        rests(|s| s.whose = Whose::Resting(id()), "stays: worktree-in-use");
        rests(|s| s.stands_in = true, "stays: worktree-in-use");
        rests(|s| s.busy = vec!["x".to_owned()], "refuses: worktree-busy");
        check(
            |s| (s.whose, s.nested) = (Whose::Resting(id()), one()),
            "refuses: nested-repository",
        );
        check(|s| s.whose = Whose::Resting(id()), "removes it");
    }

    #[test]
    fn the_hint_moves_what_is_named_to_the_same_place_beside_the_worktree() {
        let line = aside("/w", &["a/.env".to_owned(), "it's/".to_owned()]);
        assert_eq!(
            line,
            r"mkdir -p '/w.kept/a' && mv -i '/w/a/.env' '/w.kept/a'/ && mkdir -p '/w.kept' && mv -i '/w/it'\''s' '/w.kept'/"
        );
    }
}
