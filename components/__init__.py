"""The parts of the cluster: each file one Pulumi component, each component one noun.

Components take plain settings for whatever must be known before the first preview (names, counts, zones,
layouts) and `pulumi.Input` only where an output of another resource can come. Every child has its component
for parent, so that `pulumi stack` shows the parts as they are described here.

What must outlive a component on destroy is said by `after` in its arguments: Pulumi does not hand a
component's own `depends_on` down to its children, and deletes in the reverse order of creation.
"""
