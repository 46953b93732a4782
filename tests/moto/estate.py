#!/usr/bin/env python3
"""Makes three accounts of an Organization in an empty moto, with VPCs in several regions, and prints what boto3 then counts.

    python tests/moto/estate.py --endpoint http://127.0.0.1:5000 [--regions eu-west-1,us-east-1] [--vpcs 5]

The first account is the one that any keys are of; the others are reached through the role ROLE. In each account and region
are as many VPCs as asked for, each with subnets, an internet gateway, route tables, a security group and a network
interface; every second one has a NAT gateway and an endpoint; the first of a region is peered with the second, and attached
to a transit gateway. Names and numbers differ from place to place, so that nothing can be taken for something else.

Printed is JSON: accounts, and for each account and region how many of each kind boto3 lists, to the last page, and for each
VPC how many subnets, route tables and NAT gateways. Only an endpoint on this machine is accepted.
"""

import argparse
import json
import sys
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

ROLE = "OrganizationAccountAccessRole"

# Kinds in the program's words; the call of boto3, and the member that holds the list.
LISTS = {
    "vpc": ("describe_vpcs", "Vpcs"),
    "subnet": ("describe_subnets", "Subnets"),
    "route-table": ("describe_route_tables", "RouteTables"),
    "internet-gateway": ("describe_internet_gateways", "InternetGateways"),
    "natgateway": ("describe_nat_gateways", "NatGateways"),
    "vpc-endpoint": ("describe_vpc_endpoints", "VpcEndpoints"),
    "vpc-peering-connection": ("describe_vpc_peering_connections", "VpcPeeringConnections"),
    "transit-gateway": ("describe_transit_gateways", "TransitGateways"),
    "transit-gateway-attachment": ("describe_transit_gateway_attachments", "TransitGatewayAttachments"),
    "transit-gateway-route-table": ("describe_transit_gateway_route_tables", "TransitGatewayRouteTables"),
    "network-acl": ("describe_network_acls", "NetworkAcls"),
    "security-group": ("describe_security_groups", "SecurityGroups"),
    "network-interface": ("describe_network_interfaces", "NetworkInterfaces"),
    "elastic-ip": ("describe_addresses", "Addresses"),
    "availability-zone": ("describe_availability_zones", "AvailabilityZones"),
}


class Estate:
    def __init__(self, endpoint):
        self.endpoint = endpoint
        self.base = boto3.Session(
            aws_access_key_id="testing", aws_secret_access_key="testing", region_name="us-east-1"
        )
        self.own = self.of(self.base, "sts", "us-east-1").get_caller_identity()["Account"]
        self.sessions = {self.own: self.base}

    def of(self, session, service, region):
        return session.client(
            service,
            region_name=region,
            endpoint_url=self.endpoint,
            config=Config(retries={"max_attempts": 1}),
        )

    def organize(self, members):
        organizations = self.of(self.base, "organizations", "us-east-1")
        organizations.create_organization(FeatureSet="ALL")
        for name in members:
            status = organizations.create_account(AccountName=name, Email=f"{name}@example.com")
            account = status["CreateAccountStatus"]["AccountId"]
            role = f"arn:aws:iam::{account}:role/{ROLE}"
            keys = self.of(self.base, "sts", "us-east-1").assume_role(
                RoleArn=role, RoleSessionName="estate"
            )["Credentials"]
            self.sessions[account] = boto3.Session(
                aws_access_key_id=keys["AccessKeyId"],
                aws_secret_access_key=keys["SecretAccessKey"],
                aws_session_token=keys["SessionToken"],
            )

    def fill(self, account, region, place, vpcs):
        ec2 = self.of(self.sessions[account], "ec2", region)
        zones = [z["ZoneName"] for z in ec2.describe_availability_zones()["AvailabilityZones"]][:2]
        made = []
        for at in range(vpcs):
            block = f"10.{place}.{at * 16}.0/20"
            name = [{"Key": "Name", "Value": f"{account}-{region}-{at}"}]
            vpc = ec2.create_vpc(CidrBlock=block)["Vpc"]["VpcId"]
            ec2.create_tags(Resources=[vpc], Tags=name + [{"Key": "at", "Value": str(at)}])
            subnets = [
                ec2.create_subnet(
                    VpcId=vpc, CidrBlock=f"10.{place}.{at * 16 + n}.0/24", AvailabilityZone=zones[n % len(zones)]
                )["Subnet"]["SubnetId"]
                for n in range(1 + at % 4)
            ]
            gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
            ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
            table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
            ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
            ec2.associate_route_table(RouteTableId=table, SubnetId=subnets[0])
            group = ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]
            ec2.create_network_interface(SubnetId=subnets[0], Groups=[group])
            if at % 2:
                address = ec2.allocate_address(Domain="vpc")["AllocationId"]
                ec2.create_nat_gateway(SubnetId=subnets[0], AllocationId=address)
                ec2.create_vpc_endpoint(
                    VpcId=vpc, ServiceName=f"com.amazonaws.{region}.s3", RouteTableIds=[table]
                )
            made.append((vpc, subnets))
        if len(made) > 1:
            ec2.create_vpc_peering_connection(VpcId=made[0][0], PeerVpcId=made[1][0])
        hub = ec2.create_transit_gateway(Description="hub")["TransitGateway"]["TransitGatewayId"]
        for vpc, subnets in made[:2]:
            ec2.create_transit_gateway_vpc_attachment(TransitGatewayId=hub, VpcId=vpc, SubnetIds=subnets[:1])

    def counts(self, account, region):
        ec2 = self.of(self.sessions[account], "ec2", region)
        lists = {kind: every(ec2, *call) for kind, call in LISTS.items()}
        vpcs = {
            vpc["VpcId"]: {
                kind: sum(1 for item in lists[kind] if item["VpcId"] == vpc["VpcId"])
                for kind in ("subnet", "route-table", "natgateway")
            }
            for vpc in lists["vpc"]
        }
        return {"kinds": {kind: len(items) for kind, items in lists.items()}, "vpcs": vpcs}


def every(ec2, call, member):
    items, token = [], None
    while True:
        page = getattr(ec2, call)(**({"NextToken": token} if token else {}))
        items += page[member]
        token = page.get("NextToken")
        if not token:
            return items


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--regions", default="eu-central-1,eu-west-1,us-east-1,ap-southeast-2")
    parser.add_argument("--vpcs", type=int, default=5)
    args = parser.parse_args()
    if urlsplit(args.endpoint).hostname not in ("127.0.0.1", "localhost"):
        sys.exit("only an endpoint on this machine is accepted")
    estate = Estate(args.endpoint)
    estate.organize(["shop", "data"])
    regions = args.regions.split(",")
    places = [(account, region) for account in estate.sessions for region in regions]
    for place, (account, region) in enumerate(places):
        estate.fill(account, region, place + 1, args.vpcs)
    counted = {f"{account} {region}": estate.counts(account, region) for account, region in places}
    json.dump({"role": ROLE, "accounts": list(estate.sessions), "places": counted}, sys.stdout)


if __name__ == "__main__":
    main()
