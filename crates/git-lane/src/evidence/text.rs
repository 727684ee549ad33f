//! A handoff as people read it, and as it can be pasted into a pull request.

use lane_core::record::Checkpoint;
use lane_core::record::GateRun;
use lane_core::record::GateVerdict;
use lane_core::record::Omitted;
use lane_core::record::Task;
use lane_core::text;
use lane_git::Repo;
use lane_rules::Rewritten;

/// How many commits or files are shown.
const SHOWN: usize = 40;

/// The lines of a handoff.
pub(crate) fn handoff_text(
    repo: &Repo,
    task: &Task,
    record: &Checkpoint,
    rewritten: Option<&Rewritten>,
) -> Vec<String> {
    let mut out = vec![format!(
        "Handoff {} of {}: {}",
        record.checkpoint,
        record.task,
        text::escape(&task.title)
    )];
    let satisfied = if record.depends_satisfied { "yes" } else { "no" };
    out.push(format!("Lane: {}", text::escape(&record.lane)));
    out.push(format!("Status: {}", record.status));
    out.push(format!("Dependencies satisfied: {satisfied}"));
    if let Some(made) = &record.made {
        out.push(format!("By: {} at {}", made.by, made.at));
    }
    let base = record.base.as_deref().unwrap_or_default();
    out.push(format!("Base: {}", short(base)));
    out.push(format!(
        "Tip: {} (tree {})",
        short(&record.tip),
        short(&record.tree)
    ));
    let commits: Vec<String> = record.commits.iter().map(|id| commit(repo, id)).collect();
    list(&mut out, "Commits", &commits, record.more_commits.as_ref());
    let files: Vec<String> = record.files.iter().map(|file| text::escape(file)).collect();
    list(&mut out, "Files", &files, record.more_files.as_ref());
    if let Some(cause) = &record.cause {
        out.push(format!("Cause: {}", text::escape(&cause.text)));
        out.push(format!("Layer: {}", text::escape(&cause.layer)));
        out.push(format!("Mended in: {}", text::escape(&cause.file)));
    }
    acceptance(&mut out, task, record);
    if let Some(rewritten) = rewritten {
        out.push(format!("Acceptance after the claim: {}", rewritten.by()));
        let lines = rewritten.lines(&task.acceptance);
        out.extend(lines.iter().map(|line| format!("- {line}")));
    }
    gate(&mut out, record);
    for (name, said) in [
        ("Done", &record.done),
        ("Pending", &record.pending),
        ("Blockers", &record.blockers),
    ] {
        if !said.is_empty() {
            list(
                &mut out,
                name,
                &said.iter().map(|s| text::escape(s)).collect::<Vec<_>>(),
                None,
            );
        }
    }
    let removed: Vec<String> = record
        .removes
        .iter()
        .map(|(path, r)| format!("{}: {}", text::escape(path), text::escape(&r.why)))
        .collect();
    if !removed.is_empty() {
        list(&mut out, "Removed on purpose", &removed, None);
    }
    match record.risks.as_slice() {
        [] => out.push("Risks: none named".to_owned()),
        risks => list(
            &mut out,
            "Risks",
            &risks.iter().map(|s| text::escape(s)).collect::<Vec<_>>(),
            None,
        ),
    }
    out.push(format!(
        "Next: {}",
        text::escape(record.next.as_deref().unwrap_or(record.status.name()))
    ));
    out
}

fn short(id: &str) -> &str {
    id.get(..12).unwrap_or(id)
}

fn commit(repo: &Repo, id: &str) -> String {
    let subject = id
        .parse()
        .ok()
        .and_then(|oid| repo.commit(oid).ok())
        .map(|commit| {
            let message = String::from_utf8_lossy(&commit.message).into_owned();
            text::excerpt(message.lines().next().unwrap_or_default(), 100)
        });
    format!("{} {}", short(id), subject.unwrap_or_default())
        .trim_end()
        .to_owned()
}

fn list(out: &mut Vec<String>, name: &str, entries: &[String], more: Option<&Omitted>) {
    let total = more.map_or(entries.len() as u64, |more| more.total);
    out.push(format!("{name}: {total}"));
    out.extend(entries.iter().take(SHOWN).map(|entry| format!("- {entry}")));
    let hidden = total.saturating_sub(entries.len().min(SHOWN) as u64);
    if hidden > 0 {
        out.push(format!("- … and {hidden} more"));
    }
}

fn acceptance(out: &mut Vec<String>, task: &Task, record: &Checkpoint) {
    if task.acceptance.is_empty() {
        out.push("Acceptance: the task names none".to_owned());
        return;
    }
    out.push("Acceptance:".to_owned());
    for (key, criterion) in &task.acceptance {
        let mut words = text::escape(&criterion.text);
        if !criterion.purpose.is_empty() {
            words.push_str(&format!(" (for {})", criterion.purposes()));
        }
        match record.acceptance.get(key) {
            Some(run) => {
                let mark = if run.passed() { "x" } else { " " };
                out.push(format!("- [{mark}] {key} {words}"));
                out.push(format!(
                    "      $ {}  → exit {}, {} s, {}",
                    text::escape(&run.command),
                    run.exit,
                    run.secs,
                    text::excerpt(&run.digest, 23)
                ));
            }
            None => {
                let why = match &criterion.check {
                    Some(check) => format!("not run yet: {}", text::escape(&check.line())),
                    None => "no command: to be judged by reading".to_owned(),
                };
                out.push(format!("- [ ] {key} {words} ({why})"));
            }
        }
        if let Some(run) = record.before.get(key) {
            out.push(format!(
                "      at the base, tree {}  → exit {}, {} s, {}",
                short(&run.tree),
                run.exit,
                run.secs,
                text::excerpt(&run.digest, 23)
            ));
        }
    }
}

/// The checks of the gate by rung; nothing where none is declared.
fn gate(out: &mut Vec<String>, record: &Checkpoint) {
    if !record.gate.is_empty() {
        out.push("Gate:".to_owned());
    }
    for (passed, said) in gate_lines(record) {
        let mark = if passed { "x" } else { " " };
        out.push(format!("- [{mark}] {said}"));
    }
}

/// A line a check of the gate, by rung and name, and whether it passed and is not flaky.
pub(crate) fn gate_lines(record: &Checkpoint) -> Vec<(bool, String)> {
    let mut runs: Vec<(&String, &GateRun)> = record.gate.iter().collect();
    runs.sort_by_key(|(name, run)| (run.rung, *name));
    let line = |(name, run): (&String, &GateRun)| {
        let mut said = vec![run.verdict.name().to_owned()];
        if run.verdict == GateVerdict::Flaky {
            said.push("failed before on these very files".to_owned());
        }
        said.extend(run.why.as_ref().map(|why| text::escape(why)));
        said.extend(run.secs.map(|secs| format!("{secs} s")));
        said.extend(run.tests.map(|tests| format!("{tests} tests")));
        let key = run.key.as_deref().map(|key| format!("key {}", short(key)));
        said.extend(key.or_else(|| run.secs.map(|_| "no receipt".to_owned())));
        let line = format!("{} {}: {}", run.rung, text::escape(name), said.join(", "));
        (run.verdict == GateVerdict::Passed, line)
    };
    runs.into_iter().map(line).collect()
}
