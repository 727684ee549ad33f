//! A coding tool's settings in JSON: our guard among its hooks, and all else byte by byte as it was.

use jsonc_parser::ParseOptions;
use jsonc_parser::cst::CstArray;
use jsonc_parser::cst::CstInputValue;
use jsonc_parser::cst::CstNode;
use jsonc_parser::cst::CstObject;
use jsonc_parser::cst::CstRootNode;

use crate::commands::guard::matcher;

/// The tools that earlier versions asked about.
const OLD_MATCHERS: [&str; 1] = ["Edit|Write|MultiEdit|NotebookEdit"];

/// The command that is registered.
pub(super) const COMMAND: &str = "git lane guard";

const EVENT: &str = "PreToolUse";

/// Settings, taken apart.
pub(super) struct Settings {
    root: CstRootNode,
    top: CstObject,
}

impl Settings {
    /// Takes them apart.
    ///
    /// # Errors
    /// What is wrong with them, in words.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let options = ParseOptions {
            allow_comments: true,
            allow_loose_object_property_names: false,
            allow_trailing_commas: true,
            allow_missing_commas: false,
            allow_single_quoted_strings: false,
            allow_hexadecimal_numbers: false,
            allow_unary_plus_numbers: false,
            allow_bare_decimal_point_numbers: false,
            allow_extended_string_escapes: false,
            allow_non_finite_numbers: false,
        };
        let root = CstRootNode::parse(text, &options).map_err(|fault| fault.to_string())?;
        let top = root.object_value().ok_or("it holds no JSON object")?;
        Ok(Self { root, top })
    }

    /// The commands that call our guard, as they are registered.
    pub(super) fn commands(&self) -> Vec<String> {
        self.ours()
            .iter()
            .filter_map(|(_, hook)| command_of(hook))
            .collect()
    }

    /// Registers the guard, beside what is registered already.
    ///
    /// # Errors
    /// Where the place of hooks holds something else.
    pub(super) fn register(&self) -> Result<(), String> {
        let hooks = self.top.object_value_or_create("hooks");
        let hooks = hooks.ok_or("its \"hooks\" is no object")?;
        let groups = hooks.array_value_or_create(EVENT);
        let groups = groups.ok_or_else(|| format!("its \"hooks\".\"{EVENT}\" is no list"))?;
        groups.append(entry());
        Ok(())
    }

    /// Puts our command in place of those of these that cannot be run.
    pub(super) fn mend(&self, is_stale: &dyn Fn(&str) -> bool) {
        for (_, hook) in self.ours() {
            let stale = command_of(&hook).is_some_and(|command| is_stale(&command));
            if let Some(property) = hook.get("command").filter(|_| stale) {
                property.set_value(COMMAND.into());
            }
        }
    }

    /// Asks about the tools that are known now, where an earlier version asked about fewer. What somebody chose stays, and so
    /// does what other hooks share.
    pub(super) fn renew(&self) {
        for (group, _) in self.ours() {
            let hooks = objects(group.array_value("hooks"));
            let all_ours = hooks
                .iter()
                .all(|hook| command_of(hook).is_some_and(|c| is_guard(&c)));
            let old = text_of(&group, "matcher").is_some_and(|text| OLD_MATCHERS.contains(&text.as_str()));
            if let Some(property) = group.get("matcher").filter(|_| all_ours && old) {
                property.set_value(matcher().into());
            }
        }
    }

    /// Takes the guard away, and what is empty without it.
    pub(super) fn unregister(&self) {
        for (group, hook) in self.ours() {
            hook.remove();
            if group
                .array_value("hooks")
                .is_some_and(|hooks| hooks.elements().is_empty())
            {
                group.remove();
            }
        }
        let Some(hooks) = self.top.object_value("hooks") else {
            return;
        };
        if let Some(groups) = hooks.get(EVENT)
            && hooks
                .array_value(EVENT)
                .is_some_and(|list| list.elements().is_empty())
        {
            groups.remove();
        }
        if hooks.properties().is_empty()
            && let Some(property) = self.top.get("hooks")
        {
            property.remove();
        }
    }

    /// The text as it is now.
    pub(super) fn text(&self) -> String {
        self.root.to_string()
    }

    /// Our guard's entries, each with its group.
    fn ours(&self) -> Vec<(CstObject, CstObject)> {
        let hooks = self.top.object_value("hooks");
        let groups = hooks.and_then(|hooks| hooks.array_value(EVENT));
        let mut found = Vec::new();
        for group in objects(groups) {
            for hook in objects(group.array_value("hooks")) {
                if command_of(&hook).is_some_and(|command| is_guard(&command)) {
                    found.push((group.clone(), hook));
                }
            }
        }
        found
    }
}

fn objects(list: Option<CstArray>) -> Vec<CstObject> {
    let elements = list.map(|list| list.elements()).unwrap_or_default();
    elements.iter().filter_map(CstNode::as_object).collect()
}

fn command_of(hook: &CstObject) -> Option<String> {
    text_of(hook, "command")
}

fn text_of(object: &CstObject, key: &str) -> Option<String> {
    object.get(key)?.value()?.as_string_lit()?.decoded_value().ok()
}

