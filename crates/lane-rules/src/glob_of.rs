//! The glob that covers exactly one path, for hints.

use lane_core::text::is_unsafe;

/// A glob for `path`, its special characters escaped. A path that no command line can carry as text (control
/// characters, bytes that are no UTF-8) is named by `?` in their places.
pub fn exact_glob(path: &[u8]) -> String {
    let mut out = String::new();
    for chunk in path.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                _ if is_unsafe(c) => out.push('?'),
                '*' | '?' | '[' | ']' | '{' | '}' | '\\' | '!' | '^' => out.extend(['\\', c]),
                _ => out.push(c),
            }
        }
        chunk.invalid().iter().for_each(|_| out.push('?'));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use lane_core::glob::Scope;

    #[test]
    fn a_path_is_covered_by_its_own_glob_and_nothing_like_it_is() {
        for path in [
            &b"a/b.rs"[..],
            b"a [1]*?.txt",
            b"{x,y}",
            b"\\back",
            b"nl\nx",
            b"\xff\xfe",
            "é".as_bytes(),
            b"-x",
            b"!x",
        ] {
            let glob = exact_glob(path);
            let scope = Scope::parse(&[&glob]).unwrap_or_else(|e| panic!("{glob}: {e}"));
            assert!(scope.covers(path), "{glob}");
            assert!(!scope.covers(b"other"), "{glob}");
        }
        assert!(!Scope::parse(&[exact_glob(b"a*")]).unwrap().covers(b"ab"));
    }
}
