//! A tool call as JSON: which form it has, where it comes from, and the files that it would change.

use std::path::PathBuf;

use serde_json::Value;

use super::tools;
use crate::error::CliError;

/// The most paths of one call.
const PATHS_MAX: usize = 1000;

/// The event that is asked about.
pub(super) const EVENT: &str = "PreToolUse";

/// How a call is put, and so how it is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// That of Claude Code's PreToolUse hooks: answered in JSON on stdout, with exit code 0.
    Hook,
    /// `cwd` with `path` or `paths`: answered by the exit code and on stderr.
    Plain,
}

/// A call.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) form: Form,
    /// The folder that it comes from, absolute.
    pub(super) cwd: PathBuf,
    /// The files that it would change, as it names them. None for what is no edit.
    pub(super) paths: Vec<String>,
}

impl Call {
    /// Reads a call. `pointers` name further places of paths.
    ///
    /// # Errors
    /// [`CliError::Usage`] for what is no call of either form, and for an edit that does not say of what.
    pub(super) fn parse(bytes: &[u8], pointers: &[String]) -> Result<Self, CliError> {
        let value: Value =
            serde_json::from_slice(bytes).map_err(|e| usage(format!("the tool call is not JSON: {e}")))?;
        if !value.is_object() {
            return Err(usage("the tool call is no JSON object"));
        }
        let is_hook = value.get("hook_event_name").is_some() || value.get("tool_name").is_some();
        let form = if is_hook { Form::Hook } else { Form::Plain };
        let mut paths = match form {
            Form::Hook => of_tool(&value)?,
            Form::Plain => of_plain(&value, !pointers.is_empty())?,
        };
        for pointer in pointers {
            paths.extend(strings(value.pointer(pointer), pointer)?);
        }
        if paths.len() > PATHS_MAX {
            return Err(usage(format!("the tool call names more than {PATHS_MAX} paths")));
        }
        if paths.iter().any(|path| path.is_empty() || path.contains('\0')) {
            return Err(usage("the tool call names a file by what no path can be"));
        }
        Ok(Self {
            form,
            cwd: folder(&value)?,
            paths,
        })
    }
}

fn usage(what: impl Into<String>) -> CliError {
    CliError::Usage(what.into())
}

fn of_tool(value: &Value) -> Result<Vec<String>, CliError> {
    match value.get("hook_event_name").map(Value::as_str) {
        None | Some(Some(EVENT)) => {}
        Some(_) => return Err(usage(format!("the tool call is of another event than {EVENT}"))),
    }
    let Some(tool) = value.get("tool_name").and_then(Value::as_str) else {
        return Err(usage("the tool call has no tool_name"));
    };
    let keys = tools::keys_of(tool);
    let mut paths = Vec::new();
    for key in keys {
        let found = value.get("tool_input").and_then(|input| input.get(key));
        paths.extend(strings(found, key)?);
    }
    match paths.is_empty() && !keys.is_empty() {
        true => Err(usage(format!(
            "the tool call does not say in {} which file it edits",
            keys.join(" or ")
        ))),
        false => Ok(paths),
    }
}

fn of_plain(value: &Value, elsewhere: bool) -> Result<Vec<String>, CliError> {
    let (one, all) = (value.get("path"), value.get("paths"));
    if one.is_none() && all.is_none() && !elsewhere {
        return Err(usage("the tool call has neither tool_name nor path or paths"));
    }
    let mut paths = strings(one, "path")?;
    paths.extend(strings(all, "paths")?);
    Ok(paths)
}

/// A text or a list of texts; nothing where there is nothing.
fn strings(value: Option<&Value>, name: &str) -> Result<Vec<String>, CliError> {
    let wrong = || {
        usage(format!(
            "{name} of the tool call is neither a path nor a list of paths"
        ))
    };
    match value {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::String(text)) => Ok(vec![text.clone()]),
        Some(Value::Array(list)) => list
            .iter()
            .map(|one| one.as_str().map(str::to_owned).ok_or_else(wrong))
            .collect(),
        Some(_) => Err(wrong()),
    }
}

