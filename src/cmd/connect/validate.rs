//! `rk connect validate`: what a worker thinks of configurations.

use super::rows::may_show;
use super::trouble::problem_rows;
use super::{Context, Ended, Failure, each, failed, files, open, unless};
use crate::cli::connect::manage as words;
use crate::connect::rest::Setting;
use crate::connect::rest::file::Wanted;
use crate::exit::Exit;
use crate::render::{Cell, Row};

/// A setting, with what is wrong with it if something is.
struct FullRow(Setting);

impl Row for FullRow {
    const COLUMNS: &'static [&'static str] =
        &["setting", "value", "problem", "type", "importance", "recommended", "documentation"];

    fn cells(&self) -> Vec<Cell> {
        let Setting { key, name, value, recommended, errors } = &self.0;
        let problem = Some(errors.join("; ")).filter(|text| !text.is_empty());
        vec![
            name.as_str().into(),
            value.as_deref().map(|value| may_show(name, value, false)).into(),
            problem.into(),
            key.as_ref().map(|key| key.kind.as_str()).into(),
            key.as_ref().map(|key| key.importance.as_str()).into(),
            recommended.clone().into(),
            key.as_ref().map(|key| key.documentation.as_str()).into(),
        ]
    }
}

pub(super) fn run(words: &words::Validate, cx: &mut Context) -> Ended {
    let connect = open(&words.rest, cx)?;
    let wanted = files::read(&words.files, cx)?;
    let names: Vec<String> = wanted.iter().map(|one| one.name.clone()).collect();
    let mut rest = wanted.iter();
    let mut settings = Vec::new();
    let mut error_count = 0;
    let exit = each(&names, cx, |name, cx| {
        let Some(one) = rest.next() else { return Ok(()) };
        let class = class(one)?;
        let validation = connect
            .validate(class, &one.config)
            .map_err(|error| failed(format!("cannot have connector `{name}` checked"), error))?;
        let problems = match validation.error_count {
            0 => "no problem".to_owned(),
            1 => "1 problem".to_owned(),
            many => format!("{many} problems"),
        };
        cx.ui.note(&format!("connector `{name}`: {problems}"));
        error_count += validation.error_count;
        settings.extend(validation.settings);
        Ok(())
    })?;
    if exit == Exit::Done || !settings.is_empty() {
        let output = words.output.output;
        match words.all {
            true => cx.show(output, &settings.into_iter().map(FullRow).collect::<Vec<_>>())?,
            false => cx.show(output, &problem_rows(&settings))?,
        }
    }
    Ok(unless(exit, error_count > 0))
}

fn class(wanted: &Wanted) -> Result<&str, Failure> {
    wanted.config.get("connector.class").map(String::as_str).ok_or_else(|| {
        Failure::new(format!("cannot have connector `{}` checked", wanted.name))
            .because("it has no `connector.class`")
            .hint("`rk connect plugins` shows what the workers have")
            .exit(Exit::BadWords)
    })
}
