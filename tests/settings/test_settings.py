import argparse
from pathlib import Path

import pytest

from pasture.kit.errors import Invalid
from pasture.settings.parse import Listen
from pasture.settings.settings import AgentSettings, Settings
from pasture.settings.table import SETTINGS, Part, add_options, unknown_variables

USER = {"HOME": "/home/ann"}


def server(variables: dict[str, str] | None = None, **arguments: str | None) -> Settings:
    return Settings.from_env({**USER, **(variables or {})}, arguments, uid=1000)


def agent(variables: dict[str, str] | None = None, **arguments: str | None) -> AgentSettings:
    return AgentSettings.from_env({**USER, **(variables or {})}, arguments, uid=1000)


def test_defaults_need_nothing() -> None:
    settings = server()
    assert settings.listen == Listen("0.0.0.0", 8080)
    assert settings.data == Path("/home/ann/.local/share/pasture")
    assert settings.database == "sqlite:////home/ann/.local/share/pasture/pasture.db"
    assert settings.access_control is True
    assert settings.log_level == "info"
    assert settings.admin_password is None


def test_root_keeps_data_in_the_machines_folder() -> None:
    assert Settings.from_env({}, {}, uid=0).data == Path("/var/lib/pasture")


def test_the_users_data_folder_follows_xdg() -> None:
    assert server({"XDG_DATA_HOME": "/d"}).data == Path("/d/pasture")


def test_a_flag_wins_over_the_variable_and_the_variable_over_the_default() -> None:
    assert server({"PASTURE_LISTEN": ":1"}, listen=":2").listen.port == 2
    assert server({"PASTURE_LISTEN": ":1"}, listen=None).listen.port == 1
    assert server({"PASTURE_LISTEN": ""}).listen.port == 8080


@pytest.mark.parametrize(
    ("text", "host", "port", "loopback"),
    [
        ("8081", "0.0.0.0", 8081, False),
        (":8081", "0.0.0.0", 8081, False),
        ("127.0.0.1:80", "127.0.0.1", 80, True),
        ("127.3.2.1:80", "127.3.2.1", 80, True),
        ("localhost:0", "localhost", 0, True),
        ("[::1]:8080", "::1", 8080, True),
        ("[::]:8080", "::", 8080, False),
        ("192.0.2.7:8080", "192.0.2.7", 8080, False),
    ],
)
def test_listen(text: str, host: str, port: int, loopback: bool) -> None:
    parsed = server({"PASTURE_LISTEN": text}).listen
    assert (parsed.host, parsed.port, parsed.is_loopback) == (host, port, loopback)
    assert server({"PASTURE_LISTEN": str(parsed)}).listen == parsed


@pytest.mark.parametrize(
    ("name", "text", "accepted"),
    [
        ("PASTURE_LISTEN", "everywhere", "0.0.0.0:8080"),
        ("PASTURE_LISTEN", "0.0.0.0:70000", "0.0.0.0:8080"),
        ("PASTURE_LISTEN", "999.1.1.1:80", "0.0.0.0:8080"),
        ("PASTURE_DATABASE", "mysql://x", "sqlite:///"),
        ("PASTURE_DATABASE", "sqlite:///here.db", "sqlite:///"),
        ("PASTURE_ACCESS_CONTROL", "maybe", "on or off"),
        ("PASTURE_LOG_LEVEL", "loud", "debug, info, warning or error"),
        ("PASTURE_ADMIN_PASSWORD", "short", "8 to 1024 characters"),
    ],
)
def test_an_ill_value_is_refused_by_name_with_what_is_accepted(
    name: str, text: str, accepted: str
) -> None:
    with pytest.raises(Invalid) as refused:
        server({name: text})
    assert name in refused.value.detail
    assert accepted in refused.value.detail
    assert "\n" not in refused.value.detail


