//! Portuguese.

use super::{NONE, Words};
use crate::model::EffectiveKind::{Ends, TakesEffect};

pub(super) const WORDS: Words = Words {
    language: "pt",
    is_latin: true,
    link: r#"[ :,"'=>(-]|\b(?:o|a|em|no|na|dia|do|de|da|desde|a partir|partir|e|sera|data|(?:segunda|terca|quarta|quinta|sexta)(?:-feira)?|sabado|domingo)\b"#,
    starts: &[
        r"(?:entra|entram|entrara|entrarao|entrou|entraram|entrarem) em (?:vigor|vigencia)",
        r"(?:entrada em vigor|inicio d[ae] vigencia|data (?:de (?:vigencia|entrada em vigor|inicio d[ae] vigencia|efetivacao)|efetiva|efetiva de entrada em vigor))(?: (?:d[aeo]s?|dest[ae]s?) (?:[\w'-]+ ){0,5}(?:e|sera))?",
        r"(?:em vigor|vigentes?|vigencia|em vigencia)",
        r"(?:efetiv[oa]s?|eficaz|eficazes|valid[oa]s?|aplicave(?:l|is))(?: ~)? (?:a partir|desde)",
        r"(?:se aplica(?:m|ra|rao)?|aplica(?:m|r)?-se(?:-a|-ao)?|aplicar-se-ao?|passa(?:m|ra|rao)? a (?:valer|vigorar|produzir efeitos))(?: ~)?(?: a partir| desde| em)?",
        r"(?:produz|produzem|produzira|produzirao|tera|terao|com|surte|surtira) efeitos?",
    ],
    ends: &[
        r"(?:sera|serao) (?:descontinuad|desativad|removid|encerrad|desligad|interrompid|retirad)[oa]s?(?: ~)?",
        r"(?:deixa|deixara|deixarao|deixam) de (?:estar disponive(?:l|is)|funcionar|ser (?:oferecid|suportad)[oa]s?|existir)(?: ~)?",
        r"nao (?:estara|estarao|sera|serao) mais (?:disponive(?:l|is)|suportad[oa]s?|acessive(?:l|is))(?: ~)?(?: a partir| apos)",
        r"(?:data de (?:encerramento|desativacao|descontinuacao|desligamento)|fim (?:do suporte|de vida|do servico))",
        r"(?:disponive(?:l|is)|em vigor|suportad[oa]s?)(?: ~)? ate",
    ],
    around: &[
        (r"(?:entrarao|entrara|entram|entra)", r"em vigor\b", TakesEffect),
        (r"(?:sera|serao)", r"(?:descontinuad|desativad|removid|encerrad|desligad)[oa]s?\b", Ends),
    ],
    opens: r"(?:a partir de|a partir do dia|desde|com efeitos? a partir de|em|no dia)",
    starts_after: &[
        r"(?:[^,;]{0,90}? )?(?:sera|serao|devera|deverao|se aplicam?|se aplicara|aplicam-se|entrara|entrarao|entram?|exigira|exigiremos|passara|passarao|substituira|cobraremos|vigorara)\b",
    ],
    ends_after: &[
        r"(?:[^;]{0,90}? )?(?:(?:sera|serao) (?:descontinuad|desativad|removid|encerrad|desligad)[oa]s?|(?:deixara|deixarao) de|nao (?:estara|estarao|sera|serao) mais)\b",
    ],
    older: r"(?:anterior(?:es|mente)?|antig[oa]s?|previ[oa]s?|arquivad[oa]s?)",
    doubt: r"(?:(?:podera|poderao|pode|podem|nao)(?: ser)?)",
    example: r"(?:por exemplo|p\. ?ex\.|exemplos? ?:)",
    law: r"(?:regulamento|diretiva|lei|leis|decreto|lgpd|rgpd|convencao|tratado|codigo|parlamento|conselho)\b",
    ours: r"(?:est[ea]s?|noss[oa]s?|nov[oa]s?|presentes?|atualizad[oa]s?)\b",
    rule: r"(?:qualquer|quaisquer|podera|poderao|pode|podem|se|quando|caso|pelo menos|no minimo|futur[oa]s?|eventua\w+|cada|salvo)\b",
    counts: &[
        r"(?:em ate |no prazo de |dentro de )?<N> (?:apos|depois|a partir|a contar|contados)(?: (?:a|o|d[ao]|de))?(?: (?:data|publicacao|recebimento|notificacao|envio)(?: (?:d[aeo]))?)* ?(?:dest[ea]s?|est[ea]s?|d?a presente|d?o presente) ?(?:aviso|notificacao|anuncio|mensagem|pagina|termos|versao|alteracoes|politica|comunicado)?",
        r"(?:dentro de|em) <N>",
    ],
    days: &["dia", "dias"],
    weeks: &["semana", "semanas"],
    months: &["mes", "meses"],
    ..NONE
};
