//! `${file:PATH:KEY}`, `${dir:PATH:KEY}` and `${env:NAME}` in settings.
//!
//! The three are there under these names without being asked for; `config.providers` gives them
//! other names and restricts them (`allowed.paths`, `allowlist.pattern`). What cannot be resolved
//! stays as it is written, as in Kafka. What was put in is secret: whoever shows settings shows
//! the text before.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use regex::Regex;

use super::file::Pairs;
use crate::connect::define::nearest;
use crate::settings::properties;

/// How large a file may be that a value comes from.
const FILE_BYTES_MAX: u64 = 16 * 1024 * 1024;

const CLASSES: &[(&str, Sort)] = &[
    ("org.apache.kafka.common.config.provider.FileConfigProvider", Sort::File),
    ("org.apache.kafka.common.config.provider.DirectoryConfigProvider", Sort::Directory),
    ("org.apache.kafka.common.config.provider.EnvVarConfigProvider", Sort::Environment),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    File,
    Directory,
    Environment,
}

/// What is wrong with the settings of providers, or with what they are asked for.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ProviderError {
    #[error("config provider `{name}`: there is no class `{class}`{}", hint(.nearest))]
    Class { name: String, class: String, nearest: Option<String> },
    #[error("config provider `{name}`: `{pattern}` is not a regular expression")]
    Pattern { name: String, pattern: String },
    #[error("`{variable}` of the setting `{setting}`: {why}")]
    Value { setting: String, variable: String, why: String },
}

fn hint(nearest: &Option<String>) -> String {
    nearest.as_ref().map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}

#[derive(Clone, Debug)]
struct Provider {
    sort: Sort,
    allowed_paths: Vec<PathBuf>,
    allowlist: Option<Regex>,
}

/// The providers there are, by name.
#[derive(Clone, Debug)]
pub struct Providers(BTreeMap<String, Provider>);

impl Default for Providers {
    fn default() -> Self {
        let plain = |sort| Provider { sort, allowed_paths: Vec::new(), allowlist: None };
        let all = [("file", Sort::File), ("dir", Sort::Directory), ("env", Sort::Environment)];
        Providers(all.into_iter().map(|(name, sort)| (name.to_owned(), plain(sort))).collect())
    }
}

impl Providers {
    /// The providers that the worker's settings name, besides the three.
    pub fn of(worker: &Pairs) -> Result<Self, ProviderError> {
        let mut providers = Providers::default();
        let names = worker.get("config.providers").map(String::as_str).unwrap_or_default();
        for name in names.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            let of = |key: &str| worker.get(&format!("config.providers.{name}.{key}"));
            let class = of("class").map(String::as_str).unwrap_or_default();
            let is_it = |full: &str| full == class || full.rsplit('.').next() == Some(class);
            let sort = CLASSES.iter().find(|(full, _)| is_it(full)).map(|(_, sort)| *sort);
            let sort = sort.ok_or_else(|| ProviderError::Class {
                name: name.to_owned(),
                class: class.to_owned(),
                nearest: nearest(class, CLASSES.iter().map(|(full, _)| *full)).map(str::to_owned),
            })?;
            let paths = of("param.allowed.paths").map(String::as_str).unwrap_or_default();
            let paths = paths.split(',').map(str::trim).filter(|path| !path.is_empty());
            let allowlist = of("param.allowlist.pattern").map(|pattern| {
                Regex::new(&format!("^(?:{pattern})$")).map_err(|_| ProviderError::Pattern {
                    name: name.to_owned(),
                    pattern: pattern.clone(),
                })
            });
            let provider = Provider {
                sort,
                allowed_paths: paths.map(PathBuf::from).collect(),
                allowlist: allowlist.transpose()?,
            };
            providers.0.insert(name.to_owned(), provider);
        }
        Ok(providers)
    }

    /// Puts values in the place of variables.
    pub fn resolve(&self, given: &Pairs) -> Result<Pairs, ProviderError> {
        let resolve =
            |(name, value): (&String, &String)| Ok((name.clone(), self.resolve_text(name, value)?));
        given.iter().map(resolve).collect()
    }

    fn resolve_text(&self, setting: &str, text: &str) -> Result<String, ProviderError> {
        let (mut out, mut rest) = (String::new(), text);
        while let Some(at) = rest.find("${") {
            let Some(length) = rest[at..].find('}') else { break };
            let variable = &rest[at..=at + length];
            out.push_str(&rest[..at]);
            let value = self.value(variable).map_err(|why| ProviderError::Value {
                setting: setting.to_owned(),
                variable: variable.to_owned(),
                why,
            })?;
            out.push_str(value.as_deref().unwrap_or(variable));
            rest = &rest[at + length + 1..];
        }
        out.push_str(rest);
        Ok(out)
    }

    /// What `${provider:path:key}` or `${provider:key}` stands for, if anything.
    fn value(&self, variable: &str) -> Result<Option<String>, String> {
        let inner = variable.trim_start_matches("${").trim_end_matches('}');
        let Some((name, rest)) = inner.split_once(':') else { return Ok(None) };
        let Some(provider) = self.0.get(name) else { return Ok(None) };
        let (path, key) = rest.split_once(':').unwrap_or(("", rest));
        match provider.sort {
            Sort::Environment => {
                let allowed = provider.allowlist.as_ref().is_none_or(|list| list.is_match(key));
                Ok(allowed.then(|| std::env::var(key).ok()).flatten())
            }
            Sort::File if !path.is_empty() => {
                let text = provider.read(Path::new(path))?;
                let pairs = properties::parse(&text).map_err(|error| error.to_string())?;
                Ok(pairs.into_iter().rev().find(|(name, _)| name == key).map(|(_, value)| value))
            }
            Sort::Directory if !path.is_empty() => {
                if key.contains('/') || matches!(key, "" | "." | "..") {
                    return Ok(None);
                }
                let path = Path::new(path).join(key);
                if path.is_file() { provider.read(&path).map(Some) } else { Ok(None) }
            }
            Sort::File | Sort::Directory => Ok(None),
        }
    }
}

