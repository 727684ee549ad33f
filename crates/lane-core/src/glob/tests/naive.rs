//! A matcher on the text itself: recursive, exponential, and short enough to be believed.
//!
//! It knows no escapes and folds only the letters that the properties use.

/// Every valid path of up to `length` characters over the alphabet of the properties.
pub(super) fn paths(length: usize) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut last = all.clone();
    for _ in 0..length {
        last = last
            .iter()
            .flat_map(|head| ['a', 'B', 'É', '.', '/'].map(|c| format!("{head}{c}")))
            .collect();
        all.extend(last.iter().cloned());
    }
    all.retain(|path| {
        path.split('/')
            .all(|name| !["", ".", "..", ".git"].contains(&name))
    });
    all
}

/// Whether a glob covers a path: the path or a folder above it matches one of its spellings.
pub(super) fn covers(glob: &str, path: &str) -> bool {
    let path: Vec<char> = small(path);
    spellings(&small(glob).into_iter().collect::<String>())
        .iter()
        .any(|glob| {
            let names: Vec<&str> = glob.split('/').filter(|name| !name.is_empty()).collect();
            let glob: Vec<char> = names.join("/").chars().collect();
            let ends = (0..=path.len()).filter(|&end| end == path.len() || path[end] == '/');
            ends.into_iter().any(|end| matches(&glob, &path[..end]))
        })
}

fn small(text: &str) -> Vec<char> {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// Spells out the innermost first pair of braces until none are left.
fn spellings(glob: &str) -> Vec<String> {
    let Some(close) = glob.find('}') else {
        return vec![glob.to_owned()];
    };
    let open = glob[..close].rfind('{').expect("braces are balanced");
    let choices = glob[open + 1..close].split(',');
    // An inner pair of braces adds its choices to the outer pair, which is the same union.
    let nested = glob[..open].matches('{').count() > glob[..open].matches('}').count();
    assert!(!nested, "the properties do not nest braces");
    choices
        .flat_map(|choice| spellings(&format!("{}{choice}{}", &glob[..open], &glob[close + 1..])))
        .collect()
}

fn matches(glob: &[char], path: &[char]) -> bool {
    let text: String = glob.iter().collect();
    if text == "**" {
        return true;
    }
    if !text.is_empty() && text.replace("/**", "").is_empty() {
        return path.is_empty() || path[0] == '/';
    }
    if text.starts_with("**/") {
        let slash = path.iter().position(|&c| c == '/');
        return matches(&glob[3..], path) || slash.is_some_and(|at| matches(glob, &path[at + 1..]));
    }
    let inside = path.first().is_some_and(|&c| c != '/');
    match glob {
        [] => path.is_empty(),
        ['*', rest @ ..] => matches(rest, path) || inside && matches(glob, &path[1..]),
        ['?', rest @ ..] => inside && matches(rest, &path[1..]),
        ['[', rest @ ..] => {
            let end = rest.iter().position(|&c| c == ']').expect("classes are closed");
            inside && in_class(&rest[..end], path[0]) && matches(&rest[end + 1..], &path[1..])
        }
        [c, rest @ ..] => path.first() == Some(c) && matches(rest, &path[1..]),
    }
}

fn in_class(class: &[char], c: char) -> bool {
    match class {
        ['!', rest @ ..] => !in_class(rest, c),
        [low, '-', high] => (*low..=*high).contains(&c),
        members => members.contains(&c),
    }
}