@pytest.mark.parametrize(
    ("name", "text", "accepted"),
    [
        ("PASTURE_REGISTRATION_URL", "http://s:8080", "/v1/scripts/TOKEN"),
        ("CATTLE_AGENT_IP", "127.0.0.1", "IP address that other machines reach"),
        ("CATTLE_AGENT_IP", "me", "IP address that other machines reach"),
        ("CATTLE_HOST_LABELS", "=b", "zone=a&disk=ssd"),
        ("DOCKER_HOST", "ssh://me@there", "unix:///path or tcp://"),
    ],
)
def test_an_ill_value_of_the_agents_too(name: str, text: str, accepted: str) -> None:
    with pytest.raises(Invalid) as refused:
        agent({name: text})
    assert name in refused.value.detail
    assert accepted in refused.value.detail


def test_all_that_is_ill_is_told_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        server({"PASTURE_LISTEN": "x", "PASTURE_LOG_LEVEL": "y"})
    assert len(refused.value.detail.splitlines()) == 2


def test_a_refused_password_is_not_repeated_and_none_is_shown() -> None:
    with pytest.raises(Invalid) as refused:
        server({"PASTURE_ADMIN_PASSWORD": "hunter2"})
    assert "hunter2" not in refused.value.detail
    assert "correct horse" not in repr(server({"PASTURE_ADMIN_PASSWORD": "correct horse"}))


@pytest.mark.parametrize(
    ("variables", "arguments", "allowed"),
    [
        ({}, {"listen": "0.0.0.0:8080"}, False),
        ({}, {"listen": "[::]:8080"}, False),
        ({}, {"listen": "127.0.0.1:8080"}, True),
        ({}, {"listen": "localhost:8080"}, True),
        ({}, {"listen": "0.0.0.0:8080", "i_know_this_is_open": "on"}, True),
        ({"PASTURE_I_KNOW_THIS_IS_OPEN": "on"}, {"listen": "0.0.0.0:8080"}, False),
    ],
)
def test_access_control_off_needs_loopback_or_somebody_who_means_it(
    variables: dict[str, str], arguments: dict[str, str], allowed: bool
) -> None:
    if allowed:
        assert server(variables, access_control="off", **arguments).access_control is False
        return
    with pytest.raises(Invalid, match="--i-know-this-is-open"):
        server(variables, access_control="off", **arguments)


def test_the_agents_values() -> None:
    settings = agent(
        {
            "CATTLE_HOST_LABELS": "a=b&c=d=e&alone",
            "CATTLE_AGENT_IP": "192.0.2.9",
            "DOCKER_HOST": "tcp://192.0.2.1:2375",
        },
        url="http://s:8080/v1/projects/1a5/scripts/AB:12:x",
    )
    assert settings.labels == {"a": "b", "c": "d=e", "alone": ""}
    assert settings.address == "192.0.2.9"
    assert settings.docker_host == "tcp://192.0.2.1:2375"
    assert settings.url == "http://s:8080/v1/projects/1a5/scripts/AB:12:x"
    assert "AB:12:x" not in repr(settings)
    assert agent().docker_host == "unix:///var/run/docker.sock"


@pytest.mark.parametrize("part", [Part.SERVER, Part.AGENT])
def test_options_follow_from_the_table(part: Part) -> None:
    parser = argparse.ArgumentParser()
    add_options(parser, part)
    flags = {flag for action in parser._actions for flag in action.option_strings}
    assert flags >= {s.flag for s in SETTINGS if s.flag and s.part.is_read_by(part)}
    assert all(value is None for value in vars(parser.parse_args([])).values())
    parser.format_help()


def test_the_command_line_ends_in_settings() -> None:
    parser = argparse.ArgumentParser()
    add_options(parser, Part.SERVER)
    line = ["--listen", "0.0.0.0:1", "--access-control", "OFF", "--i-know-this-is-open"]
    settings = Settings.from_env(USER, vars(parser.parse_args(line)), uid=1000)
    assert settings.listen.port == 1
    assert settings.access_control is False


def test_a_relative_folder_is_of_the_working_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert server(data="here").data == tmp_path / "here"


def test_typing_mistakes_in_variables_are_found() -> None:
    seen = {"PASTURE_LISTN": "x", "PASTURE_LISTEN": "x", "PASTURE_URL": "x", "PATH": "x"}
    assert unknown_variables(seen) == ["PASTURE_LISTN"]


