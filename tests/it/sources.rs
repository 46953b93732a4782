//! Infrastructure code as a source: a design written as a template and read back is the design, a state file of a
//! network is that network, and what such files do not tell is said.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use vpc_atlas::design::{Design, Ipv6, Severity, Surroundings, plan, validate};
use vpc_atlas::export::code::{Form, cloudformation};
use vpc_atlas::network::{
    Coverage, Id, Key, Kind, Known, Network, RouteTableFacts, SubnetFacts, Target, Topology,
    VpcEndpointFacts, VpcFacts,
};
use vpc_atlas::source::{InputFile, read, snapshot};
use vpc_atlas::steps::between;

use crate::support::structure::Structure;
use crate::support::{designs, state};

pub(crate) fn gaps(network: &Network) -> Vec<String> {
    network.gaps().iter().map(ToString::to_string).collect()
}

fn of(name: &str, text: &str) -> Network {
    read(&[InputFile::new(name, text)])
}

fn subnet<'n>(network: &'n Network, id: &str) -> &'n SubnetFacts {
    network
        .facts(&Id::Planned(id.into()))
        .unwrap_or_else(|| panic!("no subnet {id}"))
}

fn planned(kind: Kind, id: &str) -> Key {
    Key::new(kind, Id::Planned(id.into()))
}

fn template_of(design: &Design, form: Form) -> Option<String> {
    let network = plan(design);
    let graph = between(&Network::new(), &network).ok()?;
    let code = cloudformation(&graph, &network, form).ok()?;
    Some(code.files[0].text.clone())
}

/// What a template does not tell, and a design knows.
const NOT_IN_TEMPLATES: &[(&str, &str, &str)] = &[
    // (kind, field, why)
    (
        "route-table",
        "tags",
        "a table that comes with a VPC is not tagged by CloudFormation",
    ),
    (
        "network-acl",
        "tags",
        "an ACL that comes with a VPC is not tagged by CloudFormation",
    ),
    (
        "security-group",
        "tags",
        "a group that comes with a VPC is not tagged by CloudFormation",
    ),
    (
        "vpc",
        "encryption_exclusions",
        "CloudFormation has not all of the exclusions",
    ),
    (
        "transit-gateway",
        "tags",
        "a transit gateway that stands elsewhere is a parameter",
    ),
];

/// The side of a peering whose VPC stands elsewhere: neither a template nor a state tells its blocks. Everything else of it
/// they do.
fn is_side_elsewhere(kind: &str, field: &str, mine: &Value, theirs: Option<&Value>) -> bool {
    let sides = ["requester", "accepter"];
    let Some(theirs) =
        theirs.filter(|_| kind == "vpc-peering-connection" && sides.contains(&field))
    else {
        return false;
    };
    let mut told = mine.clone();
    told["cidrs"] = json!([]);
    told == *theirs
}

fn is_sound(design: &Design) -> bool {
    let problems = validate(design, &Surroundings::default());
    problems.iter().all(|it| it.severity != Severity::High)
}

fn round_trip(design: &Design, text: &str, name: &str) {
    let before = plan(design);
    let after = of(name, text);
    let (before, after) = (Structure::of(&before), Structure::of(&after));
    let allowed = |kind: &str, field: &str, mine: &Value, theirs: Option<&Value>| {
        is_side_elsewhere(kind, field, mine, theirs)
            || NOT_IN_TEMPLATES
                .iter()
                .any(|(held, name, _)| *held == kind && *name == field)
    };
    let differences = before.differences(&after, &allowed);
    assert!(
        differences.is_empty(),
        "{name}:\n{}",
        differences.join("\n")
    );
}

#[test]
fn a_design_comes_back_from_its_template() {
    let mut count = 0;
    let mut all: Vec<Design> = (0..120).map(designs::design).collect();
    all.retain(is_sound);
    all.push(crate::cloudformation::small());
    all.push(crate::cloudformation::everything());
    for design in &all {
        for (form, name) in [(Form::Yaml, "stack.yaml"), (Form::Json, "stack.json")] {
            let Some(text) = template_of(design, form) else {
                continue;
            };
            count += 1;
            round_trip(design, &text, name);
        }
    }
    assert!(count > 100, "{count} templates");
}

#[test]
fn both_forms_are_the_same_network() {
    let design = crate::cloudformation::everything();
    let yaml = template_of(&design, Form::Yaml).unwrap();
    let json = template_of(&design, Form::Json).unwrap();
    assert_eq!(of("a.template", &yaml), of("a.template", &json));
}

const HAND_WRITTEN: &str = r#"
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Environment: {Type: String, Default: prod}
  Owner: {Type: String}
  Cidr: {Type: String, Default: 10.7.0.0/16}
  Hub: {Type: "AWS::EC2::TransitGateway::Id"}
  Azs: {Type: Number, Default: 2}
