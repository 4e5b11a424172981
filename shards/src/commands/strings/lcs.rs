//! LCS: what two strings have in common.

use bytes::Bytes;

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    keyspace::{Entry, Keyspace, StrRef},
    resp::Reply,
    structures::lcs::{Lcs, Piece, table_bytes},
};

pub static LCS: Command = Command {
    name: "LCS",
    arity: Arity::at_least(3),
    flags: Flags::READONLY,
    acl: Acl::STRING,
    keys: Keys::TWO,
    group: Group::String,
    since: "7.0.0",
    summary: "Finds the longest common substring.",
    complexity: "O(N*M) where N and M are the lengths of both strings.",
    syntax: "key1 key2 [LEN] [IDX] [MINMATCHLEN min-match-len] [WITHMATCHLEN]",
    run: Run::Local(lcs),
    ..Command::DEFAULT
};

fn lcs(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let (a, b) = (text(db, args, 1), text(db, args, 2));
    let (Some(a), Some(b)) = (a, b) else {
        return Err(Error::Text("ERR The specified keys must contain string values"));
    };
    let options = Options::read(args)?;
    if a.len().max(b.len()) >= (u32::MAX - 1) as usize {
        return Err(Error::Text("ERR String too long for LCS"));
    }
    if table_bytes(a.len(), b.len()).is_none_or(|bytes| bytes > db.string_max_bytes) {
        return Err(Error::Text(
            "ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len",
        ));
    }
    let lcs = Lcs::new(&a, &b)
        .ok_or(Error::Text("ERR Insufficient memory, failed allocating transient memory for LCS"))?;
    if options.pieces {
        reply_pieces(&lcs, &options, out);
    } else if options.length {
        out.count(lcs.length());
    } else {
        out.bulk(&lcs.text());
    }
    Ok(Outcome::Unchanged)
}

/// The string at argument `index`, empty if there is no key; `None` for another type.
fn text(db: &mut Keyspace, args: &Args<'_>, index: usize) -> Option<Bytes> {
    let key = db.key(args, index);
    match db.find(&key).map(Entry::as_string) {
        None => Some(Bytes::new()),
        Some(Some(StrRef::Shared(text))) => Some(text.clone()),
        Some(value) => Some(Bytes::copy_from_slice(value?.text(&mut itoa::Buffer::new()))),
    }
}

fn reply_pieces(lcs: &Lcs<'_>, options: &Options, out: &mut Reply<'_>) {
    let mut pieces = lcs.pieces();
    pieces.retain(|piece| piece.a.len() as u64 >= options.piece_min_bytes);
    out.map(2);
    out.bulk(b"matches");
    out.array(pieces.len());
    for Piece { a, b } in pieces {
        out.array(2 + usize::from(options.piece_lengths));
        for range in [&a, &b] {
            out.array(2);
            out.count(range.start);
            out.count(range.end - 1);
        }
        if options.piece_lengths {
            out.count(a.len());
        }
    }
    out.bulk(b"len");
    out.count(lcs.length());
}

#[derive(Default)]
struct Options {
    /// LEN
    length: bool,
    /// IDX
    pieces: bool,
    /// MINMATCHLEN
    piece_min_bytes: u64,
    /// WITHMATCHLEN
    piece_lengths: bool,
}

impl Options {
    fn read(args: &Args<'_>) -> Result<Self, Error> {
        let mut options = Self::default();
        let mut index = 3;
        while index < args.len() {
            match args.word(index).as_str() {
                "LEN" => options.length = true,
                "IDX" => options.pieces = true,
                "WITHMATCHLEN" => options.piece_lengths = true,
                "MINMATCHLEN" if index + 1 < args.len() => {
                    index += 1;
                    options.piece_min_bytes = args.integer(index)?.max(0) as u64;
                }
                _ => return Err(Error::Syntax),
            }
            index += 1;
        }
        if options.length && options.pieces {
            return Err(Error::Text("ERR If you want both the length and indexes, please just use IDX."));
        }
        Ok(options)
    }
}
