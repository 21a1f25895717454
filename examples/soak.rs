//! A daemon over many sources for a long time, while everything goes wrong now and then.
//!
//! ```sh
//! cargo build --release
//! cargo run --release --example soak -- target/release/fineprint 5000 60
//! ```
//!
//! Runs `fineprint watch` over so many sources (5,000) for so many minutes (60), each looked at every five minutes, on
//! 500 hosts of this machine (127.1.0.1 and so on). One request in eight meets a fault, drawn at random; hosts go down for
//! a while, one after another; one notice in five is refused by its receiver. Every five seconds the daemon's memory and file descriptors
//! are noted, and how late the latest due check is. At the end three things must hold, or the program fails:
//!
//! - memory and file descriptors in the last third are what they were in the second, within [`GROWTH`];
//! - no check was later than [`BOUND`], but for the first ones, when all are due at once;
//! - the archive verifies, and nothing of a notice is lost.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a program for whoever works on fineprint: it fails where something is not as expected"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use fineprint::clock::{Clock as _, SystemClock};
use fineprint::store::Store;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

const HOSTS: usize = 500;
const PORT: u16 = 8400;
/// The latest that a due check may be recorded: a host whose pages hang costs a timeout (10 s) for each two of them.
const BOUND: Duration = Duration::from_secs(60);
/// How much more memory or file descriptors the last third may need.
const GROWTH: f64 = 1.10;
/// Until when all sources have been looked at for the first time.
const WARM: Duration = Duration::from_secs(180);
const SAMPLE: Duration = Duration::from_secs(5);

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize, default: usize| arguments.get(at).map_or(default, |text| text.parse().unwrap());
    // It runs in a folder of its own, where a path from here leads nowhere.
    let binary =
        std::fs::canonicalize(arguments.first().expect("soak FINEPRINT [SOURCES [MINUTES]]")).unwrap();
    let (sources, minutes) = (number(1, 5000), number(2, 60));
    let world = Arc::new(World::default());
    serve(&world).await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("sources.toml"), configuration(sources)).unwrap();
    let mut daemon = start(&binary, folder.path());
    let samples = watch(&mut daemon, folder.path(), Duration::from_secs(60 * minutes as u64), &world).await;
    let status = Command::new("kill").args(["-s", "TERM", &daemon.id().to_string()]).status().unwrap();
    assert!(status.success() && daemon.wait().unwrap().success(), "the daemon ends well");
    report(&samples, &world);
    let verify = Command::new(&binary).arg("verify").current_dir(folder.path()).output().unwrap();
    println!("{}", String::from_utf8_lossy(&verify.stdout).trim_end());
    assert!(verify.status.success(), "the archive verifies");
    judge(&samples);
    println!("soak passed");
}

fn configuration(sources: usize) -> String {
    let mut toml = format!(
        "[defaults]\nschedule = 'every 5m'\nnotify = ['ops']\n[store]\npath = 'soak.db'\n\
         [fetch]\nallow_private = ['127.0.0.0/8']\ntimeout = '10s'\nmax_body = '1 MiB'\n\
         [channels.ops.webhook]\nurl = 'http://127.0.0.1:{PORT}/hook'\n"
    );
    for n in 0..sources {
        let host = address(n % HOSTS);
        writeln!(toml, "[[source]]\nservice = 'Service {n}'\nterms = 'Terms'\nurl = 'http://{host}/{n}'")
            .unwrap();
    }
    toml
}

fn address(host: usize) -> SocketAddr {
    ([127, 1, (host / 250) as u8, (host % 250) as u8 + 1], PORT).into()
}

fn start(binary: &Path, folder: &Path) -> Child {
    let log = std::fs::File::create(folder.join("log")).unwrap();
    let mut command = Command::new(binary);
    command.arg("watch").current_dir(folder).env("FINEPRINT_LOG", "error");
    command.stdout(Stdio::null()).stderr(log).spawn().unwrap()
}

/// What goes on outside of the daemon.
#[derive(Default)]
struct World {
    random: AtomicU64,
    faults: Mutex<BTreeMap<&'static str, u64>>,
    requests: AtomicU64,
    notices: AtomicU64,
    /// The host that is down at present.
    down: AtomicU64,
}

impl World {
    /// A number below `below`; the same sequence in every run.
    fn random(&self, below: u64) -> u64 {
        let mut x = self.random.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (x ^ (x >> 31)) % below
    }

    fn note(&self, fault: &'static str) {
        *self.faults.lock().unwrap().entry(fault).or_default() += 1;
    }
}

