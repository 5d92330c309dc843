//! Differential tests: scenarios, played to `rk`'s broker and to Apache Kafka, answers compared
//! field by field.
//!
//! The scenarios are the `.txt` files of this folder, Kafka's answers among them ([`language`]
//! tells how they read). The answers are Apache Kafka's own: where it is there, it is asked anew
//! and must say the same; `RK_UPDATE=1 cargo test differential` writes down what it says now.
//! `RK_SCENARIO` plays only those whose name has this text.

mod batches;
mod calls;
mod codec;
mod language;
mod literal;
mod mask;
mod player;
mod value;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use rk::base::clock::{Clock, System};

use self::language::{Scenario, Script};
use self::player::{Doors, Played, Player};
use crate::kit::broker::TestBroker;
use crate::kit::{self, golden, kafka};

/// What both brokers are told: fewer partitions, so that both are up sooner.
const CONFIGS: &[(&str, &str)] =
    &[("offsets.topic.num.partitions", "2"), ("group.initial.rebalance.delay.ms", "0")];

/// What only Kafka is told: how it starts sooner.
const OF_KAFKA: &[(&str, &str)] = &[
    ("transaction.state.log.num.partitions", "2"),
    ("share.coordinator.state.topic.num.partitions", "2"),
];

/// The listeners of a broker with an authorizer: who comes in by the first is a super user.
const GUARDED: &[(&str, &str)] = &[
    ("listeners", "PLAINTEXT://127.0.0.1:0,SASL_PLAINTEXT://127.0.0.1:0"),
    ("sasl.enabled.mechanisms", "PLAIN"),
];

/// Who may log in.
const USERS: &[(&str, &str)] = &[("alice", "secret"), ("bob", "builder")];

/// The same for Apache Kafka. Its ports are filled in.
fn guarded_kafka() -> String {
    let users: String =
        USERS.iter().map(|(name, word)| format!(" user_{name}=\"{word}\"")).collect();
    let login = "org.apache.kafka.common.security.plain.PlainLoginModule";
    let open = "PLAINTEXT://127.0.0.1:{PORT},SASL_PLAINTEXT://127.0.0.1:{PORT+2}";
    format!(
        "listeners={open},CONTROLLER://127.0.0.1:{{PORT+1}}\n\
         advertised.listeners={open}\n\
         listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,\
         SASL_PLAINTEXT:SASL_PLAINTEXT\n\
         sasl.enabled.mechanisms=PLAIN\n\
         listener.name.sasl_plaintext.plain.sasl.jaas.config={login} required{users};\n"
    )
}

/// Says whether a broker has an authorizer.
fn is_guarded(server: &[(String, String)]) -> bool {
    server.iter().any(|(name, _)| name == "authorizer.class.name")
}

/// Scenarios in which `rk` differs, in `tests/`: names under the reason of each, which begins
/// with `== `. One that no longer differs is an error, too.
const EXCEPTIONS: &str = "differential/exceptions.txt";

fn exceptions() -> BTreeSet<String> {
    let text = fs::read_to_string(kit::path(EXCEPTIONS)).unwrap();
    let names = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#') && !line.starts_with("== "));
    names.map(str::to_owned).collect()
}

/// How many scenarios are played side by side.
const WORKERS: usize = 4;

/// Where the scenarios lie, in `tests/`.
const FOLDER: &str = "differential/scenarios";

fn scripts() -> Vec<Script> {
    let files = fs::read_dir(kit::path(FOLDER)).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = files.filter(|p| p.extension().is_some_and(|e| e == "txt")).collect();
    files.sort();
    let scripts: Vec<Script> =
        files.iter().map(|file| Script::read(file).unwrap_or_else(|why| panic!("{why}"))).collect();
    let mut names = BTreeSet::new();
    for scenario in scripts.iter().flat_map(|script| &script.scenarios) {
        assert!(names.insert(&scenario.name), "two scenarios are called `{}`", scenario.name);
    }
    scripts
}

/// The scripts that one broker can play, by what it must be told.
fn by_server(scripts: &[Script]) -> BTreeMap<&[(String, String)], Vec<&Script>> {
    let mut out: BTreeMap<&[(String, String)], Vec<&Script>> = BTreeMap::new();
    for script in scripts {
        out.entry(&script.server).or_default().push(script);
    }
    out
}

fn is_asked(scenario: &Scenario) -> bool {
    std::env::var("RK_SCENARIO").map_or(true, |part| scenario.name.contains(&part))
}

