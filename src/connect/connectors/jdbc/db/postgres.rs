//! PostgreSQL: rows by COPY where nothing can be in their way, else as arrays that are unnested,
//! both by statements that are prepared once.
//!
//! Values travel as text: a column's own type reads them, so that JSON, UUIDs, enumerations and
//! days are written into columns of those types without being asked to.

mod text;
mod tls;

use std::collections::HashMap;
use std::io::Write as _;
use std::time::Duration;

use postgres::{Client, Config, SimpleQueryMessage, Statement};

use self::text::TextArray;
use super::super::time;
use super::{
    Cell, ColumnInfo, Database, DbError, Dialect, Fault, Job, Kind, Manner, Read, ReadColumn, Rows,
    TableId, TableInfo, TableSort, Target, Verb, Wanted, quoted, quoted_list,
};

/// How many statements are kept prepared.
const STATEMENTS_MAX: usize = 256;

struct Words;

impl Dialect for Words {
    fn type_of(&self, kind: &Kind, _: bool) -> Option<String> {
        let name = match kind {
            Kind::Int8 | Kind::Int16 => "SMALLINT",
            Kind::Int32 => "INT",
            Kind::Int64 => "BIGINT",
            Kind::Float32 => "REAL",
            Kind::Float64 => "DOUBLE PRECISION",
            Kind::Boolean => "BOOLEAN",
            Kind::Text => "TEXT",
            Kind::Bytes => "BYTEA",
            Kind::Decimal(_) => "DECIMAL",
            Kind::Date => "DATE",
            Kind::Time => "TIME",
            Kind::Timestamp => "TIMESTAMP",
            Kind::Array(kind) => return self.type_of(kind, false).map(|name| format!("{name}[]")),
            Kind::Unknown => return None,
        };
        Some(name.to_owned())
    }

    fn literal(&self, cell: &Cell, manner: &Manner) -> Option<String> {
        let mut out = Vec::new();
        if !text::write(cell, manner, &mut out)? {
            return Some("NULL".to_owned());
        }
        let text = String::from_utf8(out).ok()?.replace('\'', "''");
        Some(match text.contains('\\') {
            true => format!("E'{}'", text.replace('\\', "\\\\")),
            false => format!("'{text}'"),
        })
    }

    fn moment(&self, nanos: i128, manner: &Manner) -> Option<String> {
        let mut text = String::new();
        time::write_nanos(nanos, &manner.zone, true, &mut text)?;
        Some(format!("'{text}'"))
    }

    fn widen(&self, table: &str, column: &str) -> Option<String> {
        Some(format!("ALTER TABLE {table} ALTER COLUMN {column} TYPE DOUBLE PRECISION"))
    }
}

pub(super) fn connect(target: &Target, manner: &Manner) -> Result<Box<dyn Database>, DbError> {
    let mut config = Config::new();
    config.host(&target.host).port(target.port);
    config.application_name(target.param("applicationname").unwrap_or("rk connect"));
    if let Some(user) = &target.user {
        config.user(user);
    }
    if let Some(password) = &target.password {
        config.password(password);
    }
    if !target.database.is_empty() {
        config.dbname(&target.database);
    }
    let seconds = |name: &str| {
        let Some(text) = target.param(name) else { return Ok(None) };
        let wrong = || DbError::settings(format!("{name} must be a number of seconds"));
        let seconds: u64 = text.parse().map_err(|_| wrong())?;
        Ok((seconds > 0).then(|| Duration::from_secs(seconds)))
    };
    let wait = seconds("connecttimeout")?.or(seconds("logintimeout")?);
    config.connect_timeout(wait.unwrap_or(Duration::from_secs(10)));
    if let Some(wait) = seconds("sockettimeout")? {
        config.tcp_user_timeout(wait);
    }
    config.keepalives(target.flag("tcpkeepalive").unwrap_or(true));
    let mut options = target.param("options").unwrap_or_default().to_owned();
    if let Some(schema) = target.param("currentschema") {
        options.push_str(" -c search_path=");
        options.push_str(&schema.replace('\\', "\\\\").replace(' ', "\\ "));
    }
    if target.flag("readonly") == Some(true) {
        options.push_str(" -c default_transaction_read_only=on");
    }
    if !options.is_empty() {
        config.options(&options);
    }
    let connector = tls::connector(target, &mut config)?;
    let client = config.connect(connector).map_err(failed)?;
    Ok(Box::new(Postgres {
        client,
        manner: manner.clone(),
        statements: HashMap::new(),
        buffer: Vec::new(),
        cursor: None,
    }))
}

