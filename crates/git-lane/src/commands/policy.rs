//! `git lane policy`: the rules in force, and the check of a policy file.

use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;

use lane_core::codec;
use lane_core::policy::Origin;
use lane_core::policy::POLICY_PATH;
use lane_core::policy::Policy;
use lane_core::policy::Row;
use lane_core::policy::parse;
use lane_core::policy::rows;
use lane_core::text;
use lane_core::view::View as _;
use lane_gate::Doubts;
use lane_gate::GATES_PATH;
use lane_gate::Gates;
use lane_store::find_policy;
use serde_json::json;

use super::Outcome;
use crate::cli::Json;
use crate::error::CliError;
use crate::evidence::gates_fault;
use crate::policy_doubts;
use crate::session::Session;
use crate::show::json;
use crate::show::paint;
use crate::show::table;

/// The rules of this repository
#[derive(Debug, clap::Subcommand)]
pub(crate) enum PolicyCommand {
    /// All values in force, and where each comes from
    Show(Json),
    /// Check a policy file, or a file of gates
    Validate {
        /// The file, from here or from the root (default: `.agents/policy.toml` of this worktree). One with the name
        /// `gates.toml` is judged as gates
        file: Option<PathBuf>,
    },
}

pub(super) fn run(session: &Session<'_>, args: &PolicyCommand) -> Outcome {
    match args {
        PolicyCommand::Show(format) => show(session, format.json),
        PolicyCommand::Validate { file } => validate(session, file.as_ref()),
    }
}

fn show(session: &Session<'_>, as_json: bool) -> Outcome {
    let branch = session.store().view()?.meta()?.integration;
    let file = find_policy(session.repo, &branch)?;
    let (place, policy, table) = match &file {
        Some(file) => (
            file.place(),
            file.parse()?,
            codec::decode(&file.bytes).unwrap_or_default(),
        ),
        None => (String::new(), Policy::default(), toml::Table::new()),
    };
    let rows = rows(&policy, &table);
    if as_json {
        let all: Vec<_> = rows
            .iter()
            .map(|row| json!({ "key": row.key, "value": row.value, "origin": origin(row, &place) }))
            .collect();
        json::out(&json!({ "file": file.map(|f| f.place()), "values": all }));
        return Ok(ExitCode::SUCCESS);
    }
    if file.is_none() {
        paint::warning(&format!("{branch} has no {POLICY_PATH}; these are the defaults"));
    }
    let lines: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            vec![
                row.key.clone(),
                text::escape(&row.value.to_string()),
                origin(row, &place),
            ]
        })
        .collect();
    table::lines(&lines).iter().for_each(|line| paint::out(line));
    Ok(ExitCode::SUCCESS)
}

fn origin(row: &Row, place: &str) -> String {
    match row.origin {
        Origin::File => place.to_owned(),
        Origin::Default => "default".to_owned(),
        Origin::Unknown => format!("{place}, not known to this version"),
    }
}

fn validate(session: &Session<'_>, file: Option<&PathBuf>) -> Outcome {
    let root = session.repo.work_dir().unwrap_or(session.repo.git_dir());
    let asked = file.map_or(Path::new(POLICY_PATH), PathBuf::as_path);
    let path = match file {
        Some(file) if file.exists() => file.clone(),
        _ => root.join(asked),
    };
    let bytes = std::fs::read(&path)
        .map_err(|e| CliError::Usage(format!("{} cannot be read: {e}", path.display())))?;
    if path.file_name() == Path::new(GATES_PATH).file_name() {
        return Ok(gates(&path, &bytes));
    }
    match parse(&bytes) {
        Ok(policy) => {
            let table = codec::decode(&bytes).unwrap_or_default();
            let unknown: Vec<Row> = rows(&policy, &table)
                .into_iter()
                .filter(|r| r.origin == Origin::Unknown)
                .collect();
            for row in &unknown {
                paint::warning(&format!(
                    "`{}` is not known to this version: a newer one's, or misspelt",
                    text::escape(&row.key)
                ));
            }
            let gates = gates_beside(&path);
            let odd = policy_doubts::of(&policy, gates.as_ref());
            odd.iter().for_each(|odd| paint::warning(odd));
            Ok(fine(&path))
        }
        Err(fault) => Ok(wrong(&path, &fault.to_string())),
    }
}

/// The gates in the policy's folder: none where they cannot be read, which is told when they are judged.
fn gates_beside(policy: &Path) -> Option<Gates> {
    let path = policy.with_file_name(Path::new(GATES_PATH).file_name()?);
    match std::fs::read(path) {
        Ok(bytes) => Gates::parse(&bytes).ok(),
        Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => Some(Gates::default()),
        Err(_) => None,
    }
}

fn gates(path: &Path, bytes: &[u8]) -> ExitCode {
    if let Err(fault) = gates_fault(bytes) {
        return wrong(path, &fault);
    }
    let doubts = Doubts::of(bytes);
    doubts.odd.iter().for_each(|odd| paint::warning(odd));
    match doubts.missing.first() {
        Some(missing) => wrong(path, missing),
        None => fine(path),
    }
}

fn fine(path: &Path) -> ExitCode {
    paint::out(&format!("ok: {}", path.display()));
    ExitCode::SUCCESS
}

fn wrong(path: &Path, fault: &str) -> ExitCode {
    paint::error(&format!("{}: {}", path.display(), text::excerpt(fault, 300)));
    ExitCode::from(1)
}
