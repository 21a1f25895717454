//! One page, from a blank one to its document as text.

use std::time::Duration;

use chromiumoxide::Page;
use chromiumoxide::cdp::browser_protocol::browser::{
    BrowserContextId, SetDownloadBehaviorBehavior, SetDownloadBehaviorParams,
};
use chromiumoxide::cdp::browser_protocol::emulation::SetUserAgentOverrideParams;
use chromiumoxide::cdp::browser_protocol::fetch::{EnableParams, RequestPattern};
use chromiumoxide::cdp::browser_protocol::network::SetBypassServiceWorkerParams;
use chromiumoxide::cdp::browser_protocol::target::{CreateBrowserContextParams, CreateTargetParams};
use chromiumoxide::types::Command;
use url::Url;

use super::proxy::Proxy;
use super::rules::Credentials;
use super::session::{Session, said};
use super::tour::Tour;
use super::{Settings, Trouble};
use crate::fetch::Kind;
use crate::model::Peer;
use crate::net::Guard;

/// How long a single order to the browser may take.
pub(super) const ORDER: Duration = Duration::from_secs(30);
/// How long the one may that reads a page whose scripts were just stopped.
pub(super) const LONGEST: Duration = Duration::from_secs(30);

/// What is asked for, and how.
pub(in crate::fetch) struct Visit<'a> {
    /// Without user name and password.
    pub(in crate::fetch) url: &'a Url,
    pub(in crate::fetch) credentials: Credentials,
    pub(in crate::fetch) guard: &'a Guard,
    pub(in crate::fetch) settings: &'a Settings,
    pub(in crate::fetch) user_agent: &'a str,
    /// The languages asked for.
    pub(in crate::fetch) accept_language: Option<&'a str>,
    pub(in crate::fetch) connect_timeout: Duration,
    pub(in crate::fetch) max_body: u64,
    pub(in crate::fetch) max_redirects: usize,
}

/// A page that came.
#[derive(Debug)]
pub(in crate::fetch) struct Rendered {
    pub(in crate::fetch) url: String,
    pub(in crate::fetch) status: u16,
    pub(in crate::fetch) headers: Vec<(String, String)>,
    pub(in crate::fetch) redirects: Vec<(u16, String)>,
    pub(in crate::fetch) peer: Peer,
    pub(in crate::fetch) body: String,
    /// Whether the body is the document as it stood, not what the server sent.
    pub(in crate::fetch) is_document: bool,
}

/// Shows a page in a context of its own (cookies, cache, connections) and reads it.
pub(super) async fn visit(session: &Session, visit: &Visit<'_>) -> Result<Rendered, Kind> {
    let most = visit.settings.max_traffic;
    let proxy = Proxy::open(visit.guard.clone(), session.port, visit.connect_timeout, most).await;
    let proxy = proxy.map_err(|error| Trouble::Refused(format!("no proxy: {error}")))?;
    let context = session.order(create_context(&proxy)).await?.browser_context_id;
    let seen = async {
        let page = open(session, visit, &context).await?;
        Tour::new(session, visit, &proxy, &page, &context).await?.run().await
    };
    let seen = seen.await;
    // With it go the page, its processes, cookies and connections.
    session.close(context).await;
    seen
}

fn create_context(proxy: &Proxy) -> CreateBrowserContextParams {
    CreateBrowserContextParams {
        dispose_on_detach: Some(true),
        proxy_server: Some(proxy.url()),
        // Not even this machine is reached past the proxy.
        proxy_bypass_list: Some("<-loopback>".to_owned()),
        origins_with_universal_network_access: None,
    }
}

/// A blank page that is ready to be sent somewhere.
async fn open(session: &Session, visit: &Visit<'_>, context: &BrowserContextId) -> Result<Page, Trouble> {
    let mut deny = SetDownloadBehaviorParams::new(SetDownloadBehaviorBehavior::Deny);
    deny.browser_context_id = Some(context.clone());
    session.order(deny).await?;
    let mut blank = CreateTargetParams::new("about:blank");
    blank.browser_context_id = Some(context.clone());
    let page = session.page(blank).await?;
    let pattern = RequestPattern::builder().url_pattern("*").build();
    order(&page, EnableParams::builder().pattern(pattern).build()).await?;
    let agent = format!("{} {}", session.user_agent, visit.user_agent);
    let mut agent = SetUserAgentOverrideParams::new(agent);
    agent.accept_language = visit.accept_language.map(str::to_owned);
    order(&page, agent).await?;
    order(&page, SetBypassServiceWorkerParams::new(true)).await?;
    Ok(page)
}

/// What a page is told, within bounds.
pub(super) async fn order<T: Command>(page: &Page, command: T) -> Result<T::Response, Trouble> {
    order_within(ORDER, page, command).await
}

/// The same within another bound.
pub(super) async fn order_within<T: Command>(
    bound: Duration,
    page: &Page,
    command: T,
) -> Result<T::Response, Trouble> {
    match tokio::time::timeout(bound, page.execute(command)).await {
        Ok(Ok(answer)) => Ok(answer.result),
        Ok(Err(error)) => Err(said(&error)),
        Err(_) => Err(Trouble::Lost),
    }
}
