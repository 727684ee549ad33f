//! `[service.NAME]`: what must answer before work starts, and how it is asked.

use std::collections::BTreeSet;

use lane_core::policy::Role;
use lane_core::text::LINE_CHARS;
use lane_core::text::check_line;
use lane_core::text::excerpt;
use lane_core::time::Span;

use super::GatesError;
use super::fields::Fields;

/// How long a service may take to answer unless it says so itself: five seconds.
const TIMEOUT_SECS: i64 = 5;

/// How much of a value is shown, in characters.
const VALUE_CHARS: usize = 80;

/// One `[service.NAME]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// How it is asked.
    pub contact: Contact,
    /// How long the whole question may take; five seconds when absent in the file.
    pub timeout: Span,
    /// The roles that need it; all when absent.
    pub roles: BTreeSet<Role>,
    /// What mends it when it does not answer: one line, without control characters.
    pub remedy: Option<String>,
}

/// How a service is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contact {
    /// A command, word by word, that ends with 0 when the service is well. Runs in the worktree's root.
    Run(Vec<String>),
    /// A connection to this port of this host, closed again without a word.
    Tcp {
        /// A name or an address; an IPv6 address without its brackets.
        host: String,
        /// Never 0.
        port: u16,
    },
    /// A GET of this URL, `http://…`, without user, query names or fragment being looked at.
    Http(String),
}

impl Fields<'_> {
    pub(super) fn service(&self) -> Result<Service, GatesError> {
        Ok(Service {
            contact: self.contact()?,
            timeout: self.timeout(TIMEOUT_SECS)?,
            roles: self.roles()?,
            remedy: self.remedy()?,
        })
    }

    fn contact(&self) -> Result<Contact, GatesError> {
        match (self.words("run")?, self.text("tcp")?, self.text("http")?) {
            (Some(words), None, None) => {
                self.startable(&words, "must begin with a program")?;
                Ok(Contact::Run(words))
            }
            (None, Some(address), None) => self.tcp(address),
            (None, None, Some(url)) => self.http(url),
            (None, None, None) => Err(self.fault("run", "is missing, and so are `tcp` and `http`")),
            (Some(_), ..) => Err(self.fault("run", "excludes `tcp` and `http`")),
            (None, ..) => Err(self.fault("tcp", "and `http` exclude each other")),
        }
    }

    fn tcp(&self, address: &str) -> Result<Contact, GatesError> {
        match host_and_port(address) {
            Some((host, Some(port))) => Ok(Contact::Tcp { host, port }),
            _ => {
                let address = excerpt(address, VALUE_CHARS);
                let fault =
                    format!("must be HOST:PORT, such as localhost:5432 or [::1]:5432, not {address:?}");
                Err(self.fault("tcp", &fault))
            }
        }
    }

    fn http(&self, url: &str) -> Result<Contact, GatesError> {
        let shown = excerpt(url, VALUE_CHARS);
        let is_tls = url
            .get(..8)
            .is_some_and(|start| start.eq_ignore_ascii_case("https://"));
        if is_tls {
            let fault = format!(
                "cannot be https: without TLS here, {shown:?} is asked by run = [\"curl\", \"-fsS\", URL]"
            );
            return Err(self.fault("http", &fault));
        }
        let rest = url.strip_prefix("http://");
        let plain = url.chars().all(|c| c.is_ascii_graphic() && c != '#');
        let authority = rest.and_then(|rest| rest.split(['/', '?']).next());
        match authority.and_then(host_and_port).filter(|_| plain) {
            Some(_) => Ok(Contact::Http(url.to_owned())),
            None => {
                let fault =
                    format!("must be http://HOST[:PORT]/PATH without user and fragment, not {shown:?}");
                Err(self.fault("http", &fault))
            }
        }
    }

    fn roles(&self) -> Result<BTreeSet<Role>, GatesError> {
        let Some(names) = self.words("roles")? else {
            return Ok(Role::ALL.into());
        };
        if names.is_empty() {
            return Err(self.fault("roles", "must name a role; without the key, all need the service"));
        }
        let role = |name: &String| {
            name.parse().map_err(|e| {
                let name = excerpt(name, VALUE_CHARS);
                self.fault("roles", &format!("cannot be used: {name:?}: {e}"))
            })
        };
        names.iter().map(role).collect()
    }

    fn remedy(&self) -> Result<Option<String>, GatesError> {
        let Some(text) = self.text("remedy")? else {
            return Ok(None);
        };
        match check_line(text) {
            Ok(()) => Ok(Some(text.to_owned())),
            Err(_) => Err(self.fault(
                "remedy",
                &format!("must be one line of 1 to {LINE_CHARS} plain characters"),
            )),
        }
    }
}

/// `HOST` or `HOST:PORT`, where the host is a name, an IPv4 address, or an IPv6 address in brackets. Whether there is
/// such a host is not judged here.
fn host_and_port(text: &str) -> Option<(String, Option<u16>)> {
    let (host, rest) = match text.strip_prefix('[') {
        Some(inner) => {
            let (host, rest) = inner.split_once(']')?;
            host.parse::<std::net::Ipv6Addr>().ok()?;
            (host, rest)
        }
        None => {
            let (host, rest) = text.split_at(text.find(':').unwrap_or(text.len()));
            let named = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
            (!host.is_empty() && host.len() <= 253 && host.chars().all(named)).then_some(())?;
            (host, rest)
        }
    };
    let port = match rest.strip_prefix(':') {
        None => rest.is_empty().then_some(None)?,
        Some(digits) => {
            let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
            Some(digits.parse().ok().filter(|port| plain && *port != 0)?)
        }
    };
    Some((host.to_owned(), port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_or_an_address_with_or_without_a_port() {
        for (text, expected) in [
            ("localhost:5432", Some(("localhost", Some(5432)))),
            ("127.0.0.1:1", Some(("127.0.0.1", Some(1)))),
            ("[::1]:65535", Some(("::1", Some(65535)))),
            ("[::1]", Some(("::1", None))),
            ("db_1.internal", Some(("db_1.internal", None))),
            ("host:0", None),
            ("host:65536", None),
            ("host:+1", None),
            ("host:", None),
            (":80", None),
            ("::1:80", None),
            ("[host]:80", None),
            ("user@host:80", None),
            ("ho st:80", None),
            ("host:80:90", None),
            ("", None),
        ] {
            let found = host_and_port(text);
            let found = found.as_ref().map(|(host, port)| (host.as_str(), *port));
            assert_eq!(found, expected, "{text:?}");
        }
    }
}
