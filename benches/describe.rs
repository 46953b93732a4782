//! Describe output, from bytes in memory to a finished network.
//!
//! `cargo bench --no-default-features --bench describe`; the region is made here, printed as the AWS CLI prints it.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use serde_json::{Value, json};
use std::hint::black_box;
use vpc_atlas::network::Network;
use vpc_atlas::source::{InputFile, read, snapshot};

const ACCOUNT: &str = "123456789012";
const SUBNETS: u32 = 2_000;
const TABLES: u32 = 500;
const ROUTES: u32 = 10;
const INTERFACES: u32 = 6_000;
const GROUPS: u32 = 1_000;
const INSTANCES: u32 = 2_000;

fn id(prefix: &str, number: u32) -> String {
    format!("{prefix}-0{number:016x}")
}

fn tags(name: &str) -> Value {
    json!([
        {"Key": "Name", "Value": name},
        {"Key": "Environment", "Value": "production"},
        {"Key": "CostCenter", "Value": "4711"},
    ])
}

fn list(name: &str, count: u32, record: impl Fn(u32) -> Value) -> InputFile {
    let records: Vec<Value> = (0..count).map(record).collect();
    let value = json!({ (name): records });
    let mut text = Vec::new();
    let indent = serde_json::ser::PrettyFormatter::with_indent(b"    ");
    let mut printer = serde_json::Serializer::with_formatter(&mut text, indent);
    let outcome = serde::Serialize::serialize(&value, &mut printer);
    assert!(outcome.is_ok(), "plain data prints");
    InputFile::new(format!("{ACCOUNT}/eu-west-1/{name}.json"), text)
}

fn block(number: u32) -> String {
    format!("10.{}.{}.0/24", number / 256, number % 256)
}

fn vpc_of(number: u32) -> String {
    id("vpc", number % 20)
}

fn subnet(number: u32) -> Value {
    json!({
        "AvailabilityZoneId": format!("euw1-az{}", number % 3 + 1),
        "MapCustomerOwnedIpOnLaunch": false,
        "OwnerId": ACCOUNT,
        "AssignIpv6AddressOnCreation": false,
        "Ipv6CidrBlockAssociationSet": [],
        "Tags": tags(&format!("app-subnet-private{number}")),
        "SubnetArn": format!("arn:aws:ec2:eu-west-1:{ACCOUNT}:subnet/{}", id("subnet", number)),
        "EnableDns64": false,
        "Ipv6Native": false,
        "PrivateDnsNameOptionsOnLaunch": {
            "HostnameType": "ip-name",
            "EnableResourceNameDnsARecord": false,
            "EnableResourceNameDnsAAAARecord": false,
        },
        "SubnetId": id("subnet", number),
        "State": "available",
        "VpcId": vpc_of(number),
        "CidrBlock": block(number),
        "AvailableIpAddressCount": 240,
        "AvailabilityZone": format!("eu-west-1{}", ["a", "b", "c"][number as usize % 3]),
        "DefaultForAz": false,
        "MapPublicIpOnLaunch": false,
    })
}

fn route_table(number: u32) -> Value {
    let routes: Vec<Value> = (0..ROUTES)
        .map(|route| {
            json!({
                "DestinationCidrBlock": block(route * 700 + number),
                "TransitGatewayId": id("tgw", route),
                "Origin": "CreateRoute",
                "State": "active",
            })
        })
        .collect();
    let associations: Vec<Value> = (0..SUBNETS / TABLES)
        .map(|at| {
            json!({
                "Main": false,
                "RouteTableAssociationId": id("rtbassoc", number * 4 + at),
                "RouteTableId": id("rtb", number),
                "SubnetId": id("subnet", number * 4 + at),
                "AssociationState": {"State": "associated"},
            })
        })
        .collect();
    json!({
        "Associations": associations,
        "PropagatingVgws": [],
        "RouteTableId": id("rtb", number),
        "Routes": routes,
        "Tags": tags(&format!("app-rtb-private{number}")),
        "VpcId": vpc_of(number),
        "OwnerId": ACCOUNT,
    })
}

fn interface(number: u32) -> Value {
    let address = format!(
        "10.{}.{}.{}",
        number / 50_000,
        number / 200 % 256,
        number % 200 + 5
    );
    let name = format!(
        "ip-{}.eu-west-1.compute.internal",
        address.replace('.', "-")
    );
    json!({
        "Attachment": {
            "AttachTime": "2024-05-06T07:08:09+00:00",
            "AttachmentId": id("eni-attach", number),
            "DeleteOnTermination": true,
            "DeviceIndex": 0,
            "NetworkCardIndex": 0,
            "InstanceId": id("i", number),
            "InstanceOwnerId": ACCOUNT,
            "Status": "attached",
        },
        "AvailabilityZone": "eu-west-1a",
        "Description": "",
        "Groups": [{"GroupName": "app", "GroupId": id("sg", number % GROUPS)}],
        "InterfaceType": "interface",
        "Ipv6Addresses": [],
        "MacAddress": format!("02:00:00:{:02x}:{:02x}:01", number / 256 % 256, number % 256),
        "NetworkInterfaceId": id("eni", number),
        "OwnerId": ACCOUNT,
        "PrivateDnsName": name,
        "PrivateIpAddress": address,
        "PrivateIpAddresses": [
            {"Primary": true, "PrivateDnsName": name, "PrivateIpAddress": address},
        ],
        "RequesterManaged": false,
        "SourceDestCheck": true,
        "Status": "in-use",
        "SubnetId": id("subnet", number % SUBNETS),
        "TagSet": [],
        "VpcId": vpc_of(number),
    })
}

