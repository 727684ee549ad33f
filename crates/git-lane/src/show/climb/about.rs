//! What a climb is about, as every way to show it needs to know: the plan, the change, and where the output is kept.

use std::path::Path;
use std::path::PathBuf;

use lane_core::text;
use lane_gate::Change;
use lane_gate::Extent;
use lane_gate::Ladder;
use lane_gate::Planned;
use lane_gate::Step;
use lane_gate::Todo;
use lane_git::File;

/// How much of a reason is shown, in characters.
pub(crate) const WHY_CHARS: usize = 300;

/// How many folders without a test are named.
const FOLDERS: usize = 8;

/// What a climb is about.
#[derive(Clone, Copy)]
pub(crate) struct About<'a> {
    pub(crate) ladder: &'a Ladder,
    pub(crate) change: &'a Change,
    /// Where the checks are declared, for people.
    pub(crate) declared: Option<&'a str>,
    /// What the change is compared with, for people: `1c2d3e4f, where this left main`.
    pub(crate) against: &'a str,
    /// The files that are judged.
    pub(crate) files: &'a [File],
    /// The root of the work tree from where the caller stands, as a word for `cd`: empty where that is the root; none where
    /// no shell can be given it.
    pub(crate) here: Option<&'a str>,
    /// The folder of the logs.
    pub(crate) logs: &'a Path,
}

impl<'a> About<'a> {
    /// Where all that a check printed is kept.
    pub(crate) fn log(&self, check: &str) -> PathBuf {
        self.logs.join(format!("{check}.log"))
    }

    /// What was to be run for a check; none for one that was not to be run.
    pub(crate) fn planned(&self, check: &str) -> Option<&'a Planned> {
        self.ladder.steps.iter().find_map(|step| match step {
            Step::Check(planned) if planned.name == check => Some(&**planned),
            _ => None,
        })
    }

    /// The folders of the packages that a check looks at, as globs; none where these are all, too many, or hold what means
    /// something in a glob.
    pub(crate) fn untested(&self, check: &str) -> Vec<String> {
        let step = self.ladder.plan.iter().find(|step| step.name.as_str() == check);
        let Some(Todo::Run(check)) = step.map(|step| &step.todo) else {
            return Vec::new();
        };
        let glob = |dir: &Vec<u8>| {
            let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-/".contains(byte);
            let dir = str::from_utf8(dir).ok()?;
            (!dir.is_empty() && dir.bytes().all(|byte| plain(&byte))).then(|| format!("{dir}/**"))
        };
        let globs: Option<Vec<String>> = check.folders.iter().map(glob).collect();
        globs.filter(|globs| globs.len() <= FOLDERS).unwrap_or_default()
    }

    /// The width of the longest name, for a column.
    pub(crate) fn name_width(&self) -> usize {
        let names = self.ladder.steps.iter().map(|step| step.name().chars().count());
        names.max().unwrap_or(0)
    }

    /// Whether the plan runs nothing at all.
    pub(crate) fn is_idle(&self) -> bool {
        let skipped = |step: &Step| matches!(step, Step::Skip { .. });
        self.ladder.steps.iter().all(skipped)
    }

    /// One line that says what is judged.
    pub(crate) fn judged(&self) -> String {
        let count = self.change.files().len();
        match &self.change.extent {
            Extent::Everything { why, .. } => {
                format!("everything is checked: {}", text::excerpt(why, WHY_CHARS))
            }
            Extent::Files(_) => match count {
                0 => format!("nothing differs from {}", self.against),
                1 => format!("1 path differs from {}", self.against),
                _ => format!("{count} paths differ from {}", self.against),
            },
        }
    }
}
