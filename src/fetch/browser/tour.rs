//! A page under way: its requests are ruled on, its dialogs closed, its bounds kept, until it has settled; then it is read.

use std::pin::pin;
use std::time::Duration;

use chromiumoxide::cdp::browser_protocol::browser::BrowserContextId;
use chromiumoxide::cdp::browser_protocol::emulation::SetScriptExecutionDisabledParams;
use chromiumoxide::cdp::browser_protocol::fetch::{
    ContinueRequestParams, EventRequestPaused, FailRequestParams,
};
use chromiumoxide::cdp::browser_protocol::network::{ErrorReason, GetCertificateParams, ResourceType};
use chromiumoxide::cdp::browser_protocol::page::{FrameId, HandleJavaScriptDialogParams, NavigateParams};
use chromiumoxide::cdp::browser_protocol::target::{CloseTargetParams, EventTargetCreated};
use chromiumoxide::cdp::js_protocol::runtime::TerminateExecutionParams;
use chromiumoxide::{Command, Page};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, timeout, timeout_at};
use url::Url;

use super::Trouble;
use super::events::{Event, Events};
use super::main_document::{ABORTED, Answered, MainDocument};
use super::proxy::Proxy;
use super::read::{self, Look};
use super::rules::{self, Asked, Ruling};
use super::session::{Session, said};
use super::settle::{Settling, Sight};
use super::visit::{Rendered, Visit, order};
use crate::fetch::Kind;
use crate::model::{Digest, Peer};
use crate::net::Failure;

/// How often a page is looked at.
const PACE: Duration = Duration::from_millis(250);
/// How long a page may take to stop its scripts, or to say what it was that was stopped.
const STOP: Duration = Duration::from_secs(2);
/// How many nodes are read; a text of ten megabytes has fewer.
const NODES: u64 = 300_000;
/// How many requests a page may make.
const REQUESTS: usize = 1_000;

/// A page under way. What waits takes it as `&mut`: streams of events aren't made to be shared.
pub(super) struct Tour<'a> {
    session: &'a Session,
    visit: &'a Visit<'a>,
    proxy: &'a Proxy,
    page: &'a Page,
    context: &'a BrowserContextId,
    frame: FrameId,
    events: Events,
    document: MainDocument,
    settling: Settling,
    begun: Instant,
    trusted: bool,
}

/// What was asked of the page in the background.
enum Told {
    Went,
    Looked(Option<Look>),
}

impl<'a> Tour<'a> {
    pub(super) async fn new(
        session: &'a Session,
        visit: &'a Visit<'a>,
        proxy: &'a Proxy,
        page: &'a Page,
        context: &'a BrowserContextId,
    ) -> Result<Self, Trouble> {
        let events = Events::of(&session.browser, page).await.map_err(|error| said(&error))?;
        let frame = page.mainframe().await.map_err(|error| said(&error))?.ok_or(Trouble::Lost)?;
        let (document, settling) = (MainDocument::of(frame.clone()), Settling::default());
        let (begun, trusted) = (Instant::now(), true);
        Ok(Self { session, visit, proxy, page, context, frame, events, document, settling, begun, trusted })
    }

    /// Goes there, waits until the page has settled or its time is up, and takes what it has become.
    pub(super) async fn run(mut self) -> Result<Rendered, Kind> {
        let settle = self.begun + self.visit.settings.settle;
        let mut pace = tokio::time::interval(PACE);
        pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut tasks = JoinSet::new();
        let (page, to) = (self.page.clone(), NavigateParams::new(self.visit.url.as_str()));
        // Answers when the page has loaded, if ever: what happens until then is told by the events.
        tasks.spawn(async move {
            drop(page.execute(to).await);
            Told::Went
        });
        let mut looking = false;
        loop {
            tokio::select! {
                () = tokio::time::sleep_until(settle) => break,
                event = self.events.next() => self.take_in(event.ok_or(Trouble::Lost)?).await?,
                Some(Ok(Told::Looked(look))) = tasks.join_next() => {
                    looking = false;
                    if self.has_settled(look)? {
                        break;
                    }
                }
                _ = pace.tick() => {
                    self.within_bounds()?;
                    if !looking && self.document.answer.is_some() {
                        let (page, frame) = (self.page.clone(), self.frame.clone());
                        tasks.spawn(async move { Told::Looked(read::look(&page, &frame).await) });
                        looking = true;
                    }
                }
            }
            if let Some(failure) = self.document.failure.take() {
                if failure == ABORTED {
                    self.await_answer().await?;
                }
                return Err(self.no_answer(failure));
            }
        }
        self.take().await
    }

