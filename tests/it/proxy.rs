//! The strict proxy in front of a stub: pages add up, limits are kept, each fault behaves.

mod strict;

use std::io::{self, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::strict_proxy::call::Call;
use crate::strict_proxy::http::{Request, Response, read_request, read_response, write_response};
use crate::strict_proxy::log::Ending;
use crate::strict_proxy::server::Proxy;
use crate::strict_proxy::stage::{Next, Notes, Outcome, Stage};
use crate::strict_proxy::{PageRules, ProxyBuilder};

const LOCAL: (Ipv4Addr, u16) = (Ipv4Addr::LOCALHOST, 0);

/// A server that answers as the closure says and counts what it is asked. Its thread ends with the test process.
struct Stub {
    address: SocketAddr,
    asked: Arc<AtomicUsize>,
}

impl Stub {
    fn start(answer: impl Fn(&Call) -> Response + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(LOCAL).unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let answer = Arc::new(answer);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answer, count) = (Arc::clone(&answer), Arc::clone(&count));
                thread::spawn(move || -> io::Result<()> {
                    let mut writer = stream.try_clone()?;
                    let mut reader = BufReader::new(stream);
                    if let Some(request) = read_request(&mut reader, &mut writer)? {
                        count.fetch_add(1, Ordering::SeqCst);
                        write_response(&mut writer, &answer(&Call::new(request)), false, None)?;
                    }
                    Ok(())
                });
            }
        });
        Self { address, asked }
    }

    /// A stub that has `n` subnets and route tables, `s0` to `s(n-1)`, and three addresses.
    fn with_items(n: usize) -> Self {
        Self::start(move |call| {
            let list = |name: &str, id: &str, n: usize| {
                let items: Vec<String> = (0..n)
                    .map(|i| format!("<item><{id}>s{i}</{id}></item>"))
                    .collect();
                let items = items.concat();
                Response::xml(
                    200,
                    format!("<R><{name}>{items}</{name}><requestId>r</requestId></R>"),
                )
            };
            match call.action.as_deref() {
                Some("DescribeSubnets") => list("subnetSet", "subnetId", n),
                Some("DescribeRouteTables") => list("routeTableSet", "routeTableId", n),
                Some("DescribeEgressOnlyInternetGateways") => {
                    list("egressOnlyInternetGatewaySet", "id", n)
                }
                Some("DescribeAddresses") => list("addressesSet", "allocationId", 3),
                _ => Response::xml(200, format!("<Echo>{:?}</Echo>", call.parameters)),
            }
        })
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    fn proxy(&self, builder: ProxyBuilder) -> Proxy {
        builder.start(LOCAL.into(), &self.url()).unwrap()
    }
}

/// Sends one EC2 call on a connection of its own.
pub(crate) fn post(address: SocketAddr, action: &str, more: &str) -> io::Result<Response> {
    let mut stream = send(address, action, more)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    read_response(&mut BufReader::new(&mut stream))
}