fn group(number: u32) -> Value {
    let rules = |count: u32| -> Vec<Value> {
        (0..count)
            .map(|rule| {
                json!({
                    "FromPort": 8000 + rule,
                    "IpProtocol": "tcp",
                    "IpRanges": [{"CidrIp": block(rule), "Description": "service"}],
                    "Ipv6Ranges": [],
                    "PrefixListIds": [],
                    "ToPort": 8000 + rule,
                    "UserIdGroupPairs": [
                        {"GroupId": id("sg", (number + rule) % GROUPS), "UserId": ACCOUNT},
                    ],
                })
            })
            .collect()
    };
    json!({
        "Description": "an application",
        "GroupName": format!("app-{number}"),
        "IpPermissions": rules(5),
        "OwnerId": ACCOUNT,
        "GroupId": id("sg", number),
        "IpPermissionsEgress": rules(1),
        "Tags": tags("app"),
        "VpcId": vpc_of(number),
    })
}

fn reservation(number: u32) -> Value {
    json!({
        "Groups": [],
        "Instances": [{
            "AmiLaunchIndex": 0,
            "ImageId": id("ami", 1),
            "InstanceId": id("i", number),
            "InstanceType": "m7g.large",
            "LaunchTime": "2024-05-06T07:08:09+00:00",
            "Monitoring": {"State": "disabled"},
            "Placement": {"AvailabilityZone": "eu-west-1a", "GroupName": "", "Tenancy": "default"},
            "PrivateDnsName": "ip-10-0-0-5.eu-west-1.compute.internal",
            "PrivateIpAddress": "10.0.0.5",
            "State": {"Code": 16, "Name": "running"},
            "SubnetId": id("subnet", number % SUBNETS),
            "VpcId": vpc_of(number),
            "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {
                "AttachTime": "2024-05-06T07:08:10+00:00",
                "DeleteOnTermination": true,
                "Status": "attached",
                "VolumeId": id("vol", number),
            }}],
            "NetworkInterfaces": [interface(number)],
            "SecurityGroups": [{"GroupName": "app", "GroupId": id("sg", number % GROUPS)}],
            "SourceDestCheck": true,
            "Tags": tags("worker"),
        }],
        "OwnerId": ACCOUNT,
        "ReservationId": id("r", number),
    })
}

fn region() -> Vec<InputFile> {
    let vpc = |number| {
        json!({
            "CidrBlock": "10.0.0.0/8", "DhcpOptionsId": id("dopt", 1), "State": "available",
            "VpcId": vpc_of(number), "OwnerId": ACCOUNT, "InstanceTenancy": "default",
            "IsDefault": false, "Tags": tags("app"),
        })
    };
    vec![
        list("Vpcs", 20, vpc),
        list("Subnets", SUBNETS, subnet),
        list("RouteTables", TABLES, route_table),
        list("NetworkInterfaces", INTERFACES, interface),
        list("SecurityGroups", GROUPS, group),
        list("Reservations", INSTANCES, reservation),
    ]
}

fn describe(criterion: &mut Criterion) {
    let files = region();
    let bytes = |files: &[InputFile]| -> u64 {
        files
            .iter()
            .map(|file| file.bytes.as_ref().map_or(0, Vec::len) as u64)
            .sum()
    };
    let mut group = criterion.benchmark_group("describe");
    group.sample_size(20);
    let finished = |files: &[InputFile]| {
        let network: Network = read(files);
        assert!(network.len() > 19, "the network is finished");
        network
    };
    group.throughput(Throughput::Bytes(bytes(&files)));
    group.bench_function("region", |bencher| {
        bencher.iter(|| finished(black_box(&files)));
    });
    for file in files
        .iter()
        .filter(|file| file.bytes.as_ref().map_or(0, Vec::len) > 100_000)
    {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        let one = std::slice::from_ref(file);
        group.throughput(Throughput::Bytes(bytes(one)));
        group.bench_with_input(BenchmarkId::new("file", name), one, |bencher, one| {
            bencher.iter(|| finished(black_box(one)));
        });
    }
    group.finish();

    let network = read(&files);
    let written = snapshot::write(&network);
    let mut group = criterion.benchmark_group("snapshot");
    group.sample_size(10);
    group.throughput(Throughput::Bytes(written.len() as u64));
    group.bench_function("write", |bencher| {
        bencher.iter(|| snapshot::write(black_box(&network)));
    });
    group.bench_function("read", |bencher| {
        bencher.iter(|| snapshot::read(black_box(&written), "snapshot").is_ok());
    });
    group.finish();
}

criterion_group!(benches, describe);
criterion_main!(benches);
