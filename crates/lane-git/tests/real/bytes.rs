//! The bytes on disk of files that git calls clean.

use std::fs;
use std::fs::File as DiskFile;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;
use std::time::SystemTime;

use lane_git::File;
use lane_git::hash_blob;

use crate::scratch::Scratch;

fn memory(scratch: &Scratch) -> PathBuf {
    scratch.root.join(".git/lane/memory")
}

fn all(scratch: &Scratch) -> Vec<File> {
    let files = scratch.repo().files_with_their_bytes(&|_| true, &memory(scratch));
    files.unwrap()
}

fn find(files: &[File], path: &str) -> File {
    files
        .iter()
        .find(|file| file.path == path.as_bytes())
        .unwrap()
        .clone()
}

/// git stored `blob`, calls the file clean, and `disk` is what lies there.
#[track_caller]
fn check(scratch: &Scratch, path: &str, blob: &[u8], disk: &[u8]) {
    assert_eq!(
        fs::read(scratch.root.join(path)).unwrap(),
        disk,
        "{path}: the test's premise"
    );
    let status = scratch.git(["status", "--porcelain", "--", path]);
    assert!(!status.contains(" M"), "{path} is not clean: {status}");
    let file = find(&all(scratch), path);
    assert_eq!(
        (file.oid, file.content()),
        (hash_blob(blob), hash_blob(disk)),
        "{path}"
    );
    assert_eq!(file.disk.is_some(), blob != disk, "{path}");
}

/// Gives a file a time at which nobody is at work: git and the memory believe their notes of it.
fn age(path: &Path, secs: u64) {
    let file = DiskFile::options().write(true).open(path).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(secs))
        .unwrap();
}

#[test]
fn line_ends_that_were_added_with_crlf_are_told() {
    let scratch = Scratch::with_commit();
    scratch.write(".gitattributes", "* text=auto eol=lf\n");
    scratch.commit("attributes");
    check(&scratch, "a.txt", b"a\n", b"a\n");
    scratch.write("a.txt", "a\r\n");
    scratch.git(["add", "a.txt"]);
    check(&scratch, "a.txt", b"a\n", b"a\r\n");
    scratch.write("a.txt", "a\n");
    scratch.git(["add", "a.txt"]);
    check(&scratch, "a.txt", b"a\n", b"a\n");
}

#[test]
fn what_was_converted_is_told_when_no_attribute_speaks_of_it_any_more() {
    let scratch = Scratch::with_commit();
    scratch.git(["switch", "-qc", "crlf"]);
    scratch.write(".gitattributes", "*.txt eol=crlf\n");
    scratch.commit("attributes");
    scratch.write("a.txt", "a\r\n");
    age(&scratch.root.join("a.txt"), 1_000_000_000);
    scratch.git(["add", "a.txt"]);
    // The blob is the same, so git leaves the file as it is.
    scratch.git(["switch", "-q", "main"]);
    assert!(!scratch.root.join(".gitattributes").exists());
    check(&scratch, "a.txt", b"a\n", b"a\r\n");
}

#[test]
fn what_filters_encodings_and_idents_make_is_told_also_at_the_same_length() {
    let scratch = Scratch::new();
    scratch.git(["config", "filter.turn.clean", "tr a-m n-z"]);
    scratch.git(["config", "filter.turn.smudge", "tr n-z a-m"]);
    scratch.write(
        ".gitattributes",
        "turned filter=turn\nwide working-tree-encoding=UTF-16LE\nnamed ident\n",
    );
    scratch.write("turned", "abc\n");
    let wide: Vec<u8> = "€a€a".encode_utf16().flat_map(u16::to_le_bytes).collect();
    fs::write(scratch.root.join("wide"), &wide).unwrap();
    scratch.write("named", "$Id: mine $\n");
    scratch.commit("all");
    check(&scratch, "turned", b"nop\n", b"abc\n");
    assert_eq!("€a€a".len(), wide.len());
    check(&scratch, "wide", "€a€a".as_bytes(), &wide);
    check(&scratch, "named", b"$Id$\n", b"$Id: mine $\n");
}

