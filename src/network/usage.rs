//! Who uses a network interface, decoded from what AWS writes on it.

use super::facts::NetworkInterfaceFacts;
use super::key::{Id, Text};

/// Who uses a network interface.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum InterfaceUse {
    /// An instance.
    Instance(Id),
    /// A load balancer: its kind (`application`, `network`, `gateway`, `classic`) and name.
    LoadBalancer(Text, Text),
    /// A database of RDS, Aurora, Redshift or another service, with its service's name.
    Database(Text),
    /// A Lambda function, by name where AWS writes it.
    Lambda(Option<Text>),
    /// A NAT gateway.
    NatGateway(Option<Id>),
    /// An interface or gateway load balancer endpoint.
    Endpoint(Option<Id>),
    /// A transit gateway's attachment.
    TransitGateway(Option<Id>),
    /// A shared file system.
    FileSystem(Text),
    /// A cache cluster.
    Cache(Text),
    /// A container task or a cluster's control plane.
    Container(Text),
    /// A resolver endpoint of Route 53.
    Resolver(Option<Text>),
    /// A directory.
    Directory(Option<Text>),
    /// Another service, as AWS describes it.
    Service(Text),
    /// Attached to nothing.
    Nobody,
}

impl InterfaceUse {
    /// Decode the interface's type, description and requester. AWS documents the types; the descriptions are what
    /// its services are seen to write.
    pub fn of(facts: &NetworkInterfaceFacts) -> Self {
        let description = facts.description.value().map_or("", Text::as_str);
        let interface_type = facts.interface_type.value().map_or("", Text::as_str);
        let requester = facts.requester_id.value().map_or("", Text::as_str);
        let after = |prefix: &str| description.strip_prefix(prefix).map(str::trim);
        let id_in = |prefix: &str| {
            description
                .split(|c: char| c.is_whitespace() || c == ':' || c == ',')
                .find(|word| word.starts_with(prefix))
                .map(Id::from)
        };

        if let Some(Some(instance)) = facts.instance.value() {
            return Self::Instance(instance.clone());
        }
        if let Some(name) = after("ELB ") {
            return match name.split_once('/') {
                Some(("app", rest)) => Self::load_balancer("application", rest),
                Some(("net", rest)) => Self::load_balancer("network", rest),
                Some(("gwy", rest)) => Self::load_balancer("gateway", rest),
                _ => Self::load_balancer("classic", name),
            };
        }
        match interface_type {
            "nat_gateway" => return Self::NatGateway(id_in("nat-")),
            "vpc_endpoint" | "gateway_load_balancer_endpoint" => {
                return Self::Endpoint(id_in("vpce-"));
            }
            "transit_gateway" => return Self::TransitGateway(id_in("tgw-attach-")),
            "lambda" => return Self::lambda(description),
            "network_load_balancer" => return Self::load_balancer("network", description),
            "gateway_load_balancer" => return Self::load_balancer("gateway", description),
            "efs" => return Self::FileSystem(description.into()),
            _ => {}
        }
        if description.starts_with("AWS Lambda VPC ENI") {
            return Self::lambda(description);
        }
        if description.starts_with("Interface for NAT Gateway") {
            return Self::NatGateway(id_in("nat-"));
        }
        if description.starts_with("VPC Endpoint Interface") {
            return Self::Endpoint(id_in("vpce-"));
        }
        if description.contains("Transit Gateway Attachment") {
            return Self::TransitGateway(id_in("tgw-attach-"));
        }
        if description == "RDSNetworkInterface" {
            return Self::Database("RDS".into());
        }
        if description.starts_with("RedshiftNetworkInterface") {
            return Self::Database("Redshift".into());
        }
        if description.starts_with("DMSNetworkInterface") {
            return Self::Service("Database Migration Service".into());
        }
        if let Some(name) = after("ElastiCache ") {
            return Self::Cache(name.trim_start_matches('+').into());
        }
        if let Some(name) = after("EFS mount target for ") {
            return Self::FileSystem(name.into());
        }
        if let Some(name) = after("Amazon EKS ") {
            return Self::Container(Text::from(format!("EKS {name}")));
        }
        if description.starts_with("arn:aws:ecs:") || description.contains(":attachment/") {
            return Self::Container("ECS task".into());
        }
        if let Some(rest) = after("Route 53 Resolver:") {
            return Self::Resolver(rest.split(':').next().map(Text::from));
        }
        if let Some(rest) = after("AWS created network interface for directory ") {
            return Self::Directory(Some(rest.into()));
        }
        match requester {
            "amazon-elb" => return Self::load_balancer("classic", description),
            "amazon-rds" => return Self::Database("RDS".into()),
            "amazon-redshift" => return Self::Database("Redshift".into()),
            "amazon-elasticache" => return Self::Cache(description.into()),
            _ => {}
        }
        let managed = facts.requester_managed.value().copied().unwrap_or(false);
        if managed
            || !matches!(
                interface_type,
                "" | "interface" | "efa" | "trunk" | "branch"
            )
        {
            let words = [description, interface_type, requester];
            let words = words.into_iter().find(|word| !word.is_empty());
            return Self::Service(words.unwrap_or("an AWS service").into());
        }
        match facts.status.value().map(Text::as_str) {
            Some("available") => Self::Nobody,
            _ if description.is_empty() => Self::Service("unnamed interface".into()),
            _ => Self::Service(description.into()),
        }
    }

