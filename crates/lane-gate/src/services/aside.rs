//! Work in a thread that is left behind when its time is over: no system offers a limit for looking up a name.

use std::sync::mpsc::RecvTimeoutError;
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use super::ServiceFault;
use crate::Interrupt;

/// How often an interrupt is looked for.
const GLANCE: Duration = Duration::from_millis(20);

/// What the work found; none when the time was over first, or when it broke. What is left behind must end by itself
/// soon after.
pub(super) fn within(
    until: Instant,
    interrupt: &Interrupt,
    work: impl FnOnce() -> Result<(), ServiceFault> + Send + 'static,
) -> Option<Result<(), ServiceFault>> {
    let (tell, found) = sync_channel(1);
    thread::spawn(move || {
        // Nobody listens any more when the time is over.
        let _ = tell.send(work());
    });
    loop {
        let rest = until.saturating_duration_since(Instant::now());
        match found.recv_timeout(rest.min(GLANCE)) {
            Ok(answer) => return Some(answer),
            Err(RecvTimeoutError::Timeout) if interrupt.asked() => {
                return Some(Err(ServiceFault::Interrupted));
            }
            Err(RecvTimeoutError::Timeout) if Instant::now() < until => {}
            Err(_) => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_never_ends_is_left_behind_on_time() {
        let started = Instant::now();
        let until = started + Duration::from_millis(50);
        let (keep, never) = sync_channel::<()>(0);
        let found = within(until, &Interrupt::none(), move || {
            let _ = never.recv();
            Ok(())
        });
        assert!(found.is_none() && started.elapsed() >= Duration::from_millis(50));
        drop(keep);
    }

    #[test]
    fn an_interrupt_ends_it_long_before_its_time() {
        let interrupt = Interrupt::none();
        interrupt.raise();
        let (keep, never) = sync_channel::<()>(0);
        let until = Instant::now() + Duration::from_secs(3600);
        let found = within(until, &interrupt, move || {
            let _ = never.recv();
            Ok(())
        });
        assert!(matches!(found, Some(Err(ServiceFault::Interrupted))));
        drop(keep);
    }
}
