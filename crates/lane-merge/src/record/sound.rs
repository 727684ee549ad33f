//! Whether a text is a record of its kind: what a merge of two records must give.

use lane_core::codec;
use lane_core::policy;
use lane_core::policy::Adopted;
use lane_core::record::Checkpoint;
use lane_core::record::Exception;
use lane_core::record::Lock;
use lane_core::record::Meta;
use lane_core::record::Note;
use lane_core::record::Results;
use lane_core::record::Task;
use lane_core::record::schema::Kind;

/// Why `text` is no record of this kind. What only a git-lane of its own version can judge (gates, other files) passes.
pub(super) fn fault(kind: Kind, text: &str) -> Option<String> {
    match kind {
        Kind::Task => match decode::<Task>(text) {
            Ok(task) => task.check_contract().err().map(|e| e.to_string()),
            Err(error) => Some(error),
        },
        Kind::Lock => decode::<Lock>(text).err(),
        Kind::Checkpoint => decode::<Checkpoint>(text).err(),
        Kind::Results => decode::<Results>(text).err(),
        Kind::Note => decode::<Note>(text).err(),
        Kind::Exception => decode::<Exception>(text).err(),
        Kind::Meta => decode::<Meta>(text).err(),
        Kind::Policy => match policy::parse(text.as_bytes()) {
            Ok(_) => None,
            // What the state adopted has no id of its own.
            Err(error) => decode::<Adopted>(text)
                .ok()
                .filter(|adopted| !adopted.commit.is_empty())
                .map_or_else(|| Some(error.to_string()), |_| None),
        },
        Kind::Gates | Kind::Other => None,
    }
}

fn decode<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, String> {
    codec::decode(text.as_bytes()).map_err(|error| error.to_string())
}
