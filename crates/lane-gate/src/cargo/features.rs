//! Which features a run of the whole workspace turns on in each member, so that a run of one member alone does not lose
//! the tests that stand behind a feature which only another member asks for.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use super::workspace::Package;
use super::workspace::Workspace;

/// Per member the features that `cargo test --workspace` turns on, but its own default ones do not: what `-p MEMBER`
/// alone would lose. Members without such are left out.
///
/// Over-approximated where cargo asks for the platform or keeps build scripts' dependencies apart: a feature too many
/// compiles more tests, one too few drops them. Features of packages that are no members are not seen: a member that
/// compiles only with what another one asks of a common dependency fails alone.
pub(super) fn beyond_default(workspace: &Workspace) -> BTreeMap<&str, BTreeSet<String>> {
    let mut turned = Turned::default();
    for (name, package) in &workspace.packages {
        turned.feature(name, package, "default");
    }
    loop {
        let before = turned.clone();
        for (name, package) in &workspace.packages {
            turned.follow(workspace, name, package);
        }
        if turned == before {
            break;
        }
    }
    let beyond = turned.features.into_iter().map(|(name, features)| {
        let own = own_default(&workspace.packages[name]);
        let more = features
            .into_iter()
            .filter(|feature| !own.contains(feature.as_str()));
        (name, more.collect::<BTreeSet<_>>())
    });
    beyond.filter(|(_, more)| !more.is_empty()).collect()
}

/// The features that `default` stands for within the package.
fn own_default(package: &Package) -> BTreeSet<&str> {
    let mut own = BTreeSet::new();
    let mut next = vec!["default"];
    while let Some(feature) = next.pop() {
        if let Some((feature, values)) = package.features.get_key_value(feature)
            && own.insert(feature.as_str())
        {
            // `called/feature` turns on the optional dependency `called`, and so the feature of that name.
            next.extend(values.iter().filter_map(|value| value.split('/').next()));
        }
    }
    own
}

/// What is turned on so far in a run of all members. It only grows, so the fixed point is reached.
#[derive(Clone, Default, PartialEq, Eq)]
struct Turned<'a> {
    features: BTreeMap<&'a str, BTreeSet<String>>,
    /// Optional dependencies: whose, and as its manifest calls them.
    needs: BTreeSet<(&'a str, String)>,
}

impl<'a> Turned<'a> {
    fn feature(&mut self, name: &'a str, package: &Package, feature: &str) {
        if package.features.contains_key(feature) {
            let on = self.features.entry(name).or_default();
            on.insert(feature.to_owned());
        }
    }

    fn feature_of(&mut self, workspace: &'a Workspace, name: &str, feature: &str) {
        if let Some((name, package)) = workspace.packages.get_key_value(name) {
            self.feature(name, package, feature);
        }
    }

    /// One step from one member: what its features turn on, and what it asks of others.
    fn follow(&mut self, workspace: &'a Workspace, name: &'a str, package: &'a Package) {
        for feature in self.features.get(name).cloned().unwrap_or_default() {
            for value in &package.features[&feature] {
                self.value(workspace, (name, package), value);
            }
        }
        for need in &package.needs {
            if need.optional && !self.needs.contains(&(name, need.called.clone())) {
                continue;
            }
            let default = need.default_features.then_some("default");
            for feature in need.features.iter().map(String::as_str).chain(default) {
                self.feature_of(workspace, &need.package, feature);
            }
        }
    }

