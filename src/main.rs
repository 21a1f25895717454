//! The `fineprint` binary.

fn main() {}
