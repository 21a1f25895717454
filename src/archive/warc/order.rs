//! Many archives, read so that every address goes forward in time.

use std::collections::hash_map::Entry as Slot;
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use jiff::Timestamp;
use url::Url;

use super::error::{Error, Fault, Place};
use super::head::Address;
use super::scan::{Input, Scanned};
use super::spool::Spooling;
use super::strand::{Entry, Strand};

/// Archives, put in order.
pub struct Ordered {
    /// The captures, the longest strand first.
    pub strands: Vec<Strand>,
    /// What can't be read. Nothing of this is yielded again by a strand.
    pub faults: Vec<Error>,
}

/// Reads archives so that the captures of one address come in the order of their dates, whatever the order
/// of the archives and of the records in them.
///
/// Every archive is read through once, without keeping anything but addresses and dates: decompression is
/// far quicker than anything that is done with a page afterwards, and there is no undoing when an
/// earlier capture turns up late. Archives that share no address are independent strands. Those that
/// share one are read one after another where that is in order, as with an archive per month. Only what is
/// really out of order is sorted, through compressed temporary files in `folder`, which vanish with the strands.
///
/// In memory are some 100 bytes per address and archive, as many per capture to sort, and what [`super`] says,
/// once per core here and once per strand that is being read.
pub fn in_time_order(inputs: Vec<Input>, folder: &Path) -> Ordered {
    let mut archives = on_all_cores(inputs, |input| input.scan(folder));
    let mut faults: Vec<Error> = archives.iter_mut().filter_map(|a| a.fault.take()).collect();
    archives.retain(|a| a.captures > 0);

    let mut strands = Vec::new();
    for group in on_all_cores(groups(archives), |group| into_strands(group, folder)) {
        strands.extend(group.strands);
        faults.extend(group.faults);
    }
    strands.sort_by_key(|s| std::cmp::Reverse(s.bytes()));
    Ordered { strands, faults }
}

/// Puts archives together that share an address, directly or by way of others.
fn groups(archives: Vec<Scanned>) -> Vec<Vec<Scanned>> {
    let mut parent: Vec<usize> = (0..archives.len()).collect();
    let mut owner = HashMap::new();
    for (i, archive) in archives.iter().enumerate() {
        for address in archive.spans.keys() {
            match owner.entry(*address) {
                Slot::Vacant(slot) => _ = slot.insert(i),
                Slot::Occupied(slot) => {
                    let (a, b) = (root(&mut parent, i), root(&mut parent, *slot.get()));
                    parent[a.max(b)] = a.min(b);
                }
            }
        }
    }
    let mut groups: Vec<Vec<Scanned>> = archives.iter().map(|_| Vec::new()).collect();
    for (i, archive) in archives.into_iter().enumerate() {
        groups[root(&mut parent, i)].push(archive);
    }
    groups.retain(|group| !group.is_empty());
    groups
}

fn root(parent: &mut [usize], mut i: usize) -> usize {
    while parent[i] != i {
        parent[i] = parent[parent[i]];
        i = parent[i];
    }
    i
}

/// Archives that share addresses: one after another where that is in order, else sorted.
fn into_strands(mut archives: Vec<Scanned>, folder: &Path) -> Ordered {
    archives.sort_by_key(|a| a.spans.values().map(|(first, _)| *first).min());
    let in_order = follow_each_other(&archives);
    archives.iter_mut().for_each(|a| a.spans = HashMap::new());
    if in_order {
        return Ordered { strands: vec![Strand::streamed(archives)], faults: Vec::new() };
    }
    sort(&archives, folder).unwrap_or_else(|error| {
        let names: Vec<&str> = archives.iter().map(|a| &*a.name).collect();
        let place = Place { archive: names.join(", ").into(), record: 0, offset: 0 };
        Ordered { strands: Vec::new(), faults: vec![Error { place, fault: Fault::Spool(error) }] }
    })
}

