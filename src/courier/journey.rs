//! One shipment on its way: what is said to the other server, and what its replies mean.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use super::{
    Address, Delivery, Failure, Shipment,
    connection::{Broken, Connection},
};

/// What is sent at once: each such piece has its own time.
const PIECE_BYTES: usize = 64 * 1024;

/// The way to one server.
#[derive(Debug)]
pub struct Way<'a> {
    to: Address,
    connection: Option<Connection>,
    /// The database that is selected there, if that is known.
    database: i64,
    /// Connections that are open, of all couriers.
    connections: &'a AtomicUsize,
}

/// No database: a connection begins so, and so does one on which something went wrong.
const UNKNOWN: i64 = -1;

/// Why an attempt ended early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop {
    Connecting,
    Writing(Broken),
    /// Before any key was answered for.
    Reading(Broken),
}

impl<'a> Way<'a> {
    /// The way to a server, not connected yet.
    pub fn new(to: Address, connections: &'a AtomicUsize) -> Self {
        Self { to, connection: None, database: UNKNOWN, connections }
    }

    /// Takes a shipment there. A connection that was kept and has been closed meanwhile is no reason to fail: unless it was too slow,
    /// the first attempt is made again.
    pub fn deliver(&mut self, shipment: &Shipment, ordered: Instant) -> Delivery {
        let mut again = true;
        loop {
            let stop = match self.attempt(shipment, ordered) {
                Ok(delivery) => return delivery,
                Err(stop) => stop,
            };
            let failure = match stop {
                Stop::Connecting => Failure::Connecting,
                Stop::Writing(_) => Failure::Writing,
                Stop::Reading(_) => Failure::Reading,
            };
            self.close();
            if again && matches!(stop, Stop::Writing(Broken::Ended) | Stop::Reading(Broken::Ended)) {
                again = false;
                continue;
            }
            return Delivery { taken: Vec::new(), failure: Some(failure) };
        }
    }

    fn attempt(&mut self, shipment: &Shipment, ordered: Instant) -> Result<Delivery, Stop> {
        let timeout = shipment.timeout;
        let selects = self.database_before(shipment)? != shipment.database;
        let Some(connection) = &mut self.connection else { return Err(Stop::Connecting) };
        let sent = send(connection, shipment, ordered, selects).map_err(Stop::Writing)?;
        let login = match shipment.login {
            Some(_) => reply(connection, timeout).map_err(Stop::Reading)?,
            None => None,
        };
        let select = if selects { reply(connection, timeout).map_err(Stop::Reading)? } else { None };
        let refusal = login.or(select);
        let mut delivery = Delivery { taken: Vec::new(), failure: None };
        let mut broken = false;
        for (number, index) in sent.iter().enumerate() {
            let error = match reply(connection, timeout) {
                Ok(error) => error,
                Err(why) if number == 0 => return Err(Stop::Reading(why)),
                Err(_) => {
                    broken = true;
                    break;
                }
            };
            match refusal.clone().or(error) {
                None => delivery.taken.push(shipment.parcels[*index].key.clone()),
                Some(error) => {
                    delivery.failure.get_or_insert(Failure::Refused(error));
                }
            }
        }
        self.database = if delivery.failure.is_none() { shipment.database } else { UNKNOWN };
        if broken {
            self.close();
            delivery.failure.get_or_insert(Failure::Reading);
        }
        Ok(delivery)
    }

    /// Connects if there is no connection, or if one says what nobody asked for: that would be taken for an answer. Gives the database that is selected.
    fn database_before(&mut self, shipment: &Shipment) -> Result<i64, Stop> {
        if self.connection.as_mut().is_some_and(|connection| !connection.is_quiet()) {
            self.close();
        }
        if self.connection.is_none() {
            let connection = Connection::open(&self.to, shipment.timeout).map_err(|_| Stop::Connecting)?;
            self.connection = Some(connection);
            self.connections.fetch_add(1, Ordering::Relaxed);
            self.database = UNKNOWN;
        }
        Ok(self.database)
    }

