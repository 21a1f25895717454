//! The real binary on a stage of its own: a folder, a site, a receiver, and everything that happens as one sequence.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use tempfile::TempDir;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::web::{Answer, Request, Web};
use crate::world::{SECRET, page};

/// What happened on a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A page was asked for.
    Asked,
    /// A webhook has arrived; its answer goes out now, if it gets one.
    Arrived,
    /// The process wrote a line to stderr.
    Said(String),
    /// The process has closed its stderr: it is ending.
    Ended,
}

/// Where processes play.
pub struct Stage {
    pub folder: TempDir,
    pub site: Web,
    pub receiver: Web,
    pub taken: Arc<Mutex<Vec<Request>>>,
    /// The command that processes are started by, where they are to live elsewhere: `nsenter …`.
    pub inside: Vec<String>,
    events: UnboundedReceiver<Event>,
    to: UnboundedSender<Event>,
}

impl Stage {
    pub async fn new() -> Self {
        let (to, events) = unbounded_channel();
        let (site, receiver) = (Web::start().await, Web::start().await);
        let folder = tempfile::tempdir().unwrap();
        let stage = Self { folder, site, receiver, taken: Arc::default(), inside: Vec::new(), events, to };
        stage.publishes("/terms", "Edition 0 of these terms applies to you and to everyone.");
        stage.receives("/hook", |_| Answer::status(204));
        stage.configured(&["terms"], "every 6h");
        stage
    }

    /// `sources.toml`: sources of Acme, each at the path of its name, that tell `/hook`.
    pub fn configured(&self, sources: &[&str], schedule: &str) {
        let hook = self.receiver.url("/hook");
        let mut toml = format!(
            "[fetch]\nallow_private = ['127.0.0.0/8']\n[store]\npath = 'fineprint.db'\n\
             [channels.ops.webhook]\nurl = '{hook}'\nsecret = '{SECRET}'\n\
             [defaults]\nnotify = ['ops']\nschedule = '{schedule}'\n"
        );
        for source in sources {
            let url = self.site.url(&format!("/{source}"));
            toml.push_str(&format!("[[source]]\nservice = 'Acme'\nterms = '{source}'\nurl = '{url}'\n"));
        }
        self.writes(&toml);
    }

    pub fn writes(&self, toml: &str) {
        // Renamed into place, as editors do, so that nobody reads half of it.
        let path = self.folder.path().join("sources.new");
        std::fs::write(&path, toml).unwrap();
        std::fs::rename(path, self.folder.path().join("sources.toml")).unwrap();
    }

    pub fn database(&self) -> PathBuf {
        self.folder.path().join("fineprint.db")
    }

    /// A page of the site has this clause now, among others.
    pub fn publishes(&self, path: &str, clause: &str) {
        self.serves(path, Answer::page(page(&[clause])));
    }

    pub fn serves(&self, path: &str, answer: Answer) {
        let to = self.to.clone();
        self.site.serve_with(path, move |_| {
            let _ = to.send(Event::Asked);
            answer.clone()
        });
    }

    /// A receiver answers so, at this path and below it; what it answers with 204 is taken.
    pub fn receives(&self, path: &str, answer: impl Fn(&Request) -> Answer + Send + Sync + 'static) {
        let (to, taken, answer) = (self.to.clone(), Arc::clone(&self.taken), Arc::new(answer));
        let below = format!("{path}/*");
        let answer = move |request: &Request| {
            let answer = answer(request);
            if answer == Answer::status(204) {
                taken.lock().unwrap().push(request.clone());
            }
            let _ = to.send(Event::Arrived);
            answer
        };
        self.receiver.serve_with(path, answer.clone());
        self.receiver.serve_with(&below, answer);
    }

    /// Starts `fineprint` with these arguments; `crash` arms places to stop at.
    pub fn starts(&mut self, arguments: &[&str], crash: &str) -> Process {
        while self.events.try_recv().is_ok() {}
        let mut words = self.inside.iter().map(String::as_str).chain([env!("CARGO_BIN_EXE_fineprint")]);
        let mut child = Command::new(words.next().unwrap())
            .args(words)
            .current_dir(self.folder.path())
            .env_clear()
            .env("FINEPRINT_CRASH", crash)
            .env("FINEPRINT_LOG", "info")
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (stderr, mut stdout) = (child.stderr.take().unwrap(), child.stdout.take().unwrap());
        let to = self.to.clone();
        let stderr = std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                let _ = to.send(Event::Said(line));
            }
            let _ = to.send(Event::Ended);
        });
        let stdout = std::thread::spawn(move || {
            let mut text = String::new();
            stdout.read_to_string(&mut text).unwrap();
            text
        });
        Process { child, stdout: Some(stdout), stderr: Some(stderr) }
    }

    /// The next thing that happens.
    pub async fn next(&mut self) -> Event {
        let event = tokio::time::timeout(Duration::from_secs(60), self.events.recv()).await;
        event.expect("nothing happens any more").unwrap()
    }

    /// Waits until the process says something with these words in it; gives the line.
    pub async fn says(&mut self, words: &str) -> String {
        let mut said = Vec::new();
        loop {
            match self.next().await {
                Event::Said(line) if line.contains(words) => return line,
                Event::Said(line) => said.push(line),
                Event::Ended => panic!("it ended without `{words}`: {said:#?}"),
                _ => {}
            }
        }
    }

    /// Waits until this has happened.
    pub async fn sees(&mut self, wanted: Event) {
        while self.next().await != wanted {}
    }

    /// Runs `fineprint` to its end: exit code, stdout, and stderr.
    pub async fn runs(&mut self, arguments: &[&str]) -> (i32, String, String) {
        let process = self.starts(arguments, "");
        let mut said = String::new();
        loop {
            match self.next().await {
                Event::Said(line) => said.extend([&line, "\n"]),
                Event::Ended => break,
                _ => {}
            }
        }
        let (status, stdout) = process.ends();
        (status.code().unwrap_or(-1), stdout, said)
    }
}

/// A running `fineprint`; dropped, it is killed.
pub struct Process {
    child: Child,
    stdout: Option<JoinHandle<String>>,
    stderr: Option<JoinHandle<()>>,
}

impl Process {
    /// SIGKILL. All that it said is among the events when this returns.
    pub fn kill(self) {
        drop(self);
    }

    /// Sends a signal by its name.
    pub fn signal(&self, name: &str) {
        let status = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status();
        assert!(status.unwrap().success());
    }

    /// Waits for the end.
    pub fn ends(mut self) -> (ExitStatus, String) {
        let status = self.child.wait().unwrap();
        (status, self.stdout.take().unwrap().join().unwrap())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        // What it said last must not be taken for the words of the next one.
        if let Some(stderr) = self.stderr.take() {
            let _ = stderr.join();
        }
    }
}
