//! The project's own tools: `cargo xtask <demo|test|ci|tidy|install|bench>`.
fn main() {}
