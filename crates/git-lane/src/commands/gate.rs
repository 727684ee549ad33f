//! `git lane gate`: climbs the ladder of checks that the integration branch declares.

use std::path::PathBuf;
use std::process::ExitCode;

use lane_core::id::AreaName;
use lane_core::id::CheckName;
use lane_core::refusal::command;
use lane_core::text;
use lane_core::time::Timestamp;
use lane_gate::Base;
use lane_gate::Change;
use lane_gate::Extent;
use lane_gate::Interrupt;
use lane_gate::Level;
use lane_gate::Remember;
use lane_gate::Report;

use super::Outcome;
use crate::ci;
use crate::error::CliError;
use crate::gate;
use crate::gate::Asked;
use crate::gate::Declared;
use crate::gate::Ended;
use crate::gate::How;
use crate::gate::Prepared;
use crate::gate::What;
use crate::session::Session;
use crate::show::climb as show;
use crate::show::climb::About;
use crate::show::climb::Form;
use crate::show::json;
use crate::show::paint;

/// Run the checks that this work must pass, rung by rung, and nothing twice for the same files.
///
/// The checks are declared in `.agents/gates.toml` on the integration branch. What changed since the work left that
/// branch decides which of them run, on which files and packages; where that is not known, everything is checked. The
/// lowest rung runs first, and the next when all of it passed. A check that passed on the same files, with the same
/// tools, is not run again, and shown so. Exit code 5 when a check fails.
///
/// With `--ci` nothing local is trusted: base and state are fetched, every commit and the net difference are judged as a
/// push would be, policy and checks are the integration branch's, and then the ladder is climbed. Exit code 1 for findings, 6 where what
/// is needed cannot be had.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct GateArgs {
    /// Only these checks (default: all)
    #[arg(value_name = "NAME")]
    pub(crate) names: Vec<CheckName>,
    /// Only this rung
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=3))]
    pub(crate) rung: Option<u8>,
    /// Compare with where the work left this commit (default: the integration branch); with --ci a branch of the remote, or a
    /// whole commit id
    #[arg(long, value_name = "REV", conflicts_with_all = ["all", "staged"])]
    pub(crate) base: Option<String>,
    /// Check everything, whatever changed
    #[arg(long, conflicts_with = "staged")]
    pub(crate) all: bool,
    /// Judge what is staged against HEAD; the format of files as they are staged, commands on the work tree
    #[arg(long)]
    pub(crate) staged: bool,
    /// What is brought together: lane (the default), wave (in CI of what lands) or final
    #[arg(long, value_name = "LEVEL")]
    pub(crate) level: Option<Level>,
    /// Only the checks of this area, and those of none
    #[arg(long, value_name = "AREA")]
    pub(crate) area: Option<AreaName>,
    /// Say why each check and package is chosen or skipped, and run nothing
    #[arg(long)]
    pub(crate) explain: bool,
    /// Climb on behind a failure
    #[arg(long)]
    pub(crate) keep_going: bool,
    /// Run what passed already, too: shows what is flaky
    #[arg(long)]
    pub(crate) again: bool,
    /// Take the checks from this file instead of the integration branch's
    #[arg(long, value_name = "FILE")]
    pub(crate) gates: Option<PathBuf>,
    /// Judge as on a machine that knows nothing: fetch base and state, judge every commit, then climb
    #[arg(long, conflicts_with_all = ["all", "staged", "explain", "gates", "area"])]
    pub(crate) ci: bool,
    /// The last commit of the work, a whole id (default: what the CI host says, else HEAD)
    #[arg(long, value_name = "ID", requires = "ci")]
    pub(crate) head: Option<String>,
    /// The branch that the work is on (default: what the CI host says)
    #[arg(long, value_name = "NAME", requires = "ci")]
    pub(crate) branch: Option<String>,
    /// The work comes from somebody else's copy: it is a person's, whatever it says of itself
    #[arg(long, requires = "ci")]
    pub(crate) fork: bool,
    /// Print one JSON object at the end
    #[arg(long)]
    pub(crate) json: bool,
    /// Print for a CI service
    #[arg(long, value_name = "FORMAT", conflicts_with_all = ["json", "explain"])]
    pub(crate) format: Option<show::Named>,
}

