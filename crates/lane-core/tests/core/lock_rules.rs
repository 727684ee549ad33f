//! Who may lock what: overlap, shared locks, hotspots, common paths, areas, what a task leaves out, holders.

use lane_core::ground;
use lane_core::id::AreaName;
use lane_core::policy::Area;
use lane_core::policy::Role;
use lane_core::record::LockMode;

use super::fixture::A;
use super::fixture::A_ELSEWHERE;
use super::fixture::B;
use super::fixture::Fixture;
use super::fixture::added;
use super::fixture::claimed;
use super::fixture::done;
use super::fixture::grant;
use super::fixture::granted;
use super::fixture::reclaimed;
use super::fixture::released;
use super::fixture::renewed;
use super::fixture::shared;
use super::fixture::texts;
use super::fixture::unlocked;
use super::fixture::widened;

#[test]
fn a_scope_that_somebody_holds_is_refused_with_holder_overlap_and_expiry() {
    let mut f = Fixture::new();
    f.add("T-1", &["src/*/parser"])
        .add("T-2", &["src/core/**"])
        .take(A, claimed("T-1"));
    let refusal = f.refuses(B, claimed("T-2"), &ground::FOREIGN_LOCK);
    assert!(refusal.what.contains("src/core/parser"), "{}", refusal.what);
    let held = refusal.held.unwrap();
    assert_eq!(
        (held.agent.as_str(), held.lock.unwrap().as_str()),
        ("agent-a", "L-T-1")
    );
    assert_eq!(held.until, f.lock("L-T-1").map(|l| l.expires));
    assert!(!held.over);
    f.refuses(B, granted("L-9", &["SRC/x/PARSER/deep"]), &ground::FOREIGN_LOCK);
    f.take(B, granted("L-9", &["src/core/lexer"]));
}

#[test]
fn a_lease_that_is_over_still_stands_until_it_is_reclaimed() {
    let mut f = Fixture::new();
    f.take(A, grant("L-1", None, &["src"], LockMode::Exclusive, Some(10)))
        .wait(71);
    let refusal = f.refuses(B, granted("L-2", &["src/a"]), &ground::FOREIGN_LOCK);
    assert_eq!(refusal.hints, ["git lane reclaim L-1 --note TEXT"]);
    f.take(B, reclaimed("L-1", "gone"))
        .take(B, granted("L-2", &["src/a"]));
}

#[test]
fn one_lane_does_not_stand_in_its_own_way_but_two_lanes_of_an_agent_do() {
    let mut f = Fixture::new();
    f.add("T-1", &["src/a"]).add("T-2", &["src/b"]);
    f.take(A, claimed("T-1")).take(A, claimed("T-2"));
    f.take(A, widened("L-1", "T-1", &["src/a/deep", "docs"]));
    assert_eq!(f.live("T-1").granted, texts(&["src/a/deep", "docs"]));
    f.refuses(A, widened("L-2", "T-1", &["src/b/x"]), &ground::FOREIGN_LOCK);
    f.take(A, granted("L-3", &["src/b/x"]));
}

#[test]
fn the_same_name_in_another_clone_is_somebody_else() {
    let mut f = Fixture::new();
    f.add("T-1", &["src/a"])
        .take(A, claimed("T-1"))
        .take(A, granted("L-1", &["docs"]));
    f.refuses(A_ELSEWHERE, granted("L-2", &["docs/x"]), &ground::FOREIGN_LOCK);
    f.refuses(A_ELSEWHERE, granted("L-2", &["src/a"]), &ground::FOREIGN_LOCK);
    f.refuses(A_ELSEWHERE, widened("L-2", "T-1", &["web"]), &ground::NOT_HOLDER);
    f.refuses(A_ELSEWHERE, released("T-1", "mine?"), &ground::NOT_HOLDER);
    f.refuses(A_ELSEWHERE, unlocked("L-1"), &ground::NOT_HOLDER);
    let refusal = f.refuses(A_ELSEWHERE, renewed("L-1", f.now()), &ground::NOT_HOLDER);
    assert!(refusal.what.ends_with("in another clone"), "{}", refusal.what);
    f.take(A, granted("L-2", &["docs/x"]));
}

#[test]
fn shared_locks_share_with_shared_locks_only() {
    let mut f = Fixture::new();
    f.add("T-1", &["src/a"]);
    f.take(A, shared("L-1", &["src"]))
        .take(B, shared("L-2", &["src/**"]));
    f.refuses(B, granted("L-3", &["src/a"]), &ground::FOREIGN_LOCK);
    f.refuses(B, claimed("T-1"), &ground::FOREIGN_LOCK);
    f.take(B, granted("L-4", &["docs"]));
    f.refuses(A, shared("L-5", &["docs"]), &ground::FOREIGN_LOCK);
}

#[test]
fn a_hotspot_is_never_shared() {
    let mut f = Fixture::with_policy(|p| p.lanes.hotspots = texts(&["src/lib.rs"]));
    f.refuses(A, shared("L-1", &["src/*.rs"]), &ground::HOTSPOT_SHARED);
    f.take(A, granted("L-1", &["src/lib.rs"]));
    f.refuses(B, granted("L-2", &["src/lib.rs"]), &ground::FOREIGN_LOCK);
    f.take(B, shared("L-2", &["src/main.rs"]));
}

