//! Images of whole keyspaces.

use super::{
    super::image::{read_image, write_image},
    Encodings, Plain, limits, plain, rules,
};
use crate::keyspace::{Frequency, Keyspace, Settings, Usage};

fn keyspace() -> Keyspace {
    let mut keyspace = Keyspace::new(&Settings { slots: 0..16384, databases: 16, seed: 7 });
    keyspace.set_now_ms(1_000_000_000);
    keyspace
}

#[test]
fn an_image_holds_all_databases_expiries_and_times_of_use() {
    let mut keyspace = keyspace();
    for (database, name, at_ms) in [
        (0, &b"a"[..], None),
        (3, b"b", Some(2_000_000_000)),
        (3, b"gone", Some(1_000_000_500)),
        (15, b"c", None),
    ] {
        keyspace.select(database);
        keyspace.set_string(&key_in(&keyspace, name), b"value", None, false);
        keyspace.set_expiry(&key_in(&keyspace, name), at_ms);
    }
    keyspace.set_now_ms(1_000_060_000);
    keyspace.select(0);
    keyspace.set_string(&key_in(&keyspace, b"new"), b"12", None, false);
    let image = write_image(&mut keyspace);
    let limits = keyspace.limits.clone();
    let stamp = |usage| keyspace.stamp(usage);
    let read = read_image(&image, &rules(&limits, true), 16, keyspace.now_ms(), stamp).expect("an image");
    let mut seen: Vec<_> = read
        .iter()
        .map(|(database, entry)| {
            let Usage::IdleS(idle_s) = keyspace.usage(entry.clock()) else { panic!("no time of use") };
            (*database, entry.key().to_vec(), entry.expire_at_ms(), idle_s, entry.encoding())
        })
        .collect();
    seen.sort();
    assert_eq!(
        seen,
        [
            (0, b"a".to_vec(), None, 60, "embstr"),
            (0, b"new".to_vec(), None, 0, "int"),
            (3, b"b".to_vec(), Some(2_000_000_000), 60, "embstr"),
            (15, b"c".to_vec(), None, 60, "embstr"),
        ]
    );
    // All databases must be there.
    assert!(read_image(&image, &rules(&limits, true), 15, keyspace.now_ms(), stamp).is_err());
    // What has expired since is not loaded.
    let later = read_image(&image, &rules(&limits, true), 16, 2_000_000_000, stamp).expect("an image");
    assert_eq!(later.len(), 3);
}

#[test]
fn an_image_holds_counters_of_use_where_uses_are_counted() {
    let mut keyspace = keyspace();
    keyspace.set_frequency(Some(Frequency { log_factor: 10, decay_min: 1 }));
    keyspace.set_string(&key_in(&keyspace, b"key"), b"value", None, false);
    keyspace.find(&key_in(&keyspace, b"key"));
    let image = write_image(&mut keyspace);
    let limits = keyspace.limits.clone();
    let read =
        read_image(&image, &rules(&limits, true), 16, 0, |usage| keyspace.stamp(usage)).expect("an image");
    assert_eq!(keyspace.usage(read[0].1.clock()), Usage::Counter(6));
}

fn key_in<'a>(keyspace: &Keyspace, name: &'a [u8]) -> crate::keyspace::Key<'a> {
    keyspace.key_named(name)
}

#[test]
fn an_image_with_other_bits_is_none() {
    let mut keyspace = keyspace();
    keyspace.set_string(&key_in(&keyspace, b"key"), b"value", None, false);
    let image = write_image(&mut keyspace);
    let limits = keyspace.limits.clone();
    for at in 0..image.len() {
        let mut other = image.clone();
        other[at] ^= 1;
        assert!(read_image(&other, &rules(&limits, false), 16, 0, |_| 0).is_err(), "byte {at}");
        assert!(read_image(&image[..at], &rules(&limits, false), 16, 0, |_| 0).is_err());
    }
}

#[test]
fn an_image_of_an_older_server_is_read() {
    let mut image =
        b"REDIS0003\xfa\x01a\x01b\xfe\x02\xfd\x00\x00\x00\x10\x00\x01k\x01v\xf9\x07\x00\x01l\xc0\x05\xff"
            .to_vec();
    image.extend_from_slice(&[0; 8]);
    let limits = limits(Encodings::default());
    let read = read_image(&image, &rules(&limits, true), 16, 0, |_| 0).expect("an image");
    let seen: Vec<_> = read
        .iter()
        .map(|(database, entry)| (*database, entry.key(), entry.expire_at_ms(), plain(entry)))
        .collect();
    let text = |text: &[u8]| Plain::Text(text.to_vec());
    assert_eq!(seen, [(2, &b"k"[..], Some(0x1000_0000 * 1_000), text(b"v")), (2, b"l", None, text(b"5"))]);
}
