//! The fenced blocks of a Markdown document.

use std::fs;
use std::path::{Path, PathBuf};

pub struct Block {
    pub lang: String,
    /// The lines between the fences, each with its line break.
    pub text: String,
    document: PathBuf,
    line: usize,
}

impl Block {
    /// Where it stands, for messages.
    pub fn place(&self) -> String {
        format!("{}:{}", self.document.display(), self.line)
    }
}

pub fn blocks(document: &Path) -> Vec<Block> {
    let text = fs::read_to_string(document).unwrap();
    let mut blocks = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let Some(lang) = line.strip_prefix("```") else { continue };
        let inside = lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```");
        let text = inside.map(|line| format!("{line}\n")).collect();
        blocks.push(Block { lang: lang.to_owned(), text, document: document.to_owned(), line: number + 1 });
    }
    blocks
}
