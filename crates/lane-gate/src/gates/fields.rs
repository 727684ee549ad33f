//! A table of the gates, read key by key, so that each fault names the table and the key.

use std::collections::BTreeSet;

use lane_core::glob::Scope;
use lane_core::id::AreaName;
use lane_core::id::CheckName;
use lane_core::text::excerpt;
use lane_core::time::Span;
use toml::Table;
use toml::Value;

use super::Check;
use super::Folder;
use super::GatesError;
use super::Level;
use super::Work;
use super::placeholders;

/// How long a check may take unless it says so itself: ten minutes.
const TIMEOUT_SECS: i64 = 600;

/// How much of a name is shown, in characters.
const NAME_CHARS: usize = 64;

/// One `[check.NAME]`, `[package.NAME]` or `[service.NAME]`, or a table without names such as `[preflight]`.
pub(super) struct Fields<'a> {
    kind: &'static str,
    name: Option<&'a str>,
    table: &'a Table,
}

impl<'a> Fields<'a> {
    pub(super) fn of(kind: &'static str, name: &'a str, value: &'a Value) -> Result<Self, GatesError> {
        let wrong = || {
            let name = excerpt(name, NAME_CHARS);
            GatesError::Name(format!("`{kind}.{name}` must be a table"))
        };
        let table = value.as_table().ok_or_else(wrong)?;
        let name = Some(name);
        Ok(Self { kind, name, table })
    }

    /// A table that is there once, or `none`.
    pub(super) fn alone(kind: &'static str, file: &'a Table, none: &'a Table) -> Result<Self, GatesError> {
        let wrong = || GatesError::Name(format!("`{kind}` must be a table"));
        let table = file.get(kind).map(|value| value.as_table().ok_or_else(wrong));
        Ok(Self {
            kind,
            name: None,
            table: table.transpose()?.unwrap_or(none),
        })
    }

    /// What a package reads outside its own folder.
    pub(super) fn package_reads(&self) -> Result<Scope, GatesError> {
        self.scope("reads")?
            .ok_or_else(|| self.fault("reads", "is missing: which files outside its folder it looks at"))
    }

