//! Batches made, opened, and damaged in every place.

use super::control::EndMarker;
use super::*;

type Owned = (i64, i64, Option<Vec<u8>>, Option<Vec<u8>>, Vec<(Vec<u8>, Option<Vec<u8>>)>);

fn sample(codec: Codec) -> bytes::Bytes {
    let mut builder = BatchBuilder::new().codec(codec).base_offset(100).producer(7, 2, 40);
    builder.push(1000, Some(b"k"), Some(b"v"), &[]);
    builder.push(990, None, Some(&[9; 5000]), &[(b"h", Some(b"1")), (b"", None)]);
    builder.push(2000, Some(b""), None, &[]);
    builder.build().unwrap()
}

fn owned(batch: &[u8]) -> Result<Vec<Owned>, BatchError> {
    let opened = contents(batch)?;
    let records = opened.records().map(|record| {
        let record = record?;
        let headers = record.headers.map(|(k, v)| (k.to_vec(), v.map(<[u8]>::to_vec)));
        let (key, value) = (record.key.map(<[u8]>::to_vec), record.value.map(<[u8]>::to_vec));
        Ok((record.offset, record.timestamp, key, value, headers.collect()))
    });
    records.collect()
}

#[test]
fn records_come_back_with_every_codec() {
    let expected: Vec<Owned> = vec![
        (100, 1000, Some(b"k".to_vec()), Some(b"v".to_vec()), vec![]),
        (
            101,
            990,
            None,
            Some(vec![9; 5000]),
            vec![(b"h".to_vec(), Some(b"1".to_vec())), (vec![], None)],
        ),
        (102, 2000, Some(vec![]), None, vec![]),
    ];
    for codec in Codec::ALL {
        let batch = sample(codec);
        let info = check(&batch).unwrap();
        assert_eq!(info.attributes.codec(), Ok(codec));
        assert_eq!((info.base_offset, info.last_offset(), info.record_count), (100, 102, 3));
        assert_eq!((info.base_timestamp, info.max_timestamp), (1000, 2000));
        assert_eq!((info.base_sequence, info.last_sequence()), (40, 42));
        assert_eq!(owned(&batch).unwrap(), expected, "{codec}");
        assert_eq!(codec.name().parse(), Ok(codec));
    }
}

#[test]
fn plain_snappy_is_read_as_well_as_framed() {
    let data = vec![5; 100_000];
    let plain = snap::raw::Encoder::new().compress_vec(&data).unwrap();
    assert_eq!(*Codec::Snappy.decompress(&plain, data.len()).unwrap(), data[..]);
    let framed = Codec::Snappy.compress(&data).unwrap();
    assert!(framed.starts_with(&[0x82, b'S', b'N', b'A', b'P', b'P', b'Y', 0, 0, 0, 0, 1]));
    assert_eq!(*Codec::Snappy.decompress(&framed, data.len()).unwrap(), data[..]);
}

#[test]
fn large_records_are_compressed_by_pieces_and_come_back() {
    let noise: Vec<u8> = (0..3_000_000u32).map(|at| (at.wrapping_mul(at) >> 7) as u8).collect();
    let same = vec![7; 2_000_000];
    for codec in Codec::ALL {
        let mut builder = BatchBuilder::new().codec(codec);
        for (at, value) in [&noise[..], b"small", &same[..], &noise[..300_000]].iter().enumerate() {
            let headers: [(&[u8], Option<&[u8]>); 2] = [(b"h", None), (b"g", Some(value))];
            builder.push(at as i64 * 1_000_000, Some(&value[..3]), Some(value), &headers);
        }
        let plain = builder.size_bytes();
        let batch = builder.build().unwrap();
        assert_eq!(check(&batch).unwrap().record_count, 4);
        let opened = contents(&batch).unwrap();
        assert_eq!(opened.data().len(), plain - HEADER_BYTES, "{codec}");
        let values: Vec<_> = opened.records().map(|record| record.unwrap().value).collect();
        assert!(values == [Some(&noise[..]), Some(b"small"), Some(&same), Some(&noise[..300_000])]);
        let first = opened.records().next().unwrap().unwrap();
        assert!(first.headers.eq([(&b"h"[..], None), (b"g", Some(&noise[..]))]));
    }
}

