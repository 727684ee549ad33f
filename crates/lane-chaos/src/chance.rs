//! Chance from a seed: a stream of its own for each who draws, so that one's draws do not move another's.

use fastrand::Rng;

/// A stream for one purpose. Equal arguments give equal streams.
pub(crate) fn stream(seed: u64, purpose: &str, n: usize) -> Rng {
    // FNV-1a: spreads near seeds and names apart; nothing depends on its strength.
    let bytes = purpose.bytes().chain(seed.to_le_bytes()).chain(n.to_le_bytes());
    Rng::with_seed(bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    }))
}

/// One of the choices, each as often as its weight says.
pub(crate) fn weighted<T: Copy>(rng: &mut Rng, choices: &[(u32, T)]) -> T {
    let total = choices.iter().map(|(weight, _)| weight).sum();
    let mut left = rng.u32(0..total);
    for (weight, choice) in choices {
        if left < *weight {
            return *choice;
        }
        left -= weight;
    }
    unreachable!("a draw below the sum falls on a choice")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_seeds_draw_alike_and_others_do_not() {
        let draw = |seed, n| stream(seed, "slot", n).u64(..);
        assert_eq!(draw(7, 1), draw(7, 1));
        assert_ne!(draw(7, 1), draw(7, 2));
        assert_ne!(draw(7, 1), draw(8, 1));
    }

    #[test]
    fn a_weight_of_zero_is_never_drawn() {
        let mut rng = stream(1, "w", 0);
        assert!((0..1000).all(|_| weighted(&mut rng, &[(1, 'a'), (0, 'b'), (3, 'c')]) != 'b'));
    }
}