    pub(super) fn check(&self) -> Result<Check, GatesError> {
        Ok(Check {
            rung: self.rung()?,
            work: self.work()?,
            shell: self.flag("shell")?,
            dir: self.dir()?,
            paths: self.scope("paths")?.unwrap_or_else(Scope::everything),
            ignore: self.globs("ignore")?.unwrap_or_default(),
            reads: self.scope("reads")?.unwrap_or_else(Scope::everything),
            env: self.env()?,
            toolchain: self.toolchain()?,
            timeout: self.timeout(TIMEOUT_SECS)?,
            area: self.area()?,
            level: self.level()?,
            golden: self.flag("golden")?,
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
            (None, Some(name)) => self.builtin(name),
            (Some(_), Some(_)) => Err(self.fault("run", "and `builtin` exclude each other")),
            (None, None) => Err(self.fault("run", "is missing, and so is `builtin`")),
        }
    }

    fn command(&self, words: Vec<String>) -> Result<Work, GatesError> {
        let what = match self.flag("shell")? {
            true => "must begin with a script, because of `shell`",
            false => "must begin with a program",
        };
        self.startable(&words, what)?;
        match placeholders::misplaced(&words) {
            Some(fault) => Err(self.fault("run", &fault)),
            None => Ok(Work::Run(words)),
        }
    }

    /// Whether a process can be given these words.
    pub(super) fn startable(&self, words: &[String], what: &str) -> Result<(), GatesError> {
        if words.first().is_none_or(|word| word.trim().is_empty()) {
            return Err(self.fault("run", what));
        }
        match words.iter().any(|word| word.contains('\0')) {
            true => Err(self.fault("run", "must not hold a NUL byte")),
            false => Ok(()),
        }
    }

    fn builtin(&self, name: &str) -> Result<Work, GatesError> {
        if self.table.contains_key("shell") {
            return Err(self.fault(
                "shell",
                "is for `run`: nothing that is built in goes through a shell",
            ));
        }
        CheckName::new(name)
            .map(|name| Work::Builtin(name.to_string()))
            .map_err(|_| self.fault("builtin", "must be the name of a check of git-lane's own"))
    }

    fn dir(&self) -> Result<Folder, GatesError> {
        let Some(text) = self.text("dir")? else {
            return Ok(Folder::root());
        };
        Folder::new(text).map_err(|e| self.fault("dir", &format!("must be a folder of this repository: {e}")))
    }

    /// Globs, of which at least one must be there.
    fn scope(&self, field: &'static str) -> Result<Option<Scope>, GatesError> {
        let scope = self.globs(field)?;
        if scope.as_ref().is_some_and(Scope::is_empty) {
            return Err(self.fault(field, "must name a glob; without the key, every path counts"));
        }
        Ok(scope)
    }

    fn globs(&self, field: &'static str) -> Result<Option<Scope>, GatesError> {
        let Some(globs) = self.words(field)? else {
            return Ok(None);
        };
        Scope::parse(&globs)
            .map(Some)
            .map_err(|e| self.fault(field, &format!("cannot be used: {e}: {}", e.problem)))
    }

    fn env(&self) -> Result<BTreeSet<String>, GatesError> {
        let names = self.words("env")?.unwrap_or_default();
        let wrong = |name: &&String| name.is_empty() || name.contains(['=', '\0']);
        match names.iter().find(wrong) {
            None => Ok(names.into_iter().collect()),
            Some(name) => {
                let name = excerpt(name, NAME_CHARS);
                let fault = format!("must name variables, without values, and {name:?} is no name");
                Err(self.fault("env", &fault))
            }
        }
    }

    fn toolchain(&self) -> Result<Vec<Vec<String>>, GatesError> {
        let lines = self.words("toolchain")?.unwrap_or_default();
        let split = |line: String| {
            let words =
                shlex::split(&line).filter(|words| words.first().is_some_and(|word| !word.is_empty()));
            words.filter(|_| !line.contains('\0')).ok_or_else(|| {
                let line = excerpt(&line, NAME_CHARS);
                self.fault(
                    "toolchain",
                    &format!("must be a list of commands, and {line:?} is none"),
                )
            })
        };
        lines.into_iter().map(split).collect()
    }

    pub(super) fn timeout(&self, absent_secs: i64) -> Result<Span, GatesError> {
        let text = self.text("timeout")?;
        text.map_or(Ok(Span::from_secs(absent_secs)), |text| {
            text.parse()
                .map_err(|e| self.fault("timeout", &format!("cannot be used: {e}")))
        })
    }

    fn area(&self) -> Result<Option<AreaName>, GatesError> {
        let area = self.text("area")?.map(AreaName::new).transpose();
        area.map_err(|e| self.fault("area", &format!("cannot be used: {e}")))
    }

    fn level(&self) -> Result<Option<Level>, GatesError> {
        let level = self.text("level")?;
        let parsed = level.map(str::parse).transpose();
        parsed.map_err(|_| {
            let shown = excerpt(level.unwrap_or_default(), 40);
            self.fault("level", &format!("must be lane, wave or final, not {shown:?}"))
        })
    }

    fn flag(&self, field: &'static str) -> Result<bool, GatesError> {
        let value = self.table.get(field).map(Value::as_bool);
        value
            .unwrap_or(Some(false))
            .ok_or_else(|| self.fault(field, "must be true or false"))
    }

    pub(super) fn value(&self, field: &'static str) -> Option<&'a Value> {
        self.table.get(field)
    }

    pub(super) fn text(&self, field: &'static str) -> Result<Option<&'a str>, GatesError> {
        let value = self.table.get(field);
        let wrong = || self.fault(field, "must be a string");
        value.map(|value| value.as_str().ok_or_else(wrong)).transpose()
    }

    pub(super) fn words(&self, field: &'static str) -> Result<Option<Vec<String>>, GatesError> {
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

    pub(super) fn fault(&self, field: &'static str, fault: &str) -> GatesError {
        let table = match self.name {
            Some(name) => format!("{}.{}", self.kind, excerpt(name, NAME_CHARS)),
            None => self.kind.to_owned(),
        };
        GatesError::Field {
            table,
            field,
            fault: fault.to_owned(),
        }
    }
}
