//! What a provider's API answers to one's own key → text, and what it means when that changes: pure.
//!
//! An API isn't a policy page: here a 403 *is* the news. So it has its own reading ([`read`]: the status, chosen
//! headers and JSON values, as clauses), its own judge ([`judge`]: a failure that may pass is looked at again, and for
//! longer the likelier that is) and its own assessment ([`assess`]: what is lost is critical). All that follows, from
//! versions to notices, is the same as for pages.
//!
//! ```
//! use fineprint::answer::{Hold, judge, read};
//! use fineprint::extract::Ignore;
//! use fineprint::judge::Verdict;
//! use fineprint::model::{Received, Snapshot, Watch};
//!
//! let watch = Watch { json: vec!["$.data[*].id".into()], ..Watch::default() };
//! let at = "2026-03-01T12:00:00Z".parse()?;
//! let url: url::Url = "https://api.acme.example/v1/models".parse()?;
//! let look = |status, body: &'static str| read(&Snapshot {
//!     source: "acme/api".parse().expect("an id"), fetched_at: at, url: url.clone(), final_url: url.clone(), status,
//!     headers: Vec::new(), body: body.into(), received: Received::default(),
//! }, &watch, &Ignore::default()).text;
//!
//! let before = look(200, r#"{"data": [{"id": "small"}, {"id": "large"}]}"#);
//! assert_eq!(before.to_markdown(), "## Status\n\nHTTP 200\n\n## $.data[*].id\n\n- large\n- small\n");
//! let mut hold = Hold::default();
//! let refused = look(403, r#"{"error": "suspended"}"#);
//! assert!(matches!(judge(&refused, Some(&before), at, &mut hold), Verdict::Held(_)));
//! assert!(matches!(judge(&refused, Some(&before), at, &mut hold), Verdict::Changed(_)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod assess;
mod judge;
mod message;
mod parts;
mod read;

pub use assess::{Assessment, assess};
pub use judge::{Hold, judge};
pub use message::message;
pub use parts::{Parts, Status};
pub use read::{is_path, read, reading};

#[cfg(test)]
mod tests;