struct Postgres {
    client: Client,
    manner: Manner,
    statements: HashMap<String, Statement>,
    buffer: Vec<u8>,
    /// The columns of the query that is open.
    cursor: Option<Vec<ReadColumn>>,
}

/// An error of the driver.
fn failed(error: postgres::Error) -> DbError {
    if let Some(db) = error.as_db_error() {
        let mut told = db.message().to_owned();
        for more in [db.detail(), db.hint()].into_iter().flatten() {
            told.push_str("; ");
            told.push_str(more);
        }
        if let Some(place) = db.where_().filter(|_| db.code().code().starts_with("22")) {
            told.push_str(" (");
            told.push_str(place.lines().next().unwrap_or_default());
            told.push(')');
        }
        return DbError::of_state(db.code().code(), told);
    }
    let mut told = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(error) = cause {
        let more = error.to_string();
        if !told.contains(&more) {
            told.push_str(": ");
            told.push_str(&more);
        }
        cause = error.source();
    }
    // Whatever is not the server's own answer is about the way to it, or about our settings.
    let is_ours = ["invalid configuration", "password missing", "authentication", "TLS"];
    match is_ours.iter().any(|word| told.contains(word)) && !error.is_closed() {
        true => DbError::settings(told),
        false => DbError::new(Fault::Connection, told),
    }
}

impl Postgres {
    fn prepared(&mut self, sql: &str) -> Result<Statement, DbError> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        if self.statements.len() >= STATEMENTS_MAX {
            self.statements.clear();
        }
        let statement = self.client.prepare(sql).map_err(failed)?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    fn name(&self, name: &str) -> String {
        quoted(&Words, self.manner.quotes, name)
    }

    /// A name as the catalog has it.
    fn stored(&self, name: &str) -> String {
        if self.manner.quotes { name.to_owned() } else { name.to_lowercase() }
    }

    fn copy(&mut self, job: &Job, rows: &[&[Cell]]) -> Result<(), DbError> {
        let names = quoted_list(&Words, self.manner.quotes, job.names());
        let table = job.table.id.sql(&Words, self.manner.quotes);
        let sql = format!("COPY {table} ({names}) FROM STDIN");
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.clear();
        for row in rows {
            text::copy_row(row, &self.manner, &mut buffer)
                .ok_or_else(|| DbError::new(Fault::Record, "a time is out of range"))?;
        }
        let statement = self.prepared(&sql)?;
        let mut writer = self.client.copy_in(&statement).map_err(failed)?;
        let wrote = writer.write_all(&buffer);
        let done = match wrote {
            Ok(()) => writer.finish().map(drop).map_err(failed),
            Err(error) => Err(DbError::new(Fault::Connection, error.to_string())),
        };
        buffer.shrink_to(4 * 1024 * 1024);
        self.buffer = buffer;
        done
    }

    /// Rows as one array a column, whatever is done with them.
    fn unnest(&mut self, job: &Job, rows: &[&[Cell]]) -> Result<(), DbError> {
        let statement = self.prepared(&self.statement(job))?;
        let arrays: Option<Vec<TextArray>> = (0..job.columns.len())
            .map(|at| TextArray::of(rows.iter().map(|row| &row[at]), &self.manner))
            .collect();
        let arrays = arrays.ok_or_else(|| DbError::new(Fault::Record, "a time is out of range"))?;
        let params: Vec<&(dyn postgres::types::ToSql + Sync)> =
            arrays.iter().map(|array| array as &(dyn postgres::types::ToSql + Sync)).collect();
        self.client.execute(&statement, &params).map(drop).map_err(failed)
    }

