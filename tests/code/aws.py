#!/usr/bin/env python3
"""The AWS CLI over an EC2 on this machine (moto), in one process that stays: a call takes some hundredths of a second
where the program `aws` takes half a second to start.

    python tests/code/aws.py FOLDER COMMAND…

writes a program `aws` into FOLDER, puts it before all others in PATH, and runs COMMAND. Every call of `aws` is handed to
this process, where the AWS CLI reads its command line by its own models, and moto answers. Exits as COMMAND does.

What moto lacks is kept here, so that a script that uses it can be run to its end: encryption controls, propagation of
routes, regional NAT gateways and the routes to them, tags of transit gateway attachments, peerings with others, blocks of a
pool of one's own. Names and shapes of parameters are
checked by the AWS CLI and botocore, words of enumerations here. The region is that of AWS_REGION. A call that is refused for them fails as any other.

COMMAND may call `aws moto reset` to begin with an empty account again, `aws moto list` to see the ids of all there is
(tests/steps/run.py), and `aws moto calls` to see how often each call was made.
"""

import collections
import contextlib
import functools
import io
import json
import os
import socketserver
import stat
import subprocess
import sys
import threading
import traceback

CLIENT = """#!/usr/bin/env bash
exec 3<>"/dev/tcp/127.0.0.1/{port}"
printf '%s\\0' "$#" "$@" >&3
IFS=' ' read -r status length <&3
head -c "$length" <&3
cat <&3 >&2
exit "$status"
"""


sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "steps"))
import run as steps  # noqa: E402


def start_moto():
    os.environ.update(
        MOTO_EC2_LOAD_DEFAULT_AMIS="false",
        AWS_ACCESS_KEY_ID="testing",
        AWS_SECRET_ACCESS_KEY="testing",
        AWS_CONFIG_FILE=os.devnull,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
        AWS_DEFAULT_REGION=os.environ["AWS_REGION"],
    )
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN"):
        os.environ.pop(name, None)
    steps.start_moto()