@pytest.mark.parametrize(
    ("listen", "url"),
    [
        ("0.0.0.0:8080", "http://127.0.0.1:81"),
        ("[::]:8080", "http://[::1]:81"),
        ("192.0.2.2:8080", "http://192.0.2.2:81"),
        ("127.0.0.1:0", "http://127.0.0.1:81"),
    ],
)
def test_this_machine_finds_the_server_where_it_listens(listen: str, url: str) -> None:
    settings = Settings.from_env({}, {"listen": listen, "data": "/d"})
    assert settings.listen.url(81) == url


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://pasture.example", "https://pasture.example"),
        ("HTTPS://x", None),
        ("https://Pasture.example:8443/", "https://pasture.example:8443"),
        ("wss://p", "https://p"),
        ("ws://p:1", "http://p:1"),
        ("http://[2001:db8::1]:80", "http://[2001:db8::1]:80"),
        ("pasture.example", None),
        ("https://p/under/here", None),
        ("https://u:p@p", None),
        ("https://p:99999", None),
        ("ftp://p", None),
    ],
)
def test_where_clients_reach_the_server(text: str, url: str | None) -> None:
    if url is not None:
        assert server({"PASTURE_PUBLIC_URL": text}).front.public_url == url
        return
    with pytest.raises(
        Invalid, match="--public-url or PASTURE_PUBLIC_URL does not take"
    ) as refused:
        server({"PASTURE_PUBLIC_URL": text})
    assert refused.value.field == "public_url"


@pytest.mark.parametrize(
    ("case", "arguments", "field", "words"),
    [
        ("no key", {"tls_cert": "c"}, "tls_key", "given together"),
        ("no certificate", {"tls_key": "k"}, "tls_cert", "given together"),
        (
            "two certificates",
            {"tls_self_signed": "on", "tls_cert": "c", "tls_key": "k"},
            "tls_self_signed",
            "accepted: it alone",
        ),
        ("two CAs", {"tls_self_signed": "on", "tls_ca": "c"}, "tls_self_signed", "it alone"),
        (
            "a public address without TLS",
            {"tls_self_signed": "on", "public_url": "http://p:1"},
            "public_url",
            "accepted: https://p:1",
        ),
        ("no network", {"trusted_proxies": "10.0.0.1/8"}, "trusted_proxies", "'10.0.0.1/8'"),
        ("a name", {"trusted_proxies": "10.0.0.1, proxy"}, "trusted_proxies", "'proxy'"),
        ("no file", {"metrics_token_file": "/no/such"}, "metrics_token_file", "/no/such"),
    ],
)
def test_what_does_not_go_together_at_the_front_door_is_refused(
    case: str, arguments: dict[str, str | None], field: str, words: str
) -> None:
    with pytest.raises(Invalid, match=words) as refused:
        server(None, **arguments)
    assert refused.value.field == field, case


def test_a_short_token_for_the_metrics_is_refused_and_not_repeated(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("hunter2\n")
    for given in ({"PASTURE_METRICS_TOKEN": "hunter2"},
                  {"PASTURE_METRICS_TOKEN_FILE": str(tmp_path / "token")}):  # fmt: skip
        with pytest.raises(Invalid, match="a token of 7 characters") as refused:
            server(given)
        assert "hunter2" not in str(refused.value)
    (tmp_path / "token").write_text("a" * 16 + "\n")
    front = server({"PASTURE_METRICS_TOKEN_FILE": str(tmp_path / "token")}).front
    assert front.metrics_token == "a" * 16
    assert "a" * 16 not in repr(front)


def test_a_ca_is_named_by_any_usual_spelling_of_its_fingerprint() -> None:
    digits = "ab" * 32
    for text in (digits, digits.upper(), ":".join(["AB"] * 32), f"SHA256 Fingerprint={digits}"):
        assert agent({"CA_FINGERPRINT": text}).ca_fingerprint == ":".join(["AB"] * 32)
    with pytest.raises(Invalid, match="64 hexadecimal digits"):
        agent({"CA_FINGERPRINT": "ab" * 20})