Mappings:
  Sizes:
    prod: {bits: 12}
    test: {bits: 8}
Conditions:
  IsProd: !Equals [!Ref Environment, prod]
  IsTest: !Not [!Condition IsProd]
  IsWide: !And [!Condition IsProd, !Equals [!Ref Azs, 3]]
  IsOwned: !Equals [!Ref Owner, me]
Resources:
  Vpc:
    Type: AWS::EC2::VPC
    Properties:
      CidrBlock: !Ref Cidr
      Tags:
        - {Key: Name, Value: !Sub "${Environment}-vpc"}
        - {Key: Stack, Value: !Sub "${AWS::StackName}"}
  A:
    Type: AWS::EC2::Subnet
    Properties:
      VpcId: !Ref Vpc
      AvailabilityZone: !Select [0, !GetAZs ""]
      CidrBlock: !Select [0, !Cidr [!GetAtt Vpc.CidrBlock, 4, !FindInMap [Sizes, !Ref Environment, bits]]]
      MapPublicIpOnLaunch: true
      Tags: [{Key: Name, Value: !Join ["-", [!Ref Environment, a]]}]
  B:
    Type: AWS::EC2::Subnet
    Properties:
      VpcId: !Ref Vpc
      AvailabilityZone: !Select [1, "Fn::GetAZs": !Ref "AWS::Region"]
      CidrBlock: !Select [3, !Cidr [!GetAtt Vpc.CidrBlock, 4, 12]]
  C:
    Type: AWS::EC2::Subnet
    Condition: IsWide
    Properties: {VpcId: !Ref Vpc, CidrBlock: 10.7.200.0/24}
  D:
    Type: AWS::EC2::Subnet
    Condition: IsOwned
    Properties: {VpcId: !Ref Vpc, CidrBlock: 10.7.201.0/24, AvailabilityZone: !GetAtt A.AvailabilityZone}
  Igw: {Type: "AWS::EC2::InternetGateway"}
  Attachment:
    Type: AWS::EC2::VPCGatewayAttachment
    Properties: {VpcId: !Ref Vpc, InternetGatewayId: !Ref Igw}
  Table: {Type: "AWS::EC2::RouteTable", Properties: {VpcId: !Ref Vpc}}
  Default:
    Type: AWS::EC2::Route
    Properties:
      RouteTableId: !Ref Table
      DestinationCidrBlock: 0.0.0.0/0
      GatewayId: !If [IsProd, !Ref Igw, !Ref "AWS::NoValue"]
  ToHub:
    Type: AWS::EC2::Route
    Properties: {RouteTableId: !GetAtt Table.RouteTableId, DestinationCidrBlock: 10.0.0.0/8, TransitGatewayId: !Ref Hub}
  ToShared:
    Type: AWS::EC2::Route
    Properties:
      RouteTableId: !Ref Table
      DestinationCidrBlock: 172.16.0.0/12
      VpcPeeringConnectionId: !ImportValue shared-peering
  ToNowhere:
    Type: AWS::EC2::Route
    Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 192.168.0.0/16, NatGatewayId: !Ref Gone}
  Tie:
    Type: AWS::EC2::SubnetRouteTableAssociation
    Properties: {SubnetId: !Ref A, RouteTableId: !Ref Table}
  S3:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      VpcId: !Ref Vpc
      ServiceName: !Sub "com.amazonaws.${AWS::Region}.s3"
      RouteTableIds: [!Ref Table]
  Web:
    Type: AWS::EC2::SecurityGroup
    Properties:
      VpcId: !Ref Vpc
      GroupDescription: web
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: 443, ToPort: "443", CidrIp: 0.0.0.0/0}
  FromWeb:
    Type: AWS::EC2::SecurityGroupIngress
    Properties:
      GroupId: !GetAtt Web.GroupId
      IpProtocol: 6
      FromPort: 22
      ToPort: 22
      SourceSecurityGroupId: !Ref Web
"#;

