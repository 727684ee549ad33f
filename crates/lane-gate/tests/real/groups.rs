//! What a command leaves behind ends with it: at its end, at the time limit, at an interrupt.

use std::thread;
use std::time::Duration;

use lane_gate::Ending;
use lane_gate::Interrupt;
use lane_gate::Run;
use lane_gate::RunError;
use rustix::process::Pid;
use rustix::process::Signal;
use rustix::process::getpid;
use rustix::process::kill_process;

use crate::place::LONG;
use crate::place::Place;

const SHORT: Duration = Duration::from_secs(2);

#[test]
fn the_time_limit_ends_grandchildren_too() {
    let place = Place::new();
    let held = place.fifo("held");
    let script = "sh -c 'sleep 600 >held & wait' & echo begun; sleep 600";
    let run = place
        .limited(&["sh", "-c", script], SHORT, &Interrupt::none())
        .unwrap();
    held.wait_for_end();
    assert_eq!((run.ending, run.ending.code()), (Ending::TimedOut, 124));
    assert_eq!(run.excerpt, "begun");
    assert!(!run.held_open);
    assert!(
        (2.0..4.0).contains(&run.secs),
        "the grace is not counted: {}",
        run.secs
    );
}

#[test]
fn a_group_that_ignores_the_request_is_killed() {
    let place = Place::new();
    let held = place.fifo("held");
    let script = "trap '' TERM; sh -c 'sleep 600 >held; sleep 600' & sleep 600; sleep 600";
    let run = place
        .limited(&["sh", "-c", script], SHORT, &Interrupt::none())
        .unwrap();
    held.wait_for_end();
    assert_eq!(run.ending, Ending::TimedOut);
    assert!(!run.held_open);
}

#[test]
fn a_group_may_tidy_up_after_the_request() {
    let place = Place::new();
    let script = "trap 'echo tidied; exit 7' TERM; echo begun; sleep 600 & wait";
    let run = place
        .limited(&["sh", "-c", script], SHORT, &Interrupt::none())
        .unwrap();
    assert_eq!(run.ending, Ending::TimedOut);
    assert_eq!(run.excerpt, "begun\ntidied");
}

#[test]
fn what_a_command_left_running_ends_with_it() {
    let place = Place::new();
    for (script, ending) in [
        ("sleep 600 & exit 0", Ending::Exit(0)),
        ("sleep 600 & exit 3", Ending::Exit(3)),
        ("(trap '' TERM; sleep 600) & exit 4", Ending::Exit(4)),
    ] {
        let run = place.sh(script);
        assert_eq!(run.ending, ending, "{script}");
        assert!(!run.held_open, "{script}");
    }
    // With its output elsewhere, it ends all the same.
    let held = place.fifo("held");
    let run = place.sh("exec 3>held; sleep 600 >/dev/null 2>&1 & exit 0");
    held.wait_for_end();
    assert_eq!(run.ending, Ending::Exit(0));
}

#[test]
#[cfg(target_os = "linux")]
fn a_process_that_left_the_group_does_not_hold_us() {
    let place = Place::new();
    let script = "mkfifo up; setsid sh -c 'echo $$; echo >up; exec sleep 600' & read x <up; exit 3";
    let run = place.sh(script);
    let pid = run.excerpt.parse().unwrap();
    kill_process(Pid::from_raw(pid).unwrap(), Signal::KILL).unwrap();
    assert_eq!(run.ending, Ending::Exit(3));
    assert!(run.held_open);
    assert_eq!(run.bytes, run.excerpt.len() as u64 + 1);
}

/// Runs a command with a grandchild and does something to us as soon as both are there.
fn meanwhile(stop: &Interrupt, act: impl FnOnce() + Send) -> Result<Run, RunError> {
    let place = Place::new();
    let held = place.fifo("held");
    thread::scope(|scope| {
        let held = scope.spawn(move || {
            held.wait_for_writer();
            act();
            held
        });
        let result = place.limited(&["sh", "-c", "sleep 600 >held & wait"], LONG, stop);
        held.join().unwrap().wait_for_end();
        result
    })
}

#[test]
fn an_interrupt_ends_the_group_and_leaves_no_result() {
    let stop = Interrupt::none();
    let result = meanwhile(&stop, || stop.raise());
    assert!(matches!(result, Err(RunError::Interrupted)));
}

#[test]
fn a_real_signal_is_an_interrupt() {
    let stop = Interrupt::install().unwrap();
    let result = meanwhile(&stop, || kill_process(getpid(), Signal::TERM).unwrap());
    assert!(matches!(result, Err(RunError::Interrupted)));
    assert!(
        Interrupt::install().unwrap().asked(),
        "installed once, one answer"
    );
    assert!(!Interrupt::none().asked());
}
