#!/usr/bin/env python3
"""Judge designs (*.vpc.toml) by AWS's published rules, without any code of the program.

    checker.py FILE…          one line for each design: "FILE: ok", or each rule it breaks
    checker.py --json-lines   designs from standard input, one JSON object {"name", "text"} a line; one JSON object
                              {"name", "broken": [{"rule", "where", "why"}]} a line comes back

The rules are read from AWS's user guide: sizes, refused ranges and secondary blocks from vpc-cidr-blocks.html, subnets
from subnet-sizing.html, routes from VPC_Route_Tables.html, NAT gateways from vpc-nat-gateway.html, names from
vpc-dns.html, encryption from vpc-encryption-controls.html, resolver endpoints from resolver-choose-vpc.html, quotas from
amazon-vpc-limits.html and vpc-service.html: the most they are raised to, where AWS says that, as what is above a default
can be made once the quota is raised. Bits after a mask are cleared, as AWS does. Needs Python 3.11.
Exit status: 0 if every design is sound, 1 if one is not, 2 if one cannot be read.
"""

import ipaddress
import json
import sys
import tomllib


def v4(text):
    return ipaddress.IPv4Network(text)


REFUSED = [v4(it) for it in ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4")]
TEN, TWELVE, SIXTEEN = v4("10.0.0.0/8"), v4("172.16.0.0/12"), v4("192.168.0.0/16")
RFC1918 = [TEN, TWELVE, SIXTEEN]
NINETEEN = v4("198.19.0.0/16")
FORBIDDEN_DESTINATIONS = [v4("169.254.168.0/22"), ipaddress.IPv6Network("fd00:ec2::/32")]

# The most that AWS raises these to.
BLOCKS, ROUTES, PEERINGS = 50, 1000, 125


class Verdict:
    def __init__(self):
        self.broken = []

    def add(self, rule, where, why):
        self.broken.append({"rule": rule, "where": where, "why": why})


def network(text):
    """The block of a text, without the bits after its mask."""
    return ipaddress.ip_network(text, strict=False)


def lies_in(inner, outer):
    return inner.version == outer.version and inner.subnet_of(outer)


def meet(a, b):
    return a.version == b.version and a.overlaps(b)


def association(existing, new):
    """Why a block cannot join those that a VPC has, the primary one first."""
    private_first = any(lies_in(existing[0], it) for it in RFC1918)
    for block in existing:
        if lies_in(block, TEN):
            ruled_out = [TWELVE, SIXTEEN, NINETEEN]
        elif lies_in(block, TWELVE):
            ruled_out = [TEN, SIXTEEN, v4("172.31.0.0/16"), NINETEEN]
        elif lies_in(block, SIXTEEN):
            ruled_out = [TEN, TWELVE, NINETEEN]
        elif lies_in(block, NINETEEN):
            ruled_out = RFC1918
        elif private_first:
            # Beside a private primary block, what the private one allows is allowed.
            ruled_out = []
        else:
            ruled_out = RFC1918 + [NINETEEN]
        if lies_in(block, v4("10.0.0.0/15")):
            ruled_out = ruled_out + [v4("10.0.0.0/16")]
        for range_ in ruled_out:
            if lies_in(new, range_):
                return f"{new} of {range_} cannot join {block}"
    return None


def part_of(text):
    """A part of an IPv6 block as (first, last) in addresses from the block's base, and its mask."""
    number, _, mask = text.partition("/")
    mask = int(mask or 64)
    size = 1 << (128 - mask)
    first = int(number, 16) * size
    return first, first + size - 1, mask


def destinations(vpc):
    """Routes written by hand: to a transit gateway and to a VPN gateway."""
    for key in ("transit_gateway", "vpn_gateway"):
        for text in vpc.get(key, {}).get("routes", []):
            yield network(text)


def check_blocks(vpc, where, verdict):
    blocks = []
    for position, text in enumerate([vpc["cidr"], *vpc.get("secondary", [])]):
        block = network(text)
        if not 16 <= block.prefixlen <= 28:
            verdict.add("block-size", where, f"{block} is not a /16 to /28")
        for range_ in REFUSED:
            if meet(block, range_):
                verdict.add("block-in-refused-range", where, f"{block} touches {range_}")
        if position > 0:
            for other in blocks:
                if meet(block, other):
                    verdict.add("blocks-overlap", where, f"{block} overlaps {other}")
            why = association(blocks, block)
            if why:
                verdict.add("block-association", where, why)
            for destination in destinations(vpc):
                if lies_in(destination, block):
                    verdict.add("block-covers-route", where, f"{block} covers the route to {destination}")
        blocks.append(block)
    if len(blocks) > BLOCKS:
        verdict.add("too-many-blocks", where, f"{len(blocks)} blocks")
    return blocks


def check_subnets(vpc, blocks, where, verdict):
    seen = []
    for tier in vpc.get("tier", []):
        for subnet in tier.get("subnets", []):
            place = f"{where}, {tier['name']} {subnet['number']}"
            block = network(subnet["cidr"])
            if not 16 <= block.prefixlen <= 28:
                verdict.add("subnet-size", place, f"{block} is not a /16 to /28")
            if int(block.network_address) % block.num_addresses:
                verdict.add("subnet-not-aligned", place, f"{block}")
            if not any(lies_in(block, it) for it in blocks):
                verdict.add("subnet-outside", place, f"{block} is in none of {[str(it) for it in blocks]}")
            for other, whose in seen:
                if meet(block, other):
                    verdict.add("subnets-overlap", place, f"{block} overlaps {other} of {whose}")
            if subnet["zone"] not in vpc["zones"]:
                verdict.add("subnet-zone", place, f"{subnet['zone']} is none of the VPC's zones")
            seen.append((block, place))


def check_ipv6(vpc, where, verdict):
    text = vpc.get("ipv6", "none")
    if text == "none":
        if vpc.get("egress_only", False):
            verdict.add("egress-only-without-ipv6", where, "an egress-only gateway and no IPv6 block")
        return
    mask = 56
    if text != "amazon":
        mask = ipaddress.IPv6Network(text, strict=False).prefixlen
        if mask not in range(44, 61, 4):
            verdict.add("ipv6-block-size", where, f"/{mask}")
    seen = []
    for tier in vpc.get("tier", []):
        for subnet in tier.get("subnets", []):
            if "ipv6" not in subnet:
                continue
            place = f"{where}, {tier['name']} {subnet['number']}"
            first, last, part_mask = part_of(subnet["ipv6"])
            if part_mask not in range(44, 65, 4):
                verdict.add("ipv6-subnet-size", place, f"/{part_mask}")
            if last >= 1 << (128 - mask):
                verdict.add("ipv6-subnet-outside", place, subnet["ipv6"])
            for other_first, other_last, whose in seen:
                if first <= other_last and other_first <= last:
                    verdict.add("ipv6-subnets-overlap", place, f"{subnet['ipv6']} and {whose}")
            seen.append((first, last, place))


def check_ways(vpc, blocks, where, verdict):
    tiers = vpc.get("tier", [])
    public = [s for t in tiers if t["kind"] == "public" for s in t.get("subnets", [])]
    private = [(t, s) for t in tiers if t["kind"] == "private" for s in t.get("subnets", [])]
    nat = vpc.get("nat", "none")
    public_zones = {s["zone"] for s in public} & set(vpc["zones"])
    if nat in ("one", "per-az") and not public_zones:
        verdict.add("nat-without-public-subnet", where, f"nat = {nat}")
    elif nat == "per-az":
        needing = {s["zone"] for t, s in private if t.get("egress", "nat") == "nat"}
        for zone in sorted(needing - public_zones):
            verdict.add("nat-without-public-subnet", where, f"no public subnet in {zone}")
    for destination in destinations(vpc):
        if any(lies_in(destination, it) for it in FORBIDDEN_DESTINATIONS):
            verdict.add("route-forbidden", where, f"{destination}")
        if lies_in(destination, blocks[0]):
            verdict.add("route-inside-vpc", where, f"{destination} lies in {blocks[0]}")
    static = {it for it in destinations(vpc) if it.version == 4}
    if private and len(static) > ROUTES:
        verdict.add("too-many-routes", where, f"{len(static)} routes")


def check_endpoints(vpc, where, verdict):
    """Private DNS of interface endpoints, from privatelink-interface-endpoints.html of DynamoDB and of S3."""
    for endpoint in vpc.get("endpoint", []):
        service = endpoint["service"].rpartition(".")[2]
        if not endpoint.get("private_dns", True):
            continue
        if service in ("dynamodb", "dynamodb-streams"):
            verdict.add("endpoint-without-private-name", where, endpoint["service"])
        if service == "s3" and "s3" not in vpc.get("gateway_endpoints", []):
            verdict.add("s3-without-gateway-endpoint", where, endpoint["service"])


def check_peerings(design, blocks, verdict):
    """Peers do not overlap and have one peering between them; a transit gateway's VPCs do not overlap either."""
    pairs, counts, hubs = set(), {}, {}
    vpcs = design.get("vpc", [])
    for vpc in vpcs:
        one = vpc["id"]
        gateway = vpc.get("transit_gateway")
        if gateway is not None:
            for other in hubs.get(gateway.get("id", ""), []):
                if any(meet(a, b) for a in blocks[one] for b in blocks[other]):
                    verdict.add("hub-overlap", one, f"{one} and {other} overlap on one transit gateway")
            hubs.setdefault(gateway.get("id", ""), []).append(one)
        for peering in vpc.get("peering", []):
            two = peering["with"]
            theirs = blocks.get(two) or [network(it) for it in peering.get("cidrs", [])]
            if one == two:
                verdict.add("peered-with-itself", one, one)
                continue
            if any(meet(a, b) for a in blocks[one] for b in theirs):
                verdict.add("peers-overlap", one, f"{one} and {two}")
            pair = frozenset((one, two))
            if pair in pairs:
                verdict.add("peered-twice", one, f"{one} and {two}")
            pairs.add(pair)
            for end in pair:
                counts[end] = counts.get(end, 0) + 1
    for one, count in counts.items():
        if count > PEERINGS:
            verdict.add("too-many-peerings", one, f"{count} peerings")


# What enforced encryption stops unless it is left out by name: vpc-encryption-controls.html.
def unencrypted(vpc, is_peered_with_others):
    tiers = vpc.get("tier", [])
    nat = vpc.get("nat", "none")
    if nat == "regional" or any(t["kind"] == "public" and t.get("subnets") for t in tiers):
        yield "internet-gateway"
    if nat != "none":
        yield "nat-gateway"
    if vpc.get("egress_only", False):
        yield "egress-only-internet-gateway"
    if "vpn_gateway" in vpc:
        yield "virtual-private-gateway"
    if is_peered_with_others:
        yield "vpc-peering"


def check_services(design, vpc, where, verdict):
    """What stands in the subnets of a tier has subnets there; names need both settings; encryption leaves out what it must."""
    tiers = {t["name"]: t for t in vpc.get("tier", [])}

    def zones(tier):
        return {s["zone"] for s in tiers.get(tier, {}).get("subnets", [])} & set(vpc["zones"])

    support, hostnames = vpc.get("dns_support", True), vpc.get("dns_hostnames", True)
    if hostnames and not support:
        verdict.add("hostnames-without-resolution", where, "DNS hostnames need DNS resolution")
    for endpoint in vpc.get("endpoint", []):
        if not zones(endpoint["tier"]):
            verdict.add("endpoint-without-subnet", where, endpoint["service"])
        if endpoint.get("private_dns", True) and not (support and hostnames):
            verdict.add("private-names-without-dns", where, endpoint["service"])
    if "resolver" in vpc and len(zones(vpc["resolver"]["tier"])) < 2:
        verdict.add("resolver-without-two-zones", where, vpc["resolver"]["tier"])
    if "transit_gateway" in vpc and not zones(vpc["transit_gateway"]["tier"]):
        verdict.add("attachment-without-subnet", where, vpc["transit_gateway"]["tier"])
    for tier in tiers.values():
        way = tier.get("egress", "nat").replace("-", "_")
        if tier["kind"] == "private" and way in ("transit_gateway", "vpn_gateway") and way not in vpc:
            verdict.add("egress-to-nothing", where, f"{tier['name']} goes out by a {way}")
    if vpc.get("encryption", "none") == "enforce":
        enforcing = {v["id"] for v in design["vpc"] if v.get("encryption") == "enforce"}
        peers = {p["with"] for p in vpc.get("peering", [])}
        peers |= {
            v["id"] for v in design["vpc"] if any(p["with"] == vpc["id"] for p in v.get("peering", []))
        }
        for what in unencrypted(vpc, not peers <= enforcing):
            if what not in vpc.get("encryption_exclusions", []):
                verdict.add("encryption-conflict", where, f"{what} is not left out")


def check(text):
    design = tomllib.loads(text)
    verdict = Verdict()
    blocks = {}
    for vpc in design.get("vpc", []):
        where = vpc["id"]
        blocks[where] = check_blocks(vpc, where, verdict)
        check_subnets(vpc, blocks[where], where, verdict)
        check_ipv6(vpc, where, verdict)
        check_ways(vpc, blocks[where], where, verdict)
        check_services(design, vpc, where, verdict)
        check_endpoints(vpc, where, verdict)
    check_peerings(design, blocks, verdict)
    return verdict.broken


def main(arguments):
    status = 0
    if arguments == ["--json-lines"]:
        for line in sys.stdin:
            item = json.loads(line)
            broken = check(item["text"])
            status = 1 if broken else status
            print(json.dumps({"name": item["name"], "broken": broken}))
        return status
    if not arguments or arguments[0].startswith("-"):
        print(__doc__.strip(), file=sys.stderr)
        return 2
    for path in arguments:
        try:
            with open(path, encoding="utf-8") as file:
                broken = check(file.read())
        except (OSError, ValueError, KeyError) as error:
            print(f"{path}: cannot be read: {error}", file=sys.stderr)
            return 2
        for it in broken:
            print(f"{path}: {it['rule']}: {it['where']}: {it['why']}")
        if broken:
            status = 1
        else:
            print(f"{path}: ok")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
