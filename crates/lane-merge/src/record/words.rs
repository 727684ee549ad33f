//! What is in conflict, in sentences without full stop: ours before theirs, what is quoted escaped and bounded.

use lane_core::record::schema::Schema;
use lane_core::text::excerpt;

use super::document::Document;
use super::fields::Side;
use super::groups::Instance;
use super::meaning::Meaning;

const KEY_CHARS: usize = 80;

fn key(path: &[String]) -> String {
    format!("`{}`", excerpt(&path.join("."), KEY_CHARS))
}

/// Both sides changed a value, or one removed it.
pub(super) fn value(path: &[String], docs: [&Document; 3]) -> String {
    let key = key(path);
    let [base, ours, theirs] = docs.map(|doc| doc.meaning(path).map(Meaning::shown));
    match (base, ours, theirs) {
        (None, Some(ours), Some(theirs)) => format!("{key} is added as {ours} and as {theirs}"),
        (Some(_), Some(ours), Some(theirs)) => format!("{key} is changed to {ours} and to {theirs}"),
        (_, Some(ours), None) => format!("{key} is {ours} in ours, changed, and removed by theirs"),
        (_, None, Some(theirs)) => format!("{key} is removed by ours, and {theirs} in theirs, changed"),
        (_, None, None) => format!("{key} is changed on both sides"),
    }
}

/// Both sides added an entry.
pub(super) fn added(path: &[String]) -> String {
    format!("{} is added on both sides, with different content", key(path))
}

/// One side removed a table that the other changed.
pub(super) fn removed(path: &[String], by: Side) -> String {
    match by {
        Side::Ours => format!("{} is removed by ours and changed by theirs", key(path)),
        Side::Theirs => format!("{} is changed by ours and removed by theirs", key(path)),
    }
}

/// Two versions bear the same number.
pub(super) fn same_number(path: &[String], tag: &[String]) -> String {
    format!(
        "{} differs, and {} does not say which is the later one",
        key(path),
        key(tag)
    )
}

/// A group.
pub(super) fn group(schema: &Schema, instance: &Instance, [base, ours, theirs]: [&Document; 3]) -> String {
    if instance.are_two(ours, theirs) {
        let plural = instance.group.plural;
        return format!(
            "{plural}: {} and {}",
            instance.shown(ours),
            instance.shown(theirs)
        );
    }
    let name = instance.group.name;
    let (ours, theirs) = (
        instance.changes(schema, base, ours),
        instance.changes(schema, base, theirs),
    );
    format!("the {name} is changed on both sides: ours has {ours}; theirs has {theirs}")
}
