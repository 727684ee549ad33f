//! Services that answer, refuse, stay silent or talk nonsense: real listeners and real commands.

use std::io::Read as _;
use std::io::Write as _;
use std::net::TcpListener;
use std::path::Path;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use lane_gate::Gates;
use lane_gate::Interrupt;
use lane_gate::ServiceFault;
use lane_gate::ask_service;

/// Longer than a probe with a limit of one second may take, shorter than one that forgot its limit.
const SOON: Duration = Duration::from_secs(8);

fn ask(declared: &str) -> Result<(), ServiceFault> {
    ask_until(declared, &Interrupt::none())
}

fn ask_until(declared: &str, interrupt: &Interrupt) -> Result<(), ServiceFault> {
    let gates = Gates::parse(format!("[service.a]\n{declared}\n").as_bytes()).unwrap();
    let (_, service) = gates.services().next().unwrap();
    ask_service(service, Path::new("/"), interrupt)
}

fn said(declared: &str) -> String {
    ask(declared).unwrap_err().to_string()
}

/// A listener that answers each request with these bytes, and its port.
fn answering(answer: &'static [u8]) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let mut asked = [0; 1024];
            let _ = stream.read(&mut asked);
            let _ = stream.write_all(answer);
        }
    });
    port
}

/// A port that nobody listens on.
fn closed() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

#[test]
fn a_port_that_takes_connections_is_well_whichever_address_of_the_host_it_is() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    ask(&format!("tcp = \"127.0.0.1:{port}\"")).unwrap();
    ask(&format!("tcp = \"localhost:{port}\"")).unwrap();
}

#[test]
fn a_closed_port_is_said_with_its_address() {
    let port = closed();
    let shown = said(&format!("tcp = \"127.0.0.1:{port}\""));
    assert_eq!(shown, format!("no connection to 127.0.0.1:{port}"));
    let shown = said(&format!("http = \"http://127.0.0.1:{port}/\""));
    assert!(
        shown.starts_with(&format!("no answer from http://127.0.0.1:{port}/: ")),
        "{shown}"
    );
}

#[test]
fn a_host_that_no_name_server_may_know_is_not_found() {
    // RFC 6761: never a name of the network. A resolver that does not answer is late instead.
    match ask("tcp = \"nowhere.invalid:80\"\ntimeout = \"1s\"") {
        Err(ServiceFault::NoHost { host, .. }) => assert_eq!(host, "nowhere.invalid"),
        other => assert!(matches!(other, Err(ServiceFault::Late(_))), "{other:?}"),
    }
}

#[test]
fn an_answer_is_well_by_its_status() {
    for (answer, expected) in [
        (&b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"[..], None),
        (b"HTTP/1.1 204 No Content\r\n\r\n", None),
        (
            b"HTTP/1.1 302 Found\r\nLocation: https://elsewhere.invalid/\r\n\r\n",
            None,
        ),
        (b"HTTP/1.1 404 Not Found\r\n\r\n", Some(404)),
        (
            b"HTTP/1.0 503 Busy\r\nContent-Length: 1000000000\r\n\r\n",
            Some(503),
        ),
    ] {
        let url = format!("http://127.0.0.1:{}/health?a=b", answering(answer));
        let found = ask(&format!("http = \"{url}\""));
        let shown = found.map_err(|fault| fault.to_string()).err();
        let expected = expected.map(|status| format!("{url} answered with status {status}"));
        assert_eq!(shown, expected, "{}", String::from_utf8_lossy(answer));
    }
}

#[test]
fn what_does_not_speak_http_is_said_without_its_control_characters() {
    for answer in [
        &b"\x1b[2Jhello\n"[..],
        b"",
        b"HTTP/1.1 \x1b[2J\r\n\r\n",
        &[b'x'; 100_000],
    ] {
        let port = answering(answer);
        let shown = said(&format!("http = \"http://127.0.0.1:{port}/\""));
        let bounded = shown.len() < 400 && !shown.contains('\u{1b}');
        assert!(bounded && shown.starts_with("no answer from "), "{shown:?}");
    }
}

#[test]
fn a_listener_that_accepts_and_never_answers_ends_on_time() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let started = Instant::now();
    let shown = said(&format!("http = \"http://127.0.0.1:{port}/\"\ntimeout = \"1s\""));
    assert!(started.elapsed() < SOON);
    assert!(
        shown == "no answer within 1s" || shown.contains("timeout"),
        "{shown}"
    );
}

#[test]
fn an_answer_that_drips_ends_on_time() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let (_keep, never) = channel::<()>();
        while stream.write_all(b"H").is_ok() {
            let _ = never.recv_timeout(Duration::from_millis(50));
        }
    });
    let started = Instant::now();
    said(&format!("http = \"http://127.0.0.1:{port}/\"\ntimeout = \"1s\""));
    assert!(started.elapsed() < SOON);
}

#[test]
fn a_command_says_how_it_ended_and_its_last_line() {
    ask("run = [\"sh\", \"-c\", \"exit 0\"]").unwrap();
    for (script, expected) in [
        (
            "echo one; echo 'no server' >&2; exit 2",
            "`sh` ended with exit 2: no server",
        ),
        (
            "printf 'a\\033[2J\\n\\n'; exit 1",
            "`sh` ended with exit 1: a\\u{1b}[2J",
        ),
        ("exit 3", "`sh` ended with exit 3"),
    ] {
        let words = format!("{script:?}");
        assert_eq!(said(&format!("run = [\"sh\", \"-c\", {words}]")), expected);
    }
    let shown = said("run = [\"./no/such/program\"]");
    assert_eq!(shown, "its command did not run");
}

#[test]
fn a_command_that_hangs_ends_on_time_and_an_interrupt_ends_everything() {
    let started = Instant::now();
    let hanging = "run = [\"sh\", \"-c\", \"tail -f /dev/null & wait\"]\ntimeout = \"1s\"";
    assert_eq!(said(hanging), "no answer within 1s");
    assert!(started.elapsed() < SOON);

    let interrupt = Interrupt::none();
    interrupt.raise();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    for declared in [
        "run = [\"tail\", \"-f\", \"/dev/null\"]".to_owned(),
        format!("http = \"http://127.0.0.1:{port}/\""),
    ] {
        let found = ask_until(&format!("{declared}\ntimeout = \"1h\""), &interrupt);
        assert!(matches!(found, Err(ServiceFault::Interrupted)), "{found:?}");
    }
}
