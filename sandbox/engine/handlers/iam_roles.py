"""IAM roles, and policies in and on them."""

from sandbox.engine.handler import Handler
from sandbox.engine.handlers.absence import absent_is_fine
from sandbox.engine.handlers.iam_policies import iam_tags
from sandbox.engine.handlers.spelling import given, tag_changes, tags_of
from sandbox.engine.values import Properties
from sandbox.engine.world import World


class Role(Handler):
    """`aws:iam/role:Role`, with inline and managed policies given in it. Its id is its name."""

    replace_on = frozenset({"name", "namePrefix", "path"})
    identity = frozenset({"name"})

    def create(self, world: World, name: str, inputs: Properties) -> tuple[str, Properties]:
        """A role."""
        id: str = inputs.get("name", name)
        world.iam.create_role(
            RoleName=id,
            AssumeRolePolicyDocument=inputs["assumeRolePolicy"],
            Tags=iam_tags(tags_of(inputs)),
            **given(inputs, "description", "maxSessionDuration", "path", "permissionsBoundary"),
        )
        self._set_policies(world, id, {}, inputs)
        return id, self._outputs(world, id, inputs)

    def update(self, world: World, id: str, old_inputs: Properties, new_inputs: Properties) -> Properties:
        """Trust, description, boundary, policies and tags."""
        world.iam.update_assume_role_policy(RoleName=id, PolicyDocument=new_inputs["assumeRolePolicy"])
        world.iam.update_role(
            RoleName=id,
            Description=new_inputs.get("description", ""),
            MaxSessionDuration=new_inputs.get("maxSessionDuration", 3600),
        )
        if "permissionsBoundary" in new_inputs:
            boundary = new_inputs["permissionsBoundary"]
            world.iam.put_role_permissions_boundary(RoleName=id, PermissionsBoundary=boundary)
        elif "permissionsBoundary" in old_inputs:
            world.iam.delete_role_permissions_boundary(RoleName=id)
        self._set_policies(world, id, old_inputs, new_inputs)
        removed, changed = tag_changes(old_inputs, new_inputs)
        if removed:
            world.iam.untag_role(RoleName=id, TagKeys=removed)
        if changed:
            world.iam.tag_role(RoleName=id, Tags=iam_tags(changed))
        return self._outputs(world, id, new_inputs)

    def delete(self, world: World, id: str, inputs: Properties, outputs: Properties) -> None:
        """With everything attached to it, Karpenter's instance profiles of it included."""
        with absent_is_fine():
            for attached in world.iam.list_attached_role_policies(RoleName=id)["AttachedPolicies"]:
                world.iam.detach_role_policy(RoleName=id, PolicyArn=attached["PolicyArn"])
            for policy in world.iam.list_role_policies(RoleName=id)["PolicyNames"]:
                world.iam.delete_role_policy(RoleName=id, PolicyName=policy)
            for profile in world.iam.list_instance_profiles_for_role(RoleName=id)["InstanceProfiles"]:
                profile_name = profile["InstanceProfileName"]
                world.iam.remove_role_from_instance_profile(InstanceProfileName=profile_name, RoleName=id)
            world.iam.delete_role(RoleName=id)

    def find(self, world: World, name: str, inputs: Properties) -> str | None:
        """By name."""
        with absent_is_fine():
            return world.iam.get_role(RoleName=inputs.get("name", name))["Role"]["RoleName"]
        return None

    def read(self, world: World, id: str, inputs: Properties) -> Properties | None:
        """An existing role."""
        with absent_is_fine():
            return self._outputs(world, id, inputs)
        return None

    def _set_policies(self, world: World, id: str, old: Properties, new: Properties) -> None:
        for arn in set(old.get("managedPolicyArns", [])) - set(new.get("managedPolicyArns", [])):
            world.iam.detach_role_policy(RoleName=id, PolicyArn=arn)
        for arn in new.get("managedPolicyArns", []):
            world.iam.attach_role_policy(RoleName=id, PolicyArn=arn)
        for policy in new.get("inlinePolicies", []):
            world.iam.put_role_policy(RoleName=id, PolicyName=policy["name"], PolicyDocument=policy["policy"])

    def _outputs(self, world: World, id: str, inputs: Properties) -> Properties:
        role = world.iam.get_role(RoleName=id)["Role"]
        return {
            "path": "/",
            "maxSessionDuration": 3600,
            **inputs,
            "name": id,
            "arn": role["Arn"],
            "createDate": role["CreateDate"].isoformat(),
            "uniqueId": role["RoleId"],
            "tagsAll": tags_of(inputs),
        }


class RolePolicy(Handler):
    """`aws:iam/rolePolicy:RolePolicy`: a policy within a role."""

    replace_on = frozenset({"role", "name", "namePrefix"})
    identity = frozenset({"role", "name"})

    def create(self, world: World, name: str, inputs: Properties) -> tuple[str, Properties]:
        """Put it, over one of the same name."""
        id = f"{inputs['role']}:{inputs.get('name', name)}"
        return id, self.update(world, id, {}, inputs)

    def update(self, world: World, id: str, old_inputs: Properties, new_inputs: Properties) -> Properties:
        """Another document."""
        role, _, name = id.partition(":")
        world.iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=new_inputs["policy"])
        return {**new_inputs, "name": name}

    def delete(self, world: World, id: str, inputs: Properties, outputs: Properties) -> None:
        """The policy alone."""
        role, _, name = id.partition(":")
        with absent_is_fine():
            world.iam.delete_role_policy(RoleName=role, PolicyName=name)


class RolePolicyAttachment(Handler):
    """`aws:iam/rolePolicyAttachment:RolePolicyAttachment`."""

    replace_on = frozenset({"role", "policyArn"})
    identity = frozenset[str]()

    def create(self, world: World, name: str, inputs: Properties) -> tuple[str, Properties]:
        """Attach; attaching twice is one attachment."""
        world.iam.attach_role_policy(RoleName=inputs["role"], PolicyArn=inputs["policyArn"])
        return f"{inputs['role']}/{inputs['policyArn']}", inputs

    def update(self, world: World, id: str, old_inputs: Properties, new_inputs: Properties) -> Properties:
        """Nothing of it can be changed."""
        return new_inputs

    def delete(self, world: World, id: str, inputs: Properties, outputs: Properties) -> None:
        """Detach."""
        with absent_is_fine():
            world.iam.detach_role_policy(RoleName=inputs["role"], PolicyArn=inputs["policyArn"])
