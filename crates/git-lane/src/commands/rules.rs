//! `git lane rules`: what each rule is about, and how much it weighs here.

use std::process::ExitCode;

use lane_core::ground::GROUNDS;
use lane_core::ground::Ground;
use lane_core::policy::Adopted;
use lane_core::policy::Level;
use lane_core::policy::POLICY_PATH;
use lane_core::text;
use lane_core::view::View as _;
use lane_git::OpenError;
use lane_rules::GUIDES;
use lane_rules::Guide;
use lane_rules::level_of;
use lane_rules::nearest;
use lane_store::Source;
use lane_store::StoreError;
use lane_store::find_policy;
use serde_json::Value;
use serde_json::json;

use super::Outcome;
use crate::error::CliError;
use crate::session;
use crate::session::Session;
use crate::show::json;
use crate::show::paint;
use crate::show::table;

/// What the rules find, why, how much each weighs here, and the way on
///
/// Without an ID it lists all of them. The ID of a refusal that is no rule's is told with what it means. The level is the policy's, `[rule.ID] level = "off" | "advice" | "refuse"`, or the
/// rule's own; a rule about locks, scopes or records has none and always refuses. Outside a repository the defaults are
/// shown.
#[derive(Debug, clap::Args)]
pub(crate) struct Rules {
    /// The rule, or the id of a refusal
    pub(crate) id: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// The policy that is in force, and where it was found.
struct InForce {
    policy: Adopted,
    /// None for the defaults.
    place: Option<String>,
}

pub(super) fn run(source: &dyn Source, args: &Rules) -> Outcome {
    if let Some(ground) = args.id.as_deref().and_then(refusal) {
        tell_refusal(ground, args.json);
        return Ok(ExitCode::SUCCESS);
    }
    let guide = args.id.as_deref().map(named).transpose()?;
    let here = in_force(source)?;
    match (guide, args.json) {
        (Some(guide), true) => json::out(&as_json(guide, &here)),
        (Some(guide), false) => whole(guide, &here),
        (None, true) => {
            let all: Vec<Value> = GUIDES.iter().map(|guide| as_json(guide, &here)).collect();
            json::out(&json!({ "file": here.place, "rules": all }));
        }
        (None, false) => list(&here),
    }
    Ok(ExitCode::SUCCESS)
}

/// A ground of a refusal that is no rule's.
fn refusal(id: &str) -> Option<&'static Ground> {
    let ground = GROUNDS.iter().find(|ground| ground.id == id)?;
    Guide::of(id).is_none().then_some(ground)
}

fn tell_refusal(ground: &Ground, as_json: bool) {
    let exit = ground.class.exit_code();
    if as_json {
        return json::out(&json!({ "id": ground.id, "sort": "refusal", "what": ground.means, "exit": exit }));
    }
    paint::out(&format!("{} (refusal): exit code {exit}", ground.id));
    paint::out("");
    paint::out(ground.means);
}

fn named(id: &str) -> Result<&'static Guide, CliError> {
    Guide::of(id).ok_or_else(|| {
        let alike = nearest(id);
        let alike = if alike.is_empty() {
            "`git lane rules` lists them".to_owned()
        } else {
            format!("alike are {}", alike.join(", "))
        };
        CliError::Usage(format!("there is no rule {:?}; {alike}", text::excerpt(id, 64)))
    })
}

fn in_force(source: &dyn Source) -> Result<InForce, CliError> {
    let defaults = |why: &str| {
        paint::warning(&format!("{why}; these are the defaults"));
        InForce {
            policy: Adopted::default(),
            place: None,
        }
    };
    let repo = match session::open_wherever() {
        Ok(repo) => repo,
        Err(CliError::Open(OpenError::NotARepository | OpenError::Forgotten { .. })) => {
            return Ok(defaults("this is no git repository"));
        }
        Err(fault) => return Err(fault),
    };
    let store = Session::new(&repo, source, None).store();
    let branch = match store.view() {
        Ok(view) => view.meta()?.integration,
        Err(StoreError::NotSetUp) => return Ok(defaults("git-lane is not set up here")),
        Err(fault) => return Err(fault.into()),
    };
    Ok(match find_policy(&repo, &branch)? {
        Some(file) => InForce {
            policy: Adopted::of(&file.parse()?, ""),
            place: Some(file.place()),
        },
        None => defaults(&format!("{branch} has no {POLICY_PATH}")),
    })
}

impl InForce {
    fn level(&self, guide: &Guide) -> &'static str {
        word(level_of(guide.ground, &self.policy))
    }

    /// Where its level comes from.
    fn origin(&self, guide: &Guide) -> &'static str {
        let rule = self.policy.rule.get(guide.ground.id);
        let is_set = rule.is_some_and(|settings| settings.level.is_some());
        match guide.default_level() {
            None => "always",
            Some(_) if is_set => "policy",
            Some(_) => "default",
        }
    }
}

fn word(level: Level) -> &'static str {
    match level {
        Level::Off => "off",
        Level::Advice => "advice",
        Level::Refuse => "refuse",
    }
}

fn list(here: &InForce) {
    let row = |guide: &&Guide| {
        vec![
            guide.ground.id.to_owned(),
            guide.sort.name().to_owned(),
            here.level(guide).to_owned(),
            here.origin(guide).to_owned(),
            guide.what.to_owned(),
        ]
    };
    let rows: Vec<Vec<String>> = GUIDES.iter().map(row).collect();
    table::lines(&rows).iter().for_each(|line| paint::out(line));
}

