//! What each channel makes of a notice.

use fineprint::model::{Notice, Run, Severity};
use fineprint::notice;
use insta::assert_snapshot;
use proptest::prelude::*;

use super::{SERVICES, at, changed, reworded, service};
use crate::web::Web;

/// What `preview` shows, with the address of the day replaced and what breaks words up made visible.
async fn preview(name: &str, notice: &Notice) -> String {
    let web = Web::start().await;
    let shown = service(name).channel(&web, "").preview(notice, at());
    shown.replace(&web.authority(), "[host]").replace('\u{2060}', "<WJ>")
}

#[tokio::test]
async fn every_service_takes_every_kind_of_notice() {
    let sample = notice::sample(at());
    let bare = Notice { excerpts: Vec::new(), summary: String::new(), ..sample.clone() };
    let moved = Notice { excerpts: Vec::new(), cut: 7, ..changed(&[]) };
    let minor = Notice { severity: Severity::Minor, effective: None, ..changed(&[reworded()]) };
    let no_headings = {
        let mut notice = changed(&[reworded(), reworded()]);
        notice.excerpts.iter_mut().for_each(|excerpt| excerpt.path.clear());
        notice
    };
    for service in &SERVICES {
        for notice in [&sample, &bare, &moved, &minor, &no_headings] {
            let reading = (service.read)(&service.sends(notice, "").await);
            let first = notice.subject.split('(').next().unwrap();
            assert!(
                reading.text.replace('\u{2060}', "").contains(first),
                "{}: {}",
                service.name,
                reading.text
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn any_notice_is_taken_by_every_service(
        subject in ".{0,700}",
        summary in ".{0,2000}",
        headings in proptest::collection::vec(".{0,90}", 0..4),
        clauses in proptest::collection::vec(proptest::collection::vec((".{0,900}", 0..3u8), 0..4), 0..16),
        wild in proptest::collection::vec(proptest::char::any(), 0..200),
    ) {
        let run = |(text, kind): &(String, u8)| match kind {
            0 => Run::Kept(text.clone()),
            1 => Run::Removed(text.clone()),
            _ => Run::Added(text.clone()),
        };
        let mut clauses: Vec<Vec<Run>> = clauses.iter().map(|runs| runs.iter().map(run).collect()).collect();
        clauses.push(vec![Run::Added(wild.into_iter().collect())]);
        let mut notice = Notice { subject, summary, ..changed(&clauses) };
        notice.excerpts.iter_mut().for_each(|excerpt| excerpt.path = headings.clone());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            for service in &SERVICES {
                service.sends(&notice, "").await;
            }
        });
    }
}

#[tokio::test]
async fn what_is_previewed_is_what_is_sent_but_for_secrets() {
    let notice = changed(&[reworded()]);
    for service in SERVICES.iter().filter(|service| service.is_web()) {
        let web = Web::start().await;
        service.takes(&web, &notice);
        let channel = service.channel(&web, "");
        channel.send(&notice, at()).await.unwrap();
        let shown = channel.preview(&notice, at());
        let sent = web.requests().pop().unwrap();
        let body = String::from_utf8(sent.body)
            .unwrap()
            .replace(super::TOKEN, "***")
            .replace("\"s3cret\"", "\"***\"");
        assert!(shown.ends_with(&body), "{}:\n{shown}\n{body}", service.name);
        assert!(!shown.contains("s3cret"), "{}: {shown}", service.name);
        assert!(shown.contains(&sent.method), "{}: {shown}", service.name);
    }
}

#[tokio::test]
async fn a_long_change_is_cut_at_clauses_and_says_so() {
    let clause = |n: usize| {
        vec![Run::Added(format!("Clause {n} begins. {}It ends {n}.", "Some words follow. ".repeat(20)))]
    };
    let notice = changed(&(1..=150).map(clause).collect::<Vec<_>>());
    for service in SERVICES.iter().filter(|service| !service.is_raw()) {
        let reading = (service.read)(&service.sends(&notice, "").await);
        let text = format!("{}\n{}", reading.text, reading.code).replace('\u{2060}', "");
        let shown = (1..=150).filter(|n| text.contains(&format!("Clause {n} begins."))).count();
        let whole = (1..=150).filter(|n| text.contains(&format!("It ends {n}."))).count();
        assert!(shown > 0 && shown < 150, "{}: {shown}", service.name);
        // Where not even one fits there is its beginning.
        assert!(shown == whole || (shown, whole) == (1, 0), "{}: {text}", service.name);
        let rest = format!("… and {} more changed clauses", 150 - shown);
        assert!(text.contains(&rest), "{}: {rest} in {text}", service.name);
        assert!(text.contains("fineprint diff acme/terms-of-service 1..2"), "{}: {text}", service.name);
    }
}

#[tokio::test]
async fn a_notice_reads_so() {
    let notice = changed(&[reworded()]);
    assert_snapshot!(preview("slack", &notice).await, @r#"
    POST http://[host]/***
    content-type: application/json

    {"blocks":[{"elements":[{"elements":[{"style":{"bold":true},"text":"[critical] Acme · Terms of Service changed: 2 clauses reworded under “Suspension”, in force from 2026-04-01","type":"text"}],"type":"rich_text_section"},{"elements":[{"text":"\n2 clauses reworded under “Suspension”. 3 words added, 4 removed.\n","type":"text"}],"type":"rich_text_section"},{"elements":[{"style":{"italic":true},"text":"\nSuspension › Appeals\n","type":"text"}],"type":"rich_text_section"},{"elements":[{"text":"We may suspend your account with ","type":"text"},{"style":{"strike":true},"text":"30 days'","type":"text"},{"style":{"bold":true},"text":"no","type":"text"},{"text":" notice.","type":"text"}],"type":"rich_text_quote"},{"elements":[{"style":{"code":true},"text":"fineprint diff acme/terms-of-service 1..2","type":"text"},{"text":"\n","type":"text"},{"text":"the page","type":"link","url":"https://acme.example/terms?lang=en&v=%282%29"},{"text":" · ","type":"text"},{"text":"chg_e3cb17f05f167a9dbf7c5ba9","type":"text"}],"type":"rich_text_section"}],"type":"rich_text"}],"text":"[critical] Acme · Terms of Service changed<WJ>:<WJ> 2 clauses reworded under “Suspension”, in force from 2026-04-01","unfurl_links":false,"unfurl_media":false}
    "#);
    assert_snapshot!(preview("discord", &notice).await, @r#"
    POST http://[host]/***
    content-type: application/json

    {"allowed_mentions":{"parse":[]},"content":"**\\[critical\\] Acme · Terms of Service changed\\: 2 clauses reworded under “Suspension”, in force from 2026-04-01**","embeds":[{"color":13639712,"description":"2 clauses reworded under “Suspension”. 3 words added, 4 removed.\n\nSuspension › Appeals\n> We may suspend your account with ~~30 days'~~ **no** notice.\n\n`fineprint diff acme/terms-of-service 1..2`\n[the page](https://acme.example/terms?lang=en&v=%282%29)","footer":{"text":"chg_e3cb17f05f167a9dbf7c5ba9"},"timestamp":"2026-03-01T12:00:00Z"}]}
    "#);
    assert_snapshot!(preview("teams", &notice).await, @r#"
    POST http://[host]/***
    content-type: application/json

    {"attachments":[{"content":{"$schema":"http://adaptivecards.io/schemas/adaptive-card.json","actions":[{"title":"The page","type":"Action.OpenUrl","url":"https://acme.example/terms?lang=en&v=%282%29"}],"body":[{"inlines":[{"color":"attention","size":"medium","text":"[critical] Acme · Terms of Service changed: 2 clauses reworded under “Suspension”, in force from 2026-04-01","type":"TextRun","weight":"bolder"}],"type":"RichTextBlock"},{"inlines":[{"text":"2 clauses reworded under “Suspension”. 3 words added, 4 removed.","type":"TextRun"}],"type":"RichTextBlock"},{"inlines":[{"isSubtle":true,"italic":true,"text":"Suspension › Appeals","type":"TextRun"}],"type":"RichTextBlock"},{"inlines":[{"text":"We may suspend your account with ","type":"TextRun"},{"color":"attention","strikethrough":true,"text":"30 days'","type":"TextRun"},{"color":"good","text":"no","type":"TextRun","weight":"bolder"},{"text":" notice.","type":"TextRun"}],"type":"RichTextBlock"},{"inlines":[{"fontType":"monospace","text":"fineprint diff acme/terms-of-service 1..2","type":"TextRun"}],"type":"RichTextBlock"},{"inlines":[{"isSubtle":true,"size":"small","text":"chg_e3cb17f05f167a9dbf7c5ba9","type":"TextRun"}],"type":"RichTextBlock"}],"msteams":{"width":"Full"},"type":"AdaptiveCard","version":"1.4"},"contentType":"application/vnd.microsoft.card.adaptive","contentUrl":null}],"type":"message"}
    "#);
    assert_snapshot!(preview("mattermost", &notice).await, @r#"
    POST http://[host]/***
    content-type: application/json

    {"text":"**\\[critical\\] Acme · Terms of Service changed: 2 clauses reworded under “Suspension”, in force from 2026-04-01**\n2 clauses reworded under “Suspension”. 3 words added, 4 removed.\n\nSuspension › Appeals\n> We may suspend your account with ~~30 days'~~ **no** notice.\n\n`fineprint diff acme/terms-of-service 1..2`\n[the page](https://acme.example/terms?lang=en&v=%282%29)"}
    "#);
    assert_snapshot!(preview("telegram", &notice).await, @r#"
    POST http://[host]/bot***/sendMessage
    content-type: application/json

    {"chat_id":"-1001","link_preview_options":{"is_disabled":true},"parse_mode":"HTML","text":"<b>[critical] Acme · Terms of Service changed: 2 clauses reworded under “Suspension”, in force from 2026-04-01</b>\n2 clauses reworded under “Suspension”. 3 words added, 4 removed.<WJ>\n\nSuspension › Appeals\n<blockquote>We may suspend your account with <s>30 days&#39;</s> <b>no</b> notice.<WJ></blockquote>\n\n<code>fineprint diff acme/terms-of-service 1..2</code>\n<a href=\"https://acme.example/terms?lang=en&amp;v=%282%29\">the page</a>"}
    "#);
    assert_snapshot!(preview("matrix", &notice).await, @r#"
    PUT http://[host]/_matrix/client/v3/rooms/!room:example.org/send/m.room.message/chg_e3cb17f05f167a9dbf7c5ba9
    content-type: application/json
    authorization: ***

    {"body":"[critical] Acme · Terms of Service changed: 2 clauses reworded under “Suspension”, in force from 2026-04-01\n2 clauses reworded under “Suspension”. 3 words added, 4 removed.\n\nSuspension › Appeals\nWe may suspend your account with [-30 days'-] {+no+} notice.\n\nfineprint diff acme/terms-of-service 1..2\nhttps://acme.example/terms?lang=en&v=%282%29","format":"org.matrix.custom.html","formatted_body":"<strong>[critical] Acme · Terms of Service changed: 2 clauses reworded under “Suspension”, in force from 2026-04-01</strong><br>2 clauses reworded under “Suspension”. 3 words added, 4 removed.<br><br>Suspension › Appeals<br><blockquote>We may suspend your account with <del>30 days&#39;</del> <strong>no</strong> notice.</blockquote><br><br><code>fineprint diff acme/terms-of-service 1..2</code><br><a href=\"https://acme.example/terms?lang=en&amp;v=%282%29\">the page</a>","m.mentions":{},"msgtype":"m.text"}
    "#);
    assert_snapshot!(preview("ntfy", &notice).await, @r#"
    POST http://[host]/
    content-type: application/json
    authorization: ***

    {"click":"https://acme.example/terms?lang=en&v=%282%29","message":"2 clauses reworded under “Suspension”. 3 words added, 4 removed.\n\nSuspension › Appeals\nWe may suspend your account with [-30 days'-] {+no+} notice.\n\nfineprint diff acme/terms-of-service 1..2\nhttps://acme.example/terms?lang=en&v=%282%29","priority":5,"sequence_id":"chg_e3cb17f05f167a9dbf7c5ba9","tags":["rotating_light"],"title":"[critical] Acme · Terms of Service changed: 2 clauses reworded under “Suspension”, in force from 2026-04-01","topic":"***"}
    "#);
    assert_snapshot!(preview("github", &notice).await, @r#"
    GET http://[host]/repos/acme/watch/issues?state=all&sort=created&direction=desc&since=2026-02-28T12:00:00Z&per_page=25&page=1
    authorization: ***
    accept: application/vnd.github+json
    x-github-api-version: 2022-11-28

    and, if none of these has it:

    POST http://[host]/repos/acme/watch/issues
    content-type: application/json
    accept: application/vnd.github+json
    x-github-api-version: 2022-11-28
    authorization: ***

    {"body":"2 clauses reworded under “Suspension”. 3 words added, 4 removed.\n\nSuspension › Appeals\n> We may suspend your account with <del>30 days'</del> <strong>no</strong> notice.\n\n`fineprint diff acme/terms-of-service 1..2`\n[the page](https://acme.example/terms?lang=en&v=%282%29)\n\n<!-- fineprint:chg_e3cb17f05f167a9dbf7c5ba9 -->","labels":["policy"],"title":"[critical] Acme · Terms of Service changed: 2 clauses reworded under “Suspension”, in force from 2026-04-01"}
    "#);
    assert_snapshot!(preview("http", &notice).await, @r#"
    POST http://[host]/***
    content-type: application/json
    authorization: ***
    idempotency-key: chg_e3cb17f05f167a9dbf7c5ba9

    {"id":"chg_e3cb17f05f167a9dbf7c5ba9","news":"changed","severity":"critical","title":"[critical] Acme · Terms of Service changed: 2 clauses reworded under “Suspension”, in force from 2026-04-01","message":"2 clauses reworded under “Suspension”. 3 words added, 4 removed.\n\nSuspension › Appeals\nWe may suspend your account with [-30 days'-] {+no+} notice.\n\nfineprint diff acme/terms-of-service 1..2\nhttps://acme.example/terms?lang=en&v=%282%29","url":"https://acme.example/terms?lang=en&v=%282%29"}
    "#);
}
