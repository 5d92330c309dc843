//! The JDBC sink into PostgreSQL: the config that everybody tries first, types, bad records, a
//! database that dies, a worker that is killed.

use rustix::process::Signal;

use super::Place;
use crate::kit::broker::TestBroker;
use crate::kit::databases::Postgres;
use crate::kit::wait::{until, until_within};
use std::time::Duration;

fn started() -> Option<(TestBroker, Place, Postgres)> {
    let postgres = Postgres::start()?;
    let broker = TestBroker::start();
    let place = Place::new(broker.address());
    place.create("t", 1);
    Some((broker, place, postgres))
}

fn run(place: &Place) {
    let _ = place.worker(&["jdbc.properties", "--once"]).run().succeed();
}

#[test]
fn plain_json_into_postgresql() {
    let Some((_broker, place, postgres)) = started() else { return };
    // The config that everybody tries first.
    place.jdbc(&postgres.url(), "auto.create=true\n");
    place.send(
        "t",
        "{\"id\":1,\"name\":\"Zoë\\t\\\\N\",\"ok\":true,\"x\":1.5,\"in\":{\"a\":[1]}}\n{\"id\":2}",
    );
    run(&place);
    let columns = "SELECT column_name, data_type FROM information_schema.columns \
                   WHERE table_name = 't' ORDER BY ordinal_position";
    assert_eq!(
        postgres.rows(columns),
        ["id|bigint", "name|text", "ok|boolean", "x|double precision", "in|text"]
    );
    let want = ["1|Zoë\t\\N|t|1.5|{\"a\":[1]}", "2|NULL|NULL|NULL|NULL"];
    assert_eq!(postgres.rows("SELECT * FROM t ORDER BY id"), want);

    // Integers become doubles once there is one, and columns are added.
    place.jdbc(&postgres.url(), "auto.evolve=true\n");
    place.send("t", "{\"id\":3.5,\"new\":[]}");
    run(&place);
    assert_eq!(postgres.rows("SELECT id, new FROM t WHERE new IS NOT NULL"), ["3.5|[]"]);

    // A user that is not let in is told, without the password, and nothing is tried again.
    let url = postgres.url().replace("password=postgres", "password=hunter2");
    place.jdbc(&url, "");
    place.send("t", "{\"id\":4}");
    let output = place.worker(&["jdbc.properties", "--once"]).run();
    let err = output.fail(1);
    assert!(err.contains("password authentication failed for user \"postgres\""), "{err}");
    assert!(!err.contains("hunter2"), "{err}");
}

#[test]
fn tls_is_what_sslmode_says() {
    let Some((_broker, place, mut postgres)) = started() else { return };
    let known = postgres.offer_tls();
    place.send("t", "{\"id\":1}");
    let (authority, other) = (&known.authority, &known.client);
    for (more, told) in [
        ("sslmode=disable".to_owned(), "pg_hba.conf rejects connection"),
        (format!("sslmode=verify-full&sslrootcert={other}"), "certificate verify failed"),
        ("sslmode=allow".to_owned(), "sslmode=allow is not offered"),
    ] {
        place.jdbc(&postgres.tls_url(&more), "auto.create=true\n");
        let output = place.worker(&["jdbc.properties", "--once"]).run();
        assert!(output.fail(1).contains(told), "{output:?}");
    }
    let modes = ["sslmode=require".to_owned(), "sslmode=prefer".to_owned()];
    let checked = format!("sslmode=verify-full&sslrootcert={authority}");
    for (at, more) in modes.into_iter().chain([checked]).enumerate() {
        let name = format!("auto.create=true\nname=n{at}\n");
        place.jdbc(&postgres.tls_url(&more), &name);
        run(&place);
        assert_eq!(postgres.rows("SELECT count(*) FROM t"), [(at + 1).to_string()]);
    }
}

