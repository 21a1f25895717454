//! What stories need beside Rust; `tests/need.sh` brings it.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A Python that has these packages of PyPI, each at a fixed version: `warcio==1.8.1`.
///
/// `None` on a machine that can't have it, which is said; with `CI` set that is a failure.
pub fn python(packages: &[&str]) -> Option<PathBuf> {
    bring("python", packages)
}

/// Where a program is; Debian's packages of these names bring it. `None` as for [`python`].
pub fn program(name: &str, packages: &[&str]) -> Option<PathBuf> {
    bring("program", &[&[name], packages].concat())
}

#[expect(clippy::print_stderr, reason = "what isn't tried is said")]
fn bring(kind: &str, what: &[&str]) -> Option<PathBuf> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/need.sh");
    let output = Command::new("sh").arg(script).arg(kind).args(what).output().expect("a shell");
    if output.status.success() {
        let path = String::from_utf8(output.stdout).expect("a path in UTF-8");
        return Some(PathBuf::from(path.trim_end()));
    }
    let why = String::from_utf8_lossy(&output.stderr);
    assert!(env::var_os("CI").is_none(), "{why}");
    eprintln!("SKIPPED: {why}");
    None
}
