//! `fineprint demo`, as a newcomer sees it.

use assert_cmd::Command;

#[test]
fn the_demo_shows_the_whole_loop_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut demo = Command::cargo_bin("fineprint").unwrap();
    demo.args(["demo", "--fast"]).env("TMPDIR", folder.path()).env("COLUMNS", "80");
    let done = demo.unwrap();
    assert_eq!(String::from_utf8_lossy(&done.stderr), "");
    assert_eq!(folder.path().read_dir().unwrap().count(), 0, "the demo left something behind");
    insta::with_settings!({filters => [
        (r"127\.0\.0\.1:\d+", "127.0.0.1:PORT"),
        (r"v1,[A-Za-z0-9+/]+…?", "v1,SIGNATURE"),
    ]}, {
        insta::assert_snapshot!(String::from_utf8(done.stdout).unwrap());
    });
}
