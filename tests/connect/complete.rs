//! Names of connectors, topics and groups, completed by asking those who know them.

use std::time::Duration;

use rk::base::clock::Moment;

use crate::kit::broker::TestBroker;
use crate::kit::connect::{FakeConnect, Said};
use crate::kit::run::{on_path, program, rk};

fn worker() -> FakeConnect {
    FakeConnect::start(|asked| match asked.what.as_str() {
        "GET /connectors" => Said::Json(200, r#"["orders-sink","orders","prices"]"#.into()),
        _ => Said::Nothing,
    })
}

#[test]
fn names_come_from_the_worker_that_the_line_names() {
    let worker = worker();
    let ask = |line: &str| rk(["__complete", line]).env("RK_CONNECT", "http://127.0.0.1:1").run();
    let line = format!("rk connect status --connect {} or", worker.url());
    assert_eq!(ask(&line).succeed(), "orders\norders-sink\n");
    for line in ["rk connect status or", "rk connect create x", "rk", "", "nonsense 'x"] {
        let ran = ask(line);
        assert_eq!((ran.succeed(), ran.err()), ("", ""), "{line}");
    }
}

#[test]
fn topics_come_from_the_cluster() {
    let broker = TestBroker::start();
    let address = broker.bootstrap();
    let _ = rk(["topics", "create", "orders", "prices", "-b", &address]).run().succeed();
    let ran = rk(["__complete", &format!("rk consume -b {address} o")]).run();
    assert_eq!((ran.succeed(), ran.err()), ("orders\n", ""));
}

#[test]
fn whoever_is_slow_is_left_behind() {
    let worker = worker();
    let started = Moment::now();
    let line = format!("rk connect plugins --connect {} x", worker.url());
    let ran = rk(["__complete", &line]).run();
    assert_eq!((ran.succeed(), ran.err()), ("", ""));
    assert!(started.elapsed() < Duration::from_secs(15));
}

#[test]
fn bash_offers_them() {
    if on_path("bash").is_none() {
        return crate::kit::skipped("there is no bash");
    }
    let worker = worker();
    let completions = crate::kit::path("../completions/rk.bash");
    let script = r#"
        source "$1"
        COMP_LINE="$2 connect status or" COMP_POINT=${#COMP_LINE}
        COMP_WORDS=("$2" connect status or) COMP_CWORD=3
        _rk_live "$2" or status
        printf '%s\n' "${COMPREPLY[@]}"
        COMP_LINE="$2 connect stat" COMP_POINT=${#COMP_LINE}
        COMP_WORDS=("$2" connect stat) COMP_CWORD=2 COMPREPLY=()
        _rk_live "$2" stat connect
        printf '%s\n' "${COMPREPLY[@]}"
    "#;
    let rk = env!("CARGO_BIN_EXE_rk");
    let words = ["--norc", "-c", script, "bash", completions.to_str().unwrap(), rk];
    let ran = program("bash", words).inherit("PATH").env("RK_CONNECT", worker.url()).run();
    assert_eq!((ran.succeed(), ran.err()), ("orders\norders-sink\nstatus\n", ""));
}
