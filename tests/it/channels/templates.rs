//! Forms of the operator's own: tried at the start, bounded, and never the reason that a notice isn't sent.

use std::path::Path;

use fineprint::channel::Error;
use fineprint::config::Config;
use fineprint::model::{Notice, Run};
use insta::assert_snapshot;

use super::{SERVICES, at, changed, reworded, service};
use crate::web::{Answer, Web};

/// What is wrong with a configuration, without the lines that are drawn.
fn wrong(kind: &str, keys: &str) -> String {
    let toml = format!("[channels.ops.{kind}]\nurl = 'https://hooks.example.com/s3cret'\n{keys}");
    let error = Config::parse(Path::new("sources.toml"), &toml, &|_| None).unwrap_err().render(false);
    let lines = error.lines().filter(|line| line.starts_with("error"));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_template_that_cannot_work_is_refused_at_the_start_with_channel_and_line() {
    let templates = [
        "{{ headline }",
        "one\ntwo {% for x in clauses %}",
        "{{ headlin }}",
        "{{ headline }}\n\n{% for clause in clauses %}{{ clause.plaec }}{% endfor %}",
        "{{ headline|uper }}",
        "{% include 'other' %}",
        "{% for a in range(1000) %}{% for b in range(1000) %}{{ b }}{% endfor %}{% endfor %}",
        "{{ 'x' * 300000 }}",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{{ secret.token }}",
        " ",
    ];
    let errors: Vec<String> = templates
        .iter()
        .map(|template| wrong("slack", &format!("template = \"\"\"{template}\"\"\"")))
        .collect();
    assert_snapshot!(errors.join("\n"), @"
    error: `channels.ops.slack.template`: the template can't be used: line 1: unexpected `}`, expected end of variable block
    error: `channels.ops.slack.template`: the template can't be used: line 2: unexpected end of input, expected end of block
    error: `channels.ops.slack.template`: the template can't be used: line 1: `headlin` is undefined
    error: `channels.ops.slack.template`: the template can't be used: line 3: `clause.plaec` is undefined
    error: `channels.ops.slack.template`: the template can't be used: line 1: filter uper is unknown
    error: `channels.ops.slack.template`: the template can't be used: line 1: unknown statement include
    error: `channels.ops.slack.template`: the template can't be used: line 1: engine ran out of fuel
    error: `channels.ops.slack.template`: the template can't be used: line 1: it prints more than 256 KiB
    error: `channels.ops.slack.template`: the template can't be used: line 1: recursion limit exceeded
    error: `channels.ops.slack.template`: the template can't be used: line 1: `secret.token` is undefined
    error: `channels.ops.slack.template`: an empty string
    ");
    assert_snapshot!(wrong("slack", "template = 'x'\ntemplate_file = 'y'"), @"error: `channels.ops.slack.template_file`: both `template` and `template_file`");
    assert_snapshot!(wrong("slack", "template_file = 'missing.j2'"), @"error: `channels.ops.slack.template_file`: `missing.j2` can't be read: No such file or directory (os error 2)");
    assert_snapshot!(wrong("webhook", "template = 'x'"), @"error: `channels.ops.webhook.template`: unknown key");
    assert_snapshot!(wrong("http", "template = '{{ secret.toke }}'\nsecrets = { token = 'x' }"), @"error: `channels.ops.http.template`: the template can't be used: line 1: `secret.toke` is undefined");
}

#[tokio::test]
async fn a_template_can_name_everything_a_notice_has() {
    let names = "id news source service terms severity topics effective at previous_at words_added words_removed \
                 headline summary list cut rest more url text body";
    let all: String = names.split_whitespace().map(|name| format!("{name}={{{{ {name} }}}}\n")).collect();
    let clauses = "{% for c in clauses %}{{ c.place }}|{{ c.words }}|{{ c.removed }}|{{ c.added }}|{{ c.runs[0].op }}\
                   {% endfor %}";
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notice.j2");
    std::fs::write(&file, format!("{all}{clauses}")).unwrap();
    let more = format!("template_file = '{}'", file.display());
    let request = service("mattermost").sends(&changed(&[reworded()]), &more).await;
    let text: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
    assert_snapshot!(text["text"].as_str().unwrap().replace('\u{2060}', ""), @r#"
    id=chg\_e3cb17f05f167a9dbf7c5ba9
    news=changed
    source=example/terms-of-service
    service=Acme
    terms=Terms of Service
    severity=critical
    topics=\[\]
    effective=2026-04-01
    at=2026-03-01T12:00:00Z
    previous_at=
    words_added=1
    words_removed=1
    headline=\[critical\] Acme · Terms of Service changed: 2 clauses reworded under “Suspension”, in force from 2026-04-01
    summary=2 clauses reworded under “Suspension”. 3 words added, 4 removed.
    list=\[\]
    cut=0
    rest=
    more=fineprint diff acme/terms-of-service 1..2
    url=https://acme.example/terms?lang=en\&v=%282%29
    text=**\[critical\] Acme · Terms of Service changed: 2 clauses reworded under “Suspension”, in force from 2026-04-01**
    2 clauses reworded under “Suspension”. 3 words added, 4 removed.

    Suspension › Appeals
    > We may suspend your account with ~~30 days'~~ **no** notice.

    `fineprint diff acme/terms-of-service 1..2`
    [the page](https://acme.example/terms?lang=en&v=%282%29)
    body=2 clauses reworded under “Suspension”. 3 words added, 4 removed.

    Suspension › Appeals
    > We may suspend your account with ~~30 days'~~ **no** notice.

    `fineprint diff acme/terms-of-service 1..2`
    [the page](https://acme.example/terms?lang=en&v=%282%29)
    Suspension › Appeals|We may suspend your account with ~~30 days'~~ **no** notice.|30 days'|no|kept
    "#);
}

#[tokio::test]
async fn what_is_too_long_for_a_service_is_cut_in_a_template_too() {
    let clause =
        |n: usize| vec![Run::Added(format!("Clause {n} begins. {}", "Some words follow. ".repeat(20)))];
    let notice = changed(&(1..=150).map(clause).collect::<Vec<_>>());
    // Each clause twice: the template needs more room than the built-in form.
    let more = "template = '''{% for c in clauses %}{{ c.words }} {{ c.added }}\n{% endfor %}{{ rest }}'''";
    for service in SERVICES.iter().filter(|service| service.takes_template()) {
        let reading = (service.read)(&service.sends(&notice, more).await);
        let text = reading.text.replace('\u{2060}', "");
        let shown = (1..=150).filter(|n| text.contains(&format!("Clause {n} begins."))).count();
        let rest = format!("… and {} more changed clauses", 150 - shown);
        assert!(shown > 0 && text.contains(&rest), "{}: {rest} in {text}", service.name);
    }
}

#[tokio::test]
async fn a_template_that_fails_on_a_notice_gives_way_to_the_built_in_form() {
    let notice = changed(&[reworded(), reworded()]);
    let late = "{% if news == \"changed\" %}{{ clauses[7].place }}{% endif %}fine";
    let long = format!("{{% if news == \"changed\" %}}{}{{% endif %}}fine", "word ".repeat(13_000));
    let endless = "{% if news == \"changed\" %}{% for a in range(90000) %}{{ a }}{% endfor %}{% endif %}fine";
    let empty = "{% if news == \"test\" %}fine{% endif %}";
    for template in [late, &long, endless, empty] {
        for service in SERVICES.iter().filter(|service| service.takes_template()) {
            let reading = (service.read)(&service.sends(&notice, &format!("template = '{template}'")).await);
            let text = reading.text.replace('\u{2060}', "");
            assert!(text.contains("We may suspend your account with"), "{}: {text}", service.name);
        }
    }
    // A receiver that fineprint doesn't know understands no other form.
    let web = Web::start().await;
    let channel = service("http").channel(&web, &format!("template = '{late}'"));
    let Err(Error::Refused { why }) = channel.send(&notice, at()).await else { panic!("refused") };
    assert_snapshot!(why, @"the channel's template fails: line 1: `clauses[7]` is undefined");
    assert!(web.requests().is_empty());
}

#[tokio::test]
async fn a_service_of_ones_own_gets_the_body_of_its_template() {
    let keys = r#"template = '''{"title": "{{ headline }}", "words": {{ words_added|tojson }}, "all": {{ clauses|tojson }}}'''"#;
    let notice = Notice { subject: r#"A "quoted" \ subject"#.into(), ..changed(&[reworded()]) };
    let web = Web::start().await;
    web.serve("/json", Answer::status(200));
    let channel = service("http").channel(&web, &format!("method = 'PUT'\n{keys}"));
    channel.send(&notice, at()).await.unwrap();
    let request = web.requests().remove(0);
    assert_eq!(request.method, "PUT");
    assert_eq!(request.header("idempotency-key"), Some(notice.id.as_str()));
    let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(body["title"], r#"A "quoted" \ subject, in force from 2026-04-01"#);
    assert_eq!(body["all"][0]["removed"], "30 days'");
}