#[test]
fn functions_and_conditions_are_solved() {
    let network = of("eu-west-1/stack.yaml", HAND_WRITTEN);
    let vpc: &VpcFacts = network.facts(&Id::Planned("Vpc".into())).unwrap();
    assert_eq!(
        vpc.primary_cidr,
        Known::Value("10.7.0.0/16".parse().unwrap())
    );
    let block = |id| subnet(&network, id).cidr_block.value().unwrap().unwrap();
    assert_eq!(block("A").to_string(), "10.7.0.0/20");
    assert_eq!(block("B").to_string(), "10.7.48.0/20");
    let zone = |id| subnet(&network, id).availability_zone.clone();
    assert_eq!(zone("A"), Known::Value("zone 1".into()));
    assert_eq!(zone("B"), Known::Value("zone 2".into()));
    assert_eq!(zone("D"), Known::Value("zone 1".into()));
    assert!(network.get(&planned(Kind::Subnet, "C")).is_none());
    let name = |key| network.get(&key).unwrap().tag("Name").map(str::to_owned);
    assert_eq!(name(planned(Kind::Vpc, "Vpc")).as_deref(), Some("prod-vpc"));
    assert_eq!(name(planned(Kind::Subnet, "A")).as_deref(), Some("prod-a"));
    let table: &RouteTableFacts = network.facts(&Id::Planned("Table".into())).unwrap();
    let routes: Vec<String> = table
        .routes
        .items()
        .iter()
        .map(|route| format!("{} {}", route.destination, route.target))
        .collect();
    assert_eq!(
        routes,
        [
            "0.0.0.0/0 Igw",
            "10.0.0.0/8 Hub",
            "10.7.0.0/16 local",
            "172.16.0.0/12 import shared-peering",
            "192.168.0.0/16 ${Gone}",
            "com.amazonaws.eu-west-1.s3 S3",
        ]
    );
    let endpoint: &VpcEndpointFacts = network.facts(&Id::Planned("S3".into())).unwrap();
    assert_eq!(
        endpoint.service_name,
        Known::Value("com.amazonaws.eu-west-1.s3".into())
    );
    let topology = Topology::of(&network);
    let a = planned(Kind::Subnet, "A");
    assert_eq!(
        topology.effective(&a).table(),
        Some(&planned(Kind::RouteTable, "Table"))
    );
    insta::assert_snapshot!(gaps(&network).join("\n"));
}

/// What a macro makes only AWS knows: wherever one stands, a gap says so, and what it may have made is not taken for
/// absent.
#[test]
fn what_macros_make_is_a_gap() {
    let template = |head: &str, more: &str, properties: &str| {
        format!(
            "{head}\nResources:\n  Vpc:\n    Type: AWS::EC2::VPC\n    Properties:\n      CidrBlock: 10.0.0.0/16\n\
             {properties}{more}"
        )
    };
    let include = "{Name: AWS::Include, Parameters: {Location: s3://a/b}}";
    for (text, said, lost) in [
        (
            template("Transform: Ours", "", ""),
            "Ours (a.yaml): what this macro makes of the template is not known",
            Kind::Subnet,
        ),
        (
            template(
                &format!("Transform: [AWS::LanguageExtensions, {include}]"),
                "",
                "",
            ),
            "AWS::Include (a.yaml): what this macro makes of the template is not known",
            Kind::RouteTable,
        ),
        (
            template(&format!("Fn::Transform: {include}"), "", ""),
            "AWS::Include (a.yaml): what this macro makes of the template is not known",
            Kind::Subnet,
        ),
        (
            template("", &format!("  Fn::Transform: {include}\n"), ""),
            "Fn::Transform (a.yaml): Fn::Transform makes resources here, and which is not known",
            Kind::Subnet,
        ),
        (
            template("", &format!("  A: {{Fn::Transform: {include}}}\n"), ""),
            "A (a.yaml): Fn::Transform makes a resource here, and which is not known",
            Kind::Subnet,
        ),
        (
            template(
                "Transform: AWS::LanguageExtensions",
                "  Fn::ForEach::Subnets:\n    - Name\n    - [a, b]\n    - \"S${Name}\": {Type: AWS::EC2::Subnet, \
                 Properties: {VpcId: !Ref Vpc}}\n",
                "",
            ),
            "Fn::ForEach::Subnets (a.yaml): Fn::ForEach makes resources here, and which is not known",
            Kind::Subnet,
        ),
        (
            template("", "", &format!("      Fn::Transform: {include}\n")),
            "Vpc (a.yaml): Fn::Transform makes properties here, and which is not known",
            Kind::Vpc,
        ),
        (
            template(
                "",
                "",
                &format!("      EnableDnsSupport: {{Fn::Transform: {include}}}\n"),
            ),
            "EnableDnsSupport (a.yaml, Vpc): Fn::Transform is not solved here",
            Kind::EgressOnlyInternetGateway,
        ),
        (
            template(
                "",
                "  Group:\n    Type: AWS::EC2::SecurityGroup\n    Properties:\n      VpcId: !Ref Vpc\n      \
                 GroupDescription: a\n      SecurityGroupIngress:\n        - IpProtocol: tcp\n          \
                 Fn::Transform: {Name: Ports}\n",
                "",
            ),
            "SecurityGroupIngress (a.yaml, Group): what Fn::Transform makes here is not known",
            Kind::EgressOnlyInternetGateway,
        ),
    ] {
        let network = of("a.yaml", &text);
        let found = gaps(&network);
        assert!(
            found.iter().any(|gap| gap.starts_with(said)),
            "{text}\n{found:#?}"
        );
        let (_, shard) = network.shards().next().unwrap();
        let wanted = match lost {
            Kind::EgressOnlyInternetGateway => Coverage::Complete,
            _ => Coverage::Partial,
        };
        assert_eq!(shard.coverage(lost), wanted, "{text}");
        assert!(network.get(&planned(Kind::Vpc, "Vpc")).is_some());
    }
    // Those that make no network say nothing, and what is not known of one is not taken for the usual.
    let text = template("Transform: AWS::Serverless-2016-10-31", "", "");
    assert_eq!(gaps(&of("a.yaml", &text)), [""; 0]);
    let text = template(
        "",
        "",
        &format!("      EnableDnsSupport: {{Fn::Transform: {include}}}\n"),
    );
    let network = of("a.yaml", &text);
    let vpc: &VpcFacts = network.facts(&Id::Planned("Vpc".into())).unwrap();
    assert!(vpc.enable_dns_support.is_unread());
}