    fn statement(&self, job: &Job) -> String {
        let table = job.table.id.sql(&Words, self.manner.quotes);
        let names: Vec<String> = job.names().map(|name| self.name(name)).collect();
        let (keys, rest) = names.split_at(job.keys);
        let typed: Vec<String> = job
            .columns
            .iter()
            .enumerate()
            .map(|(i, at)| format!("u.c{i}::{}", job.table.columns[*at].kind))
            .collect();
        let given: Vec<String> = (0..names.len()).map(|i| format!("${}::text[]", i + 1)).collect();
        let places: Vec<String> = (0..names.len()).map(|i| format!("c{i}")).collect();
        let from = format!("FROM unnest({}) AS u({})", given.join(","), places.join(","));
        let list = names.join(",");
        let same = |typed: &[String]| {
            let pairs = keys.iter().zip(typed);
            let all: Vec<String> =
                pairs.map(|(name, typed)| format!("{table}.{name} = {typed}")).collect();
            all.join(" AND ")
        };
        let typed_list = typed.join(",");
        match job.verb {
            Verb::Insert => format!("INSERT INTO {table} ({list}) SELECT {typed_list} {from}"),
            Verb::Upsert => {
                let sets: Vec<String> =
                    rest.iter().map(|name| format!("{name}=EXCLUDED.{name}")).collect();
                let act = match sets.is_empty() {
                    true => "NOTHING".to_owned(),
                    false => format!("UPDATE SET {}", sets.join(",")),
                };
                format!(
                    "INSERT INTO {table} ({list}) SELECT {typed_list} {from} \
                     ON CONFLICT ({}) DO {act}",
                    keys.join(",")
                )
            }
            Verb::Update => {
                let sets: Vec<String> = rest
                    .iter()
                    .zip(&typed[job.keys..])
                    .map(|(name, typed)| format!("{name}={typed}"))
                    .collect();
                format!("UPDATE {table} SET {} {from} WHERE {}", sets.join(","), same(&typed))
            }
            Verb::Delete => {
                let using = from.replacen("FROM", "USING", 1);
                format!("DELETE FROM {table} {using} WHERE {}", same(&typed))
            }
        }
    }
}

const FIND: &str = "SELECT c.oid, c.relkind::text, c.relrowsecurity::text \
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
    WHERE c.relname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f') \
    AND CASE WHEN $2::text IS NULL THEN pg_catalog.pg_table_is_visible(c.oid) \
    ELSE n.nspname = $2 END";

const COLUMNS: &str = "SELECT a.attname::text, pg_catalog.format_type(a.atttypid, -1), \
    (NOT a.attnotnull)::text, (a.attidentity <> '' OR \
    coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%', false))::text \
    FROM pg_catalog.pg_attribute a LEFT JOIN pg_catalog.pg_attrdef d \
    ON d.adrelid = a.attrelid AND d.adnum = a.attnum \
    WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum";

impl Database for Postgres {
    fn dialect(&self) -> &dyn Dialect {
        &Words
    }

    fn execute(&mut self, sql: &str) -> Result<(), DbError> {
        self.client.batch_execute(sql).map_err(failed)
    }

    fn describe(&mut self, table: &TableId) -> Result<Option<TableInfo>, DbError> {
        let name = self.stored(&table.name);
        let schema = table.schema.as_ref().map(|schema| self.stored(schema));
        let find = self.prepared(FIND)?;
        let found = self.client.query(&find, &[&name, &schema]).map_err(failed)?;
        let Some(row) = found.first() else { return Ok(None) };
        let oid: u32 = row.try_get(0).map_err(failed)?;
        let sort: String = row.try_get(1).map_err(failed)?;
        let is_secured: String = row.try_get(2).map_err(failed)?;
        let sort = match sort.as_str() {
            "p" => TableSort::Partitioned,
            "v" | "m" => TableSort::View,
            _ => TableSort::Table,
        };
        let columns = self.prepared(COLUMNS)?;
        let mut all = Vec::new();
        for row in self.client.query(&columns, &[&oid]).map_err(failed)? {
            let text = |at: usize| row.try_get::<_, String>(at).map_err(failed);
            all.push(ColumnInfo {
                name: text(0)?,
                kind: text(1)?,
                nullable: text(2)? == "true",
                counts_itself: text(3)? == "true",
            });
        }
        Ok(Some(TableInfo {
            id: table.clone(),
            sort,
            columns: all,
            is_plain: sort != TableSort::View && is_secured == "false",
        }))
    }

    fn write(&mut self, job: &Job, rows: &[&[Cell]]) -> Result<(), DbError> {
        match job.verb {
            Verb::Insert if job.table.is_plain => self.copy(job, rows),
            Verb::Update if job.keys == job.columns.len() => Ok(()),
            _ => self.unnest(job, rows),
        }
    }

