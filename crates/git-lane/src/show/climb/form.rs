//! The forms in which a climb can be told.

use super::teller::To;

/// The form of what is printed on stdout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Lines for people, as it happens.
    Text,
    /// Workflow commands of GitHub Actions, as it happens.
    Github,
    /// One report of GitLab's Code Quality at the end.
    Gitlab,
    /// One JSON object at the end.
    Json,
    /// One JUnit document at the end.
    Junit,
}

/// The forms that `--format` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Named {
    /// Workflow commands of GitHub Actions: annotations and groups
    Github,
    /// A Code Quality report of GitLab
    Gitlab,
    /// A JUnit XML document
    Junit,
}

impl Form {
    pub(crate) fn of(json: bool, named: Option<Named>) -> Self {
        match (json, named) {
            (true, _) => Self::Json,
            (_, Some(Named::Github)) => Self::Github,
            (_, Some(Named::Gitlab)) => Self::Gitlab,
            (_, Some(Named::Junit)) => Self::Junit,
            (_, None) => Self::Text,
        }
    }

    /// Where the lines go that are told as it happens.
    pub(crate) fn to(self) -> To {
        match self {
            Self::Text => To::Stdout,
            Self::Github => To::Github,
            Self::Gitlab | Self::Json | Self::Junit => To::Nowhere,
        }
    }
}
