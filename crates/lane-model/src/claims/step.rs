//! What can happen next, and what follows: the protocol, a step at a time.

use super::book::Ledger;
use super::book::bit;
use super::event::Ev;
use super::event::TASKS;
use super::event::What;
use super::explore::Claims;
use super::explore::Mutant;
use super::local;
use super::world::AGENTS;
use super::world::At;
use super::world::Binding;
use super::world::Job;
use super::world::World;

/// What an agent sets out to do. Tasks are numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// Claim a task.
    Claim(u8),
    /// Give it back.
    Release(u8),
    /// Take it away from a holder whose lease is over.
    Reclaim(u8),
    /// Land it: work and event arrive in one atomic push.
    Land(u8),
    /// Publish what is pending.
    Sync,
}

/// One step of one agent, or of the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// A process starts, takes the clone's publish lock and decides on the local state.
    Begin(u8, Op),
    /// A claim is decided and taken locally without the remote: provisional.
    Offline(u8, u8),
    /// The chain is pushed.
    Push(u8),
    /// It is pushed, and no answer comes.
    PushUnanswered(u8),
    /// The tracking ref moves.
    Track(u8),
    /// The local ref moves, and the caller is told.
    Take(u8),
    /// The remote's state is fetched, and everything decided again.
    Fetch(u8),
    /// The process is killed.
    Crash(u8),
    /// It is killed after the local ref moved, before the worktrees' fences did and before it answered.
    CrashTaken(u8),
    /// Every lease that runs is over.
    Tick,
}

impl Claims {
    pub(super) fn possible(&self, world: &World, out: &mut Vec<Action>) {
        for agent in 0..AGENTS {
            let name = u8::try_from(agent).unwrap_or(u8::MAX);
            match world.agents[agent].at {
                At::Idle => self.beginnings(world, name, out),
                At::Asking(_) => {
                    out.push(Action::Fetch(name));
                    if world.faults > 0 {
                        out.push(Action::CrashTaken(name));
                    }
                }
                At::Decided { .. } => {
                    out.push(Action::Push(name));
                    if world.faults > 0 {
                        out.push(Action::PushUnanswered(name));
                    }
                }
                At::Pushed { .. } => out.push(Action::Track(name)),
                At::Tracked { .. } => {
                    out.push(Action::Take(name));
                    if world.faults > 0 {
                        out.push(Action::CrashTaken(name));
                    }
                }
            }
            if world.faults > 0 && world.agents[agent].at != At::Idle {
                out.push(Action::Crash(name));
            }
        }
        if world.now < self.scale.ticks {
            out.push(Action::Tick);
        }
    }

    fn beginnings(&self, world: &World, name: u8, out: &mut Vec<Action>) {
        let agent = world.agents[usize::from(name)];
        if agent.left == 0 {
            return;
        }
        let home = agent.home;
        let tasks = 0..u8::try_from(TASKS).unwrap_or(u8::MAX);
        if agent.binding.is_none() && world.offline > 0 {
            out.extend(tasks.clone().map(|task| Action::Offline(name, task)));
        }
        if world
            .agents
            .iter()
            .any(|other| other.home == home && other.at != At::Idle)
        {
            return;
        }
        match agent.binding {
            None => out.extend(tasks.clone().map(|task| Action::Begin(name, Op::Claim(task)))),
            Some(Binding { task, .. }) => {
                out.push(Action::Begin(name, Op::Release(task)));
                out.push(Action::Begin(name, Op::Land(task)));
            }
        }
        let refs = world.clones[usize::from(home)];
        let claims = self.book.facts(refs.local).claims;
        let seems_over =
            |task: &u8| claims[usize::from(*task)].is_some_and(|it| it.by != name && it.at < world.now);
        out.extend(
            tasks
                .filter(seems_over)
                .map(|task| Action::Begin(name, Op::Reclaim(task))),
        );
        if refs.local != refs.tracking {
            out.push(Action::Begin(name, Op::Sync));
        }
    }

