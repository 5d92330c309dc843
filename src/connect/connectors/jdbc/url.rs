//! JDBC URLs, as the Java drivers read them, and what belongs to a connection beside them.
//!
//! What is secret stays here: neither errors nor `Debug` show a password or a parameter's value.
//! Parameters that change what happens are followed or refused; those that only tune the Java
//! drivers themselves are accepted, and there is nothing for them to do.

use std::collections::BTreeMap;
use std::fmt;

use crate::connect::define::{Settings, nearest};

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Driver {
    Postgres,
    Mysql,
    Sqlite,
}

impl Driver {
    /// The name of Java's dialect.
    fn dialect(self) -> &'static str {
        match self {
            Driver::Postgres => "PostgreSqlDatabaseDialect",
            Driver::Mysql => "MySqlDatabaseDialect",
            Driver::Sqlite => "SqliteDatabaseDialect",
        }
    }

    /// The parameters that are followed, in lower case.
    fn followed(self) -> &'static [&'static str] {
        match self {
            Driver::Postgres => &[
                "user",
                "password",
                "ssl",
                "sslmode",
                "sslrootcert",
                "sslcert",
                "sslkey",
                "connecttimeout",
                "logintimeout",
                "sockettimeout",
                "tcpkeepalive",
                "applicationname",
                "currentschema",
                "options",
                "readonly",
            ],
            Driver::Mysql => &[
                "user",
                "password",
                "usessl",
                "requiressl",
                "verifyservercertificate",
                "sslmode",
                "serversslcert",
                "connecttimeout",
                "sockettimeout",
                "sessionvariables",
                "allowpublickeyretrieval",
            ],
            Driver::Sqlite => &["busy_timeout", "journal_mode", "synchronous", "foreign_keys"],
        }
    }

    /// Those that have nothing to do here.
    fn harmless(self) -> &'static [&'static str] {
        match self {
            Driver::Postgres => &[
                "rewritebatchedinserts",
                "preparethreshold",
                "preparedstatementcachequeries",
                "preparedstatementcachesizemib",
                "binarytransfer",
                "stringtype",
                "defaultrowfetchsize",
                "loglevel",
                "loggerlevel",
                "assumeminserverversion",
            ],
            Driver::Mysql => &[
                "rewritebatchedstatements",
                "useserverprepstmts",
                "cacheprepstmts",
                "prepstmtcachesize",
                "prepstmtcachesqllimit",
                "useunicode",
                "autoreconnect",
                "usecursorfetch",
                "defaultfetchsize",
                "nullcatalogmeanscurrent",
                "useaffectedrows",
                "tcpkeepalive",
                "maintaintimestats",
                "cacheserverconfiguration",
                "elidesetautocommits",
                "uselocalsessionstate",
            ],
            Driver::Sqlite => &[],
        }
    }
}

/// A database to connect to.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) driver: Driver,
    pub(super) host: String,
    pub(super) port: u16,
    /// The database's name, or its file.
    pub(super) database: String,
    pub(super) user: Option<String>,
    pub(super) password: Option<String>,
    /// By names in lower case.
    pub(super) params: BTreeMap<String, String>,
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {self}", self.driver)
    }
}

impl fmt::Display for Target {
    /// The database without what is secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.driver {
            Driver::Sqlite => write!(f, "SQLite `{}`", self.database),
            driver => {
                let name = if driver == Driver::Postgres { "PostgreSQL" } else { "MySQL" };
                let (host, port, database) = (&self.host, self.port, &self.database);
                write!(f, "{name} `{database}` at {host}:{port}")
            }
        }
    }
}

