//! A skeleton is a page that reads as the one it was made of; and what is left out is what changes without a word.

use ego_tree::NodeRef;
use proptest::prelude::*;
use scraper::Node;

use super::*;
use crate::extract::parse;

fn skeleton(html: &str) -> Option<String> {
    Skeleton::of(html)
}

/// Every node with its depth, but what a skeleton lacks, and what is in a drawing: the more regular its tags, the less of it
/// is in the tree.
fn nodes(html: &str) -> Vec<String> {
    let tree = parse::parse(html).unwrap();
    let lacks = |node: &NodeRef<'_, Node>| {
        let is_in_head =
            node.parent().and_then(|p| p.value().as_element()).is_some_and(|p| p.name() == "head");
        is_in_head
            && match node.value() {
                Node::Text(text) => text.trim_matches([' ', '\n', '\t', '\r', '\x0c']).is_empty(),
                Node::Element(e) => matches!(e.name(), "meta" | "link" | "script" | "style" | "noscript"),
                _ => false,
            }
    };
    let shown = |node: NodeRef<'_, Node>| {
        let depth = node.ancestors().count();
        format!("{depth} {:?}", node.value())
    };
    let is_drawing = |node: &NodeRef<'_, Node>| node.value().as_element().is_some_and(|e| e.name() == "svg");
    let kept = |node: &NodeRef<'_, Node>| {
        !lacks(node) && !node.ancestors().any(|around| lacks(&around) || is_drawing(&around))
    };
    tree.tree.root().descendants().filter(kept).map(shown).collect()
}

fn reads_alike(html: &str) -> Result<(), TestCaseError> {
    if let Some(bones) = skeleton(html) {
        prop_assert_eq!(nodes(&bones), nodes(html), "{}\nof {}", bones, html);
        prop_assert_eq!(skeleton(&bones), Some(bones.clone()), "not one of its own: {}", html);
    }
    Ok(())
}

#[test]
fn what_changes_at_every_load_is_left_out() {
    let page = |token: &str| {
        format!(
            "<?xml version=\"1.0\"?><!-- {token} --><!doctype html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\
             <meta name=csrf content=\"{token}\">{}<title>Terms</title><link rel=preload href='/{token}.css'>\
             <style nonce={token}>a{{}}</style><noscript><img src=\"/{token}.gif\"></noscript>\n\
             <script nonce=\"{token}\">if (1 < 2) t('{token}<p>')</script></head><body>\n\
             <form><input type=hidden name=token value='{token}'></form>\
             <SCRIPT defer src=\"/{token}.js\" integrity={token}></SCRIPT>\
             <p>You must be 18.</p><!-- {token} -->\n<svg><title>Logo</title><desc>A logo</desc><g></g></svg>\
             <select><option>EN</select><script>{token}</script ></body></html><!--{token}-->",
            if token.len() > 3 { "<script>1</script>\n" } else { "" },
        )
    };
    assert_eq!(skeleton(&page("a1b")), skeleton(&page("99c8")));
    assert_eq!(
        skeleton(&page("a1b")).unwrap(),
        "<!doctype html>\n<html lang=en>\n<head><title>Terms</title></head><body>\n<form><input type=hidden ></form>\
         <SCRIPT ></SCRIPT><p>You must be 18.</p>\n<svg><title>Logo</title><desc>A logo</desc><g></g>\
         </svg><select><option>EN</select><script></script ></body></html>"
    );
}

#[test]
fn whatever_may_be_read_is_kept() {
    for (one, other) in [
        ("<p>You must be 18.", "<p>You must be 21."),
        ("<title>Terms</title>", "<title>Rules</title>"),
        ("<head><base href=/a>", "<head><base href=/b>"),
        ("<p class=a>x", "<p class=b>x"),
        ("<input type=text>", "<input type=hidden>"),
        ("<p>x<script>1</script>", "<p>x"),
        ("<p>x<meta>", "<p>x"),
        ("<li value=1>x", "<li value=2>x"),
        ("<LI VALUE=1>x", "<LI VALUE=2>x"),
        ("<a href=/a>x</a>", "<a href=/b>x</a>"),
        ("<svg><style>a</style></svg>", "<svg><style>b</style></svg>"),
    ] {
        let (one, other) = (skeleton(one), skeleton(other));
        assert!(one.is_some() && other.is_some() && one != other, "{one:?} {other:?}");
    }
}

#[test]
fn markup_that_can_be_read_in_two_ways_has_none() {
    for html in [
        "<!-->a-->",
        "<!--->a-->",
        "<!--a--!>b-->",
        "<!-- a",
        "<svg><![CDATA[<script>]]></svg>",
        "<!a>",
        "a <<b>",
        "a <",
        "a &am<!-- -->p;",
        "a &<!-- -->#38;",
        "a\r<!-- -->\n",
        "<p\"a\">",
        "<p a\0>",
        "<svg /a>",
        "<svg/a=b>",
        "<p",
        "<p a='>",
        "</p a>",
        "<script>",
        "<script>a</script a>",
        "<script><!-- <script> </script> a",
        "<svg><script>a<b></script></svg>",
        "<svg><title><b>a</b></title></svg>",
        "<svg><desc><b>a</b></desc></svg>",
        "<svg><style/></svg>",
        "<svg><foreignObject>",
        "<math>",
        "<select><style>a<b></style>",
        "<frameset>",
        "<plaintext>",
    ] {
        assert_eq!(skeleton(html), None, "{html}");
    }
}

