"""Commands that run or keep what is on this machine, server or agent; they ask no API for it."""
