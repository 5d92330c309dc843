//! Kafka's own command-line tools, many runs in one JVM (`java/Tools.java`): starting one for
//! each would take most of the time.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use data_encoding::HEXLOWER;

use crate::kit::kafka::Kafka;

/// How long one tool may take.
const PATIENCE: Duration = Duration::from_secs(300);

/// What a tool said and how it ended.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub(super) code: i32,
    pub(super) stdout: String,
    /// For whoever reads about a failure.
    #[expect(dead_code, reason = "shown by Debug")]
    pub(super) stderr: String,
}

/// A JVM with Kafka's tools in it. It ends when this is dropped.
pub(super) struct Jvm {
    child: Child,
    stdin: ChildStdin,
    said: Receiver<Said>,
}

impl Jvm {
    pub(super) fn start(kafka: &Kafka) -> Self {
        let program = crate::kit::path("interop/java/Tools.java");
        let mut command = kafka.command("java", [program.to_str().unwrap()]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let (stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let (sender, said) = channel();
        std::thread::spawn(move || {
            let mut from = BufReader::new(stdout);
            while let Some(answer) = read(&mut from) {
                if sender.send(answer).is_err() {
                    return;
                }
            }
        });
        Jvm { child, stdin, said }
    }

    /// Runs a tool by its class's name.
    #[track_caller]
    pub(super) fn run(&mut self, class: &str, stdin: &str, args: &[&str]) -> Said {
        let word = |text: &str| format!(".{}", HEXLOWER.encode(text.as_bytes()));
        let mut words = vec![word(class), word(stdin)];
        words.extend(args.iter().map(|arg| word(arg)));
        writeln!(self.stdin, "{}", words.join(" ")).unwrap();
        self.stdin.flush().unwrap();
        let said = self.said.recv_timeout(PATIENCE);
        said.unwrap_or_else(|e| panic!("{class} {}: {e}", args.join(" ")))
    }
}

fn read(from: &mut BufReader<ChildStdout>) -> Option<Said> {
    let mut head = String::new();
    from.read_line(&mut head).ok()?;
    let numbers: Vec<usize> =
        head.split_whitespace().map(str::parse).collect::<Result<_, _>>().ok()?;
    let [code, out, err] = numbers[..] else { return None };
    let mut text = |length| {
        let mut bytes = vec![0; length];
        from.read_exact(&mut bytes).ok()?;
        String::from_utf8(bytes).ok()
    };
    Some(Said { code: i32::try_from(code).ok()?, stdout: text(out)?, stderr: text(err)? })
}

impl Drop for Jvm {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
