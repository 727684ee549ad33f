//! A run of the model: every state within a scale is visited, and what was found is summed up.

use std::fmt;

use lane_core::id::NameError;
use stateright::Checker as _;
use stateright::Expectation;
use stateright::HasDiscoveries;
use stateright::Model;
use stateright::Path;
use stateright::Property;

use super::book::Book;
use super::properties;
use super::step::Action;
use super::world::Agent;
use super::world::At;
use super::world::CLONES;
use super::world::Refs;
use super::world::World;

/// How much may happen in one run. Three agents are fixed, and two tasks whose scopes overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    /// The clone that each agent works in: 0 to 2.
    pub homes: [u8; 3],
    /// How many operations each agent may begin; at most 10.
    pub operations: u8,
    /// How many kills and unanswered pushes there may be in all.
    pub faults: u8,
    /// How often every lease that runs may be over.
    pub ticks: u8,
    /// How many claims may be made offline in all.
    pub offline: u8,
}

impl Scale {
    /// More than the suite runs: everything at once. Eleven million states, half a minute of processor time, 1.3 GiB.
    pub const LARGE: Self = Self {
        homes: [0, 0, 1],
        operations: 2,
        faults: 2,
        ticks: 1,
        offline: 1,
    };
}

/// What is taken out of the protocol, to see that the model notices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutant {
    /// Nothing.
    None,
    /// A push overwrites, whatever the remote has.
    NoSwap,
    /// A landing does not compare the worktree's fence with the claim's.
    NoFence,
    /// A landing compares the number alone, and not whose claim it is. Two clones may give one number to two claims, as
    /// long as one of the two is provisional.
    FenceByNumber,
    /// A landing pushes the work by itself, and the state after it.
    SplitLanding,
}

/// The model.
pub struct Claims {
    pub(super) book: Book,
    pub(super) scale: Scale,
    pub(super) mutant: Mutant,
}

impl Model for Claims {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        let first = Book::first();
        let refs = Refs {
            tracking: first,
            local: first,
        };
        let agent = |home: u8| Agent {
            home,
            left: self.scale.operations,
            binding: None,
            at: At::Idle,
        };
        vec![World {
            remote: first,
            clones: [refs; CLONES],
            agents: self.scale.homes.map(agent),
            now: 0,
            faults: self.scale.faults,
            offline: self.scale.offline,
            acknowledged: 0,
            orphaned: 0,
            given_up: false,
            outdated_landing: false,
        }]
    }

    fn actions(&self, world: &World, out: &mut Vec<Action>) {
        self.possible(world, out);
    }

    fn next_state(&self, world: &World, action: Action) -> Option<World> {
        self.after(world, action)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties::all()
    }
}

/// What became of one property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its name.
    pub property: &'static str,
    /// Whether it must hold always; else it must be reached sometimes.
    pub always: bool,
    /// The steps of a run that broke it, or that reached it.
    pub example: Option<Vec<Action>>,
}

impl Found {
    /// Whether it is as it must be: never broken, or reached.
    pub fn holds(&self) -> bool {
        self.example.is_none() == self.always
    }
}

/// What a run showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Different states that were visited.
    pub states: usize,
    /// Different ledgers, each judged once by `apply`.
    pub ledgers: usize,
    /// The longest of the ways on which states were found, in steps.
    pub depth: usize,
    /// Each property, in the order of the model.
    pub properties: Vec<Found>,
}

impl Summary {
    /// What must always hold and was broken.
    pub fn broken(&self) -> Vec<&'static str> {
        self.failed(true)
    }

    /// What should be reached and was not, at this scale.
    pub fn unreached(&self) -> Vec<&'static str> {
        self.failed(false)
    }

    fn failed(&self, always: bool) -> Vec<&'static str> {
        let failed = self
            .properties
            .iter()
            .filter(|it| it.always == always && !it.holds());
        failed.map(|it| it.property).collect()
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            states,
            ledgers,
            depth,
            ..
        } = self;
        writeln!(f, "{states} states, {ledgers} ledgers, depth {depth}")?;
        for found in &self.properties {
            let word = match (found.always, &found.example) {
                (true, None) => "holds",
                (true, Some(_)) => "BROKEN",
                (false, None) => "unreached",
                (false, Some(_)) => "reached",
            };
            writeln!(f, "{word:>9}  {}", found.property)?;
        }
        Ok(())
    }
}

/// Visits every state that the protocol, or a mutant of it, can reach within the scale, on `threads` threads. A run that
/// breaks a promise ends soon after, so that the example is short.
///
/// Fails only where a name of the model is none of git-lane's.
pub fn explore(scale: Scale, mutant: Mutant, threads: usize) -> Result<Summary, NameError> {
    let model = Claims {
        book: Book::new()?,
        scale,
        mutant,
    };
    let checker = model
        .checker()
        .threads(threads)
        .finish_when(HasDiscoveries::AnyFailures);
    let checker = checker.spawn_bfs().join();
    let mut examples = checker.discoveries();
    let found = |property: &Property<Claims>| Found {
        property: property.name,
        always: property.expectation == Expectation::Always,
        example: examples.remove(property.name).map(Path::into_actions),
    };
    Ok(Summary {
        properties: properties::all().iter().map(found).collect(),
        states: checker.unique_state_count(),
        ledgers: checker.model().book.len(),
        depth: checker.max_depth(),
    })
}
