//! The queue: four tasks, two of which overlap, and one of which waits.

use crate::demo::scene::PERSON;
use crate::demo::scene::Scene;

pub(super) const SCENE: Scene = Scene {
    heading: "Tasks say what is wanted and which paths it may touch: two overlap, and one depends on another.",
    steps: &[
        PERSON.runs("git lane task add 'Prices include tax' --id price --scope 'src/cart/**' --priority high"),
        PERSON.runs("git lane task add 'Tax is rounded per line' --id rounding --scope src/cart/tax"),
        PERSON.runs("git lane task add 'Search ignores case' --id search --scope 'src/search/**' --accept 'capitals are found' --check 'grep -q CAPITALS src/search/index'"),
        PERSON.runs("git lane task add 'Checkout shows the total' --id checkout --scope 'src/checkout/**' --depends-on price"),
        PERSON
            .runs("git lane ready --why")
            .shows(&["price ", "rounding ", "search ", "dependency-open"]),
    ],
};
