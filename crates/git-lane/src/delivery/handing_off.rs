//! The rules at a handoff: before anything is run, and again with what ran.

use std::collections::BTreeMap;
use std::process::ExitCode;

use lane_core::id::CheckpointId;
use lane_core::moves;
use lane_core::moves::Situation;
use lane_core::moves::Verb;
use lane_core::policy::Adopted;
use lane_core::policy::Merge;
use lane_core::record::Cause;
use lane_core::record::Checkpoint;
use lane_core::record::GateRun;
use lane_core::record::Outcome;
use lane_core::record::Phase;
use lane_core::record::Removal;
use lane_core::record::Task;
use lane_core::refusal::command;
use lane_core::text;
use lane_core::view::View as _;
use lane_git::Oid;
use lane_git::Repo;
use lane_rules::Changed;
use lane_rules::Evidence;
use lane_rules::Finding;
use lane_rules::Moment;
use lane_rules::Remedy;
use lane_rules::Rewritten;
use lane_rules::judge_delivery;

use super::Gathered;
use super::Range;
use super::merge_settings;
use super::recorded::gate_said;
use super::recorded::looked_up;
use super::unnamed;
use crate::error::CliError;
use crate::evidence;
use crate::evidence::AtLane;
use crate::hooks;
use crate::integration;
use crate::session::Session;
use crate::show::findings;
use crate::show::paint;

/// A handoff that is being made.
pub(crate) struct HandingOff<'a> {
    session: &'a Session<'a>,
    repo: &'a Repo,
    task: &'a Task,
    tip: Oid,
    base: Oid,
    /// The integration branch: its name, and its tip where it has one here.
    main: (String, Option<Oid>),
    policy: Adopted,
    merge: Merge,
    gathered: Gathered,
    before: Option<Checkpoint>,
    at: &'a AtLane,
    /// The command that delivers, as it is given again.
    again: &'a str,
}

/// What its writer declares.
#[derive(Clone, Debug, Default)]
pub(crate) struct Declared {
    pub(crate) removes: BTreeMap<String, Removal>,
    pub(crate) cause: Option<Cause>,
}

impl<'a> HandingOff<'a> {
    /// Gathers what is delivered.
    ///
    /// # Errors
    /// When git or a record cannot be read.
    pub(crate) fn of(
        session: &'a Session<'a>,
        (task, at): (&'a Task, &'a AtLane),
        base: Oid,
        again: &'a str,
    ) -> Result<Self, CliError> {
        let store = session.store();
        let view = store.view()?;
        let integration = view.meta()?.integration;
        let (policy, merge) = (view.policy()?, merge_settings(session.repo, &integration));
        let main = match integration::named_start(session, &integration) {
            Ok((name, tip)) => (name, Some(tip)),
            Err(_) => (integration, None),
        };
        let range = Range {
            repo: session.repo,
            task: Some(task),
            policy: &policy,
            merge: &merge,
            base: Some(base),
            tip: at.tip,
            main: main.1,
            main_name: &main.0,
            moment: Moment::BeforeRuns,
        };
        let gathered = Gathered::of(&range)?;
        let last = CheckpointId::nth(task.checkpoints.max(1));
        let before = view.checkpoint(&task.id, &last).ok().flatten();
        Ok(Self {
            session,
            repo: session.repo,
            task,
            tip: at.tip,
            base,
            main,
            policy,
            merge,
            gathered,
            before: before.filter(|record| task.checkpoints > 0 && record.is_handoff()),
            at,
            again,
        })
    }

    /// The net difference.
    pub(crate) fn changes(&self) -> &[Changed] {
        &self.gathered.changes
    }

    /// Whether the lane takes away this path, or tests or checks in it. `path` as records have it.
    pub(crate) fn takes_away(&self, path: &str) -> bool {
        let is_gone = |change: &Changed| !change.is && text::escape_path(&change.path) == path;
        let removed = &self.gathered.removed;
        self.gathered.changes.iter().any(is_gone)
            || removed.iter().any(|one| text::escape_path(&one.path) == path)
    }

    /// What the handoff before this one declared and still is so, with what is declared now.
    pub(crate) fn removes(&self, mut now: BTreeMap<String, Removal>) -> BTreeMap<String, Removal> {
        let before = self.before.iter().flat_map(|record| record.removes.clone());
        for (path, removal) in before.filter(|(path, _)| self.takes_away(path)) {
            now.entry(path).or_insert(removal);
        }
        now
    }

