use super::substitute::{
    account, action, arn, id, interface, name, option, place, principal, service, system, tag_key,
    tag_value, text, word,
};
use super::{Meaning, Redact, policy};
use crate::network::{InterfaceUse, Known, NetworkInterfaceFacts, Text};

/// What is AWS's own stays.
#[test]
fn words_of_aws_stay() {
    for state in [
        "pending-acceptance",
        "available",
        "-1",
        "tcp",
        "80/64",
        "t3.micro",
        "",
    ] {
        assert_eq!(word(state), state);
    }
    for place_name in [
        "eu-west-1",
        "us-gov-east-1b",
        "us-west-2-lax-1a",
        "use1-az4",
        "",
    ] {
        assert_eq!(place(place_name), place_name);
    }
    for owner in ["AWS", "amazon", ""] {
        assert_eq!(account(owner), owner);
    }
    for service_name in [
        "com.amazonaws.eu-west-1.s3",
        "com.amazonaws.us-east-1.ecr.dkr",
        "com.amazonaws.global.cloudfront.origin-facing",
    ] {
        assert_eq!(service(service_name), service_name);
    }
    for key in [
        "Name",
        "cost-center",
        "aws:cloudformation:stack-name",
        "kubernetes.io/role/elb",
    ] {
        assert_eq!(tag_key(key), key);
    }
    for value in [
        "AmazonProvidedDNS",
        "ec2.internal",
        "eu-west-1.compute.internal",
        "2",
        "10.0.0.2",
    ] {
        assert_eq!(option(value), value);
    }
    assert_eq!(principal("amazon-elb"), "amazon-elb");
    assert_eq!(action("ec2:DescribeVpcs"), "ec2:DescribeVpcs");
    assert_eq!(name("default"), "default");
    assert_eq!(system("65000"), "65000");
}

/// The format is a promise: what was redacted by one version fits to what is redacted by the next.
#[test]
fn substitutes_are_the_same_on_every_machine_and_of_the_same_form() {
    assert_eq!(account("123456789012"), "217093549433");
    assert_eq!(id("vpc-0d4204df4a6e1f672"), "vpc-3257a0c61247fc2f0");
    assert_eq!(id("123456789012"), account("123456789012"));
    assert_eq!(name("acme-public-web"), "public-name-16ecc5b2151b");
    assert_eq!(tag_value("Name", "acme"), name("acme"));
    assert_eq!(
        arn("arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-0d4204df4a6e1f672"),
        format!(
            "arn:aws:ec2:eu-west-1:{}:vpc/{}",
            account("123456789012"),
            id("vpc-0d4204df4a6e1f672")
        )
    );
    assert_eq!(
        arn("arn:aws:iam::123456789012:role/team/alice"),
        format!(
            "arn:aws:iam::{}:role/{}/{}",
            account("123456789012"),
            name("team"),
            name("alice")
        )
    );
    assert_eq!(
        service("com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0"),
        format!(
            "com.amazonaws.vpce.eu-west-1.{}",
            id("vpce-svc-0123456789abcdef0")
        )
    );
}

/// Nothing of the text is left.
#[test]
fn what_people_wrote_is_gone() {
    let marked = "Acme-Secret";
    for text in [
        text(marked),
        name(marked),
        word("acme secret"),
        id(marked),
        arn(marked),
        place(marked),
        account(marked),
        principal("AROAEXAMPLE:acme-secret"),
        service("acme-secret"),
        tag_key(marked),
        tag_key("kubernetes.io/cluster/acme-secret"),
        tag_value("Team", marked),
        option("acme-secret.example.com"),
        option("acme-east-1.internal"),
        interface("ELB app/acme-secret/4b1f2c7de09a8356"),
        interface("acme secret"),
        system("acme"),
        action("acme secret"),
    ] {
        let lower = text.to_lowercase();
        assert!(
            !lower.contains("acme") && !lower.contains("secret"),
            "{text}"
        );
    }
    assert_eq!(word("x-123456789012").len(), "text-".len() + 12);
}

