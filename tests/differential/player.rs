//! Plays a scenario to a broker and writes down what it answers.

use std::collections::{BTreeMap, VecDeque};
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use bytes::Bytes;
use rk::base::clock::Moment;
use rk::wire::header::{RequestHeader, put_response, take_response};
use rk::wire::messages::ALL;
use rk::wire::primitives::{Reader, Writer};

use super::codec::{Place, put, take};
use super::language::{Call, Scenario, Step, What};
use super::mask::Masks;
use super::value::Value;
use super::{batches, calls};

/// How long an answer may take, and how long `until` asks.
const PATIENCE: Duration = Duration::from_secs(60);

/// How wide a recorded answer is written.
const WIDTH: usize = 98;

/// What a scenario came to.
#[derive(Debug, Default)]
pub(crate) struct Played {
    /// The answers, a list of lines for each step.
    pub(crate) answers: Vec<Vec<String>>,
    pub(crate) requests: usize,
    pub(crate) fields: usize,
}

/// A connection, and what was asked on it and is not answered yet.
struct Conn {
    stream: TcpStream,
    waiting: VecDeque<(Call, i16, i32)>,
}

impl Conn {
    fn to(address: &str) -> Result<Self, String> {
        let stream = TcpStream::connect(address).map_err(|e| e.to_string())?;
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        Ok(Conn { stream, waiting: VecDeque::new() })
    }
}

/// Where a broker is: where everybody may come in, and where one has to log in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Doors {
    pub(crate) open: String,
    pub(crate) guarded: Option<String>,
}

/// Plays one scenario.
pub(crate) struct Player {
    address: String,
    masks: Masks,
    /// Who logged in, by connection: one that is closed does so again.
    logins: BTreeMap<String, [Vec<u8>; 2]>,
    connections: BTreeMap<String, Conn>,
    client_ids: BTreeMap<String, Option<String>>,
    variables: BTreeMap<String, Value>,
    last: Value,
    correlation_id: i32,
    played: Played,
}

/// An answer: what is shown of it, or how the connection ended.
type Answer = Result<Value, &'static str>;

impl Player {
    /// Plays all of a scenario, up to the first step that cannot be played. In each `round` its
    /// topics and groups have other names.
    pub(crate) fn play(
        scenario: &Scenario,
        at: &Doors,
        now_ms: i64,
        round: u8,
    ) -> Result<Played, String> {
        let first = char::from(b'x' - round);
        let name = crc32c::crc32c(scenario.name.as_bytes()) & 0x00ff_ffff;
        let prefix = format!("{first}{name:06x}-");
        let mut player = Player::new(prefix, &at.open, now_ms);
        player.masks.guarded = at.guarded.clone();
        for step in &scenario.steps {
            let lines = player.step(step);
            let lines = lines.map_err(|why| format!("line {}: {why}", step.lines.0 + 1))?;
            player.played.answers.push(lines);
        }
        Ok(player.played)
    }

    fn new(prefix: String, address: &str, now_ms: i64) -> Self {
        Player {
            address: address.to_owned(),
            masks: Masks::new(prefix, address.to_owned(), now_ms),
            connections: BTreeMap::new(),
            logins: BTreeMap::new(),
            client_ids: BTreeMap::new(),
            variables: BTreeMap::new(),
            last: Value::Null,
            correlation_id: 0,
            played: Played::default(),
        }
    }

    fn step(&mut self, step: &Step) -> Result<Vec<String>, String> {
        let on = step.connection.as_str();
        match &step.what {
            What::Call(call) => return self.call(on, call),
            What::Send(call) => self.send(on, call, call.versions.0)?,
            What::Receive => {
                let waiting = self.connection(on)?.waiting.front().cloned();
                let (call, ..) = waiting.ok_or("nothing was sent that is not answered")?;
                let answer = self.receive(on)?;
                return Ok(self.shown(&call, answer));
            }
            What::Frame(bytes) => {
                let bytes = self.bytes(bytes)?;
                let mut framed = u32::try_from(bytes.len()).unwrap().to_be_bytes().to_vec();
                framed.extend_from_slice(&bytes);
                return self.raw(on, &framed);
            }
            What::Raw(bytes) => {
                let bytes = self.bytes(bytes)?;
                return self.raw(on, &bytes);
            }
            What::Client(name) => {
                let name = match self.resolve(name)? {
                    Value::Text(name) => Some(name),
                    _ => None,
                };
                self.client_ids.insert(on.to_owned(), name);
            }
            What::Login(user, password) => {
                let said = [self.bytes(user)?, self.bytes(password)?];
                self.login(on, &said)?;
                self.logins.insert(on.to_owned(), said);
            }
            What::Close => {
                self.connections.remove(on);
                self.logins.remove(on);
            }
            What::Let { name, path } => {
                let value = self.last.at(path);
                let none = || format!("no `{path}` in {}", self.last.line());
                self.variables.insert(name.clone(), value.ok_or_else(none)?.clone());
            }
            What::Topic { name, partitions, configs } => {
                self.topic(name, *partitions, configs)?;
            }
        }
        Ok(Vec::new())
    }

