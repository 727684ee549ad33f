//! The command: what is said, what is fetched, what is found, and then the ladder on what is checked out.

use std::fs::File;
use std::io::Read as _;
use std::process::ExitCode;

use lane_core::ground;
use lane_core::policy::Adopted;
use lane_core::refusal::Refusal;
use lane_gate::Base;
use lane_gate::Interrupt;
use lane_gate::Level;
use lane_gate::Remember;
use lane_git::Oid;
use lane_git::Repo;
use lane_rules::Finding;

use super::authority;
use super::authority::Authority;
use super::checkout;
use super::checkout::Checkout;
use super::fetching;
use super::fetching::Fetched;
use super::judging;
use super::judging::Case;
use super::judging::Judged;
use super::plain::Flags;
use super::said;
use super::said::Said;
use crate::commands::gate::GateArgs;
use crate::commands::gate::again;
use crate::error::CliError;
use crate::gate;
use crate::gate::Asked;
use crate::gate::Declared;
use crate::gate::Ended;
use crate::gate::How;
use crate::gate::Prepared;
use crate::gate::What;
use crate::session;
use crate::session::Session;
use crate::show::climb as show;
use crate::show::climb::Form;
use crate::show::climb::Named;
use crate::show::findings;
use crate::show::paint;

/// The largest description of an event, in bytes.
const EVENT_BYTES: u64 = 16 << 20;

/// Judges and climbs. Exit codes: 1 findings, 5 a check, 6 what is needed is missing.
pub(crate) fn run(session: &Session<'_>, args: &GateArgs) -> Result<ExitCode, CliError> {
    if session.repo.work_dir().is_none() {
        let what = "a bare repository has no files to check";
        return Err(CliError::setup(what, "git worktree list"));
    }
    let said = what_is_said(args)?;
    let fetched = fetching::history(session, &said)?;
    // The fetch changed what there is: a repository that is open does not see where its history ends now.
    let repo = session::open()?;
    let checkout = checkout::of(&repo, fetched.head)?;
    let session = Session::new(&repo, session.source, None);
    let authority = authority::of(&session, &said, &fetched)?;
    // What it fetched is seen by who opens the repository behind it.
    let repo = session::open()?;
    let session = Session::new(&repo, session.source, None);
    if authority.elsewhere {
        paint::note(&format!(
            "policy and checks are those of {}, for that is where lanes land",
            authority.name
        ));
    }
    let declared = gate::at_commit(&session, authority.at, &authority.name)?;
    let mut judged = judge(&session, &said, &fetched, &authority)?;
    if runs_contracts(args, &declared, &judged) {
        let before = |found: &Finding| *found.refusal.ground != ground::CONTRACT_UNCHECKED;
        judged.findings.retain(before);
    }
    let gate = Gate {
        session: &session,
        args,
        form: form(args),
        fetched: &fetched,
        authority: &authority,
        checkout,
        level: match args.level {
            Some(level) => level,
            None if judged.landed || said.wave => Level::Wave,
            None => Level::Lane,
        },
        judged: &judged,
        declared,
    };
    gate.tell();
    if judged.findings.iter().any(Finding::refuses) && !args.keep_going {
        return gate.ended(None);
    }
    gate.climb()
}

/// Whether the climb runs every check that a changed contract names: then what was recorded of them does not matter.
fn runs_contracts(args: &GateArgs, declared: &Declared, judged: &Judged) -> bool {
    let is_declared = |name: &String| declared.gates.check(name).is_some();
    args.names.is_empty() && args.rung.is_none() && judged.contracts.iter().all(is_declared)
}

/// How the result is told: on GitHub as its commands, where nothing else is asked for.
fn form(args: &GateArgs) -> Form {
    Form::of(
        args.json,
        args.format.or(paint::on_github().then_some(Named::Github)),
    )
}

fn what_is_said(args: &GateArgs) -> Result<Said, CliError> {
    let flags = Flags {
        base: args.base.clone(),
        head: args.head.clone(),
        branch: args.branch.clone(),
        fork: args.fork,
    };
    let var = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    said::said(&flags, &var, &event).map_err(|fault| {
        let no = Refusal::new(&ground::CI_UNCLEAR, fault.to_string());
        no.hint("git lane gate --ci --base BRANCH").into()
    })
}

/// The description of the event. A pipe would be waited for, and a device need not end.
fn event(path: &str) -> Result<Vec<u8>, String> {
    let unread = |_| "cannot be read".to_owned();
    if !std::fs::metadata(path).map_err(unread)?.is_file() {
        return Err("is no file".to_owned());
    }
    let mut text = Vec::new();
    let file = File::open(path).map_err(unread)?;
    file.take(EVENT_BYTES + 1)
        .read_to_end(&mut text)
        .map_err(unread)?;
    match text.len() as u64 > EVENT_BYTES {
        true => Err("is too large".to_owned()),
        false => Ok(text),
    }
}

