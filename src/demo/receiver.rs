//! A receiver of webhooks, as its owner would write one: it verifies the signature, remembers ids, answers.
//!
//! It stands for somebody else's program, so it shares nothing with [`crate::channel::webhook`]: it reads the secret
//! and checks the signature by itself, as [Standard Webhooks](https://www.standardwebhooks.com) says.

use std::collections::HashSet;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use tokio::net::TcpListener;
use tokio::task::AbortHandle;
use url::Url;

use crate::clock::{Clock, ManualClock};

/// Where notices are posted to.
const PATH: &str = "/hooks/fineprint";

/// How far the timestamp of a request may be from the receiver's clock, in seconds; the rest are replays.
const TOLERANCE: i64 = 300;

/// The receiver; it ends when dropped.
pub(super) struct Receiver {
    url: Url,
    desk: Arc<Desk>,
    server: AbortHandle,
}

/// A request as it came, and what the receiver made of it.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) id: String,
    pub(super) timestamp: String,
    pub(super) signature: String,
    pub(super) body: Bytes,
    pub(super) verified: bool,
    /// Whether a request with this id was taken before.
    pub(super) repeated: bool,
    pub(super) answer: StatusCode,
}

struct Desk {
    key: Hmac<Sha256>,
    clock: ManualClock,
    book: Mutex<Book>,
}

#[derive(Default)]
struct Book {
    /// Requests that are yet to be answered 500.
    failures: usize,
    taken: HashSet<String>,
    requests: Vec<Request>,
}

impl Receiver {
    /// Listens on a free port with a key of its own; see [`Receiver::secret`].
    pub(super) async fn open(key: &[u8], clock: ManualClock) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = super::address(&listener, PATH)?;
        let key = Hmac::new_from_slice(key).map_err(io::Error::other)?;
        let desk = Arc::new(Desk { key, clock, book: Mutex::default() });
        let router = Router::new().route(PATH, post(receive)).with_state(Arc::clone(&desk));
        let server = tokio::spawn(async move { axum::serve(listener, router).await }).abort_handle();
        Ok(Self { url, desk, server })
    }

    /// Where it listens.
    pub(super) fn url(&self) -> &Url {
        &self.url
    }

    /// Answers the next request with 500.
    pub(super) fn fail_once(&self) {
        self.desk.book().failures = 1;
    }

    /// Every request so far.
    pub(super) fn requests(&self) -> Vec<Request> {
        self.desk.book().requests.clone()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Desk {
    fn book(&self) -> MutexGuard<'_, Book> {
        // A book that a panicking request left open still lists what came before.
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the sender knew the key, and sent this just now.
    fn verifies(&self, id: &str, timestamp: &str, signatures: &str, body: &[u8]) -> bool {
        let Ok(seconds) = timestamp.parse::<i64>() else { return false };
        let fresh = (self.clock.now().as_second() - seconds).abs() <= TOLERANCE;
        let signed = || self.key.clone().chain_update(format!("{id}.{timestamp}.")).chain_update(body);
        let matches = |signature: &str| {
            let signature = signature.strip_prefix("v1,").and_then(|s| STANDARD.decode(s).ok());
            signature.is_some_and(|s| signed().verify_slice(&s).is_ok())
        };
        fresh && signatures.split(' ').any(matches)
    }
}

async fn receive(State(desk): State<Arc<Desk>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let header = |name| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let [id, timestamp, signature] = ["webhook-id", "webhook-timestamp", "webhook-signature"].map(header);
    let verified = desk.verifies(&id, &timestamp, &signature, &body);
    let mut book = desk.book();
    let repeated = book.taken.contains(&id);
    let answer = if !verified {
        StatusCode::UNAUTHORIZED
    } else if book.failures > 0 {
        book.failures -= 1;
        StatusCode::INTERNAL_SERVER_ERROR
    } else {
        book.taken.insert(id.clone());
        StatusCode::NO_CONTENT
    };
    book.requests.push(Request { id, timestamp, signature, body, verified, repeated, answer });
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    fn desk(now: i64) -> Desk {
        let key = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let clock = ManualClock::at(jiff::Timestamp::from_second(now).unwrap());
        Desk { key: Hmac::new_from_slice(&key).unwrap(), clock, book: Mutex::default() }
    }

    #[test]
    fn the_example_of_the_specification_is_verified_and_nothing_else() {
        let desk = desk(1_614_265_330);
        assert!(desk.verifies(ID, "1614265330", SIGNATURE, BODY));
        assert!(desk.verifies(ID, "1614265330", &format!("v1,AAAA v1a,x {SIGNATURE}"), BODY));
        assert!(!desk.verifies("msg_other", "1614265330", SIGNATURE, BODY));
        assert!(!desk.verifies(ID, "1614265331", SIGNATURE, BODY));
        assert!(!desk.verifies(ID, "1614265330", SIGNATURE, b"{}"));
        assert!(!desk.verifies(ID, "1614265330", "", BODY));
    }

    #[test]
    fn an_old_request_sent_again_is_refused() {
        assert!(desk(1_614_265_630).verifies(ID, "1614265330", SIGNATURE, BODY));
        assert!(!desk(1_614_265_631).verifies(ID, "1614265330", SIGNATURE, BODY));
    }
}
