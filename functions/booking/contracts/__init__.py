"""What crosses a border, as pydantic models: steps, queues, the API's bodies and answers. One module a border."""
