#!/usr/bin/env python3
"""Carries out step graphs against an EC2 that runs on this machine (moto), and takes them back.

    python tests/steps/run.py http://127.0.0.1:5000 < graph.json
    python tests/steps/run.py http://127.0.0.1:5000 --undo < graph.json
    python tests/steps/run.py moto --undo < graph.json
    python tests/steps/run.py moto --undo --each --jobs 2 < graphs.jsonl

The endpoint is that of a moto server, or the word `moto`: then moto is in this process, which saves it a server and
each call the way over HTTP. Everything else is the same: boto3 makes the request, moto reads it and writes the answer.
With `--each`, one graph on every line, each finds a fresh account there, and `--jobs` shares them out over so many
processes. A line may also be a list of graphs: each is carried out on what those before have made, and the last is to
take it all away.

The graph is what `vpc_atlas::steps::StepGraph` serialises to. Calls are made one after another, in the order of the
graph; each gives one line of JSON: {"step", "call", "result", …}. The result is `done`, `unsupported` (moto does not
know the call or a parameter; the table below says what and why) or `refused`. A call that is done without parameters
that moto does not know names them in `without`. The first refusal ends the run with status 1. With `--undo` the inverses
of what was done follow in the graph's inverse order, and then nothing may be left that was not there before. The last
line sums up: how many calls of each name were done, unsupported and done without a parameter.

Parameters are held to the API's own model, those of unsupported calls too: names, shapes and words that botocore does not
know are refused here. So are steps that say wrongly whether a call takes a token, a dry run or tags, and waits for
something this script has not heard of.

    python tests/steps/run.py http://127.0.0.1:5000 --after first.json < second.json

carries out another graph first; what that one made are the planned resources that the second finds there already.

    python tests/steps/run.py http://127.0.0.1:5000 --list

prints the ids of everything that a graph could have made, without what moto leaves behind, one a line.

boto3 comes with moto. Only an endpoint on this machine is accepted.
"""

import argparse
import collections
import contextlib
import functools
import io
import ipaddress
import json
import multiprocessing
import os
import re
import sys
import time
import uuid
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError
from botocore.validate import ParamValidator

# What moto 5.2.5 does not know: the call, the parameter that is the trouble (none where it is the call itself), and why.
# Such a call is not made; where it makes something, an id is made up for it (STAND_INS). Calls that name a made-up id
# are not made either. All of them are reported as unsupported.
UNSUPPORTED = [
    ("CreateVpcEncryptionControl", None, "moto has no encryption controls"),
    ("ModifyVpcEncryptionControl", None, "moto has no encryption controls"),
    ("DeleteVpcEncryptionControl", None, "moto has no encryption controls"),
    ("EnableVgwRoutePropagation", None, "moto has not implemented it and answers 500"),
    ("DisableVgwRoutePropagation", None, "moto has not implemented it and answers 500"),
    ("CreateNatGateway", "AvailabilityMode", "moto knows zonal NAT gateways only"),
    ("AssociateVpcCidrBlock", "Ipv6Pool", "moto has no address pools and ignores the block"),
]

# Parameters that moto does not know and the call is done without, and why. They are reported.
LEFT_OUT = {
    "CreateVpc": (("Ipv6Pool", "Ipv6CidrBlock"), "moto has no address pools and ignores the block"),
}

# What a call that is not made would have answered, as far as later steps refer to it.
MADE_UP = "unsupported-by-moto"
STAND_INS = {
    "CreateVpcEncryptionControl": {"VpcEncryptionControl": {"VpcEncryptionControlId": MADE_UP}},
    "CreateNatGateway": {"NatGateway": {"NatGatewayId": MADE_UP}},
    "AssociateVpcCidrBlock": {"Ipv6CidrBlockAssociation": {"AssociationId": MADE_UP}},
}

# Parameters that name a route within its table.
DESTINATIONS = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")

