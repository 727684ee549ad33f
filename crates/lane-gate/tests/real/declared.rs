//! `[service.NAME]`, `[preflight]` and `[hooks]` of `.agents/gates.toml`: what is read, and how a fault is named.

use std::path::PathBuf;

use lane_core::policy::Role;
use lane_core::time::Span;
use lane_gate::Contact;
use lane_gate::Gates;
use lane_gate::Hooks;
use lane_gate::Preflight;

const EXAMPLE: &str = r#"
[service.db]
tcp = "localhost:5432"
roles = ["worker", "tester"]
remedy = "docker compose up -d db"

[service.api]
http = "http://127.0.0.1:8080/health?deep=1"
timeout = "2s"

[service.cache]
run = ["redis-cli", "ping"]

[preflight]
disk = "20GiB"
sources = ["docs/spec.md", "/srv/specs"]

[hooks]
pre_commit = 1
handoff = 2
"#;

#[test]
fn services_are_read_with_what_they_leave_out() {
    let gates = Gates::parse(EXAMPLE.as_bytes()).unwrap();
    let names: Vec<_> = gates.services().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["api", "cache", "db"]);
    let service = |wanted: &str| {
        let found = gates.services().find(|(name, _)| name.as_str() == wanted);
        found.unwrap().1.clone()
    };

    let db = service("db");
    let host = "localhost".to_owned();
    assert_eq!(db.contact, Contact::Tcp { host, port: 5432 });
    assert!(db.roles.iter().eq(&[Role::Worker, Role::Tester]));
    assert_eq!(db.timeout, Span::from_secs(5));
    assert_eq!(db.remedy.as_deref(), Some("docker compose up -d db"));

    let api = service("api");
    let url = "http://127.0.0.1:8080/health?deep=1".to_owned();
    assert_eq!(
        (api.contact, api.timeout),
        (Contact::Http(url), Span::from_secs(2))
    );
    assert!(api.roles.iter().eq(&Role::ALL) && api.remedy.is_none());

    let words = ["redis-cli", "ping"].map(str::to_owned);
    assert_eq!(service("cache").contact, Contact::Run(words.to_vec()));
}

#[test]
fn preflight_and_hooks_have_defaults() {
    let gates = Gates::parse(EXAMPLE.as_bytes()).unwrap();
    let sources = ["docs/spec.md", "/srv/specs"].map(PathBuf::from).to_vec();
    let disk_bytes = 20 << 30;
    assert_eq!(gates.preflight(), &Preflight { disk_bytes, sources });
    let (pre_commit, handoff, integration) = (1, 2, 3);
    let hooks = Hooks {
        pre_commit,
        handoff,
        integration,
    };
    assert_eq!(gates.hooks(), hooks, "what is absent keeps its default");

    let gates = Gates::parse(b"").unwrap();
    assert_eq!(gates.preflight().disk_bytes, 1 << 30);
    assert!(gates.preflight().sources.is_empty() && gates.services().next().is_none());
    let hooks = gates.hooks();
    assert_eq!((hooks.pre_commit, hooks.handoff, hooks.integration), (0, 3, 3));
}

