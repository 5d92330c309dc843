//! How things are shown: the output format of listings, and colour.

/// How rows are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Output {
    /// Columns under upper-case heads, for people.
    #[default]
    Table,
    /// One array of objects.
    Json,
    /// An object a line.
    Ndjson,
    /// RFC 4180, with a head line.
    Csv,
    /// Tabs between, with a head line.
    Tsv,
    /// Tabs between, without a head line: for `cut`, `awk` and `read`.
    Plain,
}

impl Output {
    /// Every format.
    pub const ALL: [Output; 6] =
        [Output::Table, Output::Json, Output::Ndjson, Output::Csv, Output::Tsv, Output::Plain];

    /// Returns the format's word.
    pub fn name(self) -> &'static str {
        match self {
            Output::Table => "table",
            Output::Json => "json",
            Output::Ndjson => "ndjson",
            Output::Csv => "csv",
            Output::Tsv => "tsv",
            Output::Plain => "plain",
        }
    }

    /// Returns the format of a word.
    pub fn of_name(name: &str) -> Option<Output> {
        Output::ALL.into_iter().find(|output| output.name() == name)
    }
}

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Color {
    /// On a terminal that knows colour, unless `NO_COLOR` is set.
    #[default]
    Auto,
    Always,
    Never,
}
