//! Does one alternative cover one folded path? Directly, without compiling anything first.
//!
//! Both levels are the textbook match with one point of return: when something fails, the last star
//! takes one more. An earlier star never needs to, since whatever it could give away, the later one can
//! take. Time is at most (length of the pattern × length of the path), whatever the pattern.

use super::pattern::Segment;
use super::pattern::Token;

/// Whether the segments match the path, or a folder that the path is in.
pub(super) fn covers(segments: &[Segment], path: &str) -> bool {
    let (mut pattern, mut rest) = (segments, Some(path));
    let mut retry: Option<(&[Segment], &str)> = None;
    loop {
        match (pattern, rest) {
            ([], _) => return true,
            ([Segment::AnyDepth, after @ ..], Some(path)) => {
                retry = Some((after, path));
                pattern = after;
                continue;
            }
            ([Segment::Name(tokens), after @ ..], Some(path)) => {
                let (name, below) = first_component(path);
                if name_matches(tokens, name) {
                    (pattern, rest) = (after, below);
                    continue;
                }
            }
            (_, None) => {}
        }
        let Some((after, path)) = retry else { return false };
        let (_, Some(below)) = first_component(path) else {
            return false;
        };
        retry = Some((after, below));
        (pattern, rest) = (after, Some(below));
    }
}

fn first_component(path: &str) -> (&str, Option<&str>) {
    path.split_once('/')
        .map_or((path, None), |(name, below)| (name, Some(below)))
}

fn name_matches(tokens: &[Token], name: &str) -> bool {
    let (mut pattern, mut rest) = (tokens, name);
    let mut retry: Option<(&[Token], &str)> = None;
    loop {
        match pattern {
            [] if rest.is_empty() => return true,
            [Token::Any, after @ ..] => {
                retry = Some((after, rest));
                pattern = after;
                continue;
            }
            [token, after @ ..] => {
                if let Some(below) = without_first(rest, |c| token_matches(token, c)) {
                    (pattern, rest) = (after, below);
                    continue;
                }
            }
            [] => {}
        }
        let Some((after, from)) = retry else { return false };
        let Some(from) = without_first(from, |_| true) else {
            return false;
        };
        retry = Some((after, from));
        (pattern, rest) = (after, from);
    }
}

fn without_first(text: &str, wanted: impl Fn(char) -> bool) -> Option<&str> {
    let mut chars = text.chars();
    chars.next().filter(|&c| wanted(c)).map(|_| chars.as_str())
}

fn token_matches(token: &Token, c: char) -> bool {
    match token {
        Token::Char(wanted) => *wanted == c,
        Token::One => true,
        Token::Class(class) => class.contains(c),
        // The caller has dealt with stars.
        Token::Any => false,
    }
}