# What moto leaves behind where AWS does not: kind of id, and why it is not counted as left by the graph.
LEFT_BY_MOTO = {
    "acl": "moto does not delete the default network ACL with its VPC",
    "eni": "moto does not delete the interfaces of NAT gateways and endpoints with them",
}

# States that a wait goes on in, and states it ends well in, by its word: call, path, states.
WAITS = {
    "vpc-available": ("describe_vpcs", "VpcIds", "Vpcs", "State", {"available"}),
    "subnet-available": ("describe_subnets", "SubnetIds", "Subnets", "State", {"available"}),
    "nat-gateway-available": (
        "describe_nat_gateways",
        "NatGatewayIds",
        "NatGateways",
        "State",
        {"available"},
    ),
    "nat-gateway-deleted": (
        "describe_nat_gateways",
        "NatGatewayIds",
        "NatGateways",
        "State",
        {"deleted"},
    ),
    "transit-gateway-attachment-available": (
        "describe_transit_gateway_vpc_attachments",
        "TransitGatewayAttachmentIds",
        "TransitGatewayVpcAttachments",
        "State",
        {"available"},
    ),
    "transit-gateway-attachment-deleted": (
        "describe_transit_gateway_vpc_attachments",
        "TransitGatewayAttachmentIds",
        "TransitGatewayVpcAttachments",
        "State",
        {"deleted"},
    ),
    "vpc-endpoint-available": (
        "describe_vpc_endpoints",
        "VpcEndpointIds",
        "VpcEndpoints",
        "State",
        {"available"},
    ),
    "vpc-endpoint-deleted": (
        "describe_vpc_endpoints",
        "VpcEndpointIds",
        "VpcEndpoints",
        "State",
        {"deleted"},
    ),
    "security-group-exists": (
        "describe_security_groups",
        "GroupIds",
        "SecurityGroups",
        None,
        None,
    ),
    "internet-gateway-exists": (
        "describe_internet_gateways",
        "InternetGatewayIds",
        "InternetGateways",
        None,
        None,
    ),
}

# Waits for what moto has done when it answers, and tells in no list by an id that the call names.
AT_ONCE = {
    "vpc-ipv6-associated",
    "vpc-cidr-block-associated",
    "vpc-cidr-block-disassociated",
    "vpc-encryption-control-available",
    "vpc-encryption-control-deleted",
    "subnet-cidr-block-associated",
    "route-table-associated",
    "vpn-gateway-attached",
    "vpn-gateway-detached",
    "vpc-peering-connection-requested",
    "vpc-peering-connection-active",
    "vpc-peering-connection-deleted",
    "resolver-endpoint-operational",
    "resolver-endpoint-deleted",
}

# Parameters that name what a call is about, for waits on calls that make nothing.
ABOUT = [
    "NatGatewayId",
    "TransitGatewayAttachmentId",
    "VpcEndpointId",
    "VpcEndpointIds",
    "VpcPeeringConnectionId",
    "VpnGatewayId",
    "VpcId",
]


class Refused(Exception):
    """A call was refused, or the graph is wrong."""


