//! A changelog's outline, read in the plainest way: headings and list items. Not the reader of the strategy under test.

/// An entry and where it stands.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// `RELEASE/CATEGORY`.
    pub(crate) under: String,
    /// Its lines, joined by spaces.
    pub(crate) text: String,
}

/// Releases and categories as `RELEASE` and `RELEASE/CATEGORY`, and the entries.
pub(crate) fn read(text: &str) -> (Vec<String>, Vec<Entry>) {
    let (mut headings, mut entries): (Vec<String>, Vec<Entry>) = (Vec::new(), Vec::new());
    let (mut release, mut under) = (String::new(), String::new());
    let mut open = false;
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            release = heading
                .split([']', ' '])
                .next()
                .unwrap_or_default()
                .trim_start_matches('[')
                .to_owned();
            under.clone_from(&release);
            headings.push(under.clone());
        } else if let Some(category) = line.strip_prefix("### ") {
            under = format!("{release}/{}", category.trim());
            headings.push(under.clone());
        } else if let Some(item) = line.strip_prefix("- ") {
            entries.push(Entry {
                under: under.clone(),
                text: item.trim().to_owned(),
            });
        } else if let (true, Some(last)) = (open && line.starts_with(' '), entries.last_mut()) {
            last.text += " ";
            last.text += line.trim();
            continue;
        }
        open = line.starts_with("- ");
    }
    (headings, entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_stand_under_their_headings_with_all_their_lines() {
        let text = "# Log\n\n## [Unreleased]\n\n### Added\n\n- one\n  and more\n- two\n\n## [1.0.0] - 2026-01-01\n\n- bare\n";
        let (headings, entries) = read(text);
        assert_eq!(headings, ["Unreleased", "Unreleased/Added", "1.0.0"]);
        let all: Vec<String> = entries
            .iter()
            .map(|e| format!("{}: {}", e.under, e.text))
            .collect();
        assert_eq!(
            all,
            [
                "Unreleased/Added: one and more",
                "Unreleased/Added: two",
                "1.0.0: bare"
            ]
        );
    }
}
