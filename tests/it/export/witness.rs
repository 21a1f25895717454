//! Bundles that somebody signed or timestamped, checked with OpenSSL.

use fineprint::archive::witness::{Key, Settings};

use super::*;

/// A key and an authority, as anybody can make them with OpenSSL.
struct Office(TempDir);

impl Office {
    fn new() -> Self {
        let office = Self(tempfile::tempdir().unwrap());
        office.openssl("genpkey -algorithm ed25519 -out key.pem");
        office
    }

    /// Makes a certificate for timestamps and the configuration that `openssl ts -reply` wants.
    fn authority(&self) -> &Self {
        let config = "[req]\ndistinguished_name=dn\nprompt=no\nx509_extensions=v3\n[dn]\nCN=Test Authority\n\
            [v3]\nextendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n\
            [tsa]\ndefault_tsa=one\n[one]\nserial=serial\nsigner_cert=tsa.pem\nsigner_key=tsa-key.pem\nsigner_digest=sha256\n\
            default_policy=1.2.3.4\ndigests=sha256\naccuracy=secs:1\ness_cert_id_chain=no\n";
        std::fs::write(self.0.path().join("ts.cnf"), config).unwrap();
        std::fs::write(self.0.path().join("serial"), "01").unwrap();
        self.openssl(
            "req -x509 -newkey rsa:2048 -nodes -keyout tsa-key.pem -out tsa.pem -days 3650 -config ts.cnf",
        );
        self
    }

    fn openssl(&self, arguments: &str) -> String {
        let mut openssl = Command::new("openssl");
        let (ok, said) = told(openssl.args(arguments.split(' ')).current_dir(self.0.path()));
        assert!(ok, "{arguments}: {said}");
        said
    }

    fn witnesses(&self, timestamp: Option<url::Url>) -> Witnesses {
        let pem = std::fs::read_to_string(self.0.path().join("key.pem")).unwrap();
        let settings = Settings { key: Some(Key::from_pem(&pem).unwrap()), timestamp };
        Witnesses { settings, allow_private: vec!["127.0.0.0/8".parse().unwrap()] }
    }
}

async fn witnessed(world: &World, witnesses: &Witnesses) -> Result<Bundle, fineprint::export::Error> {
    use fineprint::clock::Clock as _;
    let (source, now) = (source(world).await, world.clock.now());
    bundle(&world.engine.store, &source, Question::Between(None, None), witnesses, now).await
}

#[tokio::test]
async fn openssl_finds_the_signature_right_and_every_altered_bit_of_it_wrong() {
    let (world, office) = (history().await, Office::new());
    let bundle = witnessed(&world, &office.witnesses(None)).await.unwrap();
    let folder = Folder::of(&bundle);
    let verify = "pkeyutl -verify -pubin -inkey signer.pem -rawin -in SHA256SUMS -sigfile SHA256SUMS.sig";
    let openssl = || told(Command::new("openssl").args(verify.split(' ')).current_dir(folder.path()));
    assert!(openssl().0, "{}", openssl().1);
    let checked = check(&folder.path()).unwrap();
    assert!(checked.signed && checked.problems.is_empty(), "{checked:?}");
    let (ok, said) = told(Command::new("python3").arg("verify.py").current_dir(folder.path()));
    assert!(ok, "{said}");

    let signature = folder.path().join("SHA256SUMS.sig");
    let intact = std::fs::read(&signature).unwrap();
    for at in 0..intact.len() {
        let mut altered = intact.clone();
        altered[at] ^= 1 << (at % 8);
        std::fs::write(&signature, altered).unwrap();
        assert_eq!(check(&folder.path()).unwrap().problems.len(), 1, "byte {at}");
    }
    assert!(!openssl().0);
    std::fs::remove_file(&signature).unwrap();
    assert_eq!(check(&folder.path()).unwrap().problems, ["SHA256SUMS.sig is missing"]);
}