#[test]
fn shared_locks_collide_on_what_became_a_hotspot_later() {
    let mut f = Fixture::new();
    f.take(A, shared("L-1", &["src"]));
    f.adopt(|p| p.lanes.hotspots = texts(&["src/lib.rs"]));
    f.refuses(B, shared("L-2", &["src"]), &ground::HOTSPOT_SHARED);
    f.take(B, shared("L-2", &["src/main.rs"]));
}

#[test]
fn common_paths_are_nobodys() {
    let mut f = Fixture::new();
    f.take(A, granted("L-1", &["CHANGELOG.md", "a/Cargo.lock", "docs"]));
    f.take(B, granted("L-2", &["CHANGELOG.md", "**/Cargo.lock"]))
        .take(B, unlocked("L-2"));
    let refusal = f.refuses(B, granted("L-2", &["**"]), &ground::FOREIGN_LOCK);
    assert!(refusal.what.contains("docs"), "{}", refusal.what);
}

#[test]
fn a_lane_is_not_widened_to_what_its_task_leaves_out() {
    let mut f = Fixture::new();
    let task = f.task_with("T-1", |t| t.out_of_scope = texts(&["gen/**"]));
    f.take(A, added(task)).take(A, claimed("T-1"));
    f.refuses(A, widened("L-1", "T-1", &["g*/x"]), &ground::OUT_OF_SCOPE);
    f.take(A, widened("L-1", "T-1", &["src"]))
        .take(A, granted("L-2", &["gen"]));
}

#[test]
fn a_lane_stays_in_its_area() {
    let own = |globs: &[&str]| Area {
        owns: texts(globs),
        ..Area::default()
    };
    let name = |n: &str| AreaName::new(n).unwrap();
    let mut f = Fixture::with_policy(|p| {
        p.area.insert(name("ui"), own(&["web/**", "api"]));
        p.area.insert(name("backend"), own(&["src", "api", "Cargo.lock"]));
    });
    let task = f.task_with("T-1", |t| t.area = Some(name("ui")));
    f.take(A, added(task)).take(A, claimed("T-1"));
    assert_eq!(f.live("T-1").claim.unwrap().lane, "ui:1");
    let refusal = f.refuses(A, widened("L-1", "T-1", &["web", "s?c/x"]), &ground::OUTSIDE_AREA);
    assert!(
        refusal.what.contains("src/x") && refusal.what.contains("backend"),
        "{}",
        refusal.what
    );
    assert_eq!(refusal.hints, ["git lane task add TITLE --area backend"]);
    f.take(
        A,
        widened("L-1", "T-1", &["web", "api/x", "nobodys", "Cargo.lock"]),
    );
}

#[test]
fn a_lane_that_nobody_or_somebody_else_holds_is_not_widened() {
    let mut f = Fixture::new();
    f.add("T-1", &[]);
    f.refuses(A, widened("L-1", "T-9", &["x"]), &ground::NO_SUCH_TASK);
    let refusal = f.refuses(A, widened("L-1", "T-1", &["x"]), &ground::NOT_HOLDER);
    assert_eq!(refusal.hints, ["git lane start T-1"]);
    f.take(A, claimed("T-1"));
    let above = B.acting_as(Role::Maintainer);
    f.refuses(above, widened("L-1", "T-1", &["x"]), &ground::NOT_HOLDER);
    f.take(A, done("T-1"));
    f.refuses(A, widened("L-1", "T-1", &["x"]), &ground::NO_SUCH_TASK);
}

#[test]
fn a_locks_id_is_taken_only_once_whatever_its_case() {
    let mut f = Fixture::new();
    f.add("T-x", &["a"]).take(A, granted("l-t-X", &["b"]));
    f.refuses(A, granted("L-T-x", &["c"]), &ground::ID_TAKEN);
    f.refuses(A, claimed("T-x"), &ground::ID_TAKEN);
    f.take(A, unlocked("l-t-X")).take(A, claimed("T-x"));
}

#[test]
fn a_bad_grant_is_refused_with_what_is_wrong_with_it() {
    let mut f = Fixture::new();
    f.refuses(A, granted("L-1", &[]), &ground::INVALID_INPUT);
    let refusal = f.refuses(A, granted("L-1", &["fine", "a["]), &ground::INVALID_INPUT);
    assert!(
        refusal.what.contains("a[") && refusal.what.contains("never closed"),
        "{}",
        refusal.what
    );
    let many: Vec<String> = (0..300).map(|n| format!("d{n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    f.refuses(A, granted("L-1", &many), &ground::INVALID_INPUT);
    f.take(A, granted("L-1", &many[..256]));
}

#[test]
fn a_lane_is_widened_to_a_bounded_number_of_globs() {
    let mut f = Fixture::new();
    f.add("T-1", &[]).take(A, claimed("T-1"));
    let many: Vec<String> = (0..257).map(|n| format!("d{n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    f.take(A, widened("L-1", "T-1", &many[..200]))
        .take(A, unlocked("L-1"));
    f.refuses(A, widened("L-2", "T-1", &many[200..]), &ground::INVALID_INPUT);
    f.take(A, widened("L-2", "T-1", &many[100..256]));
    assert_eq!(
        f.live("T-1").granted.len(),
        256,
        "what it was granted before is not counted twice"
    );
}
