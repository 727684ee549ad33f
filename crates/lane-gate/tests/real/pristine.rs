//! Where what is checked is a commit: no check changes a tracked file, whoever reads it.

use lane_gate::Climb;
use lane_gate::Remember;
use lane_gate::Report;
use lane_gate::Step;
use lane_gate::climb;

use crate::climbs::Gate;
use crate::climbs::changed;
use crate::climbs::check;
use crate::climbs::words;

/// As CI climbs, whatever fails.
fn in_ci(gate: &Gate, steps: &[Step]) -> Report {
    let how = Climb {
        pristine: true,
        remember: Remember::Nothing,
        keep_going: true,
        ..gate.how(&gate.root)
    };
    climb(steps, &how, &mut |_| ()).unwrap()
}

#[test]
fn a_check_that_changes_a_tracked_file_has_failed_and_nothing_follows() {
    for (script, said) in [
        ("echo 2 >b/y", "b/y changed"),
        ("rm b/y && rm a/x", "a/x and b/y changed"),
        ("chmod +x b/y", "b/y changed"),
        ("rm b/y && ln -s ../a/x b/y", "b/y changed"),
        ("rm b/y && mkdir b/y", "b/y changed"),
        ("rm b/y && mkfifo b/y", "b/y changed"),
        // What git does not look at, or would call clean.
        (
            "git update-index --assume-unchanged b/y && echo 2 >b/y",
            "b/y changed",
        ),
        ("echo 2 >b/y && git add b/y", "b/y changed"),
        (
            "echo '* text' >.git/info/attributes && printf '1\\r\\n' >b/y",
            "b/y changed",
        ),
    ] {
        let gate = Gate::new();
        let report = in_ci(&gate, &[check("one", 1, script), check("next", 2, "true")]);
        assert_eq!(words(&report), "changed not-run-changed", "{script}");
        assert_eq!(
            (changed(&report), gate.count("next")),
            (vec![said], 0),
            "{script}"
        );
    }
}

#[test]
fn what_nobody_tracks_what_is_put_back_and_what_fails_by_itself_are_as_ever() {
    for (script, word) in [
        ("echo 2 >c && echo 2 >out/z && git add c", "passed"),
        ("echo 2 >b/y && echo 1 >b/y && touch a/x", "passed"),
        ("echo 2 >b/y; false", "failed"),
    ] {
        let gate = Gate::new();
        assert_eq!(words(&in_ci(&gate, &[check("one", 1, script)])), word, "{script}");
    }
}

#[test]
fn a_submodule_is_watched_too() {
    for (script, word) in [
        ("echo 2 >sub/f", "changed"),
        ("echo 2 >sub/new", "passed"),
        (
            "git -C sub -c user.name=A -c user.email=a@b commit -q --allow-empty -m x",
            "changed",
        ),
    ] {
        let gate = Gate::new();
        let made = "git init -q sub && cd sub && echo 1 >f && git add f && \
                    git -c user.name=A -c user.email=a@b commit -q -m x && cd .. && git add sub && \
                    git -c user.name=A -c user.email=a@b commit -q -m sub";
        assert_eq!(words(&gate.climb(&[check("made", 1, made)])), "moved");
        let report = in_ci(&gate, &[check("one", 1, script)]);
        assert_eq!(words(&report), word, "{script}");
    }
}
