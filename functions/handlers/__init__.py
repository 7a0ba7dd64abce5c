"""One file a Lambda: parse, one call, return. The only code that knows Lambda."""
