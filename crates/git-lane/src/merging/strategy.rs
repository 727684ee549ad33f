//! Which strategy a path gets.

use lane_core::policy::Merge;
use lane_core::policy::MergedAs;
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

/// `[merge]` of the policy on the integration branch. Where there is no repository, state or policy, the defaults.
///
/// # Errors
/// When there is one and it cannot be read.
pub(crate) fn policy_here(repo: Option<&Repo>, source: &dyn Source) -> Result<Merge, StoreError> {
    let Some(repo) = repo else {
        return Ok(Merge::default());
    };
    let store = Store::new(repo, source);
    if store.tip()?.is_none() {
        return Ok(Merge::default());
    }
    match find_policy(repo, &store.view()?.meta()?.integration)? {
        Some(file) => Ok(file.parse()?.merge),
        None => Ok(Merge::default()),
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
