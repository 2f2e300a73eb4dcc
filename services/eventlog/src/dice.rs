//! A row of numbers that looks like chance and can be repeated: what schedules are drawn from.

/// xorshift64.
pub(crate) struct Dice(u64);

impl Dice {
    /// The row of a seed. Neighbouring seeds have rows that are nothing alike.
    pub(crate) fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// Below `sides`, which is at least 1.
    pub(crate) fn below(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        // The high bits are the better ones.
        ((self.0 >> 16) % sides as u64) as usize
    }

    /// Once in so many times.
    pub(crate) fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of them; none of none.
    pub(crate) fn pick<T: Copy>(&mut self, among: &[T]) -> Option<T> {
        (!among.is_empty()).then(|| among[self.below(among.len())])
    }
}

/// Runs so many schedules, each named by its number when it fails. `GUANXI_TEST_SEED` is the first
/// number.
pub(crate) fn schedules(count: u64, mut run: impl FnMut(&mut Dice)) {
    struct Named(u64);
    impl Drop for Named {
        fn drop(&mut self) {
            if std::thread::panicking() {
                eprintln!("GUANXI_TEST_SEED={}", self.0);
            }
        }
    }
    let first = std::env::var("GUANXI_TEST_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or(0_u64);
    for seed in (0..count).map(|n| first.wrapping_add(n)) {
        let _named = Named(seed);
        run(&mut Dice::of(seed));
    }
}
