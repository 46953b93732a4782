say() { printf '%s\n' "$*"; }

die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# ask COMMAND…: runs the AWS CLI and prints its answer. Where AWS is busy, or does not know yet what was made a moment
# ago, it asks again. An error whose code fits `tolerated` counts as no answer.
ask() {
  local answer tries=0
  while :; do
    if answer=$(aws "$1" "$2" --region "$REGION" --output text "${@:3}" 2>"$work/error"); then
      [ -z "$answer" ] || printf '%s\n' "$answer"
      return 0
    fi
    if [ -n "${tolerated:-}" ] && grep -Eq "\(($tolerated)\)" "$work/error"; then
      return 0
    fi
    if [ "$tries" -lt "$TRIES" ] && grep -Eq "\(($AGAIN)\)" "$work/error"; then
      tries=$((tries + 1))
      sleep "$PAUSE"
      continue
    fi
    cat "$work/error" >&2
    return 1
  done
}

# run COMMAND…: the same, where the answer tells nothing.
run() { ask "$@" >/dev/null; }

# make COMMAND…: the same for a call that makes something; prints its id.
make() {
  local id
  id=$(ask "$@") || exit 1
  case $id in
    '' | None | *[[:space:]]*) die "AWS has made nothing: $2 gave $id" ;;
  esac
  printf '%s' "$id"
}

# once COMMAND…: the same for a call that would make a second one if it were sent twice: the AWS CLI sends it once. When
# the answer is lost, the script ends; run again, it finds by the tags what was made.
once() {
  local AWS_MAX_ATTEMPTS=1
  export AWS_MAX_ATTEMPTS
  make "$@"
}

# wholly COMMAND…: for a call that answers with what it could not do.
wholly() {
  local left
  left=$(ask "$@") || exit 1
  case $left in
    '' | None) ;;
    *) die "$2: $left" ;;
  esac
}

told_made() {
  count_made=$((count_made + 1))
  say "made   $1  ${2:-}"
}

told_there() {
  count_there=$((count_there + 1))
  say "there  $1  ${2:-}"
}

told_gone() {
  count_gone=$((count_gone + 1))
  say "gone   $1  ${2:-}"
}

told_done() { say "done   $1"; }

# need_given VARIABLE WHAT: what is there already, and only you know which it is.
need_given() {
  [ -n "${!1:-}" ] || die "set the environment variable $1: $2"
}

# tag_list NAME [TAGS]: the tags of something, by the first two of which it is found again.
tag_list() {
  printf '[{"Key":"vpc-atlas:made","Value":"%s"},{"Key":"vpc-atlas:script","Value":"%s"}' "$1" "$STACK"
  [ -z "${2:-}" ] || printf ',%s' "$2"
  [ -z "$TAGS" ] || printf ',%s' "$TAGS"
  printf ']'
}

# tags TYPE NAME [TAGS]: the same for a call that makes something in EC2.
tags() { printf '[{"ResourceType":"%s","Tags":%s}]' "$1" "$(tag_list "$2" "${3:-}")"; }

