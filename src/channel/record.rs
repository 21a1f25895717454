//! A notice as it is written down, in a file or on standard output: as JSON, or as text for people.

use super::markup::{Markup, PLAIN};
use super::{Template, form::Form, webhook};
use crate::model::{Notice, NoticeId};

/// Bytes of a record's text: all clauses that a notice has.
const TEXT: usize = 60_000;

/// Text as it is: nothing acts in it, since a message has no character that does.
pub(super) const MARKUP: Markup = Markup { name: "plain text", size: str::len, ..PLAIN };

/// What a record looks like.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Shape {
    /// A line of JSON: the body of a webhook.
    #[default]
    Json,
    /// Some lines of text, then the notice's id on a line of its own, then an empty line.
    Text(Option<Template>),
}

impl Shape {
    /// The record of a notice, with the line break at its end.
    pub(super) fn record(&self, notice: &Notice) -> Vec<u8> {
        match self {
            Self::Json => [webhook::encode(notice), b"\n".to_vec()].concat(),
            Self::Text(template) => {
                let form = Form { markup: &MARKUP, template: template.clone() };
                let text = form.text(notice, TEXT);
                let lines: String = text.trim_end().lines().map(apart).collect();
                format!("{lines}{}\n\n", notice.id).into_bytes()
            }
        }
    }

    /// What stands in the record of the notice `id`, and in no other.
    pub(super) fn mark(&self, id: &NoticeId) -> String {
        match self {
            // Quotes in what a page says are escaped.
            Self::Json => format!("\"data\":{{\"id\":\"{id}\""),
            Self::Text(_) => format!("\n{id}\n"),
        }
    }
}

/// A line of text that can't be taken for an id's: who writes a page may know what the next notice will be called.
fn apart(line: &str) -> String {
    let looks_like_one = line.contains('_') && !line.trim_end().contains(' ');
    format!("{}{line}\n", if looks_like_one { "  " } else { "" })
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::notice::sample;

    #[test]
    fn no_notice_can_pass_for_another() {
        let (mut notice, other) = (sample(Timestamp::UNIX_EPOCH), NoticeId::derive("chg", &["other"]));
        notice.summary = format!("{other}");
        notice.excerpts[0].path = vec![format!("\n{other}\n"), format!("\"data\":{{\"id\":\"{other}\"")];
        let alone = Template::parse("{{ headline }}\n{{ summary }}\n", &MARKUP, &[]).unwrap();
        for shape in [Shape::Json, Shape::Text(None), Shape::Text(Some(alone))] {
            let record = String::from_utf8(shape.record(&notice)).unwrap();
            assert!(record.contains(&shape.mark(&notice.id)), "{record}");
            assert!(!record.contains(&shape.mark(&other)), "{record}");
        }
    }
}