    /// Chromium stops what it would have to download. Each kind of event comes by a way of its own, so the answer that
    /// says what it was may come behind the news that it was stopped.
    async fn await_answer(&mut self) -> Result<(), Kind> {
        let until = Instant::now() + STOP;
        while self.document.answer.is_none() {
            match timeout_at(until, self.events.next()).await {
                Ok(Some(event)) => self.take_in(event).await?,
                _ => break,
            }
        }
        Ok(())
    }

    async fn take_in(&mut self, event: Event) -> Result<(), Kind> {
        match event {
            Event::Paused(event) => self.rule(&event)?,
            Event::Request(event) => self.document.on_request(&event),
            Event::Response(event) => self.document.on_response(&event),
            Event::Wire(event) => self.document.on_wire(&event),
            Event::Finished(event) => self.document.on_end(&event.request_id),
            Event::Failed(event) => self.document.on_failure(&event),
            Event::Dialog => close_dialog(self.page),
            Event::Opened(event) => self.close_if_popup(&event).await,
            Event::Crashed => return Err(self.session.crash(self.visit.settings.memory).into()),
        }
        if self.document.way.len() > self.visit.max_redirects {
            return Err(Kind::TooManyRedirects(self.visit.max_redirects));
        }
        // Here, too: a page that asks without end keeps us from everything else.
        self.within_bounds().map_err(Kind::from)
    }

    fn rule(&mut self, event: &EventRequestPaused) -> Result<(), Kind> {
        let is_main = event.resource_type == ResourceType::Document && event.frame_id == self.frame;
        if is_main && let Ok(url) = Url::parse(&event.request.url) {
            self.visit.guard.check(&url).map_err(Failure::from)?;
            self.trusted &= url.origin() == self.visit.url.origin();
        }
        let headers = event.request.headers.inner();
        let asked = Asked { url: &event.request.url, kind: &event.resource_type, is_main, headers };
        let ruling = rules::rule(&asked, self.visit.guard, &self.visit.credentials, self.trusted);
        let id = event.request_id.clone();
        match ruling {
            Ruling::Goes(headers) => {
                tell(self.page, ContinueRequestParams { headers, ..ContinueRequestParams::new(id) });
            }
            Ruling::Refused => tell(self.page, FailRequestParams::new(id, ErrorReason::BlockedByClient)),
        }
        Ok(())
    }

