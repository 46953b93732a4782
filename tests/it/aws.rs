//! The connection and its calls against an EC2 service in this process.

use std::{
    io::Write as _,
    process::{Command, Output},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::NamedTempFile;
use vpc_atlas::{
    aws::{self, CallError, ConnectError, Connection, Failure, Limits, Options, Pages, Target},
    source::calls::{Call, Paging},
};

use crate::support::stub_ec2::{ACCOUNT, Reply, StubEc2};

const SECRET: &str = "stub-secret-that-must-not-be-shown";

const PROFILES: &str = "
[profile stub]
aws_access_key_id = AKIDSTUB
aws_secret_access_key = stub-secret-that-must-not-be-shown
region = eu-west-1

[profile nowhere]
aws_access_key_id = AKIDSTUB
aws_secret_access_key = stub-secret-that-must-not-be-shown

[profile empty]
region = eu-west-1

[profile sso]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = reader
region = eu-west-1

[profile behind-sso]
role_arn = arn:aws:iam::111122223333:role/reader
source_profile = sso
region = eu-west-1

[profile asks]
credential_process = sleep 5
region = eu-west-1

[sso-session corp]
sso_start_url = https://corp.example.com/start
sso_region = eu-west-1
";

fn config_file() -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(PROFILES.as_bytes()).unwrap();
    file
}

pub(crate) fn limits() -> Limits {
    Limits {
        connect: Duration::from_millis(500),
        attempt: Duration::from_millis(500),
        change: Duration::from_millis(500),
        operation: Duration::from_secs(3),
        sign_in: Duration::from_millis(500),
        code: Duration::from_secs(5),
        attempts: 2,
        backoff: Duration::from_millis(1),
    }
}

fn target(profile: &str) -> Target {
    Target {
        profile: Some(profile.to_owned()),
        region: None,
    }
}

pub(crate) async fn connect_as(
    profile: &str,
    url: &str,
    limits: Limits,
) -> Result<Connection, ConnectError> {
    let file = config_file();
    let config_file = Some(file.path().to_owned());
    aws::connect_with(
        &target(profile),
        &Options {
            endpoint: Some(url.to_owned()),
            config_file,
            limits,
        },
    )
    .await
}

pub(crate) async fn connected(stub: &StubEc2) -> Connection {
    connect_as("stub", &stub.url(), limits()).await.unwrap()
}

async fn run(
    connection: &Connection,
    call: Call,
    parent: Option<&str>,
) -> (Result<Pages, CallError>, Vec<Value>) {
    let mut pages = Vec::new();
    let result = connection
        .run(call, parent, &mut |page, _| pages.push(page))
        .await;
    (result, pages)
}

/// The single page that `inner` becomes.
async fn shape(call: Call, parent: Option<&str>, inner: &str) -> Value {
    let api = call.spec().api;
    let stub = StubEc2::start().on(api, [Reply::ok(api, inner)]);
    let (result, mut pages) = run(&connected(&stub).await, call, parent).await;
    assert_eq!(result.unwrap().pages, 1);
    pages.remove(0)
}

/// What a call that gets these replies comes to.
async fn failure(replies: impl IntoIterator<Item = Reply>) -> (CallError, usize) {
    let stub = StubEc2::start().on("DescribeVpcs", replies);
    let (result, _) = run(&connected(&stub).await, Call::Vpcs, None).await;
    (result.unwrap_err(), stub.asked("DescribeVpcs").len())
}

#[tokio::test]
async fn a_connection_knows_whose_it_is() {
    let stub = StubEc2::start();
    let connection = connected(&stub).await;
    assert_eq!(connection.account(), Some(ACCOUNT));
    assert_eq!(connection.partition(), "aws");
    assert_eq!(connection.region(), "eu-west-1");
    assert_eq!(connection.profile(), Some("stub"));
    assert_eq!(connection.identity_failure(), None);
    let other = connection.in_region("us-gov-west-1").unwrap();
    assert_eq!(
        (other.region(), other.account()),
        ("us-gov-west-1", Some(ACCOUNT))
    );
    assert!(!format!("{connection:?}").contains(SECRET));
    assert!(connection.in_region("no region").is_err());
}

