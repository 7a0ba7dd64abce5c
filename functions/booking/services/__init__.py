"""One use case a module. A use case owns its transaction and knows neither Lambda nor SQL."""
