//! Agents: what they draw to do next, from what they believe, and what they learn from how it ended.

use fastrand::Rng;

use crate::act::Act;
use crate::act::Key;
use crate::act::Promise;
use crate::act::Verb;
use crate::chance;
use crate::record::End;
use crate::record::Op;
use crate::world;
use crate::world::DIRS;

/// A place in a clone where one command runs at a time. It speaks for many agents: every claim is made by a new one,
/// so that its event can be told from all others.
pub(crate) struct Slot {
    pub(crate) clone: usize,
    name: String,
    rng: Rng,
    agents: usize,
    offline: bool,
    /// Tasks and their claimants, so far as this slot knows.
    held: Vec<(String, String)>,
    /// The same for claims of which nobody said whether they went through.
    unsure: Vec<(String, String)>,
    locks: Vec<(String, String)>,
    /// Worktrees of tasks that were started here, with their agents.
    worktrees: Vec<(String, String, String)>,
}

/// What all slots know: names that were seen.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub(crate) tasks: Vec<String>,
    pub(crate) locks: Vec<String>,
}

/// Paths that only locks are about, and that do not overlap.
pub(crate) const OWN_PATHS: &str = "own";

/// One command in so many is given offline.
const OFFLINE: u32 = 8;

impl Slot {
    pub(crate) fn new(seed: u64, clone: usize, slot: usize, offline: bool) -> Self {
        Self {
            clone,
            name: format!("a{clone}.{slot}"),
            rng: chance::stream(seed, "slot", clone * 1000 + slot),
            agents: 0,
            offline,
            held: Vec::new(),
            unsure: Vec::new(),
            locks: Vec::new(),
            worktrees: Vec::new(),
        }
    }

    /// The command number `n` of the history.
    pub(crate) fn next(&mut self, n: usize, known: &Known) -> Act {
        let started = !self.worktrees.is_empty() && self.rng.u32(0..5) == 0;
        let verb = match started {
            true => Verb::Handoff,
            false => chance::weighted(&mut self.rng, Verb::WEIGHTS),
        };
        let mut act = self.draw(verb, &format!("op-{n:05}"), known);
        let may_be_offline = act.promise == Promise::Published;
        if self.offline && may_be_offline && self.rng.u32(0..OFFLINE) == 0 {
            act.args.push("--offline".to_owned());
            act.promise = Promise::Kept;
        }
        act
    }

    fn draw(&mut self, verb: Verb, tag: &str, known: &Known) -> Act {
        let own = self.name.clone();
        match verb {
            Verb::Add => {
                let id = format!("T-{tag}");
                let scope = self.glob();
                let args = ["task", "add", tag, "--id", &id, "--scope", &scope];
                act(verb, &own, &args, &[&id], Some(&id))
            }
            Verb::Claim => {
                let (task, agent) = match self.some_unsure() {
                    Some(again) => again,
                    None => (self.task(known), self.fresh()),
                };
                act(verb, &agent, &["claim", &task], &[&agent], Some(&task))
            }
            Verb::ClaimAny => {
                let agent = self.fresh();
                act(verb, &agent, &["claim"], &[&agent], None)
            }
            Verb::Start => {
                let (task, agent) = (world::first_task(&mut self.rng), self.fresh());
                act(verb, &agent, &["start", &task], &[&agent], Some(&task))
            }
            Verb::Handoff => match self.worktrees.is_empty() {
                true => self.draw(Verb::Start, tag, known),
                false => {
                    let (path, task, agent) = self.worktrees[self.rng.usize(..self.worktrees.len())].clone();
                    let mut act = act(verb, &agent, &["handoff", "--next", tag], &[tag], Some(&task));
                    act.worktree = Some(path);
                    act
                }
            },
            Verb::Release => {
                let (task, agent) = self.holding(known);
                self.unsure.retain(|(_, claimant)| *claimant != agent);
                act(
                    verb,
                    &agent,
                    &["release", &task, "--why", tag],
                    &[tag],
                    Some(&task),
                )
            }
            Verb::Block => {
                let (task, agent) = self.holding(known);
                act(verb, &agent, &["block", &task, "--why", tag], &[tag], Some(&task))
            }
            Verb::Unblock => {
                let (task, agent) = self.holding(known);
                act(verb, &agent, &["unblock", &task], &[&task, &agent], Some(&task))
            }
            Verb::Done => {
                let (task, agent) = self.holding(known);
                act(verb, &agent, &["done", &task], &[&task], Some(&task))
            }
            Verb::Checkpoint => {
                let (task, agent) = self.holding(known);
                act(
                    verb,
                    &agent,
                    &["checkpoint", &task, "--done", tag],
                    &[tag],
                    Some(&task),
                )
            }
            Verb::Edit => {
                let task = self.task(known);
                act(
                    verb,
                    &own,
                    &["task", "edit", &task, "--title", tag],
                    &[tag],
                    Some(&task),
                )
            }
            Verb::Note => {
                let task = self.task(known);
                act(verb, &own, &["note", &task, tag], &[tag], Some(&task))
            }
            Verb::Lock => {
                let glob = match self.rng.bool() {
                    true => format!("{OWN_PATHS}{}/**", self.rng.u32(0..3)),
                    false => self.glob(),
                };
                let ttl = ["10m", "2h"][self.rng.usize(..2)];
                let args = ["lock", &glob, "--objective", tag, "--ttl", ttl];
                act(verb, &own, &args, &[tag], None)
            }
            Verb::Unlock => {
                let (lock, agent) = self.lock(known);
                act(verb, &agent, &["unlock", &lock], &[&lock], Some(&lock))
            }
            Verb::Renew => {
                let (lock, agent) = self.lock(known);
                act(verb, &agent, &["renew", &lock], &[], Some(&lock))
            }
            Verb::Reclaim => {
                let lock = self.any(&known.locks, "L-none");
                act(
                    verb,
                    &own,
                    &["reclaim", &lock, "--note", tag],
                    &[tag],
                    Some(&lock),
                )
            }
            Verb::Ready => act(verb, &own, &["ready"], &[], None),
            Verb::Sync => act(verb, &own, &["sync"], &[], None),
        }
    }

