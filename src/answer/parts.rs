//! The parts of an answer, and the text that they make: each can be had from the other.

use serde::{Deserialize, Serialize};

use crate::model::{Clause, Kind, Text};

const STATUS: &str = "Status";
const HEADERS: &str = "Headers";
const WITHOUT_JSON: &str = " without JSON";

/// What an answer shows of what is watched.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parts {
    /// How it went.
    pub status: Status,
    /// Names of headers, in lower case, and their values.
    pub headers: Vec<(String, String)>,
    /// Paths, and what stands there, sorted: the order in which an API lists things means nothing.
    pub json: Vec<(String, Vec<String>)>,
}

/// How a call went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// The HTTP status.
    pub code: u16,
    /// Whether the body is no JSON though some is watched.
    pub lacks_json: bool,
}

impl Status {
    /// Whether the API did what it was asked for.
    pub fn is_fine(self) -> bool {
        (200..300).contains(&self.code) && !self.lacks_json
    }

    /// Whether such a failure often passes by itself: too much at once, an outage, a page of maintenance.
    pub fn may_pass(self) -> bool {
        matches!(self.code, 408 | 425 | 429 | 500..=599) || (200..300).contains(&self.code) && self.lacks_json
    }
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "HTTP {}{}", self.code, if self.lacks_json { WITHOUT_JSON } else { "" })
    }
}

impl Parts {
    /// As clauses: a heading for the status, the headers and each path.
    pub fn to_text(&self) -> Text {
        let mut clauses = vec![Clause::heading(2, STATUS), Clause::paragraph(self.status.to_string())];
        if !self.headers.is_empty() {
            clauses.push(Clause::heading(2, HEADERS));
            let lines = self.headers.iter().map(|(name, value)| format!("{name}: {value}"));
            clauses.extend(lines.map(|line| Clause::new(Kind::Item(1), line)));
        }
        for (path, values) in self.json.iter().filter(|(_, values)| !values.is_empty()) {
            clauses.push(Clause::heading(2, path));
            clauses.extend(values.iter().map(|value| Clause::new(Kind::Item(1), value)));
        }
        Text { clauses, ..Text::default() }
    }

    /// Reads the parts back from their text.
    pub fn of(text: &Text) -> Self {
        let mut parts = Self::default();
        let mut heading = "";
        for clause in &text.clauses {
            match (clause.level(), heading) {
                (Some(_), _) => heading = &clause.text,
                (None, STATUS) => parts.status = status(&clause.text),
                (None, HEADERS) => parts.headers.extend(header(&clause.text)),
                (None, path) => match parts.json.last_mut().filter(|(last, _)| last == path) {
                    Some((_, values)) => values.push(clause.text.clone()),
                    None => parts.json.push((path.to_owned(), vec![clause.text.clone()])),
                },
            }
        }
        parts
    }
}

fn status(line: &str) -> Status {
    let lacks_json = line.ends_with(WITHOUT_JSON);
    let code = line.strip_prefix("HTTP ").and_then(|rest| rest.split(' ').next()?.parse().ok());
    Status { code: code.unwrap_or_default(), lacks_json }
}

fn header(line: &str) -> Option<(String, String)> {
    line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned()))
}
