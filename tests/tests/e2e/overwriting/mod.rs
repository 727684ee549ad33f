//! Pushes that rewrite or delete what the remote has: what is one's own may go, what others have needs an approval.

mod approved;
mod free;
mod refused;

use lane_testkit::Output;
use lane_testkit::Place;

use crate::clones::tip;
use crate::following::around;

/// A push that says nothing where it goes.
pub(crate) fn push(place: &Place<'_>, args: &[&str]) -> Output {
    place.git([&["push", "--quiet"], args].concat())
}

/// T-1 with a commit, pushed by who holds it.
pub(crate) fn begun<'s>(place: &Place<'s>) -> Place<'s> {
    place.task("T-1", "src/**");
    let lane = place.start("T-1");
    lane.commit("src/a.rs", "mine\n", "mine").ok();
    push(&lane, &["origin", "T-1"]).ok();
    lane
}

/// A branch of the remote's that this person of another name made in this clone, from main.
pub(crate) fn topic(place: &Place<'_>, name: &str, who: &str) -> String {
    let person = place
        .person()
        .env("GIT_AUTHOR_NAME", who)
        .env("GIT_AUTHOR_EMAIL", &format!("{who}@example.org"));
    person.git(["switch", "--quiet", "-c", name, "main"]).ok();
    person.commit(&format!("notes/{name}"), "x\n", "a topic").ok();
    let made = tip(&person, name);
    around(&person, &["push", "--quiet", "origin", name]).ok();
    person.git(["switch", "--quiet", "main"]).ok();
    made
}

/// What the remote has of a ref; empty where it has none.
pub(crate) fn there(place: &Place<'_>, name: &str) -> String {
    let listed = place.git(["ls-remote", "origin", name]).ok();
    let first = listed.stdout.split_whitespace().next();
    first.unwrap_or_default().to_owned()
}
