//! Who builds on an interface is told when a handoff changes it: a note on the task that reaches the holders of live
//! lanes in the areas that the policy names.

use std::collections::BTreeSet;

use lane_core::event::Payload;
use lane_core::glob::Scope;
use lane_core::id::Agent;
use lane_core::id::AreaName;
use lane_core::id::TaskId;
use lane_core::policy::Contract;
use lane_core::record::Checkpoint;
use lane_core::text;
use lane_core::view::Found;
use lane_core::view::View as _;
use lane_rules::Changed;
use lane_store::Actor;
use lane_store::TreeView;

use crate::error::CliError;
use crate::publishing;
use crate::session::Session;
use crate::show::paint;

/// How many files a note names of each contract, and how many characters of each.
const FILES_SHOWN: usize = 5;
const FILE_CHARS: usize = 200;
/// How many agents a note mentions; a note reaches no more.
const TOLD_MAX: usize = 32;
/// How many contracts a note names.
const CONTRACTS_SHOWN: usize = 8;

/// Writes the note, if what is handed off changes a contract and somebody is to be told. The handoff stands whatever
/// becomes of it.
pub(crate) fn tell_owners(session: &Session<'_>, actor: &Actor, record: &Checkpoint, changes: &[Changed]) {
    match tell(session, actor, record, changes) {
        Ok(()) => {}
        Err(fault) => paint::warning(&format!(
            "who builds on the changed contract was not told: {}",
            crate::show::error::sentence(&fault)
        )),
    }
}

fn tell(
    session: &Session<'_>,
    actor: &Actor,
    record: &Checkpoint,
    changes: &[Changed],
) -> Result<(), CliError> {
    let store = session.store();
    let view = store.view()?;
    let policy = view.policy()?;
    let changed: Vec<Touched<'_>> = policy
        .contract
        .iter()
        .filter(|(_, contract)| !contract.tells.is_empty())
        .map(|(name, contract)| (name, contract, files_of(contract, changes)))
        .filter(|(.., files)| !files.is_empty())
        .collect();
    let areas: BTreeSet<&AreaName> = changed.iter().flat_map(|(_, c, _)| &c.tells).collect();
    let told = holders(&view, &areas, actor, &record.task)?;
    if told.is_empty() {
        return Ok(());
    }
    let text = words(&told, record, &changed);
    let payload = Payload::NoteAdded {
        task: record.task.clone(),
        text,
    };
    publishing::put(session, actor, &mut |_| Ok(payload.clone()))?;
    let names: Vec<&str> = told.iter().map(Agent::as_str).collect();
    paint::note(&format!("told of the changed contract: {}", names.join(", ")));
    Ok(())
}

/// A contract, by name, and its paths that changed.
type Touched<'a> = (&'a String, &'a Contract, Vec<&'a [u8]>);

/// The changed paths that are the contract's. A glob that cannot be read names none; the rules say so.
fn files_of<'a>(contract: &Contract, changes: &'a [Changed]) -> Vec<&'a [u8]> {
    let Ok(scope) = Scope::parse(&contract.files) else {
        return Vec::new();
    };
    let paths = changes.iter().map(|change| change.path.as_slice());
    paths.filter(|path| scope.covers(path)).collect()
}

/// Who holds another live lane in one of the areas.
fn holders(
    view: &TreeView<'_>,
    areas: &BTreeSet<&AreaName>,
    actor: &Actor,
    task: &TaskId,
) -> Result<Vec<Agent>, CliError> {
    let mut told: BTreeSet<Agent> = BTreeSet::new();
    if areas.is_empty() {
        return Ok(Vec::new());
    }
    for lane in view.lanes()? {
        if lane.task == *task || lane.by == actor.by || told.len() == TOLD_MAX {
            continue;
        }
        let of_it = view.task(&lane.task)?.map(Found::into_task);
        if of_it
            .and_then(|task| task.area)
            .is_some_and(|area| areas.contains(&area))
        {
            told.insert(lane.by);
        }
    }
    Ok(told.into_iter().collect())
}

fn words(told: &[Agent], record: &Checkpoint, changed: &[Touched<'_>]) -> String {
    let mentions: Vec<String> = told.iter().map(|agent| format!("@{agent}")).collect();
    let contracts = changed.iter().take(CONTRACTS_SHOWN).map(|(name, _, files)| {
        let shown: Vec<String> = files
            .iter()
            .take(FILES_SHOWN)
            .map(|file| text::excerpt(&text::escape_path(file), FILE_CHARS))
            .collect();
        let more = match files.len() - shown.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!("{} ({}{more})", text::excerpt(name, 64), shown.join(", "))
    });
    format!(
        "{} {} changes what you build on: {}",
        mentions.join(" "),
        record.checkpoint,
        contracts.collect::<Vec<_>>().join("; ")
    )
}
