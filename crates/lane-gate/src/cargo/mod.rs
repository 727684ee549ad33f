//! cargo's workspaces: what is in them, which packages a change reaches, and how cargo is told so.

mod affected;
mod features;
mod metadata;
mod ownership;
mod selection;
mod ways;
mod workspace;

pub use affected::Affected;
pub use affected::Cause;
pub use affected::Reason;
pub use affected::affected;
pub(crate) use metadata::Answer;
pub use metadata::MetadataError;
pub(crate) use metadata::answer;
pub use metadata::parse;
pub use metadata::read;
pub(crate) use ownership::BINDING;
pub(crate) use ownership::binds_all;
pub(crate) use selection::cargo_arguments;
pub(crate) use selection::doctest_arguments;
pub use workspace::Need;
pub use workspace::NeedKind;
pub use workspace::Package;
pub use workspace::Workspace;
