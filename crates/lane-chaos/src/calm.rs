//! After the storm: stragglers end, clocks agree, and every clone publishes what it has.

use std::fs;
use std::io;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use crate::weather::Weather;
use crate::world::World;

/// How long a straggler may take to end by itself.
const PATIENCE: Duration = Duration::from_secs(30);

/// Waits until nobody works in the world any more, sets the clocks right, and has every clone publish, twice.
/// Returns what stood against it.
pub(crate) fn calm(world: &World, weather: &mut Weather) -> io::Result<Vec<String>> {
    let mut faults = Vec::new();
    let begun = Instant::now();
    while let Some(straggler) = straggler(world)? {
        if begun.elapsed() > PATIENCE {
            faults.push(format!("still runs after {PATIENCE:?}: {straggler}"));
            break;
        }
        thread::sleep(Duration::from_millis(5));
    }
    weather.mend_clocks(world)?;
    for round in 1..=2 {
        for clone in 0..world.clones() {
            let output = world.lane(clone, "pat", &["sync"])?;
            if !output.status.success() {
                let said = String::from_utf8_lossy(&output.stderr);
                faults.push(format!(
                    "sync {round} of clone {clone}: {}: {said}",
                    output.status
                ));
            }
        }
    }
    Ok(faults)
}

/// The command line of a process that somebody who was killed has left behind. It is known by the clock in its
/// environment, which lies in this world's folder.
fn straggler(world: &World) -> io::Result<Option<String>> {
    let own = world.root().to_string_lossy().into_owned();
    let Ok(processes) = fs::read_dir("/proc") else {
        // Where there is no such list, time must do.
        thread::sleep(Duration::from_secs(1));
        return Ok(None);
    };
    for process in processes {
        let path = process?.path();
        let is_process = path
            .file_name()
            .is_some_and(|name| name.as_encoded_bytes()[0].is_ascii_digit());
        // Whoever has ended meanwhile, or is not ours to look at, has none.
        let Some(environment) = is_process.then(|| fs::read(path.join("environ")).ok()).flatten() else {
            continue;
        };
        if String::from_utf8_lossy(&environment).contains(&own) {
            let line = fs::read(path.join("cmdline")).unwrap_or_default();
            return Ok(Some(String::from_utf8_lossy(&line).replace('\0', " ")));
        }
    }
    Ok(None)
}
