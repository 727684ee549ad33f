//! Who the configuration says is at work.

use crate::GitError;
use crate::Repo;
use crate::repo::Origin;

/// A name and an email address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ident {
    /// The name, as for people.
    pub name: String,
    /// The address, without angle brackets.
    pub email: String,
}

impl Ident {
    /// `Name <email>` as git stores it: without what could end the line or the address.
    pub(crate) fn on_one_line(&self) -> String {
        format!("{} <{}>", plain(&self.name), plain(&self.email))
    }
}

impl Repo {
    /// Whom git would name as author: `GIT_AUTHOR_*` (when opened from the environment), `author.*`, `user.*`,
    /// `EMAIL`. None without an address, for git's guess from the host name says nothing; without a name, the
    /// address serves as one.
    ///
    /// # Errors
    /// When the configuration cannot be read; never because something is not set.
    pub fn identity(&self) -> Result<Option<Ident>, GitError> {
        let name = self.part("GIT_AUTHOR_NAME", "name")?;
        let email = match self.part("GIT_AUTHOR_EMAIL", "email")? {
            Some(email) => Some(email),
            None => variable("EMAIL"),
        };
        Ok(email.map(|email| Ident {
            name: name.unwrap_or_else(|| email.clone()),
            email,
        }))
    }

    fn part(&self, name: &str, key: &str) -> Result<Option<String>, GitError> {
        if let Some(value) = variable(name).filter(|_| self.origin == Origin::Environment) {
            return Ok(Some(value));
        }
        for section in ["author", "user"] {
            if let Some(value) = self
                .config_get(&format!("{section}.{key}"))?
                .filter(|value| !value.is_empty())
            {
                return Ok(Some(value));
            }
        }
        Ok(None)
    }
}

fn plain(name: &str) -> String {
    let kept: String = name
        .chars()
        .filter(|c| !matches!(c, '<' | '>' | '\n' | '\r' | '\0'))
        .collect();
    kept.trim().to_owned()
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
