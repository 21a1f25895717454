use super::*;
use crate::effective::fold;

fn days(text: &str) -> Vec<Named> {
    name(&fold::text(text)).1
}

#[test]
fn a_day_is_known_in_many_writings() {
    let day = |y, m, d| Named::Day(Date::new(y, m, d).unwrap());
    for (written, expected) in [
        ("2027-03-01", day(2027, 3, 1)),
        ("2027/3/1", day(2027, 3, 1)),
        ("1.3.2027", day(2027, 3, 1)),
        ("01. 03. 2027", day(2027, 3, 1)),
        ("March 1, 2027", day(2027, 3, 1)),
        ("MARCH 1st 2027", day(2027, 3, 1)),
        ("Mar. 1, 2027", day(2027, 3, 1)),
        ("1st day of March, 2027", day(2027, 3, 1)),
        ("1. März 2027", day(2027, 3, 1)),
        ("1er août 2027", day(2027, 8, 1)),
        ("1 de septiembre de 2027", day(2027, 9, 1)),
        ("1º dicembre 2027", day(2027, 12, 1)),
        ("1º de março de 2027", day(2027, 3, 1)),
        ("15-Mar-2027", day(2027, 3, 15)),
        ("2027年3月1日", day(2027, 3, 1)),
        ("２０２７年３月１日", day(2027, 3, 1)),
        ("二〇二七年十二月三十一日", day(2027, 12, 31)),
        ("令和9年3月1日", day(2027, 3, 1)),
        ("令和元年5月1日", day(2019, 5, 1)),
        ("2027년 3월 1일", day(2027, 3, 1)),
        ("١ مارس ٢٠٢٧", day(2027, 3, 1)),
        ("1 من كانون الثاني 2027", day(2027, 1, 1)),
        ("1 آذار/مارس 2027", day(2027, 3, 1)),
        ("3/4/2027", Named::Numbers(Numbers { first: 3, second: 4, year: 2027 })),
    ] {
        assert_eq!(days(written), [expected], "{written}");
    }
}

#[test]
fn what_only_looks_like_a_day_is_none() {
    for text in [
        "2027-13-01",
        "31/31/2027",
        "February 30, 2027",
        "March 2027",
        "March 1",
        "1448/09/01",
        "v1.2.2027.4",
        "192.1.3.2027",
        "2027-03-01-7",
        "/2027/03/01/post",
        "2027-03/01",
        "Maya 1, 2027",
        "民國116年3月1日",
        "3月1日",
        "+49 30 1.3.20275",
    ] {
        assert_eq!(days(text), [], "{text}");
    }
}