#[tokio::test]
async fn a_refused_identity_costs_the_account_alone() {
    let stub = StubEc2::start()
        .on(
            "GetCallerIdentity",
            [Reply::sts_error(403, "AccessDenied", "no")],
        )
        .on("DescribeVpcs", [Reply::ok("DescribeVpcs", "<vpcSet/>")]);
    let connection = connected(&stub).await;
    assert_eq!(connection.account(), None);
    let failure = connection.identity_failure().unwrap();
    assert_eq!(failure.call, Call::CallerIdentity);
    assert_eq!(
        failure.kind,
        Failure::Denied {
            action: "sts:GetCallerIdentity"
        }
    );
    let (result, pages) = run(&connection, Call::Vpcs, None).await;
    assert_eq!(
        result.unwrap(),
        Pages {
            pages: 1,
            items: 0,
            truncated: false
        }
    );
    assert_eq!(pages, [json!({ "Vpcs": [] })]);
}

#[tokio::test]
async fn expired_keys_fail_at_once() {
    let stub = StubEc2::start().on(
        "GetCallerIdentity",
        [Reply::sts_error(403, "ExpiredToken", "old")],
    );
    let error = connect_as("stub", &stub.url(), limits()).await.unwrap_err();
    assert!(
        matches!(error, ConnectError::Credentials { .. }),
        "{error:?}"
    );
}

#[tokio::test]
async fn what_is_missing_is_said_in_one_sentence() {
    let stub = StubEc2::start();
    let cases = [
        ("nowhere", "no region is set for profile \"nowhere\""),
        (
            "gone",
            "the profile \"gone\" is not in the AWS config files",
        ),
        ("empty", "no credentials were found for profile \"empty\""),
        ("sso", "run `aws sso login --profile sso`"),
        // The AWS CLI signs in to the profile that holds the settings for it, and to no other.
        ("behind-sso", "run `aws sso login --profile sso`"),
        (
            "asks",
            "the credentials of profile \"asks\" could not be had (they did not come in time)",
        ),
    ];
    for (profile, words) in cases {
        let started = Instant::now();
        let error = connect_as(profile, &stub.url(), limits())
            .await
            .unwrap_err()
            .to_string();
        assert!(error.contains(words), "{profile}: {error}");
        assert!(!error.contains(SECRET) && !error.contains('\n'), "{error}");
        assert!(
            started.elapsed() < Duration::from_secs(4),
            "{profile} waited {:?}",
            started.elapsed()
        );
    }
    let error = connect_as("stub", "ftp://127.0.0.1", limits())
        .await
        .unwrap_err();
    assert_eq!(
        error,
        ConnectError::BadEndpoint {
            endpoint: "ftp://127.0.0.1".to_owned()
        }
    );
    assert_eq!(
        stub.count(),
        0,
        "nothing is asked of the service before all is known"
    );
}

#[tokio::test]
async fn profiles_are_listed_by_name() {
    let file = config_file();
    let options = Options {
        config_file: Some(file.path().to_owned()),
        ..Options::default()
    };
    let profiles = aws::profiles(&options).await.unwrap();
    let listed: Vec<_> = profiles
        .iter()
        .map(|profile| {
            let region = profile.region.as_deref().unwrap_or("none");
            format!("{}: {}, {region}", profile.name, profile.kind)
        })
        .collect();
    assert_eq!(
        listed,
        [
            "asks: credential process, eu-west-1",
            "behind-sso: role through sso, eu-west-1",
            "empty: no credentials, eu-west-1",
            "nowhere: access keys, none",
            "sso: SSO, eu-west-1",
            "stub: access keys, eu-west-1",
        ]
    );
    let signing: Vec<_> = profiles
        .iter()
        .filter(|profile| profile.kind.signs_in())
        .map(|profile| profile.name.as_str())
        .collect();
    assert_eq!(signing, ["behind-sso", "sso"]);

    let missing = Options {
        config_file: Some("/nonexistent/aws/config".into()),
        ..Options::default()
    };
    let error = aws::profiles(&missing).await.unwrap_err();
    assert!(
        error.to_string().contains("/nonexistent/aws/config"),
        "{error}"
    );
}

