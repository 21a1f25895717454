//! What happens, step by step.

use std::io::Write;

use anstyle::Style;
use serde_json::Value;

use super::Error;
use super::receiver::Request;
use super::screen::Screen;
use super::site::Furniture;
use super::stage::{Stage, expect, unreadable};
use crate::clock::Clock as _;
use crate::diff;
use crate::diff::render::{Terminal, terminal};
use crate::model::Outcome;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const PLAIN: Style = Style::new();

/// Plays the story to its end, in some seconds and at the screen's pace.
///
/// Nothing is left behind: servers and folder go when this returns, or when its future is dropped.
pub async fn play(screen: &mut Screen<impl Write>) -> Result<(), Error> {
    let stage = Stage::set().await?;
    prologue(&stage, screen).await?;
    the_first_look(&stage, screen).await?;
    the_page_changes(&stage, screen).await?;
    the_policy_changes(&stage, screen).await?;
    the_receiver_is_down(&stage, screen).await?;
    stage.strike()?;
    epilogue(screen)
}

async fn prologue(stage: &Stage, screen: &mut Screen<impl Write>) -> Result<(), Error> {
    screen.title("fineprint demo", "all of it happens on this machine, and nothing stays")?;
    screen.rest().await?;
    screen.say(
        "Larkwing, an AI provider that we made up, publishes its Acceptable Use Policy on a page of its site. Your \
         business depends on it, so you watch it. This is all there is to configure:",
    )?;
    screen.rest().await?;
    screen.quote(&stage.config)?;
    screen.rest().await?;
    screen.say("The clock of this demo is turned by hand, so that six hours pass in a blink.")?;
    Ok(screen.rest().await?)
}

async fn the_first_look(stage: &Stage, screen: &mut Screen<impl Write>) -> Result<(), Error> {
    let seen = stage.look().await?;
    expect(&seen, Outcome::First)?;
    let text = stage.version(1).await?.text;
    screen.step(1, "The first look", seen.at)?;
    screen.good(&format!(
        "read: {} clauses, {} words of policy; menus, cookie dialog, promo, related articles, chat and footer left out",
        text.clauses.len(),
        text.words()
    ))?;
    screen.good("kept as version 1, with the page as received for evidence")?;
    screen.good("nobody is told: there is no news yet")?;
    Ok(screen.rest().await?)
}

async fn the_page_changes(stage: &Stage, screen: &mut Screen<impl Write>) -> Result<(), Error> {
    let (before, after) = stage.site.publish(|page| page.furniture = Furniture::redecorated());
    let seen = stage.look().await?;
    expect(&seen, Outcome::Unchanged)?;
    nobody_was_told(stage)?;
    screen.step(2, "The page changes, the policy doesn't", seen.at)?;
    for (what, before, after) in after.furniture.differences(&before.furniture) {
        screen.replaced(what, &before, &after)?;
    }
    screen.rest().await?;
    screen.good("looked: unchanged. The look is on record, and nobody is told")?;
    Ok(screen.rest().await?)
}

async fn the_policy_changes(stage: &Stage, screen: &mut Screen<impl Write>) -> Result<(), Error> {
    stage.site.publish(|page| {
        page.countries.retain(|country| *country != "Iceland");
        page.notice = "We give notice of at least 7 days unless the law requires otherwise.";
    });
    let seen = stage.look().await?;
    expect(&seen, Outcome::Changed)?;
    screen.step(3, "The policy changes", seen.at)?;
    screen.say(
        "Among 11 countries one is gone, and the notice before a suspension is shorter. Nobody at Larkwing mentions it.",
    )?;
    screen.rest().await?;
    screen.good("looked: changed. Version, change and notice are recorded in one transaction")?;
    let request = stage.deliver().await?;
    taken(&request)?;
    screen.good("delivered: your receiver gets a signed webhook and answers 204")?;
    screen.rest().await?;
    letter(&request, screen)?;
    screen.rest().await?;
    screen.say("And this is what you read next:")?;
    screen.rest().await?;
    difference(stage, 1, 2, screen).await?;
    Ok(screen.rest().await?)
}

