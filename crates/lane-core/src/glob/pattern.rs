//! One alternative of a glob, as the components that a path must have.

use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

use crate::text::is_unsafe;

use super::MAX_BYTES;
use super::braces::Atom;
use super::braces::Lexed;
use super::class::Class;
use super::error::GlobProblem;
use super::fold::fold_text;

/// What one component of a path must look like. Behind the last one, anything below is covered as well.
#[derive(Clone, Debug)]
pub(super) enum Segment {
    /// `**`: any number of components, also none.
    AnyDepth,
    /// A component that consists of these.
    Name(Vec<Token>),
}

/// One thing within a component; never a slash.
#[derive(Clone, Debug)]
pub(super) enum Token {
    /// This character, folded.
    Char(char),
    /// `?`: exactly one character.
    One,
    /// `*`: any number of characters, also none.
    Any,
    /// One character out of a class.
    Class(Arc<Class>),
}

/// Takes off what does not change the meaning: leading `./` and `/`, trailing `/`.
pub(super) fn trimmed(written: &str) -> &str {
    let mut text = written;
    while let Some(rest) = text.strip_prefix("./").or_else(|| text.strip_prefix('/')) {
        text = rest;
    }
    text.trim_end_matches('/')
}

/// The alternatives of a trimmed glob; at least one, each without a trailing `**`.
///
/// An alternative without any segment covers everything.
pub(super) fn parse(text: &str) -> Result<Vec<Vec<Segment>>, GlobProblem> {
    if text.len() > MAX_BYTES {
        return Err(GlobProblem::TooLong);
    }
    if text.contains('\0') {
        return Err(GlobProblem::Nul);
    }
    if let Some(c) = text.chars().find(|c| is_unsafe(*c)) {
        return Err(GlobProblem::Unsafe(c));
    }
    let lexed = Lexed::read(&text.nfc().collect::<String>())?;
    let alternatives = lexed.alternatives()?;
    alternatives.iter().map(|atoms| segments(atoms)).collect()
}

fn segments(atoms: &[Atom<'_>]) -> Result<Vec<Segment>, GlobProblem> {
    let mut segments: Vec<Segment> = Vec::new();
    let names = atoms
        .split(|atom| matches!(atom, Atom::Slash))
        .filter(|name| !name.is_empty());
    for name in names {
        let segment = segment(name)?;
        let repeated = matches!(
            (&segment, segments.last()),
            (Segment::AnyDepth, Some(Segment::AnyDepth))
        );
        if !repeated {
            segments.push(segment);
        }
    }
    if segments.is_empty() {
        return Err(GlobProblem::Empty);
    }
    if matches!(segments.last(), Some(Segment::AnyDepth)) {
        segments.pop();
    }
    if covers_every_name(&segments) {
        segments.clear();
    }
    Ok(segments)
}

/// `*` and `**/*` cover every path that there can be, for want of empty components.
fn covers_every_name(segments: &[Segment]) -> bool {
    let last = match segments {
        [last] | [Segment::AnyDepth, last] => last,
        _ => return false,
    };
    matches!(last, Segment::Name(tokens) if matches!(tokens[..], [Token::Any]))
}

fn segment(name: &[Atom<'_>]) -> Result<Segment, GlobProblem> {
    if matches!(name, [Atom::Star, Atom::Star]) {
        return Ok(Segment::AnyDepth);
    }
    if name
        .windows(2)
        .any(|pair| matches!(pair, [Atom::Star, Atom::Star]))
    {
        return Err(GlobProblem::GluedStars);
    }
    if matches!(name, [Atom::Char('.')] | [Atom::Char('.'), Atom::Char('.')]) {
        return Err(GlobProblem::DotComponent);
    }
    Ok(Segment::Name(tokens(name)))
}

/// Folds each run of plain characters as a whole, because NFC looks at neighbours.
fn tokens(name: &[Atom<'_>]) -> Vec<Token> {
    let (mut tokens, mut run) = (Vec::with_capacity(name.len()), String::new());
    for atom in name {
        let token = match atom {
            Atom::Char(c) => {
                run.push(*c);
                continue;
            }
            Atom::Question => Token::One,
            Atom::Class(class) => Token::Class(Arc::clone(class)),
            // `Slash` cannot be here: components were split at it.
            Atom::Star | Atom::Slash => Token::Any,
        };
        flush(&mut run, &mut tokens);
        tokens.push(token);
    }
    flush(&mut run, &mut tokens);
    tokens
}

fn flush(run: &mut String, tokens: &mut Vec<Token>) {
    tokens.extend(fold_text(run).chars().map(Token::Char));
    run.clear();
}
