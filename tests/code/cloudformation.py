#!/usr/bin/env python3
"""Reads templates as CloudFormation's own tools do, and creates a stack on an EC2 that runs on this machine (moto).

    python tests/code/cloudformation.py same template.json template.yaml
    python tests/code/cloudformation.py create http://127.0.0.1:5000 --region us-east-1 --out FOLDER < template.json

`same` ends with status 1 where cfn-lint's reader does not find the same in both files.

`create` takes out of the template what moto's CloudFormation does not know (the tables below say what and why), creates
the rest as a stack, and writes what EC2 then describes into FOLDER, one `describe-….json` a call, as `vpc-atlas` reads
them. It prints one JSON object: `{"status", "why", "taken_out": {TYPE: COUNT}, "made": COUNT}`. Transit gateways that
parameters ask for are made first.

boto3 and cfn-lint are in the virtual environment of tests/run. Only an endpoint on this machine is accepted.
"""

import argparse
import json
import sys
from urllib.parse import urlsplit

# What moto 5.2.5 makes nothing for, without a word. All but the first four it can make by calls.
UNKNOWN = {
    "AWS::EC2::VPCEncryptionControl": "moto has no encryption controls",
    "AWS::EC2::VPNGatewayRoutePropagation": "moto has no propagation of routes",
    "AWS::EC2::GatewayRouteTableAssociation": "moto associates tables with subnets only",
    "AWS::EC2::SubnetCidrBlock": "moto has no such resource in stacks",
    "AWS::EC2::VPCCidrBlock": "moto has no such resource in stacks",
    "AWS::EC2::EgressOnlyInternetGateway": "moto has no such resource in stacks",
    "AWS::EC2::TransitGatewayAttachment": "moto has no such resource in stacks",
    "AWS::EC2::VPCDHCPOptionsAssociation": "moto has no such resource in stacks",
    "AWS::EC2::NetworkAcl": "moto has no such resource in stacks",
    "AWS::EC2::NetworkAclEntry": "moto has no such resource in stacks",
    "AWS::EC2::SubnetNetworkAclAssociation": "moto has no such resource in stacks",
    "AWS::Route53Resolver::ResolverEndpoint": "moto has no such resource in stacks",
}

# Properties that come from what is taken out, and are taken out alone: a subnet can be without them.
OF_IPV6 = ("Ipv6CidrBlock", "AssignIpv6AddressOnCreation")

CALLS = {
    "vpcs": "Vpcs",
    "subnets": "Subnets",
    "route_tables": "RouteTables",
    "internet_gateways": "InternetGateways",
    "nat_gateways": "NatGateways",
    "addresses": "Addresses",
    "vpc_endpoints": "VpcEndpoints",
    "security_groups": "SecurityGroups",
    "vpc_peering_connections": "VpcPeeringConnections",
    "vpn_gateways": "VpnGateways",
    "flow_logs": "FlowLogs",
}


def named(value):
    """The logical ids that a value refers to."""
    if isinstance(value, list):
        return set().union(*map(named, value)) if value else set()
    if not isinstance(value, dict):
        return set()
    if set(value) == {"Ref"}:
        return {value["Ref"]}
    if set(value) == {"Fn::GetAtt"}:
        return {value["Fn::GetAtt"][0]}
    return set().union(*map(named, value.values())) if value else set()


def is_unknown(resource, resources):
    properties = resource.get("Properties", {})
    if resource["Type"] in UNKNOWN:
        return True
    if "DestinationIpv6CidrBlock" in properties and resource["Type"] == "AWS::EC2::Route":
        return True  # moto's stacks make routes of version 4 only
    if properties.get("AvailabilityMode") == "regional":
        return True  # moto knows zonal NAT gateways only
    if resource["Type"] == "AWS::EC2::Subnet":
        # A subnet of a further block, which moto's stacks do not give a VPC, is told by what it waits for.
        waits = [resources[it]["Properties"] for it in resource.get("DependsOn", []) if it in resources]
        return any("CidrBlock" in it for it in waits if "VpcId" in it)
    if resource["Type"] == "AWS::EC2::VPCPeeringConnection":
        return "PeerRoleArn" in properties  # the other account is not on the server
    return False


