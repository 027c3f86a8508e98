//! The rules, the cross-checks and the import stay pure: they name no database, web server, clock, file or network.

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
fn the_rules_of_supervision_name_nothing_outside_themselves() {
    let mut files = Vec::new();
    for part in ["rules", "checks", "import"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/supervision").join(part);
        if folder.exists() {
            sources(&folder, &mut files);
        }
    }
    assert!(files.len() > 15, "the sources were not found");
    let foreign = [
        "diesel",
        "rocket",
        "tokio",
        "std::fs",
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
        let own = text.matches("crate::").count();
        let known = ["crate::law", "crate::vocabulary", "crate::supervision"].map(|part| text.matches(part).count());
        assert_eq!(own, known.iter().sum::<usize>(), "{file} names another part of the house");
    }
}
