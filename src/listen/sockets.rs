//! Opening sockets to listen on.

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

/// The address to listen on.
///
/// # Errors
/// Nobody knows it. An address is optional, not a name.
pub fn resolve(bind: &BindAddress, port: u16) -> Result<SocketAddr, StartupError> {
    bind.resolve(port).map_err(|error| {
        StartupError::new(
            format!("bind {}: {error}", bind.host),
            "give an address of this machine, or a name that resolves to one",
        )
    })
}

/// Whether an address can be listened on; false for an optional one that this machine does not have. A socket without
/// `SO_REUSEPORT` is tried: with it, two servers could share a port unawares.
///
/// # Errors
/// It is taken, or not to be had, and not optional.
pub fn is_available(bind: &BindAddress, address: SocketAddr) -> Result<bool, StartupError> {
    match tcp(address, 1, false) {
        Ok(_) => Ok(true),
        Err(error) if bind.optional && is_unavailable(&error) => Ok(false),
        Err(error) => Err(refused(address, &error)),
    }
}

/// Whether this machine does not have an address at all.
pub fn is_unavailable(error: &io::Error) -> bool {
    let code = error.raw_os_error();
    code.is_some_and(|code| [libc::EADDRNOTAVAIL, libc::EAFNOSUPPORT, libc::EPROTONOSUPPORT].contains(&code))
}

/// Why an address cannot be listened on.
pub fn refused(address: SocketAddr, error: &io::Error) -> StartupError {
    let remedy = match error.kind() {
        io::ErrorKind::AddrInUse => "stop the server that uses it, or choose another port with --port",
        io::ErrorKind::PermissionDenied => "choose a port above 1023, or grant CAP_NET_BIND_SERVICE",
        _ => "check port and bind",
    };
    StartupError::new(format!("cannot listen on {address}: {error}"), remedy)
}

/// A socket that listens; other sockets may listen on the same address if it is `shared`.
///
/// # Errors
/// What the system says.
pub fn tcp(address: SocketAddr, backlog: u32, shared: bool) -> io::Result<OwnedFd> {
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

/// The Unix socket at `path`.
///
/// # Errors
/// It cannot be listened on.
pub fn unix(path: &Path, settings: &Settings) -> Result<OwnedFd, StartupError> {
    let open = || {
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
    };
    open().map_err(|error: io::Error| {
        StartupError::new(
            format!("cannot listen on the Unix socket {}: {error}", path.display()),
            "choose another path with --unixsocket, or remove what is there",
        )
    })
}
