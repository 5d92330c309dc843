//! The order in which Java would go through things. Where Kafka's choice among equals follows
//! from a hash table or a heap, following it makes the same members get the same tasks.

use std::cmp::Ordering;

use crate::base::hash::java_string_hash;

/// Returns how many buckets a `HashMap` has that was made for `initial` entries and has held
/// `len`.
fn buckets(initial: usize, len: usize) -> usize {
    let mut buckets = initial.max(1).next_power_of_two();
    while len > buckets / 4 * 3 + buckets % 4 * 3 / 4 {
        buckets *= 2;
    }
    buckets
}

/// The buckets that a `HashMap` begins with where nothing is said.
pub(in crate::broker::coord) const DEFAULT_BUCKETS: usize = 16;

/// Puts texts in the order in which a `HashMap` goes through them. `len` is how many it has held
/// at most. Of those in one bucket, the one that was put there first is first.
pub(in crate::broker::coord) fn in_hash_order<T>(
    items: impl IntoIterator<Item = T>,
    key: impl Fn(&T) -> &str,
    initial: usize,
    len: usize,
) -> Vec<T> {
    let mask = buckets(initial, len) - 1;
    let place = |text: &str| {
        let hash = java_string_hash(text) as u32;
        (hash ^ (hash >> 16)) as usize & mask
    };
    let mut items: Vec<T> = items.into_iter().collect();
    items.sort_by_key(|item| place(key(item)));
    items
}

/// Puts texts in the order in which a `HashMap` or a `HashSet` goes through them that never held
/// others.
pub(in crate::broker::coord) fn hashed<T>(
    items: impl IntoIterator<Item = T>,
    key: impl Fn(&T) -> &str,
) -> Vec<T> {
    let items: Vec<T> = items.into_iter().collect();
    let len = items.len();
    in_hash_order(items, key, DEFAULT_BUCKETS, len)
}

/// A binary heap whose least element is first, and whose choice among equals is that of Java's
/// `PriorityQueue`.
#[derive(Debug)]
pub(in crate::broker::coord) struct Heap<T> {
    items: Vec<T>,
}

impl<T> Heap<T> {
    pub(in crate::broker::coord) fn new() -> Self {
        Heap { items: Vec::new() }
    }

    /// Puts one in.
    pub(in crate::broker::coord) fn push(&mut self, item: T, compare: impl Fn(&T, &T) -> Ordering) {
        let mut at = self.items.len();
        self.items.push(item);
        while at > 0 {
            let parent = (at - 1) / 2;
            if compare(&self.items[at], &self.items[parent]) != Ordering::Less {
                break;
            }
            self.items.swap(at, parent);
            at = parent;
        }
    }

    /// Takes the least one out.
    pub(in crate::broker::coord) fn pop(
        &mut self,
        compare: impl Fn(&T, &T) -> Ordering,
    ) -> Option<T> {
        if self.items.is_empty() {
            return None;
        }
        let least = self.items.swap_remove(0);
        let mut at = 0;
        loop {
            let (left, right) = (2 * at + 1, 2 * at + 2);
            if left >= self.items.len() {
                break;
            }
            let right_is_less = right < self.items.len()
                && compare(&self.items[right], &self.items[left]) == Ordering::Less;
            let child = if right_is_less { right } else { left };
            if compare(&self.items[child], &self.items[at]) != Ordering::Less {
                break;
            }
            self.items.swap(at, child);
            at = child;
        }
        Some(least)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_grow_like_javas() {
        let grown = [(16, 12, 16), (16, 13, 32), (1, 1, 2), (2, 2, 4), (3, 3, 4), (3, 4, 8)];
        for (initial, len, expected) in grown {
            assert_eq!(buckets(initial, len), expected, "{initial} {len}");
        }
    }

    /// The order of `new HashMap<>(Map.of(…)).keySet()` in a JVM.
    #[test]
    fn texts_come_in_the_order_of_a_hash_map() {
        let order = |texts: &[&'static str]| {
            in_hash_order(texts.to_vec(), |text| text, DEFAULT_BUCKETS, texts.len())
        };
        assert_eq!(order(&["2", "10", "0", "1", "11"]), ["0", "11", "1", "2", "10"]);
        let fruit = ["banana", "apple", "cherry", "date", "elderberry", "fig"];
        let expected = ["banana", "date", "apple", "cherry", "fig", "elderberry"];
        assert_eq!(order(&fruit), expected);
        let processes = ["p-1", "p-2", "process-a", "process-b", "zeta"];
        let expected = ["zeta", "process-b", "p-2", "process-a", "p-1"];
        assert_eq!(in_hash_order(processes, |text| text, 3, 5), expected);
    }

    #[test]
    fn a_heap_hands_out_the_least_first() {
        let compare = |a: &i32, b: &i32| a.cmp(b);
        let mut heap = Heap::new();
        for item in [5, 3, 9, 1, 3, 7] {
            heap.push(item, compare);
        }
        let all: Vec<i32> = std::iter::from_fn(|| heap.pop(compare)).collect();
        assert_eq!(all, [1, 3, 3, 5, 7, 9]);
        assert_eq!(heap.pop(compare), None);
    }

    /// The order in which a `PriorityQueue` in a JVM hands out these.
    #[test]
    fn equals_come_as_in_java() {
        let compare = |a: &(i32, i32), b: &(i32, i32)| a.0.cmp(&b.0);
        let mut heap = Heap::new();
        for item in 0..6 {
            heap.push((item % 2, item), compare);
        }
        let all: Vec<i32> = std::iter::from_fn(|| heap.pop(compare)).map(|one| one.1).collect();
        assert_eq!(all, [0, 4, 2, 3, 1, 5]);
    }
}
