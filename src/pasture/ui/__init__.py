"""The web page: what was built from ``web/`` into ``static``, handed to browsers.

The page asks the API as any other client does; nothing here knows what it shows.
"""
