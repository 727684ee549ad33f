//! Conflict markers that a merge left in a text: `<<<<<<<`, `=======`, `>>>>>>>`, in this order, at the start of lines.

/// The length of a conflict marker unless git asks for another. git asks for longer ones where it merges two bases.
pub const MARKER_MIN: usize = 7;

/// What begins a line that marks a conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marker {
    /// One of `<`, `|`, `=` and `>`.
    pub sign: u8,
    /// How often it stands there: at least [`MARKER_MIN`] times.
    pub size: usize,
    /// Whether no label follows.
    pub is_bare: bool,
}

/// The lines, from 1, on which a conflict begins that was left in the text. One that stands indented, or in a
/// fenced block of Markdown, is quoted and not left.
pub fn conflicts(text: &[u8]) -> Vec<usize> {
    let mut found = Vec::new();
    let mut fence: Option<(u8, usize)> = None;
    let mut open: Option<Open> = None;
    for (at, line) in text.split(|byte| *byte == b'\n').enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if open.is_none() {
            fence = fenced(line, fence);
            if fence.is_some() {
                continue;
            }
        }
        open = match (open, marker(line)) {
            (None, Some(marker)) if marker.sign == b'<' => Some(Open {
                line: at + 1,
                size: marker.size,
                parted: false,
            }),
            (Some(seen), Some(marker)) if marker.size == seen.size => match marker.sign {
                b'=' if marker.is_bare => Some(Open { parted: true, ..seen }),
                b'>' if seen.parted => {
                    found.push(seen.line);
                    None
                }
                _ => Some(seen),
            },
            (seen, _) => seen,
        };
    }
    found
}

/// A conflict whose end was not met yet.
#[derive(Clone, Copy)]
struct Open {
    line: usize,
    size: usize,
    parted: bool,
}

/// The marker that a line is, which is given without its line end. A label follows a space.
pub fn marker(line: &[u8]) -> Option<Marker> {
    let sign = *line.first().filter(|byte| b"<|=>".contains(byte))?;
    let size = line.iter().take_while(|byte| **byte == sign).count();
    let rest = &line[size..];
    let ends = rest.is_empty() || rest.starts_with(b" ");
    (size >= MARKER_MIN && ends).then_some(Marker {
        sign,
        size,
        is_bare: rest.trim_ascii().is_empty(),
    })
}

/// The fence that is open behind this line.
fn fenced(line: &[u8], open: Option<(u8, usize)>) -> Option<(u8, usize)> {
    let indent = line.iter().take_while(|byte| **byte == b' ').count();
    // In a list a fence stands as deep as the item's text.
    let body = &line[indent..];
    let first = body.first().copied().filter(|byte| matches!(byte, b'`' | b'~'));
    let length = first.map_or(0, |mark| body.iter().take_while(|byte| **byte == mark).count());
    match (open, first) {
        // Behind three of them on one line it is code within a line.
        (None, Some(mark)) if length >= 3 && !(mark == b'`' && body[length..].contains(&mark)) => {
            Some((mark, length))
        }
        (Some((mark, least)), Some(same))
            if mark == same && length >= least && body[length..].trim_ascii().is_empty() =>
        {
            None
        }
        _ => open,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[usize]) {
        assert_eq!(conflicts(text.as_bytes()), expected, "{text}");
        assert_eq!(
            conflicts(text.replace('\n', "\r\n").as_bytes()),
            expected,
            "{text}"
        );
    }

    #[test]
    fn a_conflict_is_found_where_it_begins() {
        check("a\n<<<<<<< ours\nb\n=======\nc\n>>>>>>> theirs\n", &[2]);
        check("<<<<<<<\n||||||| base\n=======\n>>>>>>>", &[1]);
        check("<<<<<<<<<< a\n=======\n==========\n>>>>>>>>>> b\n", &[1]);
        let two = "<<<<<<< a\n=======\n>>>>>>> b\n";
        check(&format!("{two}{two}"), &[1, 4]);
        check(&format!("```\nquoted\n```\n{two}"), &[4]);
        check("<<<<<<< a\n```\n=======\n>>>>>>> b\n", &[1]);
        check(&format!("```code```\n{two}"), &[2]);
    }

    #[test]
    fn what_is_quoted_or_not_whole_is_none() {
        let whole = "<<<<<<< a\n=======\n>>>>>>> b\n";
        for quoted in [
            format!("```\n{whole}```\n"),
            format!("~~~~ diff\n{whole}~~~\n~~~~\n"),
            format!("- so:\n  ```\n{whole}  ```\n"),
            whole.lines().map(|line| format!("    {line}\n")).collect(),
        ] {
            check(&quoted, &[]);
        }
        check("Title\n=======\n", &[]);
        check(">>>>>>> b\n=======\n<<<<<<< a\n", &[]);
        check("<<<<<<< a\n>>>>>>> b\n", &[]);
        check("<<<<<< a\n======\n>>>>>> b\n", &[]);
        check("<<<<<<<a\n=======\n>>>>>>>b\n", &[]);
    }
}
