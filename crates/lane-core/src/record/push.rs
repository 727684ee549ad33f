//! A push that rewrites or deletes what others have, approved: for that very change, once, and for a time.

use serde::Deserialize;
use serde::Serialize;

use super::checkpoint::is_object;
use crate::id::Agent;
use crate::id::CloneId;
use crate::time::Span;
use crate::time::Timestamp;

/// How many approvals wait at most.
pub const PUSHES_MAX: usize = 32;
/// For how long an approval can be used, in seconds.
const APPROVED_SECS: i64 = 24 * 60 * 60;
/// The longest name of a ref, in bytes.
const REF_BYTES: usize = 250;

/// What a push does to a ref of the remote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forced {
    /// The full name of the ref.
    #[serde(rename = "ref")]
    pub name: String,
    /// What it holds there: a commit, or a tag.
    pub old: String,
    /// What it holds afterwards; none where it is deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<String>,
}

impl Forced {
    /// What is wrong with it by itself, in words.
    pub fn fault(&self) -> Option<String> {
        let odd = |id: &String| !is_object(id) || id.bytes().all(|byte| byte == b'0');
        match ref_fault(&self.name) {
            Some(fault) => Some(format!("the ref {fault}")),
            None if odd(&self.old) => Some("--old is the id of what the remote has".to_owned()),
            None if self.new.iter().any(odd) => Some("--new is the id of what is pushed".to_owned()),
            None if self.new.as_ref() == Some(&self.old) => Some("--old and --new are the same".to_owned()),
            None => None,
        }
    }
}

/// In the state, below `push.ID`, until it is used or over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ApprovedPush {
    /// What may be done.
    #[serde(flatten)]
    pub change: Forced,
    /// Who approved it.
    pub by: Agent,
    /// In which clone.
    pub clone: CloneId,
    /// When.
    pub at: Timestamp,
    /// Until when it can be used.
    pub until: Timestamp,
    /// Why: one line.
    pub why: String,
}

impl ApprovedPush {
    /// Until when one that was given at `at` can be used.
    pub fn until(at: Timestamp) -> Timestamp {
        at.after(Span::from_secs(APPROVED_SECS))
    }

    /// Whether `agent` may use it at `now` for this change. An agent does not approve for itself; a person may.
    pub fn lets(&self, agent: &Agent, change: &Forced, now: Timestamp) -> bool {
        self.change == *change && !self.is_over(now) && (agent.is_person() || self.by != *agent)
    }

    /// Whether its time is over.
    pub fn is_over(&self, now: Timestamp) -> bool {
        now > self.until
    }
}

/// What is wrong with the full name of a ref that is not the state's, in words that follow "the ref". It takes what git takes, and
/// less.
fn ref_fault(name: &str) -> Option<&'static str> {
    let bad = |c: char| c.is_control() || c.is_whitespace() || "~^:?*[\\\"'$`".contains(c);
    let odd_part = |part: &str| part.is_empty() || part.starts_with(['.', '-']) || part.ends_with(".lock");
    match name.strip_prefix("refs/") {
        _ if name.len() > REF_BYTES => Some("has a name that is too long"),
        None => Some("is named in full, like refs/heads/main"),
        Some(rest) if rest.starts_with("agents/") => Some("is the shared state's, which only grows"),
        Some(rest) if !rest.contains('/') || rest.split('/').any(odd_part) => {
            Some("has no name that git takes")
        }
        Some(rest)
            if rest.contains(bad) || rest.contains("..") || rest.contains("@{") || rest.ends_with('.') =>
        {
            Some("has a name with characters that are not taken")
        }
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(name: &str, old: &str, new: Option<&str>) -> Forced {
        Forced {
            name: name.to_owned(),
            old: old.to_owned(),
            new: new.map(str::to_owned),
        }
    }

    #[test]
    fn a_change_names_a_ref_and_what_it_held_and_will_hold() {
        let (a, b) = ("a".repeat(40), "b".repeat(40));
        for (name, old, new, fine) in [
            ("refs/heads/topic", a.as_str(), Some(b.as_str()), true),
            ("refs/heads/topic", &a, None, true),
            ("refs/tags/v1.0", &a, None, true),
            ("refs/heads/a/b-c_d", &a, None, true),
            ("topic", &a, None, false),
            ("refs/heads", &a, None, false),
            ("refs/heads/-x", &a, None, false),
            ("refs/heads/a b", &a, None, false),
            ("refs/heads/$(id)", &a, None, false),
            ("refs/heads/a..b", &a, None, false),
            ("refs/heads/a\u{1b}", &a, None, false),
            ("refs/heads/x.lock", &a, None, false),
            ("refs/agents/state", &a, Some(b.as_str()), false),
            ("refs/heads/topic", "main", None, false),
            ("refs/heads/topic", &"0".repeat(40), None, false),
            ("refs/heads/topic", &a, Some(a.as_str()), false),
            ("refs/heads/topic", &a, Some("HEAD"), false),
        ] {
            assert_eq!(
                change(name, old, new).fault().is_none(),
                fine,
                "{name} {old} {new:?}"
            );
        }
        let long = format!("refs/heads/{}", "x".repeat(250));
        assert!(change(&long, &a, None).fault().is_some());
    }

    #[test]
    fn an_approval_lets_one_change_pass_for_a_time_and_never_its_giver_who_is_an_agent() {
        let what = change("refs/heads/topic", &"a".repeat(40), None);
        let other = change("refs/heads/topic", &"b".repeat(40), None);
        let now = Timestamp::from_secs(1_000);
        let given = |by: &str| ApprovedPush {
            change: what.clone(),
            by: Agent::new(by).unwrap(),
            clone: CloneId::new("9c41").unwrap(),
            at: now,
            until: ApprovedPush::until(now),
            why: "x".to_owned(),
        };
        let a = Agent::new("agent-a").unwrap();
        let pat = Agent::person("pat@example.org");
        let day = Timestamp::from_secs(1_000 + 86_400);
        let later = Timestamp::from_secs(1_000 + 86_401);
        for (by, agent, change, at, fine) in [
            ("agent-b", &a, &what, now, true),
            ("agent-b", &a, &what, day, true),
            ("agent-b", &a, &what, later, false),
            ("agent-b", &a, &other, now, false),
            ("agent-a", &a, &what, now, false),
            (pat.as_str(), &pat, &what, now, true),
        ] {
            assert_eq!(given(by).lets(agent, change, at), fine, "{by} {agent} {at}");
        }
    }
}
