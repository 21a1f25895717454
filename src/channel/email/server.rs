//! The dialogue with a mail server, bounded in time and in what it may say.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use std::{fmt, io};

use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, AsyncTokioStream, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::{Error as Smtp, extension::ClientId};
use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject as _};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::letter::Letter;
use super::{Security, Settings};
use crate::channel::post::Reach;
use crate::channel::{Error, Invalid, Receipt};
use crate::net::Guard;
use crate::notice;

/// What a server may say in one dialogue, certificates included, in bytes; beyond it nobody listens. Each line of an answer
/// is read again with every line behind it, so that much more would cost seconds.
const MOST: usize = 64 * 1024;
/// How long it may take to say goodbye; the mail is taken by then.
const GOODBYE: Duration = Duration::from_secs(1);

/// A mail server.
pub(super) struct Server {
    host: String,
    port: u16,
    protection: Protection,
    login: Option<Credentials>,
    /// What no error repeats, even if the server does.
    secrets: Vec<String>,
    guard: Guard,
    hello: ClientId,
    /// For the whole dialogue: as long as three exchanges of another channel.
    timeout: Duration,
}

/// How the connection is protected, with what is trusted.
enum Protection {
    FromTheStart(TlsConnector, ServerName<'static>),
    AfterAsking(TlsParameters),
    None,
}

impl Server {
    pub fn new(settings: &Settings, reach: &Reach) -> Result<Self, Invalid> {
        let login =
            settings.login.as_ref().map(|(user, password)| [user, password].map(|s| s.reveal().to_owned()));
        let secrets = login.iter().flatten().filter(|secret| secret.len() > 5).cloned().collect();
        Ok(Self {
            host: settings.server.clone(),
            port: settings.port,
            protection: Protection::new(settings).map_err(Invalid::Certificates)?,
            login: login.map(|[user, password]| Credentials::new(user, password)),
            secrets,
            guard: Guard::new(&reach.allow_private),
            hello: ClientId::default(),
            timeout: reach.timeout * 3,
        })
    }

    /// Hands a letter over; whatever goes wrong before the server has taken it is tried again.
    pub async fn takes(&self, letter: &Letter) -> Result<Receipt, Error> {
        let again =
            |why: String| Error::Retry { after: None, why: format!("{}: {}", self.host, self.told(&why)) };
        match tokio::time::timeout(self.timeout, self.dialogue(letter)).await {
            Ok(Ok(said)) => Ok(Receipt(format!("{} {}", self.host, self.told(&said)))),
            Ok(Err(why)) => Err(again(why)),
            Err(_) => Err(again(format!("not done within {:?}", self.timeout))),
        }
    }

    async fn dialogue(&self, letter: &Letter) -> Result<String, String> {
        let mut server = self.greeted().await?;
        if let Some(login) = &self.login {
            server.auth(DEFAULT_MECHANISMS, login).await.map_err(|error| said("the login", &error))?;
        }
        let from = letter.envelope.from().cloned();
        server.command(Mail::new(from, vec![])).await.map_err(|error| said("the sender", &error))?;
        let refused = self.addressed(&mut server, letter).await?;
        server.command(Data).await.map_err(|error| said("the mail", &error))?;
        let answer = server.message(&letter.text).await.map_err(|error| said("the mail", &error))?;
        tokio::time::timeout(GOODBYE, server.quit()).await.ok();
        let words: Vec<&str> = answer.message().collect();
        let but =
            if refused.is_empty() { String::new() } else { format!(", but not for {}", refused.join("; ")) };
        Ok(format!("took it ({} {}){but}", answer.code(), words.join(" ")))
    }

    /// A connection on which the server has said whom it is, protected as it should be.
    async fn greeted(&self) -> Result<AsyncSmtpConnection, String> {
        let stream = self.connected().await?;
        let peer = stream.peer_addr().map_err(|error| error.to_string())?;
        let plain = |error: Smtp| said("the greeting", &error);
        match &self.protection {
            Protection::FromTheStart(connector, name) => {
                let stream =
                    connector.connect(name.clone(), stream).await.map_err(|error| error.to_string())?;
                let wire = Box::new(Wire { stream, peer, left: MOST });
                AsyncSmtpConnection::connect_with_transport(wire, &self.hello).await.map_err(plain)
            }
            Protection::AfterAsking(parameters) => {
                let wire = Box::new(Wire { stream, peer, left: MOST });
                let mut server =
                    AsyncSmtpConnection::connect_with_transport(wire, &self.hello).await.map_err(plain)?;
                let upgraded = server.starttls(parameters.clone(), &self.hello).await;
                upgraded.map_err(|error| said("STARTTLS", &error))?;
                Ok(server)
            }
            Protection::None => {
                let wire = Box::new(Wire { stream, peer, left: MOST });
                AsyncSmtpConnection::connect_with_transport(wire, &self.hello).await.map_err(plain)
            }
        }
    }

