//! The edge to a language model behind an interface as OpenAI's: one question, one answer.
//!
//! What comes back is somebody's words, as a page's are: bounded here in time and size, and judged by whoever asked.

use std::net::{Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use reqwest::Response;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use serde::Deserialize;
use serde_json::json;

use crate::model::SummarySettings;
use crate::net::{self, Failure, Guard, Timeouts};

pub use crate::net::Unusable;

/// Of an answer so many bytes are read; a longer one is none.
const BODY: usize = 64 * 1024;
/// An answer has at most so many tokens.
pub const ANSWER_TOKENS: u32 = 200;

/// A model that can be asked.
pub struct Assistant {
    settings: SummarySettings,
    client: reqwest::Client,
    timeouts: Timeouts,
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The words, as they came.
    pub text: String,
    /// How many tokens question and answer had, says the other side.
    pub tokens: Option<u32>,
}

#[derive(Deserialize)]
struct Body {
    choices: Vec<Choice>,
    #[serde(default)]
    usage: Option<Usage>,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
}

#[derive(Deserialize)]
struct Message {
    content: String,
}

#[derive(Deserialize)]
struct Usage {
    #[serde(default)]
    total_tokens: Option<u32>,
}

impl Assistant {
    /// Sets it up. Its address stands in the configuration and no redirect is followed, so it may be a private one.
    ///
    /// # Errors
    ///
    /// Fails where the system has no HTTP client.
    pub fn new(settings: SummarySettings) -> Result<Self, Unusable> {
        let anywhere = [
            IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::UNSPECIFIED, 0)),
            IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::UNSPECIFIED, 0)),
        ];
        let timeouts = Timeouts { connect: settings.timeout, read: settings.timeout };
        let agent = concat!("fineprint/", env!("CARGO_PKG_VERSION"));
        let client = net::client(Guard::new(&anywhere), agent, &timeouts)?;
        Ok(Self { settings, client, timeouts })
    }

    /// Whom it asks, and how much.
    pub fn settings(&self) -> &SummarySettings {
        &self.settings
    }

    /// Asks once: `rules` say what to do, `matter` is what to do it with.
    ///
    /// # Errors
    ///
    /// Fails with what came instead of an answer, in words that name no more of the address than its host, and neither
    /// the key nor what was sent.
    pub async fn ask(&self, rules: &str, matter: &str) -> Result<Answer, String> {
        let host = self.settings.url.host_str().unwrap_or_default();
        match tokio::time::timeout(self.settings.timeout, self.exchange(rules, matter)).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(why)) => Err(format!("{host}: {why}")),
            Err(_) => Err(format!("{host}: {}", Failure::Silent(self.settings.timeout))),
        }
    }

    async fn exchange(&self, rules: &str, matter: &str) -> Result<Answer, String> {
        let body = json!({
            "model": self.settings.model,
            "messages": [{ "role": "system", "content": rules }, { "role": "user", "content": matter }],
            "max_tokens": ANSWER_TOKENS,
            "temperature": 0,
            "stream": false,
        });
        let failed = |error| Failure::of(error, &self.timeouts).to_string();
        let mut request = self
            .client
            .post(self.settings.url.clone())
            .header(CONTENT_TYPE, "application/json")
            .body(body.to_string());
        if let Some(key) = &self.settings.key {
            let mut value = HeaderValue::from_str(&format!("Bearer {}", key.reveal()))
                .map_err(|_| "the key can't stand in a header".to_owned())?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        let answer = request.send().await.map_err(failed)?;
        if !answer.status().is_success() {
            return Err(format!("answered {}", answer.status()));
        }
        let body = bounded(answer, &self.timeouts).await?;
        read(&body)
    }
}

async fn bounded(mut answer: Response, timeouts: &Timeouts) -> Result<Vec<u8>, String> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|e| Failure::of(e, timeouts).to_string())? {
        if body.len() + chunk.len() > BODY {
            return Err(format!("the answer is longer than {} KiB", BODY / 1024));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn read(body: &[u8]) -> Result<Answer, String> {
    // What is wrong with it isn't repeated: those are somebody's words.
    let body: Body =
        serde_json::from_slice(body).map_err(|_| "the answer isn't a chat completion".to_owned())?;
    let first = body.choices.into_iter().next().ok_or("the answer has no choice")?;
    Ok(Answer { text: first.message.content, tokens: body.usage.and_then(|usage| usage.total_tokens) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_a_chat_completion_or_none() {
        let answer = |body: &str| read(body.as_bytes());
        let said = r#"{"id":"x","choices":[{"index":0,"message":{"role":"assistant","content":"It changed."}}],"usage":{"total_tokens":12}}"#;
        assert_eq!(answer(said), Ok(Answer { text: "It changed.".into(), tokens: Some(12) }));
        for body in [
            "",
            "null",
            "[]",
            "{}",
            r#"{"choices":[]}"#,
            r#"{"choices":[{"message":{"content":7}}]}"#,
            r#"{"choices":[{"message":{"content":"x"}}],"usage":{"total_tokens":-1}}"#,
        ] {
            assert!(answer(body).is_err(), "{body}");
        }
    }
}
