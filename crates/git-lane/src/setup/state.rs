//! What a repository already has of git-lane, and its state: made, joined, or there.

use lane_core::event::Payload;
use lane_core::ground;
use lane_core::policy::Merge;
use lane_core::policy::Policy;
use lane_core::policy::Role;
use lane_core::policy::Sync;
use lane_core::record::task_branch_fault;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::time::Span;
use lane_core::view::View as _;
use lane_store::Begun;
use lane_store::STATE_REF;
use lane_store::StoreError;
use lane_store::find_policy;
use lane_store::remote_name;

use super::Report;
use crate::error::CliError;
use crate::integration;
use crate::session::Session;
use crate::show::paint;

/// How long `init` waits for a remote that it only asks, in seconds.
const ASKING_SECS: i64 = 10;

/// What `init` finds.
pub(crate) struct Known {
    /// The repository's id: the policy's, else the state's, else a new one.
    pub(crate) repository: String,
    /// The branch that lanes land on.
    pub(crate) integration: String,
    /// Whether the integration branch has a policy already.
    pub(crate) joins: bool,
    /// Where worktrees are made.
    pub(crate) worktree_root: String,
    /// What our section of `.gitattributes` follows from: this worktree's policy, else the integration branch's.
    pub(crate) merge: Merge,
    /// Whether the branch was named on the command line.
    renames: bool,
}

impl Known {
    /// Looks at state, policy and branches.
    pub(crate) fn look(session: &Session<'_>, named: Option<&str>) -> Result<Self, CliError> {
        let store = session.store();
        not_lost(session)?;
        let meta = match store.tip()? {
            Some(_) => Some(store.view()?.meta()?),
            None => None,
        };
        let of_state = meta
            .as_ref()
            .map(|m| m.integration.clone())
            .filter(|b| !b.is_empty());
        let integration = match named.map(str::to_owned).or(of_state) {
            Some(branch) => branch,
            None => integration::guess(session.repo)?.ok_or_else(|| {
                CliError::setup(
                    "no branch is checked out, so it is not clear where lanes land",
                    "git lane init --integration BRANCH",
                )
            })?,
        };
        if let Some(fault) = task_branch_fault(&integration) {
            return Err(Refusal::input(format!("the integration branch's name {fault}")).into());
        }
        let policy = find_policy(session.repo, &integration)?
            .map(|file| file.parse())
            .transpose()?;
        let draft = policy_in_worktree(session)?;
        let ids = [policy.as_ref(), draft.as_ref()].map(|p| p.map(|p| p.repository.clone()));
        let [committed, drafted] = ids;
        if let (Some(policy), Some(meta)) = (&committed, &meta)
            && *policy != meta.repository
        {
            let what = format!(
                "the state on {STATE_REF} belongs to repository {}, the policy on {integration} to {policy}",
                meta.repository
            );
            return Err(Refusal::new(&ground::OTHER_STATE, what)
                .hint(format!("git log --oneline {STATE_REF}"))
                .hint("git lane uninstall")
                .into());
        }
        if policy.is_none() && meta.is_none() {
            not_begun_elsewhere(session, &integration)?;
        }
        let fresh = || session.source.nonce()[..16].to_owned();
        let root = policy
            .as_ref()
            .or(draft.as_ref())
            .map_or_else(|| Policy::default().lanes.root, |p| p.lanes.root.clone());
        let merge = draft.or_else(|| policy.clone()).unwrap_or_default().merge;
        Ok(Self {
            merge,
            repository: committed
                .or(meta.map(|m| m.repository))
                .or(drafted)
                .unwrap_or_else(fresh),
            integration,
            joins: policy.is_some(),
            worktree_root: root,
            renames: named.is_some(),
        })
    }
}

/// A state that was here and is gone is brought back, not begun anew.
fn not_lost(session: &Session<'_>) -> Result<(), CliError> {
    let store = session.store();
    let last = lane_store::last_tip(&store.local_dir());
    match last.filter(|tip| session.repo.has_object(*tip).unwrap_or(false)) {
        Some(tip) if store.tip()?.is_none() => {
            let what = format!(
                "{STATE_REF} is gone, and its last tip in this clone was {}",
                tip.short()
            );
            Err(CliError::setup(what, format!("git update-ref {STATE_REF} {tip}")))
        }
        _ => Ok(()),
    }
}

