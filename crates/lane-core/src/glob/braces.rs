//! From the text of a glob to its alternatives: `{a,b}/c` is `a/c` and `b/c`.

use std::sync::Arc;

use super::MAX_ALTERNATIVES;
use super::MAX_DEPTH;
use super::class;
use super::class::Class;
use super::error::GlobProblem;

/// One thing that a glob can say at one place; no braces are left at this point.
#[derive(Clone, Debug)]
pub(super) enum Atom<'c> {
    Char(char),
    Slash,
    Question,
    Star,
    Class(&'c Arc<Class>),
}

/// Owns what one glob says, so that alternatives can share its classes.
enum Lexeme {
    Plain(char),
    Slash,
    Question,
    Star,
    Class(Arc<Class>),
    Open,
    Comma,
    Close,
}

/// A glob's text, read but not yet spelled out.
pub(super) struct Lexed(Vec<Lexeme>);

impl Lexed {
    /// Reads the text of a glob, in NFC.
    pub(super) fn read(text: &str) -> Result<Self, GlobProblem> {
        let chars: Vec<char> = text.chars().collect();
        let (mut rest, mut lexemes) = (&chars[..], Vec::with_capacity(chars.len()));
        while let [c, after @ ..] = rest {
            let (lexeme, after) = match c {
                '\\' => class::escaped(after).map(|(c, after)| (Lexeme::Plain(c), after))?,
                '[' => class::read(after).map(|(class, after)| (Lexeme::Class(Arc::new(class)), after))?,
                '/' => (Lexeme::Slash, after),
                '?' => (Lexeme::Question, after),
                '*' => (Lexeme::Star, after),
                '{' => (Lexeme::Open, after),
                ',' => (Lexeme::Comma, after),
                '}' => (Lexeme::Close, after),
                c => (Lexeme::Plain(*c), after),
            };
            lexemes.push(lexeme);
            rest = after;
        }
        Ok(Self(lexemes))
    }

    /// Every alternative, in the order in which a shell would list them.
    pub(super) fn alternatives(&self) -> Result<Vec<Vec<Atom<'_>>>, GlobProblem> {
        let (alternatives, rest) = sequence(&self.0, 0)?;
        if rest.is_empty() {
            Ok(alternatives)
        } else {
            Err(GlobProblem::UnopenedBrace)
        }
    }
}

/// Spells out up to the `,` or `}` that ends this depth, or to the end; returns that and what follows.
fn sequence(mut rest: &[Lexeme], depth: usize) -> Result<(Vec<Vec<Atom<'_>>>, &[Lexeme]), GlobProblem> {
    let mut heads = vec![Vec::new()];
    while let [lexeme, after @ ..] = rest {
        let atom = match lexeme {
            Lexeme::Close => break,
            Lexeme::Comma if depth > 0 => break,
            Lexeme::Open => {
                let (tails, after) = group(after, depth + 1)?;
                heads = joined(&heads, &tails)?;
                rest = after;
                continue;
            }
            Lexeme::Comma => Atom::Char(','),
            Lexeme::Plain(c) => Atom::Char(*c),
            Lexeme::Slash => Atom::Slash,
            Lexeme::Question => Atom::Question,
            Lexeme::Star => Atom::Star,
            Lexeme::Class(class) => Atom::Class(class),
        };
        for head in &mut heads {
            head.push(atom.clone());
        }
        rest = after;
    }
    Ok((heads, rest))
}

/// Spells out from behind a `{` to behind its `}`.
fn group(mut rest: &[Lexeme], depth: usize) -> Result<(Vec<Vec<Atom<'_>>>, &[Lexeme]), GlobProblem> {
    if depth > MAX_DEPTH {
        return Err(GlobProblem::TooDeep);
    }
    let mut all = Vec::new();
    loop {
        let (alternatives, after) = sequence(rest, depth)?;
        all.extend(alternatives);
        if all.len() > MAX_ALTERNATIVES {
            return Err(GlobProblem::TooManyAlternatives);
        }
        match after {
            [Lexeme::Comma, after @ ..] => rest = after,
            [Lexeme::Close, after @ ..] => return Ok((all, after)),
            _ => return Err(GlobProblem::UnclosedBrace),
        }
    }
}

fn joined<'c>(heads: &[Vec<Atom<'c>>], tails: &[Vec<Atom<'c>>]) -> Result<Vec<Vec<Atom<'c>>>, GlobProblem> {
    if heads.len() * tails.len() > MAX_ALTERNATIVES {
        return Err(GlobProblem::TooManyAlternatives);
    }
    let pairs = heads
        .iter()
        .flat_map(|head| tails.iter().map(move |tail| [&head[..], &tail[..]].concat()));
    Ok(pairs.collect())
}
