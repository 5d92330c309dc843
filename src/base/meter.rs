//! Counts what is held of something that has a bound.
//!
//! Each holder has a [`Charge`] that says how much it holds. A charge is taken back when it is
//! dropped, so that the sum is right whichever way a holder goes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How much all holders have together, and how much they may.
#[derive(Clone, Debug)]
pub struct Meter {
    used: Arc<AtomicUsize>,
    most: usize,
}

impl Meter {
    pub fn new(most: usize) -> Self {
        Meter { used: Arc::default(), most }
    }

    /// Returns how much is held.
    pub fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }

    /// Returns how much more may be held.
    pub fn room(&self) -> usize {
        self.most.saturating_sub(self.used())
    }

    /// Has a holder hold so much from now on.
    pub fn charge(&self, charge: &mut Charge, amount: usize) {
        match &charge.used {
            Some(used) if Arc::ptr_eq(used, &self.used) => {
                self.used.fetch_add(amount, Ordering::Relaxed);
                self.used.fetch_sub(charge.amount, Ordering::Relaxed);
                charge.amount = amount;
            }
            _ => {
                self.used.fetch_add(amount, Ordering::Relaxed);
                *charge = Charge { used: Some(Arc::clone(&self.used)), amount };
            }
        }
    }
}

/// How much one holder has: nothing, before it is charged. A copy of a holder has as much.
#[derive(Debug, Default)]
pub struct Charge {
    used: Option<Arc<AtomicUsize>>,
    amount: usize,
}

impl Charge {
    pub fn amount(&self) -> usize {
        self.amount
    }
}

impl Clone for Charge {
    fn clone(&self) -> Self {
        if let Some(used) = &self.used {
            used.fetch_add(self.amount, Ordering::Relaxed);
        }
        Charge { used: self.used.clone(), amount: self.amount }
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        if let Some(used) = &self.used {
            used.fetch_sub(self.amount, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_is_the_sum_of_all_charges_at_any_moment() {
        let meter = Meter::new(10);
        let (mut one, mut two) = (Charge::default(), Charge::default());
        meter.charge(&mut one, 4);
        meter.charge(&mut two, 5);
        assert_eq!((meter.used(), meter.room()), (9, 1));
        meter.charge(&mut one, 7);
        // What is there already may be too much: then there is no room.
        assert_eq!((meter.used(), meter.room()), (12, 0));
        let copy = one.clone();
        assert_eq!((meter.used(), copy.amount()), (19, 7));
        drop(one);
        drop(two);
        assert_eq!(meter.used(), 7);
        // A holder that goes to another meter leaves the first.
        let (other, mut copy) = (Meter::new(1), copy);
        other.charge(&mut copy, 3);
        assert_eq!((meter.used(), other.used()), (0, 3));
        drop(copy);
        assert_eq!(other.used(), 0);
    }
}
