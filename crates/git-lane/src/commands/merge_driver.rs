//! `git-lane merge-driver` (hidden): what git runs for files whose attribute `merge` is `git-lane`.
//!
//! It ends with 0 for a clean merge, 1 with conflict markers in the file, and 129 for everything else: git takes any
//! code from 1 to 128 for a conflict, whatever is in the file.

use std::cell::Cell;
use std::cell::OnceCell;
use std::ffi::OsString;
use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser as _;
use lane_core::text;
use lane_git::Repo;
use lane_merge::Markers;
use lane_merge::Style;
use lane_store::Source;

use crate::merging;
use crate::merging::Chosen;
use crate::merging::InForce;
use crate::merging::Labels;
use crate::merging::Versions;
use crate::show::paint;

/// Runs as a git merge driver.
#[derive(Debug, clap::Parser)]
#[command(name = "git-lane merge-driver")]
struct Call {
    /// What git calls the common ancestor (`%S`)
    #[arg(long, value_name = "LABEL")]
    base_label: Option<OsString>,
    /// What git calls our version (`%X`)
    #[arg(long, value_name = "LABEL")]
    ours_label: Option<OsString>,
    /// What git calls their version (`%Y`)
    #[arg(long, value_name = "LABEL")]
    theirs_label: Option<OsString>,
    /// The common ancestor's file (`%O`)
    base: PathBuf,
    /// Our file; the result goes here (`%A`)
    ours: PathBuf,
    /// Their file (`%B`)
    theirs: PathBuf,
    /// How long a conflict marker is (`%L`)
    marker_size: String,
    /// The path in the repository (`%P`)
    #[arg(last = true)]
    path: Option<OsString>,
}

/// Stops the merge cleanly.
pub(crate) const BROKE: u8 = 129;

/// The longest marker that is written; git's own has no bound.
const MARKER_MAX: usize = 1000;

/// Runs the driver. `args` are what stands behind `merge-driver`.
pub(crate) fn run(source: &dyn Source, args: &[OsString]) -> ExitCode {
    let name = OsString::from("git-lane merge-driver");
    let call = match Call::try_parse_from(std::iter::once(&name).chain(args)) {
        Ok(call) => call,
        Err(error) => {
            crate::show::error::print_usage(&error);
            return ExitCode::from(if error.use_stderr() { BROKE } else { 0 });
        }
    };
    let driver = Driver::new(source, &call);
    driver.run().unwrap_or_else(|fault| {
        driver.may_speak();
        let path = merging::shown(call.path_bytes());
        paint::error(&format!(
            "the merge driver broke on {path}: {}",
            text::escape(&fault)
        ));
        ExitCode::from(BROKE)
    })
}

impl Call {
    fn path_bytes(&self) -> &[u8] {
        self.path.as_deref().unwrap_or_default().as_encoded_bytes()
    }
}

/// One file's merge. The repository is opened only when something of it is asked for.
struct Driver<'a> {
    source: &'a dyn Source,
    call: &'a Call,
    labels: Labels,
    marker_size: usize,
    repo: OnceCell<Option<Repo>>,
    /// What is in force, once it was asked for; none where it cannot be read.
    policy: OnceCell<Option<InForce>>,
    has_spoken: Cell<bool>,
}

impl<'a> Driver<'a> {
    fn new(source: &'a dyn Source, call: &'a Call) -> Self {
        let size = call.marker_size.parse().unwrap_or(lane_merge::MARKER_MIN);
        Self {
            source,
            call,
            labels: Labels::of_git(
                call.base_label.as_deref(),
                call.ours_label.as_deref(),
                call.theirs_label.as_deref(),
            ),
            marker_size: size.clamp(1, MARKER_MAX),
            repo: OnceCell::new(),
            policy: OnceCell::new(),
            has_spoken: Cell::new(false),
        }
    }

    fn run(&self) -> Result<ExitCode, String> {
        let path = self.call.path_bytes();
        self.source.failpoint("merge-driver");
        let chosen = Chosen::for_path(path, || self.policy().merge);
        let Call {
            base, ours, theirs, ..
        } = self.call;
        let files: [&Path; 3] = [base, ours, theirs];
        let versions = Versions::read(files)?;
        let outcome = merging::merge(chosen, path, &versions, Some(files), || self.markers())?;
        write(ours, &outcome.bytes)?;
        self.tell(path, chosen, &outcome);
        Ok(match outcome.conflicts.as_slice() {
            [] => ExitCode::SUCCESS,
            _ => ExitCode::from(1),
        })
    }

    fn tell(&self, path: &[u8], chosen: Chosen, outcome: &merging::Outcome) {
        let why = match (&outcome.unsuited, self.policy.get()) {
            (Some(why), _) => Some(text::excerpt(why, 300)),
            (None, Some(Some(policy))) if chosen == Chosen::Text => {
                Some(format!("{}; {}", policy.does_not_name(), policy.way_on()))
            }
            _ => None,
        };
        if (why.is_none() && outcome.conflicts.is_empty()) || !self.may_speak() {
            return;
        }
        let shown = merging::shown(path);
        if let Some(why) = why {
            paint::note(&format!("{shown} is merged as text: {why}"));
        }
        if outcome.conflicts.is_empty() {
            return;
        }
        merging::tell_conflicts(path, &outcome.conflicts);
        let way_out = self
            .repo()
            .and_then(|repo| merging::way_out(repo, &self.labels, path));
        if let Some(way_out) = way_out {
            paint::note(&format!(
                "Settle what stands between the markers of {shown}, then:"
            ));
            paint::hint(&way_out.add);
            if let Some(then) = way_out.then {
                paint::note(&format!("When all files are settled: {then}"));
            }
        }
    }

    /// Whether somebody waits for words; to be asked before the first one. Nobody is told about a merge of two bases,
    /// one step of git's own, nor about one that only looks, such as `git log --remerge-diff`.
    fn may_speak(&self) -> bool {
        if self.labels.are_of_bases(self.marker_size) {
            return false;
        }
        let is_watched = self.repo().is_none_or(merging::is_under_way);
        if is_watched && !self.has_spoken.replace(true) && self.repo().is_some_and(Repo::has_open_progress) {
            paint::note("");
        }
        is_watched
    }

    fn repo(&self) -> Option<&Repo> {
        let open = || Repo::open_from_env().ok();
        self.repo.get_or_init(open).as_ref()
    }

    /// No merge fails because of the policy.
    fn policy(&self) -> InForce {
        let read = || match InForce::read(self.repo(), self.source) {
            Ok(policy) => Some(policy),
            Err(fault) => {
                if self.may_speak() {
                    merging::tell_no_policy(&fault);
                }
                None
            }
        };
        self.policy.get_or_init(read).clone().unwrap_or_default()
    }

    fn markers(&self) -> Markers {
        let style = self.repo().and_then(merging::style_of);
        Markers {
            size: self.marker_size,
            style: style.unwrap_or(Style::Merge),
            ours: self.labels.ours.clone(),
            base: self.labels.base.clone(),
            theirs: self.labels.theirs.clone(),
        }
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    std::fs::write(path, bytes).map_err(|e| {
        let path = text::escape_path(path.as_os_str().as_encoded_bytes());
        format!("{path} could not be written: {e}")
    })
}
