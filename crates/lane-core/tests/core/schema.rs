//! Every field that is written has its row in the schema, and the rows are in the order in which fields are written.

use std::collections::BTreeMap;

use lane_core::codec;
use lane_core::id::Agent;
use lane_core::id::AreaName;
use lane_core::id::CheckpointId;
use lane_core::id::CloneId;
use lane_core::id::LockId;
use lane_core::id::OverrideId;
use lane_core::id::PushId;
use lane_core::id::TaskId;
use lane_core::policy::Adopted;
use lane_core::policy::Area;
use lane_core::policy::Limits;
use lane_core::policy::MergeStyle;
use lane_core::policy::Policy;
use lane_core::policy::Role;
use lane_core::record::Abandoned;
use lane_core::record::Acceptance;
use lane_core::record::ApprovedPush;
use lane_core::record::Assigned;
use lane_core::record::Blocked;
use lane_core::record::Cause;
use lane_core::record::Check;
use lane_core::record::Checkpoint;
use lane_core::record::Claim;
use lane_core::record::Class;
use lane_core::record::Completion;
use lane_core::record::Conflict;
use lane_core::record::Consult;
use lane_core::record::Exception;
use lane_core::record::Failure;
use lane_core::record::Forced;
use lane_core::record::Frozen;
use lane_core::record::GateRun;
use lane_core::record::GateVerdict;
use lane_core::record::Kind;
use lane_core::record::Known;
use lane_core::record::Landing;
use lane_core::record::Lock;
use lane_core::record::LockMode;
use lane_core::record::Made;
use lane_core::record::Mark;
use lane_core::record::Meta;
use lane_core::record::Note;
use lane_core::record::Omitted;
use lane_core::record::Outcome;
use lane_core::record::Phase;
use lane_core::record::Priority;
use lane_core::record::Purpose;
use lane_core::record::Removal;
use lane_core::record::Results;
use lane_core::record::Risk;
use lane_core::record::Signed;
use lane_core::record::Stage;
use lane_core::record::Task;
use lane_core::record::Trouble;
use lane_core::record::Verdict;
use lane_core::record::schema;
use lane_core::record::schema::Law;
use lane_core::record::schema::Schema;
use lane_core::time::Span;
use lane_core::time::Timestamp;

/// The full paths of the keys and headers of a text that the store wrote: a key or header a line.
fn fields(text: &str) -> Vec<Vec<String>> {
    let mut section: Vec<String> = Vec::new();
    let mut out = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty()) {
        if let Some(header) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = header
                .split('.')
                .map(|key| key.trim_matches('"').to_owned())
                .collect();
            out.push(section.clone());
        } else if let Some((key, _)) = line.split_once(" = ") {
            let key = key.to_owned();
            out.push(section.iter().cloned().chain([key]).collect());
        }
    }
    out
}

/// Fails unless each field has a row, and the rows come in their order.
#[track_caller]
fn check(path: &str, kind: schema::Kind, text: &str) {
    let schema = Schema::of(path);
    assert_eq!(schema.kind, kind, "{path}");
    let fields = fields(text);
    assert!(fields.len() > 3, "{text}");
    let mut last = 0;
    for field in fields {
        let place = match schema.row(&field) {
            Some((place, _)) => place,
            // A table of fields that merge one by one has no row of its own.
            None => schema
                .place(&field)
                .unwrap_or_else(|| panic!("{field:?} has no row, in\n{text}")),
        };
        assert!(
            place >= last,
            "{field:?} stands behind {}",
            schema.rows[last].path
        );
        last = place;
    }
    for row in schema.rows {
        if let Law::Together(name) = row.law {
            assert!(schema.group(name).is_some(), "no group {name}");
        }
    }
}

#[track_caller]
fn check_record<T: serde::Serialize>(path: &str, kind: schema::Kind, record: &T) {
    check(path, kind, &codec::encode(record).unwrap());
}

fn text(text: &str) -> String {
    text.to_owned()
}

fn list() -> Vec<String> {
    vec![text("x")]
}

fn time() -> Timestamp {
    Timestamp::from_secs(1_800_000_000)
}

fn agent() -> Agent {
    Agent::new("agent-a").unwrap()
}

fn clone() -> CloneId {
    CloneId::new("9c41").unwrap()
}

fn task_id() -> TaskId {
    TaskId::new("T-1").unwrap()
}

fn made() -> Made {
    Made {
        by: agent(),
        clone: clone(),
        at: time(),
        seq: 3,
    }
}

fn outcome() -> Outcome {
    Outcome {
        command: text("cargo test"),
        check: Some(text("unit")),
        exit: 1,
        secs: 3.2,
        tree: "a".repeat(40),
        digest: text("sha256:0"),
        signature: Some(text("sha256:0")),
        lines: Some(text("no")),
        made: Some(made()),
    }
}

fn verdict() -> Verdict {
    Verdict {
        ready: true,
        tip: "a".repeat(40),
        class: Some(Class::Implemented),
        conflict: Some(Conflict::Interface),
        findings: list(),
        fixed: list(),
        extra: toml::Table::new(),
        made: Some(made()),
    }
}

