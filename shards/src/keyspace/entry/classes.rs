//! Numbers for the allocator's size classes, small enough for an entry's header.
//!
//! A block that asks for exactly such a size knows all the room it has, so a new value that fits overwrites the old one
//! in place. Another allocator would serve the same requests, at worst with a few bytes more. Blocks of 8 bytes are left
//! out: no key fits there.

use crate::structures::size_class::size_class;

/// The largest size that has a class number. Only a block with a long key is larger, and such a block notes its size.
pub const NUMBERED_MAX: usize = 4096;

const CLASSES: usize = 28;

/// `SIZES[class]`, in bytes.
static SIZES: [u16; CLASSES] = {
    let mut sizes = [0; CLASSES];
    let mut class = 0;
    let mut bytes = 8;
    while class < CLASSES {
        bytes = size_class(bytes + 1);
        sizes[class] = bytes as u16;
        class += 1;
    }
    assert!(bytes == NUMBERED_MAX);
    sizes
};

/// `CLASS_OF[n]`: the class that serves `16 * n` bytes.
static CLASS_OF: [u8; NUMBERED_MAX / 16 + 1] = {
    let mut class_of = [0; NUMBERED_MAX / 16 + 1];
    let mut sixteens = 0;
    let mut class = 0;
    while sixteens < class_of.len() {
        if sixteens * 16 > SIZES[class] as usize {
            class += 1;
        }
        class_of[sixteens] = class as u8;
        sixteens += 1;
    }
    class_of
};

/// The number of the class that serves `bytes`, which are at most [`NUMBERED_MAX`].
#[inline]
pub fn class_of(bytes: usize) -> u8 {
    CLASS_OF[bytes.div_ceil(16)]
}

/// The bytes of a class.
#[inline]
pub fn size_of_class(class: u8) -> usize {
    usize::from(SIZES[usize::from(class)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_jemallocs() {
        let sizes: Vec<usize> = (0..CLASSES as u8).map(size_of_class).collect();
        assert_eq!(
            sizes,
            [
                16, 32, 48, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 640, 768, 896,
                1024, 1280, 1536, 1792, 2048, 2560, 3072, 3584, 4096
            ]
        );
    }

    #[test]
    fn every_number_of_bytes_has_the_smallest_class_that_holds_it() {
        for bytes in 0..=NUMBERED_MAX {
            let class = class_of(bytes);
            assert!(size_of_class(class) >= bytes);
            assert!(class == 0 || size_of_class(class - 1) < bytes);
            assert_eq!(size_of_class(class), size_class(bytes).max(16));
        }
    }
}
