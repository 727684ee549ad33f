//! Reading a policy: bounded, checked, with the place of a fault.

use thiserror::Error;

use super::Adopted;
use super::POLICY_FORMAT;
use super::Policy;
use super::declared;
use crate::codec;
use crate::codec::CodecError;
use crate::glob::GlobError;
use crate::glob::Scope;

/// Why a policy cannot be used.
#[derive(Debug, Error)]
pub enum PolicyError {
    /// No TOML, too large, or a value of the wrong type.
    #[error(transparent)]
    Unreadable(#[from] CodecError),
    /// Written by a newer git-lane.
    #[error("format {found} is newer than this git-lane reads ({POLICY_FORMAT})")]
    Newer {
        /// The format that the file names.
        found: u32,
    },
    /// A key whose value cannot be used.
    #[error("`{key}`: {fault}")]
    Value {
        /// The key, with dots.
        key: String,
        /// What is wrong with it.
        fault: String,
    },
}

fn value(key: impl Into<String>, fault: &dyn std::fmt::Display) -> PolicyError {
    PolicyError::Value {
        key: key.into(),
        fault: fault.to_string(),
    }
}

/// Parses and checks the text of `.agents/policy.toml`. Unknown keys are kept, not refused.
pub fn parse(bytes: &[u8]) -> Result<Policy, PolicyError> {
    // The format first: a newer file may hold values that this version cannot read.
    let table: toml::Table = codec::decode(bytes)?;
    if let Some(found) = table.get("format").and_then(toml::Value::as_integer)
        && found > i64::from(POLICY_FORMAT)
    {
        return Err(PolicyError::Newer {
            found: u32::try_from(found).unwrap_or(u32::MAX),
        });
    }
    let policy: Policy = codec::decode(bytes)?;
    check(&policy)?;
    Ok(policy)
}

fn check(policy: &Policy) -> Result<(), PolicyError> {
    if policy.repository.is_empty()
        || policy.repository.len() > 64
        || !policy
            .repository
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-')
    {
        return Err(value(
            "repository",
            &"must be the id that `git lane init` made: 1 to 64 letters, digits or `-`",
        ));
    }
    if policy.capacity.total == 0 {
        return Err(value("capacity.total", &"must be at least 1"));
    }
    policy
        .pipeline
        .check()
        .map_err(|(key, fault)| value(format!("pipeline.{key}"), &fault))?;
    policy
        .limits
        .check()
        .map_err(|(key, fault)| value(format!("limits.{key}"), &fault))?;
    globs("lanes.common_paths", &policy.lanes.common_paths)?;
    globs("lanes.hotspots", &policy.lanes.hotspots)?;
    globs("lanes.disposable", &policy.lanes.disposable)?;
    policy
        .landing
        .check()
        .map_err(|(key, fault)| value(format!("landing.{key}"), &fault))?;
    globs("maintainer.paths", &policy.maintainer.paths)?;
    for (name, area) in &policy.area {
        globs(&format!("area.{name}.owns"), &area.owns)?;
        if area.lanes == Some(0) {
            return Err(value(format!("area.{name}.lanes"), &"must be at least 1"));
        }
    }
    policy
        .instructions
        .check()
        .map_err(|(key, fault)| value(format!("instructions.{key}"), &fault))?;
    policy
        .sync
        .check()
        .map_err(|(key, fault)| value(format!("sync.{key}"), &fault))?;
    policy
        .merge
        .check()
        .map_err(|(key, fault)| value(format!("merge.{key}"), &fault))?;
    declared::check(&Adopted::of(policy, "")).map_err(|(key, fault)| value(key, &fault))?;
    check_root(&policy.lanes.root)
}

fn check_root(root: &str) -> Result<(), PolicyError> {
    let fine = !root.is_empty() && !root.starts_with('-') && !root.contains(['\0', '\n']);
    let fine = fine && !root.split('/').any(|part| part == ".git");
    if fine {
        Ok(())
    } else {
        Err(value(
            "lanes.root",
            &"must be a folder outside `.git`, not starting with `-`",
        ))
    }
}

fn globs(key: &str, list: &[String]) -> Result<(), PolicyError> {
    Scope::parse(list)
        .map(|_| ())
        .map_err(|e: GlobError| value(key, &format!("{e}: {}", e.problem)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Mode;
    use crate::policy::Per;

    const ID: &str = "repository = \"0123abcd\"\n";

    #[test]
    fn an_empty_policy_is_the_defaults() {
        let policy = parse(ID.as_bytes()).unwrap();
        assert_eq!((policy.lanes.mode, policy.lanes.per), (Mode::B, Per::Task));
        assert_eq!(policy.capacity.total, 6);
        assert_eq!(policy.lanes.lease.to_string(), "2h");
    }

    #[test]
    fn the_example_of_the_format_page_is_read() {
        let text = "format = 1\nrepository = \"x1\"\n[lanes]\nmode = \"A\"\nlease = \"45m\"\nhotspots = [\"src/lib.rs\"]\n[capacity]\ntotal = 3\n[area.backend]\nowns = [\"crates/**\"]\nlanes = 2\n[worklog]\nledger = \"refs/agents/state\"\ndecisions = \"docs/decisions\"\n";
        let policy = parse(text.as_bytes()).unwrap();
        assert_eq!(policy.lanes.mode, Mode::A);
        assert_eq!(policy.area.values().next().unwrap().lanes, Some(2));
    }

    #[test]
    fn worktrees_are_per_task_or_per_area_and_nothing_else() {
        let per = |word: &str| parse(format!("{ID}[lanes]\nper = \"{word}\"\n").as_bytes());
        for (word, wanted) in [("task", Per::Task), ("area", Per::Area)] {
            assert_eq!(per(word).unwrap().lanes.per, wanted);
        }
        let error = per("team").unwrap_err().to_string();
        for part in ["line 3", "`task`", "`area`"] {
            assert!(error.contains(part), "{error}");
        }
    }

    #[test]
    fn bad_values_are_named_by_their_key() {
        for (text, key) in [
            ("repository = \"\"\n".to_owned(), "repository"),
            (format!("{ID}[capacity]\ntotal = 0\n"), "capacity.total"),
            (
                format!("{ID}[pipeline]\nstages = [\"lunch\"]\n"),
                "pipeline.stages",
            ),
            (format!("{ID}[pipeline]\nretries = 101\n"), "pipeline.retries"),
            (format!("{ID}[limits]\nworker = \"30s\"\n"), "limits.worker"),
            (format!("{ID}[lanes]\nhotspots = [\"a[\"]\n"), "lanes.hotspots"),
            (format!("{ID}[lanes]\nroot = \"-x\"\n"), "lanes.root"),
            (format!("{ID}[lanes]\nroot = \".git/x\"\n"), "lanes.root"),
            (format!("{ID}[area.a]\nlanes = 0\n"), "area.a.lanes"),
            (
                format!("{ID}[instructions]\nfile = \"../x\"\n"),
                "instructions.file",
            ),
            (format!("{ID}[sync]\nref = \"refs/tags/x\"\n"), "sync.ref"),
            (format!("{ID}[sync]\npace = \"1d\"\n"), "sync.pace"),
            (format!("{ID}[sync]\ntimeout = \"2h\"\n"), "sync.timeout"),
            (
                format!("{ID}[merge]\nchangelogs = [\"a[\"]\n"),
                "merge.changelogs",
            ),
            (
                format!("{ID}[merge]\nregistries = [\".agents/**\"]\n"),
                "merge.registries",
            ),
        ] {
            let error = parse(text.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(key), "{error}");
        }
    }

    #[test]
    fn a_newer_policy_is_refused_by_its_number() {
        let error = parse(b"format = 2\nlanes = 7\n").unwrap_err();
        assert!(matches!(error, PolicyError::Newer { found: 2 }));
    }

    #[test]
    fn a_fault_is_named_with_its_line() {
        let error = parse(b"repository = \"x\"\n[lanes]\nlease = \"soon\"\n")
            .unwrap_err()
            .to_string();
        assert!(error.contains("line 3"), "{error}");
    }
}
