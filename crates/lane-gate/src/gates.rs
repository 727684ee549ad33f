//! Gates: the checks that `.agents/gates.toml` on the integration branch declares.

use std::collections::BTreeMap;

use lane_core::codec;
use lane_core::codec::CodecError;
use lane_core::glob::Scope;
use lane_core::id::AreaName;
use lane_core::id::CheckName;
use lane_core::text::excerpt;
use lane_core::time::Span;
use thiserror::Error;
use toml::Table;
use toml::Value;

/// Where the gates lie in the integration branch's tree.
pub const GATES_PATH: &str = ".agents/gates.toml";

/// How long a check may take unless it says so itself: ten minutes.
const TIMEOUT_SECS: i64 = 600;

/// All checks, by name. Keys that this version does not know are ignored: nothing here is ever written back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gates {
    checks: BTreeMap<CheckName, Check>,
}

/// One `[check.NAME]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// Which rung of the ladder it stands on: 1, 2 or 3.
    pub rung: u8,
    /// What is done.
    pub work: Work,
    /// Which changed paths call for it; everything when absent in the file.
    pub paths: Scope,
    /// How long it may take; ten minutes when absent.
    pub timeout: Span,
    /// The area that it belongs to.
    pub area: Option<AreaName>,
    /// From which level on it is run; absent = always.
    pub level: Option<Level>,
}

/// What a check does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Work {
    /// A command, word by word; a word like `{packages}` is left as it is written.
    Run(Vec<String>),
    /// A check of git-lane's own, by name. Whether there is one of that name is not judged here.
    Builtin(String),
}

/// What is being brought together when a gate is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// One lane.
    Lane,
    /// Lanes that land together.
    Wave,
    /// The repository as it is released.
    Final,
}

/// Why gates cannot be used.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum GatesError {
    /// No TOML, or too large.
    #[error(transparent)]
    Unreadable(#[from] CodecError),
    /// A check's name is none, or `check` is no table of checks.
    #[error("{0}")]
    Name(String),
    /// A key of a check whose value cannot be used.
    #[error("`check.{check}.{field}` {fault}")]
    Field {
        /// The check's name.
        check: CheckName,
        /// The key.
        field: &'static str,
        /// What is wrong with it.
        fault: String,
    },
}

impl Gates {
    /// Parses and checks the text of `.agents/gates.toml`; at most [`codec::MAX_BYTES`].
    pub fn parse(text: &[u8]) -> Result<Self, GatesError> {
        let file: Table = codec::decode(text)?;
        let checks = match file.get("check") {
            None => return Ok(Self::default()),
            Some(Value::Table(checks)) => checks,
            Some(_) => return Err(GatesError::Name("`check` must be a table of checks".to_owned())),
        };
        let checks = checks.iter().map(|(name, value)| {
            let name = CheckName::new(name).map_err(|e| GatesError::Name(e.to_string()))?;
            let check = Fields::of(&name, value)?.check()?;
            Ok((name, check))
        });
        let checks = checks.collect::<Result<_, GatesError>>()?;
        Ok(Self { checks })
    }

    /// The check of this name.
    pub fn check(&self, name: &str) -> Option<&Check> {
        let name = CheckName::new(name).ok()?;
        self.checks.get(&name)
    }

    /// All checks, by name.
    pub fn checks(&self) -> impl Iterator<Item = (&CheckName, &Check)> {
        self.checks.iter()
    }
}

/// A check's table, read key by key, so that each fault names the check and the key.
struct Fields<'a> {
    check: &'a CheckName,
    table: &'a Table,
}

impl<'a> Fields<'a> {
    fn of(check: &'a CheckName, value: &'a Value) -> Result<Self, GatesError> {
        let table = value
            .as_table()
            .ok_or_else(|| GatesError::Name(format!("`check.{check}` must be a table")))?;
        Ok(Self { check, table })
    }

