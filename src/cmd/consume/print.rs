//! Records to bytes: by the template or as JSON.

use super::super::Failure;
use crate::cli::consume::{Consume, RecordOutput};
use crate::exit::Exit;
use crate::format::{Record, Template, write_json};

/// Prints records.
#[derive(Clone)]
pub(super) struct Printer {
    /// None: as JSON.
    template: Option<Template>,
    wants_headers: bool,
}

impl Printer {
    pub(super) fn of(words: &Consume) -> Result<Self, Failure> {
        let template = match (&words.format, words.output) {
            (_, Some(RecordOutput::Json)) => None,
            (None, None) => Some(Template::value_line()),
            (Some(text), None) => Some(Template::parse(text).map_err(|e| {
                Failure::new(format!("cannot read the format `{text}`"))
                    .caused_by(e)
                    .hint("`%%` is a percent sign; `rk consume --help` lists what there is")
                    .exit(Exit::BadWords)
            })?),
        };
        let wants_headers = template.as_ref().is_none_or(Template::wants_headers);
        Ok(Printer { template, wants_headers })
    }

    /// Says whether records' headers are printed: they cost a little to look at.
    pub(super) fn wants_headers(&self) -> bool {
        self.wants_headers
    }

    /// Appends a record.
    pub(super) fn print(&mut self, record: &Record, out: &mut Vec<u8>) {
        match &self.template {
            Some(template) => template.write(out, record),
            None => {
                write_json(out, record);
                out.push(b'\n');
            }
        }
    }
}
