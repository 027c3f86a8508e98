//! What a reader of the file finds: read back with another library than the one that wrote it.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

use lopdf::{Dictionary, Document, Object};

use crate::{Choice, Definition, Letter, LetterError, Part, Table, pdf};

fn letter() -> Letter {
    let definition = |term: &str, text: &str| Definition { term: term.to_owned(), text: text.to_owned() };
    Letter {
        title: "Verzoek om opneming".to_owned(),
        language: "nl".to_owned(),
        addressee: Vec::new(),
        parts: vec![
            Part::Paragraph("Aan de Minister, voor André Šťastný en Zoë Γεωργίου.".to_owned()),
            Part::Heading("De persoon".to_owned()),
            Part::Definitions(vec![definition("Achternaam", "de Vries"), definition("Handtekening", "")]),
            Part::Choices {
                label: "Grond".to_owned(),
                choices: vec![
                    Choice { text: "Verdacht".to_owned(), chosen: false },
                    Choice { text: "Veroordeeld".to_owned(), chosen: true },
                ],
            },
            Part::PageBreak,
            Part::Table(Table {
                summary: "Landen".to_owned(),
                header: vec!["Land".to_owned(), "Dag".to_owned()],
                rows: vec![vec!["Filipijnen".to_owned(), "1 maart".to_owned()]],
            }),
        ],
    }
}

fn dictionary<'d>(document: &'d Document, object: &'d Object) -> &'d Dictionary {
    document.dereference(object).unwrap().1.as_dict().unwrap()
}

/// Tags in reading order, each with its depth.
fn tags(document: &Document, element: &Dictionary, into: &mut Vec<String>) {
    if let Ok(tag) = element.get(b"S").and_then(Object::as_name) {
        into.push(String::from_utf8_lossy(tag).into_owned());
    }
    let children = match element.get(b"K") {
        Ok(Object::Array(children)) => children.clone(),
        Ok(other) => vec![other.clone()],
        Err(_) => Vec::new(),
    };
    for child in &children {
        if let Ok((_, Object::Dictionary(child))) = document.dereference(child) {
            tags(document, child, into);
        }
    }
}

#[test]
fn title_language_and_reading_order_are_in_the_file() {
    let bytes = pdf(&letter()).unwrap();
    let document = Document::load_mem(&bytes).unwrap();
    let catalog = document.catalog().unwrap();
    assert_eq!(catalog.get(b"Lang").unwrap().as_str().unwrap(), b"nl");
    let marked = dictionary(&document, catalog.get(b"MarkInfo").unwrap());
    assert!(marked.get(b"Marked").unwrap().as_bool().unwrap());
    let shown = dictionary(&document, catalog.get(b"ViewerPreferences").unwrap());
    assert!(shown.get(b"DisplayDocTitle").unwrap().as_bool().unwrap());
    let info = dictionary(&document, document.trailer.get(b"Info").unwrap());
    assert_eq!(lopdf::decode_text_string(info.get(b"Title").unwrap()).unwrap(), "Verzoek om opneming");
    let metadata = document.dereference(catalog.get(b"Metadata").unwrap()).unwrap().1.as_stream().unwrap();
    let xmp = String::from_utf8(metadata.get_plain_content().unwrap()).unwrap();
    assert!(xmp.contains("pdfuaid:part"), "{xmp}");
    let mut found = Vec::new();
    tags(&document, dictionary(&document, catalog.get(b"StructTreeRoot").unwrap()), &mut found);
    let found: Vec<&str> = found.iter().map(String::as_str).filter(|tag| *tag != "Document").collect();
    let list = |n: usize| ["L"].into_iter().chain(std::iter::repeat_n(["LI", "Lbl", "LBody"], n).flatten());
    let table = ["Table", "THead", "TR", "TH", "TH", "TBody", "TR", "TD", "TD"];
    let expected: Vec<&str> =
        ["H1", "P", "H2"].into_iter().chain(list(2)).chain(["P"]).chain(list(2)).chain(table).collect();
    assert_eq!(found, expected);
    assert_eq!(document.get_pages().len(), 2);
}

#[test]
fn what_is_read_is_what_was_written_and_nothing_else() {
    let bytes = pdf(&letter()).unwrap();
    let document = Document::load_mem(&bytes).unwrap();
    let text = document.extract_text(&[1, 2]).unwrap();
    let words: Vec<&str> = text.split_whitespace().collect();
    let read = words.join(" ");
    let mut after = 0;
    for part in [
        "Verzoek om opneming",
        "André Šťastný en Zoë Γεωργίου.",
        "De persoon",
        "Achternaam",
        "de Vries",
        "Handtekening",
        "Grond",
        "☐",
        "Verdacht",
        "☒",
        "Veroordeeld",
        "1 / 2",
        "Land",
        "Dag",
        "Filipijnen",
        "1 maart",
    ] {
        let at = read.get(after..).and_then(|rest| rest.find(part));
        assert!(at.is_some(), "`{part}` is not there in order: {read}");
        after += at.unwrap_or_default() + part.len();
    }
}

#[test]
fn the_same_letter_gives_the_same_bytes_and_a_small_file() {
    let bytes = pdf(&letter()).unwrap();
    assert_eq!(bytes, pdf(&letter()).unwrap());
    assert!(bytes.len() < 60_000, "{} bytes: the font is not a subset", bytes.len());
}

#[test]
fn long_letters_go_on_for_pages_and_long_words_are_broken() {
    let long = "w".repeat(400);
    let mut letter = letter();
    letter.parts = (0..60).map(|_| Part::Paragraph(format!("Een alinea die door moet gaan. {long}"))).collect();
    let document = Document::load_mem(&pdf(&letter).unwrap()).unwrap();
    assert!(document.get_pages().len() > 5);
}

#[test]
fn a_character_without_a_sign_and_a_ragged_table_are_refused() {
    let mut unknown = letter();
    unknown.parts = vec![Part::Paragraph("漢".to_owned())];
    assert_eq!(pdf(&unknown), Err(LetterError::NoGlyph('漢')));
    assert!(!LetterError::NoGlyph('漢').to_string().contains('漢'));
    let mut ragged = letter();
    let table = Table { summary: String::new(), header: vec!["a".to_owned()], rows: vec![Vec::new()] };
    ragged.parts = vec![Part::Table(table)];
    assert_eq!(pdf(&ragged), Err(LetterError::Table));
}

#[test]
fn the_address_stands_in_the_window_and_is_read_first() {
    let mut posted = letter();
    posted.addressee =
        vec!["J. van Proefpersoon".to_owned(), "Proeflaan 1".to_owned(), "9999 XZ  PROEFSTAD".to_owned()];
    let document = Document::load_mem(&pdf(&posted).unwrap()).unwrap();
    let mut found = Vec::new();
    tags(&document, dictionary(&document, document.catalog().unwrap().get(b"StructTreeRoot").unwrap()), &mut found);
    let found: Vec<&str> = found.iter().map(String::as_str).filter(|tag| *tag != "Document").collect();
    assert_eq!(found.first_chunk::<2>(), Some(&["P", "H1"]));
    let text = document.extract_text(&[1]).unwrap();
    let at = |part: &str| text.find(part);
    assert!(at("J. van Proefpersoon").is_some() && at("J. van Proefpersoon") < at("Verzoek om opneming"), "{text}");
    for addressee in [vec!["x".to_owned(); 8], vec!["w".repeat(80)]] {
        posted.addressee = addressee;
        assert_eq!(pdf(&posted), Err(LetterError::Address));
    }
}
