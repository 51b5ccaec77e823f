"""What server and agents say to each other: frames as msgspec structs, JSON text on a websocket."""
