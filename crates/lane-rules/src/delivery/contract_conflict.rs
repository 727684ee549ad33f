//! `contract-conflict`: the lane and the integration branch both changed a contract since they parted. Two texts that
//! merge cleanly may still contradict each other, so that is settled first.

use lane_core::ground;
use lane_core::policy::Adopted;
use lane_core::refusal::Refusal;

use super::Delivered;
use super::Judged;
use super::touched;
use super::way_on;
use crate::finding::Finding;
use crate::listed;

pub(super) fn judge(delivered: &Delivered<'_>, policy: &Adopted) -> Judged {
    let mut found = Vec::new();
    for (name, contract) in &policy.contract {
        let place = format!("contract.{name}");
        let scope = touched::scope(&place, &contract.files)?;
        let here = touched::changed(delivered.changes, &scope);
        let there: Vec<&[u8]> = delivered
            .elsewhere
            .iter()
            .map(Vec::as_slice)
            .filter(|path| scope.covers(path))
            .collect();
        if here.is_empty() || there.is_empty() {
            continue;
        }
        let what = format!(
            "`{}` changed on both sides: {} here, {} on {}",
            listed::one(&place),
            listed::paths(here),
            listed::paths(there),
            listed::one(delivered.main),
        );
        found.push(Finding::whole(
            Refusal::new(&ground::CONTRACT_CONFLICT, what),
            vec![way_on::run(&["git", "rebase", delivered.main])],
        ));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use crate::delivery::trial::Trial;

    fn check(
        changes: &'static [&'static str],
        elsewhere: &'static [&'static str],
        expected: &[&str],
    ) -> Trial {
        let trial = Trial {
            policy: "[contract.api]\nfiles = [\"api/**\"]\n[contract.db]\nfiles = [\"db/**\"]\n".to_owned(),
            changes,
            elsewhere,
            ..Trial::checked()
        };
        trial.finds(expected);
        trial
    }

    #[test]
    fn a_contract_that_both_changed_is_found() {
        let both = check(&["api/a"], &["api/b"], &["contract-conflict"]);
        both.says(
            "`contract.api` changed on both sides: api/a here, api/b on origin/main",
            "git rebase origin/main",
        );
        check(&["api/a", "db/x"], &["api/a", "db/x"], &["contract-conflict"; 2]);
        check(&["api/a"], &["src/b"], &[]);
        check(&["src/a"], &["api/b"], &[]);
        check(&["api/a"], &["db/b"], &[]);
        check(&["api/a"], &[], &[]);
    }
}
