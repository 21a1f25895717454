//! Any line is a schedule or an error, and the next check of a schedule is in the future.
#![no_main]

use fineprint::schedule;
use jiff::tz::TimeZone;
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|line: &str| {
    if let Ok(schedule) = schedule::parse(line, &TimeZone::UTC) {
        let source = "provider/terms".parse().expect("this is a source id");
        assert!(schedule::next_check(&schedule, &source, Timestamp::UNIX_EPOCH) > Timestamp::UNIX_EPOCH);
    }
});
