//! What commands share: the configuration, the archive, the engine.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::clock::SystemClock;
use crate::config::{self, Config};
use crate::engine::Engine;
use crate::export::Witnesses;
use crate::store::Store;

use super::{Failure, Global};

/// The process's environment, for the configuration.
pub(super) fn env(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// There must be an archive: one that is gone is told from one that never was.
pub(super) fn must_exist(path: &Path) -> Result<(), Failure> {
    match Store::exists(path)? {
        true => Ok(()),
        false => Err(Failure::usage(format!("error: there is no archive at {} yet", path.display()))
            .hint("`fineprint check` makes one; `--database` or FINEPRINT_DATABASE name another place")),
    }
}

impl Global {
    /// The configuration; there must be one.
    pub(super) fn config(&self) -> Result<Config, Failure> {
        Ok(Config::load(&config::locate(self.config.as_deref(), &env)?, &env)?)
    }

    /// The configuration if there is one: a command that only reads the archive can do without.
    pub(super) fn config_if_any(&self) -> Result<Option<Config>, Failure> {
        match config::locate(self.config.as_deref(), &env) {
            Ok(path) => Ok(Some(Config::load(&path, &env)?)),
            Err(config::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Where the archive is.
    pub(super) fn database(&self, config: Option<&Config>) -> Result<PathBuf, Failure> {
        let configured = config.and_then(|c| c.store_path.as_deref());
        Ok(config::database(self.database.as_deref(), configured, &env)?)
    }

    /// Where the archive is, for commands that only read it: a configuration that is broken or lacks its secrets is
    /// no reason not to.
    pub(super) fn database_for_reading(&self) -> Result<PathBuf, Failure> {
        let configured = match config::locate(self.config.as_deref(), &env) {
            Ok(path) if self.database.is_none() => config::store_path_of(&path)?,
            _ => None,
        };
        Ok(config::database(self.database.as_deref(), configured.as_deref(), &env)?)
    }

    /// The archive, for reading; there must be one.
    pub(super) async fn archive(&self) -> Result<Store, Failure> {
        let path = self.database_for_reading()?;
        must_exist(&path)?;
        Ok(Store::open_to_read(&path).await?)
    }

    /// Who witnesses evidence, as the configuration says.
    pub(super) fn witnesses(&self) -> Result<Witnesses, Failure> {
        Ok(self.config_if_any()?.map_or_else(Witnesses::default, |config| Witnesses {
            settings: config.evidence,
            allow_private: config.fetch.allow_private,
        }))
    }

    /// Everything that looking and telling needs.
    pub(super) async fn engine(&self) -> Result<Engine, Failure> {
        let config = self.config()?;
        let database = self.database(Some(&config))?;
        Ok(Engine::open(config, &database, Arc::new(SystemClock)).await?)
    }
}
