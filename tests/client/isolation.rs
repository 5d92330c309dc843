//! `rk consume` and transactions: what has been committed, what has not, and where the end is.

use super::{at, create};
use crate::broker::transacting::Producer;
use crate::kit::broker::TestBroker;
use crate::kit::wire::Client;

const COMMITTED: &str = "isolation.level=read_committed";
const ALL: &str = "isolation.level=read_uncommitted";

fn consume(brokers: &str, isolation: &str, words: &[&str]) -> String {
    // A run that missed the end would be killed by the test's deadline, and fail.
    let words = [&["consume", "t", "-e", "-f", "%o=%v\\n", "-X", isolation][..], words].concat();
    at(brokers, &words).run().succeed().to_owned()
}

#[test]
fn it_reads_and_ends_by_the_isolation_level() {
    let broker = TestBroker::with(&[("transaction.state.log.num.partitions", "2")]);
    let brokers = broker.bootstrap();
    create(&brokers, "t", 1);
    let mut client = Client::connect(broker.address());
    let producer = Producer::new(&mut client, "done");
    // Records at 0, 2 and 4, markers at 1 and 3.
    producer.write(&mut client, 0, 0, "committed");
    producer.end(&mut client, true);
    assert_eq!(consume(&brokers, COMMITTED, &[]), "0=committed\n", "a marker is the last");
    assert_eq!(consume(&brokers, ALL, &[]), "0=committed\n");
    producer.write(&mut client, 0, 1, "aborted");
    producer.end(&mut client, false);
    let open = Producer::new(&mut client, "open");
    for (words, committed, all) in [
        (&[][..], "0=committed\n", "0=committed\n2=aborted\n"),
        (&["-O", "1"], "", "2=aborted\n"),
        (&["-O", "3"], "", ""),
        (&["-O", "-1"], "", ""),
        (&["-g", "ended", "--from-beginning"], "0=committed\n", ""),
    ] {
        assert_eq!(consume(&brokers, COMMITTED, words), committed, "{words:?}");
        assert_eq!(consume(&brokers, ALL, words), all, "{words:?}");
    }
    open.write(&mut client, 0, 0, "open");
    producer.write(&mut client, 0, 2, "later");
    producer.end(&mut client, true);
    let all = "0=committed\n2=aborted\n4=open\n5=later\n";
    assert_eq!(consume(&brokers, COMMITTED, &[]), "0=committed\n", "the open transaction stops it");
    assert_eq!(consume(&brokers, ALL, &[]), all);
    assert_eq!(consume(&brokers, COMMITTED, &["-g", "ended"]), "");
    open.end(&mut client, true);
    assert_eq!(consume(&brokers, COMMITTED, &[]), "0=committed\n4=open\n5=later\n");
    assert_eq!(consume(&brokers, COMMITTED, &["-g", "ended"]), "4=open\n5=later\n");
}
