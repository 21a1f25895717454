//! Numbers in words, language by language: the same letters are another word elsewhere.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{Fact, FactKind};
use crate::diff::key;
use crate::diff::words::places;

/// What the words below stand for, in their order. One is left out: it is an article or a pronoun more often.
const VALUES: [u32; 27] =
    [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 30, 40, 50, 60, 70, 80, 90, 100];

/// A language and its words; two for the same number stand on both sides of `/`, and `_` for none that is only a number.
const WORDS: [(&str, &str); 7] = [
    (
        "en",
        "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen \
         eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred",
    ),
    (
        "de",
        "zwei/zweier drei/dreier vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn \
         siebzehn achtzehn neunzehn zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig hundert",
    ),
    (
        "fr",
        "deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit \
         dix-neuf vingt trente quarante cinquante soixante soixante-dix quatre-vingts quatre-vingt-dix cent",
    ),
    (
        "es",
        "dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete \
         dieciocho diecinueve veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa cien/ciento",
    ),
    (
        "it",
        "due tre quattro cinque _ sette otto nove dieci undici dodici tredici quattordici quindici sedici \
         diciassette diciotto diciannove venti trenta quaranta cinquanta sessanta settanta ottanta novanta cento",
    ),
    (
        "pt",
        "dois/duas três quatro cinco seis sete oito nove dez onze doze treze catorze/quatorze quinze \
         dezesseis/dezasseis dezessete/dezassete dezoito dezenove/dezanove vinte trinta quarenta cinquenta sessenta \
         setenta oitenta noventa cem/cento",
    ),
    (
        "nl",
        "twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien zeventien \
         achttien negentien twintig dertig veertig vijftig zestig zeventig tachtig negentig honderd",
    ),
];

/// The most tokens of a number in one word: `quatre-vingt-dix`.
const LONGEST: usize = 5;

/// The words of a language, as keys, with their numbers.
type Numerals = HashMap<String, u32>;

static NUMERALS: LazyLock<HashMap<&'static str, Numerals>> = LazyLock::new(|| {
    let numerals = |words: &str| {
        let same = words.split_whitespace().zip(VALUES);
        same.flat_map(|(words, value)| words.split('/').map(move |word| (key(word), value))).collect()
    };
    WORDS.iter().map(|(language, words)| (*language, numerals(words))).collect()
});

/// The numbers in words of a text, but for those that stand in digits behind: `thirty (30)` is told once.
pub(super) fn find(text: &str, language: Option<&'static str>) -> Vec<Fact> {
    let Some(numerals) = language.and_then(|language| NUMERALS.get(language)) else { return Vec::new() };
    let tokens: Vec<(usize, &str)> = places(text).collect();
    let keys: Vec<String> = tokens.iter().map(|(_, token)| key(token)).collect();
    let mut facts = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        let Some((value, length)) = read(numerals, &keys[i..]) else {
            i += 1;
            continue;
        };
        let says = value.to_string();
        let (start, (last, word)) = (tokens[i].0, tokens[i + length - 1]);
        i += length;
        if !matches!(&keys[i..], [open, digits, ..] if open == "(" && *digits == says) {
            facts.push(Fact { kind: FactKind::Number, range: start..last + word.len(), says });
        }
    }
    facts
}

/// The number that words begin with, and how many of them it takes: `sixty`, `twenty-four`, `quatre-vingt-dix`.
fn read(numerals: &Numerals, keys: &[String]) -> Option<(u32, usize)> {
    let value = |length: usize| numerals.get(&keys.get(..length)?.concat()).map(|value| (*value, length));
    let (value, length) = match keys {
        [_, sign, ..] if sign == "-" => (1..=LONGEST).rev().step_by(2).find_map(value),
        _ => value(1),
    }?;
    let unit = match &keys[length..] {
        [sign, unit, ..] if sign == "-" => numerals.get(unit).map(|unit| (*unit, 2)),
        [unit, ..] => numerals.get(unit).map(|unit| (*unit, 1)),
        [] => None,
    };
    match unit {
        Some((unit @ 2..=9, more)) if (20..100).contains(&value) => Some((value + unit, length + more)),
        _ => Some((value, length)),
    }
}
