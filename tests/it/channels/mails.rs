//! Mail: what servers answer, and what follows.

use std::time::Duration;

use fineprint::channel::Error;
use fineprint::model::{Notice, NoticeId, Run, SourceId};
use insta::assert_snapshot;

use super::local::Place;
use super::{at, changed, reworded, service};
use crate::mail::Say;

async fn told(place: &Place) -> String {
    match place.channel(service("email"), "").send(&changed(&[reworded()]), at()).await {
        Ok(receipt) => format!("delivered: {}", receipt.0),
        Err(Error::Retry { after, why }) => {
            format!("again{}: {why}", if after.is_some() { " later" } else { "" })
        }
        Err(error) => format!("for good: {error}"),
    }
}

#[tokio::test]
async fn whatever_a_server_answers_before_it_has_the_mail_is_tried_again() {
    let line = |text: &str| Say::Line(text.to_owned());
    let mut said = Vec::new();
    for (command, say) in [
        ("", line("554 go away")),
        ("", line("SSH-2.0-OpenSSH_9.2")),
        ("EHLO", line("421 too many connections")),
        ("MAIL", line("550 5.7.1 not from you")),
        ("RCPT", line("450 4.2.0 greylisted, \u{1b}[31mcome back")),
        ("RCPT", line("550 5.1.1 no such user")),
        ("RCPT TO:<ops", line("452 4.2.2 full")),
        ("RCPT TO:<ops", line("550 5.1.1 no such user")),
        ("DATA", line("451 no room")),
        (".", line("554 5.7.1 looks like spam")),
        (".", line("250 2.0.0 queued as 9\u{7}")),
        ("QUIT", Say::Stall),
        ("RCPT", Say::Reset),
        (".", Say::Reset),
        ("EHLO", Say::Endlessly(format!("250-and {}\r\n", "more ".repeat(100)))),
        ("EHLO", Say::Endlessly("and no end of the line".into())),
    ] {
        let place = Place::new().await;
        place.mail.says(command, say);
        said.push(format!("{command}: {}", told(&place).await));
    }
    assert_snapshot!(said.join("\n"), @"
    : again: 127.0.0.1: the greeting: 554 go away
    : again: 127.0.0.1: the greeting: error Tag at: SSH-2.0-OpenSSH_9.2
    EHLO: again: 127.0.0.1: the greeting: 421 too many connections
    MAIL: again: 127.0.0.1: the sender: 550 5.7.1 not from you
    RCPT: again: 127.0.0.1: legal@example.org: 450 4.2.0 greylisted, ␛[31mcome back
    RCPT: again: 127.0.0.1: legal@example.org: 550 5.1.1 no such user; ops@example.org: 550 5.1.1 no such user
    RCPT TO:<ops: again: 127.0.0.1: ops@example.org: 452 4.2.2 full
    RCPT TO:<ops: delivered: 127.0.0.1 took it (250 2.0.0 queued as 4F5), but not for ops@example.org: 550 5.1.1 no such user
    DATA: again: 127.0.0.1: the mail: 451 no room
    .: again: 127.0.0.1: the mail: 554 5.7.1 looks like spam
    .: delivered: 127.0.0.1 took it (250 2.0.0 queued as 9␇)
    QUIT: delivered: 127.0.0.1 took it (250 2.0.0 queued as 4F5)
    RCPT: again: 127.0.0.1: legal@example.org: Connection reset by peer (os error 104)
    .: again: 127.0.0.1: the mail: Connection reset by peer (os error 104)
    EHLO: again: 127.0.0.1: the greeting: it said more than 65536 bytes
    EHLO: again: 127.0.0.1: the greeting: it said more than 65536 bytes
    ");
}

#[tokio::test]
async fn a_server_that_says_nothing_costs_its_own_time_and_no_more() {
    let place = Place::new().await;
    place.mail.says(".", Say::Stall);
    let started = std::time::Instant::now();
    assert_snapshot!(told(&place).await, @"again: 127.0.0.1: not done within 6s");
    assert!(started.elapsed() < Duration::from_secs(8));
}

#[tokio::test]
async fn a_mail_server_on_a_private_address_needs_leave() {
    let toml = "[channels.x.email]\nserver = '127.0.0.1'\nsecurity = 'none'\nfrom = 'a@b.example'\nto = 'c@d.example'";
    let config = fineprint::config::Config::parse("sources.toml".as_ref(), toml, &|_| None).unwrap();
    let settings = config.channels.into_values().next().unwrap();
    let channel = fineprint::channel::build(settings, &[]).unwrap();
    let Err(Error::Retry { why, .. }) = channel.send(&changed(&[]), at()).await else { panic!("sent") };
    assert_snapshot!(why, @"127.0.0.1: 127.0.0.1 is not a public address; allow_private lists the networks that may be reached all the same");
}

/// The value of a field of a mail.
fn field(mail: &[u8], name: &str) -> String {
    let text = std::str::from_utf8(mail).unwrap().replace("\r\n ", " ");
    let line = text.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")).map(str::to_owned));
    line.unwrap_or_else(|| panic!("no {name} in {text}"))
}

#[tokio::test]
async fn the_same_notice_is_the_same_mail_and_all_of_a_source_are_one_thread() {
    let place = Place::new().await;
    let channel = place.channel(service("email"), "");
    let first = changed(&[reworded()]);
    let next = Notice { id: NoticeId::derive("chg", &["next"]), ..first.clone() };
    let other = Notice { source: SourceId::derive("Other", "Terms").unwrap(), ..next.clone() };
    for notice in [&first, &first, &next, &other] {
        channel.send(notice, at()).await.unwrap();
    }
    let mails: Vec<Vec<u8>> = place.mail.letters().into_iter().map(|letter| letter.text).collect();
    assert_eq!(mails[0], mails[1], "a repeat is the same to the letter");
    assert_eq!(field(&mails[0], "Message-ID"), format!("<{}@example.org>", first.id));
    assert_ne!(field(&mails[2], "Message-ID"), field(&mails[0], "Message-ID"));
    for name in ["In-Reply-To", "References"] {
        assert_eq!(field(&mails[0], name), field(&mails[2], name), "{name}");
        assert_ne!(field(&mails[0], name), field(&mails[3], name), "{name}");
    }
    assert_eq!(field(&mails[0], "List-Unsubscribe"), "<mailto:watch@example.org?subject=unsubscribe>");
    assert_eq!(field(&mails[0], "Importance"), "high");
}

#[tokio::test]
async fn what_is_previewed_is_the_mail_to_the_letter() {
    let place = Place::new().await;
    let channel = place.channel(service("email"), "unsubscribe = 'https://example.org/stop'");
    let notice = changed(&[vec![Run::Added("Dots:\n.\n..\nare kept.".into())], reworded()]);
    channel.send(&notice, at()).await.unwrap();
    let shown = channel.preview(&notice, at());
    let (to, mail) = shown.split_once("\n\n").unwrap();
    assert!(to.ends_with(" from <watch@example.org> to <legal@example.org>, <ops@example.org>"), "{to}");
    let sent = String::from_utf8(place.mail.letters().remove(0).text).unwrap();
    assert_eq!(mail, sent.replace("\r\n", "\n").trim_end());
    assert!(mail.contains("List-Unsubscribe: <https://example.org/stop>"));
}

#[tokio::test]
async fn a_mail_reads_so() {
    let notice = Notice {
        previous_at: Some("2026-02-01T12:00:00Z".parse().unwrap()),
        reasons: vec!["critical: 1 clause about suspension and termination reworded".into()],
        ..changed(&[reworded()])
    };
    let request = service("email").sends(&notice, "").await;
    let (plain, html) = super::reading::parts(&request);
    assert_snapshot!(plain.replace('\u{2060}', "<WJ>"), @"
    [critical] Acme · Terms of Service changed: 2 clauses reworded under “Suspension”, in force from 2026-04-01
    2 clauses reworded under “Suspension”. 3 words added, 4 removed. Why critical: 1 clause about suspension and termination reworded.

    Suspension › Appeals
    We may suspend your account with [-30 days'-] {+no+} notice.

    fineprint diff acme/terms-of-service 1..2
    https://acme.example/terms?lang=en&v=%282%29

    -- 
    chg_e3cb17f05f167a9dbf7c5ba9 · seen 2026-03-01 12:00 UTC, version before 2026-02-01 12:00
    ");
    let body = html.split_once("<body>").unwrap().1;
    assert_snapshot!(body.replace('\u{2060}', "<WJ>"), @r#"
    <main class="critical">
    <p class="label"><b>critical</b></p>
    <h1>Acme · Terms of Service</h1>
    <p>2 clauses reworded under “Suspension”. 3 words added, 4 removed.</p>
    <p>Why critical: 1 clause about suspension and termination reworded.</p>
    <section><h2>Suspension › Appeals</h2>
    <p>We may suspend your account with <del style="color:#b42318;background:#fef3f2;text-decoration:line-through">30 days&#39;</del> <ins style="color:#067647;background:#ecfdf3;text-decoration:underline">no</ins> notice.</p></section>
    <p><a href="https://acme.example/terms?lang=en&amp;v=%282%29">Read the page</a> &nbsp; <code>fineprint diff acme/terms-of-service 1..2</code></p>
    </main>
    <footer>chg_e3cb17f05f167a9dbf7c5ba9 · seen 2026-03-01 12:00 UTC, version before 2026-02-01 12:00 · sent by fineprint</footer>
    </body></html>
    "#);
}
