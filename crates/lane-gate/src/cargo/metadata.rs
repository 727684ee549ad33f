//! `cargo metadata` asked and read: the members of the workspace, without network and without resolving anything.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

use cargo_metadata::Metadata;
use cargo_metadata::MetadataCommand;
use lane_core::text::escape_block;
use lane_core::text::excerpt;
use thiserror::Error;
use toml::Table;
use toml::Value;

use super::ways;
use super::ways::Ways;
use super::workspace::Need;
use super::workspace::NeedKind;
use super::workspace::Package;
use super::workspace::Workspace;
use super::workspace::parent;
use crate::Folder;
use crate::Interrupt;
use crate::tool;
use crate::tool::Question;
use crate::tool::ToolError;

const WORDS: &[&str] = &["metadata", "--no-deps", "--offline", "--format-version", "1"];

/// The same with all that is needed. `--frozen`, for a lock file is not written by who only asks.
const RESOLVED: &[&str] = &["metadata", "--all-features", "--frozen", "--format-version", "1"];

/// Without network and resolution it is tens of milliseconds; a toolchain that rustup installs first takes longer.
const LIMIT: Duration = Duration::from_secs(60);

/// Why nothing is known about the packages. To a gate this means: all of them.
#[derive(Debug, Error)]
pub enum MetadataError {
    /// It was not run to its end.
    #[error(transparent)]
    Tool(#[from] ToolError),
    /// It failed: no manifest, or one that it cannot read. What it said, escaped and bounded.
    #[error("cargo metadata failed: {0}")]
    Failed(String),
    /// It printed something else than was asked for.
    #[error("cargo metadata printed what cannot be read: {0}")]
    Unreadable(String),
    /// The workspace's root lies outside the repository, so that paths do not tell what changed.
    #[error("the workspace of {0} lies outside this repository")]
    Elsewhere(String),
    /// The files lie in no work tree, and cargo was not asked about the same ones before.
    #[error("what cargo says about these files is not remembered")]
    NotRemembered,
}

/// Asks cargo about the workspace of this folder of the repository whose work tree is at `root`.
pub fn read(root: &Path, dir: &Folder, interrupt: &Interrupt) -> Result<Workspace, MetadataError> {
    Ok(answer(root, dir, interrupt)?.workspace)
}

/// What cargo said about a workspace.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// The workspace.
    pub(crate) workspace: Workspace,
    /// The manifests of the repository and beside it that the answer is about, by absolute paths.
    pub(crate) manifests: BTreeSet<PathBuf>,
}

/// The same as [`read`], with the files that it is about.
pub(crate) fn answer(root: &Path, dir: &Folder, interrupt: &Interrupt) -> Result<Answer, MetadataError> {
    let metadata = parsed(&ask(root, dir, WORDS, interrupt)?)?;
    let roots = [root.to_path_buf(), fs::canonicalize(root).unwrap_or_default()];
    let place = Place {
        roots: &roots,
        real: &|path| fs::canonicalize(path).ok(),
    };
    let mut workspace = workspace(&metadata, &place)?;
    workspace.features_by_package = features_by_package(&root.join(path_of(&workspace.dir)));
    for package in &metadata.packages {
        if let Some(member) = workspace.packages.get_mut(package.name.as_str()) {
            member.own_harness = has_own_harness(package.manifest_path.as_std_path());
        }
    }
    let manifests = metadata
        .packages
        .iter()
        .map(|package| package.manifest_path.clone().into());
    let mut manifests: BTreeSet<PathBuf> = manifests.collect();
    manifests.insert(metadata.workspace_root.join("Cargo.toml").into());

    let is_member = |dir: &Path| {
        let dir = place.within(dir);
        dir.is_some_and(|dir| workspace.packages.values().any(|package| package.dir == dir))
    };
    let all_within = workspace.packages.len() == metadata.packages.len();
    if !all_within || ways::may_be(&metadata, &root.join(dir.as_str()), &is_member) {
        manifests.insert(metadata.workspace_root.join("Cargo.lock").into());
        let resolved = ask(root, dir, RESOLVED, interrupt).and_then(|json| parsed(&json));
        let found = resolved.map(|resolved| {
            let members = &workspace.packages;
            let is_member = |package: &cargo_metadata::Package| {
                members.contains_key(package.name.as_str())
                    && metadata.packages.iter().any(|member| member.id == package.id)
            };
            ways::ways(&resolved, &is_member)
        });
        match found {
            Err(MetadataError::Tool(ToolError::Interrupted)) => return Err(ToolError::Interrupted.into()),
            Err(fault) => workspace.unresolved = Some(fault.to_string()),
            Ok(None) => workspace.unresolved = Some("cargo metadata resolved nothing".to_owned()),
            Ok(Some(ways)) => {
                manifests.extend(ways.manifests.iter().cloned());
                add(&mut workspace, ways, &place);
            }
        }
    }
    Ok(Answer { workspace, manifests })
}

