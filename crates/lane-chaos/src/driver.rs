//! Runs one history: starts commands in every clone, kills some of them, and lets the weather strike.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::sync::mpsc;
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;
use std::time::Instant;

use fastrand::Rng;

use crate::act::Act;
use crate::agent::Known;
use crate::agent::Slot;
use crate::chance;
use crate::fault::Kill;
use crate::figures::Figures;
use crate::plan::Plan;
use crate::process;
use crate::process::Ended;
use crate::process::Running;
use crate::record::End;
use crate::record::History;
use crate::record::Op;
use crate::record::ground_of;
use crate::weather::Blow;
use crate::weather::Weather;
use crate::world;
use crate::world::World;

/// No command may take longer, whatever befalls it.
const BOUND: Duration = Duration::from_secs(60);

/// One blow of the weather for so many commands.
const COMMANDS_PER_BLOW: u32 = 6;

/// A history in the making.
pub(crate) struct Driver<'w> {
    world: &'w World,
    plan: &'w Plan,
    rng: Rng,
    weather: Weather,
    slots: Vec<Slot>,
    known: Known,
    start: Instant,
    /// Commands under way, by their numbers; chores of git have numbers too.
    running: BTreeMap<usize, Begun>,
    ends: (mpsc::Sender<Ended>, mpsc::Receiver<Ended>),
    typical: Duration,
    /// When the last outage began.
    outage: Duration,
    next: usize,
    history: History,
    figures: Figures,
}

struct Begun {
    process: Running,
    began: Instant,
    /// When the driver is to kill it, and how.
    kill: Option<Kill>,
    due: Option<Instant>,
    /// Its slot and command; none for a chore.
    act: Option<(usize, Act)>,
    overdue: bool,
}

impl<'w> Driver<'w> {
    pub(crate) fn new(world: &'w World, plan: &'w Plan, seed: u64) -> Self {
        // In every second history nothing is provisional, and every refusal is judged.
        let offline = seed.is_multiple_of(2);
        let places = (0..plan.clones).flat_map(|clone| (0..plan.processes).map(move |slot| (clone, slot)));
        Self {
            world,
            plan,
            rng: chance::stream(seed, "driver", 0),
            weather: Weather::new(seed, plan.clones),
            slots: places
                .map(|(clone, slot)| Slot::new(seed, clone, slot, offline))
                .collect(),
            known: Known {
                tasks: world::first_tasks(),
                locks: Vec::new(),
            },
            start: Instant::now(),
            running: BTreeMap::new(),
            ends: mpsc::channel(),
            typical: Duration::from_millis(60),
            outage: Duration::ZERO,
            next: 0,
            history: History {
                first_seq: world.first_seq,
                offline,
                ..History::default()
            },
            figures: Figures::default(),
        }
    }

    /// Runs the history to its end: every command has ended, and the weather is calm.
    pub(crate) fn run(mut self) -> io::Result<(History, Figures, Weather)> {
        let mut begun = 0;
        while begun < self.plan.commands || !self.running.is_empty() {
            for slot in 0..self.slots.len() {
                if begun < self.plan.commands && !self.is_busy(slot) {
                    self.begin(slot)?;
                    begun += 1;
                    if self.rng.u32(0..COMMANDS_PER_BLOW) == 0 {
                        self.strike()?;
                    }
                }
            }
            self.wait()?;
        }
        self.end_outage()?;
        self.figures.count(&self.history);
        Ok((self.history, self.figures, self.weather))
    }

    fn is_busy(&self, slot: usize) -> bool {
        self.running
            .values()
            .any(|begun| begun.act.as_ref().is_some_and(|(busy, _)| *busy == slot))
    }

    fn begin(&mut self, slot: usize) -> io::Result<()> {
        let n = self.number();
        let clone = self.slots[slot].clone;
        let act = self.slots[slot].next(n, &self.known);
        let kill = Kill::draw(&mut self.rng, self.typical);
        let point = match kill {
            Some(Kill::At(point)) => Some(point),
            _ => None,
        };
        let command = self.world.command(clone, &act, point);
        let (out, err) = self.outputs(n);
        let began = Instant::now();
        let process = Running::start(command, n, (&out, &err), self.ends.0.clone())?;
        let due = match kill {
            Some(Kill::Process(after) | Kill::Group(after)) => Some(began + after),
            _ => None,
        };
        let act = Some((slot, act));
        let begun = Begun {
            process,
            began,
            kill,
            due,
            act,
            overdue: false,
        };
        self.running.insert(n, begun);
        Ok(())
    }

    fn number(&mut self) -> usize {
        self.next += 1;
        self.next
    }

    fn outputs(&self, n: usize) -> (PathBuf, PathBuf) {
        let file = |what: &str| self.world.root().join("out").join(format!("{n:05}.{what}"));
        (file("out"), file("err"))
    }

    fn say(&mut self, what: String) {
        self.history.events.push((self.start.elapsed(), what));
    }