#[test]
fn without_a_region_what_needs_one_is_unread() {
    let network = of("stack.yaml", HAND_WRITTEN);
    let endpoint: &VpcEndpointFacts = network.facts(&Id::Planned("S3".into())).unwrap();
    assert!(endpoint.service_name.is_unread());
    // That its table has a route to it is known all the same.
    let table: &RouteTableFacts = network.facts(&Id::Planned("Table".into())).unwrap();
    let endpoint = Target::Resource(planned(Kind::VpcEndpoint, "S3"));
    assert!(table.routes.items().iter().any(|it| it.target == endpoint));
    assert!(
        gaps(&network)
            .iter()
            .any(|gap| gap.contains("does not say its region"))
    );
}

#[test]
fn a_template_of_a_vpc_that_stands_is_part_of_it() {
    let text = r"
Resources:
  A:
    Type: AWS::EC2::Subnet
    Properties: {VpcId: !ImportValue net-vpc, CidrBlock: 10.0.1.0/24, AvailabilityZone: eu-west-1a}
";
    let network = of("stack.yml", text);
    let vpc = planned(Kind::Vpc, "import net-vpc");
    assert!(network.get(&vpc).is_some());
    assert_eq!(subnet(&network, "A").vpc, Known::Value(vpc.id.clone()),);
    let (scope, shard) = network.shards().next().unwrap();
    assert_eq!(scope.region.as_deref(), Some("eu-west-1"));
    assert_eq!(shard.coverage(Kind::Subnet), Coverage::Partial);
    insta::assert_snapshot!(gaps(&network).join("\n"));
}

#[test]
fn two_templates_stand_apart() {
    let text =
        "Resources:\n  Vpc:\n    Type: AWS::EC2::VPC\n    Properties: {CidrBlock: 10.0.0.0/16}\n";
    let files = [
        InputFile::new("a/net.yaml", text),
        InputFile::new("b/net.yaml", text),
        InputFile::new("k8s.yaml", "kind: Pod\n"),
    ];
    let network = read(&files);
    let ids: Vec<String> = network
        .of_kind(Kind::Vpc)
        .map(|vpc| vpc.key().id.to_string())
        .collect();
    assert_eq!(ids, ["a/net:Vpc", "b/net:Vpc"]);
}

#[test]
fn what_is_broken_is_one_sentence() {
    for (name, text, wanted) in [
        (
            "a.yaml",
            "# AWS::EC2\nResources:\n  A: [\n",
            "a.yaml: not YAML at line 4",
        ),
        (
            "a.yaml",
            "AWSTemplateFormatVersion: '2010-09-09'\nResources: &a\n  - *a\n",
            "a.yaml: an alias to what is not complete at line 3, column 5",
        ),
        (
            "a.json",
            r#"{"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"#,
            "a.json: the JSON breaks off",
        ),
        (
            "a.tfstate",
            r#"{"version": 3, "terraform_version": "0.11.14", "serial": 1, "modules": []}"#,
            "a.tfstate: it is Terraform state of version 3, and only version 4 is read; run `terraform state pull`",
        ),
        (
            "main.tf",
            "resource \"aws_vpc\" \"a\" {}",
            "main.tf: Terraform's configuration is not read",
        ),
        (
            "plan",
            "PK\u{3}\u{4}xxxxtfplan",
            "plan: it is a saved plan of Terraform; run `terraform show -json`",
        ),
    ] {
        let found = gaps(&of(name, text));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with(wanted), "{found:?}");
    }
}

