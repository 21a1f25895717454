//! Policies for tests, written as people read them.

use crate::model::{Clause, Kind, Text};

/// A text of lines: `## heading`, `(a) item`, `- item`, `| row |`, `link: address of the clause above`; the
/// rest are paragraphs.
pub(crate) fn policy(lines: &str) -> Text {
    let mut text = Text::default();
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some(link) = line.strip_prefix("link: ") {
            text.clauses.last_mut().expect("a clause before its link").links.push(link.to_owned());
            continue;
        }
        text.clauses.push(clause(line));
    }
    text
}

fn clause(line: &str) -> Clause {
    let (mark, words) = line.split_once(' ').unwrap_or(("", line));
    let (kind, mark) = match mark {
        "-" => (Kind::Item(1), ""),
        "|" => return Clause::new(Kind::Row, words.trim_end_matches(" |")),
        _ if mark.starts_with('#') => (Kind::Heading(mark.len() as u8), ""),
        _ if mark.starts_with('(') && mark.ends_with(')') => (Kind::Item(1), mark),
        _ => return Clause::paragraph(line),
    };
    Clause { mark: mark.to_owned(), ..Clause::new(kind, words) }
}

pub(crate) const USAGE_BEFORE: &str = "
# Usage Policies
Effective: March 1, 2026
We aim for our tools to be used safely and responsibly, while maximizing your control over how you use them.
## Universal Policies
To maximize innovation and creativity, we believe you should have the flexibility to use our services as you see fit, so long as you comply with the law and don't harm yourself or others.
- Comply with applicable laws.
- Don't use our service to harm yourself or others.
- Don't repurpose or distribute output from our services to harm others.
- Respect our safeguards.
## Building with the API
- Don't compromise the privacy of others.
- Don't perform or facilitate activities that may significantly impair the safety or rights of others.
- Don't misuse our platform to cause harm.
## Suspension
We may suspend or terminate your access to the Services at any time, with notice of at least 30 days where the law requires it, if we believe that you have violated these policies, that your use poses a risk to us or to others, or that suspension is needed to comply with the law. During a suspension you remain responsible for all fees and charges incurred up to the date of suspension, you may export your data for as long as we are legally able to keep it for you, and you may not create another account to get around the suspension. We will tell you the reason unless the law forbids it.
### Appeals
(a) You may appeal a suspension through the form in your account.
link: https://example.com/appeal
(b) Appeals must be submitted within 30 days of the notice.
(c) We will answer within 10 business days.
## Supported countries
Access from elsewhere may lead to suspension.
| Country | API | Chat |
| France | yes | yes |
| Hong Kong | yes | no |
| Iceland | yes | yes |
## Contact
Write to us at policy@example.com.
";

pub(crate) const USAGE_AFTER: &str = "
# Usage Policies
Effective: May 4, 2026
We aim for our tools to be used safely and responsibly, while maximizing your control over how you use them.
## Universal Policies
To maximize innovation and creativity, we believe you should have the flexibility to use our services as you see fit, so long as you comply with the law and don’t harm yourself or others.
- Comply with applicable laws.
- Don’t use our service to harm yourself or others.
- Respect our safeguards.
- Don’t repurpose or distribute output from our services to harm others.
## Building with the API
- Don’t compromise the privacy of others.
- Don’t perform or facilitate activities that may significantly impair the safety or rights of others.
- Don’t misuse our platform to cause harm.
- Verify your organization before you use models marked as advanced.
## Suspension
We may suspend or terminate your access to the Services at any time, without notice unless the law requires it, if we believe that you have violated these policies, that your use poses a risk to us or to others, or that suspension is needed to comply with the law. During a suspension you remain responsible for all fees and charges incurred up to the date of suspension, you may export your data for as long as we are legally able to keep it for you, and you may not create another account to get around the suspension. We may tell you the reason unless the law forbids it.
### Appeals
(a) You may appeal a suspension through the form in your account.
link: https://example.com/help/appeal
(b) Only the owner of an organization may appeal.
(c) Appeals must be submitted within 14 days of the notice.
(d) Our decision on an appeal is final.
## Supported countries
Access from elsewhere may lead to suspension.
| Country | API | Chat |
| France | yes | yes |
| Iceland | yes | yes |
## Contact
Write to us at policy@example.com.
";
