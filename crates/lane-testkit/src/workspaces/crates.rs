//! The crates of the Rust workspace: manifests and sources, as one would write them.

/// A member: what stands in its manifest behind `[package]`, and its only source file.
pub(super) struct Crate {
    pub(super) name: &'static str,
    pub(super) needs: &'static str,
    pub(super) file: &'static str,
    pub(super) text: &'static str,
}

pub(super) const CRATES: &[Crate] = &[
    Crate {
        name: "base",
        needs: "",
        file: "src/lib.rs",
        text: r#"//! What the others stand on.

/// One.
pub fn base() -> u32 {
    1
}

#[cfg(test)]
mod tests {
    #[test]
    fn base_holds() {
        std::fs::create_dir_all("../../target/ran/base_holds").unwrap();
        assert_eq!(super::base(), 1);
    }
}
"#,
    },
    Crate {
        name: "middle",
        needs: r#"
[dependencies]
base = { path = "../base" }
"#,
        file: "src/lib.rs",
        text: r#"//! Stands on `base`.

/// Two.
pub fn middle() -> u32 {
    base::base() + 1
}

#[cfg(test)]
mod tests {
    #[test]
    fn middle_holds() {
        std::fs::create_dir_all("../../target/ran/middle_holds").unwrap();
        assert_eq!(super::middle(), 2);
    }
}
"#,
    },
    Crate {
        name: "top",
        needs: r#"
[dependencies]
middle = { path = "../middle" }
"#,
        file: "src/lib.rs",
        text: r#"//! Stands on `middle`.

/// Three.
pub fn top() -> u32 {
    middle::middle() + 1
}

#[cfg(test)]
mod tests {
    #[test]
    fn top_holds() {
        std::fs::create_dir_all("../../target/ran/top_holds").unwrap();
        assert_eq!(super::top(), 3);
    }
}
"#,
    },
    Crate {
        name: "apart",
        needs: "",
        file: "src/lib.rs",
        text: r#"//! Stands alone.

/// Ten.
pub fn apart() -> u32 {
    10
}

#[cfg(test)]
mod tests {
    #[test]
    fn apart_holds() {
        std::fs::create_dir_all("../../target/ran/apart_holds").unwrap();
        assert_eq!(super::apart(), 10);
    }
}
"#,
    },
    Crate {
        name: "probe",
        needs: r#"
[dev-dependencies]
apart = { path = "../apart" }
"#,
        file: "src/lib.rs",
        text: r#"//! Its tests alone use `apart`.

/// Eleven.
pub fn probe() -> u32 {
    11
}

#[cfg(test)]
mod tests {
    #[test]
    fn probe_holds() {
        std::fs::create_dir_all("../../target/ran/probe_holds").unwrap();
        assert_eq!(super::probe(), apart::apart() + 1);
    }
}
"#,
    },
    Crate {
        name: "switch",
        needs: r#"
[features]
loud = []
"#,
        file: "src/lib.rs",
        text: r#"//! Says more with its feature `loud`.

/// Twenty.
pub fn switch() -> u32 {
    20
}

/// Twenty-one.
#[cfg(feature = "loud")]
pub fn loud() -> u32 {
    21
}

#[cfg(test)]
mod tests {
    #[test]
    fn switch_holds() {
        std::fs::create_dir_all("../../target/ran/switch_holds").unwrap();
        assert_eq!(super::switch(), 20);
    }

    #[cfg(feature = "loud")]
    #[test]
    fn loud_holds() {
        std::fs::create_dir_all("../../target/ran/loud_holds").unwrap();
        assert_eq!(super::loud(), 21);
    }
}
"#,
    },
    Crate {
        name: "tool",
        needs: r#"
[dependencies]
switch = { path = "../switch", features = ["loud"] }
"#,
        file: "src/main.rs",
        text: r#"//! A program without a library.

fn main() {
    println!("{}", answer());
}

fn answer() -> u32 {
    switch::loud() * 2
}

#[cfg(test)]
mod tests {
    #[test]
    fn tool_holds() {
        std::fs::create_dir_all("../../target/ran/tool_holds").unwrap();
        assert_eq!(super::answer(), 42);
    }
}
"#,
    },
    Crate {
        name: "told",
        needs: "",
        file: "src/lib.rs",
        text: r#"//! Explains itself.

/// Thirty.
///
/// ```
/// std::fs::create_dir_all("../../target/ran/told_example").unwrap();
/// assert_eq!(told::told(), 30);
/// ```
pub fn told() -> u32 {
    30
}

#[cfg(test)]
mod tests {
    #[test]
    fn told_holds() {
        std::fs::create_dir_all("../../target/ran/told_holds").unwrap();
        assert_eq!(super::told(), 30);
    }
}
"#,
    },
];
