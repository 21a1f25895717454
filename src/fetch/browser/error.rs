//! What goes wrong with a page that is rendered, beyond what goes wrong on the wire.

/// Why a browser brought no page. The words say nothing that a page wrote.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// No program to render with.
    #[error(
        "it needs a browser and there is no Chromium here: `apt-get install chromium`, or say where it is by \
         `[browser] path` in sources.toml or by FINEPRINT_CHROMIUM"
    )]
    Missing,
    /// What was named isn't there.
    #[error("it needs a browser and `{0}`, named by `[browser] path` or FINEPRINT_CHROMIUM, is no program")]
    NotThere(String),
    /// What a browser can't do for a source.
    #[error("a browser can't be asked with `{0}`: leave either it or `browser` away for this source")]
    Unfit(&'static str),
    /// The program doesn't start.
    #[error("Chromium can't be started: {0}")]
    Launch(String),
    /// It needs privileges to lock itself in that it doesn't have here.
    #[error(
        "Chromium can't be started: it has no sandbox here. Debian's package `chromium-sandbox` brings one; \
         `[browser] sandbox = false` does without, and lets a page that breaks out of Chromium do what fineprint may"
    )]
    NoSandbox,
    /// The browser ended or stopped answering; the next page gets another one.
    #[error("the browser ended or hung while it showed the page")]
    Lost,
    /// The page's own process ended.
    #[error("the page crashed")]
    Crashed,
    /// The page's own process had to be ended.
    #[error("the page takes more than {0} bytes of memory")]
    Memory(u64),
    /// More elements and texts than we are ready to read.
    #[error("the page grows beyond {0} nodes")]
    Nodes(u64),
    /// More requests than a page of text makes.
    #[error("the page makes more than {0} requests")]
    Requests(usize),
    /// More bytes than a page of text loads.
    #[error("the page loads more than {0} bytes")]
    Traffic(u64),
    /// The scripts can't be stopped.
    #[error("the page's scripts can't be stopped")]
    Hung,
    /// A PDF, an image, a download.
    #[error("it is no HTML but `{0}`, which a browser doesn't render: leave `browser` away for this source")]
    NotHtml(String),
    /// The browser said that the page can't be shown.
    #[error("the browser says {0}")]
    Refused(String),
}

impl Trouble {
    /// Whether it may pass by itself.
    pub(crate) fn passes(&self) -> bool {
        matches!(self, Self::Launch(_) | Self::Lost | Self::Crashed | Self::Hung | Self::Refused(_))
    }
}
