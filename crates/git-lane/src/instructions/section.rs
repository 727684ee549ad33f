//! The marked section of a file that is otherwise somebody else's: found, compared, written in its place. Works on
//! bytes, so that what stands outside is never touched, whatever its encoding and line ends.

use sha2::Digest as _;
use sha2::Sha256;
use thiserror::Error;

/// The version of the text. One with a higher number was written by a newer git-lane, and is left alone.
pub(crate) const VERSION: u32 = 1;

const BEGIN: &str = "<!-- git-lane: begin";
const END: &str = "<!-- git-lane: end -->";

/// How many characters of the digest the marker carries.
const DIGEST_CHARS: usize = 16;

/// Markers that mark no section.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub(crate) enum Broken {
    #[error("line {0} begins a section that does not end")]
    Open(usize),
    #[error("line {inner} begins a section inside the one of line {outer}")]
    Nested { outer: usize, inner: usize },
    #[error("line {0} ends a section that did not begin")]
    Unbegun(usize),
    #[error("lines {0} and {1} each begin a section, and there is to be one")]
    Two(usize, usize),
    #[error("it holds bytes that are no text")]
    Binary,
}

/// What a section in a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// There is none.
    Missing,
    /// It is as wanted.
    Current,
    /// Somebody changed it between the markers.
    ByHand,
    /// It is intact, of this version, and the policy says something else now.
    Stale,
    /// An older git-lane wrote it.
    Older(u32),
    /// A newer git-lane wrote it.
    Newer(u32),
}

/// A file in three parts: everything before the section, the section with its markers, everything behind.
struct Parts<'t> {
    before: &'t [u8],
    section: Option<&'t [u8]>,
    behind: &'t [u8],
}

/// The whole section around a text of whole lines: marker, text, marker.
fn marked(text: &str) -> String {
    format!(
        "{BEGIN}, text {VERSION}, sha256:{} -->\n{text}{END}\n",
        digest(text)
    )
}

fn digest(text: &str) -> String {
    let sum = Sha256::digest(text.as_bytes());
    let hex: String = sum.iter().map(|byte| format!("{byte:02x}")).collect();
    hex[..DIGEST_CHARS].to_owned()
}

/// What the section of `file` is, where the text between the markers is to be `wanted`.
pub(crate) fn standing(file: &[u8], wanted: &str) -> Result<Standing, Broken> {
    let Some(section) = Parts::of(file)?.section else {
        return Ok(Standing::Missing);
    };
    let section = String::from_utf8_lossy(section).replace("\r\n", "\n");
    if section.trim_end() == marked(wanted).trim_end() {
        return Ok(Standing::Current);
    }
    let (first, rest) = section.split_once('\n').unwrap_or((&section, ""));
    let Some((version, told)) = mark(first) else {
        return Ok(Standing::ByHand);
    };
    if version > VERSION {
        return Ok(Standing::Newer(version));
    }
    let text = rest.trim_end().strip_suffix(END).unwrap_or(rest);
    Ok(match digest(text) == told {
        false => Standing::ByHand,
        true if version < VERSION => Standing::Older(version),
        true => Standing::Stale,
    })
}

/// The file with the section in its place, or at its end where there was none. Line ends are the file's.
pub(crate) fn refreshed(file: &[u8], wanted: &str) -> Result<Vec<u8>, Broken> {
    let parts = Parts::of(file)?;
    let has_crlf = file.windows(2).any(|pair| pair == b"\r\n");
    let end = if has_crlf { "\r\n" } else { "\n" };
    let gap = match parts.section {
        None if file.is_empty() => String::new(),
        None if file.ends_with(b"\n") => end.to_owned(),
        None => end.repeat(2),
        Some(_) => String::new(),
    };
    let mut section = marked(wanted).replace('\n', end);
    // The last line of the file had no end: it has none afterwards.
    if parts.section.is_some_and(|old| !old.ends_with(b"\n")) {
        section.truncate(section.trim_end().len());
    }
    Ok([parts.before, gap.as_bytes(), section.as_bytes(), parts.behind].concat())
}

/// The version and the digest that a marker names.
fn mark(line: &str) -> Option<(u32, &str)> {
    let rest = line.trim().strip_prefix(BEGIN)?.strip_suffix("-->")?;
    let (version, digest) = rest.trim().strip_prefix(", text ")?.split_once(", sha256:")?;
    Some((version.parse().ok()?, digest))
}