#[test]
fn records_meet_the_types_of_a_table() {
    let Some((_broker, place, postgres)) = started() else { return };
    postgres
        .client()
        .batch_execute(
            "CREATE TYPE mood AS ENUM ('glad', 'sad'); CREATE SCHEMA shop; \
             CREATE TABLE shop.t (id uuid PRIMARY KEY, data jsonb, at timestamptz, day date, \
             price numeric(10,2), mood mood, short varchar(3), n int CHECK (n <> 13))",
        )
        .unwrap();
    let more = "insert.mode=upsert\npk.mode=record_key\npk.fields=id\ndelete.enabled=true\n\
                table.name.format=shop.${topic}\nerrors.tolerance=all\n\
                errors.deadletterqueue.topic.name=dlq\n";
    place.jdbc(&postgres.url(), more);
    let id = |n: usize| format!("00000000-0000-0000-0000-{n:012}");
    let good = |n: usize| {
        format!(
            "{}\t{{\"data\":{{\"a\":{n}}},\"at\":\"2026-01-31T10:00:00Z\",\"day\":\"2026-01-31\",\
             \"price\":12.345,\"mood\":\"glad\",\"short\":\"abc\",\"n\":{n}}}",
            id(n)
        )
    };
    let bad = [
        format!("{}\t{{\"mood\":\"angry\"}}", id(50)),
        format!("{}\t{{\"short\":\"long one\"}}", id(51)),
        "no uuid\t{\"n\":1}".to_owned(),
        format!("{}\t{{\"n\":\"many\"}}", id(53)),
        format!("{}\t{{\"n\":13}}", id(54)),
        format!("{}\t{{\"day\":\"some day\"}}", id(55)),
        format!("{}\t{{\"n\":99999999999}}", id(56)),
        format!("{}\t{{\"short\":\"\\u0000\"}}", id(57)),
    ];
    let mut lines: Vec<String> = (0..12).map(good).collect();
    lines.extend(bad.iter().cloned());
    lines.extend((14..20).map(good));
    // The same key in one batch, and again as another text of the same value; then deletions.
    lines.push(format!("{}\t{{\"n\":77}}", id(1)));
    lines.push(format!("{}\t{{\"n\":78}}", id(2).replace('-', "")));
    lines.push(format!("{}\t∅", id(3)));
    place.send_keyed("t", &format!("{}\n", lines.join("\n")));
    run(&place);
    let ids = postgres.rows("SELECT id FROM shop.t ORDER BY id");
    let mut want: Vec<String> = (0..20).filter(|n| ![3, 12, 13].contains(n)).map(id).collect();
    want.sort();
    assert_eq!(ids, want);
    let sql = "SELECT data->>'a', at AT TIME ZONE 'UTC', day, price, mood, short, n \
               FROM shop.t WHERE n IN (4, 77, 78) ORDER BY n";
    let rest = "2026-01-31 10:00:00|2026-01-31|12.35|glad|abc";
    assert_eq!(
        postgres.rows(sql),
        [format!("4|{rest}|4"), format!("1|{rest}|77"), format!("2|{rest}|78")]
    );
    let wanted: Vec<&str> = bad.iter().map(|line| line.split_once('\t').unwrap().1).collect();
    assert_eq!(place.values("dlq"), wanted);

    // Rows that are inserted go by COPY: the same records, the same dead letters.
    place.create("u", 1);
    place.jdbc(
        &postgres.url(),
        "auto.create=true\nname=copy\ntopics=u\npk.mode=record_key\npk.fields=id\n\
         errors.tolerance=all\nerrors.deadletterqueue.topic.name=dlu\n",
    );
    postgres.client().batch_execute("CREATE TABLE u (id text PRIMARY KEY, n int)").unwrap();
    let lines = ["a\t{\"n\":1}", "b\t{\"n\":\"x\"}", "a\t{\"n\":2}", "c\t{\"n\":3}"];
    place.send_keyed("u", &format!("{}\n", lines.join("\n")));
    run(&place);
    assert_eq!(postgres.rows("SELECT id, n FROM u ORDER BY id"), ["a|1", "c|3"]);
    assert_eq!(place.values("dlu"), ["{\"n\":\"x\"}", "{\"n\":2}"]);
}

const UPSERT: &str = "auto.create=true\ninsert.mode=upsert\npk.mode=record_key\npk.fields=id\n\
    retry.backoff.ms=100\nconnection.backoff.ms=100\nmax.retries=1000\n";

fn keyed(from: usize, to: usize, n: usize) -> String {
    (from..to).map(|id| format!("{id:05}\t{{\"n\":{n}}}\n")).collect()
}

#[test]
fn a_database_that_dies_in_the_middle_gets_everything() {
    let Some((_broker, place, mut postgres)) = started() else { return };
    let more = "errors.tolerance=all\nerrors.deadletterqueue.topic.name=dlq\n";
    place.jdbc(&postgres.url(), &format!("{UPSERT}{more}"));
    place.send_keyed("t", &keyed(0, 1000, 1));
    let running = place.worker(&["jdbc.properties"]).start();
    let count = |postgres: &Postgres, n: usize| -> usize {
        let mut client = postgres.client();
        let sql = format!("SELECT count(*) FROM t WHERE n = {n}");
        let row = client.query_one(&sql, &[]);
        row.map_or(0, |row| usize::try_from(row.get::<_, i64>(0)).unwrap())
    };
    until("the first rows", || (count(&postgres, 1) == 1000).then_some(()));
    for round in 2..4 {
        postgres.kill();
        place.send_keyed("t", &keyed(0, 1000, round));
        postgres.resume();
        until("the rows of the dead", || (count(&postgres, round) == 1000).then_some(()));
    }
    running.signal(Signal::TERM);
    let output = running.finish();
    let _ = output.succeed();
    assert!(output.err().contains("trying again"), "{}", output.err());
    assert!(place.rk(&["consume", "dlq", "-e"]).run().out().is_empty(), "no record is to blame");
}

#[test]
fn a_worker_that_is_killed_leaves_exactly_what_was_sent() {
    const KILLS: usize = 5;
    let Some((_broker, place, postgres)) = started() else { return };
    place.append("worker.properties", "consumer.session.timeout.ms=6000\n");
    place.jdbc(&postgres.url(), UPSERT);
    let seen = || -> i64 {
        let row = postgres.client().query_one("SELECT count(*) FROM t", &[]);
        row.map_or(0, |row| row.get(0))
    };
    let mut wanted = Vec::new();
    for kill in 0..KILLS {
        place.send_keyed("t", &keyed(kill * 500, kill * 500 + 1000, kill));
        let before = seen();
        let running = place.worker(&["jdbc.properties"]).start();
        until_within(Duration::from_secs(120), "rows", || (seen() > before).then_some(()));
        running.signal(Signal::KILL);
        drop(running);
        wanted.extend([(kill * 500, kill), (kill * 500 + 499, kill)]);
    }
    run(&place);
    let total = (KILLS - 1) * 500 + 1000;
    assert_eq!(
        postgres.rows("SELECT count(*), count(DISTINCT id) FROM t"),
        [format!("{total}|{total}")]
    );
    for (id, n) in wanted {
        let sql = format!("SELECT n FROM t WHERE id = '{id:05}'");
        assert_eq!(postgres.rows(&sql), [n.to_string()]);
    }
}
