//! `pre-push`: judges what is about to leave this clone, ref by ref. Its standard input is git's list of updates.

use std::process::ExitCode;

use lane_git::Oid;
use lane_rules::Staging;

use super::Call;
use super::mirrored;
use super::overwriting::There;
use super::pushed_gate;
use super::pushing;
use crate::error::CliError;
use crate::show::paint;

/// One line of the list: `<local ref> <local id> <remote ref> <remote id>`.
pub(super) struct Update {
    /// The commit that is pushed; none for a deletion.
    pub(super) local: Option<Oid>,
    /// The ref that it goes to.
    pub(super) to: String,
    /// What that ref holds there; none when it is new.
    pub(super) remote: Option<Oid>,
}

pub(super) fn run(call: &mut Call<'_>) -> Result<ExitCode, CliError> {
    let mut updates = parse(&call.stdin)?;
    let word = |n: usize| call.args.get(n).map(|word| word.to_string_lossy().into_owned());
    let (remote, url) = (word(0).unwrap_or_default(), word(1).unwrap_or_default());
    match mirrored::deletions(call.session.repo, (&remote, &url), &updates)? {
        Ok(deleted) => updates.extend(deleted),
        Err(found) => return Ok(call.refuse(&[found], &Staging::default())),
    }
    let is_state = pushing::state_refs(&call.session)?;
    let (state, rest): (Vec<&Update>, Vec<&Update>) =
        updates.iter().partition(|update| is_state.contains(&update.to));
    let mut findings = Vec::new();
    for update in &state {
        findings.extend(pushing::state_only_grows(call.session.repo, update)?);
    }
    // Code that travels with a state is judged by that state, once it is known to be one.
    let arriving = state.iter().find_map(|update| update.local);
    let session = match arriving.filter(|_| findings.is_empty()) {
        Some(tip) => call.session.as_of(tip),
        None => call.session,
    };
    let (mut gated, mut used) = (Vec::new(), Vec::new());
    let there = There::new();
    for update in &rest {
        let judged = pushing::judge(&session, &remote, (update, &updates, &there))?;
        findings.extend(judged.findings);
        if !call.as_json {
            judged.unseen.iter().for_each(|words| paint::note(words));
        }
        call.unseen.extend(judged.unseen);
        gated.extend(judged.gated);
        used.extend(judged.used);
    }
    if let Some(code) = call.refused(&findings, &Staging::default()) {
        return Ok(code);
    }
    // What may not be pushed anyway is not worth minutes of checks.
    let code = pushed_gate::climb(call, &session, &gated)?;
    if code == ExitCode::SUCCESS {
        // Nothing refuses any more: the last thing before the push goes.
        let unrecorded = used
            .iter()
            .find_map(|one| one.record(&call.session, call.as_json));
        if let Some(found) = unrecorded {
            return Ok(call.refuse(&[found], &Staging::default()));
        }
        call.advise(&findings, &Staging::default());
    }
    Ok(code)
}

fn parse(stdin: &[u8]) -> Result<Vec<Update>, CliError> {
    let text = String::from_utf8_lossy(stdin);
    let unread = |line: &str| {
        CliError::Usage(format!(
            "git's list of updates has a line that cannot be read: {line:?}"
        ))
    };
    text.lines()
        .map(|line| update(line).ok_or_else(|| unread(line)))
        .collect()
}

fn update(line: &str) -> Option<Update> {
    // The local name may be an expression with spaces; the three words behind it may not.
    let mut words = line.rsplitn(4, ' ');
    let (remote, to, local) = (words.next()?, words.next()?, words.next()?);
    let oid = |hex: &str| hex.parse::<Oid>().ok().map(|oid| (!oid.is_zero()).then_some(oid));
    Some(Update {
        local: oid(local)?,
        to: to.to_owned(),
        remote: oid(remote)?,
    })
}