/// A network as Terraform's state would hold it, and back.
#[test]
fn a_state_of_a_network_is_that_network() {
    let mut count = 0;
    for seed in 0..120 {
        let design = designs::design(seed);
        // The block that AWS chooses is in a state and in no design; what cannot be made is in no state.
        if !is_sound(&design) || design.vpcs.iter().any(|vpc| vpc.ipv6 == Ipv6::Amazon) {
            continue;
        }
        count += 1;
        let before = plan(&design);
        let text = state::of(&before).to_string();
        let after = of("terraform.tfstate", &text);
        let allowed = |kind: &str, field: &str, mine: &Value, theirs: Option<&Value>| {
            is_side_elsewhere(kind, field, mine, theirs)
                || state::NOT_IN_STATE
                    .iter()
                    .any(|(held, name, _)| (*held == kind || *held == "*") && *name == field)
        };
        let differences = Structure::of(&before).differences(&Structure::of(&after), &allowed);
        assert!(
            differences.is_empty(),
            "seed {seed}:\n{}",
            differences.join("\n")
        );
    }
    assert!(count > 40, "{count} states");
}

fn plan_of_two_zones() -> Value {
    let vpc = json!({"cidr_block": "10.0.0.0/16", "instance_tenancy": "default", "enable_dns_support": true});
    let resource = |kind: &str, name: &str, index: Value, values: Value| {
        let key = match &index {
            Value::Null => String::new(),
            other => format!("[{other}]"),
        };
        let mut it = json!({"address": format!("{kind}.{name}{key}"), "mode": "managed", "type": kind, "name": name,
            "values": values, "sensitive_values": {}});
        if !index.is_null() {
            it["index"] = index;
        }
        it
    };
    let change = |address: &str, unknown: Value| json!({"address": address, "change": {"actions": ["create"], "after_unknown": unknown, "after_sensitive": {}}});
    let mut resources = vec![
        resource("aws_vpc", "main", Value::Null, vpc),
        resource("aws_internet_gateway", "main", Value::Null, json!({})),
        resource("aws_route_table", "public", Value::Null, json!({})),
        resource(
            "aws_route_table",
            "odd",
            Value::Null,
            json!({"route": [{"cidr_block": "0.0.0.0/0"}]}),
        ),
    ];
    let mut changes = vec![
        change(
            "aws_vpc.main",
            json!({"id": true, "arn": true, "default_route_table_id": true, "ipv6_cidr_block": true}),
        ),
        change(
            "aws_internet_gateway.main",
            json!({"id": true, "vpc_id": true}),
        ),
        change(
            "aws_route_table.public",
            json!({"id": true, "vpc_id": true, "route": true}),
        ),
        change(
            "aws_route_table.odd",
            json!({"id": true, "vpc_id": true, "route": [{"gateway_id": true}]}),
        ),
    ];
    for (n, zone) in ["eu-west-1a", "eu-west-1b"].iter().enumerate() {
        let values = json!({"cidr_block": format!("10.0.{n}.0/24"), "availability_zone": zone,
            "map_public_ip_on_launch": true});
        resources.push(resource("aws_subnet", "a", json!(zone), values));
        resources.push(resource(
            "aws_route_table_association",
            "a",
            json!(zone),
            json!({}),
        ));
        changes.push(change(
            &format!("aws_subnet.a[\"{zone}\"]"),
            json!({"id": true, "vpc_id": true}),
        ));
        changes.push(change(
            &format!("aws_route_table_association.a[\"{zone}\"]"),
            json!({"id": true, "subnet_id": true, "route_table_id": true}),
        ));
    }
    resources.push(resource(
        "aws_route",
        "out",
        Value::Null,
        json!({"destination_cidr_block": "0.0.0.0/0"}),
    ));
    changes.push(change(
        "aws_route.out",
        json!({"id": true, "gateway_id": true, "route_table_id": true, "instance_id": true, "network_interface_id": true}),
    ));
    resources.push(resource(
        "aws_nat_gateway",
        "one",
        Value::Null,
        json!({"connectivity_type": "public"}),
    ));
    changes.push(change(
        "aws_nat_gateway.one",
        json!({"id": true, "subnet_id": true, "public_ip": true}),
    ));
    let refer = |texts: &[&str]| json!({"references": texts});
    let config = |kind: &str, name: &str, expressions: Value| {
        json!({"address": format!("{kind}.{name}"), "mode": "managed", "type": kind, "name": name,
            "expressions": expressions})
    };
    let vpc_id = refer(&["aws_vpc.main.id", "aws_vpc.main"]);
    json!({
        "format_version": "1.2", "terraform_version": "1.9.0",
        "planned_values": {"root_module": {"resources": resources}},
        "resource_changes": changes,
        "configuration": {
            "provider_config": {"aws": {"name": "aws", "expressions": {"region": {"constant_value": "eu-west-1"}}}},
            "root_module": {"resources": [
                config("aws_vpc", "main", json!({"cidr_block": {"constant_value": "10.0.0.0/16"}})),
                config("aws_internet_gateway", "main", json!({"vpc_id": vpc_id})),
                config("aws_route_table", "public", json!({"vpc_id": vpc_id})),
                config("aws_route_table", "odd", json!({"vpc_id": vpc_id, "route": [
                    {"cidr_block": {"constant_value": "0.0.0.0/0"},
                     "gateway_id": refer(&["aws_internet_gateway.main.id", "aws_internet_gateway.main"])}]})),
                config("aws_subnet", "a", json!({"vpc_id": vpc_id})),
                config("aws_route_table_association", "a", json!({
                    "subnet_id": refer(&["aws_subnet.a", "each.key"]),
                    "route_table_id": refer(&["aws_route_table.public.id", "aws_route_table.public"])})),
                config("aws_route", "out", json!({
                    "gateway_id": refer(&["aws_internet_gateway.main.id", "aws_internet_gateway.main"]),
                    "route_table_id": refer(&["aws_route_table.public.id", "aws_route_table.public"])})),
                config("aws_nat_gateway", "one", json!({"subnet_id": refer(&["aws_subnet.a", "local.first"])})),
            ]},
        },
    })
}