def snake(name):
    """The name of the client's method: CreateVpc is create_vpc."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def at(answer, path):
    """What stands at a path such as Vpc.VpcId or FlowLogIds.0."""
    for part in path.split("."):
        answer = answer[int(part)] if part.isdigit() else answer[part]
    return answer


def key_of(key):
    return key["kind"], key["id"]


@functools.cache
def client(endpoint, region, service, key="testing", secret="testing", token=None):
    """One client for each service and place: to make one takes longer than many a call."""
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        aws_session_token=token,
        config=Config(retries={"max_attempts": 1}, parameter_validation=True),
    )


@functools.cache
def stranger(endpoint, region, account):
    """A client of another account: moto goes by whose the credentials are."""
    role = f"arn:aws:iam::{account}:role/stranger"
    sts = client(endpoint, region, "sts")
    given = sts.assume_role(RoleArn=role, RoleSessionName="stranger")["Credentials"]
    keys = (given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    return client(endpoint, region, "ec2", *keys)


class Run:
    def __init__(self, endpoint, region, graph, earlier=None):
        self.endpoint = endpoint
        self.clients = {
            service: client(endpoint, region, service)
            for service in ("ec2", "route53resolver", "s3")
        }
        self.ec2 = self.clients["ec2"]
        self.graph = graph
        self.steps = {step["id"]: step for step in graph["steps"]}
        self.answers = {}
        self.made = {}
        # What an earlier graph made, and what it was given, is there already.
        self.given = (earlier.given | earlier.made) if earlier else {}
        self.lost_routes = earlier.lost_routes if earlier else set()
        # VPCs of others, by the ids that the graph has for them.
        self.strangers = dict(earlier.strangers) if earlier else {}
        self.done = set()
        self.not_made = {}

    # What a value stands for.

    def value(self, value):
        if isinstance(value, list):
            return [self.value(item) for item in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((name, inner),) = value.items()
            if name == "$made":
                if key_of(inner) not in self.made:
                    raise Refused(f"{inner} is named before it is made")
                return self.made[key_of(inner)]
            if name == "$given":
                return self.given_id(inner)
            if name == "$output":
                if inner["step"] not in self.answers:
                    raise Refused(f"the answer to {inner['step']} is named before it is given")
                return at(self.answers[inner["step"]], inner["path"])
            if name == "$ipv6":
                return self.ipv6(self.value(inner["vpc"]), inner["part"])
            if name == "$find":
                by = {key: self.value(item) for key, item in inner.items() if key != "what"}
                return getattr(self, "find_" + inner["what"].replace("-", "_"))(**by)
        return {name: self.value(inner) for name, inner in value.items()}

    def given_id(self, key):
        """A person would say which one; an empty account has none, so it is made."""
        name = key_of(key)
        if name not in self.given:
            if key["kind"] != "transit-gateway":
                raise Refused(f"{key} is not given")
            made = self.ec2.create_transit_gateway(Description=key["id"])
            self.given[name] = made["TransitGateway"]["TransitGatewayId"]
        return self.given[name]

    def make_buckets(self):
        """moto looks for the bucket of a flow log, and an empty account has none."""
        for step in self.graph["steps"]:
            where = step["parameters"].get("LogDestination", "")
            if where.startswith("arn:aws:s3:::"):
                bucket = where.removeprefix("arn:aws:s3:::").split("/")[0]
                region = self.ec2.meta.region_name
                place = {"CreateBucketConfiguration": {"LocationConstraint": region}}
                s3 = self.clients["s3"]
                try:
                    s3.create_bucket(Bucket=bucket, **({} if region == "us-east-1" else place))
                except s3.exceptions.BucketAlreadyOwnedByYou:
                    pass  # an earlier graph had a flow log too

    def make_strangers(self):
        """moto looks for the VPC that is asked for a peering, and nobody else has one there."""
        for step in self.graph["steps"]:
            parameters = step["parameters"]
            theirs = parameters.get("PeerVpcId")
            is_asked = step["call"] == "CreateVpcPeeringConnection" and isinstance(theirs, str)
            if not is_asked or theirs in self.strangers:
                continue
            region = parameters.get("PeerRegion", self.ec2.meta.region_name)
            account = parameters.get("PeerOwnerId")
            ec2 = (
                stranger(self.endpoint, region, account)
                if account
                else client(self.endpoint, region, "ec2")
            )
            made = ec2.create_vpc(CidrBlock="192.168.0.0/16")
            self.strangers[theirs] = made["Vpc"]["VpcId"]

    def ipv6(self, vpc, part):
        number, mask = part.split("/")
        associations = self.ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"][0][
            "Ipv6CidrBlockAssociationSet"
        ]
        block = ipaddress.ip_network(associations[0]["Ipv6CidrBlock"])
        start = int(block.network_address) + (int(number, 16) << (128 - int(mask)))
        part = ipaddress.ip_network((start, int(mask)))
        if not part.subnet_of(block):
            raise Refused(f"{part} does not lie in {block}")
        return str(part)

    # Look-ups; `by` is named with underscores where the graph has hyphens.

    def one(self, found, what):
        if len(found) != 1:
            raise Refused(f"there should be one {what}, and there are {len(found)}")
        return found[0]

    def filtered(self, call, answer, **filters):
        filters = [
            {"Name": name.replace("__", ".").replace("_", "-"), "Values": [text]}
            for name, text in filters.items()
        ]
        return getattr(self.ec2, call)(Filters=filters)[answer]

    def main_table(self, vpc):
        found = self.filtered(
            "describe_route_tables", "RouteTables", vpc_id=vpc, association__main="true"
        )
        return self.one(found, "main route table")

    def find_main_route_table(self, vpc):
        return self.main_table(vpc)["RouteTableId"]

    def find_main_route_table_association(self, vpc):
        found = [it for it in self.main_table(vpc)["Associations"] if it.get("Main")]
        return self.one(found, "main association")["RouteTableAssociationId"]

    def find_default_network_acl(self, vpc):
        found = self.filtered("describe_network_acls", "NetworkAcls", vpc_id=vpc, default="true")
        return self.one(found, "default network ACL")["NetworkAclId"]

    def find_default_security_group(self, vpc):
        found = self.filtered(
            "describe_security_groups", "SecurityGroups", vpc_id=vpc, group_name="default"
        )
        return self.one(found, "default security group")["GroupId"]

    def find_nat_gateway_route_table(self, **by):
        found = self.ec2.describe_nat_gateways(NatGatewayIds=[by["nat-gateway"]])["NatGateways"]
        return self.one(found, "NAT gateway")["RouteTableId"]

    def find_prefix_list(self, name):
        found = self.filtered("describe_prefix_lists", "PrefixLists", prefix_list_name=name)
        return self.one(found, "prefix list")["PrefixListId"]

    def find_ipv6_pool(self, block):
        return MADE_UP

    def find_route_table_association(self, of):
        for table in self.ec2.describe_route_tables()["RouteTables"]:
            for association in table["Associations"]:
                if of in (association.get("SubnetId"), association.get("GatewayId")):
                    return association["RouteTableAssociationId"]
        raise Refused(f"{of} is associated with no route table")

    def find_network_acl_association(self, subnet):
        for acl in self.ec2.describe_network_acls()["NetworkAcls"]:
            for association in acl["Associations"]:
                if association["SubnetId"] == subnet:
                    return association["NetworkAclAssociationId"]
        raise Refused(f"{subnet} has no network ACL")

    def association_of(self, resource, block):
        sets = (("CidrBlockAssociationSet", "CidrBlock"), ("Ipv6CidrBlockAssociationSet", "Ipv6CidrBlock"))
        for name, field in sets:
            for association in resource.get(name, []):
                held = association[field]
                chosen = block is None and name.startswith("Ipv6")
                if chosen or held == block:
                    return association["AssociationId"]
        raise Refused(f"{block} is not associated")

    def find_vpc_cidr_association(self, vpc, block=None):
        return self.association_of(self.ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"][0], block)

    def find_subnet_cidr_association(self, subnet, block=None):
        found = self.ec2.describe_subnets(SubnetIds=[subnet])["Subnets"]
        return self.association_of(found[0], block)

    def find_vpc_encryption_control(self, vpc):
        return MADE_UP

    def find_resolver_endpoint(self, vpc, name):
        client = self.clients["route53resolver"]
        found = [
            endpoint
            for endpoint in client.list_resolver_endpoints()["ResolverEndpoints"]
            if (endpoint["HostVPCId"], endpoint["Name"]) == (vpc, name)
        ]
        return self.one(found, "resolver endpoint")["Id"]

    # Calls.

    def check(self, step):
        """What a step says of its call, against the API's model."""
        members = self.clients[step["service"]].meta.service_model.operation_model(step["call"]).input_shape.members
        tags = "TagSpecifications" if step["service"] == "ec2" else "Tags"
        dry_run = "DryRun" in members
        if step["dry_run"] != dry_run:
            raise Refused(f"{step['call']} takes DryRun: {dry_run}")
        if step["token"] is not None and step["token"] not in members:
            raise Refused(f"{step['call']} takes no {step['token']}")
        if step["token"] is None and "ClientToken" in members:
            raise Refused(f"{step['call']} takes a ClientToken")
        # Rules of a security group can be tagged, but they are no resource of a network.
        if step.get("tags_at_create") and tags not in members:
            raise Refused(f"{step['call']} takes no tags")
        if "wait" in step and step["wait"] not in AT_ONCE and step["wait"] not in WAITS:
            raise Refused(f"{step['call']} waits for {step['wait']}")

    def check_parameters(self, call, parameters):
        """Parameters, against the API's model; a token is not among them yet."""
        shape = self.clients[call["service"]].meta.service_model.operation_model(call["call"]).input_shape
        tokened = parameters | ({call["token"]: "token"} if call["token"] else {})
        report = ParamValidator().validate(tokened, shape)
        if report.has_errors():
            raise Refused(f"{call['call']}: {report.generate_report()}")

        def words(shape, value, path):
            if shape.type_name == "structure":
                for name, inner in value.items():
                    words(shape.members[name], inner, f"{path}.{name}")
            elif shape.type_name == "list":
                for inner in value:
                    words(shape.member, inner, path)
            elif shape.type_name == "string" and shape.enum and value not in shape.enum:
                raise Refused(f"{path} is {value}, and should be one of {shape.enum}")

        words(shape, tokened, call["call"])

    def call(self, step_id, call):
        """Makes one call and returns its line."""
        line = {"step": step_id, "call": call["call"]}
        self.check(call)
        parameters = self.value(call["parameters"])
        self.check_parameters(call, parameters)
        for name, parameter, why in UNSUPPORTED:
            if name == call["call"] and (parameter is None or parameter in call["parameters"]):
                return line | {"result": "unsupported", "why": why}, STAND_INS.get(name, {})
        left_out, why = LEFT_OUT.get(call["call"], ((), None))
        without = [name for name in left_out if parameters.pop(name, None) is not None]
        if without:
            line |= {"without": without, "why": why}
        # A route to what was not made is not there to be changed or deleted either.
        route = tuple(parameters.get(name) for name in ("RouteTableId", *DESTINATIONS))
        is_route = any(route[1:])
        if is_route and call["call"] != "CreateRoute" and route in self.lost_routes:
            why = "it changes what moto could not make"
            return line | {"result": "unsupported", "why": why}, {}
        if MADE_UP in json.dumps(parameters):
            if is_route:
                self.lost_routes.add(route)
            why = "it names what moto could not make"
            return line | {"result": "unsupported", "why": why}, STAND_INS.get(call["call"], {})
        if call["token"]:
            parameters[call["token"]] = str(uuid.uuid4())
        if call["call"] == "CreateVpcPeeringConnection":
            theirs = parameters["PeerVpcId"]
            parameters["PeerVpcId"] = self.strangers.get(theirs, theirs)
        try:
            answer = getattr(self.clients[call["service"]], snake(call["call"]))(**parameters)
        except (ClientError, BotoCoreError, ResponseParserError) as error:
            line |= {"result": "refused", "why": str(error), "parameters": parameters}
            return line, None
        answer.pop("ResponseMetadata", None)
        if call["call"] == "ModifyVpcEndpoint":
            self.mend_endpoint_routes(parameters)
        for failure in answer.get("Unsuccessful", []):
            line |= {"result": "refused", "why": failure["Error"]["Message"]}
            return line, None
        try:
            self.wait(call, parameters, answer)
        except Refused as error:
            line |= {"result": "refused", "why": str(error)}
            return line, None
        line["result"] = "done"
        return line, answer

    def mend_endpoint_routes(self, parameters):
        """AWS writes the routes to a gateway endpoint when it comes onto a table or leaves it; moto forgets it then."""
        tables = parameters.get("AddRouteTableIds", []), parameters.get("RemoveRouteTableIds", [])
        if not any(tables):
            return
        endpoint = self.ec2.describe_vpc_endpoints(VpcEndpointIds=[parameters["VpcEndpointId"]])
        service = endpoint["VpcEndpoints"][0]["ServiceName"]
        route = {"DestinationPrefixListId": self.find_prefix_list(service)}
        for table in tables[0]:
            gateway = parameters["VpcEndpointId"]
            self.ec2.create_route(RouteTableId=table, GatewayId=gateway, **route)
        for table in tables[1]:
            self.ec2.delete_route(RouteTableId=table, **route)

    def wait(self, call, parameters, answer):
        if call.get("wait") not in WAITS:
            return
        describe, name, items, field, wanted = WAITS[call["wait"]]
        if "output" in call:
            ids = [at(answer, call["output"])]
        else:
            about = next(parameters[it] for it in ABOUT if it in parameters)
            ids = about if isinstance(about, list) else [about]
        deadline = time.monotonic() + 30
        states = None
        while time.monotonic() < deadline:
            try:
                found = getattr(self.ec2, describe)(**{name: ids})[items]
            except ClientError as error:
                gone = "NotFound" in error.response["Error"]["Code"]
                if gone and wanted == {"deleted"}:
                    return
                raise Refused(str(error)) from error
            states = {item.get(field) for item in found} if field else set()
            if not found and wanted == {"deleted"} or found and (not field or states <= wanted):
                return
            time.sleep(0.2)
        raise Refused(f"waiting for {call['wait']} of {ids}: {states}")

    def forward(self):
        for step in self.graph["steps"]:
            missing = [need for need in step["needs"] if need not in self.done]
            if missing:
                raise Refused(f"{step['id']} comes before {missing}")
            line, answer = self.call(step["id"], step)
            if answer is not None:
                self.answers[step["id"]] = answer
                self.done.add(step["id"])
                if line["result"] == "unsupported":
                    self.not_made[step["id"]] = line["why"]
                if "makes" in step:
                    try:
                        made = at(answer, step["output"])
                    except (KeyError, IndexError) as error:
                        told = json.dumps([step["id"], step["parameters"], answer], default=str)
                        raise Refused(f"the answer does not hold {step['output']}: {told}") from error
                    self.made[key_of(step["makes"])] = made
                    line["id"] = made
            print(json.dumps(line), flush=True)
            if line["result"] == "refused":
                return False
        return True

    def backward(self):
        for step_id in self.graph["inverse_order"]:
            if step_id not in self.done:
                continue
            for call in self.steps[step_id]["inverse"]:
                if step_id in self.not_made:
                    line = {"step": step_id, "call": call["call"], "result": "unsupported"}
                    line |= {"why": self.not_made[step_id], "undo": True}
                    print(json.dumps(line), flush=True)
                    continue
                line, answer = self.call(step_id, call)
                line["undo"] = True
                print(json.dumps(line), flush=True)
                if answer is None:
                    return False
        return True

    def is_of_moto(self, left):
        """Whether what is left is moto's doing: it belongs to something that is gone."""
        if left.startswith("acl-"):
            found = self.ec2.describe_network_acls(NetworkAclIds=[left])["NetworkAcls"][0]
            return found["IsDefault"]
        found = self.ec2.describe_network_interfaces(NetworkInterfaceIds=[left])
        subnet = found["NetworkInterfaces"][0]["SubnetId"]
        return not self.filtered("describe_subnets", "Subnets", subnet_id=subnet)

    def all_there_is(self):
        """Ids of everything in the account that a graph can make, but what is gone and still told of."""
        ec2 = self.ec2
        gone = {"deleted", "deleting", "rejected", "failed"}

        def ids(answer, name, state=None):
            for item in answer:
                word = item.get("State", item.get("Status", {}))
                if isinstance(word, dict):
                    word = word.get("Code")
                if word not in gone:
                    yield item[name]

        found = set()
        for call, answer, name in [
            ("describe_vpcs", "Vpcs", "VpcId"),
            ("describe_subnets", "Subnets", "SubnetId"),
            ("describe_route_tables", "RouteTables", "RouteTableId"),
            ("describe_internet_gateways", "InternetGateways", "InternetGatewayId"),
            (
                "describe_egress_only_internet_gateways",
                "EgressOnlyInternetGateways",
                "EgressOnlyInternetGatewayId",
            ),
            ("describe_nat_gateways", "NatGateways", "NatGatewayId"),
            ("describe_addresses", "Addresses", "AllocationId"),
            ("describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId"),
            (
                "describe_vpc_peering_connections",
                "VpcPeeringConnections",
                "VpcPeeringConnectionId",
            ),
            (
                "describe_transit_gateway_vpc_attachments",
                "TransitGatewayVpcAttachments",
                "TransitGatewayAttachmentId",
            ),
            ("describe_vpn_gateways", "VpnGateways", "VpnGatewayId"),
            ("describe_security_groups", "SecurityGroups", "GroupId"),
            ("describe_network_acls", "NetworkAcls", "NetworkAclId"),
            ("describe_network_interfaces", "NetworkInterfaces", "NetworkInterfaceId"),
            ("describe_flow_logs", "FlowLogs", "FlowLogId"),
        ]:
            found |= set(ids(getattr(ec2, call)()[answer], name))
        resolver = self.clients["route53resolver"].list_resolver_endpoints()
        found |= set(ids(resolver["ResolverEndpoints"], "Id"))
        return found


