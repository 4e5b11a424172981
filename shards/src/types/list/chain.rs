//! A list of many blocks.
//!
//! No block is empty, and `len` is the sum of the blocks' lengths. An element larger than a block has a block of its own.

use std::collections::VecDeque;

use super::super::Limits;
use crate::structures::listpack::{Encoded, Item, Listpack, Pos};
use crate::structures::size_class::size_class;

/// What counts towards a block's limit beside its elements: Redis allows as much for what it does not know exactly.
const BLOCK_OVERHEAD_BYTES: usize = 8;
/// Bytes of a block whose size is given in elements.
const COUNTED_BLOCK_BYTES_MAX: usize = 8 << 10;
/// Header and end mark of Redis's listpacks, which count towards their limit.
const REDIS_OVERHEAD_BYTES: usize = 7;
/// A new block at an end begins with this part of its limit, which saves most of the moves on its way there.
const FIRST_PART: usize = 4;

/// When a block is full: `list-max-listpack-size` taken apart.
#[derive(Clone, Copy, Debug)]
pub struct BlockLimit {
    bytes: usize,
    elements: usize,
    /// Whether a list may be a single listpack.
    compact: bool,
}

impl BlockLimit {
    #[inline]
    pub fn of(limits: &Limits) -> Self {
        let (bytes, elements) = match limits.encodings.list_max_listpack_size {
            size @ 0.. => (COUNTED_BLOCK_BYTES_MAX, (size as usize).max(1)),
            size => (4096 << (size.max(-5).unsigned_abs() - 1), usize::MAX),
        };
        Self { bytes, elements, compact: limits.encodings.compact_lists }
    }

    /// Whether `pack` may take `bytes` more.
    #[inline]
    pub fn admits_bytes(self, pack: &Listpack, bytes: usize) -> bool {
        pack.bytes() + bytes + BLOCK_OVERHEAD_BYTES <= self.bytes
    }

    /// Whether `pack` may take one more element.
    #[inline]
    pub fn admits(self, pack: &Listpack, item: &Encoded<'_>) -> bool {
        self.admits_bytes(pack, item.size()) && self.admits_one(pack)
    }

    /// Whether a list that is the single listpack `pack` stays one when it takes `text_bytes` more, counted as Redis 7.2
    /// does: the new element by the bytes of its text.
    #[inline]
    pub fn keeps_single(self, pack: &Listpack, text_bytes: usize) -> bool {
        self.compact && pack.bytes() + text_bytes + REDIS_OVERHEAD_BYTES <= self.bytes
    }

    /// Whether `pack` may take one more element by its number.
    #[inline]
    pub fn admits_one(self, pack: &Listpack) -> bool {
        pack.len() < self.elements
    }

    /// Whether `bytes` in so many elements fit half a block. Where blocks are limited in elements, that is half of those.
    fn half_holds(self, bytes: usize, elements: usize) -> bool {
        let bytes_max = if self.elements == usize::MAX { self.bytes / 2 } else { self.bytes };
        bytes + BLOCK_OVERHEAD_BYTES <= bytes_max && elements <= self.elements / 2
    }

    fn is_sparse(self, pack: &Listpack) -> bool {
        self.half_holds(pack.bytes(), pack.len())
    }

    fn new_block(self, item: &Encoded<'_>) -> Listpack {
        let average = if self.elements == usize::MAX { self.bytes / FIRST_PART } else { 0 };
        if item.size() <= average { Listpack::with_capacity(average) } else { Listpack::new() }
    }
}

/// Removes up to `max` elements equal to `item` from one block, from either end; returns how many.
pub fn remove_equal(pack: &mut Listpack, item: &[u8], max: usize, from_end: bool) -> usize {
    let mut removed = 0;
    if from_end {
        let wanted = Item::canonical(item);
        let mut next = pack.last();
        while removed < max
            && let Some(pos) = next
        {
            // What stands before a removed element keeps its position.
            next = pack.prev(pos);
            if pack.get(pos).is_same(&wanted) {
                removed += pack.remove(pos, 1);
            }
        }
        return removed;
    }
    let wanted = Encoded::from(item);
    let mut from = Pos::FIRST;
    while removed < max
        && let Some(pos) = pack.find_from(from, wanted, 1)
    {
        let run = pack.iter_from(pos).take(max - removed);
        let canonical = Item::canonical(item);
        let run = run.take_while(|other| other.is_same(&canonical)).count();
        removed += pack.remove(pos, run);
        from = pos;
    }
    removed
}

