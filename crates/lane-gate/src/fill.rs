//! A declared command with its placeholders filled in: each value an argument of its own, nothing pasted into a word
//! but the base's name, and no shell unless the check says so.

use std::ffi::OsString;

use thiserror::Error;

use crate::gates::BASE;
use crate::gates::Check;
use crate::gates::FILES;
use crate::gates::PACKAGES;

/// How long one command's files may be together, in bytes: a command with more is run several times. Linux takes 2 MiB
/// with the environment, macOS 1 MiB, Windows 32 KiB.
const FILES_BYTES: usize = if cfg!(windows) { 16 * 1024 } else { 128 * 1024 };

/// What is filled in.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Fillings<'a> {
    /// Paths from the repository's root.
    pub(crate) files: &'a [&'a [u8]],
    /// As cargo's arguments; see `cargo/selection.rs`.
    pub(crate) packages: &'a [String],
    pub(crate) base: Option<&'a str>,
}

/// Why a command cannot be filled. Such a check has not passed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum FillError {
    #[error("it needs {{base}}, and there is none to compare with")]
    NoBase,
    #[error("{{base}} would be {0:?}, which is no name of a commit")]
    Base(String),
    #[cfg_attr(unix, allow(dead_code))]
    #[error("a file's name is no text, which this system cannot give as an argument")]
    NoText,
}

/// The commands that a check's words stand for: one, or several where the files are too many for one. `name` is what a
/// script sees as `$0`.
pub(crate) fn fill(
    name: &str,
    check: &Check,
    words: &[String],
    with: &Fillings<'_>,
) -> Result<Vec<Vec<OsString>>, FillError> {
    let base = base(words, with.base)?;
    let files = with.files.iter().map(|path| argument(check.dir.argument(path)));
    let files: Vec<OsString> = files.collect::<Result<_, _>>()?;
    let batches = match words.iter().any(|word| word == FILES) {
        true => batches(&files),
        false => vec![&files[..]],
    };
    let command = |files: &[OsString]| {
        let filled = words.iter().flat_map(|word| match word.as_str() {
            FILES => files.to_vec(),
            PACKAGES => with.packages.iter().map(OsString::from).collect(),
            word => vec![word.replace(BASE, base).into()],
        });
        match check.shell {
            true => in_shell(name, filled),
            false => filled.collect(),
        }
    };
    Ok(batches.into_iter().map(command).collect())
}

/// `sh -c SCRIPT NAME ARGUMENTS…`: what is filled in reaches the script as `"$@"` and is never read as its text.
fn in_shell(name: &str, mut words: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let script = words.next().unwrap_or_default();
    let shell = ["sh".into(), "-c".into(), script, name.into()];
    shell.into_iter().chain(words).collect()
}

fn base<'a>(words: &[String], base: Option<&'a str>) -> Result<&'a str, FillError> {
    let wanted = words.iter().any(|word| word.contains(BASE));
    match base {
        None if wanted => Err(FillError::NoBase),
        Some(base) if wanted && !base.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            Err(FillError::Base(lane_core::text::excerpt(base, 64)))
        }
        base => Ok(base.unwrap_or_default()),
    }
}

/// The files in groups, each at most [`FILES_BYTES`] long unless it is one file; at least one group.
fn batches(files: &[OsString]) -> Vec<&[OsString]> {
    let mut batches = Vec::new();
    let (mut from, mut bytes) = (0, 0);
    for (at, file) in files.iter().enumerate() {
        let length = file.as_encoded_bytes().len() + 1;
        if at > from && bytes + length > FILES_BYTES {
            batches.push(&files[from..at]);
            (from, bytes) = (at, 0);
        }
        bytes += length;
    }
    batches.push(&files[from..]);
    batches
}

#[cfg(unix)]
fn argument(bytes: Vec<u8>) -> Result<OsString, FillError> {
    use std::os::unix::ffi::OsStringExt as _;
    Ok(OsString::from_vec(bytes))
}