    /// Something befalls.
    fn strike(&mut self) -> io::Result<()> {
        match self.weather.draw() {
            Blow::Outage(outage, long) => {
                if self.weather.begin(self.world, outage, long)? {
                    self.outage = self.start.elapsed();
                    self.say(format!("{} for {long:?}", outage.name()));
                    self.figures.strike(outage.name());
                }
            }
            Blow::Skew(clone, secs) => {
                self.weather.skew(self.world, clone, secs)?;
                self.say(format!("the clock of clone {clone} is {secs} s ahead"));
                self.figures.strike("clock skewed");
            }
            Blow::Leap(secs) => {
                self.weather.leap(self.world, secs)?;
                self.say(format!("{secs} s pass"));
                self.figures.strike("time passed");
            }
            Blow::Chore(name, args, at) => self.chore(name, args, at)?,
        }
        Ok(())
    }

    fn chore(&mut self, name: &str, args: &[&str], at: Option<usize>) -> io::Result<()> {
        let (dir, place) = match at {
            Some(clone) => (self.world.clone_dir(clone), format!("clone {clone}")),
            None => (self.world.remote(), "the remote".to_owned()),
        };
        if !dir.exists() {
            return Ok(());
        }
        let n = self.number();
        let (out, err) = self.outputs(n);
        let command = self.world.git_command(&dir, args);
        let began = Instant::now();
        let process = Running::start(command, n, (&out, &err), self.ends.0.clone())?;
        let begun = Begun {
            process,
            began,
            kill: None,
            due: None,
            act: None,
            overdue: false,
        };
        self.running.insert(n, begun);
        self.say(format!("git {name} in {place}"));
        self.figures.strike(format!("git {name} beside"));
        Ok(())
    }

    /// Waits until something ends or is due.
    fn wait(&mut self) -> io::Result<()> {
        let now = Instant::now();
        let dues = self.running.values().filter_map(|begun| begun.due);
        let bounds = self
            .running
            .values()
            .filter(|begun| !begun.overdue)
            .map(|begun| begun.began + BOUND);
        let next = dues.chain(bounds).chain(self.weather.ends()).min();
        let pause = next.map_or(Duration::from_secs(1), |next| next.saturating_duration_since(now));
        match self.ends.1.recv_timeout(pause) {
            Ok(ended) => self.finish(&ended)?,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Err(io::Error::other("nobody watches")),
        }
        let now = Instant::now();
        for begun in self.running.values_mut() {
            begun.kill_if_due(now);
        }
        if self.weather.ends().is_some_and(|end| end <= now) {
            self.end_outage()?;
        }
        Ok(())
    }

    fn end_outage(&mut self) -> io::Result<()> {
        if let Some(outage) = self.weather.end(self.world)? {
            self.history.outages.push((self.outage, self.start.elapsed()));
            self.say(format!("{} no more", outage.name()));
        }
        Ok(())
    }

    fn finish(&mut self, ended: &Ended) -> io::Result<()> {
        let Some(begun) = self.running.remove(&ended.n) else {
            return Ok(());
        };
        let status = begun.process.reap()?;
        let Some((slot, act)) = begun.act else {
            return Ok(());
        };
        self.weather.tick(self.world)?;
        let (out, err) = self.outputs(ended.n);
        let took = ended.at - begun.began;
        if status.success() {
            self.typical = self.typical.mul_f64(0.9) + took.mul_f64(0.1);
        }
        let stderr = String::from_utf8_lossy(&fs::read(&err)?).into_owned();
        let op = Op {
            n: ended.n,
            clone: self.slots[slot].clone,
            began: begun.began - self.start,
            ended: ended.at - self.start,
            end: end_of(status, begun.overdue, begun.kill.is_some(), &stderr),
            kill: begun.kill,
            stdout: fs::read_to_string(&out)?,
            stderr,
            act,
        };
        self.slots[slot].learn(&op, &mut self.known);
        self.history.ops.push(op);
        if !self.plan.keep {
            fs::remove_file(out)?;
            fs::remove_file(err)?;
        }
        Ok(())
    }
}

impl Begun {
    fn kill_if_due(&mut self, now: Instant) {
        if !self.overdue && self.began + BOUND <= now {
            self.overdue = true;
            self.process.kill_group();
        }
        if self.due.is_some_and(|due| due <= now) {
            self.due = None;
            match self.kill {
                Some(Kill::Group(_)) => self.process.kill_group(),
                _ => self.process.kill(),
            }
        }
    }
}

/// What a process's end means. One that hung is a fault of git-lane, and so is a signal that nobody sent.
fn end_of(status: ExitStatus, overdue: bool, was_to_die: bool, stderr: &str) -> End {
    match process::code(status) {
        _ if overdue => End::Broken(-1),
        Some(0) => End::Done,
        Some(1 | 2 | 3 | 5) => End::Refused,
        Some(4) => End::TryAgain,
        // Only as long as it does; that is a check's business.
        Some(6) if ground_of(stderr) == Some("remote-refuses") => End::TryAgain,
        Some(code) => End::Broken(code),
        None if was_to_die => End::Killed,
        None => End::Broken(-2),
    }
}