#[test]
fn who_uses_an_interface_is_told_as_before() {
    for (description, interface_type) in [
        ("ELB app/storefront/4b1f2c7de09a8356", "interface"),
        (
            "ELB net/storefront/4b1f2c7de09a8356",
            "network_load_balancer",
        ),
        ("ELB old-one", "interface"),
        (
            "AWS Lambda VPC ENI-order-events-3f6c1f0e-2b7d-4a55-9c1e-8f0a6d2b4e71",
            "lambda",
        ),
        ("AWS Lambda VPC ENI", "interface"),
        (
            "Interface for NAT Gateway nat-098232944f572b90b",
            "nat_gateway",
        ),
        (
            "VPC Endpoint Interface vpce-0123456789abcdef0",
            "vpc_endpoint",
        ),
        (
            "Network Interface for Transit Gateway Attachment tgw-attach-1",
            "transit_gateway",
        ),
        ("RDSNetworkInterface", "interface"),
        ("ElastiCache +shop-001", "interface"),
        ("EFS mount target for fs-0123 (fsmt-1)", "efs"),
        ("Amazon EKS shop", "interface"),
        (
            "arn:aws:ecs:eu-west-1:123456789012:attachment/3f6c1f0e",
            "interface",
        ),
        ("Route 53 Resolver: rslvr-in-1:rni-2", "interface"),
        (
            "AWS created network interface for directory d-1",
            "interface",
        ),
        ("Primary network interface", "interface"),
        ("", "interface"),
    ] {
        let mut facts = NetworkInterfaceFacts {
            description: Known::Value(description.into()),
            interface_type: Known::Value(interface_type.into()),
            status: Known::Value("in-use".into()),
            ..NetworkInterfaceFacts::default()
        };
        let before = InterfaceUse::of(&facts).kind();
        facts.redact(Meaning::Id);
        assert_eq!(InterfaceUse::of(&facts).kind(), before, "{description}");
    }
    let function =
        interface("AWS Lambda VPC ENI-order-events-3f6c1f0e-2b7d-4a55-9c1e-8f0a6d2b4e71");
    let facts = NetworkInterfaceFacts {
        description: Known::Value(function),
        ..NetworkInterfaceFacts::default()
    };
    let used = InterfaceUse::of(&facts);
    assert_eq!(used.name(), Some(name("order-events").as_str()));
    let gateway = interface("Interface for NAT Gateway nat-098232944f572b90b");
    assert!(
        gateway.ends_with(id("nat-098232944f572b90b").as_str()),
        "{gateway}"
    );
}

#[test]
fn policies_keep_what_they_allow() {
    let document = r#"{"Version":"2012-10-17","Statement":[{"Sid":"AcmeOnly","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:role/acme"},"Action":["s3:GetObject","s3:*"],"Resource":"arn:aws:s3:::acme-bucket/*","Condition":{"StringEquals":{"aws:PrincipalTag/Acme":"acme","aws:SourceVpc":"vpc-1"},"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}]}"#;
    let redacted = policy::policy(document);
    for kept in [
        r#""Version":"2012-10-17""#,
        r#""Effect":"Allow""#,
        r#"["s3:GetObject","s3:*"]"#,
        "StringEquals",
        "aws:SourceVpc",
        "10.0.0.0/8",
        "/*",
    ] {
        assert!(redacted.contains(kept), "{kept}: {redacted}");
    }
    assert!(redacted.contains(id("vpc-1").as_str()), "{redacted}");
    assert!(!redacted.to_lowercase().contains("acme") && !redacted.contains("123456789012"));
    let open = r#"{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}],"Version":"2008-10-17"}"#;
    assert_eq!(policy::policy(open), open);
    assert!(policy::policy("acme, no JSON").starts_with("text-"));
}

#[test]
fn lists_that_were_sorted_are_sorted() {
    let mut groups: Vec<Text> = (0..20).map(|at| format!("sg-{at:02}").into()).collect();
    groups.redact(Meaning::Id);
    assert!(groups.is_sorted());
    let mut order: Vec<Text> = vec!["sg-2".into(), "sg-1".into()];
    order.redact(Meaning::Id);
    assert_eq!(order, [id("sg-2"), id("sg-1")]);
}
