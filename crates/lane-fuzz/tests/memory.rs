//! Memory is bounded for inputs of 256 KiB: the worst shapes only, some seconds in a build without optimisation.
//! Alone in its binary, because it counts what the whole process holds.

use lane_fuzz::TARGETS;
use lane_fuzz::judge;
use lane_fuzz::shapes;
use peak_alloc::PeakAlloc;

#[global_allocator]
static COUNTED: PeakAlloc = PeakAlloc;

#[test]
fn the_largest_inputs_of_the_worst_shapes_keep_the_bounds() {
    for target in TARGETS {
        let mut worst = (0, String::new());
        for (shape, input) in shapes(target) {
            let peak = judge(target, &input).unwrap_or_else(|why| panic!("{}, {shape}: {why}", target.name));
            worst = worst.max((peak, shape));
        }
        println!("{}: {} KiB at most, for {}", target.name, worst.0 >> 10, worst.1);
        assert!(worst.0 > 0, "memory was not counted");
    }
}
