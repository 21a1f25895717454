//! Dates, amounts of money, percentages and other numbers, by their form.

use std::sync::LazyLock;

use regex::Regex;

use super::{Fact, FactKind};
use crate::diff::months;

/// Each with the name of its kind; of two that begin at the same place the first one counts.
static NUMBERS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let month = months::pattern();
    let digits = r"\d(?:[\d.,'’\u{a0}\u{202f}]*\d)?";
    let sign = r"(?:US|CA|AU|HK|NZ|R|C|A)?[$€£¥₹₩₽￥＄]|\b(?:USD|EUR|GBP|JPY|CHF|CAD|AUD|CNY|RMB|INR|KRW|BRL|SGD|HKD)\b";
    let coin = r"[$€£¥₹₩₽]|(?:USD|EUR|GBP|JPY|CHF|CAD|AUD|CNY|RMB|INR|KRW|BRL|SGD|HKD)\b|(?:US )?(?:dollars?|cents?|euros?|pounds?|francs?|dólares|dollari|reais|dólar)\b|円|元|美元|人民币|欧元|日元|ドル|ユーロ|원|달러|유로|دولار|يورو";
    let scale = r"(?:\s?(?:thousand|million|billion|millions?|milliards?|Millionen|Milliarden|millones|mil|milioni|milhões|miljoen|[kKmM]|bn)\b|万|億|亿|백만|만)?";
    let percent = r"%|％|٪|‰|per ?cent\b|percent\b|Prozent\b|pour cent\b|por ciento\b|por cento\b|per cento\b|procent\b|パーセント|퍼센트|في المئة|بالمئة|في المائة";
    // A number by which a text names a part of itself says nothing by itself: it changes wherever one is put in above.
    let parts = r"sections?|sec\.|clauses?|articles?|paragraphs?|para\.|subsections?|exhibits?|schedules?|ann?ex(?:es)?|appendix|chapters?|Abschnitte?n?|Ziffern?|Artikeln?|Absatz|Abs\.|Absätze|Anhang|Anlage|annexes?|chapitres?|alinéas?|secci(?:ón|ones)|artículos?|cláusulas?|apartados?|anexos?|capítulos?|sezion[ei]|articol[oi]|clausol[ae]|paragraf[oi]|allegat[oi]|capitol[oi]|seç(?:ão|ões)|secç(?:ão|ões)|artigos?|parágrafos?|sectie|bijlage|hoofdstuk";
    let part = r"\d+(?:\.\d+)*\b(?:\s?\([a-z0-9]{1,4}\))*";
    let more = r"(?:\s?(?:and|or|to|through|und|oder|bis|et|ou|y|o|e|en|of|&|–|-)\s?";
    let day = r"\d{1,2}(?:st|nd|rd|th|er|º|°|\.)?";
    Regex::new(&format!(
        r"(?i)(?P<part>(?:\b(?:{parts})\s?|§§?\s?){part}{more}{part})*|第\s?\d+\s?[条條項项款章節节]|제\s?\d+\s?[조항장])|(?P<date>\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{4}}|\d{{4}}\s?[年년]\s?\d{{1,2}}\s?[月월](?:\s?\d{{1,2}}\s?[日일])?|\b{day}\s?(?:de |of |d')?(?:{month})\.?,?(?:\s(?:de |del )?\d{{4}})?|\b(?:{month})\.?\s{day}(?:,?\s\d{{4}})?|\b(?:{month})\s(?:de )?\d{{4}})|(?P<amount>(?:{sign})\s?{digits}{scale}|{digits}{scale}\s?(?:{coin}))|(?P<percentage>{digits}\s?(?:{percent})|百分之[\d一二三四五六七八九十百零〇]+)|(?P<number>{digits})"
    ))
    .ok()
});

pub(super) fn find(text: &str) -> Vec<Fact> {
    let Some(numbers) = NUMBERS.as_ref().filter(|_| may_have(text)) else { return Vec::new() };
    let kinds = [
        ("date", FactKind::Date),
        ("amount", FactKind::Amount),
        ("percentage", FactKind::Percentage),
        ("number", FactKind::Number),
    ];
    let fact = |found: regex::Captures<'_>| {
        let named = kinds.iter().find_map(|(name, kind)| Some((*kind, found.name(name)?.range())));
        named.map(|(kind, range)| Fact::new(kind, range, text))
    };
    // Names of parts have no kind: they are found so that their numbers aren't.
    numbers.captures_iter(text).filter_map(fact).collect()
}

/// Whether a text has any digit: most clauses have none.
fn may_have(text: &str) -> bool {
    text.chars().any(|c| c.is_numeric()) || text.contains("百分之")
}
