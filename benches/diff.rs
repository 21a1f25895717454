//! How long two texts take to compare and to show: edited here and there, moved, cut, rewritten clause by clause,
//! unrelated.

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use fineprint::diff::{compare, key, key_hash, render};
use fineprint::model::{Clause, Kind, Text};

/// Numbers that look random and are the same on every run (xorshift64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    /// A policy of clauses of sixty words; some words are common, most are rare.
    fn policy(&mut self, clauses: usize) -> Text {
        let clause = |_| {
            let words = (0..60).map(|_| format!("w{} ", self.roll(5_000).min(self.roll(5_000))));
            Clause::paragraph(words.collect::<String>())
        };
        Text { clauses: (0..clauses).map(clause).collect(), ..Text::default() }
    }
}

/// The text with its first `words` of every `step`th clause replaced.
fn edited(text: &Text, step: usize, words: usize) -> Text {
    let mut text = text.clone();
    for clause in text.clauses.iter_mut().step_by(step) {
        clause.text = clause.text.replacen('w', "edit", words);
    }
    text
}

/// The text with its halves swapped.
fn turned(text: &Text) -> Text {
    let mut text = text.clone();
    let half = text.clauses.len() / 2;
    text.clauses.rotate_left(half);
    text
}

/// The text with every clause cut in two.
fn cut(text: &Text) -> Text {
    let halves = |clause: &Clause| {
        let middle = clause.text[clause.text.len() / 2..].find(' ').map(|at| clause.text.len() / 2 + at);
        let (start, end) = clause.text.split_at(middle.unwrap_or(0));
        [Clause::paragraph(start.trim()), Clause::paragraph(end.trim())]
    };
    Text { clauses: text.clauses.iter().flat_map(halves).collect(), ..Text::default() }
}

/// A table of as many rows, and the same with another number in each.
fn tables(rows: usize) -> [Text; 2] {
    [10, 12].map(|price| {
        let row = |i| {
            Clause::new(Kind::Row, format!("model-{i} | ${price} | France, Hong Kong, Iceland | not yet"))
        };
        Text { clauses: (0..rows).map(row).collect(), ..Text::default() }
    })
}

fn comparing(c: &mut Criterion) {
    let mut group = c.benchmark_group("compare");
    group.sample_size(10);
    let mut dice = Dice(1);
    let (clauses_2000, clauses_3000, clauses_16000) =
        (dice.policy(2_000), dice.policy(3_000), dice.policy(16_000));
    for (name, before, after) in [
        ("50 edits in 2,000 clauses", &clauses_2000, &edited(&clauses_2000, 40, 3)),
        ("1 MB, every clause reworded", &clauses_3000, &edited(&clauses_3000, 1, 4)),
        ("1 MB, halves swapped", &clauses_3000, &turned(&clauses_3000)),
        ("1 MB, every clause cut in two", &clauses_3000, &cut(&clauses_3000)),
        ("1 MB, unrelated", &clauses_3000, &dice.policy(3_000)),
        ("5 MB, every clause reworded", &clauses_16000, &edited(&clauses_16000, 1, 4)),
        ("5 MB, unrelated", &clauses_16000, &dice.policy(16_000)),
    ] {
        group.bench_function(name, |b| b.iter(|| compare(before, after)));
    }
    group.finish();
}

fn showing(c: &mut Criterion) {
    let mut group = c.benchmark_group("show");
    group.sample_size(10);
    let clauses_3000 = Dice(1).policy(3_000);
    let [before, after] = tables(3_000);
    for (name, before, after) in [
        ("1 MB, every clause reworded", &clauses_3000, &edited(&clauses_3000, 1, 4)),
        ("a table of 3,000 rows, every one reworded", &before, &after),
    ] {
        let diff = compare(before, after);
        let how = render::Terminal { width: 80, color: true, context: 1 };
        group.bench_function(format!("{name}, terminal"), |b| {
            b.iter(|| render::terminal(before, after, &diff, &how));
        });
        let how = render::Html { styles: render::Styles::Sheet, context: 1, article: Some(1) };
        group
            .bench_function(format!("{name}, HTML"), |b| b.iter(|| render::html(before, after, &diff, &how)));
    }
    group.finish();
}

fn keys(c: &mut Criterion) {
    let mut group = c.benchmark_group("key");
    let sentence = "We don't sell \"data\": see section 4, and the annexes. ";
    for (name, text) in [
        ("ASCII", sentence.repeat(1_000)),
        ("typographic", sentence.replace('\'', "’").replace('"', "“").repeat(1_000)),
        ("Chinese", "我们可以随时暂停您的账户。".repeat(1_000)),
    ] {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(name, |b| b.iter_batched(|| text.as_str(), key, BatchSize::SmallInput));
        group.bench_function(format!("{name}, hashed"), |b| b.iter(|| key_hash(&text)));
    }
    group.finish();
}

criterion_group!(benches, comparing, showing, keys);
criterion_main!(benches);
