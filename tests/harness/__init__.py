"""What the tests from outside share: a server to start and kill, a client, invented people. Standard library only."""
