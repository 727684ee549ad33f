//! Lists whose order says nothing, merged element by element, with the comments inside.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use toml_edit::Array;

use super::comments::merged_beside;
use super::comments::merged_lines;
use super::document::Beside;
use super::meaning::Meaning;
use crate::three_way::three_way;
use crate::three_way::three_way_or_least;

const INDENT: &str = "    ";

/// A list, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct List {
    elements: Vec<Element>,
    /// Comments below the last element.
    tail: Vec<String>,
    /// One element a line; then what stands before each.
    indent: Option<String>,
    /// What stands before the closing bracket.
    close: String,
    /// Whether there is space inside the brackets of a list on one line.
    padded: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Element {
    meaning: Meaning,
    text: String,
    above: Vec<String>,
    beside: Option<Beside>,
}

/// The merged text of a list that both sides wrote in different ways, and what it means. `None` if one is no list.
pub(super) fn merged(base: Option<&str>, ours: &str, theirs: &str) -> Option<(String, Meaning)> {
    let base = base.and_then(List::parse).unwrap_or_default();
    let list = List::merged(&base, &List::parse(ours)?, &List::parse(theirs)?);
    let meaning = list.elements.iter().map(|element| element.meaning.clone());
    Some((list.written(), Meaning::List(meaning.collect())))
}

impl List {
    fn parse(text: &str) -> Option<Self> {
        let text = format!("x = {text}\n");
        let document = toml_edit::Document::parse(text.as_str()).ok()?;
        let array = document.get("x")?.as_array()?;
        Self::of(&text, array)
    }

    fn of(text: &str, array: &Array) -> Option<Self> {
        let span = array.span()?;
        let inside = &text[span.start + 1..span.end - 1];
        let mut list = Self {
            padded: inside.starts_with(' '),
            ..Self::default()
        };
        let mut at = span.start + 1;
        let mut above = Vec::new();
        for value in array {
            let span = value.span()?;
            above.extend(list.between(&text[at..span.start]));
            list.elements.push(Element {
                meaning: Meaning::of_value(value),
                text: text[span.clone()].to_owned(),
                above: std::mem::take(&mut above),
                beside: None,
            });
            at = span.end;
        }
        list.tail = list.between(&text[at..span.end - 1]);
        if inside.contains('\n') {
            let line = inside
                .split('\n')
                .find(|line| !line.trim().is_empty() && !line.starts_with('#'));
            let line = line.unwrap_or(INDENT);
            list.indent = Some(line[..line.len() - line.trim_start().len()].to_owned());
            let last = inside.rsplit('\n').next().unwrap_or_default();
            list.close = last[..last.len() - last.trim_start().len()].to_owned();
        }
        Some(list)
    }

    /// Reads what stands between two elements: a comment on the line of the one before is its own, the others belong
    /// to the next one.
    fn between(&mut self, gap: &str) -> Vec<String> {
        let mut lines = gap.split('\n');
        let own = lines.next().unwrap_or_default();
        let mut above = Vec::new();
        if let Some(at) = own.find('#') {
            let text = own[at..].trim_end().to_owned();
            let space = own[..at].trim_start_matches(',');
            match self.elements.last_mut() {
                Some(last) => {
                    last.beside = Some(Beside {
                        text,
                        gap: space.to_owned(),
                    });
                }
                None => above.push(text),
            }
        }
        let others = lines.filter_map(|line| line.find('#').map(|at| line[at..].trim_end().to_owned()));
        above.extend(others);
        above
    }

    /// The elements by what they mean, the first of each.
    fn by_meaning(&self) -> BTreeMap<&Meaning, &Element> {
        self.elements
            .iter()
            .rev()
            .map(|element| (&element.meaning, element))
            .collect()
    }

    /// The elements' meanings in their order, each once.
    fn order(&self) -> Vec<&Meaning> {
        let mut seen = BTreeSet::new();
        let all = self.elements.iter().map(|element| &element.meaning);
        all.filter(|meaning| seen.insert(*meaning)).collect()
    }

    fn merged(base: &Self, ours: &Self, theirs: &Self) -> Self {
        let mut lost = Vec::new();
        let elements = order(&base.order(), ours.order(), theirs.order());
        let stay: BTreeSet<&Meaning> = elements.iter().copied().collect();
        let [b, o, t] = [base, ours, theirs].map(Self::by_meaning);
        for element in base
            .elements
            .iter()
            .filter(|element| !stay.contains(&element.meaning))
        {
            for side in [&o, &t] {
                let left = side.get(&element.meaning);
                lost.extend(left.map_or_else(Vec::new, |left| left.added_comments(element)));
            }
        }
        let merge = |meaning: &&Meaning| {
            let [base, ours, theirs] = [&b, &o, &t].map(|side| side.get(*meaning).copied());
            Element::merged(base, ours, theirs)
        };
        Self {
            elements: elements.iter().filter_map(merge).collect(),
            tail: merged_lines(&base.tail, &ours.tail, &theirs.tail, &lost),
            indent: three_way_or_least(&base.indent, ours.indent.clone(), theirs.indent.clone()),
            close: three_way_or_least(&base.close, ours.close.clone(), theirs.close.clone()),
            padded: three_way_or_least(&base.padded, ours.padded, theirs.padded),
        }
    }

    fn written(&self) -> String {
        let commented = |e: &Element| !e.above.is_empty() || e.beside.is_some();
        if self.indent.is_none() && self.tail.is_empty() && !self.elements.iter().any(commented) {
            let texts: Vec<&str> = self.elements.iter().map(|e| e.text.as_str()).collect();
            let pad = if self.padded && !texts.is_empty() { " " } else { "" };
            return format!("[{pad}{}{pad}]", texts.join(", "));
        }
        let indent = self.indent.as_deref().unwrap_or(INDENT);
        let mut out = "[\n".to_owned();
        for element in &self.elements {
            for line in &element.above {
                out += &format!("{indent}{line}\n");
            }
            let beside = element.beside.as_ref();
            let beside = beside.map_or_else(String::new, |b| format!("{}{}", b.gap, b.text));
            out += &format!("{indent}{},{beside}\n", element.text);
        }
        for line in &self.tail {
            out += &format!("{indent}{line}\n");
        }
        out + &self.close + "]"
    }
}

