//! A disk without room, a small one of its own: what was recorded stays and can be read, what can't be done is said, and
//! it goes on as soon as there is room.

use std::env;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::process::Stage;
use crate::web::Answer;
use crate::world::page;

/// A file system in memory, in a mount namespace that ends with the process that keeps it.
struct Disk {
    keeper: Child,
    /// Where it is for us.
    path: PathBuf,
    /// Where it is for those inside, and the command that takes them there.
    inner: PathBuf,
    inside: Vec<String>,
}

impl Disk {
    /// A disk in a folder; `None` where nobody may mount one, which is said. With `CI` set that is a failure.
    #[expect(clippy::print_stderr, reason = "what isn't tried is said")]
    fn of(kilobytes: u32, folder: &Path) -> Option<Self> {
        let inner = folder.join("disk");
        std::fs::create_dir(&inner).unwrap();
        let script = "mount -t tmpfs -o size=$0k tmpfs \"$1\" && echo mounted && exec cat";
        for rights in [&[][..], &["--map-root-user"]] {
            let mut keeper = Command::new("unshare");
            keeper.arg("--mount").args(rights).args(["sh", "-c", script, &kilobytes.to_string()]).arg(&inner);
            let keeper = keeper.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
            let Ok(mut keeper) = keeper else { break };
            let mut said = String::new();
            BufReader::new(keeper.stdout.take().unwrap()).read_line(&mut said).unwrap();
            let path = PathBuf::from(format!("/proc/{}/root{}", keeper.id(), inner.display()));
            let user = if rights.is_empty() { "" } else { "--user --preserve-credentials " };
            // The folder by its name, for the one that we stand in is outside.
            let enter = format!("nsenter --mount {user}--target {} sh -c", keeper.id());
            let inside = enter
                .split(' ')
                .map(str::to_owned)
                .chain(["cd \"$0\" && exec \"$@\"".to_owned(), folder.display().to_string()]);
            let inside = inside.collect();
            // Dropped, it is ended, mounted or not.
            let disk = Self { keeper, path, inner: inner.clone(), inside };
            if said == "mounted\n" && disk.path.exists() {
                return Some(disk);
            }
        }
        assert!(env::var_os("CI").is_none(), "no disk of its own can be mounted");
        eprintln!("SKIPPED: no disk of its own can be mounted (`unshare --mount`, tmpfs)");
        None
    }

    /// Leaves so many bytes of room.
    fn fill(&self, left: u64) {
        let filler = self.path.join("filler");
        let mut file = std::fs::File::create(&filler).unwrap();
        while file.write_all(&[0; 1024]).is_ok() {}
        let size = file.metadata().unwrap().len();
        file.set_len(size.saturating_sub(left)).unwrap();
    }

    fn clear(&self) {
        std::fs::remove_file(self.path.join("filler")).unwrap();
    }

    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.path).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = self.keeper.kill();
        let _ = self.keeper.wait();
    }
}

/// A stage whose archive, with every page, is on a small disk and has one version.
async fn on_a_small_disk() -> Option<(Stage, Disk)> {
    let mut stage = Stage::new().await;
    let disk = Disk::of(2_000, stage.folder.path())?;
    stage.inside.clone_from(&disk.inside);
    let toml = std::fs::read_to_string(stage.folder.path().join("sources.toml")).unwrap();
    stage.writes(&toml.replace("path = 'fineprint.db'", "path = 'disk/fineprint.db'\nkeep = 'all'"));
    let (code, _, said) = stage.runs(&["check"]).await;
    assert_eq!(code, 0, "{said}");
    assert!(disk.path.join("fineprint.db").exists() && disk.inner.read_dir().unwrap().next().is_none());
    Some((stage, disk))
}

/// An edition of the page, with so many bytes that compress to half.
fn edition(stage: &Stage, edition: u64, bytes: usize) {
    let clause = format!("Edition {edition} of these terms applies to you and to everyone.");
    let mut state = edition;
    let mut number = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        format!("{:08x}", state >> 32)
    };
    let furniture: String = (0..bytes / 8).map(|_| number()).collect();
    stage.serves("/terms", Answer::page(format!("{}<!-- {furniture} -->", page(&[&clause]))));
}

