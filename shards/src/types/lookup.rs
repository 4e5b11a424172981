//! Collections whose elements are looked up by their bytes: what to fetch ahead of a lookup.

use super::Limits;

/// A collection whose elements are looked up by their bytes. Several lookups ahead, all are asked for with
/// [`Lookup::prefetch_place`] and then with [`Lookup::prefetch_element`], and take little more time than one.
pub trait Lookup {
    /// Asks the processor for where the lookup of `element` begins. Returns the element's hash if more is to be asked for.
    fn prefetch_place(&self, element: &[u8], limits: &Limits) -> Option<u64>;

    /// Asks for the element with this hash that a lookup most likely finds; reads what [`Lookup::prefetch_place`] asked for.
    fn prefetch_element(&self, hash: u64);
}
