"""What keeps `pulumi destroy` from a stack that runs."""

import pulumi


class DeletionProtection(pulumi.ComponentResource):
    """An entry in Pulumi's state and nothing in AWS: it comes after everything else, so it goes first.

    While it is protected it does not go, and with it stays all that it depends on: of what a failed step
    depends on nothing is tried (performPostSteps in pkg/resource/deploy/deployment_executor.go of
    pulumi/pulumi). EKS' own protection comes too late: DeleteCluster is called when all that ran in the
    cluster is gone. So does `protect` on the cluster, which Pulumi meets when its turn comes
    (DeleteStep.Apply in step.go there). As nothing but this entry is protected, pools come and go as ever.

    `--exclude-protected` takes nothing away either: it keeps all that a protected resource depends on
    (getProtectedExcludes in pkg/cmd/pulumi/operations/destroy.go, getExcludeDependencies in
    pkg/resource/deploy/step_generator.go). Of either, engine 3.274.1 was seen to tell its provider of no
    deletion. `--ignore-protect`, which Pulumi has had since 3.256, takes all.
    """

    def __init__(self, name: str, everything: pulumi.Resource, *, on: bool) -> None:
        """Protect a component with all of its descendants.

        It is there when off too: Pulumi would refuse to take away what is protected still.
        """
        super().__init__(
            "eks-efa:cluster:DeletionProtection",
            name,
            None,
            pulumi.ResourceOptions(depends_on=[everything], protect=on),
        )
        self.register_outputs({})
