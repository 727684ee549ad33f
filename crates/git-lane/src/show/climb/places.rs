//! Places in files that an output names as rustc, clippy and panics do, where the file is one of the repository's.

use lane_gate::Spot;

/// How many places are given at most.
const PLACES: usize = 10;

/// What stands before a place.
const MARKS: [&str; 2] = ["panicked at ", "--> "];

/// The places that these lines name, each once. `dir`: where the command ran, from the root.
pub(super) fn places(lines: &[String], dir: &str, is_file: &dyn Fn(&str) -> bool) -> Vec<Spot> {
    let mut places: Vec<Spot> = Vec::new();
    for spot in lines.iter().filter_map(|line| place(line, dir, is_file)) {
        if places.len() < PLACES && !places.contains(&spot) {
            places.push(spot);
        }
    }
    places
}

/// `--> PATH:LINE:COLUMN`, and `panicked at PATH:LINE:COLUMN:`.
fn place(line: &str, dir: &str, is_file: &dyn Fn(&str) -> bool) -> Option<Spot> {
    let (_, rest) = MARKS.iter().find_map(|mark| line.split_once(mark))?;
    let mut parts = rest.trim_end().trim_end_matches(':').rsplitn(3, ':');
    let (column, number, path) = (parts.next()?, parts.next()?, parts.next()?);
    column.parse::<usize>().ok()?;
    let number: usize = number.parse().ok().filter(|number| *number > 0)?;
    let path = path.strip_prefix("./").unwrap_or(path);
    let below = format!("{dir}/{path}");
    let path = [below.trim_start_matches('/'), path]
        .into_iter()
        .find(|path| is_file(path))?;
    Some(Spot {
        path: path.to_owned(),
        line: Some(number),
    })
}

#[cfg(test)]
mod tests {
    use super::places;

    #[test]
    fn only_files_of_the_repository_are_places() {
        let known = |path: &str| ["src/a.rs", "web/src/b c.rs"].contains(&path);
        for (line, dir, expected) in [
            ("  --> src/a.rs:3:5", "", Some("src/a.rs:3")),
            (
                "thread 'x' (7) panicked at src/a.rs:12:9:",
                "",
                Some("src/a.rs:12"),
            ),
            ("thread 'x' panicked at ./src/a.rs:12:9", "", Some("src/a.rs:12")),
            ("  --> src/b c.rs:1:1", "web", Some("web/src/b c.rs:1")),
            ("  --> src/a.rs:1:1", "web", Some("src/a.rs:1")),
            ("  --> /rustc/lib.rs:1:1", "", None),
            ("  --> src/a.rs:0:1", "", None),
            ("  --> src/a.rs:x:1", "", None),
            ("src/a.rs:3:5", "", None),
        ] {
            let found = places(&[line.to_owned(), line.to_owned()], dir, &known);
            let found: Vec<String> = found
                .iter()
                .map(|spot| format!("{}:{}", spot.path, spot.line.unwrap_or(0)))
                .collect();
            assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{line}");
        }
        let many: Vec<String> = (1..30).map(|n| format!("--> src/a.rs:{n}:1")).collect();
        assert_eq!(places(&many, "", &known).len(), 10);
    }
}