    pub(super) fn after(&self, world: &World, action: Action) -> Option<World> {
        let mut next = world.clone();
        match action {
            Action::Tick => next.now += 1,
            Action::Begin(agent, op) => self.begin(&mut next, agent, op),
            Action::Offline(agent, task) => return self.offline(next, agent, task),
            Action::Push(agent) => self.push(&mut next, agent, true),
            Action::PushUnanswered(agent) => {
                next.faults -= 1;
                self.push(&mut next, agent, false);
            }
            Action::Track(agent) => self.track(&mut next, agent),
            Action::Take(agent) => self.take(&mut next, agent),
            Action::Fetch(agent) => self.fetch(&mut next, agent),
            Action::Crash(agent) => crash(&mut next, agent),
            Action::CrashTaken(agent) => self.crash_taken(&mut next, agent),
        }
        Some(next)
    }

    /// The id of the event that an agent's next operation may make.
    fn next_id(&self, world: &World, agent: u8) -> u8 {
        agent * self.scale.operations + (self.scale.operations - world.agents[usize::from(agent)].left)
    }

    fn begin(&self, world: &mut World, agent: u8, op: Op) {
        let home = world.home(agent);
        let mut job = Job {
            op,
            id: self.next_id(world, agent),
            claim: 0,
        };
        world.agents[usize::from(agent)].left -= 1;
        local::settle(&self.book, world, home);
        if let Op::Reclaim(task) = op {
            // Which lock it is about was read before, and stays.
            let claims = self.book.facts(world.clones[home].local).claims;
            job.claim = claims[usize::from(task)].map_or(u8::MAX, |claim| claim.event);
        }
        world.agents[usize::from(agent)].at = match self.decide(world, agent, job) {
            Some(chain) => At::Decided {
                job,
                chain,
                again: false,
            },
            None => At::Asking(job),
        };
    }

    /// The chain to push: what the clone has, and the event on top, if the state and the fence allow it.
    fn decide(&self, world: &World, agent: u8, job: Job) -> Option<Ledger> {
        let home = world.agents[usize::from(agent)].home;
        let refs = world.clones[usize::from(home)];
        let (what, task) = match job.op {
            Op::Sync => return (refs.local != refs.tracking).then_some(refs.local),
            Op::Claim(task) => (What::Claim, task),
            Op::Release(task) => (What::Release, task),
            Op::Reclaim(task) => (What::Reclaim(job.claim), task),
            Op::Land(task) => (What::Done, task),
        };
        if what == What::Done && !self.is_fenced_in(world, agent, task) {
            return None;
        }
        let event = Ev {
            id: job.id,
            what,
            task,
            by: agent,
            clone: home,
            at: world.now,
        };
        self.book.append(refs.local, event)
    }

    /// Whether the worktree's fence is the one of the claim in the state that the landing is decided on.
    fn is_fenced_in(&self, world: &World, agent: u8, task: u8) -> bool {
        let local = world.clones[world.home(agent)].local;
        let claim = self.book.facts(local).claims[usize::from(task)];
        let bound = world.agents[usize::from(agent)].binding;
        let Some((claim, bound)) = claim.zip(bound) else {
            return self.mutant == Mutant::NoFence;
        };
        match self.mutant {
            Mutant::NoFence => true,
            Mutant::FenceByNumber => claim.fence == bound.fence,
            _ => claim.fence == bound.fence && claim.by == agent,
        }
    }

    fn offline(&self, mut world: World, agent: u8, task: u8) -> Option<World> {
        let home = world.home(agent);
        let id = self.next_id(&world, agent);
        local::settle(&self.book, &mut world, home);
        let event = Ev {
            id,
            what: What::ProvisionalClaim,
            task,
            by: agent,
            clone: world.agents[usize::from(agent)].home,
            at: world.now,
        };
        world.clones[home].local = self.book.append(world.clones[home].local, event)?;
        world.offline -= 1;
        let agent = &mut world.agents[usize::from(agent)];
        agent.left -= 1;
        let fence = self.book.facts(world.clones[home].local).length;
        agent.binding = Some(Binding {
            task,
            fence: u8::try_from(fence).ok()?,
            event: id,
        });
        Some(world)
    }