# made KIND NAME [BLOCK]: the id of what was made under this name, by its tags; nothing where it is not there. A VPC or
# subnet with another block than this is not what is to be made.
made() {
  local kind=$1 name=$2 wanted=${3:-} list rows id state='' filter=--filters mine answer one block found=''
  case $kind in
    vpc) list=vpcs rows=Vpcs id=VpcId ;;
    subnet) list=subnets rows=Subnets id=SubnetId ;;
    route-table) list=route-tables rows=RouteTables id=RouteTableId ;;
    internet-gateway) list=internet-gateways rows=InternetGateways id=InternetGatewayId ;;
    egress-only-internet-gateway)
      list=egress-only-internet-gateways rows=EgressOnlyInternetGateways id=EgressOnlyInternetGatewayId
      ;;
    elastic-ip) list=addresses rows=Addresses id=AllocationId ;;
    natgateway) list=nat-gateways rows=NatGateways id=NatGatewayId state=State filter=--filter ;;
    transit-gateway-attachment)
      list=transit-gateway-vpc-attachments rows=TransitGatewayVpcAttachments id=TransitGatewayAttachmentId state=State
      filter='' # that list takes none by tags
      ;;
    vpn-gateway) list=vpn-gateways rows=VpnGateways id=VpnGatewayId state=State ;;
    vpc-peering-connection)
      list=vpc-peering-connections rows=VpcPeeringConnections id=VpcPeeringConnectionId state=Status.Code
      ;;
    vpc-endpoint) list=vpc-endpoints rows=VpcEndpoints id=VpcEndpointId state=State ;;
    security-group) list=security-groups rows=SecurityGroups id=GroupId ;;
    network-acl) list=network-acls rows=NetworkAcls id=NetworkAclId ;;
    flow-log) list=flow-logs rows=FlowLogs id=FlowLogId filter=--filter ;;
    vpc-encryption-control)
      list=vpc-encryption-controls rows=VpcEncryptionControls id=VpcEncryptionControlId state=State filter=''
      ;;
    *) die "there is no list of $kind" ;;
  esac
  mine="Tags[?Key=='vpc-atlas:made' && Value=='$name'] && Tags[?Key=='vpc-atlas:script' && Value=='$STACK']"
  if [ -n "$state" ]; then
    for one in $GONE; do mine="$mine && $state!='$one'"; done
  fi
  set -- "describe-$list" --query "${rows}[?$mine].[$id,CidrBlock]"
  [ -z "$filter" ] || set -- "$@" "$filter" \
    "[{\"Name\":\"tag:vpc-atlas:made\",\"Values\":[\"$name\"]},{\"Name\":\"tag:vpc-atlas:script\",\"Values\":[\"$STACK\"]}]"
  answer=$(ask ec2 "$@") || exit 1
  while read -r one block; do
    case $one in '' | None) continue ;; esac
    [ -z "$found" ] || die "$found and $one bear the same tags, $kind $name of $STACK; take the tags off one of them"
    [ -z "$wanted" ] || [ "$block" = "$wanted" ] ||
      die "$one bears the tags of $kind $name of $STACK, but has the block $block and not $wanted; use another --stack"
    found=$one
  done <<<"$answer"
  printf '%s' "$found"
}

# made_resolver NAME: the same for a resolver endpoint, whose list does not tell tags.
made_resolver() {
  local answer id arn tags
  answer=$(ask route53resolver list-resolver-endpoints \
    --query "ResolverEndpoints[?Status!='DELETING'].[Id,Arn]") || exit 1
  while read -r id arn; do
    [ -n "$arn" ] || continue
    tags=$(ask route53resolver list-tags-for-resource --resource-arn "$arn" \
      --query "Tags[?Key=='vpc-atlas:made' && Value=='$1' || Key=='vpc-atlas:script' && Value=='$STACK'].Key") || exit 1
    case $tags in
      *vpc-atlas:*vpc-atlas:*)
        printf '%s' "$id"
        return
        ;;
    esac
  done <<<"$answer"
}

# await WHAT WANTED COMMAND…: asks until the answer is one of the words, and says so when that takes too long.
await() {
  local what=$1 wanted=$2 word end=$((SECONDS + TIMEOUT))
  shift 2
  while :; do
    word=$("$@") || exit 1
    case $word in '' | None) word=gone ;; esac
    case " $wanted " in *" $word "*) return 0 ;; esac
    case $word in
      failed* | rejected | expired) die "$what is $word" ;;
    esac
    [ "$SECONDS" -lt "$end" ] || die "$what is still $word after $TIMEOUT seconds; when that has changed, run this again"
    sleep "$PAUSE"
  done
}

