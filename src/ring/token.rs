//! What a completion is of: 64 bits that go through the kernel and come back.

/// The kinds of operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Operation {
    /// A connection was accepted; the index is that of the listener.
    Accept = 1,
    /// Bytes of a client.
    Receive = 2,
    /// Bytes of a client, straight into an allocation of its own.
    Fill = 3,
    /// A client's socket takes bytes again.
    Writable = 4,
    /// The eventfd was rung.
    Bell = 5,
    /// Another core has woken this one, or (with an error) could not be woken; the index is that of the core to be woken.
    Wake = 7,
    /// An operation was cancelled; says nothing.
    Cancel = 6,
}

/// An operation, the index of its listener or client, and which of the clients that had this index one after the other it is
/// of: descriptors and indexes are used again while completions are still on their way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Token(u64);

/// Bits of a generation that a token carries.
const GENERATION_MASK: u32 = 0x00FF_FFFF;

impl Token {
    /// The token of an operation.
    pub fn new(operation: Operation, index: u32, generation: u32) -> Self {
        Self(
            u64::from(operation as u8) << 56
                | u64::from(generation & GENERATION_MASK) << 32
                | u64::from(index),
        )
    }

    /// From what came back from the kernel.
    pub fn from_user_data(data: u64) -> Self {
        Self(data)
    }

    /// What goes through the kernel.
    pub fn user_data(self) -> u64 {
        self.0
    }

    /// The operation.
    pub fn operation(self) -> Operation {
        match self.0 >> 56 {
            1 => Operation::Accept,
            2 => Operation::Receive,
            3 => Operation::Fill,
            4 => Operation::Writable,
            5 => Operation::Bell,
            7 => Operation::Wake,
            _ => Operation::Cancel,
        }
    }

    /// Index of the listener or client.
    pub fn index(self) -> u32 {
        self.0 as u32
    }

    /// Whether it is of this generation.
    pub fn is_of(self, generation: u32) -> bool {
        (self.0 >> 32) as u32 & GENERATION_MASK == generation & GENERATION_MASK
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_keeps_its_parts() {
        for operation in [
            Operation::Accept,
            Operation::Receive,
            Operation::Fill,
            Operation::Writable,
            Operation::Bell,
            Operation::Wake,
        ] {
            let token = Token::from_user_data(Token::new(operation, 70_000, 0xFFFF_FFFE).user_data());
            assert_eq!((token.operation(), token.index()), (operation, 70_000));
            assert!(token.is_of(0xFFFF_FFFE) && !token.is_of(0));
        }
    }
}