    fn load_balancer(kind: &str, name: &str) -> Self {
        // `app/NAME/HASH` without its first part: the hash says nothing to people.
        let name = name.trim_start_matches("net/").trim_start_matches("gwy/");
        Self::LoadBalancer(kind.into(), name.split('/').next().unwrap_or(name).into())
    }

    fn lambda(description: &str) -> Self {
        let name = description.strip_prefix("AWS Lambda VPC ENI-").map(|name| {
            // The function's name, then a UUID of five groups.
            let parts: Vec<&str> = name.split('-').collect();
            let kept = parts.len().saturating_sub(5).max(1);
            Text::from(parts[..kept.min(parts.len())].join("-"))
        });
        Self::Lambda(name.filter(|name| !name.is_empty()))
    }

    /// The kind of use, as a word or two.
    pub fn kind(&self) -> String {
        match self {
            Self::Instance(_) => "instance".into(),
            Self::LoadBalancer(kind, _) => format!("{kind} load balancer"),
            Self::Database(_) => "database".into(),
            Self::Lambda(_) => "Lambda function".into(),
            Self::NatGateway(_) => "NAT gateway".into(),
            Self::Endpoint(_) => "endpoint".into(),
            Self::TransitGateway(_) => "transit gateway attachment".into(),
            Self::FileSystem(_) => "file system".into(),
            Self::Cache(_) => "cache".into(),
            Self::Container(_) => "container".into(),
            Self::Resolver(_) => "resolver endpoint".into(),
            Self::Directory(_) => "directory".into(),
            Self::Service(_) => "service".into(),
            Self::Nobody => "unattached".into(),
        }
    }

    /// Which one, where it is known.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Instance(id) => Some(id.as_str()),
            Self::LoadBalancer(_, name)
            | Self::Database(name)
            | Self::FileSystem(name)
            | Self::Cache(name)
            | Self::Container(name)
            | Self::Service(name) => Some(name),
            Self::Lambda(name) | Self::Resolver(name) | Self::Directory(name) => name.as_deref(),
            Self::NatGateway(id) | Self::Endpoint(id) | Self::TransitGateway(id) => {
                id.as_ref().map(Id::as_str)
            }
            Self::Nobody => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::Known;

    fn interface(interface_type: &str, description: &str) -> NetworkInterfaceFacts {
        NetworkInterfaceFacts {
            interface_type: Known::Value(interface_type.into()),
            description: Known::Value(description.into()),
            status: Known::Value("in-use".into()),
            ..NetworkInterfaceFacts::default()
        }
    }

    #[test]
    fn owners_are_decoded_from_type_and_description() {
        for (interface_type, description, kind, name) in [
            (
                "interface",
                "ELB app/shop/50dc6c495c0c9188",
                "application load balancer",
                Some("shop"),
            ),
            (
                "network_load_balancer",
                "ELB net/edge/1",
                "network load balancer",
                Some("edge"),
            ),
            (
                "interface",
                "ELB old-one",
                "classic load balancer",
                Some("old-one"),
            ),
            ("interface", "RDSNetworkInterface", "database", Some("RDS")),
            (
                "lambda",
                "AWS Lambda VPC ENI-resize-images-0f1e2d3c-1111-2222-3333-444455556666",
                "Lambda function",
                Some("resize-images"),
            ),
            (
                "nat_gateway",
                "Interface for NAT Gateway nat-0a",
                "NAT gateway",
                Some("nat-0a"),
            ),
            (
                "vpc_endpoint",
                "VPC Endpoint Interface vpce-0b",
                "endpoint",
                Some("vpce-0b"),
            ),
            (
                "transit_gateway",
                "Network Interface for Transit Gateway Attachment tgw-attach-1",
                "transit gateway attachment",
                Some("tgw-attach-1"),
            ),
            (
                "interface",
                "EFS mount target for fs-1 (fsmt-2)",
                "file system",
                Some("fs-1 (fsmt-2)"),
            ),
            ("quicksight", "", "service", Some("quicksight")),
        ] {
            let decoded = InterfaceUse::of(&interface(interface_type, description));
            assert_eq!(decoded.kind(), kind, "{description}");
            assert_eq!(decoded.name(), name, "{description}");
        }
    }

    #[test]
    fn an_unattached_interface_has_no_user() {
        let mut facts = interface("interface", "spare");
        facts.status = Known::Value("available".into());
        assert_eq!(InterfaceUse::of(&facts), InterfaceUse::Nobody);
    }
}
