//! Tables: made and changed as records need them, if the settings allow.

use std::collections::{BTreeMap, HashMap};

use super::super::cell::{Cell, Kind};
use super::super::db::{
    Database, DbError, Dialect, Fault, NewColumn, TableId, TableInfo, TableSort, quoted,
};
use super::Config;
use super::batch::Written;
use super::shape::{Column, Row};
use crate::connect::error::ConnectError;

/// How many tables are remembered.
const TABLES_MAX: usize = 10_000;

/// The tables that were looked at.
#[derive(Default)]
pub(super) struct Tables {
    known: HashMap<TableId, TableInfo>,
}

/// What the rows of a batch need of a table.
#[derive(Default)]
struct Need {
    /// In the order in which a new table has them.
    columns: Vec<(Column, bool)>,
}

impl Need {
    fn add(&mut self, row: &Row) {
        let shape = &row.shape;
        for at in &shape.order {
            let (column, is_key) = (&shape.columns[*at], *at < shape.keys);
            match self.columns.iter_mut().find(|(known, _)| known.name == column.name) {
                None => self.columns.push((column.clone(), is_key)),
                Some((known, _)) if shape.is_inferred || known.kind == Kind::Unknown => {
                    known.kind = known.kind.clone().widest(column.kind.clone());
                }
                Some(_) => {}
            }
        }
    }
}

impl Tables {
    pub(super) fn forget(&mut self) {
        self.known.clear();
    }

    pub(super) fn get(&self, id: &TableId) -> Option<&TableInfo> {
        self.known.get(id)
    }

    /// Sees to it that rows have their tables and columns. Returns the records that cannot have
    /// them.
    pub(super) fn ensure(
        &mut self,
        db: &mut dyn Database,
        rows: &[Row],
        config: &Config,
    ) -> Result<Written, DbError> {
        let mut needs: BTreeMap<TableId, Need> = BTreeMap::new();
        let mut last: Option<&Row> = None;
        for row in rows {
            // Mostly rows are like the ones before them.
            if last.is_none_or(|last| !std::rc::Rc::ptr_eq(&last.shape, &row.shape)) {
                needs.entry(row.shape.table.clone()).or_default().add(row);
            }
            last = Some(row);
        }
        let mut refused = Written::new();
        for (id, need) in needs {
            match self.ensure_one(db, &id, &need, config) {
                Ok(()) => {}
                Err(Refusal::Db(error)) => return Err(error),
                Err(Refusal::Whole(why)) => {
                    let own = rows.iter().filter(|row| row.shape.table == id);
                    refused.extend(own.map(|row| (row.record, ConnectError::connect(&*why))));
                }
                Err(Refusal::Columns(names, why)) => {
                    let lacks = |column: &Column| names.contains(&column.name);
                    let own = rows
                        .iter()
                        .filter(|row| row.shape.table == id && row.shape.columns.iter().any(lacks));
                    refused.extend(own.map(|row| (row.record, ConnectError::connect(&*why))));
                }
            }
        }
        Ok(refused)
    }

    fn ensure_one(
        &mut self,
        db: &mut dyn Database,
        id: &TableId,
        need: &Need,
        config: &Config,
    ) -> Result<(), Refusal> {
        if !self.known.contains_key(id) {
            if self.known.len() >= TABLES_MAX {
                self.known.clear();
            }
            let found = match db.describe(id)? {
                Some(found) => found,
                None => create(db, id, need, config)?,
            };
            let sort = found.sort.name();
            if !config.table_types.iter().any(|wanted| wanted == sort) {
                return Err(Refusal::Whole(format!(
                    "`{id}` is a {sort}, and table.types is {}",
                    config.table_types.join(",")
                )));
            }
            self.known.insert(id.clone(), found);
        }
        let Some(table) = self.known.get(id) else { return Ok(()) };
        let changes = changes(db.dialect(), table, need, config)?;
        if changes.is_empty() {
            return Ok(());
        }
        for sql in &changes {
            match db.execute(sql) {
                // Perhaps another task was quicker; what there is now says so.
                Err(error) if error.fault != Fault::Connection => {
                    self.known.remove(id);
                    let now = db.describe(id)?;
                    let lacks = |(column, _): &&(Column, bool)| {
                        now.as_ref().is_none_or(|now| now.find(&column.name).is_none())
                            && column.kind != Kind::Unknown
                    };
                    if need.columns.iter().any(|column| lacks(&column)) {
                        return Err(Refusal::Db(DbError::settings(format!("{error}: {sql}"))));
                    }
                }
                done => done?,
            }
        }
        if let Some(found) = db.describe(id)? {
            self.known.insert(id.clone(), found);
        }
        Ok(())
    }
}

/// Why rows cannot have what they need.
enum Refusal {
    Db(DbError),
    /// None of a table's.
    Whole(String),
    /// Those that have these columns.
    Columns(Vec<String>, String),
}

impl From<DbError> for Refusal {
    fn from(error: DbError) -> Self {
        Refusal::Db(error)
    }
}

