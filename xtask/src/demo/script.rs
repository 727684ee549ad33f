//! The story. A new part: a file in `script/`, its `mod` line, its place in `SCENES`.

mod acceptance;
mod clones;
mod commit_inside;
mod commit_outside;
mod gate;
mod handoff;
mod init;
mod judging;
mod landing;
mod lease;
mod merging;
mod push;
mod records;
mod repository;
mod start;
mod tasks;
mod uninstall;
mod widen;

use super::scene::Scene;

/// Every scene, in the order of the story: each begins where the one before ended.
pub(super) const SCENES: &[Scene<'_>] = &[
    repository::SCENE,
    init::SCENE,
    tasks::SCENE,
    start::SCENE,
    commit_inside::SCENE,
    commit_outside::SCENE,
    widen::SCENE,
    lease::SCENE,
    push::SCENE,
    acceptance::SCENE,
    handoff::SCENE,
    judging::SCENE,
    landing::SCENE,
    records::SCENE,
    merging::SCENE,
    gate::SCENE,
    clones::SCENE,
    uninstall::SCENE,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Workspace;

    #[test]
    fn headings_are_sentences_and_no_scene_is_empty() {
        for scene in SCENES {
            assert!(scene.heading.ends_with('.'), "{}", scene.heading);
            assert!(!scene.steps.is_empty(), "{}", scene.heading);
        }
    }

    #[test]
    fn every_finding_of_the_story_is_a_documented_one() {
        let path = Workspace::here().root().join("docs/refusals.md");
        let documented = std::fs::read_to_string(path).unwrap();
        let steps = SCENES.iter().flat_map(|scene| scene.steps);
        for finding in steps.filter_map(|step| step.expect.finding) {
            assert!(documented.contains(&format!("| `{finding}` |")), "{finding}");
        }
    }
}
