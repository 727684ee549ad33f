//! Points in time and lengths of time as git-lane writes them: RFC 3339 in UTC, whole seconds, and `2h` or `1h30m`.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;
use thiserror::Error;

/// How far past its expiry a lease must be before anyone may call it over, in seconds.
pub const LEASE_GRACE_SECS: i64 = 60;

/// How far ahead of its decider's clock an event may be, in seconds.
pub const CLOCK_SKEW_SECS: i64 = 5 * 60;

/// A point in time: seconds since 1970-01-01T00:00:00Z, written `2026-11-21T08:31:04Z`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// A text that is no RFC 3339 time, or a year outside 0000 to 9999.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("{0:?} is not a time like 2026-11-21T08:31:04Z")]
pub struct TimestampError(String);

impl Timestamp {
    /// From seconds since the epoch; clamped to the years that RFC 3339 can write.
    pub fn from_secs(secs: i64) -> Self {
        Self(secs.clamp(-62_167_219_200, 253_402_207_200))
    }

    /// Seconds since the epoch.
    pub fn secs(self) -> i64 {
        self.0
    }

    /// This time and `span` later.
    pub fn after(self, span: Span) -> Self {
        Self::from_secs(self.0.saturating_add(span.secs()))
    }

    /// Seconds from `earlier` to this time; negative when it lies before.
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_second(self.0) {
            Ok(at) => write!(f, "{at}"),
            Err(_) => f.write_str("1970-01-01T00:00:00Z"),
        }
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<jiff::Timestamp>()
            .map(|at| Self::from_secs(at.as_second()))
            .map_err(|_| TimestampError(text.chars().take(40).collect()))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        // Caches are binary, and many times are read from them.
        if out.is_human_readable() {
            out.collect_str(self)
        } else {
            out.serialize_i64(self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        if !input.is_human_readable() {
            return i64::deserialize(input).map(Self::from_secs);
        }
        String::deserialize(input)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// A length of time in whole seconds, written with units: `45s`, `10m`, `2h`, `1h30m`, `7d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(i64);

/// A text that is no length of time, or one outside one second to 366 days.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("{0:?} is not a length of time like 45s, 10m, 2h or 1h30m (at least 1s, at most 366d)")]
pub struct SpanError(String);

const UNITS: [(char, i64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];
const LONGEST_SECS: i64 = 366 * 86_400;

impl Span {
    /// From whole seconds; held to one second at least and 366 days at most.
    pub fn from_secs(secs: i64) -> Self {
        Self(secs.clamp(1, LONGEST_SECS))
    }

    /// Whole seconds.
    pub fn secs(self) -> i64 {
        self.0
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        for (unit, secs) in UNITS {
            if rest >= secs {
                write!(f, "{}{unit}", rest / secs)?;
                rest %= secs;
            }
        }
        Ok(())
    }
}

impl FromStr for Span {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || SpanError(text.chars().take(40).collect());
        let mut total: i64 = 0;
        let mut number = String::new();
        for c in text.chars() {
            if c.is_ascii_digit() {
                number.push(c);
                continue;
            }
            let (_, secs) = UNITS.iter().find(|(unit, _)| *unit == c).ok_or_else(wrong)?;
            let count: i64 = number.parse().map_err(|_| wrong())?;
            total = count
                .checked_mul(*secs)
                .and_then(|n| total.checked_add(n))
                .ok_or_else(wrong)?;
            number.clear();
        }
        let complete = number.is_empty() && (1..=LONGEST_SECS).contains(&total);
        complete.then_some(Self(total)).ok_or_else(wrong)
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        String::deserialize(input)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_reads_back_as_it_was_written() {
        for text in [
            "2026-11-21T08:31:04Z",
            "1970-01-01T00:00:00Z",
            "9999-12-30T00:00:00Z",
        ] {
            assert_eq!(text.parse::<Timestamp>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "yesterday",
            "2026-11-21",
            "2026-13-01T00:00:00Z",
            "2026-11-21T08:31:04",
        ] {
            assert!(text.parse::<Timestamp>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_span_reads_back_as_it_was_written() {
        for text in ["1s", "10m", "2h", "1h30m", "7d", "1d2h3m4s", "366d"] {
            assert_eq!(text.parse::<Span>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_span_is_refused() {
        for text in [
            "",
            "0s",
            "2",
            "h",
            "-1h",
            "2 h",
            "367d",
            "99999999999999999999h",
            "2w",
        ] {
            assert!(text.parse::<Span>().is_err(), "{text}");
        }
    }

    #[test]
    fn times_at_the_edge_of_the_calendar_do_not_panic() {
        let late = Timestamp::from_secs(i64::MAX).after(Span::from_secs(i64::MAX));
        assert_eq!(late.to_string().parse::<Timestamp>().unwrap(), late);
        assert!(Timestamp::from_secs(i64::MIN).since(late) < 0);
    }
}
