//! Where Chromium is.

use std::env;
use std::path::{Path, PathBuf};

use super::Trouble;

/// What it is called, most open first.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/// Where it lies on a Mac.
const BUNDLES: [&str; 2] = [
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/// Names it for one run, whatever the configuration says.
const VARIABLE: &str = "FINEPRINT_CHROMIUM";

/// The program that was named, else the first that the path knows.
pub(super) fn program(named: Option<&Path>) -> Result<PathBuf, Trouble> {
    let variable = env::var_os(VARIABLE).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(named) = variable.as_deref().or(named) {
        let there = named.is_file().then(|| named.to_owned());
        return there.ok_or_else(|| Trouble::NotThere(named.display().to_string()));
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    let mut known = NAMES.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    known.find(|path| path.is_file()).or_else(bundle).ok_or(Trouble::Missing)
}

fn bundle() -> Option<PathBuf> {
    BUNDLES.iter().map(PathBuf::from).find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_named_and_not_there_is_an_error_even_where_another_is_installed() {
        let error = program(Some(Path::new("/nowhere/chromium"))).unwrap_err();
        assert_eq!(error, Trouble::NotThere("/nowhere/chromium".into()));
        assert!(program(Some(Path::new("/bin/sh"))).is_ok());
    }
}
