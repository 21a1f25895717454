//! What reading and judging a page costs beside parsing it: `cargo bench --bench extract`.
//!
//! Of pages of your own, all in one: `FINEPRINT_PAGES=folder cargo bench --bench extract`, a folder of HTML files.

#![allow(missing_docs, reason = "criterion_group makes a function of its own")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use fineprint::extract::{Page, extract};
use fineprint::judge::{Look, Memory, judge};
use fineprint::model::Rules;
use jiff::Timestamp;

/// A page as a content management system writes it: a third policy, the rest furniture and script.
fn page(clauses: usize) -> String {
    let item = |i: usize| {
        format!(
            "<li class=\"nav-item px-4 hover:bg-gray-100\"><a href=\"/p{i}?utm_source=x\">Page {i}</a></li>"
        )
    };
    let clause = |i: usize| {
        format!(
            "<h3 id=\"s{i}\" class=\"heading text-lg\">{i}. Section</h3><p class=\"body mb-4\"><span>We may suspend \
             account {i} if you break <a href=\"/terms#s{i}\">these rules</a>, after a notice of {i} days.</span></p>"
        )
    };
    let nav: String = (0..clauses).map(item).collect();
    let policy: String = (0..clauses).map(clause).collect();
    let script = "<script>self.__data.push([1,\"x y z\"])</script>".repeat(clauses);
    format!(
        "<html><head><title>Terms</title></head><body><nav><ul>{nav}</ul></nav><main><h1>Terms</h1>{policy}</main>{script}</body></html>"
    )
}

fn extraction(c: &mut Criterion) {
    let html = page(300);
    let page = Page { body: html.as_bytes(), content_type: Some("text/html"), url: "https://example.com/" };
    let text = extract(&page, &Rules::default()).expect("the page is plain");
    let mut group = c.benchmark_group("page");
    group.throughput(Throughput::Bytes(html.len() as u64));
    group.bench_function("parse alone", |b| b.iter(|| scraper::Html::parse_document(black_box(&html))));
    group.bench_function("extract", |b| b.iter(|| extract(black_box(&page), &Rules::default())));
    group.bench_function("extract and judge", |b| {
        b.iter(|| {
            let text_now = extract(black_box(&page), &Rules::default()).expect("the page is plain");
            let look = Look { status: 200, text: &text_now, at: Timestamp::UNIX_EPOCH };
            judge(look, Some(&text), &mut Memory::default())
        })
    });
    group.finish();
}

/// The pages in the folder that `FINEPRINT_PAGES` names.
fn own() -> Vec<Vec<u8>> {
    let Some(folder) = std::env::var_os("FINEPRINT_PAGES") else { return Vec::new() };
    let files = std::fs::read_dir(folder).expect("FINEPRINT_PAGES is a folder");
    files
        .map(|file| std::fs::read(file.expect("a file in it").path()).expect("one that can be read"))
        .collect()
}

fn own_pages(c: &mut Criterion) {
    let pages = own();
    if pages.is_empty() {
        return;
    }
    let decoded: Vec<_> = pages.iter().map(|body| String::from_utf8_lossy(body)).collect();
    let mut group = c.benchmark_group("own pages");
    group.sample_size(20);
    group.throughput(Throughput::Bytes(pages.iter().map(Vec::len).sum::<usize>() as u64));
    group.bench_function("parse alone", |b| {
        b.iter(|| decoded.iter().for_each(|html| drop(black_box(scraper::Html::parse_document(html)))))
    });
    group.bench_function("extract and judge", |b| {
        b.iter(|| {
            let read = |body: &Vec<u8>| {
                let content_type = Some("text/html; charset=utf-8");
                let page = Page { body, content_type, url: "https://example.com/" };
                let text = extract(&page, &Rules::default()).ok()?;
                let look = Look { status: 200, text: &text, at: Timestamp::UNIX_EPOCH };
                Some(judge(look, Some(&text), &mut Memory::default()))
            };
            pages.iter().filter_map(read).count()
        })
    });
    group.finish();
}

criterion_group!(benches, extraction, own_pages);
criterion_main!(benches);
