//! What `rk connect` prints: one script against a worker with a few connectors in all kinds of
//! trouble, and every word of it.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::kit::connect::{Asked, FakeConnect, Said};
use crate::kit::golden::golden;
use crate::kit::run;

/// The lines of the script.
const SCRIPT: &[&str] = &[
    "info",
    "list",
    "list -o plain",
    "list -o json --fail-on-failed",
    "list --fail-on-failed -q",
    "status",
    "status ok -o ndjson",
    "status bad -v",
    "status bad --task 1",
    "status missing ok",
    "describe ok",
    "describe ok --show-secrets -o json",
    "describe bad",
    "describe missing",
    "create ok.properties",
    "create invalid.json",
    "create noclass.json",
    "create new.json --set topics=a,b --state paused",
    "create missing.json",
    "create broken.json",
    "create nameless.json",
    "create hidden.json",
    "apply ok.properties",
    "apply changed.properties --dry-run",
    "apply changed.properties new.json",
    "diff ok.properties",
    "diff changed.properties",
    "alter ok --set tasks.max=3 --unset topics",
    "alter ok --set tasks.max=1",
    "alter ok",
    "validate invalid.json",
    "validate invalid.json --all -o csv",
    "validate ok.properties",
    "pause ok",
    "pause missing ok",
    "pause busy",
    "pause stuck --no-retry",
    "stop --all",
    "resume",
    "restart bad",
    "restart bad --tasks --failed",
    "restart ok --tasks --failed",
    "restart bad --task 1",
    "restart --all --tasks --failed",
    "tasks bad",
    "tasks ok --configs",
    "topics ok",
    "topics ok --reset",
    "topics missing",
    "offsets get ok source",
    "offsets get ok -o json",
    "offsets alter ok --topic orders:0=5",
    "offsets alter source offsets.json --stop-first --resume",
    "offsets alter ok --topic orders=5",
    "offsets reset ok",
    "offsets reset ok --yes --stop-first --resume --timeout 0s",
    "plugins",
    "plugins --all -o plain",
    "plugins FileStreamSink",
    "plugins Nope",
    "loggers",
    "loggers org.apache --set debug",
    "loggers org.apache --set loud",
    "loggers org.apache --set warn --cluster",
    "delete missing --yes",
    "delete missing --yes --if-exists",
    "delete ok",
    "delete ok --yes",
    "watch missing",
    "watch bad --fail-on-failed",
    "lsit",
];

