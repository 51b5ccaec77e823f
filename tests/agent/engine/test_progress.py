from pasture.agent.engine.progress import PullProgress


def line(status: str, layer: str = "a", current: int = 0, total: int = 0) -> dict[str, object]:
    detail = {"current": current, "total": total} if total else {}
    return {"id": layer, "status": status, "progressDetail": detail}


def test_layers_add_up_and_nothing_is_said_twice() -> None:
    progress = PullProgress("nginx:1")
    assert progress.add({"status": "Pulling from library/nginx", "id": "1"}) == "pulling nginx:1"
    assert progress.add(line("Downloading", "a", 10, 100)) == "pulling nginx:1: 10 %"
    assert progress.add(line("Downloading", "b", 0, 100)) == "pulling nginx:1: 5 %"
    assert progress.add(line("Downloading", "b", 1, 100)) is None
    assert progress.add(line("Download complete", "a")) == "pulling nginx:1: 50 %"
    assert progress.add(line("Pull complete", "b")) == "pulling nginx:1: 100 %"
