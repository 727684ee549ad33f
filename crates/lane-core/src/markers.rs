//! Conflict markers that a merge left in a text: `<<<<<<<`, `=======`, `>>>>>>>`, in this order, at the start of lines.

/// The shortest marker that git writes unless told otherwise.
const MARKER: usize = 7;

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
            (None, Some((b'<', length, _))) => Some(Open {
                line: at + 1,
                length,
                parted: false,
            }),
            (Some(seen), Some((b'=', length, true))) if length == seen.length => {
                Some(Open { parted: true, ..seen })
            }
            (Some(seen), Some((b'>', length, _))) if length == seen.length && seen.parted => {
                found.push(seen.line);
                None
            }
            (seen, _) => seen,
        };
    }
    found
}

/// A conflict whose end was not met yet.
#[derive(Clone, Copy)]
struct Open {
    line: usize,
    length: usize,
    parted: bool,
}

/// A line's marker: its character, how often it stands there, and whether nothing follows. A label follows a space.
fn marker(line: &[u8]) -> Option<(u8, usize, bool)> {
    let first = *line.first().filter(|byte| b"<=>".contains(byte))?;
    let length = line.iter().take_while(|byte| **byte == first).count();
    let rest = &line[length..];
    let ends = rest.is_empty() || rest.starts_with(b" ");
    (length >= MARKER && ends).then_some((first, length, rest.trim_ascii().is_empty()))
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
