//! What the declared check of tests would run for a change: asked of the plan that a gate makes, not decided again here.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use lane_gate::Affected;
use lane_gate::Ask;
use lane_gate::Cause;
use lane_gate::Change;
use lane_gate::Changed;
use lane_gate::Extent;
use lane_gate::Gates;
use lane_gate::Level;
use lane_gate::Place;
use lane_gate::PlannedCheck;
use lane_gate::Todo;

use crate::Error;

/// The check whose packages are counted.
const CHECK: &str = "test";

/// Whose tests would run.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Selection {
    /// All packages', and why.
    Everything(String),
    /// These packages'; none where nothing that changed calls for tests.
    Packages(BTreeSet<String>),
}

impl Selection {
    /// Whether this package's tests would run.
    pub(super) fn contains(&self, package: &str) -> bool {
        match self {
            Self::Everything(_) => true,
            Self::Packages(packages) => packages.contains(package),
        }
    }
}

/// Asks the plan.
pub(super) fn select(gates: &Gates, place: Place, files: Vec<Changed>) -> Result<Selection, Error> {
    let change = Change {
        base: None,
        extent: Extent::Files(files),
    };
    let places = BTreeMap::from([(lane_gate::Folder::root(), place)]);
    let steps = lane_gate::plan(&Ask {
        gates,
        change: &change,
        files: &[],
        editions: &[],
        places: &places,
        rungs: &(1..=3),
        level: Level::Lane,
        area: None,
    });
    let step = steps.into_iter().find(|step| step.name.as_str() == CHECK);
    let wrong = |why: String| Error::Output {
        command: lane_gate::GATES_PATH.into(),
        why,
    };
    match step.map(|step| step.todo) {
        None => Err(wrong(format!("it declares no check `{CHECK}`"))),
        Some(Todo::Broken(why)) => Err(wrong(why)),
        Some(Todo::Skip(_)) => Ok(Selection::Packages(BTreeSet::new())),
        Some(Todo::Run(PlannedCheck { affected, .. })) => match affected {
            Some(Affected::Packages(packages)) => Ok(Selection::Packages(packages.into_keys().collect())),
            Some(Affected::Everything(cause)) => Ok(Selection::Everything(kind(&cause))),
            None => Err(wrong(format!("the check `{CHECK}` looks at no packages"))),
        },
    }
}

/// A cause by what many commits may share: the name of the file, not its path.
fn kind(cause: &Cause) -> String {
    match cause {
        Cause::Manifest(path) => {
            let path = String::from_utf8_lossy(path);
            let name = path.rsplit('/').next().unwrap_or_default();
            format!("a `{name}`")
        }
        Cause::Metadata(_) => "cargo cannot read the workspace".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use lane_gate::Package;
    use lane_gate::Tools;
    use lane_gate::Workspace;

    use super::*;

    fn file(path: &str) -> Changed {
        Changed {
            path: path.into(),
            old_mode: 0o100_644,
            new_mode: 0o100_644,
        }
    }

    fn selected(gates: &str, path: &str) -> Result<Selection, Error> {
        let package = |name: &str| {
            let package = Package {
                dir: name.into(),
                ..Package::default()
            };
            (name.to_owned(), package)
        };
        let workspace = Workspace {
            packages: ["a", "b"].map(package).into(),
            ..Workspace::default()
        };
        let place = Place {
            workspace: Ok(workspace),
            tools: Tools::default(),
        };
        let gates = Gates::parse(gates.as_bytes()).unwrap();
        select(&gates, place, vec![file(path)])
    }

    const GATES: &str = "[check.test]\nrung = 2\nbuiltin = \"test\"\nignore = [\"*.md\"]\n";

    #[test]
    fn what_the_check_ignores_runs_nothing_and_the_rest_is_the_plans() {
        let check = |path: &str, expected: &[&str]| {
            let packages = expected.iter().map(|&name| name.to_owned()).collect();
            assert_eq!(
                selected(GATES, path).unwrap(),
                Selection::Packages(packages),
                "{path}"
            );
        };
        check("x.md", &[]);
        check("a/src/lib.rs", &["a"]);
        let lock = selected(GATES, "Cargo.lock").unwrap();
        assert_eq!(lock, Selection::Everything("a `Cargo.lock`".into()));
        assert!(lock.contains("b"));
    }

    #[test]
    fn a_file_of_gates_without_the_check_is_an_error_and_no_saving() {
        let other = GATES.replace("check.test", "check.other");
        assert!(selected(&other, "a/src/lib.rs").is_err());
        let whole = GATES.replace("builtin = \"test\"", "run = [\"make\"]");
        assert!(selected(&whole, "a/src/lib.rs").is_err());
    }
}