/// How the scenarios went, by name.
type Results = BTreeMap<String, Result<Played, String>>;

/// Plays scenarios: several at a time, and those that want to be alone afterwards.
fn play(at: &Doors, scenarios: &[&Scenario]) -> Results {
    let results = Mutex::new(BTreeMap::new());
    let now_ms = System.now();
    let one = |scenario: &Scenario| {
        let played = Player::play(scenario, at, now_ms, 0);
        results.lock().unwrap().insert(scenario.name.clone(), played);
    };
    let together: Vec<_> = scenarios.iter().filter(|scenario| !scenario.alone).collect();
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                while let Some(scenario) = together.get(next.fetch_add(1, Ordering::Relaxed)) {
                    one(scenario);
                }
            });
        }
    });
    scenarios.iter().filter(|scenario| scenario.alone).for_each(|scenario| one(scenario));
    results.into_inner().unwrap()
}

/// Compares what was played with what is recorded, and returns what differs.
fn difference(scenario: &Scenario, played: &Result<Played, String>) -> Option<String> {
    let played = match played {
        Ok(played) => played,
        Err(why) => return Some(format!("== {}\n{why}\n", scenario.name)),
    };
    let mut out = String::new();
    for (step, answer) in scenario.steps.iter().zip(&played.answers) {
        if step.has_answer() && step.recorded != *answer {
            let [old, new] = [&step.recorded, answer].map(|lines| lines.join("\n") + "\n");
            let line = step.lines.0 + 1;
            out.push_str(&format!("line {line}:\n{}", golden::diff(&old, &new)));
        }
    }
    (!out.is_empty()).then(|| format!("== {}\n{out}", scenario.name))
}

/// What was played and compared.
#[derive(Default)]
struct Counts {
    scenarios: usize,
    requests: usize,
    fields: usize,
    waiting: BTreeSet<&'static str>,
    skipped: usize,
}

impl Counts {
    fn add(&mut self, results: &Results) {
        for played in results.values().flatten() {
            self.scenarios += 1;
            self.requests += played.requests;
            self.fields += played.fields;
        }
    }

    fn say(&self, who: &str) {
        let Counts { scenarios, requests, fields, .. } = self;
        kit::say(&format!(
            "{who}: {scenarios} scenarios, {requests} requests, {fields} fields compared"
        ));
        if self.skipped > 0 {
            kit::say(&format!(
                "{who}: {} scenarios not played, of APIs not served: {:?}",
                self.skipped, self.waiting
            ));
        }
    }
}

/// The APIs that a broker says it serves.
fn served(address: &str) -> BTreeSet<i16> {
    let mut client = kit::wire::Client::connect(address);
    let request = rk::wire::messages::api_versions::ApiVersionsRequest::default();
    client.call(0, &request).api_keys.iter().map(|key| key.api_key).collect()
}

#[test]
fn rk_answers_as_apache_kafka_does() {
    let scripts = scripts();
    let excepted = exceptions();
    let mut counts = Counts::default();
    let mut differences = Vec::new();
    for (server, scripts) in by_server(&scripts) {
        let own = server.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let configs = CONFIGS.iter().copied().chain(own);
        let is_guarded = is_guarded(server);
        let configs = configs.chain(GUARDED.iter().copied().filter(|_| is_guarded));
        let broker = TestBroker::guarded(&configs.collect::<Vec<_>>(), USERS);
        let guarded = is_guarded.then(|| broker.address_of("SASL_PLAINTEXT").to_string());
        let at = Doors { open: broker.bootstrap(), guarded };
        let served = served(&at.open);
        let kinds: Vec<i8> = [(0, 10), (1, 24), (2, 76)]
            .iter()
            .filter(|k| served.contains(&k.1))
            .map(|k| k.0)
            .collect();
        Player::warm_up(&at.open, &kinds).unwrap();
        let mut scenarios: Vec<&Scenario> =
            scripts.iter().flat_map(|s| &s.scenarios).filter(|s| is_asked(s)).collect();
        scenarios.retain(|scenario| {
            let needed = scenario.steps.iter().filter_map(|step| step.table());
            let mut needed = needed.chain(scenario.needs.map(|entry| &entry.table));
            let missing = needed.find(|table| !served.contains(&table.key));
            counts.skipped += usize::from(missing.is_some());
            counts.waiting.extend(missing.map(|table| table.name()));
            missing.is_none()
        });
        let results = play(&at, &scenarios);
        counts.add(&results);
        for scenario in scenarios {
            let difference = difference(scenario, &results[&scenario.name]);
            match (difference, excepted.contains(&scenario.name)) {
                (Some(text), false) => differences.push(text),
                (None, true) => {
                    differences.push(format!("== {}\nis no exception any more\n", scenario.name));
                }
                _ => {}
            }
        }
    }
    counts.say("rk");
    let n = differences.len();
    assert!(n == 0, "{n} differ (- Apache Kafka, + rk):\n\n{}", differences.join("\n"));
}

