//! Each strictness before a stub: what is asked, what is answered, and what the stub gets to see.

use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex};

use super::*;
use crate::strict_proxy::Strict;
use crate::strict_proxy::faults::{Then, When};

/// A stub that makes NAT gateways, subnets and route tables with ids of their own, and lists what it made.
fn maker() -> Stub {
    let made: Mutex<Vec<(String, String)>> = Mutex::default();
    let count = AtomicUsize::new(0);
    Stub::start(move |call| {
        let new = |kind: &str| {
            let number = count.fetch_add(1, Ordering::SeqCst);
            let id = format!("{kind}-{number}");
            made.lock().unwrap().push((kind.to_owned(), id.clone()));
            id
        };
        let list = |kind: &str, list: &str, item: &dyn Fn(&str) -> String| {
            let items: Vec<String> = made
                .lock()
                .unwrap()
                .iter()
                .filter(|(held, _)| held == kind)
                .map(|(_, id)| format!("<item>{}</item>", item(id)))
                .collect();
            format!("<R><{list}>{}</{list}></R>", items.concat())
        };
        let nat = |id: &str| {
            format!(
                "<natGatewayId>{id}</natGatewayId><state>available</state><subnetId>subnet-a</subnetId>\
                 <vpcId>vpc-a</vpcId><natGatewayAddressSet><item><allocationId>eipalloc-a</allocationId></item>\
                 </natGatewayAddressSet>"
            )
        };
        let subnet = |id: &str| format!("<subnetId>{id}</subnetId>");
        let body = match call.action.as_deref() {
            Some("CreateNatGateway") => {
                format!("<R><natGateway>{}</natGateway></R>", nat(&new("nat")))
            }
            Some("DescribeNatGateways") => list("nat", "natGatewaySet", &nat),
            Some("CreateSubnet") => format!("<R><subnet>{}</subnet></R>", subnet(&new("subnet"))),
            Some("DescribeSubnets") => list("subnet", "subnetSet", &subnet),
            Some("CreateRouteTable") => {
                let id = new("rtb");
                format!("<R><routeTable><routeTableId>{id}</routeTableId></routeTable></R>")
            }
            _ => "<R><return>true</return></R>".to_owned(),
        };
        Response::xml(200, body)
    })
}

fn strict(strict: Strict) -> ProxyBuilder {
    ProxyBuilder::default().strict(strict)
}

fn with(proxy: &Proxy, action: &str, more: &str) -> Response {
    post(proxy.address(), action, more).unwrap()
}

fn one(answer: &Response, element: &str) -> String {
    ids(answer.text().unwrap(), element).concat()
}

#[test]
fn dry_runs_make_nothing_and_faults_strike_them() {
    let stub = maker();
    let proxy = stub.proxy(
        strict(Strict {
            dry_runs: true,
            ..Strict::default()
        })
        .fault("CreateVpc:2:403".parse().unwrap()),
    );
    let dry = with(&proxy, "CreateVpc", "&DryRun=true");
    assert_eq!((dry.status, code(&dry).as_str()), (412, "DryRunOperation"));
    let denied = with(&proxy, "CreateVpc", "&DryRun=true");
    assert_eq!(code(&denied), "UnauthorizedOperation");
    let unknown = with(&proxy, "ModifyVpcAttribute", "&DryRun=true");
    assert_eq!(code(&unknown), "UnknownParameter");
    assert_eq!(stub.asked(), 0);
    assert_eq!(with(&proxy, "CreateVpc", "&DryRun=false").status, 200);
    assert_eq!(stub.asked(), 1);
    let changes = proxy.log().changes();
    assert_eq!(changes.len(), 1, "a dry run is no change");
}

