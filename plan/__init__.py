"""The offline plan: what the program asks for, stack by stack, without an account and without an engine.

The program runs under Pulumi's test seam, as in the sandbox, but nothing is made. `recorder` takes down what
is registered and answers with stand-ins such as `${Vpc gpu-network-vpc.id}`, so that one sees which resource
a value will come from. `account` answers what the program asks of AWS: instance types and zones from the data
that moto carries, and what only an account could tell by a stand-in or by an assumption that is said.

    python -m plan --program REPO STACK...     a line of JSON for each stack

`document` is what comes of it; `changes` compares two of them as AWS would have to, `cost` prices one. A plan
says what the program asks for. It never says what AWS holds.
"""
