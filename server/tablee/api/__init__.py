"""The JSON interface, on the same commands as the pages and the socket."""
