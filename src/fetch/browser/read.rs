//! Reading a page in a world of our own, which its scripts can't see.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chromiumoxide::Page;
use chromiumoxide::cdp::browser_protocol::network::{GetResponseBodyParams, RequestId};
use chromiumoxide::cdp::browser_protocol::page::{CreateIsolatedWorldParams, FrameId};
use chromiumoxide::cdp::js_protocol::runtime::{EvaluateParams, EvaluateReturns};

use super::Trouble;
use super::visit::{LONGEST, ORDER, order, order_within};
use crate::fetch::Kind;

/// The world's name: the same document, other scripts.
const WORLD: &str = "fineprint";
const FLATTEN: &str = include_str!("flatten.js");

/// A glance at a page.
pub(super) struct Look {
    pub(super) complete: bool,
    /// Characters of text.
    pub(super) text: u64,
    pub(super) nodes: u64,
}

/// Looks at a page; `None` where there is none at the moment, or where it is too busy to be looked at.
pub(super) async fn look(page: &Page, frame: &FrameId) -> Option<Look> {
    let seen = run(page, frame, "look", 0, ORDER).await.ok()?;
    let (complete, text, nodes) = serde_json::from_value(seen.result.value?).ok()?;
    Some(Look { complete, text, nodes })
}

/// The document as text, flattened; at most `most` bytes of it.
pub(super) async fn take(page: &Page, frame: &FrameId, most: u64) -> Result<String, Kind> {
    let taken = run(page, frame, "take", most, LONGEST).await;
    let taken = taken.map_err(|trouble| if trouble == Trouble::Lost { Trouble::Hung } else { trouble })?;
    match taken.result.value {
        Some(serde_json::Value::String(text)) => Ok(text),
        _ if taken.exception_details.is_some() => Err(Kind::TooLarge(most)),
        _ => Err(Trouble::Hung.into()),
    }
}

/// What the server sent in answer to a request, if it is text.
pub(super) async fn sent(page: &Page, request: &RequestId) -> Option<String> {
    let body = order(page, GetResponseBodyParams::new(request.clone())).await.ok()?;
    (!body.base64_encoded && !body.body.is_empty()).then_some(body.body)
}

/// Bytes in base64.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

async fn run(
    page: &Page,
    frame: &FrameId,
    mode: &str,
    most: u64,
    bound: Duration,
) -> Result<EvaluateReturns, Trouble> {
    let mut world = CreateIsolatedWorldParams::new(frame.clone());
    world.world_name = Some(WORLD.to_owned());
    let world = order_within(bound, page, world).await?.execution_context_id;
    let mut evaluate = EvaluateParams::new(format!("{FLATTEN}({mode:?}, {most})"));
    evaluate.context_id = Some(world);
    evaluate.return_by_value = Some(true);
    order_within(bound, page, evaluate).await
}