#[tokio::test]
async fn the_kind_of_a_profile_is_told_by_its_settings_and_none_of_their_values_is_shown() {
    let mut file = NamedTempFile::new().unwrap();
    let text = "[default]\naws_access_key_id = AKIAMARKED\naws_secret_access_key = marked-secret\n\
        [profile pod]\nrole_arn = arn:aws:iam::111122223333:role/pod\nweb_identity_token_file = /marked/token\n\
        [profile box]\nrole_arn = arn:aws:iam::111122223333:role/box\ncredential_source = Environment\n\
        [profile old-sso]\nsso_start_url = https://marked.example.com/start\nregion = cn-north-1\n";
    file.write_all(text.as_bytes()).unwrap();
    let options = Options {
        config_file: Some(file.path().to_owned()),
        ..Options::default()
    };
    let profiles = aws::profiles(&options).await.unwrap();
    let kinds: Vec<_> = profiles
        .iter()
        .map(|profile| format!("{}: {}", profile.name, profile.kind))
        .collect();
    assert_eq!(
        kinds,
        [
            "box: role through Environment",
            "default: access keys",
            "old-sso: SSO",
            "pod: web identity",
        ]
    );
    assert!(!format!("{profiles:?}").to_lowercase().contains("marked"));
}

#[tokio::test]
async fn a_broken_config_file_is_named_with_its_line() {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(b"[profile a]\nregion = eu-west-1\nmarked-secret without a sign\n")
        .unwrap();
    let options = Options {
        config_file: Some(file.path().to_owned()),
        ..Options::default()
    };
    let error = aws::profiles(&options).await.unwrap_err().to_string();
    assert!(error.contains(file.path().to_str().unwrap()), "{error}");
    assert!(error.contains("line 3"), "{error}");
    assert!(!error.contains("marked-secret"), "{error}");
}

/// The environment cannot be changed in a process with threads, so another run of this binary has it.
fn in_environment(test: &str, env: &[(&str, &str)]) -> Output {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([
        "--exact",
        &format!("aws::{test}"),
        "--ignored",
        "--nocapture",
    ]);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("AWS_") {
            command.env_remove(name);
        }
    }
    command
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
    command.envs(env.iter().copied()).output().unwrap()
}

#[tokio::test]
#[ignore = "run by the tests of the environment, in a process of its own"]
async fn connects_as_the_environment_says() {
    let profile = std::env::var("VPC_ATLAS_TEST_PROFILE").ok();
    let connection = aws::connect(&Target {
        profile,
        region: None,
    })
    .await;
    println!(
        "{}",
        match connection {
            Ok(connection) => format!(
                "CONNECTED {} {:?}",
                connection.region(),
                connection.account()
            ),
            Err(error) => format!("FAILED {error}"),
        }
    );
}

#[test]
fn the_environment_names_endpoint_region_and_credentials() {
    let stub = StubEc2::start();
    let output = in_environment(
        "connects_as_the_environment_says",
        &[
            ("AWS_ENDPOINT_URL", &stub.url()),
            ("AWS_ACCESS_KEY_ID", "AKIDENV"),
            ("AWS_SECRET_ACCESS_KEY", SECRET),
            ("AWS_DEFAULT_REGION", "ap-south-1"),
        ],
    );
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        said.contains(&format!("CONNECTED ap-south-1 Some(\"{ACCOUNT}\")")),
        "{said}"
    );
    let asked = stub.asked("GetCallerIdentity");
    assert!(
        asked[0].authorization.contains("Credential=AKIDENV/"),
        "{}",
        asked[0].authorization
    );
}

#[test]
fn a_chosen_profile_goes_before_keys_in_the_environment() {
    let stub = StubEc2::start();
    let file = config_file();
    let config = file.path().to_str().unwrap();
    let url = stub.url();
    let env = |chosen: &'static str, profile: &'static str| {
        let output = in_environment(
            "connects_as_the_environment_says",
            &[
                (chosen, profile),
                ("AWS_CONFIG_FILE", config),
                ("AWS_ENDPOINT_URL", &url),
                ("AWS_ACCESS_KEY_ID", "AKIDENV"),
                ("AWS_SECRET_ACCESS_KEY", SECRET),
            ],
        );
        String::from_utf8_lossy(&output.stdout).into_owned()
    };

    let said = env("VPC_ATLAS_TEST_PROFILE", "stub");
    assert!(said.contains("CONNECTED eu-west-1"), "{said}");
    let said = env("AWS_PROFILE", "stub");
    assert!(said.contains("CONNECTED eu-west-1"), "{said}");
    let said = env("AWS_PROFILE", "nowhere");
    assert!(
        said.contains("FAILED no region is set for profile \"nowhere\""),
        "{said}"
    );

    // As with the AWS CLI, keys in the environment go before a profile that is only named there.
    let asked = stub.asked("GetCallerIdentity");
    let keys: Vec<_> = asked
        .iter()
        .map(|asked| asked.authorization.contains("Credential=AKIDSTUB/"))
        .collect();
    assert_eq!(keys, [true, false]);
}

