//! How long two texts take to compare: edited here and there, rewritten clause by clause, unrelated.

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use fineprint::diff::{compare, key, key_hash};
use fineprint::model::{Clause, Text};

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

fn comparing(c: &mut Criterion) {
    let mut group = c.benchmark_group("compare");
    group.sample_size(10);
    let mut dice = Dice(1);
    let (clauses_2000, clauses_3000, clauses_16000) =
        (dice.policy(2_000), dice.policy(3_000), dice.policy(16_000));
    for (name, before, after) in [
        ("50 edits in 2,000 clauses", &clauses_2000, &edited(&clauses_2000, 40, 3)),
        ("1 MB, every clause reworded", &clauses_3000, &edited(&clauses_3000, 1, 4)),
        ("1 MB, unrelated", &clauses_3000, &dice.policy(3_000)),
        ("5 MB, every clause reworded", &clauses_16000, &edited(&clauses_16000, 1, 4)),
        ("5 MB, unrelated", &clauses_16000, &dice.policy(16_000)),
    ] {
        group.bench_function(name, |b| b.iter(|| compare(before, after)));
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

criterion_group!(benches, comparing, keys);
criterion_main!(benches);
