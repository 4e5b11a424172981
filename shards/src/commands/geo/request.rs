//! What is searched for: the arguments of GEOSEARCH, GEORADIUS and their kin.

use super::arguments::{circle, member, position, rectangle};
use crate::{
    command::{Args, Error, given},
    structures::geohash::{Area, Position, Shape},
    types::{Limits, zset::ZSet},
};

/// A family of commands: where the area is among the arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// GEOSEARCH: the options say it.
    Search,
    /// GEORADIUS: longitude, latitude and radius come first.
    Radius,
    /// GEORADIUSBYMEMBER: a member and the radius come first.
    RadiusByMember,
}

/// What may become of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// It is shown.
    Shown,
    /// It is kept at the first argument.
    Kept,
    /// It is kept if STORE or STOREDIST say where, or else shown.
    Either,
}

/// In which order results come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// The nearest first.
    Ascending,
    /// The farthest first.
    Descending,
}

/// A request, as far as it is no key.
#[derive(Debug, Default)]
pub(super) struct Request {
    /// Where the places are that are looked for. There is none where the source is not there.
    pub area: Option<Area>,
    /// ASC or DESC
    pub order: Option<Order>,
    /// COUNT
    pub limit: Option<usize>,
    /// ANY: the first places found will do.
    pub any: bool,
    /// WITHDIST, WITHHASH and WITHCOORD
    pub details: Details,
    /// Argument that names the destination.
    pub destination: Option<usize>,
    /// The scores kept are distances.
    pub keeps_distances: bool,
}

/// What is shown beside the members.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Details {
    /// WITHDIST
    pub distance: bool,
    /// WITHHASH
    pub hash: bool,
    /// WITHCOORD
    pub position: bool,
}

impl Details {
    /// How many there are.
    pub fn count(self) -> usize {
        usize::from(self.distance) + usize::from(self.hash) + usize::from(self.position)
    }
}

/// An area in the making.
#[derive(Debug, Default)]
struct Draft {
    has_centre: bool,
    centre: Option<Position>,
    centre_is_member: bool,
    size: Option<(Shape, f64)>,
}

/// Where members come from: the sorted set at the source's key, if it is there.
pub(super) type Source<'a> = Option<(&'a ZSet, &'a Limits)>;

impl Request {
    /// Reads a request. The order of the checks is that of Redis, so that the same one of several mistakes is named.
    pub fn read(args: &Args<'_>, family: Family, purpose: Use, source: Source<'_>) -> Result<Self, Error> {
        let mut draft = Draft::default();
        let first_option = match family {
            Family::Search if purpose == Use::Kept => 3,
            Family::Search => 2,
            Family::Radius => {
                draft.set_centre(position(args, 2)?);
                draft.size = Some(circle(args, 4)?);
                6
            }
            Family::RadiusByMember => {
                // Without a source, Redis does not look at the radius either.
                if let Some((zset, limits)) = source {
                    draft.set_centre(member(args, 2, zset, limits)?);
                    draft.size = Some(circle(args, 3)?);
                }
                5
            }
        };
        let mut request = Self { destination: (purpose == Use::Kept).then_some(1), ..Self::default() };
        let mut index = first_option;
        while index < args.len() {
            index += match request.read_option(args, index, (family, purpose))? {
                Some(taken) => taken,
                None if family == Family::Search => draft.read(args, index, source)?,
                None => return Err(Error::Syntax),
            };
        }
        request.check(args, (family, purpose), &draft)?;
        request.area = draft.area();
        Ok(request)
    }

    /// A distance in the unit of the area.
    pub fn in_unit(&self, distance_m: f64) -> f64 {
        self.area.map_or(distance_m, |area| distance_m / area.unit_m)
    }

    /// Reads the option at `index` if it is one about the result: how many arguments it takes.
    fn read_option(
        &mut self,
        args: &Args<'_>,
        index: usize,
        (family, purpose): (Family, Use),
    ) -> Result<Option<usize>, Error> {
        let has_value = index + 1 < args.len();
        match args.word(index).as_str() {
            "WITHDIST" => self.details.distance = true,
            "WITHHASH" => self.details.hash = true,
            "WITHCOORD" => self.details.position = true,
            "ANY" => self.any = true,
            "ASC" => self.order = Some(Order::Ascending),
            "DESC" => self.order = Some(Order::Descending),
            "COUNT" if has_value => {
                let count = args.integer(index + 1)?;
                let limit = usize::try_from(count).ok().filter(|limit| *limit > 0);
                self.limit = Some(limit.ok_or(Error::Text("ERR COUNT must be > 0"))?);
                return Ok(Some(2));
            }
            word @ ("STORE" | "STOREDIST") if purpose == Use::Either && has_value => {
                self.destination = Some(index + 1);
                self.keeps_distances = word == "STOREDIST";
                return Ok(Some(2));
            }
            "STOREDIST" if family == Family::Search && purpose == Use::Kept => self.keeps_distances = true,
            _ => return Ok(None),
        }
        Ok(Some(1))
    }

    /// Whether the options go together.
    fn check(&self, args: &Args<'_>, (family, purpose): (Family, Use), draft: &Draft) -> Result<(), Error> {
        if self.destination.is_some() && self.details.count() > 0 {
            let who = if purpose == Use::Kept { "GEOSEARCHSTORE" } else { "STORE option in GEORADIUS" };
            return Err(Error::Message(format!(
                "ERR {who} is not compatible with WITHDIST, WITHHASH and WITHCOORD options"
            )));
        }
        if family == Family::Search {
            let lacks = |what: &str| {
                let name = given(args.get(0));
                Err(Error::Message(format!("ERR exactly one of {what} can be specified for {name}")))
            };
            if !draft.has_centre {
                return lacks("FROMMEMBER or FROMLONLAT");
            }
            if draft.size.is_none() {
                return lacks("BYRADIUS and BYBOX");
            }
        }
        if self.any && self.limit.is_none() {
            return Err(Error::Text("ERR the ANY argument requires COUNT argument"));
        }
        Ok(())
    }
}

impl Draft {
    fn set_centre(&mut self, centre: Position) {
        self.has_centre = true;
        self.centre = Some(centre);
    }

    /// Reads the option of GEOSEARCH at `index` that says where the area is: how many arguments it takes.
    fn read(&mut self, args: &Args<'_>, index: usize, source: Source<'_>) -> Result<usize, Error> {
        let behind = args.len() - index - 1;
        let has_box = matches!(self.size, Some((Shape::Box { .. }, _)));
        let has_circle = matches!(self.size, Some((Shape::Circle { .. }, _)));
        match args.word(index).as_str() {
            "FROMMEMBER" if behind > 0 && (!self.has_centre || self.centre_is_member) => {
                match source {
                    Some((zset, limits)) => self.set_centre(member(args, index + 1, zset, limits)?),
                    None => self.has_centre = true,
                }
                self.centre_is_member = true;
                Ok(2)
            }
            "FROMLONLAT" if behind > 1 && !self.centre_is_member => {
                self.set_centre(position(args, index + 1)?);
                Ok(3)
            }
            "BYRADIUS" if behind > 1 && !has_box => {
                self.size = Some(circle(args, index + 1)?);
                Ok(3)
            }
            "BYBOX" if behind > 2 && !has_circle => {
                self.size = Some(rectangle(args, index + 1)?);
                Ok(4)
            }
            _ => Err(Error::Syntax),
        }
    }

    fn area(&self) -> Option<Area> {
        let (centre, (shape, unit_m)) = (self.centre?, self.size?);
        Some(Area { centre, shape, unit_m })
    }
}