    /// The cause that the handoff before this one said, where what is delivered still changes its file.
    pub(crate) fn cause(&self) -> Option<Cause> {
        let cause = self.before.as_ref()?.cause.clone()?;
        let changes = |change: &Changed| text::escape_path(&change.path) == cause.file;
        self.gathered.changes.iter().any(changes).then_some(cause)
    }

    /// The checks that the changed contracts name.
    ///
    /// # Errors
    /// When a glob of the policy cannot be read.
    pub(crate) fn contract_checks(&self) -> Result<Vec<String>, CliError> {
        let changes = self.gathered.changes.iter();
        let changed: Vec<&[u8]> = changes.map(|change| change.path.as_slice()).collect();
        Ok(lane_rules::contract_checks(&self.policy, &changed)?)
    }

    /// The exit code that refuses before anything is run.
    ///
    /// # Errors
    /// When a glob of the policy cannot be read.
    pub(crate) fn refused_before_runs(&self, declared: &Declared) -> Result<Option<ExitCode>, CliError> {
        let evidence = self.evidence(declared, &BTreeMap::new())?;
        let mut found = self.judge(Moment::BeforeRuns, &evidence)?;
        // The push asks this too, but only where it brings something.
        let store = self.session.store();
        let view = store.view()?;
        let made = hooks::judge_commits_of(self.repo, &view, self.task, (self.base, self.tip))?;
        let unnamed = unnamed::judge(self.repo, &view, self.task, (self.base, self.tip))?;
        let made = made.into_iter().filter(Finding::refuses).chain(unnamed);
        found.extend(made.map(|one| self.led(one)));
        Ok(self.stopped(&found))
    }

    /// The exit code that refuses with what ran. What advises is said, and does not stop.
    ///
    /// # Errors
    /// When a record or a glob of the policy cannot be read.
    pub(crate) fn refused(
        &self,
        declared: &Declared,
        gate: &BTreeMap<String, GateRun>,
        verb: Verb,
    ) -> Result<Option<ExitCode>, CliError> {
        let evidence = self.evidence(declared, gate)?;
        let found = self.judge(Moment::Handoff, &evidence)?;
        self.gathered.unseen.iter().for_each(|words| paint::note(words));
        let code = self.stopped(&found);
        if code.is_none() {
            let heeded = found.into_iter().map(|one| self.heeded(one, verb));
            findings::print_all(&heeded.collect::<Vec<_>>(), self.session.source.now());
        }
        Ok(code)
    }

    fn stopped(&self, found: &[Finding]) -> Option<ExitCode> {
        let mut refusing = found.iter().filter(|one| one.refuses());
        let code = match (refusing.next(), refusing.next()) {
            (None, _) => return None,
            (Some(only), None) => only.refusal.ground.class.exit_code(),
            _ => 1,
        };
        findings::print_all(found, self.session.source.now());
        Some(ExitCode::from(code))
    }

    fn judge(&self, moment: Moment, evidence: &Evidence) -> Result<Vec<Finding>, CliError> {
        let range = Range {
            repo: self.repo,
            task: Some(self.task),
            policy: &self.policy,
            merge: &self.merge,
            base: Some(self.base),
            tip: self.tip,
            main: self.main.1,
            main_name: &self.main.0,
            moment,
        };
        let found = judge_delivery(&self.gathered.delivered(&range, evidence), &self.policy)?;
        Ok(found.into_iter().map(|one| self.led(one)).collect())
    }

    /// The ways on from wherever the command was given: git's own are for the lane's worktree, and what delivers again
    /// is this command.
    fn led(&self, mut found: Finding) -> Finding {
        let handoff = command(&["git", "lane", "handoff", self.task.id.as_str()]);
        for remedy in &mut found.remedies {
            if let Remedy::Run(line) = remedy {
                if let Some(said) = line.strip_prefix(&handoff) {
                    *line = again_with(self.again, said);
                }
                if !line.starts_with("git lane ") {
                    *line = self.at.command(line);
                }
            }
        }
        found
    }

    /// Advice stops nothing: who heeds it does so once the task has moved on, takes it back first, and delivers it as is
    /// done there.
    fn heeded(&self, mut found: Finding, verb: Verb) -> Finding {
        let delivers = |remedy: &Remedy| matches!(remedy, Remedy::Run(line) if line.starts_with(self.again));
        if found.remedies.iter().any(delivers)
            && let Some((back, deliver)) = self.back(verb)
        {
            found.remedies.retain(|remedy| !delivers(remedy));
            found.remedies.insert(0, Remedy::Run(back));
            found.remedies.extend(deliver.map(Remedy::Run));
        }
        found
    }

