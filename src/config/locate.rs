//! Where `sources.toml` and the database are.

use std::path::{Path, PathBuf};

use super::{Env, Error};

/// The configuration file: `--config`, else `FINEPRINT_CONFIG`, else `./sources.toml`, else
/// `fineprint/sources.toml` in the XDG configuration directory.
///
/// A file that was named is taken at its word; whether it exists shows when it is read.
///
/// # Errors
///
/// Fails where none is named and neither of the usual places has one.
pub fn locate(flag: Option<&Path>, env: Env<'_>) -> Result<PathBuf, Error> {
    locate_from(Path::new(""), flag, env)
}

fn locate_from(here: &Path, flag: Option<&Path>, env: Env<'_>) -> Result<PathBuf, Error> {
    if let Some(named) = named(flag, "FINEPRINT_CONFIG", env) {
        return Ok(named);
    }
    let usual = [Some(here.join("sources.toml")), xdg("XDG_CONFIG_HOME", ".config", "sources.toml", env)];
    let looked: Vec<_> = usual.into_iter().flatten().collect();
    match looked.iter().find(|path| path.is_file()) {
        Some(found) => Ok(found.clone()),
        None => Err(Error::NotFound { looked }),
    }
}

/// The database: `--database`, else `FINEPRINT_DATABASE`, else `[store] path` (`configured`), else
/// `fineprint/fineprint.db` in the XDG state directory.
///
/// # Errors
///
/// Fails where none is named and there is no home folder.
pub fn database(flag: Option<&Path>, configured: Option<&Path>, env: Env<'_>) -> Result<PathBuf, Error> {
    named(flag, "FINEPRINT_DATABASE", env)
        .or_else(|| configured.map(Path::to_owned))
        .or_else(|| xdg("XDG_STATE_HOME", ".local/state", "fineprint.db", env))
        .ok_or(Error::NoDatabase)
}

fn named(flag: Option<&Path>, variable: &str, env: Env<'_>) -> Option<PathBuf> {
    let from_env = || env(variable).filter(|value| !value.is_empty()).map(PathBuf::from);
    flag.map(Path::to_owned).or_else(from_env)
}

/// A file in one of the base directories; a relative directory is ignored, as the specification asks.
fn xdg(variable: &str, below_home: &str, file: &str, env: Env<'_>) -> Option<PathBuf> {
    let absolute = |name: &str| env(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = absolute(variable).or_else(|| Some(absolute("HOME")?.join(below_home)))?;
    Some(base.join("fineprint").join(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env<const N: usize>(pairs: [(&'static str, &str); N]) -> impl Fn(&str) -> Option<String> {
        let pairs = pairs.map(|(name, value)| (name, value.to_owned()));
        move |name| pairs.iter().find(|(n, _)| *n == name).map(|(_, value)| value.clone())
    }

    #[test]
    fn the_file_is_what_was_named_or_the_first_that_exists() {
        let [here, base] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let usual = env([("XDG_CONFIG_HOME", base.path().to_str().unwrap()), ("HOME", "/nowhere")]);
        let named = env([("FINEPRINT_CONFIG", "/env.toml")]);
        let find = |flag, env: Env<'_>| locate_from(here.path(), flag, env);
        assert_eq!(find(Some(Path::new("/flag.toml")), &named).unwrap(), Path::new("/flag.toml"));
        assert_eq!(find(None, &named).unwrap(), Path::new("/env.toml"));

        let (near, far) = (here.path().join("sources.toml"), base.path().join("fineprint/sources.toml"));
        let Err(Error::NotFound { looked }) = find(None, &usual) else { panic!("there is no file yet") };
        assert_eq!(looked, [near.clone(), far.clone()]);
        std::fs::create_dir_all(far.parent().unwrap()).unwrap();
        std::fs::write(&far, "").unwrap();
        assert_eq!(find(None, &usual).unwrap(), far);
        std::fs::write(&near, "").unwrap();
        assert_eq!(find(None, &usual).unwrap(), near);
    }

    #[test]
    fn the_database_is_what_was_named_or_in_the_state_directory() {
        let find = |flag: Option<&str>, configured: Option<&str>, env: Env<'_>| {
            database(flag.map(Path::new), configured.map(Path::new), env).unwrap().display().to_string()
        };
        let all = env([("FINEPRINT_DATABASE", "/env.db"), ("XDG_STATE_HOME", "/state"), ("HOME", "/home/u")]);
        assert_eq!(find(Some("/flag.db"), Some("/file.db"), &all), "/flag.db");
        assert_eq!(find(None, Some("/file.db"), &all), "/env.db");
        assert_eq!(find(None, Some("/file.db"), &env([("HOME", "/home/u")])), "/file.db");
        assert_eq!(find(None, None, &env([("XDG_STATE_HOME", "/state")])), "/state/fineprint/fineprint.db");
        let relative = env([("XDG_STATE_HOME", "state"), ("HOME", "/home/u")]);
        assert_eq!(find(None, None, &relative), "/home/u/.local/state/fineprint/fineprint.db");
        assert!(matches!(database(None, None, &env([])), Err(Error::NoDatabase)));
    }
}
