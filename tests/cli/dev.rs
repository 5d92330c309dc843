//! `rk dev COMMAND`: the command's end is the broker's, and nothing is left behind.

use std::path::Path;

use crate::kit::run::{Output, rk};

/// Runs `rk dev` with a folder for temporary things, which must be empty afterwards.
fn dev(words: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let words = [&["dev"][..], words].concat();
    let output = rk(words).env("TMPDIR", folder.path()).inherit("PATH").run();
    let left: Vec<_> = folder.path().read_dir().unwrap().map(|e| e.unwrap().path()).collect();
    assert_eq!(left, Vec::<std::path::PathBuf>::new(), "{output:?}");
    output
}

#[test]
fn however_the_command_ends_nothing_is_left() {
    let known: &[(&[&str], i32)] = &[
        (&["--", "true"], 0),
        (&["--", "false"], 1),
        (&["--", "sh", "-c", "kill -TERM $$"], 143),
        (&["--", "sh", "-c", "echo 1 | rk produce t && exit 7"], 7),
        (&["--", "no-such-command-anywhere"], 127),
        (&["--", "/"], 126),
        (&["--ready-file", "/no/such/folder/ready", "--", "true"], 1),
        (&["--config", "log.retention.hour=1", "--", "true"], 2),
        (&["--listen", "192.0.2.1:9092", "--", "true"], 1),
    ];
    for (words, code) in known {
        assert_eq!(dev(words).code, *code, "{words:?}");
    }
}

#[test]
fn a_directory_that_cannot_be_used_is_named() {
    let output = dev(&["--data-dir", "/dev/null", "--", "true"]);
    assert!(Path::new("/dev/null").exists());
    let told = output.fail(1);
    assert!(told.starts_with("error: cannot open the data directory `/dev/null`"), "{told}");
}

#[test]
fn more_replicas_than_there_can_be_are_accepted_where_that_was_asked_for() {
    let create = "rk topics create t --partitions 1 --replication-factor 3";
    let describe = format!("{create} && rk topics describe t -o json");
    let output = dev(&["--lenient-rf", "--", "sh", "-c", &describe]);
    // One replica is stored, and told.
    assert!(output.succeed().contains("\"replicas\":[1]"), "{output:?}");
    assert_eq!(dev(&["--", "sh", "-c", create]).code, 1);
}

#[test]
fn an_older_release_is_one_of_three_and_does_not_read_what_is_newer() {
    let topics = "rk topics create t --partitions 1 && rk topics list -o plain";
    for release in ["2.8", "3.9", "4.1"] {
        let output = dev(&["--as-version", release, "--", "sh", "-c", topics]);
        assert!(output.succeed().ends_with("t\n"), "{output:?}");
    }
    assert_eq!(dev(&["--as-version", "1.0", "--", "true"]).code, 2);
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("data").display().to_string();
    assert_eq!(dev(&["--data-dir", &dir, "--", "true"]).code, 0);
    let output = dev(&["--data-dir", &dir, "--as-version", "3.9", "--", "true"]);
    assert!(output.fail(1).contains("and Kafka 3.9 knows"), "{output:?}");
}

#[test]
fn what_a_killed_broker_left_is_removed_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let make = |name: &str, lock: Option<&str>| {
        let dir = folder.path().join(name);
        std::fs::create_dir(&dir).unwrap();
        std::fs::write(dir.join("data"), "data").unwrap();
        if let Some(age) = lock {
            let file = std::fs::File::create(dir.join(".lock")).unwrap();
            let age = std::time::Duration::from_secs(age.parse().unwrap());
            let then = file.metadata().unwrap().modified().unwrap() - age;
            file.set_modified(then).unwrap();
        }
    };
    make("rk-dev-aB3xY9", Some("3600"));
    // One that just begins, one that is no broker's, and others' directories.
    make("rk-dev-bbbbbb", Some("1"));
    make("rk-dev-cccccc", None);
    make("rk-dev-longer7", Some("3600"));
    make("other-dddddd", Some("3600"));
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join(".lock"), "").unwrap();
    std::os::unix::fs::symlink(outside.path(), folder.path().join("rk-dev-eeeeee")).unwrap();
    let run = || rk(["dev", "--fsync", "--", "true"]).env("TMPDIR", folder.path()).inherit("PATH");
    let _ = run().run().succeed();
    let mut left: Vec<String> = folder
        .path()
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    let kept = ["other-dddddd", "rk-dev-bbbbbb", "rk-dev-cccccc", "rk-dev-eeeeee"];
    assert_eq!(left, [&kept[..], &["rk-dev-longer7"]].concat());
    assert!(outside.path().join(".lock").exists());
}

#[test]
fn it_listens_on_loopback_only_and_says_so_where_it_was_told_otherwise() {
    const TOLD: &str = "can be reached from other machines";
    let place = ["--", "sh", "-c", "echo $RK_BROKERS"];
    for words in
        [&[][..], &["--listen", ":0"], &["--listen", "0"], &["--config", "num.partitions=1"]]
    {
        let output = dev(&[words, &place].concat());
        assert!(output.succeed().starts_with("127.0.0.1:"), "{words:?}: {output:?}");
        assert!(!output.err().contains(TOLD), "{words:?}: {output:?}");
    }
    let open: [&[&str]; 4] = [
        &["--listen", "0.0.0.0:0"],
        &["--listen", "[::]:0"],
        &["--listener", "PLAINTEXT,host=0.0.0.0,port=0"],
        &["--config", "listeners=PLAINTEXT://:0"],
    ];
    for words in open {
        let output = dev(&[words, &["--", "true"]].concat());
        output.succeed();
        let told = format!("{TOLD}, and asks nobody who they are");
        assert!(output.err().contains(&told), "{words:?}: {output:?}");
    }
}
