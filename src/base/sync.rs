//! Locks that outlive a panic. A handler that panics costs its connection, and nothing more: no
//! lock stays poisoned.
//!
//! What is changed in one step, or may be lost, is locked by [`lock`], [`read`] and [`write()`].
//! What is changed in several steps that belong together is locked by [`lock_or_mend`]: whoever
//! comes after a panic finds it mended, which mostly means read anew from the log, never
//! half-changed.

use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// Locks a mutex, whatever became of the last one who held it.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Locks a mutex. If the last one who held it panicked meanwhile, what it guards is mended first,
/// and is poisoned no more. Should mending panic as well, the next one tries again.
pub fn lock_or_mend<T>(mutex: &Mutex<T>, mend: impl FnOnce(&mut T)) -> MutexGuard<'_, T> {
    match mutex.lock() {
        Ok(guard) => guard,
        Err(poisoned) => {
            let mut guard = poisoned.into_inner();
            mend(&mut guard);
            mutex.clear_poison();
            guard
        }
    }
}

/// Locks for reading.
pub fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

/// Locks for writing.
pub fn write<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    /// Panics in the middle of a change.
    fn half(mutex: &Mutex<i32>, mend: impl FnOnce(&mut i32)) {
        let change = || {
            *lock_or_mend(mutex, mend) = -1;
            let _held = lock(mutex);
            std::panic::resume_unwind(Box::new("half-way"));
        };
        assert!(catch_unwind(AssertUnwindSafe(change)).is_err());
    }

    #[test]
    fn what_a_panic_left_half_changed_is_mended_once() {
        let mutex = Mutex::new(1);
        half(&mutex, |_| unreachable!("it is sound"));
        assert_eq!(*lock(&mutex), -1, "a plain lock takes what it finds");
        assert_eq!(*lock_or_mend(&mutex, |n| *n = 7), 7);
        assert_eq!(*lock_or_mend(&mutex, |n| *n = 8), 7, "it was mended already");
    }

    #[test]
    fn mending_is_tried_again() {
        let mutex = Mutex::new(1);
        half(&mutex, |_| {});
        let fails = || drop(lock_or_mend(&mutex, |_| std::panic::resume_unwind(Box::new("no"))));
        assert!(catch_unwind(AssertUnwindSafe(fails)).is_err());
        assert_eq!(*lock_or_mend(&mutex, |n| *n = 7), 7);
    }
}
