//! Mementos as they were captured, without what the archive adds to show them.

use url::Url;

/// The address of the raw memento, where a memento's address has the form of the Wayback Machine's and pywb's:
/// `…/20260301000000/https://…` becomes `…/20260301000000id_/https://…`.
pub fn raw(memento: &Url) -> Option<Url> {
    let text = memento.as_str();
    let from = text.len() - memento[url::Position::BeforePath..].len();
    let mut at = from;
    for segment in text[from..].split('/') {
        let end = at + segment.len();
        let is_time = segment.len() == 14 && segment.bytes().all(|b| b.is_ascii_digit());
        if is_time && (text[end..].starts_with("/http:/") || text[end..].starts_with("/https:/")) {
            return format!("{}id_{}", &text[..end], &text[end..]).parse().ok();
        }
        at = end + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_address_of_the_usual_form_has_a_raw_one() {
        let raw = |text: &str| raw(&text.parse().unwrap()).map(String::from);
        assert_eq!(
            raw("https://web.archive.org/web/20260301000000/https://acme.example/terms?v=1").as_deref(),
            Some("https://web.archive.org/web/20260301000000id_/https://acme.example/terms?v=1")
        );
        for other in [
            "https://web.archive.org/web/20260301000000id_/https://acme.example/terms",
            "https://archive.example/20260301/https://acme.example/",
            "https://archive.example/memento?at=20260301000000/https://acme.example/",
            "https://archive.example/20260301000000/ftp://acme.example/",
        ] {
            assert_eq!(raw(other), None, "{other}");
        }
    }
}
