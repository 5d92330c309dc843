//! Every transform against what Kafka's own class made of the same record (`kafka.txt`: class,
//! settings, with an envelope or without, key, value, and what came out).

use super::*;
use crate::connect::converters::{self, Converter, Part};
use crate::connect::data::{Schema, Type};
use crate::connect::define::Preset;
use crate::connect::record::Header;

fn json(envelope: bool) -> Box<dyn Converter> {
    let settings = [("schemas.enable".to_owned(), envelope.to_string())].into();
    converters::make("JsonConverter", Part::Value, &settings).unwrap()
}

fn shown(data: &Data) -> Result<String, ConnectError> {
    let mut out = Vec::new();
    let is_there = json(data.schema.is_some()).from_connect("t", data, &mut out)?;
    Ok(if is_there { String::from_utf8(out).unwrap() } else { "null".to_owned() })
}

fn made(class: &str, settings: &str) -> Result<Chain, Vec<Mistake>> {
    let name = format!("org.apache.kafka.connect.transforms.{class}");
    let mut all = BTreeMap::from([
        ("transforms".to_owned(), "x".to_owned()),
        ("transforms.x.type".to_owned(), name),
    ]);
    for pair in settings.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap();
        all.insert(format!("transforms.x.{name}"), value.to_owned());
    }
    let (common, _) = super::super::plan::SINK_DEF.check(&all);
    Chain::of(&common, &all)
}

fn record(envelope: bool, key: &str, value: &str) -> Record {
    let data = |text: &str| match text {
        "null" => Data::null(),
        text => json(envelope).to_connect("t", Some(text.as_bytes())).unwrap(),
    };
    let header = |name: &str, data| Header { name: name.to_owned(), data };
    Record {
        topic: "topic".into(),
        partition: Some(3),
        offset: Some(42),
        key: data(key),
        value: data(value),
        timestamp: Some(1_700_000_000_123),
        headers: vec![
            header("h1", Schema::string().with(Value::from("one"))),
            header("h2", Schema::of(Type::Int32).share().with(Value::Int32(2))),
        ],
    }
}

fn applied(columns: &[&str]) -> String {
    let [class, settings, envelope, key, value] = columns[..] else { panic!("{columns:?}") };
    let mut chain = made(class, settings).unwrap_or_else(|wrong| panic!("{wrong:?}"));
    let told = |error: ConnectError| {
        let class = error.kind.java_class().rsplit('.').next().unwrap();
        format!("!{class}: {}", error.message)
    };
    match chain.apply(record(envelope == "E", key, value)) {
        Err(broken) => told(broken.error),
        Ok(None) => "(dropped)".to_owned(),
        Ok(Some(record)) => {
            let show = || {
                let mut out =
                    format!("{} {} {}", record.topic, shown(&record.key)?, shown(&record.value)?);
                for header in &record.headers {
                    out.push_str(&format!(";{}={}", header.name, shown(&header.data)?));
                }
                Ok(out)
            };
            show().unwrap_or_else(told)
        }
    }
}

/// The words of a text, sorted: objects without a schema have no order, and Java's is its own.
fn order_free(text: &str) -> Vec<&str> {
    let mut parts: Vec<&str> = text.split(|c: char| ",{}".contains(c)).collect();
    parts.sort_unstable();
    parts
}

#[test]
fn each_does_what_kafkas_does() {
    let mut wrong = Vec::new();
    let table = include_str!("kafka.txt");
    let mut count = 0;
    for line in table.lines() {
        let columns: Vec<&str> = line.split('|').collect();
        let [before @ .., "=>", want] = &columns[..] else { panic!("{line}") };
        let got = applied(before);
        let is_same =
            if before[2] == "P" { order_free(&got) == order_free(want) } else { got == *want };
        if !is_same {
            wrong.push(format!("{}\n  want {want}\n  got  {got}", before.join("|")));
        }
        count += 1;
    }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 100);
}

#[test]
fn every_class_is_in_the_table_and_mistakes_are_told() {
    let table = include_str!("kafka.txt");
    for class in CLASSES {
        let name = class.name.rsplit('.').next().unwrap();
        assert!(table.lines().any(|line| line.starts_with(name)), "{name}");
        let needs = class.def.keys().iter().any(|key| key.preset == Preset::Required);
        let target = if class.has_targets { "$Value" } else { "" };
        assert_eq!(made(&format!("{name}{target}"), "").is_err() && needs, needs, "{name}");
    }
    let told = |class: &str, settings: &str| made(class, settings).err().unwrap()[0].why.clone();
    assert!(told("MaskFeld$Value", "").contains("did you mean"));
    assert!(told("MaskField", "fields=a").contains("$Key or"));
    assert!(told("Filter$Value", "").contains("there is no transform class"));
    assert!(told("MaskField$Value", "fields=a&replacment=x").contains("did you mean"));
    assert!(told("Cast$Value", "spec=a:int33").contains("int33"));
}

#[test]
fn predicates_choose() {
    let mut all: BTreeMap<String, String> = [
        ("transforms", "drop"),
        ("transforms.drop.type", "org.apache.kafka.connect.transforms.Filter"),
        ("transforms.drop.predicate", "p"),
        ("predicates", "p"),
        ("predicates.p.type", "RecordIsTombstone"),
    ]
    .map(|(k, v)| (k.to_owned(), v.to_owned()))
    .into();
    let chain =
        |all: &BTreeMap<String, String>| Chain::of(&super::super::plan::SINK_DEF.check(all).0, all);
    let drops = |all: &BTreeMap<String, String>, value: &str| {
        let mut chain = chain(all).unwrap_or_else(|wrong| panic!("{wrong:?}"));
        chain.apply(record(false, "null", value)).ok().unwrap().is_none()
    };
    let mut set = |name: &str, value: &str| drop(all.insert(name.to_owned(), value.to_owned()));
    set("x", "");
    assert!(drops(&all, "null") && !drops(&all, "1"));
    all.insert("transforms.drop.negate".to_owned(), "true".to_owned());
    assert!(!drops(&all, "null") && drops(&all, "1"));
    all.remove("transforms.drop.negate");
    all.insert("predicates.p.type".to_owned(), "HasHeaderKey".to_owned());
    assert!(chain(&all).is_err());
    for (name, dropped) in [("h1", true), ("h3", false)] {
        all.insert("predicates.p.name".to_owned(), name.to_owned());
        assert_eq!(drops(&all, "1"), dropped);
    }
    all.remove("predicates.p.name");
    all.insert("predicates.p.type".to_owned(), "TopicNameMatches".to_owned());
    for (pattern, dropped) in [("top.*", true), ("top", false)] {
        all.insert("predicates.p.pattern".to_owned(), pattern.to_owned());
        assert_eq!(drops(&all, "1"), dropped);
    }
    all.insert("transforms.drop.predicate".to_owned(), "q".to_owned());
    assert!(chain(&all).is_err());
}
