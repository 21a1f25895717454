//! `[summary]`: whom to ask.

use std::time::Duration;

use insta::assert_snapshot;

use super::*;

#[test]
fn nobody_is_asked_unless_it_is_written_down() {
    assert!(parse("").unwrap().summary.is_none());
    let summary =
        parse("[summary]\nurl = 'http://localhost:11434/v1/chat/completions'\nmodel = 'tiny'").unwrap();
    let summary = summary.summary.unwrap();
    assert!(summary.key.is_none());
    assert_eq!((summary.timeout, summary.calls_per_day), (Duration::from_secs(30), 50));
    assert_eq!(summary.tokens_per_day, 200_000);
}

#[test]
fn a_key_is_not_sent_in_clear_and_every_bound_is_one() {
    let text = "[summary]\nurl = 'http://llm.example.com/v1'\nmodel = ' '\nkey = 'hunter2'\ntimeout = '10m'\n\
                calls_per_day = 0\ntokens_per_day = 'many'\nprompt = 'be nice'\n";
    let told = errors(text);
    let titles: Vec<&str> = told.lines().filter(|line| line.starts_with("error")).collect();
    assert_snapshot!(titles.join("\n"), @"
    error: `summary.url`: the key would go over the network in clear
    error: `summary.model`: an empty string
    error: `summary.timeout`: `10m` is out of bounds
    error: `summary.calls_per_day`: 0 is out of range
    error: `summary.tokens_per_day`: found a string
    error: `summary.prompt`: unknown key
    ");
    assert!(errors("[summary]\nmodel = 'tiny'\n").contains("`summary.url` is missing"));
}