async fn serve(world: &Arc<World>) {
    let hosts = (0..HOSTS).map(|host| (host as u64 + 1, address(host)));
    for (number, address) in hosts.chain([(0, ([127, 0, 0, 1], PORT).into())]) {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_reuseaddr(true).unwrap();
        socket.bind(address).unwrap();
        tokio::spawn(listen(socket.listen(256).unwrap(), number, Arc::clone(world)));
    }
}

async fn listen(listener: TcpListener, host: u64, world: Arc<World>) {
    while let Ok((stream, _)) = listener.accept().await {
        let world = Arc::clone(&world);
        tokio::spawn(async move {
            // Whoever hangs up has had enough.
            let _ = tokio::time::timeout(Duration::from_secs(40), answer(stream, host, &world)).await;
        });
    }
}

async fn answer(stream: TcpStream, host: u64, world: &World) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let (path, length, etag) = head(&mut stream).await?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    let mut stream = stream.into_inner();
    world.requests.fetch_add(1, Ordering::Relaxed);
    if host != 0 && world.down.load(Ordering::Relaxed) == host {
        world.note("host down");
        return stream.set_zero_linger();
    }
    let said = match (host, path.as_str()) {
        (0, _) if world.random(5) == 0 => status(503, "", ""),
        (0, _) => {
            world.notices.fetch_add(1, Ordering::Relaxed);
            status(204, "", "")
        }
        (_, "/robots.txt") => robots(host),
        _ if world.random(8) == 0 => return fault(&mut stream, &path, world).await,
        _ => page(&path, etag.as_deref(), world),
    };
    stream.write_all(&said).await?;
    stream.shutdown().await
}

/// Path, length of the body, and the version that the client has.
async fn head(stream: &mut BufReader<TcpStream>) -> std::io::Result<(String, usize, Option<String>)> {
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let (mut length, mut etag) = (0, None);
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await?;
        match line.trim().split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.parse().unwrap_or(0)
            }
            Some((name, value)) if name.eq_ignore_ascii_case("if-none-match") => {
                etag = Some(value.to_owned())
            }
            Some(_) => {}
            None => return Ok((path, length, etag)),
        }
    }
}

fn status(status: u16, headers: &str, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status} Soak\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn robots(host: u64) -> Vec<u8> {
    match host % 4 {
        0 => status(404, "", ""),
        1 => status(200, "", "user-agent: *\ndisallow: /private\n"),
        2 => status(200, "", "user-agent: *\ncrawl-delay: 1\ndisallow:\n"),
        _ => status(301, &format!("location: http://{}/robots.txt\r\n", address(0)), ""),
    }
}

/// A policy of thirty clauses; one look in two hundred finds another edition of it.
fn page(path: &str, etag: Option<&str>, world: &World) -> Vec<u8> {
    let edition: u64 = etag.and_then(|etag| etag.trim_matches('"').parse().ok()).unwrap_or(0);
    let edition = edition + u64::from(world.random(200) == 0);
    if etag == Some(format!("\"{edition}\"").as_str()) {
        return status(304, "", "");
    }
    let mut html = format!("<!doctype html><title>Terms</title><main><h1>Terms {path}</h1>");
    for n in 0..30 {
        let days = if n == edition % 30 { 30 + edition } else { 30 };
        write!(html, "<h2>Section {n}</h2><p>Under section {n} we give notice of {days} days before anything in it changes, and you may end this agreement within that time.</p>").unwrap();
    }
    status(200, &format!("etag: \"{edition}\"\r\ncontent-type: text/html\r\n"), &html)
}