    fn close(&mut self) {
        if self.connection.take().is_some() {
            self.connections.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl Drop for Way<'_> {
    fn drop(&mut self) {
        self.close();
    }
}

/// The next reply: the error if it is one.
fn reply(connection: &mut Connection, timeout: Duration) -> Result<Option<Vec<u8>>, Broken> {
    meaning(&connection.line(timeout)?)
}

/// What a line says. Only `+` means that something has been done: who speaks otherwise is no server for keys, and gets none.
fn meaning(line: &[u8]) -> Result<Option<Vec<u8>>, Broken> {
    match line {
        [b'+', ..] => Ok(None),
        [b'-', error @ ..] => Ok(Some(error.to_vec())),
        _ => Err(Broken::Strange),
    }
}

/// Sends a shipment. Gives the parcels that went: those whose time has come meanwhile stay.
fn send(
    connection: &mut Connection,
    shipment: &Shipment,
    ordered: Instant,
    selects: bool,
) -> Result<Vec<usize>, Broken> {
    let mut pieces = Pieces { connection, shipment, bytes: Vec::new() };
    if let Some(login) = &shipment.login {
        match &login.user {
            Some(user) => pieces.command(&[b"AUTH", user, &login.password])?,
            None => pieces.command(&[b"AUTH", &login.password])?,
        }
    }
    if selects {
        pieces.command(&[b"SELECT", shipment.database.to_string().as_bytes()])?;
    }
    let mut sent = Vec::new();
    for (index, parcel) in shipment.parcels.iter().enumerate() {
        let Some(ttl_ms) = ttl_ms(parcel.left_ms, ordered.elapsed()) else { continue };
        let ttl_ms = ttl_ms.to_string();
        let words: [&[u8]; 5] = [b"RESTORE", &parcel.key, ttl_ms.as_bytes(), &parcel.value, b"REPLACE"];
        pieces.command(&words[..if shipment.replace { 5 } else { 4 }])?;
        sent.push(index);
    }
    pieces.end()?;
    Ok(sent)
}

/// What is left of a key's time, milliseconds, after so much of it; 0 if it has no end, nothing if it has passed.
fn ttl_ms(left_ms: Option<i64>, since: Duration) -> Option<i64> {
    let Some(left_ms) = left_ms else { return Some(0) };
    let left_ms = left_ms.saturating_sub(i64::try_from(since.as_millis()).unwrap_or(i64::MAX));
    (left_ms >= 0).then(|| left_ms.max(1))
}

/// Requests, sent piece by piece.
struct Pieces<'a> {
    connection: &'a mut Connection,
    shipment: &'a Shipment,
    bytes: Vec<u8>,
}

impl Pieces<'_> {
    fn command(&mut self, words: &[&[u8]]) -> Result<(), Broken> {
        self.add(format!("*{}\r\n", words.len()).as_bytes())?;
        for word in words {
            self.add(format!("${}\r\n", word.len()).as_bytes())?;
            self.add(word)?;
            self.add(b"\r\n")?;
        }
        Ok(())
    }

    fn add(&mut self, mut bytes: &[u8]) -> Result<(), Broken> {
        while self.bytes.len() + bytes.len() >= PIECE_BYTES {
            let (now, later) = bytes.split_at(PIECE_BYTES - self.bytes.len());
            self.bytes.extend_from_slice(now);
            bytes = later;
            self.end()?;
        }
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    /// Sends what is left.
    fn end(&mut self) -> Result<(), Broken> {
        self.connection.send(&self.bytes, self.shipment.timeout)?;
        self.bytes.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_of_a_time_is_a_millisecond_at_least() {
        let since = Duration::from_millis(5);
        assert_eq!(ttl_ms(None, since), Some(0));
        assert_eq!(ttl_ms(Some(4), since), None);
        assert_eq!(ttl_ms(Some(5), since), Some(1));
        assert_eq!(ttl_ms(Some(100), since), Some(95));
    }

    #[test]
    fn errors_are_told_from_other_replies() {
        assert_eq!(meaning(b"-ERR no"), Ok(Some(b"ERR no".to_vec())));
        assert_eq!(meaning(b"+OK"), Ok(None));
        assert_eq!(meaning(b"220 mail.example.org ready"), Err(Broken::Strange));
    }
}
