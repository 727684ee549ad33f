//! `cargo metadata` asked and read: the members of the workspace, without network and without resolving anything.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

use cargo_metadata::DependencyKind;
use cargo_metadata::Metadata;
use cargo_metadata::MetadataCommand;
use lane_core::text::escape_block;
use lane_core::text::excerpt;
use thiserror::Error;
use toml::Table;

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
}

/// Asks cargo about the workspace of this folder of the repository whose work tree is at `root`.
pub fn read(root: &Path, dir: &Folder, interrupt: &Interrupt) -> Result<Workspace, MetadataError> {
    from_json(&ask(root, dir, interrupt)?, root)
}

/// What cargo says about this folder, as it prints it.
fn ask(root: &Path, dir: &Folder, interrupt: &Interrupt) -> Result<String, MetadataError> {
    let answer = tool::ask(
        &Question {
            program: "cargo",
            arguments: WORDS,
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

/// Reads what cargo said about a folder of the work tree at `root`, following links on the way to the packages.
fn from_json(json: &str, root: &Path) -> Result<Workspace, MetadataError> {
    let roots = [root.to_path_buf(), fs::canonicalize(root).unwrap_or_default()];
    let mut workspace = parse_within(json, &roots, &|path| fs::canonicalize(path).ok())?;
    workspace.features_by_package = features_by_package(&root.join(path_of(&workspace.dir)));
    Ok(workspace)
}

/// Reads what `cargo metadata --no-deps --format-version 1` printed for a workspace in the repository at `root`. Pure:
/// folders count as they are named, and `features_by_package` is true as with resolver 2.
pub fn parse(json: &str, root: &Path) -> Result<Workspace, MetadataError> {
    parse_within(json, &[root.to_path_buf()], &|_| None)
}

fn parse_within(json: &str, roots: &[PathBuf], real: Real<'_>) -> Result<Workspace, MetadataError> {
    let metadata =
        MetadataCommand::parse(json).map_err(|e| MetadataError::Unreadable(excerpt(&e.to_string(), 200)))?;
    let place = Place { roots, real };
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
        Some((package.name.to_string(), member(package, dir, &names, &place)))
    });
    let packages: BTreeMap<String, Package> = packages.collect();
    Ok(Workspace {
        dir,
        outside: outside(&metadata, &packages, &place),
        packages,
        features_by_package: true,
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
        doctests: package.targets.iter().any(|target| target.doctest),
        features: package.features.clone(),
        needs: needs.map(need).collect(),
    }
}

fn need(need: &cargo_metadata::Dependency) -> Need {
    Need {
        package: need.name.clone(),
        called: need.rename.clone().unwrap_or_else(|| need.name.clone()),
        kind: match need.kind {
            DependencyKind::Development => NeedKind::Dev,
            DependencyKind::Build => NeedKind::Build,
            _ => NeedKind::Normal,
        },
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

/// What a tool said on stderr: its last lines, escaped and bounded.
fn said(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let lines: Vec<_> = lines.map(|line| excerpt(line.trim(), 200)).take(8).collect();
    escape_block(&lines.join("; "))
}
