"""The server's end of the hosts' websockets: who is let in, what a host is told and says."""
