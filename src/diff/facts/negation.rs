//! Words that turn a sentence around, language by language: the same letters are another word elsewhere.

use super::{Fact, FactKind};
use crate::diff::key;
use crate::diff::words::{is_word, places};

/// How a language denies.
struct Words {
    language: &'static str,
    /// Frequent words by which it is known.
    common: &'static [&'static str],
    /// Its negations, as keys; in scripts without spaces any place of them counts.
    negations: &'static [&'static str],
}

const ALL: &[Words] = &[
    Words {
        language: "en",
        common: &["the", "of", "and", "to", "you", "your", "we", "is", "or", "for", "with", "any"],
        negations: &[
            "not",
            "no",
            "never",
            "none",
            "nor",
            "neither",
            "without",
            "cannot",
            "can't",
            "don't",
            "won't",
            "doesn't",
            "isn't",
            "aren't",
            "didn't",
            "shouldn't",
            "mustn't",
            "wouldn't",
            "haven't",
            "hasn't",
            "unless",
            "except",
            "unable",
        ],
    },
    Words {
        language: "fr",
        common: &["le", "la", "les", "des", "et", "vous", "nous", "de", "un", "une", "votre", "est", "ou"],
        negations: &["ne", "n'", "pas", "jamais", "aucun", "aucune", "sans", "ni", "sauf"],
    },
    Words {
        language: "de",
        common: &["der", "die", "das", "und", "sie", "wir", "ist", "zu", "den", "von", "mit", "ihr", "oder"],
        negations: &[
            "nicht", "kein", "keine", "keinen", "keiner", "keinem", "keines", "nie", "niemals", "ohne",
            "weder", "noch", "außer",
        ],
    },
    Words {
        language: "es",
        common: &["el", "los", "las", "y", "usted", "nosotros", "de", "que", "en", "su", "del", "o", "una"],
        negations: &["no", "nunca", "jamás", "ningún", "ninguna", "ninguno", "sin", "ni", "tampoco", "salvo"],
    },
    Words {
        language: "it",
        common: &["il", "gli", "dei", "della", "che", "di", "per", "è", "del", "o", "e", "un", "nostro"],
        negations: &["non", "mai", "nessun", "nessuna", "nessuno", "senza", "né", "salvo"],
    },
    Words {
        language: "pt",
        common: &["o", "os", "as", "e", "você", "nós", "de", "que", "em", "seu", "da", "do", "ou", "um"],
        negations: &["não", "nunca", "jamais", "nenhum", "nenhuma", "sem", "nem", "salvo"],
    },
    Words {
        language: "nl",
        common: &["de", "het", "een", "en", "u", "wij", "van", "uw", "is", "of", "voor", "met"],
        negations: &["niet", "geen", "nooit", "zonder", "noch", "tenzij", "behalve"],
    },
    Words {
        language: "ja",
        common: &["は", "を", "に", "が", "の", "た", "す"],
        negations: &["ない", "ません", "なく", "なかっ", "ないで", "せず", "ずに", "禁"],
    },
    Words {
        language: "zh",
        common: &["的", "您", "我", "在", "和", "或", "本", "服"],
        negations: &["不", "未", "无", "無", "非", "没", "沒", "勿", "除外"],
    },
    Words {
        language: "ko",
        common: &["및", "또는", "수", "이", "있습니다", "귀하의", "회사는"],
        negations: &["않", "없", "못", "아니", "금지"],
    },
    Words {
        language: "ar",
        common: &["من", "في", "على", "إلى", "أو", "أن", "التي", "هذه", "الخدمة"],
        negations: &["لا", "لن", "لم", "ليس", "ليست", "غير", "دون", "بدون", "إلا"],
    },
];

/// How many words are enough to show a language.
const SAMPLE: usize = 200;

pub(super) fn find(text: &str, language: Option<&'static str>) -> Vec<Fact> {
    let Some(words) = ALL.iter().find(|words| Some(words.language) == language) else { return Vec::new() };
    match words.language {
        "ja" | "zh" | "ko" => words
            .negations
            .iter()
            .flat_map(|negation| text.match_indices(negation))
            .map(|(start, negation)| Fact::new(FactKind::Negation, start..start + negation.len(), text))
            .collect(),
        _ => places(text)
            .filter(|(_, token)| is_word(token))
            .filter(|(_, token)| is_negation(words, &key(token)))
            .map(|(start, token)| {
                let says = said(&key(token)).to_owned();
                Fact { kind: FactKind::Negation, range: start..start + token.len(), says }
            })
            .collect(),
    }
}

/// Forms of a negation that say the same as another: `cannot`, `don't` and `unable` what `not` says, `keine` what `kein`
/// does.
const FORMS: [(&str, &str); 8] = [
    ("unable", "not"),
    ("cannot", "not"),
    ("kein", "kein"),
    ("aucun", "aucun"),
    ("ningun", "ningun"),
    ("ningún", "ningun"),
    ("nessun", "nessun"),
    ("nenhum", "nenhum"),
];

/// What a negation says, the same for all its forms.
fn said(token: &str) -> &str {
    if token.ends_with("n't") {
        return "not";
    }
    if token.starts_with("n'") {
        return "ne";
    }
    FORMS.iter().find(|(form, _)| token.starts_with(form)).map_or(token, |(_, said)| said)
}

fn is_negation(words: &Words, token: &str) -> bool {
    words.negations.iter().any(|negation| match negation.strip_suffix('\'') {
        Some(elided) => token.strip_prefix(elided).is_some_and(|rest| rest.starts_with('\'')),
        None => *negation == token,
    })
}

/// The language whose frequent words are most frequent, if two of them are there; else the one that is declared.
pub(super) fn language(texts: [&str; 2], declared: &str) -> Option<&'static str> {
    let tokens = texts.into_iter().flat_map(|text| places(text).take(SAMPLE));
    let keys: Vec<String> = tokens.map(|(_, token)| key(token)).collect();
    let count = |words: &Words| keys.iter().filter(|key| words.common.contains(&key.as_str())).count();
    let declared = declared.split(['-', '_']).next().unwrap_or_default();
    let is_declared = |words: &&Words| words.language == declared;
    // What is declared wins where as many words speak for another.
    let (count, _, found) =
        ALL.iter().map(|words| (count(words), is_declared(&words), words.language)).max()?;
    if count >= 2 { Some(found) } else { ALL.iter().find(is_declared).map(|words| words.language) }
}
