//! Facts about Lua scripts.

mod arguments;
mod calls;
mod effects;
mod functions;
mod libraries;
mod modes;
mod reach;
mod resp3;
mod slow;
mod transactions;
mod types;
mod types_resp3;

/// All of them, file by file.
pub const FILES: &[&[crate::script::Fact]] = &[
    arguments::FACTS,
    calls::FACTS,
    effects::FACTS,
    functions::FACTS,
    libraries::FACTS,
    modes::FACTS,
    reach::FACTS,
    resp3::FACTS,
    slow::FACTS,
    transactions::FACTS,
    types::FACTS,
    types_resp3::FACTS,
];
