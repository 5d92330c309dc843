//! MySQL and MariaDB: rows by statements of many, as text.

mod auth;
mod literal;
mod wire;

use self::literal::append;
use self::wire::{Column, Wire};
use super::super::time;
use super::{
    Cell, ColumnInfo, Database, DbError, Dialect, Fault, Job, Kind, Manner, Read, ReadColumn, Rows,
    TableId, TableInfo, TableSort, Target, Verb, Wanted, quoted, quoted_list,
};

/// How long a statement may get, where the server allows more.
const STATEMENT_BYTES_MAX: usize = 4 * 1024 * 1024;

struct Words;

impl Dialect for Words {
    fn type_of(&self, kind: &Kind, is_key: bool) -> Option<String> {
        let name = match kind {
            Kind::Int8 | Kind::Boolean => "TINYINT",
            Kind::Int16 => "SMALLINT",
            Kind::Int32 => "INT",
            Kind::Int64 => "BIGINT",
            Kind::Float32 => "FLOAT",
            Kind::Float64 => "DOUBLE",
            // A key must have a length.
            Kind::Text if is_key => "VARCHAR(255)",
            Kind::Text => "TEXT",
            Kind::Bytes if is_key => "VARBINARY(255)",
            Kind::Bytes => "VARBINARY(1024)",
            Kind::Decimal(scale) => return Some(format!("DECIMAL(65,{scale})")),
            Kind::Date => "DATE",
            Kind::Time => "TIME(3)",
            Kind::Timestamp => "DATETIME(3)",
            Kind::Array(_) | Kind::Unknown => return None,
        };
        Some(name.to_owned())
    }

    fn quote(&self) -> char {
        '`'
    }

    fn literal(&self, cell: &Cell, manner: &Manner) -> Option<String> {
        // A column of texts can have no default.
        if matches!(cell, Cell::Text(_) | Cell::Bytes(_)) {
            return None;
        }
        let mut out = Vec::new();
        append(cell, manner, &mut out)?;
        String::from_utf8(out).ok()
    }

    fn moment(&self, nanos: i128, manner: &Manner) -> Option<String> {
        let mut text = String::new();
        time::write_nanos(nanos, &manner.zone, false, &mut text)?;
        Some(format!("'{text}'"))
    }

    fn widen(&self, table: &str, column: &str) -> Option<String> {
        Some(format!("ALTER TABLE {table} MODIFY {column} DOUBLE NULL"))
    }
}

pub(super) fn connect(target: &Target, manner: &Manner) -> Result<Box<dyn Database>, DbError> {
    let wire = auth::connect(target)?;
    let mut mysql =
        Mysql { wire, manner: manner.clone(), packet_max: STATEMENT_BYTES_MAX, open: None };
    // Strings may have backslashes, and what does not fit is an error.
    mysql.execute(
        "SET NAMES utf8mb4, SESSION autocommit=1, SESSION sql_mode=CONCAT_WS(',', \
         NULLIF(REPLACE(@@sql_mode, 'NO_BACKSLASH_ESCAPES', ''), ''), 'STRICT_TRANS_TABLES')",
    )?;
    let zone = match manner.zone.iana_name() {
        None | Some("UTC" | "Etc/UTC") => "+00:00",
        Some(name) => name,
    };
    // A server may not know names of zones; columns without a zone do not need it.
    match mysql.execute(&format!("SET SESSION time_zone='{zone}'")) {
        Err(error) if error.fault == Fault::Connection => return Err(error),
        _ => {}
    }
    if let Some(variables) = target.param("sessionvariables") {
        for variable in variables.split([',', ';']).filter(|text| !text.trim().is_empty()) {
            mysql.execute(&format!("SET SESSION {}", variable.trim()))?;
        }
    }
    let rows = mysql.query("SELECT @@max_allowed_packet")?;
    if let Some(Read::Int(most)) = rows.rows.first().and_then(|row| row.first()) {
        mysql.packet_max = usize::try_from(*most).unwrap_or(STATEMENT_BYTES_MAX);
    }
    Ok(Box::new(mysql))
}

struct Mysql {
    wire: Wire,
    manner: Manner,
    /// How long the server lets a statement be.
    packet_max: usize,
    /// The columns of the query whose rows are being read.
    open: Option<Vec<Column>>,
}