    /// `feature`, `dep:called`, `called/feature` or `called?/feature`.
    fn value(&mut self, workspace: &'a Workspace, (name, package): (&'a str, &'a Package), value: &str) {
        if let Some(called) = value.strip_prefix("dep:") {
            self.needs.insert((name, called.to_owned()));
            return;
        }
        let Some((called, feature)) = value.split_once('/') else {
            return self.feature(name, package, value);
        };
        let strong = !called.ends_with('?');
        let called = called.trim_end_matches('?');
        let key = (name, called.to_owned());
        if strong {
            self.needs.insert(key.clone());
            self.feature(name, package, called);
        }
        for need in package.needs.iter().filter(|need| need.called == called) {
            if !need.optional || self.needs.contains(&key) {
                self.feature_of(workspace, &need.package, feature);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cargo::workspace::Need;
    use crate::cargo::workspace::NeedKind;

    /// `a: x, b` for the features that members would lose alone.
    fn said(packages: &[(&str, &str, &[Need])]) -> String {
        let package = |features: &str, needs: &[Need]| Package {
            features: features.split(';').filter_map(feature).collect(),
            needs: needs.to_vec(),
            ..Package::default()
        };
        let packages = packages.iter();
        let packages = packages.map(|(name, features, needs)| ((*name).to_owned(), package(features, needs)));
        let workspace = Workspace {
            packages: packages.collect(),
            ..Workspace::default()
        };
        let beyond = beyond_default(&workspace).into_iter();
        let line = |(name, more): (&str, BTreeSet<String>)| {
            format!("{name}: {}", more.into_iter().collect::<Vec<_>>().join(" "))
        };
        beyond.map(line).collect::<Vec<_>>().join("; ")
    }

    /// `name = value value`
    fn feature(text: &str) -> Option<(String, Vec<String>)> {
        let (name, values) = text.split_once('=')?;
        let values = values.split_whitespace().map(str::to_owned);
        Some((name.trim().to_owned(), values.collect()))
    }

    fn need(features: &[&str]) -> Need {
        Need {
            package: "lib".to_owned(),
            called: "called".to_owned(),
            kind: NeedKind::Dev,
            optional: false,
            features: features.iter().map(|feature| (*feature).to_owned()).collect(),
            default_features: false,
        }
    }

    const LIB: &str = "default = std; std =; x = y; y =; z =";

    #[test]
    fn what_others_ask_for_is_lost_alone_and_the_default_is_not() {
        assert_eq!(said(&[("lib", LIB, &[]), ("app", "", &[need(&[])])]), "");
        assert_eq!(
            said(&[("lib", LIB, &[]), ("app", "", &[need(&["std", "default"])])]),
            ""
        );
        assert_eq!(
            said(&[("lib", LIB, &[]), ("app", "", &[need(&["x"])])]),
            "lib: x y"
        );
        assert_eq!(said(&[("lib", LIB, &[]), ("app", "", &[need(&["gone"])])]), "");
    }

    #[test]
    fn an_optional_dependency_counts_when_a_feature_turns_it_on() {
        let optional = Need {
            optional: true,
            ..need(&["x"])
        };
        for (features, expected) in [
            ("", ""),
            ("called = dep:called", ""),
            ("default = called; called = dep:called", "lib: x y"),
            ("default = dep:called", "lib: x y"),
            ("default = called/z", "lib: x y z"),
            ("default = called?/z", ""),
            ("default = more called?/z; more = dep:called", "lib: x y z"),
            ("default = called/z; called = dep:called", "lib: x y z"),
            ("off = called/z", ""),
        ] {
            let app = ("app", features, &[optional.clone()][..]);
            assert_eq!(said(&[("lib", LIB, &[]), app]), expected, "{features}");
        }
        let app = ("app", "default = called?/z", &[need(&[])][..]);
        assert_eq!(said(&[("lib", LIB, &[]), app]), "lib: z");
    }

    #[test]
    fn features_that_turn_each_other_on_come_to_an_end() {
        let back = Need {
            package: "app".to_owned(),
            called: "app".to_owned(),
            ..need(&["b"])
        };
        let lib = ("lib", "x = y app/b; y = x", &[back][..]);
        let app = ("app", "b = called/x; c =", &[need(&["y"])][..]);
        assert_eq!(said(&[lib, app]), "app: b; lib: x y");
    }
}
