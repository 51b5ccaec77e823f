"""What Docker takes as the name of an image: ``[registry/]repository[:tag][@digest]``."""

import re

from pasture.kit.errors import Invalid

PREFIX, SIMULATED = "docker:", "sim:"
LONGEST_NAME = 255
PART = r"[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*"
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
# a first part is a registry where it has a dot or a port, or is localhost
REGISTRY = (
    rf"(?:localhost(?::[0-9]+)?|{LABEL}(?:\.{LABEL})+(?::[0-9]+)?|{LABEL}:[0-9]+"
    r"|\[[0-9a-fA-F:]+\](?::[0-9]+)?)"
)
TAG = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"
DIGEST = r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}"
IMAGE = re.compile(rf"(?P<name>(?:{REGISTRY}/)?{PART}(?:/{PART})*)(?::{TAG})?(?:@{DIGEST})?")


def check_image(uuid: str) -> None:
    """Refuse an image's uuid that no Engine takes.

    Raises:
        Invalid: what follows the prefix names no image.

    """
    if uuid.startswith(SIMULATED):
        return
    found = IMAGE.fullmatch(uuid.removeprefix(PREFIX))
    if found is None or len(found["name"]) > LONGEST_NAME:
        raise Invalid(
            f"{uuid[:80]!r} names no image; accepted: docker:[registry/]repository[:tag][@digest], "
            "the repository in lower case, for example docker:nginx:1.27",
            field="imageUuid",
        )
