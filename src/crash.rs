//! Places where a story can stop the process dead, to kill it exactly there. Releases have nothing of it.
//!
//! `FINEPRINT_CRASH="committed:3 wait:1"` stops at the third `committed` and the first `wait`: the process says so on
//! stderr and its thread waits for the end.

/// A place where a process may be killed.
#[cfg(not(debug_assertions))]
#[inline(always)]
pub(crate) fn point(_name: &str) {}

#[cfg(debug_assertions)]
pub(crate) use armed::point;

#[cfg(debug_assertions)]
mod armed {
    use std::io::Write as _;
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU32, Ordering};

    /// The armed places, each with how many times it is still passed.
    static ARMED: OnceLock<Vec<(String, AtomicU32)>> = OnceLock::new();

    /// A place where a process may be killed.
    pub(crate) fn point(name: &str) {
        let armed = ARMED.get_or_init(|| parse(&std::env::var("FINEPRINT_CRASH").unwrap_or_default()));
        let Some((_, left)) = armed.iter().find(|(armed, _)| armed == name) else { return };
        if left.fetch_sub(1, Ordering::SeqCst) != 1 {
            return;
        }
        // One write, so that the line is whole; a closed stderr changes nothing.
        let _ = std::io::stderr().write_all(format!("crash point {name}\n").as_bytes());
        loop {
            std::thread::park();
        }
    }

    fn parse(armed: &str) -> Vec<(String, AtomicU32)> {
        let point = |word: &str| {
            let (name, count) = word.split_once(':')?;
            Some((name.to_owned(), AtomicU32::new(count.parse().ok()?)))
        };
        armed.split_whitespace().filter_map(point).collect()
    }
}
