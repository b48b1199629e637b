"""Where sockets, rooms and the store meet."""
