#!/usr/bin/env bash
# Runs the scripts of designs, each in an account of its own, with whatever `aws` comes first in PATH.
#
#   tests/code/script.sh FOLDER…
#
# A folder holds make.sh and delete.sh. What happens is left beside them: `make.txt`, `again.txt`, `delete.txt` and
# `deleted.txt` what the scripts said, each with its status in the last line; `before`, `first`, `second` and `left` the
# ids of all there is before, after the first and second run of make.sh, and after that of delete.sh; `live` what EC2
# describes in between, as the program reads it; `calls` how often each call was made, where that is known.
#
# LIST is a command that prints the ids of all there is, RESET one that empties the account.
set -euo pipefail

export YES=1 PAUSE=0 TRIES=3 TIMEOUT=30 AWS_DEFAULT_REGION="$AWS_REGION"

attempt() {
  local said=$1 status=0
  shift
  "$@" >"$said" 2>&1 </dev/null || status=$?
  printf '%s\n' "$status" >>"$said"
}

describe() {
  local folder=$1 list vpc attribute
  mkdir -p "$folder"
  for list in vpcs subnets route-tables internet-gateways egress-only-internet-gateways nat-gateways addresses \
    vpc-endpoints security-groups network-acls vpc-peering-connections vpn-gateways transit-gateway-attachments \
    transit-gateway-vpc-attachments flow-logs; do
    aws ec2 "describe-$list" --output json >"$folder/describe-$list.json"
  done
  for vpc in $(aws ec2 describe-vpcs --query 'Vpcs[].VpcId' --output text); do
    for attribute in enableDnsSupport enableDnsHostnames; do
      aws ec2 describe-vpc-attribute --vpc-id "$vpc" --attribute "$attribute" --output json \
        >"$folder/describe-vpc-attribute.$attribute.$vpc.json"
    done
  done
}

for folder; do
  ${RESET:-true}
  # What is there already: a transit gateway, and the bucket that flow logs go to.
  hub=$(aws ec2 create-transit-gateway --query TransitGateway.TransitGatewayId --output text)
  for name in $(sed -n 's/^need_given \([A-Z0-9_]*\) .*/\1/p' "$folder/make.sh"); do export "$name=$hub"; done
  grep -oh 'arn:aws:s3:::[a-z0-9.-]*' "$folder/make.sh" | sort -u | while IFS=: read -r _ _ _ _ _ bucket; do
    place=(--create-bucket-configuration "LocationConstraint=$AWS_REGION")
    [ "$AWS_REGION" != us-east-1 ] || place=()
    aws s3api create-bucket --bucket "$bucket" "${place[@]}" >/dev/null
  done || true
  $LIST >"$folder/before"
  attempt "$folder/make.txt" bash "$folder/make.sh"
  $LIST >"$folder/first"
  describe "$folder/live"
  attempt "$folder/again.txt" bash "$folder/make.sh"
  $LIST >"$folder/second"
  attempt "$folder/delete.txt" bash "$folder/delete.sh"
  $LIST >"$folder/left"
  attempt "$folder/deleted.txt" bash "$folder/delete.sh"
  [ -z "${RESET:-}" ] || aws moto calls >"$folder/calls"
done
