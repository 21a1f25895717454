//! How what came is read: a page for its policy, an API's answer for what is watched of it.

use crate::extract::{self, Ignore, Page, Reading};
use crate::model::{Snapshot, Source};
use crate::{answer, judge};

/// Stands for how a source is read; what was read in another way is never compared.
pub(super) fn reading(source: &Source) -> String {
    match &source.watch {
        Some(watch) => answer::reading(watch, &source.rules.ignore),
        None => extract::reading(&source.rules),
    }
}

/// Reads what came of a source.
pub(crate) fn read(source: &Source, page: &Snapshot) -> Result<Reading, extract::Error> {
    match &source.watch {
        Some(watch) => Ok(answer::read(page, watch, &Ignore::new(&source.rules.ignore)?)),
        None => extract::read(&Page::from(page), &source.rules),
    }
}

/// Reads what was accepted once; `None` if the rules now in force find nothing of use in it.
pub(super) fn read_anew(
    source: &Source,
    page: &Snapshot,
    now: jiff::Timestamp,
) -> Option<crate::model::Text> {
    let text = read(source, page).ok()?.text;
    let look = judge::Look { status: page.status, text: &text, at: now };
    let is_policy =
        || !matches!(judge::judge(look, None, &mut judge::Memory::default()), judge::Verdict::Unusable(_));
    (source.watch.is_some() || is_policy()).then_some(text)
}
