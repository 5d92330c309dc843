//! Names: who a connection is, and how a certificate's name becomes one.
//!
//! Sources: `DefaultKafkaPrincipalBuilder`, `SslPrincipalMapper`. The rules' patterns are those
//! of the `regex` crate, which has neither look-around nor back-references.

use std::fmt;

use regex::Regex;

/// Who is at the other end of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// `User:alice`.
    text: String,
    /// Whether it logged in with a delegation token.
    pub is_token: bool,
}

impl Principal {
    /// Returns a user.
    pub fn user(name: &str) -> Self {
        Principal { text: format!("User:{name}"), is_token: false }
    }

    /// Returns the one of whom nothing is known.
    pub fn anonymous() -> Self {
        Principal::user("ANONYMOUS")
    }

    /// Returns whom a delegation token stands for: `User:alice`.
    pub fn of_token(owner: &str) -> Self {
        Principal { text: owner.to_owned(), is_token: true }
    }

    /// Returns `User:alice`.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns `alice`.
    pub fn name(&self) -> &str {
        self.text.split_once(':').map_or(&*self.text, |(_, name)| name)
    }

    pub fn is_anonymous(&self) -> bool {
        self.text == "User:ANONYMOUS"
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Writes a distinguished name as RFC 2253 has it, and Java: the last part first. The parts are
/// the names of the attributes (`CN`) with their values, in the order of the certificate.
pub fn distinguished_name(parts: &[(String, String)]) -> String {
    let written = parts.iter().rev().map(|(key, value)| format!("{key}={}", escaped(value)));
    written.collect::<Vec<_>>().join(",")
}

fn escaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let last = value.chars().count().saturating_sub(1);
    for (at, c) in value.chars().enumerate() {
        let at_an_end = c == ' ' && (at == 0 || at == last) || c == '#' && at == 0;
        if at_an_end || matches!(c, ',' | '+' | '"' | '\\' | '<' | '>' | ';') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// `ssl.principal.mapping.rules`.
#[derive(Clone, Debug)]
pub struct MappingRules {
    rules: Vec<Rule>,
    text: String,
}

#[derive(Clone, Debug)]
enum Rule {
    Default,
    Replace { pattern: Regex, replacement: String, case: Case },
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Case {
    AsIs,
    Lower,
    Upper,
}

/// A rule cannot be read, or none of them applies.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    #[error("Invalid rule: `{0}`")]
    Rule(String),
    #[error("No rules apply to {name}, rules {rules}")]
    NoneApplies { name: String, rules: String },
}

impl MappingRules {
    /// Reads `RULE:pattern/replacement/[LU],…,DEFAULT`.
    pub fn parse(text: &str) -> Result<Self, MappingError> {
        let bad = || MappingError::Rule(text.to_owned());
        let mut rules = Vec::new();
        let mut rest = text.trim();
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix("DEFAULT") {
                rules.push(Rule::Default);
                rest = after;
            } else {
                let body = rest.strip_prefix("RULE:").ok_or_else(bad)?;
                let (pattern, after) = until_slash(body).ok_or_else(bad)?;
                let (replacement, after) = until_slash(after).ok_or_else(bad)?;
                let (case, after) = match after.chars().next() {
                    Some('L') => (Case::Lower, &after[1..]),
                    Some('U') => (Case::Upper, &after[1..]),
                    _ => (Case::AsIs, after),
                };
                let pattern = pattern.replace("\\/", "/");
                let pattern = Regex::new(&format!("^(?:{pattern})$")).map_err(|_| bad())?;
                rules.push(Rule::Replace { pattern, replacement: braced(replacement), case });
                rest = after;
            }
            rest = rest.trim_start();
            match rest.strip_prefix(',') {
                Some(after) => rest = after.trim_start(),
                None if rest.is_empty() => {}
                None => return Err(bad()),
            }
        }
        if rules.is_empty() {
            rules.push(Rule::Default);
        }
        Ok(MappingRules { rules, text: text.to_owned() })
    }

    /// Returns the name that a distinguished name becomes.
    pub fn name_of(&self, distinguished: &str) -> Result<String, MappingError> {
        for rule in &self.rules {
            let Rule::Replace { pattern, replacement, case } = rule else {
                return Ok(distinguished.to_owned());
            };
            if pattern.is_match(distinguished) {
                let name = pattern.replace(distinguished, replacement);
                return Ok(match case {
                    Case::AsIs => name.into_owned(),
                    Case::Lower => name.to_lowercase(),
                    Case::Upper => name.to_uppercase(),
                });
            }
        }
        let (name, rules) = (distinguished.to_owned(), self.text.clone());
        Err(MappingError::NoneApplies { name, rules })
    }
}

/// Splits at the first slash that has no backslash before it.
fn until_slash(text: &str) -> Option<(&str, &str)> {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            '/' if !escaped => return Some((&text[..at], &text[at + 1..])),
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    None
}

/// Writes `$1` as `${1}`: what follows a group's number is not part of it.
fn braced(replacement: &str) -> String {
    let mut out = String::with_capacity(replacement.len());
    let mut rest = replacement.chars().peekable();
    while let Some(c) = rest.next() {
        match rest.peek() {
            Some(digit) if c == '$' && digit.is_ascii_digit() => {
                out.push_str(&format!("${{{digit}}}"));
                rest.next();
            }
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_certificates_are_written_as_java_writes_them() {
        let part = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        let parts = [part("C", "DE"), part("O", "A, B"), part("CN", " x\"")];
        assert_eq!(distinguished_name(&parts), "CN=\\ x\\\",O=A\\, B,C=DE");
    }

    #[test]
    fn rules_map_names() {
        let rules = "RULE:^CN=(.*?),OU=ServiceUsers.*$/$1/, \
                     RULE:^CN=(.*?),OU=(.*?),O=(.*?),L=(.*?),ST=(.*?),C=(.*?)$/$1@$2/L,\
                     RULE:^.*[Cc][Nn]=([a-zA-Z0-9.]*).*$/$1x/U , DEFAULT";
        let rules = MappingRules::parse(rules).unwrap();
        let rows = [
            ("CN=Duke,OU=ServiceUsers,O=Org,C=US", "Duke"),
            ("CN=Duke,OU=SME,O=mycp,L=Fulton,ST=MD,C=US", "duke@sme"),
            ("cn=JavaSoft.com,OU=x", "JAVASOFT.COMX"),
            ("OU=JavaSoft", "OU=JavaSoft"),
        ];
        for (name, want) in rows {
            assert_eq!(rules.name_of(name).as_deref(), Ok(want));
        }
        let none = MappingRules::parse("RULE:^CN=a$/b/").unwrap();
        assert!(matches!(none.name_of("CN=c"), Err(MappingError::NoneApplies { .. })));
        for bad in ["rule", "RULE:a", "RULE:a/b", "RULE:(/b/", "DEFAULT x"] {
            assert!(MappingRules::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(MappingRules::parse("").unwrap().name_of("CN=x").as_deref(), Ok("CN=x"));
    }
}
