from sandbox.world.charts import local_chart, released

CHART = "name: karpenter\nversion: 1.13.0\nappVersion: 1.13.0\n"
VALUES = """controller:
  image:
    repository: public.ecr.aws/karpenter/controller
    tag: 1.13.0
    digest: sha256:ea731b0cd813add8b2947a76bfe861c38069d85922b01d0c1647d1466279b7fe
settings:
  # version: of nothing
  batchMaxDuration: 10s
"""


def test_the_chart_gets_the_version_of_the_release() -> None:
    assert released(CHART, "1.14.0") == "name: karpenter\nversion: 1.14.0\nappVersion: 1.14.0\n"


def test_the_image_gets_the_tag_and_no_digest_and_nothing_else_changes() -> None:
    changed = released(VALUES, "1.14.0").splitlines()
    assert changed[3:5] == ["    tag: 1.14.0", '    digest: ""']
    assert changed[:3] + changed[5:] == VALUES.splitlines()[:3] + VALUES.splitlines()[5:]


def test_a_chart_or_version_that_is_not_pinned_is_not_ours() -> None:
    assert local_chart("oci://public.ecr.aws/karpenter/karpenter", "1.13.0") is None
    assert local_chart("oci://registry.example.com/karpenter/karpenter", "1.14.0") is None
    assert local_chart("aws-efa-k8s-device-plugin", "0.5.30") is None