impl Mysql {
    fn query(&mut self, sql: &str) -> Result<Rows, DbError> {
        self.open(sql)?;
        self.fetch(usize::MAX)
    }

    /// Writes rows as lists of literals behind `head`, in as few statements as their length
    /// allows.
    fn write_lists(
        &mut self,
        (head, between, tail): (&str, &str, &str),
        job: &Job,
        rows: &[&[Cell]],
    ) -> Result<(), DbError> {
        let most = self.packet_max.saturating_sub(1024).min(STATEMENT_BYTES_MAX);
        let mut sql: Vec<u8> = head.as_bytes().to_vec();
        for row in rows {
            let start = sql.len();
            if start > head.len() {
                sql.extend_from_slice(between.as_bytes());
            }
            self.list(job, row, &mut sql)?;
            if sql.len() + tail.len() > most && start > head.len() {
                let row = sql.split_off(start);
                sql.extend_from_slice(tail.as_bytes());
                self.wire.execute(&sql)?;
                sql.truncate(head.len());
                sql.extend_from_slice(&row[between.len()..]);
            }
            if sql.len() + tail.len() + 1024 > self.packet_max {
                let why = "it is longer than max_allowed_packet";
                return Err(DbError::new(Fault::Record, why));
            }
        }
        sql.extend_from_slice(tail.as_bytes());
        self.wire.execute(&sql)
    }

    /// Appends `(1,'a')`.
    fn list(&self, job: &Job, row: &[Cell], sql: &mut Vec<u8>) -> Result<(), DbError> {
        sql.push(b'(');
        for (i, cell) in row.iter().enumerate() {
            if i > 0 {
                sql.push(b',');
            }
            self.value(job, i, cell, sql)?;
        }
        sql.push(b')');
        Ok(())
    }

    fn value(&self, job: &Job, at: usize, cell: &Cell, sql: &mut Vec<u8>) -> Result<(), DbError> {
        let column = &job.table.columns[job.columns[at]];
        let fraction = match cell {
            Cell::Float32(n) => n.fract() != 0.0,
            Cell::Float64(n) => n.fract() != 0.0,
            _ => false,
        };
        // The server would round silently.
        if fraction && column.kind.ends_with("int") {
            let why = format!("Incorrect integer value for column `{}`", column.name);
            return Err(DbError::new(Fault::Record, why));
        }
        append(cell, &self.manner, sql).ok_or_else(|| {
            let why = format!("there is no such value for column `{}`", column.name);
            DbError::new(Fault::Record, why)
        })
    }

    fn update(&mut self, job: &Job, rows: &[&[Cell]]) -> Result<(), DbError> {
        let quotes = self.manner.quotes;
        let table = job.table.id.sql(&Words, quotes);
        let names: Vec<String> = job.names().map(|name| quoted(&Words, quotes, name)).collect();
        for row in rows {
            let mut sql = format!("UPDATE {table} SET ").into_bytes();
            for at in (job.keys..names.len()).chain(0..job.keys) {
                sql.extend_from_slice(match at {
                    at if at == job.keys => b"",
                    0 => b" WHERE ",
                    at if at < job.keys => b" AND ",
                    _ => b",",
                });
                sql.extend_from_slice(names[at].as_bytes());
                sql.push(b'=');
                self.value(job, at, &row[at], &mut sql)?;
            }
            self.wire.execute(&sql)?;
        }
        Ok(())
    }
}

