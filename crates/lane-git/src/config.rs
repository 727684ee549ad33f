//! Configuration: read by libgit2 in one snapshot, written by a git child.

use git2::Config;
use git2::ConfigLevel;
use git2::ErrorCode;

use crate::GitError;
use crate::Repo;
use crate::config_env;
use crate::error::Doing;
use crate::hostile::check_config_key;
use crate::repo::Origin;

/// A value and the level that it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigValue {
    /// The value.
    pub value: String,
    /// `system`, `global`, `local`, `worktree`, `command` (`git -c`), or `other`.
    pub origin: &'static str,
}

impl Repo {
    /// The value of `key` that counts. Read from a snapshot made at the first question, which our own writes renew;
    /// `git -c` counts when opened from the environment. Values that are not UTF-8 are an error.
    ///
    /// # Errors
    /// When the key is none (`section.name`, `section.any thing.name`) or the configuration cannot be read.
    pub fn config_get(&self, key: &str) -> Result<Option<String>, GitError> {
        check_config_key(key)?;
        if let Some(value) = self.command_line(key).pop() {
            return Ok(Some(value));
        }
        self.with_config(&format!("reading {key:?}"), |config| {
            found(config.get_str(key).map(str::to_owned))
        })
    }

    /// The value of `key` as git reads booleans; a key without a value is true.
    ///
    /// # Errors
    /// As [`Repo::config_get`], and when it is no boolean.
    pub fn config_get_bool(&self, key: &str) -> Result<Option<bool>, GitError> {
        check_config_key(key)?;
        let doing = format!("reading {key:?}");
        if let Some(value) = self.command_line(key).pop() {
            return Config::parse_bool(value).map(Some).doing(doing);
        }
        self.with_config(&doing, |config| found(config.get_bool(key)))
    }

    /// All values of `key`, the most important last.
    ///
    /// # Errors
    /// As [`Repo::config_get`].
    pub fn config_get_all(&self, key: &str) -> Result<Vec<ConfigValue>, GitError> {
        check_config_key(key)?;
        let mut values = self.with_config(&format!("reading {key:?}"), |config| all_values(config, key))?;
        let command = self.command_line(key).into_iter();
        values.extend(command.map(|value| ConfigValue {
            value,
            origin: "command",
        }));
        Ok(values)
    }

    /// Sets `key` in the configuration that all worktrees share; several values become this one.
    ///
    /// # Errors
    /// When the key or value is not acceptable, or git cannot write (its lock is held).
    pub fn config_set_local(&self, key: &str, value: &str) -> Result<(), GitError> {
        self.config_write(&["--replace-all"], key, Some(value))
    }

    /// Sets `key` for this worktree only. Needs `extensions.worktreeConfig`, which the caller must have set; without
    /// it, and with linked worktrees, git refuses.
    ///
    /// # Errors
    /// As [`Repo::config_set_local`].
    pub fn config_set_worktree(&self, key: &str, value: &str) -> Result<(), GitError> {
        self.config_write(&["--worktree", "--replace-all"], key, Some(value))
    }

    /// Removes `key` with all its values from the shared configuration; one that is not there is no error.
    ///
    /// # Errors
    /// As [`Repo::config_set_local`].
    pub fn config_unset_local(&self, key: &str) -> Result<(), GitError> {
        self.config_write(&["--unset-all"], key, None)
    }

    fn config_write(&self, flags: &[&str], key: &str, value: Option<&str>) -> Result<(), GitError> {
        check_config_key(key)?;
        if let Some(value) = value.filter(|value| value.contains('\0')) {
            return Err(GitError::refused("configuration value", value));
        }
        let git = self.writer(format!("writing {key:?}")).arg("config");
        let git = if flags.contains(&"--worktree") {
            git
        } else {
            git.arg("--local")
        };
        let git = git.args(flags).arg("--").arg(key).args(value);
        // Exit code 5: there was nothing to remove.
        let expected: &[i32] = if value.is_none() { &[5] } else { &[] };
        git.run_expecting(expected)?;
        self.config.borrow_mut().take();
        Ok(())
    }

    fn with_config<T>(
        &self,
        doing: &str,
        read: impl FnOnce(&Config) -> Result<T, git2::Error>,
    ) -> Result<T, GitError> {
        let mut cached = self.config.borrow_mut();
        let config = match cached.take() {
            Some(config) => config,
            None => self
                .git
                .config()
                .and_then(|mut config| config.snapshot())
                .doing(doing)?,
        };
        read(cached.insert(config)).doing(doing)
    }

    /// Section and last part compare without case, as git has it.
    fn command_line(&self, key: &str) -> Vec<String> {
        if self.origin == Origin::Path {
            return Vec::new();
        }
        let pairs = config_env::pairs().into_iter();
        pairs
            .filter(|(other, _)| folded(other) == folded(key))
            .map(|(_, value)| value)
            .collect()
    }
}

fn all_values(config: &Config, key: &str) -> Result<Vec<ConfigValue>, git2::Error> {
    let mut values = Vec::new();
    config.multivar(key, None)?.for_each(|entry| {
        let value = if entry.has_value() {
            entry.value_bytes()
        } else {
            b"true"
        };
        let value = String::from_utf8_lossy(value).into_owned();
        values.push(ConfigValue {
            value,
            origin: level(entry.level()),
        });
    })?;
    Ok(values)
}

fn folded(key: &str) -> (String, String, String) {
    let (section, rest) = key.split_once('.').unwrap_or((key, ""));
    let (middle, last) = rest.rsplit_once('.').unwrap_or(("", rest));
    (
        section.to_ascii_lowercase(),
        middle.to_owned(),
        last.to_ascii_lowercase(),
    )
}

fn found<T>(read: Result<T, git2::Error>) -> Result<Option<T>, git2::Error> {
    match read {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn level(level: ConfigLevel) -> &'static str {
    match level {
        ConfigLevel::ProgramData | ConfigLevel::System => "system",
        ConfigLevel::XDG | ConfigLevel::Global => "global",
        ConfigLevel::Local => "local",
        ConfigLevel::Worktree => "worktree",
        _ => "other",
    }
}
