//! What is said by hand: flags, or `GIT_LANE_CI_…` for a script. Flags come first.

use super::names;
use super::names::Odd;
use super::said::Before;
use super::said::Said;
use super::said::Vars;

/// The command line's words about what is judged.
#[derive(Clone, Debug, Default)]
pub(super) struct Flags {
    /// A branch of the remote, or a whole commit id.
    pub(super) base: Option<String>,
    /// A whole commit id.
    pub(super) head: Option<String>,
    /// The branch that the work is on.
    pub(super) branch: Option<String>,
    pub(super) fork: bool,
}

/// What flags and variables say; none where they say nothing.
pub(super) fn said(flags: &Flags, vars: Vars<'_>) -> Result<Option<Said>, Odd> {
    let or = |flag: &Option<String>, name: &str| flag.clone().or_else(|| vars(name));
    let base = or(&flags.base, "GIT_LANE_CI_BASE");
    let head = or(&flags.head, "GIT_LANE_CI_HEAD");
    let branch = or(&flags.branch, "GIT_LANE_CI_BRANCH");
    let yes = |value: String| !["0", "false", "no"].contains(&value.as_str());
    let fork = flags.fork || vars("GIT_LANE_CI_FORK").is_some_and(yes);
    if base.is_none() && head.is_none() && branch.is_none() && !fork {
        return Ok(None);
    }
    let mut said = Said {
        branch: branch.as_deref().and_then(names::short),
        fork,
        ..Said::default()
    };
    if let Some(head) = head {
        said.head = names::id("the head", &head)?;
    }
    match base {
        Some(base) if is_id(&base) => {
            let before = names::id("the base", &base)?;
            said.before = Some(before.map_or(Before::Nothing, Before::Commit));
        }
        Some(base) => said.target = Some(names::branch("the base", &base)?),
        None => {}
    }
    Ok(Some(said))
}

fn is_id(word: &str) -> bool {
    word.len() == 40 && word.bytes().all(|byte| byte.is_ascii_hexdigit())
}
