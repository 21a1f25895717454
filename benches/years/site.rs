//! A site on this machine: every page there is, at once.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};

pub struct Site {
    port: u16,
}

impl Site {
    /// Answers on a thread until the end.
    pub fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        std::thread::spawn(move || listener.incoming().flatten().for_each(answer));
        Self { port }
    }

    /// The configuration of so many sources on this site.
    pub fn sources(&self, sources: usize) -> String {
        let mut toml =
            "[store]\npath = 'fineprint.db'\ndisputed_for = '1 year'\n[fetch]\nallow_private = ['127.0.0.0/8']\n".to_owned();
        for n in 0..sources {
            let url = format!("http://127.0.0.1:{}/{n}", self.port);
            writeln!(toml, "[[source]]\nservice = 'Service {n}'\nterms = 'Terms'\nurl = '{url}'")
                .expect("room");
        }
        toml
    }
}

/// Any request gets the same page.
fn answer(stream: TcpStream) {
    let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
    while lines.next().is_some_and(|line| !line.is_empty()) {}
    let page = super::history::page(0, 0);
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\n";
    // Who asked may be gone already.
    let _ = write!(&stream, "{head}content-length: {}\r\n\r\n{page}", page.len());
}
