use super::*;
use crate::diff::compare;
use crate::model::{Clause, Kind, SeverityRule};

/// A text of lines: `# ` and `## ` begin headings, `- ` items.
fn text(lines: &str) -> Text {
    let clause = |line: &str| match line.split_once(' ') {
        Some(("#", rest)) => Clause::heading(1, rest),
        Some(("##", rest)) => Clause::heading(2, rest),
        Some(("-", rest)) => Clause::new(Kind::Item(1), rest),
        _ => Clause::paragraph(line),
    };
    let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
    Text { clauses: lines.map(clause).collect(), ..Text::default() }
}

fn assessed_with(before: &str, after: &str, rules: &TopicRules) -> Assessment {
    let (before, after) = (text(before), text(after));
    assess(&before, &after, &compare(&before, &after), rules)
}

fn assessed(before: &str, after: &str) -> Assessment {
    assessed_with(before, after, &TopicRules::default())
}

/// An assessment as lines.
fn told(before: &str, after: &str) -> String {
    let assessment = assessed(before, after);
    assert_eq!(assessment.reasons.len(), 1 + assessment.topics.len());
    assessment.reasons.join("\n")
}

#[test]
fn words_and_headings_say_what_a_change_is_about() {
    let before =
        "# Terms\n## 5. Suspension and termination\nWe may suspend your account with 30 days' notice.";
    let after = "# Terms\n## 5. Suspension and termination\nWe may suspend your account without notice.";
    insta::assert_snapshot!(told(before, after), @"
    critical: 1 clause about suspension and termination reworded
    suspension_termination: under “5. Suspension and termination”; words: without notice, suspend
    changes_notice: words: days' notice, notice
    ");
    let before = "# Policy\n## Supported countries and regions\n- Canada\n- Iceland\n- Japan";
    let after = "# Policy\n## Supported countries and regions\n- Canada\n- Japan";
    insta::assert_snapshot!(told(before, after), @"
    critical: 1 clause about countries and regions removed
    geography: under “Supported countries and regions”
    ");
    let before = "# Terms\n## Fees\nYou pay ten dollars a month.\n## Data\nWe keep logs.";
    let after = "# Terms\n## Fees\nYou pay twenty dollars a month.\n## Data\nWe keep logs.";
    insta::assert_snapshot!(told(before, after), @"
    major: 1 clause about payment reworded
    payment: under “Fees”; words: pay
    ");
    let before = "# Terms\nWelcome to our place, where cats are kept.";
    let after = "# Terms\nWelcome to our place, where dogs are kept.";
    insta::assert_snapshot!(told(before, after), @"
    major: words with a meaning changed
    other: none of the words of a topic
    ");
}

#[test]
fn the_reason_says_what_became_of_clauses_about_what_and_no_more() {
    let terms =
        |rules: &str| format!("# Terms\n## Suspension\n{rules}\n## Fees\nYou pay us monthly, by card.");
    let harsh = "We may suspend your account at once.";
    let mild = "We may suspend your account only after 30 days.";
    let (other, strike) =
        ("We terminate accounts of minors.", "After three strikes we terminate your account.");
    for (before, after, why) in [
        (harsh.to_owned(), mild.to_owned(), "1 clause about suspension and termination reworded"),
        (mild.to_owned(), harsh.to_owned(), "1 clause about suspension and termination reworded"),
        (harsh.to_owned(), format!("{harsh}\n{strike}"), "1 clause about suspension and termination added"),
        (
            format!("{harsh}\n{other}"),
            format!("{mild}\n{strike}\nYou can appeal against it by letter."),
            "1 clause about suspension and termination reworded, 1 added, 1 removed",
        ),
    ] {
        let reasons = assessed(&terms(&before), &terms(&after)).reasons;
        assert!(reasons[0].starts_with(&format!("critical: {why}")), "{reasons:?}");
    }
}

#[test]
fn the_words_a_clause_begins_with_are_its_heading() {
    let clause = |part: &str| {
        format!(
            "# Terms\n## General\nLate payments: what is owed grows by a {part} of it each month, at most."
        )
    };
    insta::assert_snapshot!(told(&clause("tenth"), &clause("fifth")), @"
    major: words with a meaning changed
    payment: under “Late payments”; words: late payments, payments
    ");
    // A sentence of its own is no heading.
    let clause = |part: &str| {
        format!(
            "# Terms\n## General\nPlease do read the part about late payments here first. It says {part} about them."
        )
    };
    assert!(!assessed(&clause("much"), &clause("little")).reasons.join(" ").contains("under “Please"));
}

#[test]
fn what_is_only_mentioned_in_a_clause_is_not_what_it_is_about() {
    let terms = |rules: &str| {
        format!("# Terms\n## Prohibited uses\nBe kind to each other, here as elsewhere.\n{rules}")
    };
    let rules = "You may not scrape, spam, harass or reverse engineer, and what is illegal we terminate.";
    assert_eq!(assessed(&terms(""), &terms(rules)).topics, [Topic::AcceptableUse]);
    let rules = "You may not scrape. We terminate or suspend an account that does.";
    let topics = assessed(&terms(""), &terms(rules)).topics;
    assert!(topics.contains(&Topic::SuspensionTermination), "{topics:?}");
}

#[test]
fn an_address_at_the_end_of_a_sentence_is_the_same_address() {
    let terms = |end: &str| format!("# Terms\nYou may pay the fees by card; or ask legal@acme.example{end}");
    for end in [" for other ways to pay the fees.", ". There are other ways to pay the fees."] {
        let assessment = assessed(&terms("."), &terms(end));
        assert!(!assessment.topics.contains(&Topic::ContactEntity), "{end}: {:?}", assessment.reasons);
    }
}

#[test]
fn a_short_entry_is_about_what_its_list_is_about() {
    let list = |entry: &str| format!("# Acme\n## Sub-processors\n- Larkwing Hosting, Iceland\n{entry}");
    let first = |before: &str, after: &str| {
        let assessment = assessed(&list(before), &list(after));
        assessment.topics.into_iter().next()
    };
    assert_eq!(first("", "- Other Inn: detection of fraud"), Some(Topic::DataUse));
    // What stands before the colon of a row is no heading.
    let row = |name: &str| {
        format!(
            "- Other Inn • Billing, Iceland Products: One, Two and {name}, and whatever else comes to be made"
        )
    };
    assert_eq!(first(&row("Three"), &row("Four")), Some(Topic::DataUse));
    // A sentence says itself what it is about.
    assert_eq!(first("", "You may not try to defraud them."), Some(Topic::AcceptableUse));
}

#[test]
fn what_is_said_about_a_link_is_no_news() {
    let terms = |note: &str| {
        format!(
            "# Terms\nThe supported countries are listed at https://acme.example/countries{note}, and so on."
        )
    };
    for note in ["(opens in a new window)", " (Opens in a new tab)", " (s’ouvre dans un nouvel onglet)"] {
        let assessment = assessed(&terms(""), &terms(note));
        assert_eq!((assessment.topics, assessment.severity), (vec![], Severity::Minor), "{note}");
    }
    let assessment = assessed(&terms(""), &terms(" and in a new window"));
    assert_eq!(assessment.severity, Severity::Major, "{:?}", assessment.reasons);
}

#[test]
fn numbering_that_became_part_of_the_words_is_no_news() {
    let rule = "We may suspend your account after a warning.";
    let numbered = Clause { mark: "1.1".to_owned(), ..Clause::paragraph(rule) };
    let typed = Clause::new(Kind::Item(1), format!("1.1 {rule}"));
    let [numbered, typed] = [numbered, typed].map(|clause| Text { clauses: vec![clause], ..Text::default() });
    for (before, after) in [(&numbered, &typed), (&typed, &numbered)] {
        let assessment = assess(before, after, &compare(before, after), &TopicRules::default());
        assert_eq!((assessment.topics, assessment.severity), (vec![], Severity::Minor));
    }
}

#[test]
fn a_country_that_is_gone_is_told_however_much_else_changed() {
    let terms = |countries: &str, rules: &str| {
        format!("# Policy\n## Supported countries and regions\n{countries}\n## Fees\n{rules}")
    };
    let rules =
        "You pay the fees that the order form names, by card, within 30 days of the invoice.\n".repeat(9);
    let before = terms("- Canada\n- Iceland\n- Japan", "You pay once.");
    let assessment = assessed(&before, &terms("- Canada\n- Japan", &format!("You pay once.\n{rules}")));
    assert_eq!(assessment.topics, [Topic::Payment, Topic::Geography], "{:?}", assessment.reasons);
    assert_eq!(assessment.severity, Severity::Critical);
    // What else stands there is a matter of its share.
    let before = terms("- Canada\n- Japan\n- Our offices", "You pay once.");
    let assessment = assessed(&before, &terms("- Canada\n- Japan", &format!("You pay once.\n{rules}")));
    assert_eq!(assessment.topics, [Topic::Payment], "{:?}", assessment.reasons);
}

#[test]
fn a_section_about_the_account_is_told_in_whatever_is_rewritten() {
    let filler = |about: &str, n: usize| {
        (0..n).map(|i| format!("{} Rule {i} says so.\n", about.repeat(8))).collect::<String>()
    };
    let fees = filler("You pay the fees that the invoice names for the month that is past. ", 30);
    let rule = filler("We suspend or terminate an account that breaks the rules of this page. ", 4);
    let before = "# Terms\nBe kind to each other, here as elsewhere.";
    let with = |heading: &str, rules: &str| format!("{before}\n## Fees\n{fees}## {heading}\n{rules}");
    let topics = |after: &str| assessed(before, after).topics;
    assert_eq!(topics(&with("Suspension", &rule)), [Topic::Payment, Topic::SuspensionTermination]);
    assert_eq!(topics(&with("Other rules", "We may suspend it.")), [Topic::Payment]);
}

#[test]
fn a_rewritten_document_is_as_serious_as_its_sections_and_about_its_main_topics() {
    let pages = |about: &str, n: usize| {
        (0..n).map(|i| format!("{} Rule {i} says so.\n", about.repeat(8))).collect::<String>()
    };
    let before = "# Terms\nBe kind to each other, here as elsewhere.";
    let after = |suspension: usize| {
        let fees = pages("You pay the fees that the invoice names for the month that is past. ", 60);
        let rules =
            pages("We suspend or terminate an account that breaks the rules of this page. ", suspension);
        format!("{before}\n## Fees\n{fees}## Suspension\n{rules}")
    };
    let assessment = assessed(before, &after(4));
    assert_eq!(assessment.topics, [Topic::Payment]);
    assert_eq!(assessment.severity, Severity::Critical);
    assert!(assessment.reasons[0].contains("about suspension and termination"), "{:?}", assessment.reasons);
    assert_eq!(assessed(before, &after(25)).topics, [Topic::Payment, Topic::SuspensionTermination]);
}

#[test]
fn a_rule_that_changes_beside_what_follows_for_the_account_is_about_both() {
    let terms = |rule: &str| {
        format!("# Terms\n## Prohibited uses\nNo spam, no malware and no phishing, please. {rule}")
    };
    let both: &[Topic] = &[Topic::AcceptableUse, Topic::SuspensionTermination];
    for (before, after, topics) in [
        (
            "Scraping or harassment of a kind that is serious leads to account suspension.",
            "Scraping or harassment of any kind leads to account suspension.",
            both,
        ),
        // Another sentence of the clause says so.
        (
            "Scraping of a kind that is serious is harassment. It leads to account suspension.",
            "Scraping of any kind is harassment. It leads to account suspension.",
            &both[..1],
        ),
    ] {
        let assessment = assessed(&terms(before), &terms(after));
        assert_eq!(assessment.topics, topics, "{after}: {:?}", assessment.reasons);
    }
}

#[test]
fn what_says_nothing_new_is_minor() {
    let body = "We may suspend your account. You pay the fees that the order form names.";
    for (before, after, why) in [
        (format!("# T\n{body}"), format!("# T\n“{body}”"), "only typography, numbering and headings changed"),
        (
            format!("# T\nA second clause of five words.\n{body}"),
            format!("# T\n{body}\nA second clause of five words."),
            "clauses only moved",
        ),
        (
            format!("# T\n## Our terms\n{body}"),
            format!("# T\n{body}"),
            "only typography, numbering and headings changed",
        ),
    ] {
        let assessment = assessed(&before, &after);
        assert_eq!(assessment.severity, Severity::Minor, "{after}");
        assert_eq!(assessment.reasons, [format!("minor: {why}")]);
    }
}

#[test]
fn dates_only_is_told_apart() {
    let terms = |line: &str| format!("# Terms\n{line}\nYou pay the fees within 30 days of the invoice.");
    for (before, after) in [
        ("Last updated: March 1, 2026", "Last updated: April 12th, 2026"),
        ("Effective 2026-03-01", "Effective 2026-04-12 (previous version)"),
        ("Stand: 1. März 2026", "Stand: 12. April 2026"),
        ("Dernière mise à jour : 1er mars 2026", "Dernière mise à jour : 12 avril 2026"),
        ("Última actualización: 1 de marzo de 2026", "Última actualización: 12 de abril de 2026"),
        ("最終更新日：2026年3月1日", "最終更新日：2026年4月12日"),
        ("更新日期：2026年3月1日", "更新日期：2026年4月12日"),
        ("آخر تحديث: 1 مارس 2026", "آخر تحديث: ١٢ أبريل ٢٠٢٦"),
        ("Version 2.1, 03/01/2026", "Version 2.2, 04/12/2026"),
    ] {
        let assessment = assessed(&terms(before), &terms(after));
        assert_eq!(assessment.topics, [Topic::DatesOnly], "{before}: {:?}", assessment.reasons);
        assert_eq!(assessment.severity, Severity::Minor);
    }
    let sentence = |day: &str| terms(&format!("Accounts opened before {day} keep their credits."));
    let assessment = assessed(&sentence("March 1, 2026"), &sentence("April 12, 2026"));
    assert_eq!((assessment.topics, assessment.severity), (vec![Topic::DatesOnly], Severity::Major));
    let assessment = assessed(&terms("Last updated: March 1, 2026"), &terms("Last updated: 1 March 2026"));
    assert_eq!((assessment.topics, assessment.severity), (vec![], Severity::Minor));
}

#[test]
fn a_number_is_no_date() {
    let before = "# Fees\nYou may pay 30 of them in March at 1.5 dollars.";
    let after = "# Fees\nYou may pay 31 of them in March at 1.7 dollars.";
    assert_eq!(assessed(before, after).topics, [Topic::Payment]);
}

#[test]
fn a_name_that_is_replaced_throughout_is_told_once() {
    let terms = |name: &str| {
        (1..6)
            .map(|n| format!("Clause {n} is about what privacy and fees {name} has in case {n}.\n"))
            .collect::<String>()
    };
    let assessment = assessed(&terms("Team"), &terms("Business"));
    assert_eq!(
        assessment.reasons,
        ["major: something has another name throughout", "other: renamed 5 times: “team” is now “business”"]
    );
    // What else changed has to weigh as much to be told.
    let fees = |who: &str, fee: &str| {
        format!(
            "{}{who} is what it is called here, and it pays for all of it, in advance, {fee}.",
            terms(who)
        )
    };
    let assessment = assessed(&fees("Team", "a fee"), &fees("Business", "a price"));
    assert_eq!(assessment.topics, [Topic::Other], "{:?}", assessment.reasons);
    let more =
        "You pay the price that the invoice names, by card, within 30 days of it, at the latest, and no tax.";
    let assessment = assessed(&terms("Team"), &format!("{}{more}", terms("Business")));
    assert_eq!(assessment.topics, [Topic::Payment, Topic::Other], "{:?}", assessment.reasons);
}

#[test]
fn own_topics_and_severities_count() {
    let rules = TopicRules {
        topics: vec![("seats".parse().unwrap(), vec!["seat*".to_owned()])],
        severities: vec![SeverityRule {
            severity: Severity::Critical,
            topics: vec!["seats".parse().unwrap()],
            words: vec!["guest".to_owned()],
        }],
    };
    let guest = assessed_with("You have five seats.", "You have four seats, and a guest.", &rules);
    assert_eq!(guest.topics, ["seats".parse().unwrap()]);
    assert_eq!(
        guest.reasons,
        [
            "critical: a rule of your own for seats and for the word “guest”",
            "seats: words of your own: seat*"
        ]
    );
    let none = assessed_with("You have five seats.", "You have four seats, and a guess.", &rules);
    assert_eq!(none.severity, Severity::Major);
}

#[test]
fn policies_are_understood_in_seven_languages() {
    use Topic::*;
    let cases: [(&str, [(&str, Topic); 4]); 7] = [
        (
            "We keep this page for you and for your team. ",
            [
                ("We may terminate your account without notice.", SuspensionTermination),
                ("You must be at least 18 years old to create an account.", Verification),
                ("Invoices are due within 14 days; late payments bear interest.", Payment),
                ("We use your conversations to train our models unless you opt out.", DataUse),
            ],
        ),
        (
            "Diese Seite ist für Sie und für Ihr Team. ",
            [
                ("Wir können Ihr Konto ohne Vorankündigung sperren oder kündigen.", SuspensionTermination),
                ("Sie müssen das 18. Lebensjahr vollendet haben.", Verification),
                ("Die Gebühren sind mit Erhalt der Rechnung fällig.", Payment),
                ("Wir verarbeiten personenbezogene Daten zum Training unserer Modelle.", DataUse),
            ],
        ),
        (
            "Cette page est pour vous et pour votre équipe. ",
            [
                ("Nous pouvons suspendre ou résilier votre compte sans préavis.", SuspensionTermination),
                ("Vous devez être âgé de 18 ans ou plus pour créer un compte.", Verification),
                ("Les factures sont payables à réception, sans remboursement.", Payment),
                ("Nous conservons vos données personnelles pour entraîner nos modèles.", DataUse),
            ],
        ),
        (
            "Esta página es para usted y para su equipo. ",
            [
                ("Podemos suspender o cancelar su cuenta sin previo aviso.", SuspensionTermination),
                ("Debe ser mayor de edad para crear una cuenta.", Verification),
                ("Los pagos no son reembolsables y los precios no incluyen impuestos.", Payment),
                ("Conservamos sus datos personales para entrenar nuestros modelos.", DataUse),
            ],
        ),
        (
            "このページはお客様とチームのためのものです。",
            [
                (
                    "当社は、事前の通知なくアカウントを停止し、本契約を解除することができます。",
                    SuspensionTermination,
                ),
                ("未成年の方は、親権者の同意を得て本人確認を受ける必要があります。", Verification),
                ("利用料は請求書の日付から支払うものとし、返金は行いません。", Payment),
                ("お客様の個人情報をモデルの学習に使用し、第三者に提供します。", DataUse),
            ],
        ),
        (
            "本页面是为您和您的团队提供的。",
            [
                ("我们有权不经通知立即暂停或终止您的账号。", SuspensionTermination),
                ("您须年满18周岁并完成实名认证。", Verification),
                ("费用应在收到发票后支付，概不退款。", Payment),
                ("我们会收集您的个人信息并用于训练模型。", DataUse),
            ],
        ),
        (
            "هذه الصفحة لك ولفريقك في كل مكان. ",
            [
                ("يجوز لنا تعليق حسابك أو إنهاء الخدمة بدون إشعار مسبق.", SuspensionTermination),
                ("يجب ألا تكون من القاصرين وأن يتم التحقق من هويتك.", Verification),
                ("تستحق الرسوم عند استلام الفاتورة ولا يتم استرداد المدفوعات.", Payment),
                ("نجمع بياناتك ونستخدم المعلومات الشخصية لتدريب نماذجنا.", DataUse),
            ],
        ),
    ];
    for (page, clauses) in cases {
        for (clause, topic) in clauses {
            let assessment = assessed(&format!("{page}\n"), &format!("{page}\n{clause}"));
            assert_eq!(assessment.topics.first(), Some(&topic), "{clause} {:?}", assessment.reasons);
            let grave = if topic.is_critical() { Severity::Critical } else { Severity::Major };
            assert!(assessment.severity >= grave, "{clause}");
        }
    }
}

#[test]
fn another_company_or_address_is_another_entity() {
    let with = |who: &str| {
        format!("# Terms\nThese terms are between you and {who}. You may use what we offer, and we are glad.")
    };
    for (before, after) in [
        ("Acme Labs Inc.", "Acme Inc."),
        ("Acme, L.L.C.", "Acme Holding, LLC"),
        ("us: legal@acme.example", "us: terms@acme.example"),
    ] {
        let assessment = assessed(&with(before), &with(after));
        assert_eq!(assessment.topics, [Topic::ContactEntity], "{after}: {:?}", assessment.reasons);
    }
}

#[test]
fn what_stands_elsewhere_in_the_text_is_no_news() {
    let edition = |day: &str, cap: &str| {
        format!(
            "## Effective {day}\nWe may suspend an account that breaks the rules of this agreement after a warning.\n\
                 Liability is limited to {cap} the amount that is at stake in the first claim of that kind.\n"
        )
    };
    let before = format!("# Legal\n{}", edition("March 1, 2026", "twice"));
    let after =
        format!("# Legal\n{}{}", edition("April 2, 2026", "three times"), edition("March 1, 2026", "twice"));
    let assessment = assessed(&before, &after);
    assert_eq!(assessment.topics, [Topic::Liability], "{:?}", assessment.reasons);
    assert_eq!(assessment.severity, Severity::Major);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
    #[test]
    fn no_text_is_too_strange(before in "(\\PC{0,40}\n){0,6}", after in "([ -~\u{600}-\u{6ff}ぁ-んー一-九0-9/.]{0,40}\n){0,6}") {
        let assessment = assessed(&before, &after);
        proptest::prop_assert_eq!(assessment.reasons.len(), 1 + assessment.topics.len());
    }
}
