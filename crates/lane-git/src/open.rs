//! Finding and opening a repository, and naming why one cannot be opened.

use std::path::Path;
use std::path::PathBuf;

use git2::ErrorCode;
use git2::RepositoryOpenFlags;

use crate::GitError;
use crate::Repo;
use crate::forgotten;
use crate::options;
use crate::repo::Origin;

/// Why there is no [`Repo`].
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// No repository here or above.
    #[error("not inside a git repository")]
    NotARepository,
    /// A folder that was a linked worktree, and that its repository has forgotten.
    #[error("{} was a worktree of {}, where git has forgotten it: its files are there", .folder.display(), .main.display())]
    Forgotten {
        /// The folder.
        folder: PathBuf,
        /// The repository's folder.
        main: PathBuf,
    },
    /// A repository that libgit2 cannot read.
    #[error("this repository uses {what}, which is not supported")]
    Unsupported {
        /// A phrase: `the reftable ref format`, `sha256 object names`, `the git extension "x"`.
        what: String,
    },
    /// Anything else, such as a folder owned by somebody else.
    #[error(transparent)]
    Git(#[from] GitError),
}

impl Repo {
    /// The repository that git's environment names (`GIT_DIR`, `GIT_WORK_TREE`, `GIT_INDEX_FILE`,
    /// `GIT_OBJECT_DIRECTORY`, …), else the one around the current directory. Right for hooks and commands:
    /// git children inherit that environment and the current directory.
    ///
    /// # Errors
    /// [`OpenError::NotARepository`] also when `GIT_DIR` names none.
    pub fn open_from_env() -> Result<Repo, OpenError> {
        options::accept_extensions();
        let start = std::env::var_os("GIT_DIR").unwrap_or_else(|| ".".into());
        let opened = git2::Repository::open_from_env();
        opened
            .map(|git| Repo::new(git, Origin::Environment))
            .map_err(|cause| explain(cause, Path::new(&start)))
    }

    /// The repository at or above `path`; git's environment is ignored, here and in children.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open(path: impl AsRef<Path>) -> Result<Repo, OpenError> {
        options::accept_extensions();
        let nothing: [&str; 0] = [];
        let opened = git2::Repository::open_ext(path.as_ref(), RepositoryOpenFlags::empty(), nothing);
        opened
            .map(|git| Repo::new(git, Origin::Path))
            .map_err(|cause| explain(cause, path.as_ref()))
    }
}

/// libgit2 reports every unknown format as a generic error: the configuration says which it is.
fn explain(cause: git2::Error, start: &Path) -> OpenError {
    let nothing: [&str; 0] = [];
    let git_dir = if is_git_dir(start) {
        Ok(start.to_owned())
    } else {
        git2::Repository::discover_path(start, nothing)
    };
    match git_dir {
        Err(_) if cause.code() == ErrorCode::NotFound => match forgotten::above(start) {
            Some((folder, main)) => OpenError::Forgotten { folder, main },
            None => OpenError::NotARepository,
        },
        Err(_) => give_up(cause, start),
        Ok(git_dir) => match unsupported(&git_dir) {
            Some(what) => OpenError::Unsupported { what },
            None => give_up(cause, start),
        },
    }
}

fn give_up(cause: git2::Error, start: &Path) -> OpenError {
    GitError::library(format!("opening the repository at {}", start.display()), cause).into()
}

fn is_git_dir(path: &Path) -> bool {
    path.join("HEAD").exists() && (path.join("config").exists() || path.join("commondir").exists())
}

fn unsupported(git_dir: &Path) -> Option<String> {
    let common = match std::fs::read_to_string(git_dir.join("commondir")) {
        Ok(relative) => git_dir.join(relative.trim_end()),
        Err(_) => git_dir.to_owned(),
    };
    let config = git2::Config::open(&common.join("config")).ok()?;
    let get = |key: &str| {
        config
            .get_string(key)
            .ok()
            .map(|value| value.to_ascii_lowercase())
    };
    if let Some(format) = get("extensions.objectformat").filter(|format| format != "sha1") {
        return Some(format!("{} object names", format.escape_debug()));
    }
    if let Some(format) = get("extensions.refstorage").filter(|format| format != "files") {
        return Some(format!("the {} ref format", format.escape_debug()));
    }
    unknown_extension(&config)
}

/// The first extension that libgit2 does not know: even `refstorage = files`, which says nothing new.
fn unknown_extension(config: &git2::Config) -> Option<String> {
    const KNOWN: [&str; 6] = [
        "noop",
        "objectformat",
        "worktreeconfig",
        "preciousobjects",
        "relativeworktrees",
        "partialclone",
    ];
    let mut unknown = None;
    let entries = config.entries(Some(r"^extensions\.")).ok()?;
    let _ = entries.for_each(|entry| {
        let name = entry.name().unwrap_or_default().trim_start_matches("extensions.");
        if !KNOWN.contains(&name) && unknown.is_none() {
            unknown = Some(format!(
                "the git extension {:?}",
                name.chars().take(80).collect::<String>()
            ));
        }
    });
    unknown
}