#[test]
fn the_metadata_service_is_not_asked() {
    let metadata = StubEc2::start();
    let started = Instant::now();
    let output = in_environment(
        "connects_as_the_environment_says",
        &[
            ("AWS_EC2_METADATA_SERVICE_ENDPOINT", &metadata.url()),
            ("AWS_REGION", "eu-west-1"),
        ],
    );
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        said.contains("FAILED no credentials were found for the default profile"),
        "{said}"
    );
    assert_eq!(metadata.count(), 0);
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn pages_are_followed_at_the_size_aws_allows() {
    let page = |id: &str, next: &str| {
        let table = format!(
            "<routeTableSet><item><routeTableId>{id}</routeTableId></item></routeTableSet>"
        );
        Reply::ok("DescribeRouteTables", &format!("{table}{next}"))
    };
    let replies = [
        page("rtb-1", "<nextToken>two/+=&amp;</nextToken>"),
        page("rtb-2", "<nextToken>three</nextToken>"),
        page("rtb-3", "<nextToken></nextToken>"),
    ];
    let stub = StubEc2::start().on("DescribeRouteTables", replies);
    let (result, pages) = run(&connected(&stub).await, Call::RouteTables, None).await;
    assert_eq!(
        result.unwrap(),
        Pages {
            pages: 3,
            items: 3,
            truncated: false
        }
    );
    let ids: Vec<_> = pages
        .iter()
        .map(|page| page["RouteTables"][0]["RouteTableId"].clone())
        .collect();
    assert_eq!(ids, ["rtb-1", "rtb-2", "rtb-3"]);
    let asked = stub.asked("DescribeRouteTables");
    let tokens: Vec<_> = asked
        .iter()
        .map(|asked| asked.parameters.get("NextToken").map(String::as_str))
        .collect();
    assert_eq!(tokens, [None, Some("two/+=&"), Some("three")]);
    assert!(
        asked
            .iter()
            .all(|asked| asked.parameters["MaxResults"] == "100"),
        "{asked:?}"
    );
}

#[tokio::test]
async fn a_token_that_comes_twice_is_an_error_and_not_an_end() {
    let again = Reply::ok("DescribeVpcs", "<vpcSet/><nextToken>same</nextToken>");
    let (error, asked) = failure([again]).await;
    assert_eq!(error.kind, Failure::Malformed);
    assert_eq!(asked, 2);
}

#[tokio::test]
async fn every_call_asks_for_what_its_table_says() {
    for call in Call::ALL {
        let spec = call.spec();
        let inner = if spec.service == "sts" { continue } else { "" };
        let stub = StubEc2::start().on(spec.api, [Reply::ok(spec.api, inner)]);
        let parent = spec.parent.map(|_| "parent-1");
        let (result, pages) = run(&connected(&stub).await, call, parent).await;
        assert_eq!(result.unwrap_or_else(|error| panic!("{error}")).pages, 1);
        let asked = &stub.asked(spec.api)[0].parameters;
        let size = spec.paging.size().map(|size| size.to_string());
        assert_eq!(asked.get("MaxResults"), size.as_ref(), "{call}");
        if let Some(list) = spec.parent {
            assert_eq!(asked.get(list.id).map(String::as_str), parent, "{call}");
            assert_eq!(
                pages[0].get("VpcAtlasParent").is_some(),
                list.wraps,
                "{call}"
            );
        }
        let output = pages[0].get("Output").unwrap_or(&pages[0]);
        let whole_or_list = matches!(spec.paging, Paging::Pages(_) | Paging::Tokens(_));
        for key in spec.keys.iter().filter(|_| whole_or_list) {
            assert_eq!(output[*key], json!([]), "{call}");
        }
    }
}

