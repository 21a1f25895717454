//! The way to a page: from host to host, at each one with its leave and in its turn.

use std::sync::Arc;

use reqwest::header::{RETRY_AFTER, SET_COOKIE};
use reqwest::{RequestBuilder, Response, StatusCode};
use tokio::time::Instant;
use url::Url;

use super::pace::{Resting, Turn};
use super::route::Route;
use super::{Error, Fetched, Fetcher, Kind, Place, redirection, request, scrub};
use crate::model::{Source, Validators};
use crate::net::{self, Failure};

impl Fetcher {
    /// Asks for a source's page, or only for its changes since `seen`.
    ///
    /// Waits for its turn at each host first; the timeout counts the rest.
    pub async fn fetch(&self, source: &Source, seen: &Validators) -> Result<Fetched, Error> {
        self.bring(source, seen).await.0
    }

    /// As [`Fetcher::fetch`], with the page's place: held for as long as the page is, it bounds how many there are.
    pub async fn bring(&self, source: &Source, seen: &Validators) -> (Result<Fetched, Error>, Option<Place>) {
        let (outcome, place) = match self.travel(source, seen).await {
            Ok((Fetched::Page(page), place)) if page.header("content-encoding").is_some() => {
                (self.unpack(page).await.map(Fetched::Page), Some(place))
            }
            Ok((fetched, place)) => (Ok(fetched), Some(place)),
            Err(error) => (Err(error), None),
        };
        (scrub::scrubbed(outcome, source), place)
    }

    /// Goes from redirect to redirect until an answer stays.
    async fn travel(&self, source: &Source, seen: &Validators) -> Result<(Fetched, Place), Error> {
        let client = self.clients.of(source).map_err(|kind| Error::new(&source.url, kind))?;
        let mut route = Route::of(source);
        let (mut turn, mut left) = (None, self.settings.timeout);
        loop {
            let here = route.here().clone();
            let fail = |kind: Kind| Error::new(&here, kind);
            let asked = request::validators_for(&here, seen);
            let request = request::to(&route, &client, source).map_err(fail)?.headers(asked.clone());
            let admitted = self.admit(source, &here, turn.take()).await?;
            let place = Arc::clone(&self.places).acquire_owned().await;
            let place = Place(place.expect("the semaphore is never closed"));
            let _permit = self.permits.acquire().await.expect("the semaphore is never closed");
            let started = Instant::now();
            let visit = async {
                let answer = self.answer(request, source, &admitted).await.map_err(fail)?;
                if let Some(to) = redirection(&answer) {
                    let status = answer.status().as_u16();
                    route.remember(answer.headers().get_all(SET_COOKIE).iter());
                    route.redirect(status, &to, self.settings.max_redirects).map_err(fail)?;
                    return Ok(None);
                }
                if answer.status() != StatusCode::NOT_MODIFIED {
                    return self.receive(source, &route, answer).await.map(Some).map_err(fail);
                }
                if asked.is_empty() { Err(fail(Kind::NotAsked)) } else { Ok(Some(self.not_modified())) }
            };
            match tokio::time::timeout(left, visit).await {
                Ok(Ok(Some(fetched))) => return Ok((fetched, place)),
                Ok(Ok(None)) => {}
                Ok(Err(error)) => return Err(error),
                Err(_) => return Err(Error::new(&source.url, Failure::Endless(self.settings.timeout))),
            }
            left = left.saturating_sub(started.elapsed());
            turn = Some(admitted);
        }
    }

    /// Waits until a page of a source may be visited at `url`, where its way has led: the address is judged, what the
    /// site says to robots is obeyed, and its host's pace kept. `before` is the visit from which the way came.
    ///
    /// The visit lasts until the turn is dropped.
    pub async fn admit(&self, source: &Source, url: &Url, before: Option<Turn>) -> Result<Turn, Error> {
        let fail = |kind: Kind| Error::new(url, kind);
        self.clients.check(url, source).map_err(|failure| fail(failure.into()))?;
        let delay = self.obey(source, url).await.map_err(fail)?;
        match before.filter(|turn| turn.is_at(url)) {
            Some(turn) => Ok(turn),
            None => {
                self.recall(url).await;
                let turn = self.pace.turn(url, delay, || self.clock.now()).await;
                turn.map_err(|Resting(until)| fail(Kind::Resting(until)))
            }
        }
    }

    /// Asks at one address, and notes whether its host can bear more.
    async fn answer(&self, request: RequestBuilder, source: &Source, turn: &Turn) -> Result<Response, Kind> {
        let answer = request.send().await.map_err(|error| self.clients.failure(error, source))?;
        let retry_after = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        self.note(turn, answer.status().as_u16(), retry_after).await;
        Ok(answer)
    }

    /// Notes what a host answered: whether it can bear more, and when.
    pub(super) async fn note(&self, turn: &Turn, status: u16, retry_after: Option<&str>) {
        let now = self.clock.now();
        let asked = retry_after.and_then(|value| net::retry_after(value, now));
        if let (Some(until), Some(shelf)) = (turn.answered(status, asked, now), &self.shelf) {
            shelf.keep_rest(turn.host(), until, now).await;
        }
    }

    fn not_modified(&self) -> Fetched {
        Fetched::NotModified { at: self.clock.now(), status: StatusCode::NOT_MODIFIED.as_u16() }
    }
}
