//! Planning: values in, values out. Nothing is run, read or asked.

#![allow(clippy::unwrap_used)] // the lint's exception for tests does not see functions beside them

mod affected;
mod plan;
