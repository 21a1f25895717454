use insta::assert_snapshot;

use super::*;
use crate::diff::compare;
use crate::diff::sample::{USAGE_AFTER, USAGE_BEFORE, policy};
use crate::model::{Clause, Text};

const PLAIN: Terminal = Terminal { width: 80, color: false, context: 0 };

fn shown(before: &str, after: &str, how: &Terminal) -> String {
    let (before, after) = (policy(before), policy(after));
    terminal(&before, &after, &compare(&before, &after), how)
}

#[test]
fn a_policy_is_read_clause_by_clause() {
    assert_snapshot!(shown(USAGE_BEFORE, USAGE_AFTER, &PLAIN), @"
    Usage Policies
      ~ Effective: [-March 1-]{+May 4+}, 2026
        … 4 clauses unchanged

    Universal Policies
      > moved: Respect our safeguards.
        … 4 clauses unchanged

    Building with the API
      + • Verify your organization before you use models marked as advanced.

    Suspension
      ~ We may suspend or terminate your access to the Services at any time, [-with
        notice of at least 30 days where-]{+without notice unless+} the law requires
        it, if we believe that you have violated these policies, that your use poses
        a risk to us or to others, or that suspension is needed to comply with the
        law. … We [-will-]{+may+} tell you the reason unless the law forbids it.
          negation added: without, unless
          number removed: 30

    Suspension › Appeals
      ~ (a) You may appeal a suspension through the form in your account.
          - link https://example.com/appeal
          + link https://example.com/help/appeal
      + (b) Only the owner of an organization may appeal.
      ~ [-(b)-]{+(c)+} Appeals must be submitted within [-30-]{+14+} days of the
            notice.
      - (c) We will answer within 10 business days.
      + (d) Our decision on an appeal is final.
        … 3 clauses unchanged

    Supported countries
      - Hong Kong | yes | no
        … 2 clauses unchanged
    ");
}

#[test]
fn context_is_one_line_a_clause_and_long_clauses_wrap() {
    let how = Terminal { context: 1, width: 60, ..PLAIN };
    assert_snapshot!(shown(USAGE_BEFORE, USAGE_AFTER, &how), @"
    Usage Policies
      ~ Effective: [-March 1-]{+May 4+}, 2026
        We aim for our tools to be used safely and responsibly…
        … 2 clauses unchanged

    Universal Policies
        • Don’t use our service to harm yourself or others.
      > moved: Respect our safeguards.
        • Don’t repurpose or distribute output from our…
        … 2 clauses unchanged

    Building with the API
        • Don’t misuse our platform to cause harm.
      + • Verify your organization before you use models marked
          as advanced.

    Suspension
      ~ We may suspend or terminate your access to the Services
        at any time, [-with notice of at least 30 days
        where-]{+without notice unless+} the law requires it, if
        we believe that you have violated these policies, that
        your use poses a risk to us or to others, or that
        suspension is needed to comply with the law. … We
        [-will-]{+may+} tell you the reason unless the law
        forbids it.
          negation added: without, unless
          number removed: 30

    Suspension › Appeals
      ~ (a) You may appeal a suspension through the form in…
          - link https://example.com/appeal
          + link https://example.com/help/appeal
      + (b) Only the owner of an organization may appeal.
      ~ [-(b)-]{+(c)+} Appeals must be submitted within
            [-30-]{+14+} days of the notice.
      - (c) We will answer within 10 business days.
      + (d) Our decision on an appeal is final.
        … 2 clauses unchanged

    Supported countries
        France | yes | yes
      - Hong Kong | yes | no
        Iceland | yes | yes
        … 1 clause unchanged
    ");
}

#[test]
fn colours_end_with_each_line() {
    let before = "## Fees\n(a) You pay 10 dollars a month, in advance, by card.\nAll sales are final.";
    let after = "## Fees\n(a) You pay 12 dollars a month, in advance, by card.\nRefunds on request.";
    let how = Terminal { color: true, width: 40, ..PLAIN };
    let shown = shown(before, after, &how);
    for line in shown.lines() {
        assert!(!line.contains('\u{1b}') || line.rfind("\u{1b}[0m") == line.rfind('\u{1b}'), "{line:?}");
    }
    assert_snapshot!(shown.replace('\u{1b}', "␛"), @"
    ␛[1mFees␛[0m
    ␛[33m  ~ ␛[0m(a) You pay ␛[1m␛[9m␛[31m10␛[0m ␛[1m␛[4m␛[32m12␛[0m dollars a month,
            in advance, by card.
      ␛[31m- All sales are final.␛[0m
      ␛[32m+ Refunds on request.␛[0m
    ");
}

#[test]
fn new_sections_moved_sections_and_renumbering() {
    let before = "
        # Terms
        ## Fees
        You pay in advance.
        Prices may change with 30 days' notice.
        Taxes are extra and yours to pay.
        Late payments bear interest of one percent a month.
        Refunds are at our discretion.
        ## Disputes
        (1) Disputes go to arbitration.
        (2) There are no class actions.
        ## Contact
        Write to us.";
    let after = "
        # Terms
        ## Disputes
        (2) Disputes go to arbitration.
        (3) There are no class actions.
        ## Identity checks
        We may ask for a government document before you use the API.
        Refusal ends access within 24 hours.
        ## Contact
        Write to us.
        ## Fees
        You pay in advance.
        Prices may change with 30 days' notice.
        Taxes are extra and yours to pay.
        Late payments bear interest of one percent a month.
        Refunds are at our discretion.";
    assert_snapshot!(shown(before, after, &PLAIN), @"
    > moved: section “Disputes” with 2 clauses

    + Heading: Identity checks
    + We may ask for a government document before you use the API.
    + Refusal ends access within 24 hours.

    > moved: section “Contact” with 1 clause
      … 5 clauses unchanged
    ");
}

#[test]
fn wide_characters_wrap_by_their_width() {
    let before =
        "## 账户暂停\n如果我们认为您违反了本政策，我们可以在提前三十天通知的情况下暂停或终止您对服务的访问。";
    let after = "## 账户暂停\n如果我们认为您违反了本政策，我们可以在不通知的情况下暂停或终止您对服务的访问。";
    assert_snapshot!(shown(before, after, &Terminal { width: 40, ..PLAIN }), @"
    账户暂停
      ~ 如果我们认为您违反了本政策，我们可以
        在[-提前三十天-]{+不+}通知的情况下暂
        停或终止您对服务的访问。
    ");
}

#[test]
fn nothing_changed_shows_nothing() {
    assert_eq!(shown(USAGE_BEFORE, USAGE_BEFORE, &PLAIN), "");
    let text = policy(USAGE_BEFORE);
    let diff = compare(&text, &text);
    assert_eq!(markdown(&text, &text, &diff), "");
    assert_eq!(unified(&text, &text, ("a", "b"), 3), "");
    assert_eq!(html(&text, &text, &diff, &Html { styles: Styles::Sheet, context: 1, article: Some(1) }), "");
}

#[test]
fn a_hostile_page_acts_nowhere() {
    let evil = "\u{1b}[31mx\u{9b}2J \u{202e}<img src=x>\n[y](javascript:z)";
    let text = |first: &str| Text {
        clauses: vec![
            Clause::heading(2, format!("{first}{evil}")),
            Clause { mark: evil.into(), links: vec![format!("{first}{evil}")], ..Clause::paragraph(evil) },
            Clause::paragraph(format!("{first} {evil} and some more words of it")),
        ],
        ..Text::default()
    };
    let (before, after) = (text("one"), text("two"));
    let diff = compare(&before, &after);
    let plain = terminal(&before, &after, &diff, &Terminal { context: 2, ..PLAIN });
    let markdown = markdown(&before, &after, &diff);
    for shown in [&plain, &markdown, &unified(&before, &after, (evil, evil), 3)] {
        assert!(!shown.contains(['\u{1b}', '\u{9b}', '\u{202e}']), "{shown:?}");
    }
    for styles in [Styles::Sheet, Styles::Inline] {
        let page = html(&before, &after, &diff, &Html { styles, context: 2, article: None });
        assert!(!page.contains(['\u{1b}', '\u{9b}', '\u{202e}']) && !page.contains("<img"), "{page}");
        assert!(!page.contains("javascript:z\"") && !page.contains("<a"), "{page}");
    }
    assert!(!markdown.contains('<') && !markdown.replace("\\]", "").contains("]("), "{markdown}");
}

#[test]
fn a_patch_is_a_patch() {
    let before = policy("## Fees\n(a) You pay 10 dollars.\n(b) Monthly.");
    let after = policy("## Fees\n(a) You pay 12 dollars.\n(b) Monthly.");
    assert_snapshot!(unified(&before, &after, ("acme/terms@3", "acme/terms@4"), 1), @"
    --- acme/terms@3
    +++ acme/terms@4
    @@ -2,3 +2,3 @@
     
    -(a) You pay 10 dollars.
    +(a) You pay 12 dollars.
     (b) Monthly.
    ");
}

#[test]
fn markdown_is_a_list_under_headings() {
    let (before, after) = (policy(USAGE_BEFORE), policy(USAGE_AFTER));
    assert_snapshot!(markdown(&before, &after, &compare(&before, &after)), @r"
    **Usage Policies**

    - Reworded: Effective: ~~March 1~~ **May 4**, 2026

    **Universal Policies**

    - Moved: Respect our safeguards.

    **Building with the API**

    - Added: **Verify your organization before you use models marked as advanced.**

    **Suspension**

    - Reworded: We may suspend or terminate your access to the Services at any time, ~~with notice of at least 30 days where~~ **without notice unless** the law requires it, if we believe that you have violated these policies, that your use poses a risk to us or to others, or that suspension is needed to comply with the law. During a suspension you remain responsible for all fees and charges incurred up to the date of suspension, you may export your data for as long as we are legally able to keep it for you, and you may not create another account to get around the suspension. We ~~will~~ **may** tell you the reason unless the law forbids it.
      - negation added: without, unless
      - number removed: 30

    **Suspension › Appeals**

    - Added: (b) **Only the owner of an organization may appeal.**
    - Reworded: (c) Appeals must be submitted within ~~30~~ **14** days of the notice.
    - Removed: (c) ~~We will answer within 10 business days.~~
    - Added: (d) **Our decision on an appeal is final.**

    **Supported countries**

    - Removed: ~~Hong Kong \| yes \| no~~
    ");
}

#[test]
fn a_page_says_in_words_what_became_of_each_clause() {
    let before =
        "## Fees\n(a) You pay 10 dollars.\nlink: https://old\n(b) Monthly.\nAll sales are final.\nBye.";
    let after =
        "## Fees\n(a) You pay 12 dollars.\nlink: https://new\n(c) Monthly.\nRefunds on request.\nBye.";
    let (before, after) = (policy(before), policy(after));
    let diff = compare(&before, &after);
    let how = Html { styles: Styles::Sheet, context: 0, article: None };
    assert_snapshot!(html(&before, &after, &diff, &how), @r#"
    <div class="fp">
    <h2 class="fp-path">Fees</h2>
    <div class="fp-clause fp-reworded"><span class="fp-label">Reworded</span> <p class="fp-words" dir="auto">(a) You pay <del class="fp-del"><b class="fp-fact">10</b></del> <ins class="fp-add"><b class="fp-fact">12</b></ins> dollars.</p><p class="fp-note">No longer links to https://old</p>
    <p class="fp-note">Now links to https://new</p>
    </div>
    <p class="fp-note">… 1 clause unchanged, 1 renumbered</p>
    <div class="fp-clause fp-gone"><span class="fp-label">Removed</span> <p class="fp-words" dir="auto"><del class="fp-whole">All sales are final.</del></p></div>
    <div class="fp-clause fp-new"><span class="fp-label">Added</span> <p class="fp-words" dir="auto"><ins class="fp-whole">Refunds on request.</ins></p></div>
    <p class="fp-note">… 1 clause unchanged</p>
    </div>
    "#);
    let inline = html(&before, &after, &diff, &Html { styles: Styles::Inline, ..how });
    assert!(!inline.contains("class=") && inline.contains("line-through"), "{inline}");
}

#[test]
fn every_class_is_in_the_sheet() {
    let (before, after) = (policy(USAGE_BEFORE), policy(USAGE_AFTER));
    let page = html(
        &before,
        &after,
        &compare(&before, &after),
        &Html { styles: Styles::Sheet, context: 1, article: Some(1) },
    );
    let classes = page.split("class=\"").skip(1).filter_map(|rest| rest.split('"').next());
    for class in classes.flat_map(str::split_whitespace) {
        assert!(STYLE.contains(&format!(".{class} ")), "{class}");
    }
}

#[test]
fn json_has_stable_keys() {
    let before = policy("# Terms\n(a) You pay 10 dollars.\n(b) Monthly.\nBye.\nlink: https://old");
    let after = policy("# Terms\n(a) You pay 12 dollars.\n(c) Monthly.\nBye.\nlink: https://new");
    assert_snapshot!(format!("{:#}", json(&before, &after, &compare(&before, &after))), @r#"
    {
      "edits": [
        {
          "after": {
            "clause": 1,
            "mark": "(a)",
            "text": "You pay 12 dollars."
          },
          "before": {
            "clause": 1,
            "mark": "(a)",
            "text": "You pay 10 dollars."
          },
          "facts": [
            {
              "added": [
                "12 dollars"
              ],
              "kind": "amount",
              "removed": [
                "10 dollars"
              ]
            }
          ],
          "kind": "reworded",
          "path": [
            "Terms"
          ],
          "runs": [
            {
              "op": "kept",
              "text": "You pay "
            },
            {
              "op": "removed",
              "text": "10"
            },
            {
              "op": "added",
              "text": "12"
            },
            {
              "op": "kept",
              "text": " dollars."
            }
          ]
        },
        {
          "after": {
            "clause": 2,
            "mark": "(c)",
            "text": "Monthly."
          },
          "before": {
            "clause": 2,
            "mark": "(b)",
            "text": "Monthly."
          },
          "kind": "renumbered",
          "path": [
            "Terms"
          ]
        },
        {
          "after": {
            "clause": 3,
            "mark": "",
            "text": "Bye."
          },
          "before": {
            "clause": 3,
            "mark": "",
            "text": "Bye."
          },
          "kind": "relinked",
          "links": {
            "added": [
              "https://new"
            ],
            "removed": [
              "https://old"
            ]
          },
          "path": [
            "Terms"
          ]
        }
      ],
      "unchanged": 1,
      "words_added": 1,
      "words_removed": 1
    }
    "#);
}