fn follow_each_other(archives: &[Scanned]) -> bool {
    let mut reached: HashMap<u64, Timestamp> = HashMap::new();
    archives.iter().all(|archive| {
        archive.in_order
            && archive.spans.iter().all(|(address, (first, last))| {
                reached.insert(*address, *last).is_none_or(|before| before <= *first)
            })
    })
}

/// Sorts archives into a strand per address.
fn sort(archives: &[Scanned], folder: &Path) -> io::Result<Ordered> {
    let mut sorting =
        Sorting { spool: Spooling::new(folder)?, addresses: BTreeMap::new(), faults: Vec::new() };
    for archive in archives {
        sorting.add(archive)?;
    }
    let spool = Arc::new(sorting.spool.finish()?);
    let strands = sorting.addresses.into_iter();
    let strands = strands.map(|(target, entries)| Strand::sorted(target, spool.clone(), entries)).collect();
    Ok(Ordered { strands, faults: sorting.faults })
}

struct Sorting {
    spool: Spooling,
    addresses: BTreeMap<Url, Vec<Entry>>,
    faults: Vec<Error>,
}

impl Sorting {
    /// Adds what an archive has; its own faults are kept, those of the spool returned.
    fn add(&mut self, archive: &Scanned) -> io::Result<()> {
        let mut reader = match archive.open() {
            Ok(reader) => reader,
            Err(error) => {
                self.faults.push(error);
                return Ok(());
            }
        };
        loop {
            let page = reader.next_page();
            if reader.place().record > archive.records {
                return Ok(()); // damage, told when it was scanned; or added since
            }
            match page {
                Ok(Some((Address { target, date, form }, block))) => {
                    let entry =
                        Entry { date, form, place: reader.place().clone(), slot: self.spool.add(&block)? };
                    self.addresses.entry(target).or_default().push(entry);
                }
                Ok(None) => return Ok(()),
                Err(error) => self.faults.push(error),
            }
        }
    }
}

