//! The sockets that clients connect to. All are opened before any core starts, so that a port in use is a start-up error.

use std::{
    fs, io,
    net::SocketAddr,
    os::{
        fd::OwnedFd,
        unix::fs::{FileTypeExt, PermissionsExt},
    },
    path::Path,
};

use socket2::{Domain, Protocol, SockAddr, Socket, Type};

use crate::config::{BindAddress, Settings, StartupError};

/// What one core accepts connections on.
#[derive(Debug, Default)]
pub struct Listeners {
    /// Its sockets.
    pub sockets: Vec<OwnedFd>,
}

/// What was opened.
#[derive(Debug)]
pub struct Opened {
    /// Per core.
    pub cores: Vec<Listeners>,
    /// For the log: every address once.
    pub addresses: Vec<String>,
}

/// Opens the sockets of `shards` cores: each core its own on every address, by `SO_REUSEPORT`; its shard-direct port; and the
/// Unix socket on the first core, which hands connections on.
///
/// # Errors
///
/// An address that cannot be listened on, or none at all.
pub fn open(settings: &Settings, shards: usize) -> Result<Opened, StartupError> {
    let mut opened = Opened {
        cores: std::iter::repeat_with(Listeners::default).take(shards).collect(),
        addresses: Vec::new(),
    };
    if settings.port != 0 {
        for bind in &settings.bind {
            let Some(address) = available(bind, settings.port)? else { continue };
            for core in &mut opened.cores {
                core.sockets.push(
                    tcp(address, settings.tcp_backlog, true).map_err(|error| refused(address, &error))?,
                );
            }
            opened.addresses.push(address.to_string());
        }
    }
    if let Some(base) = settings.cluster_ports {
        let last = base + (shards - 1) as u16;
        for bind in &settings.bind {
            for (port, core) in (base..=last).zip(&mut opened.cores) {
                let Some(address) = available(bind, port)? else { continue };
                core.sockets.push(
                    tcp(address, settings.tcp_backlog, false).map_err(|error| refused(address, &error))?,
                );
            }
            opened.addresses.push(format!("{} ports {base}-{last} (shard-direct)", bind.host));
        }
    }
    if let Some(path) = &settings.unixsocket {
        let socket = unix(path, settings).map_err(|error| {
            StartupError::new(
                format!("cannot listen on the Unix socket {}: {error}", path.display()),
                "choose another path with --unixsocket, or remove what is there",
            )
        })?;
        opened.cores[0].sockets.push(socket);
        opened.addresses.push(path.display().to_string());
    }
    if opened.addresses.is_empty() {
        return Err(StartupError::new(
            "there is no address to listen on",
            "set port and bind to an address of this machine, or set unixsocket",
        ));
    }
    Ok(opened)
}

/// The address, if it can be listened on; an optional address of `bind` that this machine does not have is left out. A socket
/// without `SO_REUSEPORT` is tried first: with it, two servers could share a port unawares.
fn available(bind: &BindAddress, port: u16) -> Result<Option<SocketAddr>, StartupError> {
    let address = match bind.resolve(port) {
        Ok(address) => address,
        Err(_) if bind.optional => return Ok(None),
        Err(error) => {
            return Err(StartupError::new(
                format!("bind {}: {error}", bind.host),
                "give an address of this machine, or a name that resolves to one",
            ));
        }
    };
    match tcp(address, 1, false) {
        Ok(_) => Ok(Some(address)),
        Err(error) if bind.optional && is_unavailable(&error) => Ok(None),
        Err(error) => Err(refused(address, &error)),
    }
}

fn is_unavailable(error: &io::Error) -> bool {
    let code = error.raw_os_error();
    code.is_some_and(|code| [libc::EADDRNOTAVAIL, libc::EAFNOSUPPORT, libc::EPROTONOSUPPORT].contains(&code))
}

fn refused(address: SocketAddr, error: &io::Error) -> StartupError {
    let remedy = match error.kind() {
        io::ErrorKind::AddrInUse => "stop the server that uses it, or choose another port with --port",
        io::ErrorKind::PermissionDenied => "choose a port above 1023, or grant CAP_NET_BIND_SERVICE",
        _ => "check port and bind",
    };
    StartupError::new(format!("cannot listen on {address}: {error}"), remedy)
}

fn tcp(address: SocketAddr, backlog: u32, shared: bool) -> io::Result<OwnedFd> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    if shared {
        socket.set_reuse_port(true)?;
    }
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    socket.bind(&address.into())?;
    socket.listen(i32::try_from(backlog).unwrap_or(i32::MAX))?;
    Ok(socket.into())
}

fn unix(path: &Path, settings: &Settings) -> io::Result<OwnedFd> {
    // A socket that an earlier server left behind is in the way; any other file is somebody's.
    if fs::symlink_metadata(path).is_ok_and(|found| found.file_type().is_socket()) {
        fs::remove_file(path)?;
    }
    let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    socket.bind(&SockAddr::unix(path)?)?;
    if let Some(mode) = settings.unixsocket_perm {
        fs::set_permissions(path, fs::Permissions::from_mode(mode))?;
    }
    socket.listen(i32::try_from(settings.tcp_backlog).unwrap_or(i32::MAX))?;
    Ok(socket.into())
}
