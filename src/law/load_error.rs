//! What is wrong with a profile or calendar: the file, the key and the reason.

/// A profile or calendar that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {key}: {reason}")]
pub struct LoadError {
    /// The file, as named by whoever read it.
    pub file: String,
    /// The key, with the names of its tables, e.g. `period.initial`.
    pub key: String,
    /// What is wrong.
    pub reason: String,
}

impl LoadError {
    /// An error about one key.
    #[must_use]
    pub fn new(file: &str, key: &str, reason: &str) -> Self {
        Self { file: file.to_owned(), key: key.to_owned(), reason: reason.to_owned() }
    }

    /// An error of the TOML reader; the key is found from the place in the text.
    #[must_use]
    pub fn toml(file: &str, text: &str, error: &toml::de::Error) -> Self {
        let key = error.span().map_or_else(String::new, |span| key_at(text, span.start));
        let key = if key.is_empty() { "(document)" } else { &key };
        Self::new(file, key, error.message())
    }
}

/// The dotted key of the line at byte `at`, with the table it stands in.
fn key_at(text: &str, at: usize) -> String {
    let at = at.min(text.len());
    let line_start = text.get(..at).and_then(|t| t.rfind('\n')).map_or(0, |i| i + 1);
    let line = text.get(line_start..).and_then(|t| t.lines().next()).unwrap_or_default().trim();
    let header = |l: &str| {
        let inner = l.split('#').next()?.trim().strip_prefix('[')?.strip_suffix(']')?;
        Some(inner.trim_matches(['[', ']']).trim().to_owned())
    };
    if let Some(table) = header(line) {
        return table;
    }
    let before = text.get(..line_start).unwrap_or_default();
    let table = before.lines().rev().find_map(|l| header(l.trim()));
    let key = line.split('=').next().unwrap_or_default().trim().trim_matches('"');
    match (table, key) {
        (Some(table), "") => table,
        (Some(table), key) => format!("{table}.{key}"),
        (None, key) => key.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::key_at;

    #[test]
    fn the_key_is_named_with_its_table() {
        let text = "id = 1\n[period] # days\ninitial = -3\n";
        assert_eq!(key_at(text, 0), "id");
        assert_eq!(key_at(text, text.find("-3").unwrap()), "period.initial");
        assert_eq!(key_at(text, text.find("[period]").unwrap()), "period");
        assert_eq!(key_at(text, 10_000), "period");
    }
}
