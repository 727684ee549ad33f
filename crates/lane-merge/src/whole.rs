//! A whole file in conflict: what cannot be taken apart, between the lines that both sides share.

use crate::Conflicts;
use crate::Piece;
use crate::Sides;
use crate::form::Form;

/// The conflict of a whole file, and what it is, in a sentence without full stop.
pub fn conflict(sides: &Sides<'_>, what: &str) -> Conflicts {
    let texts = [sides.base, sides.ours, sides.theirs].map(Form::split);
    let [base, Some((ours_form, ours)), Some((theirs_form, theirs))] = texts else {
        return Conflicts::of_bytes(sides, what);
    };
    let (base_form, base) = base.unwrap_or((Form::PLAIN, String::new()));
    let form = Form::merge(base_form, ours_form, theirs_form);
    Conflicts::new(form, pieces(&base, &ours, &theirs), vec![what.to_owned()])
}

/// The common first and last lines, and one conflict between them.
fn pieces(base: &str, ours: &str, theirs: &str) -> Vec<Piece> {
    let [base, ours, theirs] = [base, ours, theirs].map(|t| t.split_inclusive('\n').collect::<Vec<_>>());
    let shortest = base.len().min(ours.len()).min(theirs.len());
    let alike = |b: &&str, o: &&str, t: &&str| o == t && b == o;
    let zip = base.iter().zip(&ours).zip(&theirs);
    let head = zip.take_while(|((b, o), t)| alike(b, o, t)).count();
    let zip = base.iter().rev().zip(ours.iter().rev()).zip(theirs.iter().rev());
    let tail = zip
        .take(shortest - head)
        .take_while(|((b, o), t)| alike(b, o, t))
        .count();
    let middle = |lines: &[&str]| lines[head..lines.len() - tail].concat();
    vec![
        Piece::Agreed(ours[..head].concat()),
        Piece::Conflict {
            base: middle(&base),
            ours: middle(&ours),
            theirs: middle(&theirs),
        },
        Piece::Agreed(ours[ours.len() - tail..].concat()),
    ]
}
