//! Points in time and lengths of time: what is read is written, and reads the same.

use lane_core::time::Span;
use lane_core::time::Timestamp;

use crate::Target;
use crate::check;

pub(super) const TARGET: Target = Target {
    name: "time",
    check,
    seeds: &[
        "2026-11-21T08:31:04Z",
        "2026-11-21T08:31:04.123456789+23:59",
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:60Z",
        "-009999-01-02T01:59:59Z",
        "45s",
        "1h30m",
        "366d",
        "1d1d1s",
    ],
    slots: &[("", ""), ("2026-11-21T08:31:04.", "Z"), ("", "s"), ("1", "s")],
    regressions: &[],
};

fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    match text.parse::<Timestamp>() {
        Ok(at) => {
            assert_eq!(at.to_string().parse(), Ok(at), "{at} reads back");
            let later = at.after(Span::from_secs(i64::MAX));
            assert!(later >= at && later.since(at) >= 0);
            assert_eq!(later.to_string().parse(), Ok(later), "{later} reads back");
        }
        Err(error) => check::is_printable(&error),
    }
    match text.parse::<Span>() {
        Ok(span) => {
            assert_eq!(span.to_string().parse(), Ok(span), "{span} reads back");
            assert_eq!(Span::from_secs(span.secs()), span, "{span} is within the bounds");
        }
        Err(error) => check::is_printable(&error),
    }
    if let Ok(secs) = bytes.try_into().map(i64::from_le_bytes) {
        let at = Timestamp::from_secs(secs);
        assert_eq!(at.to_string().parse(), Ok(at), "{at} reads back");
    }
}
