//! History out of a repository of snapshots of Open Terms Archive.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::*;

/// A clone in the making.
struct Collection<'d>(&'d Desk);

impl<'d> Collection<'d> {
    fn at(desk: &'d Desk) -> Self {
        fs::create_dir(desk.path("snapshots")).unwrap();
        let collection = Self(desk);
        collection.git(&["init", "--quiet", "--initial-branch=main"]);
        collection
    }

    fn git(&self, arguments: &[&str]) {
        let mut git = Command::new("git");
        git.current_dir(self.0.path("snapshots")).env("HOME", self.0.path(".")).args(arguments);
        for who in ["AUTHOR", "COMMITTER"] {
            git.env(format!("GIT_{who}_NAME"), "bot").env(format!("GIT_{who}_EMAIL"), "bot@ota.example");
        }
        assert!(git.status().unwrap().success(), "{arguments:?}");
    }

    /// Commits a file at the noon of a day, as Open Terms Archive does.
    fn records(&self, day: &str, path: &str, content: &str, location: Option<&str>) -> &Self {
        let file = self.0.path("snapshots").join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, content).unwrap();
        self.git(&["add", "--all"]);
        let location = location.map(|l| format!("x-source-document-location: {l}\n")).unwrap_or_default();
        let message = format!(
            "Record new changes of {path}\n\nx-engine-version: 5.0.0\nx-fetcher: htmlOnly\n{location}"
        );
        self.git(&["commit", "--quiet", "--message", &message, "--date", &format!("{day}T12:00:00Z")]);
        self
    }

    /// The terms on three days; a clause is reworded on the third.
    fn records_terms(&self) -> &Self {
        let path = "Acme/Terms of Service.html";
        self.records("2024-01-01", path, &page(&[NEVER]), Some(TERMS))
            .records("2024-02-01", path, &page(&[NEVER, ""]), Some(TERMS))
            .records("2024-03-01", path, &page(&[MAY]), Some(TERMS))
    }
}

#[tokio::test]
async fn a_collection_becomes_history_at_the_dates_of_its_commits() {
    let desk = Desk::new();
    let collection = Collection::at(&desk);
    collection.records("2023-12-31", "README.md", "# Snapshots", None).records_terms();
    collection.records(
        "2024-04-01",
        "Bolt/Privacy Policy #eu.html",
        &page(&[WILL]),
        Some("https://bolt.example/eu"),
    );
    assert_eq!(
        desk.imports_from("ota-git", &["snapshots"]),
        "imported 4 snapshots: 2 first versions, 1 change\n  2 × address that was no source and became one\n"
    );
    assert_eq!(desk.sources().await, ["acme/terms-of-service", "bolt/privacy-policy-eu"]);
    assert_eq!(desk.history("acme/terms-of-service").await, TERMS_HISTORY);
    assert_eq!(
        desk.imports_from("ota-git", &["snapshots"]),
        "imported 0 snapshots: 0 first versions, 0 changes\n  \
         4 × snapshot passed over: no later than what was recorded before\n"
    );
}

#[tokio::test]
async fn a_configured_source_is_found_by_any_address_a_document_had() {
    let desk = Desk::watching();
    let path = "ACME Inc/Rules.html";
    Collection::at(&desk)
        .records("2024-01-01", path, &page(&[NEVER]), Some("http://acme.example/old-terms"))
        .records("2024-03-01", path, &page(&[MAY]), Some(TERMS));
    desk.imports_from("ota-git", &["snapshots"]);
    assert_eq!(desk.sources().await, ["acme/rules"]);
    assert_eq!(desk.history("acme/rules").await, TERMS_HISTORY);
}

#[tokio::test]
async fn without_an_address_the_name_decides() {
    let desk = Desk::watching();
    Collection::at(&desk)
        .records("2024-01-01", "Acme/Rules.html", &page(&[NEVER]), None)
        .records("2024-01-02", "Bolt/Rules.html", &page(&[NEVER]), None)
        .records("2024-03-01", "Acme/Rules.html", &page(&[MAY]), None);
    assert_eq!(
        desk.imports_from("ota-git", &["snapshots"]),
        "imported 2 snapshots: 1 first version, 1 change\n  1 × record could not be read; see the warnings\n\
         ! warning: Bolt/Rules: 1 snapshot left out: nothing says from which address, and no source has this name\n"
    );
    assert_eq!(desk.history("acme/rules").await, TERMS_HISTORY);
}

