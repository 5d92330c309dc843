//! The JDBC sink into SQLite: modes, keys, plain JSON, bad records.

use rusqlite::Connection;

use super::{Place, told};
use crate::kit::broker::TestBroker;

struct Lite {
    _broker: TestBroker,
    place: Place,
}

impl Lite {
    fn new(more: &str) -> Lite {
        let broker = TestBroker::start();
        let place = Place::new(broker.address());
        place.create("t", 1);
        let lite = Lite { _broker: broker, place };
        lite.settings(more);
        lite
    }

    fn settings(&self, more: &str) {
        let url = format!("jdbc:sqlite:{}", told(&self.place.path("db")));
        self.place.jdbc(&url, more);
    }

    fn connection(&self) -> Connection {
        Connection::open(self.place.path("db")).unwrap()
    }

    fn run(&self) {
        let _ = self.place.worker(&["jdbc.properties", "--once"]).run().succeed();
    }

    /// The rows of a query, each as one text.
    fn rows(&self, sql: &str) -> Vec<String> {
        let connection = self.connection();
        let mut statement = connection.prepare(sql).unwrap();
        let count = statement.column_count();
        let rows = statement.query_map([], |row| {
            let all: Vec<String> = (0..count)
                .map(|at| match row.get_ref(at).unwrap() {
                    rusqlite::types::ValueRef::Null => "NULL".to_owned(),
                    rusqlite::types::ValueRef::Integer(n) => n.to_string(),
                    rusqlite::types::ValueRef::Real(n) => format!("{n:?}"),
                    rusqlite::types::ValueRef::Text(text) => String::from_utf8_lossy(text).into(),
                    rusqlite::types::ValueRef::Blob(bytes) => format!("{bytes:?}"),
                })
                .collect();
            Ok(all.join("|"))
        });
        rows.unwrap().map(|row| row.unwrap()).collect()
    }
}

#[test]
fn plain_json_makes_its_table_and_changes_it() {
    let lite = Lite::new("auto.create=true\nauto.evolve=true\n");
    lite.place.send(
        "t",
        "{\"id\":1,\"name\":\"Zoë\",\"ok\":true,\"x\":1,\"in\":{\"a\":[1,null]},\"none\":null}\n\
         {\"id\":2,\"x\":1.5,\"list\":[1,\"b\"],\"none\":null}",
    );
    lite.run();
    let made = lite.rows("SELECT name || ' ' || type FROM pragma_table_info('t')");
    let want = ["id INTEGER", "name TEXT", "ok INTEGER", "x REAL", "in TEXT", "list TEXT"];
    assert_eq!(made, want);
    assert_eq!(
        lite.rows("SELECT * FROM t ORDER BY id"),
        ["1|Zoë|1|1.0|{\"a\":[1,null]}|NULL", "2|NULL|NULL|1.5|NULL|[1,\"b\"]"]
    );
    lite.place.send("t", "{\"id\":3,\"none\":\"now\"}");
    lite.run();
    assert_eq!(lite.rows("SELECT id, none FROM t WHERE none IS NOT NULL"), ["3|now"]);
    assert_eq!(lite.rows("SELECT count(*) FROM t"), ["3"]);
}

#[test]
fn rows_are_changed_and_deleted_by_the_key_of_the_record() {
    let lite = Lite::new(
        "auto.create=true\ninsert.mode=upsert\npk.mode=record_key\npk.fields=id\n\
         delete.enabled=true\n",
    );
    lite.place.send_keyed(
        "t",
        "a\t{\"n\":1,\"m\":\"x\"}\nb\t{\"n\":2,\"m\":\"y\"}\na\t{\"n\":3}\nc\t{\"n\":4}\nb\t∅\n\
         d\t{\"n\":1}\nd\t∅\nd\t{\"n\":5}\n",
    );
    lite.run();
    // What a later record does not have stays.
    assert_eq!(lite.rows("SELECT id, n, m FROM t ORDER BY id"), ["a|3|x", "c|4|NULL", "d|5|NULL"]);
    assert_eq!(lite.rows("SELECT name FROM pragma_table_info('t') WHERE pk = 1"), ["id"]);
    lite.settings("insert.mode=update\npk.mode=record_key\npk.fields=id\n");
    lite.place.send_keyed("t", "a\t{\"n\":7}\nz\t{\"n\":8}\n");
    lite.run();
    assert_eq!(lite.rows("SELECT id, n FROM t ORDER BY id"), ["a|7", "c|4", "d|5"]);
}

