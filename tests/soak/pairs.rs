//! Keys that are only ever written together: nobody sees them differ.

use crate::{
    client::{Client, Words, elements, words},
    harness::resp::Value,
};

/// Keys.
const KEYS: usize = 5;

/// Keys written and read at random places of the command, so that no order of keys is safe by chance.
fn keys(client: &mut Client<'_>) -> impl Iterator<Item = Vec<u8>> {
    let first = client.rng.below(KEYS);
    (0..KEYS).map(move |index| format!("pair:{}", (first + index) % KEYS).into_bytes())
}

/// Writes all keys at once until the end.
pub fn write(writer: &mut Client<'_>) -> Result<u64, String> {
    let soak = writer.soak;
    soak.repeat(|| {
        let value = writer.rng.next_u64().to_string().into_bytes();
        let pairs =
            |writer: &mut Client<'_>| keys(writer).flat_map(|key| [key, value.clone()]).collect::<Words>();
        let command = [words("MSET"), pairs(writer)].concat();
        let sets: Vec<Words> = keys(writer).map(|key| vec![b"SET".to_vec(), key, value.clone()]).collect();
        match writer.rng.below(3) {
            0 => {
                let commands = [words("MULTI"), sets[0].clone(), command, words("EXEC")];
                writer.ask_or_vanish(&commands).map(|_| ())
            }
            1 => writer.ask_or_vanish(&crate::client::transaction(&sets)).map(|_| ()),
            _ => writer.ask_or_vanish(&[command]).map(|_| ()),
        }
    })
}

/// Reads all keys at once until the end.
pub fn read(reader: &mut Client<'_>) -> Result<u64, String> {
    let soak = reader.soak;
    soak.repeat(|| {
        if reader.rng.below(2) == 0 {
            return audit(reader);
        }
        let gets: Vec<Words> = keys(reader).map(|key| vec![b"GET".to_vec(), key]).collect();
        let values = reader.exec(&gets)?;
        check(values)
    })
}

/// Reads all keys.
pub fn audit(reader: &mut Client<'_>) -> Result<(), String> {
    let mut command = words("MGET");
    command.extend(keys(reader));
    let pipeline = vec![command; 1 + reader.rng.below(3)];
    reader.ask(&pipeline)?.into_iter().try_for_each(check)
}

fn check(values: Value) -> Result<(), String> {
    let values = elements(values)?;
    if values.iter().all(|value| *value == values[0]) {
        Ok(())
    } else {
        Err(format!("a write is torn: {values:?}"))
    }
}
