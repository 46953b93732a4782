#!/usr/bin/env python3
"""Carries out a step graph against an EC2 that runs on this machine (moto), and takes it back.

    python tests/steps/run.py http://127.0.0.1:5000 < graph.json
    python tests/steps/run.py http://127.0.0.1:5000 --undo < graph.json
    python tests/steps/run.py http://127.0.0.1:5000 --undo --each < graphs.jsonl

The graph is what `vpc_atlas::steps::StepGraph` serialises to. Calls are made one after another, in the order of the
graph; each gives one line of JSON: {"step", "call", "result", …}. The result is `done`, `unsupported` (moto does not
know the call or a parameter; the table below says what and why) or `refused`. The first refusal ends the run with
status 1. With `--undo` the inverses of what was done follow in the graph's inverse order, and then nothing may be left
that was not there before.

Parameters are held to the API's own model, those of unsupported calls too: names, shapes and words that botocore does not
know are refused here. So are steps that say wrongly whether a call takes a token, a dry run or tags.

    python tests/steps/run.py http://127.0.0.1:5000 --after first.json < second.json

carries out another graph first; what that one made are the planned resources that the second finds there already.

boto3 comes with moto. Only an endpoint on this machine is accepted.
"""

import argparse
import ipaddress
import json
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
    ("CreateVpc", "Ipv6Pool", "moto has no address pools and ignores the block"),
    ("AssociateVpcCidrBlock", "Ipv6Pool", "moto has no address pools and ignores the block"),
]

# What a call that is not made would have answered, as far as later steps refer to it.
MADE_UP = "unsupported-by-moto"
STAND_INS = {
    "CreateVpc": {"Vpc": {"VpcId": MADE_UP}},
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


class Run:
    def __init__(self, endpoint, region, graph, earlier=None):
        options = dict(
            endpoint_url=endpoint,
            region_name=region,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
            config=Config(retries={"max_attempts": 1}, parameter_validation=True),
        )
        self.clients = {
            service: boto3.client(service, **options)
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
                region = {"LocationConstraint": self.ec2.meta.region_name}
                client = self.clients["s3"]
                try:
                    client.create_bucket(Bucket=bucket, CreateBucketConfiguration=region)
                except client.exceptions.BucketAlreadyOwnedByYou:
                    pass  # an earlier graph had a flow log too

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
        if ("CreateVpc", "Ipv6Pool") in {row[:2] for row in UNSUPPORTED}:
            return MADE_UP
        block = ipaddress.ip_network(block)
        for pool in self.ec2.describe_ipv6_pools()["Ipv6Pools"]:
            for held in pool["PoolCidrBlocks"]:
                if block.subnet_of(ipaddress.ip_network(held["Cidr"])):
                    return pool["PoolId"]
        raise Refused(f"no pool holds {block}")

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

    def find_resolver_endpoint(self, name):
        client = self.clients["route53resolver"]
        found = [
            endpoint
            for endpoint in client.list_resolver_endpoints()["ResolverEndpoints"]
            if endpoint["Name"] == name
        ]
        return self.one(found, "resolver endpoint")["Id"]

    # Calls.

    def check(self, step):
        """What a step says of its call, against the API's model."""
        client = self.clients[step["service"]]
        members = client.meta.service_model.operation_model(step["call"]).input_shape.members
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

    def check_parameters(self, call, parameters):
        """Parameters, against the API's model; a token is not among them yet."""
        client = self.clients[call["service"]]
        shape = client.meta.service_model.operation_model(call["call"]).input_shape
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
        client = self.clients[call["service"]]
        try:
            answer = getattr(client, snake(call["call"]))(**parameters)
        except (ClientError, BotoCoreError, ResponseParserError) as error:
            line |= {"result": "refused", "why": str(error), "parameters": parameters}
            return line, None
        answer.pop("ResponseMetadata", None)
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


def carry_out(options, graph, earlier):
    """One graph, and back again where that is asked for. True where nothing was refused and nothing is left."""
    run = Run(options.endpoint, options.region, graph, earlier)
    before = run.all_there_is()
    run.make_buckets()
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


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("endpoint")
    parser.add_argument("--region", default="eu-west-1")
    parser.add_argument(
        "--after", metavar="GRAPH", action="append", default=[], help="carry out this graph first"
    )
    parser.add_argument("--undo", action="store_true", help="take everything back afterwards")
    parser.add_argument(
        "--each", action="store_true", help="a graph on every line of the input, one after another"
    )
    options = parser.parse_args()
    if urlsplit(options.endpoint).hostname not in ("127.0.0.1", "localhost", "::1"):
        sys.exit(f"run.py: {options.endpoint} is not on this machine")
    earlier = None
    went = True
    try:
        for path in options.after:
            with open(path) as file:
                earlier = Run(options.endpoint, options.region, json.load(file), earlier)
            earlier.make_buckets()
            if not earlier.forward():
                sys.exit(1)
        if options.each:
            for number, line in enumerate(sys.stdin):
                one = carry_out(options, json.loads(line), earlier)
                print(json.dumps({"graph": number, "went": one}), flush=True)
                went = went and one
        else:
            went = carry_out(options, json.load(sys.stdin), earlier)
    except Refused as error:
        sys.exit(f"run.py: {error}")
    sys.exit(0 if went else 1)


if __name__ == "__main__":
    main()
