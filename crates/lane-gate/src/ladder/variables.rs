//! Which environment variables change what cargo, the compiler and the test runners find.

use std::env;

/// Those that count by themselves.
const NAMES: [&str; 10] = [
    "CLIPPY_CONF_DIR",
    "RUSTC",
    "RUSTC_BOOTSTRAP",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTC_WRAPPER",
    "RUSTDOC",
    "RUSTDOCFLAGS",
    "RUSTFLAGS",
    "RUSTFMT",
    "RUST_MIN_STACK",
];

/// The beginnings of others: any setting of cargo and of nextest has such a name, of this version or a later one.
const FAMILIES: [&str; 3] = ["CARGO_", "NEXTEST_", "RUST_TEST_"];

/// Of these families, what says only where, how fast and how it looks, and where cargo loads from; and what cargo and
/// nextest tell what they run, for a gate may be run by `cargo run` and within a test.
const BESIDES: [&str; 41] = [
    "CARGO_BIN_EXE_",
    "CARGO_BIN_NAME",
    "CARGO_BUILD_BUILD_DIR",
    "CARGO_BUILD_JOBS",
    "CARGO_BUILD_TARGET_DIR",
    "CARGO_CFG_",
    "CARGO_CRATE_NAME",
    "CARGO_FEATURE_",
    "CARGO_FUTURE_INCOMPAT_REPORT_",
    "CARGO_HOME",
    "CARGO_HTTP_",
    "CARGO_INSTALL_",
    "CARGO_LOG",
    "CARGO_MAKEFLAGS",
    "CARGO_MANIFEST_",
    "CARGO_NET_",
    "CARGO_PKG_",
    "CARGO_PRIMARY_PACKAGE",
    "CARGO_REGISTRIES_",
    "CARGO_REGISTRY_",
    "CARGO_RUSTC_CURRENT_DIR",
    "CARGO_TARGET_DIR",
    "CARGO_TARGET_TMPDIR",
    "CARGO_TERM_",
    "NEXTEST_ATTEMPT",
    "NEXTEST_BINARY_",
    "NEXTEST_BIN_EXE_",
    "NEXTEST_DYLD_",
    "NEXTEST_EXECUTION_MODE",
    "NEXTEST_FAILURE_OUTPUT",
    "NEXTEST_FINAL_STATUS_LEVEL",
    "NEXTEST_GLOBAL_SLOT",
    "NEXTEST_HIDE_PROGRESS_BAR",
    "NEXTEST_LD_",
    "NEXTEST_RUN_ID",
    "NEXTEST_SHOW_PROGRESS",
    "NEXTEST_STATUS_LEVEL",
    "NEXTEST_SUCCESS_OUTPUT",
    "NEXTEST_TEST_GLOBAL_SLOT",
    "NEXTEST_TEST_GROUP",
    "NEXTEST_TEST_NAME",
];

/// The names of those that count, whether they are set or not; of the families, those that are set here.
pub(super) fn names() -> impl Iterator<Item = String> {
    let set = env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let set = set.filter(|name| counts(name));
    NAMES.into_iter().map(str::to_owned).chain(set)
}

fn counts(name: &str) -> bool {
    let begins = |starts: &[&str]| starts.iter().any(|start| name.starts_with(start));
    begins(&FAMILIES) && !begins(&BESIDES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_count_and_what_cargo_tells_its_children_does_not() {
        for (name, wanted) in [
            ("CARGO_ENCODED_RUSTFLAGS", true),
            ("CARGO_ENCODED_RUSTDOCFLAGS", true),
            ("CARGO_INCREMENTAL", true),
            ("CARGO_ALIAS_CLIPPY", true),
            ("CARGO_PROFILE_TEST_DEBUG_ASSERTIONS", true),
            ("CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS", true),
            ("CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER", true),
            ("NEXTEST_FLAKY_RESULT", true),
            ("NEXTEST_NO_TESTS", true),
            ("NEXTEST_PROFILE", true),
            ("NEXTEST_RETRIES", true),
            ("RUST_TEST_THREADS", true),
            ("CARGO", false),
            ("CARGO_MANIFEST_DIR", false),
            ("CARGO_PKG_VERSION", false),
            ("CARGO_TARGET_DIR", false),
            ("CARGO_TERM_COLOR", false),
            ("NEXTEST", false),
            ("NEXTEST_RUN_ID", false),
            ("NEXTEST_TEST_NAME", false),
        ] {
            assert_eq!(counts(name), wanted, "{name}");
        }
        let names: Vec<String> = names().collect();
        assert!(names.iter().any(|name| name == "CLIPPY_CONF_DIR"));
    }
}