    /// What a page opens beside itself is never read.
    async fn close_if_popup(&mut self, event: &EventTargetCreated) {
        let info = &event.target_info;
        let is_ours = info.browser_context_id.as_ref() == Some(self.context);
        if is_ours && info.r#type == "page" && &info.target_id != self.page.target_id() {
            let close = self.session.browser.execute(CloseTargetParams::new(info.target_id.clone()));
            drop(timeout(Duration::from_secs(1), close).await);
        }
    }

    fn within_bounds(&self) -> Result<(), Trouble> {
        if self.proxy.is_spent() {
            return Err(Trouble::Traffic(self.visit.settings.max_traffic));
        }
        if self.document.requests > REQUESTS {
            return Err(Trouble::Requests(REQUESTS));
        }
        if self.session.is_dead() { Err(Trouble::Lost) } else { Ok(()) }
    }

    fn has_settled(&mut self, look: Option<Look>) -> Result<bool, Kind> {
        // Between two documents there is nothing to see.
        let (Some(look), Some(answer)) = (look, &self.document.answer) else { return Ok(false) };
        if look.nodes > NODES {
            return Err(Trouble::Nodes(NODES).into());
        }
        if !answer.is_html() {
            return Ok(look.complete);
        }
        let sight = Sight {
            status: answer.status,
            document: self.document.documents,
            complete: look.complete,
            busy: self.document.busy(),
            text: look.text,
            nodes: look.nodes,
        };
        Ok(self.settling.see(sight, self.begun.elapsed(), self.visit.settings.patience))
    }

    /// Why no answer came: what the proxy met says it better than the browser does.
    fn no_answer(&self, failure: String) -> Kind {
        if failure == ABORTED
            && let Some(answer) = &self.document.answer
        {
            return Trouble::NotHtml(answer.media_type.clone()).into();
        }
        let met = self.document.place().and_then(|(host, port)| self.proxy.reached(&host, port));
        match met {
            Some(Err(failure)) => failure.into(),
            _ if failure.contains("CERT") => Failure::Tls(format!("the browser says {failure}")).into(),
            _ => Trouble::Refused(failure).into(),
        }
    }

    async fn take(mut self) -> Result<Rendered, Kind> {
        let silent = || Failure::Silent(self.visit.settings.settle);
        let answer = self.document.answer.take().ok_or_else(silent)?;
        let is_document = answer.is_html();
        let body = if is_document { self.document_text().await? } else { self.sent_text(&answer).await? };
        if body.len() as u64 > self.visit.max_body {
            return Err(Kind::TooLarge(self.visit.max_body));
        }
        let peer = self.peer(&answer).await;
        let Answered { url, status, headers, .. } = answer;
        Ok(Rendered { url, status, headers, redirects: self.document.way, peer, body, is_document })
    }

    /// The document as it stands. Scripts are stopped first: then it stands still, whatever they were doing.
    async fn document_text(&mut self) -> Result<String, Kind> {
        let (page, frame, most) = (self.page, &self.frame, self.visit.max_body);
        let mut text = pin!(async {
            // Neither answers where a dialog is open; both are done all the same.
            drop(timeout(STOP, order(page, SetScriptExecutionDisabledParams::new(true))).await);
            drop(timeout(STOP, order(page, TerminateExecutionParams::default())).await);
            read::take(page, frame, most).await
        });
        loop {
            tokio::select! {
                text = &mut text => return text,
                // One that is open stops everything else.
                Some(event) = self.events.next() => if let Event::Dialog = event {
                    close_dialog(page);
                },
            }
        }
    }

    /// What the server sent, where it is text but no document.
    async fn sent_text(&mut self, answer: &Answered) -> Result<String, Kind> {
        let sent = if answer.is_text() { read::sent(self.page, &answer.request).await } else { None };
        Ok(sent.ok_or_else(|| Trouble::NotHtml(answer.media_type.clone()))?)
    }

    async fn peer(&mut self, answer: &Answered) -> Peer {
        let url = Url::parse(&answer.url).ok();
        let reached = url.as_ref().and_then(|url| {
            self.proxy.reached(&url.host_str()?.to_ascii_lowercase(), url.port_or_known_default()?)?.ok()
        });
        let origin = url.filter(|url| url.scheme() == "https").map(|url| url.origin().ascii_serialization());
        let certificate = match origin {
            Some(origin) => order(self.page, GetCertificateParams::new(origin)).await.ok(),
            None => None,
        };
        let der = certificate.and_then(|chain| read::decode(chain.table_names.first()?));
        Peer {
            address: reached.map(|address| address.to_string()),
            certificate: der.map(|der| Digest::of(&der).to_string()),
        }
    }
}

/// Answers `alert` and its like: no. The page may be gone by now, with its dialog.
fn close_dialog(page: &Page) {
    tell(page, HandleJavaScriptDialogParams::new(false));
}

/// Tells the page something whose answer nobody waits for: what it was about may be gone by then.
fn tell<T: Command + Send + 'static>(page: &Page, command: T)
where
    T::Response: Send,
{
    let page = page.clone();
    tokio::spawn(async move { drop(order(&page, command).await) });
}
