//! The exit codes, stable.

/// Done, nothing to report.
pub const DONE: u8 = 0;
/// Changes were found; only with `--exit-code`, as in `git diff`.
pub const CHANGED: u8 = 1;
/// The command line or the configuration can't be used.
pub const USAGE: u8 = 2;
/// Some sources, or records of an import, could not be read, or a notice was given up: its receiver never took it.
pub const UNREADABLE: u8 = 3;
/// Something failed that should not.
pub const INTERNAL: u8 = 4;
/// Ended by Ctrl-C or SIGTERM before it was done, as shells number it; what was done is recorded.
pub const INTERRUPTED: u8 = 130;