#[test]
fn keys_come_from_the_place_in_the_topic_or_from_the_value() {
    let lite = Lite::new(
        "auto.create=true\ninsert.mode=upsert\npk.mode=kafka\ntable.name.format=kafka_${topic}\n\
         fields.whitelist=n\n",
    );
    lite.place.send("t", "{\"n\":1,\"m\":1}\n{\"n\":2,\"m\":1}");
    lite.run();
    assert_eq!(lite.rows("SELECT * FROM kafka_t"), ["t|0|0|1", "t|0|1|2"]);
    lite.settings(
        "auto.create=true\ninsert.mode=upsert\npk.mode=record_value\npk.fields=a,b\n\
         name=again\ntopics.to.tables.mapping=t:other\n",
    );
    lite.place.send("t", "{\"a\":1,\"c\":1,\"b\":2}\n{\"a\":1,\"c\":2,\"b\":2}\n{\"c\":1}");
    let output = lite.place.worker(&["jdbc.properties", "--once"]).run();
    // The first two records of the topic have no such fields, nor has the last.
    assert!(output.fail(1).contains("its value has no field `a`, which pk.fields names"));
    lite.settings(
        "auto.create=true\ninsert.mode=upsert\npk.mode=record_value\npk.fields=a,b\n\
         name=again\ntopics.to.tables.mapping=t:other\nerrors.tolerance=all\n",
    );
    lite.run();
    assert_eq!(lite.rows("SELECT a, b, c FROM other"), ["1|2|2"]);
}

#[test]
fn only_the_records_that_are_to_blame_become_dead_letters() {
    let lite = Lite::new(
        "pk.mode=none\nerrors.tolerance=all\nerrors.deadletterqueue.topic.name=dlq\n\
         errors.deadletterqueue.context.headers.enable=true\n",
    );
    let table = "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER NOT NULL CHECK (n < 1000))";
    lite.connection().execute_batch(table).unwrap();
    let line = |id: usize| match id {
        100 | 777 => format!("{{\"id\":{id},\"n\":1000}}"),
        500 => "{\"id\":499,\"n\":1}".to_owned(),
        501 => "{\"id\":501}".to_owned(),
        502 => "[1]".to_owned(),
        503 => "{\"id\":503,\"n\":1,\"unknown\":2}".to_owned(),
        id => format!("{{\"id\":{id},\"n\":{}}}", id % 1000),
    };
    let lines: Vec<String> = (0..900).map(line).collect();
    lite.place.send("t", &lines.join("\n"));
    lite.run();
    assert_eq!(lite.rows("SELECT count(*) FROM t"), ["894"]);
    let want: Vec<&String> = [100, 500, 501, 502, 503, 777].map(|at| &lines[at]).to_vec();
    let mut dead = lite.place.values("dlq");
    dead.sort_by_key(|line| lines.iter().position(|known| known == line));
    assert_eq!(dead.iter().collect::<Vec<_>>(), want);
    let output = lite.place.rk(&["consume", "dlq", "-e", "-o", "json"]).run();
    let letters = output.succeed();
    for part in ["TASK_PUT", "SinkTask", "CHECK constraint failed", "UNIQUE", "NOT NULL", "unknown"]
    {
        assert!(letters.contains(part), "{part}: {letters}");
    }
}

#[test]
fn an_error_that_is_not_tolerated_leaves_nothing_of_its_batch() {
    let lite = Lite::new("");
    lite.connection().execute_batch("CREATE TABLE t (id INTEGER PRIMARY KEY)").unwrap();
    lite.place.send("t", "{\"id\":1}\n{\"id\":2}\n{\"id\":\"x\"}\n{\"id\":4}");
    let output = lite.place.worker(&["jdbc.properties", "--once"]).run();
    let err = output.fail(1);
    assert!(err.contains("Tolerance exceeded") && err.contains("datatype mismatch"), "{err}");
    assert_eq!(lite.rows("SELECT count(*) FROM t"), ["0"]);
}

