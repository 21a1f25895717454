//! German.

use super::{NONE, Words};
use crate::model::EffectiveKind::{Ends, TakesEffect};

pub(super) const WORDS: Words = Words {
    language: "de",
    is_latin: true,
    link: r#"[ :,"'=>(-]|\b(?:ab|dem|den|der|am|zum|vom|von|seit|ist|sind|mit|sofort|wirkung|beginn|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|sonnabend|uhr|[0-9]{1,2}(?::[0-9]{2})? uhr)\b"#,
    starts: &[
        r"(?:gilt|gelten|gultig(?:keit)?|wirksam|anwendbar|verbindlich)(?: (?:fur|gegenuber) ~)? (?:ab|seit|vom|von|mit wirkung)",
        r"(?:gultig|wirksam|wirksamkeit|geltung(?:sbeginn)?|gultigkeitsdatum|gultigkeitsbeginn) ?(?:ab|seit)?",
        r"(?:in kraft|inkrafttreten|datum des inkrafttretens|wirksamkeitsdatum|tag des inkrafttretens)(?: (?:der|dieser|des|dieses) [^:;]{0,60}?)?(?: (?:ab|seit|am|zum))?",
        r"mit wirkung",
        r"(?:wird|werden)(?: ~)? (?:wirksam|verbindlich) (?:ab|am|zum)",
    ],
    ends: &[
        r"(?:abschaltung|einstellung|abschaltdatum|einstellungsdatum|supportende|ende des supports|end-of-life|abkundigung|verfugbar bis|unterstutzt bis|auslaufdatum)(?: (?:zum|am|ab|bis))?",
        r"(?:nicht mehr (?:verfugbar|unterstutzt|angeboten|nutzbar|zuganglich))(?: (?:ab|zum|seit))?",
        r"(?:verfugbar|unterstutzt|nutzbar|in kraft|gultig) bis(?: zum)?",
    ],
    around: &[
        (
            r"(?:tritt|treten)(?: ~)?(?: (?:am|zum|ab|mit|innerhalb von))?",
            r"(?:~ )?(?:in kraft|inkraft)\b",
            TakesEffect,
        ),
        (
            r"(?:wird|werden)(?: ~)?(?: (?:am|zum|ab|mit))?",
            r"(?:~ )?(?:wirksam|gultig|verbindlich|eingefuhrt|in kraft)\b",
            TakesEffect,
        ),
        (
            r"(?:wird|werden)(?: ~)? (?:am|zum|ab|mit|bis zum)",
            r"(?:~ )?(?:eingestellt|abgeschaltet|abgekundigt|deaktiviert|entfernt|beendet|geschlossen|nicht mehr (?:unterstutzt|angeboten))\b",
            Ends,
        ),
        (
            r"(?:steht|stehen|ist|sind)(?: ~)? (?:am|zum|ab|bis zum)",
            r"(?:~ )?nicht (?:mehr|langer) (?:zur verfugung|verfugbar|nutzbar|unterstutzt|zuganglich)\b",
            Ends,
        ),
        (
            r"(?:steht|stehen|ist|sind|bleibt|bleiben)(?: ~)? bis(?: zum)?",
            r"(?:~ )?(?:zur verfugung|verfugbar|nutzbar|in kraft|erhalten)\b",
            Ends,
        ),
        (r"(?:stellen|schalten)(?: ~)? (?:am|zum|ab|mit)", r"(?:~ )?(?:ein|ab)\b", Ends),
        (r"(?:lauft|laufen|endet|enden)(?: ~)? (?:am|zum|mit)", r"(?:aus|ab)?\b", Ends),
        (
            r"(?:ist|sind)(?: ~)? (?:ab|seit|am|zum)",
            r"(?:~ )?(?:wirksam|gultig|in kraft|verbindlich|anwendbar)\b",
            TakesEffect,
        ),
        (r"(?:tritt|treten|wird|werden|gilt|gelten)(?: ~)? ab", r"", TakesEffect),
    ],
    opens: r"(?:(?:bitte beachten sie, dass )?(?:ab|ab dem|mit wirkung (?:vom|zum|ab)|zum|am|seit))",
    starts_after: &[
        r"(?:[^;]{0,90}? )?(?:gilt|gelten|tritt|treten|wird|werden|mussen|muss|benotigen|ersetzt|ersetzen|ist erforderlich|wirksam|in kraft)\b",
    ],
    ends_after: &[
        r"(?:[^;]{0,120}? )?(?:eingestellt|abgeschaltet|abgekundigt|deaktiviert|nicht (?:mehr|langer) (?:zur verfugung|verfugbar|unterstutzt|angeboten|nutzbar|moglich))\b",
    ],
    older: r"(?:fruhere[nrs]?|vorherige[nrs]?|bisherige[nrs]?|alte[nrs]?|vormals|archivierte[nrs]?)",
    doubt: r"(?:(?:nicht|konnte[n]?|kann|konnen|durfte|voraussichtlich|geplant))",
    example: r"(?:zum beispiel|z\. ?b\.|beispiel(?:e|sweise)?)",
    law: r"(?:verordnung|richtlinie|gesetz\w*|dsgvo|gdpr|abkommen|bdsg|ubereinkommen|parlaments?|rates)\b",
    ours: r"(?:diese[rsnm]?|unsere[rsnm]?|neue[nrs]?|geanderte[nrs]?|aktualisierte[nrs]?|wir|nachfolgende[nrs]?)\b",
    rule: r"(?:jede[rsn]?|kann|konnen|falls|wenn|sofern|etwaige|kunftige\w*|mindestens|fruhestens|gegebenenfalls|sobald|anderungen konnen)\b",
    counts: &[
        r"(?:innerhalb von |binnen )?<N> nach (?:dem |der )?(?:(?:datum|tag|erhalt|zugang|veroffentlichung|bekanntgabe|mitteilung|versand) (?:der )?)*(?:dieser|dieses|diese) ?(?:mitteilung|benachrichtigung|ankundigung|bekanntmachung|nachricht|e-?mail|seite|bedingungen|fassung|anderungen|hinweises|richtlinie)?",
        r"in <N>",
    ],
    days: &["tag", "tage", "tagen"],
    weeks: &["woche", "wochen"],
    months: &["monat", "monate", "monaten"],
    ..NONE
};
