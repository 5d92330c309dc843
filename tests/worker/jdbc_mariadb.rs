//! The JDBC sink into MariaDB.

use super::Place;
use crate::kit::broker::TestBroker;
use crate::kit::databases::Mariadb;

#[test]
fn records_into_mariadb() {
    let Some(mariadb) = Mariadb::start() else { return };
    let broker = TestBroker::start();
    let place = Place::new(broker.address());
    place.create("t", 1);
    let run = |more: &str| {
        place.jdbc(&mariadb.url(), more);
        let _ = place.worker(&["jdbc.properties", "--once"]).run().succeed();
    };
    let name = "\"name\":\"Zoë's \\\\ 🦀\\n\"";
    let first = format!("{{\"id\":1,{name},\"ok\":true,\"x\":1.5,\"in\":{{\"a\":[1]}}}}");
    place.send("t", &format!("{first}\n{{\"id\":2}}"));
    run("auto.create=true\n");
    let columns = "SELECT column_name, data_type FROM information_schema.columns \
                   WHERE table_name = 't' AND table_schema = 'kafka_sink' \
                   ORDER BY ordinal_position";
    assert_eq!(
        mariadb.rows(columns),
        ["id|bigint", "name|text", "ok|tinyint", "x|double", "in|text"]
    );
    let want = ["1|Zoë's \\\\ 🦀\\n|1|1.5|{\"a\":[1]}", "2|NULL|NULL|NULL|NULL"];
    assert_eq!(mariadb.rows("SELECT * FROM t ORDER BY id"), want);

    // Bad ones among good ones, changes, deletions.
    mariadb.execute(
        "CREATE TABLE u (id VARCHAR(20) PRIMARY KEY, n INT NOT NULL, at DATETIME(3), \
         d DECIMAL(5,2))",
    );
    place.create("u", 1);
    let lines = [
        "a\t{\"n\":1,\"at\":\"2026-01-31 10:00:00.5\",\"d\":1.25}",
        "b\t{\"n\":\"x\"}",
        "c\t{\"n\":1.5}",
        "d\t{\"n\":99999999999}",
        "e\t{\"n\":null}",
        "a\t{\"n\":2}",
        "f\t{\"n\":3}",
        "g\t{\"n\":4}",
        "f\t∅",
        "h\t{\"n\":5,\"d\":12345.5}",
    ];
    place.send_keyed("u", &format!("{}\n", lines.join("\n")));
    run("name=u\ntopics=u\ninsert.mode=upsert\npk.mode=record_key\npk.fields=id\n\
         delete.enabled=true\nerrors.tolerance=all\nerrors.deadletterqueue.topic.name=dlq\n");
    assert_eq!(
        mariadb.rows("SELECT * FROM u ORDER BY id"),
        ["a|2|2026-01-31 10:00:00.500|1.25", "g|4|NULL|NULL"]
    );
    let bad: Vec<&str> =
        [1, 2, 3, 4, 9].map(|at: usize| lines[at].split_once('\t').unwrap().1).to_vec();
    assert_eq!(place.values("dlq"), bad);
    place.send_keyed("u", "a\t{\"n\":9}\nz\t{\"n\":9}\n");
    run("name=u\ntopics=u\ninsert.mode=update\npk.mode=record_key\npk.fields=id\n");
    assert_eq!(mariadb.rows("SELECT id, n FROM u ORDER BY id"), ["a|9", "g|4"]);

    checks_tls(&place, &mariadb);

    // Who is not let in is told why, without the password.
    place.jdbc(&mariadb.url().replace("se%2Bcret", "hunter2"), "");
    place.send("t", "{\"id\":3}");
    let output = place.worker(&["jdbc.properties", "--once"]).run();
    let err = output.fail(1);
    assert!(err.contains("Access denied for user 'me'") && !err.contains("hunter2"), "{err}");
}

/// TLS is checked if so asked.
fn checks_tls(place: &Place, mariadb: &Mariadb) {
    place.send("t", "{\"id\":3}");
    let (authority, other) = (&mariadb.certificates.authority, &mariadb.certificates.client);
    for (more, told) in [
        (format!("&sslMode=VERIFY_IDENTITY&serverSslCert={authority}"), None),
        (format!("&sslMode=VERIFY_CA&serverSslCert={other}"), Some("the server's certificate")),
        ("&sslMode=DISABLED".to_owned(), None),
    ] {
        place.jdbc(&format!("{}{more}", mariadb.url()), "");
        let output = place.worker(&["jdbc.properties", "--once"]).run();
        match told {
            None => drop(output.succeed()),
            Some(told) => assert!(output.fail(1).contains(told), "{output:?}"),
        }
        place.send("t", "{\"id\":3}");
    }
}
