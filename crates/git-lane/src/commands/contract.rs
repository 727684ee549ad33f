//! A task's contract from options and files: shared by `add`, `edit` and `rescope`.

use std::io::Read as _;
use std::path::Path;

use lane_core::codec;
use lane_core::record::Acceptance;
use lane_core::record::Check;
use lane_core::record::Task;
use lane_core::text;
use lane_gate::GATES_PATH;
use serde::de::DeserializeOwned;
use serde::de::value::StrDeserializer;

use crate::error::CliError;
use crate::evidence;
use crate::session::Session;
use crate::show::paint;
use lane_core::id::AreaName;
use lane_core::id::TaskId;

/// What `add`, `edit` and `rescope` can say of a task.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Contract {
    /// What sort of work: feature, defect, contract, docs, chore
    #[arg(long)]
    pub(crate) kind: Option<String>,
    /// How soon: high, medium, low
    #[arg(long)]
    pub(crate) priority: Option<String>,
    /// How much care: normal, high
    #[arg(long)]
    pub(crate) risk: Option<String>,
    /// The area that it belongs to
    #[arg(long)]
    pub(crate) area: Option<AreaName>,
    /// A label; may be repeated
    #[arg(long = "label", value_name = "L")]
    pub(crate) labels: Vec<String>,
    /// A glob that it may change; may be repeated. Its scope becomes its lock
    #[arg(long, value_name = "GLOB", allow_hyphen_values = true)]
    pub(crate) scope: Vec<String>,
    /// A glob that it must not change; may be repeated
    #[arg(long, value_name = "GLOB", allow_hyphen_values = true)]
    pub(crate) out_of_scope: Vec<String>,
    /// What must be true at the end; may be repeated, each followed by its --check or --policy-check
    #[arg(long, value_name = "TEXT")]
    pub(crate) accept: Vec<String>,
    /// A command that shows it: split into words as a shell would, and run without one
    #[arg(long, value_name = "COMMAND", allow_hyphen_values = true)]
    pub(crate) check: Vec<String>,
    /// A check of the integration branch's .agents/gates.toml that shows it, by name
    #[arg(long, value_name = "NAME")]
    pub(crate) policy_check: Vec<String>,
    /// What the check shows besides: anchor (the code is there), runtime (the active path is exercised) or regression
    /// (it fails without the change); of the criterion before it; may be repeated
    #[arg(long, value_name = "PURPOSE")]
    pub(crate) purpose: Vec<String>,
    /// A task that must be done first; may be repeated
    #[arg(long, value_name = "ID")]
    pub(crate) depends_on: Vec<TaskId>,
    /// The task that this one is a part of: it is handed off after all its parts are done
    #[arg(long, value_name = "ID")]
    pub(crate) parent: Option<TaskId>,
    /// Which part of it this is: one line
    #[arg(long, value_name = "TEXT")]
    pub(crate) slice: Option<String>,
    /// Its place among the parts, from 1: a part lands after all with a smaller number
    #[arg(long, value_name = "N")]
    pub(crate) merge_order: Option<u32>,
    /// An issue elsewhere, like '#123'
    #[arg(long)]
    pub(crate) issue: Option<String>,
    /// Free text: problem, locations, references, testing
    #[arg(long, value_name = "TEXT")]
    pub(crate) notes: Option<String>,
}

/// The text of a file, or of standard input for `-`; bounded.
pub(super) fn read(file: &Path) -> Result<String, CliError> {
    let shown = file.display();
    let limit = codec::MAX_BYTES as u64 + 1;
    let mut text = String::new();
    let read = if file.as_os_str() == "-" {
        std::io::stdin().lock().take(limit).read_to_string(&mut text)
    } else {
        std::fs::File::open(file).and_then(|f| f.take(limit).read_to_string(&mut text))
    };
    read.map_err(|e| CliError::Usage(format!("{shown} cannot be read: {e}")))?;
    if text.len() > codec::MAX_BYTES {
        return Err(CliError::Usage(format!(
            "{shown} is longer than {} bytes",
            codec::MAX_BYTES
        )));
    }
    Ok(text)
}

