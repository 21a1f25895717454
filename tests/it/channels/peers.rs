//! Real peers: the reference library verifies what we sign, a real mail server takes our mails and a real parser reads
//! them, and Apprise sends what it is told.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use fineprint::channel::Error;
use fineprint::clock::{Clock as _, SystemClock};
use insta::assert_snapshot;
use serde_json::{Value, json};

use super::hostile::{saying, texts};
use super::local::Place;
use super::{at, built, changed, reworded, service};
use crate::need;
use crate::web::{Answer, Web};

const OLD: &str = "whsec_b2xkIHNlY3JldCwgdGhpcnR5LXR3byBieXRlcyBsb25nLi4=";
const NEW: &str = "whsec_bmV3IHNlY3JldCwgdGhpcnR5LXR3byBieXRlcyBsb25nLi4=";

const VERIFY: &str = "
import json, sys
from standardwebhooks import Webhook
given = json.load(sys.stdin)
Webhook(given['secret']).verify(given['body'], given['headers'])
";

/// Whether the reference library takes a webhook for genuine.
fn is_genuine(python: &Path, secret: &str, body: &str, headers: &Value) -> bool {
    let mut command = Command::new(python);
    command.args(["-c", VERIFY]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let given = json!({ "secret": secret, "body": body, "headers": headers }).to_string();
    child.stdin.take().unwrap().write_all(given.as_bytes()).unwrap();
    child.wait().unwrap().success()
}

#[tokio::test]
async fn the_reference_library_verifies_our_signatures() {
    let Some(python) = need::python(&["standardwebhooks==1.1.0"]) else { return };
    let web = Web::start().await;
    web.serve("/hook", Answer::status(204));
    let toml = format!("[channels.x.webhook]\nurl = '{}'\nsecrets = ['{NEW}', '{OLD}']", web.url("/hook"));
    let channel = built(Path::new("sources.toml"), &toml);
    channel.send(&changed(&[reworded()]), SystemClock.now()).await.unwrap();
    let sent = web.requests().remove(0);
    let body = String::from_utf8(sent.body).unwrap();
    let headers = json!(sent.headers.into_iter().collect::<std::collections::BTreeMap<_, _>>());
    for secret in [NEW, OLD] {
        assert!(is_genuine(&python, secret, &body, &headers), "while one replaces the other both verify");
    }
    assert!(!is_genuine(&python, &NEW.replace("bmV3", "bm93"), &body, &headers));
    assert!(!is_genuine(&python, NEW, &body.replace("30 days", "90 days"), &headers));
}

#[tokio::test]
async fn apprise_sends_what_it_is_told() {
    let Some(python) = need::python(&["apprise==2.2.0"]) else { return };
    let web = Web::start().await;
    web.serve("/s3cret-path", Answer::status(200));
    let program = python.with_file_name("apprise");
    let keys = format!("program = '{}'\nurls = 'json://{}/s3cret-path'", program.display(), web.authority());
    let place = Place::new().await;
    let toml = format!("[channels.x.apprise]\n{keys}");
    let channel = built(&place.folder.path().join("sources.toml"), &toml);
    let notice = changed(&[reworded()]);
    channel.send(&notice, at()).await.unwrap();
    let sent: Value = serde_json::from_slice(&web.requests().remove(0).body).unwrap();
    assert_eq!(sent["title"].as_str().unwrap(), notice.subject.clone() + ", in force from 2026-04-01");
    assert_eq!(sent["type"], "failure");
    assert_snapshot!(sent["message"].as_str().unwrap().replace('\u{2060}', ""), @"
    2 clauses reworded under “Suspension”. 3 words added, 4 removed.

    Suspension › Appeals
    We may suspend your account with [-30 days'-] {+no+} notice.

    fineprint diff acme/terms-of-service 1..2
    https://acme.example/terms?lang=en&v=%282%29
    ");
    for text in ["--body=x", "{{ x }} \\n \\t", "@everyone <!channel> ünïcödé 使用"] {
        channel.send(&saying(text), at()).await.unwrap();
        let sent: Value = serde_json::from_slice(&web.requests().pop().unwrap().body).unwrap();
        assert!(sent["title"].as_str().unwrap().replace('\u{2060}', "").starts_with(text), "{sent}");
    }
    web.serve("/s3cret-path", Answer::status(500));
    let Err(Error::Retry { why, .. }) = channel.send(&notice, at()).await else { panic!("taken") };
    assert!(why.starts_with("apprise: ended with code 1") && !why.contains("s3cret"), "{why}");
}

/// A mail server (aiosmtpd) that wants TLS and a login, and says of each mail what Python's parser reads in it.
const SERVER: &str = r#"
import email, email.policy, json, socket, ssl, sys
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

mode, chain, key = sys.argv[1:]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(chain, key)

class Handler:
    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        part = lambda kind: mail.get_body((kind,))
        print(json.dumps({
            "from": envelope.mail_from, "to": envelope.rcpt_tos, "login": session.auth_data.decode(),
            "headers": [[name, str(value)] for name, value in mail.items()],
            "parts": [p.get_content_type() for p in mail.walk()],
            "plain": part("plain").get_content(), "html": part("html").get_content(),
            "defects": [repr(d) for p in mail.walk() for d in p.defects]
                + [repr(d) for value in mail.values() for d in value.defects],
        }), flush=True)
        return "250 2.0.0 taken"

def authenticator(server, session, envelope, mechanism, data):
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (b"watch", b"t0ken-s3cret")
    return AuthResult(success=known, handled=False, auth_data=data.login if known else None)

how = dict(auth_required=True, authenticator=authenticator)
if mode == "tls":
    how.update(ssl_context=context, auth_require_tls=False)
else:
    how.update(tls_context=context, require_starttls=True)
with socket.create_server(("127.0.0.1", 0)) as free:
    port = free.getsockname()[1]
controller = Controller(Handler(), hostname="127.0.0.1", port=port, **how)
controller.start()
print(port, flush=True)
sys.stdin.read()
controller.stop()
"#;

/// A running mail server; dropped, it is killed.
struct Server {
    child: Child,
    said: BufReader<ChildStdout>,
    port: String,
}

impl Server {
    fn start(python: &Path, mode: &str, [chain, key]: &[PathBuf; 2]) -> Self {
        let mut command = Command::new(python);
        command.args(["-c", SERVER, mode]).args([chain, key]).stdin(Stdio::piped()).stdout(Stdio::piped());
        // It warns of what it deprecates, at every mail.
        let mut child = command.stderr(Stdio::null()).spawn().unwrap();
        let mut server =
            Self { said: BufReader::new(child.stdout.take().unwrap()), child, port: String::new() };
        server.port = server.says().trim().to_owned();
        server
    }

    fn says(&mut self) -> String {
        let mut line = String::new();
        self.said.read_line(&mut line).unwrap();
        line
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A certificate for 127.0.0.1 that only those trust who are told of it, and its key.
fn certificate(folder: &Path, name: &str) -> Option<[PathBuf; 2]> {
    let openssl = need::program("openssl", &["openssl"])?;
    let files = [folder.join(format!("{name}.pem")), folder.join(format!("{name}.key"))];
    let ask = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=mail -addext subjectAltName=IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE";
    let mut command = Command::new(openssl);
    command.args(ask.split(' ')).args([
        "-out".as_ref(),
        files[0].as_os_str(),
        "-keyout".as_ref(),
        files[1].as_os_str(),
    ]);
    assert!(command.stderr(Stdio::null()).status().unwrap().success());
    Some(files)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_real_mail_server_takes_our_mails_and_a_real_parser_reads_them() {
    let Some(python) = need::python(&["aiosmtpd==1.4.6"]) else { return };
    let place = Place::new().await;
    let folder = place.folder.path();
    let (Some(files), Some(stranger)) = (certificate(folder, "mail"), certificate(folder, "stranger")) else {
        return;
    };
    for mode in ["tls", "starttls"] {
        let mut server = Server::start(&python, mode, &files);
        let channel = |password: &str, ca: &Path| {
            let toml = format!(
                "[channels.x.email]\nserver = '127.0.0.1'\nport = {}\nsecurity = '{mode}'\nuser = 'watch'\n\
                 password = '{password}'\nfrom = 'Fine Print <watch@example.org>'\nto = 'Légal <legal@example.org>'\n\
                 ca_file = '{}'",
                server.port,
                ca.display()
            );
            built(&folder.join("sources.toml"), &toml)
        };
        let (notice, mails) = (changed(&[reworded()]), channel("t0ken-s3cret", &files[0]));
        mails.send(&notice, at()).await.unwrap();
        let mut said = Vec::new();
        for (password, ca) in [("wr0ng-s3cret", &files[0]), ("t0ken-s3cret", &stranger[0])] {
            let Err(Error::Retry { why, .. }) = channel(password, ca).send(&notice, at()).await else {
                panic!("taken")
            };
            said.push(why);
        }
        insta::allow_duplicates! { assert_snapshot!(said.join("\n").replace("STARTTLS: ", ""), @"
        127.0.0.1: the login: 535 5.7.8 Authentication credentials invalid
        127.0.0.1: invalid peer certificate: BadSignature
        "); }

        let read: Value = serde_json::from_str(&server.says()).unwrap();
        insta::allow_duplicates! { assert_snapshot!(fields(&read), @r#"
        Message-ID: <chg_e3cb17f05f167a9dbf7c5ba9@example.org>
        Date: Sun, 01 Mar 2026 12:00:05 +0000
        From: Fine Print <watch@example.org>
        Subject: [critical, from 2026-04-01] Acme · Terms of Service changed: 2 clauses reworded under “Suspension”, in force from 2026-04-01
        In-Reply-To: <src_1fc7d4d9c43333513ea8c44d@example.org>
        References: <src_1fc7d4d9c43333513ea8c44d@example.org>
        To: Légal <legal@example.org>
        List-Id: fineprint <fineprint.example.org>
        List-Unsubscribe: <mailto:watch@example.org?subject=unsubscribe>
        Auto-Submitted: auto-generated
        X-Fineprint-Source: example/terms-of-service
        X-Fineprint-Severity: critical
        Importance: high
        MIME-Version: 1.0
        Content-Type: multipart/alternative; boundary="=_chg_e3cb17f05f167a9dbf7c5ba9"
        "#); }
        assert_eq!((&read["login"], &read["defects"]), (&json!("watch"), &json!([])));
        assert_eq!(read["parts"], json!(["multipart/alternative", "text/plain", "text/html"]));
        let (ours_plain, ours_html) = super::reading::parts(&service("email").sends(&notice, "").await);
        let same = |key: &str, ours: &str| {
            assert_eq!(read[key].as_str().unwrap().replace("\r\n", "\n").trim_end(), ours.trim_end())
        };
        same("plain", &ours_plain);
        same("html", &ours_html);

        let names = |read: &Value| -> Vec<String> {
            read["headers"]
                .as_array()
                .unwrap()
                .iter()
                .map(|field| field[0].as_str().unwrap().to_owned())
                .collect()
        };
        for (name, text) in texts() {
            mails.send(&saying(&text), at()).await.unwrap_or_else(|error| panic!("{name}: {error}"));
            let hostile: Value = serde_json::from_str(&server.says()).unwrap();
            assert_eq!(names(&hostile), names(&read), "{name}");
            assert_eq!((&hostile["defects"], &hostile["parts"]), (&json!([]), &read["parts"]), "{name}");
            assert_eq!((&hostile["from"], &hostile["to"]), (&read["from"], &read["to"]), "{name}");
        }
    }
}

/// The fields of a mail as the parser reads them.
fn fields(read: &Value) -> String {
    let line = |field: &Value| {
        let (name, value) = (field[0].as_str().unwrap(), field[1].as_str().unwrap());
        format!("{name}: {value}")
    };
    read["headers"].as_array().unwrap().iter().map(line).collect::<Vec<_>>().join("\n")
}