    fn fresh(&mut self) -> String {
        self.agents += 1;
        format!("{}.{:03}", self.name, self.agents)
    }

    fn any(&mut self, names: &[String], none: &str) -> String {
        let found = (!names.is_empty()).then(|| names[self.rng.usize(..names.len())].clone());
        found.unwrap_or_else(|| none.to_owned())
    }

    fn task(&mut self, known: &Known) -> String {
        self.any(&known.tasks, "T-none")
    }

    /// A claim whose end is not known is tried again, by the same agent, half of the time.
    fn some_unsure(&mut self) -> Option<(String, String)> {
        (!self.unsure.is_empty() && self.rng.bool()).then(|| self.unsure[0].clone())
    }

    /// A task that an agent of this slot holds; now and then one that it may not hold.
    fn holding(&mut self, known: &Known) -> (String, String) {
        let all: Vec<_> = self.held.iter().chain(&self.unsure).cloned().collect();
        if all.is_empty() || self.rng.u32(0..12) == 0 {
            return (self.task(known), self.name.clone());
        }
        all[self.rng.usize(..all.len())].clone()
    }

    fn lock(&mut self, known: &Known) -> (String, String) {
        if self.locks.is_empty() || self.rng.u32(0..12) == 0 {
            return (self.any(&known.locks, "L-none"), self.name.clone());
        }
        self.locks[self.rng.usize(..self.locks.len())].clone()
    }

    /// Paths that overlap with others' now and then.
    fn glob(&mut self) -> String {
        let dir = format!("d{}", self.rng.usize(..DIRS));
        match self.rng.u32(0..4) {
            0 => format!("{dir}/**"),
            1 => format!("{dir}/x/**"),
            2 => format!("{dir}/x/y"),
            _ => format!("{dir}/z{}", self.rng.u32(0..4)),
        }
    }

    /// Takes in how one of its commands ended.
    pub(crate) fn learn(&mut self, op: &Op, known: &mut Known) {
        let (done, agent) = (op.end == End::Done, &op.act.agent);
        let subject = op.act.subject.clone().unwrap_or_default();
        let said = op.stdout.trim().to_owned();
        match op.act.verb {
            Verb::Add if done => known.tasks.push(subject),
            Verb::Claim if op.is_uncertain() => {
                self.unsure.retain(|(_, claimant)| claimant != agent);
                self.unsure.push((subject, agent.clone()));
            }
            Verb::Claim | Verb::ClaimAny => {
                let again = self.unsure.iter().any(|(_, claimant)| claimant == agent);
                self.unsure.retain(|(_, claimant)| claimant != agent);
                if done {
                    self.held.push((said, agent.clone()));
                    known.locks.extend(lock_of(&op.stderr));
                } else if again {
                    // Refused: most likely because the first try had gone through.
                    self.held.push((subject, agent.clone()));
                }
            }
            Verb::Start if done => {
                self.worktrees.push((said, subject.clone(), agent.clone()));
                self.held.push((subject, agent.clone()));
            }
            Verb::Release | Verb::Done if !op.is_uncertain() => {
                self.worktrees
                    .retain(|(_, task, holder)| (task, holder) != (&subject, agent));
                self.held
                    .retain(|(task, holder)| (task, holder) != (&subject, agent));
            }
            Verb::Lock if done => {
                self.locks.push((said.clone(), agent.clone()));
                known.locks.push(said);
            }
            Verb::Unlock if !op.is_uncertain() => self.locks.retain(|(lock, _)| *lock != subject),
            _ => {}
        }
    }
}

/// The lock that a claim says it took.
fn lock_of(stderr: &str) -> Option<String> {
    let line = stderr.lines().find_map(|line| line.strip_prefix("lock L-"))?;
    Some(format!("L-{}", line.split(' ').next()?))
}

fn act(verb: Verb, agent: &str, args: &[&str], key: &[&str], subject: Option<&str>) -> Act {
    Act {
        verb,
        args: args.iter().map(|&arg| arg.to_owned()).collect(),
        agent: agent.to_owned(),
        key: verb.kind().map(|kind| Key::new(kind, key)),
        promise: verb.promise(),
        subject: subject.map(str::to_owned),
        worktree: None,
    }
}
