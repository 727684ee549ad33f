//! Can any path at all lie in these scopes and not in those? Exactly, or not at all.
//!
//! A scope is a union of alternatives, so scopes have a path in common when one alternative of each
//! have. Literal prefixes settle most combinations; automata walk through the rest.

use super::automaton::Dfa;
use super::branch::Branch;
use super::error::TooComplex;
use super::git_path;
use super::scope::Scope;
use super::walk;
use super::walk::Budget;

/// Bound on one decision: states of products visited, plus combinations tried.
const MAX_STEPS: usize = 100_000;

/// An example of a path that lies in every scope of `all_of` and in none of `none_of`; `None` if there
/// provably is no such path.
///
/// The example is a folded path that git can store, as short as possible for the first combination of
/// globs that has one (in ASCII if that can be). An empty `all_of` asks for any path; an empty scope
/// holds none.
///
/// # Errors
/// [`TooComplex`] if no example was found within the bounds on memory and steps, or only such as fold to
/// something else: `e?` and `*\u{301}` meet in `e\u{301}`, which is `é` to everybody. An answer that was
/// found stands, whatever other combinations would have cost.
pub fn decide(all_of: &[&Scope], none_of: &[&Scope]) -> Result<Option<String>, TooComplex> {
    if all_of.is_empty() {
        return decide(&[&Scope::everything()], none_of);
    }
    let excluded = none_of.iter().flat_map(|scope| scope.branches()).collect();
    let mut search = Search {
        excluded,
        chosen: Vec::new(),
        budget: Budget(MAX_STEPS),
        unsettled: false,
    };
    match search.choose(all_of) {
        Some(path) => Ok(Some(path)),
        None if search.unsettled => Err(TooComplex),
        None => Ok(None),
    }
}

/// An example of a path that two scopes share outside of `except`, as [`decide`] finds it.
///
/// # Errors
/// [`TooComplex`], as [`decide`].
pub fn overlap(a: &Scope, b: &Scope, except: &Scope) -> Result<Option<String>, TooComplex> {
    decide(&[a, b], &[except])
}

/// An example of a path of `a` that none of `within` covers, as [`decide`] finds it.
///
/// # Errors
/// [`TooComplex`], as [`decide`].
pub fn escapes(a: &Scope, within: &[&Scope]) -> Result<Option<String>, TooComplex> {
    decide(&[a], within)
}

struct Search<'s> {
    excluded: Vec<&'s Branch>,
    /// One alternative of each scope so far.
    chosen: Vec<&'s Branch>,
    budget: Budget,
    /// Some combination was too complex, so that finding nothing else proves nothing.
    unsettled: bool,
}

impl<'s> Search<'s> {
    fn choose(&mut self, scopes: &[&'s Scope]) -> Option<String> {
        let Some((scope, rest)) = scopes.split_first() else {
            return self.settle();
        };
        for branch in scope.branches() {
            if !self.is_candidate(branch) {
                continue;
            }
            if self.budget.spend().is_err() {
                self.unsettled = true;
                return None;
            }
            self.chosen.push(branch);
            let found = self.choose(rest);
            self.chosen.pop();
            if found.is_some() {
                return found;
            }
        }
        None
    }

    fn is_candidate(&self, branch: &Branch) -> bool {
        self.chosen.iter().all(|other| other.may_meet(branch))
            && !self.excluded.iter().any(|other| other.encloses(branch))
    }

    fn settle(&mut self) -> Option<String> {
        let chosen = without_enclosing(&self.chosen);
        self.refine(&chosen).unwrap_or_else(|TooComplex| {
            self.unsettled = true;
            None
        })
    }

    /// Looks for an example without the exclusions, and adds only those that one turns out to need:
    /// mostly none, and each makes the walk longer.
    fn refine(&mut self, chosen: &[&Branch]) -> Result<Option<String>, TooComplex> {
        let wanted = Wanted::new(chosen)?;
        let mut unwanted = Vec::new();
        // Each turn but the last adds another exclusion.
        for _ in 0..=self.excluded.len() {
            let Some(path) = wanted.example(&unwanted, &mut self.budget)? else {
                return Ok(None);
            };
            match self.excluded.iter().find(|branch| branch.covers(&path)) {
                Some(branch) => unwanted.push(branch.dfa()?),
                None => return Ok(Some(path)),
            }
        }
        Err(TooComplex)
    }
}

/// What an example must be in.
enum Wanted<'s> {
    /// A tree with this root: its own shortest example.
    Tree {
        root: &'s str,
        branch: &'s Branch,
    },
    Automata(Vec<&'s Dfa>),
}

impl<'s> Wanted<'s> {
    fn new(chosen: &[&'s Branch]) -> Result<Self, TooComplex> {
        if let [branch] = chosen
            && let Some(root) = branch.subtree().filter(|root| !root.is_empty())
        {
            return Ok(Self::Tree { root, branch });
        }
        Ok(Self::Automata(
            chosen
                .iter()
                .map(|branch| branch.dfa())
                .collect::<Result<_, _>>()?,
        ))
    }

    fn example(&self, unwanted: &[&Dfa], budget: &mut Budget) -> Result<Option<String>, TooComplex> {
        match self {
            Self::Tree { root, .. } if unwanted.is_empty() => {
                Ok(git_path::is_valid(root).then(|| (*root).to_owned()))
            }
            Self::Tree { branch, .. } => walk::example(&[branch.dfa()?], unwanted, budget),
            Self::Automata(wanted) => walk::example(wanted, unwanted, budget),
        }
    }
}

/// Leaves out what encloses another: it adds nothing to what all have in common.
fn without_enclosing<'s>(branches: &[&'s Branch]) -> Vec<&'s Branch> {
    let mut kept: Vec<&Branch> = Vec::with_capacity(branches.len());
    for &branch in branches {
        if !kept.iter().any(|other| branch.encloses(other)) {
            kept.retain(|other| !other.encloses(branch));
            kept.push(branch);
        }
    }
    kept
}
