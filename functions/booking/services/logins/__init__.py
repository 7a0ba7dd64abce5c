"""Logins: who may sign up, in whose words the user pool writes, and inviting people."""
