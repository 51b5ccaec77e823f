"""The API as pages, for a person with a browser; programs never see it."""
