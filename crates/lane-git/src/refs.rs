//! Reading refs and remotes.

use git2::ErrorCode;

use crate::GitError;
use crate::Oid;
use crate::Repo;
use crate::error::Doing;
use crate::hostile::check_ref_format;

impl Repo {
    /// What the ref `full_name` (`refs/heads/main`, `HEAD`) holds: not peeled, so an annotated tag gives the tag.
    /// Symbolic refs are followed; one that points at nothing is nothing.
    ///
    /// # Errors
    /// When the name is no ref name, or the ref cannot be read.
    pub fn find_ref(&self, full_name: &str) -> Result<Option<Oid>, GitError> {
        match self.git.refname_to_id(full_name) {
            Ok(oid) => Ok(Some(oid.into())),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(error).doing(format!("reading {}", full_name.escape_debug())),
        }
    }

    /// The commit that `rev` names: at least four hex digits of its id, or a full ref name. Nothing else is looked up:
    /// words of a person must not become git's own expressions.
    ///
    /// # Errors
    /// When the digits begin several ids, or the repository cannot be read.
    pub fn commit_named(&self, rev: &str) -> Result<Option<Oid>, GitError> {
        let hex = (4..=64).contains(&rev.len()) && rev.bytes().all(|b| b.is_ascii_hexdigit());
        if !hex && !check_ref_format(rev) {
            return Ok(None);
        }
        let found = match self.git.revparse_single(rev) {
            Ok(found) => found,
            Err(error) if error.code() == ErrorCode::NotFound => return Ok(None),
            Err(error) => return Err(error).doing(format!("looking for {rev}")),
        };
        Ok(found.peel_to_commit().ok().map(|commit| commit.id().into()))
    }

    /// The ref that `full_name` points at, one step; none for a plain or missing ref.
    ///
    /// # Errors
    /// When the name is no ref name, or the ref cannot be read.
    pub fn symbolic_target(&self, full_name: &str) -> Result<Option<String>, GitError> {
        let doing = || format!("reading {}", full_name.escape_debug());
        match self.git.find_reference(full_name) {
            Ok(found) => Ok(found.symbolic_target().doing(doing())?.map(str::to_owned)),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(error).doing(doing()),
        }
    }

    /// The refs below `prefix` (`refs/agents`, with or without a slash at the end), by name. Refs whose names are
    /// not UTF-8 and symbolic refs that point at nothing are left out.
    ///
    /// # Errors
    /// When the prefix is not `refs/…` of plain characters, or the refs cannot be listed.
    pub fn refs_under(&self, prefix: &str) -> Result<Vec<(String, Oid)>, GitError> {
        let prefix = prefix.trim_end_matches('/');
        if !check_ref_format(&format!("{prefix}/x/x")) {
            return Err(GitError::refused("ref prefix", prefix));
        }
        let doing = || format!("listing {prefix}");
        let mut refs = Vec::new();
        for found in self.git.references_glob(&format!("{prefix}/*")).doing(doing())? {
            let found = found.doing(doing())?;
            let Ok(name) = found.name() else { continue };
            let oid = found.target().or_else(|| found.resolve().ok()?.target());
            refs.extend(oid.map(|oid| (name.to_owned(), oid.into())));
        }
        refs.sort();
        Ok(refs)
    }

    /// The names of the configured remotes, sorted.
    ///
    /// # Errors
    /// When the configuration cannot be read.
    pub fn remotes(&self) -> Result<Vec<String>, GitError> {
        let listed = self.git.remotes().doing("listing the remotes")?;
        let mut names: Vec<String> = listed
            .iter()
            .filter_map(|name| name.ok()?.map(str::to_owned))
            .collect();
        names.sort();
        Ok(names)
    }

    /// The URL of a configured remote, as configured (`insteadOf` not applied).
    ///
    /// # Errors
    /// When the configuration cannot be read.
    pub fn remote_url(&self, name: &str) -> Result<Option<String>, GitError> {
        self.config_get(&format!("remote.{name}.url"))
    }
}
