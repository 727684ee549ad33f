//! The services that the gates declare: all that the role needs are asked at once.

use std::thread;

use lane_core::id::CheckName;
use lane_gate::Contact;
use lane_gate::Service;
use lane_gate::ServiceFault;
use lane_gate::ask_service;

use super::Found;
use super::Scene;
use super::report::Row;
use crate::show::error;

/// How many are asked at once.
const AT_ONCE: usize = 32;

/// A row for each service; none where the gates cannot be read.
pub(super) fn ask(scene: &Scene<'_>, rows: &[Row]) -> Vec<Row> {
    let readable = rows.iter().any(|row| row.id == "gates" && row.is_well());
    let Some(gates) = scene.gates().ok().filter(|_| readable) else {
        return Vec::new();
    };
    let dir = scene.dir();
    let services: Vec<(&CheckName, &Service)> = gates.services().collect();
    let mut found = Vec::new();
    for some in services.chunks(AT_ONCE) {
        found.extend(thread::scope(|scope| {
            let one = |(name, service): &(&CheckName, &Service)| {
                let (name, service, interrupt) =
                    ((*name).clone(), (*service).clone(), scene.interrupt.clone());
                let role = scene.role;
                scope.spawn(move || {
                    let found = match service.roles.contains(&role) {
                        true => as_found(&name, &service, ask_service(&service, dir, &interrupt)),
                        false => Found::Skipped(format!("not for the role {role}")),
                    };
                    Row::new(format!("service-{name}"), found)
                })
            };
            let running: Vec<_> = some.iter().map(one).collect();
            running
                .into_iter()
                .filter_map(|one| one.join().ok())
                .collect::<Vec<_>>()
        }));
    }
    found
}

fn as_found(name: &CheckName, service: &Service, answer: Result<(), ServiceFault>) -> Found {
    match answer {
        Ok(()) => Found::Well(None),
        Err(fault) => Found::Ill {
            fault: error::chain(&fault),
            mend: service
                .remedy
                .clone()
                .unwrap_or_else(|| by_hand(name, &service.contact)),
        },
    }
}

/// What to do where nobody wrote a remedy down.
fn by_hand(name: &CheckName, contact: &Contact) -> String {
    let which = match contact {
        Contact::Run(_) => "what its command asks for",
        Contact::Tcp { .. } | Contact::Http(_) => "it",
    };
    format!("start {which}, and say how in `remedy` of [service.{name}] in .agents/gates.toml")
}
