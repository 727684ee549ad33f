//! `defect-cause`: a defect is handed off without its cause, the layer that owns it, and the file in which it was. The
//! words are the writer's; that the file is one of the change is looked at.

use lane_core::ground;
use lane_core::policy::Adopted;
use lane_core::record::Kind;
use lane_core::refusal::Refusal;
use lane_core::text;

use super::Delivered;
use super::Judged;
use super::way_on;
use crate::finding::Finding;
use crate::listed;

pub(super) fn judge(delivered: &Delivered<'_>, _: &Adopted) -> Judged {
    let Some(task) = delivered.task.filter(|task| task.kind == Kind::Defect) else {
        return Ok(Vec::new());
    };
    let Some(what) = missing(delivered) else {
        return Ok(Vec::new());
    };
    let ground = &ground::DEFECT_CAUSE;
    let say = ["--cause", "TEXT", "--layer", "TEXT", "--file", "PATH"];
    Ok(vec![Finding::whole(
        Refusal::new(ground, format!("{} is a defect, and {what}", task.id)),
        vec![way_on::handoff(delivered, ground, &say)],
    )])
}

fn missing(delivered: &Delivered<'_>) -> Option<String> {
    let Some(cause) = &delivered.evidence.cause else {
        return Some("nothing says what caused it, in which layer and file".to_owned());
    };
    for (name, said) in [("cause", &cause.text), ("layer", &cause.layer)] {
        if said.trim().is_empty() {
            return Some(format!("its {name} is empty"));
        }
    }
    let is_changed = delivered
        .changes
        .iter()
        .any(|change| text::escape_path(&change.path) == cause.file);
    (!is_changed).then(|| {
        format!(
            "{}, which is named as where it was, is not changed",
            listed::one(&cause.file)
        )
    })
}

#[cfg(test)]
mod tests {
    use crate::delivery::Evidence;
    use crate::delivery::trial::BASE;
    use crate::delivery::trial::TREE;
    use crate::delivery::trial::Trial;
    use crate::delivery::trial::cause;
    use crate::delivery::trial::ran;
    use crate::delivery::trial::runs;
    use lane_core::record::Cause;

    const DEFECT: &str =
        "kind = \"defect\"\n[acceptance.a1]\ntext = \"x\"\ncheck = [\"true\"]\npurpose = [\"regression\"]\n";
    const FOUND: &[&str] = &["defect-cause"];

    /// A defect with its proof.
    fn defect(cause: Option<Cause>) -> Trial {
        Trial {
            task: Some(DEFECT),
            entries: &["- mended"],
            evidence: Evidence {
                cause,
                acceptance: runs("a1", ran(0, TREE)),
                before: runs("a1", ran(1, BASE)),
                ..Evidence::default()
            },
            ..Trial::checked()
        }
    }

    #[test]
    fn a_defect_names_a_file_that_it_changes() {
        defect(None).finds(FOUND);
        defect(cause("src/other.rs")).finds(FOUND);
        defect(cause("src/a.rs")).finds(&[]);
        let unsaid = cause("src/a.rs").map(|cause| Cause {
            layer: " ".to_owned(),
            ..cause
        });
        defect(unsaid).finds(FOUND);
    }

    #[test]
    fn what_is_no_defect_needs_no_cause() {
        Trial {
            task: Some("kind = \"feature\""),
            ..defect(None)
        }
        .finds(&[]);
    }

    #[test]
    fn a_path_that_is_no_text_is_named_as_it_is_shown() {
        Trial {
            changes: &["src/\u{202e}.rs"],
            ..defect(cause("src/\\u{202e}.rs"))
        }
        .finds(&[]);
    }

    #[test]
    fn the_way_on_is_a_handoff_that_says_it() {
        defect(None).says(
            "T-1 is a defect, and nothing says what caused it, in which layer and file",
            "git lane handoff T-1 --cause TEXT --layer TEXT --file PATH",
        );
        defect(cause("x\u{1b}")).says(
            "T-1 is a defect, and x\\u{1b}, which is named as where it was, is not changed",
            "git lane handoff T-1 --cause TEXT --layer TEXT --file PATH",
        );
    }
}
