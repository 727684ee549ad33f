//! `--at EVENT|TIME`: a state of the past, as people name it.

use std::str::FromStr;

use lane_core::text;
use lane_core::time::Span;
use lane_core::time::Timestamp;
use lane_store::At;

/// `412` or `#412`, a time, or how long ago.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    Event(u64),
    Time(Timestamp),
    Ago(Span),
}

impl Asked {
    /// What the store looks for, by a clock that says `now`.
    pub(crate) fn at(self, now: Timestamp) -> At {
        match self {
            Self::Event(seq) => At::Event(seq),
            Self::Time(time) => At::Time(time),
            Self::Ago(span) => At::Time(Timestamp::from_secs(now.secs().saturating_sub(span.secs()))),
        }
    }
}

impl FromStr for Asked {
    type Err = String;

    fn from_str(words: &str) -> Result<Self, Self::Err> {
        let number = words.strip_prefix('#').unwrap_or(words);
        if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) {
            let seq = number.parse().map(Self::Event);
            return seq.map_err(|_| format!("{} is more than any event's number", text::excerpt(number, 40)));
        }
        let span = words.parse().map(Self::Ago);
        span.or_else(|_| words.parse().map(Self::Time)).map_err(|_| {
            let words = text::excerpt(words, 40);
            format!(
                "{words:?} is no event like 412, no time like 2026-11-21T08:31:04Z, and no span ago like 2h"
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_times_and_spans_are_told_apart() {
        let now = Timestamp::from_secs(10_000);
        let at = |words: &str| words.parse::<Asked>().map(|asked| asked.at(now));
        assert_eq!(at("412"), Ok(At::Event(412)));
        assert_eq!(at("#0"), Ok(At::Event(0)));
        assert_eq!(at("2h"), Ok(At::Time(Timestamp::from_secs(2_800))));
        assert_eq!(
            at("1970-01-01T00:00:07+00:00"),
            Ok(At::Time(Timestamp::from_secs(7)))
        );
        for wrong in [
            "",
            "#",
            "-1",
            "yesterday",
            "2026-11-21",
            "99999999999999999999",
            "##1",
            "１２",
        ] {
            assert!(at(wrong).is_err(), "{wrong}");
        }
    }
}