#[test]
fn a_token_makes_one_thing_even_where_the_answer_was_lost() {
    let stub = maker();
    let proxy = stub.proxy(
        strict(Strict {
            tokens: true,
            ..Strict::default()
        })
        .fault("CreateRouteTable:1:lost".parse().unwrap()),
    );
    let token = "&VpcId=vpc-a&ClientToken=t1";
    assert!(post(proxy.address(), "CreateRouteTable", token).is_err());
    let first = with(&proxy, "CreateRouteTable", token);
    assert_eq!(one(&first, "routeTableId"), "rtb-0");
    assert_eq!(with(&proxy, "CreateRouteTable", token), first);
    assert_eq!(stub.asked(), 1);
    let changes = proxy.log().changes();
    let flags: Vec<_> = changes
        .iter()
        .map(|record| (record.is_carried_out, record.is_repeated))
        .collect();
    assert_eq!(flags, [(true, false), (false, true), (false, true)]);
    assert_eq!(changes[0].ending, Ending::Closed);
    assert_eq!(changes[0].parameter("ClientToken"), Some("t1"));

    let other = with(&proxy, "CreateRouteTable", "&VpcId=vpc-b&ClientToken=t1");
    assert_eq!(code(&other), "IdempotentParameterMismatch");
    // Another token, none, and the same one for another action are other calls.
    let fresh = with(&proxy, "CreateRouteTable", "&VpcId=vpc-a&ClientToken=t2");
    assert_eq!(one(&fresh, "routeTableId"), "rtb-1");
    let none = with(&proxy, "CreateRouteTable", "&VpcId=vpc-a");
    assert_eq!(one(&none, "routeTableId"), "rtb-2");
    let nat = with(&proxy, "CreateNatGateway", token);
    assert_eq!(one(&nat, "natGatewayId"), "nat-3");
    let long = format!("&ClientToken={}", "t".repeat(65));
    assert_eq!(
        code(&with(&proxy, "CreateRouteTable", &long)),
        "InvalidParameterValue"
    );
    proxy.forget();
    let again = with(&proxy, "CreateRouteTable", token);
    assert_eq!(one(&again, "routeTableId"), "rtb-4");
}

#[test]
fn what_was_refused_may_be_tried_again_with_its_token() {
    let asked = AtomicUsize::new(0);
    let stub = Stub::start(move |_| match asked.fetch_add(1, Ordering::SeqCst) {
        0 => Response::ec2_error(400, "InvalidVpcID.NotFound", "no"),
        _ => Response::xml(200, "<R><routeTableId>rtb-1</routeTableId></R>".to_owned()),
    });
    let proxy = stub.proxy(strict(Strict {
        tokens: true,
        ..Strict::default()
    }));
    let call = || with(&proxy, "CreateRouteTable", "&ClientToken=t");
    assert_eq!(code(&call()), "InvalidVpcID.NotFound");
    assert_eq!(call().status, 200);
    assert_eq!(call().status, 200);
    assert_eq!(stub.asked(), 2);
}

#[test]
fn two_calls_with_one_token_side_by_side_make_one_thing() {
    let stub = maker();
    let proxy = stub.proxy(strict(Strict {
        tokens: true,
        ..Strict::default()
    }));
    let address = proxy.address();
    thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(move || post(address, "CreateRouteTable", "&ClientToken=t").unwrap());
        }
    });
    assert_eq!(stub.asked(), 1);
}

