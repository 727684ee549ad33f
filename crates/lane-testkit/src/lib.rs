//! Hermetic repositories, a movable clock and a frozen binary for the tests.