#[test]
fn what_grows_too_large_is_refused() {
    let data = vec![0; 100_000];
    for codec in &Codec::ALL[1..] {
        let packed = codec.compress(&data).unwrap();
        let within = codec.decompress(&packed, data.len());
        assert_eq!(within.unwrap().len(), data.len());
        let over = codec.decompress(&packed, data.len() - 1);
        assert_eq!(over, Err(BatchError::TooLarge { max: data.len() - 1 }), "{codec}");
    }
    // A lie of snappy's about its length costs nothing.
    let lie = [0xff, 0xff, 0xff, 0xff, 0x0f, 0];
    assert!(matches!(
        Codec::Snappy.decompress(&lie, usize::MAX),
        Err(BatchError::Decompress { .. })
    ));
}

#[test]
fn a_flipped_bit_is_noticed() {
    let batch = sample(Codec::None);
    for at in 8..batch.len() {
        // The leader epoch is the broker's, and outside of the checksum.
        if (12..16).contains(&at) {
            continue;
        }
        let mut bad = batch.to_vec();
        bad[at] ^= 4;
        assert!(check(&bad).is_err(), "byte {at}");
    }
    for cut in 0..batch.len() {
        assert!(matches!(check(&batch[..cut]), Err(BatchError::Incomplete { .. })), "{cut}");
    }
}

#[test]
fn damaged_contents_are_errors_and_never_panics() {
    let mut state = 1u64;
    for codec in Codec::ALL {
        let batch = sample(codec);
        for _ in 0..3000 {
            let mut bad = batch.to_vec();
            for _ in 0..3 {
                state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                let at = HEADER_BYTES + (state >> 33) as usize % (bad.len() - HEADER_BYTES);
                bad[at] = (state >> 20) as u8;
            }
            // Whatever it says, it says something.
            let _ = owned(&bad);
        }
    }
}

#[test]
fn a_check_refuses_what_does_not_fit_together() {
    // What is changed, and the error; the checksum is made right again.
    type Change = fn(&mut BatchInfo);
    let table: [(Change, BatchError); 5] = [
        (|h| h.record_count = 2, BatchError::Offsets { count: 2, last_offset_delta: 2 }),
        (|h| h.record_count = 0, BatchError::Count { count: 0 }),
        (|h| h.last_offset_delta = -1, BatchError::Count { count: 3 }),
        (|h| h.attributes.0 |= 7, BatchError::UnknownCodec { id: 7 }),
        (
            |h| {
                h.record_count = 4;
                h.last_offset_delta = 3;
            },
            BatchError::Record { index: 3 },
        ),
    ];
    for (change, error) in table {
        let batch = sample(Codec::None);
        let mut info = BatchInfo::parse(&batch).unwrap();
        change(&mut info);
        info.seal(&batch[HEADER_BYTES..]);
        let bad = [&info.to_bytes(), &batch[HEADER_BYTES..]].concat();
        assert_eq!(check(&bad), Err(error));
    }
    let mut old = sample(Codec::None).to_vec();
    old[16] = 1;
    assert_eq!(check(&old), Err(BatchError::Magic { magic: 1 }));
    assert_eq!(BatchError::Magic { magic: 1 }.code(), ErrorCode::INVALID_RECORD);
}

#[test]
fn the_patched_header_stays_sound() {
    let batch = sample(Codec::Lz4);
    let mut info = check(&batch).unwrap();
    info.assign(5000, 3);
    info.set_append_time(123_456, &batch[HEADER_BYTES..]);
    let patched = [&info.to_bytes(), &batch[HEADER_BYTES..]].concat();
    let checked = check(&patched).unwrap();
    assert_eq!(checked, info);
    assert_eq!(checked.attributes.timestamp_type(), TimestampType::LogAppendTime);
    let times: Vec<i64> = owned(&patched).unwrap().iter().map(|record| record.1).collect();
    assert_eq!(times, [123_456; 3], "every record has the batch's time");
}

