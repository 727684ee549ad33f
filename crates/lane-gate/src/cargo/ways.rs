//! Ways from member to member through packages that are no members: `b` needs `ext`, which is excluded, and `ext` needs
//! `foo`; or a crate of a registry needs `foo`, and `[patch]` says that it is the member of that name.
//!
//! `cargo metadata --no-deps` does not tell of them. Only where there may be some is all resolved, which takes longer and
//! a lock file.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

use cargo_metadata::DependencyKind;
use cargo_metadata::Metadata;
use cargo_metadata::Node;
use cargo_metadata::PackageId;
use toml::Table;

use super::metadata::need_of;
use super::workspace::Need;
use super::workspace::NeedKind;

/// What stands in a manifest and makes one package another.
const IN_MANIFEST: [&str; 2] = ["patch", "replace"];
/// The same in cargo's configuration; `include` names files where it may stand, too.
const IN_CONFIGURATION: [&str; 3] = ["include", "patch", "paths"];

/// What a resolved graph tells beyond the members' own dependencies.
#[derive(Debug, Default)]
pub(super) struct Ways {
    /// What members need from other members through others, by member.
    pub(super) needs: BTreeMap<String, Vec<Need>>,
    /// The folders of the packages that are no members, wherever they lie.
    pub(super) folders: BTreeSet<PathBuf>,
    /// The manifests of packages that come from no registry and no git repository.
    pub(super) manifests: BTreeSet<PathBuf>,
}

/// Whether there may be such ways: a member has a path dependency that is none of `members`' folders, or something makes
/// one package another. `dir` is the workspace's root.
pub(super) fn may_be(metadata: &Metadata, dir: &Path, is_member: &dyn Fn(&Path) -> bool) -> bool {
    let needs = metadata.packages.iter().flat_map(|package| &package.dependencies);
    let mut paths = needs.filter_map(|need| need.path.as_ref());
    if paths.any(|path| !is_member(path.as_std_path())) {
        return true;
    }
    let root = metadata.workspace_root.as_std_path();
    has_key(&root.join("Cargo.toml"), &IN_MANIFEST)
        || configurations(dir)
            .iter()
            .any(|path| has_key(path, &IN_CONFIGURATION))
}

/// The ways in a graph that cargo resolved; `members` are those whose names count.
pub(super) fn ways(
    resolved: &Metadata,
    is_member: &dyn Fn(&cargo_metadata::Package) -> bool,
) -> Option<Ways> {
    let (members, others): (Vec<_>, Vec<_>) =
        resolved.packages.iter().partition(|package| is_member(package));
    let folder = |package: &&cargo_metadata::Package| Some(package.manifest_path.parent()?.into());
    let local = resolved
        .packages
        .iter()
        .filter(|package| package.source.is_none());
    let graph = Graph {
        packages: resolved.packages.iter().map(|it| (&it.id, it)).collect(),
        nodes: resolved
            .resolve
            .as_ref()?
            .nodes
            .iter()
            .map(|it| (&it.id, it))
            .collect(),
        members: members.iter().map(|package| &package.id).collect(),
    };
    let needs = members
        .iter()
        .map(|member| (member.name.to_string(), graph.needs(&member.id)));
    Some(Ways {
        needs: needs.collect(),
        folders: others.iter().filter_map(folder).collect(),
        manifests: local
            .map(|package| package.manifest_path.clone().into())
            .collect(),
    })
}

struct Graph<'a> {
    packages: BTreeMap<&'a PackageId, &'a cargo_metadata::Package>,
    nodes: BTreeMap<&'a PackageId, &'a Node>,
    members: BTreeSet<&'a PackageId>,
}

impl Graph<'_> {
    /// What a member needs from others through packages that are no members: of the kind by which the way begins.
    fn needs(&self, member: &PackageId) -> Vec<Need> {
        let mut needs = Vec::new();
        let first = self.nodes.get(member).map(|node| node.deps.as_slice());
        for next in first.unwrap_or_default() {
            if self.members.contains(&next.pkg) {
                continue;
            }
            for kind in &next.dep_kinds {
                for need in self.through(&next.pkg) {
                    let need = Need {
                        kind: NeedKind::of(kind.kind),
                        ..need
                    };
                    if !needs.contains(&need) {
                        needs.push(need);
                    }
                }
            }
        }
        needs
    }

    /// What is needed from members by this package, which is none, and by those that it needs.
    fn through(&self, other: &PackageId) -> Vec<Need> {
        let (mut seen, mut next, mut needs) = (BTreeSet::from([other]), vec![other], Vec::new());
        while let Some(id) = next.pop() {
            let Some((id, node)) = self.nodes.get_key_value(id) else {
                continue;
            };
            for dep in &node.deps {
                match self.members.contains(&dep.pkg) {
                    true => needs.extend(self.asked(id, &dep.pkg)),
                    false if seen.insert(&dep.pkg) => next.push(&dep.pkg),
                    false => {}
                }
            }
        }
        needs
    }

    /// What the one package asks of the other. What its own features add to that is not seen; nor is it optional here:
    /// cargo resolved it.
    fn asked(&self, user: &PackageId, used: &PackageId) -> Vec<Need> {
        let (Some(user), Some(used)) = (self.packages.get(user), self.packages.get(used)) else {
            return Vec::new();
        };
        let declared = user
            .dependencies
            .iter()
            .filter(|need| need.name == used.name.as_str() && need.kind != DependencyKind::Development);
        let mut needs: Vec<Need> = declared
            .map(|need| Need {
                called: need.name.clone(),
                optional: false,
                ..need_of(need)
            })
            .collect();
        if needs.is_empty() {
            needs.push(Need {
                package: used.name.to_string(),
                called: used.name.to_string(),
                kind: NeedKind::Normal,
                optional: false,
                features: Vec::new(),
                default_features: true,
            });
        }
        needs
    }
}

/// Whether a file has one of these keys; one that cannot be read has not, and cargo says what is wrong with it.
fn has_key(path: &Path, keys: &[&str]) -> bool {
    let text = fs::read_to_string(path).unwrap_or_default();
    let table: Table = text.parse().unwrap_or_default();
    keys.iter().any(|key| table.contains_key(*key))
}

/// Where cargo's configuration stands for this folder.
fn configurations(dir: &Path) -> Vec<PathBuf> {
    let real = fs::canonicalize(dir).unwrap_or_else(|_| dir.to_path_buf());
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let above = real.ancestors().map(|dir| dir.join(".cargo"));
    above
        .chain(home)
        .chain(env::home_dir().map(|home| home.join(".cargo")))
        .flat_map(|dir| ["config", "config.toml"].map(|name| dir.join(name)))
        .collect()
}
