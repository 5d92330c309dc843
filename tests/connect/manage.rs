//! What can go wrong between `rk connect` and a worker, and what it sends.

use rk::base::clock::Moment;
use rustix::process::Signal;
use serde_json::{Value, json};
use std::time::Duration;

use crate::kit::connect::{Asked, FakeConnect, Said};
use crate::kit::run::{Output, Run, rk};
use crate::kit::wait;

fn connect(line: &str, url: &str) -> Run {
    rk(std::iter::once("connect").chain(line.split_whitespace())).env("RK_CONNECT", url)
}

fn against(line: &str, said: Said) -> Output {
    let worker = FakeConnect::start(move |_| said.clone());
    connect(line, &worker.url()).run()
}

#[test]
fn what_is_no_worker_is_told_so() {
    let html = "<html><head><title>Error 404 Not Found</title></head></html>";
    for (said, want) in [
        (Said::Other(404, html.into()), "the answer (404) is not Kafka Connect's: `Error 404 Not"),
        (Said::Other(200, "hello".into()), "the answer (200) is not Kafka Connect's: it is not J"),
        (Said::Json(200, "[]".into()), "the answer (200) is not Kafka Connect's: it is no object"),
        (Said::Json(200, "{\"a\":{}}".into()), "is not Kafka Connect's: it has no `info`"),
        (Said::Other(502, String::new()), "the answer (502) is not Kafka Connect's: it is empty"),
        (Said::Other(401, "Who?".into()), "the worker answered 401: Who?"),
    ] {
        let ran = against("list", said.clone());
        let told = ran.fail(1);
        assert!(told.starts_with("error: cannot list connectors\n"), "{told}");
        assert!(told.contains(want) && told.contains("  hint: "), "{said:?}: {told}");
        assert_eq!(ran.out(), "");
    }
}

#[test]
fn a_worker_that_says_nothing_is_not_waited_for_for_ever() {
    let started = Moment::now();
    let ran = against("list --request-timeout 300ms", Said::Nothing);
    assert!(ran.fail(1).contains("cannot list connectors"), "{ran:?}");
    assert!(started.elapsed() < Duration::from_secs(20));
}

#[test]
fn nobody_there_is_told_with_what_to_do() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let ran = connect("list", &format!("http://{free}")).run();
    let told = ran.fail(1);
    assert!(told.contains(&format!("nobody answers at `http://{free}`")), "{told}");
    assert!(told.contains("hint: is a Connect worker running there?"), "{told}");
    for url in ["ftp://x", "http://"] {
        assert!(connect("list", url).run().fail(2).contains("is not the URL of a server"));
    }
}

#[test]
fn the_next_worker_is_asked_when_the_first_is_gone() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let worker = FakeConnect::start(|_| Said::Json(200, "{}".into()));
    let urls = format!("http://{free},{}", worker.url());
    let ran = connect("list -o plain", &urls).run();
    assert_eq!(ran.succeed(), "");
    assert_eq!(worker.asked().len(), 1);
}

