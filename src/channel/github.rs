//! GitHub: [an issue](https://docs.github.com/en/rest/issues/issues#create-an-issue) for each notice in a repository.
//!
//! GitHub knows no id for a request, so the issue carries the notice's, in a comment that isn't shown, and before an
//! issue is opened the younger ones are looked through for it. An attempt whose answer got lost thus opens no second
//! issue, unless the repository got more than 200 others (`PAGES` × `PER_PAGE`) since the change was seen, or somebody
//! took the comment out.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};
use serde_json::{Value, json};
use url::Url;

use super::markup::{Markup, backslashed, code, title, unlinked};
use super::post::{Client, Reach, Request, bearer};
use super::{Channel, Error, Invalid, Receipt, Template, form::Form};
use crate::model::{Notice, NoticeId, Secret};
use crate::notice::Message;

/// A title has at most 256 characters.
const TITLE: usize = 256;
/// A body has at most 65,536 characters; counted in bytes, with room for the comment that marks it.
const BODY: usize = 65_000;
/// Pages of issues that are looked through before one is opened, …
const PAGES: usize = 8;
/// … and issues on each.
const PER_PAGE: usize = 25;
/// What a page of issues may have, in bytes: each body at its longest, in JSON.
const PAGE: usize = 10 * 1024 * 1024;

const VERSION: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-github-api-version"), HeaderValue::from_static("2022-11-28"));

/// GitHub's Markdown. Mentions and references are found after Markdown has done its work, in entities too.
pub(super) const MARKUP: Markup = Markup {
    name: "GitHub Markdown",
    escape: |text| unlinked(&backslashed(text, "*_~`|>#[](){}<&!$"), "@#:").replace("GH-", "GH\u{2060}-"),
    size: str::len,
    strong: ["<strong>", "</strong>"],
    removed: ["<del>", "</del>"],
    added: ["<strong>", "</strong>"],
    command: code,
    quote: ["> ", ""],
    link: |url| format!("[the page]({url})"),
    newline: "\n",
};

/// `[channels.NAME.github]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// `owner/name`
    pub repository: String,
    /// A token that may read and write the repository's issues.
    pub token: Secret,
    /// Labels of each issue.
    pub labels: Vec<String>,
    /// The API, for those who run their own.
    pub server: Url,
    /// The operator's form, if not the built-in one.
    pub template: Option<Template>,
}

impl Settings {
    /// The API of github.com.
    pub const SERVER: &str = "https://api.github.com/";
}

/// A repository.
pub(super) struct GitHub {
    settings: Settings,
    client: Client,
}

impl GitHub {
    pub fn new(settings: Settings, reach: &Reach) -> Result<Self, Invalid> {
        let client = Client::new(&settings.server, &[settings.token.reveal()], reach)?;
        Ok(Self { settings, client })
    }

    fn request(&self, method: Method, query: &str, body: &Value) -> Request {
        let mut url = self.settings.server.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push("repos").extend(self.settings.repository.split('/')).push("issues");
        }
        url.set_query(Some(query).filter(|query| !query.is_empty()));
        let shown = url.to_string();
        let mut request = Request::json(method, url, shown, body)
            .header(ACCEPT, Some(HeaderValue::from_static("application/vnd.github+json")))
            .header(VERSION.0, Some(VERSION.1))
            .header(AUTHORIZATION, bearer(self.settings.token.reveal()));
        if body.is_null() {
            request.body.clear();
            request.headers.remove(CONTENT_TYPE);
        }
        request
    }

    /// A page of the issues that are no older than the notice, youngest first.
    fn look(&self, notice: &Notice, page: usize) -> Request {
        // A day's grace for clocks that differ.
        let since = notice.at.checked_sub(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MIN);
        let since = since.strftime("%Y-%m-%dT%H:%M:%SZ");
        let query =
            format!("state=all&sort=created&direction=desc&since={since}&per_page={PER_PAGE}&page={page}");
        self.request(Method::GET, &query, &Value::Null)
    }

    fn open(&self, notice: &Notice) -> Request {
        let form = Form { markup: &MARKUP, template: self.settings.template.clone() };
        let body = json!({
            "title": title(&Message::of(notice).headline, TITLE),
            "body": format!("{}\n\n{}", form.body(notice, BODY), marker(&notice.id)),
            "labels": self.settings.labels,
        });
        self.request(Method::POST, "", &body)
    }

    /// The number of the issue that an earlier attempt opened.
    async fn opened(&self, notice: &Notice, at: Timestamp) -> Result<Option<u64>, Error> {
        let marker = marker(&notice.id);
        for page in 1..=PAGES {
            let answer = self.client.ask(&self.look(notice, page), at, PAGE).await?;
            let issues = answer.as_array().map(Vec::as_slice).unwrap_or_default();
            let ours = |issue: &&Value| issue["body"].as_str().is_some_and(|body| body.contains(&marker));
            if let Some(issue) = issues.iter().find(ours) {
                return Ok(Some(issue["number"].as_u64().unwrap_or_default()));
            }
            if issues.len() < PER_PAGE {
                break;
            }
        }
        Ok(None)
    }
}

#[async_trait]
impl Channel for GitHub {
    async fn send(&self, notice: &Notice, at: Timestamp) -> Result<Receipt, Error> {
        if let Some(number) = self.opened(notice, at).await? {
            return Ok(Receipt(format!("{} has it already, as issue {number}", self.client.host)));
        }
        self.client.send(&self.open(notice), at).await
    }

    fn preview(&self, notice: &Notice, _at: Timestamp) -> String {
        format!(
            "{}\n\nand, if none of these has it:\n\n{}",
            self.look(notice, 1).preview().trim_end(),
            self.open(notice).preview()
        )
    }
}

/// What an issue is recognised by. A page's words can't forge it: their `<` is escaped.
fn marker(id: &NoticeId) -> String {
    format!("<!-- fineprint:{id} -->")
}
