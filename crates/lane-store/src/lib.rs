//! The state on its ref: records as TOML in a tree, events as commits, one transaction at a time.
//!
//! Only this crate knows how a record lies in a tree. It decides nothing: `lane_core::apply` does.

mod binding;
mod cache;
mod cards;
mod clone_id;
mod error;
mod genesis;
mod head;
mod heartbeat;
mod journal;
mod lanes;
mod layout;
mod ledger;
mod mail;
mod mirror;
mod moment;
mod policy_file;
mod records;
mod settle;
mod source;
mod store;
mod transact;
mod tree_view;
mod verify;

pub use binding::Binding;
pub use binding::bound_worktrees;
pub use cards::Queue;
pub use clone_id::clone_id;
pub use error::StoreError;
pub use genesis::genesis;
pub use heartbeat::last_sign;
pub use heartbeat::touch;
pub use journal::last_tip;
pub use ledger::Entry;
pub use ledger::entries;
pub use mail::Letter;
pub use mail::Mail;
pub use moment::At;
pub use moment::Moment;
pub use policy_file::PolicyFile;
pub use policy_file::find_policy;
pub use policy_file::integration_refs;
pub use policy_file::remote_name;
pub use records::Records;
pub use source::Actor;
pub use source::Source;
pub use store::STATE_REF;
pub use store::Store;
pub use transact::Committed;
pub use tree_view::TreeView;
pub use verify::Fault;
pub use verify::Proof;
pub use verify::verify;
