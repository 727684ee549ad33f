//! A planned check made ready: its time, its turn, and what determines its result.

use std::collections::BTreeMap;
use std::time::Duration;

use lane_core::glob::Scope;

use super::Request;
use super::outside;
use super::places::NEXTEST;
use super::variables;
use crate::BUILTIN_VERSION;
use crate::Builtin;
use crate::Check;
use crate::Folder;
use crate::Inputs;
use crate::Place;
use crate::PlanStep;
use crate::Planned;
use crate::PlannedCheck;
use crate::PlannedWork;
use crate::Step;
use crate::Todo;
use crate::Work;
use crate::cargo;
use crate::gates::BASE;

/// What decides how Rust files are formatted.
const FORMATTING: [&str; 5] = [
    "**/.rustfmt.toml",
    "**/rustfmt.toml",
    "**/Cargo.toml",
    "**/rust-toolchain",
    "**/rust-toolchain.toml",
];

/// The step of the climb that a step of the plan is.
pub(super) fn step(step: &PlanStep, request: &Request<'_>, places: &BTreeMap<Folder, Place>) -> Step {
    let (name, rung) = (step.name.to_string(), step.rung);
    match &step.todo {
        Todo::Skip(why) => {
            let why = why.to_string();
            Step::Skip { name, rung, why }
        }
        Todo::Broken(why) => {
            let why = why.clone();
            Step::Broken { name, rung, why }
        }
        Todo::Run(planned) => match request.gates.check(&name) {
            Some(check) => Step::Check(Box::new(ready(name, check, planned, request, places))),
            None => {
                let why = "it is not declared".to_owned();
                Step::Broken { name, rung, why }
            }
        },
    }
}

fn ready(
    name: String,
    check: &Check,
    planned: &PlannedCheck,
    request: &Request<'_>,
    places: &BTreeMap<Folder, Place>,
) -> Planned {
    let texts = texts(&planned.work, request);
    let nextest = places.get(&check.dir).is_some_and(|place| place.tools.nextest);
    Planned {
        name,
        rung: check.rung,
        // A key is made of the files in the work tree, and these texts are others.
        inputs: texts.is_none().then(|| inputs(check, nextest, request)),
        texts,
        turn: turn(&planned.work),
        work: planned.work.clone(),
        dir: check.dir.clone(),
        limit: Duration::from_secs(u64::try_from(check.timeout.secs()).unwrap_or(0)),
    }
}

fn texts(work: &PlannedWork, request: &Request<'_>) -> Option<Vec<Vec<u8>>> {
    let (PlannedWork::Format(files), Some(staged)) = (work, request.staged) else {
        return None;
    };
    let text = |path: &Vec<u8>| staged.get(path).cloned().unwrap_or_default();
    Some(files.iter().map(|file| text(&file.path)).collect())
}

/// Whatever calls cargo waits for the lock of one target folder.
fn turn(work: &PlannedWork) -> Option<String> {
    let PlannedWork::Commands(commands) = work else {
        return None;
    };
    let mut programs = commands.iter().filter_map(|command| command.words.first());
    programs
        .any(|program| {
            ["cargo", "cargo-clippy", "cargo-nextest"]
                .iter()
                .any(|name| program == name)
        })
        .then(|| "cargo".to_owned())
}

fn inputs(check: &Check, nextest: bool, request: &Request<'_>) -> Inputs {
    let builtin = match &check.work {
        Work::Builtin(name) => Builtin::named(name),
        Work::Run(_) => None,
    };
    let mut toolchain = check.toolchain.clone();
    let mut env: Vec<String> = check.env.iter().cloned().collect();
    if let Some(builtin) = builtin {
        toolchain.extend(tools(builtin, nextest));
        env.extend(variables::names());
        env.sort();
        env.dedup();
    }
    Inputs {
        reads: reads(check, builtin, request),
        commit: request.commit.filter(|_| names_base(check)),
        toolchain,
        env,
        outside: {
            let mut files = outside::ignored(request.root, check, request.files);
            files.extend(builtin.iter().flat_map(|_| outside::files(request.root)));
            files
        },
        builtin: builtin.map_or(0, |_| BUILTIN_VERSION),
    }
}

/// Whether it is given a commit: then it may look at the history, which is in no file.
fn names_base(check: &Check) -> bool {
    match &check.work {
        Work::Builtin(_) => false,
        Work::Run(words) => words.iter().any(|word| word.contains(BASE)),
    }
}

/// What a check of packages or formats reads, besides what it declares: what binds every package, what the packages
/// say that they read, and how files are formatted. Who narrows `reads` to sources does not mean that these are none.
fn reads(check: &Check, builtin: Option<Builtin>, request: &Request<'_>) -> Scope {
    let everything = Scope::everything();
    if !check.needs_packages() || check.reads == everything {
        return check.reads.clone();
    }
    let besides = match builtin {
        Some(Builtin::Rustfmt) => Scope::parse(&FORMATTING),
        _ => Scope::parse(&cargo::BINDING),
    };
    let Ok(besides) = besides else {
        return everything;
    };
    let packages = request.gates.reads().values();
    let packages = packages.flat_map(Scope::globs);
    let all = check.reads.globs().iter().chain(besides.globs()).chain(packages);
    Scope::new(all.cloned().collect())
}

/// The commands that tell what a built-in check runs with.
fn tools(builtin: Builtin, nextest: bool) -> Vec<Vec<String>> {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let mut tools: Vec<Vec<String>> = Vec::new();
    if builtin == Builtin::Rustfmt {
        tools.push(words(&["rustfmt", "-V"]));
        return tools;
    }
    tools.push(words(&["rustc", "-vV"]));
    tools.push(words(&["cargo", "-V"]));
    match builtin {
        Builtin::Clippy => tools.push(words(&["cargo-clippy", "-V"])),
        Builtin::Test | Builtin::Tests if nextest => tools.push(words(&NEXTEST)),
        _ => {}
    }
    tools
}
