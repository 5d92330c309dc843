//! The sink for HTTP, against a server that answers as each test wants.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Place, told};
use crate::kit::broker::TestBroker;
use crate::kit::certificates::certificates;
use crate::kit::run::Output;
use crate::kit::web::{Asked, Said, WebServer};

const LETTERS: &str = "errors.tolerance=all\nerrors.deadletterqueue.topic.name=dlq\n\
    errors.deadletterqueue.topic.replication.factor=1\n";

struct Scene {
    _broker: TestBroker,
    place: Place,
}

impl Scene {
    fn new(lines: &str) -> Self {
        let broker = TestBroker::start();
        let place = Place::new(broker.address());
        place.create("t", 1);
        place.send("t", lines);
        Scene { _broker: broker, place }
    }

    fn run(&self, url: &str, more: &str) -> Output {
        self.place.write(
            "sink.properties",
            &format!(
                "name=sink\nconnector.class=io.aiven.kafka.connect.http.HttpSinkConnector\n\
                 topics=t\nhttp.url={url}\nretry.backoff.ms=1\n{more}"
            ),
        );
        self.place.worker(&["sink.properties", "--once"]).run()
    }
}

fn ok() -> Said {
    Said::Answer(200, String::new())
}

/// The bodies of the requests to a path.
fn bodies(server: &WebServer, what: &str) -> Vec<String> {
    server.asked().iter().filter(|asked| asked.what == what).map(Asked::text).collect()
}

#[test]
fn a_record_is_a_request_in_order_with_what_the_settings_say() {
    let server = WebServer::start(|_| ok());
    let scene = Scene::new("one\n{\"a\":1}\nthree");
    let more = "http.authorization.type=static\nhttp.headers.authorization=Secret x\n\
                http.headers.content.type=text/plain\nhttp.headers.additional=x-a: 1,x-b:2\n\
                http.method=put\n";
    let _ = scene.run(&format!("{}/in/?q=1", server.url()), more).succeed();
    assert_eq!(bodies(&server, "PUT /in/?q=1"), ["one", "{\"a\":1}", "three"]);
    let first = &server.asked()[0];
    for (name, value) in
        [("authorization", "Secret x"), ("content-type", "text/plain"), ("x-a", "1"), ("x-b", "2")]
    {
        assert_eq!(first.header(name), Some(value));
    }
    let basic = "http.authorization.type=basic\nhttp.user=me\nhttp.password=hunter2\n\
                 value.converter=org.apache.kafka.connect.json.JsonConverter\n\
                 value.converter.schemas.enable=false\n";
    scene.place.create("u", 1);
    scene.place.send("u", "{\"b\":[1.5,null]}\n12");
    let _ = scene.run(&server.url(), &format!("{basic}topics=u\n")).succeed();
    assert_eq!(bodies(&server, "POST /"), ["{\"b\":[1.5,null]}", "12"]);
    assert_eq!(server.asked()[3].header("authorization"), Some("Basic bWU6aHVudGVyMg=="));
}

#[test]
fn a_batch_is_a_request_with_words_around_and_between() {
    let server = WebServer::start(|_| ok());
    let scene = Scene::new("1\n2\n3\n4\n5");
    let more = "batching.enabled=true\nbatch.max.size=2\nbatch.prefix=[\nbatch.suffix=]\\\\n\n\
                batch.separator=,\n";
    let _ = scene.run(&server.url(), more).succeed();
    assert_eq!(bodies(&server, "POST /"), ["[1,2]\n", "[3,4]\n", "[5]\n"]);
    let server = WebServer::start(|_| ok());
    let scene = Scene::new("1\n2");
    let _ = scene.run(&server.url(), "batching.enabled=true\n").succeed();
    assert_eq!(bodies(&server, "POST /"), ["1\n2\n"]);
}

#[test]
fn a_status_that_may_pass_is_tried_again_and_the_end_of_patience_is_told() {
    let turns = AtomicUsize::new(0);
    let server = WebServer::start(move |_| match turns.fetch_add(1, Ordering::SeqCst) {
        1 => Said::Answer(503, "busy".to_owned()),
        2 => Said::HangUp,
        3 => Said::Answer(429, String::new()),
        _ => ok(),
    });
    let scene = Scene::new("a\nb\nc");
    let _ = scene.run(&server.url(), "max.retries=3\n").succeed();
    assert_eq!(bodies(&server, "POST /"), ["a", "b", "b", "b", "b", "c"]);
    let never = WebServer::start(|_| Said::Answer(500, "it broke".to_owned()));
    scene.place.send("t", "d");
    let output = scene.run(&never.url(), &format!("{LETTERS}max.retries=2\n"));
    let err = output.fail(1);
    assert!(err.contains("500: it broke; given up after 3 attempts"), "{err}");
    assert_eq!(bodies(&never, "POST /"), ["d", "d", "d"]);
    // With the worker's patience the task goes on after that.
    let turns = AtomicUsize::new(0);
    let late = WebServer::start(move |_| match turns.fetch_add(1, Ordering::SeqCst) {
        0..5 => Said::Answer(500, String::new()),
        _ => ok(),
    });
    let _ = scene.run(&late.url(), "max.retries=1\nkafka.retry.backoff.ms=1\n").succeed();
    assert_eq!(bodies(&late, "POST /").len(), 6);
}