/// Does `work` on all inputs, on all cores; the results come in the order of the inputs.
fn on_all_cores<T: Send, R: Send>(inputs: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(inputs.len());
    let queue = Mutex::new(inputs.into_iter().enumerate());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let run = || std::iter::from_fn(next).map(|(i, input)| (i, work(input))).collect::<Vec<_>>();
    let mut done: Vec<(usize, R)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(run)).collect();
        workers.into_iter().flat_map(|w| w.join().unwrap_or_else(|p| std::panic::resume_unwind(p))).collect()
    });
    done.sort_by_key(|(i, _)| *i);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::super::sample;
    use super::*;

    const A: &str = "https://acme.example/a";
    const B: &str = "https://acme.example/b";

    /// Captures written as `(address, day, body)`.
    fn input(name: &str, pages: &[(&str, u32, &str)]) -> Input {
        Input::Stream { name: name.to_owned(), from: Box::new(Cursor::new(archive(pages))) }
    }

    fn archive(pages: &[(&str, u32, &str)]) -> Vec<u8> {
        let dates: Vec<String> =
            pages.iter().map(|(_, day, _)| format!("2026-01-{day:02}T00:00:00Z")).collect();
        let pages: Vec<_> =
            pages.iter().zip(&dates).map(|((url, _, body), date)| (*url, date.as_str(), *body)).collect();
        sample::archive(&pages)
    }

    fn order(inputs: Vec<Input>) -> (Vec<String>, Vec<String>) {
        let ordered = in_time_order(inputs, &std::env::temp_dir());
        let mut strands: Vec<String> = ordered.strands.into_iter().map(tell).collect();
        strands.sort();
        (strands, ordered.faults.iter().map(ToString::to_string).collect())
    }

    /// A strand in a line: the end of each address, and the body.
    fn tell(strand: Strand) -> String {
        let told = strand.map(|c| match c {
            Ok(c) => format!("{}={}", &c.target.path()[1..], String::from_utf8_lossy(&c.response.body)),
            Err(e) => format!("[{e}]"),
        });
        told.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn archives_without_a_common_address_are_strands_of_their_own() {
        let (strands, faults) =
            order(vec![input("1", &[(A, 1, "x"), (A, 2, "y")]), input("2", &[(B, 1, "z")])]);
        assert_eq!((strands, faults), (vec!["a=x a=y".to_owned(), "b=z".to_owned()], vec![]));
    }

    #[test]
    fn an_archive_per_month_is_read_in_the_order_of_the_months() {
        let (strands, _) =
            order(vec![input("feb", &[(B, 4, "y"), (A, 5, "z")]), input("jan", &[(A, 1, "w"), (B, 2, "x")])]);
        assert_eq!(strands, ["a=w b=x b=y a=z"]);
    }

    #[test]
    fn what_is_out_of_order_is_sorted() {
        let within = order(vec![input("1", &[(A, 3, "z"), (B, 1, "x"), (A, 1, "y")])]).0;
        assert_eq!(within, ["a=y a=z", "b=x"]);
        let between = order(vec![input("1", &[(A, 1, "x"), (A, 3, "z")]), input("2", &[(A, 2, "y")])]).0;
        assert_eq!(between, ["a=x a=y a=z"]);
    }

    #[test]
    fn damage_is_told_once_and_what_stands_before_it_is_read() {
        let cut = |pages: &[(&str, u32, &str)]| {
            let mut archive = archive(pages);
            archive.truncate(archive.len() - 6);
            Input::Stream { name: "cut".to_owned(), from: Box::new(Cursor::new(archive)) }
        };
        for pages in [[(A, 1, "x"), (A, 2, "y"), (A, 3, "zzz")], [(A, 2, "y"), (A, 1, "x"), (A, 3, "zzz")]] {
            let (strands, faults) = order(vec![cut(&pages)]);
            assert_eq!(strands, ["a=x a=y"]);
            assert!(matches!(&faults[..], [f] if f.contains("cut: record 3 at byte")), "{faults:?}");
        }
    }

    #[test]
    fn a_missing_file_does_not_stop_the_others() {
        let (strands, faults) =
            order(vec![Input::File("/nowhere/a.warc".into()), input("2", &[(B, 1, "z")])]);
        assert_eq!(strands, ["b=z"]);
        assert!(faults[0].starts_with("/nowhere/a.warc: cannot be read"), "{faults:?}");
    }

    #[test]
    fn a_folder_that_takes_no_files_is_said() {
        let ordered = in_time_order(vec![input("1", &[(A, 1, "x")])], Path::new("/nowhere"));
        assert!(ordered.strands.is_empty());
        assert!(ordered.faults[0].to_string().contains("no temporary copy"), "{}", ordered.faults[0]);
    }

    proptest! {
        #[test]
        fn every_address_goes_forward_in_one_strand_and_nothing_is_lost(
            archives in prop::collection::vec(prop::collection::vec((0..4_usize, 1..28_u32), 0..6), 0..5),
        ) {
            const URLS: [&str; 4] = [A, B, "https://acme.example/c", "https://acme.example/d"];
            let named = |captures: &Vec<(usize, u32)>| captures.iter().map(|(u, day)| (URLS[*u], *day, "")).collect::<Vec<_>>();
            let inputs = archives.iter().map(|a| input("x", &named(a))).collect();
            let ordered = in_time_order(inputs, &std::env::temp_dir());
            prop_assert!(ordered.faults.is_empty());

            let mut got = Vec::new();
            let mut reached: HashMap<Url, (usize, Timestamp)> = HashMap::new();
            for (i, strand) in ordered.strands.into_iter().enumerate() {
                for capture in strand {
                    let capture = capture.unwrap();
                    let (strand, before) = reached.entry(capture.target.clone()).or_insert((i, capture.date));
                    prop_assert!(*strand == i && *before <= capture.date);
                    *before = capture.date;
                    got.push((capture.target.to_string(), capture.date.to_string()));
                }
            }
            let mut given: Vec<_> = archives.iter().flatten()
                .map(|(u, day)| (URLS[*u].to_owned(), format!("2026-01-{day:02}T00:00:00Z"))).collect();
            got.sort();
            given.sort();
            prop_assert_eq!(got, given);
        }
    }
}