#[test]
fn a_tag_with_more_attributes_than_any_real_one_has_none() {
    let tag = |attributes: usize| format!("<p{}>", " a".repeat(attributes));
    assert!(skeleton(&tag(UNREAD)).is_some());
    assert_eq!(skeleton(&tag(UNREAD + 1)), None);
}

#[test]
fn what_once_read_otherwise_reads_alike() {
    for html in [
        "<template><col><script><col></script>",
        "<template><col><script></template></script>",
        "<!doctype html><pre><?a?>\n",
        "<p id=e f=g ''='>'>",
        "<input type=a value='b'class=c>",
        "<p a=\"b\"c='d'id=e>",
        "<svg><desc>a</desc><path d='M0 0'/></svg><script>1<2</script>",
    ] {
        assert!(skeleton(html).is_some() || html.contains("<template>"), "{html}");
        reads_alike(html).unwrap();
    }
}

/// What pages are made of, and what looks like it.
const PIECES: [&str; 101] = [
    "<!doctype html>",
    "<html>",
    "<HTML lang=en>",
    "<head>",
    "<head a=b>",
    "</head>",
    "<body>",
    "</body>",
    "</html>",
    "<meta a>",
    "<META b='c>d'/>",
    "<link a>",
    "<base href=/b>",
    "<title>",
    "</title>",
    "<title>a</title>",
    "<script>",
    "</script>",
    "<script nonce=a src='b>c'>",
    "</SCRIPT\n>",
    "<script/>",
    "<style>",
    "</style>",
    "<style nonce=\"a\">",
    "<noscript>",
    "</noscript>",
    "<textarea>",
    "</textarea>",
    "<iframe>",
    "</iframe>",
    "<xmp>",
    "</xmp>",
    "<noframes>",
    "</noframes>",
    "<template>",
    "</template>",
    "<svg>",
    "</svg>",
    "<svg/>",
    "<SVG a=b>",
    "<desc>",
    "</desc>",
    "<g>",
    "</g>",
    "<math>",
    "<mi>",
    "</math>",
    "<foreignObject>",
    "</foreignObject>",
    "<select>",
    "</select>",
    "<option>",
    "<input value=a type=hidden>",
    "<INPUT VALUE='b'/>",
    "<frameset>",
    "<table>",
    "</table>",
    "<tr>",
    "<td>",
    "<caption>",
    "<col>",
    "<p>",
    "</p>",
    "<div>",
    "</div>",
    "<b>",
    "</b>",
    "<a href=\"/a?b&amp;c\">",
    "</a>",
    "<pre>",
    "</pre>",
    "<br>",
    "</br>",
    "<li>",
    "<h1>",
    "<button>",
    "<!--",
    "-->",
    "<!-- a -->",
    "<!-->",
    "--!>",
    "<?a?>",
    "<![CDATA[",
    "]]>",
    "<",
    ">",
    "'",
    "a",
    " ",
    "\n",
    "&lt;",
    "\0",
    "&am",
    "p;",
    "\r",
    "<a/b c='d'id=e f = g/ ''='>",
    "<li value=1/value=2>",
    "<p a=\"b\"c id>",
    "< p",
    "<svg /a>",
    "<svg/a />",
];

/// What nearly all pages are made of.
const CALM: [&str; 32] = [
    "<meta a>",
    "<link a=b>",
    "<title>a</title>",
    "<script nonce=a src='b>c'>if (a<b) '<p>'</script>",
    "<style media=a>a{}</style>",
    "<noscript><img a></noscript>",
    "<!-- a -->",
    "<svg><path d=a /><title>a</title></svg>",
    "<svg viewBox='0'/>",
    "<select><option>a</select>",
    "<template><p>a</template>",
    "<input type=hidden value=a>",
    "<table>",
    "<tr>",
    "<td>",
    "</table>",
    "<p>",
    "</p>",
    "<div class=a data-b='c'>",
    "</div>",
    "<ul><li value=2>",
    "</ul>",
    "<h2 id=a>",
    "</h2>",
    "<a href=\"/a?b&amp;c\" target=_blank>",
    "</a>",
    "<b>",
    "</b>",
    "<br/>",
    "a &lt; b",
    " ",
    "\n",
];

proptest! {
    #[test]
    fn any_page_reads_as_its_skeleton(
        pieces in proptest::collection::vec(proptest::sample::select(&PIECES[..]), 0..24)
    ) {
        reads_alike(&pieces.concat())?;
    }

    #[test]
    fn and_so_does_one_that_begins_as_pages_do(
        head in proptest::collection::vec(proptest::sample::select(&PIECES[..]), 0..8),
        body in proptest::collection::vec(proptest::sample::select(&PIECES[..]), 0..16),
    ) {
        reads_alike(&format!("<!doctype html><html><head>{}</head><body>{}", head.concat(), body.concat()))?;
    }

    #[test]
    fn and_so_does_one_without_mistakes_which_always_has_one(
        head in proptest::collection::vec(proptest::sample::select(&CALM[..]), 0..8),
        body in proptest::collection::vec(proptest::sample::select(&CALM[..]), 0..16),
    ) {
        let html = format!("<!doctype html><html><head>{}</head><body>{}", head.concat(), body.concat());
        prop_assert!(skeleton(&html).is_some(), "{}", html);
        reads_alike(&html)?;
    }

    #[test]
    fn and_so_do_any_characters(html in "[<>/='\"&aAp!\\-? \n;]{0,40}") {
        reads_alike(&format!("<!doctype html><p>{html}"))?;
    }
}