fn landing() -> Landing {
    Landing {
        fence: 7,
        base: "b".repeat(40),
        tree: "c".repeat(40),
        merge: MergeStyle::NoFf,
        gate: BTreeMap::from([(text("test"), gate_run())]),
    }
}

fn task() -> Task {
    let criterion = Acceptance {
        text: text("it works"),
        check: Some(Check::Named(text("unit"))),
        purpose: vec![Purpose::Regression],
        extra: toml::Table::new(),
    };
    // No `..`: a field that is added must be added here, and so to the schema.
    Task {
        id: task_id(),
        title: text("One"),
        branch: text("T-1"),
        created: time(),
        extra: toml::Table::new(),
        kind: Kind::Defect,
        status: Phase::Review,
        priority: Priority::High,
        risk: Some(Risk::High),
        area: Some(AreaName::new("backend").unwrap()),
        issue: Some(text("#1")),
        labels: list(),
        scope: list(),
        out_of_scope: list(),
        granted: list(),
        depends_on: vec![task_id()],
        parent: Some(task_id()),
        slice: Some(text("the parser")),
        merge_order: Some(2),
        children: vec![task_id()],
        notes: Some(text("One.")),
        attempts: 1,
        checkpoints: 1,
        handoff: Some(CheckpointId::nth(1)),
        authors: vec![agent()],
        entered: Some(time()),
        acceptance: BTreeMap::from([(text("a1"), criterion)]),
        blocked: Some(Blocked {
            on: Some(task_id()),
            why: Some(text("it waits")),
            by: agent(),
            since: time(),
            extra: toml::Table::new(),
        }),
        claim: Some(Claim {
            by: agent(),
            clone: clone(),
            lane: text("T-1"),
            fence: 17,
            since: time(),
            attempt: 1,
            extra: toml::Table::new(),
        }),
        assigned: Some(Assigned {
            by: agent(),
            clone: clone(),
            role: Role::Reviewer,
            since: time(),
            extra: toml::Table::new(),
        }),
        trouble: Some(Trouble {
            mark: Mark::Retry,
            stage: Stage::Review,
            why: text("off by one"),
            by: agent(),
            since: time(),
            extra: toml::Table::new(),
        }),
        failed: BTreeMap::from([(Stage::Review, 1), (Stage::Testing, 2)]),
        verdict: BTreeMap::from([(Stage::Review, verdict())]),
        signed: Some(Signed {
            tip: "a".repeat(40),
            made: made(),
        }),
        completion: Some(Completion {
            by: agent(),
            at: time(),
            tip: "a".repeat(40),
            landed: "b".repeat(40),
            holder: Some(agent()),
            how: Some(Known::Landed),
            extra: toml::Table::new(),
            landing: Some(landing()),
        }),
        abandoned: Some(Abandoned {
            by: agent(),
            at: time(),
            why: text("nobody wants it"),
            holder: Some(agent()),
            extra: toml::Table::new(),
        }),
    }
}

#[test]
fn tasks() {
    check_record(".agents/queue/aa/T-1.toml", schema::Kind::Task, &task());
    check_record(".agents/archive/aa/T-1/task.toml", schema::Kind::Task, &task());
}

#[test]
fn locks() {
    let lock = Lock {
        id: LockId::new("L-1").unwrap(),
        task: Some(task_id()),
        owner: agent(),
        clone: clone(),
        scope: list(),
        mode: LockMode::Shared,
        objective: text("it works"),
        fence: 17,
        lease: Some(Span::from_secs(60)),
        start: time(),
        heartbeat: time(),
        expires: time(),
        kept: true,
        extra: toml::Table::new(),
    };
    check_record(".agents/locks/L-1.toml", schema::Kind::Lock, &lock);
}

fn gate_run() -> GateRun {
    GateRun {
        rung: 2,
        verdict: GateVerdict::Flaky,
        why: Some(text("why")),
        key: Some("d".repeat(64)),
        tree: Some("b".repeat(40)),
        secs: Some(0.5),
        ended: Some(time()),
        tests: Some(3),
    }
}

#[test]
fn checkpoints() {
    let omitted = || {
        Some(Omitted {
            total: 9,
            digest: text("sha256:0"),
        })
    };
    let checkpoint = Checkpoint {
        task: task_id(),
        checkpoint: CheckpointId::nth(1),
        lane: text("T-1"),
        status: Phase::Review,
        depends_satisfied: true,
        tip: "a".repeat(40),
        tree: "b".repeat(40),
        extra: toml::Table::new(),
        base: Some("c".repeat(40)),
        commits: list(),
        files: list(),
        risks: list(),
        next: Some(text("review")),
        done: list(),
        pending: list(),
        blockers: list(),
        gate: BTreeMap::from([(text("unit"), gate_run())]),
        more_commits: omitted(),
        more_files: omitted(),
        removes: BTreeMap::from([(text("x"), Removal { why: text("gone") })]),
        cause: Some(Cause {
            text: text("it was off by one"),
            layer: text("parser"),
            file: text("x"),
        }),
        before: BTreeMap::from([(text("a1"), outcome())]),
        acceptance: BTreeMap::from([(text("a1"), outcome())]),
        made: Some(made()),
    };
    for path in [
        ".agents/handoffs/aa/T-1/CP-01.toml",
        ".agents/archive/aa/T-1/CP-01.toml",
    ] {
        check_record(path, schema::Kind::Checkpoint, &checkpoint);
    }
}