fn send(address: SocketAddr, action: &str, more: &str) -> io::Result<TcpStream> {
    let body = format!("Action={action}&Version=2016-11-15{more}");
    let mut stream = TcpStream::connect(address)?;
    write!(
        stream,
        "POST / HTTP/1.1\r\nHost: ec2.eu-central-1.amazonaws.com\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential=testing/20260101/eu-central-1/ec2/aws4_request, \
         SignedHeaders=host, Signature=0\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )?;
    Ok(stream)
}

/// Asks the proxy, with one more parameter or none.
pub(crate) fn ask(proxy: &Proxy, action: &str, parameter: Option<(&str, &str)>) -> Response {
    let more = parameter.map_or(String::new(), |(name, value)| format!("&{name}={value}"));
    post(proxy.address(), action, &more).unwrap()
}

/// The text of every element of this name, in order.
pub(crate) fn ids(xml: &str, element: &str) -> Vec<String> {
    roxmltree::Document::parse(xml)
        .unwrap()
        .descendants()
        .filter(|node| node.has_tag_name(element) || node.tag_name().name() == element)
        .filter_map(|node| node.text().map(str::to_owned))
        .collect()
}

pub(crate) fn next_token(xml: &str) -> Option<String> {
    ids(xml, "nextToken").pop()
}

fn code(answer: &Response) -> String {
    ids(answer.text().unwrap(), "Code").concat()
}

fn capped(cap: usize) -> ProxyBuilder {
    ProxyBuilder::default().pages(PageRules {
        cap: Some(cap),
        ..PageRules::default()
    })
}

fn rule(text: &str) -> ProxyBuilder {
    ProxyBuilder::default().fault(text.parse().unwrap())
}

/// Follows the tokens; the ids of each page.
fn all_pages(proxy: &Proxy, action: &str, element: &str) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut token: Option<String> = None;
    loop {
        let answer = ask(proxy, action, token.as_deref().map(|t| ("NextToken", t)));
        assert_eq!(answer.status, 200, "{:?}", answer.text());
        pages.push(ids(answer.text().unwrap(), element));
        token = next_token(answer.text().unwrap());
        if token.is_none() {
            return pages;
        }
    }
}

#[test]
fn pages_add_up_to_the_whole_in_order() {
    for n in [0, 1, 4, 5, 6, 23] {
        let stub = Stub::with_items(n);
        let proxy = stub.proxy(capped(5));
        let pages = all_pages(&proxy, "DescribeSubnets", "subnetId");
        assert_eq!(pages.len(), n.div_ceil(5).max(1), "{n} items");
        assert!(pages.iter().all(|page| page.len() <= 5));
        let expected: Vec<String> = (0..n).map(|i| format!("s{i}")).collect();
        assert_eq!(pages.concat(), expected);
        assert_eq!(stub.asked(), 1, "later pages come from the first answer");
        let numbers: Vec<_> = proxy.log().calls().iter().map(|r| r.page).collect();
        assert_eq!(numbers, (1..=pages.len()).map(Some).collect::<Vec<_>>());
    }
}

#[test]
fn max_results_has_the_bounds_of_each_call() {
    let stub = Stub::with_items(300);
    let proxy = stub.proxy(ProxyBuilder::default());
    for (action, element, size, expected) in [
        ("DescribeSubnets", "subnetId", "5", Ok(5)),
        ("DescribeSubnets", "subnetId", "1000", Ok(300)),
        (
            "DescribeSubnets",
            "subnetId",
            "4",
            Err("InvalidParameterValue"),
        ),
        (
            "DescribeSubnets",
            "subnetId",
            "1001",
            Err("InvalidParameterValue"),
        ),
        (
            "DescribeSubnets",
            "subnetId",
            "-1",
            Err("InvalidParameterValue"),
        ),
        (
            "DescribeSubnets",
            "subnetId",
            "ten",
            Err("InvalidParameterValue"),
        ),
        ("DescribeRouteTables", "routeTableId", "100", Ok(100)),
        (
            "DescribeRouteTables",
            "routeTableId",
            "101",
            Err("InvalidParameterValue"),
        ),
        ("DescribeEgressOnlyInternetGateways", "id", "255", Ok(255)),
        (
            "DescribeEgressOnlyInternetGateways",
            "id",
            "256",
            Err("InvalidParameterValue"),
        ),
        (
            "DescribeAddresses",
            "allocationId",
            "5",
            Err("UnknownParameter"),
        ),
    ] {
        let answer = ask(&proxy, action, Some(("MaxResults", size)));
        match expected {
            Ok(items) => assert_eq!(
                ids(answer.text().unwrap(), element).len(),
                items,
                "{action} {size}"
            ),
            Err(expected) => {
                assert_eq!(answer.status, 400, "{action} {size}");
                assert_eq!(code(&answer), expected, "{action} {size}");
            }
        }
    }
    // Without MaxResults a page holds the call's maximum, and a call without pages stays whole.
    assert_eq!(
        all_pages(&proxy, "DescribeRouteTables", "routeTableId").len(),
        3
    );
    assert_eq!(
        all_pages(&proxy, "DescribeAddresses", "allocationId").len(),
        1
    );
}