#[tokio::test]
async fn refusals_are_told_apart_by_their_codes() {
    let cases = [
        (
            403,
            "UnauthorizedOperation",
            Failure::Denied {
                action: "ec2:DescribeVpcs",
            },
            1,
        ),
        (401, "AuthFailure", Failure::SignIn, 1),
        // The SDK signs again, by the clock of the other end.
        (400, "RequestExpired", Failure::SignIn, 2),
        (503, "RequestLimitExceeded", Failure::Throttled, 2),
        (400, "InvalidAction", Failure::Unsupported, 1),
        (400, "UnsupportedOperation", Failure::Unsupported, 1),
        (501, "NotImplemented", Failure::Unsupported, 1),
        (400, "InvalidVpcID.NotFound", Failure::NotFound, 1),
        (400, "InvalidParameterValue", Failure::Other, 1),
        (500, "InternalError", Failure::Other, 2),
    ];
    for (status, code, kind, attempts) in cases {
        let (error, asked) = failure([Reply::error(
            status,
            code,
            "throttled, denied\nand not found",
        )])
        .await;
        assert_eq!(error.kind, kind, "{code}");
        assert_eq!(error.code.as_deref(), Some(code));
        assert_eq!(
            (error.call, error.region.as_str()),
            (Call::Vpcs, "eu-west-1")
        );
        assert_eq!(asked, attempts, "{code}");
        assert!(!error.to_string().contains('\n'), "{error}");
    }
    let (error, _) = failure([Reply::error(403, "UnauthorizedOperation", "x")]).await;
    assert_eq!(
        error.to_string(),
        "DescribeVpcs in eu-west-1: not permitted; the credentials need ec2:DescribeVpcs"
    );
}

#[tokio::test]
async fn broken_answers_are_told_apart() {
    let page = "<html><body><h1>Bad gateway</h1><br></body></html>";
    let cases = [
        (Reply::Close, Failure::Network),
        (Reply::Silence, Failure::TimedOut),
        (
            Reply::truncated("DescribeVpcs", "<vpcSet/>"),
            Failure::Network,
        ),
        (Reply::Body(200, page.to_owned()), Failure::Malformed),
        (Reply::Body(200, "not xml".to_owned()), Failure::Malformed),
        (
            Reply::Body(200, "<DescribeVpcsResponse><vpcSet><item>".to_owned()),
            Failure::Malformed,
        ),
        (Reply::Body(500, page.to_owned()), Failure::Other),
        (Reply::Body(501, page.to_owned()), Failure::Unsupported),
        (Reply::Body(503, page.to_owned()), Failure::Other),
        (Reply::Body(403, page.to_owned()), Failure::Other),
        (Reply::Body(429, page.to_owned()), Failure::Throttled),
    ];
    for (reply, kind) in cases {
        let name = format!("{reply:?}");
        let (error, _) = failure([reply]).await;
        assert_eq!(error.kind, kind, "{name}: {error:?}");
        assert_eq!(error.code, None, "{name}");
        assert!(!error.message.is_empty(), "{name}");
    }
}

#[tokio::test]
async fn a_fault_that_passes_is_not_seen() {
    let vpcs = Reply::ok(
        "DescribeVpcs",
        "<vpcSet><item><vpcId>vpc-1</vpcId></item></vpcSet>",
    );
    for fault in [
        Reply::Close,
        Reply::error(503, "RequestLimitExceeded", "slow down"),
        Reply::Silence,
    ] {
        let stub = StubEc2::start().on("DescribeVpcs", [fault, vpcs.clone()]);
        let (result, pages) = run(&connected(&stub).await, Call::Vpcs, None).await;
        assert_eq!(result.unwrap().items, 1);
        assert_eq!(pages, [json!({ "Vpcs": [{ "VpcId": "vpc-1" }] })]);
    }
}

#[tokio::test]
async fn nobody_listens() {
    let address = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let connection = connect_as("stub", &format!("http://{address}"), limits())
        .await
        .unwrap();
    assert_eq!(
        connection.identity_failure().unwrap().kind,
        Failure::Network
    );
    let (result, _) = run(&connection, Call::Vpcs, None).await;
    assert_eq!(result.unwrap_err().kind, Failure::Network);
}