async fn the_receiver_is_down(stage: &Stage, screen: &mut Screen<impl Write>) -> Result<(), Error> {
    stage.site.publish(|page| page.appeal = 14);
    stage.receiver.fail_once();
    let seen = stage.look().await?;
    expect(&seen, Outcome::Changed)?;
    screen.step(4, "It changes again, and your receiver is down", seen.at)?;
    let first = stage.deliver().await?;
    screen.bad(&format!("attempt 1: {} answered {}", first.id, first.answer))?;
    let failed_at = stage.clock.now();
    let second = stage.deliver().await?;
    taken(&second)?;
    if first.id != second.id {
        return Err(Error::Story(format!("{} came again as {}", first.id, second.id)));
    }
    let wait = stage.clock.now().duration_since(failed_at).as_secs_f64();
    screen.good(&format!("attempt 2, {wait:.0} s later: {} answered {}", second.id, second.answer))?;
    screen.rest().await?;
    screen.say(
        "The same id, so a receiver knows a repeat when it sees one. Attempts go on for about three days, each later \
         than the last; nothing is lost.",
    )?;
    screen.rest().await?;
    difference(stage, 2, 3, screen).await?;
    Ok(screen.rest().await?)
}

fn epilogue(screen: &mut Screen<impl Write>) -> Result<(), Error> {
    screen.good("that was all: servers stopped, folder removed")?;
    screen.blank()?;
    screen.title("What next", "with the pages that you depend on")?;
    screen.blank()?;
    screen.command("fineprint init", "write a sources.toml from the catalogue of providers")?;
    screen.command("fineprint check", "look once, now or from cron")?;
    screen.command("fineprint watch", "keep looking, and keep telling")?;
    Ok(())
}

/// The notice as the receiver got it.
fn letter(request: &Request, screen: &mut Screen<impl Write>) -> Result<(), Error> {
    let body: Value = serde_json::from_slice(&request.body).map_err(unreadable)?;
    let data = &body["data"];
    screen.quote_header("webhook-id", &request.id, "")?;
    screen.quote_header("webhook-timestamp", &request.timestamp, "")?;
    screen.quote_header("webhook-signature", &request.signature, "✓ verified")?;
    screen.quote("\n")?;
    screen.quote_paragraph(BOLD, words(&data["subject"]))?;
    for clause in data["diff"].as_array().into_iter().flatten() {
        let headings = clause["path"].as_array().into_iter().flatten().map(words);
        screen.quote("\n")?;
        screen.quote_paragraph(DIM, &headings.collect::<Vec<_>>().join(" › "))?;
        screen.quote_paragraph(PLAIN, &excerpt(clause))?;
    }
    Ok(())
}

/// The changed words of a clause and a few beside them: `… at least [-30-]{+7+} days unless …`.
fn excerpt(clause: &Value) -> String {
    let stretches: Vec<&Value> = clause["text"].as_array().into_iter().flatten().collect();
    let last = stretches.len().saturating_sub(1);
    let shown = stretches.iter().enumerate().map(|(i, stretch)| {
        match (words(&stretch["op"]), words(&stretch["text"])) {
            ("removed", text) => format!("[-{text}-]"),
            ("added", text) => format!("{{+{text}+}}"),
            (_, text) => beside(text, i > 0, i < last),
        }
    });
    shown.collect()
}

/// Of unchanged words, those beside a change before or after them.
fn beside(text: &str, change_before: bool, change_after: bool) -> String {
    const NEAR: usize = 4;
    let words: Vec<&str> = text.split_inclusive(' ').collect();
    let first = if change_before { NEAR.min(words.len()) } else { 0 };
    let rest = if change_after { words.len().saturating_sub(NEAR).max(first) } else { words.len() };
    let gap = if rest > first { "… " } else { "" };
    [words[..first].concat().as_str(), gap, words[rest..].concat().as_str()].concat()
}

fn words(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// What `fineprint diff` prints.
async fn difference(stage: &Stage, from: u32, to: u32, screen: &mut Screen<impl Write>) -> Result<(), Error> {
    let (before, after) = (stage.version(from).await?.text, stage.version(to).await?.text);
    let how = Terminal { width: screen.quoted_width(), color: screen.color(), context: 1 };
    screen.quote_paragraph(DIM, &format!("$ fineprint diff {} {from}..{to}", stage.source.id))?;
    Ok(screen.quote(&terminal(&before, &after, &diff::compare(&before, &after), &how))?)
}

fn nobody_was_told(stage: &Stage) -> Result<(), Error> {
    match stage.receiver.requests().len() {
        0 => Ok(()),
        n => Err(Error::Story(format!("{n} notices about nothing"))),
    }
}

fn taken(request: &Request) -> Result<(), Error> {
    if request.verified && !request.repeated && request.answer.is_success() {
        return Ok(());
    }
    Err(Error::Story(format!("the receiver did not take {}: {}", request.id, request.answer)))
}
