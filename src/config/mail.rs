//! `[channels.NAME.email]`

use super::chat::{template, with_template};
use super::value::{Table, Value, any_of, refusal};
use crate::channel::Settings;
use crate::channel::email::{self, Mailbox, Security};
use crate::model::Secret;

const KEYS: [&str; 11] = [
    "server",
    "port",
    "security",
    "user",
    "password",
    "from",
    "to",
    "ca_file",
    "unsubscribe",
    "template",
    "template_file",
];
/// Most readers of one mail.
const MAX_READERS: usize = 50;
/// Largest accepted file of certificates, in bytes.
const MAX_CERTIFICATES: usize = 1024 * 1024;

/// Reads the settings of a mail server and of the mail.
pub(super) fn email(settings: &Value<'_>) -> Option<Settings> {
    let table = settings.table(&KEYS)?;
    let server = table.require("server", "\"smtp.example.org\"").and_then(|value| server(&value));
    let security = security(&table);
    let port = table.get("port").map(|value| value.integer(1..=65_535));
    let login = login(&table, security);
    let from =
        table.require("from", "\"fineprint <fineprint@example.org>\"").and_then(|value| mailbox(&value));
    let to = table.require("to", "\"legal@example.org\"").and_then(|value| readers(&value));
    let ca = table.get("ca_file").map(|value| certificates(&value));
    let unsubscribe = table.get("unsubscribe").map(|value| unsubscribe(&value));
    let template = template(&table)?;
    let security = security?;
    let mail = email::Settings {
        server: server?,
        port: port.map_or(Some(security.port()), |port| port.and_then(|port| u16::try_from(port).ok()))?,
        security,
        login: login?,
        from: from?,
        to: to?,
        ca: ca.map_or(Some(None), |ca| ca.map(Some))?,
        unsubscribe: unsubscribe.map_or(Some(None), |address| address.map(Some))?,
        template: None,
    };
    with_template(Settings::Email(Box::new(mail)), template)
}

/// A name or an address, without a port.
fn server(value: &Value<'_>) -> Option<String> {
    value.read(|text| {
        let fits = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b)) || is_v6(text);
        let refused = || {
            refusal("not the name of a server", "a host's name or address alone")
                .help("the port has a key of its own: port = 465")
        };
        fits.then(|| text.to_owned()).ok_or_else(refused)
    })
}

fn is_v6(text: &str) -> bool {
    text.parse::<std::net::Ipv6Addr>().is_ok()
}

fn security(table: &Table<'_>) -> Option<Security> {
    let Some(value) = table.get("security") else { return Some(Security::Tls) };
    value.read(|text| match text {
        "tls" => Ok(Security::Tls),
        "starttls" => Ok(Security::StartTls),
        "none" => Ok(Security::None),
        _ => Err(refusal(format!("`{text}` protects no connection"), any_of(&["tls", "starttls", "none"]))),
    })
}

/// Both or neither, and never in the clear. `None` where it is wrong.
fn login(table: &Table<'_>, security: Option<Security>) -> Option<Option<(Secret, Secret)>> {
    let (user, password) = match (table.get("user"), table.get("password")) {
        (None, None) => return Some(None),
        (Some(user), Some(password)) => (user, password),
        (Some(one), None) | (None, Some(one)) => {
            one.refuse(refusal("only one of `user` and `password`", "both, or neither"));
            return None;
        }
    };
    if security == Some(Security::None) {
        password.refuse(refusal("a password over an open line", "`security = \"tls\"` or `\"starttls\"`"));
        return None;
    }
    Some(Some((user.secret()?, password.secret()?)))
}

fn mailbox(value: &Value<'_>) -> Option<Mailbox> {
    value.read(|text| {
        let accepted = "an address, as in `ops@example.org` or `Ops <ops@example.org>`, in ASCII";
        text.parse().map_err(|_| refusal("not an address for mail", accepted))
    })
}

fn readers(value: &Value<'_>) -> Option<Vec<Mailbox>> {
    let readers = value.one_or_many(MAX_READERS)?;
    if readers.is_empty() {
        value.refuse(refusal("nobody to write to", "at least one address"));
        return None;
    }
    // All of them are read, so that all that is wrong is told at once.
    let read: Vec<Option<Mailbox>> = readers.iter().map(mailbox).collect();
    read.into_iter().collect()
}

fn certificates(value: &Value<'_>) -> Option<String> {
    let text = value.file(MAX_CERTIFICATES)?;
    if text.contains("-----BEGIN CERTIFICATE-----") {
        return Some(text);
    }
    value.refuse(refusal("a file without a certificate", "certificates in PEM"));
    None
}

fn unsubscribe(value: &Value<'_>) -> Option<String> {
    value.read(|text| {
        let fits = (text.starts_with("mailto:") || text.starts_with("https://"))
            && text.bytes().all(|b| b.is_ascii_graphic() && !b"<>".contains(&b));
        let refused =
            || refusal("not an address to unsubscribe at", "one beginning with `mailto:` or `https://`");
        fits.then(|| text.to_owned()).ok_or_else(refused)
    })
}