class Lacking:
    """What moto lacks, kept beside it."""

    def __init__(self):
        self.controls = {}
        self.propagating = set()
        self.gateways = {}
        self.peerings = {}
        self.attachments = {}
        self.routes = []
        self.blocks = {}
        self.count = 0

    def id(self, prefix):
        self.count += 1
        return f"{prefix}-{self.count:017x}"

    def tags(self, parameters):
        return [tag for it in parameters.get("TagSpecifications", []) for tag in it["Tags"]]

    def call(self, name, parameters, ask):
        """The answer, or None where moto is to give it."""
        own = getattr(self, name, None)
        return own(parameters, ask) if own else None

    def CreateVpcEncryptionControl(self, parameters, _):
        control = {
            "VpcEncryptionControlId": self.id("vpcec"),
            "VpcId": parameters["VpcId"],
            "Mode": "monitor",
            "State": "available",
            "Tags": self.tags(parameters),
        }
        self.controls[control["VpcEncryptionControlId"]] = control
        return {"VpcEncryptionControl": control}

    def ModifyVpcEncryptionControl(self, parameters, _):
        control = self.controls[parameters["VpcEncryptionControlId"]]
        control["Mode"] = parameters["Mode"]
        return {"VpcEncryptionControl": control}

    def DeleteVpcEncryptionControl(self, parameters, _):
        return {"VpcEncryptionControl": self.controls.pop(parameters["VpcEncryptionControlId"])}

    def DescribeVpcEncryptionControls(self, parameters, _):
        ids = parameters.get("VpcEncryptionControlIds")
        found = [it for it in self.controls.values() if not ids or it["VpcEncryptionControlId"] in ids]
        return {"VpcEncryptionControls": found}

    def EnableVgwRoutePropagation(self, parameters, _):
        self.propagating.add((parameters["RouteTableId"], parameters["GatewayId"]))
        return {}

    def DisableVgwRoutePropagation(self, parameters, _):
        self.propagating.discard((parameters["RouteTableId"], parameters["GatewayId"]))
        return {}

    def CreateNatGateway(self, parameters, ask):
        if parameters.get("AvailabilityMode") != "regional":
            return None
        table = ask("CreateRouteTable", {"VpcId": parameters["VpcId"]})["RouteTable"]
        gateway = {
            "NatGatewayId": self.id("nat"),
            "VpcId": parameters["VpcId"],
            "State": "available",
            "AvailabilityMode": "regional",
            "ConnectivityType": parameters.get("ConnectivityType", "public"),
            "RouteTableId": table["RouteTableId"],
            "Tags": self.tags(parameters),
        }
        self.gateways[gateway["NatGatewayId"]] = gateway
        return {"NatGateway": gateway}

    def DescribeNatGateways(self, parameters, ask):
        ids = parameters.get("NatGatewayIds", [])
        ours = [it for it in self.gateways.values() if not ids or it["NatGatewayId"] in ids]
        if ids and ours:
            return {"NatGateways": ours}
        answer = ask("DescribeNatGateways", parameters)
        answer["NatGateways"] += ours
        return answer

    def DeleteNatGateway(self, parameters, ask):
        gateway = self.gateways.get(parameters["NatGatewayId"])
        if gateway is None:
            return None
        if gateway["State"] != "deleted":
            ask("DeleteRouteTable", {"RouteTableId": gateway["RouteTableId"]})
        gateway["State"] = "deleted"
        return {"NatGatewayId": gateway["NatGatewayId"]}

    def CreateTransitGatewayVpcAttachment(self, parameters, ask):
        """moto forgets its tags."""
        answer = ask("CreateTransitGatewayVpcAttachment", parameters)
        id = answer["TransitGatewayVpcAttachment"]["TransitGatewayAttachmentId"]
        self.attachments[id] = self.tags(parameters)
        return answer

    def tagged_attachments(self, name, answer):
        for attachment in answer[name]:
            attachment["Tags"] = self.attachments.get(attachment["TransitGatewayAttachmentId"], [])
        return answer

    def DescribeTransitGatewayVpcAttachments(self, parameters, ask):
        answer = ask("DescribeTransitGatewayVpcAttachments", parameters)
        return self.tagged_attachments("TransitGatewayVpcAttachments", answer)

    def DescribeTransitGatewayAttachments(self, parameters, ask):
        answer = ask("DescribeTransitGatewayAttachments", parameters)
        return self.tagged_attachments("TransitGatewayAttachments", answer)

    def CreateVpcPeeringConnection(self, parameters, ask):
        """moto looks for the VPC of somebody else."""
        mine = [vpc["VpcId"] for vpc in ask("DescribeVpcs", {})["Vpcs"]]
        if parameters["PeerVpcId"] in mine:
            return None
        peering = {
            "VpcPeeringConnectionId": self.id("pcx"),
            "RequesterVpcInfo": {"VpcId": parameters["VpcId"]},
            "AccepterVpcInfo": {"VpcId": parameters["PeerVpcId"]},
            "Status": {"Code": "pending-acceptance"},
            "Tags": self.tags(parameters),
        }
        self.peerings[peering["VpcPeeringConnectionId"]] = peering
        return {"VpcPeeringConnection": peering}

    def DescribeVpcPeeringConnections(self, parameters, ask):
        ids = parameters.get("VpcPeeringConnectionIds", [])
        ours = [it for it in self.peerings.values() if not ids or it["VpcPeeringConnectionId"] in ids]
        if ids and ours:
            return {"VpcPeeringConnections": ours}
        answer = ask("DescribeVpcPeeringConnections", parameters)
        answer["VpcPeeringConnections"] += ours
        return answer

    def DeleteVpcPeeringConnection(self, parameters, _):
        peering = self.peerings.get(parameters["VpcPeeringConnectionId"])
        if peering is None:
            return None
        peering["Status"] = {"Code": "deleted"}
        return {"Return": True}

    def CreateRoute(self, parameters, _):
        if not {*self.gateways, *self.peerings} & {*parameters.values()}:
            return None
        route = {name: value for name, value in parameters.items() if name != "RouteTableId"}
        route |= {"State": "active", "Origin": "CreateRoute"}
        self.routes.append((parameters["RouteTableId"], route))
        return {"Return": True}

    def DeleteRoute(self, parameters, _):
        destination = [it for it in parameters.items() if it[0] != "RouteTableId"]
        for at, (held, route) in enumerate(self.routes):
            if held == parameters["RouteTableId"] and all(
                route.get(name) == value for name, value in destination
            ):
                del self.routes[at]
                return {}
        return None

    def DescribeRouteTables(self, parameters, ask):
        answer = ask("DescribeRouteTables", parameters)
        for table in answer["RouteTables"]:
            id = table["RouteTableId"]
            table["PropagatingVgws"] = [
                {"GatewayId": gateway} for held, gateway in sorted(self.propagating) if held == id
            ]
            table["Routes"] += [route for held, route in self.routes if held == id]
        return answer

    def own_block(self, parameters, vpc):
        """A block of a pool of one's own is another one to moto."""
        self.blocks.setdefault(vpc, []).append(parameters["Ipv6CidrBlock"])

    def CreateVpc(self, parameters, ask):
        if "Ipv6Pool" not in parameters:
            return None
        other = {name: value for name, value in parameters.items() if not name.startswith("Ipv6")}
        answer = ask("CreateVpc", other)
        self.own_block(parameters, answer["Vpc"]["VpcId"])
        return answer

    def AssociateVpcCidrBlock(self, parameters, _):
        if "Ipv6Pool" not in parameters:
            return None
        self.own_block(parameters, parameters["VpcId"])
        return {}

    def DisassociateVpcCidrBlock(self, parameters, _):
        if not parameters["AssociationId"].startswith("own-"):
            return None
        _, vpc, block = parameters["AssociationId"].split("/", 2)
        self.blocks[vpc].remove(block)
        return {}

    def DescribeVpcs(self, parameters, ask):
        answer = ask("DescribeVpcs", parameters)
        for vpc in answer["Vpcs"]:
            for block in self.blocks.get(vpc["VpcId"], []):
                vpc.setdefault("Ipv6CidrBlockAssociationSet", []).append(
                    {
                        "AssociationId": f"own-/{vpc['VpcId']}/{block}",
                        "Ipv6CidrBlock": block,
                        "Ipv6CidrBlockState": {"State": "associated"},
                    }
                )
        return answer

    def DescribeIpv6Pools(self, _, __):
        return {"Ipv6Pools": [{"PoolId": "ipv6pool-ec2-0", "PoolCidrBlocks": [{"Cidr": "::/1"}]}]}


