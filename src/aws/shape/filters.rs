//! Network ACLs and security groups.

use aws_sdk_ec2::types::{
    IcmpTypeCode, IpPermission, IpRange, Ipv6Range, NetworkAcl, NetworkAclAssociation,
    NetworkAclEntry, PortRange, PrefixListId, ReferencedSecurityGroup, SecurityGroup,
    SecurityGroupRule, UserIdGroupPair,
};

use super::members;

members!(NetworkAcl {
    Associations: associations,
    Entries: entries,
    IsDefault: is_default,
    NetworkAclId: network_acl_id,
    Tags: tags,
    VpcId: vpc_id,
    OwnerId: owner_id,
});
members!(NetworkAclAssociation {
    NetworkAclAssociationId: network_acl_association_id,
    NetworkAclId: network_acl_id,
    SubnetId: subnet_id,
});
members!(NetworkAclEntry {
    CidrBlock: cidr_block,
    Egress: egress,
    IcmpTypeCode: icmp_type_code,
    Ipv6CidrBlock: ipv6_cidr_block,
    PortRange: port_range,
    Protocol: protocol,
    RuleAction: rule_action,
    RuleNumber: rule_number,
});
members!(IcmpTypeCode {
    Code: code,
    Type: r#type
});
members!(PortRange { From: from, To: to });
members!(SecurityGroup {
    GroupId: group_id,
    IpPermissionsEgress: ip_permissions_egress,
    Tags: tags,
    VpcId: vpc_id,
    SecurityGroupArn: security_group_arn,
    OwnerId: owner_id,
    GroupName: group_name,
    Description: description,
    IpPermissions: ip_permissions,
});
members!(IpPermission {
    IpProtocol: ip_protocol,
    FromPort: from_port,
    ToPort: to_port,
    UserIdGroupPairs: user_id_group_pairs,
    IpRanges: ip_ranges,
    Ipv6Ranges: ipv6_ranges,
    PrefixListIds: prefix_list_ids,
});
members!(UserIdGroupPair {
    Description: description,
    UserId: user_id,
    GroupName: group_name,
    GroupId: group_id,
    VpcId: vpc_id,
    VpcPeeringConnectionId: vpc_peering_connection_id,
    PeeringStatus: peering_status,
});
members!(IpRange {
    Description: description,
    CidrIp: cidr_ip
});
members!(Ipv6Range {
    Description: description,
    CidrIpv6: cidr_ipv6
});
members!(PrefixListId {
    Description: description,
    PrefixListId: prefix_list_id
});
members!(SecurityGroupRule {
    SecurityGroupRuleId: security_group_rule_id,
    GroupId: group_id,
    GroupOwnerId: group_owner_id,
    IsEgress: is_egress,
    IpProtocol: ip_protocol,
    FromPort: from_port,
    ToPort: to_port,
    CidrIpv4: cidr_ipv4,
    CidrIpv6: cidr_ipv6,
    PrefixListId: prefix_list_id,
    ReferencedGroupInfo: referenced_group_info,
    Description: description,
    Tags: tags,
    SecurityGroupRuleArn: security_group_rule_arn,
});
members!(ReferencedSecurityGroup {
    GroupId: group_id,
    PeeringStatus: peering_status,
    UserId: user_id,
    VpcId: vpc_id,
    VpcPeeringConnectionId: vpc_peering_connection_id,
});
