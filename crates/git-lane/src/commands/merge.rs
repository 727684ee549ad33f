//! `git lane merge`: what the merge driver would make of three files.

use std::ffi::OsString;
use std::io::Write as _;
use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;

use lane_core::policy::Merge;
use lane_core::text;
use lane_git::Repo;
use lane_merge::Markers;
use lane_merge::Strategy;
use lane_merge::Style;
use lane_store::Source;

use super::Outcome;
use crate::error::CliError;
use crate::merging;
use crate::merging::Chosen;
use crate::merging::InForce;
use crate::merging::Versions;
use crate::show::paint;

/// Merge three versions of a file as the merge driver would, and print the result.
///
/// For trying and for scripts, inside a repository or anywhere else. A file that both sides added has `/dev/null` as
/// its BASE. Ends with 0, or with 1 when there are conflicts: they stand between markers in the result, and what they
/// are is said on stderr.
///
/// The strategy follows from the path that OURS has in the repository, as for the driver; where that says nothing,
/// from what the file is.
#[derive(Debug, clap::Args)]
pub(crate) struct MergeArgs {
    /// The common ancestor's version
    base: PathBuf,
    /// Our version
    ours: PathBuf,
    /// Their version
    theirs: PathBuf,
    /// Merge as if the file were this one, from the repository's root
    #[arg(long, value_name = "PATH")]
    path: Option<OsString>,
    /// Merge in this way, whatever the path
    #[arg(long, value_name = "STRATEGY", value_enum)]
    strategy: Option<Named>,
    /// Show the ancestor's lines in conflicts, as `merge.conflictStyle = diff3` does
    #[arg(long)]
    diff3: bool,
    /// How long a conflict marker is
    #[arg(long, value_name = "N", default_value_t = 7, value_parser = clap::value_parser!(u16).range(1..=1000))]
    marker_size: u16,
    /// Write the result to this file, which may be one of the three
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Say which strategy was used, and why
    #[arg(long)]
    explain: bool,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Named {
    /// A TOML record of `.agents/`
    Record,
    /// A changelog after Keep a Changelog
    Changelog,
    /// Sorted lines
    Registry,
    /// git's own text merge
    Text,
}

/// What is done, to which file, and by what it was chosen.
struct Plan {
    chosen: Chosen,
    path: Vec<u8>,
    because: String,
}

pub(super) fn run(source: &dyn Source, args: &MergeArgs) -> Outcome {
    let files: [&Path; 3] = [&args.base, &args.ours, &args.theirs];
    let versions = Versions::read(files).map_err(CliError::Usage)?;
    let repo = Repo::open_from_env().ok();
    let plan = plan(source, repo.as_ref(), args, &versions);
    let markers = || markers(repo.as_ref(), args);
    let outcome = merging::merge(plan.chosen, &plan.path, &versions, None, markers)
        .map_err(|fault| CliError::io(fault, std::io::Error::other("the merge was not finished")))?;
    if args.explain {
        paint::note(&format!("{}, {}", plan.chosen.name(), plan.because));
    }
    if let Some(why) = &outcome.unsuited {
        paint::note(&format!("merged as text: {}", text::excerpt(why, 300)));
    }
    write(args.output.as_deref(), &outcome.bytes)?;
    merging::tell_conflicts(args.ours.as_os_str().as_encoded_bytes(), &outcome.conflicts);
    Ok(match outcome.conflicts.as_slice() {
        [] => ExitCode::SUCCESS,
        _ => ExitCode::from(1),
    })
}

fn plan(source: &dyn Source, repo: Option<&Repo>, args: &MergeArgs, versions: &Versions) -> Plan {
    let named = args.path.as_ref().map(|path| path.as_encoded_bytes().to_vec());
    let path = named.clone().unwrap_or_else(|| path_in(repo, &args.ours));
    let mut policy = None;
    let by_path = Chosen::for_path(&path, || policy.insert(in_force(repo, source)).merge.clone());
    let does_not_name = || policy.unwrap_or_default().does_not_name();
    let recognised = || merging::path_of_content(&versions.ours);
    let plan = |chosen, path, because: String| Plan {
        chosen,
        path,
        because,
    };
    if let Some(strategy) = args.strategy {
        // A record's schema is named by its folder.
        let path = match (by_path, strategy) {
            (Chosen::By(Strategy::Record), _) => path,
            (_, Named::Record) => recognised().map_or(path, String::into_bytes),
            _ => path,
        };
        return plan(strategy.chosen(), path, "as asked for".to_owned());
    }
    let shown = merging::shown(&path);
    if by_path != Chosen::Text {
        return plan(by_path, path, format!("by the path {shown}"));
    }
    if named.is_some() {
        return plan(by_path, path, format!("for {shown}: {}", does_not_name()));
    }
    match recognised() {
        Some(other) => {
            let chosen = Chosen::for_path(other.as_bytes(), Merge::default);
            plan(chosen, other.into_bytes(), "by what the file is".to_owned())
        }
        None => plan(
            Chosen::Text,
            path,
            format!(
                "for {shown}: {}, and its content does not say either; `--strategy` does",
                does_not_name()
            ),
        ),
    }
}

impl Named {
    fn chosen(self) -> Chosen {
        match self {
            Self::Record => Chosen::By(Strategy::Record),
            Self::Changelog => Chosen::By(Strategy::Changelog),
            Self::Registry => Chosen::By(Strategy::Registry),
            Self::Text => Chosen::Text,
        }
    }
}

/// The path of a file in the repository's work tree; of one elsewhere what stands from `.agents` on, else its name.
fn path_in(repo: Option<&Repo>, file: &Path) -> Vec<u8> {
    let real = |path: &Path| path.canonicalize().ok();
    let root = repo.and_then(Repo::work_dir).and_then(real);
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let full = real(folder.unwrap_or(Path::new("."))).zip(file.file_name());
    let full = full.map_or_else(|| file.to_owned(), |(folder, name)| folder.join(name));
    if let Some(inside) = root.and_then(|root| full.strip_prefix(root).ok()) {
        return inside.as_os_str().as_encoded_bytes().to_vec();
    }
    let mut parts = full
        .components()
        .skip_while(|part| part.as_os_str() != ".agents")
        .peekable();
    let path = match parts.peek() {
        Some(_) => parts.collect(),
        None => full.file_name().map(PathBuf::from).unwrap_or_default(),
    };
    path.as_os_str().as_encoded_bytes().to_vec()
}

fn in_force(repo: Option<&Repo>, source: &dyn Source) -> InForce {
    InForce::read(repo, source).unwrap_or_else(|fault| {
        merging::tell_no_policy(&fault);
        InForce::default()
    })
}

fn markers(repo: Option<&Repo>, args: &MergeArgs) -> Markers {
    let style = if args.diff3 {
        Some(Style::Diff3)
    } else {
        repo.and_then(merging::style_of)
    };
    let name = |path: &Path| path.to_string_lossy().into_owned();
    Markers {
        size: usize::from(args.marker_size),
        style: style.unwrap_or(Style::Merge),
        ours: name(&args.ours),
        base: name(&args.base),
        theirs: name(&args.theirs),
    }
}

fn write(output: Option<&Path>, bytes: &[u8]) -> Result<(), CliError> {
    match output {
        Some(path) => std::fs::write(path, bytes)
            .map_err(|e| CliError::Usage(format!("{} could not be written: {e}", path.display()))),
        None => {
            // A closed pipe is no fault.
            let _ = std::io::stdout().lock().write_all(bytes);
            Ok(())
        }
    }
}