def everything_there(run):
    """Ids of everything that a graph could have made, in order, without what moto leaves behind."""
    found = run.all_there_is()
    return sorted(it for it in found if it.split("-")[0] not in LEFT_BY_MOTO or not run.is_of_moto(it))


def carry_out(options, graph, earlier):
    """One graph, and back again where that is asked for. True where nothing was refused and nothing is left."""
    run = Run(options.endpoint, options.region, graph, earlier)
    run.make_buckets()
    run.make_strangers()
    before = run.all_there_is() if options.undo else set()
    went = run.forward()
    if options.undo:
        # What was done is taken back even where the rest was refused.
        went = run.backward() and went
        left = run.all_there_is() - before
        of_moto = {it for it in left if it.split("-")[0] in LEFT_BY_MOTO and run.is_of_moto(it)}
        left -= of_moto
        print(json.dumps({"left": sorted(left), "left_by_moto": sorted(of_moto)}), flush=True)
        went = went and not left
    return went


def carry_out_chain(options, graphs):
    """One graph after another, each on what those before have made; the last is to leave nothing."""
    run = Run(options.endpoint, options.region, {"steps": sum((it["steps"] for it in graphs), [])})
    run.make_buckets()
    run.make_strangers()
    before = run.all_there_is()
    for graph in graphs:
        run = Run(options.endpoint, options.region, graph, run)
        if not run.forward():
            return False
    left = run.all_there_is() - before
    of_moto = {it for it in left if it.split("-")[0] in LEFT_BY_MOTO and run.is_of_moto(it)}
    left -= of_moto
    print(json.dumps({"left": sorted(left), "left_by_moto": sorted(of_moto)}), flush=True)
    return not left


