//! How two configurations of a connector differ. Pure.

use std::collections::BTreeSet;

use super::Config;

/// A setting that is not the same in both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub setting: String,
    pub old: Option<String>,
    pub new: Option<String>,
}

impl Change {
    /// What happens to the setting, in a word.
    pub fn word(&self) -> &'static str {
        match (&self.old, &self.new) {
            (None, _) => "added",
            (_, None) => "removed",
            _ => "changed",
        }
    }
}

/// What must change to come from one configuration to the other, sorted by setting.
pub fn changes(old: &Config, new: &Config) -> Vec<Change> {
    let all: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let differs = all.into_iter().filter(|setting| old.get(*setting) != new.get(*setting));
    let change = |setting: &String| Change {
        setting: setting.clone(),
        old: old.get(setting).cloned(),
        new: new.get(setting).cloned(),
    };
    differs.map(change).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(pairs: &[(&str, &str)]) -> Config {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn a_diff_has_what_differs_and_no_more() {
        let old = config(&[("a", "1"), ("b", "2"), ("c", "3")]);
        let new = config(&[("b", "2"), ("c", "4"), ("d", "")]);
        let told: Vec<String> = changes(&old, &new)
            .iter()
            .map(|one| format!("{} {} {:?} {:?}", one.word(), one.setting, one.old, one.new))
            .collect();
        let want = [
            r#"removed a Some("1") None"#,
            r#"changed c Some("3") Some("4")"#,
            r#"added d None Some("")"#,
        ];
        assert_eq!(told, want);
        assert_eq!(changes(&old, &old), []);
    }
}
