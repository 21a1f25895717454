//! The names of months, in the languages of [`super::super::words`].
//!
//! Names and abbreviations are those of Unicode CLDR (`months`, wide and abbreviated), and for Arabic those of
//! Egypt, the Levant and the Maghreb. No name means different months in two of these languages.

use super::super::fold;

const NAMES: [&str; 12] = [
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

/// Any of the names, the longest first.
pub(super) fn pattern() -> String {
    let mut names: Vec<String> = NAMES.iter().flat_map(|names| names.split(' ').map(folded)).collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.chars().count()));
    names.join("|").replace(' ', r"\ ")
}

/// The number of the month with this folded name.
pub(super) fn number(name: &str) -> Option<u32> {
    let month = NAMES.iter().position(|names| names.split(' ').any(|known| folded(known) == name))?;
    u32::try_from(month + 1).ok()
}

fn folded(name: &str) -> String {
    fold::text(&name.replace('_', " "))
}
