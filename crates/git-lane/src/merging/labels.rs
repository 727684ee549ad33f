//! What stands behind conflict markers: the names that git gives the three versions.

use std::ffi::OsStr;

/// What git calls the sides while it merges two bases with each other.
const VIRTUAL: &str = "Temporary merge branch ";

/// The names of the three versions, and how long a marker is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Labels {
    pub(crate) base: String,
    pub(crate) ours: String,
    pub(crate) theirs: String,
    /// Whether git named them.
    named: bool,
}

impl Labels {
    /// From what git puts for `%S`, `%X` and `%Y`. A git before 2.44 knows none of them and leaves them as they are.
    pub(crate) fn of_git(base: Option<&OsStr>, ours: Option<&OsStr>, theirs: Option<&OsStr>) -> Self {
        let known = |label: Option<&OsStr>, placeholder: &str| {
            let label = label.map(|label| label.to_string_lossy().into_owned());
            label.filter(|label| !label.is_empty() && label != placeholder)
        };
        let (base, ours, theirs) = (known(base, "%S"), known(ours, "%X"), known(theirs, "%Y"));
        Self {
            named: ours.is_some() && theirs.is_some(),
            base: base.unwrap_or_else(|| "base".to_owned()),
            ours: ours.unwrap_or_else(|| "ours".to_owned()),
            theirs: theirs.unwrap_or_else(|| "theirs".to_owned()),
        }
    }

    /// Whether git merges two bases, so that nobody will see this result as it is: by the names, and where there are
    /// none by the marker, which is longer then.
    pub(crate) fn are_of_bases(&self, marker_size: usize) -> bool {
        if self.named {
            self.ours.starts_with(VIRTUAL) && self.theirs.starts_with(VIRTUAL)
        } else {
            marker_size > lane_merge::MARKER_MIN
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(texts: [&str; 3]) -> Labels {
        let [base, ours, theirs] = texts.map(|text| Some(OsStr::new(text)));
        Labels::of_git(base, ours, theirs)
    }

    #[test]
    fn a_label_that_git_does_not_know_is_the_usual_one() {
        for texts in [["%S", "%X", "%Y"], ["", "", ""]] {
            let labels = labels(texts);
            assert_eq!(
                (&*labels.base, &*labels.ours, &*labels.theirs),
                ("base", "ours", "theirs")
            );
        }
        assert_eq!(Labels::of_git(None, None, None), labels(["%S", "%X", "%Y"]));
        assert_eq!(labels(["a", "HEAD", "it's"]).theirs, "it's");
    }

    #[test]
    fn a_merge_of_bases_is_known_by_its_labels_else_by_its_markers() {
        let temporary = ["a", "Temporary merge branch 1", "Temporary merge branch 2"];
        assert!(labels(temporary).are_of_bases(9));
        assert!(
            !labels(["a", "HEAD", "x"]).are_of_bases(30),
            "an attribute may ask for long markers"
        );
        assert!(labels(["%S", "%X", "%Y"]).are_of_bases(9));
        assert!(!labels(["%S", "%X", "%Y"]).are_of_bases(7));
    }
}
