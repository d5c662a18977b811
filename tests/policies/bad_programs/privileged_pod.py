"""A job whose workers are root on their nodes, described deep inside a custom resource."""

import pulumi
import pulumi_kubernetes as kubernetes

cluster = kubernetes.Provider("cluster", kubeconfig="{}")
kubernetes.apiextensions.CustomResource(
    "job",
    api_version="kubeflow.org/v2beta1",
    kind="MPIJob",
    metadata={"name": "job", "namespace": "training"},
    spec={
        "runPolicy": {"activeDeadlineSeconds": 600, "ttlSecondsAfterFinished": 600},
        "mpiReplicaSpecs": {
            "Worker": {
                "replicas": 2,
                "template": {
                    "spec": {
                        "automountServiceAccountToken": False,
                        "hostNetwork": True,
                        "securityContext": {"runAsNonRoot": True},
                        "containers": [
                            {
                                "name": "worker",
                                "image": "registry.test/training:1",
                                "securityContext": {"privileged": True},
                                "resources": {
                                    "requests": {"cpu": "1", "memory": "1Gi"},
                                    "limits": {"memory": "1Gi"},
                                },
                            }
                        ],
                    }
                },
            }
        },
    },
    opts=pulumi.ResourceOptions(provider=cluster),
)
