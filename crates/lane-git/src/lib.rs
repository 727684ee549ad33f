//! The only door to git: objects and refs by libgit2, the rest by a git child.
//!
//! Values that leave this crate are its own: no type of git2 is public. Paths and names are bytes, because
//! git's are. Nothing here writes an index or a work tree, except [`Repo::worktree_add`].

mod child;
mod commits;
mod compare;
mod config;
mod config_env;
mod diff;
mod env;
mod error;
mod graph;
mod hash;
mod history;
mod hostile;
mod identity;
mod lockfile;
mod objects;
mod oid;
mod open;
mod operation;
mod options;
mod oslock;
mod raw_diff;
mod ref_file;
mod reflog;
mod refs;
mod repo;
mod set_aside;
mod status;
mod swap;
mod trailers;
mod tree_edit;
mod trees;
mod version;
mod worktree;

pub use commits::Commit;
pub use commits::NewCommit;
pub use compare::TreeChange;
pub use config::ConfigValue;
pub use diff::Against;
pub use env::clear_git_env;
pub use env::local_env_vars;
pub use error::GitError;
pub use graph::FirstParents;
pub use hash::hash_blob;
pub use hash::hash_tree;
pub use hostile::check_ref_format;
pub use identity::Ident;
pub use objects::ObjectError;
pub use oid::Oid;
pub use oid::OidError;
pub use open::OpenError;
pub use operation::Operation;
pub use oslock::OsLock;
pub use oslock::OsLockError;
pub use raw_diff::PathChange;
pub use repo::Head;
pub use repo::Repo;
pub use status::Dirt;
pub use swap::SwapError;
pub use trees::TreeEntry;
pub use version::git_version;
pub use worktree::Worktree;
