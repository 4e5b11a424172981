//! What all cores listen on, and how that changes while they run.
//!
//! ```text
//! CONFIG SET, on the client's core     open what is lacking, for every core      or refuse, and nothing has changed
//! each core, behind its CONFIG SET     take its new sockets, close the others    before anything of the turn leaves it
//! ```
//!
//! A socket that is wanted before and after stays open, with the clients that wait in it. A socket is closed when its core's
//! `io_uring` has let go of it: until then it would still take clients that nobody serves, and keep its port from others. So when
//! CONFIG SET is answered, the old ports are free.

use std::{
    net::SocketAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{
    Listener, Place,
    sockets::{is_available, is_unavailable, refused, resolve, tcp, unix},
};
use crate::config::{BindAddress, Settings, StartupError, check_ports};

/// The listeners of all cores. Without [`Listening::begin`] there are none, whatever the settings say.
#[derive(Debug, Default)]
pub struct Listening {
    state: Mutex<Option<State>>,
}

#[derive(Debug)]
struct State {
    /// As they were at the start, but for `port` and `bind`, which are the latest.
    settings: Settings,
    cores: Vec<OfCore>,
}

/// The listeners of one core.
#[derive(Debug, Default)]
struct OfCore {
    /// Where it is to listen.
    wanted: Vec<Place>,
    /// Opened for it, and not taken yet.
    ready: Vec<Listener>,
    /// Where it listens.
    open: Vec<Place>,
}

impl OfCore {
    fn has(&self, place: &Place) -> bool {
        self.open.contains(place) || self.ready.iter().any(|listener| listener.place == *place)
    }

    fn places(&self) -> impl Iterator<Item = &Place> {
        self.open.iter().chain(self.ready.iter().map(|listener| &listener.place))
    }
}

impl Listening {
    /// Opens the sockets of `cores` cores: each core its own on every address, by `SO_REUSEPORT`; its shard-direct port; and the Unix
    /// socket on the first core, which hands connections on. Gives all addresses once, for the log.
    ///
    /// # Errors
    /// An address that cannot be listened on, or none at all.
    pub fn begin(&self, settings: &Settings, cores: usize) -> Result<Vec<String>, StartupError> {
        let mut state = State {
            settings: settings.clone(),
            cores: std::iter::repeat_with(OfCore::default).take(cores).collect(),
        };
        let mut addresses = state.change(settings.port, &settings.bind)?;
        if let Some(path) = &settings.unixsocket {
            let listener = Listener { socket: unix(path, settings)?, place: Place::Unix };
            state.cores[0].ready.push(listener);
            state.cores[0].wanted.push(Place::Unix);
            addresses.push(path.display().to_string());
        }
        if addresses.is_empty() {
            return Err(StartupError::new(
                "there is no address to listen on",
                "set port and bind to an address of this machine, or set unixsocket",
            ));
        }
        *self.state() = Some(state);
        Ok(addresses)
    }

    /// Opens what is lacking to listen on another port or other addresses. Each core is to be [settled](Listening::settle) then.
    ///
    /// # Errors
    /// An address that cannot be listened on; nothing has changed then.
    pub fn change(&self, port: Option<u16>, bind: Option<&[BindAddress]>) -> Result<(), StartupError> {
        let mut state = self.state();
        let Some(state) = state.as_mut() else { return Ok(()) };
        let bind = bind.map_or_else(|| state.settings.bind.clone(), <[BindAddress]>::to_vec);
        state.change(port.unwrap_or(state.settings.port), &bind).map(drop)
    }

    /// The port and the addresses that were set last: of two clients that set them at the same time, all cores follow the same.
    pub fn latest(&self) -> Option<(u16, Vec<BindAddress>)> {
        let state = self.state();
        state.as_ref().map(|state| (state.settings.port, state.settings.bind.clone()))
    }

    /// Hands a core its new listeners. `swap` starts to use them and closes those whose place is not among the wanted ones.
    pub fn settle(&self, core: usize, swap: impl FnOnce(Vec<Listener>, &[Place])) {
        // Locked until the old ones are closed: who opens others meanwhile would find them in the way.
        let mut state = self.state();
        let Some(of_core) = state.as_mut().and_then(|state| state.cores.get_mut(core)) else { return };
        swap(std::mem::take(&mut of_core.ready), &of_core.wanted);
        of_core.open.clone_from(&of_core.wanted);
    }

    fn state(&self) -> MutexGuard<'_, Option<State>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Opens what is lacking, and says where each core is to listen from now on.
    fn change(&mut self, port: u16, bind: &[BindAddress]) -> Result<Vec<String>, StartupError> {
        let settings = Settings { port, bind: bind.to_vec(), ..self.settings.clone() };
        check_ports(&settings, self.cores.len())?;
        let mut plan = Plan {
            wanted: self.cores.iter().map(|_| Vec::new()).collect(),
            fresh: Vec::new(),
            addresses: Vec::new(),
        };
        if port != 0 {
            for bind in bind {
                let address = resolve(bind, port)?;
                let cores = 0..self.cores.len();
                if self.plan(&mut plan, bind, &Place::Shared(address), cores)? {
                    plan.addresses.push(address.to_string());
                }
            }
        }
        if let Some(base) = settings.cluster_ports {
            for bind in bind {
                for core in 0..self.cores.len() {
                    let address = resolve(bind, base + core as u16)?;
                    self.plan(&mut plan, bind, &Place::Direct(address), core..core + 1)?;
                }
                let last = usize::from(base) + self.cores.len() - 1;
                plan.addresses.push(format!("{} ports {base}-{last} (shard-direct)", bind.host));
            }
        }
        for (core, listener) in plan.fresh {
            self.cores[core].ready.push(listener);
        }
        for (core, mut wanted) in self.cores.iter_mut().zip(plan.wanted) {
            wanted.extend(core.wanted.iter().filter(|place| **place == Place::Unix).cloned());
            core.ready.retain(|listener| wanted.contains(&listener.place));
            core.wanted = wanted;
        }
        (self.settings.port, self.settings.bind) = (port, settings.bind);
        Ok(plan.addresses)
    }

    /// Adds a place for these cores, and opens it where it is not open. False if it is an optional one that this machine lacks.
    fn plan(
        &self,
        plan: &mut Plan,
        bind: &BindAddress,
        place: &Place,
        cores: std::ops::Range<usize>,
    ) -> Result<bool, StartupError> {
        let Some(address) = place.address() else { return Ok(false) };
        if plan.wanted[cores.start].contains(place) {
            return Err(refused(address, &std::io::ErrorKind::AddrInUse.into()));
        }
        if !self.is_ours(address) && !is_available(bind, address)? {
            return Ok(false);
        }
        for core in cores {
            if !self.cores[core].has(place) {
                let socket = match tcp(address, self.settings.tcp_backlog, true) {
                    Ok(socket) => socket,
                    Err(error) if bind.optional && is_unavailable(&error) => return Ok(false),
                    Err(error) => return Err(refused(address, &error)),
                };
                plan.fresh.push((core, Listener { socket, place: place.clone() }));
            }
            plan.wanted[core].push(place.clone());
        }
        Ok(true)
    }

    /// Whether sockets of ours are in the way of one on this address; then nobody else's are.
    fn is_ours(&self, address: SocketAddr) -> bool {
        let meets = |other: SocketAddr| {
            let (ip, other_ip) = (address.ip(), other.ip());
            let everywhere = ip.is_unspecified() || other_ip.is_unspecified();
            other.port() == address.port()
                && other.is_ipv4() == address.is_ipv4()
                && (everywhere || ip == other_ip)
        };
        self.cores.iter().flat_map(OfCore::places).filter_map(Place::address).any(meets)
    }
}

/// What a change makes of the listeners.
struct Plan {
    /// Per core.
    wanted: Vec<Vec<Place>>,
    /// Opened for it, with their cores.
    fresh: Vec<(usize, Listener)>,
    /// For the log.
    addresses: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    fn listening(port: u16) -> Listening {
        let settings = Settings { port, bind: vec![BindAddress::new("127.0.0.1")], ..Settings::default() };
        let listening = Listening::default();
        listening.begin(&settings, 2).expect("a free port");
        listening
    }

    fn free_port() -> u16 {
        TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a port").port()
    }

    /// Settles a core whose listeners are these.
    fn settle(listening: &Listening, core: usize, listeners: &mut Vec<Listener>) {
        listening.settle(core, |new, wanted| {
            listeners.retain(|listener| wanted.contains(&listener.place));
            listeners.extend(new);
        });
    }

    #[test]
    fn changes_that_follow_each_other_at_once_open_and_close_what_differs() {
        let (first, second) = (free_port(), free_port());
        let listening = listening(first);
        let mut cores = [Vec::new(), Vec::new()];
        for (core, listeners) in cores.iter_mut().enumerate() {
            settle(&listening, core, listeners);
            assert_eq!(listeners.len(), 1);
        }
        // There and back, with only one core having followed.
        listening.change(Some(second), None).expect("a free port");
        settle(&listening, 1, &mut cores[1]);
        listening.change(Some(first), None).expect("our own port");
        assert_eq!(listening.latest().map(|(port, _)| port), Some(first));
        for (core, listeners) in cores.iter_mut().enumerate() {
            settle(&listening, core, listeners);
            let places: Vec<_> = listeners.iter().filter_map(|listener| listener.place.address()).collect();
            assert_eq!(places, [SocketAddr::from(([127, 0, 0, 1], first))]);
        }
        TcpListener::bind(("127.0.0.1", second)).expect("the port is free again");
    }

    #[test]
    fn what_cannot_be_opened_changes_nothing() {
        let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = taken.local_addr().expect("its address").port();
        let first = free_port();
        let listening = listening(first);
        assert!(listening.change(Some(port), None).is_err());
        let twice = [BindAddress::new("127.0.0.1"), BindAddress::new("127.0.0.1")];
        assert!(listening.change(None, Some(&twice)).is_err());
        assert_eq!(listening.latest().map(|(port, bind)| (port, bind.len())), Some((first, 1)));
        let mut listeners = Vec::new();
        settle(&listening, 0, &mut listeners);
        assert_eq!(listeners.len(), 1);
        // From one address to all and back, on the same port.
        listening.change(None, Some(&[BindAddress::new("*")])).expect("all addresses");
        settle(&listening, 0, &mut listeners);
        listening.change(None, Some(&[BindAddress::new("127.0.0.1")])).expect("one address");
        settle(&listening, 0, &mut listeners);
        assert_eq!(listeners.len(), 1);
        listening.change(Some(0), None).expect("no port");
        settle(&listening, 0, &mut listeners);
        assert!(listeners.is_empty());
    }
}
