//! The state on its ref: records as TOML in a tree, events as commits, one transaction at a time.
