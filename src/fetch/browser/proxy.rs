//! The only way from a page to the net: a proxy in this process, one for each page.
//!
//! Chromium resolves no names and makes no connection but to here. Each request names its host; [`net::connect`] judges
//! the address behind it and connects to that very address, so a page's scripts, redirects, frames and sockets reach no
//! more than a plain fetch does. What goes through is counted and cut off at a bound.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{Either, Empty};
use hyper::body::Incoming;
use hyper::header::{CONNECTION, HOST, HeaderValue, PROXY_AUTHORIZATION};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, Uri};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::net::{self, Failure, Guard};

/// Connections of one page at a time: Chromium makes at most 32 to a proxy, so more never wait for their turn.
const CONNECTIONS: usize = 64;
/// Hosts of one page that are remembered, with what became of them.
const HOSTS: usize = 1_000;

/// What came of a host that a page wanted to reach.
pub(super) type Reached = Result<SocketAddr, Failure>;

/// The proxy of one page; ends when dropped, with every connection.
pub(super) struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    _end: DropGuard,
}

struct Shared {
    guard: Guard,
    /// The port at which the browser takes orders, which no page may reach.
    forbidden: u16,
    connect_timeout: Duration,
    most: u64,
    bytes: AtomicU64,
    hosts: Mutex<HashMap<(String, u16), Reached>>,
    turns: Semaphore,
    end: CancellationToken,
}

impl Proxy {
    /// Listens on loopback. What `guard` refuses is not reached, nor is the port `forbidden` of this machine; beyond
    /// `most` bytes nothing comes through any more.
    pub(super) async fn open(
        guard: Guard,
        forbidden: u16,
        connect_timeout: Duration,
        most: u64,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let end = CancellationToken::new();
        let (bytes, hosts, turns) = (AtomicU64::new(0), Mutex::default(), Semaphore::new(CONNECTIONS));
        let shared = Shared { guard, forbidden, connect_timeout, most, bytes, hosts, turns, end };
        let shared = Arc::new(shared);
        let serving = Arc::clone(&shared);
        tokio::spawn(async move {
            let end = serving.end.clone();
            tokio::select! {
                () = end.cancelled() => {}
                () = serve(listener, serving) => {}
            }
        });
        let _end = shared.end.clone().drop_guard();
        Ok(Self { address, shared, _end })
    }

    /// Its address, as Chromium takes it.
    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Whether more came through than may.
    pub(super) fn is_spent(&self) -> bool {
        self.shared.bytes.load(Ordering::Relaxed) > self.shared.most
    }

    /// What became of a host, if the page wanted to reach it.
    pub(super) fn reached(&self, host: &str, port: u16) -> Option<Reached> {
        self.shared.hosts().get(&(host.to_owned(), port)).cloned()
    }
}

/// How long no connection is taken where the process has no descriptor left for it. Whatever it closes, anywhere, gives
/// one back, and nothing tells of that; asked again at once, the system would only refuse again.
const OUT_OF_DESCRIPTORS: Duration = Duration::from_millis(50);

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        let Ok(turn) = shared.turns.acquire().await else { return };
        turn.forget();
        let Ok((stream, _)) = listener.accept().await else {
            shared.turns.add_permits(1);
            tokio::time::sleep(OUT_OF_DESCRIPTORS).await;
            continue;
        };
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            let answer = {
                let shared = Arc::clone(&shared);
                service_fn(move |request| answer(Arc::clone(&shared), request))
            };
            let served = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), answer)
                .with_upgrades();
            tokio::select! {
                () = shared.end.cancelled() => {}
                // What fails here fails for Chromium, too, which says so.
                _ = served => {}
            }
            shared.turns.add_permits(1);
        });
    }
}

type Answer = Response<Either<Incoming, Empty<Bytes>>>;

/// An error closes the connection without an answer: one of ours would pass for the server's.
async fn answer(shared: Arc<Shared>, request: Request<Incoming>) -> Result<Answer, Failure> {
    if request.method() == Method::CONNECT {
        tunnel(shared, request).await
    } else {
        forward(shared, request).await
    }
}

