//! What befalls a whole history: outages of the remote, clocks that go wrong, time that passes, git's housekeeping.

use std::fs;
use std::io;
use std::time::Duration;
use std::time::Instant;

use fastrand::Rng;
use lane_testkit::START;

use crate::chance;
use crate::fault::CHORES;
use crate::fault::Outage;
use crate::world::World;

/// One thing that befalls.
pub(crate) enum Blow {
    /// The remote is out of reach from now on, until the moment.
    Outage(Outage, Duration),
    /// A clone's clock is off by so many seconds.
    Skew(usize, i64),
    /// Time passes for all.
    Leap(i64),
    /// git keeps house: in a clone, or in the remote.
    Chore(&'static str, &'static [&'static str], Option<usize>),
}

/// Clocks and the remote of a history.
pub(crate) struct Weather {
    rng: Rng,
    now: i64,
    skew: Vec<i64>,
    outage: Option<(Outage, Instant)>,
}

/// Beyond what a reader believes.
const FAR_AHEAD_SECS: i64 = 11 * 60;

impl Weather {
    pub(crate) fn new(seed: u64, clones: usize) -> Self {
        Self {
            rng: chance::stream(seed, "weather", 0),
            now: START,
            skew: vec![0; clones],
            outage: None,
        }
    }

    /// The next blow.
    pub(crate) fn draw(&mut self) -> Blow {
        let clones = self.skew.len();
        let rng = &mut self.rng;
        match chance::weighted(rng, &[(4, 'o'), (2, 's'), (2, 'l'), (5, 'c')]) {
            'o' => {
                // Now and then longer than a push has patience.
                let long = if rng.u32(0..5) == 0 {
                    1300
                } else {
                    rng.u64(50..400)
                };
                let outage = Outage::ALL[rng.usize(..Outage::ALL.len())];
                Blow::Outage(outage, Duration::from_millis(long))
            }
            's' => {
                let secs = match rng.u32(0..6) {
                    0 => FAR_AHEAD_SECS,
                    1 | 2 => 0,
                    _ => rng.i64(-900..240),
                };
                Blow::Skew(rng.usize(..clones), secs)
            }
            'l' => Blow::Leap(rng.i64(60..9_000)),
            _ => {
                let (name, args) = CHORES[rng.usize(..CHORES.len())];
                let at = rng.usize(..=clones);
                Blow::Chore(name, args, (at < clones).then_some(at))
            }
        }
    }

    /// A second passes.
    pub(crate) fn tick(&mut self, world: &World) -> io::Result<()> {
        self.leap(world, 1)
    }

    pub(crate) fn leap(&mut self, world: &World, secs: i64) -> io::Result<()> {
        self.now += secs;
        self.set(world)
    }

    pub(crate) fn skew(&mut self, world: &World, clone: usize, secs: i64) -> io::Result<()> {
        self.skew[clone] = secs;
        self.set(world)
    }

    fn set(&self, world: &World) -> io::Result<()> {
        for (clone, skew) in self.skew.iter().enumerate() {
            world.set_clock(clone, self.now + skew)?;
        }
        Ok(())
    }

    /// All clocks agree again, later than each of them was.
    pub(crate) fn mend_clocks(&mut self, world: &World) -> io::Result<()> {
        self.skew.fill(0);
        self.leap(world, FAR_AHEAD_SECS + 1)
    }

    /// Begins an outage; says no while there is one.
    pub(crate) fn begin(&mut self, world: &World, outage: Outage, long: Duration) -> io::Result<bool> {
        if self.outage.is_some() {
            return Ok(false);
        }
        let (from, to) = way(world, outage);
        if outage == Outage::Hangs {
            fs::write(world.root().join("hang"), "")?;
        }
        fs::rename(from, to)?;
        self.outage = Some((outage, Instant::now() + long));
        Ok(true)
    }

    /// When the outage ends that there is.
    pub(crate) fn ends(&self) -> Option<Instant> {
        self.outage.map(|(_, end)| end)
    }

    /// Ends the outage, if there is one.
    pub(crate) fn end(&mut self, world: &World) -> io::Result<Option<Outage>> {
        let Some((outage, _)) = self.outage.take() else {
            return Ok(None);
        };
        let (from, to) = way(world, outage);
        fs::rename(to, from)?;
        if outage == Outage::Hangs {
            fs::remove_file(world.root().join("hang"))?;
        }
        Ok(Some(outage))
    }
}

/// The rename that begins an outage.
fn way(world: &World, outage: Outage) -> (std::path::PathBuf, std::path::PathBuf) {
    let (root, remote) = (world.root(), world.remote());
    match outage {
        Outage::Away => (remote, root.join("away.git")),
        Outage::Refuses => (root.join("hooks/refuses"), remote.join("hooks/pre-receive")),
        Outage::Hangs => (root.join("hooks/hangs"), remote.join("hooks/pre-receive")),
        Outage::Silent => (
            root.join("hooks/silent"),
            remote.join("hooks/reference-transaction"),
        ),
    }
}
