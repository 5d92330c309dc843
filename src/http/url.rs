//! Where a server is: `http://user:password@host:port/path`.

use std::fmt;

use super::Login;

/// A text is no server's URL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{shown}` is not the URL of a server: {why}")]
pub struct BadUrl {
    /// Without what might be a password.
    pub shown: String,
    pub why: &'static str,
}

/// A server's URL, its login apart.
#[derive(Clone, PartialEq, Eq)]
pub struct Base {
    /// `http://host:port/path`, without a slash at the end.
    target: String,
    login: Option<Login>,
}

impl Base {
    /// Reads a URL. Without a protocol it is `http`.
    pub fn parse(text: &str) -> Result<Self, BadUrl> {
        let text = text.trim();
        let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
        let shown = || {
            let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
            format!("{scheme}://{rest}")
        };
        let bad = |why| BadUrl { shown: shown(), why };
        let scheme = scheme.to_ascii_lowercase();
        if !matches!(scheme.as_str(), "http" | "https") {
            return Err(bad("it begins with `http://` or `https://`"));
        }
        let (authority, path) = match rest.find(['/', '?', '#']) {
            Some(at) => rest.split_at(at),
            None => (rest, ""),
        };
        if path.contains(['?', '#']) {
            return Err(bad("there is a `?` or a `#` in it"));
        }
        let (login, host) = match authority.rsplit_once('@') {
            Some((login, host)) => (Some(read_login(login)), host),
            None => (None, authority),
        };
        if host.is_empty() || host.starts_with(':') {
            return Err(bad("it names no host"));
        }
        let target = format!("{scheme}://{host}{}", path.trim_end_matches('/'));
        let is_blank = |c: char| c.is_whitespace() || c.is_control();
        if target.contains(is_blank) || target.parse::<ureq::http::Uri>().is_err() {
            return Err(bad("it cannot be read"));
        }
        Ok(Base { target, login })
    }

    /// Reads several, separated by commas.
    pub fn parse_all(text: &str) -> Result<Vec<Self>, BadUrl> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let all: Vec<Self> = parts.map(Base::parse).collect::<Result<_, _>>()?;
        match all.is_empty() {
            true => Err(BadUrl { shown: text.to_owned(), why: "it names no host" }),
            false => Ok(all),
        }
    }

    pub(super) fn is_secure(&self) -> bool {
        self.target.starts_with("https:")
    }

    pub(super) fn target(&self) -> &str {
        &self.target
    }

    pub(super) fn login(&self) -> Option<&Login> {
        self.login.as_ref()
    }
}

impl fmt::Display for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.target)
    }
}

impl fmt::Debug for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} as {:?}", self.target, self.login)
    }
}

fn read_login(text: &str) -> Login {
    let (user, password) = text.split_once(':').unwrap_or((text, ""));
    Login::Basic { user: unescape(user), password: unescape(password) }
}

/// Undoes `%41`.
fn unescape(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let digits = bytes.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match digits.and_then(|two| data_encoding::HEXLOWER_PERMISSIVE.decode(two).ok()) {
            Some(byte) => {
                out.extend_from_slice(&byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// A name as one part of a path, or as a value behind `?`: whatever is special is escaped.
pub fn segment(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b':' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_read() {
        for (text, target, login) in [
            ("http://h:8081", "http://h:8081", None),
            ("h:8081/", "http://h:8081", None),
            ("HTTPS://h/a/b//", "https://h/a/b", None),
            ("http://[::1]:8081", "http://[::1]:8081", None),
            ("http://u:p@h", "http://h", Some(("u", "p"))),
            ("http://u:p%40%3a:x@h", "http://h", Some(("u", "p@::x"))),
            ("http://u@h", "http://h", Some(("u", ""))),
        ] {
            let base = Base::parse(text).unwrap();
            assert_eq!(base.target(), target);
            let want = login.map(|(user, password): (&str, &str)| Login::Basic {
                user: user.to_owned(),
                password: password.to_owned(),
            });
            assert_eq!(base.login(), want.as_ref(), "{text}");
        }
        let two = Base::parse_all("http://a:1, http://b:2,").unwrap();
        assert_eq!(
            two.iter().map(Base::to_string).collect::<Vec<_>>(),
            ["http://a:1", "http://b:2"]
        );
    }

    #[test]
    fn what_is_no_url_is_told_without_its_password() {
        for text in [
            "",
            "http://",
            "ftp://u:hunter2@h",
            "http://:1",
            "http://u:hunter2@a b",
            "http://h?x=1",
            "http://h/#x",
        ] {
            let bad = Base::parse(text).unwrap_err().to_string();
            assert!(!bad.contains("hunter2"), "{bad}");
        }
        assert!(Base::parse_all(" , ").is_err());
    }

    #[test]
    fn names_become_parts_of_a_path() {
        assert_eq!(segment("orders-value"), "orders-value");
        assert_eq!(segment("a/b c?%\u{e4}"), "a%2Fb%20c%3F%25%C3%A4");
        assert_eq!(segment(":.ctx:s"), ":.ctx:s");
    }
}
