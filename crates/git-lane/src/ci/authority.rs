//! Whose policy and checks judge: the integration branch's, whatever branch the work goes to, for that one may be its author's
//! own. The remote's default branch says where the state is, and the state says which branch all lanes land on.

use lane_core::policy::Policy;
use lane_core::policy::Sync;
use lane_core::view::View as _;
use lane_git::Oid;

use super::fetching;
use super::fetching::Fetched;
use super::policy;
use super::said::Before;
use super::said::Said;
use crate::error::CliError;
use crate::session;
use crate::session::Session;

/// What judges.
pub(super) struct Authority {
    pub(super) policy: Policy,
    /// The commit that it was read from, and the checks are.
    pub(super) at: Oid,
    /// The branch for people.
    pub(super) name: String,
    /// Whether that is another branch than the one that the work is compared with.
    pub(super) elsewhere: bool,
}

/// What judges the work. Of a branch that is new it is the branch itself.
///
/// # Errors
/// When the remote does not answer, or a policy is missing or cannot be used.
pub(super) fn of(session: &Session<'_>, said: &Said, fetched: &Fetched) -> Result<Authority, CliError> {
    let compared = fetched.base.unwrap_or(fetched.head);
    let main = match fetched.base {
        Some(base) => integration(session, fetched, base)?,
        None => None,
    };
    let other = main.filter(|main| !is_compared_with(main, said, fetched));
    let (at, name) = match &other {
        Some(main) => (
            fetching::integration(session.repo, &fetched.remote, main)?,
            main.clone(),
        ),
        None => (compared, fetched.name.clone()),
    };
    let repo = session::open()?;
    Ok(Authority {
        policy: policy::at(&repo, at, &name)?,
        at,
        elsewhere: name != fetched.name,
        name,
    })
}

/// Whether what the work is compared with is a commit of the integration branch: its tip, or what a push to it found there.
fn is_compared_with(main: &str, said: &Said, fetched: &Fetched) -> bool {
    match said.before {
        Some(Before::Commit(_) | Before::Nothing) => said.branch.as_deref() == Some(main),
        Some(Before::Unsaid) | None => fetched.name == main,
    }
}

/// The integration branch. The default branch's word comes first, for nobody makes a branch the default one by a push;
/// the policy of what the work is compared with only where there is no other, and nothing is known then without a state.
fn integration(session: &Session<'_>, fetched: &Fetched, base: Oid) -> Result<Option<String>, CliError> {
    if let Some((name, tip)) = fetching::default_branch(session.repo, &fetched.remote)? {
        let repo = session::open()?;
        if policy::is_there(&repo, tip)? {
            let policy = policy::at(&repo, tip, &name)?;
            return Ok(Some(named(session, fetched, &policy.sync)?.unwrap_or(name)));
        }
    }
    if let Some(name) = named(session, fetched, &Sync::default())? {
        return Ok(Some(name));
    }
    match policy::is_there(session.repo, base)? {
        true => named(
            session,
            fetched,
            &policy::at(session.repo, base, &fetched.name)?.sync,
        ),
        false => Ok(None),
    }
}

/// What the state names that the remote has where this policy says; none where it has none, or one that cannot be read.
fn named(session: &Session<'_>, fetched: &Fetched, sync: &Sync) -> Result<Option<String>, CliError> {
    let Some(state) = fetching::found_state(session.repo, &fetched.remote, sync)? else {
        return Ok(None);
    };
    let repo = session::open()?;
    let session = Session::new(&repo, session.source, None).with_fetched(state);
    let store = session.store().read_only();
    let meta = store.view().ok().and_then(|view| view.meta().ok());
    Ok(meta.map(|meta| meta.integration).filter(|name| !name.is_empty()))
}
