//! Databases from what the system has: a directory of their own, a free port, gone at the end.
//! Tests that want one are skipped where it is not there.

use std::path::{Path, PathBuf};
use std::time::Duration;

use postgres::{Client, NoTls};
use tempfile::TempDir;

use super::certificates::{Certificates, certificates};
use super::kafka::port;
use super::run::{Run, Running, on_path, program};
use super::wait::until;

/// How long making and running a database may take.
const DEADLINE: Duration = Duration::from_secs(400);
/// Whom the system calls nobody: PostgreSQL does not run as root.
const NOBODY: u32 = 65534;

/// PostgreSQL: user `postgres` with the password `postgres`, and a database `kafka_sink`.
pub(crate) struct Postgres {
    dir: TempDir,
    program: PathBuf,
    port: u16,
    running: Option<Running>,
    /// More words for the server.
    words: Vec<String>,
}

fn is_root() -> bool {
    rustix::process::getuid().is_root()
}

/// A program of PostgreSQL's: on `PATH`, or where Debian has it.
fn postgres_program(name: &str) -> Option<PathBuf> {
    on_path(name).or_else(|| {
        let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
        let mut found: Vec<PathBuf> = versions
            .filter_map(|version| Some(version.ok()?.path().join("bin").join(name)))
            .filter(|path| path.is_file())
            .collect();
        found.sort();
        found.pop()
    })
}

/// A run as somebody who is not root.
fn unprivileged(path: &Path, words: &[&str]) -> Run {
    if !is_root() {
        return program(path, words).inherit("PATH").deadline(DEADLINE);
    }
    let nobody = [format!("--reuid={NOBODY}"), format!("--regid={NOBODY}")];
    let mut all: Vec<String> = nobody.to_vec();
    all.push("--clear-groups".to_owned());
    all.push(path.display().to_string());
    all.extend(words.iter().map(|word| (*word).to_owned()));
    program("setpriv", all).inherit("PATH").deadline(DEADLINE).in_folder(Path::new("/"))
}

impl Postgres {
    /// Makes one and starts it.
    pub(crate) fn start() -> Option<Postgres> {
        let (Some(initdb), Some(server)) =
            (postgres_program("initdb"), postgres_program("postgres"))
        else {
            super::skipped("PostgreSQL is not here (initdb and postgres)");
            return None;
        };
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("password"), "postgres\n").unwrap();
        if is_root() {
            std::os::unix::fs::chown(dir.path(), Some(NOBODY), Some(NOBODY)).unwrap();
            let password = dir.path().join("password");
            std::os::unix::fs::chown(password, Some(NOBODY), Some(NOBODY)).unwrap();
        }
        let (data, password) = (dir.path().join("data"), dir.path().join("password"));
        let words = [
            "-D",
            data.to_str().unwrap(),
            "-U",
            "postgres",
            "-A",
            "scram-sha-256",
            "--pwfile",
            password.to_str().unwrap(),
            "-N",
            "-E",
            "UTF8",
            "--locale=C",
        ];
        let _ = unprivileged(&initdb, &words).run().succeed();
        let (port, words) = (port(), Vec::new());
        let mut made = Postgres { dir, program: server, port, running: None, words };
        made.resume();
        made.client_of("postgres").batch_execute("CREATE DATABASE kafka_sink").unwrap();
        Some(made)
    }

    /// Starts the server, which was killed.
    pub(crate) fn resume(&mut self) {
        let (data, port) = (self.dir.path().join("data"), self.port.to_string());
        let words = [
            "-D",
            data.to_str().unwrap(),
            "-p",
            &port,
            "-k",
            self.dir.path().to_str().unwrap(),
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "fsync=off",
            "-c",
            "max_wal_senders=0",
        ];
        let all: Vec<&str> =
            words.into_iter().chain(self.words.iter().map(String::as_str)).collect();
        self.running = Some(unprivileged(&self.program, &all).start());
        until("PostgreSQL", || self.try_client("postgres"));
    }

    /// Starts the server anew with certificates, and a user `careful` who may come in over TLS
    /// only, without a password.
    pub(crate) fn offer_tls(&mut self) -> Certificates {
        self.client().batch_execute("CREATE ROLE careful LOGIN SUPERUSER").unwrap();
        let made = certificates(self.dir.path());
        std::fs::set_permissions(&made.server, std::os::unix::fs::PermissionsExt::from_mode(0o600))
            .unwrap();
        if is_root() {
            std::os::unix::fs::chown(&made.server, Some(NOBODY), Some(NOBODY)).unwrap();
        }
        let hba = self.dir.path().join("data/pg_hba.conf");
        let rest = std::fs::read_to_string(&hba).unwrap();
        let own = "hostssl all careful all trust\nhost all careful all reject\n";
        std::fs::write(hba, format!("{own}{rest}")).unwrap();
        for word in ["ssl=on".to_owned(), format!("ssl_cert_file={}", made.server)] {
            self.words.extend(["-c".to_owned(), word]);
        }
        self.words.extend(["-c".to_owned(), format!("ssl_key_file={}", made.server)]);
        self.kill();
        self.resume();
        made
    }

    /// Kills the server.
    pub(crate) fn kill(&mut self) {
        self.running = None;
    }

    fn try_client(&self, database: &str) -> Option<Client> {
        let words = format!(
            "host=127.0.0.1 port={} user=postgres password=postgres dbname={database}",
            self.port
        );
        Client::connect(&words, NoTls).ok()
    }

    fn client_of(&self, database: &str) -> Client {
        self.try_client(database).unwrap()
    }

    /// A connection to the database.
    pub(crate) fn client(&self) -> Client {
        self.client_of("kafka_sink")
    }

    /// The URL of the user who may come in over TLS only.
    pub(crate) fn tls_url(&self, more: &str) -> String {
        let port = self.port;
        format!("jdbc:postgresql://127.0.0.1:{port}/kafka_sink?user=careful&{more}")
    }

    pub(crate) fn url(&self) -> String {
        let port = self.port;
        format!("jdbc:postgresql://localhost:{port}/kafka_sink?user=postgres&password=postgres")
    }

    /// The rows of a query, as text with bars between the columns.
    pub(crate) fn rows(&self, sql: &str) -> Vec<String> {
        let mut client = self.client();
        let messages = client.simple_query(sql).unwrap_or_else(|error| panic!("{sql}: {error:?}"));
        let mut rows = Vec::new();
        for message in messages {
            if let postgres::SimpleQueryMessage::Row(row) = message {
                let all: Vec<&str> =
                    (0..row.len()).map(|at| row.get(at).unwrap_or("NULL")).collect();
                rows.push(all.join("|"));
            }
        }
        rows
    }
}

