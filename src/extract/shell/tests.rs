use crate::extract::{Page, extract};
use crate::model::Rules;

const SUSPEND: &str = "We may suspend your account at any time if you break these rules or any law that binds you, \
                       and we tell you the reason by mail on the same day.";
const APPEAL: &str = "You may appeal within thirty days of the notice; a person who had no part in the decision \
                      answers each appeal in writing within two weeks.";

/// What is read of a page that shows nothing without its scripts.
fn read(scripts: &str) -> String {
    let html = format!(
        "<!doctype html><title>Terms</title><body><div id=app><header><a href=/>Home</a></header></div>{scripts}\
         <script src=/app.js></script><script>var i={{a:1}};(function(){{go(\"now\")}})()</script>"
    );
    let page =
        Page { body: html.as_bytes(), content_type: Some("text/html"), url: "https://provider.example/" };
    extract(&page, &Rules::default()).unwrap().to_markdown()
}

fn expected() -> String {
    format!("## Suspension\n\n{SUSPEND}\n\n- {APPEAL}\n")
}

#[test]
fn an_empty_shell_says_what_its_scripts_would_show() {
    let html = format!("<h2>Suspension</h2><p>{SUSPEND}</p><ul><li>{APPEAL}</li></ul>");
    let string = |text: &str| serde_json::to_string(text).unwrap();
    let state =
        format!(r#"{{"user":null,"page":{{"id":7,"menu":["Home","Prices"],"body":{}}}}}"#, string(&html));
    let tree = format!(
        r#"{{"props":{{"doc":{{"nodeType":"document","content":[
            {{"nodeType":"heading-2","content":[{{"nodeType":"text","value":"Suspension","marks":[]}}]}},
            {{"nodeType":"paragraph","content":[{{"nodeType":"text","value":{}}}]}},
            {{"nodeType":"unordered-list","content":[{{"nodeType":"list-item","content":[{{"nodeType":"paragraph",
              "content":[{{"nodeType":"text","value":{}}}]}}]}}]}}]}}}}}}"#,
        string(SUSPEND),
        string(APPEAL)
    );
    let blocks = format!(
        r#"[{{"_type":"block","style":"h2","children":[{{"_type":"span","text":"Suspension"}}]}},
            {{"_type":"block","style":"normal","children":[{{"text":{}}}]}},
            {{"_type":"block","style":"normal","listItem":"bullet","children":[{{"text":{}}}]}}]"#,
        string(SUSPEND),
        string(APPEAL)
    );
    for scripts in [
        format!("<script type=application/json>{}</script>", state.replace("</", "<\\/")),
        format!("<script>window.state = {};</script>", state.replace("</", "<\\/")),
        format!("<script>window.state=JSON.parse({})</script>", string(&state).replace("</", "<\\/")),
        format!("<script type=application/json>{tree}</script>"),
        format!("<script>load({blocks}, 1)</script>"),
    ] {
        assert_eq!(read(&scripts), expected(), "{scripts}");
    }
}

#[test]
fn sections_are_put_together_under_their_titles_and_labels_are_left_out() {
    let scripts = format!(
        r#"<script>x({{"labels":{{"a":"Sign in","b":"We could not load this page, please try again in a while."}},
           "sections":[{{"title":"Suspension","body":"{SUSPEND} {SUSPEND}"}},{{"title":"Appeals","body":"{APPEAL} {APPEAL}"}}]}})</script>"#
    );
    let expected = format!("## Suspension\n\n{SUSPEND} {SUSPEND}\n\n## Appeals\n\n{APPEAL} {APPEAL}\n");
    assert_eq!(read(&scripts), expected);
}

#[test]
fn pieces_of_a_stream_are_no_text() {
    let piece =
        |rest: &str| serde_json::to_string(&format!(r#"2:["$","p",null,{{"children":"{rest}"}}]"#)).unwrap();
    let (first, second) = (piece(&[SUSPEND, APPEAL].concat()), piece(&[APPEAL, SUSPEND].concat()));
    assert_eq!(
        read(&format!("<script>s.push([1,{first}])</script><script>s.push([1,{second}])</script>")),
        ""
    );
}

#[test]
fn a_page_that_shows_its_text_is_not_looked_at_twice() {
    let shown = format!("<main><p>{SUSPEND}</p><p>{APPEAL}</p></main>");
    let state = r#"<script>x({"body":"<p>Another text, which is not shown, however long it is and whatever it says.</p>"})</script>"#;
    assert_eq!(read(&format!("{shown}{state}")), format!("{SUSPEND}\n\n{APPEAL}\n"));
}

#[test]
fn scripts_that_only_look_like_data_cost_little() {
    // Deep, wide, never closed; parts that lie inside each other are weighed once.
    let nested = format!("{}\"{}\"{}", "{\"a\":".repeat(120), "](".repeat(1_000_000), "}".repeat(120));
    for script in ["[".repeat(3_000_000), "{\"a\":[\"b\",".repeat(300_000), "(\"".repeat(1_000_000), nested] {
        assert_eq!(read(&format!("<script>{script}</script>")), "");
    }
}
