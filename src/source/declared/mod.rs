//! Resources as code declares them, to a network: what Terraform and CloudFormation have in common.
//!
//! Both name a resource by an address and give it members; a member is a value, or the id of another declared resource,
//! or not to be told from the file. Their names for the members are AWS's own, but for case and underscores, so that one
//! reader of each kind serves both. Things that are resources of their own in code and facts of another resource in the
//! network (a route, an association, a rule) are put where they belong once all resources are there.

mod book;
mod fields;
mod finish;
mod gather;
mod hosts;
mod security;
mod tables;
mod term;
mod transit;
mod vpc;
mod what;

pub(super) use term::{Members, Term, member};
pub(super) use what::What;

use crate::network::{Kind, Network, Text};
use book::Book;
use fields::Fields;
use gather::Gather;

/// Whose code it is, where that makes a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// Templates of CloudFormation: what is left out has AWS's default.
    CloudFormation,
    /// Terraform's own record: what is left out is not known.
    Terraform,
}

/// One declared resource.
#[derive(Clone, Debug)]
pub(super) struct Declaration {
    /// What code calls it: a logical id, an address.
    pub(super) address: Text,
    pub(super) what: What,
    /// AWS's id, where the resource stands already.
    pub(super) id: Option<Text>,
    pub(super) members: Members,
}

/// What one file declares, and what is known of it as a whole.
#[derive(Debug)]
pub(super) struct Declared<'f> {
    pub(super) dialect: Dialect,
    /// The file, as it is called in gaps.
    pub(super) place: &'f str,
    /// Stands before planned names, so that those of several files stay apart.
    pub(super) prefix: Text,
    pub(super) account: Option<Text>,
    pub(super) region: Option<Text>,
    pub(super) resources: Vec<Declaration>,
    /// Gaps found before.
    pub(super) gaps: Vec<crate::network::Gap>,
}

/// The network that these resources make.
pub(super) fn network(declared: &Declared<'_>) -> Network {
    let book = Book::new(declared);
    let mut gather = Gather::new(&book);
    // What stands in a subnet takes its zone and VPC from it, and parts need what they belong to.
    let turn = |what: What| match what.kind() {
        Some(Kind::Vpc | Kind::Subnet) if what.is_whole() => 0,
        _ if what.is_whole() => 1,
        _ => 2,
    };
    for now in 0..=2 {
        for declaration in &declared.resources {
            if turn(declaration.what) == now {
                read(declaration, &book, &mut gather);
            }
        }
    }
    finish::finish(gather)
}

fn read(declaration: &Declaration, book: &Book<'_>, gather: &mut Gather<'_>) {
    let Some(key) = book.name(declaration) else {
        return;
    };
    let f = &Fields::new(book, declaration, &key);
    match declaration.what {
        What::Vpc | What::DefaultVpc => vpc::vpc(f, gather),
        What::VpcBlock => vpc::vpc_block(f, gather),
        What::Subnet | What::DefaultSubnet => vpc::subnet(f, gather),
        What::SubnetBlock => vpc::subnet_block(f, gather),
        What::DhcpOptions => vpc::dhcp_options(f, gather),
        What::DhcpAssociation => vpc::dhcp_association(f, gather),
        What::EncryptionControl => vpc::encryption(f, gather),
        What::InternetGateway => vpc::internet_gateway(f, gather),
        What::EgressOnlyGateway => vpc::egress_only(f, gather),
        What::CarrierGateway => vpc::carrier_gateway(f, gather),
        What::GatewayAttachment => vpc::gateway_attachment(f, gather),
        What::NatGateway => vpc::nat_gateway(f, gather),
        What::ElasticIp => vpc::elastic_ip(f, gather),
        What::AddressAssociation => vpc::address_association(f, gather),
        What::FlowLog => vpc::flow_log(f, gather),
        What::RouteTable | What::DefaultRouteTable => tables::route_table(f, gather),
        What::Route => tables::route_resource(f, gather),
        What::TableAssociation => tables::association(f, gather),
        What::MainAssociation => tables::main_association(f, gather),
        What::Propagation => tables::propagation(f, gather),
        What::Endpoint => tables::endpoint(f, gather),
        What::EndpointTable => tables::endpoint_table(f, gather),
        What::EndpointSubnet => tables::endpoint_subnet(f, gather),
        What::EndpointGroup => tables::endpoint_group(f, gather),
        What::PrefixList => tables::prefix_list(f, gather),
        What::PrefixListEntry => tables::prefix_list_entry(f, gather),
        What::Peering => tables::peering(f, gather),
        What::PeeringAccepter => tables::peering_accepter(f, gather),
        What::NetworkAcl | What::DefaultNetworkAcl => security::network_acl(f, gather),
        What::AclEntry => security::acl_entry_resource(f, gather),
        What::AclAssociation => security::acl_association(f, gather),
        What::SecurityGroup | What::DefaultSecurityGroup => security::group(f, gather),
        What::IngressRule => security::rule_resource(f, gather, Some(false)),
        What::EgressRule => security::rule_resource(f, gather, Some(true)),
        What::GroupRule => security::rule_resource(f, gather, None),
        What::TransitGateway => transit::gateway(f, gather),
        What::TransitVpcAttachment => transit::vpc_attachment(f, gather),
        What::TransitPeering => transit::peering(f, gather),
        What::TransitConnect => transit::connect(f, gather),
        What::TransitTable => transit::table(f, gather),
        What::TransitAssociation => transit::association(f, gather),
        What::TransitPropagation => transit::propagation(f, gather),
        What::TransitRoute => transit::route(f, gather),
        What::VpnGateway => transit::vpn_gateway(f, gather),
        What::CustomerGateway => transit::customer_gateway(f, gather),
        What::VpnConnection => transit::vpn_connection(f, gather),
        What::VpnRoute => transit::vpn_route(f, gather),
        What::DirectConnectGateway => transit::direct_connect(f, gather),
        What::Instance => hosts::instance(f, gather),
        What::Interface => hosts::interface(f, gather),
        What::ResolverEndpoint => hosts::resolver(f, gather),
        What::Other => {}
    }
}