#[test]
fn what_is_refused_becomes_a_dead_letter_alone() {
    let server = WebServer::start(|asked| match asked.text().contains("bad") {
        true => Said::Answer(422, "{\"message\":\"no such thing\"}".to_owned()),
        false => ok(),
    });
    let scene = Scene::new("a\nbad 1\nb\nc\nd\nbad 2\ne");
    let _ = scene.run(&server.url(), &format!("{LETTERS}batching.enabled=true\n")).succeed();
    assert_eq!(scene.place.values("dlq"), ["bad 1", "bad 2"]);
    let taken = bodies(&server, "POST /").into_iter().filter(|body| !body.contains("bad"));
    let taken: String = taken.collect();
    assert_eq!(taken, "a\nb\nc\nd\ne\n");
    scene.place.send("t", "bad 3");
    let output = scene.run(&server.url(), "");
    assert!(output.fail(1).contains("no such thing"), "{output:?}");
    // Nobody's fault: the login, the URL.
    let wrong = WebServer::start(|_| Said::Answer(404, String::new()));
    let output = scene.run(&wrong.url(), LETTERS);
    assert!(output.fail(1).contains("the server answered 404"), "{output:?}");
    assert_eq!(scene.place.values("dlq").len(), 2);
}

#[test]
fn a_token_is_fetched_once_and_again_when_it_is_too_old() {
    let tokens = AtomicUsize::new(0);
    let turns = AtomicUsize::new(0);
    let server = WebServer::start(move |asked| {
        if asked.what == "POST /token?x=1" {
            let token = tokens.fetch_add(1, Ordering::SeqCst);
            let body = format!("{{\"tok\":\"t{token}\",\"expires_in\":3600}}");
            return Said::Answer(200, body);
        }
        let wanted =
            if turns.fetch_add(1, Ordering::SeqCst) < 2 { "Bearer t0" } else { "Bearer t1" };
        let is_known = asked.header("authorization") == Some(wanted);
        Said::Answer(if is_known { 200 } else { 401 }, String::new())
    });
    let scene = Scene::new("a\nb\nc\nd");
    let more = format!(
        "http.authorization.type=oauth2\noauth2.access.token.url={}/token?x=1\n\
         oauth2.client.id=me\noauth2.client.secret=p&w\noauth2.client.scope=all of it\n\
         oauth2.response.token.property=tok\n",
        server.url()
    );
    let _ = scene.run(&server.url(), &more).succeed();
    assert_eq!(bodies(&server, "POST /"), ["a", "b", "c", "c", "d"]);
    let form = "grant_type=client_credentials&scope=all%20of%20it";
    assert_eq!(bodies(&server, "POST /token?x=1"), [form, form]);
    let login = server.asked()[0].header("authorization").map(str::to_owned);
    assert_eq!(login.as_deref(), Some("Basic bWU6cCZ3"));
    let refusing = WebServer::start(|_| Said::Answer(401, String::new()));
    scene.place.send("t", "e");
    let output = scene.run(&refusing.url(), &more);
    assert!(output.fail(1).contains("the server answered 401"), "{output:?}");
    let by_url = format!("{more}oauth2.client.authorization.mode=URL\n");
    let _ = scene.run(&server.url(), &by_url).fail(1);
    let last = bodies(&server, "POST /token?x=1").pop().unwrap();
    assert_eq!(last, format!("{form}&client_id=me&client_secret=p%26w"));
}

#[test]
fn servers_are_trusted_as_the_settings_say_and_mistakes_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let files = certificates(folder.path());
    let server = WebServer::secure(&files.server, |_| ok());
    let scene = Scene::new("a");
    let output = scene.run(&server.url(), "max.retries=0\n");
    assert!(output.fail(1).contains("certificate"), "{output:?}");
    let trust = format!(
        "http.ssl.truststore.type=PEM\nhttp.ssl.truststore.location={}\n",
        told(std::path::Path::new(&files.authority))
    );
    let _ = scene.run(&server.url(), &trust).succeed();
    scene.place.send("t", "b");
    let _ = scene.run(&server.url(), "http.ssl.trust.all.certs=true\n").succeed();
    assert_eq!(bodies(&server, "POST /"), ["a", "b"]);
    let output = scene.run("nonsense", "http.method=GET\nbatch.prefix=x\n");
    let err = output.fail(2);
    for name in ["http.url", "http.method"] {
        assert!(err.contains(name), "{err}");
    }
}
