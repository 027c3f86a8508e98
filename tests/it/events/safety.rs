//! A subscription is no way into anybody's inside.

use std::time::Duration;

use zedenregister::clock::Clock;
use zedenregister::events::client::{Answer, Call, Client};

use crate::support::receiver::{Receiver, Reply};

fn call(client: &Client, url: &str) -> Answer {
    let call = Call { url, id: "proef", timestamp: 1, signatures: "v1,x", body: b"{\"type\":\"proef\"}" };
    client.send(call, Clock::system().now().system)
}

/// Every way of writing an address inside that a URL knows, with and without encryption.
// ASVS 5.0: 1.3.6
#[test]
fn no_address_inside_is_ever_called() {
    let receiver = Receiver::start([]);
    let port = receiver.url().rsplit_once(':').expect("a port").1.split('/').next().expect("a port").to_owned();
    let client = Client::new(Duration::from_secs(2), Vec::new());
    let hosts = [
        "127.0.0.1",
        "127.1",
        "127.0.1",
        "127.255.255.254",
        "0.0.0.0",
        "0",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "017700000001",
        "localhost",
        "localhost.",
        "LOCALHOST",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[0:0:0:0:0:0:0:1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[fe80::1]",
        "[fd00::1]",
        "[2002:7f00:1::]",
        "[ff02::1]",
        "10.0.0.1",
        "10.255.255.255",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.0.1",
        "192.168.1",
        "169.254.169.254",
        "0xa9fea9fe",
        "2852039166",
        "100.64.0.1",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "203.0.113.7",
    ];
    assert_eq!(hosts.len(), 40);
    for host in hosts {
        for scheme in ["http", "https"] {
            let answer = call(&client, &format!("{scheme}://{host}:{port}/"));
            let Answer::Failed { code, .. } = &answer else { panic!("{scheme}://{host}: {answer:?}") };
            assert!(["address_not_allowed", "name_not_found", "not_a_url"].contains(&code.as_str()), "{host}: {code}");
        }
    }
    assert_eq!(receiver.received().len(), 0, "nothing arrived");
}

// ASVS 5.0: 15.3.2
#[test]
fn a_redirect_is_a_failure_and_is_not_followed() {
    let receiver = Receiver::start([Reply::Redirect]);
    let client = Client::new(Duration::from_secs(2), vec!["127.0.0.0/8".parse().expect("a network")]);
    assert_eq!(call(&client, &receiver.url()), Answer::Failed { code: "http_301".to_owned(), wait: None });
    assert_eq!(receiver.received().len(), 1);
}

// ASVS 5.0: 13.2.6, 16.5.2
#[test]
fn a_receiver_that_says_nothing_is_not_waited_for() {
    let receiver = Receiver::start([Reply::Silence]);
    let client = Client::new(Duration::from_secs(1), vec!["127.0.0.0/8".parse().expect("a network")]);
    let begun = std::time::Instant::now();
    assert_eq!(call(&client, &receiver.url()), Answer::Unknown { code: "answer_late" });
    assert!(begun.elapsed() < Duration::from_secs(3));
}

#[test]
fn what_cannot_be_reached_did_not_arrive() {
    let receiver = Receiver::start([]);
    let url = receiver.url();
    drop(receiver);
    std::thread::sleep(Duration::from_millis(100));
    let client = Client::new(Duration::from_secs(1), vec!["127.0.0.0/8".parse().expect("a network")]);
    assert_eq!(call(&client, &url), Answer::Failed { code: "connect_failed".to_owned(), wait: None });
}