#[test]
fn a_default_page_size_holds_where_the_client_names_none() {
    let proxy = Stub::with_items(20).proxy(ProxyBuilder::default().pages(PageRules {
        default_size: Some(7),
        ..PageRules::default()
    }));
    let sizes: Vec<_> = all_pages(&proxy, "DescribeSubnets", "subnetId")
        .iter()
        .map(Vec::len)
        .collect();
    assert_eq!(sizes, [7, 7, 6]);
    let asked = ask(&proxy, "DescribeSubnets", Some(("MaxResults", "10")));
    assert_eq!(ids(asked.text().unwrap(), "subnetId").len(), 10);
}

#[test]
fn an_empty_first_page_still_leads_on() {
    let proxy = Stub::with_items(6).proxy(ProxyBuilder::default().pages(PageRules {
        cap: Some(5),
        empty_first: true,
        ..PageRules::default()
    }));
    let sizes: Vec<_> = all_pages(&proxy, "DescribeSubnets", "subnetId")
        .iter()
        .map(Vec::len)
        .collect();
    assert_eq!(sizes, [0, 5, 1]);
}

#[test]
fn tokens_serve_their_own_call_only_and_more_than_once() {
    let proxy = Stub::with_items(12).proxy(capped(5));
    let first = ask(&proxy, "DescribeSubnets", None);
    let token = next_token(first.text().unwrap()).unwrap();
    let with = |action: &str, more: &str| {
        post(
            proxy.address(),
            action,
            &format!("&NextToken={token}{more}"),
        )
        .unwrap()
    };
    let second = with("DescribeSubnets", "");
    assert_eq!(ids(second.text().unwrap(), "subnetId")[0], "s5");
    assert_eq!(with("DescribeSubnets", ""), second);
    assert_eq!(code(&with("DescribeRouteTables", "")), "InvalidNextToken");
    assert_eq!(
        code(&with("DescribeSubnets", "&Filter.1.Name=vpc-id")),
        "InvalidNextToken"
    );
    let made_up = ask(&proxy, "DescribeSubnets", Some(("NextToken", "made-up")));
    assert_eq!(
        (made_up.status, code(&made_up).as_str()),
        (400, "InvalidParameterValue")
    );
}

#[test]
fn an_upstream_that_pages_by_itself_is_gathered() {
    let stub = Stub::start(|call| {
        assert_eq!(call.parameter("MaxResults"), None);
        let (id, token) = match call.parameter("NextToken") {
            None => ("a", "<nextToken>1</nextToken>"),
            Some("1") => ("b", "<nextToken>2</nextToken>"),
            _ => ("c", ""),
        };
        Response::xml(
            200,
            format!("<R><reservationSet><item><id>{id}</id></item></reservationSet>{token}</R>"),
        )
    });
    let proxy = stub.proxy(ProxyBuilder::default());
    let answer = ask(&proxy, "DescribeInstances", Some(("MaxResults", "5")));
    assert_eq!(ids(answer.text().unwrap(), "id"), ["a", "b", "c"]);
    assert_eq!(next_token(answer.text().unwrap()), None);
    assert_eq!(stub.asked(), 3);
}

#[test]
fn faults_that_answer_have_the_status_and_code_of_aws() {
    for (fault, status, expected) in [
        ("503", 503, "RequestLimitExceeded"),
        ("500", 500, "InternalError"),
        ("403", 403, "UnauthorizedOperation"),
    ] {
        let stub = Stub::with_items(3);
        let proxy = stub.proxy(rule(&format!("DescribeSubnets:2:{fault}")));
        assert_eq!(ask(&proxy, "DescribeSubnets", None).status, 200);
        assert_eq!(ask(&proxy, "DescribeAddresses", None).status, 200);
        let answer = ask(&proxy, "DescribeSubnets", None);
        assert_eq!((answer.status, code(&answer).as_str()), (status, expected));
        assert_eq!(ask(&proxy, "DescribeSubnets", None).status, 200);
        assert_eq!(stub.asked(), 3, "a fault is not carried out");
    }
    let proxy = Stub::with_items(3).proxy(rule("*:*:html"));
    let answer = ask(&proxy, "DescribeSubnets", None);
    assert_eq!(answer.status, 500);
    assert!(answer.text().unwrap().starts_with("<!doctype html>"));
}

