"""Sockets that tell of changes as they happen: ``subscribe`` as Rancher spoke it, and our feed."""
