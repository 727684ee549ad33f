//! `risk-evidence`: a task of high risk without a check that shows that the code is there, or one that exercises it. A
//! regression check exercises it, too.

use lane_core::ground;
use lane_core::policy::Adopted;
use lane_core::record::Purpose;
use lane_core::record::Risk;
use lane_core::refusal::Refusal;

use super::Delivered;
use super::Judged;
use super::way_on;
use crate::finding::Finding;

/// What is needed, and which purposes of a check give it.
const NEEDED: [(Purpose, &[Purpose]); 2] = [
    (Purpose::Anchor, &[Purpose::Anchor]),
    (Purpose::Runtime, &[Purpose::Runtime, Purpose::Regression]),
];

pub(super) fn judge(delivered: &Delivered<'_>, _: &Adopted) -> Judged {
    let Some(task) = delivered.task.filter(|task| task.risk == Some(Risk::High)) else {
        return Ok(Vec::new());
    };
    let checked: Vec<&Purpose> = task
        .acceptance
        .values()
        .filter(|criterion| criterion.check.is_some())
        .flat_map(|criterion| &criterion.purpose)
        .collect();
    let missing: Vec<Purpose> = NEEDED
        .into_iter()
        .filter(|(_, given)| !checked.iter().any(|purpose| given.contains(purpose)))
        .map(|(needed, _)| needed)
        .collect();
    let ground = &ground::RISK_EVIDENCE;
    let finding = |purpose: Purpose| {
        let what = format!(
            "{} is of high risk, and none of its checks {}",
            task.id,
            words(purpose)
        );
        let add = way_on::criterion(delivered, ground, Some(purpose));
        Finding::whole(Refusal::new(ground, what), vec![add])
    };
    Ok(missing.into_iter().map(finding).collect())
}

fn words(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Anchor => "shows that the code is there (`anchor`)",
        Purpose::Runtime | Purpose::Regression => "exercises the path that is active (`runtime`)",
    }
}

#[cfg(test)]
mod tests {
    use crate::Remedy;
    use crate::delivery::trial::Trial;

    const ONE: &[&str] = &["risk-evidence"];
    const TWO: &[&str] = &["risk-evidence", "risk-evidence"];

    fn check(risk: &str, purposes: &[(&str, bool)], expected: &[&str]) -> Vec<crate::Finding> {
        let criteria: String = purposes
            .iter()
            .enumerate()
            .map(|(n, (purpose, checked))| {
                let check = if *checked { "check = [\"true\"]\n" } else { "" };
                format!("[acceptance.a{n}]\ntext = \"x\"\npurpose = [{purpose}]\n{check}")
            })
            .collect();
        let last = "[acceptance.z]\ntext = \"x\"\ncheck = [\"true\"]\n";
        let task = format!("risk = \"{risk}\"\n{criteria}{last}");
        Trial {
            task: Some(task.leak()),
            ..Trial::checked()
        }
        .finds(expected)
    }

    #[test]
    fn high_risk_needs_an_anchor_and_a_run() {
        check("high", &[], TWO);
        check("normal", &[], &[]);
        check("high", &[("\"anchor\"", true)], ONE);
        check("high", &[("\"runtime\"", true)], ONE);
        check("high", &[("\"anchor\"", true), ("\"runtime\"", true)], &[]);
        check("high", &[("\"anchor\"", true), ("\"regression\"", true)], &[]);
        check("high", &[("\"anchor\"", true), ("\"runtime\"", false)], ONE);
        check("high", &[("\"anchor\", \"runtime\"", true)], &[]);
    }

    #[test]
    fn each_that_is_missing_is_added_by_its_purpose() {
        let found = check("high", &[], TWO);
        let lines: Vec<&Remedy> = found.iter().flat_map(|one| &one.remedies).collect();
        let add = "git lane task edit T-1 --add-accept TEXT --check COMMAND --purpose";
        let expected = ["anchor", "runtime"].map(|purpose| Remedy::Run(format!("{add} {purpose}")));
        assert_eq!(lines, expected.iter().collect::<Vec<_>>());
    }
}