async fn fault(stream: &mut TcpStream, path: &str, world: &World) -> std::io::Result<()> {
    let html = "content-type: text/html\r\n";
    let (name, said) = match world.random(14) {
        0 => ("500", status(500, html, "<p>Something went wrong.")),
        1 => ("503, retry after", status(503, "retry-after: 30\r\n", "")),
        2 => ("429", status(429, "", "")),
        3 => ("404", status(404, html, "<p>There is no such page.")),
        4 => ("empty shell", status(200, html, "<div id=root></div><script src=app.js></script>")),
        5 => ("too large", status(200, html, &"<p>More of it. ".repeat(120_000))),
        6 => ("redirects in a circle", status(302, &format!("location: {path}\r\n"), "")),
        7 => ("no HTTP", b"\0\x01\x02\r\n\r\n".to_vec()),
        8 => ("breaks off", b"HTTP/1.1 200 OK\r\ncontent-length: 90000\r\n\r\n<p>Half".to_vec()),
        9 => {
            ("huge head", format!("HTTP/1.1 200 OK\r\nx-huge: {}\r\n\r\n", "x".repeat(500_000)).into_bytes())
        }
        10 => ("not gzip", status(200, "content-encoding: gzip\r\n", "<p>Plain.")),
        11 => ("other bytes, same words", page(path, None, world)),
        12 => ("stalls", b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n".to_vec()),
        _ => ("resets", Vec::new()),
    };
    world.note(name);
    stream.write_all(&said).await?;
    match name {
        "stalls" => tokio::time::sleep(Duration::from_secs(30)).await,
        "resets" => return stream.set_zero_linger(),
        _ => {}
    }
    stream.shutdown().await
}

/// What was seen at one time.
struct Sample {
    at: Duration,
    resident_mb: f64,
    descriptors: usize,
    late: Duration,
    cpu: f64,
}

async fn watch(daemon: &mut Child, folder: &Path, time: Duration, world: &World) -> Vec<Sample> {
    let (started, mut samples) = (Instant::now(), Vec::new());
    println!("minute,resident_mb,descriptors,late_s,cpu_s,requests,notices");
    while started.elapsed() < time {
        tokio::time::sleep(SAMPLE).await;
        assert!(daemon.try_wait().unwrap().is_none(), "the daemon ended by itself");
        // One host after another is down for half a minute.
        let at = started.elapsed();
        world.down.store(at.as_secs() / 30 % (HOSTS as u64) + 1, Ordering::Relaxed);
        samples.push(sample(daemon.id(), folder, at).await);
        let last = &samples[samples.len() - 1];
        if samples.len().is_multiple_of(12) {
            let minute = last.at.as_secs() / 60;
            let (requests, notices) =
                (world.requests.load(Ordering::Relaxed), world.notices.load(Ordering::Relaxed));
            println!(
                "{minute},{:.1},{},{:.1},{:.1},{requests},{notices}",
                last.resident_mb,
                last.descriptors,
                last.late.as_secs_f64(),
                last.cpu
            );
        }
    }
    samples
}

async fn sample(pid: u32, folder: &Path, at: Duration) -> Sample {
    let proc = PathBuf::from(format!("/proc/{pid}"));
    let status = std::fs::read_to_string(proc.join("status")).unwrap();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    let resident: f64 = resident.trim().trim_end_matches(" kB").parse().unwrap();
    let stat = std::fs::read_to_string(proc.join("stat")).unwrap();
    let ticks: f64 =
        stat.rsplit(')').next().unwrap().split(' ').skip(12).take(2).map(|n| n.parse::<f64>().unwrap()).sum();
    let store = Store::open_to_read(&folder.join("soak.db")).await.unwrap();
    let now = SystemClock.now();
    let due = store.next_due().await.unwrap().unwrap_or(now);
    Sample {
        at,
        resident_mb: resident / 1024.0,
        descriptors: std::fs::read_dir(proc.join("fd")).unwrap().count(),
        late: Duration::try_from(now.duration_since(due)).unwrap_or_default(),
        cpu: ticks / 100.0,
    }
}

fn median(samples: &[Sample], of: impl Fn(&Sample) -> f64) -> f64 {
    let mut values: Vec<f64> = samples.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The second and the last third of the time.
fn thirds(samples: &[Sample]) -> (&[Sample], &[Sample]) {
    let third = samples.len() / 3;
    (&samples[third..2 * third], &samples[2 * third..])
}

fn report(samples: &[Sample], world: &World) {
    let (second, last) = thirds(samples);
    let warm = samples.iter().filter(|sample| sample.at > WARM);
    let latest = warm.map(|sample| sample.late).max().unwrap_or_default();
    println!("faults: {:?}", world.faults.lock().unwrap());
    println!(
        "memory {:.1} then {:.1} MB, descriptors {} then {}, latest check {:.1} s, CPU {:.0} s",
        median(second, |sample| sample.resident_mb),
        median(last, |sample| sample.resident_mb),
        median(second, |sample| sample.descriptors as f64),
        median(last, |sample| sample.descriptors as f64),
        latest.as_secs_f64(),
        samples[samples.len() - 1].cpu
    );
}

fn judge(samples: &[Sample]) {
    let (second, last) = thirds(samples);
    for of in [|sample: &Sample| sample.resident_mb, |sample: &Sample| sample.descriptors as f64] {
        let (before, after) = (median(second, of), median(last, of));
        assert!(after <= before * GROWTH, "it grew from {before} to {after}");
    }
    for sample in samples.iter().filter(|sample| sample.at > WARM) {
        assert!(sample.late <= BOUND, "at {:?} a check was {:?} late", sample.at, sample.late);
    }
}
