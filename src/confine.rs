//! PDFs of strangers are read in a process of their own.
//!
//! A file can make any library run for ever, or out of memory, or out of stack. In a process that has only so much of
//! each, that ends with an outcome, `unusable`, and the daemon lives on. The process is this program again: it gets the
//! file on its standard input and nothing else, no environment and no files, and gives what
//! [`read_to_bytes`](crate::extract::read_to_bytes) gives on its standard output.

use std::ffi::OsStr;
use std::io::{Read as _, Write as _};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, setrlimit};

use crate::extract::{self, Failure};

/// What the program is called with to be that process; nobody types it.
const CALL: &str = "__read-pdf";
/// How much memory it has. A policy takes thirty megabytes, the longest laws two hundred.
const MEMORY: u64 = 1 << 30;
/// How much processor time it has, in seconds, …
const SECONDS: u64 = 30;
/// … and how long it is waited for, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(60);
/// How much stack: documents nest, and each level takes some.
const STACK: usize = 256 << 20;
/// How much it may answer.
const ANSWER: u64 = 64 << 20;

/// From now on PDFs are read in a process of their own.
pub fn install() {
    extract::read_elsewhere(read);
}

/// In such a process: reads the file and says how to exit. `None` in any other.
pub fn serve() -> Option<ExitCode> {
    let mut arguments = std::env::args_os().skip(1);
    let is_call = arguments.next().as_deref() == Some(OsStr::new(CALL)) && arguments.next().is_none();
    is_call.then(|| match limit().and_then(|()| answer()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    })
}

fn limit() -> std::io::Result<()> {
    let limits = [
        (Resource::As, MEMORY),
        (Resource::Cpu, SECONDS),
        (Resource::Core, 0),
        // It writes to no file; what it has open already is a pipe.
        (Resource::Fsize, 0),
    ];
    for (resource, most) in limits {
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?;
    }
    Ok(())
}

fn answer() -> std::io::Result<()> {
    let mut body = Vec::new();
    std::io::stdin().lock().read_to_end(&mut body)?;
    let reader = thread::Builder::new().stack_size(STACK).spawn(move || extract::read_to_bytes(&body))?;
    let answer = reader.join().map_err(|_panic| std::io::ErrorKind::Other)?;
    std::io::stdout().lock().write_all(&answer)
}

fn read(body: &[u8]) -> Result<Vec<u8>, Failure> {
    let mut child = start().map_err(|_| Failure::Process)?;
    let asked = thread::scope(|scope| ask(&mut child, body, scope));
    if asked.is_err() {
        let _ended_already = child.kill();
    }
    let ended = child.wait().is_ok_and(|status| status.success());
    match asked {
        // What took too much was ended by the system.
        Ok(_) if !ended => Err(Failure::Size),
        asked => asked,
    }
}

/// This program, in the version that runs, though it may have been replaced on disk.
fn start() -> std::io::Result<Child> {
    let own = "/proc/self/exe";
    let program = if std::path::Path::new(own).exists() { own.into() } else { std::env::current_exe()? };
    Command::new(program)
        .arg(CALL)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
}

/// Hands over the file and waits for the answer.
fn ask<'s>(child: &mut Child, body: &'s [u8], scope: &'s thread::Scope<'s, '_>) -> Result<Vec<u8>, Failure> {
    let (Some(mut stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(Failure::Process);
    };
    // One that was ended reads no further: the pipe is broken then, and the answer says the rest.
    scope.spawn(move || stdin.write_all(body));
    let (sender, receiver) = mpsc::channel();
    scope.spawn(move || {
        let mut answer = Vec::new();
        let read = stdout.take(ANSWER).read_to_end(&mut answer);
        let _nobody_waits = sender.send(read.map(|_| answer));
    });
    match receiver.recv_timeout(PATIENCE) {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(_)) => Err(Failure::Process),
        Err(_) => {
            // The threads end with the pipes.
            let _ended_already = child.kill();
            Err(Failure::Time)
        }
    }
}
