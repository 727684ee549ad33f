//! What agents are told: our section of a file on the integration branch, against what the policy in force says.

mod mend;
mod section;
mod text;
mod the_loop;

use lane_core::codec;
use lane_core::ground;
use lane_core::ground::Ground;
use lane_core::policy::Policy;
use lane_core::refusal::Refusal;
use lane_core::text::excerpt;
use lane_core::view::View;
use lane_gate::GATES_PATH;
use lane_gate::Gates;
use lane_store::PolicyFile;
use lane_store::StoreError;
use lane_store::find_policy;

pub(crate) use section::Broken;
pub(crate) use section::Standing;
pub(crate) use section::refreshed;
pub(crate) use section::standing;

use crate::session::Session;
use text::Told;

/// How much of a name is shown, in characters.
const NAME_CHARS: usize = 80;

/// The largest file that is looked at, in bytes.
pub(crate) const MAX_BYTES: usize = 1 << 20;

/// What the section is to say: by a policy, by the text of the gates if there are any, and where lanes land. None where
/// the gates cannot be read.
pub(crate) fn wanted(policy: &Policy, gates: Option<&[u8]>, integration: &str) -> Option<String> {
    let rungs = match gates {
        Some(text) => Some(Gates::parse(text).ok()?.hooks()),
        None => None,
    };
    Some(text::text(&Told {
        policy,
        integration,
        rungs,
    }))
}

/// What the integration branch has.
pub(crate) struct OnBranch {
    /// Where the policy was found, and so the file is to be.
    pub(crate) policy: PolicyFile,
    /// The file.
    pub(crate) path: String,
    /// What its section is to say.
    pub(crate) wanted: String,
    there: There,
}

/// What is at the file's path.
enum There {
    Nothing,
    Link,
    NoFile,
    Unread(String),
    Broken(Broken),
    File(Standing),
}

impl OnBranch {
    /// Reads it; nothing where there is no policy, or the gates cannot be read: that is told elsewhere.
    pub(crate) fn look(session: &Session<'_>) -> Result<Option<Self>, StoreError> {
        let branch = session.store().view()?.meta()?.integration;
        match find_policy(session.repo, &branch)? {
            Some(file) => Self::beside(session, file, &branch),
            None => Ok(None),
        }
    }

    fn beside(session: &Session<'_>, file: PolicyFile, branch: &str) -> Result<Option<Self>, StoreError> {
        let policy = file.parse()?;
        let tree = session.repo.commit(file.commit)?.tree;
        let gates = match session.repo.entry_at(tree, GATES_PATH)? {
            Some(entry) => session.repo.blob(entry.oid, codec::MAX_BYTES).ok(),
            None => None,
        };
        let Some(wanted) = wanted(&policy, gates.as_deref(), branch) else {
            return Ok(None);
        };
        let path = policy.instructions.file;
        // A file where a folder should be is no entry either.
        let there = match session.repo.entry_at(tree, &path) {
            Err(_) | Ok(None) => There::Nothing,
            Ok(Some(entry)) => match entry.mode {
                0o120000 => There::Link,
                0o100644 | 0o100755 => match session.repo.blob(entry.oid, MAX_BYTES) {
                    Ok(bytes) => match standing(&bytes, &wanted) {
                        Ok(standing) => There::File(standing),
                        Err(broken) => There::Broken(broken),
                    },
                    Err(fault) => There::Unread(fault.to_string()),
                },
                _ => There::NoFile,
            },
        };
        Ok(Some(Self {
            policy: file,
            path,
            wanted,
            there,
        }))
    }

    /// Why this does not tell agents how to work here, if it does not.
    pub(crate) fn fault(&self) -> Option<String> {
        let branch = excerpt(self.policy.branch(), NAME_CHARS);
        let file = format!("{} on {branch}", excerpt(&self.path, NAME_CHARS));
        Some(match &self.there {
            There::File(Standing::Current | Standing::Newer(_)) => return None,
            There::Nothing => format!(
                "{branch} has no {}, where agents are told how to work here",
                self.path
            ),
            There::Link => format!("{file} is a symbolic link, and agents are to be told in a file"),
            There::NoFile => format!("{file} is no file"),
            There::Unread(fault) => format!("{file} cannot be read: {}", excerpt(fault, NAME_CHARS)),
            There::Broken(broken) => format!("{file} has markers that mark no section: {broken}"),
            There::File(Standing::Missing) => {
                format!("{file} has no section that tells agents how to work here")
            }
            There::File(Standing::ByHand) => {
                format!("the section of {file} was changed between its markers")
            }
            There::File(Standing::Stale) => {
                format!("the section of {file} says something else than the policy in force")
            }
            There::File(Standing::Older(version)) => {
                format!("the section of {file} is of an older git-lane (text {version})")
            }
        })
    }

    /// Whether there is something of ours that could be refreshed.
    pub(crate) fn has_section(&self) -> bool {
        !matches!(self.ground(), ground if ground == &ground::INSTRUCTIONS_MISSING)
    }

    /// The number of a newer git-lane's text.
    pub(crate) fn newer(&self) -> Option<u32> {
        match self.there {
            There::File(Standing::Newer(version)) => Some(version),
            _ => None,
        }
    }

    fn ground(&self) -> &'static Ground {
        match self.there {
            There::File(Standing::Missing) | There::Nothing | There::Link | There::NoFile => {
                &ground::INSTRUCTIONS_MISSING
            }
            _ => &ground::INSTRUCTIONS_OUTDATED,
        }
    }
}

/// What stands against one more lane beside those that are active, where the policy is `file`.
pub(crate) fn against(
    session: &Session<'_>,
    view: &dyn View,
    file: PolicyFile,
) -> Result<Option<Refusal>, StoreError> {
    let branch = view.meta()?.integration;
    let Some(there) = OnBranch::beside(session, file, &branch)? else {
        return Ok(None);
    };
    let Some(fault) = there.fault() else {
        return Ok(None);
    };
    let what = format!("other lanes are active, and {fault}");
    Ok(Some(
        Refusal::new(there.ground(), what).hint(there.mend(session)?),
    ))
}
