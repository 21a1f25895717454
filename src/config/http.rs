//! `[channels.NAME.http]`: any service with an HTTP interface.

use super::chat::{secret_url, template, with_template};
use super::source::named_headers;
use super::value::{Value, any_of, refusal};
use crate::channel::{Settings, http};
use crate::model::Secret;

const KEYS: [&str; 8] =
    ["url", "method", "headers", "content_type", "secrets", "limit", "template", "template_file"];
const METHODS: [&str; 3] = ["POST", "PUT", "PATCH"];
/// Headers that other keys stand for, or that the request makes itself.
const OWN_HEADERS: [&str; 5] =
    ["content-type", "content-length", "host", "idempotency-key", "transfer-encoding"];
const MAX_SECRETS: usize = 20;

/// Reads the settings of a service that fineprint doesn't know.
pub(super) fn http(settings: &Value<'_>) -> Option<Settings> {
    let table = settings.table(&KEYS)?;
    let url = secret_url(&table);
    let method = table.get("method").map(|value| {
        value.read(|text| {
            let refused = || refusal("not a method for this", any_of(&METHODS));
            METHODS.contains(&text).then(|| text.to_owned()).ok_or_else(refused)
        })
    });
    let content_type = table.get("content_type").map(|value| {
        value.read(|text| {
            let refused = || refusal("not a content type", "one as in `application/json`");
            let fits = text.contains('/') && text.bytes().all(|b| b.is_ascii_graphic() || b == b' ');
            fits.then(|| text.to_owned()).ok_or_else(refused)
        })
    });
    let limit = table.get("limit").map(|value| value.integer(500..=100_000));
    let headers = table.get("headers").map(|value| named_headers(&value, &OWN_HEADERS)).unwrap_or_default();
    let secrets = table.get("secrets").map(|value| secrets(&value)).unwrap_or_default();
    let template = template(&table)?;
    let http = http::Settings {
        method: method.unwrap_or_else(|| Some("POST".to_owned()))?,
        url: url?,
        headers,
        content_type: content_type.unwrap_or_else(|| Some("application/json".to_owned()))?,
        secrets,
        limit: limit.map_or(Some(http::Settings::LIMIT), |limit| limit.map(|n| n as usize))?,
        template: None,
    };
    with_template(Settings::Http(http), template)
}

/// Names that the template can use as `secret.NAME`, and their values.
fn secrets(value: &Value<'_>) -> Vec<(String, Secret)> {
    let mut secrets = Vec::new();
    for (name, value) in value.named(MAX_SECRETS).unwrap_or_default() {
        let name = *name.get_ref();
        let fits = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !fits {
            value
                .refuse(refusal(format!("`{name}` is not a name for a template"), "letters, digits and `_`"));
        }
        secrets.extend(value.secret().map(|secret| (name.to_owned(), secret)));
    }
    secrets
}
