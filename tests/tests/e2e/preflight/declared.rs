//! What `.agents/gates.toml` declares for a preflight: services, sources, disk.

use std::net::TcpListener;

use lane_testkit::Place;
use lane_testkit::Sandbox;

use super::ready;
use crate::sandbox;

fn declaring<'s>(sandbox: &'s Sandbox, gates: &str) -> Place<'s> {
    let repo = ready(sandbox);
    repo.commit(".agents/gates.toml", gates, "gates").ok();
    repo
}

#[test]
fn a_service_that_is_down_names_its_own_remedy() {
    let sandbox = sandbox();
    let gates = "[service.db]\nrun = [\"sh\", \"-c\", \"test -f up || { echo 'no \\u001b[2Jserver'; exit 2; }\"]\nremedy = \"touch up\"\n";
    let repo = declaring(&sandbox, gates);
    repo.write(".git/info/exclude", "up\n.worktrees\n");
    let seen = repo
        .lane(["preflight"])
        .code(5)
        .says("error: service-db: `sh` ended with exit 2: no \\u{1b}[2Jserver");
    assert_eq!(seen.hints(), ["touch up"]);
    repo.sh(&seen.hints()[0]).ok();
    repo.lane(["preflight"]).ok().prints("service-db");
}

#[test]
fn a_service_is_asked_for_the_roles_that_need_it() {
    let sandbox = sandbox();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let gates = format!(
        "[service.web]\ntcp = \"127.0.0.1:{port}\"\n[service.api]\nhttp = \"http://127.0.0.1:{port}/\"\nroles = [\"tester\"]\ntimeout = \"1s\"\n"
    );
    let repo = declaring(&sandbox, &gates);
    repo.lane(["preflight"])
        .ok()
        .prints("service-api   not for the role worker");
    // It takes connections and never answers.
    repo.lane(["--role", "tester", "preflight"])
        .code(5)
        .says("error: service-api: no answer");
    drop(listener);
    let seen = repo.lane(["preflight"]).code(5).says(&format!(
        "error: service-web: no connection to 127.0.0.1:{port}: "
    ));
    assert!(seen.hints()[0].contains("`remedy` of [service.web]"), "{seen}");
}

#[cfg(unix)]
#[test]
fn a_source_that_is_a_pipe_is_not_waited_for() {
    let sandbox = sandbox();
    let repo = declaring(&sandbox, "[preflight]\nsources = [\"../pipe\", \"/dev/zero\"]\n");
    repo.sh("mkfifo ../pipe").ok();
    repo.lane(["preflight"])
        .code(5)
        .says("sources: ../pipe cannot be read: it is neither a file nor a folder, and 1 more cannot");
}

#[test]
fn a_source_that_is_tracked_comes_back_and_another_is_asked_for() {
    let sandbox = sandbox();
    let repo = declaring(
        &sandbox,
        "[preflight]\nsources = [\"docs/guide.md\", \"src\", \"/nowhere/spec.md\"]\n",
    );
    let seen = repo
        .lane(["preflight"])
        .code(5)
        .says("error: sources: /nowhere/spec.md cannot be read: No such file");
    assert!(
        seen.hints()[0].starts_with("put /nowhere/spec.md there"),
        "{seen}"
    );

    repo.sh(
        "sed -i 's|, ./nowhere/spec.md.||' .agents/gates.toml && git commit -qam less && rm docs/guide.md",
    )
    .ok();
    let seen = repo
        .at("src")
        .lane(["preflight"])
        .code(5)
        .says("error: sources: docs/guide.md cannot be read");
    let mend = seen
        .hints()
        .into_iter()
        .find(|hint| hint.starts_with("git restore"));
    repo.at("src").sh(&mend.expect("a command")).ok();
    repo.lane(["preflight"]).ok().prints("2 readable");
}

#[test]
fn a_disk_with_too_little_room_is_told() {
    let sandbox = sandbox();
    let repo = declaring(&sandbox, "[preflight]\ndisk = \"9999999TiB\"\n");
    repo.lane(["preflight"])
        .code(5)
        .says("are free where the worktrees lie, and 9999999.0 TiB must be");
    repo.commit(".agents/gates.toml", "[preflight]\ndisk = \"0B\"\n", "less")
        .ok();
    repo.lane(["preflight"]).ok();
}

#[test]
fn gates_that_cannot_be_read_are_a_fault_and_nothing_of_them_is_believed() {
    let sandbox = sandbox();
    let repo = ready(&sandbox);
    repo.write(".agents/gates.toml", "[service.db]\nhttp = \"https://db/\"\n");
    repo.sh("git add .agents && git -c core.hooksPath=/dev/null commit -qm gates")
        .ok();
    let seen = repo.lane(["preflight"]).code(5).says(
        "error: gates: .agents/gates.toml on the integration branch: `service.db.http` cannot be https",
    );
    assert!(!seen.stdout.contains("service-db"), "{seen}");
    repo.sh(&seen.hints()[0]).code(1).says("`service.db.http`");
    repo.lane(["preflight", "--json"]).code(5);
}
