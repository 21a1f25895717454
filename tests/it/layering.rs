//! Imports point up the table of layers only, so that a folder can become a crate by moving it.

use std::fs;
use std::path::{Path, PathBuf};

const NOUNS: &[&str] = &["model", "clock"];
const CORE: &[&str] = &[
    "extract",
    "judge",
    "answer",
    "variants",
    "diff",
    "topics",
    "effective",
    "pins",
    "notice",
    "schedule",
    "digest",
    "route",
];
/// What the edges share: guarded HTTP clients, threads for work on pages, and the places where a story kills the process.
const NET: &[&str] = &["net", "parsers", "crash"];
const EDGES: &[&str] = &["fetch", "store", "channel", "archive", "assistant"];
const WIRING: &[&str] = &["config", "engine", "confine"];
const USE_CASES: &[&str] = &["check", "deliver", "heartbeat", "remind", "summarize", "import", "export"];
const SHELLS: &[&str] = &["web", "daemon", "demo", "cli", "main", "lib"];

/// What a module may import; `None` for a module that stands in no layer yet.
fn allowed(module: &str) -> Option<Vec<&'static str>> {
    let layers = [NOUNS, CORE, NET, EDGES, WIRING, USE_CASES, SHELLS];
    let layer = layers.iter().position(|layer| layer.contains(&module))?;
    Some(match (module, layer) {
        ("answer", _) => [NOUNS, &["judge", "extract"]].concat(),
        ("notice", _) => [NOUNS, &["diff", "topics", "pins", "variants"]].concat(),
        ("judge", _) => [NOUNS, &["diff", "topics"]].concat(),
        ("topics" | "effective" | "pins" | "variants", _) => [NOUNS, &["diff"]].concat(),
        (_, 0) => Vec::new(),
        (_, 1 | 2) => NOUNS.to_vec(),
        ("channel", _) => [NOUNS, NET, &["notice"]].concat(),
        (_, 3) => [NOUNS, NET].concat(),
        (_, 4) => [NOUNS, CORE, EDGES, WIRING].concat(),
        (_, 5) => layers[..6].concat(),
        _ => layers.concat(),
    })
}

#[test]
fn imports_only_point_up_the_table_of_layers() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for file in files(&src) {
        let path = file.strip_prefix(&src).unwrap();
        let module = path.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs");
        let Some(allowed) = allowed(module) else {
            wrong.push(format!("src/{module}: add the module to a layer in tests/it/layering.rs"));
            continue;
        };
        for import in imports(&fs::read_to_string(&file).unwrap()) {
            if import != module && !allowed.contains(&import.as_str()) {
                wrong.push(format!("src/{}: {module} may not import {import}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every `.rs` file below a folder; files of tests may import what they like.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).expect("a folder of sources").map(|entry| entry.expect("a file in it").path());
    let mut files: Vec<PathBuf> = entries
        .filter(|path| !path.ends_with("tests") && !path.ends_with("tests.rs"))
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    files.sort();
    files
}

/// The modules of ours that a file names, in `use crate::{…}` too; comments and test modules don't count.
fn imports(source: &str) -> Vec<String> {
    let mut code = String::new();
    let mut lines = source.lines();
    while let Some(line) = lines.next() {
        if line.trim() == "#[cfg(test)]" {
            skip_item(&mut lines);
        } else if !line.trim_start().starts_with("//") {
            code.extend([line.split(" // ").next().unwrap_or(line), "\n"]);
        }
    }
    // The binary reaches the library by its name.
    let code = code.replace("fineprint::", "crate::");
    let name = |text: &str| -> String {
        text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
    };
    code.split("crate::")
        .skip(1)
        .flat_map(|after| match after.strip_prefix('{') {
            Some(group) => top_level(group).iter().map(|member| name(member)).collect(),
            None => vec![name(after)],
        })
        .filter(|name| name.starts_with(|c: char| c.is_ascii_lowercase()))
        .collect()
}

/// Skips the item behind an attribute: to the closing brace at its own indentation, or to the end of its one line.
fn skip_item<'a>(lines: &mut impl Iterator<Item = &'a str>) {
    let Some(first) = lines.find(|line| !line.trim_start().starts_with("#[")) else { return };
    if first.trim_end().ends_with('{') {
        let indent = &first[..first.len() - first.trim_start().len()];
        let close = format!("{indent}}}");
        lines.find(|line| line.trim_end() == close);
    }
}

/// The members of a `{…}` group, given from behind its opening brace.
fn top_level(group: &str) -> Vec<&str> {
    let (mut members, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            '}' | ',' if depth == 0 => {
                members.push(&group[start..at]);
                start = at + 1;
            }
            _ => {}
        }
        if c == '}' && start == at + 1 {
            break;
        }
    }
    members
}

#[test]
fn imports_are_found_however_they_are_written() {
    let source = "
//! crate::doc
use crate::model::Source;
use crate::{clock::Clock, diff::{self, render}, store};
fn f() { crate::topics::assess() } // crate::comment
#[cfg(test)]
use crate::one::Line;
#[cfg(test)]
mod tests {
    use crate::web::Page;
}
use crate::Error;
use fineprint::cli;
";
    assert_eq!(imports(source), ["model", "clock", "diff", "store", "topics", "cli"]);
}
