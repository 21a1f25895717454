//! Small values written as text: addresses, sizes, durations.

use std::time::Duration;

use jiff::SignedDuration;

use url::Url;

use super::value::{Refusal, refusal};

/// An address that can be fetched; what is wrong with it is said without repeating it, since it may hold a password.
pub(super) fn http_url(text: &str) -> Result<Url, Refusal> {
    let accepted = "an absolute address beginning with `https://` or `http://`";
    let url = Url::parse(text).map_err(|error| match error {
        url::ParseError::RelativeUrlWithoutBase => {
            refusal("an address without a scheme", accepted).help("does it lack `https://` in front?")
        }
        error => refusal(format!("not an address ({error})"), accepted),
    })?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(refusal("an address of another scheme", accepted));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refusal("an address with a user name or password in it", "an address without them")
            .help("give them to the source: auth = { user = \"…\", password = \"${PASSWORD}\" }"));
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(refusal("an address without a host", accepted));
    }
    Ok(url)
}

/// `10 MiB`, in bytes.
pub(super) fn size(text: &str) -> Result<u64, Refusal> {
    const MIN: u64 = 1024;
    const MAX: u64 = 1024 * 1024 * 1024;
    let units =
        [("B", 1), ("kB", 1000), ("MB", 1_000_000), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)];
    let accepted = "a size from 1 KiB to 1 GiB, as in `10 MiB`";
    let bytes =
        with_unit(text, &units).ok_or_else(|| refusal(format!("`{text}` is not a size"), accepted))?;
    if (MIN..=MAX).contains(&bytes) {
        Ok(bytes)
    } else {
        Err(refusal(format!("`{text}` is out of range"), accepted))
    }
}

/// `60s`.
pub(super) fn duration(text: &str) -> Result<Duration, Refusal> {
    let units =
        [("s", 1), ("second", 1), ("seconds", 1), ("m", 60), ("min", 60), ("minute", 60), ("minutes", 60)];
    let accepted = "a time from 1 second to 10 minutes, as in `60s` or `2m`";
    let seconds =
        with_unit(text, &units).ok_or_else(|| refusal(format!("`{text}` is not a time"), accepted))?;
    if (1..=600).contains(&seconds) {
        Ok(Duration::from_secs(seconds))
    } else {
        Err(refusal(format!("`{text}` is out of range"), accepted))
    }
}

/// `500ms`.
pub(super) fn gap(text: &str) -> Result<Duration, Refusal> {
    let units = [("ms", 1), ("s", 1000), ("second", 1000), ("seconds", 1000), ("m", 60_000), ("min", 60_000)];
    let accepted = "a time from 0s to 60s, as in `500ms` or `2s`";
    let millis =
        with_unit(text, &units).ok_or_else(|| refusal(format!("`{text}` is not a time"), accepted))?;
    if millis <= 60_000 {
        Ok(Duration::from_millis(millis))
    } else {
        Err(refusal(format!("`{text}` is out of range"), accepted))
    }
}

/// `3d`.
pub(super) fn age(text: &str) -> Result<SignedDuration, Refusal> {
    const HOUR: u64 = 60 * 60;
    const DAY: u64 = 24 * HOUR;
    let units = [("h", HOUR), ("hour", HOUR), ("hours", HOUR), ("d", DAY), ("day", DAY), ("days", DAY)];
    let units = [&units[..], &[("w", 7 * DAY), ("week", 7 * DAY), ("weeks", 7 * DAY)]].concat();
    let accepted = "a time from 1 hour to 366 days, as in `12h`, `3d` or `2 weeks`";
    let seconds =
        with_unit(text, &units).ok_or_else(|| refusal(format!("`{text}` is not a time"), accepted))?;
    if (HOUR..=366 * DAY).contains(&seconds) {
        Ok(SignedDuration::from_secs(seconds as i64))
    } else {
        Err(refusal(format!("`{text}` is out of range"), accepted))
    }
}

/// A whole number and one of `units`; what is too large for a `u64` is as large as one gets.
fn with_unit(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let (_, factor) = units.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit.trim_start()))?;
    if digits == 0 {
        return None;
    }
    Some(number.parse().unwrap_or(u64::MAX).saturating_mul(*factor))
}
