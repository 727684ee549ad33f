//! Which notes an agent has read: a file per agent in the git dir, local to this clone and bounded.
//!
//! `floor N` on the first line: what the ledger has up to its N-th event is read. Then the ids of notes behind that. Ids
//! and not places say what is read, because an event that is not published yet may get another place.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::path::PathBuf;

use lane_core::id::Agent;
use lane_store::Letter;
use sha2::Digest as _;
use sha2::Sha256;

/// The most ids in a file; beyond it the floor rises.
const IDS_MAX: usize = 2_000;
/// How many ids stay when the floor rises.
const IDS_KEPT: usize = 1_000;
/// The most bytes of a file that are read.
const FILE_BYTES: u64 = 256 * 1024;

/// What an agent has read.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ReadMarks {
    floor: u64,
    ids: BTreeSet<String>,
}

/// The agent's file below the clone's local folder. A name is anybody's choice, so the file has its hash.
fn file(local: &Path, agent: &Agent) -> PathBuf {
    let hash = Sha256::digest(agent.as_str().as_bytes());
    let name: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    local.join("inbox").join(name)
}

impl ReadMarks {
    /// What the agent has read in this clone; nothing when there is no such file, or one that is no text.
    pub(crate) fn load(local: &Path, agent: &Agent) -> Self {
        let mut text = String::new();
        let read =
            fs::File::open(file(local, agent)).and_then(|f| f.take(FILE_BYTES).read_to_string(&mut text));
        if read.is_err() {
            return Self::default();
        }
        let mut marks = Self::default();
        for line in text.lines() {
            match line.strip_prefix("floor ") {
                Some(floor) => marks.floor = floor.parse().unwrap_or(0),
                None => drop(marks.ids.insert(line.to_owned())),
            }
        }
        marks
    }

    /// Whether a note is read.
    pub(crate) fn has(&self, letter: &Letter) -> bool {
        letter.seq <= self.floor || self.ids.contains(&letter.id)
    }

    /// Marks notes as read. `mine` is everything that is addressed to the agent, the oldest first.
    pub(crate) fn add<'l>(&mut self, read: impl IntoIterator<Item = &'l Letter>, mine: &[&Letter]) {
        self.ids.extend(read.into_iter().map(|letter| letter.id.clone()));
        if self.ids.len() > IDS_MAX {
            self.raise(mine);
        }
    }

    /// Forgets ids: of notes that are gone, then of those below the oldest unread one, which the floor stands for,
    /// and at last of the oldest ones, which are shown as unread once more.
    fn raise(&mut self, mine: &[&Letter]) {
        let read: Vec<&Letter> = mine
            .iter()
            .copied()
            .filter(|letter| letter.seq > self.floor && self.ids.contains(&letter.id))
            .collect();
        let unread = mine.iter().find(|letter| !self.has(letter));
        let kept = &read[read.len().saturating_sub(IDS_KEPT)..];
        let below = kept.first().map_or(0, |first| first.seq.saturating_sub(1));
        let below = unread.map_or(below, |letter| below.min(letter.seq.saturating_sub(1)));
        self.floor = self.floor.max(below);
        self.ids = kept.iter().map(|letter| letter.id.clone()).collect();
    }

    /// Writes beside the old file and renames.
    pub(crate) fn save(&self, local: &Path, agent: &Agent) -> std::io::Result<()> {
        let path = file(local, agent);
        let folder = path.parent().unwrap_or(local);
        fs::create_dir_all(folder)?;
        let mut text = format!("floor {}\n", self.floor);
        for id in &self.ids {
            let _ = writeln!(text, "{id}");
        }
        let mut written = tempfile::NamedTempFile::new_in(folder)?;
        std::io::Write::write_all(&mut written, text.as_bytes())?;
        written.persist(&path).map_err(|e| e.error)?;
        Ok(())
    }
}

/// Whether the agent has not been told of this note yet; now it counts as told. Where that cannot be written down, nobody
/// is told: it would be said at every command.
pub(crate) fn tell_once(local: &Path, agent: &Agent, last: &Letter) -> bool {
    let path = file(local, agent).with_extension("told");
    let told = fs::File::open(&path).and_then(|f| {
        let mut id = String::new();
        f.take(FILE_BYTES).read_to_string(&mut id).map(|_| id)
    });
    if told.is_ok_and(|id| id == last.id) {
        return false;
    }
    let made = path.parent().map_or(Ok(()), fs::create_dir_all);
    made.and_then(|()| fs::write(&path, &last.id)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letters(count: u64) -> Vec<Letter> {
        let letter = |seq| Letter {
            id: format!("{seq:032x}"),
            seq,
            by: Agent::new("agent-b").unwrap(),
            to: vec!["agent-a".to_owned()],
        };
        (1..=count).map(letter).collect()
    }

    #[test]
    fn what_is_read_stays_read_when_the_floor_rises_and_nothing_else_is_read() {
        let all = letters(5_000);
        let mine: Vec<&Letter> = all.iter().collect();
        let mut marks = ReadMarks::default();
        // All but the 4,500th, in pieces.
        let read: Vec<&Letter> = mine.iter().copied().filter(|l| l.seq != 4_500).collect();
        for piece in read.chunks(700) {
            marks.add(piece.iter().copied(), &mine);
        }
        let unread: Vec<u64> = all.iter().filter(|l| !marks.has(l)).map(|l| l.seq).collect();
        assert_eq!(unread, [4_500]);
        assert!(marks.ids.len() <= IDS_MAX, "{}", marks.ids.len());
    }

    #[test]
    fn an_old_unread_note_is_not_lost_to_the_bound() {
        let all = letters(5_000);
        let mine: Vec<&Letter> = all.iter().collect();
        let mut marks = ReadMarks::default();
        marks.add(mine[1..].iter().copied(), &mine);
        assert!(!marks.has(&all[0]));
        assert!(marks.has(&all[4_999]));
        assert!(marks.ids.len() <= IDS_MAX);
    }

    #[test]
    fn a_file_reads_back_and_a_broken_one_says_nothing_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let agent = Agent::new("person:a@b.org").unwrap();
        let all = letters(3);
        let mine: Vec<&Letter> = all.iter().collect();
        let mut marks = ReadMarks::default();
        marks.add(mine[..2].iter().copied(), &mine);
        marks.save(folder.path(), &agent).unwrap();
        assert_eq!(ReadMarks::load(folder.path(), &agent), marks);
        let told = [&all[0], &all[0], &all[1], &all[1]].map(|note| tell_once(folder.path(), &agent, note));
        assert_eq!(told, [true, false, true, false]);
        fs::write(file(folder.path(), &agent), b"\xff\xfe").unwrap();
        assert_eq!(ReadMarks::load(folder.path(), &agent), ReadMarks::default());
    }
}