/// A state that others have begun is joined, not begun a second time by a clone that has not fetched their policy.
fn not_begun_elsewhere(session: &Session<'_>, integration: &str) -> Result<(), CliError> {
    let Some(remote) = remote_name(session.repo)?.filter(|_| !session.offline()) else {
        return Ok(());
    };
    let brief = Sync {
        timeout: Span::from_secs(ASKING_SECS),
        ..Sync::default()
    };
    match session.store().begun_on(&remote, integration, &brief) {
        Ok(Some(begun)) => {
            let what = match begun {
                Begun::State(refname) => {
                    format!("{remote} has a state on {refname}, and this clone does not know its policy")
                }
                Begun::Policy => {
                    format!("{remote} has a policy on {integration} that this clone has not fetched")
                }
            };
            let fetch = command(&["git", "fetch", "--", &remote]);
            Err(Refusal::new(&ground::OTHER_STATE, what)
                .hint(format!("{fetch} && git lane init"))
                .hint("git lane init --integration BRANCH")
                .into())
        }
        Err(StoreError::Unreachable { what, .. }) => {
            paint::warning(&format!(
                "{what}; if others have begun a state there, join it instead"
            ));
            Ok(())
        }
        // What is wrong with the remote is said when it is needed.
        _ => Ok(()),
    }
}

/// A policy that lies uncommitted in this worktree, from an earlier `init`.
fn policy_in_worktree(session: &Session<'_>) -> Result<Option<Policy>, CliError> {
    let Some(root) = session.repo.work_dir() else {
        return Ok(None);
    };
    match std::fs::read(root.join(lane_core::policy::POLICY_PATH)) {
        // Another id drawn over a policy with a fault would make two repositories of one.
        Ok(bytes) => lane_core::policy::parse(&bytes).map(Some).map_err(|fault| {
            CliError::setup(
                format!(".agents/policy.toml of this worktree: {fault}"),
                "git lane policy validate",
            )
        }),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(CliError::io(
            "the worktree's .agents/policy.toml cannot be read",
            e,
        )),
    }
}

/// Makes the state ref where there is none, and names the integration branch.
pub(super) fn make(session: &Session<'_>, known: &Known, dry_run: bool) -> Result<Vec<Report>, CliError> {
    let store = session.store();
    let there = store.tip()?.is_some();
    let mut reports = Vec::new();
    if there {
        reports.push(Report::kept(format!("{STATE_REF} is there")));
    } else if dry_run {
        reports.push(Report::made(format!(
            "the state on {STATE_REF}, for repository {}",
            known.repository
        )));
    } else {
        reports.push(create(session, known)?);
    }
    let named = store
        .tip()?
        .is_some()
        .then(|| {
            store
                .view()?
                .meta()
                .map(|m| m.integration)
                .map_err(CliError::from)
        })
        .transpose()?;
    let same = named.as_deref() == Some(known.integration.as_str());
    let wanted = known.renames || named.as_deref().is_none_or(str::is_empty);
    if same || !wanted {
        reports.push(Report::kept(format!(
            "lanes land on {}",
            named.unwrap_or_default()
        )));
    } else {
        if !dry_run {
            let payload = Payload::IntegrationNamed {
                branch: known.integration.clone(),
            };
            // Not published by itself: who joins while the remote is away comes to the same.
            let actor = session.actor(Role::Maintainer)?;
            store.transact(&actor, &mut |_| Ok(payload.clone()))?;
        }
        reports.push(Report::made(format!("lanes land on {}", known.integration)));
    }
    Ok(reports)
}

/// Takes the remote's state when joining; else begins one.
fn create(session: &Session<'_>, known: &Known) -> Result<Report, CliError> {
    if known.joins
        && let Some(remote) = remote_name(session.repo)?
    {
        let policy = find_policy(session.repo, &known.integration)?;
        let sync = policy
            .map(|file| file.parse())
            .transpose()?
            .map(|policy| policy.sync);
        match session
            .store()
            .join(&remote, &sync.unwrap_or_default(), &known.repository)
        {
            Ok(true) => return Ok(Report::made(format!("the state on {STATE_REF}, from {remote}"))),
            Ok(false) => {}
            Err(StoreError::Unreachable { what, .. }) => {
                paint::warning(&format!(
                    "{what}; the state begins here and is joined by the first `git lane sync`"
                ));
            }
            Err(other) => return Err(other.into()),
        }
    }
    session.store().create(&known.repository)?;
    Ok(Report::made(format!(
        "the state on {STATE_REF}, for repository {}",
        known.repository
    )))
}
