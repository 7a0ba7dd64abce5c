"""What operators look at and set: health, limits, what needs a person."""
