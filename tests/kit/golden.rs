//! A text held against a file: `RK_UPDATE=1` writes the file anew, and git shows what changed.

use std::fs;

/// Compares `actual` with the file at `relative` in `tests/`; with `RK_UPDATE=1`, writes it.
#[track_caller]
pub(crate) fn golden(relative: &str, actual: &str) {
    let path = super::path(relative);
    if std::env::var_os("RK_UPDATE").is_some_and(|value| value == "1") {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        return fs::write(path, actual).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    if expected != actual {
        panic!(
            "tests/{relative} differs (- file, + now); \
             `RK_UPDATE=1 cargo test` writes what is now:\n{}",
            diff(&expected, actual)
        );
    }
}

/// Compares two texts that should be the same.
#[track_caller]
pub(crate) fn same(what: &str, expected: &str, actual: &str) {
    if expected != actual {
        panic!("{what} differs (- expected, + actual):\n{}", diff(expected, actual));
    }
}

/// Returns the lines that differ, each with its number in its own text, some lines around them.
pub(crate) fn diff(old: &str, new: &str) -> String {
    const CONTEXT: usize = 2;
    let old: Vec<&str> = old.split_inclusive('\n').collect();
    let new: Vec<&str> = new.split_inclusive('\n').collect();
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - head;
    let tail = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(a, b)| a == b);
    let tail = tail.count();
    let (old_end, new_end) = (old.len() - tail, new.len() - tail);
    let mut out = String::new();
    let mut line = |mark: char, number: usize, text: &str| {
        let text = text.strip_suffix('\n').map_or(format!("{text}\\"), str::to_owned);
        out.push_str(&format!("{mark} {:>5} {text}\n", number + 1));
    };
    (head.saturating_sub(CONTEXT)..head).for_each(|i| line(' ', i, old[i]));
    for (mark, i, text) in script(&old[head..old_end], &new[head..new_end]) {
        line(mark, head + i, text);
    }
    (old_end..old.len().min(old_end + CONTEXT)).for_each(|i| line(' ', i, old[i]));
    out
}

/// The longest common lines stay; large texts are shown as a whole.
fn script<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<(char, usize, &'a str)> {
    const CELLS_MAX: usize = 4_000_000;
    let (n, m) = (old.len(), new.len());
    let mut common = vec![vec![0u32; m + 1]; n + 1];
    if n * m <= CELLS_MAX {
        for i in (0..n).rev() {
            for j in (0..m).rev() {
                common[i][j] = match old[i] == new[j] {
                    true => common[i + 1][j + 1] + 1,
                    false => common[i + 1][j].max(common[i][j + 1]),
                };
            }
        }
    }
    let (mut i, mut j, mut out) = (0, 0, Vec::new());
    while i < n || j < m {
        if i < n && j < m && old[i] == new[j] {
            (i, j) = (i + 1, j + 1);
        } else if i < n && (j == m || common[i + 1][j] >= common[i][j + 1]) {
            out.push(('-', i, old[i]));
            i += 1;
        } else {
            out.push(('+', j, new[j]));
            j += 1;
        }
    }
    out
}

#[test]
fn a_diff_shows_what_changed_and_no_more() {
    assert_eq!(
        diff("a\nb\nc\nd\n", "a\nB\nc\nd\n"),
        "      1 a\n-     2 b\n+     2 B\n      3 c\n      4 d\n"
    );
    assert_eq!(diff("a\n", "a\nb"), "      1 a\n+     2 b\\\n");
    assert_eq!(
        diff("1\nx\n2\n3\n", "1\n2\ny\n3\n"),
        "      1 1\n-     2 x\n+     3 y\n      4 3\n"
    );
}