const FILES: &[(&str, &str)] = &[
    (
        "ok.properties",
        "name=ok\nconnector.class=FileStreamSink\ntopics=orders\ntasks.max=1\n\
         connection.password=hunter2\n",
    ),
    (
        "changed.properties",
        "name=ok\nconnector.class=FileStreamSink\ntopics=orders,prices\nfile=/tmp/out\n\
         connection.password=hunter3\n",
    ),
    ("invalid.json", r#"{"name":"invalid","connector.class":"FileStreamSink","tasks.max":"x"}"#),
    ("noclass.json", r#"{"name":"noclass","config":{"connector.class":"Nope"}}"#),
    ("new.json", r#"{"name":"new","config":{"connector.class":"FileStreamSink","topics":"a"}}"#),
    ("broken.json", "{\"name\":\"x\",\n"),
    ("nameless.json", r#"{"topics":"a"}"#),
    ("hidden.json", r#"{"name":"h","connector.class":"X","a.password":"(hidden)"}"#),
    ("offsets.json", r#"[{"partition":{"filename":"a"},"offset":{"position":0}}]"#),
];

const TRACE: &str = "org.apache.kafka.connect.errors.ConnectException: Couldn't find or create \
    file '/nodir/x' for FileStreamSinkTask\n\tat org.apache.kafka.X.start(X.java:74)\n\
    Caused by: java.nio.file.NoSuchFileException: /nodir/x\n\tat sun.nio.Y.z(Y.java:92)\n\
    \t... 10 more\n";

fn config() -> Value {
    json!({"name": "ok", "connector.class": "FileStreamSink", "topics": "orders",
        "tasks.max": "1", "connection.password": "hunter2"})
}

fn state(state: &str) -> Value {
    json!({"state": state, "worker_id": "w1:8083", "version": "4.3.1"})
}

fn status(name: &str, connector: &str, tasks: &[&str]) -> Value {
    let task = |(id, one): (usize, &&str)| {
        let mut task = state(one);
        task["id"] = id.into();
        if *one == "FAILED" {
            task["trace"] = TRACE.into();
        }
        task
    };
    let tasks: Value = tasks.iter().enumerate().map(task).collect();
    json!({"name": name, "connector": state(connector), "tasks": tasks, "type": "sink"})
}

fn info(name: &str, tasks: usize) -> Value {
    let mut config = config();
    config["name"] = name.into();
    let tasks: Value = (0..tasks).map(|task| json!({"connector": name, "task": task})).collect();
    json!({"name": name, "config": config, "tasks": tasks, "type": "sink"})
}

fn refusal(code: u16, message: &str) -> Said {
    Said::Json(code, json!({"error_code": code, "message": message}).to_string())
}

fn good(value: Value) -> Said {
    Said::Json(200, value.to_string())
}

const INVALID: &str = "Connector configuration is invalid and contains the following 2 error(s):\n\
    Invalid value x for configuration tasks.max: Not a number of type INT\n\
    Missing required configuration \"topics\" which has no default value.\n\
    You can also find the above list of errors at the endpoint \
    `/connector-plugins/{connectorType}/config/validate`";

const REBALANCE: &str = "Cannot complete request momentarily due to no known leader URL, likely \
    because a rebalance was underway.";

/// The answers of the worker.
fn answer(asked: &Asked) -> Said {
    let (method, path) = asked.what.split_once(' ').unwrap();
    let path = path.strip_prefix("/connectors/").unwrap_or(path);
    match (method, path) {
        ("GET", "/") => good(json!({"version": "4.3.1", "commit": "c", "kafka_cluster_id": "k"})),
        ("GET", "/health") => good(json!({"status": "healthy", "message": "Fine."})),
        ("GET", "/connectors") => good(json!(["ok", "bad", "source"])),
        ("GET", path) if path.starts_with("/connectors?expand") => good(json!({
            "ok": {"info": info("ok", 1), "status": status("ok", "RUNNING", &["RUNNING"])},
            "bad": {"info": info("bad", 3),
                "status": status("bad", "RUNNING", &["RUNNING", "FAILED", "RUNNING"])},
            "fresh": {"info": info("fresh", 0)},
        })),
        ("POST", "/connectors") => create(&asked.body),
        (_, path) if path.starts_with("missing") => refusal(404, "Connector missing not found"),
        ("GET", "ok/status") => good(status("ok", "RUNNING", &["RUNNING"])),
        ("GET", "bad/status") => good(status("bad", "RUNNING", &["RUNNING", "FAILED", "RUNNING"])),
        ("GET", "source/status") => good(status("source", "STOPPED", &[])),
        ("GET", "bad/tasks/1/status") => {
            let mut state = state("FAILED");
            state["id"] = 1.into();
            state["trace"] = TRACE.into();
            good(state)
        }
        ("GET", "ok" | "source") => good(info(path, 1)),
        ("GET", "bad") => good(info("bad", 3)),
        ("GET", "ok/config") => good(config()),
        ("GET", "new/config") => refusal(404, "Connector new not found"),
        ("PUT" | "PATCH", "ok/config") => good(info("ok", 1)),
        ("PUT", "busy/pause") if asked.before < 2 => refusal(409, REBALANCE),
        ("PUT", "stuck/pause") => refusal(409, REBALANCE),
        ("PUT", path) if path.ends_with("/pause") || path.ends_with("/resume") => {
            Said::Json(202, String::new())
        }
        ("PUT", path) if path.ends_with("/stop") => Said::Json(204, String::new()),
        ("POST", path) if path.contains("/restart") => restart(path),
        ("DELETE", "ok") => Said::Json(204, String::new()),
        _ => more(asked, method, path),
    }
}

fn create(body: &str) -> Said {
    let body: Value = serde_json::from_str(body).unwrap();
    match body["name"].as_str().unwrap() {
        "ok" => refusal(409, "Connector ok already exists"),
        "invalid" => refusal(400, INVALID),
        "noclass" => refusal(
            400,
            "Failed to find any class that implements Connector and which name matches Nope, \
             available connectors are: PluginDesc{klass=class X}",
        ),
        "new" => Said::Json(201, info("new", 0).to_string()),
        other => panic!("nobody creates {other}"),
    }
}

fn restart(path: &str) -> Said {
    match path {
        "bad/restart?includeTasks=true&onlyFailed=true" => Said::Json(
            202,
            status("bad", "RUNNING", &["RUNNING", "RESTARTING", "RUNNING"]).to_string(),
        ),
        "ok/restart?includeTasks=true&onlyFailed=true" => {
            Said::Json(202, status("ok", "RUNNING", &["RUNNING"]).to_string())
        }
        _ => Said::Json(204, String::new()),
    }
}

fn more(asked: &Asked, method: &str, path: &str) -> Said {
    match (method, path) {
        ("GET", "ok/tasks") => good(json!([{"id": {"connector": "ok", "task": 0},
            "config": {"task.class": "T", "connection.password": "hunter2"}}])),
        ("GET", "ok/topics") => good(json!({"ok": {"topics": ["prices", "orders"]}})),
        ("GET", "bad/topics") => refusal(403, "Topic tracking is disabled."),
        ("PUT", "ok/topics/reset") => Said::Json(202, String::new()),
        ("GET", "source/offsets") => good(json!({"offsets": [
            {"partition": {"filename": "a"}, "offset": {"position": 12}}]})),
        ("GET", path) if path.ends_with("/offsets") => good(json!({"offsets": [
            {"partition": {"kafka_partition": 1, "kafka_topic": "orders"},
             "offset": {"kafka_offset": 9}},
            {"partition": {"kafka_partition": 0, "kafka_topic": "orders"},
             "offset": {"kafka_offset": 7}}]})),
        ("PATCH", "ok/offsets") => refusal(
            400,
            "Connectors must be in the STOPPED state before their offsets can be modified. This \
             can be done for the specified connector by issuing a 'PUT' request to the \
             '/connectors/ok/stop' endpoint",
        ),
        ("PATCH", "source/offsets") if asked.before == 0 => refusal(
            500,
            "Failed to alter consumer group offsets for connector source either because its \
             tasks haven't stopped completely yet or the connector was resumed before the \
             request to alter its offsets could be successfully completed. If the connector is \
             in a stopped state, this operation can be safely retried.",
        ),
        ("PATCH", "source/offsets") => good(
            json!({"message": "The offsets for this connector have been altered successfully"}),
        ),
        ("GET", "/connector-plugins?connectorsOnly=true") => {
            good(json!([{"class": "a.FileStreamSink", "type": "sink", "version": "4.3.1"}]))
        }
        ("GET", "/connector-plugins?connectorsOnly=false") => good(json!([
            {"class": "a.FileStreamSink", "type": "sink", "version": "4.3.1"},
            {"class": "a.Cast$Key", "type": "transformation"}])),
        ("GET", "/connector-plugins/FileStreamSink/config") => good(json!([key("tasks.max")])),
        ("GET", "/connector-plugins/Nope/config") => refusal(404, "Unknown plugin Nope."),
        ("PUT", "/connector-plugins/FileStreamSink/config/validate") => validate(&asked.body),
        ("GET", "/admin/loggers") => good(json!({
            "org.apache": {"level": "WARN", "last_modified": null},
            "root": {"level": "INFO", "last_modified": 1767225600000_i64}})),
        ("PUT", path) if path.starts_with("/admin/loggers/") => {
            match (asked.body.contains("LOUD"), path.ends_with("cluster")) {
                (true, _) => refusal(404, "invalid log level 'LOUD'."),
                (false, true) => Said::Json(204, String::new()),
                (false, false) => good(json!(["org.apache", "org.apache.kafka"])),
            }
        }
        _ => refusal(404, "HTTP 404 Not Found"),
    }
}

fn key(name: &str) -> Value {
    json!({"name": name, "type": "INT", "required": false, "default_value": "1",
        "importance": "HIGH", "documentation": format!("What {name} is."), "group": "Common"})
}

fn validate(body: &str) -> Said {
    let config: Value = serde_json::from_str(body).unwrap();
    let is_bad = config["tasks.max"] == "x";
    let errors = match is_bad {
        true => json!(["Invalid value x for configuration tasks.max: Not a number of type INT"]),
        false => json!([]),
    };
    let value = json!({"name": "tasks.max", "value": config["tasks.max"],
        "recommended_values": [], "errors": errors, "visible": true});
    let missing = match is_bad {
        true => json!(["Missing required configuration \"topics\" which has no default value."]),
        false => json!([]),
    };
    let topics = json!({"name": "topics", "value": config["topics"], "recommended_values": [],
        "errors": missing, "visible": true});
    good(json!({"name": "FileStreamSink", "error_count": if is_bad { 2 } else { 0 },
        "configs": [{"definition": key("tasks.max"), "value": value},
            {"definition": key("topics"), "value": topics}]}))
}

#[test]
fn the_script_prints_what_it_printed_before() {
    let worker = FakeConnect::start(answer);
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in FILES {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let mut text = String::new();
    for line in SCRIPT {
        writeln!(text, "$ rk connect {line}").unwrap();
        let words = std::iter::once("connect").chain(line.split_whitespace());
        let ran = run::rk(words).env("RK_CONNECT", worker.url()).in_folder(folder.path()).run();
        text.push_str(ran.out());
        text.push_str(ran.err());
        if ran.code != 0 {
            writeln!(text, "[exit code {}]", ran.code).unwrap();
        }
    }
    let time = regex::Regex::new(r"\d{4}-\d\d-\d\dT[0-9:.]+Z  ").unwrap();
    let text = text.replace(&worker.url(), "URL");
    golden("golden/connect/script.txt", &time.replace_all(&text, "TIME  "));
}
