//! French.

use super::{NONE, Words};
use crate::model::EffectiveKind::{Ends, TakesEffect};

pub(super) const WORDS: Words = Words {
    language: "fr",
    is_latin: true,
    link: r#"[ :,"'=>(-]|\b(?:le|la|du|de|des|a|au|compter|partir|depuis|des le|est|sera|fixee|date|(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|et (?:derniere )?mise a jour)\b"#,
    starts: &[
        r"(?:pren(?:d|nent|dra|dront|ant)) effet",
        r"(?:entre|entrent|entrera|entreront|entrant|entree?s?) en (?:vigueur|application)(?: (?:de|des|du) (?:la |les |ces |cette |ce |present\w* )?(?:[\w'-]+ ){0,5}(?:est|sera|:))?",
        r"en vigueur",
        r"date (?:d'effet|de prise d'effet|d'application|effective)",
        r"prise d'effet",
        r"(?:applicables?|appliquent|applique|appliquera|appliqueront|valables?|effecti(?:f|ve)s?|obligatoires?)~? ?(?:a compter|a partir|des le)",
        r"avec effet",
    ],
    ends: &[
        r"(?:sera|seront|est|sont) (?:definitivement )?(?:supprime|arrete|desactive|retire|interrompu|ferme|abandonne|mis hors service|mise hors service)e?s?",
        r"ne (?:sera|seront|fonctionner\w*|prendr\w*) plus (?:disponible|pris en charge|prise en charge|accessible|propose|supporte)?e?s?(?: ~)?(?: a compter| a partir| apres)",
        r"(?:prend(?:ra|ront)?|prennent) fin",
        r"nous (?:fermerons|supprimerons|arreterons|retirerons|desactiverons|cesserons)~",
        r"(?:cess(?:e|ent|era|eront)|arret(?:e|ent|era|eront)) (?:de fonctionner|d'etre (?:disponible|propose|pris en charge|accessible)e?s?)",
        r"(?:date d'arret|date de fin(?: de (?:service|vie|support|prise en charge))?|fin de (?:vie|support|service|prise en charge))",
        r"(?:disponible|accessible|pris en charge|prise en charge|en vigueur)s?(?: ~)? jusqu'au",
    ],
    around: &[
        (
            r"(?:sera|seront)",
            r"(?:definitivement )?(?:supprime|arrete|desactive|retire|interrompu|ferme)e?s?\b",
            Ends,
        ),
        (r"(?:entreront|entrera|entrent|entre)", r"en (?:vigueur|application)\b", TakesEffect),
        (r"(?:prendront|prendra|prennent|prend)", r"effet\b", TakesEffect),
    ],
    opens: r"(?:a compter du|a partir du|des le|depuis le|le)",
    starts_after: &[
        r"(?:[^,;]{0,90}?[ '])?(?:(?:sera|seront|devra|devrez|devront|appliquera|appliqueront|entrera|entreront|prendra|prendront|deviendra|deviendront|remplacera|remplaceront)|(?:s')?(?:applique|appliquent|entre en vigueur|entrent en vigueur|devez|est requise?|sont requise?s))\b",
        r"(?:[^,;]{0,90}?[ '])?(?:nous (?:modifierons|appliquerons|exigerons|facturerons|demanderons))\b",
    ],
    ends_after: &[
        r"(?:[^;]{0,90}? )?(?:(?:sera|seront) (?:definitivement )?(?:supprime|arrete|desactive|retire|interrompu|ferme)e?s?|ne (?:sera|seront) plus (?:disponible|pris en charge|prise en charge|accessible|propose)e?s?|(?:cessera|cesseront) de)\b",
    ],
    older: r"(?:precedente?s?|anciennes?|ancien|anterieure?s?|initialement|archivee?s?)",
    doubt: r"(?:(?:pourr\w+|peu(?:t|vent)|ne|devraient?|prevu\w* pour)(?: (?:etre|pas))?)",
    example: r"(?:par exemple|p\. ?ex\.|exemples? ?:)",
    law: r"(?:reglement|directive|loi|decret|ordonnance|arrete|rgpd|convention|traite|code|parlement|conseil)\b",
    ours: r"(?:ces|cette|presentes?|present|nos|notre|nouvelles?|nouveaux?|nous)\b",
    rule: r"(?:toute|tout|toutes|tous|peut|peuvent|pourr\w+|si|lorsqu\w+|en cas|au moins|au plus tot|minimum|eventuelle?s?|futures?)\b",
    counts: &[
        r"(?:dans un delai de |sous |dans les )?<N> (?:apres|a compter de|a compter du|suivant|a partir de|a partir du) (?:la |le |l')?(?:(?:date|jour|reception|publication|envoi|notification|annonce|diffusion) (?:de |du |d')?(?:la |le |l')?)*(?:cet|cette|ce|ces|presente?s?) ?(?:avis|notification|annonce|message|e-?mail|courriel|page|conditions|version|mise a jour|modifications?|politique|notice)?",
        r"dans <N>",
    ],
    days: &["jour", "jours"],
    weeks: &["semaine", "semaines"],
    months: &["mois"],
    ..NONE
};