/// What was resolved beyond the members' own dependencies.
fn add(workspace: &mut Workspace, ways: Ways, place: &Place<'_>) {
    for (name, needs) in ways.needs {
        if let Some(package) = workspace.packages.get_mut(&name) {
            package.needs.extend(needs);
        }
    }
    let outside = ways.folders.iter().filter_map(|dir| place.within(dir));
    workspace.outside.extend(outside);
}

/// What cargo says about this folder, as it prints it.
fn ask(root: &Path, dir: &Folder, words: &[&str], interrupt: &Interrupt) -> Result<String, MetadataError> {
    let answer = tool::ask(
        &Question {
            program: "cargo",
            arguments: words,
            dir: &root.join(dir.as_str()),
            stdin: Vec::new(),
            limit: LIMIT,
        },
        interrupt,
    )?;
    if !answer.success {
        return Err(MetadataError::Failed(said(&answer.stderr)));
    }
    String::from_utf8(answer.stdout).map_err(|e| MetadataError::Unreadable(e.to_string()))
}

/// Reads what `cargo metadata --no-deps --format-version 1` printed for a workspace in the repository at `root`. Pure:
/// folders count as they are named, and `features_by_package` is true as with resolver 2.
pub fn parse(json: &str, root: &Path) -> Result<Workspace, MetadataError> {
    let place = Place {
        roots: &[root.to_path_buf()],
        real: &|_| None,
    };
    workspace(&parsed(json)?, &place)
}

fn parsed(json: &str) -> Result<Metadata, MetadataError> {
    MetadataCommand::parse(json).map_err(|e| MetadataError::Unreadable(excerpt(&e.to_string(), 200)))
}

fn workspace(metadata: &Metadata, place: &Place<'_>) -> Result<Workspace, MetadataError> {
    let root = metadata.workspace_root.as_std_path();
    let elsewhere = || MetadataError::Elsewhere(excerpt(metadata.workspace_root.as_str(), 200));
    let dir = place.within(root).ok_or_else(elsewhere)?;
    let names: BTreeSet<String> = metadata
        .packages
        .iter()
        .map(|package| package.name.to_string())
        .collect();
    let packages = metadata.packages.iter().filter_map(|package| {
        let dir = place.within(package.manifest_path.parent()?.as_std_path())?;
        Some((package.name.to_string(), member(package, dir, &names, place)))
    });
    let packages: BTreeMap<String, Package> = packages.collect();
    Ok(Workspace {
        dir,
        outside: outside(metadata, &packages, place),
        packages,
        features_by_package: true,
        unresolved: None,
    })
}