#[test]
fn results() {
    let failure = Failure {
        key: text("a1"),
        signature: text("sha256:0"),
        command: text("cargo test"),
        exit: 1,
        lines: Some(text("no")),
        tip: "a".repeat(40),
        times: 2,
        remedy: Some(text("none")),
        mended: Some("b".repeat(40)),
        made: made(),
    };
    let consult = Consult {
        source: text("handbook"),
        query: text("empty groups"),
        fallback: true,
        made: made(),
    };
    let results = Results {
        task: task_id(),
        extra: toml::Table::new(),
        acceptance: BTreeMap::from([(text("a1"), outcome())]),
        before: BTreeMap::from([(text("a1"), outcome())]),
        consult: BTreeMap::from([(text("C-1"), consult)]),
        failure: BTreeMap::from([(text("F-1"), failure)]),
    };
    for path in [
        ".agents/receipts/aa/T-1.toml",
        ".agents/archive/aa/T-1/receipts.toml",
    ] {
        check_record(path, schema::Kind::Results, &results);
    }
}

#[test]
fn notes_and_overrides() {
    let note = Note {
        id: text("e-1"),
        seq: 3,
        task: task_id(),
        by: agent(),
        clone: clone(),
        role: Role::Worker,
        at: time(),
        to: list(),
        text: text("One."),
        extra: toml::Table::new(),
    };
    check_record(".agents/messages/aa/T-1/e-1.toml", schema::Kind::Note, &note);
    let exception = Exception {
        id: OverrideId::new("O-1").unwrap(),
        kind: text("override"),
        path: text("docs/**"),
        why: text("a typing error"),
        by: agent(),
        clone: clone(),
        task: Some(task_id()),
        at: time(),
        until: time(),
        extra: toml::Table::new(),
    };
    check_record(".agents/approvals/O-1.toml", schema::Kind::Exception, &exception);
}

#[test]
fn the_head_of_the_state() {
    let approved = ApprovedPush {
        change: Forced {
            name: text("refs/heads/main"),
            old: text("a"),
            new: Some(text("b")),
        },
        by: agent(),
        clone: clone(),
        at: time(),
        until: time(),
        why: text("a secret came onto it"),
    };
    let meta = Meta {
        format: 1,
        repository: text("0123abcd"),
        integration: text("main"),
        epoch: 1,
        extra: toml::Table::new(),
        frozen: Some(Frozen {
            by: agent(),
            clone: clone(),
            at: time(),
            why: text("a release"),
        }),
        push: BTreeMap::from([(PushId::new("P-1").unwrap(), approved)]),
    };
    check_record(".agents/state.toml", schema::Kind::Meta, &meta);
}

#[test]
fn policies() {
    let mut policy = Policy {
        repository: text("0123abcd"),
        remote: Some(text("origin")),
        roles: BTreeMap::from([(Role::Worker, list())]),
        area: BTreeMap::from([(
            AreaName::new("backend").unwrap(),
            Area {
                owns: list(),
                lanes: Some(2),
                extra: toml::Table::new(),
            },
        )]),
        ..Policy::default()
    };
    policy.landing.merges = 5;
    policy.instructions.file = text("CLAUDE.md");
    policy.sync.refname = Some(text("refs/agents/state"));
    policy.sync.pace = Some(Span::from_secs(1));
    policy.pipeline.stages = Stage::OPTIONAL.map(|stage| text(stage.name())).to_vec();
    let limit = Some(Span::from_secs(900));
    policy.limits = Limits {
        worker: limit,
        reviewer: limit,
        tester: limit,
    };
    check_record(".agents/policy.toml", schema::Kind::Policy, &policy);
    let adopted = Adopted::of(&policy, &"a".repeat(40));
    check_record(".agents/policy.toml", schema::Kind::Policy, &adopted);
}

#[test]
fn gates() {
    let rest = "paths = ['x']\ntimeout = '10m'\narea = 'x'\nlevel = 'lane'\n";
    for work in ["builtin", "run"] {
        let text = format!("[check.a]\nrung = 2\n{work} = 'x'\n{rest}");
        check(".agents/gates.toml", schema::Kind::Gates, &text);
    }
}

#[test]
fn a_path_that_is_no_records_has_no_schema() {
    for path in [
        ".agents/queue/T-1.toml",
        ".agents/x.toml",
        "queue/aa/T-1.toml",
        ".agents/locks/a/b.toml",
        "",
    ] {
        assert_eq!(Schema::of(path).kind, schema::Kind::Other, "{path}");
    }
}
