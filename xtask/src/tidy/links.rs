//! Every link in the docs leads somewhere: to a file that git knows, and to a heading that it has.

use super::Finding;
use crate::markdown;
use crate::markdown::Link;
use crate::tree::File;
use crate::tree::Tree;
use crate::tree::split;

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    tree.ending(".md")
        .flat_map(|page| check_page(tree, page))
        .collect()
}

fn check_page(tree: &Tree, page: &File) -> Vec<Finding> {
    let links = markdown::links(&page.text);
    let broken = links
        .iter()
        .filter_map(|link| Some((link, fault(tree, &page.path, link)?)));
    broken
        .map(|(link, why)| Finding::at(&page.path, link.line, format!("{why}: {}", link.target)))
        .collect()
}

/// What is wrong with a link; nothing with one that leaves the repository.
fn fault(tree: &Tree, page: &str, link: &Link) -> Option<&'static str> {
    if is_elsewhere(&link.target) {
        return None;
    }
    let (path, anchor) = link
        .target
        .split_once('#')
        .map_or((link.target.as_str(), None), |(path, it)| (path, Some(it)));
    let path = decode(path);
    let Some(path) = (if path.is_empty() {
        Some(page.to_owned())
    } else {
        resolve(page, &path)
    }) else {
        return Some("the link leaves the repository");
    };
    if !tree.has(&path) {
        return Some("no such file");
    }
    // Anchors of other files (lines of source) are the host's.
    let target = tree.file(&path).filter(|_| path.ends_with(".md"))?;
    let missing = anchor.is_some_and(|anchor| !markdown::anchors(&target.text).contains(&decode(anchor)));
    missing.then_some("no such heading")
}

/// `https:`, `mailto:` and so on, or a host without a scheme.
fn is_elsewhere(target: &str) -> bool {
    let scheme = target.split_once(':').map(|(scheme, _)| scheme);
    let named =
        scheme.is_some_and(|scheme| !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphanumeric()));
    named || target.starts_with("//")
}

/// The path from the root, of a link on a page; `None` where it climbs out.
fn resolve(page: &str, path: &str) -> Option<String> {
    let (folder, _) = split(page);
    let from_root = path.strip_prefix('/');
    let full = from_root.map_or_else(|| format!("{folder}{path}"), str::to_owned);
    let mut parts = Vec::new();
    for part in full.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

/// `%20` and its like.
fn decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&first, behind)) = rest.split_first() {
        let digits = behind
            .get(..2)
            .and_then(|digits| std::str::from_utf8(digits).ok());
        let coded = digits
            .filter(|_| first == b'%')
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(coded.unwrap_or(first));
        rest = if coded.is_some() { &behind[2..] } else { behind };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::found;

    /// What is wrong with a link on `docs/a.md`.
    fn check_link(target: &str) -> Option<String> {
        let page = format!("# Top\n[x]({target})\n");
        let other = "# Some words\n";
        let files = [
            ("docs/a.md", page.as_str()),
            ("docs/b c.md", other),
            ("README.md", other),
            ("src/x.sh", ""),
        ];
        let found = found(check, &files);
        found
            .first()
            .map(|line| line.trim_start_matches("docs/a.md:2: ").to_owned())
    }

    #[test]
    fn links_that_lead_somewhere() {
        let good = [
            "#top",
            "../README.md",
            "../README.md#some-words",
            "b%20c.md",
            "/README.md",
            "../src/",
            "../src/x.sh#L1",
        ];
        for target in good
            .into_iter()
            .chain(["https://x.y/z.md", "mailto:a@b", "../docs", "."])
        {
            assert_eq!(check_link(target), None, "{target}");
        }
    }

    #[test]
    fn links_that_lead_nowhere() {
        let fault = |target: &str, why: &str| {
            assert_eq!(check_link(target), Some(format!("{why}: {target}")));
        };
        fault("README.md", "no such file");
        fault("../src/y.sh", "no such file");
        fault("#bottom", "no such heading");
        fault("../README.md#some-other-words", "no such heading");
        fault("../../x.md", "the link leaves the repository");
    }
}