    /// Asks in every version of a call. Neighbours that are answered alike share their lines.
    fn call(&mut self, on: &str, call: &Call) -> Result<Vec<String>, String> {
        let (first, last) = call.versions;
        let mut answers: Vec<(i16, i16, Vec<String>)> = Vec::new();
        for version in first..=last {
            let lines = self.call_one(on, call, version)?;
            match answers.last_mut() {
                Some((_, to, same)) if *same == lines => *to = version,
                _ => answers.push((version, version, lines)),
            }
        }
        let mut out = Vec::new();
        for (from, to, mut lines) in answers {
            if let (Some(line), true) = (lines.first_mut(), first != last) {
                let versions =
                    if from == to { format!("v{from}") } else { format!("v{from}..{to}") };
                *line = format!("{versions} {line}");
            }
            out.append(&mut lines);
        }
        Ok(out)
    }

    fn call_one(&mut self, on: &str, call: &Call, version: i16) -> Result<Vec<String>, String> {
        let deadline = Moment::now().after(PATIENCE);
        loop {
            self.send(on, call, version)?;
            if call.silent {
                return Ok(Vec::new());
            }
            let answer = self.receive(on)?;
            let Some(pattern) = &call.until else { return Ok(self.shown(call, answer)) };
            let pattern = self.resolve(pattern)?;
            if answer.as_ref().is_ok_and(|answer| answer.matches(&pattern)) {
                return Ok(self.shown(call, answer));
            }
            if deadline.has_passed() {
                let last = answer.map_or_else(str::to_owned, |answer| answer.line());
                return Err(format!("never {}: the last answer is {last}", pattern.line()));
            }
            std::thread::park_timeout(Duration::from_millis(20));
        }
    }

    fn shown(&mut self, call: &Call, answer: Answer) -> Vec<String> {
        match answer {
            Ok(value) => {
                self.played.fields += value.leaves();
                let root = call.response.table.root;
                self.masks.show(&value, root, &call.wish).lines(WIDTH)
            }
            Err(end) => vec![end.to_owned()],
        }
    }

    fn send(&mut self, on: &str, call: &Call, version: i16) -> Result<(), String> {
        let body = self.resolve(&call.body)?;
        self.correlation_id += 1;
        self.played.requests += 1;
        let correlation_id = self.correlation_id;
        let client_id = self.client_ids.get(on).cloned().unwrap_or_else(|| Some("client".into()));
        let mut frame = frame(call, version, correlation_id, client_id, &body)?;
        frame.truncate(frame.len() - call.cut);
        let connection = self.connection(on)?;
        if !call.silent {
            connection.waiting.push_back((call.clone(), version, correlation_id));
        }
        let mut framed = u32::try_from(frame.len()).unwrap().to_be_bytes().to_vec();
        framed.extend_from_slice(&frame);
        // A connection that is closed shows itself when the answer is read.
        let _ = connection.stream.write_all(&framed);
        Ok(())
    }

    /// Reads the answer to the oldest request of a connection.
    fn receive(&mut self, on: &str) -> Result<Answer, String> {
        let connection = self.connection(on)?;
        let Some((call, version, sent)) = connection.waiting.pop_front() else {
            return Err("nothing is waited for".to_owned());
        };
        let frame = match read_frame(&mut connection.stream)? {
            Some(frame) => frame,
            None => {
                self.connections.remove(on);
                return Ok(Err("closed"));
            }
        };
        let value = decode(&call, version, sent, frame)
            .map_err(|why| format!("{} v{version}: {why}", call.name()))?;
        self.last = value.clone();
        Ok(Ok(value))
    }

    fn raw(&mut self, on: &str, bytes: &[u8]) -> Result<Vec<String>, String> {
        self.played.requests += 1;
        self.played.fields += 1;
        let connection = self.connection(on)?;
        let _ = connection.stream.write_all(bytes);
        match read_frame(&mut connection.stream)? {
            Some(frame) => {
                let line = Value::Bytes(frame.to_vec()).line();
                // The broker's own port, as a number of four bytes.
                let port = self.address.rsplit(':').next().and_then(|port| port.parse().ok());
                let port = format!("{:08x}", port.unwrap_or(0_u32));
                Ok(vec![line.replace(&port, "_PORT___")])
            }
            None => {
                self.connections.remove(on);
                Ok(vec!["closed".to_owned()])
            }
        }
    }

