//! Sealing by hand or by the clock, with witnesses: from then on nobody can say it was made up later.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::Digest;
use crate::store::Store;

use super::{Error, Witnesses};

/// What was sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// How many entries the archive's own chain has.
    pub entries: u64,
    /// Its head, which stands for everything recorded until now.
    pub head: Digest,
    /// Whether the owner's key signed it.
    pub signed: bool,
    /// The time that the authority gave it.
    pub timestamp: Option<Timestamp>,
}

/// What an event of the kind `witnessed` says, in the archive's own chain.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Witness {
    /// The chain's length, and its head behind so many entries.
    pub(super) entries: u64,
    pub(super) head: String,
    /// What was signed and timestamped.
    pub(super) statement: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) signer: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) signature: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) timestamp: Option<String>,
}

/// The kind of such events.
pub(super) const KIND: &str = "witnessed";

/// Seals what was recorded, has the head witnessed, and records what the witnesses said; `None` where nothing was ever
/// recorded.
///
/// # Errors
/// If the archive can't be written, or a witness that is configured can't be had; the seal is there all the same.
pub async fn seal(store: &Store, witnesses: &Witnesses, now: Timestamp) -> Result<Option<Sealed>, Error> {
    let Some(seal) = store.seal(now).await? else { return Ok(None) };
    let (entries, head) = (seal.entries, seal.head);
    let mut sealed = Sealed { entries, head, signed: false, timestamp: None };
    if witnesses.settings.is_empty() {
        return Ok(Some(sealed));
    }
    let statement = format!("fineprint archive\nentries: {entries}\nhead: {head}\nat: {now:.3}\n");
    let witnessed = witnesses.settings.witness(statement.as_bytes(), &witnesses.allow_private).await?;
    sealed.signed = witnessed.signature.is_some();
    sealed.timestamp = witnessed.timestamp.as_ref().map(|(_, at)| *at);
    let (signature, signer) = witnessed.signature.unzip();
    let content = Witness {
        entries,
        head: head.to_string(),
        statement,
        signer,
        signature: signature.map(|signature| BASE64.encode(signature)),
        timestamp: witnessed.timestamp.map(|(answer, _)| BASE64.encode(answer)),
    };
    store.note(None, now, KIND, content).await?;
    Ok(Some(sealed))
}

impl Witness {
    /// The files in which public tools find what was witnessed.
    pub(super) fn files(&self) -> Vec<(&'static str, Vec<u8>)> {
        let decoded = |text: &Option<String>| text.as_ref().and_then(|text| BASE64.decode(text).ok());
        let statement = Some(self.statement.clone().into_bytes());
        let signer = self.signer.clone().map(String::into_bytes);
        let files = [
            ("witness/head.txt", statement),
            ("witness/head.txt.sig", decoded(&self.signature)),
            ("witness/head.txt.tsr", decoded(&self.timestamp)),
            ("witness/signer.pem", signer),
        ];
        files.into_iter().filter_map(|(name, content)| Some((name, content?))).collect()
    }
}