#[tokio::test]
async fn openssl_finds_the_timestamp_right() {
    let (world, office) = (history().await, Office::new());
    office.authority();
    let (desk, site) = (office.0.path().to_owned(), &world.inbox.web);
    site.serve_with("/tsr", move |request| {
        assert_eq!(request.header("content-type"), Some("application/timestamp-query"));
        std::fs::write(desk.join("q.tsq"), &request.body).unwrap();
        let reply = "ts -reply -config ts.cnf -section one -queryfile q.tsq -out a.tsr";
        let (ok, said) = told(Command::new("openssl").args(reply.split(' ')).current_dir(&desk));
        assert!(ok, "{said}");
        let answer = std::fs::read(desk.join("a.tsr")).unwrap();
        Answer::full(200, &[("content-type", "application/timestamp-reply")], answer)
    });
    let bundle = witnessed(&world, &office.witnesses(Some(site.url("/tsr")))).await.unwrap();
    let folder = Folder::of(&bundle);
    let authority = office.0.path().join("tsa.pem").display().to_string();
    let verify = format!("ts -verify -data SHA256SUMS -in SHA256SUMS.tsr -CAfile {authority}");
    let (ok, said) = told(Command::new("openssl").args(verify.split(' ')).current_dir(folder.path()));
    assert!(ok && said.contains("Verification: OK"), "{said}");
    let checked = check(&folder.path()).unwrap();
    assert!(checked.timestamp.is_some() && checked.problems.is_empty(), "{checked:?}");
}

#[tokio::test]
async fn a_head_that_was_witnessed_covers_the_version_in_the_bundle() {
    use fineprint::clock::Clock as _;
    let (mut world, office) = (history().await, Office::new());
    let (key, store) = (office.witnesses(None), world.engine.store.clone());
    let sealed = fineprint::export::seal(&store, &key, world.clock.now()).await.unwrap().unwrap();
    assert!(sealed.signed && sealed.entries == 1, "{sealed:?}");
    world.days_pass(2).await;
    fineprint::export::seal(&store, &key, world.clock.now()).await.unwrap();

    let bundle = bundled(&world, at("2026-03-04T23:59:59.999Z")).await;
    let folder = Folder::of(&bundle);
    let head = std::fs::read_to_string(folder.path().join("witness/head.txt")).unwrap();
    assert!(
        head.contains(&format!("entries: 1\nhead: {}\nat: 2026-03-07T00:00:00.000Z\n", sealed.head)),
        "{head}"
    );
    let verify = "pkeyutl -verify -pubin -inkey witness/signer.pem -rawin -in witness/head.txt -sigfile witness/head.txt.sig";
    let (ok, said) = told(Command::new("openssl").args(verify.split(' ')).current_dir(folder.path()));
    assert!(ok, "{said}");
    let (ok, said) = told(Command::new("python3").arg("verify.py").current_dir(folder.path()));
    assert!(ok && said.contains("Witnessed (see README.txt): the entries up to number 28."), "{said}");
    assert_eq!(check(&folder.path()).unwrap().problems, [""; 0]);
}

#[tokio::test]
async fn without_the_timestamp_that_is_configured_there_is_no_bundle() {
    let (world, office) = (history().await, Office::new());
    let site = &world.inbox.web;
    for (answer, why) in [
        (Answer::status(503), "the timestamp authority 127.0.0.1: it answered with status 503"),
        (Answer::page("<p>Sorry"), "the timestamp authority's answer: it is cut off"),
        (
            Answer::page(vec![0; 100_000]),
            "the timestamp authority 127.0.0.1: its answer is larger than 65536 bytes",
        ),
    ] {
        site.serve("/tsr", answer);
        let error = witnessed(&world, &office.witnesses(Some(site.url("/tsr")))).await.unwrap_err();
        assert_eq!(error.to_string(), why);
    }
    let public = Witnesses { allow_private: Vec::new(), ..office.witnesses(Some(site.url("/tsr"))) };
    let error = witnessed(&world, &public).await.unwrap_err().to_string();
    assert!(error.contains("127.0.0.1 is not a public address"), "{error}");
}
