//! What a page and its browser report, in one stream.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use chromiumoxide::cdp::IntoEventKind;
use chromiumoxide::cdp::browser_protocol::fetch::EventRequestPaused;
use chromiumoxide::cdp::browser_protocol::inspector::EventTargetCrashed;
use chromiumoxide::cdp::browser_protocol::network::{
    EventLoadingFailed, EventLoadingFinished, EventRequestWillBeSent, EventResponseReceived,
    EventResponseReceivedExtraInfo,
};
use chromiumoxide::cdp::browser_protocol::page::EventJavascriptDialogOpening;
use chromiumoxide::cdp::browser_protocol::target::EventTargetCreated;
use chromiumoxide::error::Result;
use chromiumoxide::{Browser, Page};
use futures_util::stream::{Stream, StreamExt as _};

/// Something happened.
pub(super) enum Event {
    /// A request waits for a ruling.
    Paused(Arc<EventRequestPaused>),
    Request(Arc<EventRequestWillBeSent>),
    Response(Arc<EventResponseReceived>),
    Wire(Arc<EventResponseReceivedExtraInfo>),
    Finished(Arc<EventLoadingFinished>),
    Failed(Arc<EventLoadingFailed>),
    /// `alert` and its like: the page stands still until it is answered.
    Dialog,
    /// A page or worker was made, perhaps by the page.
    Opened(Arc<EventTargetCreated>),
    Crashed,
}

type Source = Pin<Box<dyn Stream<Item = Event> + Send>>;

/// The events of one page. Each kind comes by a stream of its own, so that their order is lost; asked in this order, no
/// answer is ever seen before the request it is for.
pub(super) struct Events([Source; 9]);

impl Events {
    pub(super) async fn of(browser: &Browser, page: &Page) -> Result<Self> {
        let opened = browser.event_listener::<EventTargetCreated>().await?.map(Event::Opened);
        Ok(Self([
            listen(page, Event::Request).await?,
            listen(page, Event::Response).await?,
            listen(page, Event::Wire).await?,
            listen(page, Event::Finished).await?,
            listen(page, Event::Failed).await?,
            listen(page, Event::Paused).await?,
            listen(page, |_: Arc<EventJavascriptDialogOpening>| Event::Dialog).await?,
            listen(page, |_: Arc<EventTargetCrashed>| Event::Crashed).await?,
            Box::pin(opened),
        ]))
    }

    /// The next one; `None` when nothing can come any more.
    pub(super) async fn next(&mut self) -> Option<Event> {
        poll_fn(|cx| {
            let mut is_open = false;
            for source in &mut self.0 {
                match source.as_mut().poll_next(cx) {
                    Poll::Ready(Some(event)) => return Poll::Ready(Some(event)),
                    Poll::Ready(None) => {}
                    Poll::Pending => is_open = true,
                }
            }
            if is_open { Poll::Pending } else { Poll::Ready(None) }
        })
        .await
    }
}

async fn listen<T>(page: &Page, event: impl Fn(Arc<T>) -> Event + Send + 'static) -> Result<Source>
where
    T: IntoEventKind + Unpin + Send + Sync + 'static,
{
    Ok(Box::pin(page.event_listener::<T>().await?.map(event)))
}
