//! Avro's bytes as JSON and back, for random schemas and random values, beside `apache-avro`.

use apache_avro::{Schema, from_avro_datum, to_avro_datum};
use rk::codec::Avro;
use serde_json::{Value, json};

use crate::kit::rng::Rng;
use crate::kit::say;

const SCHEMAS: usize = 400;
const VALUES: usize = 25;

/// Makes schemas, and bytes of their values: a writer of its own.
struct Maker<'a> {
    rng: &'a mut Rng,
    names: usize,
    /// Whether `apache-avro` reads it as the specification says.
    is_common: bool,
}

impl Maker<'_> {
    fn name(&mut self) -> String {
        self.names += 1;
        let namespace = if self.rng.one_in(2) { "a.b." } else { "" };
        format!("{namespace}T{}", self.names)
    }

    fn plain(&mut self) -> Value {
        let logical = |kind: &str, name: &str| json!({ "type": kind, "logicalType": name });
        match self.rng.below(20) {
            0 => json!("null"),
            1 => json!("boolean"),
            2 => json!("int"),
            3 => json!("long"),
            4 => json!("float"),
            5 => json!("double"),
            6 => json!("bytes"),
            7 | 8 => json!({ "type": "string" }),
            9 => logical("int", "date"),
            10 => logical("int", "time-millis"),
            11 => logical("long", "time-micros"),
            12 => logical("long", "timestamp-millis"),
            13 => logical("long", "timestamp-micros"),
            14 => logical("long", "local-timestamp-micros"),
            15 => {
                let mut decimal = logical("bytes", "decimal");
                decimal["precision"] = 18.into();
                decimal["scale"] = self.rng.below(19).into();
                decimal
            }
            16 => {
                let symbols: Vec<String> =
                    (0..=self.rng.below(3)).map(|at| format!("S{at}")).collect();
                json!({ "type": "enum", "name": self.name(), "symbols": symbols })
            }
            17 => json!({ "type": "fixed", "name": self.name(), "size": self.rng.below(5) }),
            18 => {
                self.is_common = false;
                let (name, logical) = (self.name(), "uuid");
                json!({ "type": "fixed", "name": name, "size": 16, "logicalType": logical })
            }
            _ => {
                self.is_common = false;
                let (name, logical) = (self.name(), "duration");
                json!({ "type": "fixed", "name": name, "size": 12, "logicalType": logical })
            }
        }
    }

    fn schema(&mut self, depth: usize) -> Value {
        if depth == 0 {
            return self.plain();
        }
        match self.rng.below(8) {
            0 => json!({ "type": "array", "items": self.schema(depth - 1) }),
            1 => json!({ "type": "map", "values": self.schema(depth - 1) }),
            2 | 3 => {
                let name = self.name();
                let fields: Vec<Value> = (0..self.rng.below(5))
                    .map(|at| json!({ "name": format!("f{at}"), "type": self.schema(depth - 1) }))
                    .collect();
                json!({ "type": "record", "name": name, "fields": fields })
            }
            4 | 5 => {
                let mut branches = Vec::new();
                let mut kinds = Vec::new();
                for _ in 0..=self.rng.below(4) {
                    let branch = self.schema(depth - 1);
                    let kind = branch.get("type").unwrap_or(&branch).clone();
                    let is_named = branch.get("name").is_some();
                    if kind.is_string() && (is_named || !kinds.contains(&kind)) {
                        kinds.push(kind);
                        branches.push(branch);
                    }
                }
                if branches.is_empty() { json!(["null"]) } else { Value::Array(branches) }
            }
            _ => self.plain(),
        }
    }

    fn long(&mut self, number: i64, out: &mut Vec<u8>) {
        let mut bits = number.wrapping_mul(2) as u64 ^ (number >> 63) as u64;
        loop {
            let more = bits > 127;
            out.push((bits & 127) as u8 | if more { 128 } else { 0 });
            bits >>= 7;
            if !more {
                return;
            }
        }
    }

    fn decimal(&mut self, out: &mut Vec<u8>) {
        let number = (self.rng.int(64) % 1_000_000_000_000_000_000).to_be_bytes();
        let spare = |two: &[u8]| matches!((two[0], two[1] >> 7), (0, 0) | (255, 1));
        let from = number.windows(2).take_while(|two| spare(two)).count();
        self.long(8 - from as i64, out);
        out.extend_from_slice(&number[from..]);
    }

    fn bytes(&mut self, schema: &Value, out: &mut Vec<u8>) {
        if let Some(branches) = schema.as_array() {
            let at = self.rng.below(branches.len());
            self.long(at as i64, out);
            return self.bytes(&branches[at], out);
        }
        let kind = schema.get("type").unwrap_or(schema).as_str().unwrap();
        let logical = schema.get("logicalType").and_then(Value::as_str).unwrap_or_default();
        match (kind, logical) {
            ("null", _) => {}
            ("boolean", _) => out.push(self.rng.below(2) as u8),
            ("int", _) => {
                let number = self.rng.int(32);
                self.long(number, out);
            }
            ("long", _) => {
                let number = self.rng.int(64);
                self.long(number, out);
            }
            ("float", _) => out.extend(self.rng.bytes(4)),
            ("double", _) => out.extend(self.rng.bytes(8)),
            ("bytes", "decimal") => self.decimal(out),
            ("bytes", _) => {
                let length = self.rng.below(6);
                self.long(length as i64, out);
                out.extend(self.rng.bytes(length));
            }
            ("string", _) => {
                let text = self.rng.text(6);
                self.long(text.len() as i64, out);
                out.extend_from_slice(text.as_bytes());
            }
            ("fixed", _) => out.extend(self.rng.bytes(schema["size"].as_u64().unwrap() as usize)),
            ("enum", _) => {
                let at = self.rng.below(schema["symbols"].as_array().unwrap().len());
                self.long(at as i64, out);
            }
            ("array", _) => {
                let count = self.rng.below(4);
                for at in 0..count {
                    if at == 0 {
                        self.long(count as i64, out);
                    }
                    self.bytes(&schema["items"], out);
                }
                out.push(0);
            }
            ("map", _) => {
                // The other one keeps no order of more.
                if self.rng.one_in(2) {
                    let name = self.rng.text(4);
                    self.long(1, out);
                    self.long(name.len() as i64, out);
                    out.extend_from_slice(name.as_bytes());
                    self.bytes(&schema["values"], out);
                }
                out.push(0);
            }
            ("record", _) => {
                for field in schema["fields"].as_array().unwrap() {
                    self.bytes(&field["type"], out);
                }
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn random_values_of_random_schemas_come_back_as_they_were() {
    let mut rng = Rng::new("avro");
    let (mut cases, mut judged) = (0, 0);
    for _ in 0..SCHEMAS {
        let mut maker = Maker { rng: &mut rng, names: 0, is_common: true };
        let schema = maker.schema(4);
        let text = schema.to_string();
        let ours = Avro::compile(&text, &[]).unwrap_or_else(|e| panic!("{text}: {e}"));
        let theirs = Schema::parse_str(&text).ok().filter(|_| maker.is_common);
        for _ in 0..VALUES {
            let mut bytes = Vec::new();
            maker.bytes(&schema, &mut bytes);
            let (mut shown, mut back) = (Vec::new(), Vec::new());
            ours.decode(&bytes, &mut shown).unwrap_or_else(|e| panic!("{text}: {e}"));
            let shown = String::from_utf8(shown).unwrap();
            assert!(serde_json::from_str::<Value>(&shown).is_ok(), "{shown}");
            ours.encode(shown.as_bytes(), &mut back)
                .unwrap_or_else(|e| panic!("{text} {shown}: {e}"));
            assert_eq!(back, bytes, "{text} {shown}");
            cases += 1;
            if let Some(theirs) = &theirs {
                let value = from_avro_datum(theirs, &mut bytes.as_slice(), None)
                    .unwrap_or_else(|e| panic!("{text} {shown}: {e}"));
                let again = to_avro_datum(theirs, value);
                let again = again.unwrap_or_else(|e| panic!("{text} {shown}: {e}"));
                assert_eq!(again, bytes, "{text} {shown}");
                judged += 1;
            }
        }
    }
    assert!(judged > cases / 4, "{judged} of {cases}");
    say(&format!("{cases} random values of Avro, {judged} of them judged by apache-avro too"));
}

#[test]
fn damaged_bytes_are_an_error_or_a_value_and_never_more() {
    let mut rng = Rng::new("avro damage");
    let (mut cases, mut refused) = (0, 0);
    for _ in 0..SCHEMAS {
        let mut maker = Maker { rng: &mut rng, names: 0, is_common: true };
        let schema = maker.schema(4);
        let avro = Avro::compile(&schema.to_string(), &[]).unwrap();
        let mut bytes = Vec::new();
        maker.bytes(&schema, &mut bytes);
        for _ in 0..VALUES {
            let mut damaged = bytes.clone();
            let rng = &mut *maker.rng;
            match rng.below(3) {
                0 => damaged.truncate(rng.below(damaged.len() + 1)),
                1 => {
                    let more = rng.below(9);
                    damaged.extend(rng.bytes(more));
                }
                _ => {
                    let at = rng.below(damaged.len() + 1);
                    let few = rng.bytes(3);
                    damaged.splice(at..at, few);
                }
            }
            let mut shown = Vec::new();
            match avro.decode(&damaged, &mut shown) {
                Ok(()) => {
                    assert!(avro.encode(&shown, &mut Vec::new()).is_ok() || !shown.is_empty())
                }
                Err(why) => {
                    assert!(!why.is_empty());
                    refused += 1;
                }
            }
            cases += 1;
        }
    }
    assert!(refused > cases / 4, "{refused} of {cases}");
}
