//! The scenario language: what a file says, as data.
//!
//! ```text
//! server group.max.size = 2              # configs of the broker, before the first scenario
//!
//! == a name of its own
//! topic "~t" 2 { "cleanup.policy": "compact" }   # makes a topic and waits for it; `$t` is its id
//! Metadata v9..13 { topics: [{ name: "~t" }] }   # a call in each of the versions
//! let id = topics.0.topic_id             # of the last answer
//! b: send Fetch v12 { … }                # on a connection of its own, without waiting
//! b: receive                             # for the oldest that was sent on it
//! until { groups: [{ group_state: "Stable" }] } DescribeGroups v5 { groups: ["~g"] }
//! ```
//!
//! Before a call may stand `until PATTERN` (asked again until the answer has it), `ours` (what
//! does not name something of the scenario is dropped from the answer's lists), `masking f, g`,
//! `sorting f, g`, `silent` (no answer comes) and `cut N` (the last bytes are missing). `frame`
//! sends any bytes as one frame, `raw` sends them as they are, `client "id"` names the client,
//! `close` ends the connection, `login "user" "password"` begins it by PLAIN, where the broker has an
//! authorizer. A scenario may begin with `alone` (none runs beside it) and with
//! `needs Api` (it waits until that is served). `~` in a text is the scenario's own prefix.
//! Lines that begin with `<` are the answers that Apache Kafka gave.

use std::path::Path;

use rk::wire::messages::{ALL, Entry};
use rk::wire::schema::{Kind, MessageTable};

use super::literal::{Token, Tokens, versions};
use super::mask::Wish;
use super::value::Value;

/// A file of scenarios.
#[derive(Debug)]
pub(crate) struct Script {
    pub(crate) path: String,
    /// The configs that a broker needs to play it.
    pub(crate) server: Vec<(String, String)>,
    pub(crate) scenarios: Vec<Scenario>,
    lines: Vec<String>,
}

/// One scenario.
#[derive(Debug)]
pub(crate) struct Scenario {
    pub(crate) name: String,
    /// Whether no other scenario may run beside it.
    pub(crate) alone: bool,
    /// An API that must be served, besides those that are called.
    pub(crate) needs: Option<&'static Entry>,
    pub(crate) steps: Vec<Step>,
}

/// One step of a scenario.
#[derive(Debug)]
pub(crate) struct Step {
    /// The first and the last line, from 0.
    pub(crate) lines: (usize, usize),
    pub(crate) connection: String,
    pub(crate) what: What,
    /// The recorded answer, without its marks.
    pub(crate) recorded: Vec<String>,
}

#[derive(Debug)]
pub(crate) enum What {
    Call(Call),
    Send(Call),
    Receive,
    Frame(Value),
    Raw(Value),
    Client(Value),
    Login(Value, Value),
    Close,
    Let { name: String, path: String },
    Topic { name: String, partitions: i32, configs: Value },
}

/// A request.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) request: &'static Entry,
    pub(crate) response: &'static Entry,
    pub(crate) versions: (i16, i16),
    pub(crate) body: Value,
    pub(crate) until: Option<Value>,
    pub(crate) silent: bool,
    pub(crate) cut: usize,
    pub(crate) wish: Wish,
}

impl Call {
    /// The API's name.
    pub(crate) fn name(&self) -> &'static str {
        self.request.table.name().trim_end_matches("Request")
    }
}

impl Step {
    /// Says whether the step has an answer that is recorded.
    pub(crate) fn has_answer(&self) -> bool {
        match &self.what {
            What::Call(call) => !call.silent,
            What::Receive | What::Frame(_) | What::Raw(_) => true,
            _ => false,
        }
    }

    /// The API that the step needs.
    pub(crate) fn table(&self) -> Option<&'static MessageTable> {
        match &self.what {
            What::Call(call) | What::Send(call) => Some(&call.request.table),
            _ => None,
        }
    }
}

impl Script {
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        Self::parse(&name, &text).map_err(|why| format!("{name}: {why}"))
    }

    pub(crate) fn parse(path: &str, text: &str) -> Result<Self, String> {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let heads = lines.iter().enumerate().filter(|(_, line)| line.starts_with("== "));
        let mut heads: Vec<usize> = heads.map(|(at, _)| at).collect();
        let first = heads.first().copied().unwrap_or(lines.len());
        let mut server = Vec::new();
        for line in &lines[..first] {
            if let Some(setting) = line.strip_prefix("server ") {
                let (name, value) = setting.split_once('=').ok_or("a setting without `=`")?;
                server.push((name.trim().to_owned(), value.trim().to_owned()));
            } else if !line.is_empty() && !line.starts_with('#') {
                return Err(format!("`{line}` stands before the first scenario"));
            }
        }
        heads.push(lines.len());
        let scenarios: Result<Vec<Scenario>, String> =
            heads.windows(2).map(|pair| scenario(&lines, pair[0], pair[1])).collect();
        Ok(Script { path: path.to_owned(), server, scenarios: scenarios?, lines })
    }

    /// Returns the file's text with other answers: by scenario, by step, or as they were.
    pub(crate) fn with_answers(&self, answers: &[Option<Vec<Vec<String>>>]) -> String {
        let mut after: Vec<Vec<String>> = vec![Vec::new(); self.lines.len()];
        for (scenario, answers) in self.scenarios.iter().zip(answers) {
            for (at, step) in scenario.steps.iter().enumerate() {
                let lines = answers.as_ref().map_or(&step.recorded, |answers| &answers[at]);
                after[step.lines.1].extend(lines.iter().map(|line| format!("< {line}")));
            }
        }
        let mut out = String::new();
        for (line, answers) in self.lines.iter().zip(after) {
            if !line.starts_with("< ") {
                out.push_str(line);
                out.push('\n');
            }
            answers.iter().for_each(|line| {
                out.push_str(line);
                out.push('\n');
            });
        }
        out
    }
}

