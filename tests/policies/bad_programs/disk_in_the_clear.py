"""A launch template with a disk that is not encrypted and outlives its instance."""

import pulumi_aws as aws

aws.ec2.LaunchTemplate(
    "nodes",
    metadata_options=aws.ec2.LaunchTemplateMetadataOptionsArgs(
        http_endpoint="enabled", http_tokens="required", http_put_response_hop_limit=1
    ),
    block_device_mappings=[
        aws.ec2.LaunchTemplateBlockDeviceMappingArgs(
            device_name="/dev/xvda",
            ebs=aws.ec2.LaunchTemplateBlockDeviceMappingEbsArgs(volume_type="gp3", volume_size=100),
        )
    ],
    tags={"owner": "platform", "eks-efa/stack": "bad"},
)