# await_nat_gateway ID: waits for a NAT gateway, and tells why where it fails.
await_nat_gateway() {
  run ec2 wait nat-gateway-available --nat-gateway-ids "$1" ||
    die "the NAT gateway $1 is not there: $(ask ec2 describe-nat-gateways --nat-gateway-ids "$1" \
      --query 'NatGateways[0].[State,FailureMessage]')"
}

# patient COMMAND…: what it finds; a moment after something was made it may not be told of yet.
patient() {
  local found tries=0
  while :; do
    found=$("$@") || exit 1
    if [ -n "$found" ]; then
      printf '%s' "$found"
      return 0
    fi
    [ "$tries" -lt "$TRIES" ] || die "there is no $*"
    tries=$((tries + 1))
    sleep "$PAUSE"
  done
}

# first_word COMMAND…: the first word of the answer.
first_word() {
  local answer word
  answer=$(ask "$@") || exit 1
  for word in $answer; do
    [ "$word" != None ] || continue
    printf '%s' "$word"
    return 0
  done
}

main_route_table() {
  first_word ec2 describe-route-tables --filters "Name=vpc-id,Values=$1" Name=association.main,Values=true \
    --query 'RouteTables[].RouteTableId'
}

main_route_table_association() {
  first_word ec2 describe-route-tables --filters "Name=vpc-id,Values=$1" Name=association.main,Values=true \
    --query 'RouteTables[].Associations[?Main][].RouteTableAssociationId'
}

default_network_acl() {
  first_word ec2 describe-network-acls --filters "Name=vpc-id,Values=$1" Name=default,Values=true \
    --query 'NetworkAcls[].NetworkAclId'
}

default_security_group() {
  first_word ec2 describe-security-groups --filters "Name=vpc-id,Values=$1" Name=group-name,Values=default \
    --query 'SecurityGroups[].GroupId'
}

nat_gateway_route_table() {
  first_word ec2 describe-nat-gateways --nat-gateway-ids "$1" --query 'NatGateways[].RouteTableId'
}

prefix_list() {
  first_word ec2 describe-prefix-lists --filters "Name=prefix-list-name,Values=$1" --query 'PrefixLists[].PrefixListId'
}

# ipv6_pool BLOCK: the pool of addresses of one's own that the block lies in.
ipv6_pool() {
  local answer pool outer blocks
  answer=$(ask ec2 describe-ipv6-pools --query "Ipv6Pools[].[PoolId,join(' ',PoolCidrBlocks[].Cidr)]") || exit 1
  while read -r pool blocks; do
    for outer in $blocks; do
      if lies_in "$1" "$outer"; then
        printf '%s' "$pool"
        return 0
      fi
    done
  done <<<"$answer"
}

# route_table_association ID: that of a subnet or a gateway.
route_table_association() {
  local by=SubnetId filter=association.subnet-id
  case $1 in subnet-*) ;; *) by=GatewayId filter=association.gateway-id ;; esac
  first_word ec2 describe-route-tables --filters "Name=$filter,Values=$1" \
    --query "RouteTables[].Associations[?$by=='$1'][].RouteTableAssociationId"
}

network_acl_association() {
  first_word ec2 describe-network-acls --filters "Name=association.subnet-id,Values=$1" \
    --query "NetworkAcls[].Associations[?SubnetId=='$1'][].NetworkAclAssociationId"
}

# vpc_cidr_association VPC [BLOCK]: without a block, that of the version 6 block that AWS chose.
vpc_cidr_association() {
  block_association describe-vpcs --vpc-ids Vpcs "$1" "${2:-}"
}

subnet_cidr_association() {
  block_association describe-subnets --subnet-ids Subnets "$1" "${2:-}"
}