#[test]
fn a_plan_is_solved_by_its_configuration() {
    let network = of("plan.json", &plan_of_two_zones().to_string());
    let vpc = planned(Kind::Vpc, "aws_vpc.main");
    let topology = Topology::of(&network);
    for zone in ["eu-west-1a", "eu-west-1b"] {
        let id = format!("aws_subnet.a[\"{zone}\"]");
        assert_eq!(subnet(&network, &id).vpc, Known::Value(vpc.id.clone()));
        let key = planned(Kind::Subnet, &id);
        assert_eq!(
            topology.effective(&key).table(),
            Some(&planned(Kind::RouteTable, "aws_route_table.public"))
        );
    }
    for table in ["aws_route_table.public", "aws_route_table.odd"] {
        let table: &RouteTableFacts = network.facts(&Id::Planned(table.into())).unwrap();
        let out = table
            .routes
            .items()
            .iter()
            .find(|route| route.destination.to_string() == "0.0.0.0/0")
            .unwrap();
        assert_eq!(
            out.target,
            Target::Resource(planned(Kind::InternetGateway, "aws_internet_gateway.main"))
        );
    }
    let (scope, shard) = network.shards().next().unwrap();
    assert_eq!(scope.region.as_deref(), Some("eu-west-1"));
    assert_eq!(shard.coverage(Kind::Subnet), Coverage::Complete);
    assert_eq!(
        gaps(&network),
        [
            "subnet_id (plan.json, aws_nat_gateway.one): it is known after apply, and the plan does not tell which of several it is"
        ]
    );
}

/// A key that the two do not share, or an index that may be shifted, is no link.
#[test]
fn what_a_plan_does_not_tell_is_never_guessed() {
    for references in [
        json!(["aws_subnet.a"]),
        json!(["aws_subnet.a", "each.value"]),
        json!(["aws_subnet.a", "count.index"]),
        json!(["aws_subnet.a[\"eu-west-1c\"].id", "aws_subnet.a"]),
        json!(["aws_subnet.a[\"eu-west-1a\"].id", "aws_vpc.main.id"]),
        json!(["local.subnet"]),
        json!(["module.gone.subnet"]),
    ] {
        let mut plan = plan_of_two_zones();
        let resources = &mut plan["configuration"]["root_module"]["resources"];
        let nat = resources.as_array_mut().unwrap().last_mut().unwrap();
        nat["expressions"]["subnet_id"] = json!({ "references": references });
        let network = of("plan.json", &plan.to_string());
        let nat: &vpc_atlas::network::NatGatewayFacts = network
            .facts(&Id::Planned("aws_nat_gateway.one".into()))
            .unwrap();
        assert!(nat.subnet.is_unread(), "{references}: {:?}", nat.subnet);
        let gaps = gaps(&network);
        assert_eq!(gaps.len(), 1, "{gaps:?}");
        assert!(
            gaps[0].starts_with("subnet_id (plan.json, aws_nat_gateway.one)"),
            "{gaps:?}"
        );
    }
}

/// A plan without its configuration does not tell what any unknown value is: it is unread, and a gap says so.
#[test]
fn without_the_configuration_unknown_values_are_gaps() {
    let mut plan = plan_of_two_zones();
    plan.as_object_mut().unwrap().remove("configuration");
    let network = of("plan.json", &plan.to_string());
    let found = gaps(&network);
    for id in [
        "aws_subnet.a[\"eu-west-1a\"]",
        "aws_subnet.a[\"eu-west-1b\"]",
    ] {
        assert!(
            subnet(&network, id).vpc.is_unread(),
            "{:?}",
            subnet(&network, id).vpc
        );
        let wanted = format!("vpc_id (plan.json, {id}): it is known after apply");
        assert!(
            found.iter().any(|gap| gap.starts_with(&wanted)),
            "{found:#?}"
        );
    }
    let nat: &vpc_atlas::network::NatGatewayFacts = network
        .facts(&Id::Planned("aws_nat_gateway.one".into()))
        .unwrap();
    assert!(nat.subnet.is_unread(), "{:?}", nat.subnet);
    let table: &RouteTableFacts = network
        .facts(&Id::Planned("aws_route_table.public".into()))
        .unwrap();
    assert!(table.routes.is_unread(), "{:?}", table.routes);
    // What is to be associated with which table is not known, so no table says that it has none.
    let (_, shard) = network.shards().next().unwrap();
    assert_eq!(shard.coverage(Kind::RouteTable), Coverage::Partial);
}

