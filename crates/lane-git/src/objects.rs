//! Blobs and raw objects, read within a bound.

use git2::ErrorCode;
use git2::ObjectType;

use crate::GitError;
use crate::Oid;
use crate::Repo;
use crate::error::Doing;
use crate::oid::lib_oid;

/// Bytes of the largest tree or commit that is read.
const STRUCTURE_LIMIT: usize = 64 << 20;

/// Why a blob was not read.
#[derive(Debug, thiserror::Error)]
pub enum ObjectError {
    /// It is larger than the caller wants; nothing of it was read.
    #[error("object {oid} has {size} bytes, more than {limit}")]
    TooLarge {
        /// Its name.
        oid: Oid,
        /// Its size in bytes.
        size: usize,
        /// The bound in bytes.
        limit: usize,
    },
    /// Anything else; [`GitError::Missing`] and [`GitError::WrongKind`] among it.
    #[error(transparent)]
    Git(#[from] GitError),
}

impl Repo {
    /// The content of a blob of at most `limit` bytes. The size is checked before the content is read.
    ///
    /// # Errors
    /// [`ObjectError::TooLarge`], or when it is missing or no blob.
    pub fn blob(&self, oid: Oid, limit: usize) -> Result<Vec<u8>, ObjectError> {
        self.read_raw(oid, ObjectType::Blob, "blob", limit)
    }

    /// Writes a blob and gives its name. One that exists is not written again. With syncing on it is there only
    /// after [`Repo::flush_objects`].
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write_blob(&self, content: &[u8]) -> Result<Oid, GitError> {
        self.put(ObjectType::Blob, content.to_vec(), "a blob")
    }

    /// Whether an object of any kind is there (in a partial clone: here, not only promised).
    ///
    /// # Errors
    /// When the object database cannot be opened.
    pub fn has_object(&self, oid: Oid) -> Result<bool, GitError> {
        Ok(self.git.odb().doing("opening the objects")?.exists(lib_oid(oid)))
    }

    pub(crate) fn structure(
        &self,
        oid: Oid,
        kind: ObjectType,
        wanted: &'static str,
    ) -> Result<Vec<u8>, GitError> {
        self.read_raw(oid, kind, wanted, STRUCTURE_LIMIT)
            .map_err(|error| match error {
                ObjectError::Git(error) => error,
                ObjectError::TooLarge { limit, .. } => GitError::TooMuch {
                    doing: format!("reading {wanted} {oid}"),
                    limit,
                    unit: "bytes",
                },
            })
    }

    fn read_raw(
        &self,
        oid: Oid,
        kind: ObjectType,
        wanted: &'static str,
        limit: usize,
    ) -> Result<Vec<u8>, ObjectError> {
        if let Some((found, content)) = self.seen.borrow().get(oid) {
            return fits(oid, found, content.len(), kind, wanted, limit).map(|()| content.to_vec());
        }
        let doing = || format!("reading {wanted} {oid}");
        let odb = self.git.odb().doing("opening the objects")?;
        let missing = |error: git2::Error| match error.code() {
            ErrorCode::NotFound => Ok(GitError::Missing { oid }),
            _ => Err(error),
        };
        let (size, found) = match odb.read_header(lib_oid(oid)) {
            Ok(header) => header,
            Err(error) => return Err(missing(error).doing(doing())?.into()),
        };
        fits(oid, found, size, kind, wanted, limit)?;
        let content = odb.read(lib_oid(oid)).doing(doing())?.data().to_vec();
        self.seen.borrow_mut().keep(oid, kind, &content);
        Ok(content)
    }
}

fn fits(
    oid: Oid,
    found: ObjectType,
    size: usize,
    kind: ObjectType,
    wanted: &'static str,
    limit: usize,
) -> Result<(), ObjectError> {
    if found != kind {
        return Err(GitError::WrongKind { oid, wanted }.into());
    }
    if size > limit {
        return Err(ObjectError::TooLarge { oid, size, limit });
    }
    Ok(())
}
