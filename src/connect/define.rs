//! What settings a plugin has: each with its type, default, importance and text, in tables.
//!
//! A [`Def`] is one or more tables of [`Key`]s. From it come the check of what somebody wrote
//! ([`Def::check`], which knows every mistake at once), the values ([`Settings`]), what REST's
//! validation answers, and `rk connect plugins --local`.

use std::collections::BTreeMap;

/// The type of a setting, with Kafka's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Boolean,
    String,
    Int,
    Short,
    Long,
    Double,
    List,
    Class,
    /// A text that is never shown.
    Password,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Kind::Boolean => "BOOLEAN",
            Kind::String => "STRING",
            Kind::Int => "INT",
            Kind::Short => "SHORT",
            Kind::Long => "LONG",
            Kind::Double => "DOUBLE",
            Kind::List => "LIST",
            Kind::Class => "CLASS",
            Kind::Password => "PASSWORD",
        }
    }
}

/// How much a setting matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Importance {
    High,
    Medium,
    Low,
}

impl Importance {
    pub fn name(self) -> &'static str {
        match self {
            Importance::High => "HIGH",
            Importance::Medium => "MEDIUM",
            Importance::Low => "LOW",
        }
    }
}

/// What a setting is when nobody sets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// It must be set.
    Required,
    /// Nothing.
    Null,
    Text(&'static str),
}

/// What a setting's value must be, beyond its type.
#[derive(Clone, Copy, Debug)]
pub enum Valid {
    Any,
    NonEmpty,
    /// One of these, in this spelling.
    OneOf(&'static [&'static str]),
    /// One of these, in any case.
    OneOfAnyCase(&'static [&'static str]),
    AtLeast(i64),
    Between(i64, i64),
    /// A list that names nothing twice and nothing empty.
    Unique,
    /// What this function says, in words that follow `Invalid value … for configuration …: `.
    By(fn(&str) -> Result<(), String>),
}

/// A setting.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    pub name: &'static str,
    pub kind: Kind,
    pub preset: Preset,
    pub importance: Importance,
    pub doc: &'static str,
    pub valid: Valid,
    /// Where it stands in a form: group, place in it, width, title.
    pub group: Option<&'static str>,
    pub order: i32,
    pub width: &'static str,
    pub title: Option<&'static str>,
}

impl Key {
    pub const fn new(
        name: &'static str,
        kind: Kind,
        preset: Preset,
        importance: Importance,
        doc: &'static str,
    ) -> Self {
        let valid = Valid::Any;
        Key {
            name,
            kind,
            preset,
            importance,
            doc,
            valid,
            group: None,
            order: -1,
            width: "NONE",
            title: None,
        }
    }

    #[must_use]
    pub const fn valid(mut self, valid: Valid) -> Self {
        self.valid = valid;
        self
    }

    #[must_use]
    pub const fn in_group(
        mut self,
        group: &'static str,
        order: i32,
        width: &'static str,
        title: &'static str,
    ) -> Self {
        (self.group, self.order, self.width, self.title) = (Some(group), order, width, Some(title));
        self
    }

    /// Reads a value, or says what is wrong with it in Kafka's words.
    pub fn read(&self, text: Option<&str>) -> Result<Setting, String> {
        let text = match (text, self.preset) {
            (Some(text), _) => text,
            (None, Preset::Text(text)) => text,
            (None, Preset::Null) => return Ok(Setting::Null),
            (None, Preset::Required) => {
                return Err(format!(
                    "Missing required configuration \"{}\" which has no default value.",
                    self.name
                ));
            }
        };
        let text = if self.kind == Kind::Password { text } else { text.trim() };
        let setting = self.typed(text).map_err(|why| self.refuse(text, &why))?;
        self.check(text, &setting).map_err(|why| self.refuse(text, &why))?;
        Ok(setting)
    }

    fn refuse(&self, text: &str, why: &str) -> String {
        let shown = if self.kind == Kind::Password { "[hidden]" } else { text };
        format!("Invalid value {shown} for configuration {}: {why}", self.name)
    }

    fn typed(&self, text: &str) -> Result<Setting, String> {
        let number = |least: i64, most: i64| {
            let wrong = || format!("Not a number of type {}", self.kind.name());
            let number: i64 = text.parse().map_err(|_| wrong())?;
            match (least..=most).contains(&number) {
                true => Ok(Setting::Integer(number)),
                false => Err(wrong()),
            }
        };
        Ok(match self.kind {
            Kind::Boolean => match text {
                _ if text.eq_ignore_ascii_case("true") => Setting::Boolean(true),
                _ if text.eq_ignore_ascii_case("false") => Setting::Boolean(false),
                _ => return Err("Expected value to be either true or false".to_owned()),
            },
            Kind::String | Kind::Class | Kind::Password => Setting::Text(text.to_owned()),
            Kind::Int => number(i32::MIN.into(), i32::MAX.into())?,
            Kind::Short => number(i16::MIN.into(), i16::MAX.into())?,
            Kind::Long => number(i64::MIN, i64::MAX)?,
            Kind::Double => match text.parse::<f64>() {
                Ok(number) => Setting::Double(number),
                Err(_) => return Err("Not a number of type DOUBLE".to_owned()),
            },
            Kind::List if text.is_empty() => Setting::List(Vec::new()),
            Kind::List => Setting::List(text.split(',').map(|one| one.trim().to_owned()).collect()),
        })
    }