block_association() {
  local alive six
  alive="CidrBlockState.State!='disassociated' && CidrBlockState.State!='disassociating'"
  six="Ipv6CidrBlockState.State!='disassociated' && Ipv6CidrBlockState.State!='disassociating'"
  case $5 in
    *:*) first_word ec2 "$1" "$2" "$4" --query "$3[].Ipv6CidrBlockAssociationSet[?Ipv6CidrBlock=='$5' && $six][].AssociationId" ;;
    *.*) first_word ec2 "$1" "$2" "$4" --query "$3[].CidrBlockAssociationSet[?CidrBlock=='$5' && $alive][].AssociationId" ;;
    *) first_word ec2 "$1" "$2" "$4" --query "$3[].Ipv6CidrBlockAssociationSet[?$six][].AssociationId" ;;
  esac
}

vpc_encryption_control() {
  first_word ec2 describe-vpc-encryption-controls --vpc-ids "$1" \
    --query 'VpcEncryptionControls[].VpcEncryptionControlId'
}

resolver_endpoint() {
  first_word route53resolver list-resolver-endpoints --filters "Name=HostVPCId,Values=$1" "Name=Name,Values=$2" \
    --query 'ResolverEndpoints[].Id'
}

# has_route TABLE FIELD DESTINATION TARGET: whether the route is there. One whose target is gone is taken away.
has_route() {
  local answer word state option
  case $2 in
    DestinationCidrBlock) option=--destination-cidr-block ;;
    DestinationIpv6CidrBlock) option=--destination-ipv6-cidr-block ;;
    *) option=--destination-prefix-list-id ;;
  esac
  answer=$(ask ec2 describe-route-tables --route-table-ids "$1" --query \
    "RouteTables[].Routes[?$2=='$3' && Origin=='CreateRoute'][].[State,GatewayId,NatGatewayId,TransitGatewayId,VpcPeeringConnectionId,EgressOnlyInternetGatewayId,NetworkInterfaceId,InstanceId,CarrierGatewayId,LocalGatewayId,CoreNetworkArn]") || exit 1
  [ -n "$answer" ] || return 1
  state=''
  for word in $answer; do
    [ -n "$state" ] || state=$word
    [ "$word" != "$4" ] || return 0
  done
  [ "$state" = blackhole ] || die "the route to $3 in $1 leads elsewhere than to $4; delete it, and run this again"
  run ec2 delete-route --route-table-id "$1" "$option" "$3" || exit 1
  return 1
}

# is_associated TABLE SUBNET-OR-GATEWAY: whether the table is that of the subnet or gateway.
is_associated() {
  local held
  held=$(associated_table "$2") || exit 1
  [ -n "$held" ] || return 1
  [ "$held" = "$1" ] || die "$2 has the route table $held and not $1; take it away, and run this again"
}

associated_table() {
  local by=SubnetId filter=association.subnet-id
  case $1 in subnet-*) ;; *) by=GatewayId filter=association.gateway-id ;; esac
  first_word ec2 describe-route-tables --filters "Name=$filter,Values=$1" --query \
    "RouteTables[].Associations[?$by=='$1' && AssociationState.State!='disassociating' && AssociationState.State!='disassociated' && AssociationState.State!='failed'][].RouteTableId"
}

# is_attached GATEWAY VPC
is_attached() {
  local held
  case $1 in
    igw-*) held=$(first_word ec2 describe-internet-gateways --internet-gateway-ids "$1" \
      --query "InternetGateways[].Attachments[?VpcId=='$2' && State!='detached'][].VpcId") || exit 1 ;;
    *) held=$(first_word ec2 describe-vpn-gateways --vpn-gateway-ids "$1" \
      --query "VpnGateways[].VpcAttachments[?VpcId=='$2' && State!='detached' && State!='detaching'][].VpcId") || exit 1 ;;
  esac
  [ -n "$held" ]
}

# has_block VPC-OR-SUBNET [BLOCK]
has_block() {
  local held
  case $1 in
    subnet-*) held=$(subnet_cidr_association "$1" "${2:-}") || exit 1 ;;
    *) held=$(vpc_cidr_association "$1" "${2:-}") || exit 1 ;;
  esac
  [ -n "$held" ]
}

