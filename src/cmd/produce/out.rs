//! Where records go: to the cluster, in transactions or without, or only to be looked at.

use std::io::{self, Write};
use std::time::Duration;

use super::super::interrupt::Interrupt;
use super::account::{Account, Manner, Outcome};
use super::at_epoch::AtEpoch;
use super::partition::Chooser;
use crate::base::clock::Moment;
use crate::cli::produce::TransactionPer;
use crate::client::{OutRecord, Producer, Sender, Sent};
use crate::format::write_json_planned;
use crate::ui::Ui;

/// Where records go.
pub(super) enum Out<'a> {
    Cluster {
        producer: &'a Producer,
        sender: &'a Sender<'a>,
        transactions: Option<Transactions>,
        at_epoch: Box<AtEpoch<'a>>,
    },
    /// Nowhere: what would be sent is shown.
    Nowhere(Shown),
}

/// What is shown instead of being sent.
pub(super) struct Shown {
    pub(super) topic: String,
    pub(super) bytes_max: usize,
    pub(super) records: u64,
    pub(super) buffer: Vec<u8>,
}

/// The transactions of a run.
pub(super) struct Transactions {
    per: TransactionPer,
    is_open: bool,
    /// Records in the one that is open.
    records: u64,
    /// Records in those that are committed.
    committed: u64,
    /// How many records had failed when the open one began.
    failed_before: u64,
}

impl Transactions {
    pub(super) fn new(per: TransactionPer) -> Self {
        Transactions { per, is_open: false, records: 0, committed: 0, failed_before: 0 }
    }
}

/// What came of a record.
pub(super) enum Went {
    Out,
    /// It is larger than may be sent.
    TooLarge,
    Refused(crate::client::Failed),
    /// Nobody waited for it to go out.
    GaveUp,
    /// No transaction could be begun.
    Stuck(String),
}

impl Out<'_> {
    pub(super) fn producer(&self) -> Option<&Producer> {
        match self {
            Out::Cluster { producer, .. } => Some(producer),
            Out::Nowhere(_) => None,
        }
    }

    /// Sends a record, or shows it.
    pub(super) fn send(
        &mut self,
        record: &OutRecord,
        chooser: &Chooser,
        account: &mut Account,
        interrupt: &Interrupt,
    ) -> Went {
        match self {
            Out::Nowhere(shown) => shown.show(record, chooser),
            Out::Cluster { producer, transactions: None, at_epoch, .. }
                if record.timestamp == Some(0) =>
            {
                // What was sent before it is to stand before it.
                let goes_on = || producer.fatal_error().is_none() && !interrupt.is_asked();
                match at_epoch.is_waiting() || producer.finish(|_| goes_on()) {
                    true => at_epoch.take(record, chooser, account),
                    false => return Went::GaveUp,
                }
                Went::Out
            }
            Out::Cluster { producer, sender, transactions, at_epoch } => {
                at_epoch.flush(account);
                if record.timestamp == Some(0) {
                    let why = "a timestamp of 0 cannot be sent in a transaction";
                    account.keep_back(record.tag, why.to_owned());
                    return Went::Out;
                }
                if let Some(transactions) = transactions
                    && let Err(why) = transactions.begin(producer)
                {
                    return Went::Stuck(why);
                }
                match sender.send(record, || !interrupt.is_asked()) {
                    Sent::Queued => {
                        if let Some(transactions) = transactions {
                            transactions.records += 1;
                        }
                        Went::Out
                    }
                    Sent::Refused(failed) if failed.is_too_large() => Went::TooLarge,
                    Sent::Refused(failed) => Went::Refused(failed),
                    Sent::GaveUp => Went::GaveUp,
                }
            }
        }
    }

    /// After a record: commits the transaction if it has as many records as it shall have.
    /// Returns whether to go on.
    pub(super) fn after_record(&mut self, account: &mut Account, interrupt: &Interrupt) -> bool {
        let Out::Cluster { producer, transactions: Some(transactions), .. } = self else {
            return true;
        };
        match transactions.per {
            TransactionPer::Records(count) if transactions.records >= count => {
                transactions.end(producer, account, interrupt)
            }
            _ => true,
        }
    }

    /// After a file: commits the transaction if it is the file's.
    pub(super) fn after_file(&mut self, account: &mut Account, interrupt: &Interrupt) -> bool {
        let Out::Cluster { producer, transactions: Some(transactions), .. } = self else {
            return true;
        };
        match transactions.per {
            TransactionPer::File => transactions.end(producer, account, interrupt),
            _ => true,
        }
    }

    /// Waits until each record has had its report, and ends the transaction.
    pub(super) fn finish(
        &mut self,
        account: &mut Account,
        interrupt: &Interrupt,
        mut tell: impl FnMut(),
    ) {
        let Out::Cluster { producer, transactions, at_epoch, .. } = self else { return };
        at_epoch.flush(account);
        if let Some(transactions) = transactions {
            transactions.end(producer, account, interrupt);
            tell();
            return;
        }
        let started = Moment::now();
        let all = producer.finish(|_| {
            tell();
            producer.fatal_error().is_none()
                && !(interrupt.is_asked() && started.elapsed() > super::INTERRUPTED_WAIT)
        });
        if !all {
            producer.give_up(super::INTERRUPTED_WAIT);
        }
        tell();
    }

    /// What became of all.
    pub(super) fn outcome(&self) -> Outcome {
        match self {
            Out::Nowhere(shown) => {
                Outcome { done: shown.records, failed: 0, manner: Manner::Shown }
            }
            Out::Cluster { producer, transactions, at_epoch, .. } => {
                let counts = producer.counts();
                match transactions {
                    None => Outcome {
                        done: counts.delivered + at_epoch.delivered(),
                        failed: counts.failed,
                        manner: Manner::Delivered,
                    },
                    // What failed is told with the transaction that was aborted for it.
                    Some(transactions) => Outcome {
                        done: transactions.committed,
                        failed: 0,
                        manner: Manner::Committed,
                    },
                }
            }
        }
    }

    /// Waits as long as there is nothing to send.
    pub(super) fn wait(&self, wait: Duration) {
        match self {
            Out::Cluster { producer, .. } => producer.poll(wait),
            Out::Nowhere(_) => std::thread::sleep(wait),
        }
    }

    /// Writes out what is shown.
    pub(super) fn flush(&mut self, ui: &mut Ui) -> io::Result<()> {
        if let Out::Nowhere(shown) = self {
            if ui.stdout_is_terminal() {
                ui.print(&String::from_utf8_lossy(&shown.buffer))?;
            } else {
                ui.out().write_all(&shown.buffer)?;
            }
            shown.buffer.clear();
            return ui.flush();
        }
        Ok(())
    }
}

