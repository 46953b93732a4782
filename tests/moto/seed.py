#!/usr/bin/env python3
"""Fills an empty moto account with the network that the end-to-end tests read, and prints the ids made, as JSON.

    python tests/moto/seed.py --endpoint http://127.0.0.1:5000 [--region eu-central-1] [--route-tables 150]

One VPC with a secondary block and IPv6 in three zones (public, private and database subnets), an internet gateway, an
egress-only gateway, a NAT gateway per zone, a gateway endpoint, an interface endpoint, a peering, a transit gateway
with an attachment, a VPN gateway with a connection, a NACL of its own, DHCP options, a prefix list, a flow log,
security groups that refer to each other, instances; and as many further route tables as make up the number asked for,
so that pages matter. Nothing here depends on a clock or on chance, save the ids that moto draws.

boto3 comes with moto. Only an endpoint on this machine is accepted.
"""

import argparse
import json
import sys
from urllib.parse import urlsplit

import boto3
from botocore.config import Config


def tags(kind, name, **more):
    pairs = {"Name": name, "env": "test", **more}
    return [
        {
            "ResourceType": kind,
            "Tags": [{"Key": key, "Value": value} for key, value in pairs.items()],
        }
    ]


class Seed:
    def __init__(self, endpoint, region):
        self.region = region
        self.ec2 = boto3.client(
            "ec2",
            endpoint_url=endpoint,
            region_name=region,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
            config=Config(retries={"max_attempts": 1}, parameter_validation=True),
        )
        zones = self.ec2.describe_availability_zones()["AvailabilityZones"]
        self.zones = sorted(zone["ZoneName"] for zone in zones)[:3]
        self.made = {"region": region, "zones": self.zones}

    def run(self, route_tables):
        self.vpc()
        self.subnets()
        self.gateways()
        self.tables()
        self.security()
        self.endpoints()
        self.neighbours()
        self.workload()
        self.rest(route_tables)
        return self.made

    def vpc(self):
        ec2 = self.ec2
        vpc = ec2.create_vpc(
            CidrBlock="10.20.0.0/16",
            AmazonProvidedIpv6CidrBlock=True,
            TagSpecifications=tags("vpc", "shop", owner="platform"),
        )["Vpc"]["VpcId"]
        ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
        ec2.associate_vpc_cidr_block(VpcId=vpc, CidrBlock="100.64.0.0/20")
        options = ec2.create_dhcp_options(
            DhcpConfigurations=[
                {"Key": "domain-name", "Values": ["shop.internal"]},
                {"Key": "domain-name-servers", "Values": ["AmazonProvidedDNS"]},
            ],
            TagSpecifications=tags("dhcp-options", "shop-dhcp"),
        )["DhcpOptions"]["DhcpOptionsId"]
        ec2.associate_dhcp_options(DhcpOptionsId=options, VpcId=vpc)
        associations = ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"][0][
            "Ipv6CidrBlockAssociationSet"
        ]
        self.ipv6 = associations[0]["Ipv6CidrBlock"]
        self.made |= {"vpc": vpc, "dhcp_options": options, "ipv6": self.ipv6}

    def ipv6_subnet(self, number):
        """The numbered /64 of the VPC's /56."""
        start = self.ipv6.split("/")[0].removesuffix("::").split(":")
        start = (start + ["0"] * 4)[:4]
        start[3] = f"{int(start[3], 16) + number:x}"
        return ":".join(start) + "::/64"

    def subnets(self):
        self.by_tier = {"public": [], "private": [], "database": []}
        for index, zone in enumerate(self.zones):
            for tier_index, tier in enumerate(self.by_tier):
                block = (
                    f"100.64.{index}.0/24"
                    if tier == "database"
                    else f"10.20.{16 * (3 * tier_index + index)}.0/20"
                )
                request = {
                    "VpcId": self.made["vpc"],
                    "AvailabilityZone": zone,
                    "CidrBlock": block,
                    "TagSpecifications": tags(
                        "subnet", f"shop-{tier}-{zone}", tier=tier
                    ),
                }
                if tier != "database":
                    request["Ipv6CidrBlock"] = self.ipv6_subnet(3 * tier_index + index)
                subnet = self.ec2.create_subnet(**request)["Subnet"]["SubnetId"]
                self.by_tier[tier].append(subnet)
                if tier == "public":
                    self.ec2.modify_subnet_attribute(
                        SubnetId=subnet, MapPublicIpOnLaunch={"Value": True}
                    )
        self.made["subnets"] = self.by_tier

    def gateways(self):
        ec2, vpc = self.ec2, self.made["vpc"]
        internet = ec2.create_internet_gateway(
            TagSpecifications=tags("internet-gateway", "shop-igw")
        )["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=internet, VpcId=vpc)
        egress = ec2.create_egress_only_internet_gateway(
            VpcId=vpc,
            TagSpecifications=tags("egress-only-internet-gateway", "shop-eigw"),
        )["EgressOnlyInternetGateway"]["EgressOnlyInternetGatewayId"]
        nats, addresses = [], []
        for zone, subnet in zip(self.zones, self.by_tier["public"]):
            address = ec2.allocate_address(
                Domain="vpc", TagSpecifications=tags("elastic-ip", f"shop-nat-{zone}")
            )["AllocationId"]
            nats.append(
                ec2.create_nat_gateway(
                    SubnetId=subnet,
                    AllocationId=address,
                    TagSpecifications=tags("natgateway", f"shop-nat-{zone}"),
                )["NatGateway"]["NatGatewayId"]
            )
            addresses.append(address)
        self.made |= {
            "internet_gateway": internet,
            "egress_only": egress,
            "nat_gateways": nats,
            "addresses": addresses,
        }

    def table(self, name):
        return self.ec2.create_route_table(
            VpcId=self.made["vpc"], TagSpecifications=tags("route-table", name)
        )["RouteTable"]["RouteTableId"]

    def route(self, table, **route):
        self.ec2.create_route(RouteTableId=table, **route)

    def tables(self):
        made, tables = self.made, {"private": [], "database": []}
        public = self.table("shop-rtb-public")
        self.route(
            public,
            DestinationCidrBlock="0.0.0.0/0",
            GatewayId=made["internet_gateway"],
        )
        self.route(
            public,
            DestinationIpv6CidrBlock="::/0",
            GatewayId=made["internet_gateway"],
        )
        tables["public"] = [public]
        for subnet in self.by_tier["public"]:
            self.ec2.associate_route_table(RouteTableId=public, SubnetId=subnet)
        for index, zone in enumerate(self.zones):
            private = self.table(f"shop-rtb-private-{zone}")
            self.route(
                private,
                DestinationCidrBlock="0.0.0.0/0",
                NatGatewayId=made["nat_gateways"][index],
            )
            self.route(
                private,
                DestinationIpv6CidrBlock="::/0",
                EgressOnlyInternetGatewayId=made["egress_only"],
            )
            self.ec2.associate_route_table(
                RouteTableId=private, SubnetId=self.by_tier["private"][index]
            )
            tables["private"].append(private)
        # The database subnet of the last zone is left to the main table: an implicit association.
        database = self.table("shop-rtb-database")
        for subnet in self.by_tier["database"][:2]:
            self.ec2.associate_route_table(RouteTableId=database, SubnetId=subnet)
        tables["database"].append(database)
        made["route_tables"] = tables

    def security(self):
        ec2, made = self.ec2, self.made
        groups = {}
        for name in ["web", "app", "database", "endpoint"]:
            groups[name] = ec2.create_security_group(
                GroupName=f"shop-{name}",
                Description=f"shop {name} tier",
                VpcId=made["vpc"],
                TagSpecifications=tags("security-group", f"shop-{name}"),
            )["GroupId"]

        def allow(group, port, **source):
            ec2.authorize_security_group_ingress(
                GroupId=groups[group],
                IpPermissions=[
                    {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **source}
                ],
            )

        allow(
            "web",
            443,
            IpRanges=[{"CidrIp": "0.0.0.0/0", "Description": "the world"}],
            Ipv6Ranges=[{"CidrIpv6": "::/0"}],
        )
        allow("app", 8080, UserIdGroupPairs=[{"GroupId": groups["web"]}])
        allow("database", 5432, UserIdGroupPairs=[{"GroupId": groups["app"]}])
        allow("endpoint", 443, IpRanges=[{"CidrIp": "10.20.0.0/16"}])

        acl = ec2.create_network_acl(
            VpcId=made["vpc"], TagSpecifications=tags("network-acl", "shop-database")
        )["NetworkAcl"]["NetworkAclId"]
        for egress in [False, True]:
            ec2.create_network_acl_entry(
                NetworkAclId=acl,
                RuleNumber=100,
                Protocol="6",
                RuleAction="allow",
                Egress=egress,
                CidrBlock="10.20.0.0/16",
                PortRange=(
                    {"From": 1024, "To": 65535} if egress else {"From": 5432, "To": 5432}
                ),
            )
        # A subnet always has a NACL: the association that is there is replaced.
        current = ec2.describe_network_acls(
            Filters=[{"Name": "vpc-id", "Values": [made["vpc"]]}]
        )["NetworkAcls"]
        wanted = set(self.by_tier["database"])
        for association in [a for one in current for a in one["Associations"]]:
            if association["SubnetId"] in wanted:
                ec2.replace_network_acl_association(
                    AssociationId=association["NetworkAclAssociationId"],
                    NetworkAclId=acl,
                )
        made |= {"security_groups": groups, "network_acl": acl}

    def endpoints(self):
        made = self.made
        tables = made["route_tables"]
        gateway = self.ec2.create_vpc_endpoint(
            VpcId=made["vpc"],
            VpcEndpointType="Gateway",
            ServiceName=f"com.amazonaws.{self.region}.s3",
            RouteTableIds=tables["private"] + tables["database"],
            TagSpecifications=tags("vpc-endpoint", "shop-s3"),
        )["VpcEndpoint"]["VpcEndpointId"]
        interface = self.ec2.create_vpc_endpoint(
            VpcId=made["vpc"],
            VpcEndpointType="Interface",
            ServiceName=f"com.amazonaws.{self.region}.secretsmanager",
            SubnetIds=self.by_tier["private"],
            SecurityGroupIds=[made["security_groups"]["endpoint"]],
            PrivateDnsEnabled=True,
            TagSpecifications=tags("vpc-endpoint", "shop-secretsmanager"),
        )["VpcEndpoint"]["VpcEndpointId"]
        made["endpoints"] = {"gateway": gateway, "interface": interface}

    def neighbours(self):
        ec2, made = self.ec2, self.made
        private, public = made["route_tables"]["private"], made["route_tables"]["public"]
        other = ec2.create_vpc(
            CidrBlock="10.30.0.0/16", TagSpecifications=tags("vpc", "analytics")
        )["Vpc"]["VpcId"]
        peering = ec2.create_vpc_peering_connection(
            VpcId=made["vpc"],
            PeerVpcId=other,
            TagSpecifications=tags("vpc-peering-connection", "shop-analytics"),
        )["VpcPeeringConnection"]["VpcPeeringConnectionId"]
        ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=peering)
        for table in private:
            self.route(
                table,
                DestinationCidrBlock="10.30.0.0/16",
                VpcPeeringConnectionId=peering,
            )
        transit = ec2.create_transit_gateway(
            Description="hub", TagSpecifications=tags("transit-gateway", "hub")
        )["TransitGateway"]["TransitGatewayId"]
        attachment = ec2.create_transit_gateway_vpc_attachment(
            TransitGatewayId=transit,
            VpcId=made["vpc"],
            SubnetIds=self.by_tier["private"],
            TagSpecifications=tags("transit-gateway-attachment", "shop-hub"),
        )["TransitGatewayVpcAttachment"]["TransitGatewayAttachmentId"]
        hub_tables = ec2.describe_transit_gateway_route_tables(
            Filters=[{"Name": "transit-gateway-id", "Values": [transit]}]
        )["TransitGatewayRouteTables"]
        hub_table = hub_tables[0]["TransitGatewayRouteTableId"]
        ec2.create_transit_gateway_route(
            DestinationCidrBlock="10.20.0.0/16",
            TransitGatewayRouteTableId=hub_table,
            TransitGatewayAttachmentId=attachment,
        )
        ec2.create_transit_gateway_route(
            DestinationCidrBlock="10.99.0.0/16",
            TransitGatewayRouteTableId=hub_table,
            Blackhole=True,
        )
        prefixes = ec2.create_managed_prefix_list(
            PrefixListName="offices",
            AddressFamily="IPv4",
            MaxEntries=5,
            Entries=[
                {"Cidr": "192.168.10.0/24", "Description": "Zurich"},
                {"Cidr": "192.168.20.0/24", "Description": "Oslo"},
            ],
            TagSpecifications=tags("prefix-list", "offices"),
        )["PrefixList"]["PrefixListId"]
        for table in private:
            self.route(
                table, DestinationPrefixListId=prefixes, TransitGatewayId=transit
            )
        vpn = ec2.create_vpn_gateway(
            Type="ipsec.1", TagSpecifications=tags("vpn-gateway", "shop-vgw")
        )["VpnGateway"]["VpnGatewayId"]
        ec2.attach_vpn_gateway(VpnGatewayId=vpn, VpcId=made["vpc"])
        customer = ec2.create_customer_gateway(
            Type="ipsec.1",
            PublicIp="203.0.113.10",
            BgpAsn=65010,
            TagSpecifications=tags("customer-gateway", "office"),
        )["CustomerGateway"]["CustomerGatewayId"]
        connection = ec2.create_vpn_connection(
            Type="ipsec.1", CustomerGatewayId=customer, VpnGatewayId=vpn
        )["VpnConnection"]["VpnConnectionId"]
        self.route(public[0], DestinationCidrBlock="172.20.0.0/16", GatewayId=vpn)
        made |= {
            "other_vpc": other,
            "peering": peering,
            "transit_gateway": transit,
            "transit_gateway_attachment": attachment,
            "transit_gateway_route_table": hub_table,
            "prefix_list": prefixes,
            "vpn_gateway": vpn,
            "customer_gateway": customer,
            "vpn_connection": connection,
        }

    def workload(self):
        ec2, made = self.ec2, self.made
        image = ec2.describe_images()["Images"][0]["ImageId"]
        instances = []
        for index, subnet in enumerate(self.by_tier["private"]):
            instances.append(
                ec2.run_instances(
                    ImageId=image,
                    InstanceType="t3.micro",
                    MinCount=1,
                    MaxCount=1,
                    SubnetId=subnet,
                    SecurityGroupIds=[made["security_groups"]["app"]],
                    TagSpecifications=tags("instance", f"shop-app-{index + 1}"),
                )["Instances"][0]["InstanceId"]
            )
        interface = ec2.create_network_interface(
            SubnetId=self.by_tier["public"][0],
            Description="shop appliance",
            Groups=[made["security_groups"]["web"]],
            TagSpecifications=tags("network-interface", "shop-appliance"),
        )["NetworkInterface"]["NetworkInterfaceId"]
        log = ec2.create_flow_logs(
            ResourceType="VPC",
            ResourceIds=[made["vpc"]],
            TrafficType="ALL",
            LogDestinationType="cloud-watch-logs",
            LogGroupName="shop-flow",
            DeliverLogsPermissionArn="arn:aws:iam::123456789012:role/flow",
        )
        if log.get("Unsuccessful"):
            raise RuntimeError(f"flow log refused: {log['Unsuccessful']}")
        made |= {
            "instances": instances,
            "network_interface": interface,
            "flow_logs": log["FlowLogIds"],
        }

    def rest(self, route_tables):
        """Further tables of the VPC, each with a route, until the VPC has as many as asked for, the main one counted."""
        made = self.made
        have = 1 + sum(len(ids) for ids in made["route_tables"].values())
        spare = []
        for number in range(max(0, route_tables - have)):
            table = self.table(f"shop-spare-{number:03}")
            self.route(
                table,
                DestinationCidrBlock=f"10.{100 + number // 250}.{number % 250}.0/24",
                TransitGatewayId=made["transit_gateway"],
            )
            spare.append(table)
        made["route_tables"]["spare"] = spare


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--region", default="eu-central-1")
    parser.add_argument("--route-tables", type=int, default=150)
    options = parser.parse_args()
    if urlsplit(options.endpoint).hostname not in ("127.0.0.1", "localhost", "::1"):
        sys.exit(f"seed.py: {options.endpoint} is not on this machine")
    made = Seed(options.endpoint, options.region).run(options.route_tables)
    json.dump(made, sys.stdout, indent=2, sort_keys=True)
    print()


if __name__ == "__main__":
    main()
