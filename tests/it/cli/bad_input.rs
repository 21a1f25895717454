//! Bad input to any command: one readable error, the right exit code, no backtrace.

use insta::assert_snapshot;

use super::*;

/// Every line of every command ends with code 2 and says what to do.
#[tokio::test]
async fn every_command_answers_bad_input_with_one_error() {
    let place = Place::new();
    three_versions(&place).await;
    place
        .write("broken.toml", "[[source]\nservice = 1")
        .write("empty.toml", "")
        .write("not.db", "hello, this is no database at all");
    std::fs::create_dir(place.path("folder")).unwrap();
    let lines = "
        status nosuch
        status --config missing.toml
        status --database not.db
        log nosuch
        log --since yesterday
        log --limit many
        log --database missing.db
        log --database folder
        diff
        diff nosuch
        diff acme 3
        diff acme x..y
        diff acme 1..9
        diff chg_ffff
        diff chg_
        diff acme 1..2 --format pdf
        show nosuch
        show acme@9
        show acme@x
        show acme --at noon
        show acme@1 --at 2026-01-01
        try
        try nosuch
        try broken.toml --select ((
        notices --state lost
        notices --retry nosuch
        notices --show nosuch
        notices --test ops
        notices --retry --show x
        init --service nosuch
        init --all --output folder
        init --all --output /dev/null/x
        import warc
        import warc missing.warc
        import warc broken.toml --database folder
        check --config missing.toml
        check --config broken.toml
        check --config empty.toml
        completions csh
        man --dir broken.toml
        nosuch";
    let mut told = String::new();
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let output = place.command(line).env("RUST_BACKTRACE", "0").output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{line}: {error}");
        assert!(output.stdout.is_empty(), "{line}");
        assert!(!error.contains("panicked") && !error.contains("RUST_BACKTRACE"), "{line}: {error}");
        assert_eq!(error.matches("error:").count() + error.matches("error[").count(), 1, "{line}: {error}");
        let first = error.lines().find(|line| line.starts_with("error")).unwrap_or_default();
        told += &format!("{line}\n    {first}\n");
    }
    let here = place.folder.path().display().to_string();
    assert_snapshot!(told.replace(&here, "~"), @"
    status nosuch
        error: `nosuch` names no source
    status --config missing.toml
        error: cannot read missing.toml: No such file or directory (os error 2)
    status --database not.db
        error: not.db is not a database, and is left as it is: give another path; if an archive was there, its beginning is damaged: restore a backup
    log nosuch
        error: `nosuch` names no source
    log --since yesterday
        error: `yesterday` is not a time
    log --limit many
        error: invalid value 'many' for '--limit <N>': invalid digit found in string
    log --database missing.db
        error: there is no archive at missing.db yet
    log --database folder
        error: cannot open folder: it is a folder; the file and its folder must exist and be writable
    diff
        error: say what to compare
    diff nosuch
        error: `nosuch` names no source
    diff acme 3
        error: invalid value '3' for '[FROM..TO]': write 2..3 for the change that made version 3, 3.. for all since
    diff acme x..y
        error: invalid value 'x..y' for '[FROM..TO]': `x` is not a version: write a number, a date (2026-03-01), an instant or @latest
    diff acme 1..9
        error: acme/usage-policies has no version 9
    diff chg_ffff
        error: there is no change `chg_ffff`
    diff chg_
        error: `chg_` is the beginning of more than one id: write more of it
    diff acme 1..2 --format pdf
        error: invalid value 'pdf' for '--format <FORMAT>'
    show nosuch
        error: `nosuch` names no source
    show acme@9
        error: acme/usage-policies has no version 9
    show acme@x
        error: `x` is not a version
    show acme --at noon
        error: `noon` is not a time
    show acme@1 --at 2026-01-01
        error: give either @VERSION or --at, not both
    try
        error: the following required arguments were not provided:
    try nosuch
        error: `nosuch` is no address, no file and no source
    try broken.toml --select ((
        error: `((` is not a CSS selector
    notices --state lost
        error: invalid value 'lost' for '--state <STATE>'
    notices --retry nosuch
        error: no dead delivery has a notice `nosuch`
    notices --show nosuch
        error: there is no notice `nosuch`
    notices --test ops
        error: no sources.toml found (looked at sources.toml, ~/.config/fineprint/sources.toml)
    notices --retry --show x
        error: the argument '--retry [<ID>]' cannot be used with '--show <ID>'
    init --service nosuch
        error: the catalogue has no service `nosuch`
    init --all --output folder
        error: folder exists already
    init --all --output /dev/null/x
        error: cannot write /dev/null/x: Not a directory (os error 20)
    import warc
        error: the following required arguments were not provided:
    import warc missing.warc
        error: cannot read missing.warc: No such file or directory (os error 2)
    import warc broken.toml --database folder
        error: cannot open folder: it is a folder; the file and its folder must exist and be writable
    check --config missing.toml
        error: cannot read missing.toml: No such file or directory (os error 2)
    check --config broken.toml
        error: not TOML: unclosed array table
    check --config empty.toml
        error: the configuration names no source, so there is nothing to look at
    completions csh
        error: invalid value 'csh' for '<SHELL>'
    man --dir broken.toml
        error: cannot write manual pages to broken.toml: File exists (os error 17)
    nosuch
        error: unrecognized subcommand 'nosuch'
    ");
}

#[tokio::test]
async fn a_source_that_is_misspelt_is_found_again() {
    let place = Place::new();
    three_versions(&place).await;
    for misspelt in ["acme/usage", "acme/usage-polices", "amce/usage-policies"] {
        let told = place.run(&format!("show {misspelt}"));
        assert!(told.contains("hint: did you mean `acme/usage-policies`?"), "{told}");
    }
    assert!(!place.run("show openai").contains("did you mean"));
}

#[test]
fn without_anything_the_commands_say_where_to_begin() {
    let place = Place::new();
    for line in ["status", "log", "notices", "show x", "diff x"] {
        let told = place.run(line);
        assert!(told.contains("`fineprint check` makes one") && told.ends_with("exit code 2"), "{told}");
    }
    assert_snapshot!(place.run("log"), @"
    ! error: there is no archive at ~/.local/state/fineprint/fineprint.db yet
    ! hint: `fineprint check` makes one; `--database` or FINEPRINT_DATABASE name another place
    exit code 2
    ");
    assert_snapshot!(place.run("notices --test ops"), @"
    ! error: no sources.toml found (looked at sources.toml, ~/.config/fineprint/sources.toml)
    ! hint: `fineprint init` writes one; `--config` or FINEPRINT_CONFIG name another place
    exit code 2
    ");
    let help = place.run("");
    assert!(help.contains("Usage: fineprint [OPTIONS] <COMMAND>") && help.ends_with("exit code 2"), "{help}");
}

#[tokio::test]
async fn a_reader_that_leaves_early_is_no_failure() {
    let place = Place::new();
    three_versions(&place).await;
    let binary = assert_cmd::cargo::cargo_bin!("fineprint");
    let script = format!("{} log | head -n 1; echo ${{PIPESTATUS[0]}}", binary.display());
    let mut shell = Command::new("bash");
    shell.args(["-c", &script]).env("HOME", place.folder.path());
    assert!(place.told(&mut shell).ends_with("\n0\n"));
}
