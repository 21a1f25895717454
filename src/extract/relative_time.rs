//! Times told relative to now ("updated 3 days ago"): such a text changes by itself.

/// A side note is short, in bytes; anything longer is a text of its own.
const LONGEST: usize = 80;

/// Words after a count of units that make a past of it, as in "3 days ago".
const AFTER: &[&str] = &[
    "ago",
    "fa",
    "atrás",
    "geleden",
    "sedan",
    "siden",
    "sitten",
    "temu",
    "назад",
    "тому",
    "önce",
    "lalu",
    "trước",
    "पहले",
    "ที่แล้ว",
];
/// Words before a count of units that make a past of it, as in "hace 3 días".
const BEFORE: &[&str] = &["a", "vor", "hace", "há", "πριν", "před"];
/// The same where "a day" has no article and "two days" no number.
const BEFORE_BARE: &[&str] = &["منذ", "לפני"];
/// What a single unit is counted by.
const ONE: &[&str] = &["un", "une", "una", "einem", "einer", "um", "uma", "μία", "ένα"];
/// How words for units of time begin, in the languages of the words above.
const UNITS: &[&str] = &[
    "second",
    "minut",
    "hour",
    "day",
    "week",
    "month",
    "year",
    "heure",
    "jour",
    "semaine",
    "mois",
    "an",
    "sekund",
    "stunde",
    "tag",
    "woche",
    "monat",
    "jahr",
    "segundo",
    "hora",
    "día",
    "semana",
    "mes",
    "año",
    "ore",
    "ora",
    "giorn",
    "settiman",
    "mese",
    "mesi",
    "dia",
    "mês",
    "dag",
    "maand",
    "jaar",
    "timm",
    "vecka",
    "veckor",
    "månad",
    "år",
    "uge",
    "måned",
    "tunti",
    "päiv",
    "viikko",
    "kuukau",
    "vuosi",
    "godzin",
    "dni",
    "dzie",
    "tydzień",
    "tygodni",
    "miesi",
    "lat",
    "rok",
    "час",
    "минут",
    "день",
    "дня",
    "дней",
    "недел",
    "месяц",
    "год",
    "лет",
    "дні",
    "gün",
    "saat",
    "dakika",
    "hafta",
    "ay",
    "yıl",
    "hari",
    "jam",
    "minggu",
    "bulan",
    "tahun",
    "ngày",
    "giờ",
    "tuần",
    "tháng",
    "năm",
    "ημέρ",
    "ώρ",
    "λεπτ",
    "εβδομ",
    "μήν",
    "χρόν",
    "dny",
    "hodin",
    "týd",
    "měs",
    "يوم",
    "أيام",
    "ساع",
    "دقيق",
    "دقائق",
    "أسبوع",
    "أسابيع",
    "شهر",
    "أشهر",
    "سن",
    "שנ",
    "יום",
    "ימים",
    "שעה",
    "שעות",
    "שבוע",
    "חודש",
    "दिन",
    "घंट",
    "सप्ताह",
    "मही",
    "วัน",
    "ชั่วโมง",
    "เดือน",
    "ปี",
];
/// How a count of units ends that stands right before 前 or 전.
const DENSE_UNITS: &[&str] = &[
    "秒", "分", "分钟", "分鐘", "时", "時", "小时", "小時", "時間", "天", "日", "周", "週", "週間", "月",
    "个月", "個月", "か月", "ヶ月", "年", "초", "분", "시간", "일", "주", "개월", "년",
];
/// Days told by a word of their own.
const DAYS: &[&str] = &[
    "today",
    "yesterday",
    "aujourd'hui",
    "hier",
    "heute",
    "gestern",
    "hoy",
    "ayer",
    "oggi",
    "ieri",
    "hoje",
    "ontem",
    "vandaag",
    "gisteren",
    "idag",
    "igår",
    "dzisiaj",
    "wczoraj",
    "сегодня",
    "вчера",
    "сьогодні",
    "вчора",
    "bugün",
    "dün",
    "kemarin",
    "اليوم",
    "أمس",
    "היום",
    "אתמול",
    "आज",
];
const DENSE_DAYS: &[&str] = &["今日", "昨日", "今天", "昨天", "오늘", "어제", "วันนี้", "เมื่อวาน"];

