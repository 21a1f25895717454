use super::*;

fn shown(before: &str, after: &str, language: &str) -> String {
    let change =
        |c: &FactChange| format!("{} -{} +{}", c.kind.name(), c.removed.join("|"), c.added.join("|"));
    changes(before, after, language).iter().map(change).collect::<Vec<_>>().join("; ")
}

#[test]
fn what_matters_in_changed_words_is_found() {
    for (before, after, found) in [
        ("within 30 days", "within 14 days", "number -30 +14"),
        ("We will train on your data.", "We will not train on your data.", "negation - +not"),
        ("with notice to you", "without notice to you", "negation - +without"),
        ("You can't share your keys.", "You can share your keys.", "negation -can't +"),
        ("Fees are $1,000 a month.", "Fees are $1,200.50 a month.", "amount -$1,000 +$1,200.50"),
        ("a cap of 100 dollars", "a cap of 50 dollars", "amount -100 dollars +50 dollars"),
        ("a cap of EUR 2 million", "a cap of EUR 3 million", "amount -EUR 2 million +EUR 3 million"),
        ("interest of 1.5 % a month", "interest of 2 % a month", "percentage -1.5 % +2 %"),
        (
            "interest of five percent or 5 percent",
            "interest of 6 percent",
            "percentage -5 percent +6 percent; number -five +",
        ),
        ("Effective March 1, 2026", "Effective May 4, 2026", "date -March 1, 2026 +May 4, 2026"),
        ("from 2026-03-01 on", "from 2026-05-04 on", "date -2026-03-01 +2026-05-04"),
        ("in France and Iceland", "in France and the UK", "place -Iceland +UK"),
        ("in the United Kingdom", "in the UK", ""),
        ("laws of Delaware", "laws of California", "place -Delaware +California"),
        ("the New Jersey office", "the Jersey office", "place -New Jersey +Jersey"),
        ("CONTACT US NOW", "CONTACT THEM NOW", ""),
        // One of two like sentences is gone: what it says isn't.
        (
            "On it: if you are Free:\nWe do not train.\nPro:\nWe do not train.",
            "If you are Free or Pro:\nWe do not train.",
            "",
        ),
        ("v1.5 and 30 more", "30 more and v1.5", ""),
        // Six other languages.
        ("mit einer Frist von 30 Tagen", "mit einer Frist von 14 Tagen", "number -30 +14"),
        (
            "Wir geben die Daten weiter, und zwar an Dritte.",
            "Wir geben die Daten nicht weiter.",
            "negation - +nicht",
        ),
        (
            "gültig ab 1. März 2026 für die Schweiz",
            "gültig ab 4. Mai 2026 für Österreich",
            "date -1. März 2026 +4. Mai 2026; place -Schweiz +Österreich",
        ),
        (
            "Nous ne vendons pas vos données et les gardons.",
            "Nous vendons vos données et les gardons.",
            "negation -ne|pas +",
        ),
        ("à compter du 1er mars 2026", "à compter du 4 août 2026", "date -1er mars 2026 +4 août 2026"),
        ("No vendemos los datos de usted.", "Vendemos los datos de usted.", "negation -No +"),
        ("el 1 de marzo de 2026", "el 4 de mayo de 2026", "date -1 de marzo de 2026 +4 de mayo de 2026"),
        ("Non vendiamo i dati che lei ci dà.", "Vendiamo i dati che lei ci dà.", "negation -Non +"),
        (
            "第三者に提供します。料金は1,000円です。",
            "第三者に提供しません。料金は1,200円です。",
            "negation - +ません; amount -1,000円 +1,200円",
        ),
        (
            "我们会出售您的数据，自2026年3月1日起。",
            "我们不会出售您的数据，自2026年5月4日起。",
            "negation - +不; date -2026年3月1日 +2026年5月4日",
        ),
        ("يحق لنا إيقاف الحساب في الإمارات", "لا يحق لنا إيقاف الحساب في قطر", "negation - +لا; place - +قطر"),
    ] {
        assert_eq!(shown(before, after, ""), found, "{before} → {after}");
    }
}

#[test]
fn another_way_to_say_the_same_is_no_change() {
    for (before, after, found) in [
        ("for a period of TWELVE months or less", "for a period of 12 months or less", ""),
        ("We give you sixty (60) days of notice.", "We give you 60 days of notice.", ""),
        ("We give you thirty (30) days of notice.", "We give you sixty (60) days.", "number -30 +60"),
        (
            "We give you thirty days for it.",
            "We give you forty-five days for it.",
            "number -thirty +forty-five",
        ),
        ("We keep it for twenty four months.", "We keep it for 24 months.", ""),
        ("for the fees of twelve months", "for the fees of 6 months", "number -twelve +6"),
        ("eine Frist von vierzehn Tagen und mehr", "eine Frist von 14 Tagen und mehr", ""),
        ("de quatre-vingt-dix jours et de dix-sept mois", "de 90 jours et de 17 mois", ""),
        ("el plazo de treinta y los días", "el plazo de 15 y los días", "number -treinta +15"),
        // Where a text names a part of itself.
        ("as set out in Section 4.2 of the terms", "as set out in Section 5.2 of the terms", ""),
        ("under Sections 4(a) and 7.1 you have 30 days", "under Sections 5(a) and 8.1 you have 30 days", ""),
        ("under Section 4, 30 days of notice", "under Section 5, 14 days of notice", "number -30 +14"),
        ("gemäß Abschnitt 4 und § 12", "gemäß Abschnitt 5 und § 13", ""),
        ("第3条に従い、14日以内に", "第4条に従い、30日以内に", "number -14 +30"),
        // Forms of one negation.
        ("If you are unable to pay, tell us.", "If you cannot pay, tell us.", ""),
        ("You do not own it and you can't sell it.", "You don't own it and you cannot sell it.", ""),
        ("We are unable to refund it to you.", "We are able to refund it to you.", "negation -unable +"),
        (
            "Es gibt keine Erstattung und wir zahlen den Rest.",
            "Es gibt keinerlei Geld und wir zahlen.",
            "negation -keine +",
        ),
    ] {
        assert_eq!(shown(before, after, ""), found, "{before} → {after}");
    }
}

#[test]
fn the_same_letters_are_another_word_elsewhere() {
    assert_eq!(shown("no prazo de 30 dias", "o prazo de 30 dias", "pt"), "");
    assert_eq!(shown("no later than", "later than", "en"), "negation -no +");
}

#[test]
fn facts_do_not_overlap() {
    let text = "Not before March 1, 2026 in New York, $5, 7 %, 30";
    let facts = marked(text, Some("en"));
    assert!(facts.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start), "{facts:?}");
    assert_eq!(facts.len(), 6, "{facts:?}");
}

proptest::proptest! {
    #[test]
    fn any_text_is_read(before in ".{0,60}", after in "([0-9$%., ]|March|not|UK|年){0,30}") {
        changes(&before, &after, "en");
        proptest::prop_assert!(changes(&after, &after, "en").is_empty());
    }
}
