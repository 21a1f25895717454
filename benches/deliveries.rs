//! Ten thousand deliveries to twenty receivers of which five hang: `cargo bench --bench deliveries`.
//!
//! Prints how long it takes until the healthy ones have everything, alone and beside those that hang, and how much memory
//! is used at most, with a tenth and with all of it. No harness: what is measured takes seconds, not nanoseconds.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement that fails ends, and prints what it found"
)]

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use fineprint::clock::SystemClock;
use fineprint::config::Config;
use fineprint::deliver::deliver;
use fineprint::engine::Engine;
use fineprint::model::{Check, Notice, NoticeId, Outcome, SourceId};
use fineprint::notice;
use fineprint::store::Record;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

const HEALTHY: usize = 15;
const HANGING: usize = 5;

/// Receivers of both kinds behind one port, and how much the healthy ones took.
struct Receivers {
    port: u16,
    taken: Arc<AtomicUsize>,
    news: Arc<Notify>,
}

fn main() {
    // `cargo test --benches` only wants to know that it builds.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let (alone, _) = drained(HEALTHY, 0, 500).await;
        println!("7,500 deliveries to 15 receivers                   {alone:.2?}");
        let (beside, whole) = drained(HEALTHY, HANGING, 500).await;
        let ratio = beside.as_secs_f64() / alone.as_secs_f64();
        println!("the same beside 2,500 to 5 receivers that hang     {beside:.2?} (× {ratio:.2})");
        println!("until those that hang are put off, too             {whole:.2?}");
        let before = peak();
        drained(HEALTHY, HANGING, 50).await;
        let tenth = peak();
        drained(HEALTHY, HANGING, 500).await;
        println!("memory at most: {before} MB before, {tenth} MB with a tenth, {} MB with all of it", peak());
    });
}

/// How long it takes until `healthy` receivers have `each` notices, and until there is nothing left to do, while
/// `hanging` others never answer.
async fn drained(healthy: usize, hanging: usize, each: usize) -> (Duration, Duration) {
    let receivers = Receivers::start().await;
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), &receivers, healthy, hanging).await;
    fill(&engine, each).await;
    receivers.taken.store(0, Ordering::SeqCst);
    let started = Instant::now();
    let served = async {
        while receivers.taken.load(Ordering::SeqCst) < healthy * each {
            receivers.news.notified().await;
        }
        started.elapsed()
    };
    let (served, pass) = tokio::join!(served, deliver(&engine));
    assert_eq!(
        (pass.unwrap().delivered, receivers.taken.load(Ordering::SeqCst)),
        (healthy * each, healthy * each)
    );
    (served, started.elapsed())
}

async fn engine(folder: &Path, receivers: &Receivers, healthy: usize, hanging: usize) -> Engine {
    let mut toml = "[fetch]\nallow_private = ['127.0.0.0/8']\n\
                    [[source]]\nservice = 'Acme'\nterms = 'Terms'\nurl = 'https://acme.example/'\n"
        .to_owned();
    for n in 0..healthy + hanging {
        let what = if n < healthy { "takes" } else { "hangs" };
        writeln!(toml, "[channels.r{n}.webhook]\nurl = 'http://127.0.0.1:{}/{what}'", receivers.port)
            .unwrap();
    }
    let config = Config::parse(&folder.join("sources.toml"), &toml, &|_| None).unwrap();
    let engine = Engine::open(config, &folder.join("fineprint.db"), Arc::new(SystemClock)).await.unwrap();
    engine.sync().await.unwrap();
    engine
}

/// Queues `each` notices for every channel, of as many sources.
async fn fill(engine: &Engine, each: usize) {
    let (now, source) = (engine.clock.now(), SourceId::derive("Acme", "Terms").unwrap());
    let sample = notice::sample(now);
    for (channel, number) in engine.channels.keys().flat_map(|channel| (0..each).map(move |n| (channel, n))) {
        let check = Check {
            source: source.clone(),
            at: now,
            outcome: Outcome::Unchanged,
            status: None,
            detail: None,
        };
        let notice = Notice {
            id: NoticeId::derive("test", &[channel.as_str(), &number.to_string()]),
            source: SourceId::derive(&format!("Example {number}"), "Terms").unwrap(),
            service: format!("Example {number}"),
            url: format!("https://example.com/{number}"),
            ..sample.clone()
        };
        let record =
            Record { notices: vec![notice], channels: vec![channel.clone()], ..Record::new(check, now) };
        engine.store.record(record).await.unwrap();
    }
}

impl Receivers {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let receivers = Self { port, taken: Arc::default(), news: Arc::default() };
        let (taken, news) = (Arc::clone(&receivers.taken), Arc::clone(&receivers.news));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(converse(stream, Arc::clone(&taken), Arc::clone(&news)));
            }
        });
        receivers
    }
}

/// Takes one request after another, or never answers the first.
async fn converse(stream: TcpStream, taken: Arc<AtomicUsize>, news: Arc<Notify>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let (mut hangs, mut length) = (false, 0);
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let line = line.trim_end().to_ascii_lowercase();
            hangs |= line.starts_with("post /hangs");
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.parse().unwrap();
            }
            if line.is_empty() {
                break;
            }
        }
        tokio::io::copy(&mut (&mut stream).take(length), &mut tokio::io::sink()).await?;
        if hangs {
            std::future::pending::<()>().await;
        }
        stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await?;
        taken.fetch_add(1, Ordering::SeqCst);
        news.notify_one();
    }
}

/// The most memory that this process has used so far, in MB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").trim().parse::<u64>().unwrap() / 1024
}
