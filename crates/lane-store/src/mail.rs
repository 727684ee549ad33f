//! Notes that are addressed to somebody, in brief: cached by the tree of the messages, refreshed by what changed. A
//! note that reaches nobody is in no inbox, so it is not kept.

use std::collections::BTreeMap;

use lane_core::id::Agent;
use lane_core::record::Note;
use lane_core::view::Unreadable;
use lane_git::Oid;
use serde::Deserialize;
use serde::Serialize;

use crate::cache;
use crate::layout;
use crate::records::Records;
use crate::records::unreadable;
use crate::store::Store;
use crate::tree_view::TreeView;

#[derive(Default, Serialize, Deserialize)]
struct Kept {
    /// By path below the messages.
    letters: BTreeMap<String, Letter>,
    /// Path and fault.
    broken: BTreeMap<String, String>,
}

/// A note in brief, without its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// The id of the event that made it.
    pub id: String,
    /// The event's place in the ledger.
    pub seq: u64,
    /// Who wrote it.
    pub by: Agent,
    /// The agents and roles that it reaches.
    pub to: Vec<String>,
}

/// All notes of a state that reach somebody, the oldest first.
pub struct Mail<'v> {
    view: &'v TreeView<'v>,
    letters: Vec<(String, Letter)>,
    broken: Vec<Unreadable>,
}

impl<'v> Mail<'v> {
    /// The notes of `view`.
    pub fn read(store: &Store<'_>, view: &'v TreeView<'v>) -> Result<Self, Unreadable> {
        let path = store.local_dir().join("cache/mail");
        let records = Records::new(store.repo, view.tree);
        let tree = records.entry(layout::MESSAGES)?;
        let at = tree.unwrap_or(Oid::EMPTY_TREE);
        let cached = cache::load::<Kept>(store, &path);
        let kept = match cached {
            Some((of, kept)) if of == at => kept,
            cached => {
                let kept = refresh(store, &records, cached, tree)?;
                // Where nobody ever wrote, there is nothing to keep.
                if store.may_write_cache() && tree.is_some() {
                    cache::save(&path, at, &kept);
                }
                kept
            }
        };
        let mut letters: Vec<(String, Letter)> = kept.letters.into_iter().collect();
        letters.sort_by_key(|(_, letter)| letter.seq);
        let fault = |(path, fault): (String, String)| crate::records::fault(&full(&path), fault);
        Ok(Self {
            view,
            letters,
            broken: kept.broken.into_iter().map(fault).collect(),
        })
    }

    /// The notes in brief, the oldest first.
    pub fn letters(&self) -> impl DoubleEndedIterator<Item = &Letter> {
        self.letters.iter().map(|(_, letter)| letter)
    }

    /// The records that could not be read; they are left out.
    pub fn broken(&self) -> &[Unreadable] {
        &self.broken
    }

    /// The whole note behind one in brief; none when it is not of this mail.
    pub fn open(&self, letter: &Letter) -> Result<Option<Note>, Unreadable> {
        let from = self.letters.partition_point(|(_, l)| l.seq < letter.seq);
        let found = self.letters[from..]
            .iter()
            .take_while(|(_, l)| l.seq == letter.seq)
            .find(|(_, l)| l.id == letter.id);
        match found {
            Some((path, _)) => self.view.records().at(&full(path)),
            None => Ok(None),
        }
    }
}

fn full(path: &str) -> String {
    format!("{}/{path}", layout::MESSAGES)
}

/// What is kept for `tree`: what was cached and what changed since. A cache of a history that is not here any more,
/// wholly or in part, is of no use: then everything is read.
fn refresh(
    store: &Store<'_>,
    records: &Records<'_>,
    cached: Option<(Oid, Kept)>,
    tree: Option<Oid>,
) -> Result<Kept, Unreadable> {
    let cached =
        cached.filter(|(of, _)| *of == Oid::EMPTY_TREE || store.repo.has_object(*of).unwrap_or(false));
    if let Some((of, kept)) = cached {
        let of = (of != Oid::EMPTY_TREE).then_some(of);
        if let Ok(changes) = store.repo.compare_trees(of, tree) {
            return Ok(follow(records, kept, changes));
        }
    }
    let all = store.repo.compare_trees(None, tree);
    let all = all.map_err(|e| unreadable(layout::MESSAGES, &e))?;
    Ok(follow(records, Kept::default(), all))
}

fn follow(records: &Records<'_>, mut kept: Kept, changes: Vec<lane_git::TreeChange>) -> Kept {
    for change in changes {
        let Ok(path) = String::from_utf8(change.path) else {
            continue;
        };
        kept.letters.remove(&path);
        kept.broken.remove(&path);
        let Some((_, blob)) = change.new else { continue };
        match records.blob::<Note>(blob, &full(&path)) {
            Ok(note) if note.to.is_empty() => {}
            Ok(note) => {
                let letter = Letter {
                    id: note.id,
                    seq: note.seq,
                    by: note.by,
                    to: note.to,
                };
                kept.letters.insert(path, letter);
            }
            Err(unreadable) => {
                kept.broken.insert(path, unreadable.fault);
            }
        }
    }
    kept
}
