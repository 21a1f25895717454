//! The evidence, as the binary keeps it: killed in the middle of its work, and asked what it can prove.

use crate::process::Stage;
use crate::web::Answer;
use crate::world::page;

/// A stage on which every page is kept, and four were.
async fn four_looks() -> Stage {
    let mut stage = Stage::new().await;
    keeps(&stage, "all");
    for n in 0..4 {
        let html =
            format!("{}<!-- {n} -->", page(&["Edition 0 of these terms applies to you and to everyone."]));
        stage.serves("/terms", Answer::page(html));
        assert_eq!(stage.runs(&["check"]).await.0, 0);
    }
    stage
}

fn keeps(stage: &Stage, keep: &str) {
    stage.configured(&["terms"], "every 6h");
    let toml = std::fs::read_to_string(stage.folder.path().join("sources.toml")).unwrap();
    stage.writes(&toml.replace("[store]\n", &format!("[store]\nkeep = '{keep}'\n")));
}

async fn killed(stage: &mut Stage, arguments: &[&str], place: &str) {
    let process = stage.starts(arguments, &format!("{place}:1"));
    stage.says(&format!("crash point {place}")).await;
    process.kill();
}

#[tokio::test]
async fn killed_during_backup_prune_or_migration_it_loses_nothing() {
    let mut stage = four_looks().await;
    let backup = stage.folder.path().join("backup.db");
    killed(&mut stage, &["backup", "backup.db"], "backup").await;
    assert!(!backup.exists(), "half a backup has no name");
    let (code, said, _) = stage.runs(&["backup", "backup.db"]).await;
    assert!(code == 0 && said.contains("verified: 4 entries"), "{said}");

    keeps(&stage, "versions");
    killed(&mut stage, &["prune"], "prune").await;
    let (code, said, _) = stage.runs(&["verify"]).await;
    assert!(code == 0 && !said.contains("pruned"), "{said}");
    let (code, said, _) = stage.runs(&["prune", "--dry-run"]).await;
    assert!(code == 0 && said.contains("3 pages would be pruned"), "{said}");
    assert_eq!(stage.runs(&["prune"]).await.0, 0);
    let (code, said, _) = stage.runs(&["verify"]).await;
    assert!(code == 0 && said.contains("3 contents pruned on purpose"), "{said}");

    crate::store::chain::make_old(&stage.database(), 2);
    killed(&mut stage, &["check"], "migrate").await;
    let (code, _, said) = stage.runs(&["verify"]).await;
    assert!(code == 2 && said.contains("was made by an older fineprint (schema 2"), "{said}");
    assert_eq!(stage.runs(&["check"]).await.0, 0);
    let (_, said, _) = stage.runs(&["log", "--checks", "acme/terms"]).await;
    assert!(said.contains("acme/terms@1, unchanged: looked at 5 times"), "{said}");
}

#[tokio::test]
async fn it_says_how_often_it_looked_and_what_is_damaged() {
    let mut stage = four_looks().await;
    let (code, said, _) = stage.runs(&["log", "acme/terms", "--checks"]).await;
    assert!(
        code == 0 && said.contains("acme/terms@1, unchanged: looked at 4 times, widest gap 1 min"),
        "{said}"
    );
    let (_, said, _) = stage.runs(&["log", "acme/terms", "--checks", "--format", "json"]).await;
    assert_eq!(said.lines().count(), 4);
    assert!(said.lines().next().unwrap().contains(r#""outcome":"first""#), "{said}");

    let db = rusqlite::Connection::open(stage.database()).unwrap();
    db.execute("UPDATE checks SET at = at - 86400000 WHERE id = 2", []).unwrap();
    drop(db);
    let (code, said, _) = stage.runs(&["verify"]).await;
    assert!(code == 4 && said.contains("check 2 of acme/terms"), "{said}");
    let (code, said, _) = stage.runs(&["repair", "fineprint.db", "repaired.db"]).await;
    assert!(code == 3 && said.contains("damaged: check 2 of acme/terms"), "{said}");
    let (code, said, _) = stage.runs(&["verify", "repaired.db"]).await;
    assert!(
        code == 0 && said.contains("damaged before the archive was repaired, and on record since: 1"),
        "{said}"
    );
}