impl<'t> Parts<'t> {
    fn of(file: &'t [u8]) -> Result<Self, Broken> {
        if file.contains(&0) {
            return Err(Broken::Binary);
        }
        // Where the section begins and ends, each with the number of its line.
        let (mut begin, mut end): (Option<(usize, usize)>, Option<usize>) = (None, None);
        let mut at = 0;
        for (line, number) in file.split_inclusive(|byte| *byte == b'\n').zip(1..) {
            let text = line.trim_ascii();
            match (begin, end) {
                (Some((_, outer)), None) if text.starts_with(BEGIN.as_bytes()) => {
                    return Err(Broken::Nested { outer, inner: number });
                }
                (Some((_, first)), Some(_)) if text.starts_with(BEGIN.as_bytes()) => {
                    return Err(Broken::Two(first, number));
                }
                _ if text.starts_with(BEGIN.as_bytes()) => begin = Some((at, number)),
                (Some(_), None) if text == END.as_bytes() => end = Some(at + line.len()),
                _ if text == END.as_bytes() => return Err(Broken::Unbegun(number)),
                _ => {}
            }
            at += line.len();
        }
        match (begin, end) {
            (Some((from, _)), Some(to)) => Ok(Self {
                before: &file[..from],
                section: Some(&file[from..to]),
                behind: &file[to..],
            }),
            (Some((_, number)), None) => Err(Broken::Open(number)),
            (None, _) => Ok(Self {
                before: file,
                section: None,
                behind: b"",
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "## Work\n\n- `git lane ready`\n";

    fn written(old: &str) -> String {
        String::from_utf8(refreshed(old.as_bytes(), TEXT).unwrap()).unwrap()
    }

    #[test]
    fn the_section_is_put_in_its_place_and_nothing_else_is_touched() {
        let section = marked(TEXT);
        let other = marked("old\n");
        for (old, new) in [
            (String::new(), section.clone()),
            ("# Mine\n".to_owned(), format!("# Mine\n\n{section}")),
            ("# Mine".to_owned(), format!("# Mine\n\n{section}")),
            (
                format!("# Mine\n{other}\nmore  \n\n"),
                format!("# Mine\n{section}\nmore  \n\n"),
            ),
            (
                format!("a\n{}", other.trim_end()),
                format!("a\n{}", section.trim_end()),
            ),
        ] {
            assert_eq!(written(&old), new, "{old:?}");
            assert_eq!(written(&new), new, "again");
            assert_eq!(standing(new.as_bytes(), TEXT), Ok(Standing::Current));
            let crlf = old.replace('\n', "\r\n");
            if crlf != old {
                assert_eq!(written(&crlf), new.replace('\n', "\r\n"), "{crlf:?}");
                assert_eq!(standing(written(&crlf).as_bytes(), TEXT), Ok(Standing::Current));
            }
        }
    }

    #[test]
    fn foreign_bytes_stay() {
        let old = [
            b"\xff\xfe caf\xe9\n".as_slice(),
            marked("x\n").as_bytes(),
            b"\xe9",
        ]
        .concat();
        let new = refreshed(&old, TEXT).unwrap();
        let expected = [b"\xff\xfe caf\xe9\n".as_slice(), marked(TEXT).as_bytes(), b"\xe9"].concat();
        assert_eq!(new, expected);
    }

    #[test]
    fn markers_that_mark_no_section_are_told_by_their_lines() {
        let (begin, end) = (format!("{BEGIN} -->\n"), format!("  {END}\n"));
        for (text, fault) in [
            (format!("a\n{begin}b\n"), Broken::Open(2)),
            (
                format!("{begin}{begin}{end}"),
                Broken::Nested { outer: 1, inner: 2 },
            ),
            (format!("a\n{end}"), Broken::Unbegun(2)),
            (format!("{begin}{end}{end}"), Broken::Unbegun(3)),
            (format!("{begin}{end}\n{begin}{end}"), Broken::Two(1, 4)),
            ("a\0b".to_owned(), Broken::Binary),
        ] {
            assert_eq!(refreshed(text.as_bytes(), TEXT), Err(fault.clone()), "{text:?}");
            assert_eq!(standing(text.as_bytes(), TEXT), Err(fault));
        }
    }

    #[test]
    fn what_a_section_is_follows_from_its_marker_and_its_text() {
        let section = marked(TEXT);
        let of = |version: &str| section.replace(&format!("text {VERSION},"), version);
        for (text, expected) in [
            ("nothing".to_owned(), Standing::Missing),
            (marked("old\n"), Standing::Stale),
            (section.replace("Work", "Play"), Standing::ByHand),
            (section.replace("sha256:", "md5:"), Standing::ByHand),
            (of("text 0,"), Standing::Older(0)),
            (of("text 0,").replace("Work", "Play"), Standing::ByHand),
            (of("text 7,").replace("Work", "Play"), Standing::Newer(7)),
            (of("text x,"), Standing::ByHand),
        ] {
            assert_eq!(standing(text.as_bytes(), TEXT), Ok(expected), "{text}");
        }
    }
}
