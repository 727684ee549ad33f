//! Which strategy a path gets.

use lane_core::policy::Merge;
use lane_core::policy::MergedAs;
use lane_core::text;
use lane_core::view::View as _;
use lane_git::Repo;
use lane_merge::Strategy;
use lane_store::Source;
use lane_store::Store;
use lane_store::StoreError;
use lane_store::find_policy;

/// How a file is merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Chosen {
    /// By meaning.
    By(Strategy),
    /// By git's own text merge.
    Text,
}

impl Chosen {
    /// For the file at `path` (from the root). The policy is asked for only where it says something.
    pub(crate) fn for_path(path: &[u8], policy: impl FnOnce() -> Merge) -> Self {
        if is_record(path) {
            return Self::By(Strategy::Record);
        }
        match policy().merged_as(path) {
            Some(MergedAs::Changelog) => Self::By(Strategy::Changelog),
            Some(MergedAs::Registry) => Self::By(Strategy::Registry),
            None => Self::Text,
        }
    }

    /// Its name on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::By(Strategy::Record) => "record",
            Self::By(Strategy::Changelog) => "changelog",
            Self::By(Strategy::Registry) => "registry",
            Self::Text => "text",
        }
    }
}

/// What our line of `.gitattributes` names: `.agents/**/*.toml`.
fn is_record(path: &[u8]) -> bool {
    path.starts_with(b".agents/") && path.ends_with(b".toml")
}

/// `[merge]` as it is in force.
#[derive(Clone, Debug, Default)]
pub(crate) struct InForce {
    pub(crate) merge: Merge,
    /// The branch whose policy says so; none for the defaults.
    branch: Option<String>,
}

impl InForce {
    /// That of the integration branch. Where there is no repository, state or policy, the defaults.
    ///
    /// # Errors
    /// When there is a policy and it cannot be read.
    pub(crate) fn read(repo: Option<&Repo>, source: &dyn Source) -> Result<Self, StoreError> {
        let Some(repo) = repo else {
            return Ok(Self::default());
        };
        let store = Store::new(repo, source);
        if store.tip()?.is_none() {
            return Ok(Self::default());
        }
        match find_policy(repo, &store.view()?.meta()?.integration)? {
            Some(file) => Ok(Self {
                merge: file.parse()?.merge,
                branch: Some(file.branch().to_owned()),
            }),
            None => Ok(Self::default()),
        }
    }

    /// Why a file that it does not name is text.
    pub(crate) fn does_not_name(&self) -> String {
        match &self.branch {
            Some(branch) => {
                let branch = text::excerpt(branch, 200);
                format!("the policy on {branch} names it neither as changelog nor as registry")
            }
            None => "no policy is in force, and by default only CHANGELOG.md is a changelog".to_owned(),
        }
    }

    /// The way to another strategy.
    pub(crate) fn way_on(&self) -> String {
        match &self.branch {
            Some(branch) => {
                let branch = text::excerpt(branch, 200);
                format!("name it in `[merge]` and bring that to {branch}")
            }
            None => "name it in `[merge]` of a policy on the integration branch".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_chooses_and_records_need_no_policy() {
        let never = || panic!("the policy is not needed");
        let record = Chosen::By(Strategy::Record);
        assert_eq!(Chosen::for_path(b".agents/queue/3f/T-1.toml", never), record);
        assert_eq!(Chosen::for_path(b".agents/policy.toml", never), record);
        let changelog = Chosen::By(Strategy::Changelog);
        assert_eq!(Chosen::for_path(b"a/CHANGELOG.md", Merge::default), changelog);
        for path in [
            &b".agents/README.md"[..],
            b"Cargo.toml",
            b"a/.agents/x.toml",
            b"",
            b"\xff",
        ] {
            assert_eq!(Chosen::for_path(path, Merge::default), Chosen::Text, "{path:?}");
        }
    }
}