#[test]
fn a_closed_connection_sends_nothing_and_a_lost_one_was_carried_out() {
    for (fault, asked) in [("close", 0), ("lost", 1)] {
        let stub = Stub::with_items(3);
        let proxy = stub.proxy(rule(&format!("DescribeSubnets:1:{fault}")));
        let mut bytes = Vec::new();
        let mut stream = send(proxy.address(), "DescribeSubnets", "").unwrap();
        stream.read_to_end(&mut bytes).unwrap();
        assert!(bytes.is_empty());
        assert_eq!(stub.asked(), asked, "{fault}");
        assert_eq!(proxy.log().calls()[0].ending, Ending::Closed);
    }
}

#[test]
fn a_truncated_body_is_shorter_than_promised() {
    let proxy = Stub::with_items(3).proxy(rule("DescribeSubnets:1:truncate"));
    let error = post(proxy.address(), "DescribeSubnets", "").unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
}

#[test]
fn bad_xml_is_a_whole_answer_that_no_parser_takes() {
    let proxy = Stub::with_items(3).proxy(rule("DescribeSubnets:1:bad-xml"));
    let answer = ask(&proxy, "DescribeSubnets", None);
    assert_eq!(answer.status, 200);
    assert!(roxmltree::Document::parse(answer.text().unwrap()).is_err());
}

#[test]
fn silence_lasts_until_the_client_gives_up_or_the_proxy_ends() {
    let proxy = Stub::with_items(3).proxy(rule("DescribeSubnets:1:silent"));
    let mut stream = send(proxy.address(), "DescribeSubnets", "").unwrap();
    stream
        .set_read_timeout(Some(Duration::from_millis(100)))
        .unwrap();
    let error = stream.read(&mut [0; 1]).unwrap_err();
    assert!(matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
    ));
    assert_eq!(proxy.log().of("DescribeSubnets")[0].ending, Ending::Silent);
    // Others are served meanwhile, and the end does not wait for the silent one.
    assert_eq!(ask(&proxy, "DescribeSubnets", None).status, 200);
    let started = Instant::now();
    drop(proxy);
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[test]
fn latency_and_delays_add_up_and_end_with_the_proxy() {
    let stub = Stub::with_items(3);
    let builder = rule("DescribeSubnets:1:delay=60ms").latency(Duration::from_millis(40));
    let proxy = stub.proxy(builder);
    let started = Instant::now();
    assert_eq!(ask(&proxy, "DescribeSubnets", None).status, 200);
    assert!(started.elapsed() >= Duration::from_millis(100));
    assert!(proxy.log().calls()[0].took >= Duration::from_millis(100));

    let slow = stub.proxy(ProxyBuilder::default().latency(Duration::from_mins(10)));
    let waiting = send(slow.address(), "DescribeSubnets", "").unwrap();
    let started = Instant::now();
    drop(slow);
    drop(waiting);
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[test]
fn rules_may_change_while_the_proxy_runs() {
    let proxy = Stub::with_items(3).proxy(ProxyBuilder::default());
    assert_eq!(ask(&proxy, "DescribeSubnets", None).status, 200);
    proxy.reset_occurrences();
    proxy.faults().add("DescribeSubnets:1:503".parse().unwrap());
    assert_eq!(ask(&proxy, "DescribeSubnets", None).status, 503);
    proxy.faults().clear();
    proxy.reset_occurrences();
    assert_eq!(ask(&proxy, "DescribeSubnets", None).status, 200);
    proxy.log().clear();
    assert!(proxy.log().calls().is_empty());
}

#[test]
fn the_log_knows_how_many_calls_ran_at_once() {
    let proxy =
        Stub::with_items(3).proxy(ProxyBuilder::default().latency(Duration::from_millis(300)));
    let address = proxy.address();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(move || post(address, "DescribeSubnets", "").unwrap());
        }
    });
    assert_eq!(proxy.log().high_water(), 4);
    assert_eq!(proxy.log().of("DescribeSubnets").len(), 4);
    proxy.log().clear();
    ask(&proxy, "DescribeSubnets", None);
    assert_eq!(proxy.log().high_water(), 1);
}

