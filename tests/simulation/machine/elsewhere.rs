//! Other servers, to which keys are sent: one that is simulated, too, and takes its time, and real ones.

use std::sync::{Arc, mpsc};

use kvadrant::courier::{Couriers, Delivery, Failure, Shipment};

/// The host of the simulated one. It takes keys but those that end like this.
pub const SIMULATED: &[u8] = b"elsewhere";
/// See [`SIMULATED`].
pub const REFUSED_END: u8 = b'3';

/// What becomes of a shipment, and how many steps that takes.
pub fn deliver(couriers: &Arc<Couriers>, shipment: Shipment, step: u64) -> (u64, Delivery) {
    if *shipment.to.host != *SIMULATED {
        let (tell, told) = mpsc::channel();
        // Nobody is left to tell if the machine is gone.
        let tell = move |delivery| drop(tell.send(delivery));
        couriers.send(shipment, Box::new(tell));
        return (0, told.recv().expect("a courier comes back"));
    }
    let keys = shipment.parcels.into_iter().map(|parcel| parcel.key);
    let (refused, taken): (Vec<_>, Vec<_>) = keys.partition(|key| key.last() == Some(&REFUSED_END));
    let failure = (!refused.is_empty()).then(|| Failure::Refused(b"ERR not here".to_vec()));
    // Often soon, now and then much later than anything else that is under way.
    let steps = if step.is_multiple_of(7) { 400 } else { step % 40 };
    (steps, Delivery { taken, failure })
}
