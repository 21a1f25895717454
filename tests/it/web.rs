//! A fake web: a server on loopback that answers whatever a story wants, well-formed or not, and remembers what it
//! was asked and how much it got rid of.

use std::collections::HashMap;
use std::fmt::Display;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::AbortHandle;
use url::Url;

/// A site of its own origin. Ends when dropped.
pub struct Web {
    address: SocketAddr,
    shared: Arc<Mutex<Shared>>,
    server: AbortHandle,
}

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Names in lower case, in order.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// When its head was complete.
    pub at: Instant,
}

/// What is sent back, step by step. The connection is closed after the last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer(Vec<Step>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Send(Vec<u8>),
    Endless(Vec<u8>),
    Drip(u8, Duration),
    Pause(Duration),
    Stall,
    Reset,
}

/// What every site is asked for before its pages.
const ROBOTS: &str = "/robots.txt";

type Route = Arc<dyn Fn(&Request) -> Answer + Send + Sync>;

#[derive(Default)]
struct Shared {
    routes: HashMap<String, Route>,
    requests: Vec<Request>,
    sent: HashMap<String, u64>,
    strays: Vec<String>,
    /// How many requests are being answered, and how many were at most.
    open: usize,
    busiest: usize,
    hang_ups: HashMap<String, usize>,
}

impl Shared {
    /// What is said at a path, or at the first of its steps.
    fn route(&self, path: &str) -> Option<Route> {
        let path = path.split('?').next().unwrap_or_default();
        self.routes.get(path).or_else(|| self.routes.get(&format!("{}/*", first_step(path)))).cloned()
    }
}

/// `/telegram` of `/telegram/bot/send?x`.
fn first_step(path: &str) -> &str {
    let end =
        path.char_indices().skip(1).find(|(_, c)| matches!(c, '/' | '?')).map_or(path.len(), |(at, _)| at);
    &path[..end]
}

impl Web {
    /// A site without pages: everything is 404.
    pub async fn start() -> Self {
        Self::start_at("127.0.0.1").await
    }

    /// The same at another address of this machine.
    pub async fn start_at(ip: &str) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        // Small, so that what the system holds for a client that has stopped reading is little.
        socket.set_send_buffer_size(32 * 1024).unwrap();
        socket.bind(SocketAddr::new(ip.parse().unwrap(), 0)).unwrap();
        let listener = socket.listen(1024).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Mutex::new(Shared::default()));
        let server = tokio::spawn(serve(listener, shared.clone())).abort_handle();
        Self { address, shared, server }
    }

    /// The site's address and port, as in a URL.
    pub fn authority(&self) -> String {
        self.address.to_string()
    }

    /// The address of a page.
    pub fn url(&self, path: &str) -> Url {
        format!("http://{}{path}", self.address).parse().unwrap()
    }

    /// From now on `path` answers so.
    pub fn serve(&self, path: &str, answer: Answer) {
        self.serve_with(path, move |_| answer.clone());
    }

    /// From now on `path` answers depending on what it is asked.
    pub fn serve_with(&self, path: &str, answer: impl Fn(&Request) -> Answer + Send + Sync + 'static) {
        self.shared().routes.insert(path.to_owned(), Arc::new(answer));
    }

    /// From now on requests below this step are read only so far, and the connection is dropped; `None` for never.
    pub fn hangs_up(&self, step: &str, after: Option<usize>) {
        match after {
            Some(bytes) => self.shared().hang_ups.insert(step.to_owned(), bytes),
            None => self.shared().hang_ups.remove(step),
        };
    }

    /// Every request so far, in order, except for robots.txt: what a story doesn't serve has no rules.
    pub fn requests(&self) -> Vec<Request> {
        self.shared().requests.iter().filter(|r| r.path != ROBOTS).cloned().collect()
    }

    /// The requests for one path.
    pub fn requests_for(&self, path: &str) -> Vec<Request> {
        self.shared().requests.iter().filter(|r| r.path == path).cloned().collect()
    }

    /// What was asked for where there is no page.
    pub fn strays(&self) -> Vec<String> {
        self.shared().strays.clone()
    }

    /// How many bytes of answers `path` got rid of, over all requests; the system's socket buffers count as gone.
    pub fn sent(&self, path: &str) -> u64 {
        self.shared().sent.get(path).copied().unwrap_or(0)
    }

    /// How many requests were being answered at the same time at most.
    pub fn busiest(&self) -> usize {
        self.shared().busiest
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap()
    }
}

impl Drop for Web {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Request {
    /// The first value of a header, by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}

impl Answer {
    /// A page of HTML with status 200.
    pub fn page(html: impl Into<Vec<u8>>) -> Self {
        Self::full(200, &[("content-type", "text/html; charset=utf-8")], html)
    }

    /// A status without a body.
    pub fn status(status: u16) -> Self {
        Self::full(status, &[], "")
    }

    /// A redirect (302).
    pub fn redirect(to: impl Display) -> Self {
        Self::full(302, &[("location", &to.to_string())], "")
    }

    /// A complete, honest answer.
    pub fn full(status: u16, headers: &[(&str, &str)], body: impl Into<Vec<u8>>) -> Self {
        let body = body.into();
        let length = body.len().to_string();
        let headers = [headers, &[("content-length", length.as_str())]].concat();
        Self::head(status, &headers).then_send(body)
    }