/// A whole task from TOML; what a new task may leave out is filled in from `base`.
pub(super) fn from_toml(text: &str, base: &Task) -> Result<Task, CliError> {
    let mut table: toml::Table = parse(text)?;
    let filled = toml::Table::try_from(base).map_err(|e| CliError::Usage(e.to_string()))?;
    for key in ["id", "title", "status", "branch", "created"] {
        if let (false, Some(value)) = (table.contains_key(key), filled.get(key)) {
            table.insert(key.to_owned(), value.clone());
        }
    }
    // From the table: a line number of a text that was filled in would mislead; toml names the key instead.
    table.try_into().map_err(|e: toml::de::Error| {
        let what: Vec<String> = e.to_string().lines().map(str::to_owned).collect();
        CliError::Usage(format!("the task's TOML: {}", what.join(" ")))
    })
}

/// TOML, its faults named by line.
pub(super) fn parse<T: DeserializeOwned>(text: &str) -> Result<T, CliError> {
    codec::decode(text.as_bytes()).map_err(|e| CliError::Usage(format!("the task's TOML: {e}")))
}

/// A word of a closed list: kind, priority, risk.
fn word<T: DeserializeOwned>(option: &str, text: &str) -> Result<T, CliError> {
    let input: StrDeserializer<'_, serde::de::value::Error> =
        serde::de::IntoDeserializer::into_deserializer(text);
    T::deserialize(input).map_err(|e| CliError::Usage(format!("--{option}: {e}")))
}

/// Puts the options into the task: a list that is given replaces the list that was there.
pub(super) fn put(task: &mut Task, options: &Contract, order: &[Given]) -> Result<(), CliError> {
    if let Some(kind) = &options.kind {
        task.kind = word("kind", kind)?;
    }
    if let Some(priority) = &options.priority {
        task.priority = word("priority", priority)?;
    }
    if let Some(risk) = &options.risk {
        task.risk = Some(word("risk", risk)?);
    }
    set(&mut task.area, options.area.as_ref());
    set(&mut task.parent, options.parent.as_ref());
    set(&mut task.slice, options.slice.as_ref());
    set(&mut task.merge_order, options.merge_order.as_ref());
    set(&mut task.issue, options.issue.as_ref());
    set(&mut task.notes, options.notes.as_ref());
    replace(&mut task.labels, &options.labels);
    replace(&mut task.scope, &options.scope);
    replace(&mut task.out_of_scope, &options.out_of_scope);
    replace(&mut task.depends_on, &options.depends_on);
    if order.is_empty() {
        return Ok(());
    }
    let criteria = acceptance(order)?;
    if order.iter().any(|given| matches!(given, Given::Accept(_))) {
        task.acceptance.clear();
    }
    let last = task.acceptance.keys().filter_map(|key| number(key)).max();
    let (last, all) = (last.unwrap_or(0), task.acceptance.len() + criteria.len());
    let width = all.to_string().len();
    let key = |n: usize| format!("a{:0width$}", last + 1 + n as u64);
    let keyed = criteria.into_iter().enumerate().map(|(n, c)| (key(n), c));
    task.acceptance.extend(keyed);
    Ok(())
}

/// The number of a criterion's key, `a2`.
fn number(key: &str) -> Option<u64> {
    key.strip_prefix('a')?.parse().ok().filter(|n| *n < u64::MAX / 2)
}

fn set<T: Clone>(slot: &mut Option<T>, given: Option<&T>) {
    if let Some(value) = given {
        *slot = Some(value.clone());
    }
}

fn replace<T: Clone>(list: &mut Vec<T>, given: &[T]) {
    if !given.is_empty() {
        *list = given.to_vec();
    }
}

/// How many names of checks are told, and how long one may be.
const NAMED: usize = 20;
const NAME_CHARS: usize = 64;