def without_unknown(template):
    """The template without what moto does not know, and how much of each type that is."""
    resources = template["Resources"]
    gone = {name for name, it in resources.items() if is_unknown(it, resources)}
    while True:
        before = len(gone)
        for name, resource in resources.items():
            properties = resource.get("Properties", {})
            for field in list(properties):
                value = properties[field]
                if field in OF_IPV6:
                    del properties[field]
                elif isinstance(value, list):
                    # A list is shorter; an empty one has nothing left to be about.
                    kept = [item for item in value if not named(item) & gone]
                    if value and not kept:
                        gone.add(name)
                    properties[field] = kept
                elif named(value) & gone:
                    gone.add(name)
        if len(gone) == before:
            break
    counts = {}
    for name in sorted(gone):
        kind = resources.pop(name)["Type"]
        counts[kind] = counts.get(kind, 0) + 1
    for resource in resources.values():
        waits = [it for it in resource.get("DependsOn", []) if it in resources]
        resource.pop("DependsOn", None)
        if waits:
            resource["DependsOn"] = waits
    for name, output in list(template.get("Outputs", {}).items()):
        if named(output) & gone:
            del template["Outputs"][name]
    return template, counts


def associate(ec2, template, made):
    """moto's stacks note associations of tables and subnets where describe-route-tables does not see them. They are made
    by calls, with the ids that the template's references lead to."""
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::EC2::SubnetRouteTableAssociation":
            properties = resource["Properties"]
            ids = {name: made[properties[name]["Ref"]] for name in ("RouteTableId", "SubnetId")}
            ec2.associate_route_table(**ids)


def create(endpoint, region, out):
    import boto3
    from botocore.exceptions import ClientError

    if urlsplit(endpoint).hostname not in ("127.0.0.1", "localhost", "::1"):
        sys.exit("only an endpoint on this machine is accepted")
    options = dict(
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
    ec2 = boto3.client("ec2", **options)
    stacks = boto3.client("cloudformation", **options)
    template, taken_out = without_unknown(json.load(sys.stdin))
    # moto looks for the bucket of a flow log, and an empty account has none.
    s3 = boto3.client("s3", **options)
    for resource in template["Resources"].values():
        where = resource.get("Properties", {}).get("LogDestination", "")
        if resource["Type"] == "AWS::EC2::FlowLog" and where.startswith("arn:aws:s3:::"):
            bucket = {"Bucket": where.removeprefix("arn:aws:s3:::").split("/")[0]}
            if region != "us-east-1":
                bucket["CreateBucketConfiguration"] = {"LocationConstraint": region}
            s3.create_bucket(**bucket)
    given = []
    for name, parameter in template.get("Parameters", {}).items():
        if "Default" in parameter:
            continue
        value = "not-given"
        if name.startswith("TransitGatewayId"):
            value = ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
        given.append({"ParameterKey": name, "ParameterValue": value})
    result = {"status": None, "why": None, "taken_out": taken_out, "made": 0}
    try:
        stacks.create_stack(StackName="plan", TemplateBody=json.dumps(template), Parameters=given)
        stack = stacks.describe_stacks(StackName="plan")["Stacks"][0]
        result["status"] = stack["StackStatus"]
        pages = stacks.get_paginator("list_stack_resources").paginate(StackName="plan")
        made = {
            it["LogicalResourceId"]: it["PhysicalResourceId"]
            for page in pages
            for it in page["StackResourceSummaries"]
        }
        result["made"] = len(made)
        associate(ec2, template, made)
    except ClientError as error:
        result["why"] = str(error)
    missing = len(template["Resources"]) - result["made"]
    if result["why"] is None and missing:
        result["why"] = f"{missing} resources of {len(template['Resources'])} were not made"
    for call, field in CALLS.items():
        answer = getattr(ec2, "describe_" + call)()
        with open(f"{out}/describe-{call.replace('_', '-')}.json", "w") as file:
            json.dump({field: answer[field]}, file, default=str)
    print(json.dumps(result))


def same(first, second):
    from cfnlint import decode

    def plain(value):
        if isinstance(value, dict):
            return {str(name): plain(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [plain(item) for item in value]
        return str(value) if isinstance(value, str) else value

    read = []
    for path in (first, second):
        template, problems = decode.decode(path)
        if problems:
            sys.exit(f"{path}: {problems}")
        read.append(plain(template))
    if read[0] != read[1]:
        sys.exit(f"{first} and {second} differ")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    pair = commands.add_parser("same")
    pair.add_argument("files", nargs="+", help="pairs of templates")
    stack = commands.add_parser("create")
    stack.add_argument("endpoint")
    stack.add_argument("--region", default="us-east-1")
    stack.add_argument("--out", required=True)
    arguments = parser.parse_args()
    if arguments.command == "same":
        files = arguments.files
        for first, second in zip(files[::2], files[1::2], strict=True):
            same(first, second)
    else:
        create(arguments.endpoint, arguments.region, arguments.out)


if __name__ == "__main__":
    main()
