"""What a plan takes down of a program, and what it puts in the place of what AWS would add."""

from pathlib import Path
from textwrap import dedent

import pytest

from plan.document import Plan
from sandbox.engine.errors import SandboxError
from sandbox.engine.values import MASK
from tests.plan.small_program import planned, write


def inputs(plan: Plan, name: str) -> dict[str, object]:
    (found,) = [each for each in plan.resources if each.name == name]
    return found.inputs


def test_resources_are_there_with_their_inputs_and_their_component(tmp_path: Path) -> None:
    plan = planned(tmp_path)
    assert [(each.type, each.name, each.component) for each in plan.resources] == [
        ("aws:ec2/subnet:Subnet", "subnet", "network"),
        ("aws:ec2/vpc:Vpc", "vpc", "network"),
    ]
    assert inputs(plan, "vpc")["cidrBlock"] == "10.0.0.0/16"


def test_what_the_deployment_will_tell_names_the_resource_it_comes_from(tmp_path: Path) -> None:
    plan = planned(tmp_path)
    assert inputs(plan, "subnet")["vpcId"] == "${Vpc vpc.id}"
    assert plan.outputs == {"vpcId": "${Vpc vpc.id}"}


def test_what_is_made_of_it_can_be_read_too(tmp_path: Path) -> None:
    program = """
        role = aws.iam.Role("role", assume_role_policy="{}")
        document = pulumi.Output.json_dumps({"Resource": role.arn})
        aws.iam.RolePolicy("policy", role=role.name, policy=document)
    """
    policy = inputs(planned(tmp_path, program), "policy")
    assert policy["role"] == "${Role role.name}"
    assert policy["policy"] == '{"Resource": "arn:aws:iam::123456789012:${Role role.arn}"}'


def test_an_output_that_nobody_can_name_stays_unknown(tmp_path: Path) -> None:
    program = """
        address = aws.ec2.Eip("address", domain="vpc")
        aws.ec2.Tag("tag", resource_id=address.id, key="ip", value=address.public_ip)
    """
    (tag,) = [each for each in planned(tmp_path, program).resources if each.name == "tag"]
    assert tag.inputs["value"] == "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def test_no_secret_gets_into_a_plan(tmp_path: Path) -> None:
    program = """
        secret = pulumi.Output.secret("hunter2")
        aws.ssm.Parameter("parameter", type="SecureString", value=secret)
        aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", tags={"password": secret})
        pulumi.export("password", secret)
        pulumi.export("inside", {"deep": [secret]})
    """
    plan = planned(tmp_path, program)
    assert inputs(plan, "parameter")["value"] == inputs(plan, "vpc")["tags"] == MASK
    assert plan.outputs == {"password": MASK, "inside": MASK}
    assert "hunter2" not in plan.to_json()


def test_what_a_handler_calls_secret_stays_one_on_its_way(tmp_path: Path) -> None:
    program = """
        import pulumi_eks as eks
        import pulumi_kubernetes as kubernetes
        cluster = eks.Cluster("cluster", skip_default_node_group=True)
        kubernetes.Provider("provider", kubeconfig=cluster.kubeconfig_json)
    """
    assert inputs(planned(tmp_path, program), "provider")["kubeconfig"] == MASK


def test_the_cluster_inside_pulumi_eks_component_can_be_used(tmp_path: Path) -> None:
    program = """
        import pulumi_eks as eks
        cluster = eks.Cluster("cluster", name="train", skip_default_node_group=True)
        pulumi.export("name", cluster.eks_cluster.name)
        pulumi.export("endpoint", cluster.eks_cluster.endpoint)
        pulumi.export("ca", cluster.eks_cluster.certificate_authority.data)
    """
    assert planned(tmp_path, program).outputs == {
        "name": "train",
        "endpoint": "${Cluster cluster.endpoint}",
        "ca": "${Cluster cluster.certificateAuthority}",
    }


def test_a_stack_has_its_own_settings(tmp_path: Path) -> None:
    stacks = {"one": "aws:region: us-west-2", "two": "aws:region: eu-west-1\n  small:cidr: 10.9.0.0/16"}
    one, two = (planned(tmp_path, stack=name, **stacks) for name in ("one", "two"))
    assert (one.region, two.region) == ("us-west-2", "eu-west-1")
    assert inputs(two, "vpc")["cidrBlock"] == "10.9.0.0/16"


def test_a_setting_that_only_pulumi_can_decrypt_is_masked(tmp_path: Path) -> None:
    config = "aws:region: us-west-2\n  small:password: {secure: AAABAJ8}"
    program = "pulumi.export('password', config.require_secret('password'))"
    assert planned(tmp_path, program, one=config).outputs == {"password": MASK}


def test_a_program_that_refuses_its_settings_is_no_plan(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="owner: missing"):
        planned(tmp_path, "raise pulumi.RunError('owner: missing')")


def test_a_resource_that_is_registered_twice_is_refused(tmp_path: Path) -> None:
    program = "a, b = (aws.ec2.Vpc('vpc', cidr_block='10.0.0.0/16') for _ in range(2))"
    with pytest.raises(SandboxError, match="registered twice"):
        planned(tmp_path, program)


def test_a_stack_without_a_file_is_refused_with_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match="stacks here: one"):
        planned(tmp_path, stack="two", one="aws:region: us-west-2")


def test_two_programs_in_one_process_do_not_share_modules(tmp_path: Path) -> None:
    plans = []
    for number in ("1", "2"):
        folder = write(tmp_path / number, "from parts.tags import TAGS\naws.ec2.Vpc('vpc', tags=TAGS)")
        (folder / "parts").mkdir()
        (folder / "parts" / "__init__.py").touch()
        (folder / "parts" / "tags.py").write_text(f'TAGS = {{"program": "{number}"}}\n')
        plans.append(planned(folder, "from parts.tags import TAGS\naws.ec2.Vpc('vpc', tags=TAGS)"))
    assert [inputs(plan, "vpc")["tags"] for plan in plans] == [{"program": "1"}, {"program": "2"}]


def test_the_programs_own_policies_judge_it(tmp_path: Path) -> None:
    pack = write(tmp_path) / "policies"
    pack.mkdir()
    (pack / "__init__.py").touch()
    (pack / "reading.py").write_text("UNKNOWN = object()\n")
    (pack / "environment.py").write_text(
        "class Environment:\n    @staticmethod\n    def of(settings): return settings\n"
    )
    (pack / "views.py").write_text(
        "from types import SimpleNamespace as Resource\n"
        "class Stack:\n    def __init__(self, resources): self.resources = resources\n"
    )
    (pack / "evaluation.py").write_text(
        dedent(
            """
            from types import SimpleNamespace as Made

            def evaluate(stack, settings):
                for each in stack.resources:
                    if each.type == "aws:ec2/vpc:Vpc":
                        message = f"{settings['cidr']} in {len(stack.resources)} resources"
                        yield Made(rule=Made(id="no-vpc"), level="mandatory",
                                   finding=Made(resource=each, message=message))
            """
        )
    )
    (violation,) = planned(tmp_path).violations
    assert str(violation) == "no-vpc (mandatory): vpc: 10.0.0.0/16 in 3 resources"


def test_what_the_program_warns_of_is_part_of_the_plan(tmp_path: Path) -> None:
    program = """
        pulumi.log.warn("owner: doubtful")
        pulumi.log.info("nothing to say")
    """
    assert planned(tmp_path, program).warnings == ("owner: doubtful",)
