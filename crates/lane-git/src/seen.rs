//! Objects that were read before: a name stands for one content, so none is read twice by one command.

use std::collections::HashMap;
use std::rc::Rc;

use git2::ObjectType;

use crate::Oid;

/// Larger objects are not kept.
const OBJECT_BYTES: usize = 64 << 10;
/// What is kept in all; behind that nothing more is.
const ALL_BYTES: usize = 8 << 20;

/// The objects, with their kinds.
#[derive(Default)]
pub(crate) struct Seen {
    objects: HashMap<Oid, (ObjectType, Rc<[u8]>)>,
    bytes: usize,
}

impl Seen {
    pub(crate) fn get(&self, oid: Oid) -> Option<(ObjectType, Rc<[u8]>)> {
        self.objects.get(&oid).cloned()
    }

    pub(crate) fn keep(&mut self, oid: Oid, kind: ObjectType, content: &[u8]) {
        if content.len() > OBJECT_BYTES || self.bytes + content.len() > ALL_BYTES {
            return;
        }
        self.bytes += content.len();
        self.objects.insert(oid, (kind, content.into()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_bounded() {
        let mut seen = Seen::default();
        let oid = |n: usize| crate::hash_blob(&n.to_le_bytes());
        for n in 0..2 * ALL_BYTES / OBJECT_BYTES {
            seen.keep(oid(n), ObjectType::Blob, &[0; OBJECT_BYTES]);
        }
        assert_eq!(seen.objects.len(), ALL_BYTES / OBJECT_BYTES);
        seen = Seen::default();
        seen.keep(oid(0), ObjectType::Blob, &[0; OBJECT_BYTES + 1]);
        assert!(seen.get(oid(0)).is_none());
    }
}
