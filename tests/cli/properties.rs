//! The names of client properties that we know, held against librdkafka itself.

use rdkafka::ClientConfig;
use rk::settings::names;

fn refusal(name: &str) -> Option<String> {
    let made = ClientConfig::new().set(name, "no value at all").create_native_config();
    made.err().map(|error| error.to_string())
}

#[test]
fn librdkafka_knows_every_name() {
    let unknown = |name: &str| refusal(name).is_some_and(|why| why.contains("No such config"));
    assert!(
        unknown("no.such.name"),
        "this is how it refuses a name: {:?}",
        refusal("no.such.name")
    );
    let strangers: Vec<_> = names::ALL.iter().filter(|name| unknown(name)).collect();
    assert!(strangers.is_empty(), "{strangers:?}");
}
