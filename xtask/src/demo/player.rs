//! Plays scenes on a stage, step by step, until one goes otherwise than the script says.

use std::collections::BTreeMap;

use super::expect;
use super::hint;
use super::narrator::Narrator;
use super::scene::Act;
use super::scene::Scene;
use super::scene::Step;
use super::scene::Who;
use super::stage::Stage;
use crate::Error;

/// A step that went otherwise. Scenes and steps count from one.
#[derive(Debug)]
pub(super) struct Surprise {
    pub(super) scene: usize,
    pub(super) step: usize,
    pub(super) line: String,
    pub(super) wrong: String,
    pub(super) text: String,
}

/// Plays all scenes. Returns the first surprise, after which nothing is played.
pub(super) fn play(
    scenes: &[Scene<'_>],
    stage: &Stage,
    narrator: &Narrator,
) -> Result<Option<Surprise>, Error> {
    let mut player = Player {
        stage,
        narrator,
        turn: None,
        hints: BTreeMap::new(),
    };
    for (scene, number) in scenes.iter().zip(1..) {
        narrator.heading(number, scene.heading);
        player.turn = None;
        for (step, count) in scene.steps.iter().zip(1..) {
            if let Some(Wrong { line, wrong, text }) = player.step(step)? {
                return Ok(Some(Surprise {
                    scene: number,
                    step: count,
                    line,
                    wrong,
                    text,
                }));
            }
        }
    }
    Ok(None)
}

struct Player<'a> {
    stage: &'a Stage,
    narrator: &'a Narrator,
    /// Who acted last in this scene.
    turn: Option<Who>,
    /// By actor, the hints of the last output that had any.
    hints: BTreeMap<Option<&'static str>, Vec<String>>,
}

struct Wrong {
    line: String,
    wrong: String,
    text: String,
}

impl Player<'_> {
    fn step(&mut self, step: &Step) -> Result<Option<Wrong>, Error> {
        match step.act {
            Act::Minutes(minutes) => {
                self.turn = None;
                self.narrator.clock(minutes);
                self.stage.advance(minutes)?;
                Ok(None)
            }
            Act::Line(line) => self.run(step, line.to_owned(), false),
            Act::Hint { begins, text } => {
                let hints = self.hints.get(&step.who.0).map_or(&[][..], Vec::as_slice);
                match hint::filled(hints, begins, text) {
                    Some(line) => self.run(step, line, true),
                    None => Ok(Some(Wrong {
                        line: format!("{begins} …"),
                        wrong: "no hint begins so".into(),
                        text: hints.iter().map(|hint| format!("hint: {hint}\n")).collect(),
                    })),
                }
            }
        }
    }

    fn run(&mut self, step: &Step, line: String, by_hint: bool) -> Result<Option<Wrong>, Error> {
        if self.turn.replace(step.who) != Some(step.who) {
            self.narrator.turns_to(step.who, &self.stage.folder(step.who));
        }
        self.narrator.command(&line, by_hint);
        let outcome = self.stage.run(step.who, &line)?;
        self.narrator.output(&outcome.text);
        let hints = hint::all(&outcome.text);
        if !hints.is_empty() {
            self.hints.insert(step.who.0, hints);
        }
        if let Some(wrong) = expect::mismatch(&step.expect, &outcome) {
            let text = outcome.text;
            return Ok(Some(Wrong { line, wrong, text }));
        }
        self.narrator.as_expected(&step.expect);
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::demo::narrator::Telling;
    use crate::demo::scene::A;
    use crate::demo::scene::B;

    /// Scene and step at which the steps surprise, and why.
    fn surprise(steps: &[Step]) -> Option<(usize, usize, String)> {
        let stage = Stage::build(Path::new("/nonexistent")).unwrap();
        let scenes = [Scene { heading: "x", steps }];
        let narrator = Narrator::new(Telling::Headings);
        let found = play(&scenes, &stage, &narrator).unwrap();
        found.map(|it| (it.scene, it.step, it.wrong))
    }

    #[test]
    fn step_that_goes_otherwise_is_named() {
        let found = surprise(&[A.runs("true"), A.runs("false"), A.runs("true")]);
        assert_eq!(found, Some((1, 2, "exit code 1 instead of 0".into())));
        let unrefused = surprise(&[A.is_refused(3, "not-ready", "true")]);
        assert_eq!(unrefused, Some((1, 1, "exit code 0 instead of 3".into())));
    }

    #[test]
    fn hint_is_followed_by_the_one_who_got_it() {
        const HINT: Step = A.runs("echo hint: echo TEXT; echo hint: false");
        let follow = surprise(&[HINT, A.runs("true"), A.follows("echo", "it's").shows(&["it's"])]);
        assert_eq!(follow, None);
        assert_eq!(surprise(&[HINT, A.follows("false", "")]).map(|it| it.1), Some(2));
        let stranger = surprise(&[HINT, B.follows("echo", "x")]);
        assert_eq!(stranger, Some((1, 2, "no hint begins so".into())));
    }
}
