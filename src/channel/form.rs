//! What a channel that shows text says of a notice: the built-in form, or the operator's.

use super::markup::Markup;
use super::template::Template;
use crate::model::Notice;
use crate::notice::Message;

/// The form of one channel.
#[derive(Debug, Clone)]
pub(super) struct Form {
    pub markup: &'static Markup,
    pub template: Option<Template>,
}

impl Form {
    /// The text that stands for the whole notice, at most `limit` long.
    pub fn text(&self, notice: &Notice, limit: usize) -> String {
        self.own(notice, limit).unwrap_or_else(|| {
            let message = self.markup.fit(&Message::of(notice), limit);
            self.markup.text(&message)
        })
    }

    /// The text that stands below a title, at most `limit` long.
    pub fn body(&self, notice: &Notice, limit: usize) -> String {
        self.own(notice, limit).unwrap_or_else(|| {
            let message = self.markup.fit(&Message::of(notice), limit);
            self.markup.body(&message)
        })
    }

    /// What the template makes of a notice; `None` without one. One that fails here passed its trial at the start:
    /// the notice goes out in the built-in form rather than not at all.
    pub fn own(&self, notice: &Notice, limit: usize) -> Option<String> {
        match self.template.as_ref()?.fitted(notice, limit, &[]) {
            Ok(text) if !text.trim().is_empty() => return Some(text),
            Ok(_) => {
                tracing::warn!(notice.id = %notice.id, "a channel's template prints nothing: sent in the built-in form")
            }
            Err(why) => {
                tracing::warn!(notice.id = %notice.id, "a channel's template fails: sent in the built-in form: {why}")
            }
        }
        None
    }
}
