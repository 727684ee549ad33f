//! Tools that edit files, and where their calls name these. A row a tool; what has no row is no edit.

/// The tool's name, and the keys of its input that hold a path or a list of paths.
pub(super) static TOOLS: &[(&str, &[&str])] = &[
    ("Edit", &["file_path"]),
    ("MultiEdit", &["file_path"]),
    ("NotebookEdit", &["notebook_path"]),
    ("Write", &["file_path"]),
    ("create_file", &["path", "file_path", "filePath"]),
    ("delete_file", &["path", "file_path", "filePath"]),
    ("edit_file", &["path", "file_path", "target_file"]),
    ("move_file", &["source", "destination"]),
    ("replace_in_file", &["path", "file_path"]),
    ("write_file", &["path", "file_path"]),
];

/// The pattern for a `PreToolUse` hook that these tools match, and no others: by their own names, and as tools of MCP servers.
pub(crate) fn matcher() -> String {
    let names: Vec<&str> = TOOLS.iter().map(|(name, _)| *name).collect();
    format!("^(mcp__.+__)?({})$", names.join("|"))
}

/// The keys of a tool's input that name files. A tool of an MCP server is known by its own name, behind `mcp__SERVER__`.
pub(super) fn keys_of(tool: &str) -> &'static [&'static str] {
    let name = match tool.strip_prefix("mcp__") {
        Some(rest) => rest.split_once("__").map_or(rest, |(_, name)| name),
        None => tool,
    };
    let row = TOOLS.iter().find(|(known, _)| *known == name);
    row.map_or(&[], |(_, keys)| keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pattern_matches_what_the_table_knows_and_nothing_else() {
        let pattern = regex::Regex::new(&matcher()).unwrap();
        let known = TOOLS.iter().map(|(name, _)| (*name).to_owned());
        let served = TOOLS.iter().map(|(name, _)| format!("mcp__files__{name}"));
        for tool in known.chain(served) {
            assert!(pattern.is_match(&tool) && !keys_of(&tool).is_empty(), "{tool}");
        }
        for tool in [
            "Bash",
            "Read",
            "TodoWrite",
            "Edits",
            "mcp__files__read_file",
            "mcp__Edit",
            "",
        ] {
            assert!(!pattern.is_match(tool), "{tool}");
        }
    }
}
