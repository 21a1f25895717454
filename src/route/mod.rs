//! Which notice goes where: the routes of `sources.toml`, pure.
//!
//! Routes are asked in their order. The first that fits says who is told, and is the last that is asked unless it says
//! to go on; where none fits, it is as if there were no routes. Doubt speaks: a route that looks for words takes a
//! notice whose clauses were cut, since they may stand in what was cut.

mod pattern;
mod words;

pub use pattern::Pattern;
pub use words::Words;

use crate::model::{ChannelName, News, Notice, Severity, Topic};

/// One `[[route]]`: what it takes, and who is told of that.
#[derive(Debug, Clone, Default)]
pub struct Route {
    /// What it is called, for people.
    pub name: Option<String>,
    /// Providers, by name or id.
    pub service: Vec<Pattern>,
    /// Sources, by id.
    pub source: Vec<Pattern>,
    /// Documents, by name.
    pub terms: Vec<Pattern>,
    /// What it is about: one of these.
    pub topic: Vec<Topic>,
    /// How serious, at least.
    pub severity: Option<Severity>,
    /// Words, one of which stands in it.
    pub words: Vec<Words>,
    /// Kinds of news; empty for those about sources.
    pub news: Vec<News>,
    /// Who is told; empty for nobody.
    pub notify: Vec<ChannelName>,
    /// Whether routes after it are asked, too.
    pub goes_on: bool,
}

/// What a route makes of a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It takes it.
    Takes,
    /// It doesn't, for this reason.
    Passes(String),
    /// One before it took it and didn't go on.
    NotAsked,
}

/// Who is told of a notice: as the routes say, `otherwise` where none takes it.
pub fn recipients(routes: &[Route], notice: &Notice, otherwise: &[ChannelName]) -> Vec<ChannelName> {
    let answers = explain(routes, notice);
    let mut recipients: Vec<ChannelName> = Vec::new();
    let mut taken = false;
    for (route, _) in routes.iter().zip(answers).filter(|(_, answer)| *answer == Answer::Takes) {
        taken = true;
        for name in &route.notify {
            if !recipients.contains(name) {
                recipients.push(name.clone());
            }
        }
    }
    if taken { recipients } else { otherwise.to_vec() }
}

/// What each route makes of a notice.
pub fn explain(routes: &[Route], notice: &Notice) -> Vec<Answer> {
    let mut done = false;
    let mut ask = |route: &Route| {
        if done {
            return Answer::NotAsked;
        }
        match route.misfit(notice) {
            Some(why) => Answer::Passes(why),
            None => {
                done = !route.goes_on;
                Answer::Takes
            }
        }
    };
    routes.iter().map(&mut ask).collect()
}

impl Route {
    /// Why it doesn't take a notice, if it doesn't.
    fn misfit(&self, notice: &Notice) -> Option<String> {
        let fits = |patterns: &[Pattern], names: &[&str]| {
            patterns.is_empty() || patterns.iter().any(|pattern| names.iter().any(|name| pattern.fits(name)))
        };
        let news = if self.news.is_empty() {
            is_about_a_source(notice.news)
        } else {
            self.news.contains(&notice.news)
        };
        if !news {
            return Some("it is another kind of news".to_owned());
        }
        if !fits(&self.service, &[&notice.service, notice.source.service()]) {
            return Some(format!("the service is {}", notice.service));
        }
        if !fits(&self.source, &[notice.source.as_str()]) {
            return Some(format!("the source is {}", notice.source));
        }
        if !fits(&self.terms, &[&notice.terms]) {
            return Some(format!("the terms are {}", notice.terms));
        }
        if !self.topic.is_empty() && !self.topic.iter().any(|topic| notice.topics.contains(topic)) {
            return Some("it is about other topics".to_owned());
        }
        if self.severity.is_some_and(|least| notice.severity < least) {
            return Some(format!("it is {}", notice.severity));
        }
        if !self.words.is_empty() && notice.cut == 0 && !self.words.iter().any(|words| words.stand_in(notice))
        {
            return Some("the words don't stand in it".to_owned());
        }
        None
    }
}

/// News about fineprint itself goes by a route only if that asks for it by name.
fn is_about_a_source(news: News) -> bool {
    match news {
        News::ChannelFailing | News::ChannelRecovered | News::Heartbeat | News::Test => false,
        News::Changed | News::Pinned | News::Diverged | News::Effective | News::Unreviewed => true,
        News::Degraded | News::Recovered | News::Blind | News::Digest => true,
    }
}

#[cfg(test)]
mod tests;
