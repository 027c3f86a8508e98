//! The engine stays pure: none of its files names a database, a web server or a clock. That it cannot name the rest of the
//! house is in the manifest: it is a crate of its own.

use std::fs;
use std::path::Path;

fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "tests") {
                sources(&path, found);
            }
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
            found.push((path.display().to_string(), code.collect::<Vec<_>>().join("\n")));
        }
    }
}

#[test]
fn the_law_names_nothing_outside_itself() {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")), &mut files);
    assert!(files.len() > 20, "the sources were not found");
    let foreign = [
        "diesel",
        "rocket",
        "tokio",
        "std::fs",
        "std::io",
        "std::net",
        "std::env",
        "std::process",
        "Utc::now",
        "Local::now",
        "SystemTime",
        "Instant::now",
        "tracing::",
        "rand::",
    ];
    for (file, text) in &files {
        for word in foreign {
            assert!(!text.contains(word), "{file} names {word}");
        }
    }
}
