//! The sizes an allocation really takes: jemalloc's small and large classes, 16 bytes apart up to 128 and four per
//! doubling above.
//!
//! A structure that asks for a whole class wastes nothing the allocator would not waste anyway, and one that grows
//! from class to class grows by an eighth to a quarter each time, which keeps a sequence of pushes linear.

/// The number of bytes, at least `bytes`, that an allocation of `bytes` occupies.
#[inline]
pub const fn size_class(bytes: usize) -> usize {
    if bytes <= 8 {
        return 8;
    }
    let spacing = if bytes <= 128 { 16 } else { 1 << ((bytes - 1).ilog2() - 2) };
    bytes.next_multiple_of(spacing)
}

#[cfg(test)]
mod tests {
    use super::size_class;

    #[test]
    fn classes_are_16_apart_and_then_four_per_doubling() {
        let classes =
            [8, 16, 32, 48, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 640, 8192, 10240];
        for class in classes {
            assert_eq!(size_class(class), class);
        }
        for (asked, given) in
            [(0, 8), (1, 8), (9, 16), (17, 32), (113, 128), (129, 160), (257, 320), (7169, 8192)]
        {
            assert_eq!(size_class(asked), given, "{asked} bytes");
        }
    }
}