fn create(
    db: &mut dyn Database,
    id: &TableId,
    need: &Need,
    config: &Config,
) -> Result<TableInfo, Refusal> {
    if !config.creates {
        return Err(Refusal::Whole(format!(
            "Table {id} is missing and auto-creation is disabled; create it, or set \
             auto.create=true"
        )));
    }
    let sql = statement(db.dialect(), id, need, config)?;
    let made = db.execute(&sql);
    match (db.describe(id)?, made) {
        // Perhaps another task was quicker.
        (Some(table), _) => Ok(table),
        (None, Err(error)) if error.fault == Fault::Connection => Err(Refusal::Db(error)),
        (None, Err(error)) => {
            Err(Refusal::Db(DbError::settings(format!("cannot create table {id}: {error}: {sql}"))))
        }
        (None, Ok(())) => Err(Refusal::Whole(format!("table {id} was created and is not there"))),
    }
}

fn statement(
    dialect: &dyn Dialect,
    id: &TableId,
    need: &Need,
    config: &Config,
) -> Result<String, Refusal> {
    let quotes = config.manner.quotes;
    let (mut lines, mut keys) = (Vec::new(), Vec::new());
    for (column, is_key) in &need.columns {
        if column.kind == Kind::Unknown && !is_key {
            continue;
        }
        lines.push(spec(dialect, column, *is_key, config)?);
        if *is_key {
            keys.push(quoted(dialect, quotes, &column.name));
        }
    }
    if lines.is_empty() {
        return Err(Refusal::Whole(format!(
            "table {id} cannot be created yet: all fields are null, and nothing says their types"
        )));
    }
    if !keys.is_empty() {
        lines.push(format!("PRIMARY KEY({})", keys.join(",")));
    }
    Ok(format!("CREATE TABLE {} (\n{})", id.sql(dialect, quotes), lines.join(",\n")))
}

/// A column in a statement.
fn spec(
    dialect: &dyn Dialect,
    column: &Column,
    is_key: bool,
    config: &Config,
) -> Result<String, Refusal> {
    let default = column.default.as_ref().map(|value| Cell::of(value, &column.kind));
    let new = NewColumn {
        name: &column.name,
        kind: &column.kind,
        optional: column.optional && !is_key,
        default,
        is_key,
    };
    let Some(kind) = dialect.type_of(new.kind, new.is_key) else {
        return Err(Refusal::Columns(
            vec![column.name.clone()],
            format!(
                "{:?} type doesn't have a mapping to the SQL database column type (field `{}`)",
                column.kind, column.name
            ),
        ));
    };
    let name = quoted(dialect, config.manner.quotes, new.name);
    let default = new.default.as_ref().and_then(|cell| dialect.literal(cell, &config.manner));
    let rest = match (default, new.optional) {
        (Some(default), _) => format!("DEFAULT {default}"),
        (None, true) => "NULL".to_owned(),
        (None, false) => "NOT NULL".to_owned(),
    };
    Ok(format!("{name} {kind} {rest}"))
}

/// The statements that give a table what it lacks.
fn changes(
    dialect: &dyn Dialect,
    table: &TableInfo,
    need: &Need,
    config: &Config,
) -> Result<Vec<String>, Refusal> {
    let quotes = config.manner.quotes;
    let name = table.id.sql(dialect, quotes);
    let mut statements = Vec::new();
    let mut lacking = Vec::new();
    for (column, is_key) in &need.columns {
        match table.find(&column.name) {
            None if column.kind == Kind::Unknown && !is_key => {}
            None => lacking.push((column, *is_key)),
            Some(at) if config.evolves && column.kind == Kind::Float64 && column.optional => {
                let there = &table.columns[at];
                let is_whole = ["int", "bigint", "integer", "smallint", "tinyint"];
                if is_whole.contains(&there.kind.as_str()) && !is_key {
                    let column = quoted(dialect, quotes, &there.name);
                    statements.extend(dialect.widen(&name, &column));
                }
            }
            Some(_) => {}
        }
    }
    if lacking.is_empty() {
        return Ok(statements);
    }
    let names = || lacking.iter().map(|(column, _)| column.name.clone()).collect::<Vec<_>>();
    let id = &table.id;
    if table.sort == TableSort::View {
        let told = names().join(", ");
        let why = format!("{} {id} has no column for: {told}; a view is not changed", "VIEW");
        return Err(Refusal::Columns(names(), why));
    }
    if !config.evolves {
        let why = format!(
            "Table {id} is missing fields ({}) and auto-evolution is disabled; add them, or set \
             auto.evolve=true",
            names().join(", ")
        );
        return Err(Refusal::Columns(names(), why));
    }
    let needed = |(column, is_key): &&(&Column, bool)| {
        (!column.optional || *is_key) && column.default.is_none()
    };
    if let Some((column, _)) = lacking.iter().find(|it| needed(it)) {
        let why = format!(
            "Cannot ALTER TABLE {id} to add missing field {}, as the field is not optional and \
             does not have a default value",
            column.name
        );
        return Err(Refusal::Columns(names(), why));
    }
    let mut adds = Vec::new();
    for (column, is_key) in lacking {
        adds.push(format!("ADD {}", spec(dialect, column, is_key, config)?));
    }
    if dialect.adds_many() {
        adds = vec![adds.join(",\n")];
    }
    statements.extend(adds.into_iter().map(|add| format!("ALTER TABLE {name} {add}")));
    Ok(statements)
}