fn scenario(lines: &[String], from: usize, to: usize) -> Result<Scenario, String> {
    let name = lines[from][3..].trim().to_owned();
    let asked = |line: &&(usize, &str)| !line.1.starts_with("< ");
    let all: Vec<(usize, &str)> = (from + 1..to).map(|at| (at, lines[at].as_str())).collect();
    let mut tokens = Tokens::of(all.iter().filter(asked).copied())?;
    let alone = tokens.is_word("alone");
    let needs = match tokens.is_word("needs") {
        true => Some(table(Kind::Request, &format!("{}Request", tokens.word()?))?),
        false => None,
    };
    let mut out = Scenario { name, alone, needs, steps: Vec::new() };
    while tokens.peek().is_some() {
        let parsed = step(&mut tokens);
        let mut step = parsed.map_err(|why| format!("line {}: {why}", tokens.line() + 1))?;
        let recorded = lines[step.lines.1 + 1..to].iter().take_while(|l| l.starts_with("< "));
        step.recorded = recorded.map(|line| line[2..].to_owned()).collect();
        out.steps.push(step);
    }
    Ok(out)
}

fn step(tokens: &mut Tokens) -> Result<Step, String> {
    let connection = tokens.label().unwrap_or_else(|| "main".to_owned());
    let word = tokens.word()?;
    let first = tokens.line();
    let what = match word.as_str() {
        "let" => {
            let name = tokens.word()?;
            tokens.mark('=')?;
            What::Let { name, path: tokens.word()? }
        }
        "topic" => topic(tokens)?,
        "send" => {
            let word = tokens.word()?;
            What::Send(call(tokens, word)?)
        }
        "receive" => What::Receive,
        "frame" => What::Frame(tokens.value()?),
        "raw" => What::Raw(tokens.value()?),
        "client" => What::Client(tokens.value()?),
        "login" => What::Login(tokens.value()?, tokens.value()?),
        "close" => What::Close,
        _ => What::Call(call(tokens, word)?),
    };
    Ok(Step { lines: (first, tokens.line()), connection, what, recorded: Vec::new() })
}

fn topic(tokens: &mut Tokens) -> Result<What, String> {
    let Value::Text(name) = tokens.value()? else { return Err("a topic has a name".into()) };
    let partitions = match tokens.peek() {
        Some(Token::Word(word)) if word.parse::<i32>().is_ok() => {
            let count = word.parse().unwrap();
            tokens.next();
            count
        }
        _ => 1,
    };
    let configs = match tokens.peek() {
        Some(Token::Mark('{')) => tokens.value()?,
        _ => Value::Map(Vec::new()),
    };
    Ok(What::Topic { name, partitions, configs })
}

fn call(tokens: &mut Tokens, mut word: String) -> Result<Call, String> {
    let (mut until, mut silent, mut cut) = (None, false, 0);
    let mut wish = Wish::default();
    loop {
        match word.as_str() {
            "until" => until = Some(tokens.value()?),
            "ours" => wish.ours = true,
            "silent" => silent = true,
            "cut" => cut = tokens.word()?.parse().map_err(|_| "`cut` wants a number")?,
            "masking" => wish.masking = names(tokens)?,
            "sorting" => wish.sorting = names(tokens)?,
            _ => break,
        }
        word = tokens.word()?;
    }
    let request = table(Kind::Request, &format!("{word}Request"))?;
    let response = table(Kind::Response, &format!("{word}Response"))?;
    let versions = versions(&tokens.word()?)?;
    let body = match tokens.peek() {
        Some(Token::Mark('{')) => tokens.value()?,
        _ => Value::Map(Vec::new()),
    };
    Ok(Call { request, response, versions, body, until, silent, cut, wish })
}

fn table(kind: Kind, name: &str) -> Result<&'static Entry, String> {
    let entry = ALL.iter().find(|entry| entry.table.kind == kind && entry.table.name() == name);
    entry.ok_or_else(|| format!("there is no {name}"))
}

fn names(tokens: &mut Tokens) -> Result<Vec<String>, String> {
    let mut names = vec![tokens.word()?];
    while tokens.is_mark(',') {
        names.push(tokens.word()?);
    }
    Ok(names)
}

/// Reads one call.
pub(crate) fn one(text: &str) -> Call {
    let mut tokens = Tokens::of([(0, text)].into_iter()).unwrap();
    let word = tokens.word().unwrap();
    call(&mut tokens, word).unwrap_or_else(|why| panic!("{text}: {why}"))
}

#[test]
fn a_script_is_read_and_written_with_other_answers() {
    let text = "# head\nserver a.b = 1\n\n== one\ntopic \"~t\" 2\nMetadata v1..2 {\n} # c\n< old\n\
                b: send masking x, y Heartbeat v0\nb: receive\n\n== two\nalone\nraw 0x00\n< 1\n";
    let script = Script::parse("x", text).unwrap();
    assert_eq!(script.server, [("a.b".to_owned(), "1".to_owned())]);
    let [one, two] = &script.scenarios[..] else { panic!("{script:?}") };
    assert_eq!((one.steps.len(), one.alone, two.alone), (4, false, true));
    assert_eq!(one.steps[1].recorded, ["old"]);
    assert_eq!(script.with_answers(&[None, None]), text);
    let new = vec![vec![], vec!["a".to_owned(), "b".to_owned()], vec![], vec!["c".to_owned()]];
    assert_eq!(
        script.with_answers(&[Some(new), None]),
        text.replace("< old", "< a\n< b").replace("receive\n", "receive\n< c\n")
    );
    assert!(Script::parse("x", "== a\nNope v1\n").is_err());
}
