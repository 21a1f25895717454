//! fineprint watches the pages on which providers publish their terms, policies and limits, keeps every version as
//! evidence, and tells the people who depend on them when the *policy* changes: not when the page does.
//!
//! This is the tour of the code. To run the program, read the README; to see it run, `fineprint demo`.
//!
//! # The way of the data
//!
//! ```text
//! sources.toml ─config→ Source ─store.due(now)→ check: fetch ─Snapshot→ extract ─Text→ judge(memory) ─Verdict
//!     Unchanged            → the check is recorded, nothing else
//!     Unusable(reason)     → not the policy (error page, empty shell): recorded, told as "degraded" when it lasts
//!     Held(reason)         → looks wrong or flips: looked at again soon, before anything is said
//!     First, Changed(why)  → version; diff → topics, severity → change → notice → store.record
//!
//! store.record, ONE transaction: check + snapshot + version + change + outbox rows + next check
//!     └→ route says to whom, digest when and what together
//!     └→ deliver ─Channel.send→ attempt recorded; tried again with backoff, under the same id, or dead but listed
//!
//! cli reads the store and renders; it reaches the network only through check and deliver
//! ```
//!
//! # A clause changes
//!
//! What happens, by name, when a provider edits one sentence of its terms:
//!
//! 1. [`store::Store::due`] says that the source is due; [`daemon`] (or `fineprint check`, which doesn't ask) calls
//!    [`check::check`].
//! 2. [`fetch::Fetcher::bring`] obeys the site's robots.txt, waits for its turn at the host, asks the server with the
//!    validators it gave last time, and brings a [`model::Snapshot`] home: the bytes as received, status, headers, final
//!    address.
//!    A page that needs scripts comes by [`fetch::Fetcher::render`] instead, through a Chromium ([`fetch::browser`]).
//! 3. [`check::weigh()`], pure and the same for live pages and imported ones, does the rest of the thinking. A page with the
//!    bytes or the [`extract::skeleton`] of one that showed the latest version says nothing new, which is the end of most
//!    looks. Of this one [`extract::read`] decodes and parses the markup and keeps the blocks that are the policy, a
//!    [`model::Text`];
//!    [`judge::judge`] compares its words with the latest version's and says [`judge::Verdict::Changed`].
//! 4. [`diff::compare`] aligns the clauses of both texts and marks the words; [`topics::assess`] says what the change
//!    is about and how serious it is, and why; [`effective::find`] reads from the new clauses when they take effect;
//!    [`notice::changed`] composes what people read: a subject that says what and where, excerpts, the command that
//!    shows the rest.
//! 5. [`store::Store::record`] writes it all in one transaction, with a row in the outbox for each channel that
//!    [`route::recipients`] names. From here on the notice can't be lost; until here nothing was said.
//! 6. [`deliver::turn`] looks at what waits for a channel; [`digest::plan`], pure, says what of it is told now, what in
//!    one, and what waits. That is written down before [`channel::Channel::send`] is called; [`channel::webhook`]
//!    signs and posts; chats get a [`notice::Message`] in their own markup. [`schedule::next_attempt`] says when to try
//!    again, [`schedule::after_channel_failure`] how long the channel rests.
//! 7. A person reads the notice and runs `fineprint diff`: [`diff::render`] shows the clauses under their headings.
//!
//! Two kinds of news come on the same way but for steps 3 and 4. An API that is called with one's own key is read, judged
//! and assessed by [`answer`]: there an error status is the news. And where a document is looked at in several ways (in
//! other languages, from elsewhere), [`variants`] says whether they agree; a look at any of them may tell that they don't.
//!
//! Steps 3 and 4 need no network, clock or database, so they can be tried on any two pages:
//!
//! ```
//! use fineprint::diff::{self, render};
//! use fineprint::extract::{Page, extract};
//! use fineprint::judge::{Look, Memory, Verdict, judge};
//!
//! let page = |notice: &str, promo: &str| format!(
//!     "<nav><a href=/>Home</a></nav><div class=promo-banner>{promo}</div><main><h1>Terms of Service</h1>
//!      <h2>Suspension</h2><p>We may suspend an account {notice}. You may appeal within 30 days of it.</p></main>"
//! );
//! let read = |html: String| {
//!     let (body, url) = (html.as_bytes(), "https://acme.example/terms");
//!     extract(&Page { body, content_type: Some("text/html"), url }, &Default::default())
//! };
//! let before = read(page("with 30 days' notice", "Spring offer"))?;
//! let redecorated = read(page("with 30 days' notice", "Summer offer"))?;
//! let edited = read(page("without notice", "Summer offer"))?;
//!
//! let mut memory = Memory::default();
//! let mut look = |text| {
//!     let at = "2026-03-01T12:00:00Z".parse().expect("a time");
//!     judge(Look { status: 200, text, at }, Some(&before), &mut memory)
//! };
//! assert_eq!(look(&redecorated), Verdict::Unchanged(None));
//! assert!(matches!(look(&edited), Verdict::Changed(_)));
//!
//! let how = render::Terminal { width: 80, color: false, context: 0 };
//! let shown = render::terminal(&before, &edited, &diff::compare(&before, &edited), &how);
//! assert!(shown.contains("We may suspend an account [-with 30 days'-]{+without+} notice."), "{shown}");
//! # Ok::<(), fineprint::extract::Error>(())
//! ```
//!
//! # The map
//!
//! Folders are stages or nouns. Imports only point up this table (the test
//! `imports_only_point_up_the_table_of_layers` reads every `use crate::`), so a folder can become a crate by moving it.
//!
//! | layer | modules | may import |
//! |---|---|---|
//! | nouns | [`model`], [`clock`] | nothing of ours |
//! | core, pure: no I/O, no clock, no global state | [`extract`], [`judge`], [`answer`], [`variants`], [`diff`], [`topics`], [`effective`], [`pins`], [`notice`], [`schedule`], [`digest`], [`route`] | nouns; `judge`, `topics`, `effective`, `pins`, `variants` and `notice` also `diff`, `judge` also `topics`, `notice` also `pins` and `variants`; `answer` also `judge` and `extract` |
//! | what edges share: the guarded HTTP client, threads for work on pages | [`net`], [`parsers`] | nouns |
//! | edges, each alone knows its outside library | [`fetch`], [`store`], [`channel`], [`archive`], [`assistant`] | nouns; all also what they share, `channel` also `notice` |
//! | wiring | [`config`], [`engine`], [`confine`] | nouns, core, edges |
//! | use cases, where edges meet the core | [`check`], [`deliver`](mod@deliver), [`heartbeat`], [`remind`](mod@remind), [`summarize`](mod@summarize), [`import`], [`export`] | all of the above |
//! | shells | [`daemon`], [`demo`], [`cli`], `main` | all of the above |
//!
//! What is deliberately absent: no type of the database library in a signature of [`store`]; no wall clock but in
//! [`clock`]; no printing but in [`cli`]; no HTTP client but [`net`]'s. `.clippy.toml` holds the last three.
//!
//! # Invariants
//!
//! Each has tests that fail when it is broken:
//!
//! 1. **A change is stored if and only if its notices are queued**: one transaction. `a_record_that_fails_writes_nothing`,
//!    `a_killed_process_loses_nothing_and_tells_nothing_twice`.
//! 2. **Delivery is at least once, under a stable id**, so that a receiver drops repeats and one that is down for days
//!    loses nothing. `a_receiver_that_is_down_for_two_days_loses_nothing`,
//!    `a_notice_that_is_stored_is_never_queued_twice`, `a_digest_that_is_not_taken_is_the_same_digest_until_it_is`.
//! 3. **A page that isn't the policy never becomes a version**, and a source that stays unreadable is told once, with
//!    one recovery. `what_is_no_policy_is_never_a_version_and_is_told_once_after_a_day`.
//! 4. **An edited rule or a better extractor never fakes a change and never hides one**: the stored page is read again
//!    in the new way before the next one is compared. `an_edited_rule_over_an_unchanged_page_tells_no_one`,
//!    `an_edited_rule_over_a_changed_page_tells_only_the_providers_part`.
//! 5. **Every check leaves a trace**, and history is only ever appended to and hash-chained.
//!    `everything_a_check_found_reads_back_as_it_was`,
//!    `one_flipped_byte_is_found_wherever_it_touches_what_was_recorded`.
//! 6. **No source can stop another; no receiver can stop another.** `one_failing_or_hanging_source_stops_no_other`,
//!    `a_receiver_that_hangs_stops_no_other`, `receivers_that_hang_cost_one_timeout_and_the_others_nothing`,
//!    `a_slow_host_takes_its_share_and_no_more`,
//!    `records_written_together_fail_alone`.
//! 7. **Fetched text reaches a terminal only escaped; credentials never follow a redirect to another origin; no private
//!    address is fetched unless configured.** `credentials_never_reach_another_origin`,
//!    `a_name_may_not_lead_into_the_private_network`.
//! 8. **Identity isn't the URL**: a source that moves keeps its history. `a_source_that_moves_keeps_its_history`.
//! 9. **Doubt speaks**: what is held and stays is told. `a_revert_that_stays_is_told`,
//!    `a_missing_clause_is_told_at_the_second_look`.
//!
//! # Extending it
//!
//! - **A channel**: `channel/ntfy.rs` with its settings, its markup and `impl` [`channel::Channel`]; a variant and its
//!   arms in `channel/mod.rs`; its keys in `config/chat.rs`, `mail.rs` or `local.rs`; an entry in `tests/it/channels.rs`, which
//!   brings it before every hostile text. Store, outbox and notices stay as they are.
//! - **A content type**: `extract/json.rs`, how it is told in `extract/media.rs`, and its arm in `extract/mod.rs`. A new
//!   reading raises [`extract::VERSION`].
//! - **A command**: `cli/pause.rs` with `Args`, whose doc comment is the help, and `run`; a variant and an arm in
//!   `cli/mod.rs`.
//! - **A language of policies**: `topics/vocabulary/it.toml`, and its line in `topics/vocabulary.rs`; `docs/topics.md` says
//!   how a table is read.
//! - **A database**: beside [`store`], whose signatures name no type of SQLite's.
//! - **A rule of judging**: a [`judge::Verdict`] with a reason in words, and a history in `judge/tests.rs` that fails
//!   without it.

pub mod answer;
pub mod archive;
pub mod assistant;
pub mod channel;
pub mod check;
pub mod cli;
pub mod clock;
pub mod config;
pub mod confine;
mod crash;
pub mod daemon;
pub mod deliver;
pub mod demo;
pub mod diff;
pub mod digest;
pub mod effective;
pub mod engine;
pub mod export;
pub mod extract;
pub mod fetch;
pub mod heartbeat;
pub mod import;
pub mod judge;
pub mod model;
pub mod net;
pub mod notice;
pub mod parsers;
pub mod pins;
pub mod remind;
pub mod route;
pub mod schedule;
pub mod store;
pub mod summarize;
pub mod topics;
pub mod variants;
