"""Sessions asked for: validated, reserved or rejected by the workflow, and read."""
