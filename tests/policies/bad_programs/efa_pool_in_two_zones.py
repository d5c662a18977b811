"""An EFA node group over two zones: its nodes cannot reach each other by EFA."""

import pulumi_aws as aws

TAGS = {"owner": "platform", "eks-efa/stack": "bad"}

subnets = [
    aws.ec2.Subnet(
        f"subnet-{zone}",
        vpc_id="vpc-1",
        availability_zone=f"us-west-2{zone}",
        cidr_block=f"10.0.{number}.0/24",
        map_public_ip_on_launch=False,
        tags=TAGS,
    )
    for number, zone in enumerate("ab")
]
group = aws.ec2.SecurityGroup("efa", description="EFA", vpc_id="vpc-1", tags=TAGS)
aws.vpc.SecurityGroupIngressRule(
    "from-itself",
    security_group_id=group.id,
    referenced_security_group_id=group.id,
    ip_protocol="-1",
    description="EFA",
    tags=TAGS,
)
aws.vpc.SecurityGroupEgressRule(
    "to-itself",
    security_group_id=group.id,
    referenced_security_group_id=group.id,
    ip_protocol="-1",
    description="EFA",
    tags=TAGS,
)
place = aws.ec2.PlacementGroup("place", strategy="cluster", tags=TAGS)
template = aws.ec2.LaunchTemplate(
    "train",
    metadata_options=aws.ec2.LaunchTemplateMetadataOptionsArgs(
        http_endpoint="enabled", http_tokens="required", http_put_response_hop_limit=1
    ),
    block_device_mappings=[
        aws.ec2.LaunchTemplateBlockDeviceMappingArgs(
            device_name="/dev/xvda",
            ebs=aws.ec2.LaunchTemplateBlockDeviceMappingEbsArgs(
                encrypted="true", delete_on_termination="true", volume_type="gp3", volume_size=100
            ),
        )
    ],
    network_interfaces=[
        aws.ec2.LaunchTemplateNetworkInterfaceArgs(
            network_card_index=0, device_index=device, interface_type=kind, security_groups=[group.id]
        )
        for device, kind in enumerate(("interface", "efa-only"))
    ],
    placement=aws.ec2.LaunchTemplatePlacementArgs(group_name=place.name),
    tags=TAGS,
)
aws.eks.NodeGroup(
    "train",
    cluster_name="train",
    node_role_arn="arn:aws:iam::123456789012:role/node",
    subnet_ids=[subnet.id for subnet in subnets],
    launch_template=aws.eks.NodeGroupLaunchTemplateArgs(
        id=template.id, version=template.latest_version.apply(str)
    ),
    scaling_config=aws.eks.NodeGroupScalingConfigArgs(min_size=0, desired_size=0, max_size=2),
    tags=TAGS,
)
