"""The settings of a stack: one typed tree, checked whole before the first resource is registered.

`tree.Settings` is what `Pulumi.<stack>.yaml` may say; each file here is one branch of it.
Nothing in this package imports Pulumi except `stack_config`, which reads the values the engine hands over.
"""
