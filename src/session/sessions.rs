//! The sessions of one core.

use shards::message::Token;

use super::Session;

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

/// Sessions by index.
#[derive(Debug, Default)]
pub struct Sessions {
    places: Vec<Place>,
    free: Vec<u32>,
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
        place.generation = place.generation.wrapping_add(1);
        self.free.push(id.index);
        Some(session)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.places.len() - self.free.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All sessions.
    pub fn iter(&self) -> impl Iterator<Item = (SessionId, &Session)> {
        self.places.iter().enumerate().filter_map(|(index, place)| {
            let id = SessionId { index: index as u32, generation: place.generation };
            Some((id, place.session.as_deref()?))
        })
    }

    /// All sessions, to change.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (SessionId, &mut Session)> {
        self.places.iter_mut().enumerate().filter_map(|(index, place)| {
            let id = SessionId { index: index as u32, generation: place.generation };
            Some((id, place.session.as_deref_mut()?))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Origin;

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
}
