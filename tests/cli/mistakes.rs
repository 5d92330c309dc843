//! What can go wrong before anything is done: one clear error, what to do next, an exit code.

use super::rk;
use crate::kit::golden::golden;

/// Wrong words: exit code 2, and nothing on standard output.
const MISTAKES: &[&str] = &[
    "topcis",
    "topics list --intenal",
    "topics create",
    "topics create t --partitions 0",
    "topics create t --config x",
    "topics list -o yaml",
    "topics list --color blue",
    "topics alter t",
    "produce",
    "produce t --property parse.headers=true",
    "produce t --timestamp yesterday",
    "produce t --compression brotli",
    "consume t -O first",
    "consume t --timeout 5",
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
