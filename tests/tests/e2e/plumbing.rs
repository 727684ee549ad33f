//! The state ref rewritten by git's plumbing, as no git-lane would: for tests of what is said then.

use lane_core::event::Message;
use lane_core::event::chain_of;
use lane_testkit::Place;

pub(crate) const STATE: &str = "refs/agents/state";

/// The commits of the state as they are stored, the first one first.
pub(crate) fn commits(place: &Place<'_>) -> Vec<String> {
    let list = place.git(["rev-list", "--reverse", STATE]).ok();
    let raw = |id: &str| place.git(["cat-file", "commit", id]).ok().stdout;
    list.stdout.lines().map(raw).collect()
}

/// Writes the commits anew, each on top of the one before it, and puts the ref there. Gives their names.
pub(crate) fn rebuild(place: &Place<'_>, commits: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for raw in commits {
        let raw = match names.last() {
            Some(parent) => with_line(raw, "parent ", parent),
            None => raw.clone(),
        };
        let file = place.path().join(".git/raw-commit");
        std::fs::write(&file, raw).expect("a file for the commit");
        let file = file.display().to_string();
        names.push(
            place
                .git(["hash-object", "-t", "commit", "-w", &file])
                .ok()
                .text()
                .to_owned(),
        );
    }
    let tip = names.last().expect("a commit").clone();
    place.git(["update-ref", STATE, &tip]).ok();
    names
}

/// The commits with chain values and numbers that fit, as somebody would write them who knows how: only what the events
/// say gives them away.
pub(crate) fn rechained(place: &Place<'_>, commits: &mut [String]) {
    let record = place
        .git(["cat-file", "blob", &format!("{STATE}:.agents/state.toml")])
        .ok();
    let repository = line(&record.stdout, "repository = ").trim_matches('"').to_owned();
    let mut chain = chain_of("", &format!("{repository}\n"));
    for (seq, raw) in commits.iter_mut().enumerate().skip(1) {
        let numbered = with_line(raw, "seq = ", &seq.to_string());
        chain = Message::find(&numbered).expect("an event").expected_chain(&chain);
        *raw = with_line(&numbered, "chain = ", &format!("\"{chain}\""));
    }
}

/// The commit with another value in the first line that begins with `key`.
pub(crate) fn with_line(raw: &str, key: &str, value: &str) -> String {
    let old = raw
        .lines()
        .find(|line| line.starts_with(key))
        .expect("such a line");
    raw.replacen(old, &format!("{key}{value}"), 1)
}

/// What the first line that begins with `key` says.
pub(crate) fn line<'r>(raw: &'r str, key: &str) -> &'r str {
    raw.lines()
        .find_map(|line| line.strip_prefix(key))
        .expect("such a line")
}

/// The tree with one file replaced or added.
pub(crate) fn tree_with(place: &Place<'_>, tree: &str, path: &str, content: &[u8]) -> String {
    let index = place.path().join(".git/plumbing-index").display().to_string();
    let place = place.env("GIT_INDEX_FILE", &index);
    let file = place.path().join(".git/plumbing-file");
    std::fs::write(&file, content).expect("a file for the blob");
    place.git(["read-tree", tree]).ok();
    let blob = place
        .git(["hash-object", "-w", "--no-filters", &file.display().to_string()])
        .ok();
    let entry = format!("100644,{},{path}", blob.text());
    place.git(["update-index", "--add", "--cacheinfo", &entry]).ok();
    place.git(["write-tree"]).ok().text().to_owned()
}

/// The last commit of the state again, with one file of its tree replaced or added.
pub(crate) fn put(place: &Place<'_>, path: &str, content: impl AsRef<[u8]>) {
    let mut all = commits(place);
    let last = all.pop().expect("a commit");
    let tree = tree_with(place, line(&last, "tree "), path, content.as_ref());
    all.push(with_line(&last, "tree ", &tree));
    rebuild(place, &all);
}

/// A file of the state.
pub(crate) fn file(place: &Place<'_>, path: &str) -> String {
    place
        .git(["cat-file", "blob", &format!("{STATE}:{path}")])
        .ok()
        .stdout
}

/// Where a live record with this name lies in the state.
pub(crate) fn path_of(place: &Place<'_>, name: &str) -> String {
    let files = place.git(["ls-tree", "-r", "--name-only", STATE]).ok();
    let end = format!("/{name}.toml");
    let found = files.stdout.lines().find(|path| path.ends_with(&end));
    found
        .unwrap_or_else(|| panic!("no {name} in the state\n{files}"))
        .to_owned()
}