#[test]
fn a_login_comes_from_the_nearest_place() {
    let worker = FakeConnect::start(|_| Said::Json(200, "{}".into()));
    let url = worker.url();
    let run = |line: &str| connect(line, &url);
    let last = || worker.asked().pop().unwrap().login;
    let _ = run("list").run().succeed();
    assert_eq!(last(), None);
    let _ = run("list").env("RK_CONNECT_USER", "u:p").run().succeed();
    assert_eq!(last().as_deref(), Some("Basic dTpw"));
    let _ = run("list --token t").env("RK_CONNECT_USER", "u:p").run().succeed();
    assert_eq!(last().as_deref(), Some("Bearer t"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("client.properties");
    let text = format!("bootstrap.servers=x:1\nconnect.url={url}\nconnect.bearer.auth.token=f\n");
    std::fs::write(&file, text).unwrap();
    let words = ["connect", "list", "--command-config", file.to_str().unwrap()];
    let _ = rk(words).run().succeed();
    assert_eq!(last().as_deref(), Some("Bearer f"));
    assert!(run("list --user hunter2").run().fail(2).contains("user:password"));
}

/// Answers 409 so many times, and then well.
fn busy(times: usize) -> impl Fn(&Asked) -> Said {
    let words = json!({"error_code": 409, "message":
        "Cannot complete request because of a conflicting operation (e.g. worker rebalance)"});
    move |asked| match asked.before < times {
        true => Said::Json(409, words.to_string()),
        false => Said::Json(202, String::new()),
    }
}

#[test]
fn a_rebalance_is_waited_out_and_no_longer_than_that() {
    let worker = FakeConnect::start(busy(2));
    assert_eq!(connect("pause c", &worker.url()).run().succeed(), "");
    assert_eq!(worker.asked().len(), 3);
    let worker = FakeConnect::start(busy(usize::MAX));
    let ran = connect("pause c --no-retry", &worker.url()).run();
    assert!(ran.fail(1).contains("a rebalance is in the way: Cannot complete request"));
    assert_eq!(worker.asked().len(), 1);
    let ran = connect("pause d", &worker.url()).run();
    assert!(ran.fail(1).contains("a rebalance is in the way (tried 6 times): "));
    assert_eq!(worker.asked().len(), 7);
}

#[test]
fn a_connector_that_is_there_is_never_created_again() {
    let exists = json!({"error_code": 409, "message": "Connector c already exists"}).to_string();
    let worker = FakeConnect::start(move |_| Said::Json(409, exists.clone()));
    let text = r#"{"name":"c","connector.class":"X"}"#;
    let ran = connect("create -", &worker.url()).stdin(text).run();
    assert!(ran.fail(1).contains("hint: `rk connect apply` changes a connector"), "{ran:?}");
    assert_eq!(worker.asked().len(), 1);
}

#[test]
fn what_is_sent_is_what_the_file_says() {
    let info = r#"{"name":"c","config":{},"tasks":[],"type":"sink"}"#;
    let worker = FakeConnect::start(move |_| Said::Json(201, info.into()));
    let want = json!({"name": "c d", "config": {"a": "\u{e9}=x", "b": "2", "connector.class": "X",
        "name": "c d"}, "initial_state": "STOPPED"});
    for text in [
        "name=c d\nconnector.class=X\na=\\u00e9=x\nb = 1",
        "{\"name\":\"c d\",\"connector.class\":\"X\",\"a\":\"\u{e9}=x\",\"b\":1}",
        "{\"name\":\"c d\",\"config\":{\"connector.class\":\"X\",\"a\":\"\u{e9}=x\"}}",
    ] {
        let run = connect("create - --set b=2 --state stopped", &worker.url());
        let _ = run.stdin(text).run().succeed();
        let sent = worker.asked().pop().unwrap();
        assert_eq!(sent.what, "POST /connectors");
        assert_eq!(serde_json::from_str::<Value>(&sent.body).unwrap(), want, "{text}");
    }
    let _ = connect("pause", &worker.url()).run().fail(2);
    let words = ["connect", "delete", "a b/\u{e9}", "--yes"];
    let _ = rk(words).env("RK_CONNECT", worker.url()).run().succeed();
    assert_eq!(worker.asked().pop().unwrap().what, "DELETE /connectors/a%20b%2F%C3%A9");
}

/// A connector whose task comes, runs, and fails.
fn life(asked: &Asked) -> Said {
    let task = |state: &str, trace: Value| json!([{"id": 0, "state": state, "worker_id": "w", "trace": trace}]);
    let tasks = match asked.before {
        0 => json!([]),
        1 | 2 => task("RUNNING", Value::Null),
        _ => task("FAILED", "a.B: no\n\tat x\nCaused by: c.D: why\n\tat y\n".into()),
    };
    let status = json!({"name": "c", "connector": {"state": "RUNNING", "worker_id": "w"},
        "tasks": tasks, "type": "sink"});
    let info = json!({"name": "c", "config": {}, "tasks": [{"connector": "c", "task": 0}],
        "type": "sink"});
    match asked.what.as_str() {
        "GET /connectors/c/status" => Said::Json(200, status.to_string()),
        "GET /connectors/c" => Said::Json(200, info.to_string()),
        "GET /connectors?expand=status&expand=info" => {
            Said::Json(200, json!({"c": {"info": info, "status": status}}).to_string())
        }
        _ => Said::Json(202, String::new()),
    }
}

#[test]
fn watch_tells_each_change_once_and_ends_at_a_failure() {
    let worker = FakeConnect::start(life);
    let ran = connect("watch --interval 10ms --fail-on-failed -o tsv", &worker.url()).run();
    assert_eq!(ran.code, 5, "{ran:?}");
    let lines: Vec<Vec<&str>> =
        ran.out().lines().map(|line| line.split('\t').skip(1).collect()).collect();
    let want = [
        ["name", "task", "from", "to", "worker_id", "problem"],
        ["c", "", "", "RUNNING", "w", ""],
        ["c", "0", "", "RUNNING", "w", ""],
        ["c", "0", "RUNNING", "FAILED", "w", "D: why"],
    ];
    assert_eq!(lines, want);
}

#[test]
fn watch_ends_with_its_time_and_with_a_signal() {
    let worker = FakeConnect::start(life);
    let _ = connect("watch --interval 10ms --timeout 50ms", &worker.url()).run().succeed();
    let running = connect("watch --interval 10ms", &worker.url()).start();
    let before = worker.asked().len();
    wait::until("it to look", || (worker.asked().len() > before).then_some(()));
    running.signal(Signal::INT);
    assert_eq!(running.finish().code, 130);
}

#[test]
fn watch_restarts_what_fails_but_not_for_ever() {
    let worker = FakeConnect::start(|asked| {
        // It fails again at every other look.
        let mut asked = asked.clone();
        asked.before = if asked.before % 2 == 0 { 2 } else { 3 };
        life(&asked)
    });
    let line = "watch --interval 1ms --restart-failed --max-restarts 2";
    let running = connect(line, &worker.url()).start();
    let looks = || worker.asked().iter().filter(|one| one.what.starts_with("GET")).count();
    wait::until("many looks", || (looks() > 20).then_some(()));
    running.signal(Signal::INT);
    let ran = running.finish();
    let restarts = worker.asked().iter().filter(|one| one.what.starts_with("POST")).count();
    assert_eq!(restarts, 2, "{ran:?}");
    assert!(ran.err().contains("was restarted 2 times in an hour, and is left as it is"));
}

#[test]
fn waiting_ends_when_it_runs_or_has_failed_or_is_late() {
    let worker = FakeConnect::start(life);
    let ran = connect("resume c --wait", &worker.url()).run();
    assert_eq!(ran.succeed(), "");
    assert_eq!(ran.err(), "resuming connector `c`\nconnector `c` is RUNNING\n");
    // By now it has failed, at the second look.
    let ran = connect("resume c --wait", &worker.url()).run();
    let ran = match ran.code {
        0 => connect("resume c --wait", &worker.url()).run(),
        _ => ran,
    };
    let want = "error: task 0 of connector `c` has failed\n  caused by: D: why\n    \
                and so: B: no\n  hint: `rk connect status c -v` shows the whole trace\n";
    assert!(ran.fail(5).ends_with(want), "{ran:?}");
    let ran = connect("pause c --wait --timeout 0s", &worker.url()).run();
    assert!(ran.fail(5).contains("connector `c` is not PAUSED in time"), "{ran:?}");
}
