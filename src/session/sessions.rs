//! The sessions of one core.

use shards::message::Token;

use super::{Origin, Session};

/// A session's place, and which of the sessions that had the place one after the other it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId {
    /// Index of the place.
    pub index: u32,
    /// Counts the sessions that had the place.
    pub generation: u32,
}

impl SessionId {
    /// Where the reply of this number goes.
    #[inline]
    pub fn token(self, sequence: u32) -> Token {
        Token { session: self.index, generation: self.generation, sequence, part: 0 }
    }
}

impl From<Token> for SessionId {
    #[inline]
    fn from(token: Token) -> Self {
        Self { index: token.session, generation: token.generation }
    }
}

/// Sessions by index. Those that are no client's have a place, too, but are not listed or counted.
#[derive(Debug, Default)]
pub struct Sessions {
    places: Vec<Place>,
    free: Vec<u32>,
    /// Sessions that are no client's.
    residents: usize,
}

#[derive(Debug, Default)]
struct Place {
    generation: u32,
    session: Option<Box<Session>>,
}

impl Sessions {
    /// Takes a session in.
    pub fn insert(&mut self, session: Session) -> SessionId {
        let index = self.free.pop().unwrap_or_else(|| {
            self.places.push(Place::default());
            self.places.len() as u32 - 1
        });
        self.residents += usize::from(session.origin == Origin::Script);
        let place = &mut self.places[index as usize];
        place.session = Some(Box::new(session));
        SessionId { index, generation: place.generation }
    }

    /// The session, unless it is gone.
    #[inline]
    pub fn get_mut(&mut self, id: SessionId) -> Option<&mut Session> {
        let place = self.places.get_mut(id.index as usize)?;
        if place.generation == id.generation { place.session.as_deref_mut() } else { None }
    }

    /// The session, unless it is gone.
    #[inline]
    pub fn get(&self, id: SessionId) -> Option<&Session> {
        let place = self.places.get(id.index as usize)?;
        if place.generation == id.generation { place.session.as_deref() } else { None }
    }

    /// Takes a session out. Replies still on their way to it find its place empty or another's, and are dropped.
    pub fn remove(&mut self, id: SessionId) -> Option<Box<Session>> {
        let place =
            self.places.get_mut(id.index as usize).filter(|place| place.generation == id.generation)?;
        let session = place.session.take()?;
        self.residents -= usize::from(session.origin == Origin::Script);
        place.generation = place.generation.wrapping_add(1);
        self.free.push(id.index);
        Some(session)
    }

    /// How many clients there are.
    pub fn len(&self) -> usize {
        self.places.len() - self.free.len() - self.residents
    }

    /// Whether there is no client.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All clients.
    pub fn iter(&self) -> impl Iterator<Item = (SessionId, &Session)> {
        self.places.iter().enumerate().filter_map(|(index, place)| {
            let id = SessionId { index: index as u32, generation: place.generation };
            Some((id, place.session.as_deref().filter(|session| session.origin != Origin::Script)?))
        })
    }

    /// All clients, to change.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (SessionId, &mut Session)> {
        self.places.iter_mut().enumerate().filter_map(|(index, place)| {
            let id = SessionId { index: index as u32, generation: place.generation };
            Some((id, place.session.as_deref_mut().filter(|session| session.origin != Origin::Script)?))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_used_again_is_another_session() {
        let session = |id| Session::new(id, Origin::Unix("s".into()), 0, 0, true);
        let mut sessions = Sessions::default();
        let first = sessions.insert(session(1));
        assert!(sessions.remove(first).is_some());
        let second = sessions.insert(session(2));
        assert_eq!(first.index, second.index);
        assert!(sessions.get(first).is_none() && sessions.remove(first).is_none());
        assert_eq!(sessions.get(second).map(|session| session.id), Some(2));
        assert_eq!(sessions.len(), 1);
    }

    #[test]
    fn a_session_of_scripts_is_no_client() {
        let mut sessions = Sessions::default();
        let scripts = sessions.insert(Session::new(0, Origin::Script, -1, 0, true));
        assert!(sessions.is_empty() && sessions.iter().next().is_none());
        assert!(sessions.get(scripts).is_some() && sessions.remove(scripts).is_some());
        assert_eq!(sessions.len(), 0);
    }
}