#[tokio::test]
async fn services_are_picked_by_name() {
    let desk = Desk::new();
    let collection = Collection::at(&desk);
    collection.records_terms().records(
        "2024-04-01",
        "Bolt/Terms.html",
        &page(&[WILL]),
        Some("https://bolt.example/"),
    );
    assert_eq!(
        desk.imports_from("ota-git", &["snapshots", "Bold"]),
        "! error: the repository has no service `Bold`\n! hint: it has Acme, Bolt …\n"
    );
    desk.imports_from("ota-git", &["snapshots", "bolt"]);
    assert_eq!(desk.sources().await, ["bolt/terms"]);
}

#[tokio::test]
async fn packed_bare_and_shallow_clones_are_read_too() {
    for (options, captures) in [(&["--bare"][..], 3), (&["--depth=1"], 1)] {
        let desk = Desk::new();
        let collection = Collection::at(&desk);
        collection.records_terms();
        let from = format!("file://{}", desk.path("snapshots").display());
        let to = desk.path("copy").display().to_string();
        collection.git(&[&["clone", "--quiet"], options, &[&from, &to]].concat());
        let told = desk.imports_from("ota-git", &["copy"]);
        assert!(told.starts_with(&format!("imported {captures} snapshot")), "{options:?}: {told}");
    }
}

#[tokio::test]
async fn what_is_no_collection_is_said_to_be_none() {
    let desk = Desk::new();
    fs::create_dir(desk.path("empty")).unwrap();
    assert_eq!(
        desk.imports_from("ota-git", &["empty"]),
        "! error: empty is not a git repository: give the folder of a clone\n"
    );
    let collection = Collection::at(&desk);
    let told = desk.imports_from("ota-git", &["snapshots"]);
    assert!(told.contains("cannot tell which commit is current (its branch has no commit)"), "{told}");
    collection.records("2024-01-01", "Acme/Terms.md", "Extracted.", None);
    let told = desk.imports_from("ota-git", &["snapshots"]);
    assert!(told.starts_with("! error: snapshots has no snapshots\n! hint: "), "{told}");
}

#[tokio::test]
async fn nothing_that_a_repository_says_is_done() {
    let desk = Desk::new();
    let collection = Collection::at(&desk);
    collection.records_terms();
    let trap = desk.path("trap");
    fs::write(&trap, format!("#!/bin/sh\ntouch {}\n", desk.path("sprung").display())).unwrap();
    executable(&trap);
    let trap = trap.display().to_string();
    for (key, value) in [
        ("core.fsmonitor", trap.as_str()),
        ("core.pager", &trap),
        ("pager.log", "true"),
        ("core.sshCommand", &trap),
        ("log.showSignature", "true"),
        ("gpg.program", &trap),
        ("diff.external", &trap),
        ("diff.trap.textconv", &trap),
        ("filter.trap.smudge", &trap),
        ("protocol.ext.allow", "always"),
        ("remote.origin.url", &format!("ext::{trap}")),
        ("remote.origin.promisor", "true"),
        ("extensions.partialClone", "origin"),
    ] {
        collection.git(&["config", key, value]);
    }
    fs::write(desk.path("snapshots/.git/info/attributes"), "* filter=trap diff=trap\n").unwrap();
    // A missing page would be fetched from the trap.
    let blobs = Command::new("git")
        .current_dir(desk.path("snapshots"))
        .env("HOME", "/nonexistent")
        .args(["-c", "core.fsmonitor=false", "rev-parse", "HEAD:Acme/Terms of Service.html"])
        .output()
        .unwrap();
    let blob = String::from_utf8(blobs.stdout).unwrap();
    let (folder, file) = blob.trim().split_at(2);
    fs::remove_file(desk.path("snapshots/.git/objects").join(folder).join(file)).unwrap();
    let _ = fs::remove_file(desk.path("sprung"));

    let told = desk.imports_from("ota-git", &["snapshots"]);
    assert!(told.starts_with("imported 2 snapshots: 1 first version, 0 changes\n"), "{told}");
    assert!(told.contains(": left out: the clone has no copy of it\n"), "{told}");
    assert!(!desk.path("sprung").exists(), "a program of the repository was run");
}

#[cfg(unix)]
fn executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}
