//! What a command prints: all of it counted and digested, the end of it kept, in bounded memory.

use std::io::ErrorKind;
use std::io::PipeReader;
use std::io::Read;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::mpsc::Receiver;
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::Duration;

use sha2::Digest as _;
use sha2::Sha256;

use super::Tally;
use super::log::Log;

/// How much of the end is kept, in bytes.
pub(super) const TAIL_BYTES: usize = 64 * 1024;

/// How long the output of a process outside the group is waited for.
const HELD_OPEN: Duration = Duration::from_secs(1);

/// The output while it is read by a thread of its own.
pub(super) struct Output {
    taken: Arc<Mutex<Taken>>,
    ended: Receiver<()>,
}

/// The output when reading is over.
pub(super) struct Said {
    pub(super) digest: String,
    pub(super) bytes: u64,
    /// The last lines, at most [`TAIL_BYTES`].
    pub(super) tail: Vec<u8>,
    /// Whether something was before the tail.
    pub(super) cut: bool,
    pub(super) held_open: bool,
    pub(super) tests: Tally,
}

#[derive(Default)]
struct Taken {
    digest: Sha256,
    bytes: u64,
    tail: Vec<u8>,
    tests: Tally,
    log: Option<Log>,
    /// Nobody reads the result any more.
    over: bool,
}

impl Output {
    /// With a log, what comes is written there too.
    pub(super) fn collect(pipe: PipeReader, log: Option<Log>) -> Self {
        let taken = Taken {
            log,
            ..Taken::default()
        };
        let taken = Arc::new(Mutex::new(taken));
        let (tell, ended) = sync_channel(1);
        let shared = Arc::clone(&taken);
        thread::spawn(move || {
            read_all(pipe, &shared);
            // Nobody listens any more when the pipe was held open for too long.
            let _ = tell.send(());
        });
        Self { taken, ended }
    }

    /// Waits for the end of the output, but not for long: everybody in the group has ended.
    pub(super) fn finish(self) -> Said {
        let held_open = self.ended.recv_timeout(HELD_OPEN).is_err();
        let mut taken = lock(&self.taken);
        taken.over = true;
        taken.log = None;
        let digest = std::mem::take(&mut taken.digest).finalize();
        let tail = std::mem::take(&mut taken.tail);
        let (tail, cut) = whole_lines(tail, taken.bytes);
        Said {
            digest: format!("sha256:{}", hex(&digest)),
            bytes: taken.bytes,
            tail,
            cut,
            held_open,
            tests: std::mem::take(&mut taken.tests),
        }
    }
}

impl Taken {
    fn take(&mut self, chunk: &[u8]) {
        self.digest.update(chunk);
        self.tests.take(chunk);
        if let Some(log) = &mut self.log {
            log.write(chunk);
        }
        self.bytes += chunk.len() as u64;
        self.tail.extend_from_slice(chunk);
        if self.tail.len() > 2 * TAIL_BYTES {
            self.tail.drain(..self.tail.len() - TAIL_BYTES);
        }
    }
}

fn read_all(mut pipe: PipeReader, taken: &Mutex<Taken>) {
    let mut chunk = [0; 16 * 1024];
    loop {
        match pipe.read(&mut chunk) {
            Ok(0) => return,
            Ok(length) => {
                let mut taken = lock(taken);
                if taken.over {
                    return;
                }
                taken.take(&chunk[..length]);
            }
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}

fn lock(taken: &Mutex<Taken>) -> MutexGuard<'_, Taken> {
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The end of `tail` without the line that is cut in its middle, unless that is all there is.
fn whole_lines(mut tail: Vec<u8>, bytes: u64) -> (Vec<u8>, bool) {
    tail.drain(..tail.len().saturating_sub(TAIL_BYTES));
    let cut = (tail.len() as u64) < bytes;
    let first = tail.iter().position(|b| *b == b'\n').map(|at| at + 1);
    if let Some(first) = first.filter(|first| cut && *first < tail.len()) {
        tail.drain(..first);
    }
    (tail, cut)
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
