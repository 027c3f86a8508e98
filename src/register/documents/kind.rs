//! What a document is, by its content. What a client calls it counts for nothing.

use crate::vocabulary::DocumentKind;

/// The kind of a document that begins with these bytes; `None` when documents of that kind are not taken.
pub fn of_content(beginning: &[u8]) -> Option<DocumentKind> {
    let found = infer::get(beginning)?.mime_type();
    DocumentKind::ALL.iter().copied().find(|kind| kind.media_type() == found)
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
        let mut docx = zip("[Content_Types].xml", b"<Types/>");
        docx.extend(zip("_rels/.rels", b"<Relationships/>"));
        docx.extend(zip("word/document.xml", b"<w:document/>"));
        docx.extend([0; 64]);
        assert_eq!(of_content(&docx), Some(DocumentKind::Docx));
    }

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

    #[test]
    fn a_name_ends_as_the_content_is() {
        assert_eq!(file_name("Vonnis.PDF", DocumentKind::Pdf), "Vonnis.PDF");
        assert_eq!(file_name("vonnis.exe", DocumentKind::Pdf), "vonnis.exe.pdf");
        assert_eq!(file_name("foto", DocumentKind::Jpeg), "foto.jpg");
    }
}