fn whole(guide: &Guide, here: &InForce) {
    let origin = match (here.origin(guide), &here.place) {
        ("policy", Some(place)) => format!("as {place} says"),
        ("always", _) => "always".to_owned(),
        _ => "the default".to_owned(),
    };
    let (sort, level) = (guide.sort.name(), here.level(guide));
    paint::out(&format!("{} ({sort}): {level}, {origin}", guide.ground.id));
    paint::out("");
    paint::out(guide.what);
    paint::out("");
    let mut rows: Vec<Vec<String>> = parts(guide)
        .into_iter()
        .map(|(name, text)| vec![name.to_owned(), text.to_owned()])
        .collect();
    for (name, meaning) in guide.settings {
        let key = format!("rule.{}.{name}", guide.ground.id);
        let set = setting(guide, name, here).map_or(String::new(), |value| format!(" (here {value})"));
        rows.push(vec!["setting".to_owned(), format!("{key}: {meaning}{set}")]);
    }
    for declared in guide.declares {
        rows.push(vec![
            "policy".to_owned(),
            format!("[{declared}] declares what it needs"),
        ]);
    }
    table::lines(&rows).iter().for_each(|line| paint::out(line));
}

/// The parts of a text, each with its heading.
pub(crate) fn parts(guide: &Guide) -> [(&'static str, &'static str); 4] {
    [
        ("why", guide.why),
        ("found", guide.violates),
        ("not found", guide.neighbour),
        ("way on", guide.remedy),
    ]
}

/// The value of a setting, as the policy says it.
fn setting(guide: &Guide, name: &str, here: &InForce) -> Option<String> {
    let rule = here.policy.rule.get(guide.ground.id)?;
    let table = toml::Table::try_from(rule).ok()?;
    Some(text::excerpt(&table.get(name)?.to_string(), 200))
}

fn as_json(guide: &Guide, here: &InForce) -> Value {
    let settings: Vec<Value> = guide
        .settings
        .iter()
        .map(|(name, meaning)| json!({ "name": name, "meaning": meaning, "value": setting(guide, name, here) }))
        .collect();
    json!({
        "id": guide.ground.id,
        "sort": guide.sort.name(),
        "level": here.level(guide),
        "default": guide.default_level().map(word),
        "origin": here.origin(guide),
        "what": guide.what,
        "why": guide.why,
        "found": guide.violates,
        "not_found": guide.neighbour,
        "way_on": guide.remedy,
        "settings": settings,
        "declares": guide.declares,
    })
}

/// The page that explains all rules.
pub(crate) fn page() -> String {
    use std::fmt::Write as _;
    let mut out = include_str!("rules_head.md").to_owned();
    out.push_str("| rule | asked of | by default | finds |\n|---|---|---|---|\n");
    for guide in GUIDES {
        let level = guide.default_level().map_or("always refuses", word);
        let (id, sort) = (guide.ground.id, guide.sort.name());
        let _ = writeln!(out, "| [`{id}`](#{id}) | {sort} | {level} | {} |", guide.what);
    }
    for guide in GUIDES {
        let _ = write!(out, "\n## {}\n\n{}\n\n", guide.ground.id, guide.what);
        for (name, text) in parts(guide) {
            let _ = writeln!(out, "- *{name}*: {text}");
        }
        for (name, meaning) in guide.settings {
            let _ = writeln!(out, "- *setting* `{name}`: {meaning}.");
        }
        if !guide.declares.is_empty() {
            let tables: Vec<String> = guide.declares.iter().map(|name| format!("`[{name}]`")).collect();
            let _ = writeln!(
                out,
                "- *policy*: {} declares what it needs.",
                tables.join(" and ")
            );
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use lane_core::policy::Policy;

    use super::*;

    fn here(text: &str) -> InForce {
        let policy: Policy = toml::from_str(text).unwrap();
        InForce {
            policy: Adopted::of(&policy, ""),
            place: Some("main:.agents/policy.toml".to_owned()),
        }
    }

    #[test]
    fn the_level_in_force_is_the_policys_or_the_rules_own() {
        let policy = here(
            "[rule.co-change]\nlevel = \"off\"\n[rule.large-commit]\nfiles = 3\n[rule.foreign-lock]\nlevel = \"off\"\n",
        );
        for (id, level, origin) in [
            ("co-change", "off", "policy"),
            ("large-commit", "advice", "default"),
            ("consult-missing", "off", "default"),
            ("foreign-lock", "refuse", "always"),
        ] {
            let guide = Guide::of(id).unwrap();
            assert_eq!(
                (policy.level(guide), policy.origin(guide)),
                (level, origin),
                "{id}"
            );
        }
    }

    #[test]
    fn a_setting_is_shown_as_the_policy_says_it() {
        let policy =
            here("[rule.large-commit]\nfiles = 3\n[rule.consult-missing]\nsources = [\"a\\u001bb\"]\n");
        let value = |id: &str, name: &str| setting(Guide::of(id).unwrap(), name, &policy);
        assert_eq!(value("large-commit", "files").as_deref(), Some("3"));
        assert_eq!(value("large-commit", "lines"), None);
        let sources = value("consult-missing", "sources").unwrap();
        assert!(!sources.contains('\u{1b}'), "{sources}");
    }

    #[test]
    fn every_table_that_a_rule_names_is_one_of_the_policy() {
        for name in GUIDES.iter().flat_map(|guide| guide.declares) {
            let text = format!("[{name}]\n");
            let policy: Policy = toml::from_str(&text).unwrap();
            assert!(!policy.extra.contains_key(*name), "{name}");
        }
    }
}
