//! The tree is html5ever's, whoever reads the markup; and what a page may take is bounded.

use ego_tree::NodeRef;
use proptest::prelude::*;
use scraper::Node;

use super::*;

/// The tree of html5ever, which isn't told of comments and errors here.
fn whole(html: &str) -> Html {
    html5evers(html, true)
}

/// The same without the attributes that nobody reads.
fn what_is_read(html: &str) -> Html {
    html5evers(html, false)
}

fn html5evers(html: &str, is_whole: bool) -> Html {
    struct Quiet(TreeBuilder<NodeId, HtmlTreeSink>, bool);
    impl TokenSink for Quiet {
        type Handle = NodeId;
        fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<NodeId> {
            match token {
                Token::CommentToken(_) | Token::ParseError(_) => TokenSinkResult::Continue,
                Token::TagToken(mut tag) if !self.1 => {
                    tag.attrs.retain(|attribute| tags::is_read(&tag.name, &attribute.name.local));
                    self.0.process_token(Token::TagToken(tag), line)
                }
                token => self.0.process_token(token, line),
            }
        }
        fn end(&self) {
            self.0.end();
        }
        fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
            self.0.adjusted_current_node_present_but_not_in_html_namespace()
        }
    }
    let tree = TreeBuilder::new(HtmlTreeSink::new(Html::new_document()), Default::default());
    let tokenizer = Tokenizer::new(Quiet(tree, is_whole), TokenizerOpts::default());
    let waiting = BufferQueue::default();
    waiting.push_back(StrTendril::from_slice(html));
    while !matches!(tokenizer.feed(&waiting), TokenizerResult::Done) {}
    tokenizer.end();
    tokenizer.sink.0.sink.finish()
}

#[test]
fn what_no_other_bound_foresees_ends_by_the_work_it_takes() {
    let attributes: String = (0..20_000).map(|n| format!(" a{n}=1")).collect();
    let page = format!("<p{attributes}>We may suspend your account.");
    assert_eq!(parse_within(&page, false, Duration::from_millis(1)).err(), Some(TOO_LONG));
    assert!(parse(&page).is_ok());
}

/// What scripts, style sheets and the tags around them are made of, and what looks like it.
const PIECES: [&str; 60] = [
    "<script>",
    "</script>",
    "<SCRIPT src='a>b'>",
    "</Script >",
    "<style>",
    "</style>",
    "<style media=\"x\">",
    "</STYLE\n>",
    "<script",
    "</script",
    "</scripty>",
    "</style",
    "<!--",
    "-->",
    "<!-",
    "--",
    "<",
    ">",
    "/",
    "\0",
    "\r",
    "\n",
    "\r\n",
    "var a = '<b>';",
    "é字",
    "<noscript>",
    "</noscript>",
    "<svg>",
    "<SVG viewBox=\"0 0 1 1\">",
    "<svg/>",
    "</svg>",
    "<g>",
    "</g>",
    "<path d=\"M0 0\">",
    "<Path/>",
    "<math>",
    "<foreignObject>",
    "<table>",
    "<select>",
    "</p>",
    "<br/>",
    "<a href=\"/a?b\" class='x y'>",
    "<a href=\"?a&amp;b\" A=1>",
    "<b c d=\"e>f\" c>",
    "</b >",
    "<pre>",
    "\n a",
    "&lt",
    ";",
    "<!doctype html>",
    "<plaintext>",
    "<math><mi>",
    "<![CDATA[",
    "]]>",
    "<body class=\"b\">",
    "<p>",
    "<title>",
    "</title>",
    "<textarea>",
    "a{color:red}",
];

/// Every node with its depth, in the order of the document; what is in a drawing apart.
fn nodes(tree: &Html) -> (Vec<String>, Vec<String>) {
    let is_drawing = |node: &NodeRef<'_, Node>| node.value().as_element().is_some_and(|e| e.name() == "svg");
    let all = tree.tree.root().descendants();
    let (inside, outside): (Vec<_>, Vec<_>) = all.partition(|node| node.ancestors().any(|a| is_drawing(&a)));
    let shown = |node: NodeRef<'_, Node>| format!("{} {:?}", node.ancestors().count(), node.value());
    (outside.into_iter().map(shown).collect(), inside.into_iter().map(shown).collect())
}