/// Whether a command calls `git lane guard`, or the binary itself.
fn is_guard(command: &str) -> bool {
    let Some(words) = shlex::split(command) else {
        return false;
    };
    let name = |word: &str| word.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
    let by_git = |three: &[String]| name(&three[0]) == "git" && three[1] == "lane" && three[2] == "guard";
    let by_name = |two: &[String]| name(&two[0]).trim_end_matches(".exe") == "git-lane" && two[1] == "guard";
    words.windows(3).any(by_git) || words.windows(2).any(by_name)
}

/// What is registered.
fn entry() -> CstInputValue {
    let text = |text: &str| CstInputValue::String(text.to_owned());
    let object = |pairs: Vec<(&str, CstInputValue)>| {
        CstInputValue::Object(
            pairs
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value))
                .collect(),
        )
    };
    let hook = object(vec![("type", text("command")), ("command", text(COMMAND))]);
    object(vec![
        ("matcher", text(&matcher())),
        ("hooks", CstInputValue::Array(vec![hook])),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What an earlier version registered.
    const OLD: &str = r#"{
  "hooks": {
    "PreToolUse": [
      {
        "matcher": "Edit|Write|MultiEdit|NotebookEdit",
        "hooks": [
          {
            "type": "command",
            "command": "git lane guard"
          }
        ]
      }
    ]
  }
}
"#;

    /// What is registered now.
    fn ours() -> String {
        OLD.replace(OLD_MATCHERS[0], &matcher())
    }

    fn changed(text: &str, change: impl Fn(&Settings)) -> String {
        let settings = Settings::parse(text).unwrap();
        change(&settings);
        settings.text()
    }

    fn register(settings: &Settings) {
        settings.register().unwrap();
    }

    #[test]
    fn what_is_there_stays_byte_by_byte_and_comes_back() {
        for text in [
            "{}\n",
            "{\n  \"z\": 1.50,\n  \"a\": \"\\u00e9\"\n}\n",
            "{\n    \"hooks\": {\n        \"Stop\": []\n    },\n    \"b\": 12345678901234567890\n}",
            "{\n  // why\n  \"hooks\": {\n    \"PreToolUse\": [\n      {\n        \"matcher\": \"Bash\",\n        \"hooks\": [\n          { \"type\": \"command\", \"command\": \"x\" }\n        ]\n      }\n    ]\n  }\n}\n",
        ] {
            let with = changed(text, register);
            assert_eq!(Settings::parse(&with).unwrap().commands(), [COMMAND], "{with}");
            for line in text.lines().map(str::trim).filter(|line| line.len() > 1) {
                let line = line.trim_end_matches([',', ']', '}', '[']);
                assert!(with.contains(line), "{line:?} is gone:\n{with}");
            }
            let without = changed(&with, Settings::unregister);
            let plain = |text: &str| text.split_whitespace().collect::<String>();
            assert_eq!(plain(&without), plain(text), "{without}");
        }
        assert_eq!(changed("{}\n", register), ours());
        let ends = changed("{\r\n  \"a\": 1\r\n}\r\n", register);
        assert!(!ends.replace("\r\n", "").contains('\n'), "{ends:?}");
    }

    #[test]
    fn only_our_own_command_is_taken_away_or_mended() {
        for (command, ours) in [
            ("git lane guard", true),
            ("/usr/bin/git lane guard --json", true),
            ("GIT_LANE_AGENT=a '/a b/git-lane' guard", true),
            ("git lane gate", false),
            ("my-guard", false),
            ("echo 'git lane guard", false),
        ] {
            assert_eq!(is_guard(command), ours, "{command}");
        }
        let both = ours().replace(
            "\"hooks\": [\n",
            "\"hooks\": [\n          { \"type\": \"command\", \"command\": \"theirs\" },\n",
        );
        let left = changed(&both, Settings::unregister);
        assert!(left.contains("theirs") && !left.contains("guard"), "{left}");
        let gone = ours().replace("git lane guard", "/gone/git-lane guard");
        assert_eq!(changed(&gone, |s| s.mend(&|c| c.starts_with("/gone"))), ours());
        assert_eq!(changed(&gone, |s| s.mend(&|_| false)), gone);
    }

    #[test]
    fn an_older_pattern_of_ours_is_renewed_and_no_other() {
        assert_eq!(changed(OLD, Settings::renew), ours());
        let chosen = OLD.replace(OLD_MATCHERS[0], "Edit");
        let shared = OLD.replace("\"hooks\": [\n", "\"hooks\": [{ \"command\": \"theirs\" },\n");
        for kept in [ours(), chosen, shared] {
            assert_eq!(changed(&kept, Settings::renew), kept);
        }
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        for text in ["", "[]", "{", "{\"a\": 1,, }", "{'a': 1}", "nonsense", "{} {}"] {
            assert!(Settings::parse(text).is_err(), "{text:?}");
        }
        assert!(Settings::parse(&"[".repeat(100_000)).is_err());
        for text in ["{\"hooks\": 1}", "{\"hooks\": {\"PreToolUse\": {}}}"] {
            let settings = Settings::parse(text).unwrap();
            assert!(settings.register().is_err() && settings.commands().is_empty());
        }
    }
}
