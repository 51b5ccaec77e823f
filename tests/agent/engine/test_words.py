import pytest

from pasture.agent.engine.words import LONGEST, explain


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            (
                "driver failed programming external connectivity on endpoint web (0a1b): Bind for "
                "0.0.0.0:8081 failed: port is already allocated"
            ),
            "port 8081 is in use on this host",
        ),
        (
            (
                "driver failed programming external connectivity on endpoint web (0a1b): Error "
                "starting userland proxy: listen tcp4 0.0.0.0:8081: bind: address already in use"
            ),
            "port 8081 is in use on this host",
        ),
        (
            (
                "failed to set up container networking: driver failed programming external "
                "connectivity on endpoint web (0a): failed to bind host port for "
                "10.0.0.5:53:172.17.0.2:53/udp: address already in use"
            ),
            "port 53 of 10.0.0.5 is in use on this host",
        ),
        (
            (
                "failed to set up container networking: Bind for :::8081 failed: port is already "
                "allocated"
            ),
            "port 8081 is in use on this host",
        ),
        (
            "failed to bind host port 0.0.0.0:8081/tcp: address already in use",
            "port 8081 is in use on this host",
        ),
        (
            (
                "OCI runtime create failed: container_linux.go:380: starting "
                "container process caused: "
                'exec: "foo": executable file not found in $PATH: unknown'
            ),
            "the image has no program 'foo' to run",
        ),
        (
            (
                "error gathering device information while adding custom "
                'device "/dev/x": no such file '
                "or directory"
            ),
            "the host has no device /dev/x",
        ),
        (
            (
                "pull access denied for nope, repository does not exist or "
                "may require 'docker login': "
                "denied: requested access to the resource is denied"
            ),
            "image app:1 does not exist, or its registry wants a login",
        ),
        (
            (
                "OCI runtime exec failed: exec failed: unable to start container process: "
                'exec: "/etc/passwd": permission denied: unknown'
            ),
            "/etc/passwd is no program: permission denied",
        ),
        (
            "unable to find user nobdy: no matching entries in passwd file",
            "there is no user nobdy",
        ),
        (
            (
                "OCI runtime exec failed: exec failed: unable to start container process: chdir "
                'to cwd ("/nope") set in config.json failed: no such file or directory: unknown'
            ),
            "there is no folder /nope",
        ),
        ("Container 77295a6d is not running", "the container is not running: start it first"),
        (
            "Container t1 is paused, unpause the container before exec",
            "the container is paused: let it go on first",
        ),
        ("Could not find the file /a b in container t1", "there is no /a b in the container"),
        (
            "configured logging driver does not support reading",
            "the container's log driver keeps nothing that can be read",
        ),
        ("No such container: nope", "no such container: nope"),
        (
            "manifest for app:1 not found: manifest unknown: manifest unknown",
            "image app:1 does not exist in its registry",
        ),
        (
            (
                'Get "https://registry.example.org/v2/": dial tcp: lookup registry.example.org on '
                "127.0.0.1:53: read udp: connection refused"
            ),
            "the registry of image app:1 cannot be reached (dial tcp)",
        ),
        (
            (
                'Get "https://registry.example.org/v2/app/manifests/1": '
                "unauthorized: authentication "
                "required"
            ),
            "the registry of image app:1 refuses the login",
        ),
        (
            "invalid reference format: repository name must be lowercase",
            "'app:1' is no image name; accepted: [registry/]name[:tag]",
        ),
        ("write /x: no space left on device", "the host's disk is full"),
        ("Error response from daemon: something\n  new", "something new"),
        ("", "the Engine gave no reason"),
    ],
)
def test_a_long_text_becomes_a_sentence(text: str, sentence: str) -> None:
    assert explain(text, "app:1") == sentence


def test_a_text_without_an_end_has_one() -> None:
    assert len(explain("x" * 10_000)) == LONGEST