impl Target {
    /// The database that settings name.
    pub(super) fn of(
        settings: &Settings,
        all: &BTreeMap<String, String>,
    ) -> Result<Target, (&'static str, String)> {
        let mut target = parse(settings.string("connection.url"))
            .map_err(|why| ("connection.url", format!("the JDBC URL cannot be used: {why}")))?;
        const OWN: [&str; 5] = ["url", "user", "password", "attempts", "backoff.ms"];
        for (name, value) in all {
            let Some(name) = name.strip_prefix("connection.") else { continue };
            if !OWN.contains(&name) {
                let added = target.add(name, value);
                added.map_err(|why| ("connection.url", format!("connection.{name}: {why}")))?;
            }
        }
        // The connector's own settings come before the URL's.
        let own = |name: &str| settings.text(name).map(str::to_owned);
        let in_url = |target: &Target, name: &str| target.params.get(name).cloned();
        target.user = own("connection.user").or(in_url(&target, "user")).or(target.user);
        let password = in_url(&target, "password").or(target.password.take());
        target.password = own("connection.password").or(password);
        let dialect = settings.string("dialect.name");
        if !dialect.is_empty() && dialect != target.driver.dialect() {
            let why = format!("the URL is one of {}", target.driver.dialect());
            return Err(("dialect.name", why));
        }
        Ok(target)
    }

    /// The value of a parameter.
    pub(super) fn param(&self, name: &str) -> Option<&str> {
        self.params.get(name).map(String::as_str)
    }

    /// A parameter that is true or false.
    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        self.param(name).map(|value| value.is_empty() || value.eq_ignore_ascii_case("true"))
    }

    fn add(&mut self, name: &str, value: &str) -> Result<(), String> {
        let lower = name.to_ascii_lowercase();
        let (followed, harmless) = (self.driver.followed(), self.driver.harmless());
        // UTF-8 is what is spoken anyway; something else would be something else.
        let is_utf8 = lower == "characterencoding" && value.to_ascii_lowercase().starts_with("utf");
        if harmless.contains(&lower.as_str()) || is_utf8 {
            return Ok(());
        }
        if !followed.contains(&lower.as_str()) {
            let near = nearest(&lower, followed.iter().copied());
            let hint = near.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
            return Err(format!("the parameter `{name}` means nothing here{hint}"));
        }
        self.params.insert(lower, value.to_owned());
        Ok(())
    }
}

/// Reads a URL.
fn parse(url: &str) -> Result<Target, String> {
    let bare = url.strip_prefix("jdbc:").unwrap_or(url);
    let Some((scheme, rest)) = bare.split_once(':') else {
        return Err(no_driver("nothing"));
    };
    let (driver, port) = match scheme {
        "postgresql" | "postgres" => (Driver::Postgres, 5432),
        "mysql" | "mariadb" => (Driver::Mysql, 3306),
        "sqlite" => (Driver::Sqlite, 0),
        scheme => return Err(no_driver(scheme)),
    };
    let (rest, query) = rest.split_once('?').map_or((rest, ""), |(rest, query)| (rest, query));
    let mut target = Target {
        driver,
        host: "localhost".to_owned(),
        port,
        database: String::new(),
        user: None,
        password: None,
        params: BTreeMap::new(),
    };
    match driver {
        Driver::Sqlite => rest.clone_into(&mut target.database),
        _ => address(&mut target, rest)?,
    }
    let has_plus = driver == Driver::Postgres;
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = decoded(value, has_plus)?;
        target.add(&decoded(name, has_plus)?, &value)?;
    }
    if driver == Driver::Sqlite && target.database.is_empty() {
        return Err("it names no file; `:memory:` is a database that lives as long as its \
                    connection"
            .to_owned());
    }
    Ok(target)
}

fn no_driver(scheme: &str) -> String {
    format!(
        "there is no driver for `{scheme}`; there are jdbc:postgresql, jdbc:mysql, jdbc:mariadb \
         and jdbc:sqlite"
    )
}

