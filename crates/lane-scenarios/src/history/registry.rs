//! What is done to a registry.

use super::Deeds;

/// The registry after one edit.
pub(super) fn edited(deeds: &mut Deeds, text: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let header = lines.iter().filter(|line| line.starts_with('#')).count();
    let at = |deeds: &mut Deeds, from: usize, to: usize| (from < to).then(|| deeds.rng().usize(from..to));
    match deeds.rng().u8(..10) {
        0..5 => {
            let first = char::from(deeds.rng().u8(b'a'..=b'z'));
            let line = format!("{first}-{} value", deeds.token());
            lines.push(line);
        }
        5..7 => {
            if let Some(n) = at(deeds, header, lines.len()) {
                lines.remove(n);
            }
        }
        7..9 => {
            if let Some(n) = at(deeds, header, lines.len()) {
                let key = lines[n].split(' ').next().unwrap_or_default().to_owned();
                lines[n] = format!("{key} {}", deeds.token());
            }
        }
        _ => {
            let comment = format!("# {}", deeds.token());
            let n = deeds.rng().usize(..=header);
            lines.insert(n, comment);
            return lines.join("\n") + "\n";
        }
    }
    lines[header..].sort();
    lines.join("\n") + "\n"
}
