//! `git lane verify`: proof that the ledger is whole.

use std::process::ExitCode;

use lane_core::ground;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::text;
use lane_git::Oid;
use lane_store::Proof;
use lane_store::STATE_REF;
use lane_store::StoreError;
use serde_json::json;

use super::Outcome;
use super::proving;
use super::proving::Progress;
use crate::error::CliError;
use crate::session::Session;
use crate::show::json;
use crate::show::paint;
use crate::show::refusal;

/// Prove that the ledger is whole: the chain over all events.
///
/// The first commit that is not what it must be is named. Nothing is needed but git objects: a bare clone, or the one
/// ref fetched into an empty repository, will do. Where this clone has made or seen a later state than the one that is
/// verified, it says so: the state was put back, or is behind.
#[derive(Debug, clap::Args)]
pub(crate) struct Verify {
    /// What is verified, as git names commits
    #[arg(value_name = "REV", default_value = STATE_REF, hide_default_value = true)]
    pub(crate) rev: String,
    /// Replay every decision too, and compare every tree
    #[arg(long)]
    pub(crate) full: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

pub(super) fn run(session: &Session<'_>, args: &Verify) -> Outcome {
    let tip = tip(session, &args.rev)?;
    let mut each = |_: &_| {};
    let mut progress = Progress::new(&mut each);
    let verify = if args.full {
        lane_store::replay
    } else {
        lane_store::verify_chain
    };
    let outcome = verify(session.repo, tip, &mut progress)?;
    progress.end();
    let proof = match outcome {
        Ok(proof) => proof,
        Err(fault) => return Ok(proving::failed(session.repo, &fault, args.json)),
    };
    let lacks = lacks(session, &proof, tip)?;
    if args.json {
        print_json(&proof, tip, args.full, &lacks);
    } else if lacks.is_empty() {
        let how = if args.full {
            "chain and every decision"
        } else {
            "chain"
        };
        paint::out(&format!(
            "ok: {} events, {how} verified, tip {}",
            proof.events,
            tip.short()
        ));
    }
    for lack in &lacks {
        refusal::print(&lack.refusal(session, tip)?, session.source.now());
    }
    Ok(ExitCode::from(u8::from(!lacks.is_empty())))
}

fn tip(session: &Session<'_>, rev: &str) -> Result<Oid, CliError> {
    if rev == STATE_REF {
        return Ok(session.store().tip()?.ok_or(StoreError::NotSetUp)?);
    }
    session.repo.resolve(rev).ok_or_else(|| {
        let rev = text::excerpt(rev, 80);
        CliError::Usage(format!("{rev:?} names no commit of this repository"))
    })
}

fn print_json(proof: &Proof, tip: Oid, replayed: bool, lacks: &[Lack]) {
    let lacks: Vec<_> = lacks
        .iter()
        .map(|lack| json!({ "commit": lack.commit.to_string(), "seen": lack.seen }))
        .collect();
    json::out(&json!({
        "ok": lacks.is_empty(),
        "events": proof.events,
        "chain": proof.chain,
        "repository": proof.repository,
        "tip": tip.to_string(),
        "tree": proof.tree.to_string(),
        "replayed": replayed,
        "lacks": lacks,
    }));
}

/// A state that this clone has made or seen, and that is not in what was verified.
struct Lack {
    commit: Oid,
    /// Where: `journal`, or the tracking ref.
    seen: String,
}

/// Nothing where a moment of the past is verified: the state itself goes on from there.
fn lacks(session: &Session<'_>, proof: &Proof, tip: Oid) -> Result<Vec<Lack>, CliError> {
    let store = session.store();
    if let Some(now) = store.tip()?
        && now != tip
        && session.repo.is_ancestor(tip, now)?
    {
        return Ok(Vec::new());
    }
    let mut seen: Vec<(Oid, String)> = Vec::new();
    if let Some(last) = lane_store::last_tip(&store.local_dir()) {
        seen.push((last, "journal".to_owned()));
    }
    for (name, commit) in session.repo.refs_under("refs/agents-remote")? {
        if name.ends_with("/state") {
            seen.push((commit, name));
        }
    }
    let lacks = seen
        .into_iter()
        .filter(|(commit, _)| !proof.commits.contains(commit));
    Ok(lacks.map(|(commit, seen)| Lack { commit, seen }).collect())
}

impl Lack {
    fn refusal(&self, session: &Session<'_>, tip: Oid) -> Result<Refusal, CliError> {
        let what = match self.seen.as_str() {
            "journal" => format!(
                "what is verified lacks {}, the last state that this clone made",
                self.commit
            ),
            seen => format!(
                "what is verified lacks {}, the last state seen on a remote ({})",
                self.commit,
                text::excerpt(seen, 120)
            ),
        };
        let mut no = Refusal::new(&ground::STATE_WENT_BACK, what);
        if self.seen != "journal" {
            no = no.hint(command(&["git", "lane", "sync"]));
        }
        let commit = self.commit.to_string();
        Ok(if session.repo.has_object(self.commit)? {
            let range = format!("{tip}..{commit}");
            no.hint(command(&["git", "log", "--oneline", &range]))
        } else {
            no
        })
    }
}
