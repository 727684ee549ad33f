//! The plan of a climb with its reasons: what `--explain` prints.

use lane_core::text;
use lane_gate::Affected;
use lane_gate::Base;
use lane_gate::Todo;

use crate::gate::Prepared;
use crate::show::paint;

/// How much of a command line is shown, in characters.
const COMMAND_CHARS: usize = 200;

pub(crate) fn plan(prepared: &Prepared, base: &Base) {
    let count = prepared.change.files().len();
    paint::out(&match base {
        Base::Commit(commit) => format!("{count} paths differ from {}", commit.short()),
        Base::Nothing => format!("there is no commit yet; {count} files"),
        Base::Everything(why) => format!("everything: {}", text::excerpt(why, 300)),
    });
    for step in &prepared.ladder.plan {
        let head = format!("{} {}", step.rung, step.name);
        match &step.todo {
            Todo::Run(planned) => {
                paint::out(&format!("{head}: run, for {}", planned.why));
                paint::out(&format!(
                    "    $ {}",
                    text::excerpt(&planned.work.to_string(), COMMAND_CHARS)
                ));
                affected(planned.affected.as_ref());
            }
            Todo::Skip(why) => paint::out(&format!("{head}: skipped, {why}")),
            Todo::Broken(why) => paint::out(&format!("{head}: cannot run, {}", text::escape(why))),
        }
    }
}

fn affected(affected: Option<&Affected>) {
    match affected {
        None => {}
        Some(Affected::Everything(cause)) => {
            paint::out(&format!("    all packages: {}", text::escape(&cause.to_string())));
        }
        Some(Affected::Packages(packages)) => {
            for (name, reason) in packages {
                paint::out(&format!(
                    "    {}: {}",
                    text::escape(name),
                    text::escape(&reason.to_string())
                ));
            }
        }
    }
}
