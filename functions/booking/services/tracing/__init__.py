"""Reading executions: what Step Functions kept of them becomes what a person can follow."""
