//! Whatever [Apprise](https://github.com/caronc/apprise) can reach, by its command line.
//!
//! Addresses, which hold passwords and tokens, stand in its environment and not among its arguments, where everybody on the
//! machine could read them; the text comes on its standard input. Which signs have a meaning where it goes only Apprise
//! knows: mentions, tags and addresses are broken up, emphasis may show.

use std::path::PathBuf;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

use super::markup::{Markup, PLAIN, title, unlinked, utf16};
use super::program::Program;
use super::{Channel, Error, Receipt, Template, form::Form};
use crate::model::{Notice, Secret, Severity};
use crate::notice::Message;

/// Characters of a title.
const TITLE: usize = 250;

/// Text for services of all kinds.
pub(super) const MARKUP: Markup =
    Markup { name: "Apprise text", escape: plain, size: utf16, command: plain, ..PLAIN };

/// `[channels.NAME.apprise]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The program, if it is not `apprise` on the `PATH`.
    pub program: PathBuf,
    /// Where it sends, in Apprise's notation; at least one.
    pub urls: Vec<Secret>,
    /// Characters of the text at most.
    pub limit: usize,
    /// How long it may take.
    pub timeout: Duration,
    /// The operator's form, if not the built-in one.
    pub template: Option<Template>,
}

impl Settings {
    /// The program.
    pub const PROGRAM: &str = "apprise";
    /// Characters of the text by default: what most chats take.
    pub const LIMIT: usize = 2_000;
    /// How long it may take by default.
    pub const TIMEOUT: Duration = Duration::from_secs(60);
}

/// Apprise, with where it sends.
pub(super) struct Apprise {
    settings: Settings,
}

impl Apprise {
    pub fn new(settings: Settings) -> Self {
        Self { settings }
    }

    fn program(&self, notice: &Notice) -> Program {
        let Settings { program, urls, timeout, .. } = &self.settings;
        let urls: Vec<&str> = urls.iter().map(Secret::reveal).collect();
        Program {
            path: program.clone(),
            arguments: arguments(notice).to_vec(),
            environment: vec![("APPRISE_URLS".to_owned(), Secret::new(urls.join(", ")))],
            timeout: *timeout,
        }
    }

    fn input(&self, notice: &Notice) -> String {
        let form = Form { markup: &MARKUP, template: self.settings.template.clone() };
        form.body(notice, self.settings.limit)
    }
}

#[async_trait]
impl Channel for Apprise {
    async fn send(&self, notice: &Notice, _at: Timestamp) -> Result<Receipt, Error> {
        let more = [("FINEPRINT_ID", notice.id.as_str()), ("PYTHONUTF8", "1")];
        let ran = self.program(notice).run(&more, self.input(notice).as_bytes()).await;
        let told = |why: String| {
            // What it says of an address may be a part of it.
            let parts =
                self.settings.urls.iter().flat_map(|url| url.reveal().split(['/', '@', ':', '?', '&', '=']));
            parts.filter(|part| part.len() > 5).fold(why, |why, part| why.replace(part, "***"))
        };
        match ran {
            Ok(said) => Ok(Receipt(told(format!("apprise took it {said}").trim_end().to_owned()))),
            Err(failure) => Err(Error::Retry { after: None, why: told(failure.why) }),
        }
    }

    fn preview(&self, notice: &Notice, _at: Timestamp) -> String {
        let arguments: String = arguments(notice).iter().map(|argument| format!(" {argument}")).collect();
        let program = self.settings.program.display();
        let urls = vec!["***"; self.settings.urls.len()].join(", ");
        format!("{program}{arguments}\nAPPRISE_URLS={urls}\n\n{}", self.input(notice))
    }
}

/// What it is called with: nothing secret.
fn arguments(notice: &Notice) -> [String; 5] {
    let kind = match notice.severity {
        Severity::Minor => "info",
        Severity::Major => "warning",
        Severity::Critical => "failure",
    };
    let headline = (MARKUP.escape)(&title(&Message::of(notice).headline, TITLE));
    [
        format!("--title={headline}"),
        format!("--notification-type={kind}"),
        "--input-format=text".to_owned(),
        // Nothing is kept between runs, and no file is written.
        "--storage-mode=memory".to_owned(),
        "--disable-async".to_owned(),
    ]
}

fn plain(text: &str) -> String {
    unlinked(text, "@#<&")
}
