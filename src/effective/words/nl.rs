//! Dutch.

use super::{NONE, Words};
use crate::model::EffectiveKind::{Ends, TakesEffect};

pub(super) const WORDS: Words = Words {
    language: "nl",
    is_latin: true,
    link: r#"[ :,"'=>(-]|\b(?:op|per|vanaf|met ingang van|ingang|van|met|de|is|sinds|(?:maan|dins|woens|donder|vrij|zater|zon)dag)\b"#,
    starts: &[
        r"(?:van kracht|inwerkingtreding|in werking|ingangsdatum|datum van inwerkingtreding|effectieve datum)",
        r"(?:geldig|geldt|gelden|van toepassing|effectief)(?: (?:voor) ~)? (?:vanaf|per|sinds|met ingang van)",
        r"(?:treedt|treden|gaat|gaan)(?: ~)? (?:in werking|in)",
        r"met ingang van",
    ],
    ends: &[
        r"(?:niet (?:meer|langer) (?:beschikbaar|ondersteund|toegankelijk))(?: vanaf| per| na)?",
        r"(?:beschikbaar|ondersteund|geldig|van kracht) tot(?: en met)?",
        r"(?:einddatum|uitschakeldatum|einde (?:van de )?ondersteuning)",
    ],
    around: &[
        (
            r"(?:treedt|treden|gaat|gaan)(?: ~)? (?:op|per|vanaf)",
            r"(?:in werking|in|van kracht)\b",
            TakesEffect,
        ),
        (
            r"(?:wordt|worden)(?: ~)? (?:op|per|vanaf)",
            r"(?:~ )?(?:stopgezet|uitgeschakeld|beeindigd|verwijderd|uitgefaseerd|afgesloten)\b",
            Ends,
        ),
        (
            r"(?:is|zijn)(?: ~)? (?:op|per|vanaf)",
            r"(?:~ )?niet (?:meer|langer) (?:beschikbaar|ondersteund)\b",
            Ends,
        ),
    ],
    opens: r"(?:vanaf|per|met ingang van|op)",
    starts_after: &[
        r"(?:[^,;]{0,90}? )?(?:geldt|gelden|zal|zullen|moet|moeten|treedt|treden|wordt|worden|is vereist)\b",
    ],
    ends_after: &[
        r"(?:[^;]{0,90}? )?(?:stopgezet|uitgeschakeld|beeindigd|niet (?:meer|langer) (?:beschikbaar|ondersteund))\b",
    ],
    older: r"(?:vorige|eerdere|oude|voormalige|gearchiveerde)",
    doubt: r"(?:(?:kan|kunnen|zou|zouden|niet|mogelijk)(?: worden)?)",
    example: r"(?:bijvoorbeeld|bijv\.|voorbeeld(?:en)? ?:)",
    law: r"(?:verordening|richtlijn|wet|wetgeving|besluit|avg|gdpr|verdrag|parlement|raad)\b",
    ours: r"(?:deze|dit|onze|nieuwe|bijgewerkte|wij|we)\b",
    rule: r"(?:elke|eventuele|kan|kunnen|als|wanneer|indien|ten minste|minimaal|toekomstige|mits)\b",
    counts: &[
        r"(?:binnen )?<N> na (?:de )?(?:(?:datum|dag|ontvangst|publicatie|verzending) (?:van )?)*(?:deze|dit) ?(?:kennisgeving|melding|bericht|aankondiging|pagina|voorwaarden|versie|wijzigingen|beleid)?",
        r"over <N>",
    ],
    days: &["dag", "dagen"],
    weeks: &["week", "weken"],
    months: &["maand", "maanden"],
    ..NONE
};
