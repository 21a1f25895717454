//! Servers that send us round in circles, to places where nobody should go, or away with something that isn't theirs.

use fineprint::model::Validators;

use super::{each, fetcher, line};
use crate::fetch::source;
use crate::web::{Answer, Web};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_a_redirect_leads() {
    let to = |place: &str| Answer::redirect(place);
    let long = format!("/{}", "a".repeat(5_000));
    each(vec![
        ("to itself", to("/terms"), "it redirects in a circle (retry: no)"),
        ("to itself with a fragment", to("/terms#top"), "it redirects in a circle (retry: no)"),
        ("nowhere", Answer::status(302), "page 302, 0 bytes"),
        ("to no address", to("https://"), "it redirects to something that is not an address (retry: no)"),
        ("to an address too long", to(&long), "it redirects to something that is not an address (retry: no)"),
        ("to a private network", to("http://10.0.0.1/admin"), "could not fetch http://10.0.0.1/admin: 10.0.0.1 is not a public address; allow_private lists the networks that may be reached all the same (retry: no)"),
        ("to a private port", to("http://192.168.1.1:8080/"), "could not fetch http://192.168.1.1:8080/: 192.168.1.1 is not a public address; allow_private lists the networks that may be reached all the same (retry: no)"),
        ("to the metadata of a cloud", to("http://169.254.169.254/latest/meta-data"), "could not fetch http://169.254.169.254/latest/meta-data: 169.254.169.254 is not a public address; allow_private lists the networks that may be reached all the same (retry: no)"),
        ("to them as IPv6", to("http://[::ffff:169.254.169.254]/latest/meta-data"), "could not fetch http://[::ffff:a9fe:a9fe]/latest/meta-data: ::ffff:169.254.169.254 is not a public address; allow_private lists the networks that may be reached all the same (retry: no)"),
        ("to them as one number", to("http://2852039166/latest/meta-data"), "could not fetch http://169.254.169.254/latest/meta-data: 169.254.169.254 is not a public address; allow_private lists the networks that may be reached all the same (retry: no)"),
        ("to them in octal", to("http://0251.0376.0251.0376/"), "could not fetch http://169.254.169.254/: 169.254.169.254 is not a public address; allow_private lists the networks that may be reached all the same (retry: no)"),
        ("to them by NAT64", to("http://[64:ff9b::a9fe:a9fe]/"), "could not fetch http://[64:ff9b::a9fe:a9fe]/: 64:ff9b::a9fe:a9fe is not a public address; allow_private lists the networks that may be reached all the same (retry: no)"),
        ("to them by 6to4", to("http://[2002:a9fe:a9fe::1]/"), "could not fetch http://[2002:a9fe:a9fe::1]/: 2002:a9fe:a9fe::1 is not a public address; allow_private lists the networks that may be reached all the same (retry: no)"),
        ("to AWS by IPv6", to("http://[fd00:ec2::254]/latest/meta-data"), "could not fetch http://[fd00:ec2::254]/latest/meta-data: fd00:ec2::254 is not a public address; allow_private lists the networks that may be reached all the same (retry: no)"),
        ("to every interface", to("http://0.0.0.0/"), "could not fetch http://0.0.0.0/: 0.0.0.0 is not a public address; allow_private lists the networks that may be reached all the same (retry: no)"),
        ("to the loopback of IPv6", to("http://[::1]/"), "could not fetch http://[::1]/: ::1 is not a public address; allow_private lists the networks that may be reached all the same (retry: no)"),
        ("to a neighbour", to("http://[fe80::1]/"), "could not fetch http://[fe80::1]/: fe80::1 is not a public address; allow_private lists the networks that may be reached all the same (retry: no)"),
        ("to a mail server", to("http://example.com:25/"), "could not fetch http://example.com:25/: a redirect may not lead to port 25; allow_ports lists the ports that may be reached all the same (retry: no)"),
        ("to a database", to("http://93.184.216.34:6379/"), "could not fetch http://93.184.216.34:6379/: a redirect may not lead to port 6379; allow_ports lists the ports that may be reached all the same (retry: no)"),
        ("to a file", to("file:///etc/passwd"), "could not fetch file:///etc/passwd: `file:` addresses are not fetched, only http: and https: (retry: no)"),
        ("to a script", to("javascript:alert(1)"), "could not fetch javascript:alert(1): `javascript:` addresses are not fetched, only http: and https: (retry: no)"),
        ("to data", to("data:text/html,<p>Terms."), "could not fetch data:text/html,<p>Terms.: `data:` addresses are not fetched, only http: and https: (retry: no)"),
        ("to FTP", to("ftp://example.com/terms"), "could not fetch ftp://example.com/terms: `ftp:` addresses are not fetched, only http: and https: (retry: no)"),
        ("to gopher", to("gopher://example.com:6379/_FLUSHALL"), "could not fetch gopher://example.com:6379/_FLUSHALL: `gopher:` addresses are not fetched, only http: and https: (retry: no)"),
    ])
    .await;
}

/// What comes of a way over pages of one site, and which of them were asked for.
async fn way(pages: &[(&str, &str)]) -> (String, Vec<String>) {
    let site = Web::start().await;
    for (path, to) in pages {
        site.serve(path, if to.is_empty() { Answer::page("<p>Terms.") } else { Answer::redirect(to) });
    }
    let outcome = fetcher().fetch(&source(site.url("/terms")), &Validators::default()).await;
    let asked = site.requests().iter().map(|request| request.path.clone()).collect();
    (line(&outcome).replace(&site.authority(), "site"), asked)
}

