//! What the README and docs/ show is what happens: their commands are run, their configuration is parsed.
//!
//! ```` ```console ```` blocks run in order in one folder per document and their output is compared (`…` alone on a
//! line stands for any lines); `FINEPRINT_UPDATE_DOCS=1` writes what was printed into the document instead.
//! In ```` ```sh ```` blocks each `fineprint` command must parse; ```` ```toml ```` blocks are read as a sources.toml.

mod block;
mod receiver;
mod shell;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser as _;
use fineprint::channel::webhook;
use fineprint::cli::Cli;
use fineprint::config::Config;
use fineprint::store::{DeliveryFilter, Store};

use block::{Block, blocks};
use shell::Shell;

/// Of a variable that a document refers to; any secret will do.
const SECRET: &str = "whsec_dGhpcnR5LXR3byBieXRlcyBmb3IgYSBkZW1vIG9ubHk=";

/// Of a key that a document refers to, made for these tests by `openssl genpkey -algorithm ed25519`.
const KEY: &str = "-----BEGIN PRIVATE KEY-----\n\
    MC4CAQAwBQYDK2VwBCIEIC06+rliytXkOql4cSS0KnNTdZuNJwud/RxA6B/tYqRV\n-----END PRIVATE KEY-----\n";

fn documents() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let docs = fs::read_dir(root.join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let mut documents: Vec<_> = docs.filter(|path| path.extension().is_some_and(|e| e == "md")).collect();
    documents.push(root.join("README.md"));
    documents.sort();
    documents
}

fn each_block(lang: &str, mut test: impl FnMut(&Block)) {
    let mut tested = 0;
    for document in documents() {
        for block in blocks(&document).iter().filter(|block| block.lang == lang) {
            test(block);
            tested += 1;
        }
    }
    assert!(tested > 0, "no document has a block of {lang}");
}

#[test]
fn configuration_in_documents_is_read_without_errors() {
    let folder = tempfile::tempdir().unwrap();
    let env = |name: &str| {
        let value = match name.rsplit('_').next().unwrap() {
            "URL" => "https://hooks.example.com/T0/s3cret",
            "TOKEN" | "TOPIC" | "USER" => "s3cret",
            _ => SECRET,
        };
        Some(value.to_owned())
    };
    fs::write(folder.path().join("legal-url.txt"), "https://hooks.example.com/legal\n").unwrap();
    fs::write(folder.path().join("evidence.pem"), KEY).unwrap();
    each_block("toml", |block| {
        if let Err(error) = Config::parse(&folder.path().join("sources.toml"), &block.text, &env) {
            panic!("{}:\n{}", block.place(), error.render(false));
        }
    });
}

#[test]
fn commands_in_documents_are_ones_that_fineprint_knows() {
    each_block("sh", |block| {
        for words in shell::commands(&block.text) {
            if let Err(error) = Cli::try_parse_from(&words) {
                panic!("{}: {}\n{error}", block.place(), words.join(" "));
            }
        }
    });
}

#[test]
fn what_documents_show_is_what_fineprint_prints() {
    let update = std::env::var_os("FINEPRINT_UPDATE_DOCS").is_some();
    for document in documents() {
        let mut shell = None;
        let mut text = fs::read_to_string(&document).unwrap();
        for block in blocks(&document).iter().filter(|block| block.lang == "console") {
            let printed = shell.get_or_insert_with(Shell::new).replay(&block.text);
            if update {
                text = text.replacen(&block.text, &printed, 1);
            } else {
                assert!(shell::agree(&block.text, &printed), "{}:\n{printed}", block.place());
            }
        }
        if update {
            fs::write(&document, text).unwrap();
        }
    }
}

#[tokio::test]
async fn the_payload_in_the_documents_is_what_is_sent() {
    let (shell, mut compared) = (Shell::new(), 0);
    let store = Store::open(&shell.folder().join("fineprint.db")).await.unwrap();
    let notice = store.deliveries(DeliveryFilter::default()).await.unwrap().remove(0).notice;
    let sent: serde_json::Value = serde_json::from_slice(&webhook::encode(&notice)).unwrap();
    for document in documents() {
        for block in blocks(&document).iter().filter(|block| block.lang == "json") {
            let shown: serde_json::Value = serde_json::from_str(&block.text).unwrap();
            assert!(shown == sent, "{}: what is sent is\n{sent:#}", block.place());
            compared += 1;
        }
    }
    assert_eq!(compared, 1);
}

#[test]
fn ci_runs_the_command_that_the_readme_tells() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let ci = fs::read_to_string(root.join(".ci/run")).unwrap();
    let readme = blocks(&root.join("README.md"));
    let told = readme.iter().flat_map(|block| block.text.lines()).find(|line| line.starts_with("cargo test"));
    let told = told.unwrap().split('#').next().unwrap().trim();
    assert!(ci.lines().any(|line| line.trim() == format!("run {told}")), "`{told}` is not in .ci/run");
}

#[test]
fn the_catalogue_is_as_large_as_documents_say() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let catalogue = Config::load(&root.join("sources.toml"), &|_| None).unwrap();
    let services: BTreeSet<_> = catalogue.sources.iter().map(|source| &source.service).collect();
    let size = format!("{} pages of {} AI providers", catalogue.sources.len(), services.len());
    for document in ["README.md", "CHANGELOG.md"] {
        let text = fs::read_to_string(root.join(document)).unwrap();
        assert!(text.contains(&size), "{document} doesn't say `{size}`");
    }
}

#[test]
fn tests_and_constants_that_documents_name_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut code = String::new();
    read_all(&root.join("src"), &mut code);
    read_all(&root.join("tests"), &mut code);
    let read = |path| fs::read_to_string(root.join(path)).unwrap();
    let (tour, judging) = (read("src/lib.rs"), read("docs/judging.md"));
    let named = |text: &str, is: fn(u8) -> bool| -> Vec<String> {
        text.split('`').filter(|w| w.contains('_') && w.bytes().all(is)).map(str::to_owned).collect()
    };
    let tests = named(&tour, |b| b.is_ascii_lowercase() || b == b'_');
    let constants = named(&judging, |b| b.is_ascii_uppercase() || b == b'_');
    assert!(tests.len() > 10 && constants.len() > 3, "{tests:?} {constants:?}");
    for test in tests.iter().filter(|name| name.matches('_').count() > 2) {
        assert!(code.contains(&format!("fn {test}(")), "there is no test `{test}`");
    }
    for constant in constants {
        assert!(code.contains(&format!("const {constant}: ")), "there is no constant `{constant}`");
    }
}

fn read_all(folder: &Path, into: &mut String) {
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        match path.extension() {
            _ if path.is_dir() => read_all(&path, into),
            Some(extension) if extension == "rs" => into.push_str(&fs::read_to_string(path).unwrap()),
            _ => {}
        }
    }
}
