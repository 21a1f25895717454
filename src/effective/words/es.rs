//! Spanish.

use super::{NONE, Words};
use crate::model::EffectiveKind::{Ends, TakesEffect};

pub(super) const WORDS: Words = Words {
    language: "es",
    is_latin: true,
    link: r#"[ :,"'=>(-]|\b(?:el|la|los|dia|del|de|desde|a partir|partir|a contar|es|sera|fecha|(?:lun|mart|miercol|juev|viern)es|sabado|domingo|y (?:ultima )?actualizacion)\b"#,
    starts: &[
        r"(?:entra|entran|entrara|entraran|entrando|entro|entraron|entren) en (?:vigor|vigencia|aplicacion)",
        r"(?:entrada en (?:vigor|vigencia)|inicio de (?:la )?vigencia|fecha (?:de vigencia|efectiva|de efectividad|de entrada en (?:vigor|vigencia)|de aplicacion|de inicio de vigencia))(?: (?:de|del) (?:la |las |los |el |est\w+ |presentes? )?(?:[\w'-]+ ){0,5}(?:es|sera))?",
        r"(?:en vigor|en vigencia|vigentes?|vigencia)",
        r"(?:surte|surten|surtira|surtiran|surtiendo|tendra|tendran|tiene|tienen) (?:plenos? )?efectos?",
        r"(?:efectiv[oa]s?|validez|valid[oa]s?|aplicables?)(?: ~)? (?:a partir|desde)",
        r"efectiv[oa]s?",
        r"se aplica(?:n|ra|ran)?(?: ~)? (?:a partir|desde)",
        r"con efectos?",
    ],
    ends: &[
        r"(?:deja|dejara|dejaran|dejan) de (?:estar (?:disponible|soportado|operativo)s?|funcionar|ofrecer(?:se)?|ser (?:compatible|valido)s?|prestarse|existir)(?: ~)?",
        r"(?:sera|seran|se) (?:retirad|eliminad|desactivad|descontinuad|discontinuad|suspendid|cerrad|apagad|interrumpid)[oa]s?(?: ~)?",
        r"se (?:retirara|retiraran|desactivara|desactivaran|descontinuara|discontinuara|cerrara|suspendera|apagara)n?(?: ~)?",
        r"(?:retiraremos|cerraremos|eliminaremos|desactivaremos|suspenderemos|dejaremos de)~",
        r"(?:ya no|no) (?:estara|estaran|sera|seran) (?:disponible|compatible|accesible|valid[oa])s?(?: ~)? (?:a partir|desde)",
        r"(?:finalizara|finalizaran|finaliza|terminara)(?: ~)?",
        r"(?:fecha de (?:retirada|retiro|cierre|finalizacion|desactivacion|fin de soporte)|fin (?:de soporte|de vida util|del soporte|de servicio))",
        r"(?:disponible|en vigor|vigente|compatible|accesible)s?(?: ~)? hasta",
    ],
    around: &[
        (r"(?:entraran|entrara|entran|entra)", r"en (?:vigor|vigencia)\b", TakesEffect),
        (
            r"(?:sera|seran)",
            r"(?:retirad|eliminad|desactivad|descontinuad|discontinuad|suspendid|cerrad)[oa]s?\b",
            Ends,
        ),
    ],
    opens: r"(?:a partir del|a partir de|desde el|con efectos? (?:desde|a partir)(?: del)?|el|a contar desde)",
    starts_after: &[
        r"(?:[^,;]{0,90}? )?(?:sera|seran|debera|deberan|deberas|se aplicara|se aplicaran|se aplican?|entrara|entraran|entran?|tendra|tendran|requerira|requeriremos|exigira|exigiremos|aplicaremos|cambiara|cambiaran|cobraremos|sustituira|sustituiran|regira|regiran|modificaremos)\b",
    ],
    ends_after: &[
        r"(?:[^;]{0,90}? )?(?:(?:dejara|dejaran|dejaremos) de|(?:sera|seran) (?:retirad|eliminad|desactivad|descontinuad|discontinuad|cerrad)[oa]s?|(?:ya no|no) (?:estara|estaran|sera|seran) (?:disponible|compatible|accesible)s?)\b",
    ],
    older: r"(?:anterior(?:es|mente)?|antigu[oa]s?|previ[oa]s?|archivad[oa]s?|originalmente)",
    doubt: r"(?:(?:podra|podran|puede|pueden|podria|podrian|no|previsto que)(?: (?:ser|estar))?)",
    example: r"(?:por ejemplo|p\. ?ej\.|ejemplos? ?:)",
    law: r"(?:reglamento|directiva|ley|leyes|decreto|ordenanza|rgpd|lopd\w*|convenio|tratado|codigo|parlamento|consejo)\b",
    ours: r"(?:est[oae]s?|nuestr[oa]s?|nuev[oa]s?|presentes?|actualizad[oa]s?)\b",
    rule: r"(?:cualquier\w*|podra|podran|puede|pueden|si|cuando|en caso|al menos|como minimo|futur[oa]s?|eventual\w*|cada|salvo)\b",
    counts: &[
        r"(?:en un plazo de |dentro de )?<N> (?:despues|siguientes|contados|posteriores|a partir|desde|tras|naturales (?:despues|desde|a partir))(?: (?:a|de|desde|del))?(?: (?:la|el))?(?: (?:fecha|publicacion|recepcion|notificacion|envio|dia)(?: (?:de|del)(?: la)?)?)* ?(?:est[ea]s?|la presente|el presente|los presentes|presentes?) ?(?:aviso|notificacion|anuncio|mensaje|correo|pagina|terminos|condiciones|version|cambios|politica|actualizacion|comunicado|comunicacion)?",
        r"(?:dentro de|en) <N>",
    ],
    days: &["dia", "dias"],
    weeks: &["semana", "semanas"],
    months: &["mes", "meses"],
    ..NONE
};