#[test]
fn sequences_wrap_around() {
    let mut builder = BatchBuilder::new().producer(1, 0, i32::MAX - 1);
    for _ in 0..4 {
        builder.push(0, None, None, &[]);
    }
    let info = check(&builder.build().unwrap()).unwrap();
    assert_eq!(info.last_sequence(), 1);
}

#[test]
fn a_replaced_batch_keeps_its_place_and_its_producer() {
    let batch = sample(Codec::Zstd);
    let opened = contents(&batch).unwrap();
    let mut builder = BatchBuilder::replacing(&opened.header).unwrap();
    builder.keep(&opened.records().nth(1).unwrap().unwrap());
    let kept = builder.build().unwrap();
    let info = check_stored(&kept).unwrap();
    assert_eq!((info.base_offset, info.last_offset(), info.record_count), (100, 102, 1));
    assert_eq!((info.last_sequence(), info.max_timestamp), (42, 990));
    assert_eq!(owned(&kept).unwrap()[0].0, 101);
    // Without any record, the header is all that is left.
    let empty = BatchBuilder::replacing(&opened.header).unwrap().build().unwrap();
    assert_eq!(empty.len(), HEADER_BYTES);
    assert_eq!(check_stored(&empty).unwrap().last_offset(), 102);
    assert_eq!(owned(&empty).unwrap(), []);
}

#[test]
fn batches_follow_each_other() {
    let one = sample(Codec::None);
    let two = sample(Codec::Gzip);
    let both = [&one[..], &two[..]].concat();
    let sizes = |bytes: &[u8]| -> Vec<Result<usize, BatchError>> {
        Batches::of(bytes).map(|batch| batch.map(|batch| batch.bytes.len())).collect()
    };
    assert_eq!(sizes(&both), [Ok(one.len()), Ok(two.len())]);
    let cut = &both[..both.len() - 1];
    let (needed, have) = (two.len(), two.len() - 1);
    assert_eq!(sizes(cut), [Ok(one.len()), Err(BatchError::Incomplete { needed, have })]);
}

#[test]
fn markers_come_back() {
    for commit in [true, false] {
        let marker = EndMarker { commit, coordinator_epoch: 5 };
        let batch = marker.batch(9, 1, 77).unwrap();
        assert_eq!(batch.len(), 78, "Kafka's marker is 78 bytes");
        let info = check(&batch).unwrap();
        assert!(info.attributes.is_control() && info.attributes.is_transactional());
        assert_eq!(EndMarker::of(&contents(&batch).unwrap()), Ok(Some(marker)));
    }
    for id in -1..9 {
        let kind = ControlType::of_id(id);
        assert_eq!((kind.id(), ControlType::of_key(&kind.key())), (id, Some(kind)));
    }
    assert_eq!(ControlType::of_key(&[0, 0, 1]), None);
}

#[test]
fn a_level_decides_how_small_a_batch_becomes() {
    let data: Vec<u8> = (0..60_000u32).flat_map(|i| (i * i % 977).to_be_bytes()).collect();
    for (codec, levels) in [(Codec::Gzip, [1, 9]), (Codec::Zstd, [-5, 19])] {
        let sizes = levels.map(|level| {
            let packed = codec.compress_at(Some(level), &data).unwrap();
            assert_eq!(codec.decompress(&packed, data.len()).unwrap(), &data[..]);
            packed.len()
        });
        assert!(sizes[0] > sizes[1], "{codec}: {sizes:?}");
    }
    let default = Codec::Gzip.compress(&data).unwrap();
    assert_eq!(Codec::Gzip.compress_at(Some(-1), &data).unwrap(), default);
}
