//! `fineprint notices --route ID`: where a notice is on its way to, and what the routes of today make of it.

use std::io::{self, Write};

use jiff::Timestamp;
use serde::Serialize;

use crate::cli::print::json_line;
use crate::cli::{Failure, Format, Global, exit, screen};
use crate::clock::{Clock as _, SystemClock};
use crate::config::Config;
use crate::diff::render::escape::terminal;
use crate::model::{ChannelName, Delivery, DeliveryState, Notice, Severity};
use crate::route::{Answer, explain, recipients};
use crate::store::{DeliveryFilter, Store};

/// Says what each route of the configuration, as it is now, makes of a stored notice, and who it was queued for.
pub(super) async fn run(global: &Global, store: &Store, id: &str, format: Format) -> Result<u8, Failure> {
    let config = global.config()?;
    let Some(notice) = store.notice(id).await? else {
        return Err(Failure::usage(format!("error: there is no notice `{id}`"))
            .hint("`fineprint notices` lists what was queued, `fineprint log` what changed"));
    };
    let filter = DeliveryFilter { notice: notice.id.to_string(), ..DeliveryFilter::default() };
    let queued = store.listing(filter).await?.deliveries;
    let explained = Explained::new(&config, &notice, &queued, SystemClock.now());
    let out = &mut anstream::stdout().lock();
    match format {
        Format::Json => json_line(out, &explained)?,
        Format::Text => text(out, &notice, &explained)?,
    }
    Ok(exit::DONE)
}

/// Where a notice goes and why, as JSON; the keys are stable.
#[derive(Serialize)]
struct Explained {
    notice: String,
    routes: Vec<Step>,
    /// Where `notify` of the source or of `[defaults]` decides, since no route does.
    by_default: bool,
    /// Where the like of it would go if it came now.
    channels: Vec<Goes>,
    /// Where it was queued for when it came, and how far it is.
    queued: Vec<Queued>,
}

#[derive(Serialize)]
struct Step {
    route: String,
    takes: bool,
    /// Why it doesn't take it, or what it does besides.
    why: Option<String>,
}

#[derive(Serialize)]
struct Goes {
    channel: ChannelName,
    /// When it would be told what came now; `null` for at once.
    at: Option<Timestamp>,
}

/// One delivery of it.
#[derive(Serialize)]
struct Queued {
    channel: ChannelName,
    state: DeliveryState,
    /// When it is told, while it waits; `null` for at once, and for what waits no more.
    at: Option<Timestamp>,
}

impl Queued {
    fn new(config: &Config, delivery: &Delivery, now: Timestamp) -> Self {
        let waits = delivery.state == DeliveryState::Pending;
        let policy = config.policies.get(&delivery.channel);
        let by_policy = policy.filter(|_| delivery.notice.severity != Severity::Critical);
        let release = by_policy.map(|policy| policy.release(delivery.queued_at));
        let at = release.map_or(delivery.due_at, |at| at.max(delivery.due_at));
        Self {
            channel: delivery.channel.clone(),
            state: delivery.state,
            at: Some(at).filter(|at| waits && *at > now),
        }
    }
}

impl Explained {
    fn new(config: &Config, notice: &Notice, queued: &[Delivery], now: Timestamp) -> Self {
        let source = config.sources.iter().find(|source| source.id == notice.source);
        let otherwise = source.map(|source| source.notify.clone()).unwrap_or_default();
        let answers = explain(&config.routes, notice);
        let by_default = !answers.contains(&Answer::Takes);
        let step = |((route, answer), number): ((&crate::route::Route, Answer), usize)| {
            let name = route.name.clone().map_or(String::new(), |name| format!(" {name}"));
            let to: Vec<String> = route.notify.iter().map(ChannelName::to_string).collect();
            let to = if to.is_empty() { "nobody".to_owned() } else { to.join(", ") };
            let (takes, why) = match answer {
                Answer::Takes if route.goes_on => (true, Some(format!("to {to}, and goes on"))),
                Answer::Takes => (true, Some(format!("to {to}"))),
                Answer::Passes(why) => (false, Some(why)),
                Answer::NotAsked => (false, Some("an earlier one decided".to_owned())),
            };
            Step { route: format!("{number}{name}"), takes, why }
        };
        let channels = recipients(&config.routes, notice, &otherwise).into_iter().map(|channel| {
            let release = config.policies.get(&channel).map(|policy| policy.release(now));
            let at = release.filter(|at| *at > now && notice.severity != Severity::Critical);
            Goes { channel, at }
        });
        Self {
            notice: notice.id.to_string(),
            channels: channels.collect(),
            queued: queued.iter().map(|delivery| Queued::new(config, delivery, now)).collect(),
            by_default,
            routes: config.routes.iter().zip(answers).zip(1..).map(step).collect(),
        }
    }
}

fn text(out: &mut impl Write, notice: &Notice, explained: &Explained) -> io::Result<()> {
    let (dim, width) = (anstyle::Style::new().dimmed(), screen::measure());
    writeln!(out, "{}", screen::wrapped(&notice.subject, 0, width))?;
    for step in &explained.routes {
        let word = if step.takes { "takes it" } else { "passes" };
        let why = step.why.as_deref().map(|why| format!(": {why}")).unwrap_or_default();
        writeln!(out, "{}", screen::wrapped(&format!("route {} {word}{why}", step.route), 2, width))?;
    }
    if explained.by_default {
        writeln!(out, "  {dim}no route takes it: `notify` of the source, or of [defaults]{dim:#}")?;
    }
    for Goes { channel, at } in &explained.channels {
        writeln!(out, "→ {} {}", terminal(channel.as_str()), when(*at))?;
    }
    let is_queued = !explained.queued.is_empty();
    match (explained.channels.is_empty(), is_queued) {
        (true, true) => writeln!(out, "as configured now, nobody would be told")?,
        (true, false) => writeln!(out, "nobody is told")?,
        (false, _) => {}
    }
    if is_queued {
        writeln!(out, "it was queued for")?;
    }
    for Queued { channel, state, at } in &explained.queued {
        let how = match state {
            DeliveryState::Pending => format!("not told yet: {}", when(*at)),
            DeliveryState::Delivered => "told".to_owned(),
            DeliveryState::Dead => format!("given up, see `fineprint notices --show {}`", notice.id),
            DeliveryState::Folded => "within a digest".to_owned(),
        };
        writeln!(out, "{}", screen::wrapped(&format!("{}: {how}", terminal(channel.as_str())), 2, width))?;
    }
    Ok(())
}

/// When somebody is told.
fn when(at: Option<Timestamp>) -> String {
    at.map_or("at once".to_owned(), |at| {
        format!("in its digest or after quiet hours, {} UTC", super::minute(at))
    })
}
