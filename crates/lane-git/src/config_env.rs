//! Configuration from `git -c` and `GIT_CONFIG_COUNT`, which libgit2 does not read.

/// Key and value pairs, least important first; keys as they were written.
pub(crate) type Pairs = Vec<(String, String)>;

/// What the environment of this process configures.
pub(crate) fn pairs() -> Pairs {
    let variable = |name: &str| std::env::var(name).ok();
    let mut pairs = counted(variable);
    pairs.extend(
        variable("GIT_CONFIG_PARAMETERS")
            .map(|text| parameters(&text))
            .unwrap_or_default(),
    );
    pairs
}

/// Git bounds the count too, by what fits an int; we stop far below.
fn counted(variable: impl Fn(&str) -> Option<String>) -> Pairs {
    let count: usize = variable("GIT_CONFIG_COUNT")
        .and_then(|count| count.parse().ok())
        .unwrap_or(0);
    let pair = |index| {
        Some((
            variable(&format!("GIT_CONFIG_KEY_{index}"))?,
            variable(&format!("GIT_CONFIG_VALUE_{index}"))?,
        ))
    };
    (0..count.min(10_000)).map_while(pair).collect()
}

/// `'key'='value' 'key'` since git 2.31, `'key=value'` before; a key alone is true. `'\''` and `'\!'` are quotes.
fn parameters(text: &str) -> Pairs {
    let mut pairs = Vec::new();
    let mut rest = text.trim_start();
    while let Some((word, after)) = quoted(rest) {
        let (pair, after) = match after.strip_prefix('=') {
            Some(after) => {
                let (value, after) = quoted(after).unwrap_or((String::new(), after));
                ((word, value), after)
            }
            None => match word.split_once('=') {
                Some((key, value)) => ((key.to_owned(), value.to_owned()), after),
                None => ((word, "true".to_owned()), after),
            },
        };
        pairs.push(pair);
        rest = after.trim_start();
    }
    pairs
}

fn quoted(text: &str) -> Option<(String, &str)> {
    let mut rest = text.strip_prefix('\'')?;
    let mut word = String::new();
    loop {
        let (inside, after) = rest.split_once('\'')?;
        word.push_str(inside);
        let escaped = after
            .strip_prefix('\\')
            .and_then(|after| Some((after.chars().next()?, after)));
        match escaped {
            Some((c @ ('\'' | '!'), after)) if after[1..].starts_with('\'') => {
                word.push(c);
                rest = &after[2..];
            }
            _ => return Some((word, after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parameters_of_git_c_are_read_in_both_spellings() {
        let pairs =
            parameters(r"'lane.a'='b c' 'lane.x=y=z' 'lane.on' 'user.name'='O'\''Neil'\!'' 'lane.e'=");
        let expected = [
            ("lane.a", "b c"),
            ("lane.x", "y=z"),
            ("lane.on", "true"),
            ("user.name", "O'Neil!"),
            ("lane.e", ""),
        ];
        assert_eq!(
            pairs,
            expected.map(|(key, value)| (key.to_owned(), value.to_owned()))
        );
        assert_eq!(parameters("nonsense 'x"), []);
    }
}
