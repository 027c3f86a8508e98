//! What a document is, by its content. What a client calls it counts for nothing.

use crate::vocabulary::DocumentKind;

/// The kind of a document that begins with these bytes; `None` when documents of that kind are not taken.
pub fn of_content(beginning: &[u8]) -> Option<DocumentKind> {
    if is_docx(beginning) {
        return Some(DocumentKind::Docx);
    }
    let found = infer::get(beginning)?.mime_type();
    // What the crate takes for a text although it was not known as one above has macros, or is none.
    let mut others = DocumentKind::ALL.iter().copied().filter(|kind| *kind != DocumentKind::Docx);
    others.find(|kind| kind.media_type() == found)
}

/// Whether a zip archive is a text of Office Open XML without macros. Programs put its parts in any order, which the
/// crate does not expect; the text itself always stands near the beginning.
fn is_docx(beginning: &[u8]) -> bool {
    const HEADER: &[u8] = b"PK\x03\x04";
    let name_at = |at: usize| -> Option<&[u8]> {
        let length = beginning.get(at + 26..at + 28)?;
        let length = usize::from(u16::from_le_bytes([length[0], length[1]]));
        beginning.get(at + 30..at + 30 + length)
    };
    let first = if beginning.starts_with(HEADER) { name_at(0) } else { None };
    let parts: [&[u8]; 4] = [b"[Content_Types].xml", b"_rels/", b"docProps/", b"word/"];
    if !first.is_some_and(|name| parts.iter().any(|part| name.starts_with(part))) {
        return false;
    }
    let names = beginning.windows(HEADER.len()).enumerate().filter(|(_, bytes)| *bytes == HEADER);
    let names: Vec<&[u8]> = names.filter_map(|(at, _)| name_at(at)).collect();
    names.contains(&b"word/document.xml".as_slice()) && !names.contains(&b"word/vbaProject.bin".as_slice())
}

/// The name under which a document is given out: with an ending that belongs to what it is.
pub fn file_name(name: &str, kind: DocumentKind) -> String {
    let endings: &[&str] = match kind {
        DocumentKind::Pdf => &["pdf"],
        DocumentKind::Png => &["png"],
        DocumentKind::Jpeg => &["jpg", "jpeg"],
        DocumentKind::Tiff => &["tif", "tiff"],
        DocumentKind::Docx => &["docx"],
        DocumentKind::Odt => &["odt"],
    };
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    match ending {
        Some(ending) if endings.contains(&ending.as_str()) => name.to_owned(),
        _ => format!("{name}.{}", endings.first().copied().unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The beginning of a zip archive whose first entry has this name and content.
    fn zip(name: &str, content: &[u8]) -> Vec<u8> {
        let mut bytes = b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0".to_vec();
        bytes.extend(u32::try_from(content.len()).expect("short").to_le_bytes());
        bytes.extend(u32::try_from(content.len()).expect("short").to_le_bytes());
        bytes.extend(u16::try_from(name.len()).expect("short").to_le_bytes());
        bytes.extend([0, 0]);
        bytes.extend(name.as_bytes());
        bytes.extend(content);
        bytes
    }

    // ASVS 5.0: 5.2.2
    #[test]
    fn the_content_says_what_it_is() {
        let odt = zip("mimetype", b"application/vnd.oasis.opendocument.text");
        for (beginning, kind) in [
            (&b"%PDF-1.7\n"[..], DocumentKind::Pdf),
            (b"\x89PNG\r\n\x1a\n", DocumentKind::Png),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", DocumentKind::Jpeg),
            (b"II*\0\x08\0\0\0\0\0\0\0", DocumentKind::Tiff),
            (&odt, DocumentKind::Odt),
        ] {
            assert_eq!(of_content(beginning), Some(kind));
        }
    }

    #[test]
    fn a_text_is_known_whatever_the_order_of_its_parts_and_not_taken_with_macros() {
        let archive = |names: &[&str]| names.iter().flat_map(|name| zip(name, b"<x/>")).collect::<Vec<u8>>();
        for names in [
            &["[Content_Types].xml", "_rels/.rels", "word/document.xml", "word/styles.xml"][..],
            &["_rels/.rels", "docProps/app.xml", "docProps/core.xml", "word/document.xml", "[Content_Types].xml"],
            &["[Content_Types].xml", "word/document.xml"],
        ] {
            assert_eq!(of_content(&archive(names)), Some(DocumentKind::Docx), "{names:?}");
        }
        for names in [
            &["[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/styles.xml"][..],
            &["brief.txt", "word/document.xml"],
            &["[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"],
            &["[Content_Types].xml", "_rels/.rels", "word/document.xml", "word/vbaProject.bin"],
        ] {
            assert_eq!(of_content(&archive(names)), None, "{names:?}");
        }
    }

    // ASVS 5.0: 1.3.4, 5.2.2
    #[test]
    fn programs_pages_and_archives_are_not_taken() {
        let archive = zip("brief.txt", b"tekst");
        for other in [
            &b"MZ\x90\0\x03\0\0\0"[..],
            b"\x7fELF\x02\x01\x01",
            b"<!DOCTYPE html><html>",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"#!/bin/sh\n",
            b"GIF89a",
            b"zomaar tekst",
            b"",
            &archive,
        ] {
            assert_eq!(of_content(other), None, "{}", String::from_utf8_lossy(other));
        }
    }

    // ASVS 5.0: 5.2.2, 5.4.1
    #[test]
    fn a_name_ends_as_the_content_is() {
        assert_eq!(file_name("Vonnis.PDF", DocumentKind::Pdf), "Vonnis.PDF");
        assert_eq!(file_name("vonnis.exe", DocumentKind::Pdf), "vonnis.exe.pdf");
        assert_eq!(file_name("foto", DocumentKind::Jpeg), "foto.jpg");
    }
}