# propagates TABLE GATEWAY
propagates() {
  local held
  held=$(first_word ec2 describe-route-tables --route-table-ids "$1" \
    --query "RouteTables[].PropagatingVgws[?GatewayId=='$2'][].GatewayId") || exit 1
  [ -n "$held" ]
}

# is_active PEERING
is_active() {
  local held
  held=$(first_word ec2 describe-vpc-peering-connections --vpc-peering-connection-ids "$1" \
    --query 'VpcPeeringConnections[].Status.Code') || exit 1
  [ "$held" = active ]
}

# has_mode CONTROL MODE
has_mode() {
  local held
  held=$(first_word ec2 describe-vpc-encryption-controls --vpc-encryption-control-ids "$1" \
    --query 'VpcEncryptionControls[].Mode') || exit 1
  [ "$held" = "$2" ]
}

# has_entry ACL NUMBER EGRESS
has_entry() {
  local held
  held=$(first_word ec2 describe-network-acls --network-acl-ids "$1" --query \
    "NetworkAcls[].Entries[?to_string(RuleNumber)=='$2' && to_string(Egress)=='$3'][].RuleNumber") || exit 1
  [ -n "$held" ]
}

# is_guarded ACL SUBNET
is_guarded() {
  local held
  held=$(first_word ec2 describe-network-acls --filters "Name=association.subnet-id,Values=$2" \
    --query "NetworkAcls[].Associations[?SubnetId=='$2'][].NetworkAclId") || exit 1
  [ "$held" = "$1" ]
}

# ipv6_block VPC: the version 6 block that AWS chose.
ipv6_block() {
  first_word ec2 describe-vpcs --vpc-ids "$1" --query \
    "Vpcs[].Ipv6CidrBlockAssociationSet[?Ipv6CidrBlockState.State=='associated'][].Ipv6CidrBlock"
}

# upper_half BLOCK: the first half of a version 6 address as a number.
upper_half() {
  local value=0 i groups
  IFS=: read -r -a groups <<<"${1%%::*}"
  for i in 0 1 2 3; do
    value=$(((value << 16) | 16#${groups[i]:-0}))
  done
  printf '%d' "$value"
}

# lies_in BLOCK OUTER: whether a version 6 block lies in another; both are /64 or larger.
lies_in() {
  local shift=$((64 - ${2#*/}))
  [ "${1#*/}" -ge "${2#*/}" ] || return 1
  [ "$(($(upper_half "$1") >> shift))" -eq "$(($(upper_half "$2") >> shift))" ]
}

# part_of BLOCK NUMBER/MASK: a part of a version 6 block, counted from its start, the number in hex.
part_of() {
  local mask=${2#*/} number=$((16#${2%/*})) value
  if [ "$mask" -gt 64 ] || [ "$mask" -lt "${1#*/}" ] || [ "$number" -ge $((1 << (mask - ${1#*/}))) ]; then
    die "$1 has no part $2"
  fi
  value=$(($(upper_half "$1") + (number << (64 - mask))))
  printf '%x:%x:%x:%x::/%d' $(((value >> 48) & 65535)) $(((value >> 32) & 65535)) $(((value >> 16) & 65535)) \
    $((value & 65535)) "$mask"
}

# confirm WHAT: says whose account it is, and goes on when you say so.
confirm() {
  local account answer
  account=$(ask sts get-caller-identity --query Account) || exit 1
  say "account $account${AWS_PROFILE:+ (profile $AWS_PROFILE)}, region $REGION, name $STACK: $1"
  [ "$YES" != 1 ] || return 0
  printf 'Type yes to go on: '
  read -r answer || die "nobody answers; say --yes, or set YES=1"
  [ "$answer" = yes ] || die "nothing was done"
}
