"""The REST calls that PostgreSQL answers, by what they are about. Each: parse, one call, answer."""
