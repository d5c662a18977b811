"""The policy pack: what a stack of this project may look like, whatever its settings say.

Settings are checked for what cannot work; policies for what works and should not be. They see what the
program asks for, resource by resource, and so also what somebody adds to `components/` tomorrow.

The rules are pure functions over plain views of resources and import nothing of Pulumi: the pack hands them
to Pulumi's engine and to the sandbox's, tests call them directly, and the command line lists them.
"""
