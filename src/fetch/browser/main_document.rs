//! The page itself among all that it loads: which address answered, how, and by which way it was reached.

use std::collections::HashSet;

use chromiumoxide::cdp::browser_protocol::network::{
    EventLoadingFailed, EventRequestWillBeSent, EventResponseReceived, EventResponseReceivedExtraInfo,
    Headers, RequestId, ResourceType, Response,
};
use chromiumoxide::cdp::browser_protocol::page::FrameId;
use url::Url;

/// What the browser says of what it has given up: a download, for one.
pub(super) const ABORTED: &str = "net::ERR_ABORTED";

/// What is known of the page itself, and of what it waits for.
pub(super) struct MainDocument {
    frame: FrameId,
    /// The request for it that was made last.
    request: Option<RequestId>,
    asked: String,
    /// Every address that led on, with the status under which it did.
    pub(super) way: Vec<(u16, String)>,
    /// Its answer, if one came.
    pub(super) answer: Option<Answered>,
    /// Its headers as they came over the wire, cookies included, by request.
    wire: Option<(RequestId, Vec<(String, String)>)>,
    /// Why the browser gave it up.
    pub(super) failure: Option<String>,
    /// How many documents there were before.
    pub(super) documents: usize,
    /// Requests without an answer.
    open: HashSet<RequestId>,
    /// Requests so far.
    pub(super) requests: usize,
}

/// How the page's server answered.
#[derive(Debug, Clone)]
pub(super) struct Answered {
    pub(super) request: RequestId,
    pub(super) url: String,
    pub(super) status: u16,
    pub(super) media_type: String,
    pub(super) headers: Vec<(String, String)>,
}

impl Answered {
    pub(super) fn is_html(&self) -> bool {
        matches!(self.media_type.as_str(), "text/html" | "application/xhtml+xml")
    }

    /// Whether it can be read as it was sent.
    pub(super) fn is_text(&self) -> bool {
        let kind = self.media_type.as_str();
        kind.starts_with("text/") || kind.ends_with("json") || kind.ends_with("xml")
    }
}

impl MainDocument {
    pub(super) fn of(frame: FrameId) -> Self {
        Self {
            frame,
            request: None,
            asked: String::new(),
            way: Vec::new(),
            answer: None,
            wire: None,
            failure: None,
            documents: 0,
            open: HashSet::new(),
            requests: 0,
        }
    }

    /// How many requests wait for their answer.
    pub(super) fn busy(&self) -> usize {
        self.open.len()
    }

    /// The host and port that were asked last.
    pub(super) fn place(&self) -> Option<(String, u16)> {
        let url = Url::parse(&self.asked).ok()?;
        Some((url.host_str()?.to_owned(), url.port_or_known_default()?))
    }

    pub(super) fn is_asked(&self, event: &EventRequestWillBeSent) -> bool {
        event.frame_id.as_ref() == Some(&self.frame) && event.r#type == Some(ResourceType::Document)
    }

    pub(super) fn on_request(&mut self, event: &EventRequestWillBeSent) {
        self.requests += 1;
        self.open.insert(event.request_id.clone());
        if !self.is_asked(event) {
            return;
        }
        match &event.redirect_response {
            Some(redirect) => self.way.push((status(redirect), bare(&redirect.url))),
            // A page that goes on by itself, or loads itself again.
            None => self.way.extend(self.answer.take().map(|left| (left.status, bare(&left.url)))),
        }
        self.documents += usize::from(self.request.is_some() && event.redirect_response.is_none());
        (self.request, self.asked) = (Some(event.request_id.clone()), event.request.url.clone());
        (self.answer, self.failure) = (None, None);
    }

    pub(super) fn on_response(&mut self, event: &EventResponseReceived) {
        if self.request.as_ref() != Some(&event.request_id) {
            return;
        }
        let response = &event.response;
        let wire = self.wire.take().filter(|(request, _)| *request == event.request_id);
        let headers = wire.map_or_else(|| pairs(&response.headers), |(_, headers)| headers);
        self.answer = Some(Answered {
            request: event.request_id.clone(),
            url: bare(&response.url),
            status: status(response),
            media_type: response.mime_type.clone(),
            headers,
        });
    }

    /// The headers with what the page itself isn't shown; they come before or after the response.
    pub(super) fn on_wire(&mut self, event: &EventResponseReceivedExtraInfo) {
        if self.request.as_ref() != Some(&event.request_id) || (300..400).contains(&event.status_code) {
            return;
        }
        match &mut self.answer {
            Some(answer) => answer.headers = pairs(&event.headers),
            None => self.wire = Some((event.request_id.clone(), pairs(&event.headers))),
        }
    }

    pub(super) fn on_end(&mut self, request: &RequestId) {
        self.open.remove(request);
    }

    pub(super) fn on_failure(&mut self, event: &EventLoadingFailed) {
        self.open.remove(&event.request_id);
        if self.request.as_ref() != Some(&event.request_id) {
            return;
        }
        // A document that its own script leaves before it is complete is given up, too.
        let is_left = self.answer.as_ref().is_some_and(Answered::is_html) && event.error_text == ABORTED;
        if !is_left {
            self.failure = Some(event.error_text.clone());
        }
    }
}

fn status(response: &Response) -> u16 {
    u16::try_from(response.status).unwrap_or(0)
}

/// An address without user name, password and fragment.
fn bare(url: &str) -> String {
    Url::parse(url).map_or_else(|_| url.to_owned(), |url| crate::fetch::route::bare(&url).into())
}

/// Names in lower case; what came several times stands in lines of one value.
fn pairs(headers: &Headers) -> Vec<(String, String)> {
    let fields = headers.inner().as_object().into_iter().flatten();
    let fields = fields.filter_map(|(name, value)| Some((name.to_ascii_lowercase(), value.as_str()?)));
    let each = |(name, value): (String, &str)| {
        value.split('\n').map(|line| (name.clone(), line.to_owned())).collect::<Vec<_>>()
    };
    fields.flat_map(each).collect()
}
