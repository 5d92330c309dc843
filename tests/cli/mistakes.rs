//! What can go wrong before anything is done: one clear error, what to do next, an exit code.

use std::io::{Read, Write};
use std::net::TcpListener;

use super::rk;
use crate::kit::golden::golden;

/// Wrong words: exit code 2, and nothing on standard output.
const MISTAKES: &[&str] = &[
    "topcis",
    "topics list --intenal",
    "topics create",
    "topics create t --partitions 0",
    "topics create t --partitions -1",
    "topics create t --config x",
    "topics list -o yaml",
    "topics list --color blue",
    "topics alter t",
    "produce",
    "produce t --property headers.parse=true",
    "produce t --timestamp yesterday",
    "produce t --compression brotli",
    "consume t -O first",
    "consume t --timeout 5",
    "consume t -n -1",
    "consume t -p -1",
    "consume t -g=",
    "consume t -O 5 --from-beginning",
    "consume t -g g -p 0",
    "groups reset-offsets --group g --to-earliest",
    "groups reset-offsets --group g --all-topics",
    "groups reset-offsets --group g --all-topics --to-earliest --to-latest",
    "topics list -X lingr.ms=5",
    "topics list -X ssl.truststore.location=/etc/kafka.jks",
    "topics list --command-config /no/file",
    "man no-such-verb",
];

#[test]
fn mistakes_are_told_with_what_to_do_next() {
    let mut text = String::new();
    for line in MISTAKES {
        let ran = rk(line);
        assert_eq!(ran.out(), "", "rk {line}");
        text.push_str(&format!("$ rk {line}\n{}\n", ran.fail(2)));
    }
    assert!(!text.contains('\u{1b}'), "no colour without a terminal");
    golden("golden/cli/mistakes.txt", &text);
}

#[test]
fn a_broker_that_is_not_there_is_named() {
    // Port 1 is nobody's.
    let want = "error: cannot reach the cluster\n  \
                caused by: no broker answers at `127.0.0.1:1`: connection refused\n  \
                hint: is a broker running? start one with `rk dev`, or name another with `-b`\n";
    for line in ["topics list", "groups list", "topics delete t --yes"] {
        let ran = rk(&format!("{line} -b 127.0.0.1:1"));
        assert_eq!((ran.out(), ran.fail(1)), ("", want), "rk {line}");
    }
    let ran = crate::kit::run::rk(["topics", "list"]).env("RK_BROKERS", "127.0.0.1:1").run();
    assert_eq!(ran.fail(1), want);
}

#[test]
fn a_server_that_is_not_kafka_is_told_from_one_that_is() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = std::thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        let _ = client.read(&mut [0; 1024]).unwrap();
        client.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap();
    });
    let ran = rk(&format!("topics list -b {address}"));
    server.join().unwrap();
    let told = ran.fail(1);
    assert!(told.contains("hint: is it a Kafka broker?"), "{told}");
}