#[test]
fn a_fault_names_the_service_and_the_key() {
    const TCP: &str = "tcp = \"db:1\"\n";
    for (keys, said) in [
        ("", "`service.a.run` is missing, and so are `tcp` and `http`"),
        (
            "run = [\"x\"]\ntcp = \"db:1\"",
            "`service.a.run` excludes `tcp` and `http`",
        ),
        ("run = [\"x\"]\nhttp = \"http://db\"", "`service.a.run` excludes"),
        (
            "tcp = \"db:1\"\nhttp = \"http://db\"",
            "`service.a.tcp` and `http` exclude each other",
        ),
        ("run = \"x y\"", "`service.a.run` must be a list of strings"),
        ("run = []", "`service.a.run` must begin with a program"),
        (
            "run = [\"x\", \"\\u0000\"]",
            "`service.a.run` must not hold a NUL byte",
        ),
        ("tcp = 1", "`service.a.tcp` must be a string"),
        (
            "tcp = \"db\"",
            "`service.a.tcp` must be HOST:PORT, such as localhost:5432 or [::1]:5432, not \"db\"",
        ),
        ("tcp = \"db:\\u001b\"", "`service.a.tcp` must be HOST:PORT"),
        (
            "http = \"https://db/\"",
            "`service.a.http` cannot be https: without TLS here, \"https://db/\" is asked by run = [\"curl\"",
        ),
        ("http = \"HTTPS://db/\"", "`service.a.http` cannot be https"),
        (
            "http = \"db:80/\"",
            "`service.a.http` must be http://HOST[:PORT]/PATH",
        ),
        ("http = \"http://\"", "`service.a.http` must be http://"),
        (
            "http = \"http://user:secret@db/\"",
            "`service.a.http` must be http://",
        ),
        ("http = \"http://db/ x\"", "`service.a.http` must be http://"),
        (
            "http = \"http://db/\\r\\nX: y\"",
            "`service.a.http` must be http://",
        ),
        ("http = \"http://db/#x\"", "`service.a.http` must be http://"),
        (
            &format!("{TCP}timeout = \"0s\""),
            "`service.a.timeout` cannot be used: \"0s\"",
        ),
        (&format!("{TCP}roles = []"), "`service.a.roles` must name a role"),
        (
            &format!("{TCP}roles = [\"boss\\u001b\"]"),
            "`service.a.roles` cannot be used: \"boss\\\\u{1b}\": no such role; there are orchestrator, worker",
        ),
        (
            &format!("{TCP}roles = \"worker\""),
            "`service.a.roles` must be a list of strings",
        ),
        (
            &format!("{TCP}remedy = \"a\\nb\""),
            "`service.a.remedy` must be one line",
        ),
        (
            &format!("{TCP}remedy = \"\\u001b[2J\""),
            "`service.a.remedy` must be one line",
        ),
        (
            &format!("{TCP}remedy = \" \""),
            "`service.a.remedy` must be one line",
        ),
        (
            &format!("{TCP}remedy = \"{}\"", "x".repeat(201)),
            "`service.a.remedy` must be one line",
        ),
    ] {
        refused(&format!("[service.a]\n{keys}\n"), said);
    }
}

#[test]
fn a_fault_names_the_table_and_the_key() {
    for (text, said) in [
        ("service = 1", "`service` must be a table of services"),
        ("service.a = 1", "`service.a` must be a table"),
        ("[service.\"-x\"]", "service \"-x\" must start"),
        ("preflight = 1", "`preflight` must be a table"),
        ("[preflight]\ndisk = 1", "`preflight.disk` must be a string"),
        (
            "[preflight]\ndisk = \"1G\"",
            "`preflight.disk` must be a whole number with B, KiB, MiB, GiB, TiB, MB or GB, such as 1GiB, not \"1G\"",
        ),
        (
            "[preflight]\nsources = \"x\"",
            "`preflight.sources` must be a list of strings",
        ),
        (
            "[preflight]\nsources = [\"\"]",
            "`preflight.sources` must name paths, and \"\" is none",
        ),
        ("[[hooks]]\nx = 1", "`hooks` must be a table"),
        (
            "[hooks]\npre_commit = true",
            "`hooks.pre_commit` must be 0, 1, 2 or 3",
        ),
        ("[hooks]\nhandoff = 4", "`hooks.handoff` must be 0, 1, 2 or 3"),
        (
            "[hooks]\nintegration = -1",
            "`hooks.integration` must be 0, 1, 2 or 3",
        ),
        (
            "[hooks]\nintegration = 259",
            "`hooks.integration` must be 0, 1, 2 or 3",
        ),
    ] {
        refused(text, said);
    }
}

fn refused(text: &str, said: &str) {
    let shown = Gates::parse(text.as_bytes()).unwrap_err().to_string();
    assert!(shown.starts_with(said), "{text}: {shown}");
}
