//! Times as people read them: the moment, and how far away it is.

use lane_core::record::Lock;
use lane_core::time::Span;
use lane_core::time::Timestamp;

/// `2026-11-21T10:31:04Z (in 1h58m)`, or `(3h ago)`.
pub(crate) fn moment(at: Timestamp, now: Timestamp) -> String {
    let away = at.since(now);
    match away {
        0 => format!("{at} (now)"),
        1.. => format!("{at} (in {})", short(away)),
        _ => format!("{at} ({} ago)", short(-away)),
    }
}

/// `until …`, or `kept until done` for the lock of work that is handed off.
pub(crate) fn lease(lock: &Lock, now: Timestamp) -> String {
    match lock {
        lock if lock.kept => "kept until done".to_owned(),
        lock => format!("until {}", moment(lock.expires, now)),
    }
}

/// The two largest units of a length of time.
pub(crate) fn short(secs: i64) -> String {
    let rounded = match secs {
        86_400.. => secs / 3600 * 3600,
        3600.. => secs / 60 * 60,
        _ => secs,
    };
    Span::from_secs(rounded).to_string()
}