def start_moto():
    # Machine images are read anew for every account, and nothing here starts a machine.
    os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = "false"
    from moto import mock_aws
    from moto.core import responses

    # moto lists the methods of its class of answers for every request.
    responses.method_names_from_class = functools.cache(responses.method_names_from_class)
    mock_aws().start()


def fresh_account(endpoint):
    """Everything moto holds is dropped: what is there already makes each look-up slower."""
    if endpoint is None:
        from moto.moto_api._internal.models import moto_api_backend

        moto_api_backend.reset()
    else:
        from urllib.request import Request, urlopen

        urlopen(Request(f"{endpoint}/moto-api/reset", method="POST")).close()
    # The credentials of other accounts are gone too.
    stranger.cache_clear()


def carry_out_line(options, number, line):
    """One of several graphs, in a fresh account. Gives what is to be printed."""
    told = io.StringIO()
    with contextlib.redirect_stdout(told):
        fresh_account(options.endpoint)
        try:
            graph = json.loads(line)
            if isinstance(graph, list):
                went = carry_out_chain(options, graph)
            else:
                went = carry_out(options, graph, None)
        except Refused as error:
            print(json.dumps({"result": "refused", "why": str(error)}))
            went = False
        print(json.dumps({"graph": number, "went": went}))
    return told.getvalue(), went


