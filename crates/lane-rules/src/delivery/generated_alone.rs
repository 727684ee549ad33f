//! `generated-alone`, of a whole delivery: a generated file changed, and nothing that it is made from did.

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
    for (name, generated) in &policy.generated {
        let place = format!("generated.{name}");
        let files = touched::scope(&place, &generated.files)?;
        let made = touched::changed(delivered.changes, &files);
        let from = touched::changed(delivered.changes, &touched::scope(&place, &generated.from)?);
        // What is made is no source of itself, whatever the globs say.
        if made.is_empty() || from.iter().any(|path| !files.covers(path)) {
            continue;
        }
        let run = match &generated.run {
            Some(run) => format!("; `{}` makes them", listed::one(run)),
            None => String::new(),
        };
        let what = format!(
            "{} changed, and nothing of {}, from which `{}` says it is made{run}",
            listed::paths(made.iter().copied()),
            listed::words(generated.from.iter().cloned()),
            listed::one(&place),
        );
        let ground = &ground::GENERATED_ALONE;
        let back = way_on::put_back(delivered, &made).unwrap_or_else(|| way_on::explain(ground));
        found.push(Finding::whole(Refusal::new(ground, what), vec![back]));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use crate::delivery::trial::Trial;

    const CLIENT: &str =
        "[generated.client]\nfiles = [\"web/**\"]\nfrom = [\"doc/**\", \"gen.sh\"]\nrun = \"make client\"\n";

    fn client(changes: &'static [&'static str]) -> Trial {
        Trial {
            policy: CLIENT.to_owned(),
            changes,
            ..Trial::checked()
        }
    }

    #[test]
    fn what_is_made_changes_with_its_source() {
        client(&["web/a"]).finds(&["generated-alone"]);
        client(&["src/a", "web/a"]).finds(&["generated-alone"]);
        client(&["doc/a", "web/a"]).finds(&[]);
        client(&["gen.sh", "web/a"]).finds(&[]);
        client(&["doc/a"]).finds(&[]);
    }

    #[test]
    fn nothing_is_the_source_of_itself() {
        Trial {
            policy: "[generated.x]\nfiles = [\"doc/out/**\"]\nfrom = [\"doc/**\"]\n".to_owned(),
            ..client(&["doc/out/a"])
        }
        .finds(&["generated-alone"]);
    }

    #[test]
    fn the_way_on_puts_it_back() {
        client(&["web/a", "web/b c"]).says(
            "web/a, web/b c changed, and nothing of doc/**, gen.sh, from which `generated.client` says it is made; `make client` makes them",
            "git restore --source b0 --staged --worktree -- :/web/a ':/web/b c' && git commit -m TEXT",
        );
    }
}
