//! One run of a program: without a shell, bounded in time and in what is kept of its words.

use std::ffi::OsString;
use std::path::PathBuf;
use std::pin::pin;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::FusedFuture as _;
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, ChildStdin, Command};

use crate::model::Secret;
use crate::notice;

/// Of each of its two outputs so many bytes are kept. What it prints beyond is read and dropped, so that it never waits
/// for us.
const KEPT: usize = 16 * 1024;
/// So long after its end its last words are waited for: what it left running may hold the pipe open for ever.
const LAST_WORDS: Duration = Duration::from_millis(200);
/// Characters of what is repeated of its words.
const REASON: usize = 200;
/// What it finds of our own environment; the rest may hold secrets of other channels.
const INHERITED: [&str; 9] =
    ["PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR", "FINEPRINT_CONFIG", "FINEPRINT_DATABASE"];

/// A program, and what it gets at every run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Program {
    /// A path, or a name to be found on the `PATH`.
    pub path: PathBuf,
    /// Its arguments, as they are.
    pub arguments: Vec<String>,
    /// Variables of its environment.
    pub environment: Vec<(String, Secret)>,
    /// How long it may run.
    pub timeout: Duration,
}

/// Why a run is no success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    /// The code it ended with, if it ended by itself.
    pub code: Option<i32>,
    /// What happened, for people.
    pub why: String,
}

impl Program {
    /// Runs the program with `input` on its standard input and `more` in its environment; gives the first line that it
    /// printed. At the end of its time, and if this future is dropped, it is killed with all that it started.
    pub async fn run(&self, more: &[(&str, &str)], input: &[u8]) -> Result<String, Failure> {
        let mut child = self
            .command(more)
            .spawn()
            .map_err(|error| self.failed(None, &format!("can't be started: {error}")))?;
        let mut group = Group::of(&child);
        let (mut said, mut complained) = (Vec::new(), Vec::new());
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let talk = async {
            tokio::join!(feed(pipes.0, input), keep(pipes.1, &mut said), keep(pipes.2, &mut complained));
        };
        let Ok(ended) = tokio::time::timeout(self.timeout, attend(&mut child, talk)).await else {
            drop(group);
            // It is dead: this only takes note of it.
            child.wait().await.ok();
            let why = format!("not done within {:?}: killed, with all that it started", self.timeout);
            return Err(self.failed(None, &why));
        };
        group.release();
        match ended {
            Ok(status) if status.success() => Ok(self.repeated(first_line(&said))),
            Ok(status) => {
                let words = last_line(&complained).or_else(|| last_line(&said)).unwrap_or_default();
                let because =
                    if words.is_empty() { String::new() } else { format!(": {}", self.repeated(words)) };
                Err(self.failed(status.code(), &format!("{}{because}", how(status))))
            }
            Err(error) => Err(self.failed(None, &format!("can't be waited for: {error}"))),
        }
    }

    fn command(&self, more: &[(&str, &str)]) -> Command {
        let inherited = INHERITED.iter().filter_map(|name| Some((*name, std::env::var_os(name)?)));
        let own = self.environment.iter().map(|(name, value)| (name.as_str(), value.reveal().into()));
        let more = more.iter().map(|(name, value)| (*name, OsString::from(value)));
        let mut command = Command::new(&self.path);
        command
            .args(&self.arguments)
            .env_clear()
            .envs(inherited.chain(own).chain(more))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true);
        command
    }

    /// The program's name, for people.
    pub fn name(&self) -> String {
        let name = self.path.file_name().unwrap_or(self.path.as_os_str());
        notice::line(&name.to_string_lossy(), 100)
    }

    fn failed(&self, code: Option<i32>, why: &str) -> Failure {
        Failure { code, why: format!("{}: {why}", self.name()) }
    }

    /// A line of its words in which nothing acts, without what is secret.
    fn repeated(&self, words: String) -> String {
        let secrets =
            self.environment.iter().map(|(_, secret)| secret.reveal()).filter(|secret| secret.len() > 5);
        let words = secrets.fold(words, |words, secret| words.replace(secret, "***"));
        notice::line(words.trim(), REASON)
    }
}

/// Waits for the end of a program while it is talked with.
async fn attend(child: &mut Child, talk: impl Future<Output = ()>) -> std::io::Result<ExitStatus> {
    let mut talk = pin!(talk.fuse());
    let status = loop {
        tokio::select! {
            status = child.wait() => break status?,
            () = &mut talk, if !talk.is_terminated() => {}
        }
    };
    if !talk.is_terminated() {
        tokio::time::timeout(LAST_WORDS, talk).await.ok();
    }
    Ok(status)
}

/// Gives a program all it is told; one that doesn't want to hear it ends all the same.
async fn feed(pipe: Option<ChildStdin>, input: &[u8]) {
    if let Some(mut pipe) = pipe {
        pipe.write_all(input).await.ok();
        pipe.shutdown().await.ok();
    }
}

/// Keeps the first bytes that come, and drops the rest.
async fn keep(pipe: Option<impl AsyncRead + Unpin>, kept: &mut Vec<u8>) {
    let Some(mut pipe) = pipe else { return };
    let mut chunk = [0; 8 * 1024];
    while let Ok(n @ 1..) = pipe.read(&mut chunk).await {
        kept.extend_from_slice(&chunk[..n.min(KEPT - kept.len())]);
    }
}

fn first_line(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().to_owned()
}

fn last_line(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    text.lines().rfind(|line| !line.trim().is_empty()).map(str::to_owned)
}

/// `ended with code 3`, `was killed by signal 9`
fn how(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt as _;
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("ended with code {code}"),
        (None, Some(signal)) => format!("was killed by signal {signal}"),
        (None, None) => "did not end by itself".to_owned(),
    }
}

/// A program and all that it started and that did not leave its group; killed when dropped.
struct Group(Option<Pid>);

impl Group {
    fn of(child: &Child) -> Self {
        Self(child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?)))
    }

    /// It ended by itself: its number may be another's soon.
    fn release(&mut self) {
        self.0 = None;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(leader) = self.0 {
            // One that is gone already needs no killing.
            kill_process_group(leader, Signal::KILL).ok();
        }
    }
}
