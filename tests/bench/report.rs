//! One table: a row a subject, with ratios to Apache Kafka and to the sink.

use super::measure::median;

/// What several rounds of one thing took, for one subject.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) subject: &'static str,
    /// Records of each round.
    pub(crate) records: u64,
    pub(crate) wall_s: Vec<f64>,
    pub(crate) cpu_s: Vec<f64>,
    pub(crate) peak_mb: f64,
}

/// Prints the rows of one scenario.
pub(crate) fn print(scenario: &str, rows: &[Row]) {
    println!("{scenario}");
    println!(
        "  {:10} {:>9} {:>12} {:>9} {:>9} {:>11} {:>11} {:>11}",
        "", "wall s", "records/s", "CPU s", "peak MB", "rate/Kafka", "CPU/Kafka", "CPU/sink"
    );
    let find = |name: &str| rows.iter().find(|row| row.subject == name);
    let (kafka, sink) = (find("kafka"), find("sink"));
    for row in rows {
        let (wall, cpu) = (median(row.wall_s.clone()), median(row.cpu_s.clone()));
        let over = |other: Option<f64>| other.map_or("-".into(), |ratio| format!("{ratio:.2}"));
        let faster = kafka.map(|kafka| median(kafka.wall_s.clone()) / wall);
        let of_kafka = kafka.map(|kafka| cpu / median(kafka.cpu_s.clone()));
        let of_sink = sink.map(|sink| cpu / median(sink.cpu_s.clone()));
        println!(
            "  {:10} {wall:>9.3} {:>12.0} {cpu:>9.3} {:>9.0} {:>11} {:>11} {:>11}",
            row.subject,
            row.records as f64 / wall,
            row.peak_mb,
            over(faster),
            over(of_kafka),
            over(of_sink),
        );
    }
    println!();
}