#[tokio::test]
async fn circles_and_long_ways_end() {
    let circle = way(&[("/terms", "/b"), ("/b", "/c"), ("/c", "/terms")]).await;
    assert_eq!(circle.0, "could not fetch http://site/c: it redirects in a circle (retry: no)");
    assert_eq!(circle.1, ["/terms", "/b", "/c"]);
    let far =
        [("/terms", "/1"), ("/1", "/2"), ("/2", "/3"), ("/3", "/4"), ("/4", "/5"), ("/5", "/6"), ("/6", "")];
    let (outcome, asked) = way(&far).await;
    assert_eq!(outcome, "could not fetch http://site/5: more than 5 redirects (retry: no)");
    assert_eq!(asked.len(), 6);
    let (outcome, _) = way(&[far[0], far[1], far[2], far[3], far[4], ("/5", "")]).await;
    assert_eq!(outcome, "page 200, 9 bytes");
}

#[tokio::test]
async fn a_site_that_asks_for_its_cookie_gets_it_and_no_other_site_does() {
    let (site, other) = (Web::start().await, Web::start_at("127.0.0.9").await);
    let sets = |to: &str, cookie: &str| {
        Answer::full(
            302,
            &[("location", to), ("set-cookie", cookie), ("set-cookie", "theme=dark; Path=/")],
            "",
        )
    };
    // Back to where it was asked, by way of another page.
    site.serve_with("/terms", move |request| match request.header("cookie") {
        Some(cookies) if cookies.contains("seen=1") => Answer::page("<p>Terms."),
        _ => sets("/consent", "consent=asked; HttpOnly"),
    });
    site.serve("/consent", sets("/terms", "seen=1; Max-Age=60; Secure"));
    let outcome = fetcher().fetch(&source(site.url("/terms")), &Validators::default()).await;
    assert_eq!(line(&outcome), "page 200, 9 bytes");
    let sent: Vec<_> = site.requests().iter().map(|r| r.header("cookie").map(str::to_owned)).collect();
    let last = "consent=asked; theme=dark; seen=1";
    assert_eq!(sent, [None, Some("consent=asked; theme=dark".into()), Some(last.into())]);
    // To another site, and at the next look, it is forgotten.
    site.serve("/terms", sets(other.url("/terms").as_str(), "seen=1"));
    other.serve("/terms", Answer::page("<p>Terms."));
    let outcome = fetcher().fetch(&source(site.url("/terms")), &Validators::default()).await;
    assert_eq!(line(&outcome), "page 200, 9 bytes");
    assert_eq!(site.requests().pop().unwrap().header("cookie"), None);
    assert_eq!(other.requests().pop().unwrap().header("cookie"), None);
    // One that sets what it knows already leads in a circle, and one that always sets something else too far.
    site.serve("/terms", sets("/terms", "seen=1"));
    let outcome = fetcher().fetch(&source(site.url("/terms")), &Validators::default()).await;
    assert!(line(&outcome).contains("it redirects in a circle"), "{}", line(&outcome));
    assert_eq!(site.requests().len(), 6);
    let count = std::sync::atomic::AtomicU32::new(0);
    site.serve_with("/terms", move |_| {
        sets("/terms", &format!("visit={}", count.fetch_add(1, std::sync::atomic::Ordering::Relaxed)))
    });
    let outcome = fetcher().fetch(&source(site.url("/terms")), &Validators::default()).await;
    assert!(line(&outcome).contains("more than 5 redirects"), "{}", line(&outcome));
}

#[tokio::test]
async fn a_way_through_a_public_looking_door_into_the_private_network_ends_at_the_door() {
    let (door, inside) = (Web::start().await, Web::start_at("127.0.0.9").await);
    inside.serve("/secret", Answer::page("<p>Secret."));
    door.serve("/terms", Answer::redirect("/more"));
    door.serve("/more", Answer::redirect(inside.url("/secret")));
    let settings = fineprint::fetch::Settings {
        allow_private: vec!["127.0.0.1/32".parse().unwrap()],
        ..fineprint::fetch::Settings::default()
    };
    let clock = std::sync::Arc::new(fineprint::clock::ManualClock::at(crate::fetch::now()));
    let fetcher = fineprint::fetch::Fetcher::new(settings, clock).unwrap();
    let error = fetcher.fetch(&source(door.url("/terms")), &Validators::default()).await.unwrap_err();
    assert!(error.to_string().contains("127.0.0.9 is not a public address"), "{error}");
    assert!(inside.requests().is_empty() && inside.requests_for("/robots.txt").is_empty());
}

#[tokio::test]
async fn what_a_redirect_says_is_never_more_than_an_address() {
    // Line ends in an address are no ends of lines in a request, and its user is none of ours.
    let site = Web::start().await;
    site.serve("/terms", Answer::redirect(format!("http://eve:pw@{}/a%0d%0ax-evil:%201", site.authority())));
    site.serve("/a%0d%0ax-evil:%201", Answer::page("<p>Terms."));
    let outcome = fetcher().fetch(&source(site.url("/terms")), &Validators::default()).await;
    assert_eq!(line(&outcome), "page 200, 9 bytes");
    let last = site.requests().pop().unwrap();
    assert_eq!((last.header("x-evil"), last.header("authorization")), (None, None));
}