#[tokio::test]
async fn what_was_recorded_stays_and_the_rest_is_told_when_there_is_room() {
    let Some((mut stage, disk)) = on_a_small_disk().await else { return };
    for (n, left) in [0, 4_000, 16_000, 40_000].into_iter().enumerate() {
        edition(&stage, n as u64 + 1, 200_000);
        disk.fill(left);
        let (code, _, said) = stage.runs(&["check"]).await;
        assert!(
            code == 4 && said.contains("fineprint.db: free some and try again, what is stored is intact"),
            "{left}: {said}"
        );
        let (code, shown, said) = stage.runs(&["show", "acme/terms"]).await;
        assert!(code == 0 && shown.contains("Edition 0"), "{left}: {shown}{said}");
        let (code, said, _) = stage.runs(&["verify"]).await;
        assert!(code == 0 && said.contains("followed 1 entry"), "{left}: {said}");
        disk.clear();
    }
    assert!(stage.taken.lock().unwrap().is_empty(), "told and not recorded");
    let (code, said, _) = stage.runs(&["check"]).await;
    assert!(code == 0 && said.contains("1 changed"), "{said}");
    assert_eq!(stage.taken.lock().unwrap().len(), 1);
    let (code, said, _) = stage.runs(&["verify"]).await;
    assert!(code == 0 && said.contains("followed 2 entries"), "{said}");
}

#[tokio::test]
async fn a_daemon_goes_on_by_itself_as_soon_as_there_is_room() {
    let Some((mut stage, disk)) = on_a_small_disk().await else { return };
    let daemon = stage.starts(&["watch"], "");
    stage.says("watching").await;
    edition(&stage, 1, 200_000);
    disk.fill(16_000);
    // Another schedule makes the source due.
    let toml = std::fs::read_to_string(stage.folder.path().join("sources.toml")).unwrap();
    stage.writes(&toml.replace("every 6h", "every 7h"));
    stage.says("nothing can be recorded: no space left").await;
    disk.clear();
    stage.sees(crate::process::Event::Arrived).await;
    daemon.signal("TERM");
    assert!(daemon.ends().0.success());
    assert_eq!(stage.taken.lock().unwrap().len(), 1);
    let (code, said, _) = stage.runs(&["verify"]).await;
    assert!(code == 0, "{said}");
}

#[tokio::test]
async fn nothing_half_written_takes_the_place_of_anything() {
    let Some((mut stage, disk)) = on_a_small_disk().await else { return };
    for n in 1..4 {
        edition(&stage, n, 200_000);
        assert_eq!(stage.runs(&["check"]).await.0, 0);
    }
    let before = disk.names();
    let inside = |name: &str| format!("disk/{name}");
    disk.fill(250_000);
    let (code, _, said) = stage.runs(&["backup", &inside("backup.db")]).await;
    assert!(code == 4 && said.contains("backup.db: free some and try again"), "{said}");
    for bundle in ["bundle", "bundle.zip"] {
        let (code, _, said) = stage.runs(&["export", "acme/terms", "--output", &inside(bundle)]).await;
        assert!(code != 0 && said.contains("No space left on device"), "{said}");
    }
    let (code, _, said) = stage.runs(&["repair", &inside("fineprint.db"), &inside("repaired.db")]).await;
    assert!(code == 4 && said.contains("repaired.db: free some"), "{said}");
    disk.clear();
    let names = |mut names: Vec<String>| {
        names.retain(|name| !name.ends_with("-wal") && !name.ends_with("-shm"));
        names.sort();
        names
    };
    assert_eq!(names(disk.names()), names(before));
}

#[tokio::test]
async fn an_archive_that_cannot_be_brought_up_to_date_stays_as_it_was() {
    let Some((mut stage, disk)) = on_a_small_disk().await else { return };
    let (path, copy) = (disk.path.join("fineprint.db"), stage.folder.path().join("copy.db"));
    std::fs::copy(&path, &copy).unwrap();
    crate::store::chain::make_old(&copy, 2);
    std::fs::copy(&copy, &path).unwrap();
    // SQLite keeps it in the header, in big-endian.
    let schema = || std::fs::read(&path).unwrap()[63];
    for left in [0, 4_000, 16_000] {
        disk.fill(left);
        let (code, _, said) = stage.runs(&["check"]).await;
        assert!(code == 4 && said.contains("no space left for"), "{left}: {said}");
        disk.clear();
        assert_eq!(schema(), 2, "{left}");
    }
    assert_eq!(stage.runs(&["check"]).await.0, 0);
    let (code, said, _) = stage.runs(&["verify"]).await;
    assert!(code == 0 && said.contains("followed 3 entries"), "{said}");
}
