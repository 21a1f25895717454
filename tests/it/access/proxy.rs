//! Proxies on loopback: one that speaks HTTP, one that speaks SOCKS5 (RFC 1928, 1929). Both remember what they were
//! asked for, and take every name of `.example` to loopback, as a proxy resolves what only it can.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;

/// A proxy. Ends when dropped.
pub struct Proxy {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
    server: AbortHandle,
}

impl Proxy {
    /// One that tunnels by CONNECT and passes on plain requests.
    pub async fn http() -> Self {
        Self::start(|stream, asked| async move { http(stream, &asked).await.ok() }).await
    }

    /// One that wants this user name and password.
    pub async fn socks5(user: &'static str, password: &'static str) -> Self {
        Self::start(move |stream, asked| async move { socks5(stream, &asked, (user, password)).await.ok() })
            .await
    }

    async fn start<F, W>(talk: F) -> Self
    where
        F: Fn(TcpStream, Arc<Mutex<Vec<String>>>) -> W + Send + 'static,
        W: Future<Output = Option<()>> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, asked) = (listener.local_addr().unwrap(), Arc::default());
        let shared = Arc::clone(&asked);
        let server = tokio::spawn(async move {
            let mut talks = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                talks.spawn(talk(stream, Arc::clone(&shared)));
            }
        });
        Self { address, asked, server: server.abort_handle() }
    }

    /// Its address and port.
    pub fn authority(&self) -> String {
        self.address.to_string()
    }

    /// What it was asked for, in order.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn http(stream: TcpStream, asked: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read_until(b'\n', &mut head).await? == 0 {
            return Ok(());
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let (first, rest) = head.split_once("\r\n").unwrap();
    let words: Vec<&str> = first.split(' ').collect();
    let auth = rest.lines().find_map(|line| line.strip_prefix("proxy-authorization: ")).unwrap_or("nobody");
    asked.lock().unwrap().push(format!("{} {} by {auth}", words[0], words[1]));
    let authority = words[1].strip_prefix("http://").unwrap_or(words[1]).split('/').next().unwrap();
    let Ok(mut server) = TcpStream::connect(resolved(authority)).await else {
        return stream.write_all(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n").await;
    };
    if words[0] == "CONNECT" {
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
    } else {
        let path = words[1].strip_prefix("http://").and_then(|url| url.find('/').map(|at| &url[at..]));
        server
            .write_all(format!("{} {} HTTP/1.1\r\n{rest}", words[0], path.unwrap_or("/")).as_bytes())
            .await?;
    }
    copy_bidirectional(&mut stream, &mut server).await.map(drop)
}

async fn socks5(
    mut stream: TcpStream,
    asked: &Mutex<Vec<String>>,
    (user, password): (&str, &str),
) -> std::io::Result<()> {
    let methods = [stream.read_u8().await?, stream.read_u8().await?][1];
    stream.read_exact(&mut vec![0; methods.into()]).await?;
    stream.write_all(&[5, 2]).await?;
    stream.read_u8().await?;
    let (given_user, given_password) = (text(&mut stream).await?, text(&mut stream).await?);
    let known = (given_user.as_str(), given_password.as_str()) == (user, password);
    stream.write_all(&[1, u8::from(!known)]).await?;
    if !known {
        asked.lock().unwrap().push("refused".to_owned());
        return Ok(());
    }
    stream.read_exact(&mut [0; 3]).await?;
    let host = match stream.read_u8().await? {
        1 => {
            let mut ip = [0; 4];
            stream.read_exact(&mut ip).await?;
            std::net::Ipv4Addr::from(ip).to_string()
        }
        _ => text(&mut stream).await?,
    };
    let authority = format!("{host}:{}", stream.read_u16().await?);
    asked.lock().unwrap().push(authority.clone());
    let mut server = TcpStream::connect(resolved(&authority)).await?;
    stream.write_all(&[5, 0, 0, 1, 127, 0, 0, 1, 0, 0]).await?;
    copy_bidirectional(&mut stream, &mut server).await.map(drop)
}

/// A length and so many bytes.
async fn text(stream: &mut TcpStream) -> std::io::Result<String> {
    let mut bytes = vec![0; stream.read_u8().await?.into()];
    stream.read_exact(&mut bytes).await?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Where an authority leads, as the proxy sees it.
fn resolved(authority: &str) -> String {
    match authority.split_once(".example:") {
        Some((_, port)) => format!("127.0.0.1:{port}"),
        None => authority.to_owned(),
    }
}
