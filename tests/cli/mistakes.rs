//! Wrong words: one clear error, what to do next, and exit code 2.

use super::rk;

#[test]
fn mistakes_are_told_with_what_to_do_next() {
    let rows = [
        ("topcis", "error: unrecognized subcommand 'topcis'\n\n  tip: "),
        ("topics list --intenal", "error: unexpected argument '--intenal' found\n\n  tip: "),
        ("topics create", "error: the following required arguments were not provided:\n"),
        ("topics create t --partitions 0", "error: invalid value '0' for '--partitions <N>'"),
        ("topics create t --config x", "`x` is not of the form `key=value`"),
        ("topics list -o yaml", "[possible values: table, json, ndjson, csv, tsv, plain]"),
        ("topics alter t", "error: the following required arguments were not provided:\n"),
        ("produce t --property parse.headers=true", "the reader property `parse.headers` is not"),
        ("produce t --timestamp yesterday", "`yesterday` is not a time"),
        ("consume t -O first", "`first` is not an offset"),
        ("consume t --timeout 5", "`5` is not a length of time"),
        ("consume t -O 5 --from-beginning", "cannot be used with"),
        ("groups reset-offsets --group g --to-earliest", "--all-topics"),
        ("groups reset-offsets --group g --all-topics", "--to-latest"),
        ("topics list -X lingr.ms=5", "error: unknown client property `lingr.ms`; did you mean"),
        ("topics list --command-config /no/file", "error: cannot read `/no/file`: "),
        ("man no-such-verb", "error: there is no verb `no-such-verb`\n  hint: "),
    ];
    for (line, want) in rows {
        let ran = rk(line);
        assert!(ran.err.contains(want), "rk {line}\n{}", ran.err);
        assert_eq!((ran.out.as_str(), ran.code), ("", Some(2)), "rk {line}");
        assert!(ran.err.ends_with('\n') && !ran.err.contains('\u{1b}'), "rk {line}");
    }
}
