//! Reads a damaged file row by row, from both ends of each table, and leaves out what can't be read.

use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use crate::store::error::{Error, Query};
use crate::store::schema;

/// The widest gap between two readable rows that is searched row by row.
const SEARCHED: i64 = 1_000_000;

/// Copies every readable row of the archive at `old` into a new one at `new`; says how many, and what was not.
pub(super) fn salvage(old: &Path, new: &Path) -> Result<(u64, Vec<String>), Error> {
    let copy = || -> Query<(u64, Vec<String>)> {
        let from = schema::open_to_salvage(old)?;
        let to = schema::make_like(new, &from)?;
        let tables: Vec<String> = to
            .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")?
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let (mut rows, mut lost) = (0, Vec::new());
        to.execute_batch("PRAGMA foreign_keys = OFF; BEGIN")?;
        for name in tables {
            let mut table = Table { from: &from, to: &to, name, saved: 0, refused: 0, failed: None };
            table.copy()?;
            rows += table.saved;
            lost.extend(table.lost());
        }
        to.execute_batch("COMMIT")?;
        Ok((rows, lost))
    };
    copy().map_err(|fault| fault.at(old))
}

struct Table<'a> {
    from: &'a Connection,
    to: &'a Connection,
    name: String,
    saved: u64,
    /// How many rows could be read, but hold nothing that a row of this table may hold.
    refused: u64,
    /// Why rows are missing.
    failed: Option<String>,
}

impl Table<'_> {
    fn lost(&self) -> Option<String> {
        let (name, saved) = (&self.name, self.saved);
        let refused = match self.refused {
            0 => String::new(),
            refused => format!("; {refused} hold nothing that makes sense"),
        };
        self.failed.as_ref().map(|why| format!("rows of `{name}` ({saved} saved{refused}): {why}"))
    }

    fn copy(&mut self) -> Query<()> {
        let columns: Vec<String> = self
            .to
            .prepare("SELECT name FROM pragma_table_info(?1)")?
            .query_map([&self.name], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let quoted: Vec<String> = columns.iter().map(|column| format!("\"{column}\"")).collect();
        let quoted = quoted.join(", ");
        let has_rowid = self.to.prepare(&format!("SELECT rowid FROM {}", self.name)).is_ok();
        match has_rowid {
            true => self.by_rowid(&quoted),
            false => self.by_key(&quoted),
        }
    }

    /// Forwards to the first row that can't be read, backwards to the last one, and what lies between one by one.
    fn by_rowid(&mut self, columns: &str) -> Query<()> {
        let select = format!("SELECT rowid, {columns} FROM {}", self.name);
        let forwards = format!("{select} WHERE rowid > ?1 ORDER BY rowid");
        let Some(last) = self.scan(&forwards, i64::MIN, columns)? else { return Ok(()) };
        let backwards = format!("{select} WHERE rowid > ?1 ORDER BY rowid DESC");
        let Some(first) = self.scan(&backwards, last, columns)? else { return Ok(()) };
        if first.saturating_sub(last) > SEARCHED {
            return Ok(());
        }
        let one = format!("{select} WHERE rowid = ?1");
        for rowid in last.saturating_add(1)..first {
            self.scan(&one, rowid, columns)?;
        }
        Ok(())
    }

    /// A table without row numbers is only read from both ends.
    fn by_key(&mut self, columns: &str) -> Query<()> {
        for order in ["", "DESC"] {
            let key: Vec<String> = self
                .to
                .prepare("SELECT name FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk")?
                .query_map([&self.name], |row| Ok(format!("{} {order}", row.get::<_, String>(0)?)))?
                .collect::<Result<_, _>>()?;
            let key = key.join(", ");
            let sql = format!("SELECT 0, {columns} FROM {} WHERE ?1 = ?1 ORDER BY {key}", self.name);
            if self.scan(&sql, 0, columns)?.is_none() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Copies what a query gives until it fails; returns the last row number then, and `None` if it didn't.
    fn scan(&mut self, sql: &str, parameter: i64, columns: &str) -> Query<Option<i64>> {
        let places: Vec<String> = (1..=columns.split(", ").count()).map(|n| format!("?{n}")).collect();
        // `OR IGNORE` would also pass over rows that lack something, and nobody would be told.
        let insert = format!(
            "INSERT INTO {} ({columns}) VALUES ({}) ON CONFLICT DO NOTHING",
            self.name,
            places.join(", ")
        );
        let mut insert = self.to.prepare_cached(&insert)?;
        let mut at = parameter;
        let mut read = || -> rusqlite::Result<()> {
            let mut query = self.from.prepare_cached(sql)?;
            let width = query.column_count();
            let mut rows = query.query([parameter])?;
            while let Some(row) = rows.next()? {
                let values =
                    (1..width).map(|column| row.get::<_, Value>(column)).collect::<Result<Vec<_>, _>>();
                at = row.get(0)?;
                // A row that doesn't fit its table any more is damaged, and others follow it.
                match values.and_then(|values| insert.execute(params_from_iter(values))) {
                    Ok(rows) => self.saved += rows as u64,
                    Err(error) if is_about_the_copy(&error) => return Err(error),
                    Err(error) => {
                        self.refused += 1;
                        self.failed = Some(error.to_string());
                    }
                }
            }
            Ok(())
        };
        match read() {
            Ok(()) => Ok(None),
            Err(error) if is_about_the_copy(&error) => Err(error.into()),
            Err(error) => {
                self.failed = Some(error.to_string());
                Ok(Some(at))
            }
        }
    }
}

/// A full disk must not pass for damage.
fn is_about_the_copy(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(rusqlite::ErrorCode::DiskFull | rusqlite::ErrorCode::OutOfMemory)
    )
}