    /// The command that takes the task back from where `verb` leads, and the one that delivers it from there: its
    /// holder's, or of whoever else judges it next.
    fn back(&self, verb: Verb) -> Option<(String, Option<String>)> {
        let id = self.task.id.as_str();
        let lane = |words: &[&str]| command(&[&["git", "lane"], words].concat());
        let claim = self.task.claim.as_ref()?;
        if self.session.agent().is_ok_and(|agent| agent == claim.by) {
            let handoff = match verb {
                Verb::Handoff => self.again.to_owned(),
                _ => lane(&["handoff", id]),
            };
            return Some((lane(&["resume", id]), Some(handoff)));
        }
        let row = moves::find(Situation::of(self.task, &self.policy), verb)?;
        match row.leads_to(&self.policy.pipeline) {
            Phase::Testing => Some((lane(&["test", id]), Some(lane(&["test", id, "--pass"])))),
            Phase::Queued => Some((lane(&["return", id, "--finding", "TEXT"]), None)),
            _ => None,
        }
    }

    /// How the task's acceptance was edited since it was claimed.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub(crate) fn rewritten(&self) -> Result<Option<Rewritten>, CliError> {
        let store = self.session.store();
        match store.tip()? {
            Some(state) => evidence::rewritten(&store, state, self.task),
            None => Ok(None),
        }
    }

    /// What stands in the records now, and what the writer says.
    fn evidence(&self, declared: &Declared, gate: &BTreeMap<String, GateRun>) -> Result<Evidence, CliError> {
        let store = self.session.store();
        let results = store.view()?.results(&self.task.id)?;
        let on = |tree: Option<&str>, runs: BTreeMap<String, Outcome>| -> BTreeMap<String, Outcome> {
            let runs = runs.into_iter();
            runs.filter(|(_, run)| Some(run.tree.as_str()) == tree).collect()
        };
        let (acceptance, before) = match &results {
            Some(results) => (
                evidence::outcomes_as_said(&store, results)?,
                evidence::proofs_as_said(&store, results)?
                    .into_iter()
                    .map(|(key, (run, _))| (key, run))
                    .collect(),
            ),
            None => Default::default(),
        };
        let evidence = Evidence {
            cause: declared.cause.clone(),
            acceptance: on(Some(self.gathered.tree()), acceptance),
            before: on(self.gathered.base_tree(), before),
            gate: gate_said(gate),
            removes: declared.removes.clone(),
            handed_off: true,
            rewritten: self.rewritten()?,
            ..Evidence::default()
        };
        Ok(looked_up(evidence, results.as_ref()))
    }
}

/// The command line with more words behind it, which replace those that it has of the same options.
fn again_with(again: &str, more: &str) -> String {
    let name = |word: &str| word.split('=').next().unwrap_or_default().to_owned();
    let (Some(words), Some(new)) = (shlex::split(again), shlex::split(more)) else {
        return format!("{again}{more}");
    };
    let replaced: Vec<String> = new
        .iter()
        .filter(|word| word.starts_with("--"))
        .map(|word| name(word))
        .collect();
    let mut kept = Vec::new();
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        if word.starts_with("--") && replaced.contains(&name(&word)) {
            if !word.contains('=') {
                words.next();
            }
            continue;
        }
        kept.push(word);
    }
    let kept: Vec<&str> = kept.iter().map(String::as_str).collect();
    format!("{}{more}", command(&kept))
}

#[cfg(test)]
mod tests {
    use super::again_with;

    #[test]
    fn what_is_said_anew_replaces_what_was_said_of_it() {
        let again =
            "git lane handoff T-1 --risk 'a b' '--cause=-x' --layer y --removes a.rs --why 'it is old'";
        for (more, line) in [
            ("", again.to_owned()),
            (
                " --removes a.rs --why 'it is old' --removes b.rs --why TEXT",
                "git lane handoff T-1 --risk 'a b' '--cause=-x' --layer y --removes a.rs --why 'it is old' --removes b.rs --why TEXT".to_owned(),
            ),
            (
                " --cause TEXT --layer TEXT --file PATH",
                "git lane handoff T-1 --risk 'a b' --removes a.rs --why 'it is old' --cause TEXT --layer TEXT --file PATH".to_owned(),
            ),
        ] {
            assert_eq!(again_with(again, more), line);
        }
    }
}
