//! `acceptance-undeclared`: a task that names no acceptance check which can be run.

use lane_core::ground;
use lane_core::policy::Adopted;
use lane_core::refusal::Refusal;

use super::Delivered;
use super::Judged;
use super::way_on;
use crate::finding::Finding;

pub(super) fn judge(delivered: &Delivered<'_>, _: &Adopted) -> Judged {
    let Some(task) = delivered.task else {
        return Ok(Vec::new());
    };
    if task
        .acceptance
        .values()
        .any(|criterion| criterion.check.is_some())
    {
        return Ok(Vec::new());
    }
    let what = format!(
        "{} names no acceptance check, so nothing shows that it is done",
        task.id
    );
    let add = way_on::criterion(delivered, &ground::ACCEPTANCE_UNDECLARED, None);
    let refusal = Refusal::new(&ground::ACCEPTANCE_UNDECLARED, what);
    Ok(vec![Finding::whole(refusal, vec![add])])
}

#[cfg(test)]
mod tests {
    use crate::delivery::trial::Trial;

    #[test]
    fn words_alone_are_no_check() {
        for (task, expected) in [
            (Some("[acceptance]"), &["acceptance-undeclared"][..]),
            (
                Some("[acceptance.a1]\ntext = \"x\"\n"),
                &["acceptance-undeclared"],
            ),
            (Some("[acceptance.a1]\ntext = \"x\"\ncheck = [\"true\"]\n"), &[]),
            (Some("[acceptance.a1]\ntext = \"x\"\ncheck = \"unit\"\n"), &[]),
            (None, &[]),
        ] {
            Trial {
                task,
                ..Trial::checked()
            }
            .finds(expected);
        }
    }

    #[test]
    fn the_way_on_adds_a_check() {
        Trial {
            task: Some("[acceptance]"),
            ..Trial::checked()
        }
        .says(
            "T-1 names no acceptance check, so nothing shows that it is done",
            "git lane task edit T-1 --add-accept TEXT --check COMMAND",
        );
    }
}
