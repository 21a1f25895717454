//! Settings of the services that know a sender by nothing but the address it posts to.

use std::fmt;

use url::Url;

use super::Template;

/// `[channels.NAME.slack]`, and likewise `discord`, `teams` and `mattermost`.
#[derive(Clone, PartialEq, Eq)]
pub struct Hook {
    /// Where messages are posted to: a secret, since it is all that a sender needs.
    pub url: Url,
    /// The operator's form, if not the built-in one.
    pub template: Option<Template>,
}

impl Hook {
    /// The built-in form, posted to `url`.
    pub fn new(url: Url) -> Self {
        Self { url, template: None }
    }
}

impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hook").field("host", &self.url.host_str()).field("template", &self.template).finish()
    }
}
