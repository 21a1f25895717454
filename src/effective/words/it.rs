//! Italian.

use super::{NONE, Words};
use crate::model::EffectiveKind::{Ends, TakesEffect};

pub(super) const WORDS: Words = Words {
    language: "it",
    is_latin: true,
    link: r#"[ :,"'=>(-]|\b(?:il|l'|la|dal|dall'|del|dell'|di|da|a partire|a decorrere|giorno|e|sara|data|(?:lune|marte|mercole|giove|vener)di|sabato|domenica)\b"#,
    starts: &[
        r"(?:entra|entrano|entrera|entreranno|entrata|entrate) in vigore(?: (?:di|del|della|dei|delle) (?:[\w'-]+ ){0,5}(?:e|sara))?",
        r"in vigore",
        r"(?:data (?:di (?:entrata in vigore|efficacia|decorrenza|validita|applicazione)|effettiva)|decorrenza)",
        r"(?:avra|avranno|ha|hanno|con) (?:effetto|efficacia|decorrenza)",
        r"(?:efficac[ei]|valid[oaie]|applicabil[ei]|vigente|vigenti|effettiv[oaie])(?: ~)? (?:a partire|a decorrere|dal|dall')",
        r"si (?:applica|applicano|applichera|applicheranno)(?: ~)? (?:a partire|a decorrere|dal|dall')",
    ],
    ends: &[
        r"(?:sara|saranno|verra|verranno) (?:ritirat|dismess|disattivat|interrott|rimoss|chius|eliminat|sospes)[oaie](?: ~)?",
        r"non (?:sara|saranno) piu (?:disponibil|supportat|accessibil)[oaie](?: ~)?(?: a partire| a decorrere| dal| dopo)",
        r"(?:cessera|cesseranno)(?: ~)?",
        r"(?:data di (?:ritiro|dismissione|chiusura|fine supporto)|fine (?:del supporto|supporto|vita|del servizio))",
        r"(?:disponibil|supportat|accessibil|in vigore)[oaie]?(?: ~)? fino (?:al|all')",
    ],
    around: &[
        (r"(?:entrera|entreranno|entra|entrano)", r"in vigore\b", TakesEffect),
        (
            r"(?:sara|saranno|verra|verranno)",
            r"(?:ritirat|dismess|disattivat|interrott|rimoss|chius)[oaie]\b",
            Ends,
        ),
    ],
    opens: r"(?:a partire dal|a partire dall'|a decorrere dal|a decorrere dall'|dal|dall'|il|con effetto dal)",
    starts_after: &[
        r"(?:[^,;]{0,90}? )?(?:sara|saranno|dovra|dovranno|si applica|si applicano|si applichera|si applicheranno|entrera|entreranno|entrano|entra|sostituira|sostituiranno|avra|avranno|richiederemo|applicheremo)\b",
    ],
    ends_after: &[
        r"(?:[^;]{0,90}? )?(?:(?:sara|saranno|verra|verranno) (?:ritirat|dismess|disattivat|interrott|rimoss|chius)[oaie]|non (?:sara|saranno) piu (?:disponibil|supportat|accessibil)[oaie])\b",
    ],
    older: r"(?:precedent[ei]|vecchi[ao]?|anterior[ei]|archiviat[aoei])",
    doubt: r"(?:(?:potra|potranno|puo|possono|potrebbe|non)(?: essere)?)",
    example: r"(?:ad esempio|per esempio|es\.|esempi[o]? ?:)",
    law: r"(?:regolamento|direttiva|legge|decreto|gdpr|convenzione|trattato|codice|parlamento|consiglio)\b",
    ours: r"(?:quest[oaie]|nostr[oaie]|nuov[oaie]|present[ei]|aggiornat[oaie])\b",
    rule: r"(?:qualsiasi|eventual[ei]|puo|possono|potra|se|quando|in caso|almeno|ogni|futur[oaie]|salvo)\b",
    counts: &[
        r"(?:entro )?<N> (?:dopo|dalla|dal|dalla data|successivi)(?: (?:la|il|alla|al))?(?: (?:data|pubblicazione|ricezione|ricevimento|notifica)(?: (?:di|del|della))?)* ?(?:quest[oaie]|present[ei]|della presente|del presente) ?(?:avviso|notifica|annuncio|messaggio|comunicazione|pagina|termini|condizioni|versione|modifiche|informativa)?",
        r"(?:tra|fra) <N>",
    ],
    days: &["giorno", "giorni"],
    weeks: &["settimana", "settimane"],
    months: &["mese", "mesi"],
    ..NONE
};
