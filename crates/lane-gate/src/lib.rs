//! Checks and gates: one command run for evidence, and the checks that the policy declares. Prints nothing, ends nothing
//! but what it started.

mod cargo;
mod change;
mod gates;
mod interrupt;
mod run;
mod tool;

pub use cargo::Affected;
pub use cargo::Cause;
pub use cargo::MetadataError;
pub use cargo::Need;
pub use cargo::NeedKind;
pub use cargo::Package;
pub use cargo::Reason;
pub use cargo::Workspace;
pub use cargo::affected;
pub use cargo::parse as parse_metadata;
pub use cargo::read as read_workspace;
pub use change::Change;
pub use change::Changed;
pub use change::Extent;
pub use gates::Check;
pub use gates::Folder;
pub use gates::FolderError;
pub use gates::GATES_PATH;
pub use gates::Gates;
pub use gates::GatesError;
pub use gates::Level;
pub use gates::Reads;
pub use gates::Work;
pub use interrupt::Interrupt;
pub use interrupt::InterruptError;
pub use run::EXCERPT_BYTES;
pub use run::Ending;
pub use run::Job;
pub use run::Run;
pub use run::RunError;
pub use run::run;
pub use tool::ToolError;
