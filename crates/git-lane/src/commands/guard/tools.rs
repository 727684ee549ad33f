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

/// The keys of a tool's input that name files. A tool of an MCP server is known by its own name, behind `mcp__SERVER__`.
pub(super) fn keys_of(tool: &str) -> &'static [&'static str] {
    let name = match tool.strip_prefix("mcp__") {
        Some(rest) => rest.split_once("__").map_or(rest, |(_, name)| name),
        None => tool,
    };
    let row = TOOLS.iter().find(|(known, _)| *known == name);
    row.map_or(&[], |(_, keys)| keys)
}