fn member(
    package: &cargo_metadata::Package,
    dir: Vec<u8>,
    members: &BTreeSet<String>,
    place: &Place<'_>,
) -> Package {
    let sources = package.targets.iter().filter_map(|target| {
        let source = place.within(target.src_path.as_std_path())?;
        Some(parent(&source).to_vec())
    });
    let needs = package
        .dependencies
        .iter()
        .filter(|need| members.contains(&need.name));
    Package {
        dir,
        target_dirs: sources.collect(),
        edition: package.edition.to_string(),
        own_harness: false,
        doctests: package.targets.iter().any(|target| target.doctest),
        features: package.features.clone(),
        needs: needs.map(need_of).collect(),
    }
}

pub(super) fn need_of(need: &cargo_metadata::Dependency) -> Need {
    Need {
        package: need.name.clone(),
        called: need.rename.clone().unwrap_or_else(|| need.name.clone()),
        kind: NeedKind::of(need.kind),
        optional: need.optional,
        features: need.features.clone(),
        default_features: need.uses_default_features,
    }
}

/// The folders of path dependencies that are no members.
fn outside(
    metadata: &Metadata,
    packages: &BTreeMap<String, Package>,
    place: &Place<'_>,
) -> BTreeSet<Vec<u8>> {
    let needs = metadata.packages.iter().flat_map(|package| &package.dependencies);
    let dirs = needs.filter_map(|need| place.within(need.path.as_ref()?.as_std_path()));
    let is_member = |dir: &Vec<u8>| packages.values().any(|package| package.dir == *dir);
    dirs.filter(|dir| !is_member(dir)).collect()
}

/// The path without links in it, if it can be told.
type Real<'a> = &'a dyn Fn(&Path) -> Option<PathBuf>;

/// Where the repository is: by the name that the caller has for it, and by its real one.
struct Place<'a> {
    roots: &'a [PathBuf],
    real: Real<'a>,
}

impl Place<'_> {
    /// The path from the repository's root, as git would name it. Links on the way are followed: git knows the files
    /// behind them by their real paths only.
    fn within(&self, path: &Path) -> Option<Vec<u8>> {
        let real = (self.real)(path).unwrap_or_else(|| path.to_path_buf());
        let below = |root: &PathBuf| real.strip_prefix(root).ok();
        let parts = self.roots.iter().find_map(below)?.components();
        let parts: Vec<_> = parts.map(|part| part.as_os_str().as_encoded_bytes()).collect();
        Some(parts.join(&b'/'))
    }
}

/// A path of the workspace, which cargo gave as text, as a path of this system.
fn path_of(path: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(path).into_owned())
}

/// Whether the workspace has resolver 2 or later: said so, or by the root package's edition. What cannot be read has
/// not.
fn features_by_package(dir: &Path) -> bool {
    let text = fs::read_to_string(dir.join("Cargo.toml")).unwrap_or_default();
    let manifest: Table = text.parse().unwrap_or_default();
    let key = |table: &str, key: &str| manifest.get(table)?.get(key)?.as_str();
    let said = key("workspace", "resolver").or(key("package", "resolver"));
    match said {
        Some(resolver) => resolver != "1",
        None => key("package", "edition").is_some_and(|edition| !matches!(edition, "2015" | "2018")),
    }
}

/// Whether a manifest says `harness = false` of a target: cargo's metadata does not tell. What cannot be read does not.
fn has_own_harness(manifest: &Path) -> bool {
    let text = fs::read_to_string(manifest).unwrap_or_default();
    let manifest: Table = text.parse().unwrap_or_default();
    let own = |target: &Value| target.get("harness").and_then(Value::as_bool) == Some(false);
    ["lib", "bin", "example", "test", "bench"]
        .iter()
        .any(|kind| match manifest.get(*kind) {
            Some(Value::Array(targets)) => targets.iter().any(own),
            Some(target) => own(target),
            None => false,
        })
}

/// What a tool said on stderr: its last lines, escaped and bounded.
fn said(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let lines: Vec<_> = lines.map(|line| excerpt(line.trim(), 200)).take(8).collect();
    escape_block(&lines.join("; "))
}
