"""Who may use a cluster's API, and which IAM roles its pods have."""

from typing import Any

from sandbox.engine.handler import Handler
from sandbox.engine.handlers.absence import absent_is_fine
from sandbox.engine.handlers.spelling import differ, tag_changes, tags_of
from sandbox.engine.values import Properties
from sandbox.engine.world import World


def _retag(world: World, arn: str, old: Properties, new: Properties) -> None:
    removed, changed = tag_changes(old, new)
    if removed:
        world.eks.untag_resource(resourceArn=arn, tagKeys=removed)
    if changed:
        world.eks.tag_resource(resourceArn=arn, tags=changed)


class AccessEntry(Handler):
    """`aws:eks/accessEntry:AccessEntry`. Its id is `cluster:principal`."""

    replace_on = frozenset({"clusterName", "principalArn", "type"})
    identity = frozenset({"clusterName", "principalArn"})

    def create(self, world: World, name: str, inputs: Properties) -> tuple[str, Properties]:
        """An entry for one IAM principal."""
        arguments: dict[str, Any] = {
            key: inputs[key] for key in ("kubernetesGroups", "type") if key in inputs
        }
        if "userName" in inputs:
            arguments["username"] = inputs["userName"]
        cluster, principal = inputs["clusterName"], inputs["principalArn"]
        world.eks.create_access_entry(
            clusterName=cluster, principalArn=principal, tags=tags_of(inputs), **arguments
        )
        return f"{cluster}:{principal}", self._outputs(world, inputs)

    def update(self, world: World, id: str, old_inputs: Properties, new_inputs: Properties) -> Properties:
        """Groups, user name and tags."""
        if differ(old_inputs, new_inputs, "kubernetesGroups", "userName"):
            arguments: dict[str, Any] = {"kubernetesGroups": new_inputs.get("kubernetesGroups", [])}
            if "userName" in new_inputs:
                arguments["username"] = new_inputs["userName"]
            world.eks.update_access_entry(
                clusterName=new_inputs["clusterName"], principalArn=new_inputs["principalArn"], **arguments
            )
        outputs = self._outputs(world, new_inputs)
        _retag(world, outputs["accessEntryArn"], old_inputs, new_inputs)
        return outputs

    def delete(self, world: World, id: str, inputs: Properties, outputs: Properties) -> None:
        """With its policies."""
        with absent_is_fine():
            world.eks.delete_access_entry(
                clusterName=inputs["clusterName"], principalArn=inputs["principalArn"]
            )

    def find(self, world: World, name: str, inputs: Properties) -> str | None:
        """By cluster and principal."""
        with absent_is_fine():
            self._outputs(world, inputs)
            return f"{inputs['clusterName']}:{inputs['principalArn']}"
        return None

    def _outputs(self, world: World, inputs: Properties) -> Properties:
        cluster, principal = inputs["clusterName"], inputs["principalArn"]
        entry = world.eks.describe_access_entry(clusterName=cluster, principalArn=principal)["accessEntry"]
        return {
            **inputs,
            "accessEntryArn": entry["accessEntryArn"],
            "createdAt": entry["createdAt"].isoformat(),
            "modifiedAt": entry["modifiedAt"].isoformat(),
            "kubernetesGroups": entry.get("kubernetesGroups", []),
            "type": entry["type"],
            "userName": entry.get("username", ""),
            "tagsAll": tags_of(inputs),
        }


class AccessPolicyAssociation(Handler):
    """`aws:eks/accessPolicyAssociation:AccessPolicyAssociation`. Its id is `cluster#principal#policy`."""

    replace_on = frozenset({"clusterName", "principalArn", "policyArn"})
    identity = frozenset({"clusterName", "principalArn", "policyArn"})

    def create(self, world: World, name: str, inputs: Properties) -> tuple[str, Properties]:
        """Associate; associating twice is one association."""
        id = "#".join(inputs[key] for key in ("clusterName", "principalArn", "policyArn"))
        return id, self.update(world, id, {}, inputs)

    def update(self, world: World, id: str, old_inputs: Properties, new_inputs: Properties) -> Properties:
        """Another scope."""
        answer = world.eks.associate_access_policy(
            clusterName=new_inputs["clusterName"],
            principalArn=new_inputs["principalArn"],
            policyArn=new_inputs["policyArn"],
            accessScope=new_inputs["accessScope"],
        )["associatedAccessPolicy"]
        associated, modified = answer["associatedAt"].isoformat(), answer["modifiedAt"].isoformat()
        return {**new_inputs, "associatedAt": associated, "modifiedAt": modified}

    def delete(self, world: World, id: str, inputs: Properties, outputs: Properties) -> None:
        """The association alone."""
        with absent_is_fine():
            world.eks.disassociate_access_policy(
                clusterName=inputs["clusterName"],
                principalArn=inputs["principalArn"],
                policyArn=inputs["policyArn"],
            )


class PodIdentityAssociation(Handler):
    """`aws:eks/podIdentityAssociation:PodIdentityAssociation`. Its id is EKS's own."""

    replace_on = frozenset({"clusterName", "namespace", "serviceAccount"})
    identity = frozenset({"clusterName", "namespace", "serviceAccount"})

    def create(self, world: World, name: str, inputs: Properties) -> tuple[str, Properties]:
        """A role for one service account."""
        association = world.eks.create_pod_identity_association(
            tags=tags_of(inputs), **_association_arguments(inputs, "namespace", "serviceAccount")
        )["association"]
        id = association["associationId"]
        return id, self._outputs(association, inputs)

    def update(self, world: World, id: str, old_inputs: Properties, new_inputs: Properties) -> Properties:
        """Role and tags."""
        association = world.eks.update_pod_identity_association(
            associationId=id, **_association_arguments(new_inputs)
        )["association"]
        _retag(world, association["associationArn"], old_inputs, new_inputs)
        return self._outputs(association, new_inputs)

    def delete(self, world: World, id: str, inputs: Properties, outputs: Properties) -> None:
        """Pods keep the credentials they have until these run out."""
        with absent_is_fine():
            world.eks.delete_pod_identity_association(clusterName=inputs["clusterName"], associationId=id)

    def find(self, world: World, name: str, inputs: Properties) -> str | None:
        """By service account, which has one at the most."""
        with absent_is_fine():
            found = world.eks.list_pod_identity_associations(
                clusterName=inputs["clusterName"],
                namespace=inputs["namespace"],
                serviceAccount=inputs["serviceAccount"],
            )["associations"]
            return found[0]["associationId"] if found else None
        return None

    def _outputs(self, association: Any, inputs: Properties) -> Properties:
        return {
            **inputs,
            "associationArn": association["associationArn"],
            "associationId": association["associationId"],
            "externalId": association.get("externalId", ""),
            "tagsAll": tags_of(inputs),
        }


def _association_arguments(inputs: Properties, *further: str) -> dict[str, Any]:
    names = ("clusterName", "roleArn", "disableSessionTags", "targetRoleArn", *further)
    return {name: inputs[name] for name in names if name in inputs}
