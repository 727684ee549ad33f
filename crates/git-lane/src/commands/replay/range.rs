//! `A..B`: events by number.

use std::str::FromStr;

use lane_core::text;

/// Events from the first to the last one, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    first: u64,
    last: Option<u64>,
}

impl Range {
    /// The first event's number.
    pub(super) fn first(self) -> u64 {
        self.first
    }

    /// The last event's number; none for the ledger's last.
    pub(super) fn last(self) -> Option<u64> {
        self.last
    }
}

impl FromStr for Range {
    type Err = String;

    fn from_str(words: &str) -> Result<Self, Self::Err> {
        let fault = || {
            let words = text::excerpt(words, 40);
            format!("{words:?} is no range of events like 3..412, 3.., ..412 or 412")
        };
        let number = |words: &str| {
            let digits = !words.is_empty() && words.bytes().all(|b| b.is_ascii_digit());
            let number = words.parse::<u64>().ok().filter(|_| digits);
            number.map(Some).ok_or_else(fault)
        };
        let end = |words: &str| if words.is_empty() { Ok(None) } else { number(words) };
        let (first, last) = match words.split_once("..") {
            Some((first, last)) => (end(first)?, end(last)?),
            None => (number(words)?, number(words)?),
        };
        let range = Self {
            // The first event has the number 1; before it there is nothing to count.
            first: first.unwrap_or(1).max(1),
            last,
        };
        match range.last {
            Some(last) if last < range.first => Err(fault()),
            _ => Ok(range),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_included_and_may_be_open() {
        let range = |words: &str| words.parse::<Range>().map(|range| (range.first(), range.last()));
        assert_eq!(range(".."), Ok((1, None)));
        assert_eq!(range("3.."), Ok((3, None)));
        assert_eq!(range("..7"), Ok((1, Some(7))));
        assert_eq!(range("0..7"), Ok((1, Some(7))));
        assert_eq!(range("7"), Ok((7, Some(7))));
        for wrong in [
            "",
            "7..3",
            "a..b",
            "-1..",
            "1...3",
            "..0",
            "1..2..3",
            "99999999999999999999",
            "+1",
        ] {
            assert!(range(wrong).is_err(), "{wrong}");
        }
    }
}
