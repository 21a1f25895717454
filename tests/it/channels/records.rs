//! Files and standard output: written once, whole, and on the disk.

use std::fs;
use std::process::Command;

use fineprint::channel::{Channel, Error};
use fineprint::model::{Notice, NoticeId};
use insta::assert_snapshot;

use super::local::Place;
use super::{at, built, changed, reworded};

fn file(place: &Place, keys: &str) -> Box<dyn Channel> {
    let toml = format!("[channels.x.file]\npath = 'notices'\n{keys}");
    built(&place.folder.path().join("sources.toml"), &toml)
}

fn notice(n: usize) -> Notice {
    Notice { id: NoticeId::derive("chg", &[&n.to_string()]), ..changed(&[reworded()]) }
}

async fn sent(channel: &dyn Channel, notice: &Notice) -> String {
    match channel.send(notice, at()).await {
        Ok(receipt) => receipt.0,
        Err(Error::Retry { why, .. }) => format!("again: {why}"),
        Err(error) => format!("for good: {error}"),
    }
}

#[tokio::test]
async fn the_same_notice_is_written_once() {
    for keys in ["", "format = 'text'"] {
        let place = Place::new().await;
        let path = place.folder.path().join("notices");
        for n in [1, 2, 1, 2, 3, 1] {
            // As after a crash: nobody remembers.
            sent(&*file(&place, keys), &notice(n)).await;
        }
        let text = fs::read_to_string(&path).unwrap();
        for n in 1..=3 {
            assert_eq!(text.matches(notice(n).id.as_str()).count(), 1, "{text}");
        }
        let said = sent(&*file(&place, keys), &notice(1)).await;
        assert!(said.ends_with("has it already"), "{said}");
    }
}

#[tokio::test]
async fn what_was_written_by_half_is_written_again_whole() {
    let place = Place::new().await;
    let path = place.folder.path().join("notices");
    sent(&*file(&place, ""), &notice(1)).await;
    sent(&*file(&place, ""), &notice(2)).await;
    let whole = fs::read(&path).unwrap();
    let first = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    for cut in [first + 10, first + 120, whole.len() - 1] {
        fs::write(&path, &whole[..cut]).unwrap();
        sent(&*file(&place, ""), &notice(2)).await;
        assert_eq!(fs::read(&path).unwrap(), whole, "cut at {cut}");
    }
    // What isn't ours is never taken away.
    fs::write(&path, "somebody's line without an end").unwrap();
    sent(&*file(&place, ""), &notice(1)).await;
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(text.lines().next(), Some("somebody's line without an end"));
    assert!(serde_json::from_str::<serde_json::Value>(text.lines().nth(1).unwrap()).is_ok());
}

#[tokio::test]
async fn what_cannot_be_written_now_is_tried_again() {
    let place = Place::new().await;
    let folder = place.folder.path().display().to_string();
    let shown = |said: String| said.replace(&folder, "[folder]");
    let path = place.folder.path().join("notices");
    let channel = file(&place, "");
    let held = fs::File::create(&path).unwrap();
    held.lock().unwrap();
    let mut said = vec![shown(sent(&*channel, &notice(1)).await)];
    drop(held);
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    said.push(shown(sent(&*channel, &notice(1)).await));
    fs::remove_dir(&path).unwrap();
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    said.push(shown(sent(&*channel, &notice(1)).await));
    fs::remove_file(&path).unwrap();
    let toml = "[channels.x.file]\npath = 'no/such/folder/notices'";
    let elsewhere = built(&place.folder.path().join("sources.toml"), toml);
    said.push(shown(sent(&*elsewhere, &notice(1)).await));
    // A device that is always full.
    std::os::unix::fs::symlink("/dev/full", &path).unwrap();
    said.push(shown(sent(&*channel, &notice(1)).await));
    assert_snapshot!(said.join("\n"), @"
    again: [folder]/notices: another process is writing to it
    again: [folder]/notices: not a file
    again: [folder]/notices: not a file
    again: [folder]/no/such/folder/notices: No such file or directory (os error 2)
    again: [folder]/notices: not a file
    ");
}

#[tokio::test]
async fn a_record_reads_so() {
    let request = super::service("file").sends(&changed(&[reworded()]), "").await;
    assert_snapshot!(String::from_utf8(request.body).unwrap(), @"
    [critical] Acme · Terms of Service changed: 2 clauses reworded under “Suspension”, in force from 2026-04-01
    2 clauses reworded under “Suspension”. 3 words added, 4 removed.

    Suspension › Appeals
    We may suspend your account with [-30 days'-] {+no+} notice.

    fineprint diff acme/terms-of-service 1..2
    https://acme.example/terms?lang=en&v=%282%29
    chg_e3cb17f05f167a9dbf7c5ba9
    ");
}

#[test]
fn stdout_gets_what_is_previewed() {
    let folder = tempfile::tempdir().unwrap();
    let toml = "[channels.text.stdout]\n[channels.json.stdout]\nformat = 'json'\n";
    fs::write(folder.path().join("sources.toml"), toml).unwrap();
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fineprint"));
        let output = command.current_dir(folder.path()).args(arguments).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let text = run(&["notices", "--test", "text"]);
    assert!(text.contains("fineprint can reach you here\n") && text.contains("\ntest_"), "{text}");
    assert!(text.ends_with(": written to standard output\n"), "{text}");
    let json = run(&["notices", "--test", "json"]);
    let line: serde_json::Value = serde_json::from_str(json.lines().next().unwrap()).unwrap();
    assert_eq!(line["type"], "fineprint.test");
}