#[test]
fn the_recorded_answers_are_apache_kafkas() {
    let Some(kafka) = kafka::find() else { return };
    let is_update = std::env::var_os("RK_UPDATE").is_some_and(|value| value == "1");
    let scripts = scripts();
    let mut counts = Counts::default();
    let mut differences = Vec::new();
    for (server, scripts) in by_server(&scripts) {
        let scenarios: Vec<&Scenario> =
            scripts.iter().flat_map(|s| &s.scenarios).filter(|s| is_asked(s)).collect();
        if scenarios.is_empty() {
            continue;
        }
        let own = server.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let configs = CONFIGS.iter().chain(OF_KAFKA).copied().chain(own);
        let settings = configs.map(|(name, value)| format!("{name}={value}\n"));
        let mut settings: String = settings.collect();
        if is_guarded(server) {
            settings.push_str(&guarded_kafka());
        }
        let broker = kafka.start(&settings);
        let guarded = is_guarded(server).then(|| broker.address_of_third_port());
        let at = Doors { open: broker.address.clone(), guarded };
        Player::warm_up(&broker.address, &[0, 1, 2]).unwrap();
        let mut results = play(&at, &scenarios);
        if !is_update {
            again(&at, &scenarios, &mut results);
        }
        drop(broker);
        counts.add(&results);
        for script in scripts {
            if is_update {
                record(script, &results);
            }
        }
        for scenario in scenarios {
            let result = &results[&scenario.name];
            let difference = difference(scenario, result);
            differences.extend(difference.filter(|_| !is_update || result.is_err()));
        }
    }
    counts.say("Apache Kafka");
    let n = differences.len();
    assert!(n == 0, "{n} differ (- recorded, + Apache Kafka):\n\n{}", differences.join("\n"));
}

/// No API is forgotten: each is asked by one who logged in, on a broker with an authorizer.
#[test]
fn every_api_that_is_served_is_asked_by_one_who_may_do_nothing() {
    let broker = TestBroker::start();
    let mut unasked = served(&broker.bootstrap());
    let scripts = scripts();
    let guarded = scripts.iter().filter(|script| is_guarded(&script.server));
    let named = |scenario: &&Scenario| scenario.name.contains("who may do nothing");
    for scenario in guarded.flat_map(|script| &script.scenarios).filter(named) {
        let steps = scenario.steps.iter().filter(|step| step.connection == "a");
        steps.filter_map(|step| step.table()).for_each(|table| {
            unasked.remove(&table.key);
        });
    }
    assert!(unasked.is_empty(), "keys {unasked:?}");
}

/// How often Apache Kafka is asked once more where it says something else than is recorded.
const ROUNDS: u8 = 2;

/// Plays to Apache Kafka again, one by one, what it answered otherwise than is recorded.
///
/// It does not always say the same: commits in transactions of two scenarios that are verified in
/// one request get the errors of the first one's version (`AddPartitionsToTxnManager`), and what
/// its coordinators do in the background takes longer when the machine is busy. `rk` has no such
/// grace.
fn again(at: &Doors, scenarios: &[&Scenario], results: &mut Results) {
    for round in 1..=ROUNDS {
        for scenario in scenarios {
            if difference(scenario, &results[&scenario.name]).is_some() {
                let played = Player::play(scenario, at, System.now(), round);
                results.insert(scenario.name.clone(), played);
            }
        }
    }
}

/// Writes a script's file with the answers that were given.
fn record(script: &Script, results: &Results) {
    let answers: Vec<Option<Vec<Vec<String>>>> = script
        .scenarios
        .iter()
        .map(|scenario| {
            let played = results.get(&scenario.name)?.as_ref().ok()?;
            Some(played.answers.clone())
        })
        .collect();
    let path = kit::path(FOLDER).join(&script.path);
    fs::write(path, script.with_answers(&answers)).unwrap();
}