#[cfg(not(unix))]
fn argument(bytes: Vec<u8>) -> Result<OsString, FillError> {
    let text = String::from_utf8(bytes).map_err(|_| FillError::NoText)?;
    Ok(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Gates;

    fn filled(toml: &str, with: &Fillings<'_>) -> Result<Vec<Vec<String>>, FillError> {
        let gates = Gates::parse(format!("[check.c]\nrung = 1\n{toml}").as_bytes()).unwrap();
        let check = gates.check("c").unwrap();
        let crate::Work::Run(words) = &check.work else {
            panic!("no command");
        };
        let text = |word: &OsString| word.to_string_lossy().into_owned();
        let commands = fill("c", check, words, with)?;
        Ok(commands
            .iter()
            .map(|words| words.iter().map(text).collect())
            .collect())
    }

    const FILE_LIST: &[&[u8]] = &[b"-rf", b"a b;$(id).rs", b"ui/{base}.ts"];

    #[test]
    fn each_value_is_an_argument_of_its_own() {
        let packages = ["-p".to_owned(), "x".to_owned()];
        let with = Fillings {
            files: FILE_LIST,
            packages: &packages,
            base: Some("abc"),
        };
        for (toml, words) in [
            (
                "run = [\"lint\", \"{files}\", \"--\"]",
                &["lint", "./-rf", "./a b;$(id).rs", "./ui/{base}.ts", "--"][..],
            ),
            ("run = [\"t\", \"{packages}\"]", &["t", "-p", "x"]),
            (
                "run = [\"t\", \"--since={base}\", \"{}\", \"{file}\"]",
                &["t", "--since=abc", "{}", "{file}"],
            ),
            (
                "run = [\"lint\", \"{files}\"]\ndir = \"ui\"",
                &["lint", "../-rf", "../a b;$(id).rs", "./{base}.ts"],
            ),
            (
                "run = [\"grep x \\\"$@\\\"\", \"{files}\"]\nshell = true",
                &[
                    "sh",
                    "-c",
                    "grep x \"$@\"",
                    "c",
                    "./-rf",
                    "./a b;$(id).rs",
                    "./ui/{base}.ts",
                ],
            ),
        ] {
            assert_eq!(filled(toml, &with).unwrap(), [words], "{toml}");
        }
    }

    #[test]
    fn what_needs_a_base_has_one_or_is_not_run() {
        let with = |base| Fillings {
            base,
            ..Fillings::default()
        };
        let toml = "run = [\"t\", \"{base}..HEAD\"]";
        assert_eq!(filled(toml, &with(None)), Err(FillError::NoBase));
        assert!(matches!(filled(toml, &with(Some("-x"))), Err(FillError::Base(_))));
        assert_eq!(filled("run = [\"t\"]", &with(Some("-x"))).unwrap(), [["t"]]);
    }

    #[test]
    fn too_many_files_are_several_commands_and_none_is_lost() {
        let names: Vec<Vec<u8>> = (0..40_000)
            .map(|n| format!("dir/file-{n}").into_bytes())
            .collect();
        let files: Vec<&[u8]> = names.iter().map(Vec::as_slice).collect();
        let with = Fillings {
            files: &files,
            ..Fillings::default()
        };
        let commands = filled("run = [\"lint\", \"{files}\"]", &with).unwrap();
        assert!(commands.len() > 1);
        let given: Vec<String> = commands.iter().flat_map(|words| words[1..].to_vec()).collect();
        let expected: Vec<String> = (0..40_000).map(|n| format!("./dir/file-{n}")).collect();
        assert_eq!(given, expected);
        let longest = commands
            .iter()
            .map(|words| words.iter().map(String::len).sum::<usize>())
            .max();
        assert!(longest.unwrap() <= FILES_BYTES);
        assert_eq!(filled("run = [\"lint\"]", &with).unwrap(), [["lint"]]);
    }
}