/// Judges the work by policy and state. Of a branch that is new there is nothing to judge yet.
fn judge(
    session: &Session<'_>,
    said: &Said,
    fetched: &Fetched,
    authority: &Authority,
) -> Result<Judged, CliError> {
    let policy = &authority.policy;
    let Some(base) = fetched.base else {
        paint::warning(
            "the branch is new, so there is nothing to compare with: all checks are run, and no commit is judged",
        );
        return Ok(Judged {
            landed: true,
            ..Judged::default()
        });
    };
    let state = fetching::state(session.repo, &fetched.remote, policy)?;
    // Objects that a fetch brought are seen by who opens the repository behind it.
    let repo = session::open()?;
    let session = Session::new(&repo, session.source, None).with_fetched(state);
    let name = match said.target {
        Some(_) => format!("{}/{}", fetched.remote.name(), fetched.name),
        None => fetched.name.clone(),
    };
    let case = Case {
        session: &session,
        said,
        authority,
        state,
        base,
        name: &name,
        head: fetched.head,
        remote: &fetched.remote,
    };
    let mut judged = judging::judge(&case)?;
    let changed: Vec<&[u8]> = judged
        .changes
        .iter()
        .map(|change| change.path.as_slice())
        .collect();
    judged.contracts =
        lane_rules::contract_checks(&Adopted::of(policy, &authority.at.to_string()), &changed)?;
    Ok(judged)
}

/// The gate behind the findings.
struct Gate<'a> {
    session: &'a Session<'a>,
    args: &'a GateArgs,
    form: Form,
    fetched: &'a Fetched,
    authority: &'a Authority,
    checkout: Checkout,
    level: Level,
    judged: &'a Judged,
    declared: Declared,
}

impl Gate<'_> {
    /// Says what was found: for the host on stdout, for people on stderr.
    fn tell(&self) {
        let unseen = self.judged.unseen.iter();
        unseen.for_each(|what| paint::warning(what));
        let findings = &self.judged.findings;
        if self.form == Form::Github {
            show::github_findings(findings)
                .iter()
                .for_each(|line| paint::out(line));
        }
        findings::print_all(findings, self.session.source.now());
    }

    fn ended(&self, climb: Option<(&show::About<'_>, &lane_gate::Report)>) -> Result<ExitCode, CliError> {
        let ended = Ended {
            findings: Some(&self.judged.findings),
            unseen: &self.judged.unseen,
            climb,
            again: &again(&GateArgs {
                level: Some(self.level),
                ..self.args.clone()
            }),
            form: self.form,
            now: self.session.source.now(),
        };
        ended.finish()
    }

    fn climb(&self) -> Result<ExitCode, CliError> {
        if self.declared.gates.checks().next().is_none() {
            paint::note(&format!(
                "{} declares no check, so none is run",
                self.authority.name
            ));
            return self.ended(None);
        }
        let gates = gate::only(self.declared.gates.clone(), &self.args.names)?;
        let gates = gates.called_for(&self.judged.contracts);
        let interrupt = Interrupt::install().unwrap_or_else(|_| Interrupt::none());
        let base = self.base()?;
        let mut prepared = self.prepared(&gates, What::WorkTree(&base), &interrupt)?;
        if prepared.change.is_nothing() {
            let why = format!("nothing differs from {}", self.fetched.name);
            prepared = self.prepared(&gates, What::Whole(&base, &why), &interrupt)?;
        }
        show::unknown_packages(&prepared.ladder.unknown);
        let against = match &base {
            Base::Commit(base) => format!("{}, where this left {}", base.short(), self.fetched.name),
            Base::Nothing | Base::Everything(_) => String::new(),
        };
        let about = prepared.about(self.declared.place.as_deref(), &against);
        let how = How {
            // A receipt is as good as whoever could write to this clone: an earlier check among them, which is the work's code.
            remember: Remember::Nothing,
            keep_going: self.args.keep_going,
            // The same work's code could change for a check what it judges.
            pristine: true,
            source: self.session.source,
            interrupt: &interrupt,
        };
        let mut teller = show::Teller::new(&about, self.session.source, self.form.to());
        teller.begin();
        let report = prepared.climb(&how, &mut |event| teller.tell(&event))?;
        teller.end(&report);
        self.ended(Some((&about, &report)))
    }

    fn prepared(
        &self,
        gates: &lane_gate::Gates,
        what: What<'_>,
        interrupt: &Interrupt,
    ) -> Result<Prepared, CliError> {
        let asked = Asked {
            repo: self.session.repo,
            gates,
            what,
            rungs: &self.args.rung.map_or(1..=3, |rung| rung..=rung),
            level: self.level,
            area: None,
        };
        Prepared::of(&asked, interrupt)
    }

    /// What the checkout is compared with: what the host merged the work into, else where the work left the base.
    fn base(&self) -> Result<Base, CliError> {
        let Some(base) = self.fetched.base else {
            return Ok(Base::Everything("the branch is new".to_owned()));
        };
        match self.checkout.onto {
            Some(onto) if is_there(self.session.repo, onto)? => Ok(Base::Commit(onto)),
            _ => gate::base_there(self.session, self.fetched.head, base, &self.fetched.name),
        }
    }
}

fn is_there(repo: &Repo, commit: Oid) -> Result<bool, CliError> {
    Ok(repo.has_object(commit)? && repo.peel_to_commit(commit)?.is_some())
}