    fn connection(&mut self, on: &str) -> Result<&mut Conn, String> {
        if !self.connections.contains_key(on) {
            match self.logins.get(on).cloned() {
                Some(said) => self.login(on, &said)?,
                None => drop(self.connections.insert(on.to_owned(), Conn::to(&self.address)?)),
            }
        }
        Ok(self.connections.get_mut(on).unwrap())
    }

    /// Begins a connection as somebody.
    fn login(&mut self, on: &str, said: &[Vec<u8>; 2]) -> Result<(), String> {
        let address = self.masks.guarded.clone().ok_or("there is no login on this broker")?;
        self.connections.insert(on.to_owned(), Conn::to(&address)?);
        let last = self.last.clone();
        for call in calls::login(said) {
            self.send(on, &call, call.versions.0)?;
            let answer = self.receive(on)?.map_err(|end| format!("the login: {end}"))?;
            if answer.get("error_code") != Some(&Value::Int(0)) {
                return Err(format!("no login: {}", answer.line()));
            }
        }
        self.last = last;
        Ok(())
    }

    /// Makes a topic and waits until each of its partitions answers.
    fn topic(&mut self, name: &str, partitions: i32, configs: &Value) -> Result<(), String> {
        let full = self.masks.prefix_of(name);
        let made = self.ask(&calls::create_topic(&full, partitions, configs))?;
        if made.at("topics.0.error_code") != Some(&Value::Int(0)) {
            return Err(format!("no topic: {}", made.line()));
        }
        let id = made.at("topics.0.topic_id").cloned().unwrap();
        let ready = calls::ready(&full, partitions);
        self.until(&ready, |answer| {
            let Some(Value::List(all)) = answer.at("topics.0.partitions") else { return false };
            all.iter().all(|one| one.get("error_code") == Some(&Value::Int(0)))
        })?;
        let variable = name.trim_start_matches('~');
        self.masks.name(&id, variable);
        self.variables.insert(variable.to_owned(), id);
        Ok(())
    }

    /// Asks on the side: what is not part of the scenario's answers.
    pub(crate) fn ask(&mut self, call: &Call) -> Result<Value, String> {
        let last = self.last.clone();
        self.send("aside", call, call.versions.0)?;
        let answer = self.receive("aside")?;
        self.last = last;
        answer.map_err(|end| format!("{}: {end}", call.name()))
    }

    fn until(&mut self, call: &Call, is: impl Fn(&Value) -> bool) -> Result<Value, String> {
        let deadline = Moment::now().after(PATIENCE);
        loop {
            let answer = self.ask(call)?;
            if is(&answer) {
                return Ok(answer);
            }
            if deadline.has_passed() {
                return Err(format!("{} does not come: {}", call.name(), answer.line()));
            }
            std::thread::park_timeout(Duration::from_millis(10));
        }
    }

    /// Waits until a broker coordinates groups, transactions and share groups.
    pub(crate) fn warm_up(address: &str, kinds: &[i8]) -> Result<(), String> {
        let mut player = Player::new("warm-".into(), address, 0);
        for kind in kinds {
            player.until(&calls::find_coordinator(*kind), |answer| {
                answer.at("coordinators.0.error_code") == Some(&Value::Int(0))
            })?;
        }
        player.until(&calls::init_producer_id(), |answer| {
            answer.get("error_code") == Some(&Value::Int(0))
        })?;
        player.until(&calls::describe_group(), |answer| {
            answer.at("groups.0.error_code") == Some(&Value::Int(69))
        })?;
        Ok(())
    }

    fn bytes(&mut self, value: &Value) -> Result<Vec<u8>, String> {
        match self.resolve(value)? {
            Value::Bytes(bytes) => Ok(bytes),
            Value::Text(text) => Ok(text.into_bytes()),
            other => Err(format!("{} are no bytes", other.line())),
        }
    }

    /// Puts what a run knows in the place of variables, of `now` and of `~`.
    fn resolve(&self, value: &Value) -> Result<Value, String> {
        Ok(match value {
            Value::Variable(name) => {
                let value = self.variables.get(name);
                value.ok_or_else(|| format!("nothing is called ${name}"))?.clone()
            }
            Value::Now(delta) => Value::Int(i128::from(self.masks.now_ms) + delta),
            Value::Text(text) => Value::Text(self.masks.prefix_of(text)),
            Value::List(items) => {
                Value::List(items.iter().map(|i| self.resolve(i)).collect::<Result<_, _>>()?)
            }
            Value::Map(fields) => {
                let fields = fields.iter().map(|(k, v)| Ok((k.clone(), self.resolve(v)?)));
                Value::Map(fields.collect::<Result<_, String>>()?)
            }
            Value::Made(name, version, body) => {
                let body = self.resolve(body)?;
                Value::Bytes(match name.as_str() {
                    "batch" => batches::write(&body)?,
                    "batches" => joined(&body)?,
                    _ => made(name, *version, &body)?,
                })
            }
            other => other.clone(),
        })
    }
}

