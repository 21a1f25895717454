//! A policy as a page, in a style of the dice: what a provider's designers and marketing change from day to day.

use fineprint::model::{Clause, Kind};

use super::furniture::{Furniture, furniture};
use super::model::{Dice, Policy};

/// Renders a policy as a page. Two throws give the same policy in other clothes.
pub(super) fn render(policy: &Policy, dice: &mut Dice) -> String {
    let Furniture { before, inside_before, inside_after, after } = furniture(policy, dice);
    let mut body = content(&policy.clauses, dice);
    body = format!("{inside_before}{body}{inside_after}");
    let frame =
        *dice.one_of(&["main", "div role=main", "article", "div", "div", "section", "form method=post"]);
    let mut content = wrapped(&body, frame, dice);
    for _ in 0..dice.below(5) {
        let tag = *dice.one_of(&["div", "div", "section"]);
        content = wrapped(&content, tag, dice);
    }
    let mut page = format!("{before}{content}{after}");
    for _ in 0..dice.below(4) {
        page = wrapped(&page, "div", dice);
    }
    let (nonce, title) = (dice.below(1 << 30), &policy.clauses[0].text);
    let brand = dice.one_of(&["", " | Acme", " – Acme Inc."]);
    format!(
        "<!doctype html><html lang={}><head><meta charset=utf-8><title>{title}{brand}</title>\
         <style>.x{nonce}{{color:red}}</style><script nonce={nonce}>window.s={nonce};if(1<2)go()</script></head>\
         <body {}>{page}<script>log({nonce})</script></body></html>",
        policy.language,
        attributes(dice)
    )
}

/// The clauses, blocks of one kind in one parent.
fn content(clauses: &[Clause], dice: &mut Dice) -> String {
    let mut out = String::new();
    let mut rest = clauses;
    while let Some(first) = rest.first() {
        let alike = |c: &&Clause| std::mem::discriminant(&c.kind) == std::mem::discriminant(&first.kind);
        let run = rest.iter().take_while(alike).count();
        let run = if first.level().is_some() { 1 } else { run };
        let (group, after) = rest.split_at(run);
        out += &match first.kind {
            Kind::Heading(level) => heading(&first.text, level, dice),
            Kind::Item(_) => list(group, dice),
            Kind::Row => table(group, dice),
            Kind::Paragraph | Kind::Code => paragraphs(group, dice),
        };
        out += *dice.one_of(&["", "\n", "\n\n   ", "<!-- end -->"]);
        rest = after;
    }
    out
}

fn heading(text: &str, level: u8, dice: &mut Dice) -> String {
    let words = inline(text, dice);
    let attributes = attributes(dice);
    match dice.below(6) {
        0 => format!("<div role=heading aria-level={level} {attributes}>{words}</div>"),
        1 => format!("<h{level} {attributes}><span>{words}</span></h{level}>"),
        2 => {
            format!("<div><h{level} {attributes}>{words}<a href='#x' aria-hidden=true>#</a></h{level}></div>")
        }
        _ => format!("<h{level} {attributes}>{words}</h{level}>"),
    }
}

fn paragraphs(group: &[Clause], dice: &mut Dice) -> String {
    let words: Vec<String> = group.iter().map(|c| linked(c, dice)).collect();
    if dice.once_in(6) {
        return format!("<div {}>{}</div>", attributes(dice), words.join("<br>\n<br/>"));
    }
    let (open, close) = *dice.one_of(&[
        ("p", "p"),
        ("p", "p"),
        ("div", "div"),
        ("div><p", "p></div"),
        ("section><div", "div></section"),
    ]);
    words.iter().map(|w| format!("<{open} {}>{w}</{close}>", attributes(dice))).collect()
}

/// Nested lists; the numbering goes into the markup.
fn list(items: &[Clause], dice: &mut Dice) -> String {
    let depth = |c: &Clause| if let Kind::Item(depth) = c.kind { depth } else { 1 };
    let outer = items.iter().map(depth).min().unwrap_or(1);
    let tag = if items[0].mark.is_empty() { "ul" } else { "ol" };
    let mut out = format!("<{tag} {}>", attributes(dice));
    let mut rest = items;
    while let Some((first, after)) = rest.split_first() {
        let below = after.iter().take_while(|c| depth(c) > outer).count();
        let (inner, next) = after.split_at(below);
        let words = inline(&first.text, dice);
        let words = if dice.once_in(3) { format!("<p>{words}</p>") } else { words };
        let inner = if inner.is_empty() { String::new() } else { list(inner, dice) };
        out += &format!("<li>{words}{inner}</li>\n");
        rest = next;
    }
    out + &format!("</{tag}>")
}

