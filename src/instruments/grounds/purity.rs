//! The crate stays pure: none of its files names a database, a web server, a clock, a file or a network.

use std::fs;
use std::path::Path;

fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let is_test = ["tests", "purity", "properties", "cases"];
        if path.file_stem().is_some_and(|name| is_test.iter().any(|test| name == *test)) {
            continue;
        }
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
            found.push((path.display().to_string(), code.collect::<Vec<_>>().join("\n")));
        }
    }
}

#[test]
fn the_measures_name_nothing_outside_themselves() {
    let mut files = Vec::new();
    sources(Path::new(env!("CARGO_MANIFEST_DIR")), &mut files);
    assert!(files.len() > 30, "the sources were not found");
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
