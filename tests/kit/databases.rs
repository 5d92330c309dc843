//! Databases from what the system has: a directory of their own, a free port, gone at the end.
//! Tests that want one are skipped where it is not there.

use std::path::{Path, PathBuf};
use std::time::Duration;

use postgres::{Client, NoTls};
use tempfile::TempDir;

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
        let mut made = Postgres { dir, program: server, port: port(), running: None };
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
        self.running = Some(unprivileged(&self.program, &words).start());
        until("PostgreSQL", || self.try_client("postgres"));
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
        let words = [
            "--no-defaults",
            &data,
            user,
            &socket,
            &port_word,
            "--bind-address=127.0.0.1",
            "--innodb-flush-log-at-trx-commit=2",
            "--skip-name-resolve",
        ];
        let running = program(server, words).inherit("PATH").deadline(DEADLINE).start();
        let made = Mariadb { dir, port, _running: running };
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