/// Bytes that we can't read, both ways.
async fn tunnel(shared: Arc<Shared>, request: Request<Incoming>) -> Result<Answer, Failure> {
    let (host, port) = place(request.uri(), 443)?;
    let mut server = shared.reach(&host, port).await?;
    tokio::spawn(async move {
        let end = shared.end.clone();
        let copied = async {
            let client = hyper::upgrade::on(request).await?;
            tokio::io::copy_bidirectional(&mut TokioIo::new(client), &mut server).await.map(drop).ok();
            Ok::<_, hyper::Error>(())
        };
        tokio::select! {
            () = end.cancelled() => {}
            _ = copied => {}
        }
    });
    Ok(Response::new(Either::Right(Empty::new())))
}

/// A request in the clear, over a connection of its own.
async fn forward(shared: Arc<Shared>, mut request: Request<Incoming>) -> Result<Answer, Failure> {
    let (host, port) = place(request.uri(), 80)?;
    let server = shared.reach(&host, port).await?;
    let broken = |error: hyper::Error| Failure::Broken(error.to_string());
    let (mut send, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(server)).await.map_err(broken)?;
    let end = shared.end.clone();
    tokio::spawn(async move {
        tokio::select! {
            () = end.cancelled() => {}
            _ = connection.with_upgrades() => {}
        }
    });
    to_server(&mut request)?;
    let mut answer = send.send_request(request).await.map_err(broken)?;
    answer.headers_mut().remove(CONNECTION);
    Ok(answer.map(Either::Left))
}

/// Makes a request to a proxy one to the server itself.
fn to_server(request: &mut Request<Incoming>) -> Result<(), Failure> {
    let malformed = || Failure::Broken("the browser asked for something that is no address".to_owned());
    let uri = request.uri().clone();
    let authority = uri.authority().ok_or_else(malformed)?.as_str();
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = HeaderValue::from_str(authority).map_err(|_| malformed())?;
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    *request.uri_mut() = path.parse().map_err(|_| malformed())?;
    let headers = request.headers_mut();
    headers.insert(HOST, host);
    headers.remove(PROXY_AUTHORIZATION);
    headers.remove("proxy-connection");
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    Ok(())
}

/// The host and port that are meant.
fn place(uri: &Uri, default: u16) -> Result<(String, u16), Failure> {
    let host = uri.host().filter(|host| !host.is_empty());
    let host = host.ok_or_else(|| Failure::Broken("the browser asked for no host".to_owned()))?;
    Ok((host.to_ascii_lowercase(), uri.port_u16().unwrap_or(default)))
}

impl Shared {
    fn hosts(&self) -> MutexGuard<'_, HashMap<(String, u16), Reached>> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn reach(self: &Arc<Self>, host: &str, port: u16) -> Result<Metered, Failure> {
        let connected = self.connect(host, port).await;
        let outcome = match &connected {
            Ok(stream) => stream.peer_addr().map_err(|error| Failure::Broken(error.to_string())),
            Err(failure) => Err(failure.clone()),
        };
        let mut hosts = self.hosts();
        if hosts.len() < HOSTS {
            hosts.insert((host.to_owned(), port), outcome);
        }
        Ok(Metered { stream: connected?, shared: Arc::clone(self) })
    }

    async fn connect(&self, host: &str, port: u16) -> Result<TcpStream, Failure> {
        let stream = net::connect(&self.guard, host, port, self.connect_timeout).await?;
        let orders = stream.peer_addr().is_ok_and(|to| to.ip().is_loopback() && to.port() == self.forbidden);
        if orders { Err(net::Refused::Private(format!("{host}:{port}")).into()) } else { Ok(stream) }
    }
}

/// A connection that counts what comes.
struct Metered {
    stream: TcpStream,
    shared: Arc<Shared>,
}

impl AsyncRead for Metered {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buf))?;
        let came = (buf.filled().len() - before) as u64;
        if self.shared.bytes.fetch_add(came, Ordering::Relaxed) + came > self.shared.most {
            return Poll::Ready(Err(io::Error::other("the page has loaded enough")));
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Metered {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
