//! What a range of commits delivers, judged by the rules: the same for a handoff, a push and CI.

mod family;
mod gathered;
mod handing_off;
mod merges;
mod recorded;
mod telling;
mod unnamed;

use lane_core::policy::Adopted;
use lane_core::policy::Merge;
use lane_core::record::Task;
use lane_git::Oid;
use lane_git::Repo;
use lane_rules::Evidence;
use lane_rules::Finding;
use lane_rules::Moment;
use lane_rules::judge_delivery;

pub(crate) use family::first;
pub(crate) use family::handed_off;
pub(crate) use gathered::Gathered;
pub(crate) use handing_off::Declared;
pub(crate) use handing_off::HandingOff;
pub(crate) use merges::advise as advise_on_merges;
pub(crate) use recorded::Recorded;
pub(crate) use telling::tell_owners;
pub(crate) use unnamed::branch_tips;

use crate::error::CliError;

/// What is delivered, and by which rules it is judged.
#[derive(Clone, Copy)]
pub(crate) struct Range<'a> {
    /// The repository.
    pub(crate) repo: &'a Repo,
    /// The lane's task, live or archived; none for what is no lane's: then all findings are advice.
    pub(crate) task: Option<&'a Task>,
    /// The rules.
    pub(crate) policy: &'a Adopted,
    /// Which files are changelogs: `[merge]` of the policy's file.
    pub(crate) merge: &'a Merge,
    /// The merge base with the integration branch; none where there is none: then all that is there is new.
    pub(crate) base: Option<Oid>,
    /// The commit that is delivered.
    pub(crate) tip: Oid,
    /// The tip of the integration branch, to see what it changed since the merge base.
    pub(crate) main: Option<Oid>,
    /// The integration branch as git takes it from this clone, for hints: `main`, `origin/main`.
    pub(crate) main_name: &'a str,
    /// When this is judged.
    pub(crate) moment: Moment,
}

/// A verdict.
#[derive(Debug, Default)]
pub(crate) struct Judged {
    /// What was found, advice among it.
    pub(crate) findings: Vec<Finding>,
    /// What was not looked at, a sentence each.
    pub(crate) unseen: Vec<String>,
}

/// The delivery rules' verdict on the net difference of a range.
///
/// # Errors
/// When git cannot be asked, or a glob of the policy cannot be read.
pub(crate) fn judge_range(range: &Range<'_>, evidence: &Evidence) -> Result<Judged, CliError> {
    let gathered = Gathered::of(range)?;
    let findings = judge_delivery(&gathered.delivered(range, evidence), range.policy)?;
    Ok(Judged {
        findings,
        unseen: gathered.unseen,
    })
}

/// `[merge]` of the policy's file on the integration branch: the defaults where it cannot be read.
pub(crate) fn merge_settings(repo: &Repo, integration: &str) -> Merge {
    let file = lane_store::find_policy(repo, integration).ok().flatten();
    file.and_then(|file| file.parse().ok())
        .map(|policy| policy.merge)
        .unwrap_or_default()
}