    fn check(&self, text: &str, setting: &Setting) -> Result<(), String> {
        let within = |least: i64, most: i64| match setting {
            Setting::Integer(number) if *number < least => {
                Err(format!("Value must be at least {least}"))
            }
            Setting::Integer(number) if *number > most => {
                Err(format!("Value must be no more than {most}"))
            }
            _ => Ok(()),
        };
        match self.valid {
            Valid::Any => Ok(()),
            Valid::NonEmpty if text.is_empty() => Err("String must be non-empty".to_owned()),
            Valid::NonEmpty => Ok(()),
            Valid::OneOf(all) if all.contains(&text) => Ok(()),
            Valid::OneOf(all) => Err(format!("String must be one of: {}", all.join(", "))),
            Valid::OneOfAnyCase(all) if all.iter().any(|one| one.eq_ignore_ascii_case(text)) => {
                Ok(())
            }
            Valid::OneOfAnyCase(all) => {
                Err(format!("String must be one of (case insensitive): {}", all.join(", ")))
            }
            Valid::AtLeast(least) => within(least, i64::MAX),
            Valid::Between(least, most) => within(least, most),
            Valid::Unique => unique(setting),
            Valid::By(check) => check(text),
        }
    }
}

fn unique(setting: &Setting) -> Result<(), String> {
    let Setting::List(all) = setting else { return Ok(()) };
    for (at, one) in all.iter().enumerate() {
        if one.is_empty() {
            return Err("must not contain an empty name".to_owned());
        }
        if all[..at].contains(one) {
            return Err(format!("`{one}` is named twice"));
        }
    }
    Ok(())
}

/// A checked value.
#[derive(Clone, Debug, PartialEq)]
pub enum Setting {
    Null,
    Boolean(bool),
    Text(String),
    Integer(i64),
    Double(f64),
    List(Vec<String>),
}

/// The settings of one thing, in tables.
#[derive(Clone, Copy, Debug)]
pub struct Def(pub &'static [&'static [Key]]);

/// A mistake: the setting, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    pub name: String,
    pub why: String,
}

impl Def {
    /// Every setting. Of two with the same name the later one counts.
    pub fn keys(self) -> Vec<&'static Key> {
        let mut keys: Vec<&'static Key> = Vec::new();
        for key in self.0.iter().flat_map(|table| table.iter()) {
            match keys.iter_mut().find(|known| known.name == key.name) {
                Some(known) => *known = key,
                None => keys.push(key),
            }
        }
        keys
    }

    /// Reads values. All mistakes are told at once; what is not a setting is left alone.
    pub fn check(self, given: &BTreeMap<String, String>) -> (Settings, Vec<Mistake>) {
        let (mut settings, mut mistakes) = (BTreeMap::new(), Vec::new());
        for key in self.keys() {
            match key.read(given.get(key.name).map(String::as_str)) {
                Ok(setting) => drop(settings.insert(key.name, setting)),
                Err(why) => mistakes.push(Mistake { name: key.name.to_owned(), why }),
            }
        }
        (Settings(settings), mistakes)
    }
}

/// Checked settings.
#[derive(Clone, Default)]
pub struct Settings(BTreeMap<&'static str, Setting>);

impl std::fmt::Debug for Settings {
    /// Names only: values may be secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Settings {
    /// A text, if it is set to one that is not empty.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.0.get(name) {
            Some(Setting::Text(text)) if !text.is_empty() => Some(text),
            _ => None,
        }
    }

    /// A text; the empty one where nothing is set.
    pub fn string(&self, name: &str) -> &str {
        self.text(name).unwrap_or_default()
    }

    pub fn flag(&self, name: &str) -> bool {
        matches!(self.0.get(name), Some(Setting::Boolean(true)))
    }

    pub fn integer(&self, name: &str) -> Option<i64> {
        match self.0.get(name) {
            Some(Setting::Integer(number)) => Some(*number),
            _ => None,
        }
    }

    pub fn double(&self, name: &str) -> Option<f64> {
        match self.0.get(name) {
            Some(Setting::Double(number)) => Some(*number),
            _ => None,
        }
    }

    pub fn list(&self, name: &str) -> &[String] {
        match self.0.get(name) {
            Some(Setting::List(all)) => all,
            _ => &[],
        }
    }

    /// A number of milliseconds.
    pub fn duration(&self, name: &str) -> std::time::Duration {
        let ms = self.integer(name).and_then(|ms| u64::try_from(ms).ok()).unwrap_or_default();
        std::time::Duration::from_millis(ms)
    }
}

