//! The numbers of the format.

/// What is written: that of redis-server 7.0.
pub const VERSION: u16 = 10;

/// The newest that is read: that of Redis 7.2, whose sets may be listpacks.
pub const VERSION_MAX: u16 = 11;

/// The checksum: CRC-64 of W. Jones, as Redis has it.
pub static CHECKSUM: crc::Crc<u64, crc::Table<16>> = crc::Crc::<u64, crc::Table<16>>::new(&crc::CRC_64_REDIS);

/// Bytes of a checksum.
pub const CHECKSUM_BYTES: usize = size_of::<u64>();

/// Types of values.
pub mod kind {
    /// A string.
    pub const STRING: u8 = 0;
    /// A list, element by element.
    pub const LIST: u8 = 1;
    /// A set, member by member.
    pub const SET: u8 = 2;
    /// A sorted set, its scores as text.
    pub const ZSET: u8 = 3;
    /// A hash, field by field.
    pub const HASH: u8 = 4;
    /// A sorted set, its scores as doubles.
    pub const ZSET_2: u8 = 5;
    /// A hash in a zipmap.
    pub const HASH_ZIPMAP: u8 = 9;
    /// A list in a ziplist.
    pub const LIST_ZIPLIST: u8 = 10;
    /// A set in an array of integers.
    pub const SET_INTSET: u8 = 11;
    /// A sorted set in a ziplist.
    pub const ZSET_ZIPLIST: u8 = 12;
    /// A hash in a ziplist.
    pub const HASH_ZIPLIST: u8 = 13;
    /// A list in several ziplists.
    pub const LIST_QUICKLIST: u8 = 14;
    /// A hash in a listpack.
    pub const HASH_LISTPACK: u8 = 16;
    /// A sorted set in a listpack.
    pub const ZSET_LISTPACK: u8 = 17;
    /// A list in several listpacks, and elements that stand alone.
    pub const LIST_QUICKLIST_2: u8 = 18;
    /// A set in a listpack, since Redis 7.2.
    pub const SET_LISTPACK: u8 = 20;
}

/// How a part of a [`kind::LIST_QUICKLIST_2`] is kept.
pub mod container {
    /// One element, as it is.
    pub const PLAIN: u64 = 1;
    /// A listpack.
    pub const PACKED: u64 = 2;
}

/// What stands in an image in the place of a value's type.
pub mod mark {
    /// The code of a library of functions.
    pub const LIBRARY: u8 = 245;
    /// The same as the candidates of Redis 7.0 wrote it.
    pub const LIBRARY_BEFORE_7_0: u8 = 246;
    /// Seconds that the key was not used.
    pub const IDLE: u8 = 248;
    /// How often the key was used.
    pub const FREQUENCY: u8 = 249;
    /// A name and a text about the image.
    pub const ABOUT: u8 = 250;
    /// How many keys follow, and how many of them expire.
    pub const SIZES: u8 = 251;
    /// Milliseconds since 1970 at which the key expires.
    pub const EXPIRE_MS: u8 = 252;
    /// Seconds since 1970 at which the key expires.
    pub const EXPIRE_S: u8 = 253;
    /// The number of the database whose keys follow.
    pub const DATABASE: u8 = 254;
    /// The end.
    pub const END: u8 = 255;
}

/// First bytes of a length.
pub mod length {
    /// Fourteen bits: these two, and the rest in this byte and the next.
    pub const BITS_14: u8 = 0x40;
    /// Thirty-two bits follow.
    pub const BITS_32: u8 = 0x80;
    /// Sixty-four bits follow.
    pub const BITS_64: u8 = 0x81;
    /// No length: a string in one of the forms below.
    pub const FORM: u8 = 0xC0;
}

/// Forms of a string that is not written as its bytes.
pub mod form {
    /// An integer of 8 bits.
    pub const INT8: u8 = 0;
    /// An integer of 16 bits.
    pub const INT16: u8 = 1;
    /// An integer of 32 bits.
    pub const INT32: u8 = 2;
    /// Compressed.
    pub const LZF: u8 = 3;
}
