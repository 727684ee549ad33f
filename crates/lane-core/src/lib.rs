//! The pure core of git-lane: records, transitions, policy, globs and refusals. No clock, environment, disk or process.

pub mod apply;
pub mod audit;
pub mod codec;
pub mod counters;
pub mod event;
pub mod glob;
pub mod ground;
pub mod id;
pub mod markers;
pub mod memory;
pub mod moves;
pub mod order;
pub mod policy;
pub mod ready;
pub mod record;
pub mod refusal;
pub mod text;
pub mod time;
pub mod view;
pub mod whose_move;
