//! `co-change`: something of `when` changed, and nothing of `must`.

use lane_core::ground;
use lane_core::policy::Adopted;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;

use super::Delivered;
use super::Judged;
use super::touched;
use crate::finding::Finding;
use crate::listed;
use crate::remedy::Remedy;

pub(super) fn judge(delivered: &Delivered<'_>, policy: &Adopted) -> Judged {
    let mut found = Vec::new();
    for (name, pair) in &policy.co_change {
        let place = format!("co_change.{name}");
        let when = touched::changed(delivered.changes, &touched::scope(&place, &pair.when)?);
        let must = touched::changed(delivered.changes, &touched::scope(&place, &pair.must)?);
        if when.is_empty() || !must.is_empty() {
            continue;
        }
        let why = match &pair.why {
            Some(why) => format!(" ({})", listed::one(why)),
            None => String::new(),
        };
        let what = format!(
            "{} changed, and nothing of {}, as `{}` asks{why}",
            listed::paths(when),
            listed::words(pair.must.iter().cloned()),
            listed::one(&place),
        );
        found.push(Finding::whole(
            Refusal::new(&ground::CO_CHANGE, what),
            vec![Remedy::Run(way_on(delivered))],
        ));
    }
    Ok(found)
}

/// The other side is changed, which nobody but its author can; then it is delivered again.
fn way_on(delivered: &Delivered<'_>) -> String {
    let commit = "git commit -m TEXT -- PATH";
    match delivered.task {
        Some(task) => format!(
            "{commit} && {}",
            command(&["git", "lane", "handoff", task.id.as_str()])
        ),
        None => commit.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::delivery::trial::Trial;

    const PAIR: &str = "[co_change.api-docs]\nwhen = [\"api/**\"]\nmust = [\"docs/api/**\", \"NEWS\"]\n";

    fn pair(changes: &'static [&'static str]) -> Trial {
        Trial {
            policy: PAIR.to_owned(),
            changes,
            ..Trial::checked()
        }
    }

    #[test]
    fn one_side_alone_is_found_and_both_are_not() {
        pair(&["api/a.rs"]).finds(&["co-change"]);
        pair(&["api/a.rs", "docs/other.md"]).finds(&["co-change"]);
        pair(&["api/a.rs", "docs/api/a.md"]).finds(&[]);
        pair(&["NEWS", "api/a.rs"]).finds(&[]);
        pair(&["docs/api/a.md"]).finds(&[]);
        pair(&[]).finds(&[]);
    }

    #[test]
    fn each_pair_is_judged_by_itself() {
        let two = Trial {
            policy: format!("{PAIR}[co_change.b]\nwhen = [\"api/**\"]\nmust = [\"x\"]\n"),
            ..pair(&["api/a.rs"])
        };
        two.finds(&["co-change", "co-change"]);
    }

    #[test]
    fn the_message_says_which_and_why() {
        Trial {
            policy: format!("{PAIR}why = \"customers \\u001b[2J read it\"\n"),
            ..pair(&["api/a.rs", "api/b.rs"])
        }
        .says(
            "api/a.rs, api/b.rs changed, and nothing of docs/api/**, NEWS, as `co_change.api-docs` asks (customers \\u{1b}[2J read it)",
            "git commit -m TEXT -- PATH && git lane handoff T-1",
        );
    }
}
