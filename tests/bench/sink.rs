//! The floor: a server that only reads frames, checks each batch's CRC, appends it to a file and
//! answers. It knows as much of the protocol as a producer of librdkafka asks for.

use std::fs::File;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use rk::wire::header::{self, RequestHeader};
use rk::wire::messages::api_versions::{ApiVersion, ApiVersionsRequest, ApiVersionsResponse};
use rk::wire::messages::fetch::FetchRequest;
use rk::wire::messages::init_producer_id::{InitProducerIdRequest, InitProducerIdResponse};
use rk::wire::messages::metadata::{
    MetadataRequest, MetadataResponse, MetadataResponseBroker, MetadataResponsePartition,
    MetadataResponseTopic,
};
use rk::wire::messages::produce::{
    PartitionProduceResponse, ProduceRequest, ProduceResponse, TopicProduceResponse,
};
use rk::wire::primitives::{Reader, Writer};
use rk::wire::schema::{Message, Request};

/// The variable that makes this program the sink.
pub(crate) const ROLE: &str = "RK_BENCH_SINK";

const PARTITIONS: usize = 4;
/// What one file takes before it begins anew: it is a sink.
const FILE_BYTES_MAX: i64 = 1 << 30;
/// The CRC covers the batch from here on, and stands before it.
const CRC_AT: usize = 17;
const COVERED_FROM: usize = 21;

struct Shelf {
    file: Mutex<File>,
    bytes: AtomicI64,
}

struct Sink {
    port: u16,
    shelves: Vec<Shelf>,
}

/// Serves until killed.
pub(crate) fn serve(folder: Option<&str>) {
    let folder = PathBuf::from(folder.unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let shelves = (0..PARTITIONS).map(|index| shelf(&folder, index)).collect();
    let sink = Arc::new(Sink { port, shelves });
    println!("127.0.0.1:{port}");
    for stream in listener.incoming() {
        let sink = Arc::clone(&sink);
        std::thread::spawn(move || converse(&sink, stream.unwrap()));
    }
}

fn shelf(folder: &Path, index: usize) -> Shelf {
    let file = File::create(folder.join(format!("{index}.log"))).unwrap();
    Shelf { file: Mutex::new(file), bytes: AtomicI64::new(0) }
}

fn converse(sink: &Sink, mut stream: TcpStream) {
    stream.set_nodelay(true).unwrap();
    let mut length = [0; 4];
    while stream.read_exact(&mut length).is_ok() {
        let mut frame = vec![0; u32::from_be_bytes(length) as usize];
        if stream.read_exact(&mut frame).is_err() {
            return;
        }
        let Some(answer) = answer(sink, frame.into()) else { return };
        let length = u32::try_from(answer.len()).unwrap().to_be_bytes();
        if stream.write_all(&[&length[..], &answer[..]].concat()).is_err() {
            return;
        }
    }
}

fn answer(sink: &Sink, frame: Bytes) -> Option<Bytes> {
    let mut r = Reader::new(frame);
    let head = RequestHeader::take(&mut r).ok()?;
    let version = head.api_version;
    match head.api_key {
        key if key == ApiVersionsRequest::TABLE.key => {
            // A newer question gets the oldest answer, as everywhere.
            let known = version <= ApiVersionsRequest::TABLE.versions.last;
            let error_code = if known { 0 } else { 35 };
            write(&head, if known { version } else { 0 }, &versions(error_code))
        }
        key if key == MetadataRequest::TABLE.key => {
            let ask = read::<MetadataRequest>(&mut r, &head)?;
            write(&head, version, &metadata(sink, ask))
        }
        key if key == InitProducerIdRequest::TABLE.key => {
            write(&head, version, &InitProducerIdResponse { producer_id: 1, ..Default::default() })
        }
        key if key == ProduceRequest::TABLE.key => {
            let ask = read::<ProduceRequest>(&mut r, &head)?;
            write(&head, version, &keep(sink, ask))
        }
        _ => None,
    }
}

fn read<R: Request>(r: &mut Reader, head: &RequestHeader) -> Option<R> {
    RequestHeader::take_tail(r, &R::TABLE, head.api_version).ok()?;
    R::read(r, head.api_version).ok()
}

fn write<M: Message>(head: &RequestHeader, version: i16, message: &M) -> Option<Bytes> {
    let mut w = Writer::new();
    header::put_response(&mut w, &M::TABLE, version, head.correlation_id);
    message.write(&mut w, version).ok()?;
    Some(w.into_bytes())
}

fn versions(error_code: i16) -> ApiVersionsResponse {
    let served = [
        (ProduceRequest::TABLE.key, 0, 9),
        // Named and not served: librdkafka writes batches of version 2 only for who knows both.
        (FetchRequest::TABLE.key, 4, 11),
        (MetadataRequest::TABLE.key, 0, 9),
        (ApiVersionsRequest::TABLE.key, 0, 3),
        (InitProducerIdRequest::TABLE.key, 0, 4),
    ];
    let api_keys = served.map(|(api_key, min_version, max_version)| ApiVersion {
        api_key,
        min_version,
        max_version,
    });
    ApiVersionsResponse { error_code, api_keys: api_keys.into(), ..Default::default() }
}

fn metadata(sink: &Sink, ask: MetadataRequest) -> MetadataResponse {
    let broker = MetadataResponseBroker {
        node_id: 1,
        host: "127.0.0.1".into(),
        port: i32::from(sink.port),
        ..Default::default()
    };
    let partitions = (0..PARTITIONS).map(|index| MetadataResponsePartition {
        partition_index: i32::try_from(index).unwrap(),
        leader_id: 1,
        replica_nodes: vec![1],
        isr_nodes: vec![1],
        ..Default::default()
    });
    let partitions: Vec<_> = partitions.collect();
    let topics = ask.topics.unwrap_or_default().into_iter().map(|topic| MetadataResponseTopic {
        name: topic.name,
        partitions: partitions.clone(),
        ..Default::default()
    });
    MetadataResponse {
        brokers: vec![broker],
        controller_id: 1,
        topics: topics.collect(),
        ..Default::default()
    }
}

fn keep(sink: &Sink, ask: ProduceRequest) -> ProduceResponse {
    let responses = ask.topic_data.into_iter().map(|topic| {
        let partitions = topic.partition_data.into_iter().map(|data| {
            let records = data.records.unwrap_or_default().0;
            let shelf = &sink.shelves[usize::try_from(data.index).unwrap() % PARTITIONS];
            let said = u32::from_be_bytes(records[CRC_AT..COVERED_FROM].try_into().unwrap());
            assert_eq!(crc32c::crc32c(&records[COVERED_FROM..]), said);
            let mut file = shelf.file.lock().unwrap();
            let length = i64::try_from(records.len()).unwrap();
            let before = shelf.bytes.fetch_add(length, Ordering::Relaxed);
            if before > FILE_BYTES_MAX {
                shelf.bytes.store(0, Ordering::Relaxed);
                std::io::Seek::rewind(&mut *file).unwrap();
                file.set_len(0).unwrap();
            }
            file.write_all(&records).unwrap();
            PartitionProduceResponse {
                index: data.index,
                base_offset: before,
                log_append_time_ms: -1,
                ..Default::default()
            }
        });
        TopicProduceResponse {
            name: topic.name,
            partition_responses: partitions.collect(),
            ..Default::default()
        }
    });
    ProduceResponse { responses: responses.collect(), ..Default::default() }
}
