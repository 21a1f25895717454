//! The names of months, in eleven languages.
//!
//! Names and abbreviations are those of Unicode CLDR (`months`, wide and abbreviated), and for Arabic those of
//! Egypt, the Levant and the Maghreb. No name means different months in two of these languages. They are written
//! without accents; `_` stands for a space.

/// The names of each month, with a space between them.
pub const MONTHS: [&str; 12] = [
    "january janvier januar janner enero gennaio janeiro januari jan janv ene gen يناير جانفي كانون_الثاني",
    "february fevrier februar feber febrero febbraio fevereiro februari feb fevr febr fev فبراير فيفري شباط",
    "march mars marz maerz marzo marco maart mar mrz mrt مارس آذار",
    "april avril abril aprile apr avr abr أبريل أفريل نيسان إبريل",
    "may mai mayo maggio maio mei mag مايو ماي أيار",
    "june juin juni junio giugno junho jun giu يونيو يونيه جوان حزيران",
    "july juillet juli julio luglio julho jul juil lug يوليو يوليه يوليوز جويلية تموز",
    "august aout agosto augustus aug ago agt أغسطس أوت غشت آب",
    "september septembre septiembre setiembre settembre setembro sept sep set سبتمبر شتنبر أيلول",
    "october octobre oktober octubre ottobre outubro oct okt ott out أكتوبر تشرين_الأول",
    "november novembre noviembre novembro nov نوفمبر نونبر تشرين_الثاني",
    "december decembre dezember diciembre dicembre dezembro dec dez dic ديسمبر دجنبر كانون_الأول",
];

/// Any of the names as it may be written, accents and all, the longest first.
pub(super) fn pattern() -> String {
    let mut names: Vec<&str> = MONTHS.iter().flat_map(|names| names.split(' ')).collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.chars().count()));
    let accented = |name: &&str| -> String {
        name.chars()
            .map(|c| match c {
                'a' => "[aä]".to_owned(),
                'c' => "[cç]".to_owned(),
                'e' => "[eé]".to_owned(),
                'u' => "[uû]".to_owned(),
                '_' => r"\s".to_owned(),
                c => c.to_string(),
            })
            .collect()
    };
    names.iter().map(accented).collect::<Vec<_>>().join("|")
}
