"""A launch template whose instances give their credentials to whoever asks."""

import pulumi_aws as aws

aws.ec2.LaunchTemplate(
    "nodes",
    metadata_options=aws.ec2.LaunchTemplateMetadataOptionsArgs(
        http_endpoint="enabled", http_tokens="optional", http_put_response_hop_limit=2
    ),
    block_device_mappings=[
        aws.ec2.LaunchTemplateBlockDeviceMappingArgs(
            device_name="/dev/xvda",
            ebs=aws.ec2.LaunchTemplateBlockDeviceMappingEbsArgs(
                encrypted="true", delete_on_termination="true", volume_type="gp3", volume_size=100
            ),
        )
    ],
    tags={"owner": "platform", "eks-efa/stack": "bad"},
)