/// A text in SQL.
fn text(text: &str) -> String {
    let mut out = Vec::new();
    literal::text(text.as_bytes(), &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

fn schema_of(table: &TableId) -> String {
    table.schema.as_deref().map_or("DATABASE()".to_owned(), text)
}

fn word(read: &Read) -> String {
    match read {
        Read::Text(text) => text.clone(),
        Read::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        _ => String::new(),
    }
}

impl Database for Mysql {
    fn dialect(&self) -> &dyn Dialect {
        &Words
    }

    fn execute(&mut self, sql: &str) -> Result<(), DbError> {
        self.wire.execute(sql.as_bytes())
    }

    fn describe(&mut self, table: &TableId) -> Result<Option<TableInfo>, DbError> {
        let sql = format!(
            "SELECT c.column_name, lower(c.data_type), c.is_nullable, c.extra, t.table_type \
             FROM information_schema.columns c JOIN information_schema.tables t \
             ON t.table_schema = c.table_schema AND t.table_name = c.table_name \
             WHERE c.table_schema = {} AND c.table_name = {} ORDER BY c.ordinal_position",
            schema_of(table),
            text(&table.name)
        );
        let found = self.query(&sql)?;
        let Some(first) = found.rows.first() else { return Ok(None) };
        let is_view = word(&first[4]).contains("VIEW");
        let sort = if is_view { TableSort::View } else { TableSort::Table };
        let column = |row: &Vec<Read>| ColumnInfo {
            name: word(&row[0]),
            kind: word(&row[1]),
            nullable: word(&row[2]) == "YES",
            counts_itself: word(&row[3]).contains("auto_increment"),
        };
        let columns = found.rows.iter().map(column).collect();
        Ok(Some(TableInfo { id: table.clone(), sort, columns, is_plain: true }))
    }

    fn write(&mut self, job: &Job, rows: &[&[Cell]]) -> Result<(), DbError> {
        let quotes = self.manner.quotes;
        let table = job.table.id.sql(&Words, quotes);
        let names: Vec<String> = job.names().map(|name| quoted(&Words, quotes, name)).collect();
        let head =
            format!("INSERT INTO {table} ({}) VALUES ", quoted_list(&Words, quotes, job.names()));
        match job.verb {
            Verb::Insert => self.write_lists((&head, ",", ""), job, rows),
            Verb::Upsert => {
                let changed =
                    if job.keys == names.len() { &names[..1] } else { &names[job.keys..] };
                let sets: Vec<String> =
                    changed.iter().map(|name| format!("{name}=VALUES({name})")).collect();
                let tail = format!(" ON DUPLICATE KEY UPDATE {}", sets.join(","));
                self.write_lists((&head, ",", &tail), job, rows)
            }
            Verb::Update if job.keys == names.len() => Ok(()),
            Verb::Update => self.update(job, rows),
            Verb::Delete => {
                let head = format!("DELETE FROM {table} WHERE ({}) IN (", names.join(","));
                self.write_lists((&head, ",", ")"), job, rows)
            }
        }
    }

    fn tables(&mut self, wanted: &Wanted) -> Result<Vec<TableId>, DbError> {
        let catalog = match &wanted.catalog {
            Some(pattern) => format!("table_schema LIKE {}", text(pattern)),
            None => "table_schema = DATABASE()".to_owned(),
        };
        let sql = format!(
            "SELECT table_schema, table_name, table_type FROM information_schema.tables \
             WHERE {catalog} ORDER BY 1, 2"
        );
        let found = self.query(&sql)?;
        let mut all = Vec::new();
        for row in &found.rows {
            let sort = match word(&row[2]).as_str() {
                "BASE TABLE" => "TABLE",
                "VIEW" => "VIEW",
                _ => "SYSTEM TABLE",
            };
            if wanted.types.iter().any(|name| name == sort) {
                all.push(TableId { schema: Some(word(&row[0])), name: word(&row[1]) });
            }
        }
        Ok(all)
    }

    fn open(&mut self, sql: &str) -> Result<(), DbError> {
        if self.open.take().is_some() {
            // The rest of another query's rows would be taken for this one's.
            while self.wire.row()?.is_some() {}
        }
        self.open = self.wire.query(sql.as_bytes())?;
        Ok(())
    }

    fn fetch(&mut self, most: usize) -> Result<Rows, DbError> {
        let Some(columns) = self.open.clone() else { return Ok(Rows::default()) };
        let mut rows = Vec::new();
        while rows.len() < most {
            match self.wire.row()? {
                None => {
                    self.open = None;
                    break;
                }
                Some(row) => {
                    let read = |(column, value): (&Column, Option<Vec<u8>>)| column.read(value);
                    rows.push(columns.iter().zip(row).map(read).collect());
                }
            }
        }
        let columns: Vec<ReadColumn> = columns.iter().map(Column::told).collect();
        Ok(Rows { columns, rows })
    }

    fn now(&mut self) -> Result<i64, DbError> {
        let rows = self.query("SELECT CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)")?;
        match rows.rows.first().and_then(|row| row.first()) {
            Some(Read::Int(now)) => Ok(*now),
            _ => Err(DbError::settings("the database does not tell its time")),
        }
    }
}
