"""The rules, one file a subject: each begins with what it judges and ends with the rules themselves."""