/// `cwd`, else this process's folder.
fn folder(value: &Value) -> Result<PathBuf, CliError> {
    let here = std::env::current_dir().map_err(|e| CliError::io("the current folder cannot be found", e))?;
    match value.get("cwd") {
        None | Some(Value::Null) => Ok(here),
        Some(Value::String(cwd)) if !cwd.contains('\0') => Ok(here.join(cwd)),
        Some(_) => Err(usage("cwd of the tool call is no path")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The form and paths of a call, or a piece of what is wrong with it.
    #[track_caller]
    fn check(text: &str, pointers: &[&str], expected: Result<(Form, &[&str]), &str>) {
        let pointers: Vec<String> = pointers.iter().map(|p| (*p).to_owned()).collect();
        match (Call::parse(text.as_bytes(), &pointers), expected) {
            (Ok(call), Ok((form, paths))) => {
                assert_eq!((call.form, call.paths), (form, own(paths)), "{text}");
            }
            (Err(CliError::Usage(what)), Err(piece)) => assert!(what.contains(piece), "{text}: {what}"),
            (got, _) => panic!("{text}: {got:?}"),
        }
    }

    fn own(paths: &[&str]) -> Vec<String> {
        paths.iter().map(|path| (*path).to_owned()).collect()
    }

    #[test]
    fn each_tool_of_the_table_names_its_files_by_each_of_its_keys() {
        for (tool, keys) in tools::TOOLS {
            for key in *keys {
                for name in [(*tool).to_owned(), format!("mcp__some_server__{tool}")] {
                    let text = format!(
                        r#"{{"session_id":"s","cwd":"/r","hook_event_name":"PreToolUse","tool_name":"{name}","tool_input":{{"{key}":"/r/a"}}}}"#
                    );
                    check(&text, &[], Ok((Form::Hook, &["/r/a"])));
                }
            }
        }
        let move_call = r#"{"tool_name":"move_file","tool_input":{"source":"a","destination":"b"}}"#;
        check(move_call, &[], Ok((Form::Hook, &["a", "b"])));
    }

    #[test]
    fn what_is_no_edit_names_no_file() {
        for tool in [
            "Bash",
            "Read",
            "Glob",
            "",
            "edit",
            "mcp__x__Bash",
            "mcp__",
            "mcp____",
        ] {
            let text = format!(r#"{{"tool_name":"{tool}","tool_input":{{"file_path":"a","path":"b"}}}}"#);
            check(&text, &[], Ok((Form::Hook, &[])));
        }
    }

    #[test]
    fn the_plain_form_has_a_path_or_paths() {
        for (text, expected) in [
            (r#"{"path":"a"}"#, Ok((Form::Plain, &["a"][..]))),
            (
                r#"{"cwd":"/r","paths":["a","b"]}"#,
                Ok((Form::Plain, &["a", "b"])),
            ),
            (r#"{"paths":[]}"#, Ok((Form::Plain, &[]))),
            (r#"{"path":"a","paths":null,"more":1}"#, Ok((Form::Plain, &["a"]))),
            (r#"{"cwd":"/r"}"#, Err("neither tool_name nor path")),
            (r#"{"paths":[1]}"#, Err("neither a path nor a list")),
            (r#"{"paths":{"a":1}}"#, Err("neither a path nor a list")),
            (r#"{"path":""}"#, Err("what no path can be")),
            (r#"{"path":"a\u0000b"}"#, Err("what no path can be")),
            (r#"{"path":"a","cwd":7}"#, Err("cwd")),
        ] {
            check(text, &[], expected);
        }
    }

    #[test]
    fn a_pointer_names_paths_of_a_tool_that_is_not_known() {
        let call = r#"{"tool_name":"paint","tool_input":{"at":["x","y"],"n":3}}"#;
        check(
            call,
            &["/tool_input/at", "/nowhere"],
            Ok((Form::Hook, &["x", "y"])),
        );
        check(call, &["/tool_input/n"], Err("neither a path nor a list"));
        check(r#"{"target":"z"}"#, &["/target"], Ok((Form::Plain, &["z"])));
    }

    #[test]
    fn what_is_no_call_says_what_is_wrong() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        for (text, piece) in [
            ("", "not JSON"),
            ("{", "not JSON"),
            (deep.as_str(), "not JSON"),
            (r#"{"path":"\ud800"}"#, "not JSON"),
            ("[]", "no JSON object"),
            (
                r#"{"hook_event_name":"PostToolUse","tool_name":"Edit"}"#,
                "another event",
            ),
            (r#"{"hook_event_name":7,"tool_name":"Edit"}"#, "another event"),
            (r#"{"hook_event_name":"PreToolUse"}"#, "no tool_name"),
            (r#"{"tool_name":["Edit"]}"#, "no tool_name"),
            (r#"{"tool_name":"Edit"}"#, "does not say in file_path"),
            (
                r#"{"tool_name":"Edit","tool_input":{"file_path":3}}"#,
                "neither a path",
            ),
            (
                r#"{"tool_name":"Write","tool_input":"a"}"#,
                "does not say in file_path",
            ),
        ] {
            check(text, &[], Err(piece));
        }
        let many = format!(r#"{{"paths":[{}"a"]}}"#, r#""a","#.repeat(PATHS_MAX));
        check(&many, &[], Err("more than 1000 paths"));
        assert!(Call::parse(b"{\"path\":\"\xff\"}", &[]).is_err());
    }
}
