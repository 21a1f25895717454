//! A Chromium of our own: how it is started, and that it never outlives us.
//!
//! It holds the other end of a pipe that only this process has open (`--remote-debugging-pipe`): when fineprint ends,
//! in whatever way, the kernel closes it and Chromium goes. A Chromium that isn't wanted any more is killed with
//! all its processes: it keeps nothing that is worth a farewell.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, geteuid, kill_process_group};

use super::profile::Profile;
use super::{Settings, Trouble, find};

/// How long a start may take; a machine under load takes seconds.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often it is asked whether it has started.
const PACE: Duration = Duration::from_millis(20);

/// Hands our end of the pipe on as the descriptors 3 and 4 that Chromium reads from and writes to.
const WITH_PIPE: &str = "exec \"$0\" \"$@\" 3<&0 0</dev/null 4>/dev/null";

/// What a page has no use for, or what would reach the net past the proxy.
const OFF: &str = "AutofillServerCommunication,CertificateTransparencyComponentUpdater,DialMediaRouteProvider,\
    HttpsFirstBalancedModeAutoEnable,HttpsUpgrades,InterestFeedContentSuggestions,IsolateOrigins,MediaRouter,\
    NetworkPrediction,OptimizationHints,Translate,WebTransport,site-per-process";

const FLAGS: [&str; 29] = [
    "--headless",
    "--remote-debugging-port=0",
    "--remote-debugging-pipe",
    "--no-first-run",
    "--no-default-browser-check",
    // What belongs to no page goes nowhere: each page has a proxy of its own, the browser has none that answers.
    "--proxy-server=http://127.0.0.1:9",
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--dns-prefetch-disable",
    "--disable-quic",
    // Else a page could send packets to any address by asking a "STUN server" there.
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-client-side-phishing-detection",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-sync",
    "--no-pings",
    "--disable-breakpad",
    "--disable-crash-reporter",
    // The page that is read is never in front.
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    // Small containers have a small /dev/shm.
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--mute-audio",
    "--lang=en-US",
    "--blink-settings=imagesEnabled=false",
    "--window-size=1280,1600",
];

/// What of our environment it gets.
const KEPT: [&str; 6] = ["PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "FONTCONFIG_PATH"];

/// A running Chromium; killed and cleared away when dropped.
pub(super) struct Process {
    child: Child,
    group: Pid,
    profile: Profile,
}

impl Process {
    /// Starts one; gives the address at which it takes orders, too.
    pub(super) async fn start(settings: &Settings) -> Result<(Self, String), Trouble> {
        let program = find::program(settings.path.as_deref())?;
        let failed = |error: io::Error| Trouble::Launch(format!("{}: {error}", program.display()));
        let profile = Profile::within(&settings.folder).map_err(failed)?;
        let log = File::create(log_of(&profile)).map_err(failed)?;
        let child = command(&program, profile.path(), is_without_sandbox(settings))
            .stderr(log)
            .spawn()
            .map_err(failed)?;
        let group = Pid::from_child(&child);
        let mut process = Self { child, group, profile };
        let address = process.address().await?;
        Ok((process, address))
    }

    /// All its processes.
    pub(super) fn group(&self) -> Pid {
        self.group
    }

    /// Waits until it says where it takes orders.
    async fn address(&mut self) -> Result<String, Trouble> {
        let (file, begun) = (self.profile.path().join("DevToolsActivePort"), Instant::now());
        loop {
            if let Some((port, path)) = fs::read_to_string(&file).ok().as_deref().and_then(port_and_path) {
                return Ok(format!("ws://127.0.0.1:{port}{path}"));
            }
            match self.child.try_wait() {
                Ok(Some(status)) => return Err(self.why(format!("it ended at once ({status})"))),
                Err(error) => return Err(self.why(error.to_string())),
                Ok(None) if begun.elapsed() > PATIENCE => {
                    return Err(self.why(format!("it doesn't answer within {PATIENCE:?}")));
                }
                Ok(None) => tokio::time::sleep(PACE).await,
            }
        }
    }

    /// A failed start in its own last words.
    fn why(&self, what: String) -> Trouble {
        const MOST: u64 = 64 * 1024;
        let mut said = Vec::new();
        if let Ok(log) = File::open(log_of(&self.profile)) {
            let _ = log.take(MOST).read_to_end(&mut said);
        }
        let said = String::from_utf8_lossy(&said);
        if said.contains("No usable sandbox") {
            return Trouble::NoSandbox;
        }
        let is_telling = |line: &&str| line.contains("ERROR") || line.contains("FATAL");
        match said.lines().rfind(is_telling).or_else(|| said.lines().next_back()) {
            Some(last) => Trouble::Launch(format!("{what}: {}", last.chars().take(200).collect::<String>())),
            None => Trouble::Launch(what),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Nobody else has collected it, so the number is still its own.
        let _ = kill_process_group(self.group, Signal::KILL);
        let _ = self.child.wait();
    }
}

/// Whether it runs without what keeps a page that breaks out of it from doing what we may: asked for, or as root, with
/// whom Chromium refuses to start otherwise.
pub(super) fn is_without_sandbox(settings: &Settings) -> bool {
    !settings.sandbox || geteuid().is_root()
}

fn command(program: &Path, profile: &Path, without_sandbox: bool) -> Command {
    let mut command = Command::new("/bin/sh");
    command.arg("-c").arg(WITH_PIPE).arg(program).args(FLAGS);
    command.arg(format!("--user-data-dir={}", profile.display())).arg(format!("--disable-features={OFF}"));
    if without_sandbox {
        command.arg("--no-sandbox");
    }
    // It gets none of our secrets, leaves nothing elsewhere, and writes dates as the same everywhere.
    command.env_clear().envs(KEPT.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
    command
        .envs(["TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"].map(|name| (name, profile)))
        .env("TZ", "UTC");
    // A group of its own: a Ctrl-C at our terminal is ours to answer.
    command.arg("about:blank").stdin(Stdio::piped()).stdout(Stdio::null()).process_group(0);
    command
}

fn log_of(profile: &Profile) -> PathBuf {
    profile.path().join("chromium.log")
}

/// The two lines of the file in which it says where it listens.
fn port_and_path(file: &str) -> Option<(u16, &str)> {
    let (port, path) = file.split_once('\n')?;
    let path = path.trim_end();
    path.starts_with("/devtools/").then_some((port.parse().ok()?, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_read_only_when_it_is_complete() {
        assert_eq!(port_and_path("41247\n/devtools/browser/30ba"), Some((41247, "/devtools/browser/30ba")));
        for incomplete in ["", "41247", "41247\n", "41247\n/dev"] {
            assert_eq!(port_and_path(incomplete), None, "{incomplete}");
        }
    }

    #[test]
    fn the_sandbox_is_only_left_away_where_it_is_said_or_where_it_cannot_be() {
        let args = |without| {
            let command = command(Path::new("chromium"), Path::new("/p"), without);
            command.get_args().any(|arg| arg == "--no-sandbox")
        };
        assert!(args(true) && !args(false));
        let asked = Settings { sandbox: false, ..Settings::default() };
        assert!(is_without_sandbox(&asked));
        assert_eq!(is_without_sandbox(&Settings::default()), geteuid().is_root());
    }

    #[tokio::test]
    async fn a_program_that_is_no_browser_says_so_and_leaves_nothing() {
        let settings = Settings { path: Some("/bin/false".into()), ..Settings::default() };
        let Err(trouble) = Process::start(&settings).await else { panic!("started") };
        assert!(trouble.to_string().contains("it ended at once"), "{trouble}");
    }
}
