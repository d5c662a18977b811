"""The sandbox's engine: deploys the Pulumi program into emulated AWS and the local control plane.

It takes the place of the Pulumi engine in the sandbox only. The program is run under Pulumi's own test
seam, and what it registers is made by handlers that know nothing of Pulumi: create, update and delete of
plain inputs. It is not for AWS and refuses to talk to anything but a loopback address; `pulumi up` deploys
the same program to AWS.

    python -m sandbox.engine {up,preview,down} --directory ROOT --program REPO --stack NAME

`deploy` tells the story of a run, `deployment` that of one resource, `plan` decides what a change needs,
`state` remembers, `handlers` know AWS and Kubernetes. To support another resource type, write a handler and
name it in `handlers/__init__.py`.
"""