/// Reads `//USER:PASSWORD@HOST:PORT/DATABASE`, or only a database.
fn address(target: &mut Target, rest: &str) -> Result<(), String> {
    let Some(rest) = rest.strip_prefix("//") else {
        target.database = decoded(rest.trim_start_matches('/'), true)?;
        return Ok(());
    };
    let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
    target.database = decoded(database, true)?;
    let (who, place) = match authority.rsplit_once('@') {
        Some((who, place)) => (Some(who), place),
        None => (None, authority),
    };
    if let Some(who) = who {
        let (user, password) = match who.split_once(':') {
            Some((user, password)) => (user, Some(password)),
            None => (who, None),
        };
        target.user = Some(decoded(user, false)?);
        target.password = password.map(|password| decoded(password, false)).transpose()?;
    }
    if place.contains(',') || place.contains('(') {
        return Err("it names several hosts; only one is connected to: write that one, or put a \
                    proxy before them"
            .to_owned());
    }
    let (host, port) = match place.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, rest)) => (host, rest.strip_prefix(':')),
        None => match place.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (place, None),
        },
    };
    if !host.is_empty() {
        host.clone_into(&mut target.host);
    }
    if let Some(port) = port.filter(|port| !port.is_empty()) {
        target.port = match port.parse() {
            Ok(port) if port > 0 => port,
            _ => return Err("its port is no number from 1 to 65535".to_owned()),
        };
    }
    Ok(())
}

/// Decodes `%41`, and `+` where that is a space.
fn decoded(text: &str, has_plus: bool) -> Result<String, String> {
    let wrong = || "a `%` in it is not followed by two hexadecimal digits of UTF-8".to_owned();
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'+' if has_plus => b' ',
            b'%' => {
                let mut digit = || {
                    let byte = bytes.next()?;
                    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
                };
                let (Some(high), Some(low)) = (digit(), digit()) else { return Err(wrong()) };
                high << 4 | low
            }
            byte => byte,
        });
    }
    String::from_utf8(out).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_read_as_the_drivers_read_them() {
        let rows = [
            (
                "jdbc:postgresql://localhost:5432/kafka_sink?user=postgres&password=postgres",
                "PostgreSQL `kafka_sink` at localhost:5432",
            ),
            ("jdbc:postgresql://[::1]:7777/db", "PostgreSQL `db` at ::1:7777"),
            ("jdbc:postgresql:db", "PostgreSQL `db` at localhost:5432"),
            ("jdbc:postgresql://h/", "PostgreSQL `` at h:5432"),
            ("postgres://me:p%40ss@h/my%20db", "PostgreSQL `my db` at h:5432"),
            (
                "jdbc:mysql://h/db?useSSL=false&rewriteBatchedStatements=true",
                "MySQL `db` at h:3306",
            ),
            ("jdbc:mariadb://h:3307/db?characterEncoding=UTF-8", "MySQL `db` at h:3307"),
            ("jdbc:sqlite:/tmp/a b.db?busy_timeout=10", "SQLite `/tmp/a b.db`"),
            ("jdbc:sqlite::memory:", "SQLite `:memory:`"),
        ];
        for (url, told) in rows {
            assert_eq!(parse(url).unwrap().to_string(), told, "{url}");
        }
        let target = parse("postgres://me:p%40ss@h/db").unwrap();
        assert_eq!(
            (target.user.as_deref(), target.password.as_deref()),
            (Some("me"), Some("p@ss"))
        );
        assert!(!format!("{target:?}").contains("p@ss"));
    }

    #[test]
    fn what_cannot_be_is_refused_without_telling_secrets() {
        let rows = [
            ("jdbc:oracle:thin:@h:1521:db", "no driver for `oracle`"),
            ("jdbc:postgresql://a,b/db?password=hunter2", "several hosts"),
            ("jdbc:mysql://(host=a),(host=b)/db", "several hosts"),
            ("jdbc:postgresql://h:0/db", "port"),
            ("jdbc:postgresql://h/db?passwort=hunter2", "did you mean password?"),
            ("jdbc:postgresql://h/db?password=%zz", "hexadecimal"),
            ("jdbc:sqlite:", "no file"),
            ("nothing", "no driver"),
        ];
        for (url, told) in rows {
            let error = parse(url).unwrap_err();
            assert!(error.contains(told) && !error.contains("hunter2"), "{url}: {error}");
        }
    }
}