/// The merged elements: as the one side that changed the list wrote them; sorted, if both did.
fn order<'a>(base: &[&'a Meaning], ours: Vec<&'a Meaning>, theirs: Vec<&'a Meaning>) -> Vec<&'a Meaning> {
    if let Some(chosen) = three_way(&base, ours.as_slice(), theirs.as_slice()) {
        return chosen.to_vec();
    }
    let set = |side: &[&'a Meaning]| side.iter().copied().collect::<BTreeSet<_>>();
    let (b, o, t) = (set(base), set(&ours), set(&theirs));
    if b == o && b == t {
        return ours.min(theirs); // three orders of one set
    }
    let stays = |m: &&Meaning| {
        if b.contains(*m) {
            o.contains(*m) && t.contains(*m)
        } else {
            true
        }
    };
    o.union(&t).copied().filter(stays).collect()
}

impl Element {
    fn merged(base: Option<&Self>, ours: Option<&Self>, theirs: Option<&Self>) -> Option<Self> {
        let (ours, theirs) = match (ours, theirs) {
            (Some(ours), Some(theirs)) => (ours, theirs),
            (one, other) => return one.or(other).cloned(),
        };
        let lines = |side: Option<&Self>| side.map_or_else(Vec::new, |e| e.above.clone());
        let beside = |side: Option<&'_ Self>| side.and_then(|e| e.beside.clone());
        let base_text = base.map_or_else(String::new, |e| e.text.clone());
        let (own, more) = merged_beside(
            beside(base).as_ref(),
            ours.beside.as_ref(),
            theirs.beside.as_ref(),
        );
        Some(Self {
            meaning: ours.meaning.clone(),
            text: three_way_or_least(&base_text, ours.text.clone(), theirs.text.clone()),
            above: merged_lines(&lines(base), &ours.above, &theirs.above, &more),
            beside: own,
        })
    }

    /// The comments that `base` has not.
    fn added_comments(&self, base: &Self) -> Vec<String> {
        let all = |e: &Self| {
            let beside = e.beside.as_ref().map(|b| b.text.clone());
            e.above.iter().cloned().chain(beside).collect::<Vec<String>>()
        };
        let before = all(base);
        all(self)
            .into_iter()
            .filter(|line| !before.contains(line))
            .collect()
    }
}

/// The comments inside a value (of several lines), in their order.
pub(super) fn inner_comments(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['"', '\'', '#']) {
        rest = &rest[at..];
        if rest.starts_with('#') {
            let end = rest.find('\n').unwrap_or(rest.len());
            out.push(rest[..end].trim_end().to_owned());
            rest = &rest[end..];
        } else {
            rest = behind_string(rest);
        }
    }
    out
}

/// What follows the string that `text` begins with.
fn behind_string(text: &str) -> &str {
    let quote = &text[..1];
    let triple = quote.repeat(3);
    let closing = if text.starts_with(&triple) {
        triple.as_str()
    } else {
        quote
    };
    let mut rest = &text[closing.len()..];
    loop {
        let end = rest.find(closing);
        let escape = rest
            .find('\\')
            .filter(|at| quote == "\"" && end.is_none_or(|end| *at < end));
        match (escape, end) {
            (Some(at), _) => {
                let mut behind = rest[at + 1..].chars();
                behind.next();
                rest = behind.as_str();
            }
            // Up to two quotes may stand before the closing three.
            (None, Some(at)) if closing.len() == 3 => return rest[at + 3..].trim_start_matches(quote),
            (None, Some(at)) => return &rest[at + 1..],
            (None, None) => return "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(base: &str, ours: &str, theirs: &str, expected: &str) {
        for (ours, theirs) in [(ours, theirs), (theirs, ours)] {
            assert_eq!(merged(Some(base), ours, theirs).unwrap().0, expected);
        }
    }

    #[test]
    fn elements_come_and_go_one_by_one() {
        check(
            r#"["a", "b"]"#,
            r#"["a", "b", "d"]"#,
            r#"["b", "c"]"#,
            r#"["b", "c", "d"]"#,
        );
        check("[1]", "[]", "[ 2, 1 ]", "[ 2 ]");
    }

    #[test]
    fn comments_stay_with_their_element() {
        check(
            "[\n  1, # one\n  2,\n]",
            "[\n  1, # one\n  # before two\n  2, # two\n]",
            "[\n  1, # one\n  2,\n  0,\n  # last\n]",
            "[\n  1, # one\n  # before two\n  2, # two\n  0,\n  # last\n]",
        );
    }

    #[test]
    fn a_comment_of_an_element_that_goes_is_kept() {
        check("[1, 2]", "[\n  1,\n  2, # why\n]", "[1]", "[\n  1,\n  # why\n]");
    }

    #[test]
    fn the_lesser_of_three_orders_is_taken() {
        check("[1, 2, 3]", "[3, 2, 1]", "[2, 1, 3]", "[2, 1, 3]");
    }

    #[test]
    fn comments_are_told_from_strings() {
        let text = "[ # a\n \"# no\\\" # no\", '# no', \"\"\"x\" # no\"\"\"\", '''# no''' # b\n]";
        assert_eq!(inner_comments(text), ["# a", "# b"]);
        assert_eq!(inner_comments("\"# no"), [""; 0]);
    }
}