#[tokio::test]
async fn route_tables_look_as_the_cli_prints_them() {
    let page = shape(
        Call::RouteTables,
        None,
        "<routeTableSet><item><routeTableId>rtb-1</routeTableId><vpcId>vpc-1</vpcId><ownerId>111122223333</ownerId>
         <routeSet>
           <item><destinationCidrBlock>10.0.0.0/16</destinationCidrBlock><gatewayId>local</gatewayId>
             <state>active</state><origin>CreateRouteTable</origin></item>
           <item><destinationIpv6CidrBlock>::/0</destinationIpv6CidrBlock>
             <egressOnlyInternetGatewayId>eigw-1</egressOnlyInternetGatewayId><state>blackhole</state>
             <origin>CreateRoute</origin></item>
           <item><destinationPrefixListId>pl-1</destinationPrefixListId><gatewayId>vpce-1</gatewayId>
             <state>newer-than-us</state><origin>EnableVgwRoutePropagation</origin></item>
           <item><destinationCidrBlock>10.9.0.0/16</destinationCidrBlock><coreNetworkArn>arn:aws:core</coreNetworkArn>
             <instanceId>i-1</instanceId><instanceOwnerId>111122223333</instanceOwnerId>
             <networkInterfaceId>eni-1</networkInterfaceId></item>
         </routeSet>
         <associationSet><item><routeTableAssociationId>rtbassoc-1</routeTableAssociationId>
           <routeTableId>rtb-1</routeTableId><main>true</main>
           <associationState><state>associated</state></associationState></item></associationSet>
         <propagatingVgwSet><item><gatewayId>vgw-1</gatewayId></item></propagatingVgwSet>
         <tagSet><item><key>Name</key><value></value></item></tagSet></item></routeTableSet>",
    )
    .await;
    let expected = json!({ "RouteTables": [{
        "RouteTableId": "rtb-1", "VpcId": "vpc-1", "OwnerId": "111122223333",
        "Routes": [
            { "DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active",
              "Origin": "CreateRouteTable" },
            { "DestinationIpv6CidrBlock": "::/0", "EgressOnlyInternetGatewayId": "eigw-1", "State": "blackhole",
              "Origin": "CreateRoute" },
            { "DestinationPrefixListId": "pl-1", "GatewayId": "vpce-1", "State": "newer-than-us",
              "Origin": "EnableVgwRoutePropagation" },
            { "DestinationCidrBlock": "10.9.0.0/16", "CoreNetworkArn": "arn:aws:core", "InstanceId": "i-1",
              "InstanceOwnerId": "111122223333", "NetworkInterfaceId": "eni-1" }
        ],
        "Associations": [{ "RouteTableAssociationId": "rtbassoc-1", "RouteTableId": "rtb-1", "Main": true,
                           "AssociationState": { "State": "associated" } }],
        "PropagatingVgws": [{ "GatewayId": "vgw-1" }],
        "Tags": [{ "Key": "Name", "Value": "" }]
    }] });
    assert_eq!(page, expected);
}

#[tokio::test]
async fn endpoints_look_as_the_cli_prints_them() {
    let page = shape(
        Call::VpcEndpoints,
        None,
        "<vpcEndpointSet><item><vpcEndpointId>vpce-1</vpcEndpointId><vpcEndpointType>Interface</vpcEndpointType>
         <vpcId>vpc-1</vpcId><serviceName>com.amazonaws.eu-west-1.ec2</serviceName><state>available</state>
         <policyDocument>{&quot;Statement&quot;:[]}</policyDocument><routeTableIdSet/>
         <subnetIdSet><item>subnet-1</item></subnetIdSet>
         <groupSet><item><groupId>sg-1</groupId><groupName>default</groupName></item></groupSet>
         <privateDnsEnabled>true</privateDnsEnabled><requesterManaged>false</requesterManaged>
         <networkInterfaceIdSet><item>eni-1</item></networkInterfaceIdSet>
         <dnsEntrySet><item><dnsName>x.vpce.amazonaws.com</dnsName><hostedZoneId>Z1</hostedZoneId></item></dnsEntrySet>
         <creationTimestamp>2026-03-01T12:00:00.000Z</creationTimestamp></item></vpcEndpointSet>",
    )
    .await;
    let expected = json!({ "VpcEndpoints": [{
        "VpcEndpointId": "vpce-1", "VpcEndpointType": "Interface", "VpcId": "vpc-1",
        "ServiceName": "com.amazonaws.eu-west-1.ec2", "State": "available", "PolicyDocument": "{\"Statement\":[]}",
        "RouteTableIds": [], "SubnetIds": ["subnet-1"], "Groups": [{ "GroupId": "sg-1", "GroupName": "default" }],
        "PrivateDnsEnabled": true, "RequesterManaged": false, "NetworkInterfaceIds": ["eni-1"],
        "DnsEntries": [{ "DnsName": "x.vpce.amazonaws.com", "HostedZoneId": "Z1" }],
        "CreationTimestamp": "2026-03-01T12:00:00Z"
    }] });
    assert_eq!(page, expected);
}

