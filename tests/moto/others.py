#!/usr/bin/env python3
"""Makes in moto what generated designs want of others, and prints the ids, as JSON.

    echo '[{"account": "444455556666", "region": null}]' | python tests/moto/others.py --endpoint http://127.0.0.1:5000

Read from standard input: a list of accounts and regions, either null for the caller's own, that each get a VPC to ask for
a peering. Made beside them: a transit gateway to attach to, and the bucket that flow logs go to (moto looks for it).

boto3 comes with moto. Only an endpoint on this machine is accepted.
"""

import argparse
import json
import sys
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parent.parent / "steps"))
from run import client, stranger  # noqa: E402

BUCKET = "network-records"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--region", default="us-east-1")
    args = parser.parse_args()
    if urlsplit(args.endpoint).hostname not in ("127.0.0.1", "localhost"):
        sys.exit("only an endpoint on this machine is accepted")
    vpcs = []
    for place in json.load(sys.stdin):
        region = place["region"] or args.region
        account = place["account"]
        ec2 = (
            stranger(args.endpoint, region, account)
            if account
            else client(args.endpoint, region, "ec2")
        )
        vpcs.append(ec2.create_vpc(CidrBlock="192.168.0.0/16")["Vpc"]["VpcId"])
    own = client(args.endpoint, args.region, "ec2")
    hub = own.create_transit_gateway(Description="hub")["TransitGateway"]["TransitGatewayId"]
    elsewhere = {"CreateBucketConfiguration": {"LocationConstraint": args.region}}
    client(args.endpoint, args.region, "s3").create_bucket(
        Bucket=BUCKET, **({} if args.region == "us-east-1" else elsewhere)
    )
    json.dump({"transit_gateway": hub, "vpcs": vpcs}, sys.stdout)


if __name__ == "__main__":
    main()
