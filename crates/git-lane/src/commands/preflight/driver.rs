//! Whether the merge driver works: the registered command is run on three small files, and its answer is known.

use std::fs;
use std::time::Duration;

use lane_gate::Job;
use lane_gate::run;

use super::Found;
use super::Scene;
use super::ill;
use super::probes::as_found;
use super::well;
use crate::commands::doctor;
use crate::error::CliError;
use crate::setup;

/// How long it may take.
const LIMIT: Duration = Duration::from_secs(10);

/// A record that both sides changed in lines that touch: a merge by text would conflict.
const BASE: &str = "id = \"T-1\"\nstatus = \"todo\"\npriority = \"low\"\n";
const OURS: &str = "id = \"T-1\"\nstatus = \"queued\"\npriority = \"low\"\n";
const THEIRS: &str = "id = \"T-1\"\nstatus = \"todo\"\npriority = \"high\"\n";
const MERGED: &str = "id = \"T-1\"\nstatus = \"queued\"\npriority = \"high\"\n";

pub(super) fn look(scene: &Scene<'_>) -> Result<Found, CliError> {
    let session = &scene.session;
    // Somebody else's command is not run.
    if let Some(ill) = doctor::merging::driver(session)? {
        return Ok(as_found(Some(ill)));
    }
    let command = setup::registered_driver(session)?.unwrap_or_default();
    let failed = |e| CliError::io("the files of the probe could not be written", e);
    let folder = tempfile::tempdir().map_err(failed)?;
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).map(|()| path.to_string_lossy().into_owned())
    };
    let base = file("base", BASE).map_err(failed)?;
    let ours = file("ours", OURS).map_err(failed)?;
    let theirs = file("theirs", THEIRS).map_err(failed)?;
    let values = [
        ('O', base.as_str()),
        ('A', &ours),
        ('B', &theirs),
        ('L', "7"),
        ('P', ".agents/queue/00/T-1.toml"),
        ('S', "base"),
        ('X', "ours"),
        ('Y', "theirs"),
    ];
    let words = ["sh", "-c", &setup::filled_driver(&command, &values)].map(str::to_owned);
    let job = Job {
        words: &words,
        dir: scene.dir(),
        limit: LIMIT,
    };
    let ended = match run(&job, &scene.interrupt) {
        Ok(ran) if ran.ending.success() => None,
        Ok(ran) => Some(ran.ending.to_string()),
        Err(fault) => Some(fault.to_string()),
    };
    let merged = fs::read_to_string(&ours).unwrap_or_default();
    match ended {
        None if merged == MERGED => well(),
        None => ill(
            "the merge driver did not merge two changes of one record",
            "git lane init",
        ),
        Some(how) => ill(
            format!("the merge driver does not merge two changes of one record: {how}"),
            "git lane init",
        ),
    }
}