/// Warns of criteria that name a check which the integration branch does not declare, or not yet. Gates that cannot be
/// read declare nothing that could be told.
pub(super) fn warn_of_checks(session: &Session<'_>, task: &Task) {
    let named = |criterion: &Acceptance| match &criterion.check {
        Some(Check::Named(name)) => Some(name.clone()),
        _ => None,
    };
    let named: Vec<String> = task.acceptance.values().filter_map(named).collect();
    if named.is_empty() {
        return;
    }
    let Ok(gates) = evidence::read_gates(session) else {
        return;
    };
    for name in named.iter().filter(|name| gates.check(name).is_none()) {
        let declared: Vec<&str> = gates.checks().map(|(name, _)| name.as_str()).collect();
        let more = match declared.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let declared = match declared.as_slice() {
            [] => "no check".to_owned(),
            some => some.iter().take(NAMED).copied().collect::<Vec<_>>().join(", "),
        };
        paint::warning(&format!(
            "the check {} is not declared: {GATES_PATH} on the integration branch has {declared}{more}",
            text::excerpt(name, NAME_CHARS)
        ));
    }
}

/// `--accept` or `--add-accept`, with `--check`, `--policy-check` and `--purpose`, in the order of the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Given {
    Accept(String),
    AddAccept(String),
    Check(String),
    PolicyCheck(String),
    Purpose(String),
}

/// What this process was given.
pub(super) fn given_on_the_command_line() -> Vec<Given> {
    // Not `args`, which panics on what is no text; clap has refused that already where it matters.
    order_of_acceptance(
        std::env::args_os()
            .skip(1)
            .map(|arg| arg.to_string_lossy().into_owned()),
    )
}

/// The order in which `--accept` and its checks stood; clap keeps each option's values apart.
fn order_of_acceptance(args: impl Iterator<Item = String>) -> Vec<Given> {
    let mut found = Vec::new();
    let mut args = args.take_while(|arg| arg != "--");
    while let Some(arg) = args.next() {
        let (name, inline) = match arg.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (arg, None),
        };
        let make: fn(String) -> Given = match name.as_str() {
            "--accept" => Given::Accept,
            "--add-accept" => Given::AddAccept,
            "--check" => Given::Check,
            "--policy-check" => Given::PolicyCheck,
            "--purpose" => Given::Purpose,
            _ => continue,
        };
        found.extend(inline.or_else(|| args.next()).map(make));
    }
    found
}

fn acceptance(order: &[Given]) -> Result<Vec<Acceptance>, CliError> {
    let mut criteria: Vec<Acceptance> = Vec::new();
    for given in order {
        match given {
            Given::Accept(text) | Given::AddAccept(text) => {
                criteria.push(Acceptance {
                    text: text.clone(),
                    check: None,
                    purpose: Vec::new(),
                    extra: toml::Table::new(),
                });
            }
            Given::Check(line) => {
                unchecked(&mut criteria, "--check")?.check = Some(Check::Command(words(line)?));
            }
            Given::PolicyCheck(name) => {
                unchecked(&mut criteria, "--policy-check")?.check = Some(Check::Named(name.clone()));
            }
            Given::Purpose(name) => {
                let last = criteria.last_mut();
                let last =
                    last.ok_or_else(|| CliError::Usage("each --purpose follows its --accept".to_owned()))?;
                last.purpose.push(word("purpose", name)?);
            }
        }
    }
    Ok(criteria)
}

/// The criterion that a check belongs to: the last one, if it has none yet.
fn unchecked<'c>(criteria: &'c mut [Acceptance], option: &str) -> Result<&'c mut Acceptance, CliError> {
    match criteria.last_mut() {
        Some(last) if last.check.is_none() => Ok(last),
        Some(last) => Err(CliError::Usage(format!(
            "--accept {:?} has a check already: each criterion has one --check or --policy-check",
            text::excerpt(&last.text, 80)
        ))),
        None => Err(CliError::Usage(format!("each {option} follows its --accept"))),
    }
}