fn table(rows: &[Clause], dice: &mut Dice) -> String {
    let wrap = dice.once_in(2);
    let mut out = format!("<table {}><tbody>", attributes(dice));
    for row in rows {
        let cells = row.text.split(" | ").map(|cell| {
            let words = inline(cell, dice);
            if wrap { format!("<td><p>{words}</p></td>") } else { format!("<td>{words}") }
        });
        out += &format!("<tr>{}</tr>", cells.collect::<String>());
    }
    out += "</table>";
    if dice.once_in(2) { wrapped(&out, "div", dice) } else { out }
}

/// Longer clauses have a link among their words, always to the same place, by way of changing parameters.
fn linked(clause: &Clause, dice: &mut Dice) -> String {
    let words: Vec<&str> = clause.text.split(' ').collect();
    if words.len() < 12 || words.len().is_multiple_of(2) {
        return inline(&clause.text, dice);
    }
    let id = dice.below(1 << 20);
    let to = dice.one_of(&["?utm_source=legal&utm_medium=web", "?utm_campaign=x&gclid=", "?fbclid=abc", ""]);
    let to = if to.is_empty() { String::new() } else { format!("{to}{id}").replace('&', "&amp;") };
    let (start, word, end) = (words[..5].join(" "), words[5], words[6..].join(" "));
    let (start, word, end) = (inline(&start, dice), inline(word, dice), inline(&end, dice));
    format!("{start} <a target=_blank href='/legal/other{to}'>{word}</a> {end}")
}

/// The words with other typography, entities and inline markup.
fn inline(text: &str, dice: &mut Dice) -> String {
    let (curly, entities, noise) = (dice.once_in(2), dice.once_in(4), dice.once_in(3));
    let mut out = String::new();
    let mut open = None;
    let mut previous = ' ';
    for c in text.chars() {
        let at_border = previous == ' ' || dice.once_in(40);
        if open.is_none() && at_border && c != ' ' && dice.once_in(12) {
            let tag = *dice.one_of(&["strong", "em", "span", "b", "i", "span class=css-1q2w", "u"]);
            out += &format!("<{tag}>");
            open = tag.split(' ').next();
        }
        if let Some(tag) = open.filter(|_| c == ' ' && dice.once_in(2)) {
            out += &format!("</{tag}>");
            open = None;
        }
        out += &character(c, curly, entities, dice);
        if noise && dice.once_in(20) {
            out.push(*dice.one_of(&['\u{200b}', '\u{ad}', '\u{feff}', '\u{2060}']));
        }
        previous = c;
    }
    out + &open.map_or(String::new(), |tag| format!("</{tag}>"))
}

fn character(c: char, curly: bool, entities: bool, dice: &mut Dice) -> String {
    match c {
        ' ' if dice.once_in(12) => "&nbsp;".to_owned(),
        ' ' if dice.once_in(12) => "\n        ".to_owned(),
        '\'' | '’' => if curly { "’" } else { "'" }.to_owned(),
        '“' | '”' if !curly => "\"".to_owned(),
        '–' if !curly => "&ndash;".to_owned(),
        '<' => "&lt;".to_owned(),
        '&' => "&amp;".to_owned(),
        c if entities && !c.is_ascii() => format!("&#x{:x};", u32::from(c)),
        c => c.to_string(),
    }
}

pub(super) fn wrapped(inner: &str, tag: &str, dice: &mut Dice) -> String {
    let name = tag.split(' ').next().unwrap();
    format!("<{tag} {}>\n{inner}\n</{name}>", attributes(dice))
}

/// Names and attributes that say nothing, in any order.
fn attributes(dice: &mut Dice) -> String {
    let hash = dice.below(1 << 24);
    let class = match dice.below(5) {
        0 => format!(
            "class='mx-auto flex max-w-{} lg:px-8 hover:text-gray-{}'",
            dice.below(9),
            dice.below(900)
        ),
        1 => format!("class='Policy_root__{hash:x} Text_body__{:x}'", dice.below(1 << 20)),
        2 => format!("class='css-{hash:x}'"),
        3 => format!("class='legal legal--page{}'", dice.below(9)),
        _ => String::new(),
    };
    let id = if dice.once_in(3) { format!("id=r{hash}") } else { String::new() };
    let data = if dice.once_in(3) {
        format!("data-token='{hash:x}' data-v-{:x}=''", dice.below(9999))
    } else {
        String::new()
    };
    let mut all = [class, id, data];
    let first = dice.below(3);
    all.rotate_left(first);
    all.join(" ")
}