/// A block that `dynamic` writes stands in no configuration: what is not known of it is not known.
#[test]
fn a_dynamic_block_is_a_gap() {
    let mut plan = plan_of_two_zones();
    let resources = &mut plan["configuration"]["root_module"]["resources"];
    let resources = resources.as_array_mut().unwrap();
    let odd = resources.iter_mut().find(|it| it["name"] == "odd").unwrap();
    odd["expressions"].as_object_mut().unwrap().remove("route");
    let found = gaps(&of("plan.json", &plan.to_string()));
    let wanted = "gateway_id (plan.json, aws_route_table.odd): it is known after apply, and the plan does not hold where \
                  it comes from";
    assert!(found.iter().any(|gap| gap == wanted), "{found:#?}");
}

/// A plan that broke off, or that leaves something for the next one, does not hold everything.
#[test]
fn a_plan_that_is_not_complete_says_so() {
    for (name, value, kind, said) in [
        (
            "errored",
            json!(true),
            Kind::Subnet,
            "the plan broke off with an error",
        ),
        (
            "complete",
            json!(false),
            Kind::NatGateway,
            "the plan is one of several",
        ),
        (
            "deferred_changes",
            json!([{"reason": "instance_count_unknown", "resource_change":
                {"address": "aws_subnet.later", "type": "aws_subnet", "change": {}}}]),
            Kind::Subnet,
            "Terraform leaves it for the next plan",
        ),
    ] {
        let mut plan = plan_of_two_zones();
        plan[name] = value;
        let network = of("plan.json", &plan.to_string());
        let found = gaps(&network);
        assert!(found.iter().any(|gap| gap.contains(said)), "{found:#?}");
        let (_, shard) = network.shards().next().unwrap();
        assert_eq!(shard.coverage(kind), Coverage::Partial, "{name}");
    }
}

/// An index of one's own may be shifted, and a plan does not tell, though both sides count alike.
#[test]
fn a_count_on_both_sides_is_no_link() {
    let subnet = |number: usize| {
        json!({"address": format!("aws_subnet.a[{number}]"), "mode": "managed", "type": "aws_subnet", "name": "a",
            "index": number, "values": {"cidr_block": format!("10.0.{number}.0/24")}})
    };
    let nat = |number: usize| {
        json!({"address": format!("aws_nat_gateway.a[{number}]"), "mode": "managed", "type": "aws_nat_gateway",
            "name": "a", "index": number, "values": {"connectivity_type": "private"}})
    };
    let unknown = |address: String| json!({"address": address, "change": {"after_unknown": {"id": true, "subnet_id": true, "vpc_id": true}}});
    let changes: Vec<Value> = (0..2)
        .flat_map(|it| {
            [
                format!("aws_subnet.a[{it}]"),
                format!("aws_nat_gateway.a[{it}]"),
            ]
        })
        .map(unknown)
        .collect();
    let plan = json!({
        "format_version": "1.2", "terraform_version": "1.9.0",
        "planned_values": {"root_module": {"resources": [subnet(0), subnet(1), nat(0), nat(1)]}},
        "resource_changes": changes,
        "configuration": {"root_module": {"resources": [
            {"address": "aws_subnet.a", "expressions": {}},
            {"address": "aws_nat_gateway.a", "expressions": {
                "subnet_id": {"references": ["aws_subnet.a", "count.index"]}}},
        ]}},
    });
    let network = of("plan.json", &plan.to_string());
    for number in 0..2 {
        let nat: &vpc_atlas::network::NatGatewayFacts = network
            .facts(&Id::Planned(format!("aws_nat_gateway.a[{number}]").into()))
            .unwrap();
        assert!(nat.subnet.is_unread(), "{:?}", nat.subnet);
    }
}

