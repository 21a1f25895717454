//! Pages that would keep a browser busy for ever, or turn it against its owner's network.

use std::io::ErrorKind;
use std::net::{TcpListener, UdpSocket};
use std::time::Duration;

use fineprint::fetch::browser;

use fineprint::fetch::Fetcher;

use super::{HURRIED, PATIENT, TEXT, body, fetcher, render, scripted, settings, tell};
use crate::fetch::source;
use crate::web::{Answer, Web};

/// What becomes of a page that a script keeps busy; those that can be read hold the text.
async fn busy(fetcher: &Fetcher, script: &str) -> Result<String, String> {
    let web = Web::start().await;
    web.serve("/terms", scripted(&format!("root.textContent = `{TEXT}`; {script}")));
    match fetcher.render(&source(web.url("/terms"))).await {
        Ok(page) => Ok(body(&page).to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

#[test]
fn a_page_that_never_settles_is_read_as_it_is() {
    tell(async {
        let read = busy(&HURRIED, "setInterval(() => root.append('x'), 50)").await.unwrap();
        assert!(read.contains(TEXT), "{read}");
    });
}

#[test]
fn an_endless_script_is_stopped_and_its_page_read() {
    tell(async {
        let read = busy(&HURRIED, "setTimeout(() => { while (true) {} }, 200)").await.unwrap();
        assert!(read.contains(TEXT), "{read}");
    });
}

#[test]
fn dialogs_are_dismissed_however_many_there_are() {
    tell(async {
        let read = busy(&HURRIED, "setTimeout(() => { for (;;) { alert(1); confirm(2); prompt(3) } }, 200)")
            .await
            .unwrap();
        assert!(read.contains(TEXT), "{read}");
    });
}

#[test]
fn a_page_that_grows_without_end_is_refused() {
    tell(async {
        let grow = "setInterval(() => { for (let i = 0; i < 50000; i++) root.append(document.createElement('p')) }, 20)";
        let refused = busy(&PATIENT, grow).await.unwrap_err();
        assert!(refused.contains("the page grows beyond 300000 nodes"), "{refused}");
        let long = "setTimeout(() => root.textContent = 'word '.repeat(1e6), 100)";
        let refused = busy(&PATIENT, long).await.unwrap_err();
        assert!(refused.contains("the page is larger than 1048576 bytes"), "{refused}");
    });
}

#[test]
fn a_page_that_asks_or_loads_without_end_is_refused() {
    tell(async {
        let asking =
            "setInterval(() => { for (let i = 0; i < 50; i++) fetch('/nothing').catch(() => {}) }, 20)";
        let refused = busy(&PATIENT, asking).await.unwrap_err();
        assert!(refused.contains("the page makes more than 1000 requests"), "{refused}");

        let web = Web::start().await;
        web.serve(
            "/terms",
            scripted(&format!("root.textContent = `{TEXT}`; fetch('/endless').then((r) => r.text())")),
        );
        web.serve("/endless", Answer::head(200, &[]).then_endlessly(vec![b' '; 64 * 1024]));
        let refused = render(web.url("/terms")).await.unwrap_err().to_string();
        assert!(refused.contains("the page loads more than 52428800 bytes"), "{refused}");
    });
}

#[test]
fn a_page_that_takes_too_much_memory_is_ended_and_the_browser_lives_on() {
    tell(async {
        let folder = tempfile::tempdir().unwrap();
        let memory = 256 * 1024 * 1024;
        let fetcher = fetcher(browser::Settings { memory, ..settings(folder.path()) });
        let web = Web::start().await;
        let hoard = "const all = []; setInterval(() => all.push(new Uint8Array(2e7).fill(1)), 20)";
        web.serve("/hoard", scripted(hoard));
        web.serve("/terms", Answer::page(format!("<p>{TEXT}")));
        let refused = fetcher.render(&source(web.url("/hoard"))).await.unwrap_err().to_string();
        assert!(refused.contains("the page takes more than 268435456 bytes of memory"), "{refused}");
        assert!(fetcher.render(&source(web.url("/terms"))).await.is_ok());
    });
}

#[test]
fn windows_that_a_page_opens_are_closed_and_what_they_hold_is_never_read() {
    tell(async {
        let web = Web::start().await;
        web.serve("/other", Answer::page("<p>Another page."));
        web.serve(
            "/terms",
            scripted(&format!(
                "for (let i = 0; i < 5; i++) window.open('/other'); root.textContent = `{TEXT}`"
            )),
        );
        let page = render(web.url("/terms")).await.unwrap();
        assert!(body(&page).contains(TEXT) && !body(&page).contains("Another page"), "{}", body(&page));
    });
}

#[test]
fn no_script_frame_socket_or_redirect_reaches_a_private_address() {
    tell(async {
        // An address of this machine that isn't allowed. Nobody answers there, so a connection would stay in its queue.
        let private = TcpListener::bind("127.0.0.2:0").unwrap();
        private.set_nonblocking(true).unwrap();
        let there = private.local_addr().unwrap();
        let packets = UdpSocket::bind(there).unwrap();
        packets.set_nonblocking(true).unwrap();
        let web = Web::start().await;
        let script = format!(
            "const to = 'http://{there}/secret'; const tries = [
                () => fetch(to, {{mode: 'no-cors'}}), () => fetch(to, {{method: 'POST', mode: 'no-cors', body: 'x'}}),
                () => fetch('/away', {{mode: 'no-cors'}}), () => fetch('http://localhost.localdomain:{port}/'),
                () => fetch('http://[::ffff:127.0.0.2]:{port}/', {{mode: 'no-cors'}}),
                () => {{ const x = new XMLHttpRequest(); x.open('GET', to); x.send() }},
                () => new WebSocket('ws://{there}/'), () => new EventSource(to), () => navigator.sendBeacon(to, 'x'),
                () => new Worker(URL.createObjectURL(new Blob([`fetch('${{to}}', {{mode: 'no-cors'}})`]))),
                () => window.open(to), () => new WebTransport('https://{there}/'),
                () => {{ const p = new RTCPeerConnection({{iceServers: [{{urls: 'stun:{there}'}}]}});
                    p.createDataChannel('x'); p.createOffer().then((o) => p.setLocalDescription(o)) }},
            ]; for (const one of tries) try {{ Promise.resolve(one()).catch(() => {{}}) }} catch {{}}
            root.innerHTML = `<p>{TEXT}</p><iframe src='${{to}}'></iframe><img src='${{to}}'><object data='${{to}}'></object>\
             <link rel=prefetch href='${{to}}'><link rel=preconnect href='${{to}}'><link rel=dns-prefetch href='${{to}}'>\
             <link rel=stylesheet href='${{to}}'><iframe src='/away'></iframe><form action='${{to}}' target=f></form>\
             <iframe name=f></iframe>`; document.forms[0].submit();",
            port = there.port(),
        );
        web.serve("/terms", scripted(&script));
        web.serve("/away", Answer::redirect(format!("http://{there}/secret")));
        web.serve("/gone", Answer::page(format!("<script>location = 'http://{there}/secret'</script>")));
        let page = render(web.url("/terms")).await.unwrap();
        assert!(body(&page).contains(TEXT), "{}", body(&page));
        assert!(web.requests_for("/away").len() >= 2);

        for path in ["/away", "/gone"] {
            let refused = render(web.url(path)).await.unwrap_err().to_string();
            assert!(refused.contains("127.0.0.2 is not a public address"), "{path}: {refused}");
        }
        let direct = PATIENT.render(&source(format!("http://{there}/").parse().unwrap())).await.unwrap_err();
        assert!(direct.to_string().contains("127.0.0.2 is not a public address"), "{direct}");
        let nobody = private.accept().unwrap_err();
        assert_eq!(nobody.kind(), ErrorKind::WouldBlock, "somebody was there");
        let nothing = packets.recv(&mut [0; 64]).unwrap_err();
        assert_eq!(nothing.kind(), ErrorKind::WouldBlock, "a packet was there");
    });
}

#[test]
fn a_page_leads_neither_to_a_file_nor_into_the_browser() {
    tell(async {
        for to in
            ["file:///etc/passwd", "chrome://version", "data:text/html,<p>elsewhere", "javascript:void(0)"]
        {
            let read = busy(&PATIENT, &format!("location = '{to}'")).await.unwrap();
            assert!(read.contains(TEXT), "{to}: {read}");
        }
    });
}

#[test]
fn a_server_that_says_nothing_costs_no_more_than_its_time() {
    tell(async {
        let web = Web::start().await;
        web.serve("/stalled", Answer::default().then_stall());
        let settled = Duration::from_secs(6);
        let stalled = source(web.url("/stalled"));
        let error = HURRIED.render(&stalled).await.unwrap_err().to_string();
        assert!(error.contains(&format!("nothing received for {settled:?}")), "{error}");
        drop(web);
        // A listener of our own is closed when it is dropped, not at some later turn of the runtime.
        let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url: url::Url = format!("http://{}/terms", gone.local_addr().unwrap()).parse().unwrap();
        drop(gone);
        let error = render(url.clone()).await.unwrap_err().to_string();
        assert_eq!(error, format!("could not fetch {url}: connection refused"));
    });
}
