//! What of an API's answer is watched.

/// What is watched of the answer of an API that one calls oneself; the status always is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Watch {
    /// Names of response headers, in lower case.
    pub headers: Vec<String>,
    /// Paths of JSON values (JSONPath, RFC 9535).
    pub json: Vec<String>,
    /// What some of them must not fall below.
    pub at_least: Vec<(String, f64)>,
}