pub(super) fn run(session: &Session<'_>, args: &GateArgs) -> Outcome {
    if args.ci {
        return ci::run(session, args);
    }
    let declared = match &args.gates {
        Some(file) => gate::from_file(session, file)?,
        None => gate::declared(session)?,
    };
    if declared.gates.checks().next().is_none() {
        return Err(gate::nothing_declared(session, &declared)?);
    }
    if let Some(area) = &args.area {
        gate::area_is_known(session, &declared.gates, area)?;
    }
    let declared = Declared {
        gates: gate::only(declared.gates, &args.names)?,
        ..declared
    };
    let interrupt = Interrupt::install().unwrap_or_else(|_| Interrupt::none());
    let base = match args.all {
        true => Base::Everything("it was asked for".to_owned()),
        false => gate::base(session, args.base.as_deref())?,
    };
    if let (Some(_), Base::Everything(why)) = (&args.base, &base) {
        paint::warning(&format!("{why}: everything is checked"));
    }
    let prepared = prepare(session, args, &declared, &base, &interrupt)?;
    show::unknown_packages(&prepared.ladder.unknown);
    let against = against(session, args, &base, &prepared.change)?;
    let about = prepared.about(declared.place.as_deref(), &against);
    let how = How {
        remember: match args.again {
            true => Remember::Renew,
            false => Remember::Use,
        },
        keep_going: args.keep_going,
        pristine: false,
        source: session.source,
        interrupt: &interrupt,
    };
    if args.explain {
        let known = prepared.known(&how)?;
        explain(&about, &known, session.source.now(), args.json);
        return Ok(ExitCode::SUCCESS);
    }
    let form = Form::of(args.json, args.format);
    let mut teller = show::Teller::new(&about, session.source, form.to());
    teller.begin();
    if args.staged {
        show::unlike_staged(&prepared.unlike_staged(session.repo)?);
    }
    let report = prepared.climb(&how, &mut |event| teller.tell(&event))?;
    teller.end(&report);
    let ended = Ended {
        findings: None,
        unseen: &[],
        climb: Some((&about, &report)),
        again: &again(args),
        form,
        now: session.source.now(),
    };
    ended.finish()
}

fn prepare(
    session: &Session<'_>,
    args: &GateArgs,
    declared: &Declared,
    base: &Base,
    interrupt: &Interrupt,
) -> Result<Prepared, CliError> {
    let otherwise = match args.staged || args.base.is_some() {
        true => None,
        false => gate::everything_instead(session)?,
    };
    let asked = Asked {
        repo: session.repo,
        gates: &declared.gates,
        what: match &otherwise {
            _ if args.staged => What::Staged,
            Some(why) => What::WorkTreeOrAll(base, why),
            None => What::WorkTree(base),
        },
        rungs: &args.rung.map_or(1..=3, |rung| rung..=rung),
        level: args.level.unwrap_or(Level::Lane),
        area: args.area.as_ref(),
    };
    Prepared::of(&asked, interrupt)
}

fn explain(about: &About<'_>, known: &Report, now: Timestamp, as_json: bool) {
    match as_json {
        true => json::out(&show::plan_json(about, known, now)),
        false => show::plan(about, known, now)
            .iter()
            .for_each(|line| paint::out(line)),
    }
}

/// What is compared with, for people.
fn against(session: &Session<'_>, args: &GateArgs, base: &Base, change: &Change) -> Result<String, CliError> {
    if args.staged {
        return Ok("HEAD".to_owned());
    }
    if let Extent::Everything { .. } = change.extent {
        return Ok(String::new());
    }
    Ok(match (base, &args.base) {
        (Base::Commit(base), Some(named)) => {
            format!("{}, where this left {}", base.short(), text::excerpt(named, 80))
        }
        (Base::Commit(base), None) => {
            let main = gate::integration_name(session)?.unwrap_or_default();
            format!("{}, where this left {}", base.short(), text::excerpt(&main, 80))
        }
        (Base::Nothing, _) => "nothing: there is no commit yet".to_owned(),
        (Base::Everything(_), _) => String::new(),
    })
}

/// The shortest command that judges the same once more.
pub(crate) fn again(args: &GateArgs) -> String {
    let mut words = vec!["git".to_owned(), "lane".to_owned(), "gate".to_owned()];
    words.extend(args.names.iter().map(ToString::to_string));
    let mut say = |name: &str, value: Option<String>| match value {
        // With `=` a value is never taken for an option.
        Some(value) if value.starts_with('-') => words.push(format!("--{name}={value}")),
        Some(value) => words.extend([format!("--{name}"), value]),
        None => {}
    };
    say("rung", args.rung.map(|rung| rung.to_string()));
    say("base", args.base.clone());
    say(
        "level",
        args.level
            .filter(|level| *level != Level::Lane)
            .map(|level| level.to_string()),
    );
    say("area", args.area.as_ref().map(ToString::to_string));
    let file = args
        .gates
        .as_ref()
        .map(|file| file.to_str().unwrap_or("FILE").to_owned());
    say("gates", file);
    let flags = [
        (args.all, "--all"),
        (args.staged, "--staged"),
        (args.keep_going, "--keep-going"),
    ];
    words.extend(
        flags
            .iter()
            .filter(|(on, _)| *on)
            .map(|(_, flag)| (*flag).to_owned()),
    );
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    command(&words)
}
