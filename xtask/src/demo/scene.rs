//! What a story is made of: scenes of steps, each with who does what, and what must come of it.

/// A part of the story under one heading.
pub(crate) struct Scene<'s> {
    /// A sentence that says what is shown.
    pub(crate) heading: &'static str,
    pub(crate) steps: &'s [Step],
}

/// Who acts: the person, or an agent by name. Each has a shell session of its own, with its own current folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Who(pub(crate) Option<&'static str>);

/// The person who owns the repository.
pub(crate) const PERSON: Who = Who(None);
/// The first agent.
pub(crate) const A: Who = Who(Some("agent-a"));
/// The second agent.
pub(crate) const B: Who = Who(Some("agent-b"));

/// One thing that happens.
#[derive(Clone, Copy)]
pub(crate) struct Step {
    pub(crate) who: Who,
    pub(crate) act: Act,
    pub(crate) expect: Expect,
}

#[derive(Clone, Copy)]
pub(crate) enum Act {
    /// A line for the shell.
    Line(&'static str),
    /// The hint that begins so, of the last output of this actor that had hints; TEXT becomes these words.
    Hint {
        begins: &'static str,
        text: &'static str,
    },
    /// The clock moves on.
    Minutes(i64),
}

/// What must come of a step.
#[derive(Clone, Copy)]
pub(crate) struct Expect {
    pub(crate) code: i32,
    /// The stable id that an `error:` line begins with.
    pub(crate) finding: Option<&'static str>,
    /// Texts that must be in the output.
    pub(crate) shows: &'static [&'static str],
}

const SUCCESS: Expect = Expect {
    code: 0,
    finding: None,
    shows: &[],
};

/// The machine's clock is not touched: only the binary of the demo reads this one.
pub(crate) const fn minutes_pass(minutes: i64) -> Step {
    Step {
        who: PERSON,
        act: Act::Minutes(minutes),
        expect: SUCCESS,
    }
}

impl Who {
    /// Runs a line that succeeds.
    pub(crate) const fn runs(self, line: &'static str) -> Step {
        Step {
            who: self,
            act: Act::Line(line),
            expect: SUCCESS,
        }
    }

    /// Runs a line that is refused with this exit code and finding.
    pub(crate) const fn is_refused(self, code: i32, finding: &'static str, line: &'static str) -> Step {
        let mut step = self.runs(line);
        step.expect.code = code;
        step.expect.finding = Some(finding);
        step
    }

    /// Does what the last hint that begins so says, with these words for TEXT; it succeeds.
    pub(crate) const fn follows(self, begins: &'static str, text: &'static str) -> Step {
        Step {
            who: self,
            act: Act::Hint { begins, text },
            expect: SUCCESS,
        }
    }
}

impl Step {
    /// The output contains these texts.
    pub(crate) const fn shows(mut self, texts: &'static [&'static str]) -> Self {
        self.expect.shows = texts;
        self
    }

    /// The command ends with this code although git-lane refuses nothing.
    pub(crate) const fn exits(mut self, code: i32) -> Self {
        self.expect.code = code;
        self
    }
}