fn words(line: &str) -> Result<Vec<String>, CliError> {
    let words = shlex::split(line).filter(|words| !words.is_empty());
    words.ok_or_else(|| {
        CliError::Usage(format!(
            "--check {line:?} is no command line: it is empty, or a quote is open"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use lane_core::record::Purpose;
    use lane_core::time::Timestamp;

    fn given(args: &[&str]) -> Vec<Given> {
        order_of_acceptance(args.iter().map(|s| (*s).to_owned()))
    }

    #[test]
    fn a_check_belongs_to_the_criterion_before_it() {
        let order = given(&[
            "add",
            "--accept",
            "a",
            "--accept=b",
            "--check",
            "cargo test 'x y'",
        ]);
        let criteria = acceptance(&order).unwrap();
        assert_eq!(criteria[0].check, None);
        assert_eq!(
            criteria[1].check,
            Some(Check::Command(vec!["cargo".into(), "test".into(), "x y".into()]))
        );
    }

    #[test]
    fn a_check_without_a_criterion_or_with_an_open_quote_is_refused() {
        assert!(acceptance(&given(&["--check", "true"])).is_err());
        assert!(acceptance(&given(&["--accept", "a", "--check", "echo 'x"])).is_err());
        assert!(acceptance(&given(&["--accept", "a", "--check", "x", "--check", "y"])).is_err());
    }

    #[test]
    fn a_policy_check_is_named_and_stands_beside_commands() {
        let order = given(&[
            "add",
            "--accept",
            "a",
            "--policy-check=unit",
            "--accept",
            "b",
            "--check",
            "true",
        ]);
        let criteria = acceptance(&order).unwrap();
        assert_eq!(criteria[0].check, Some(Check::Named("unit".into())));
        assert_eq!(criteria[1].check, Some(Check::Command(vec!["true".into()])));
    }

    #[test]
    fn a_criterion_has_one_check_of_either_sort() {
        for both in [
            ["--check", "true", "--policy-check", "unit"],
            ["--policy-check", "unit", "--check", "true"],
            ["--policy-check", "unit", "--policy-check", "lint"],
        ] {
            let order = given(&[&["--accept", "a"][..], &both].concat());
            let fault = acceptance(&order).unwrap_err();
            assert!(fault.to_string().contains("has a check already"), "{fault}");
        }
        assert!(acceptance(&given(&["--policy-check", "unit"])).is_err());
    }

    #[test]
    fn purposes_belong_to_the_criterion_before_them() {
        let order = given(&[
            "--accept",
            "a",
            "--purpose=anchor",
            "--check",
            "rg -q x",
            "--purpose",
            "runtime",
            "--accept",
            "b",
        ]);
        let criteria = acceptance(&order).unwrap();
        assert_eq!(criteria[0].purpose, [Purpose::Anchor, Purpose::Runtime]);
        assert_eq!(criteria[1].purpose, []);
        assert!(acceptance(&given(&["--purpose", "anchor"])).is_err());
        let unknown = acceptance(&given(&["--accept", "a", "--purpose", "speed"])).unwrap_err();
        assert!(unknown.to_string().contains("--purpose"), "{unknown}");
    }

    #[test]
    fn a_criterion_that_is_added_has_a_key_that_none_had() {
        let mut task = Task::new(TaskId::new("T-1").unwrap(), "t", Timestamp::default());
        let mut keys = |args: &[&str]| {
            put(&mut task, &Contract::default(), &given(args)).unwrap();
            task.acceptance.keys().cloned().collect::<Vec<_>>()
        };
        assert_eq!(keys(&["--add-accept", "a"]), ["a1"]);
        assert_eq!(
            keys(&["--add-accept", "b", "--add-accept", "c"]),
            ["a1", "a2", "a3"]
        );
        assert_eq!(keys(&["--accept", "d", "--add-accept", "e"]), ["a1", "a2"]);
        let ten = ["--accept"; 20];
        assert_eq!(keys(&ten)[9], "a10");
        assert_eq!(keys(&["--add-accept", "x"])[10], "a11");
    }

    #[test]
    fn what_looks_like_an_option_after_two_dashes_is_none() {
        assert_eq!(given(&["add", "--", "--accept", "x"]), []);
    }
}
