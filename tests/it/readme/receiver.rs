//! The receiver that the README shows, run against what fineprint sends.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use fineprint::channel::{self, Error, webhook};
use fineprint::clock::{Clock as _, SystemClock};
use fineprint::model::Secret;
use fineprint::notice;

use super::block::blocks;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

#[test]
fn the_readme_shows_the_receiver_of_contrib() {
    let contrib = std::fs::read_to_string(Path::new(ROOT).join("contrib/receiver.py")).unwrap();
    let readme = blocks(&Path::new(ROOT).join("README.md"));
    assert_eq!(readme.iter().find(|block| block.lang == "python").unwrap().text, contrib);
}

#[tokio::test]
async fn the_receiver_takes_what_is_signed_with_its_secret_and_nothing_else() {
    let Some((receiver, port)) = start() else {
        eprintln!("SKIPPED: there is no python3 on this machine; the README's receiver was not tried");
        return;
    };
    let at = SystemClock.now();
    let notice = notice::sample(at);
    let hour_ago = at - jiff::SignedDuration::from_hours(1);
    assert_eq!(
        hook(port, super::SECRET).send(&notice, at).await.unwrap().0,
        "127.0.0.1 answered 204 No Content"
    );
    // The same again: taken, but told once.
    hook(port, super::SECRET).send(&notice, at).await.unwrap();
    let refused = |error| matches!(error, Error::Retry { why, .. } if why.contains("401"));
    assert!(refused(hook(port, super::SECRET).send(&notice, hour_ago).await.unwrap_err()));
    let another = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    assert!(refused(hook(port, another).send(&notice, at).await.unwrap_err()));
    let said = format!("{}\n  {}\n  {}", notice.subject, notice.url, notice.more);
    assert_eq!(receiver.said(), said);
}

fn hook(port: u16, secret: &str) -> Box<dyn channel::Channel> {
    let url = format!("http://127.0.0.1:{port}/").parse().unwrap();
    let settings = webhook::Settings { secrets: vec![Secret::new(secret)], ..webhook::Settings::new(url) };
    channel::build(channel::Settings::Webhook(settings), &["127.0.0.0/8".parse().unwrap()]).unwrap()
}

struct Receiver {
    child: Child,
    says: BufReader<ChildStdout>,
}

/// Starts it on a free port and waits until it listens.
fn start() -> Option<(Receiver, u16)> {
    let mut child = Command::new("python3")
        .arg(Path::new(ROOT).join("contrib/receiver.py"))
        .env("FINEPRINT_WEBHOOK_SECRET", super::SECRET)
        .env("PORT", "0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut says = BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    says.read_line(&mut first).unwrap();
    let port = first.trim_end().strip_prefix("listening on port ").expect("it says where it listens");
    Some((Receiver { child, says }, port.parse().unwrap()))
}

impl Receiver {
    /// What it printed since.
    fn said(mut self) -> String {
        self.child.kill().unwrap();
        let mut said = String::new();
        self.says.read_to_string(&mut said).unwrap();
        said.trim_end().to_owned()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        // Killed already, in the good case.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
