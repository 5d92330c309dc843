//! Kafka's text checkpoints: a version, a count, and that many lines.
//!
//! Source: `CheckpointFile`, `OffsetCheckpointFile` of Apache Kafka.

/// Returns the entries' lines, if the text is whole and of version 0.
pub(super) fn lines(text: &str) -> Option<Vec<&str>> {
    let mut lines = text.lines();
    if lines.next()?.trim() != "0" {
        return None;
    }
    let count: usize = lines.next()?.trim().parse().ok()?;
    let entries: Vec<&str> = lines.map(str::trim).filter(|line| !line.is_empty()).collect();
    (entries.len() == count).then_some(entries)
}

pub(super) fn text(entries: impl Iterator<Item = String>) -> String {
    let entries: Vec<String> = entries.collect();
    let mut text = format!("0\n{}\n", entries.len());
    for entry in entries {
        text.push_str(&entry);
        text.push('\n');
    }
    text
}
