//! `fineprint notices`

mod channel;
mod preview;
mod route;
mod show;
mod test;

use std::io::{self, Write};

use clap::{Parser, ValueEnum};
use jiff::Timestamp;
use serde::Serialize;

use crate::clock::{Clock as _, SystemClock};
use crate::diff::render::escape;
use crate::model::{ChannelName, Delivery, DeliveryState, News, NoticeId, Severity, SourceId};
use crate::store::{DeliveryFilter, Listing, Unreadable};

use super::print::{count, json_line, minute};
use super::relative::until;
use super::{Failure, Format, Global, exit, screen};

/// List deliveries: pending, delivered, dead; retry them, or try a channel
#[derive(Debug, Parser)]
#[command(after_help = "Examples:
  fineprint notices                   the last 50 deliveries, newest first
  fineprint notices --state dead      what was given up, after three days
  fineprint notices --retry           give all dead deliveries three days more
  fineprint notices --show chg_6a1f   what one says, and each attempt at it
  fineprint notices --route chg_6a1f  why it goes where it goes
  fineprint notices --test ops        send a sample through channel `ops` now
  fineprint notices --preview chg_6a1f --channel ops   what `ops` would get, to the letter; nothing is sent

A delivery that fails is tried again after 5 seconds, 5 minutes, 30 minutes, 2 hours and so on, always under the \
same id. `watch` and `check` make the attempts.")]
pub(super) struct Args {
    /// Only deliveries in this state; can be given more than once
    #[arg(long, value_name = "STATE", value_enum)]
    state: Vec<State>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
    /// Make dead deliveries pending again: all, or those of the notice with this id or beginning of one
    #[arg(long, value_name = "ID", group = "deed", num_args = 0..=1)]
    retry: Option<Option<String>>,
    /// Show the notice with this id, or the only one whose id begins so
    #[arg(long, value_name = "ID", group = "deed")]
    show: Option<String>,
    /// Explain where the notice with this id goes, or would go: each route, and why it takes it or not
    #[arg(long, value_name = "ID", group = "deed")]
    route: Option<String>,
    /// Send a sample through a channel of the configuration
    #[arg(long, value_name = "CHANNEL", group = "deed")]
    test: Option<String>,
    /// Print what a channel would send of a change, or of a sample; secrets are masked
    #[arg(long, value_name = "CHANGE", group = "deed", num_args = 0..=1)]
    preview: Option<Option<String>>,
    /// The channel of --preview
    #[arg(long, value_name = "NAME", requires = "preview")]
    channel: Option<String>,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum State {
    /// To be attempted when due.
    Pending,
    /// The receiver took it.
    Delivered,
    /// Given up.
    Dead,
    /// On its way within a digest.
    Folded,
}

pub(super) async fn run(global: &Global, args: Args) -> Result<u8, Failure> {
    if let Some(channel) = &args.test {
        return test::run(global, channel).await;
    }
    if let Some(change) = &args.preview {
        return preview::run(global, change.as_deref(), args.channel.as_deref()).await;
    }
    let store = global.archive().await?;
    if let Some(id) = &args.route {
        return route::run(global, &store, id, args.format).await;
    }
    if let Some(id) = &args.show {
        return show::run(&store, id, args.format).await;
    }
    let out = &mut anstream::stdout().lock();
    let now = SystemClock.now();
    if let Some(id) = args.retry {
        let retried = store.retry(id.as_deref(), now).await?;
        if let (0, Some(id)) = (retried, id) {
            return Err(Failure::usage(format!("error: no dead delivery has a notice `{id}`"))
                .hint("`fineprint notices --state dead` lists them"));
        }
        match retried {
            0 => writeln!(out, "no delivery is dead")?,
            1 => writeln!(out, "1 dead delivery is pending again: due at once")?,
            n => writeln!(out, "{n} dead deliveries are pending again: due at once")?,
        }
        return Ok(exit::DONE);
    }
    let states = args.state.iter().map(|state| state.stored()).collect();
    let filter = DeliveryFilter { states, limit: Some(args.limit), ..DeliveryFilter::default() };
    let Listing { deliveries, unreadable } = store.listing(filter).await?;
    match args.format {
        Format::Json => {
            deliveries.iter().try_for_each(|d| json_line(out, &Line::new(d)))?;
            unreadable.iter().try_for_each(|u| json_line(out, &Damaged::new(u)))?;
        }
        Format::Text => {
            let width = screen::width();
            deliveries.iter().try_for_each(|delivery| text(out, delivery, width, now))?;
            unreadable.iter().try_for_each(|unreadable| damaged(out, unreadable, width))?;
        }
    }
    if deliveries.is_empty() && unreadable.is_empty() && args.format == Format::Text {
        writeln!(
            anstream::stderr(),
            "no deliveries{}",
            if args.state.is_empty() { " yet" } else { " in that state" }
        )?;
    }
    Ok(exit::DONE)
}

impl State {
    fn stored(self) -> DeliveryState {
        match self {
            Self::Pending => DeliveryState::Pending,
            Self::Delivered => DeliveryState::Delivered,
            Self::Dead => DeliveryState::Dead,
            Self::Folded => DeliveryState::Folded,
        }
    }
}

/// How a state is called and how it looks.
fn state(delivery: &Delivery) -> (&'static str, anstyle::Style) {
    match delivery.state {
        DeliveryState::Pending => ("pending", anstyle::AnsiColor::Yellow.on_default()),
        DeliveryState::Delivered => ("delivered", anstyle::AnsiColor::Green.on_default()),
        DeliveryState::Dead => ("dead", anstyle::AnsiColor::Red.on_default().bold()),
        DeliveryState::Folded => ("folded", anstyle::AnsiColor::Yellow.on_default()),
    }
}

/// The state and where it goes, the subject, how it went.
fn text(out: &mut impl Write, delivery: &Delivery, width: usize, now: Timestamp) -> io::Result<()> {
    let dim = anstyle::Style::new().dimmed();
    let ((name, style), notice) = (state(delivery), &delivery.notice);
    let queued = minute(delivery.queued_at);
    writeln!(out, "{queued}  {style}{name:<9}{style:#}  {:<10} {dim}{}{dim:#}", delivery.channel, notice.id)?;
    writeln!(out, "{}", screen::wrapped(&notice.subject, 4, width))?;
    writeln!(out, "{dim}{}{dim:#}", screen::wrapped(&progress(delivery, now), 4, width))
}

/// A delivery of which not more can be said.
fn damaged(out: &mut impl Write, what: &Unreadable, width: usize) -> io::Result<()> {
    let style = anstyle::AnsiColor::Red.on_default();
    let (channel, notice) = (escape::terminal(&what.channel), escape::terminal(&what.notice));
    writeln!(out, "{:<16}  {style}{:<9}{style:#}  {channel:<10} {notice}", "", "unreadable")?;
    writeln!(out, "{}", screen::wrapped(&what.why, 4, width))
}

/// `2 attempts, next in 28 min: hooks.example.com answered 503 Service Unavailable`
fn progress(delivery: &Delivery, now: Timestamp) -> String {
    let mut parts = vec![count(delivery.attempts.into(), "attempt")];
    if delivery.state == DeliveryState::Pending {
        parts.push(format!("next {}", until(delivery.due_at, now)));
    }
    let result = delivery.last_result.as_ref().map(|result| format!(": {result}"));
    format!("{}{}", parts.join(", "), result.unwrap_or_default())
}

/// A damaged delivery as JSON; the keys are stable.
#[derive(Serialize)]
struct Damaged<'a> {
    notice: &'a str,
    channel: &'a str,
    /// Always `unreadable`.
    state: &'static str,
    last_result: &'a str,
}

impl<'a> Damaged<'a> {
    fn new(of: &'a Unreadable) -> Self {
        Self { notice: &of.notice, channel: &of.channel, state: "unreadable", last_result: &of.why }
    }
}

/// A delivery as JSON; the keys are stable.
#[derive(Serialize)]
struct Line<'a> {
    notice: &'a NoticeId,
    channel: &'a ChannelName,
    state: DeliveryState,
    source: &'a SourceId,
    news: News,
    severity: Severity,
    subject: &'a str,
    queued_at: Timestamp,
    attempts: u32,
    /// While pending.
    next_attempt: Option<Timestamp>,
    last_result: Option<&'a str>,
}

impl<'a> Line<'a> {
    fn new(delivery: &'a Delivery) -> Self {
        let Delivery { notice, channel, state, .. } = delivery;
        Self {
            notice: &notice.id,
            channel,
            state: *state,
            source: &notice.source,
            news: notice.news,
            severity: notice.severity,
            subject: &notice.subject,
            queued_at: delivery.queued_at,
            attempts: delivery.attempts,
            next_attempt: (*state == DeliveryState::Pending).then_some(delivery.due_at),
            last_result: delivery.last_result.as_deref(),
        }
    }
}