#[tokio::test]
async fn interfaces_look_as_the_cli_prints_them() {
    let page = shape(
        Call::NetworkInterfaces,
        None,
        "<networkInterfaceSet><item><networkInterfaceId>eni-1</networkInterfaceId><subnetId>subnet-1</subnetId>
         <vpcId>vpc-1</vpcId><availabilityZone>eu-west-1a</availabilityZone><description>ELB app/web/1</description>
         <ownerId>111122223333</ownerId><requesterId>amazon-elb</requesterId><requesterManaged>true</requesterManaged>
         <status>in-use</status><interfaceType>interface</interfaceType><sourceDestCheck>false</sourceDestCheck>
         <groupSet><item><groupId>sg-1</groupId><groupName>web</groupName></item></groupSet>
         <attachment><attachmentId>ela-1</attachmentId><instanceOwnerId>amazon-elb</instanceOwnerId>
           <deviceIndex>1</deviceIndex><status>attached</status><deleteOnTermination>false</deleteOnTermination>
         </attachment>
         <association><publicIp>198.51.100.7</publicIp><ipOwnerId>amazon</ipOwnerId></association>
         <privateIpAddress>10.0.0.7</privateIpAddress>
         <privateIpAddressesSet><item><privateIpAddress>10.0.0.7</privateIpAddress><primary>true</primary></item>
         </privateIpAddressesSet>
         <ipv6AddressesSet><item><ipv6Address>2001:db8::7</ipv6Address></item></ipv6AddressesSet>
         <ipv4PrefixSet><item><ipv4Prefix>10.0.0.16/28</ipv4Prefix></item></ipv4PrefixSet>
         <tagSet/></item></networkInterfaceSet>",
    )
    .await;
    let expected = json!({ "NetworkInterfaces": [{
        "NetworkInterfaceId": "eni-1", "SubnetId": "subnet-1", "VpcId": "vpc-1", "AvailabilityZone": "eu-west-1a",
        "Description": "ELB app/web/1", "OwnerId": "111122223333", "RequesterId": "amazon-elb",
        "RequesterManaged": true, "Status": "in-use", "InterfaceType": "interface", "SourceDestCheck": false,
        "Groups": [{ "GroupId": "sg-1", "GroupName": "web" }],
        "Attachment": { "AttachmentId": "ela-1", "InstanceOwnerId": "amazon-elb", "DeviceIndex": 1,
                        "Status": "attached", "DeleteOnTermination": false },
        "Association": { "PublicIp": "198.51.100.7", "IpOwnerId": "amazon" },
        "PrivateIpAddress": "10.0.0.7",
        "PrivateIpAddresses": [{ "PrivateIpAddress": "10.0.0.7", "Primary": true }],
        "Ipv6Addresses": [{ "Ipv6Address": "2001:db8::7" }],
        "Ipv4Prefixes": [{ "Ipv4Prefix": "10.0.0.16/28" }],
        "TagSet": []
    }] });
    assert_eq!(page, expected);
}

#[tokio::test]
async fn security_groups_look_as_the_cli_prints_them() {
    let page = shape(
        Call::SecurityGroups,
        None,
        "<securityGroupInfo><item><groupId>sg-1</groupId><groupName>web</groupName><vpcId>vpc-1</vpcId>
         <ownerId>111122223333</ownerId><groupDescription>the web</groupDescription>
         <ipPermissions><item><ipProtocol>tcp</ipProtocol><fromPort>443</fromPort><toPort>443</toPort>
           <groups><item><userId>444455556666</userId><groupId>sg-2</groupId>
             <vpcPeeringConnectionId>pcx-1</vpcPeeringConnectionId><peeringStatus>active</peeringStatus></item></groups>
           <ipRanges><item><cidrIp>0.0.0.0/0</cidrIp><description>all</description></item></ipRanges>
           <ipv6Ranges><item><cidrIpv6>::/0</cidrIpv6></item></ipv6Ranges>
           <prefixListIds><item><prefixListId>pl-1</prefixListId></item></prefixListIds></item></ipPermissions>
         <ipPermissionsEgress><item><ipProtocol>-1</ipProtocol><groups/></item></ipPermissionsEgress>
         </item></securityGroupInfo>",
    )
    .await;
    let expected = json!({ "SecurityGroups": [{
        "GroupId": "sg-1", "GroupName": "web", "VpcId": "vpc-1", "OwnerId": "111122223333", "Description": "the web",
        "IpPermissions": [{
            "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443,
            "UserIdGroupPairs": [{ "UserId": "444455556666", "GroupId": "sg-2", "VpcPeeringConnectionId": "pcx-1",
                                   "PeeringStatus": "active" }],
            "IpRanges": [{ "CidrIp": "0.0.0.0/0", "Description": "all" }],
            "Ipv6Ranges": [{ "CidrIpv6": "::/0" }],
            "PrefixListIds": [{ "PrefixListId": "pl-1" }]
        }],
        "IpPermissionsEgress": [{ "IpProtocol": "-1", "UserIdGroupPairs": [] }]
    }] });
    assert_eq!(page, expected);
}

