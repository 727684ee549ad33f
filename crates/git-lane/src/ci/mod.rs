//! `git lane gate --ci`: the verdict of the hooks and of the gate once more, on a machine that knows nothing and trusts
//! nothing local. What the host says, what is fetched, what is found; nothing is written to the state.

mod authority;
mod checkout;
mod fetching;
mod github;
mod gitlab;
mod handed_over;
mod judging;
mod names;
mod owners;
mod persons;
mod plain;
mod policy;
mod run;
mod said;

pub(crate) use run::run;