impl Provider {
    fn read(&self, path: &Path) -> Result<String, String> {
        let told = |why: std::io::Error| format!("cannot read `{}`: {why}", path.display());
        let real = path.canonicalize().map_err(told)?;
        let is_in = |folder: &PathBuf| folder.canonicalize().is_ok_and(|f| real.starts_with(f));
        if !self.allowed_paths.is_empty() && !self.allowed_paths.iter().any(is_in) {
            return Err(format!("`{}` is not among the allowed paths", path.display()));
        }
        if real.metadata().map_err(told)?.len() > FILE_BYTES_MAX {
            return Err(format!("`{}` is larger than {FILE_BYTES_MAX} bytes", path.display()));
        }
        std::fs::read_to_string(&real).map_err(told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(all: &[(&str, &str)]) -> Pairs {
        all.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn variables_are_put_in_and_what_is_unknown_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets.properties");
        std::fs::write(&path, "user=u\npass=a=b\n").unwrap();
        std::fs::write(folder.path().join("token"), "t0").unwrap();
        let (file, dir) = (path.display(), folder.path().display());
        let rows = [
            (format!("${{file:{file}:user}}"), "u".to_owned()),
            (format!("x${{file:{file}:pass}}y${{dir:{dir}:token}}"), "xa=byt0".to_owned()),
            (format!("${{file:{file}:none}}"), format!("${{file:{file}:none}}")),
            (format!("${{dir:{dir}:../x}}"), format!("${{dir:{dir}:../x}}")),
            ("${env:RK_NOT_SET_ANYWHERE}".to_owned(), "${env:RK_NOT_SET_ANYWHERE}".to_owned()),
            ("${topic}-${other:a:b} ${".to_owned(), "${topic}-${other:a:b} ${".to_owned()),
        ];
        for (text, want) in rows {
            let resolved = Providers::default().resolve(&pairs(&[("x", &text)])).unwrap();
            assert_eq!(resolved["x"], want, "{text}");
        }
        let missing = pairs(&[("x", "${file:/no/such/file:a}")]);
        let told = Providers::default().resolve(&missing).unwrap_err().to_string();
        assert!(told.contains("of the setting `x`: cannot read `/no/such/file`"), "{told}");
    }

    #[test]
    fn providers_are_named_and_restricted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, "k=v").unwrap();
        let mut worker = pairs(&[
            ("config.providers", "mine"),
            ("config.providers.mine.class", "FileConfigProvider"),
        ]);
        let asked = pairs(&[("x", &format!("${{mine:{}:k}}", path.display()))]);
        assert_eq!(Providers::of(&worker).unwrap().resolve(&asked).unwrap()["x"], "v");
        let elsewhere = "/proc".to_owned();
        worker.insert("config.providers.mine.param.allowed.paths".to_owned(), elsewhere);
        assert!(Providers::of(&worker).unwrap().resolve(&asked).is_err());
        worker.insert("config.providers.mine.class".to_owned(), "FileConfigProvidr".to_owned());
        assert!(Providers::of(&worker).is_err());
    }
}
