//! A brief's template: text with `{{placeholders}}`, each of which must exist.

use std::fmt::Write as _;

use lane_core::text;
use thiserror::Error;

/// The largest template, in bytes.
pub(crate) const MAX_BYTES: usize = 64 * 1024;

/// What is wrong with a template. Lines count from 1.
#[derive(Debug, Error, PartialEq, Eq)]
pub(crate) enum TemplateFault {
    /// A name that stands for nothing.
    #[error("line {line}: there is no placeholder {{{{{name}}}}}{alike}")]
    Unknown {
        line: usize,
        /// Escaped and bounded.
        name: String,
        /// `; alike are …`, or nothing.
        alike: String,
    },
    /// `{{` without `}}` on the same line.
    #[error("line {line}: {{{{ is not closed by }}}} on its line")]
    Open { line: usize },
}

/// The placeholders that a template may use, and what stands for each.
pub(crate) trait Values {
    /// What stands for a placeholder; none where there is no such placeholder. Several lines where it is a list.
    fn value(&self, name: &str) -> Option<String>;
    /// The names that could have been meant.
    fn alike(&self, name: &str) -> Vec<&'static str>;
}

/// The template with all placeholders filled. What stands for one of several lines keeps the indent of its line.
pub(crate) fn fill(template: &str, values: &dyn Values) -> Result<String, TemplateFault> {
    let mut out = String::with_capacity(template.len() * 2);
    for (text, line) in template.lines().zip(1..) {
        fill_line(text, line, values, &mut out)?;
        out.push('\n');
    }
    Ok(out)
}

fn fill_line(
    mut rest: &str,
    line: usize,
    values: &dyn Values,
    out: &mut String,
) -> Result<(), TemplateFault> {
    let indent: String = rest.chars().take_while(|c| *c == ' ').collect();
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((name, behind)) = after.split_once("}}") else {
            return Err(TemplateFault::Open { line });
        };
        let name = name.trim();
        let value = values.value(name).ok_or_else(|| unknown(name, line, values))?;
        out.push_str(before);
        let mut lines = value.lines();
        out.push_str(lines.next().unwrap_or_default());
        for more in lines {
            let _ = write!(out, "\n{indent}{more}");
        }
        rest = behind;
    }
    out.push_str(rest);
    Ok(())
}

fn unknown(name: &str, line: usize, values: &dyn Values) -> TemplateFault {
    let alike = match values.alike(name).as_slice() {
        [] => String::new(),
        names => format!("; alike are {}", names.join(", ")),
    };
    TemplateFault::Unknown {
        line,
        name: text::excerpt(name, 64),
        alike,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Two;

    impl Values for Two {
        fn value(&self, name: &str) -> Option<String> {
            match name {
                "task.id" => Some("T-1".to_owned()),
                "scope" => Some("- a\n- b".to_owned()),
                _ => None,
            }
        }

        fn alike(&self, name: &str) -> Vec<&'static str> {
            if name.starts_with("task") {
                vec!["task.id"]
            } else {
                Vec::new()
            }
        }
    }

    #[test]
    fn what_is_there_is_filled_and_what_is_no_placeholder_stays() {
        for (template, filled) in [
            ("no placeholder { } }}", "no placeholder { } }}\n"),
            ("{{task.id}}: {{ task.id }}!", "T-1: T-1!\n"),
            ("  {{scope}}\nend", "  - a\n  - b\nend\n"),
            ("", ""),
        ] {
            assert_eq!(fill(template, &Two).unwrap(), filled, "{template}");
        }
    }

    #[test]
    fn what_stands_for_nothing_is_named_with_its_line() {
        for (template, fault) in [
            (
                "ok\n{{task.idd}}",
                "line 2: there is no placeholder {{task.idd}}; alike are task.id",
            ),
            ("{{\u{1b}[2J}}", "line 1: there is no placeholder {{\\u{1b}[2J}}"),
            ("{{task.id", "line 1: {{ is not closed by }} on its line"),
            ("{{task.id\n}}", "line 1: {{ is not closed by }} on its line"),
        ] {
            assert_eq!(fill(template, &Two).unwrap_err().to_string(), fault);
        }
    }

    #[test]
    fn a_value_is_never_filled_again() {
        struct Nested;
        impl Values for Nested {
            fn value(&self, _: &str) -> Option<String> {
                Some("{{task.id}}".to_owned())
            }
            fn alike(&self, _: &str) -> Vec<&'static str> {
                Vec::new()
            }
        }
        assert_eq!(fill("{{a}}", &Nested).unwrap(), "{{task.id}}\n");
    }
}