    /// Only a status line and headers; what follows is up to the story.
    pub fn head(status: u16, headers: &[(&str, &str)]) -> Self {
        let lines: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        Self::raw(format!("HTTP/1.1 {status} Status\r\n{lines}connection: close\r\n\r\n"))
    }

    /// Bytes that needn't be HTTP.
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self::default().then_send(bytes)
    }

    /// Then sends these bytes.
    pub fn then_send(self, bytes: impl Into<Vec<u8>>) -> Self {
        self.then(Step::Send(bytes.into()))
    }

    /// Then sends these bytes again and again, for as long as anyone takes them.
    pub fn then_endlessly(self, bytes: impl Into<Vec<u8>>) -> Self {
        self.then(Step::Endless(bytes.into()))
    }

    /// Then sends one byte at each `pace`, without end.
    pub fn then_drip(self, byte: u8, pace: Duration) -> Self {
        self.then(Step::Drip(byte, pace))
    }

    /// Then takes its time.
    pub fn then_pause(self, time: Duration) -> Self {
        self.then(Step::Pause(time))
    }

    /// Then says nothing and keeps the line open.
    pub fn then_stall(self) -> Self {
        self.then(Step::Stall)
    }

    /// Then drops the connection as a crashed machine does (RST).
    pub fn then_reset(self) -> Self {
        self.then(Step::Reset)
    }

    fn then(mut self, step: Step) -> Self {
        self.0.push(step);
        self
    }
}

async fn serve(listener: TcpListener, shared: Arc<Mutex<Shared>>) {
    // Dropped with the server's task, and every open connection with it.
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let shared = shared.clone();
        connections.spawn(async move {
            // A client that hangs up in the middle is part of the game.
            let _ = converse(stream, &shared).await;
        });
        while connections.try_join_next().is_some() {}
    }
}

async fn converse(stream: TcpStream, shared: &Mutex<Shared>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let Some(mut request) = read_head(&mut stream).await? else { return Ok(()) };
    let hang_up = shared.lock().unwrap().hang_ups.get(first_step(&request.path)).copied();
    if let Some(bytes) = hang_up {
        tokio::io::copy(&mut (&mut stream).take(bytes as u64), &mut tokio::io::sink()).await?;
        return stream.get_ref().set_zero_linger();
    }
    stream.read_exact(&mut request.body).await?;
    let open = Open::new(shared);
    let path = request.path.clone();
    let route = {
        let mut shared = shared.lock().unwrap();
        shared.requests.push(request.clone());
        let route = shared.route(&path);
        if route.is_none() && path != ROBOTS {
            shared.strays.push(format!("{} {path}", request.method));
        }
        route
    };
    let answer = route.map_or_else(|| Answer::status(404), |route| route(&request));
    let mut stream = stream.into_inner();
    for step in answer.0 {
        let mut send = Sender { stream: &mut stream, shared, path: &path };
        match step {
            Step::Send(bytes) => send.all(&bytes).await?,
            Step::Endless(bytes) => loop {
                send.all(&bytes).await?;
            },
            Step::Drip(byte, pace) => {
                let mut pace = tokio::time::interval(pace);
                loop {
                    pace.tick().await;
                    send.all(&[byte]).await?;
                }
            }
            Step::Pause(time) => tokio::time::sleep(time).await,
            Step::Stall => std::future::pending().await,
            Step::Reset => return stream.set_zero_linger(),
        }
    }
    stream.shutdown().await?;
    drop(open);
    // Closing with something unread would reset the connection and could take the answer with it.
    tokio::io::copy(&mut stream, &mut tokio::io::sink()).await.map(drop)
}

/// A request that is being answered.
struct Open<'a>(&'a Mutex<Shared>);

impl<'a> Open<'a> {
    fn new(shared: &'a Mutex<Shared>) -> Self {
        let mut now = shared.lock().unwrap();
        now.open += 1;
        now.busiest = now.busiest.max(now.open);
        drop(now);
        Self(shared)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.lock().unwrap().open -= 1;
    }
}

struct Sender<'a> {
    stream: &'a mut TcpStream,
    shared: &'a Mutex<Shared>,
    path: &'a str,
}

impl Sender<'_> {
    async fn all(&mut self, mut bytes: &[u8]) -> std::io::Result<()> {
        while !bytes.is_empty() {
            let n = self.stream.write(bytes).await?;
            *self.shared.lock().unwrap().sent.entry(self.path.to_owned()).or_default() += n as u64;
            bytes = &bytes[n..];
        }
        Ok(())
    }
}

/// A request whose body is still to come, with room for it; `None` when the client left before it had said all.
async fn read_head(stream: &mut BufReader<TcpStream>) -> std::io::Result<Option<Request>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return Ok(None),
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let mut lines = head.lines();
    let mut first = lines.next().unwrap_or_default().split(' ').map(str::to_owned);
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let (method, path) = (first.next().unwrap_or_default(), first.next().unwrap_or_default());
    let mut request = Request { method, path, headers, body: Vec::new(), at: Instant::now() };
    let length = request.header("content-length").map_or(0, |n| n.parse().unwrap());
    request.body.resize(length, 0);
    Ok(Some(request))
}