/// Why a regular expression is none, in words that follow Kafka's. Java's have two things that
/// ours do not, since matching them may take for ever.
pub fn regex_trouble(text: &str) -> String {
    let around = ["(?=", "(?!", "(?<=", "(?<!", "(?>"];
    let bytes = text.as_bytes();
    let is_back = |at: usize| {
        // An escaped backslash is none of it.
        let before = bytes[..at].iter().rev().take_while(|byte| **byte == b'\\').count();
        bytes[at] == b'\\'
            && before % 2 == 0
            && bytes.get(at + 1).is_some_and(|byte| matches!(byte, b'1'..=b'9' | b'k'))
    };
    let what = "Invalid regular expression";
    match (around.iter().find(|word| text.contains(**word)), (0..bytes.len()).any(is_back)) {
        (Some(word), _) => {
            format!("{what}: there is no looking around ({word}…) here, name what shall match")
        }
        (None, true) => format!("{what}: there are no references back to groups here"),
        (None, false) => what.to_owned(),
    }
}

/// Returns the name among `names` that is nearest to a wrong one, if any is near.
pub fn nearest<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wrong = wrong.to_lowercase();
    let near = names.into_iter().map(|name| (distance(&wrong, &name.to_lowercase()), name));
    let (distance, name) = near.min_by_key(|(distance, _)| *distance)?;
    (distance <= 1 + wrong.chars().count() / 4).then_some(name)
}

/// How many characters must be changed to make one of the other.
fn distance(a: &str, b: &str) -> usize {
    /// A longer name is no slip of the finger.
    const LENGTH_MAX: usize = 200;
    if a.len().max(b.len()) > LENGTH_MAX {
        return usize::MAX;
    }
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, c) in a.chars().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, d) in b.iter().enumerate() {
            let cost = diagonal + usize::from(c != *d);
            diagonal = row[j + 1];
            row[j + 1] = cost.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: &[Key] = &[
        Key::new("topic", Kind::String, Preset::Required, Importance::High, "Where to.")
            .valid(Valid::NonEmpty),
        Key::new("batch.size", Kind::Int, Preset::Text("2000"), Importance::Low, "How many.")
            .valid(Valid::AtLeast(1)),
        Key::new("enable", Kind::Boolean, Preset::Text("true"), Importance::Low, "Whether."),
        Key::new("mode", Kind::String, Preset::Text("none"), Importance::Low, "How.")
            .valid(Valid::OneOf(&["none", "all"])),
        Key::new("password", Kind::Password, Preset::Null, Importance::Low, "Secret.")
            .valid(Valid::By(|_| Err("it is weak".to_owned()))),
        Key::new("names", Kind::List, Preset::Text(""), Importance::Low, "Which.")
            .valid(Valid::Unique),
    ];

    #[test]
    fn every_mistake_is_told_at_once_in_kafkas_words() {
        let given = [
            ("topic", " "),
            ("batch.size", "many"),
            ("enable", "yes"),
            ("mode", "some"),
            ("password", "hunter2"),
            ("names", "a, b,a"),
            ("unknown", "x"),
        ];
        let given = given.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let (_, mistakes) = Def(&[KEYS]).check(&given);
        let told: Vec<&str> = mistakes.iter().map(|mistake| mistake.why.as_str()).collect();
        assert_eq!(
            told,
            [
                "Invalid value  for configuration topic: String must be non-empty",
                "Invalid value many for configuration batch.size: Not a number of type INT",
                "Invalid value yes for configuration enable: \
                 Expected value to be either true or false",
                "Invalid value some for configuration mode: String must be one of: none, all",
                "Invalid value [hidden] for configuration password: it is weak",
                "Invalid value a, b,a for configuration names: `a` is named twice",
            ]
        );
        let (_, mistakes) = Def(&[KEYS]).check(&BTreeMap::new());
        assert_eq!(
            mistakes[0].why,
            "Missing required configuration \"topic\" which has no default value."
        );
    }

    #[test]
    fn values_have_their_types_and_defaults() {
        let given = BTreeMap::from([("topic".to_owned(), "t ".to_owned())]);
        let (settings, mistakes) = Def(&[KEYS]).check(&given);
        assert_eq!(mistakes, []);
        assert_eq!(settings.text("topic"), Some("t"));
        assert_eq!(settings.integer("batch.size"), Some(2000));
        assert!(settings.flag("enable") && settings.list("names").is_empty());
        assert_eq!(settings.text("password"), None);
    }

    #[test]
    fn what_java_has_and_we_have_not_is_told() {
        for (text, told) in [
            ("a(?!b)", "looking around ((?!"),
            ("(?<=x)y", "looking around ((?<="),
            (r"(a)\1", "references back"),
            (r"(a)\\1(", "Invalid regular expression"),
        ] {
            assert!(regex_trouble(text).contains(told), "{text}");
        }
        assert_eq!(regex_trouble(r"\\1("), "Invalid regular expression");
    }

    #[test]
    fn the_nearest_name_is_found() {
        let names = ["tasks.max", "topics", "topics.regex"];
        assert_eq!(nearest("task.max", names), Some("tasks.max"));
        assert_eq!(nearest("Topic", names), Some("topics"));
        assert_eq!(nearest("connection.url", names), None);
    }
}