#[derive(Clone, Debug)]
pub struct Chain {
    blocks: VecDeque<Listpack>,
    len: usize,
}

impl Chain {
    pub fn of(pack: Listpack) -> Self {
        let len = pack.len();
        let blocks = if len == 0 { VecDeque::new() } else { VecDeque::from([pack]) };
        Self { blocks, len }
    }

    #[inline]
    pub fn len(&self) -> usize {
        self.len
    }

    pub fn blocks(&self) -> (&[Listpack], &[Listpack]) {
        self.blocks.as_slices()
    }

    pub fn allocated_bytes(&self) -> usize {
        let blocks: usize = self.blocks.iter().map(Listpack::allocated_bytes).sum();
        blocks + size_class(size_of::<Self>()) + size_class(self.blocks.capacity() * size_of::<Listpack>())
    }

    pub fn locate(&self, index: usize) -> (usize, usize) {
        let mut left = index;
        if index < self.len / 2 {
            for (number, block) in self.blocks.iter().enumerate() {
                if left < block.len() {
                    return (number, left);
                }
                left -= block.len();
            }
        } else {
            let mut behind = self.len - index;
            for (number, block) in self.blocks.iter().enumerate().rev() {
                if behind <= block.len() {
                    return (number, block.len() - behind);
                }
                behind -= block.len();
            }
        }
        unreachable!("element {index} of {}", self.len)
    }

    #[inline]
    pub fn push_back(&mut self, item: &Encoded<'_>, limit: BlockLimit) {
        self.len += 1;
        match self.blocks.back_mut() {
            Some(block) if limit.admits(block, item) => block.push_back_encoded(item),
            _ => {
                let mut block = limit.new_block(item);
                block.push_back_encoded(item);
                self.blocks.push_back(block);
            }
        }
    }

    #[inline]
    pub fn push_front(&mut self, item: &Encoded<'_>, limit: BlockLimit) {
        self.len += 1;
        match self.blocks.front_mut() {
            Some(block) if limit.admits(block, item) => block.push_front_encoded(item),
            _ => {
                let mut block = limit.new_block(item);
                block.push_front_encoded(item);
                self.blocks.push_front(block);
            }
        }
    }