/// Whether a short text only tells a time relative to now. A sentence that counts days ("3 days before …",
/// "解約は7日前までに") is a clause, and none of these.
///
/// The words are those of CLDR's relative time patterns for the past (Unicode CLDR, `dateFields`), in the languages
/// with most pages on the web.
pub(super) fn tells_relative_time(text: &str) -> bool {
    if text.len() > LONGEST || text.ends_with(['。', '！', '？', ';', '；']) {
        return false;
    }
    let lower = text.to_lowercase().replace('’', "'").replace(['.', ',', ':', '(', ')', '·', '•', '|'], " ");
    let words: Vec<&str> = lower.split_whitespace().collect();
    if text.ends_with(['.', '!', '?']) && words.len() > 5 {
        return false;
    }
    let names_day = words.iter().any(|w| DAYS.contains(w))
        || lower.contains("just now")
        || DENSE_DAYS.iter().any(|d| lower.contains(d));
    (words.len() <= 4 && names_day)
        || (0..words.len()).any(|i| is_counted(&words, i))
        || lower.match_indices(['前', '전']).any(|(at, sign)| is_densely_counted(&lower, at, sign))
}

/// Whether the word at `at` makes a past of the units beside it.
fn is_counted(words: &[&str], at: usize) -> bool {
    let is_unit = |word: &&str| UNITS.iter().any(|unit| word.starts_with(unit));
    let is_count = |word: &&str| word.contains(char::is_numeric) || ONE.contains(word);
    let (before, word, after) = (&words[..at], words[at], &words[at + 1..]);
    let next = &after[..after.len().min(3)];
    if AFTER.contains(&word) {
        return after.len() <= 2 && before.iter().rev().take(2).any(is_unit);
    }
    if BEFORE_BARE.contains(&word) {
        return next.iter().take(2).any(is_unit);
    }
    // "a" is the end of "il y a".
    let is_whole = word != "a" || before.ends_with(&["il", "y"]);
    BEFORE.contains(&word)
        && is_whole
        && next.iter().take(2).any(is_count)
        && next.iter().skip(1).any(is_unit)
}

/// Whether the sign at `at` makes a past of the count before it, and little follows.
fn is_densely_counted(text: &str, at: usize, sign: &str) -> bool {
    let (before, after) = (text[..at].trim_end(), text[at + sign.len()..].trim_start());
    let count =
        |unit: &str| before.strip_suffix(unit).is_some_and(|b| b.trim_end().ends_with(char::is_numeric));
    // "Until 7 days before" is a deadline.
    let is_deadline = after.starts_with(['ま', '까', '迄', '及', '或', '、', '，']);
    DENSE_UNITS.iter().any(|unit| count(unit)) && !is_deadline && after.chars().count() <= 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_times_are_known_in_many_languages() {
        for text in [
            "Updated over 3 weeks ago",
            "Updated 3 days ago.",
            "Mis à jour il y a 2 jours",
            "Vor 3 Tagen aktualisiert",
            "Vor einer Woche",
            "Actualizado hace una semana",
            "Aggiornato 3 giorni fa",
            "3 日前に更新",
            "更新于 2 天前",
            "3일 전",
            "Обновлено 2 дня назад",
            "منذ 3 أيام",
            "تم التحديث منذ يومين",
            "Há 2 dias",
            "2 gün önce güncellendi",
            "Updated yesterday",
        ] {
            assert!(tells_relative_time(text), "{text}");
        }
    }

    #[test]
    fn dates_and_deadlines_are_no_relative_times() {
        for text in [
            "Last updated: May 1, 2025",
            "Effective 2025-05-01",
            "We may suspend you.",
            "Zuletzt geändert am 1. Mai 2025",
            "Kündigung bitte 14 Tage vor Monatsende.",
            "14 Tage vor Monatsende",
            "Kündigung vor Ablauf von 14 Tagen",
            "解約は更新日の7日前までに行ってください。",
            "7日前まで",
            "请在到期 7 天前续费。",
            "해지는 갱신일 7일 전까지",
            "We keep logs for a day or a month",
            "Avertir 30 jours avant la fin",
        ] {
            assert!(!tells_relative_time(text), "{text}");
        }
    }
}