#[test]
fn modules_are_followed() {
    let plan = json!({
        "format_version": "1.2", "terraform_version": "1.9.0",
        "planned_values": {"root_module": {"child_modules": [
            {"address": "module.net", "resources": [
                {"address": "module.net.aws_vpc.this[0]", "mode": "managed", "type": "aws_vpc", "name": "this", "index": 0,
                 "values": {"cidr_block": "10.0.0.0/16"}}]},
            {"address": "module.sub", "resources": [
                {"address": "module.sub.aws_subnet.this", "mode": "managed", "type": "aws_subnet", "name": "this",
                 "values": {"cidr_block": "10.0.0.0/24"}}]},
        ]}},
        "resource_changes": [
            {"address": "module.net.aws_vpc.this[0]", "change": {"after_unknown": {"id": true}}},
            {"address": "module.sub.aws_subnet.this", "change": {"after_unknown": {"id": true, "vpc_id": true}}},
        ],
        "configuration": {"root_module": {"module_calls": {
            "net": {"module": {
                "outputs": {"vpc_id": {"expression": {"references": ["aws_vpc.this[0].id", "aws_vpc.this[0]", "aws_vpc.this"]}}},
                "resources": [{"address": "aws_vpc.this", "expressions": {}}]}},
            "sub": {
                "expressions": {"vpc": {"references": ["module.net.vpc_id", "module.net"]}},
                "module": {"resources": [
                    {"address": "aws_subnet.this", "expressions": {"vpc_id": {"references": ["var.vpc"]}}}]}},
        }}},
    });
    let network = of("plan.json", &plan.to_string());
    assert_eq!(
        subnet(&network, "module.sub.aws_subnet.this").vpc,
        Known::Value(Id::Planned("module.net.aws_vpc.this[0]".into()))
    );
}

/// Nothing that Terraform marks, and no secret of a kind that is read, gets into the network.
#[test]
fn secrets_stay_out() {
    let secret = "hunter2hunter2";
    let state = json!({
        "version": 4, "terraform_version": "1.9.0", "serial": 1, "lineage": "x",
        "resources": [
            {"mode": "managed", "type": "aws_vpn_connection", "name": "a", "instances": [{"attributes": {
                "id": "vpn-0123456789abcdef0", "customer_gateway_id": "cgw-0123456789abcdef0",
                "tunnel1_preshared_key": secret, "customer_gateway_configuration": secret, "vgw_telemetry": []}}]},
            {"mode": "managed", "type": "aws_instance", "name": "a", "instances": [{"attributes": {
                "id": "i-0123456789abcdef0", "user_data": secret, "password_data": secret, "instance_type": "t3.micro"}}]},
            {"mode": "managed", "type": "aws_db_instance", "name": "a", "instances": [{"attributes": {
                "id": "db", "password": secret}}]},
            {"mode": "managed", "type": "aws_security_group", "name": "a", "instances": [{
                "sensitive_attributes": [[{"type": "get_attr", "value": "description"}]],
                "attributes": {"id": "sg-0123456789abcdef0", "description": secret, "ingress": [], "egress": []}}]},
        ],
    });
    let network = of("terraform.tfstate", &state.to_string());
    assert_eq!(network.len(), 3);
    let written = snapshot::write(&network);
    assert!(!String::from_utf8(written).unwrap().contains(secret));
    assert!(
        gaps(&network)
            .iter()
            .any(|gap| gap.contains("Terraform marks it as sensitive"))
    );
}

/// Broken, cut and changed files of all kinds give a network, and never a panic.
#[test]
fn cut_and_changed_files_are_read() {
    let everything = crate::cloudformation::everything();
    let texts = [
        ("a.yaml", HAND_WRITTEN.to_owned()),
        ("b.yaml", template_of(&everything, Form::Yaml).unwrap()),
        ("b.json", template_of(&everything, Form::Json).unwrap()),
        (
            "c.tfstate",
            state::of(&plan(&designs::design(3))).to_string(),
        ),
        ("d.json", plan_of_two_zones().to_string()),
    ];
    let mut random = designs::Random::new(5);
    let words: BTreeMap<usize, &str> = [
        "null", "[]", "{}", "\"\"", "!Ref", "*a", "&a", ": ", "-1", "\u{0}", "${", "}",
    ]
    .into_iter()
    .enumerate()
    .collect();
    for (name, text) in &texts {
        for round in 0..60 {
            let mut bytes = text.clone().into_bytes();
            if round % 3 == 0 {
                bytes.truncate(random.below(bytes.len()));
            }
            for _ in 0..random.below(4) {
                let at = random.below(bytes.len() + 1).min(bytes.len());
                let end = (at + random.below(12)).min(bytes.len());
                let word = words[&random.below(words.len())];
                bytes.splice(at..end, word.bytes());
                if bytes.is_empty() {
                    break;
                }
            }
            let network = read(&[InputFile::new(*name, bytes)]);
            let _ = (network.gaps(), Topology::of(&network));
            let written = snapshot::write(&network);
            assert_eq!(snapshot::read(&written, "x").unwrap(), network);
        }
    }
}
