//! One thing done to many items, shared among the cores, in order.

use std::io;
use std::num::NonZero;
use std::thread;

use crate::GitError;

/// What `done` makes of each item. No thread gets fewer than `least` items; where one is enough, it is this one.
pub(super) fn side_by_side<T: Sync, R: Send>(
    items: &[T],
    least: usize,
    done: impl Fn(&T) -> R + Sync,
) -> Result<Vec<R>, GitError> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let share = items.len().div_ceil(threads).max(least);
    if items.len() <= share {
        return Ok(items.iter().map(done).collect());
    }
    let of_share = |share: &[T]| share.iter().map(&done).collect::<Vec<R>>();
    thread::scope(|scope| {
        let workers: Vec<_> = items
            .chunks(share)
            .map(|share| scope.spawn(|| of_share(share)))
            .collect();
        let mut all = Vec::with_capacity(items.len());
        for worker in workers {
            let panicked = |_| GitError::io("reading files", io::Error::other("a reader panicked"));
            all.extend(worker.join().map_err(panicked)?);
        }
        Ok(all)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_kept_however_many_share() {
        let items: Vec<usize> = (0..1000).collect();
        let expected: Vec<usize> = items.iter().map(|item| item * 2).collect();
        for least in [1, 7, 999, 1000, 5000] {
            assert_eq!(side_by_side(&items, least, |item| item * 2).unwrap(), expected);
        }
        assert!(side_by_side(&[], 1, |item: &usize| *item).unwrap().is_empty());
    }
}