#[test]
fn other_services_pass_untouched_over_a_connection_that_is_kept() {
    let stub = Stub::with_items(3);
    let proxy = stub.proxy(capped(1));
    let body = "Action=GetCallerIdentity&Version=2011-06-15&MaxResults=1";
    let mut stream = TcpStream::connect(proxy.address()).unwrap();
    for _ in 0..2 {
        write!(
            stream,
            "POST / HTTP/1.1\r\nHost: sts\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let answer = read_response(&mut BufReader::new(&mut stream)).unwrap();
        assert!(answer.text().unwrap().contains(r#"("MaxResults", "1")"#));
    }
    assert_eq!(stub.asked(), 2);
}

#[test]
fn an_upstream_that_is_gone_is_a_bad_gateway() {
    let free = TcpListener::bind(LOCAL).unwrap().local_addr().unwrap();
    let proxy = ProxyBuilder::default()
        .start(LOCAL.into(), &format!("http://{free}"))
        .unwrap();
    let answer = ask(&proxy, "DescribeSubnets", None);
    assert_eq!((answer.status, code(&answer).as_str()), (502, "BadGateway"));
}

#[test]
fn only_loopback_is_served_and_asked() {
    let listen = |listen: &str, upstream: &str| {
        ProxyBuilder::default()
            .start(listen.parse().unwrap(), upstream)
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default()
    };
    assert!(listen("0.0.0.0:0", "http://127.0.0.1:1").contains("not on loopback"));
    assert!(listen("127.0.0.1:0", "http://192.0.2.1:80").contains("only loopback"));
    assert!(listen("127.0.0.1:0", "https://127.0.0.1:1").contains("http://"));
}

/// Answers one action itself and lets the others by, as a check of dry runs would.
struct DryRuns;

impl Stage for DryRuns {
    fn handle(&self, call: Call, notes: &mut Notes, next: Next<'_>) -> Outcome {
        if call.parameter("DryRun") == Some("true") {
            return Outcome::Answer(Response::ec2_error(412, "DryRunOperation", "It would."));
        }
        next.run(call, notes)
    }
}

#[test]
fn a_stage_of_ones_own_stands_between_client_and_upstream() {
    let stub = Stub::with_items(3);
    let proxy = stub.proxy(rule("CreateVpc:2:503").stage(Arc::new(DryRuns)));
    let dry = ask(&proxy, "CreateVpc", Some(("DryRun", "true")));
    assert_eq!((dry.status, code(&dry).as_str()), (412, "DryRunOperation"));
    assert_eq!(stub.asked(), 0);
    let dry = ask(&proxy, "CreateVpc", Some(("DryRun", "true")));
    assert_eq!(dry.status, 503, "faults strike before any other stage");
    assert_eq!(ask(&proxy, "CreateVpc", None).status, 200);
    assert_eq!(stub.asked(), 1);
}

#[test]
fn a_request_survives_the_way_through_the_form() {
    let request = Request {
        method: "POST".to_owned(),
        target: "/".to_owned(),
        headers: Vec::new(),
        body: b"Action=DescribeTags&Version=2016-11-15&Filter.1.Value.1=a%2Fb".to_vec(),
    };
    let call = Call::new(request);
    assert_eq!(call.ec2_action(), Some("DescribeTags"));
    assert_eq!(call.parameter("Filter.1.Value.1"), Some("a/b"));
}
