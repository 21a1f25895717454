//! `review`: who answered for a change, when and why.

use insta::assert_snapshot;

use super::*;

const SECOND: &str = "chg_8b0b56ba016b901a3f4a7c4f";
const THIRD: &str = "chg_7db22ab99c848b172a7f1ecf";

impl Place {
    /// What a command line prints, its last word with spaces in it.
    fn says(&self, line: &str, last: &str) -> String {
        self.told(self.command(line).env("FINEPRINT_USER", "ana").arg(last))
    }
}

#[tokio::test]
async fn a_change_is_open_until_someone_acknowledges_it() {
    let place = Place::new();
    three_versions(&place).await;
    insta::with_settings!({ filters => vec![("(since|acknowledged) 2[0-9-]{9}", "$1 [day]")] }, {
        assert_snapshot!(place.run("review"), @"
        2026-03-10 06:00  major     Acme · Usage Policies
            1 clause reworded, 1 added, 1 removed under “Suspension” and “Appeals”
            open since [day]
            chg_7db22ab99c848b172a7f1ecf  acme/usage-policies 2..3
        2026-02-10 06:00  critical  Acme · Usage Policies
            1 clause reworded under “Appeals”
            open since [day]
            chg_8b0b56ba016b901a3f4a7c4f  acme/usage-policies 1..2
        2 changes open, 1 of them critical.
        ");
        assert_eq!(place.says("review assign chg_8b legal --note", "is it\nenforceable?"), format!("assigned {SECOND} to legal\n"));
        assert_eq!(place.says("review comment chg_8b --by bob", "we appeal faster anyway"), format!("commented on {SECOND}\n"));
        assert_snapshot!(place.run("review acme --severity critical --assignee legal"), @"
        2026-02-10 06:00  critical  Acme · Usage Policies
            1 clause reworded under “Appeals”
            open since [day], with legal, 1 comment
            chg_8b0b56ba016b901a3f4a7c4f  acme/usage-policies 1..2
        1 change open, 1 of them critical.
        ");
        assert_eq!(place.says("review ack chg_8b chg_7d chg_8b --note", "read"), "acknowledged 2 changes\n");
        assert_eq!(place.run("review"), "Nothing is open.\n");
        assert_snapshot!(place.run("review list --all --until 2026-02-28"), @"
        2026-02-10 06:00  critical  Acme · Usage Policies
            1 clause reworded under “Appeals”
            acknowledged [day] by ana: read, with legal, 1 comment
            chg_8b0b56ba016b901a3f4a7c4f  acme/usage-policies 1..2
        Nothing is open.
        ");
        assert_eq!(place.says("review reopen chg_7d --note", "they changed their mind"), format!("reopened {THIRD}\n"));
        assert_snapshot!(place.run("review"), @"
        2026-03-10 06:00  major     Acme · Usage Policies
            1 clause reworded, 1 added, 1 removed under “Suspension” and “Appeals”
            open since [day]
            chg_7db22ab99c848b172a7f1ecf  acme/usage-policies 2..3
        1 change open.
        ");
    });
}

#[tokio::test]
async fn the_history_of_a_review_is_shown_and_exported_whole() {
    let place = Place::new();
    let store = three_versions(&place).await;
    let entry = |hour: i64, by: &str, deed, assignee: Option<&str>, note: &str| Review {
        change: NoticeId::from_stored(SECOND),
        at: at("2026-02-11T06:00:00Z") + SignedDuration::from_hours(hour),
        by: by.into(),
        deed,
        assignee: assignee.map(str::to_owned),
        note: Some(note.into()),
    };
    let entries = vec![
        entry(0, "ana", Deed::Assigned, Some("legal"), "is it enforceable?"),
        entry(1, "bob", Deed::Commented, None, "=HYPERLINK(\"https://evil.example\")"),
        entry(2, "bob", Deed::Acknowledged, None, "no, \"14 days\"\nis too short"),
    ];
    store.append_reviews(entries).await.unwrap();
    assert_snapshot!(place.run("review show chg_8b0b"), @r#"
        Acme · Usage Policies
        chg_8b0b56ba016b901a3f4a7c4f 2026-02-10 06:00 UTC
        https://acme.example/Usage-Policies
        critical · 1 clause reworded under “Appeals”
        acknowledged 2026-02-11 by bob: no, "14 days" is too short, with legal, 1
        comment

        2026-02-11 06:00 UTC ana assigned it to legal
            is it enforceable?
        2026-02-11 07:00 UTC bob commented
            =HYPERLINK("https://evil.example")
        2026-02-11 08:00 UTC bob acknowledged
            no, "14 days" is too short

        fineprint diff chg_8b0b56ba016b901a3f4a7c4f
        "#);
    let shown: serde_json::Value =
        serde_json::from_str(&place.run("review show chg_8b --format json")).unwrap();
    let exported = place.run("review export --format json");
    assert_eq!(exported.lines().count(), 2);
    assert_eq!(serde_json::from_str::<serde_json::Value>(exported.lines().last().unwrap()).unwrap(), shown);
    assert_eq!((&shown["change"]["id"], &shown["state"]), (&SECOND.into(), &"acknowledged".into()));
    assert_eq!(shown["history"][0]["assignee"], "legal");
    assert_snapshot!(place.run("review export").replace('\r', "␍"), @r#"
    change,source,service,terms,url,announced_at,from,to,severity,topics,effective,summary,state,assignee,entry_at,entry,entry_by,entry_assignee,entry_note␍
    chg_7db22ab99c848b172a7f1ecf,acme/usage-policies,Acme,Usage Policies,https://acme.example/Usage-Policies,2026-03-10T06:00:00Z,2,3,major,appeals_disputes,,"1 clause reworded, 1 added, 1 removed under “Suspension” and “Appeals”",open,,,,,,␍
    chg_8b0b56ba016b901a3f4a7c4f,acme/usage-policies,Acme,Usage Policies,https://acme.example/Usage-Policies,2026-02-10T06:00:00Z,1,2,critical,appeals_disputes,,1 clause reworded under “Appeals”,acknowledged,legal,2026-02-11T06:00:00Z,assigned,ana,legal,is it enforceable?␍
    chg_8b0b56ba016b901a3f4a7c4f,acme/usage-policies,Acme,Usage Policies,https://acme.example/Usage-Policies,2026-02-10T06:00:00Z,1,2,critical,appeals_disputes,,1 clause reworded under “Appeals”,acknowledged,legal,2026-02-11T07:00:00Z,commented,bob,,"'=HYPERLINK(""https://evil.example"")"␍
    chg_8b0b56ba016b901a3f4a7c4f,acme/usage-policies,Acme,Usage Policies,https://acme.example/Usage-Policies,2026-02-10T06:00:00Z,1,2,critical,appeals_disputes,,1 clause reworded under “Appeals”,acknowledged,legal,2026-02-11T08:00:00Z,acknowledged,bob,,"no, ""14 days""
    is too short"␍
    "#);
}

#[tokio::test]
async fn what_cannot_be_recorded_is_refused_with_a_reason() {
    let place = Place::new();
    three_versions(&place).await;
    assert_snapshot!(place.run("review ack chg_7d --note read"), @"
    ! error: nobody says so
    ! hint: say who with --by, or set FINEPRINT_USER
    exit code 2
    ");
    assert_snapshot!(place.says("review ack nosuch --note", "read"), @"
    ! error: there is no announced change `nosuch`
    ! hint: `fineprint review --all` lists them with their ids
    exit code 2
    ");
    assert_snapshot!(place.says("review ack chg_ --note", "read"), @"
    ! error: `chg_` is the beginning of more than one id: write more of it
    exit code 2
    ");
    assert_snapshot!(place.says("review reopen chg_7d --note", "why not"), @"
    ! error: chg_7db22ab99c848b172a7f1ecf is open
    ! hint: to say something about it: `fineprint review comment`
    exit code 2
    ");
    assert_snapshot!(place.says("review ack chg_7d --note", " \n"), @"
    ! error: a note must not be empty
    exit code 2
    ");
    assert_snapshot!(place.says("review comment chg_7d", "\u{1b}[2Jread"), @"
    ! error: a control character in a note
    exit code 2
    ");
    assert_snapshot!(place.says("review comment chg_7d", &"x".repeat(4_001)), @"
    ! error: a note of 4001 characters: at most 4000 are kept
    exit code 2
    ");
    assert!(place.run("review ack chg_7d --by ana").contains("--note <TEXT>"), "a note is asked for");
    let untouched = place.run("review export --format json");
    assert_eq!(untouched.matches(r#""history":[]"#).count(), 2, "{untouched}");
}