    fn tables(&mut self, wanted: &Wanted) -> Result<Vec<TableId>, DbError> {
        let kinds: Vec<&str> = wanted
            .types
            .iter()
            .flat_map(|name| match name.as_str() {
                "TABLE" | "SYSTEM TABLE" => &["r", "f"][..],
                "PARTITIONED TABLE" => &["p"],
                "VIEW" => &["v", "m"],
                _ => &[],
            })
            .copied()
            .collect();
        let has_system = wanted.types.iter().any(|name| name == "SYSTEM TABLE");
        let has_own = wanted.types.iter().any(|name| name != "SYSTEM TABLE");
        let sql = "SELECT n.nspname::text, c.relname::text FROM pg_catalog.pg_class c \
                   JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
                   WHERE c.relkind::text = ANY($1::text[]) \
                   AND n.nspname LIKE coalesce($2::text, '%') \
                   AND current_database() LIKE coalesce($5::text, '%') \
                   AND n.nspname NOT LIKE 'pg_toast%' AND n.nspname NOT LIKE 'pg_temp%' \
                   AND CASE WHEN n.nspname IN ('pg_catalog', 'information_schema') \
                   THEN $3::bool ELSE $4::bool END ORDER BY 1, 2";
        let params: [&(dyn postgres::types::ToSql + Sync); 5] =
            [&kinds, &wanted.schema, &has_system, &has_own, &wanted.catalog];
        let rows = self.client.query(sql, &params).map_err(failed)?;
        rows.iter()
            .map(|row| {
                let schema: String = row.try_get(0).map_err(failed)?;
                let name: String = row.try_get(1).map_err(failed)?;
                Ok(TableId { schema: Some(schema), name })
            })
            .collect()
    }

    fn open(&mut self, sql: &str) -> Result<(), DbError> {
        self.cursor = None;
        let statement = self.client.prepare(sql).map_err(failed)?;
        let mut columns = Vec::new();
        for column in statement.columns() {
            let modifier = column.type_modifier();
            let is_numeric = column.type_().name() == "numeric" && modifier >= 4;
            let precision = is_numeric.then_some(((modifier - 4) >> 16) & 0xffff);
            // Eleven bits, since PostgreSQL 15 with a sign.
            let scale = is_numeric.then_some((((modifier - 4) & 0x7ff) ^ 1024) - 1024);
            let mut optional = true;
            if let (Some(oid), Some(id)) = (column.table_oid(), column.column_id()) {
                let sql = "SELECT attnotnull::text FROM pg_catalog.pg_attribute \
                           WHERE attrelid = $1 AND attnum = $2";
                let row = self.client.query_opt(sql, &[&oid, &id]).map_err(failed)?;
                let told = row.map(|row| row.try_get::<_, String>(0)).transpose();
                optional = told.map_err(failed)?.as_deref() != Some("true");
            }
            columns.push(ReadColumn {
                name: column.name().to_owned(),
                kind: column.type_().name().to_owned(),
                precision,
                scale,
                unsigned: false,
                optional,
            });
        }
        let declare = format!("BEGIN; DECLARE rk_rows NO SCROLL CURSOR FOR {sql}");
        if let Err(error) = self.client.batch_execute(&declare) {
            // There is nothing to do about a second error.
            let _ = self.client.batch_execute("ROLLBACK");
            return Err(failed(error));
        }
        self.cursor = Some(columns);
        Ok(())
    }

    fn fetch(&mut self, most: usize) -> Result<Rows, DbError> {
        let Some(columns) = self.cursor.clone() else { return Ok(Rows::default()) };
        let fetched = self.client.simple_query(&format!("FETCH {most} FROM rk_rows"));
        let messages = fetched.map_err(|error| {
            self.cursor = None;
            let _ = self.client.batch_execute("ROLLBACK");
            failed(error)
        })?;
        let mut rows = Vec::new();
        for message in messages {
            let SimpleQueryMessage::Row(row) = message else { continue };
            let read = |at: usize| match row.get(at) {
                None => Read::Null,
                Some(text) => text::read(text, &columns[at].kind),
            };
            rows.push((0..columns.len().min(row.len())).map(read).collect());
        }
        if rows.len() < most {
            self.cursor = None;
            self.client.batch_execute("COMMIT").map_err(failed)?;
        }
        Ok(Rows { columns, rows })
    }

    fn now(&mut self) -> Result<i64, DbError> {
        let sql = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint";
        let row = self.client.query_one(sql, &[]).map_err(failed)?;
        row.try_get(0).map_err(failed)
    }
}