/// Several batches in one field: `batches { all: [batch { … }, batch { … }] }`.
fn joined(body: &Value) -> Result<Vec<u8>, String> {
    let Some(Value::List(all)) = body.get("all") else { return Err("batches have `all`".into()) };
    let bytes = all.iter().map(|one| match one {
        Value::Bytes(bytes) => Ok(bytes.clone()),
        other => Err(format!("{} are no bytes", other.line())),
    });
    Ok(bytes.collect::<Result<Vec<_>, _>>()?.concat())
}

/// Makes the bytes of a message that travels inside another: its version, and itself.
fn made(name: &str, version: i16, body: &Value) -> Result<Vec<u8>, String> {
    let entry = ALL.iter().find(|entry| entry.table.name() == name);
    let table = entry.ok_or_else(|| format!("no table is called `{name}`"))?.table;
    let flexible = table.flexible.contains(version);
    let mut w = Writer::new();
    w.i16(version);
    put(&mut w, table.root, body, Place { version, flexible, lenient: false })?;
    Ok(w.into_bytes().to_vec())
}

/// Makes a request. A version beyond the table's has the body of the nearest one.
fn frame(
    call: &Call,
    version: i16,
    correlation_id: i32,
    client_id: Option<String>,
    body: &Value,
) -> Result<Vec<u8>, String> {
    let table = call.request.table;
    let nearest = version.clamp(table.versions.first, table.versions.last);
    let head =
        RequestHeader { api_key: table.key, api_version: nearest, correlation_id, client_id };
    let mut w = Writer::new();
    head.put(&mut w, &table).map_err(|e| e.to_string())?;
    let lenient = call.versions.0 != call.versions.1 || nearest != version;
    let place = Place { version: nearest, flexible: table.flexible.contains(nearest), lenient };
    let at = w.len();
    put(&mut w, table.root, body, place)?;
    let mut bytes = w.into_bytes().to_vec();
    // The typed codec reads the same out of it, if it can read it at all.
    if let Ok(Ok(again)) = (call.request.rewrite)(Bytes::copy_from_slice(&bytes[at..]), nearest) {
        let same = again.len() == bytes.len() - at;
        same.then_some(()).ok_or("the typed codec writes another request")?;
    }
    bytes[2..4].copy_from_slice(&version.to_be_bytes());
    Ok(bytes)
}

/// Reads an answer, all of it, and holds it against the typed codec.
fn decode(call: &Call, version: i16, sent: i32, frame: Bytes) -> Result<Value, String> {
    let table = call.response.table;
    let mut r = Reader::new(frame);
    // What ApiVersions answers to a version that it does not know is of version 0.
    let known = table.versions.contains(version);
    let version = if known || table.key != 18 { version } else { 0 };
    let version = version.clamp(table.versions.first, table.versions.last);
    let correlation_id = take_response(&mut r, &table, version).map_err(|e| e.to_string())?;
    if correlation_id != sent {
        let mut w = Writer::new();
        put_response(&mut w, &table, version, sent);
        return Err(format!("{correlation_id} is answered, and {sent} was asked"));
    }
    let body = r.rest();
    let mut r = Reader::new(body.clone());
    let place = Place { version, flexible: table.flexible.contains(version), lenient: false };
    let value = take(&mut r, table.root, place).map_err(|e| e.to_string())?;
    if r.remaining() > 0 {
        return Err(format!("{} bytes are left after {}", r.remaining(), value.line()));
    }
    match (call.response.rewrite)(body, version) {
        Ok(Ok(_)) => Ok(value),
        other => Err(format!("the typed codec cannot read it: {other:?}")),
    }
}

/// Reads a frame, or nothing where the broker has closed the connection.
fn read_frame(stream: &mut TcpStream) -> Result<Option<Bytes>, String> {
    let ended = |e: &std::io::Error| {
        [ErrorKind::UnexpectedEof, ErrorKind::ConnectionReset, ErrorKind::BrokenPipe]
            .contains(&e.kind())
    };
    let mut head = [0; 4];
    match stream.read_exact(&mut head) {
        Err(e) if ended(&e) => return Ok(None),
        Err(e) => return Err(format!("no answer: {e}")),
        Ok(()) => {}
    }
    let mut body = vec![0; u32::from_be_bytes(head) as usize];
    stream.read_exact(&mut body).map_err(|e| format!("no whole answer: {e}"))?;
    Ok(Some(body.into()))
}