    /// A connection to the first of the server's addresses that takes one; addresses that may not be reached aren't
    /// tried.
    async fn connected(&self) -> Result<TcpStream, String> {
        let addresses =
            self.guard.addresses(&self.host, self.port).await.map_err(|failure| failure.to_string())?;
        let mut last = "no address is known for it".to_owned();
        for address in addresses {
            match TcpStream::connect(address).await {
                Ok(stream) => return Ok(stream),
                Err(error) => last = format!("no connection: {error}"),
            }
        }
        Err(last)
    }

    /// Names the readers; gives those that the server will never take mail for. If it takes it for none, or for one not
    /// now, there is no mail yet: a second one for some would come to the others again.
    async fn addressed(
        &self,
        server: &mut AsyncSmtpConnection,
        letter: &Letter,
    ) -> Result<Vec<String>, String> {
        let mut refused = Vec::new();
        for to in letter.envelope.to() {
            match server.command(Rcpt::new(to.clone(), vec![])).await {
                Ok(_) => {}
                Err(error) if error.is_permanent() => refused.push(said(to.as_ref(), &error)),
                Err(error) => return Err(said(to.as_ref(), &error)),
            }
        }
        if refused.len() == letter.envelope.to().len() {
            return Err(refused.join("; "));
        }
        if !refused.is_empty() {
            tracing::warn!(server = self.host, "a mail is not taken for {}", self.told(&refused.join("; ")));
        }
        Ok(refused)
    }

    /// Words in which nothing acts, without what is secret.
    fn told(&self, why: &str) -> String {
        let why = self.secrets.iter().fold(why.to_owned(), |why, secret| why.replace(secret, "***"));
        notice::line(why.trim(), 300)
    }
}

/// What went wrong with what, in the server's words where it had some.
fn said(what: &str, error: &Smtp) -> String {
    let mut root: &(dyn std::error::Error + 'static) = error;
    while let Some(next) = root.source() {
        root = next;
    }
    match error.status() {
        Some(code) => format!("{what}: {code} {root}"),
        None => format!("{what}: {root}"),
    }
}

impl Protection {
    fn new(settings: &Settings) -> Result<Self, String> {
        let ca = settings.ca.as_deref().unwrap_or_default().as_bytes();
        match settings.security {
            Security::None => Ok(Self::None),
            Security::StartTls => {
                let mut parameters = TlsParameters::builder(settings.server.clone());
                if !ca.is_empty() {
                    let own = Certificate::from_pem(ca).map_err(|error| error.to_string())?;
                    parameters = parameters.add_root_certificate(own);
                }
                parameters.build().map(Self::AfterAsking).map_err(|error| error.to_string())
            }
            Security::Tls => {
                let provider = Arc::new(rustls::crypto::ring::default_provider());
                let config = ClientConfig::builder_with_provider(provider)
                    .with_safe_default_protocol_versions()
                    .map_err(|error| error.to_string())?
                    .with_root_certificates(trusted(ca)?)
                    .with_no_client_auth();
                let name =
                    ServerName::try_from(settings.server.clone()).map_err(|error| error.to_string())?;
                Ok(Self::FromTheStart(TlsConnector::from(Arc::new(config)), name))
            }
        }
    }
}

/// The system's certificates and the operator's.
fn trusted(ca: &[u8]) -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    for certificate in CertificateDer::pem_slice_iter(ca) {
        roots.add(certificate.map_err(|error| error.to_string())?).map_err(|error| error.to_string())?;
    }
    Ok(roots)
}

/// A connection on which only so much is listened to.
struct Wire<S> {
    stream: S,
    peer: SocketAddr,
    left: usize,
}

impl<S> fmt::Debug for Wire<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wire").field("peer", &self.peer).field("left", &self.left).finish_non_exhaustive()
    }
}

impl<S: AsyncRead + AsyncWrite + Send + Sync + Unpin> AsyncTokioStream for Wire<S> {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.peer)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Wire<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        let read = buffer.filled().len() - before;
        self.left = match self.left.checked_sub(read) {
            Some(left) => left,
            None => return Poll::Ready(Err(io::Error::other(format!("it said more than {MOST} bytes")))),
        };
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Wire<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