/// MariaDB: user `me` with the password `se+cret`, and a database `kafka_sink`.
pub(crate) struct Mariadb {
    dir: TempDir,
    pub(crate) certificates: Certificates,
    port: u16,
    _running: Running,
}

impl Mariadb {
    /// Makes one and starts it.
    pub(crate) fn start() -> Option<Mariadb> {
        let sbin = Path::new("/usr/sbin/mariadbd").is_file();
        let server = on_path("mariadbd").or(sbin.then(|| PathBuf::from("/usr/sbin/mariadbd")));
        let (Some(server), Some(install), Some(_)) =
            (server, on_path("mariadb-install-db"), on_path("mariadb"))
        else {
            super::skipped("MariaDB is not here (mariadbd, mariadb-install-db and mariadb)");
            return None;
        };
        let dir = tempfile::tempdir().unwrap();
        let data = format!("--datadir={}", dir.path().join("data").display());
        let user = if is_root() { "--user=root" } else { "--skip-name-resolve" };
        let words = ["--no-defaults", &data, user, "--skip-test-db", "--skip-name-resolve"];
        let made = program(install, words).inherit("PATH").deadline(DEADLINE).run();
        let _ = made.succeed();
        let (port, socket) = (port(), format!("--socket={}", dir.path().join("s").display()));
        let port_word = format!("--port={port}");
        let known = certificates(dir.path());
        let certificate = format!("--ssl-cert={}", known.server);
        let key = format!("--ssl-key={}", known.server);
        let words = [
            "--no-defaults",
            &data,
            user,
            &socket,
            &port_word,
            &certificate,
            &key,
            "--bind-address=127.0.0.1",
            "--innodb-flush-log-at-trx-commit=2",
            "--skip-name-resolve",
        ];
        let running = program(server, words).inherit("PATH").deadline(DEADLINE).start();
        let made = Mariadb { dir, certificates: known, port, _running: running };
        until("MariaDB", || (made.run("", "SELECT 1").run().code == 0).then_some(()));
        let set = "CREATE DATABASE kafka_sink CHARACTER SET utf8mb4; \
                   CREATE USER 'me'@'%' IDENTIFIED BY 'se+cret'; \
                   GRANT ALL ON *.* TO 'me'@'%'; FLUSH PRIVILEGES";
        let _ = made.run("", set).run().succeed();
        Some(made)
    }

    fn run(&self, database: &str, sql: &str) -> Run {
        let socket = format!("--socket={}", self.dir.path().join("s").display());
        let charset = "--default-character-set=utf8mb4";
        let words =
            ["--no-defaults", &socket, "-u", "root", charset, "-N", "-B", "-e", sql, database];
        let count = if database.is_empty() { words.len() - 1 } else { words.len() };
        program("mariadb", &words[..count]).inherit("PATH")
    }

    pub(crate) fn execute(&self, sql: &str) {
        let _ = self.run("kafka_sink", sql).run().succeed();
    }

    /// The rows of a query, as text with bars between the columns.
    pub(crate) fn rows(&self, sql: &str) -> Vec<String> {
        let output = self.run("kafka_sink", sql).run();
        output.succeed().lines().map(|line| line.replace('\t', "|")).collect()
    }

    pub(crate) fn url(&self) -> String {
        let port = self.port;
        format!("jdbc:mariadb://127.0.0.1:{port}/kafka_sink?user=me&password=se%2Bcret")
    }
}
