//! `03/04/2027`: which number is the day is a matter of language and region.

use jiff::civil::Date;

use super::calendar::Numbers;

/// Regions that write English dates with the day first, and those that write the month first (Unicode CLDR,
/// `dateFormat` short). Elsewhere, and without a region, both are met.
const DAY_FIRST: &[&str] = &["gb", "ie", "au", "nz", "in"];
const MONTH_FIRST: &[&str] = &["us"];
/// Languages in which the day comes first wherever they are spoken.
const DAY_FIRST_LANGUAGES: &[&str] = &["de", "fr", "es", "it", "pt", "nl", "ar"];
/// Regions of those languages that are used to other orders as well.
const MIXED: &[&str] = &["ca", "us", "pr", "ph"];

/// The day that two numbers and a year mean in a sentence of language `spoken` on a page declared as `declared`;
/// `None` where they could mean another.
pub(super) fn day(numbers: Numbers, spoken: &str, declared: &str) -> Option<Date> {
    if let Some(date) = numbers.only_reading() {
        return Some(date);
    }
    let declared = declared.to_lowercase();
    let (language, region) = declared.split_once(['-', '_']).unwrap_or((&declared, ""));
    // A script may stand between language and region, as in `ar-Arab-EG`.
    let region = if language == spoken { region.rsplit(['-', '_']).next().unwrap_or_default() } else { "" };
    if DAY_FIRST_LANGUAGES.contains(&spoken) {
        return (!MIXED.contains(&region)).then(|| numbers.day_first()).flatten();
    }
    match region {
        region if DAY_FIRST.contains(&region) => numbers.day_first(),
        region if MONTH_FIRST.contains(&region) => numbers.month_first(),
        _ => None,
    }
}
