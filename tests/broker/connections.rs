//! How fast connections come in, and how many wait: Kafka's configs of sockets and rates.

use std::time::Duration;

use rk::base::clock::Moment;
use rk::broker::config::StaticConfig;
use rk::broker::net::Listener;
use rk::wire::messages::api_versions::ApiVersionsRequest;
use rk::wire::messages::incremental_alter_configs::{
    AlterConfigsResource, AlterableConfig, IncrementalAlterConfigsRequest,
};

use crate::kit::broker::TestBroker;
use crate::kit::wire::Client;

/// How long it takes to make this many connections, and to be answered on each.
fn connecting(broker: &TestBroker, count: usize) -> Duration {
    let begun = Moment::now();
    let request = ApiVersionsRequest {
        client_software_name: "test".into(),
        client_software_version: "1".into(),
    };
    for _ in 0..count {
        let mut client = Client::connect(broker.address());
        assert_eq!(client.call(3, &request).error_code, 0);
    }
    begun.elapsed()
}

#[test]
fn connections_that_come_too_fast_wait() {
    // The rate is counted over one to two seconds: after ten, each takes a tenth of a second.
    let windows = [("quota.window.num", "2"), ("quota.window.size.seconds", "1")];
    let broker =
        TestBroker::with(&[windows[0], windows[1], ("max.connection.creation.rate", "10")]);
    let took = connecting(&broker, 18);
    assert!(took >= Duration::from_millis(500), "{took:?}");

    // A listener's own rate, set while it runs.
    let broker = TestBroker::with(&windows);
    let mut admin = Client::connect(broker.address());
    let config = AlterableConfig {
        name: "listener.name.plaintext.max.connection.creation.rate".into(),
        value: Some("10".into()),
        ..Default::default()
    };
    let resource =
        AlterConfigsResource { resource_type: 4, resource_name: "1".into(), configs: vec![config] };
    let request =
        IncrementalAlterConfigsRequest { resources: vec![resource], validate_only: false };
    let altered = admin.call(1, &request);
    assert_eq!(altered.responses[0].error_code, 0, "{altered:?}");
    let took = connecting(&broker, 18);
    assert!(took >= Duration::from_millis(500), "{took:?}");
}

#[test]
fn so_many_connections_wait_to_be_accepted_as_are_configured() {
    let fixed = StaticConfig::parse([("socket.listen.backlog.size".into(), "1".into())]).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let any = "127.0.0.1:0".parse().unwrap();
    // Nobody accepts.
    let listener = runtime.block_on(Listener::bind(any, &fixed)).unwrap();
    let connected: Vec<_> = (0..8)
        .map_while(|_| {
            let patience = Duration::from_millis(200);
            std::net::TcpStream::connect_timeout(&listener.address(), patience).ok()
        })
        .collect();
    assert!((1..8).contains(&connected.len()), "{}", connected.len());
}
