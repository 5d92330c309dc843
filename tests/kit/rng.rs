//! Random values from a seed: splitmix64. `RK_SEED` sets the seed of every test.

/// A generator of random values. The same seed gives the same values.
#[derive(Clone, Debug)]
pub(crate) struct Rng {
    state: u64,
}

/// Returns the seed of this run: `RK_SEED` if it is set, else always the same one.
pub(crate) fn seed() -> u64 {
    match std::env::var("RK_SEED") {
        Ok(text) => text.parse().expect("RK_SEED is a number"),
        Err(_) => 20_260_131,
    }
}

impl Rng {
    /// Returns a generator for one purpose: `label` keeps the values of two tests apart.
    pub(crate) fn new(label: &str) -> Self {
        Rng::from_seed(seed(), label)
    }

    /// Returns the generator of a given seed.
    pub(crate) fn from_seed(seed: u64, label: &str) -> Self {
        // FNV-1a over the label.
        let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
        Rng { state: label.bytes().fold(0xcbf2_9ce4_8422_2325 ^ seed, mix) }
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Returns a number from 0 to `end`, which is not reached and is not 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        assert!(end > 0, "there is no number below 0");
        usize::try_from(self.next() % end as u64).unwrap()
    }

    /// Says yes once in `n` times.
    pub(crate) fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    pub(crate) fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.next().to_le_bytes()[0]).collect()
    }

    /// Returns an integer of which the ends and the smallest are likely.
    pub(crate) fn int(&mut self, bits: u32) -> i64 {
        let raw = self.next() as i64;
        let value = match self.below(6) {
            0 => 0,
            1 => -1,
            2 => i64::MAX >> (64 - bits),
            3 => i64::MIN >> (64 - bits),
            4 => raw % 100,
            _ => raw,
        };
        (value << (64 - bits)) >> (64 - bits)
    }

    /// Returns a text of at most `length_max` characters, some of them of several bytes.
    pub(crate) fn text(&mut self, length_max: usize) -> String {
        const CHARS: &[char] = &['a', 'Z', '0', '-', '.', '_', ' ', '\0', 'é', '→', '😀', '\t'];
        (0..self.below(length_max + 1)).map(|_| *self.pick(CHARS)).collect()
    }
}

#[test]
fn a_seed_brings_its_values_back() {
    let draw = |seed, label| {
        let mut rng = Rng::from_seed(seed, label);
        [rng.next(), rng.next(), rng.next()]
    };
    assert_eq!(draw(1, "a"), draw(1, "a"));
    assert_ne!(draw(1, "a"), draw(2, "a"));
    assert_ne!(draw(1, "a"), draw(1, "b"));
    let mut rng = Rng::new("bounds");
    for _ in 0..1000 {
        assert!(rng.below(7) < 7);
        assert!(i8::try_from(rng.int(8)).is_ok());
        assert!(i32::try_from(rng.int(32)).is_ok());
        assert!(rng.text(5).chars().count() <= 5);
    }
}
