import pytest

from pasture.kit.errors import Invalid
from pasture.model.image import check_image

DIGEST = f"sha256:{'0' * 64}"


@pytest.mark.parametrize(
    "image",
    [
        "nginx", "nginx:1.27", "library/nginx", "a.b/c_d/e__f--g:V1", f"nginx@{DIGEST}",
        f"nginx:1@{DIGEST}", "localhost/x", "localhost:5000/x:y", "registry.Example.com:5000/a/b",
        "host:5000/x", "[::1]:5000/x", DIGEST, "127.0.0.1:5000/team/app:2026.1",
    ],
)  # fmt: skip
@pytest.mark.parametrize("prefix", ["docker:", ""])
def test_a_reference_as_docker_reads_it_passes(prefix: str, image: str) -> None:
    check_image(prefix + image)


@pytest.mark.parametrize(
    "image",
    [
        "", "Nginx", "NGINX:1", "team/App", "a b", "nginx:", "nginx:a b", "nginx:-x", ":1", "/x",
        "x/", "a//b", "-x", "x-", "a___b", "a..b", "nginx@sha256:00", f"nginx:{'t' * 129}",
        "http://registry/x", "x\n", "a" * 256, "nginx:1:2", "nginx;ls", "ä",
    ],
)  # fmt: skip
def test_what_is_no_reference_is_refused_in_words(image: str) -> None:
    with pytest.raises(Invalid, match="names no image; accepted: docker:") as refused:
        check_image(f"docker:{image}")
    assert refused.value.field == "imageUuid"


def test_a_simulated_image_is_called_as_its_engine_likes() -> None:
    check_image("sim:Any Thing")


@pytest.mark.timeout(2)
def test_a_long_name_is_refused_in_no_time() -> None:
    with pytest.raises(Invalid):
        check_image(f"docker:{'a-' * 50_000}!")
