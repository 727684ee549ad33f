//! A lane that has something to show: a contract with commands, two commits, a remote; and its records, to be edited.

use lane_testkit::Output;
use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::following::around;
use crate::plumbing;
use crate::plumbing::STATE;

/// Two criteria with a command, and one of words only.
pub(crate) const CONTRACT: &str = r#"title = "work"
scope = ["src/**"]

[acceptance.builds]
text = "it builds"
check = ["test", "-s", "src/a.rs"]

[acceptance.clean]
text = "nothing is left to do"
check = ["true"]

[acceptance.words]
text = "it reads well"
"#;

/// A repository with a remote `origin` that has its integration branch. It has no testing stage: the acceptance is due at
/// the handoff.
pub(crate) fn published<'s>(sandbox: &'s Sandbox) -> Place<'s> {
    let repo = sandbox.lanes("r");
    repo.stages(&["review"]);
    repo.lane(["init", "--agents-md"]).ok();
    repo.git(["commit", "--quiet", "--all", "--amend", "--no-edit"])
        .ok();
    sandbox
        .at(".")
        .git(["init", "--quiet", "--bare", "origin.git"])
        .ok();
    let url = sandbox.path().join("origin.git");
    repo.git(["remote", "add", "origin", &url.to_string_lossy()]).ok();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    repo
}

/// Adds T-1 with this contract, and starts it for agent-a.
pub(crate) fn started<'s>(repo: &Place<'s>, contract: &str) -> Place<'s> {
    let file = repo.path().join(".git/contract.toml");
    std::fs::write(&file, contract).expect("a contract");
    repo.lane(["task", "add", "--id", "T-1", "--from", &file.to_string_lossy()])
        .ok();
    repo.agent("agent-a").start("T-1")
}

/// The repository, and its lane with two commits, not handed off.
pub(crate) fn worked(sandbox: &Sandbox) -> (Place<'_>, Place<'_>) {
    let repo = published(sandbox);
    let lane = started(&repo, CONTRACT);
    lane.commit("src/a.rs", "mine\n", "one").ok();
    lane.commit("src/c.rs", "mine\n", "two").ok();
    (repo, lane)
}

/// The same, handed off.
pub(crate) fn delivered(sandbox: &Sandbox) -> (Place<'_>, Place<'_>) {
    let (repo, lane) = worked(sandbox);
    lane.lane(["--offline", "handoff", "--risk", "a risk", "--next", "the next"])
        .ok();
    (repo, lane)
}

pub(crate) fn push(lane: &Place<'_>) -> Output {
    lane.git(["push", "--quiet", "origin", "T-1"])
}

/// The remote has no such branch again.
pub(crate) fn unpush(lane: &Place<'_>) {
    around(lane, &["push", "--quiet", "origin", ":T-1"]).ok();
}

/// The last commit of the state with the same message and another tree: a file replaced, or gone.
pub(crate) fn falsify(repo: &Place<'_>, path: &str, content: Option<&str>) {
    let last = repo.git(["cat-file", "commit", STATE]).ok().stdout;
    let tree = plumbing::line(&last, "tree ");
    let tree = match content {
        Some(text) => plumbing::tree_with(repo, tree, path, text.as_bytes()),
        None => {
            let index = repo.path().join(".git/plumbing-index").display().to_string();
            let place = repo.env("GIT_INDEX_FILE", &index);
            place.git(["read-tree", tree]).ok();
            place.git(["update-index", "--force-remove", path]).ok();
            place.git(["write-tree"]).ok().text().to_owned()
        }
    };
    let file = repo.path().join(".git/raw-commit");
    std::fs::write(&file, plumbing::with_line(&last, "tree ", &tree)).expect("a file for the commit");
    let name = repo.git(["hash-object", "-t", "commit", "-w", &file.to_string_lossy()]);
    repo.git(["update-ref", STATE, name.ok().text()]).ok();
}

/// A record with another value for a key of one of its tables (`""` = above the first); `key = ` is added if absent.
pub(crate) fn with(record: &str, table: &str, key: &str, value: &str) -> String {
    let header = format!("[{table}]");
    let begins = format!("{key} = ");
    let line = format!("{begins}{value}");
    let mut lines: Vec<&str> = record.lines().collect();
    let from = if table.is_empty() {
        0
    } else {
        1 + lines
            .iter()
            .position(|line| *line == header)
            .unwrap_or_else(|| panic!("no {header}\n{record}"))
    };
    let rest = &lines[from..];
    let to = from
        + rest
            .iter()
            .position(|line| line.starts_with('['))
            .unwrap_or(rest.len());
    match lines[from..to].iter().position(|l| l.starts_with(&begins)) {
        Some(at) => lines[from + at] = &line,
        None => lines.insert(from, &line),
    }
    lines.join("\n") + "\n"
}