#[test]
fn a_file_is_read_again_when_it_was_written_and_not_otherwise() {
    let scratch = Scratch::with_commit();
    all(&scratch);
    assert!(
        !memory(&scratch).exists(),
        "written just now, it may be written again unseen"
    );
    // Time cannot be waited for here, so the memory is told a lie that only its reader would believe.
    let meta = fs::metadata(scratch.root.join("a.txt")).unwrap();
    let told = note("a.txt", &meta, *hash_blob(b"another\n").as_bytes());
    fs::create_dir_all(memory(&scratch).parent().unwrap()).unwrap();
    fs::write(memory(&scratch), &told).unwrap();
    let believed = find(&all(&scratch), "a.txt");
    assert_eq!(believed.disk, Some(hash_blob(b"another\n")));
    for spoilt in [
        &told[..told.len() - 1],
        b"",
        b"git-lane bytes on disk 2\n",
        &[&told[..], b"\x09"].concat(),
    ] {
        fs::write(memory(&scratch), spoilt).unwrap();
        check(&scratch, "a.txt", b"a\n", b"a\n");
    }
    fs::write(memory(&scratch), &told).unwrap();
    age(&scratch.root.join("a.txt"), 1_000_000_000);
    check(&scratch, "a.txt", b"a\n", b"a\n");
    fs::remove_file(memory(&scratch)).unwrap();
    fs::create_dir(memory(&scratch)).unwrap();
    check(&scratch, "a.txt", b"a\n", b"a\n");
}

fn note(path: &str, meta: &fs::Metadata, name: [u8; 20]) -> Vec<u8> {
    use std::os::unix::fs::MetadataExt as _;
    let mut bytes = b"git-lane bytes on disk 1\n".to_vec();
    bytes.extend(u32::try_from(path.len()).unwrap().to_le_bytes());
    bytes.extend(path.as_bytes());
    for number in [meta.ctime(), meta.ctime_nsec(), meta.mtime(), meta.mtime_nsec()] {
        bytes.extend(number.to_le_bytes());
    }
    bytes.extend(meta.ino().to_le_bytes());
    bytes.extend(meta.len().to_le_bytes());
    bytes.extend(name);
    bytes
}

#[test]
fn files_of_a_dirty_submodule_are_looked_at_too() {
    let scratch = Scratch::with_commit();
    scratch.git(["init", "-q", "vendor"]);
    scratch.write("vendor/x", "x\r\n");
    let vendor = scratch.root.join("vendor");
    scratch.git_in(&vendor, ["config", "core.autocrlf", "input"]);
    scratch.git_in(&vendor, ["add", "x"]);
    let file = find(&all(&scratch), "vendor/x");
    assert_eq!(
        (file.oid, file.disk),
        (hash_blob(b"x\n"), Some(hash_blob(b"x\r\n")))
    );
}

#[test]
fn a_checkout_converts_where_its_attributes_or_the_configuration_say_so() {
    let scratch = Scratch::with_commit();
    let converts = || {
        let repo = scratch.repo();
        let tree = repo.commit(scratch.oid("HEAD")).unwrap().tree;
        let files = repo.files_in_tree(tree, &|_| true).unwrap();
        repo.checkout_may_convert(&files).unwrap()
    };
    assert!(!converts());
    for (key, value, expected) in [
        ("core.autocrlf", "input", false),
        ("core.autocrlf", "true", true),
        ("core.autocrlf", "yes", true),
        ("core.autocrlf", "false", false),
        ("core.eol", "lf", false),
        ("core.eol", "crlf", true),
    ] {
        scratch.git(["config", key, value]);
        assert_eq!(converts(), expected, "{key} {value}");
    }
    scratch.git(["config", "--unset", "core.eol"]);
    scratch.write(".gitattributes", "* text=auto eol=lf\n");
    scratch.commit("eol");
    assert!(!converts());
    scratch.write("dir/.gitattributes", "*.bin filter=lfs\n");
    scratch.git(["add", "-A"]);
    scratch.commit("deep");
    assert!(converts());
}
