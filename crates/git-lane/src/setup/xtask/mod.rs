//! `cargo xtask gate` for a Rust repository: a package, its place in the workspace, and cargo's alias for it.

mod alias;
pub(super) mod ignored;
mod lock;
mod members;
mod text;

use super::adoption::Step;
use super::languages::Languages;
use super::work_file::WorkFiles;
use super::work_file::unusable;
use super::work_file::with_ends_of;
use crate::error::CliError;
use crate::session::Session;
use alias::Alias;
use members::Fault;
use members::Members;

const MANIFEST: &str = "xtask/Cargo.toml";
const MAIN: &str = "xtask/src/main.rs";
const ROOT: &str = "Cargo.toml";
const LOCK: &str = "Cargo.lock";

/// What is to be written, and a word to the user about what is there already.
pub(super) struct Planned {
    pub(super) steps: Vec<Step>,
    pub(super) note: Option<String>,
}

/// Plans everything before anything is written.
pub(super) fn plan(files: &WorkFiles<'_>, languages: &Languages) -> Result<Planned, CliError> {
    let Some(root) = files.read(ROOT)? else {
        return Err(CliError::setup(
            "there is no Cargo.toml at the root of this repository, and `git lane gate` needs no xtask",
            "git lane init --gates",
        ));
    };
    let configuration = configuration(files)?;
    let config = files.read(configuration)?.unwrap_or_default();
    let alias = alias::with_alias(&config).map_err(|why| unusable(configuration, &why))?;
    if let Alias::Other(words) = &alias {
        let words = lane_core::text::excerpt(words, 80);
        return Ok(left(format!("the alias xtask of {configuration}: cargo {words}")));
    }
    if let Some(path) = existing(files, languages)? {
        return Ok(left(format!("the package xtask of {path}")));
    }
    let mut steps = vec![
        package(files, MANIFEST, &text::manifest(&root))?,
        package(files, MAIN, text::MAIN)?,
    ];
    steps.extend(member(&root, languages)?);
    steps.push(match alias {
        Alias::Added(text) => Step::write(
            configuration,
            with_ends_of(&config, &text),
            format!("the alias xtask in {configuration}"),
        ),
        Alias::There | Alias::Other(_) => Step::kept(format!("the alias xtask of {configuration}")),
    });
    let lock = files.read(LOCK)?.unwrap_or_default();
    if let Some(text) = lock::with_package(&lock, text::VERSION) {
        let text = with_ends_of(&lock, &text);
        steps.push(Step::write(LOCK, text, format!("the package xtask in {LOCK}")));
    }
    Ok(Planned { steps, note: None })
}

/// Whether the package that `init --xtask` writes is in this work tree.
pub(crate) fn has_xtask(session: &Session<'_>) -> bool {
    let main = session
        .repo
        .work_dir()
        .map(|root| std::fs::read_to_string(root.join(MAIN)));
    main.and_then(Result::ok).as_deref() == Some(text::MAIN)
}

/// What stands already is not touched; its owner is told what to add.
fn left(what: String) -> Planned {
    let note = format!(
        "`cargo xtask gate` and `cargo xtask preflight` need these lines at the start of its main:\n{}",
        text::LINES
    );
    Planned {
        steps: vec![Step::kept(what)],
        note: Some(note),
    }
}

/// The file that cargo reads: the older name wins where both are there.
fn configuration(files: &WorkFiles<'_>) -> Result<&'static str, CliError> {
    const OLD: &str = ".cargo/config";
    Ok(if files.is_there(OLD)? {
        OLD
    } else {
        ".cargo/config.toml"
    })
}

/// A package `xtask` that is not the one of here: the path of its manifest.
fn existing(files: &WorkFiles<'_>, languages: &Languages) -> Result<Option<String>, CliError> {
    for folder in &languages.manifests {
        let path = format!("{folder}/Cargo.toml");
        let is_place = path == MANIFEST;
        // One that cannot be read, of a fixture perhaps, is no package; the one in our place must be.
        let manifest = match files.read(&path) {
            Err(error) if is_place => return Err(error),
            manifest => manifest.ok().flatten().unwrap_or_default(),
        };
        let ours = is_place && files.read(MAIN)?.as_deref() == Some(text::MAIN);
        if (is_place || text::is_xtask(&manifest)) && !ours {
            return Ok(Some(path));
        }
    }
    if files.is_there(MAIN)? && !files.is_there(MANIFEST)? && files.read(MAIN)?.as_deref() != Some(text::MAIN)
    {
        return Err(CliError::setup(
            format!("{MAIN} is there without {MANIFEST}"),
            "mv xtask xtask.old && git lane init --xtask",
        ));
    }
    Ok(None)
}

fn package(files: &WorkFiles<'_>, path: &'static str, text: &str) -> Result<Step, CliError> {
    Ok(match files.is_there(path)? {
        true => Step::kept(format!("{path} is there")),
        false => Step::write(path, text.to_owned(), path.to_owned()),
    })
}

fn member(root: &str, languages: &Languages) -> Result<Option<Step>, CliError> {
    let others: Vec<String> = languages
        .manifests
        .iter()
        .filter(|folder| *folder != "xtask")
        .cloned()
        .collect();
    match members::with_member(root, &others) {
        Ok(Members::There) => Ok(Some(Step::kept(format!(
            "xtask is a member of the workspace of {ROOT}"
        )))),
        Ok(Members::Added(text)) => Ok(Some(Step::write(
            ROOT,
            with_ends_of(root, &text),
            format!("xtask as a member of the workspace of {ROOT}"),
        ))),
        Ok(Members::Begun(text)) => {
            let what = format!("[workspace] in {ROOT}, of this package and xtask; all else stays outside");
            Ok(Some(Step::write(ROOT, with_ends_of(root, &text), what)))
        }
        Err(Fault::Unreadable(why)) => Err(unusable(ROOT, &why)),
        Err(Fault::Elsewhere(root)) => Err(CliError::setup(
            format!(
                "{ROOT} belongs to the workspace of {:?}, outside this repository's root; `git lane gate` needs no xtask",
                lane_core::text::excerpt(&root, 80)
            ),
            "git lane init --gates",
        )),
    }
}