    fn check(&self) -> Result<Check, GatesError> {
        Ok(Check {
            rung: self.rung()?,
            work: self.work()?,
            paths: self.paths()?,
            timeout: self.timeout()?,
            area: self.area()?,
            level: self.level()?,
        })
    }

    fn rung(&self) -> Result<u8, GatesError> {
        let rung = self.table.get("rung").and_then(Value::as_integer);
        let rung = rung.and_then(|rung| u8::try_from(rung).ok());
        rung.filter(|rung| (1..=3).contains(rung))
            .ok_or_else(|| self.fault("rung", "must be 1, 2 or 3"))
    }

    fn work(&self) -> Result<Work, GatesError> {
        match (self.words("run")?, self.text("builtin")?) {
            (Some(words), None) => self.command(words),
            (None, Some(name)) => CheckName::new(name)
                .map(|name| Work::Builtin(name.to_string()))
                .map_err(|_| self.fault("builtin", "must be the name of a check of git-lane's own")),
            (Some(_), Some(_)) => Err(self.fault("run", "and `builtin` exclude each other")),
            (None, None) => Err(self.fault("run", "is missing, and so is `builtin`")),
        }
    }

    fn command(&self, words: Vec<String>) -> Result<Work, GatesError> {
        if words.first().is_none_or(String::is_empty) {
            return Err(self.fault("run", "must begin with a program"));
        }
        if words.iter().any(|word| word.contains('\0')) {
            return Err(self.fault("run", "must not hold a NUL byte"));
        }
        Ok(Work::Run(words))
    }

    fn paths(&self) -> Result<Scope, GatesError> {
        let Some(globs) = self.words("paths")? else {
            return Ok(Scope::everything());
        };
        if globs.is_empty() {
            return Err(self.fault("paths", "must name a glob; without the key, every path counts"));
        }
        Scope::parse(&globs).map_err(|e| self.fault("paths", &format!("cannot be used: {e}: {}", e.problem)))
    }

    fn timeout(&self) -> Result<Span, GatesError> {
        let text = self.text("timeout")?;
        text.map_or(Ok(Span::from_secs(TIMEOUT_SECS)), |text| {
            text.parse()
                .map_err(|e| self.fault("timeout", &format!("cannot be used: {e}")))
        })
    }

    fn area(&self) -> Result<Option<AreaName>, GatesError> {
        let area = self.text("area")?.map(AreaName::new).transpose();
        area.map_err(|e| self.fault("area", &format!("cannot be used: {e}")))
    }

    fn level(&self) -> Result<Option<Level>, GatesError> {
        match self.text("level")? {
            None => Ok(None),
            Some("lane") => Ok(Some(Level::Lane)),
            Some("wave") => Ok(Some(Level::Wave)),
            Some("final") => Ok(Some(Level::Final)),
            Some(other) => {
                let fault = format!("must be lane, wave or final, not {:?}", excerpt(other, 40));
                Err(self.fault("level", &fault))
            }
        }
    }

    fn text(&self, field: &'static str) -> Result<Option<&'a str>, GatesError> {
        let value = self.table.get(field);
        let wrong = || self.fault(field, "must be a string");
        value.map(|value| value.as_str().ok_or_else(wrong)).transpose()
    }

    fn words(&self, field: &'static str) -> Result<Option<Vec<String>>, GatesError> {
        let Some(value) = self.table.get(field) else {
            return Ok(None);
        };
        let words = value.as_array().and_then(|list| {
            let words = list.iter().map(|word| word.as_str().map(str::to_owned));
            words.collect::<Option<Vec<_>>>()
        });
        words
            .map(Some)
            .ok_or_else(|| self.fault(field, "must be a list of strings"))
    }

    fn fault(&self, field: &'static str, fault: &str) -> GatesError {
        GatesError::Field {
            check: self.check.clone(),
            field,
            fault: fault.to_owned(),
        }
    }
}