#[test]
fn what_is_missing_is_told_with_what_to_do() {
    let lite = Lite::new("");
    lite.place.send("t", "{\"id\":1,\"n\":1}");
    let run = || lite.place.worker(&["jdbc.properties", "--once"]).run();
    let told =
        "Table t is missing and auto-creation is disabled; create it, or set auto.create=true";
    assert!(run().fail(1).contains(told));
    lite.connection().execute_batch("CREATE TABLE t (id INTEGER)").unwrap();
    let told = "Table t is missing fields (n) and auto-evolution is disabled";
    assert!(run().fail(1).contains(told));
    lite.connection()
        .execute_batch("DROP TABLE t; CREATE VIEW t AS SELECT 1 AS id, 2 AS n")
        .unwrap();
    assert!(run().fail(1).contains("`t` is a VIEW, and table.types is TABLE"));
    lite.place.jdbc("jdbc:sqlite:/no/such/folder/db?password=hunter2", "");
    let err = run();
    assert!(err.fail(2).contains("means nothing here") && !err.err().contains("hunter2"));
    lite.place.jdbc("jdbc:sqlite:/no/such/folder/db", "");
    assert!(run().fail(1).contains("cannot open SQLite `/no/such/folder/db`"));
    for (more, told) in [
        ("insert.mode=upsert\n", "insert.mode=upsert needs a primary key"),
        ("delete.enabled=true\n", "Primary key mode must be 'record_key'"),
        ("pk.mode=kafka\npk.fields=a\n", "there must be three names"),
        ("dialect.name=MySqlDatabaseDialect\n", "SqliteDatabaseDialect"),
        ("db.timezone=Mars/Olympus\n", "Invalid time zone identifier"),
        ("table.types=CHAIR\n", "`CHAIR` is none of"),
    ] {
        lite.settings(more);
        let output = run();
        assert!(output.fail(2).contains(told), "{output:?}");
    }
}

#[test]
fn schemas_say_the_types_of_columns_and_their_defaults() {
    let lite = Lite::new("auto.create=true\n");
    let class = "org.apache.kafka.connect.json.JsonConverter";
    lite.place.append(
        "jdbc.properties",
        &format!("value.converter={class}\nvalue.converter.schemas.enable=true\n"),
    );
    let logical = |name: &str| format!("org.apache.kafka.connect.data.{name}");
    let fields = format!(
        "[{{\"field\":\"id\",\"type\":\"int32\"}},\
         {{\"field\":\"day\",\"type\":\"int32\",\"name\":\"{}\"}},\
         {{\"field\":\"price\",\"type\":\"bytes\",\"name\":\"{}\",\
         \"parameters\":{{\"scale\":\"2\"}}}},\
         {{\"field\":\"at\",\"type\":\"int64\",\"name\":\"{}\",\"optional\":true}},\
         {{\"field\":\"raw\",\"type\":\"bytes\",\"optional\":true}},\
         {{\"field\":\"n\",\"type\":\"int8\",\"optional\":true,\"default\":7}}]",
        logical("Date"),
        logical("Decimal"),
        logical("Timestamp")
    );
    let record = |payload: &str| {
        format!("{{\"schema\":{{\"type\":\"struct\",\"fields\":{fields}}},\"payload\":{payload}}}")
    };
    let lines = [
        record("{\"id\":1,\"day\":1,\"price\":\"BNI=\",\"at\":1500,\"raw\":\"AQI=\",\"n\":null}"),
        record("{\"id\":2,\"day\":2,\"price\":\"BNI=\",\"at\":null,\"raw\":null,\"n\":1}"),
    ];
    lite.place.send("t", &lines.join("\n"));
    lite.run();
    let sql = "SELECT name || ' ' || type || ' ' || \"notnull\" || ' ' || \
               coalesce(dflt_value, '-') FROM pragma_table_info('t')";
    assert_eq!(
        lite.rows(sql),
        [
            "id INTEGER 1 -",
            "day NUMERIC 1 -",
            "price NUMERIC 1 -",
            "at NUMERIC 0 -",
            "raw BLOB 0 -",
            "n INTEGER 0 7"
        ]
    );
    assert_eq!(
        lite.rows("SELECT * FROM t"),
        ["1|86400000|12.34|1500|[1, 2]|7", "2|172800000|12.34|NULL|NULL|1"]
    );
}