#[tokio::test]
async fn an_answer_without_its_parent_is_wrapped() {
    let page = shape(
        Call::TransitGatewayRoutes,
        Some("tgw-rtb-1"),
        "<routeSet><item><destinationCidrBlock>10.1.0.0/16</destinationCidrBlock><state>active</state>
         <type>propagated</type><transitGatewayAttachments><item><resourceId>vpc-1</resourceId>
         <transitGatewayAttachmentId>tgw-attach-1</transitGatewayAttachmentId><resourceType>vpc</resourceType></item>
         </transitGatewayAttachments></item></routeSet><additionalRoutesAvailable>false</additionalRoutesAvailable>",
    )
    .await;
    let expected = json!({
        "VpcAtlasParent": { "Kind": "transit-gateway-route-table", "Id": "tgw-rtb-1" },
        "Output": {
            "Routes": [{ "DestinationCidrBlock": "10.1.0.0/16", "State": "active", "Type": "propagated",
                         "TransitGatewayAttachments": [{ "ResourceId": "vpc-1", "ResourceType": "vpc",
                                                         "TransitGatewayAttachmentId": "tgw-attach-1" }] }],
            "AdditionalRoutesAvailable": false
        }
    });
    assert_eq!(page, expected);
}

#[tokio::test]
async fn routes_aws_holds_back_are_not_passed_over() {
    let api = "SearchTransitGatewayRoutes";
    let reply = Reply::ok(
        api,
        "<routeSet/><additionalRoutesAvailable>true</additionalRoutesAvailable>",
    );
    let stub = StubEc2::start().on(api, [reply]);
    let (result, _) = run(
        &connected(&stub).await,
        Call::TransitGatewayRoutes,
        Some("tgw-rtb-1"),
    )
    .await;
    assert!(result.unwrap().truncated);
    let asked = &stub.asked(api)[0].parameters;
    assert_eq!(asked["Filter.1.Name"], "state");
    assert_eq!(
        (
            asked["Filter.1.Value.1"].as_str(),
            asked["Filter.1.Value.2"].as_str()
        ),
        ("active", "blackhole")
    );
}

#[tokio::test]
async fn a_vpn_keeps_its_keys_to_itself() {
    let page = shape(
        Call::VpnConnections,
        None,
        "<vpnConnectionSet><item><vpnConnectionId>vpn-1</vpnConnectionId><state>available</state>
         <customerGatewayConfiguration>&lt;pre_shared_key&gt;hush&lt;/pre_shared_key&gt;</customerGatewayConfiguration>
         <options><staticRoutesOnly>true</staticRoutesOnly><tunnelOptionSet><item>
           <outsideIpAddress>203.0.113.9</outsideIpAddress><tunnelInsideCidr>169.254.10.0/30</tunnelInsideCidr>
           <preSharedKey>hush</preSharedKey></item></tunnelOptionSet></options>
         <vgwTelemetry><item><status>UP</status><outsideIpAddress>203.0.113.9</outsideIpAddress>
           <acceptedRouteCount>2</acceptedRouteCount></item></vgwTelemetry></item></vpnConnectionSet>",
    )
    .await;
    assert!(!page.to_string().contains("hush"), "{page}");
    let expected = json!({ "VpnConnections": [{
        "VpnConnectionId": "vpn-1", "State": "available",
        "Options": { "StaticRoutesOnly": true, "TunnelOptions": [
            { "OutsideIpAddress": "203.0.113.9", "TunnelInsideCidr": "169.254.10.0/30" }] },
        "VgwTelemetry": [{ "Status": "UP", "OutsideIpAddress": "203.0.113.9", "AcceptedRouteCount": 2 }]
    }] });
    assert_eq!(page, expected);
}

#[tokio::test]
async fn a_vpc_attribute_names_its_vpc() {
    let inner = "<vpcId>vpc-1</vpcId><enableDnsSupport><value>true</value></enableDnsSupport>";
    let page = shape(Call::VpcDnsSupport, Some("vpc-1"), inner).await;
    assert_eq!(
        page,
        json!({ "VpcId": "vpc-1", "EnableDnsSupport": { "Value": true } })
    );
}