/// Every node that isn't in a drawing, but the text of scripts and style sheets.
fn without_scripts(mut tree: Html) -> Vec<String> {
    let is_script = |node: &NodeRef<'_, Node>| {
        node.value().as_element().is_some_and(|e| matches!(e.name(), "script" | "style"))
    };
    let texts = tree.tree.nodes().filter(|node| node.parent().is_some_and(|parent| is_script(&parent)));
    let texts: Vec<NodeId> = texts.map(|node| node.id()).collect();
    texts.into_iter().for_each(|id| tree.tree.get_mut(id).unwrap().detach());
    nodes(&tree).0
}

#[test]
fn a_tag_of_any_number_of_attributes_has_each_name_once() {
    for number in [31, 32, 33, 100] {
        let attributes: String = (0..number).map(|n| format!(" a{n}=\"{n}\"")).collect();
        for again in ["", " a0=\"x\"", " A7=\"x\""] {
            let html = format!("<!doctype html><p{attributes}{again}>We may suspend you.");
            assert_eq!(parse_whole(&html).unwrap(), whole(&html), "{number}{again}");
        }
    }
}

#[test]
fn a_byte_order_mark_is_no_text() {
    let html = "\u{feff}<!doctype html><p>We may suspend you.";
    assert_eq!(parse(html).unwrap(), whole(html));
}

#[test]
fn of_a_drawing_what_only_draws_is_left_out() {
    let draws = "<g fill=\"none\">\n<path d=\"M0 0\"/><circle r=\"1\"></circle></g>";
    let tree = parse(&format!("<p>a<svg role=\"img\">{draws}</svg>b<p>c")).unwrap();
    let (outside, inside) = nodes(&tree);
    assert!(inside.is_empty() && outside.iter().any(|node| node.contains("role")), "{outside:?}");
    for (read, svg) in [
        (4, "<title>Suspension</title>"),
        (6, "<path d='M0 0'/>"),
        (4, "<text>We may suspend you.</text>"),
        (0, "<p>We may suspend you.</svg>"),
        (1, "<path d=\"</svg>\">"),
        (2, "<path>"),
        (0, "</g>"),
    ] {
        let html = format!("<p>a<svg>{svg}</svg>b<svg>{svg}{draws}</svg><p>c");
        let (tree, whole) = (parse(&html).unwrap(), what_is_read(&html));
        assert_eq!(nodes(&tree).0, nodes(&whole).0, "{svg}");
        assert!(nodes(&tree).1.len() >= read, "{svg}: {:?}", nodes(&tree).1);
    }
}

proptest! {
    #[test]
    fn any_characters_make_the_tree_that_html5ever_makes(html in "[<>/='\"&aAp!\\-\n ]{0,60}") {
        let html = format!("<!doctype html><p>{html}");
        prop_assert_eq!(parse(&html).unwrap(), what_is_read(&html), "{}", html);
        prop_assert_eq!(parse_whole(&html).unwrap(), whole(&html), "{}", html);
    }

    #[test]
    fn scripts_in_one_piece_make_the_same_tree_as_character_by_character(
        pieces in proptest::collection::vec(proptest::sample::select(&PIECES[..]), 0..24)
    ) {
        let html: String = pieces.concat();
        let whole = whole(&html);
        prop_assert_eq!(without_scripts(parse(&html).unwrap()), without_scripts(what_is_read(&html)), "{}", &html);
        let (tree, whole) = (nodes(&parse_whole(&html).unwrap()), nodes(&whole));
        prop_assert_eq!(tree.0, whole.0, "{}", &html);
        prop_assert!(tree.1.iter().all(|node| whole.1.contains(node)), "{}", &html);
    }
}