    /// The compare-and-swap: taken only where the chain contains all that the remote has.
    fn push(&self, world: &mut World, agent: u8, answered: bool) {
        let At::Decided { job, chain, again } = world.agents[usize::from(agent)].at else {
            return;
        };
        let taken = self.mutant == Mutant::NoSwap || self.book.is_prefix(world.remote, chain);
        let bound = world.agents[usize::from(agent)].binding;
        if let (Op::Land(task), Some(bound)) = (job.op, bound) {
            let split = self.mutant == Mutant::SplitLanding;
            let met = if split {
                world.remote
            } else {
                self.book.parent(chain)
            };
            let claim = self.book.facts(met).claims[usize::from(task)];
            let arrives = taken || split;
            world.outdated_landing |= arrives && claim.map(|claim| claim.event) != Some(bound.event);
        }
        if taken {
            world.remote = chain;
        }
        world.agents[usize::from(agent)].at = if taken && answered {
            At::Pushed { job, chain, again }
        } else {
            At::Asking(job)
        };
    }

    fn track(&self, world: &mut World, agent: u8) {
        let At::Pushed { job, chain, .. } = world.agents[usize::from(agent)].at else {
            return;
        };
        let refs = &mut world.clones[world.home(agent)];
        if self.book.is_prefix(refs.tracking, chain) {
            refs.tracking = chain;
        }
        world.agents[usize::from(agent)].at = At::Tracked { job, chain };
    }

    fn take(&self, world: &mut World, agent: u8) {
        let At::Tracked { job, chain } = world.agents[usize::from(agent)].at else {
            return;
        };
        let home = world.home(agent);
        local::rebase(&self.book, world, home, chain);
        local::move_fences(&self.book, world, home);
        world.acknowledged |= self.book.facts(chain).ids;
        self.finish(world, agent, job);
    }

    fn fetch(&self, world: &mut World, agent: u8) {
        let At::Asking(job) = world.agents[usize::from(agent)].at else {
            return;
        };
        let home = world.home(agent);
        if !self.book.is_prefix(world.clones[home].tracking, world.remote) {
            // The alarm: what was fetched is not believed.
            return self.finish(world, agent, job);
        }
        world.clones[home].tracking = world.remote;
        local::rebase(&self.book, world, home, world.remote);
        local::move_fences(&self.book, world, home);
        if self.book.facts(world.remote).ids & bit(job.id) != 0 {
            // The push that nobody answered had arrived.
            world.acknowledged |= bit(job.id);
            return self.finish(world, agent, job);
        }
        match self.decide(world, agent, job) {
            Some(chain) => {
                world.agents[usize::from(agent)].at = At::Decided {
                    job,
                    chain,
                    again: true,
                };
            }
            None => self.finish(world, agent, job),
        }
    }

    fn crash_taken(&self, world: &mut World, agent: u8) {
        let home = world.home(agent);
        let base = match world.agents[usize::from(agent)].at {
            At::Tracked { chain, .. } => chain,
            _ if self.book.is_prefix(world.clones[home].tracking, world.remote) => world.remote,
            _ => world.clones[home].tracking,
        };
        world.clones[home].tracking = base;
        local::rebase(&self.book, world, home, base);
        crash(world, agent);
    }

    /// The process ends; what its worktree is bound to follows from the state.
    fn finish(&self, world: &mut World, agent: u8, job: Job) {
        let local = world.clones[world.home(agent)].local;
        let state = &mut world.agents[usize::from(agent)];
        state.at = At::Idle;
        match job.op {
            // Refused because it is one's own since a process was killed: the worktree is bound again.
            Op::Claim(task) => {
                let claim = self.book.facts(local).claims[usize::from(task)];
                let own = claim.filter(|claim| claim.by == agent);
                state.binding = own.map(|claim| Binding {
                    task,
                    fence: claim.fence,
                    event: claim.event,
                });
            }
            Op::Release(_) | Op::Land(_) => state.binding = None,
            Op::Reclaim(_) | Op::Sync => {}
        }
    }
}

fn crash(world: &mut World, agent: u8) {
    let agent = &mut world.agents[usize::from(agent)];
    if let At::Pushed { job, .. } | At::Tracked { job, .. } = agent.at {
        world.orphaned |= bit(job.id);
    }
    agent.at = At::Idle;
    world.faults -= 1;
}