#[test]
fn a_new_id_is_unknown_for_its_first_mentions() {
    let stub = maker();
    let proxy = stub.proxy(strict(Strict {
        unseen: 3,
        ..Strict::default()
    }));
    let made = with(&proxy, "CreateSubnet", "");
    assert_eq!(one(&made, "subnetId"), "subnet-0");
    // A word that is the same as the id is no mention.
    with(&proxy, "CreateSubnet", "&Tag.1.Value=subnet-0");
    let refused = with(&proxy, "ModifySubnetAttribute", "&SubnetId=subnet-0");
    assert_eq!(code(&refused), "InvalidSubnetID.NotFound");
    let listed = with(&proxy, "DescribeSubnets", "");
    assert_eq!(ids(listed.text().unwrap(), "subnetId"), [""; 0]);
    let asked = with(&proxy, "DescribeSubnets", "&SubnetId.1=subnet-0");
    assert_eq!(code(&asked), "InvalidSubnetID.NotFound");
    // The second one was left out once; the first has had its three.
    let listed = with(&proxy, "DescribeSubnets", "");
    assert_eq!(ids(listed.text().unwrap(), "subnetId"), ["subnet-0"]);
    assert_eq!(
        with(&proxy, "ModifySubnetAttribute", "&SubnetId=subnet-0").status,
        200
    );

    let nat = with(&proxy, "CreateNatGateway", "");
    let nat = one(&nat, "natGatewayId");
    let route = with(&proxy, "CreateRoute", &format!("&NatGatewayId={nat}"));
    assert_eq!(code(&route), "InvalidNatGatewayID.NotFound");
    let asked = with(
        &proxy,
        "DescribeNatGateways",
        &format!("&NatGatewayId.1={nat}"),
    );
    assert_eq!(code(&asked), "NatGatewayNotFound");
}

#[test]
fn a_nat_gateway_is_pending_and_deleting_for_so_many_answers() {
    let stub = maker();
    let proxy = stub.proxy(strict(Strict {
        pending: 2,
        ..Strict::default()
    }));
    let made = with(&proxy, "CreateNatGateway", "&SubnetId=subnet-a");
    assert_eq!(one(&made, "state"), "pending");
    let state = || one(&with(&proxy, "DescribeNatGateways", ""), "state");
    let available = "&Filter.1.Name=state&Filter.1.Value.1=available";
    assert_eq!(state(), "pending");
    // A filter goes by what is told, and an answer that leaves it out is one all the same.
    let filtered = with(&proxy, "DescribeNatGateways", available);
    assert_eq!(one(&filtered, "natGatewayId"), "");
    assert_eq!(state(), "available");
    let filtered = with(&proxy, "DescribeNatGateways", available);
    assert_eq!(one(&filtered, "natGatewayId"), "nat-0");

    let held = [
        ("ReleaseAddress", "&AllocationId=eipalloc-a"),
        ("DeleteSubnet", "&SubnetId=subnet-a"),
        ("DetachInternetGateway", "&VpcId=vpc-a"),
    ];
    // While it is there, that is for the stage of refusals to say.
    for (action, more) in held {
        assert_eq!(with(&proxy, action, more).status, 200, "{action}");
    }
    with(&proxy, "DeleteNatGateway", "&NatGatewayId=nat-0");
    let refused = with(&proxy, held[0].0, held[0].1);
    assert_eq!(code(&refused), "InvalidIPAddress.InUse");
    let asked = with(&proxy, "DescribeNatGateways", "&NatGatewayId.1=nat-0");
    assert_eq!(one(&asked, "state"), "deleting");
    // Two answers told of it; the stub does not delete, so that its own word shows through.
    assert_eq!(state(), "available");
    for (action, more) in held {
        assert_eq!(with(&proxy, action, more).status, 200, "{action}");
    }
}

#[test]
fn what_hangs_on_a_nat_gateway_on_its_way_is_refused() {
    for (action, more, expected) in [
        (
            "ReleaseAddress",
            "&AllocationId=eipalloc-a",
            "InvalidIPAddress.InUse",
        ),
        ("DeleteSubnet", "&SubnetId=subnet-a", "DependencyViolation"),
        (
            "DetachInternetGateway",
            "&InternetGatewayId=igw-a&VpcId=vpc-a",
            "DependencyViolation",
        ),
        ("DeleteVpc", "&VpcId=vpc-a", "DependencyViolation"),
    ] {
        let stub = maker();
        let proxy = stub.proxy(strict(Strict {
            pending: 1,
            ..Strict::default()
        }));
        with(&proxy, "CreateNatGateway", "");
        assert_eq!(code(&with(&proxy, action, more)), expected, "{action}");
        // Trying again without looking comes to an end as well.
        assert_eq!(with(&proxy, action, more).status, 200, "{action}");
    }
}