impl Shown {
    pub(super) fn new(topic: String, bytes_max: usize) -> Self {
        Shown { topic, bytes_max, records: 0, buffer: Vec::new() }
    }

    fn show(&mut self, record: &OutRecord, chooser: &Chooser) -> Went {
        let size = record.key.map_or(0, <[u8]>::len) + record.value.map_or(0, <[u8]>::len);
        if size > self.bytes_max {
            return Went::TooLarge;
        }
        let partition = record.partition.or_else(|| chooser.foresee(record.key));
        let headers: Vec<(&[u8], Option<&[u8]>)> =
            record.headers.iter().map(|(name, value)| (&name[..], value.as_deref())).collect();
        let place = (partition, record.timestamp);
        let (key, value) = (record.key, record.value);
        write_json_planned(&mut self.buffer, &self.topic, place, key, value, &headers);
        self.records += 1;
        Went::Out
    }
}

impl Transactions {
    fn begin(&mut self, producer: &Producer) -> Result<(), String> {
        if self.is_open {
            return Ok(());
        }
        producer.begin().map_err(|e| e.to_string())?;
        (self.is_open, self.records) = (true, 0);
        self.failed_before = producer.counts().failed;
        Ok(())
    }

    /// Commits the open transaction, or aborts it if anything of it failed or somebody wants the
    /// run to end. Returns whether to go on.
    fn end(&mut self, producer: &Producer, account: &mut Account, interrupt: &Interrupt) -> bool {
        if !self.is_open {
            return true;
        }
        self.is_open = false;
        let goes_on = || !interrupt.is_asked();
        let all = !account.has_kept_back()
            && goes_on()
            && producer.finish(|_| producer.fatal_error().is_none() && goes_on());
        let has_failed = producer.counts().failed > self.failed_before;
        let committed = match all && !has_failed {
            true => producer.commit(goes_on).map_err(|e| Some(e.to_string())),
            false => Err(None),
        };
        let Err(why) = committed else {
            self.committed += self.records;
            return true;
        };
        let records = self.records;
        let first = producer.failures().first().map(|(failed, _)| account.tell(failed));
        let started = Moment::now();
        let aborted = producer.abort(|| started.elapsed() < super::INTERRUPTED_WAIT);
        let mut what = match why.or(first) {
            Some(why) => format!("{why}; its {records} records were aborted"),
            None => format!("its {records} records were aborted"),
        };
        if let Err(e) = aborted {
            what = format!("{what} (the broker will: {e})");
        }
        account.aborted(what);
        false
    }
}
