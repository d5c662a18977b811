"""IAM policy documents, one file for each role or resource; every statement has a Sid that says why it is
there.

Functions take plain strings and return plain dictionaries for `json.dumps`.
"""