#[test]
fn changes_are_counted_together_and_told_with_their_parameters() {
    let stub = maker();
    let proxy = stub.proxy(rule("change:2:quota"));
    with(&proxy, "CreateSubnet", "&CidrBlock=10.0.0.0%2F24");
    with(&proxy, "DescribeSubnets", "");
    let refused = with(&proxy, "CreateNatGateway", "");
    assert_eq!(
        (refused.status, code(&refused).as_str()),
        (400, "NatGatewayLimitExceeded")
    );
    assert_eq!(with(&proxy, "CreateNatGateway", "").status, 200);
    assert_eq!(stub.asked(), 3);
    let changes = proxy.log().changes();
    let told: Vec<_> = changes
        .iter()
        .map(|record| {
            (
                record.change.unwrap(),
                record.action.as_deref().unwrap(),
                record.is_carried_out,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (1, "CreateSubnet", true),
            (2, "CreateNatGateway", false),
            (3, "CreateNatGateway", true)
        ]
    );
    assert_eq!(changes[0].parameter("CidrBlock"), Some("10.0.0.0/24"));
    let looked = &proxy.log().of("DescribeSubnets")[0];
    assert_eq!((looked.change, looked.parameters.len()), (None, 0));
    // The count starts anew with the others.
    proxy.reset_occurrences();
    with(&proxy, "CreateSubnet", "");
    let refused = with(&proxy, "CreateVpc", "");
    assert_eq!(code(&refused), "VpcLimitExceeded");
}

#[test]
fn a_hook_is_called_before_or_after_and_says_how_it_goes_on() {
    for (when, then, asked, is_answered) in [
        ("before", Then::GoOn, 1, true),
        ("before", Then::Close, 0, false),
        ("after", Then::GoOn, 1, true),
        ("after", Then::Close, 1, false),
    ] {
        let stub = maker();
        let seen: Arc<Mutex<Vec<(String, When, usize)>>> = Arc::default();
        let (noted, count) = (Arc::clone(&seen), Arc::clone(&stub.asked));
        let builder = rule(&format!("change:1:hook={when}")).on_fault(move |call, when| {
            let action = call.action.clone().unwrap();
            let asked = count.load(Ordering::SeqCst);
            noted.lock().unwrap().push((action, when, asked));
            then
        });
        let proxy = stub.proxy(builder);
        let answer = post(proxy.address(), "CreateSubnet", "");
        assert_eq!(answer.is_ok(), is_answered, "{when} {then:?}");
        assert_eq!(stub.asked(), asked, "{when} {then:?}");
        let expected = match when {
            "before" => (When::Before, 0),
            _ => (When::After, 1),
        };
        let seen = seen.lock().unwrap();
        assert_eq!(
            *seen,
            [("CreateSubnet".to_owned(), expected.0, expected.1)],
            "{when} {then:?}"
        );
        assert_eq!(
            proxy.log().changes()[0].is_carried_out,
            asked == 1,
            "{when} {then:?}"
        );
    }
}

#[test]
fn a_service_that_speaks_json_is_refused_in_its_own_words() {
    let stub = maker();
    let proxy = stub.proxy(rule("change:1:503"));
    let mut stream = TcpStream::connect(proxy.address()).unwrap();
    write!(
        stream,
        "POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: Route53Resolver.CreateResolverEndpoint\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential=k/20260101/eu-west-1/route53resolver/aws4_request, \
         SignedHeaders=host\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: 2\r\n\r\n{{}}"
    )
    .unwrap();
    let answer = read_response(&mut BufReader::new(&mut stream)).unwrap();
    assert_eq!(answer.status, 400);
    let told: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(told["__type"], "ThrottlingException");
    assert_eq!(stub.asked(), 0);
}
