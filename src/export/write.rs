//! A bundle on disk: a folder, or a zip file.

use std::fs;
use std::path::{Path, PathBuf};

use crate::archive::zip::{self, Files};

use super::{Bundle, Error};

/// Writes a bundle as a zip file where `path` ends in `.zip`, else as a folder; returns how many bytes it has.
///
/// Nothing is overwritten, and nothing half-written stays under the name.
pub fn write(bundle: &Bundle, path: &Path) -> Result<u64, Error> {
    if path.try_exists().map_err(Error::io(path))? {
        return Err(Error::Exists(path.to_owned()));
    }
    let beside = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if path.extension().is_some_and(|extension| extension == "zip") {
        zipped(bundle, path, beside)
    } else {
        folder(&bundle.files, path, beside)
    }
}

/// All files under one folder, so that unpacking leaves no litter.
fn zipped(bundle: &Bundle, path: &Path, beside: &Path) -> Result<u64, Error> {
    let files: Files = bundle
        .files
        .iter()
        .map(|(name, content)| (format!("{}/{name}", bundle.name), content.clone()))
        .collect();
    let bytes = zip::write(&files).map_err(|source| Error::Zip { path: path.to_owned(), source })?;
    let draft = tempfile::NamedTempFile::new_in(beside).map_err(Error::io(beside))?;
    fs::write(draft.path(), &bytes).map_err(Error::io(path))?;
    draft.persist_noclobber(path).map_err(|e| Error::io(path)(e.error))?;
    readable(path)?;
    Ok(bytes.len() as u64)
}

fn folder(files: &Files, path: &Path, beside: &Path) -> Result<u64, Error> {
    let draft = tempfile::tempdir_in(beside).map_err(Error::io(beside))?;
    for (name, content) in files {
        let file: PathBuf = draft.path().join(name);
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder).map_err(Error::io(folder))?;
        }
        fs::write(&file, content).map_err(Error::io(&file))?;
    }
    fs::rename(draft.path(), path).map_err(Error::io(path))?;
    // It has another name now, under which nobody is to delete it.
    let _ = draft.keep();
    readable(path)?;
    Ok(files.values().map(|content| content.len() as u64).sum())
}

/// Temporary files are for their owner only; a bundle is to be passed on.
#[cfg(unix)]
fn readable(path: &Path) -> Result<(), Error> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = if path.is_dir() { 0o755 } else { 0o644 };
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).map_err(Error::io(path))
}

#[cfg(not(unix))]
fn readable(_: &Path) -> Result<(), Error> {
    Ok(())
}