class Cli:
    def __init__(self):
        start_moto()
        from awscli.clidriver import create_clidriver
        from botocore import client

        self.create_driver = create_clidriver
        # Models are read once.
        self.loader = create_clidriver().session.get_component("data_loader")
        self.reset()
        real = client.BaseClient._make_api_call
        cli = self

        def call(self, name, parameters):
            def ask(other, with_these):
                return real(self, other, with_these)

            shape = self.meta.service_model.operation_model(name).input_shape
            cli.check(shape, parameters, name)
            cli.calls[name] += 1
            answer = cli.lacking.call(name, parameters, ask)
            return ask(name, parameters) if answer is None else answer

        client.BaseClient._make_api_call = call

    @functools.cache
    def driver_of(self, service, operation):
        """A driver keeps the options of a command for the next, so each command has its own; clients are kept too."""
        driver = self.create_driver()
        driver.session.register_component("data_loader", self.loader)
        create = driver.session.create_client
        clients = {}

        def create_client(service, **options):
            key = service, options.get("region_name"), options.get("endpoint_url")
            if key not in clients:
                clients[key] = create(service, **options)
            return clients[key]

        driver.session.create_client = create_client
        return driver

    def reset(self):
        from moto.moto_api._internal.models import moto_api_backend

        moto_api_backend.reset()
        self.lacking = Lacking()
        self.calls = collections.Counter()

    def check(self, shape, parameters, path):
        """Names, shapes and words, of calls that never reach moto too."""
        from botocore.exceptions import ParamValidationError
        from botocore.validate import ParamValidator

        report = ParamValidator().validate(parameters, shape)
        if report.has_errors():
            raise ParamValidationError(report=report.generate_report())

        def words(shape, value, path):
            if shape.type_name == "structure":
                for name, inner in value.items():
                    words(shape.members[name], inner, f"{path}.{name}")
            elif shape.type_name == "list":
                for inner in value:
                    words(shape.member, inner, path)
            elif shape.type_name == "string" and shape.enum and value not in shape.enum:
                raise ParamValidationError(report=f"{path} is {value}, and should be one of {shape.enum}")

        words(shape, parameters, path)

    def run(self, arguments):
        if arguments == ["moto", "reset"]:
            self.reset()
            return 0, b"", b""
        if arguments[:3] == ["s3api", "create-bucket", "--bucket"]:
            # moto takes a bucket whose name is that of a service for the service.
            from moto.s3.models import s3_backends

            region = os.environ["AWS_REGION"]
            s3_backends["123456789012"]["aws"].create_bucket(arguments[3], region)
            return 0, b"", b""
        if arguments == ["moto", "list"]:
            there = steps.everything_there(steps.Run(None, os.environ["AWS_REGION"], {"steps": []}))
            there += self.lacking.controls
            return 0, "".join(f"{id}\n" for id in there).encode(), b""
        if arguments == ["moto", "calls"]:
            return 0, json.dumps(self.calls, sort_keys=True).encode() + b"\n", b""
        out = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)
        err = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                status = self.driver_of(*arguments[:2]).main(arguments)
            except SystemExit as end:
                status = end.code if isinstance(end.code, int) else 1
            except Exception:
                traceback.print_exc()
                status = 250
        return status or 0, out.buffer.getvalue(), err.buffer.getvalue()


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    folder, command = sys.argv[1], sys.argv[2:]
    cli = Cli()

    class Handler(socketserver.StreamRequestHandler):
        def word(self):
            word = bytearray()
            while (one := self.rfile.read(1)) not in (b"\0", b""):
                word += one
            return word.decode()

        def handle(self):
            arguments = [self.word() for _ in range(int(self.word()))]
            status, out, err = cli.run(arguments)
            self.wfile.write(f"{status} {len(out)}\n".encode() + out + err)

    with socketserver.TCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        program = os.path.join(folder, "aws")
        with open(program, "w") as file:
            file.write(CLIENT.format(port=server.server_address[1]))
        os.chmod(program, os.stat(program).st_mode | stat.S_IXUSR)
        path = f"{os.path.abspath(folder)}{os.pathsep}{os.environ.get('PATH', '')}"
        status = subprocess.run(command, env=os.environ | {"PATH": path}).returncode
        server.shutdown()
    sys.exit(status)


if __name__ == "__main__":
    main()