def carry_out_numbered(options, numbered):
    return carry_out_line(options, *numbered)


def carry_out_each(options):
    """Every line of the input, and how many calls of each name were done, and how many not."""
    counts = {"done": collections.Counter(), "unsupported": collections.Counter()}
    without = collections.Counter()
    whys = {}
    went = True
    work = functools.partial(carry_out_numbered, options)
    start = start_moto if options.endpoint is None else None
    context = multiprocessing.get_context("spawn")
    with context.Pool(options.jobs, initializer=start) as pool:
        for told, one in pool.imap(work, enumerate(sys.stdin)):
            went = went and one
            sys.stdout.write(told)
            for line in map(json.loads, told.splitlines()):
                if line.get("result") in counts:
                    counts[line["result"]][line["call"]] += 1
                if line.get("result") == "unsupported":
                    whys.setdefault(line["call"], set()).add(line["why"])
                for name in line.get("without", []):
                    without[f"{line['call']}.{name}"] += 1
    summary = counts | {"without": without, "why": {name: sorted(it) for name, it in whys.items()}}
    print(json.dumps({"summary": summary}, sort_keys=True), flush=True)
    return went


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("endpoint", help="of a moto server, or the word moto: one in this process")
    parser.add_argument("--region", default="eu-west-1")
    parser.add_argument(
        "--after", metavar="GRAPH", action="append", default=[], help="carry out this graph first"
    )
    parser.add_argument("--list", action="store_true", help="say what is there, and do nothing")
    parser.add_argument("--undo", action="store_true", help="take everything back afterwards")
    parser.add_argument(
        "--each",
        action="store_true",
        help="a graph on every line of the input, each in an account that is made empty for it",
    )
    parser.add_argument(
        "--jobs", type=int, default=1, help="with --each and moto: so many processes at a time"
    )
    options = parser.parse_args()
    if options.endpoint == "moto":
        options.endpoint = None
    elif urlsplit(options.endpoint).hostname not in ("127.0.0.1", "localhost", "::1"):
        sys.exit(f"run.py: {options.endpoint} is not on this machine")
    if options.each and options.after:
        sys.exit("run.py: --each begins with an empty account every time; leave --after out")
    if options.jobs > 1 and not (options.each and options.endpoint is None):
        sys.exit("run.py: --jobs is for --each with moto")
    if options.each:
        sys.exit(0 if carry_out_each(options) else 1)
    if options.endpoint is None:
        start_moto()
    if options.list:
        print(*everything_there(Run(options.endpoint, options.region, {"steps": []})), sep="\n")
        return
    earlier = None
    try:
        for path in options.after:
            with open(path) as file:
                earlier = Run(options.endpoint, options.region, json.load(file), earlier)
            earlier.make_buckets()
            earlier.make_strangers()
            if not earlier.forward():
                sys.exit(1)
        went = carry_out(options, json.load(sys.stdin), earlier)
    except Refused as error:
        sys.exit(f"run.py: {error}")
    sys.exit(0 if went else 1)


if __name__ == "__main__":
    main()
