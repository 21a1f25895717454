//! A mail server on loopback that takes what it gets, or answers whatever a story wants.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;

/// A mail server. Ends when dropped.
pub struct Mail {
    address: SocketAddr,
    shared: Arc<Mutex<Shared>>,
    server: AbortHandle,
}

/// A mail as it was handed over.
#[derive(Debug, Clone)]
pub struct Letter {
    pub from: String,
    pub to: Vec<String>,
    pub text: Vec<u8>,
}

/// What a server does instead of taking a command.
#[derive(Debug, Clone)]
pub enum Say {
    /// Answers this line, and goes on.
    Line(String),
    /// Says these words again and again.
    Endlessly(String),
    /// Says nothing more.
    Stall,
    /// Drops the connection as a crashed machine does (RST).
    Reset,
    /// The same, but after the mail was kept.
    TakeAndReset,
}

#[derive(Default)]
struct Shared {
    letters: Vec<Letter>,
    says: HashMap<String, Say>,
}

impl Mail {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Mutex::new(Shared::default()));
        let server = tokio::spawn(serve(listener, shared.clone())).abort_handle();
        Self { address, shared, server }
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The mails that were taken, in order.
    pub fn letters(&self) -> Vec<Letter> {
        self.shared.lock().unwrap().letters.clone()
    }

    /// From now on it says this to a command that begins so, in capitals; `.` is the end of a mail, an empty one the
    /// greeting.
    pub fn says(&self, command: &str, say: Say) {
        self.shared.lock().unwrap().says.insert(command.to_owned(), say);
    }

    /// From now on it takes everything again.
    pub fn forgets(&self) {
        self.shared.lock().unwrap().says.clear();
    }
}

impl Drop for Mail {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn serve(listener: TcpListener, shared: Arc<Mutex<Shared>>) {
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let shared = shared.clone();
        connections.spawn(async move {
            // A client that hangs up in the middle is part of the game.
            let _ = converse(stream, &shared).await;
        });
    }
}

async fn converse(stream: TcpStream, shared: &Mutex<Shared>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut letter = Letter { from: String::new(), to: Vec::new(), text: Vec::new() };
    let mut command = String::new();
    loop {
        let says = shared.lock().unwrap().says.clone();
        let known = says.iter().find(|(name, _)| match name.is_empty() {
            true => command.is_empty(),
            false => command.starts_with(name.as_str()),
        });
        let line = match known {
            Some((_, Say::Line(line))) => line.clone(),
            Some((_, Say::Stall)) => std::future::pending().await,
            Some((_, Say::Reset)) => return stream.get_ref().set_zero_linger(),
            Some((_, Say::TakeAndReset)) => {
                shared.lock().unwrap().letters.push(letter);
                return stream.get_ref().set_zero_linger();
            }
            Some((_, Say::Endlessly(words))) => loop {
                stream.write_all(words.as_bytes()).await?;
            },
            None => usual(&command).to_owned(),
        };
        if command == "." && line.starts_with("250") {
            shared.lock().unwrap().letters.push(letter.clone());
        }
        stream.write_all(format!("{line}\r\n").as_bytes()).await?;
        if command == "DATA" && line.starts_with("354") {
            letter.text = body(&mut stream).await?;
            command = ".".to_owned();
            continue;
        }
        let mut next = String::new();
        if command == "QUIT" || stream.read_line(&mut next).await? == 0 {
            return Ok(());
        }
        command = next.trim_end().to_owned();
        let address = command.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
        let address = address.map(|(address, _)| address.to_owned());
        match (&command[..command.len().min(4)], address) {
            ("MAIL", Some(from)) => letter.from = from,
            ("RCPT", Some(to)) => letter.to.push(to),
            _ => {}
        }
    }
}

fn usual(command: &str) -> &'static str {
    match command.split(' ').next().unwrap_or_default() {
        "" => "220 mail.example.org ESMTP",
        "EHLO" => "250-mail.example.org\r\n250 8BITMIME",
        "DATA" => "354 go ahead",
        "QUIT" => "221 bye",
        "." => "250 2.0.0 queued as 4F5",
        _ => "250 ok",
    }
}

/// A mail until the lone dot, with doubled dots undone.
async fn body(stream: &mut BufReader<TcpStream>) -> std::io::Result<Vec<u8>> {
    let mut text = Vec::new();
    loop {
        let mut line = Vec::new();
        if stream.read_until(b'\n', &mut line).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line == b".\r\n" {
            return Ok(text);
        }
        text.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}
