"""What crosses a border, as pydantic models: steps, messages, the API's bodies and answers. One module a border."""
