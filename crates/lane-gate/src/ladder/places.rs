//! The packages of a folder, from cargo or from memory.

use lane_core::glob::Scope;
use lane_git::Repo;
use sha2::Digest as _;
use sha2::Sha256;

use super::Request;
use super::remembered::Remembered;
use crate::Files;
use crate::Folder;
use crate::Interrupt;
use crate::Place;
use crate::Toolchain;
use crate::Tools;
use crate::cargo;
use crate::cargo::MetadataError;
use crate::cargo::Workspace;
use crate::run::hex;

/// How many answers of cargo are remembered: one a work tree and folder, and some for going back and forth.
const KEEP: usize = 32;
/// The longest answer that is remembered, in bytes.
const LONGEST: u64 = 8 << 20;
/// The mode of a link, behind which members may lie.
const LINK: u32 = 0o120_000;
/// What tells that nextest is there; also a part of the keys of the checks that it runs.
pub(super) const NEXTEST: [&str; 3] = ["cargo-nextest", "nextest", "--version"];

/// What is found in the folder.
pub(super) fn look(request: &Request<'_>, folder: &Folder, interrupt: &Interrupt) -> Place {
    Place {
        workspace: workspace(request, folder, interrupt).map_err(|fault| fault.to_string()),
        tools: tools(request, folder, interrupt),
    }
}

/// nextest is asked itself and not by way of cargo: that is remembered while it is the same file.
fn tools(request: &Request<'_>, folder: &Folder, interrupt: &Interrupt) -> Tools {
    let Some(receipts) = request.receipts else {
        return Tools::probe(request.root, folder, interrupt).unwrap_or_default();
    };
    let words = NEXTEST.map(str::to_owned);
    let dir = request.root.join(folder.as_str());
    Tools {
        nextest: Toolchain::of(receipts)
            .fingerprint(&words, &dir, interrupt)
            .is_ok(),
    }
}

fn workspace(
    request: &Request<'_>,
    folder: &Folder,
    interrupt: &Interrupt,
) -> Result<Workspace, MetadataError> {
    // cargo would look at the work tree, which is another one than the commit that is judged.
    let elsewhere = request.files.are_stored() && request.staged.is_none();
    let Some((receipts, name)) = request
        .receipts
        .zip(name(request, request.files, folder, interrupt))
    else {
        return match elsewhere {
            true => Err(MetadataError::NotRemembered),
            false => cargo::read(request.root, folder, interrupt),
        };
    };
    let shelf = receipts.shelf_of("cargo", KEEP);
    let known = shelf.read(&name, LONGEST);
    let known = known.and_then(|bytes| toml::from_slice::<Remembered>(&bytes).ok());
    if let Some(known) = known.filter(|known| known.holds(request.root)) {
        return Ok(known.workspace);
    }
    if elsewhere {
        return Err(MetadataError::NotRemembered);
    }
    let answer = cargo::answer(request.root, folder, interrupt)?;
    // What cargo sees is the work tree, which may be another one than what is staged, or than it was when it was listed.
    // Not remembered, it is asked again; so too where something may be there tomorrow that it did not find.
    if !request.files.are_stored()
        && answer.workspace.unresolved.is_none()
        && still(request, folder, interrupt).as_ref() == Some(&name)
        && let Ok(text) = toml::to_string(&Remembered::of(&answer, request))
    {
        let _ = shelf.write(&name, text.as_bytes());
    }
    Ok(answer.workspace)
}

/// The name of what is there after cargo looked.
fn still(request: &Request<'_>, folder: &Folder, interrupt: &Interrupt) -> Option<String> {
    let repo = Repo::open(request.root).ok()?;
    let files = Files::in_worktree(&repo, &[&Scope::everything()]).ok()?;
    name(request, &files, folder, interrupt)
}

/// A name for all that determines cargo's answer: the manifests and configuration, which Rust files there are (targets
/// are found by them), where links lead, and which cargo. Not where: what was said in one worktree holds for the same files in another, and
/// for a commit that has them.
fn name(request: &Request<'_>, files: &Files, folder: &Folder, interrupt: &Interrupt) -> Option<String> {
    let cargo = ["cargo", "-V"].map(str::to_owned);
    let dir = request.root.join(folder.as_str());
    let cargo = Toolchain::of(request.receipts?)
        .fingerprint(&cargo, &dir, interrupt)
        .ok()?;
    let mut digest = Sha256::new();
    digest.update("cargo metadata 3\n");
    for part in [folder.as_str().as_bytes(), cargo.as_bytes()] {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    for file in files.list() {
        let binds = file.mode == LINK || cargo::binds_all(&file.path).is_some();
        if binds || file.path.ends_with(b".rs") {
            digest.update((file.path.len() as u64).to_be_bytes());
            digest.update(&file.path);
            if binds {
                digest.update(file.content().as_bytes());
            }
        }
    }
    Some(format!("{}.toml", hex(&digest.finalize())))
}
