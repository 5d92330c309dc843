//! The JDBC source: modes, types, offsets as Java's connector keeps them.

use rusqlite::Connection;
use rustix::process::Signal;

use super::{Place, told};
use crate::kit::broker::TestBroker;
use crate::kit::databases::{Mariadb, Postgres};
use crate::kit::wait::until;

fn run(place: &Place) {
    let _ = place.worker(&["from.properties", "--once"]).run().succeed();
}

/// Makes topics in which records stay in order.
fn create(place: &Place, topics: &[&str]) {
    topics.iter().for_each(|topic| place.create(topic, 1));
}

struct Lite {
    _broker: TestBroker,
    place: Place,
    url: String,
    connection: Connection,
}

fn lite() -> Lite {
    let broker = TestBroker::start();
    let place = Place::new(broker.address());
    let path = place.path("db");
    let url = format!("jdbc:sqlite:{}", told(&path));
    create(&place, &["db_", "db_a", "db_b", "db_t", "db_u"]);
    Lite { _broker: broker, place, url, connection: Connection::open(path).unwrap() }
}

/// What the offset file says, as text: keys and values are JSON in it.
fn offsets(place: &Place) -> String {
    let bytes = std::fs::read(place.path("connect.offsets")).unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn rows_with_larger_numbers_are_new() {
    let Lite { _broker, place, url, connection } = lite();
    connection
        .execute_batch(
            "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, price DECIMAL(5,2), \
             raw BLOB, x REAL NOT NULL); CREATE TABLE b (id INTEGER PRIMARY KEY, n INT); \
             CREATE TABLE left_out (id INTEGER PRIMARY KEY); CREATE VIEW v AS SELECT * FROM a; \
             INSERT INTO a (name, price, raw, x) \
             VALUES ('Zoë', 1.5, x'01', 2), (NULL, NULL, NULL, 3)",
        )
        .unwrap();
    for n in 0..250 {
        connection.execute("INSERT INTO b (n) VALUES (?1)", [n]).unwrap();
    }
    let more = "mode=incrementing\ntable.blacklist=left_out\ntasks.max=2\n\
                numeric.mapping=best_fit\n";
    place.jdbc_source(&url, more);
    run(&place);
    assert_eq!(
        place.values("db_a"),
        [
            "{\"id\":1,\"name\":\"Zoë\",\"price\":1.5,\"raw\":\"AQ==\",\"x\":2.0}",
            "{\"id\":2,\"name\":null,\"price\":null,\"raw\":null,\"x\":3.0}"
        ]
    );
    let b = place.values("db_b");
    assert_eq!((b.len(), b[249].as_str()), (250, "{\"id\":250,\"n\":249}"));
    let kept = offsets(&place);
    for part in ["[\"from\",{\"protocol\":\"1\",\"table\":\"a\"}]", "{\"incrementing\":250}"] {
        assert!(kept.contains(part), "{part}: {kept}");
    }
    connection.execute_batch("INSERT INTO a (name, x) VALUES ('new', 4)").unwrap();
    run(&place);
    assert_eq!((place.values("db_a").len(), place.values("db_b").len()), (3, 250));
    let topics = place.rk(&["topics", "list"]).run();
    assert!(!topics.succeed().contains("left_out") && !topics.out().contains("db_v"));
}

#[test]
fn rows_with_later_timestamps_are_new_and_queries_are_read() {
    let Lite { _broker, place, url, connection } = lite();
    connection
        .execute_batch(
            "CREATE TABLE t (id INTEGER NOT NULL, at TIMESTAMP NOT NULL, v TEXT); \
             INSERT INTO t VALUES (1, 1000, 'a'), (2, 1000, 'b'), (3, '1970-01-01 00:00:02', 'c'), \
             (4, 99999999999999, 'not yet')",
        )
        .unwrap();
    let more = "mode=timestamp+incrementing\ntimestamp.column.name=at\n\
                incrementing.column.name=id\n";
    place.jdbc_source(&url, more);
    run(&place);
    let row = |id: usize, at: usize, v: &str| format!("{{\"id\":{id},\"at\":{at},\"v\":\"{v}\"}}");
    let all = [row(1, 1000, "a"), row(2, 1000, "b"), row(3, 2000, "c")];
    assert_eq!(place.values("db_t"), all);
    let kept = offsets(&place);
    let want = "{\"incrementing\":3,\"timestamp\":2000,\"timestamp_nanos\":0}";
    assert!(kept.contains(want), "{kept}");
    connection.execute_batch("UPDATE t SET v = 'd', at = 3000 WHERE id = 1").unwrap();
    run(&place);
    assert_eq!(place.values("db_t")[3..], [row(1, 3000, "d")]);

    // Batches that end between rows of the same timestamp: none is lost, none comes twice.
    connection.execute_batch("CREATE TABLE u (id INT, at TIMESTAMP NOT NULL)").unwrap();
    for id in 0..10 {
        connection.execute("INSERT INTO u VALUES (?1, ?2)", [id, 1 + id / 4]).unwrap();
    }
    let more = "name=u\nmode=timestamp\ntimestamp.column.name=at\ntable.whitelist=u\n\
                batch.max.rows=3\n";
    place.jdbc_source(&url, more);
    run(&place);
    run(&place);
    assert_eq!(place.values("db_u").len(), 10);

    let more = "name=q\nmode=bulk\nquery=SELECT count(*) AS n, max(id) AS id FROM u\n";
    place.jdbc_source(&url, more);
    run(&place);
    run(&place);
    assert_eq!(place.values("db_"), ["{\"n\":10,\"id\":9}"; 2]);
    assert!(!offsets(&place).contains("[\"q\","));
}

#[test]
fn mistakes_are_told() {
    let Lite { _broker, place, url, connection } = lite();
    connection.execute_batch("CREATE TABLE t (id INT, at TIMESTAMP)").unwrap();
    for (more, code, told) in [
        ("", 2, "Missing required configuration \"mode\""),
        ("mode=sometimes\n", 2, "String must be one of"),
        ("mode=timestamp\n", 2, "mode=timestamp needs the names of timestamp columns"),
        ("mode=bulk\nquery=SELECT 1\ntable.whitelist=t\n", 2, "with a query there are no tables"),
        ("mode=incrementing\n", 1, "table t has no column that the database numbers by itself"),
        ("mode=incrementing\nincrementing.column.name=nr\n", 1, "has no column `nr`"),
        ("mode=incrementing\nincrementing.column.name=id\n", 1, "because this column is nullable"),
        ("mode=timestamp\ntimestamp.column.name=at\n", 1, "all of these columns nullable"),
        ("mode=bulk\nquery=SELECT lost FROM t\n", 1, "no such column: lost"),
    ] {
        place.jdbc_source(&url, more);
        let output = place.worker(&["from.properties", "--once"]).run();
        assert!(output.fail(code).contains(told), "{told}: {output:?}");
    }
}

#[test]
fn rows_out_of_postgresql() {
    let Some(mut postgres) = Postgres::start() else { return };
    let broker = TestBroker::start();
    let place = Place::new(broker.address());
    create(&place, &["db_t", "x_later"]);
    postgres
        .client()
        .batch_execute(
            "CREATE SCHEMA s; CREATE TABLE s.t (id bigserial PRIMARY KEY, small smallint, n int, \
             f real, d double precision, ok boolean, price numeric(10,2), raw bytea, day date, \
             clock time, at timestamptz NOT NULL DEFAULT now(), local timestamp, data jsonb, \
             u uuid, tags text[]); \
             INSERT INTO s.t \
             (small, n, f, d, ok, price, raw, day, clock, at, local, data, u, tags) \
             VALUES (1, 2, 0.5, 1e300, true, 12.34, '\\x0102', '1970-01-02', '00:00:01', \
             '1970-01-01 00:00:01.123456+00', '1970-01-01 01:00:00', '{\"a\": 1}', \
             '00000000-0000-0000-0000-000000000001', '{a,NULL}')",
        )
        .unwrap();
    let more = "mode=timestamp+incrementing\ntimestamp.column.name=at\n\
                incrementing.column.name=id\ndb.timezone=Europe/Berlin\n\
                value.converter.decimal.format=NUMERIC\n";
    place.jdbc_source(&postgres.url(), more);
    run(&place);
    assert_eq!(
        place.values("db_t"),
        ["{\"id\":1,\"small\":1,\"n\":2,\"f\":0.5,\"d\":1.0E300,\"ok\":true,\"price\":12.34,\
          \"raw\":\"AQI=\",\"day\":1,\"clock\":82801000,\"at\":1123,\"local\":0,\
          \"data\":\"{\\\"a\\\": 1}\",\"u\":\"00000000-0000-0000-0000-000000000001\",\
          \"tags\":\"{a,NULL}\"}"]
    );
    let kept = offsets(&place);
    for part in [
        "[\"from\",{\"protocol\":\"1\",\"table\":\"s.t\"}]",
        "{\"incrementing\":1,\"timestamp\":1123,\"timestamp_nanos\":123456000}",
    ] {
        assert!(kept.contains(part), "{part}: {kept}");
    }
    run(&place);
    assert_eq!(place.values("db_t").len(), 1);

    // A database that dies is waited for; a table that comes later is found.
    let more = "mode=incrementing\nname=later\nconnection.backoff.ms=50\ntopic.prefix=x_\n\
                table.poll.interval.ms=100\ntable.blacklist=t\n";
    place.jdbc_source(&postgres.url(), more);
    let running = place.worker(&["from.properties"]).start();
    let sql = "CREATE TABLE later (id serial PRIMARY KEY); INSERT INTO later DEFAULT VALUES";
    postgres.client().batch_execute(sql).unwrap();
    until("the first row", || (place.values("x_later").len() == 1).then_some(()));
    postgres.kill();
    postgres.resume();
    postgres.client().batch_execute("INSERT INTO later DEFAULT VALUES").unwrap();
    until("the second row", || (place.values("x_later").len() == 2).then_some(()));
    running.signal(Signal::TERM);
    let _ = running.finish().succeed();
}

#[test]
fn rows_out_of_mariadb() {
    let Some(mariadb) = Mariadb::start() else { return };
    let broker = TestBroker::start();
    let place = Place::new(broker.address());
    create(&place, &["db_t"]);
    mariadb.execute(
        "CREATE TABLE t (id INT UNSIGNED PRIMARY KEY AUTO_INCREMENT, tiny TINYINT, big BIGINT, \
         f FLOAT, d DOUBLE, price DECIMAL(10,2), whole DECIMAL(4,0), raw BLOB, day DATE, \
         clock TIME(3), at DATETIME(6), text VARCHAR(10), data JSON); \
         INSERT INTO t VALUES (NULL, -1, 9223372036854775807, 0.5, 1.5, 12.34, 1234, x'0102', \
         '1970-01-02', '00:00:01.5', '1970-01-01 00:00:01.123456', 'Zoë', '{\"a\": 1}'), \
         (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
    );
    let more = "mode=incrementing\nnumeric.mapping=best_fit\n";
    place.jdbc_source(&mariadb.url(), more);
    run(&place);
    let nulls: String =
        ["tiny", "big", "f", "d", "price", "whole", "raw", "day", "clock", "at", "text", "data"]
            .map(|name| format!(",\"{name}\":null"))
            .concat();
    assert_eq!(
        place.values("db_t"),
        [
            "{\"id\":1,\"tiny\":-1,\"big\":9223372036854775807,\"f\":0.5,\"d\":1.5,\
             \"price\":12.34,\"whole\":1234,\"raw\":\"AQI=\",\"day\":1,\"clock\":1500,\"at\":1123,\
             \"text\":\"Zoë\",\"data\":\"{\\\"a\\\": 1}\"}"
                .to_owned(),
            format!("{{\"id\":2{nulls}}}")
        ]
    );
    let kept = offsets(&place);
    assert!(kept.contains("\"table\":\"kafka_sink.t\"") && kept.contains("{\"incrementing\":2}"));
}