    #[inline]
    pub fn pop_front<R>(&mut self, take: impl FnOnce(Item<'_>) -> R) -> Option<R> {
        let block = self.blocks.front_mut()?;
        let taken = block.pop_front(take);
        self.len -= 1;
        if block.is_empty() {
            self.blocks.pop_front();
        }
        taken
    }

    #[inline]
    pub fn pop_back<R>(&mut self, take: impl FnOnce(Item<'_>) -> R) -> Option<R> {
        let block = self.blocks.back_mut()?;
        let taken = block.pop_back(take);
        self.len -= 1;
        if block.is_empty() {
            self.blocks.pop_back();
        }
        taken
    }

    /// The block that is left, if it is the only one and fits half a block; an empty one if none is left.
    #[inline]
    pub fn take_single(&mut self, limit: BlockLimit) -> Option<Listpack> {
        match self.blocks.len() {
            0 => Some(Listpack::new()),
            1 if limit.is_sparse(&self.blocks[0]) => self.blocks.pop_front(),
            _ => None,
        }
    }

    /// Divides a block so that the element at `pos` begins one; returns the number of that one.
    fn split(&mut self, block: usize, pos: Pos) -> usize {
        if pos == Pos::FIRST {
            return block;
        }
        let tail = self.blocks[block].split_off(pos);
        self.blocks.insert(block + 1, tail);
        block + 1
    }

    /// Puts `item` between the block `seam` and the one before it.
    fn insert_at_seam(&mut self, seam: usize, item: Encoded<'_>, limit: BlockLimit) {
        self.len += 1;
        if let Some(before) = seam.checked_sub(1).and_then(|before| self.blocks.get_mut(before))
            && limit.admits(before, &item)
        {
            before.push_back(item);
        } else if let Some(after) = self.blocks.get_mut(seam)
            && limit.admits(after, &item)
        {
            after.push_front(item);
        } else {
            let mut block = Listpack::new();
            block.push_back(item);
            self.blocks.insert(seam, block);
        }
    }

    pub fn set(&mut self, index: usize, item: Encoded<'_>, limit: BlockLimit) {
        let (number, index) = self.locate(index);
        let block = &mut self.blocks[number];
        let Some(pos) = block.seek(index) else { return };
        if limit.admits_bytes(block, item.size()) || block.len() == 1 {
            block.replace(pos, item);
            return;
        }
        let seam = self.split(number, pos);
        self.blocks[seam].remove(Pos::FIRST, 1);
        self.len -= 1;
        if self.blocks[seam].is_empty() {
            self.blocks.remove(seam);
        }
        self.insert_at_seam(seam, item, limit);
    }

    pub fn insert(
        &mut self,
        before: bool,
        pivot: &Encoded<'_>,
        item: Encoded<'_>,
        limit: BlockLimit,
    ) -> bool {
        let found =
            self.blocks.iter().enumerate().find_map(|(number, block)| Some((number, block.find(*pivot, 1)?)));
        let Some((number, pos)) = found else { return false };
        let block = &mut self.blocks[number];
        if limit.admits(block, &item) {
            self.len += 1;
            if before {
                block.insert_before(pos, item);
            } else {
                block.insert_after(pos, item);
            }
            return true;
        }
        let at = if before { Some(pos) } else { block.next(pos) };
        let seam = at.map_or(number + 1, |pos| self.split(number, pos));
        self.insert_at_seam(seam, item, limit);
        true
    }

    pub fn remove(&mut self, item: &[u8], max: usize, from_end: bool, limit: BlockLimit) -> usize {
        let count = self.blocks.len();
        let mut removed = 0;
        let mut first_sparse = None;
        for step in 0..count {
            if removed == max {
                break;
            }
            let number = if from_end { count - 1 - step } else { step };
            let block = &mut self.blocks[number];
            let here = remove_equal(block, item, max - removed, from_end);
            removed += here;
            if here > 0 && limit.is_sparse(block) {
                first_sparse = Some(first_sparse.map_or(number, |first: usize| first.min(number)));
            }
        }
        self.len -= removed;
        if let Some(first) = first_sparse {
            self.close_up(first.saturating_sub(1), limit);
        }
        removed
    }

    /// Drops empty blocks from number `first` on and joins neighbours that fit half a block together.
    fn close_up(&mut self, first: usize, limit: BlockLimit) {
        for block in self.blocks.split_off(first) {
            match self.blocks.back_mut() {
                _ if block.is_empty() => {}
                Some(last) if limit.half_holds(last.bytes() + block.bytes(), last.len() + block.len()) => {
                    last.append(&block);
                }
                _ => self.blocks.push_back(block),
            }
        }
    }

    /// Removes the first `count` elements.
    pub fn remove_front(&mut self, count: usize) {
        let mut left = count.min(self.len);
        self.len -= left;
        while let Some(block) = self.blocks.front_mut()
            && left > 0
        {
            if left < block.len() {
                block.remove(Pos::FIRST, left);
                return;
            }
            left -= block.len();
            self.blocks.pop_front();
        }
    }

    /// Removes the last `count` elements.
    pub fn remove_back(&mut self, count: usize) {
        let mut left = count.min(self.len);
        self.len -= left;
        while let Some(block) = self.blocks.back_mut()
            && left > 0
        {
            if let Some(kept) = block.len().checked_sub(left)
                && let Some(pos) = block.seek(kept)
                && kept > 0
            {
                block.remove(pos, left);
                return;
            }
            left -= block.len();
            self.blocks.pop_back();
        }
    }

    /// Frees up to `max` blocks; true when none is left.
    pub fn drain_step(&mut self, max: usize) -> bool {
        let kept = self.blocks.len().saturating_sub(max);
        self.len -= self.blocks.iter().skip(kept).map(Listpack::len).sum::<usize>();
        self.blocks.truncate(kept);
        kept == 0
    }
}
